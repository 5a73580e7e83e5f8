//! What to do next, in order.

use std::collections::{BTreeMap, BTreeSet};

use super::{since, site_upgrades};
use crate::model::finding::{Finding, Severity};
use crate::model::kind::LogKind;
use crate::model::order::{Order, When};
use crate::model::report::{Report, ScriptUse};
use crate::model::session::{Prediction, Session, SessionOutcome, TimeReport};
use crate::text::duration::{clock, range};
use crate::text::number::counted;
use crate::text::quote::powershell_script;
use crate::text::sentence::{all_of, lower_first, some_of};

/// Sentences. They carry names from logs: hostile text.
pub(super) fn steps(report: &Report) -> Vec<String> {
    let live = || {
        report.findings.iter().filter(|finding| finding.suppressed.is_none() && finding.caused_by.is_empty())
    };
    let order = Order::of(report);
    let mut all = wait(report);
    all.extend(match Upgrades::of(report) {
        Some(upgrades) => {
            let at = |when: When| {
                let is_told = |finding: &&Finding| {
                    // How the service is started is told with the script, which needs it.
                    !Order::TOKEN_SERVICE.contains(&finding.code.as_str())
                        // Logs of a failure hold many errors: only those that explain it are worth a step.
                        && (when != When::BeforePsconfig || order.made_fail(finding))
                };
                let found: Vec<_> =
                    live().filter(|finding| order.when(finding) == when).filter(is_told).collect();
                needs(report, &found).into_iter().take(BEFORE)
            };
            let mut steps: Vec<String> = at(When::BeforeScript).map(|need| need.sentence()).collect();
            steps.extend(since::worked_on_since(report));
            steps.extend(with_script(&upgrades, report));
            steps.extend(at(When::AfterScript).map(|need| need.once_more()));
            steps.extend(site_upgrades::step(report));
            steps.extend(at(When::BeforePsconfig).map(|need| need.sentence()));
            steps.push(go_on(report));
            steps
        }
        None => {
            let (blocking, others): (Vec<_>, Vec<_>) = live().partition(|finding| finding.blocking);
            let others = others.into_iter().filter(|finding| finding.severity > Severity::Info);
            let mut told: Vec<&Finding> = blocking.into_iter().take(2).chain(others).collect();
            told.sort_by_key(|finding| order.when(finding));
            let mut steps: Vec<String> = needs(report, &told).iter().map(Need::sentence).take(MOST).collect();
            steps.extend(site_upgrades::step(report));
            steps.extend(Again::of(report).sentences());
            steps
        }
    });
    all
}

/// Nothing is to be done on a farm while psconfig or an upgrade still runs.
fn wait(report: &Report) -> Vec<String> {
    let running = report.time.sessions.iter().filter(|session| session.outcome == SessionOutcome::Running);
    let servers: BTreeSet<&str> = running.clone().filter_map(|session| session.server.as_deref()).collect();
    let on = match servers.into_iter().collect::<Vec<_>>()[..] {
        [] => String::new(),
        ref servers => format!(" on {}", some_of(servers, "server")),
    };
    running.take(1).map(|_| format!("Wait until the upgrade{on} has ended.")).collect()
}

/// What is to be done, and for which databases.
struct Need<'r> {
    remedy: &'r str,
    code: &'r str,
    databases: BTreeSet<&'r str>,
}

/// A step for each remedy, in the order of the findings.
fn needs<'r>(report: &'r Report, findings: &[&'r Finding]) -> Vec<Need<'r>> {
    let mut needs: Vec<Need<'r>> = Vec::new();
    for finding in findings {
        let remedy = report.before_upgrade(finding).unwrap_or(&finding.remedy);
        let databases: BTreeSet<&str> = finding.databases.iter().map(String::as_str).collect();
        // What no line says the database of stays a step of its own.
        let is_same = |known: &&mut Need<'_>| {
            known.remedy == remedy
                && known.code == finding.code
                && known.databases.is_empty() == databases.is_empty()
        };
        match needs.iter_mut().find(is_same) {
            Some(known) => known.databases.extend(databases),
            None => needs.push(Need { remedy, code: &finding.code, databases }),
        }
    }
    needs
}

impl Need<'_> {
    fn whom(&self) -> Option<String> {
        let names: Vec<&str> = self.databases.iter().copied().collect();
        (!names.is_empty()).then(|| some_of(&names, "database"))
    }

    fn sentence(&self) -> String {
        match self.whom() {
            Some(whom) => format!("For {whom}: {} ({})", lower_first(self.remedy), self.code),
            None => format!("{} ({})", self.remedy, self.code),
        }
    }

    /// What the script upgrades in vain otherwise.
    fn once_more(&self) -> String {
        let whom = self.whom().unwrap_or_else(|| "the databases concerned".to_owned());
        format!("For {whom}: {} Then upgrade once more. ({})", lower_first(self.remedy), self.code)
    }
}

