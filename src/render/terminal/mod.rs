//! The report for people: verdict first, then what to do, where, why, and what is not known.

mod group;
mod profile;
mod time;

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::sheet::{SEVERITY, Sheet, bold, numbered, severity, titled};
use super::table::{self, Align};
use super::{Render, Setting};
use crate::model::kind::LogKind;
use crate::model::report::{DatabaseReport, FileStatus, Report};
use crate::model::session::TimeReport;
use crate::text::number::{self, counted};
use crate::text::quote::terminal as clean;
use group::{Group, groups};

/// The column of the table of databases that tells how an owner is known.
const OWNER_KNOWN_FROM: usize = 5;

/// Rows of a list before the rest is only counted.
const ROWS: usize = 20;

/// `--format text`. Emphasis is written as terminal escapes; whoever opens the output strips them where they
/// do not belong.
#[derive(Debug)]
pub struct Terminal;

impl Render for Terminal {
    fn render(&self, report: &Report, setting: &Setting, out: &mut dyn Write) -> io::Result<()> {
        let width = setting.width();
        let mut page = Page { sheet: Sheet::new(out, width) };
        page.opening(report, setting)?;
        page.sheet.beside("VERDICT", &report.summary.verdict)?;
        if report.summary.next.is_empty() {
            page.sheet.gap()?;
        }
        page.sheet.list("DO NEXT", &numbered(&report.summary.next))?;
        page.databases(report)?;
        page.sheet.block(&time::passes(&report.time, setting.details, width))?;
        page.findings(report)?;
        page.sheet.block(&profile::tree(&report.time, setting.details, width))?;
        if setting.details {
            page.sheet.block(&time::silences_in_full(&report.time))?;
        } else {
            page.sheet.list("SILENCES", &time::silences(&report.time, width))?;
        }
        page.sheet.list("NOT ANALYSED", &not_analysed(report))?;
        page.sheet.list("IN DOUBT", &in_doubt(report))?;
        if setting.details { page.details(report) } else { page.hint(report) }
    }
}

struct Page<'a> {
    sheet: Sheet<'a>,
}

impl Page<'_> {
    fn opening(&mut self, report: &Report, setting: &Setting) -> io::Result<()> {
        let summary = &report.summary;
        let servers: BTreeSet<&str> = report
            .files
            .iter()
            .filter(|file| file.kind != LogKind::Export)
            .filter_map(|file| file.server.as_deref())
            .collect();
        let mut parts = Vec::new();
        if !servers.is_empty() {
            parts.push(counted(servers.len() as u64, "server"));
        }
        let exports = report.exports().count() as u64;
        let has_logs = summary.files > 0 || exports == 0;
        if has_logs {
            parts.push(counted(summary.files, "log"));
        }
        if exports > 0 {
            parts.push(counted(exports, "export"));
        }
        if has_logs {
            parts.push(counted(summary.records, "record"));
            parts.push(table::bytes(summary.bytes));
        }
        self.sheet.line(&format!("spdoctor {}   {}\n", setting.version, parts.join(" · ")))
    }

    fn databases(&mut self, report: &Report) -> io::Result<()> {
        use Align::{Left, Right};
        let told = report.tells_of_refused();
        let unresolved = if told { report.summary.unresolved_sites } else { 0 };
        // Without the cmdlet there is nothing to ask for.
        let asked = if report.lacks_the_cmdlet { "no" } else { "asked at run time" };
        if report.databases.is_empty() && unresolved == 0 && report.unresolved_urls.is_empty() {
            return Ok(());
        }
        let mut rows = vec![row([
            "CONTENT DATABASE",
            "SITES",
            "LINES",
            "WAITED",
            "WHY",
            "OWNER KNOWN FROM",
            "IN SCRIPT",
        ])];
        rows.extend(report.databases.iter().take(ROWS).map(|database| database_row(database, &report.time)));
        if report.databases.len() > ROWS {
            rows.push(row([
                &format!("... and {} more", report.databases.len() - ROWS),
                "",
                "",
                "",
                "",
                "",
                "",
            ]));
        }
        if unresolved > 0 {
            let not_known = report.sites.iter().filter(|site| site.database.is_none());
            let lines = number::grouped(not_known.map(|site| site.occurrences).sum());
            let sites = number::grouped(unresolved);
            let waited = time::waited(&report.time, None);
            rows.push(row(["not known yet", &sites, &lines, &waited, Report::REFUSED, "-", asked]));
        }
        if !report.unresolved_urls.is_empty() {
            let sites = number::grouped(report.unresolved_urls.len() as u64);
            rows.push(row(["known by URL only", &sites, "-", "-", "-", "-", "asked at run time"]));
        }
        let mut aligns = vec![Left, Right, Right, Right, Left, Left, Left];
        if self.sheet.is_too_narrow_for(&rows, 0) {
            // How an owner is known can be left to the details; the names cannot.
            table::leave_out(OWNER_KNOWN_FROM, &mut aligns, &mut rows);
        }
        let mut rows = table::wrap_last(rows, self.sheet.width);
        table::fit(&mut rows, 0, self.sheet.width);
        self.sheet.block(&table::lines(&aligns, &rows))
    }

    fn findings(&mut self, report: &Report) -> io::Result<()> {
        let groups = groups(report);
        let others: Vec<&Group<'_>> = groups.iter().filter(|group| !group.is_headline()).collect();
        if others.is_empty() {
            return Ok(());
        }
        let title = if others.len() == groups.len() { "FOUND" } else { "ALSO FOUND" };
        self.sheet.line(&bold(title))?;
        let mut rows: Vec<Vec<String>> = others.iter().take(ROWS).map(|group| group.row()).collect();
        let room = self.sheet.width.saturating_sub(SEVERITY + 1);
        if table::width(&rows) > room {
            // The last line of the page says it once for all.
            let explains = |cell: &&mut String| cell.starts_with("spdoctor explain ");
            rows.iter_mut().filter_map(|row| row.last_mut()).filter(explains).for_each(String::clear);
        }
        table::fit(&mut rows, 0, room);
        for (line, group) in table::lines(&[Align::Left; 3], &rows).iter().zip(&others) {
            self.sheet.line(&format!("{} {line}", severity(group.severity())))?;
            for line in group.unexplained(self.sheet.width) {
                self.sheet.line(&format!("         {line}"))?;
            }
        }
        if others.len() > ROWS {
            let more = counted((others.len() - ROWS) as u64, "more kind");
            self.sheet.line(&format!("         ... and {more}; --details shows all"))?;
        }
        self.sheet.gap()
    }

    /// The end of a screen is what a person sees first: it says where to read on.
    fn hint(&mut self, report: &Report) -> io::Result<()> {
        if report.findings.is_empty() {
            return Ok(());
        }
        self.sheet.hanging("", "Evidence and steps: --details. One rule: spdoctor explain CODE.", 0)
    }

    fn details(&mut self, report: &Report) -> io::Result<()> {
        for group in groups(report) {
            let title = format!("{} {}", group.code(), clean(group.title()));
            self.sheet.line(&titled(&title, "", self.sheet.width, 4))?;
            for line in group.facts() {
                self.sheet.hanging("    ", &line, 8)?;
            }
            let steps = report.cards.get(group.code()).map(|card| card.steps.as_slice()).unwrap_or_default();
            for step in steps {
                let mark = if step.destructive { "DESTRUCTIVE, as a last resort: " } else { "" };
                let text = format!("{mark}{}", group.filled(&step.text));
                self.sheet.hanging("  - ", &text, 4)?;
                // Nobody should delete something by pasting a line: the name is to be typed.
                let fill = |command: &str| {
                    if step.destructive { command.to_owned() } else { group.filled(command) }
                };
                let command = step.command.as_deref().map(fill);
                for line in command.iter().flat_map(|command| command.lines()) {
                    self.sheet.line(&format!("        {}", clean(line)))?;
                }
            }
            self.sheet.gap()?;
        }
        Ok(())
    }
}

fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

fn database_row(database: &DatabaseReport, time: &TimeReport) -> Vec<String> {
    let reasons: Vec<&str> = database.reasons.iter().map(String::as_str).collect();
    let in_script = match (&database.left_out_because, database.in_script) {
        (Some(because), _) => format!("no: {}", clean(because)),
        (None, true) => "yes".to_owned(),
        (None, false) => "no".to_owned(),
    };
    let number = |number: u64| if number == 0 { "-".to_owned() } else { number::grouped(number) };
    vec![
        table::clipped(&clean(&database.name), 44),
        number(database.sites.ids().len() as u64),
        number(database.occurrences),
        time::waited(time, Some(&database.name)),
        reasons.join(" "),
        database.resolved_by.name().to_owned(),
        in_script,
    ]
}

/// What was left out or read with doubt, the unreadable first.
fn not_analysed(report: &Report) -> Vec<String> {
    let coverage = &report.coverage;
    let unread: BTreeSet<&str> = report
        .files
        .iter()
        .filter(|file| file.status == FileStatus::Skipped)
        .map(|file| file.path.as_str())
        .collect();
    let (plain, bad): (Vec<_>, Vec<_>) =
        coverage.skipped.iter().partition(|left| unread.contains(left.path.as_str()));
    let mut lines: Vec<String> =
        bad.iter().chain(&plain).take(ROWS).map(|left| format!("{} ({})", left.path, left.reason)).collect();
    if coverage.skipped.len() > ROWS {
        lines.push(format!("... and {} more", coverage.skipped.len() - ROWS));
    }
    if coverage.unparsed_lines > 0 {
        lines.push(format!("{} outside any record", counted(coverage.unparsed_lines, "line")));
    }
    lines
}

/// What was read, and may have been meant otherwise.
fn in_doubt(report: &Report) -> Vec<String> {
    let coverage = &report.coverage;
    let doubtful = coverage.date_order.iter().filter(|(_, dates)| dates.ambiguous);
    let told = doubtful.map(|(path, dates)| {
        let (order, evidence) = (dates.order, dates.evidence);
        format!(
            "{path}: day and month ambiguous, read as {order} because of {evidence} (--date-order overrides)"
        )
    });
    let mut lines: Vec<String> = told.collect();
    let problems = coverage.inventory.iter().take(ROWS);
    lines.extend(problems.map(|problem| format!("{}: {}", problem.place, problem.message)));
    lines.extend(coverage.remarks.iter().cloned());
    lines
}
