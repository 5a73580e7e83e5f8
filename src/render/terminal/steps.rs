//! What to do next, in order.

use super::counted;
use crate::model::finding::{Finding, Severity};
use crate::model::report::Report;
use crate::model::session::TimeReport;
use crate::render::Setting;
use crate::text::duration::{clock, range};

/// Numbered sentences.
pub(super) fn steps(report: &Report, setting: &Setting) -> Vec<String> {
    let live = || {
        report.findings.iter().filter(|finding| finding.suppressed.is_none() && finding.caused_by.is_empty())
    };
    let mut steps: Vec<String> = live().filter(|finding| finding.blocking).take(2).map(remedy).collect();
    match upgrades(report) {
        Some(whom) => steps.extend(with_script(&whom, report, setting)),
        None => {
            let others = live().filter(|finding| !finding.blocking && finding.severity > Severity::Info);
            steps.extend(others.map(remedy));
        }
    }
    let mut seen = Vec::new();
    steps.retain(|step| {
        let fresh = !seen.contains(step);
        seen.push(step.clone());
        fresh
    });
    steps.truncate(5);
    steps.iter().enumerate().map(|(index, step)| format!("{}. {step}", index + 1)).collect()
}

fn remedy(finding: &Finding) -> String {
    format!("{} ({})", finding.remedy, finding.code)
}

/// What the script upgrades; `None` if it has nothing to do.
fn upgrades(report: &Report) -> Option<String> {
    let databases = report.databases.iter().filter(|database| database.in_script).count() as u64;
    let unresolved = report.summary.unresolved_sites + report.unresolved_urls.len() as u64;
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

fn with_script(whom: &str, report: &Report, setting: &Setting) -> Vec<String> {
    let go_on = go_on(&report.time);
    match &setting.script {
        Some(script) => vec![
            format!("Start IIS on one patched server and check the token service ({script} checks it)."),
            format!("Run {script} -WhatIf there, then {script}: it upgrades {whom}."),
            go_on,
        ],
        None => vec![
            format!("Write the script with --script fix.ps1: it upgrades {whom}."),
            "Start IIS on one patched server and run fix.ps1 -WhatIf there, then fix.ps1.".to_owned(),
            go_on,
        ],
    }
}

/// How long the next pass will take, and how long it took where it was seen.
fn go_on(time: &TimeReport) -> String {
    let Some(prediction) = &time.prediction else {
        return "Go on with psconfig on the next server.".to_owned();
    };
    let expected = range(prediction.low, prediction.high);
    // The first pass of a farm also upgrades the databases: the later ones are shorter.
    let bound = if prediction.only_first { ", or less" } else { "" };
    let fact = prediction.cured.last().and_then(|id| time.session(id)).map_or_else(String::new, |pass| {
        let server = pass.server.as_deref().unwrap_or(&pass.id);
        format!(" ({server} took {} after the cure)", clock(pass.duration))
    });
    format!("Go on with psconfig on the next server: expect {expected}{bound}{fact}.")
}
