//! Turns the locale files into a module whose keys the compiler checks.

use std::error::Error;
use std::path::PathBuf;

use leptos_i18n_build::options::CodegenOptions;
use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let folder = PathBuf::from(std::env::var("OUT_DIR")?).join("i18n");
    let config = Config::new("fr")?
        .add_locale("en")?
        .locales_path("locales")
        .add_namespaces([
            "common",
            "home",
            "candidate",
            "media",
            "staff",
            "campaigns",
            "review",
            "deciding",
            "sharing",
            "mailing",
            "manual",
            "paper",
            "weights",
            "fairness",
            "evidence",
            "pool",
        ])?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let infos = TranslationsInfos::parse(config)?;
    infos.emit_diagnostics();
    infos.rerun_if_locales_changed();
    let options = CodegenOptions::new().gen_docs(false);
    infos.generate_i18n_module_with_options(folder, options)?;
    Ok(())
}
