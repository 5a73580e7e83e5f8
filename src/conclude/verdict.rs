//! The one sentence that opens a report, and what to do next.

use std::collections::BTreeSet;

use super::next;
use crate::model::finding::{Finding, Severity};
use crate::model::inventory::InventoryProblem;
use crate::model::order::Order;
use crate::model::report::{Report, Summary};
use crate::model::session::{Session, TimeReport};
use crate::text::duration::{about, clock};
use crate::text::number::{counted, grouped};

/// Says of a report what is wrong, and what to do next. Whatever changes a report later has it said again.
pub fn sum_up(report: &mut Report) {
    report.summary.verdict = sentence(report);
    // What is wrong may stand in what is missing.
    if report.coverage.unreadable && report.summary.records > 0 {
        report.summary.verdict.push_str(" Not all could be read: see NOT ANALYSED.");
    }
    report.summary.next = next::steps(report);
}

/// What is wrong, in one sentence.
fn sentence(report: &Report) -> String {
    let summary = &report.summary;
    if summary.refused_sites > 0 && report.tells_of_refused() {
        return match stopper(report) {
            Some(finding) if !costs_minutes(&report.time) => {
                format!("{}. Besides: {}", title(finding), refused(report))
            }
            _ => refused(report),
        };
    }
    // A warning that no rule explains is no cause, as far as anyone knows.
    let worst =
        report.findings.iter().find(|finding| is_a_cause(finding) && !finding.is_unexplained_warning());
    match worst {
        Some(finding) if finding.severity > Severity::Info => {
            let more =
                report.findings.iter().filter(|other| is_a_cause(other) && other.severity > Severity::Info);
            let title = title(finding);
            match more.count() - 1 {
                0 => format!("{title}."),
                1 => format!("{title}, and 1 further problem."),
                more => format!("{title}, and {more} further problems."),
            }
        }
        _ if summary.records == 0 && report.findings.is_empty() => match report.exports().next() {
            Some(_) if report.coverage.inventory.iter().any(InventoryProblem::lacks_columns) => {
                "No log was read, and an export lacks a column, so nothing can be said.".to_owned()
            }
            Some(_) => "No log was read; in the exports nothing wrong was found.".to_owned(),
            None => "No log was read, so nothing can be said.".to_owned(),
        },
        _ if report.ended_with_errors() => {
            "The upgrade ended with errors; what they were stands in none of these logs.".to_owned()
        }
        _ => {
            let coverage = &report.coverage;
            let is_partial = coverage.unreadable || coverage.unparsed_lines > 0;
            let read = if is_partial { " in what could be read" } else { "" };
            let said = unexplained(report, read)
                .or_else(|| suppressed(report, read))
                .or_else(|| warnings(report, read));
            let said = said.unwrap_or_else(|| format!("Nothing wrong was found{read}."));
            if report.is_mostly_unread() { format!("{said} Most lines could not be read.") } else { said }
        }
    }
}

/// What made the upgrade fail, other than the sites that were refused: rather what people have to solve than what the
/// script does.
fn stopper(report: &Report) -> Option<&Finding> {
    let order = Order::of(report);
    let is_meant = |finding: &&Finding| {
        is_a_cause(finding)
            && !Order::TOKEN_SERVICE.contains(&finding.code.as_str())
            && order.made_fail(finding)
    };
    let found = || report.findings.iter().filter(is_meant);
    found().find(|finding| !finding.upgrade_content_database).or_else(|| found().next())
}

/// Waiting for the token service took so long that a cure is felt.
fn costs_minutes(time: &TimeReport) -> bool {
    const MINUTE: i64 = 60_000;
    time.sessions.iter().map(|session| session.token_service_retry).sum::<i64>() >= MINUTE
}

/// What is wrong. An error that no rule explains is a warning where nothing shows that it belongs to an upgrade.
fn title(finding: &Finding) -> &str {
    if finding.is_unexplained() && finding.severity < Severity::Error {
        "Errors that no rule explains, none of them seen in an upgrade"
    } else {
        &finding.title
    }
}

/// Nothing is wrong but warnings that no rule explains, and what the administrator knows.
fn unexplained(report: &Report, read: &str) -> Option<String> {
    let live = report.findings.iter().filter(|finding| finding.suppressed.is_none());
    let count: u64 =
        live.filter(|finding| finding.is_unexplained_warning()).map(|finding| finding.count).sum();
    let what = counted(count, "warning");
    (count > 0).then(|| match suppressed(report, read) {
        Some(known) => format!("{known} Besides: {what} that no rule explains."),
        None => format!("No error was found{read}, but {what} that no rule explains."),
    })
}

