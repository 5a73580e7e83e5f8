//! `--server` and `--server-lanes` against the servers whose logs were found: a name that was typed wrong would be taken
//! for a server of its own.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::bail;

use super::input::Input;
use crate::cli::UpgradeArgs;
use crate::text::sentence::some_of;

/// What becomes of a `--server` that names nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unknown {
    /// It is wrong usage.
    Refused,
    /// The report says so: it may be of the other run that is compared.
    Told,
}

/// What the report says of names that fit no log.
///
/// # Errors
/// A `--server` names what is neither among the logs nor there at all, and is to be refused.
pub(super) fn doubts(
    args: &UpgradeArgs,
    told: &[(String, String)],
    inputs: &[Input],
    unknown: Unknown,
) -> anyhow::Result<Vec<String>> {
    let is_used = |name: &str| inputs.iter().any(|input| input.server.as_deref() == Some(name));
    let mut doubts = Vec::new();
    for (name, path) in told.iter().filter(|(name, _)| !is_used(name)) {
        let doubt = format!("--server {name}={path} fits no log: give the path as the report shows it");
        // A folder may be there and hold no log; and where no log was found at all, that is what is wrong.
        if unknown == Unknown::Refused && !Path::new(path).exists() && !inputs.is_empty() {
            bail!("{doubt}; {}", known(inputs));
        }
        doubts.push(doubt);
    }
    doubts.extend(strange_lanes(&args.server_lanes, inputs));
    Ok(doubts)
}

/// Which servers the logs are of.
fn known(inputs: &[Input]) -> String {
    let servers: BTreeSet<&str> = inputs.iter().filter_map(|input| input.server.as_deref()).collect();
    match servers.into_iter().collect::<Vec<_>>()[..] {
        [] => "no log tells its server".to_owned(),
        ref servers => format!("the logs are of {}", some_of(servers, "server")),
    }
}

/// A remark for each lane on a server of which no log is. It may be one that is still to be upgraded.
fn strange_lanes(lanes: &[String], inputs: &[Input]) -> Vec<String> {
    let servers: BTreeSet<String> =
        inputs.iter().filter_map(|input| input.server.as_deref()).map(machine).collect();
    let lanes = lanes.iter().map(|lane| lane.trim()).filter(|lane| !lane.is_empty());
    let strange = lanes.filter(|lane| !servers.is_empty() && !servers.contains(&machine(lane)));
    strange
        .map(|lane| {
            format!(
                "--server-lanes {lane}: no log is of this server, and its lane runs on no other; {}",
                known(inputs)
            )
        })
        .collect()
}

/// The name of a server without its domain.
fn machine(name: &str) -> String {
    name.split('.').next().unwrap_or(name).to_lowercase()
}
