//! Puts the script together: comments, parameters, a block of quoted literals, and the parts under `scripts/fix`.

use std::fmt::Write as _;
use std::io::{self, Write};

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

/// Writes the remediation script as a file. The order of the parts is the order they run in.
pub(super) fn remediation(
    head: &[String],
    plan: &Plan,
    options: &ScriptOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let parallel = !plan.lanes.is_empty();
    let (parameters, work) = if parallel { (HEAD_LANES, WORK_LANES) } else { (HEAD, WORK_SERIAL) };
    let mut file = File::new(out)?;
    file.text(head.join("\n").trim_end())?;
    file.part(parameters)?;
    file.text("\n\n")?;
    data(plan, options, &mut file)?;
    for part in [LOG, PREFLIGHT, TARGETS, UPGRADE, work, MAIN] {
        file.part(part)?;
    }
    file.text("\n")
}

/// A script as a file: with byte order mark, and CR LF whatever the line ends of the parts were.
pub(super) fn file(text: &str) -> String {
    format!("\u{feff}{}", windows_lines(text))
}

fn windows_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

/// The file, while it is written: it may name a million sites.
struct File<'w> {
    out: &'w mut dyn Write,
}

impl<'w> File<'w> {
    fn new(out: &'w mut dyn Write) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        Ok(Self { out })
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(windows_lines(text).as_bytes())
    }

    /// The next part, behind an empty line.
    fn part(&mut self, text: &str) -> io::Result<()> {
        self.text("\n\n")?;
        self.text(text.trim_end())
    }

    fn assign(&mut self, variable: &str, expression: &str) -> io::Result<()> {
        self.text(&format!("${variable} = {expression}"))
    }

    fn array(&mut self, variable: &str, items: impl Iterator<Item = String>) -> io::Result<()> {
        let mut items = items.peekable();
        if items.peek().is_none() {
            return self.assign(variable, "@()");
        }
        self.assign(variable, "@(")?;
        for (index, item) in items.enumerate() {
            self.text(if index == 0 { "\n    " } else { ",\n    " })?;
            self.text(&item)?;
        }
        self.text("\n)")
    }
}

/// All that differs from farm to farm. The code after it reads these variables and no other text.
fn data(plan: &Plan, options: &ScriptOptions, file: &mut File<'_>) -> io::Result<()> {
    file.text("# ---- The plan: quoted literals only ----\n\n")?;
    file.assign("ToolVersion", &powershell_literal(&options.tool_version))?;
    for (variable, expression) in [
        ("IncludeCentralAdministration", "$true"),
        ("SiteReason", &powershell_literal("owns a refused site, asked at run time")),
        ("UrlReason", &powershell_literal("owns a site of a finding, asked at run time")),
    ] {
        file.text("\n")?;
        file.assign(variable, expression)?;
    }
    file.text("\n")?;
    if !plan.lanes.is_empty() {
        file.array("Lanes", plan.lanes.iter().map(|lane| powershell_literal(lane)))?;
        file.text("\n")?;
    }
    let databases = plan.databases.iter().enumerate().map(|(index, database)| row(index + 1, database, plan));
    file.array("PlannedDatabases", databases)?;
    file.text("\n")?;
    file.array("UnresolvedSites", plan.sites.iter().map(|site| powershell_literal(&site.to_string())))?;
    file.text("\n")?;
    file.array("UnresolvedUrls", plan.urls.iter().map(|url| powershell_literal(url)))
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
