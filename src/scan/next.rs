//! What to do next, in order.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::finding::{Finding, Severity};
use crate::model::report::Report;
use crate::model::session::{SessionOutcome, TimeReport};
use crate::text::duration::{clock, range};
use crate::text::number::counted;

/// Sentences. They carry names from logs: hostile text.
pub(super) fn steps(report: &Report) -> Vec<String> {
    let live = || {
        report.findings.iter().filter(|finding| finding.suppressed.is_none() && finding.caused_by.is_empty())
    };
    let remedy = |finding: &Finding| {
        let remedy = report.before_upgrade(finding).unwrap_or(&finding.remedy);
        format!("{remedy} ({})", finding.code)
    };
    // What an upgrade that failed may be a symptom of.
    let causes: BTreeSet<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.suppressed.is_none() && finding.upgrade_content_database)
        .flat_map(|finding| finding.caused_by.iter().map(String::as_str))
        .collect();
    let comes_first = |finding: &&Finding| {
        finding.blocking
            || report.before_upgrade(finding).is_some()
            || (!finding.upgrade_content_database && causes.contains(finding.code.as_str()))
    };
    match upgrades(report) {
        Some(whom) => {
            // What only some databases need must not keep the others waiting for the token service.
            let waits = |finding: &&Finding| report.tells_of_refused() && !finding.blocking;
            let (later, first): (Vec<_>, Vec<_>) = live().filter(comes_first).partition(waits);
            let mut steps = distinct(first.into_iter().map(remedy), BEFORE);
            steps.extend(with_script(&whom, report));
            steps.extend(distinct(later.into_iter().map(|finding| once_more(report, finding)), BEFORE));
            steps.push(go_on(&report.time));
            steps
        }
        None => {
            let (blocking, others): (Vec<_>, Vec<_>) = live().partition(|finding| finding.blocking);
            let others = others.into_iter().filter(|finding| finding.severity > Severity::Info);
            distinct(blocking.into_iter().take(2).chain(others).map(remedy), MOST)
        }
    }
}

/// What databases need that the script upgrades in vain otherwise.
fn once_more(report: &Report, finding: &Finding) -> String {
    let whom = match finding.databases.iter().collect::<Vec<_>>()[..] {
        [] => "the databases concerned".to_owned(),
        [name] => name.clone(),
        ref several => counted(several.len() as u64, "database"),
    };
    let remedy = report.before_upgrade(finding).unwrap_or(&finding.remedy);
    let mut letters = remedy.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase()).into_iter();
    let remedy: String = first.chain(letters).collect();
    format!("For {whom}: {remedy} Then upgrade once more. ({})", finding.code)
}

/// Steps in all, where no script is part of them.
const MOST: usize = 5;
/// Steps before the script.
const BEFORE: usize = 3;

/// The first so many of these that differ.
fn distinct(steps: impl Iterator<Item = String>, most: usize) -> Vec<String> {
    let mut distinct = Vec::new();
    for step in steps {
        if !distinct.contains(&step) {
            distinct.push(step);
        }
        if distinct.len() == most {
            break;
        }
    }
    distinct
}

/// What the script upgrades; `None` if it has nothing to do.
fn upgrades(report: &Report) -> Option<String> {
    let databases = report.databases.iter().filter(|database| database.in_script).count() as u64;
    let unresolved = (report.sites_to_ask_for().count() + report.unresolved_urls.len()) as u64;
    match (databases, unresolved) {
        (0, 0) => None,
        (0, sites) => Some(format!("the databases that own {}, found at run time", counted(sites, "site"))),
        (databases, 0) => Some(counted(databases, "database")),
        (databases, sites) => {
            let sites = counted(sites, "more site");
            Some(format!("{} and those that own {sites}, found at run time", counted(databases, "database")))
        }
    }
}

fn with_script(whom: &str, report: &Report) -> Vec<String> {
    let service_is_down = report
        .findings
        .iter()
        .any(|finding| finding.suppressed.is_none() && TOKEN_SERVICE.contains(&finding.code.as_str()));
    match (&report.script, service_is_down) {
        (Some(script), true) => vec![
            format!("Start IIS on one patched server and check the token service ({script} checks it)."),
            format!("Run {script} -WhatIf there, then {script}: it upgrades {whom}."),
        ],
        (Some(script), false) => vec![format!(
            "While IIS runs, run {script} -WhatIf on one patched server, then {script}: it upgrades {whom}."
        )],
        (None, service_is_down) => {
            let start = if service_is_down { "Start IIS" } else { "See that IIS runs" };
            vec![
                format!("Write the script with --script fix.ps1: it upgrades {whom}."),
                format!("{start} on one patched server and run fix.ps1 -WhatIf there, then fix.ps1."),
            ]
        }
    }
}

/// Rules that say that the security token service is down.
const TOKEN_SERVICE: [&str; 2] = [Report::REFUSED, "UE01"];

/// The servers whose last pass of psconfig has no end, and nothing to say that it failed.
fn cut_off(time: &TimeReport) -> Vec<&str> {
    let mut last: BTreeMap<&str, SessionOutcome> = BTreeMap::new();
    for pass in time.passes() {
        if let Some(server) = &pass.server {
            last.insert(server, pass.outcome);
        }
    }
    let killed = last.into_iter().filter(|(_, outcome)| *outcome == SessionOutcome::Killed);
    killed.map(|(server, _)| server).collect()
}

/// How long the next pass will take, and how long it took where it was seen.
fn go_on(time: &TimeReport) -> String {
    let again = match &cut_off(time)[..] {
        [] => String::new(),
        [server] => format!("Run psconfig again on {server}, whose pass has no end. "),
        servers => {
            format!("Run psconfig again on the {} servers whose pass has no end. ", servers.len())
        }
    };
    let Some(prediction) = &time.prediction else {
        return format!("{again}Go on with psconfig on the next server.");
    };
    let expected = range(prediction.low, prediction.high);
    // The first pass of a farm also upgrades the databases: the later ones are shorter.
    let bound = if prediction.only_first { ", or less" } else { "" };
    let fact = prediction.cured.last().and_then(|id| time.session(id)).map_or_else(String::new, |pass| {
        let server = pass.server.as_deref().unwrap_or(&pass.id);
        format!(" ({server} took {} after the cure)", clock(pass.duration))
    });
    format!("{again}Go on with psconfig on the next server: expect {expected}{bound}{fact}.")
}