/// Steps in all, where no script is part of them.
const MOST: usize = 5;
/// Steps before the script, after it, and before psconfig runs again.
const BEFORE: usize = 3;

/// What the script upgrades.
struct Upgrades {
    databases: u64,
    /// Sites whose database the farm is asked for when the script runs.
    found_later: u64,
}

impl Upgrades {
    /// `None` if the script has nothing to do.
    fn of(report: &Report) -> Option<Self> {
        let databases = report.databases.iter().filter(|database| database.in_script).count() as u64;
        let found_later = (report.sites_to_ask_for().count() + report.unresolved_urls.len()) as u64;
        (databases + found_later > 0).then_some(Self { databases, found_later })
    }

    fn known(&self) -> String {
        counted(self.databases, "database")
    }

    fn later(&self) -> String {
        let more = if self.databases > 0 { "more site" } else { "site" };
        format!("{}, found at run time", counted(self.found_later, more))
    }

    fn all(&self) -> String {
        match (self.databases, self.found_later) {
            (0, _) => format!("the databases that own {}", self.later()),
            (_, 0) => self.known(),
            _ => format!("{} and those that own {}", self.known(), self.later()),
        }
    }

    /// What a run with lanes leaves to one without.
    fn rest(&self) -> Option<String> {
        (self.found_later > 0).then(|| format!("it upgrades the databases that own {}", self.later()))
    }
}

fn with_script(upgrades: &Upgrades, report: &Report) -> Vec<String> {
    let service_is_down = report
        .findings
        .iter()
        .any(|finding| finding.suppressed.is_none() && Order::TOKEN_SERVICE.contains(&finding.code.as_str()));
    let all = upgrades.all();
    match &report.script {
        Some(script) if script.is_parallel && upgrades.databases > 0 => {
            with_lanes(upgrades, script, service_is_down)
        }
        Some(script) if service_is_down => {
            let run = powershell_script(&script.name);
            vec![
                "Start IIS on one patched server and check the token service (the script checks it)."
                    .to_owned(),
                format!("Run {run} -WhatIf there, then {run}: it upgrades {all}."),
            ]
        }
        Some(script) => {
            let run = powershell_script(&script.name);
            vec![format!(
                "While IIS runs, run {run} -WhatIf on one patched server, then {run}: it upgrades {all}."
            )]
        }
        None => {
            let start = if service_is_down { "Start IIS" } else { "See that IIS runs" };
            vec![
                format!("Write the script with --script fix.ps1: it upgrades {all}."),
                format!("{start} on one patched server and run .\\fix.ps1 -WhatIf there, then .\\fix.ps1."),
            ]
        }
    }
}

/// Lanes upgrade what is known, each its own part; what is found at run time is left to a last run.
fn with_lanes(upgrades: &Upgrades, script: &ScriptUse, service_is_down: bool) -> Vec<String> {
    let run = powershell_script(&script.name);
    let lanes: Vec<&str> = script.lanes.iter().map(String::as_str).collect();
    let start = if service_is_down { "Start IIS" } else { "See that IIS runs" };
    let known = upgrades.known();
    let at_a_time = if upgrades.databases > 1 { ", several at a time" } else { "" };
    let mut steps = if lanes.is_empty() {
        vec![
            format!("{start} on one patched server and check the token service (the script checks it)."),
            format!("Run {run} -WhatIf there, then {run}: it upgrades {known}{at_a_time}."),
        ]
    } else {
        vec![
            format!("{start} on {}, all of them patched (the script checks it).", all_of(&lanes)),
            format!("Run {run} -WhatIf on each of them, then {run}: together they upgrade {known}."),
        ]
    };
    if let Some(rest) = upgrades.rest() {
        let on = if lanes.is_empty() { "" } else { " on one of them, when all have ended" };
        steps.push(format!("Then run {run} -Serial{on}: {rest}."));
    }
    steps
}

/// Where psconfig is to be run again, and why. A server is `None` where no log tells its name.
#[derive(Default)]
struct Again<'r> {
    failed: BTreeSet<Option<&'r str>>,
    /// psconfig itself succeeded; the upgrade that it started did not.
    upgrade_failed: BTreeSet<Option<&'r str>>,
    /// The user left the wizard.
    cancelled: BTreeSet<Option<&'r str>>,
    without_end: BTreeSet<Option<&'r str>>,
}

