//! One add-in in full: its matrix, its comparisons, every finding with evidence and remedy, every open check.

use std::io::{self, Write};

use super::{WIDTH, bold, counted, facts, live, matrix, severity};
use crate::model::audit::{AddInAudit, CheckResult, PairVerdict, Status};
use crate::render::table;
use crate::text::quote::terminal as clean;

/// Writes it.
pub(super) fn addin(addin: &AddInAudit, out: &mut dyn Write) -> io::Result<()> {
    let name = if addin.name.is_empty() { &addin.id } else { &addin.name };
    writeln!(
        out,
        "{}",
        bold(&format!("{} {}", clean(name), "=".repeat(WIDTH.saturating_sub(name.len() + 1).min(60))))
    )?;
    for fact in facts(addin).iter().skip(1) {
        writeln!(out, "    {}", table::wrapped(&clean(fact), WIDTH, 4))?;
    }
    writeln!(out)?;
    for line in matrix::lines(addin) {
        writeln!(out, "  {line}")?;
    }
    for pair in addin.pairs.iter().filter(|pair| pair.verdict != PairVerdict::Identical) {
        let flows: Vec<&str> = pair.breaks.iter().map(|flow| flow.name()).collect();
        let breaks = if flows.is_empty() {
            "breaks nothing".to_owned()
        } else {
            format!("breaks {}", flows.join(", "))
        };
        let text = format!("{} / {}: {}, {breaks}: {}", pair.a, pair.b, pair.verdict.name(), pair.reason);
        writeln!(out, "  - {}", table::wrapped(&clean(&text), WIDTH, 4))?;
    }
    writeln!(out)?;
    let mut findings: Vec<&CheckResult> = live(addin).collect();
    findings.sort_by_key(|check| (std::cmp::Reverse(check.severity), check.id.clone()));
    findings.iter().try_for_each(|check| finding(check, out))?;
    for check in addin.checks.iter().filter(|check| check.suppressed.is_some()) {
        let reason = check.suppressed.as_deref().unwrap_or_default();
        writeln!(out, "  suppressed {}: {}", check.id, table::wrapped(&clean(reason), WIDTH, 4))?;
    }
    let passed = addin.checks.iter().filter(|check| check.status == Status::Pass && check.applies).count();
    let foreign = addin.checks.iter().filter(|check| !check.applies).count();
    writeln!(out, "  {} passed, {} do not apply.\n", counted(passed, "check"), foreign)
}

fn finding(check: &CheckResult, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} {} {}", severity(check.severity), check.id, bold(&clean(&check.title)))?;
    writeln!(out, "    {}", table::wrapped(&clean(&check.message), WIDTH, 4))?;
    for item in &check.evidence {
        let place = match (item.line, item.column) {
            (0, _) => item.path.to_string(),
            (line, 0) => format!("{}:{line}", item.path),
            (line, column) => format!("{}:{line}:{column}", item.path),
        };
        writeln!(out, "      {}", table::wrapped(&clean(&format!("{place}  {}", item.value)), WIDTH, 8))?;
    }
    if !check.consequence.is_empty() {
        writeln!(out, "    {}", table::wrapped(&clean(&format!("Then: {}", check.consequence)), WIDTH, 4))?;
    }
    if !check.remedy.is_empty() {
        writeln!(out, "    {}", table::wrapped(&clean(&format!("Do: {}", check.remedy)), WIDTH, 4))?;
    }
    writeln!(out)
}
