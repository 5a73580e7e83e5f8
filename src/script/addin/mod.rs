//! Audit to PowerShell: the script that sets right on a farm what a command can set right.
//!
//! `steps` makes an ordered plan of what the checks say, each step once; `header` tells the reader what was found and
//! what is left to people. The code that runs is in the files under `scripts/addin`; what is generated here is
//! comments and one block of quoted literals, so that no text of an artefact is ever code.

mod header;
mod steps;

use super::powershell::{self, array, assign};
use crate::model::audit::AuditReport;
use crate::text::quote::powershell_literal;
use steps::{Plan, Step};

const HEAD: &str = include_str!("../../../scripts/addin/Head.ps1");
const LOG: &str = include_str!("../../../scripts/addin/Log.ps1");
const PREFLIGHT: &str = include_str!("../../../scripts/fix/Preflight.ps1");
const STEPS: &str = include_str!("../../../scripts/addin/Steps.ps1");
const MAIN: &str = include_str!("../../../scripts/addin/Main.ps1");

/// The script for an audit: UTF-8 with a byte order mark, lines ended by CR LF. A report that asks for nothing gives
/// a valid script that says so; what concerns SharePoint Online becomes comments.
pub fn addin_fixes(report: &AuditReport, version: &str) -> String {
    let plan = Plan::of(report);
    let head = header::lines(report, &plan, version).join("\n");
    let data = data(&plan, version);
    let parts = [&head, HEAD, &data, LOG, PREFLIGHT, STEPS, MAIN].map(str::trim_end);
    powershell::file(&(parts.join("\n\n") + "\n"))
}

/// The script for an audit does something, not only tells what people have to do.
pub fn has_addin_fixes(report: &AuditReport) -> bool {
    Plan::of(report).acts()
}

/// All that differs from audit to audit. The code after it reads these variables and no other text.
fn data(plan: &Plan, version: &str) -> String {
    let mut out = String::from("# ---- The plan: quoted literals only ----\n\n");
    assign(&mut out, "ToolVersion", &powershell_literal(version));
    assign(&mut out, "Steps", &array((1..).zip(&plan.steps).map(|(number, step)| row(number, step))));
    out
}

/// One step as a hash table; every step has every key, since strict mode asks for that.
fn row(number: usize, step: &Step) -> String {
    let texts = [
        ("What", step.what.as_str()),
        ("Reason", &step.reason()),
        ("ClientId", &step.client_id),
        ("Name", &step.name),
        ("IssuerId", &step.issuer_id),
        ("Thumbprint", &step.thumbprint),
        ("File", &step.file),
        ("Scope", step.scope),
        ("Right", step.right),
    ];
    let mut row = format!("@{{ Number = {number}; Kind = {}", powershell_literal(step.kind.name()));
    for (key, text) in texts {
        row.push_str(&format!("; {key} = {}", powershell_literal(text)));
    }
    let switch = |on| if on { "$true" } else { "$false" };
    row.push_str(&format!("; AppOnly = {}; Broker = {} }}", switch(step.app_only), switch(step.broker)));
    row
}
