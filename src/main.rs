//! The program: parse, run, map the outcome to an exit code.

use std::process::ExitCode;

use clap::Parser;
use spdoctor::cli::{Cli, meant};
use spdoctor::command::guarded::{guarded_whole, quiet_panics};
use spdoctor::command::output::remark;
use spdoctor::command::{self, Outcome};

fn main() -> ExitCode {
    quiet_panics();
    let cli = match Cli::try_parse_from(meant(std::env::args_os())) {
        Ok(cli) => cli,
        Err(told) => return command::tell_usage(&told).into(),
    };
    match guarded_whole(|| command::run(&cli)) {
        Ok(Ok(outcome)) => outcome.into(),
        Ok(Err(error)) => {
            remark(&format!("{error:#}"));
            Outcome::Failed.into()
        }
        Err(fault) => {
            remark(&fault);
            Outcome::Failed.into()
        }
    }
}
