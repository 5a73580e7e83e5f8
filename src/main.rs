//! The program: parse, run, map the outcome to an exit code.

use std::process::ExitCode;

use clap::Parser;
use spdoctor::cli::Cli;
use spdoctor::command::{self, Outcome};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match command::run(&cli) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            command::output::remark(&format!("{error:#}"));
            Outcome::Failed.into()
        }
    }
}
