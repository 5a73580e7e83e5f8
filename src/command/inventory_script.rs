//! `spdoctor inventory-script`: the script that collects an inventory on a farm.

use super::Outcome;
use super::output::write;
use super::targets::Targets;
use crate::cli::InventoryScriptArgs;
use crate::script;

/// Runs the subcommand.
///
/// # Errors
/// The output cannot be written.
pub fn run(args: &InventoryScriptArgs) -> anyhow::Result<Outcome> {
    Targets::new([("-o", args.output.as_deref())])?.probe()?;
    let text = script::farm_inventory();
    write(args.output.as_deref(), |out| out.write_all(text.as_bytes()))?;
    Ok(Outcome::Clean)
}
