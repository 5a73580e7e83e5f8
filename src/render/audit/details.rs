//! One add-in in full: its matrix, its comparisons, every finding with evidence and remedy, every open check.

use std::io;

use super::super::Setting;
use super::super::sheet::{MARGIN, Sheet, bold, titled};
use super::{facts, live, matrix, severity};
use crate::model::audit::{AddInAudit, CheckResult, PairVerdict, Status};
use crate::text::number::counted;
use crate::text::quote::terminal as clean;

/// Writes it.
pub(super) fn addin(addin: &AddInAudit, page: &mut Sheet<'_>) -> io::Result<()> {
    let name = if addin.name.is_empty() { &addin.id } else { &addin.name };
    let rule = "=".repeat(page.width.saturating_sub(name.len() + 1).min(60));
    page.line(&bold(&format!("{} {rule}", clean(name))))?;
    for fact in facts(addin).iter().skip(1) {
        page.hanging("    ", fact, 4)?;
    }
    page.gap()?;
    // Only where lines are short does the margin need to be made room for.
    let is_narrow = page.width < Setting::WIDEST;
    let room = if is_narrow { page.width.saturating_sub(2) } else { page.width };
    for line in matrix::lines(addin, room) {
        let line = if is_narrow { line.replace('\n', "\n  ") } else { line };
        page.line(&format!("  {line}"))?;
    }
    for pair in addin.pairs.iter().filter(|pair| pair.verdict != PairVerdict::Identical) {
        let flows: Vec<&str> = pair.breaks.iter().map(|flow| flow.name()).collect();
        let breaks = if flows.is_empty() {
            "breaks nothing".to_owned()
        } else {
            format!("breaks {}", flows.join(", "))
        };
        let text = format!("{} / {}: {}, {breaks}: {}", pair.a, pair.b, pair.verdict.name(), pair.reason);
        page.hanging("  - ", &text, 4)?;
    }
    if addin.pairs_left_out > 0 {
        let text = format!(
            "{} more, most of places that are written alike",
            counted(addin.pairs_left_out, "comparison")
        );
        page.hanging("  - ", &text, 4)?;
    }
    page.gap()?;
    let mut findings: Vec<&CheckResult> = live(addin).collect();
    findings.sort_by_key(|check| (std::cmp::Reverse(check.severity), check.id.clone()));
    findings.iter().try_for_each(|check| finding(check, page))?;
    for check in addin.checks.iter().filter(|check| check.suppressed.is_some()) {
        let reason = check.suppressed.as_deref().unwrap_or_default();
        page.hanging("  ", &format!("suppressed {}: {reason}", check.id), 4)?;
    }
    let passed =
        addin.checks.iter().filter(|check| check.status == Status::Pass && check.applies).count() as u64;
    let foreign = addin.checks.iter().filter(|check| !check.applies).count();
    page.line(&format!("  {} passed, {foreign} do not apply.\n", counted(passed, "check")))
}

fn finding(check: &CheckResult, page: &mut Sheet<'_>) -> io::Result<()> {
    let title = titled(&clean(&check.title), "", page.width, MARGIN);
    page.line(&format!("{} {} {title}", severity(check.severity), check.id))?;
    page.hanging("    ", &check.message, 4)?;
    for item in &check.evidence {
        let place = match (item.line, item.column) {
            (0, _) => item.path.to_string(),
            (line, 0) => format!("{}:{line}", item.path),
            (line, column) => format!("{}:{line}:{column}", item.path),
        };
        page.hanging("      ", &format!("{place}  {}", item.value), 8)?;
    }
    if !check.consequence.is_empty() {
        page.hanging("    ", &format!("Then: {}", check.consequence), 4)?;
    }
    if !check.remedy.is_empty() {
        page.hanging("    ", &format!("Do: {}", check.remedy), 4)?;
    }
    page.gap()
}
