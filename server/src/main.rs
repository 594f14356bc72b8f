//! The executable `egard`.

use std::process::ExitCode;

fn main() -> ExitCode {
    egard_server::cli::run()
}
