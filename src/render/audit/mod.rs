//! The audit of add-ins for people: verdict, what to do, the add-ins, the matrix of domains, what was found.

mod details;
mod matrix;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::Setting;
use super::sheet::{MARGIN, SEVERITY, Sheet, audit_severity, numbered, titled};
use super::table::{self, Align};
use crate::model::audit::{AddInAudit, AuditReport, AuditSeverity, CheckResult, Status};
use crate::model::stage::Stage;
use crate::text::number::counted;
use crate::text::quote::{powershell_script, terminal as clean};

/// Rows of a list before the rest is only counted.
const ROWS: usize = 20;

/// Writes the audit as text. Emphasis is written as terminal escapes; whoever opens the output strips them where
/// they do not belong.
///
/// # Errors
/// Those of the writer.
pub fn text(report: &AuditReport, setting: &Setting, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Sheet::new(out, setting.width());
    opening(report, setting, &mut page)?;
    page.beside("VERDICT", &report.summary.verdict)?;
    let steps = steps(report, setting);
    if steps.is_empty() {
        page.gap()?;
    }
    page.list("DO NEXT", &steps)?;
    match report.addins.as_slice() {
        [addin] => {
            page.list("ADD-IN", &facts(addin))?;
            page.block(&matrix::lines(addin, page.width))?;
        }
        several => {
            let table = addins(several, &page);
            page.block(&table)
        }?,
    }
    page.block(&found(report, page.width))?;
    page.list("NOT DECIDED", &undecided(report))?;
    page.list("UNMATCHED", &unmatched(report))?;
    page.list("NOT READ", &not_read(report))?;
    if setting.details {
        return report.addins.iter().try_for_each(|addin| details::addin(addin, &mut page));
    }
    if report.addins.is_empty() {
        return Ok(());
    }
    page.hanging("", "Evidence and remedies: --details. One check: spdoctor explain CODE.", 0)
}

/// A severity, padded to the longest.
fn severity(severity: AuditSeverity) -> String {
    audit_severity(severity, SEVERITY)
}

fn opening(report: &AuditReport, setting: &Setting, page: &mut Sheet<'_>) -> io::Result<()> {
    let summary = &report.summary;
    let addins = counted(report.addins.len() as u64, "add-in");
    let artefacts = counted(summary.artefacts, "artefact");
    page.line(&format!("spdoctor {}   {addins} · {artefacts} · as of {}\n", setting.version, summary.now))
}

fn steps(report: &AuditReport, setting: &Setting) -> Vec<String> {
    let mut steps = report.summary.next.clone();
    if let Some(script) = &setting.script {
        let run = powershell_script(script);
        steps.push(format!("What can be done by command is in {script}: read it, then run {run} -WhatIf."));
    }
    numbered(&steps)
}

/// Who the add-in is.
fn facts(addin: &AddInAudit) -> Vec<String> {
    let client = addin.client_id.as_deref().unwrap_or("not known");
    vec![
        format!("{} (client id {client})", if addin.name.is_empty() { &addin.id } else { &addin.name }),
        format!(
            "stage {}, target {}: {}",
            Stage::name_of(addin.stage),
            addin.target.name(),
            addin.target_reason
        ),
        format!("read from {}", sources(addin)),
    ]
}

