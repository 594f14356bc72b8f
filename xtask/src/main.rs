//! `cargo xtask`: builds, demonstrates, tests and measures Egard with one command each.
//! It names packages explicitly and never builds the whole workspace at once, because that would compile
//! the pages with the features of the server and of the browser mixed.
//! It depends on no product crate, so that it still builds when the product does not.

mod bench;
mod browser;
mod demo;
mod hash;
mod licences;
mod postgres;
mod prerequisites;
mod process;
mod release;
mod rust_source;
mod site;
mod test;
mod tidy;
mod toolchain;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::workspace::Workspace;

/// What a task ends with: nothing else to say, or one message for the person at the terminal.
type Outcome<T> = Result<T, String>;

const USAGE: &str = "\
cargo xtask <command>

  demo      set everything up and serve the demonstration on http://127.0.0.1:3000
              --port N              another port
              --database-url URL    another database than a SQLite file under var/demo
              --fresh               delete the demonstration's data first
  test      check and test everything; the last line counts
              --only NAME           one stage: format, clippy, licences, tidy, unit, or a test of
                                    the package `acceptance` such as api or browser; repeatable
              -- ARGUMENTS          passed to the tests, for instance a part of a test's name
  site      build what the browser loads into target/site
              --profile NAME        cargo profile of the wasm module (default: wasm)
              --no-wasm-opt         leave the module as the compiler made it
  release   build the one executable for production, target/release/egard
  bench     measure speed and memory of the release server
              NAME ARGUMENTS        passed to the bench program
              psychometrics         the measurement engine beside PyPI mirt 1.2.0 instead
              psychometrics --markdown   the same, printing only the table
  licences  check the licence of every dependency against deny.toml
  tidy      print what the style guide asks to look at
";

fn main() -> ExitCode {
    match run(std::env::args_os().skip(1).collect()) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Vec<OsString>) -> Outcome<ExitCode> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let workspace = Workspace::here()?;
    let command = match parser.next().map_err(explain)? {
        Some(lexopt::Arg::Value(name)) => name.to_string_lossy().into_owned(),
        Some(lexopt::Arg::Short('h') | lexopt::Arg::Long("help")) => "help".to_owned(),
        Some(unexpected) => return Err(format!("{}\n\n{USAGE}", unexpected.unexpected())),
        None => return Err(format!("which command?\n\n{USAGE}")),
    };
    match command.as_str() {
        "demo" => demo::demo(&workspace, demo::Options::parse(parser)?)?,
        "test" => return test::test(&workspace, test::Options::parse(parser)?),
        "site" => {
            let toolchain = toolchain::Toolchain::find(&workspace)?;
            site::build(&workspace, &toolchain, &site::Options::parse(parser)?)?;
        }
        "release" => {
            end(parser)?;
            release::release(&workspace, &toolchain::Toolchain::find(&workspace)?)?;
        }
        "bench" => bench::bench(&workspace, remaining(parser)?)?,
        "licences" => {
            end(parser)?;
            println!("{}", licences::check(&workspace)?);
        }
        "tidy" => {
            end(parser)?;
            println!("{}", tidy::tidy(&workspace)?);
        }
        "help" => print!("{USAGE}"),
        other => return Err(format!("there is no command {other:?}\n\n{USAGE}")),
    }
    Ok(ExitCode::SUCCESS)
}

/// Every argument left, options too, for a program that parses them itself.
fn remaining(mut parser: lexopt::Parser) -> Outcome<Vec<OsString>> {
    Ok(parser.raw_args().map_err(explain)?.collect())
}

/// Fails when an argument is left.
fn end(mut parser: lexopt::Parser) -> Outcome<()> {
    match parser.next().map_err(explain)? {
        Some(argument) => Err(explain(argument.unexpected())),
        None => Ok(()),
    }
}

/// A mistake on the command line, with where to read more.
fn explain(error: lexopt::Error) -> String {
    format!("{error} (see `cargo xtask --help`)")
}
