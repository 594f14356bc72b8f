//! `egard admin`: organisations, accounts and instance secrets, by whoever runs the server.

use std::io::BufRead;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Subcommand;
use domain::ids::OrganisationId;
use domain::language::Language;
use domain::role::Role;
use services::admin::NewUser;
use services::random::{Random, SystemRandom};
use services::state::Services;

use super::CliError;
use crate::assemble;
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub(super) enum AdminCommand {
    /// Make an organisation and print its id.
    CreateOrganisation {
        /// Its name, as candidates read it.
        name: String,
    },
    /// Make an account. The password is read from standard input, or made and printed once.
    CreateUser {
        /// Id of the organisation.
        #[arg(long)]
        organisation: String,
        /// Address to sign in with.
        #[arg(long)]
        email: String,
        /// Name, as colleagues read it.
        #[arg(long)]
        name: String,
        /// owner, recruiter, author, rater or auditor.
        #[arg(long, default_value = "owner")]
        role: String,
        /// fr or en.
        #[arg(long, default_value = "fr")]
        language: String,
        /// Make a random password and print it.
        #[arg(long)]
        generate_password: bool,
    },
    /// Give an account another password and end its sessions. The password is read from standard input.
    ResetPassword {
        /// Address of the account.
        #[arg(long)]
        email: String,
        /// Make a random password and print it.
        #[arg(long)]
        generate_password: bool,
    },
    /// Make the first instance secret. Keep a copy apart from the database.
    NewSecret,
    /// Add an instance secret; old ones stay for recomputing and checking what they made.
    RotateSecret {
        /// Also give every open link a new token, because an old secret may be known: these must be resent.
        #[arg(long)]
        compromised: bool,
    },
}

pub(super) fn run(config: &Config, command: AdminCommand) -> Result<(), CliError> {
    match command {
        AdminCommand::NewSecret => new_secret(config),
        AdminCommand::RotateSecret { compromised } => rotate_secret(config, compromised),
        AdminCommand::CreateOrganisation { name } => {
            println!("{}", services(config)?.create_organisation(&name, false)?);
            Ok(())
        }
        AdminCommand::CreateUser { organisation, email, name, role, language, generate_password } => {
            let organisation = OrganisationId::parse(&organisation)
                .map_err(|error| CliError(format!("--organisation: {error}")))?;
            let role = Role::parse(&role)
                .map_err(|_| CliError("--role: owner, recruiter, author, rater or auditor".to_owned()))?;
            let language =
                Language::parse(&language).map_err(|_| CliError("--language: fr or en".to_owned()))?;
            let password = password(generate_password)?;
            let new = NewUser { email: &email, name: &name, role, language, password: &password };
            services(config)?.create_user(&organisation, &new)?;
            told(generate_password, &password);
            Ok(())
        }
        AdminCommand::ResetPassword { email, generate_password } => {
            let password = password(generate_password)?;
            services(config)?.reset_password(&email, &password)?;
            told(generate_password, &password);
            Ok(())
        }
    }
}

fn services(config: &Config) -> Result<Services, CliError> {
    let db = assemble::database(config)?;
    store::migrate::run_pending(&db)?;
    Ok(assemble::services(config, db, false)?)
}

/// A password from standard input (its first line), or a random one of 144 bits.
fn password(generate: bool) -> Result<String, CliError> {
    if generate {
        let mut bytes = [0; 18];
        SystemRandom.fill(&mut bytes);
        return Ok(URL_SAFE_NO_PAD.encode(bytes));
    }
    eprintln!("Password (one line on standard input; --generate-password makes one):");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| CliError(error.to_string()))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn told(generated: bool, password: &str) {
    if generated {
        println!("password: {password}");
    }
    println!("Done.");
}

fn new_secret(config: &Config) -> Result<(), CliError> {
    refuse_inline(config)?;
    if config.secret_file.exists() {
        return Err(CliError(format!("{} exists: rotate-secret adds to it", config.secret_file.display())));
    }
    assemble::add_secret(&config.secret_file, "k1")?;
    println!("Wrote {}. Keep a copy apart from the database.", config.secret_file.display());
    Ok(())
}

fn rotate_secret(config: &Config, compromised: bool) -> Result<(), CliError> {
    refuse_inline(config)?;
    let ring = assemble::secrets(config)?;
    let id = format!("k{}", ring.len() + 1);
    assemble::add_secret(&config.secret_file, &id)?;
    println!(
        "Added the secret {id} to {}; servers take it when they start again.",
        config.secret_file.display()
    );
    if compromised {
        let renewed = services(config)?.renew_all_links()?;
        println!(
            "New tokens, to be sent again: {} personal link(s), {} open link(s). Withdrawn: {} invitation(s) of colleagues, {} link(s) to reports.",
            renewed.personal, renewed.open, renewed.colleagues, renewed.shares
        );
    }
    Ok(())
}

fn refuse_inline(config: &Config) -> Result<(), CliError> {
    if config.secrets.is_some() {
        return Err(CliError("the secrets are given in EGARD_SECRETS: change them there".to_owned()));
    }
    Ok(())
}
