//! Puts the script together: comments, parameters, a block of quoted literals, and the parts under `scripts/fix`.

use std::fmt::Write as _;

use super::ScriptOptions;
use super::plan::{Plan, PlannedDatabase};
use crate::text::quote::powershell_literal;

const HEAD: &str = include_str!("../../scripts/fix/Head.ps1");
const HEAD_LANES: &str = include_str!("../../scripts/fix/HeadLanes.ps1");
const LOG: &str = include_str!("../../scripts/fix/Log.ps1");
const PREFLIGHT: &str = include_str!("../../scripts/fix/Preflight.ps1");
const TARGETS: &str = include_str!("../../scripts/fix/Targets.ps1");
const UPGRADE: &str = include_str!("../../scripts/fix/Upgrade.ps1");
const WORK_SERIAL: &str = include_str!("../../scripts/fix/WorkSerial.ps1");
const WORK_LANES: &str = include_str!("../../scripts/fix/WorkLanes.ps1");
const MAIN: &str = include_str!("../../scripts/fix/Main.ps1");

/// The text of the remediation script, with `\n`. The order of the parts is the order they run in.
pub(super) fn remediation(head: &[String], plan: &Plan, options: &ScriptOptions) -> String {
    let parallel = !plan.lanes.is_empty();
    let (parameters, work) = if parallel { (HEAD_LANES, WORK_LANES) } else { (HEAD, WORK_SERIAL) };
    let head = head.join("\n");
    let data = data(plan, options);
    [&head, parameters, &data, LOG, PREFLIGHT, TARGETS, UPGRADE, work, MAIN].map(str::trim_end).join("\n\n")
        + "\n"
}

/// A script as a file: with byte order mark, and CR LF whatever the line ends of the parts were.
pub(super) fn file(text: &str) -> String {
    format!("\u{feff}{}", text.replace("\r\n", "\n").replace('\n', "\r\n"))
}

/// All that differs from farm to farm. The code after it reads these variables and no other text.
fn data(plan: &Plan, options: &ScriptOptions) -> String {
    let mut out = String::from("# ---- The plan: quoted literals only ----\n\n");
    assign(&mut out, "ToolVersion", &powershell_literal(&options.tool_version));
    assign(
        &mut out,
        "IncludeCentralAdministration",
        if options.central_administration { "$true" } else { "$false" },
    );
    assign(&mut out, "SiteReason", &powershell_literal("owns a refused site, asked at run time"));
    assign(&mut out, "UrlReason", &powershell_literal("owns a site of a finding, asked at run time"));
    if !plan.lanes.is_empty() {
        assign(&mut out, "Lanes", &array(plan.lanes.iter().map(|lane| powershell_literal(lane))));
    }
    let databases = plan.databases.iter().enumerate().map(|(index, database)| row(index + 1, database, plan));
    assign(&mut out, "PlannedDatabases", &array(databases));
    assign(
        &mut out,
        "UnresolvedSites",
        &array(plan.sites.iter().map(|site| powershell_literal(&site.to_string()))),
    );
    assign(&mut out, "UnresolvedUrls", &array(plan.urls.iter().map(|url| powershell_literal(url))));
    out
}

/// One database as a hash table.
fn row(number: usize, database: &PlannedDatabase, plan: &Plan) -> String {
    let name = powershell_literal(&database.name);
    let server = powershell_literal(database.server.as_deref().unwrap_or_default());
    let reasons: Vec<&str> = database.reasons.iter().map(String::as_str).collect();
    let reason = powershell_literal(&reasons.join(", "));
    let mut row = format!("@{{ Number = {number}; Name = {name}; Server = {server}; Reason = {reason}");
    if let Some((seat, lane)) = database.seat.and_then(|seat| Some((seat, plan.lanes.get(seat.lane)?))) {
        // Writing to a String cannot fail.
        let _ = write!(row, "; Lane = {}; Chain = {}", powershell_literal(lane), seat.chain);
    }
    row + " }"
}

/// `$variable = expression`, on a line.
pub(super) fn assign(out: &mut String, variable: &str, expression: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "${variable} = {expression}");
}

/// An array, an item a line.
pub(super) fn array(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() { "@()".to_owned() } else { format!("@(\n    {}\n)", items.join(",\n    ")) }
}
