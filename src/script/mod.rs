//! Report to PowerShell: the script that upgrades what an upgrade left behind.
//!
//! [`plan`] decides which databases, in which order; [`lanes`] spreads them where several run at a time;
//! `header` tells the reader what was found; `powershell` puts the parts together. The code that runs is
//! in the files under `scripts/`; what is generated here is comments and a block of quoted literals, so that
//! text from a log is never code.

pub mod lanes;
pub mod plan;

mod addin;
mod header;
mod powershell;

pub use addin::{addin_fixes, has_addin_fixes};

use std::io::{self, Write};

use crate::model::report::Report;
use plan::Plan;

/// What stands at the head of each script.
const USE: &str = "Run it with -WhatIf first. Get-Help with the name of this file and -Full tells the rest.";

/// What the user may choose about the remediation script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScriptOptions {
    /// Version of the program, named in the script.
    pub tool_version: String,
    /// Several databases at a time, within the limits Microsoft gives; otherwise one after another.
    pub parallel: bool,
    /// `SharePoint` servers to spread the databases over; only with `parallel`. Empty: any one server.
    pub server_lanes: Vec<String>,
}

impl Default for ScriptOptions {
    fn default() -> Self {
        Self { tool_version: env!("CARGO_PKG_VERSION").to_owned(), parallel: false, server_lanes: Vec::new() }
    }
}

/// Writes the remediation script (`fix.ps1`) for a report: UTF-8 with a byte order mark, lines ended by CR LF.
///
/// Windows PowerShell reads a script without the mark in the code page of the server. A report that asks for
/// nothing gives a valid script that says so.
///
/// # Errors
/// Those of the writer.
pub fn write_remediation(report: &Report, options: &ScriptOptions, out: &mut dyn Write) -> io::Result<()> {
    let plan = Plan::of(report, options);
    powershell::remediation(&header::lines(report, &plan, options), &plan, options, out)
}

/// `Export-FarmInventory.ps1`, as it is written to disk: it collects on a farm what the logs do not tell.
pub fn farm_inventory() -> String {
    powershell::file(include_str!("../../scripts/Export-FarmInventory.ps1"))
}

/// `Export-AddInRegistration.ps1`, as it is written to disk: it collects on a farm how add-ins are registered and
/// trusted.
pub fn addin_registration() -> String {
    powershell::file(include_str!("../../scripts/Export-AddInRegistration.ps1"))
}
