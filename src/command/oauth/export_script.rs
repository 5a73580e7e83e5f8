//! `spdoctor oauth export-script`: the script that collects on a farm how add-ins are registered and trusted.

use std::path::Path;

use crate::command::Outcome;
use crate::command::output::write;
use crate::command::targets::Targets;
use crate::script;

/// Runs the subcommand.
///
/// # Errors
/// The output cannot be written.
pub(super) fn run(output: Option<&Path>) -> anyhow::Result<Outcome> {
    Targets::new([("-o", output)])?.probe()?;
    let text = script::addin_registration();
    write(output, |out| out.write_all(text.as_bytes()))?;
    Ok(Outcome::Clean)
}