fn sources(addin: &AddInAudit) -> String {
    let shown: Vec<&str> = addin.sources.iter().map(String::as_str).take(6).collect();
    let rest = addin.sources.len().saturating_sub(shown.len());
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

fn live(addin: &AddInAudit) -> impl Iterator<Item = &CheckResult> {
    addin.checks.iter().filter(|check| {
        check.suppressed.is_none() && matches!(check.status, Status::Fail | Status::Warn | Status::Info)
    })
}

/// A row an add-in, the worst first.
fn addins(addins: &[AddInAudit], page: &Sheet<'_>) -> Vec<String> {
    use Align::{Left, Right};
    if addins.is_empty() {
        return Vec::new();
    }
    let head = ["ADD-INS", "TARGET", "STAGE", "CRITICAL", "ERRORS", "WARNINGS", "OPEN", "FAILS"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let mut order: Vec<&AddInAudit> = addins.iter().collect();
    order.sort_by_key(|addin| {
        let count = |severity| live(addin).filter(|check| check.severity == severity).count();
        (
            Reverse(count(AuditSeverity::Critical)),
            Reverse(count(AuditSeverity::Error)),
            addin.name.clone(),
            addin.id.clone(),
        )
    });
    rows.extend(order.iter().take(ROWS).map(|addin| addin_row(addin)));
    let mut aligns = vec![Left, Left, Left, Right, Right, Right, Right, Left];
    narrow(&mut aligns, &mut rows, page);
    let mut lines = table::lines(&aligns, &rows);
    if addins.len() > ROWS {
        lines.push(format!("... and {} more: --details, or --format json", addins.len() - ROWS));
    }
    lines
}

/// The columns that can be left to the rest of the report go before names are cut, and those that count go last.
fn narrow(aligns: &mut Vec<Align>, rows: &mut [Vec<String>], page: &Sheet<'_>) {
    const STAGE: usize = 2;
    const TARGET: usize = 1;
    /// What is left of two columns less.
    const WARNINGS: usize = 3;
    const OPEN: usize = 4;
    let go = |columns: [usize; 2], aligns: &mut Vec<Align>, rows: &mut [Vec<String>]| {
        for column in columns {
            if page.is_too_narrow_for(rows, 0) {
                table::leave_out(column, aligns, rows);
            }
        }
    };
    go([STAGE, TARGET], aligns, rows);
    if page.is_too_narrow_for(rows, 0) {
        table::fit(rows, 0, page.width);
    }
    go([OPEN, WARNINGS], aligns, rows);
}

fn addin_row(addin: &AddInAudit) -> Vec<String> {
    let count = |severity| {
        let number = live(addin).filter(|check| check.severity == severity).count();
        if number == 0 { "-".to_owned() } else { number.to_string() }
    };
    let open = addin.checks.iter().filter(|check| check.status == Status::Undecided).count();
    let mut failing: Vec<&CheckResult> = live(addin).filter(|check| check.status == Status::Fail).collect();
    failing.sort_by_key(|check| (Reverse(check.severity), check.id.clone()));
    let codes: BTreeSet<&str> = failing.iter().map(|check| &*check.id).collect();
    let mut shown: Vec<&str> = Vec::new();
    for check in &failing {
        if !shown.contains(&&*check.id) && shown.len() < 4 {
            shown.push(&check.id);
        }
    }
    let more = if codes.len() > shown.len() { " ..." } else { "" };
    vec![
        table::clipped(&clean(if addin.name.is_empty() { &addin.id } else { &addin.name }), 30),
        addin.target.name().to_owned(),
        Stage::name_of(addin.stage).to_owned(),
        count(AuditSeverity::Critical),
        count(AuditSeverity::Error),
        count(AuditSeverity::Warning),
        open.to_string(),
        format!("{}{more}", shown.join(" ")),
    ]
}

/// What was found, a row a check, the worst first.
fn found(report: &AuditReport, width: usize) -> Vec<String> {
    let mut groups: BTreeMap<(Reverse<AuditSeverity>, bool, &str), Group<'_>> = BTreeMap::new();
    for addin in &report.addins {
        for check in live(addin) {
            let key = (Reverse(check.severity), !check.ends, &*check.id);
            let group = groups.entry(key).or_insert_with(|| (check, BTreeSet::new(), 0));
            group.1.insert(&addin.id);
            group.2 += 1;
        }
    }
    if groups.is_empty() {
        return Vec::new();
    }
    let several = report.addins.len() > 1;
    let mut lines = vec!["FOUND".to_owned()];
    let grave = |group: &&Group<'_>| group.0.severity > AuditSeverity::Info;
    for group in groups.values().filter(grave) {
        lines.extend(told(group, several, width));
    }
    let mild: Vec<&str> =
        groups.values().filter(|group| !grave(group)).map(|(check, ..)| &*check.id).collect();
    if !mild.is_empty() {
        let text = format!("{}: worth knowing, with --details", mild.join(" "));
        lines.push(format!("{} {}", severity(AuditSeverity::Info), table::wrapped(&text, width, 9)));
    }
    lines
}

/// A check that found something, the add-ins it concerns, and how many places.
type Group<'r> = (&'r CheckResult, BTreeSet<&'r str>, usize);

fn told((check, addins, times): &Group<'_>, several: bool, width: usize) -> [String; 2] {
    let whose =
        if several { format!(" · {}", counted(addins.len() as u64, "add-in")) } else { String::new() };
    let again = if *times > addins.len() { format!(" · {times} places") } else { String::new() };
    let message = if several { format!("for one: {}", check.message) } else { check.message.to_string() };
    let title = titled(&clean(&check.title), &format!("{whose}{again}"), width, MARGIN);
    let shown = table::clipped(&clean(&message), 2 * Setting::WIDEST);
    [
        format!("{} {} {title}", severity(check.severity), check.id),
        format!("{}{}", " ".repeat(MARGIN), table::wrapped(&shown, width, MARGIN)),
    ]
}

/// What could not be decided, by what is missing.
fn undecided(report: &AuditReport) -> Vec<String> {
    let mut by_need: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let open = report
        .addins
        .iter()
        .flat_map(|addin| &addin.checks)
        .filter(|check| check.status == Status::Undecided);
    for check in open {
        let need = check.needs.as_deref().unwrap_or(&check.message);
        by_need.entry(need).or_default().insert(&check.id);
    }
    let mut needs: Vec<(&str, BTreeSet<&str>)> = by_need.into_iter().collect();
    needs.sort_by_key(|(need, codes)| (Reverse(codes.len()), *need));
    let rest = needs.len().saturating_sub(ROWS / 2);
    let line = |(need, codes): &(&str, BTreeSet<&str>)| {
        let shown: Vec<&str> = codes.iter().copied().take(8).collect();
        let more = if codes.len() > shown.len() {
            format!(" and {} more", codes.len() - shown.len())
        } else {
            String::new()
        };
        format!("{}{more}: needs {need}", shown.join(" "))
    };
    let mut lines: Vec<String> = needs.iter().take(ROWS / 2).map(line).collect();
    if rest > 0 {
        lines.push(format!("... and {}: --format json has them all", counted(rest as u64, "more need")));
    }
    lines
}

fn unmatched(report: &AuditReport) -> Vec<String> {
    let line = |item: &crate::model::audit::Unmatched| {
        let name = if item.name.is_empty() { String::new() } else { format!(" {}", item.name) };
        let at = if item.line == 0 { item.path.clone() } else { format!("{}:{}", item.path, item.line) };
        format!("{}{name} ({at}): {}", item.kind, item.reason)
    };
    cut(report.unmatched.iter().map(line), report.unmatched.len())
}

fn not_read(report: &AuditReport) -> Vec<String> {
    cut(report.skipped.iter().map(|item| format!("{} ({})", item.path, item.reason)), report.skipped.len())
}

fn cut(lines: impl Iterator<Item = String>, total: usize) -> Vec<String> {
    let mut lines: Vec<String> = lines.take(ROWS / 2).collect();
    if total > ROWS / 2 {
        lines.push(format!("... and {} more", total - ROWS / 2));
    }
    lines
}