impl<'r> Again<'r> {
    /// The last pass of a server decides: psconfig passes over what was done before, and ends at the first task that
    /// fails, whatever made it fail. So a server has to run it again even where the script cures the cause.
    fn of(report: &'r Report) -> Self {
        let mut last: BTreeMap<Option<&str>, &Session> = BTreeMap::new();
        for session in &report.time.sessions {
            // The upgrade job of the timer service runs for psconfig, which fails with it. What it did well is not
            // yet a pass.
            let fails_a_pass = session.process == "owstimer" && session.outcome == SessionOutcome::Failed;
            if session.is_pass || fails_a_pass {
                last.insert(session.server.as_deref(), session);
            }
        }
        let mut again = Self::default();
        // A piece of a log has no end either; only of a session that was seen to begin is that told.
        let killed = |session: &Session| {
            report.findings.iter().any(|finding| {
                finding.code == KILLED
                    && finding.suppressed.is_none()
                    && !finding.files.is_disjoint(&session.files)
            })
        };
        for (server, session) in &last {
            match session.outcome {
                SessionOutcome::Failed if session.psconfig_succeeded => {
                    again.upgrade_failed.insert(*server);
                }
                SessionOutcome::Failed => {
                    again.failed.insert(*server);
                }
                SessionOutcome::Cancelled => {
                    again.cancelled.insert(*server);
                }
                SessionOutcome::Killed if killed(session) => {
                    again.without_end.insert(*server);
                }
                _ => {}
            }
        }
        let consoles: BTreeSet<Option<&str>> =
            failed_consoles(report).filter(|server| !last.contains_key(server)).collect();
        let (named, unnamed): (BTreeSet<_>, BTreeSet<_>) = consoles.into_iter().partition(Option::is_some);
        again.failed.extend(named);
        if again.failed.is_empty() {
            // What a window shows of an unnamed server may be the pass of one that has a name.
            again.failed.extend(unnamed);
        }
        again
    }

    /// A sentence for each reason.
    fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        let named: Vec<&str> = self.failed.iter().copied().flatten().collect();
        if !self.failed.is_empty() {
            sentences.push(match &named[..] {
                [] => "Run psconfig again on the server where it ended with errors.".to_owned(),
                named => {
                    format!("Run psconfig again on {}, where it ended with errors.", some_of(named, "server"))
                }
            });
        }
        if !self.upgrade_failed.is_empty() {
            const WHY: &str = "it succeeded, but the upgrade that it started ended with errors";
            let named: Vec<&str> = self.upgrade_failed.iter().copied().flatten().collect();
            sentences.push(match &named[..] {
                [] => format!("Run psconfig again: {WHY}."),
                named => format!("Run psconfig again on {}: {WHY}.", some_of(named, "server")),
            });
        }
        if !self.cancelled.is_empty() {
            let named: Vec<&str> = self.cancelled.iter().copied().flatten().collect();
            sentences.push(match &named[..] {
                [] => "Run psconfig again on the server where its wizard was cancelled.".to_owned(),
                named => {
                    format!(
                        "Run psconfig again on {}, where its wizard was cancelled.",
                        some_of(named, "server")
                    )
                }
            });
        }
        match self.without_end.iter().collect::<Vec<_>>()[..] {
            [] => {}
            [Some(server)] => {
                sentences.push(format!("Run psconfig again on {server}, whose pass has no end."));
            }
            [None] => sentences.push("Run psconfig again on the server whose pass has no end.".to_owned()),
            ref servers => sentences
                .push(format!("Run psconfig again on the {} servers whose pass has no end.", servers.len())),
        }
        sentences
    }
}

/// The servers of windows in which psconfig failed: they have no times, and so no pass.
fn failed_consoles(report: &Report) -> impl Iterator<Item = Option<&str>> {
    let is_live =
        |finding: &&Finding| PSCONFIG_FAILED.contains(&finding.code.as_str()) && finding.suppressed.is_none();
    let paths: BTreeSet<&String> =
        report.findings.iter().filter(is_live).flat_map(|finding| &finding.files).collect();
    report
        .files
        .iter()
        .filter(move |file| file.kind == LogKind::Console && paths.contains(&file.path))
        .map(|file| file.server.as_deref())
}

/// The rule that says that a session was broken off.
const KILLED: &str = "UA17";

/// Rules that say in a window that psconfig failed: it prints the end of the timer job, too.
const PSCONFIG_FAILED: [&str; 2] = ["UA08", "UD01"];

/// Where psconfig is to be run again; how long the next pass will take, and how long it took where it was seen.
fn go_on(report: &Report) -> String {
    let mut sentences = Again::of(report).sentences();
    // Nothing tells which servers a farm has.
    let go_on = if sentences.is_empty() {
        "Go on with psconfig on the next server"
    } else {
        "Then go on with psconfig on the next server, if one is left"
    };
    sentences.push(match &report.time.prediction {
        None => format!("{go_on}."),
        Some(prediction) => format!("{go_on}: expect {}.", expected(prediction, &report.time)),
    });
    sentences.join(" ")
}

fn expected(prediction: &Prediction, time: &TimeReport) -> String {
    let expected = range(prediction.low, prediction.high);
    // The first pass of a farm also upgrades the databases: the later ones are shorter.
    let bound = if prediction.only_first { ", or less" } else { "" };
    let fact = prediction.cured.last().and_then(|id| time.session(id)).map_or_else(String::new, |pass| {
        let server = pass.server.as_deref().unwrap_or(&pass.id);
        format!(" ({server} took {} after the cure)", clock(pass.duration))
    });
    format!("{expected}{bound}{fact}")
}
