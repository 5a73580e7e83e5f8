//! What a subcommand means; one file each. The only callers of print, files, clock and environment.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the layer that may touch files, the clock and the environment"
)]

pub mod analyse;
pub mod compare;
pub mod config;
pub mod explain;
pub mod exports;
pub mod guarded;
pub mod input;
pub mod inventory_script;
pub mod oauth;
pub mod output;
mod own;
mod own_text;
mod plain;
pub mod progress;
pub mod rules;
mod servers;
mod targets;
mod threads;
pub mod upgrade;
pub mod watch;

use std::io::Write;
use std::process::ExitCode;

use crate::cli::{Cli, Command};

/// How a run ended; see the help of `upgrade` for what the numbers promise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Nothing found at or above `--fail-on`.
    Clean,
    /// Something found.
    Found,
    /// Wrong usage, or an internal error.
    Failed,
    /// No log found.
    NoLog,
    /// Something could not be read.
    Unreadable,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Clean => 0,
            Outcome::Found => 1,
            Outcome::Failed => 2,
            Outcome::NoLog => 3,
            Outcome::Unreadable => 4,
        })
    }
}

/// Does what was asked for.
///
/// # Errors
/// What kept it from being done, with its context; the exit code is 2.
pub fn run(cli: &Cli) -> anyhow::Result<Outcome> {
    match &cli.command {
        Command::Upgrade(args) => upgrade::run(args),
        Command::Watch(args) => watch::run(args),
        Command::Oauth(args) => oauth::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Rules(args) => rules::run(args),
        Command::Explain(args) => explain::run(args),
        Command::InventoryScript(args) => inventory_script::run(args),
    }
}

/// Prints help or version, or what is wrong with what was typed.
pub fn tell_usage(told: &clap::Error) -> Outcome {
    // `print` writes into the buffer of standard output; only a flush tells that it has gone out.
    let printed = told.print().and_then(|()| std::io::stdout().flush());
    match printed {
        Err(error) if !output::is_closed(&error) => {
            output::remark(&format!("cannot write to standard output: {error}"));
            Outcome::Failed
        }
        _ if told.use_stderr() => Outcome::Failed,
        _ => Outcome::Clean,
    }
}