/// Nothing is wrong but what the administrator knows.
fn suppressed(report: &Report, read: &str) -> Option<String> {
    let is_bad = |finding: &&Finding| finding.suppressed.is_some() && finding.severity > Severity::Info;
    let found = report.findings.iter().filter(is_bad);
    let codes: BTreeSet<&str> = found.map(|finding| finding.code.as_str()).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    (!codes.is_empty())
        .then(|| format!("Nothing wrong was found{read} but what is suppressed: {}.", codes.join(", ")))
}

/// The logs count more warnings than there are records that a rule knows.
fn warnings(report: &Report, read: &str) -> Option<String> {
    let Summary { warnings, counted_warnings, .. } = report.summary;
    let explained: u64 = report.findings.iter().map(|finding| finding.count).sum();
    let most = warnings.max(counted_warnings);
    (most > explained).then(|| {
        let what = counted(most - explained, "warning");
        if warnings == 0 {
            format!(
                "No error was found{read}; the logs count {what}, and what was warned of stands in none of them."
            )
        } else {
            format!("No error was found{read}, but {what} that no rule explains.")
        }
    })
}

fn is_a_cause(finding: &Finding) -> bool {
    finding.caused_by.is_empty() && finding.suppressed.is_none()
}

fn refused(report: &Report) -> String {
    let sites = report.summary.refused_sites;
    let unresolved = report.summary.unresolved_sites;
    let databases = report.databases.iter().filter(|database| !database.sites.ids().is_empty()).count();
    let whom = match (databases, unresolved) {
        (0, 1) => "1 site collection in a content database not known yet".to_owned(),
        (0, _) => format!("{} in content databases not known yet", counted(sites, "site collection")),
        (_, 0) => format!(
            "{} in {}",
            counted(sites, "site collection"),
            counted(databases as u64, "content database")
        ),
        (_, unknown) => format!(
            "{} in {} ({} more in databases not known yet)",
            counted(sites - unknown, "site collection"),
            counted(databases as u64, "content database"),
            grouped(unknown),
        ),
    };
    let what = format!(
        "{whom} could not be opened, because the security token service was down while the upgrade ran."
    );
    match cost(&report.time) {
        Some(cost) => format!("{what} {cost}"),
        None => what,
    }
}

/// What it costs: the passes of psconfig that waited, and what they took without waiting, if that was seen.
fn cost(time: &TimeReport) -> Option<String> {
    const NAMED: usize = 3;
    let prediction = time.prediction.as_ref()?;
    let passes: Vec<&Session> = prediction.passes.iter().filter_map(|id| time.session(id)).collect();
    let count = i64::try_from(passes.len()).ok().filter(|count| *count > 0)?;
    let mean = passes.iter().map(|pass| pass.token_service_retry).sum::<i64>() / count;
    let each = passes.iter().take(NAMED).map(|pass| {
        let waited = format!("{} {}", server(pass), clock(pass.token_service_retry));
        // A clock that stepped back took off what was waited: no pass waits for longer than it lasts.
        if pass.duration < pass.token_service_retry {
            waited
        } else {
            format!("{waited} of {}", clock(pass.duration))
        }
    });
    let mut each: Vec<String> = each.collect();
    if passes.len() > NAMED {
        each.push(format!("{} more", passes.len() - NAMED));
    }
    let cured: Vec<&Session> = prediction.cured.iter().filter_map(|id| time.session(id)).collect();
    let first = time.passes().next().and_then(|pass| pass.server.as_deref());
    let elsewhere = passes.iter().any(|pass| pass.server.as_deref() != first);
    let whom = match (prediction.only_first, cured.is_empty()) {
        (true, _) => "psconfig waited",
        (false, true) if !elsewhere => "Each further pass waits",
        (false, false) if !elsewhere => "Each further pass waited",
        (false, true) => "Each further server waits",
        (false, false) => "Each further server waited",
    };
    let fact = cured.last().map_or_else(String::new, |pass| {
        format!("; after the cure {} took {}", server(pass), clock(pass.duration))
    });
    Some(format!("{whom} {} for them: {}{fact}.", about(mean), each.join(", ")))
}

fn server(pass: &Session) -> &str {
    pass.server.as_deref().unwrap_or(&pass.id)
}
