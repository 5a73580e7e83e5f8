//! The comments at the head of the script: what was found, what it will do, what it leaves to people.
//!
//! Every line goes through one function that makes a comment of it; nothing here can become code.

use std::collections::BTreeSet;

use super::ScriptOptions;
use super::plan::{Plan, PlannedDatabase};
use crate::model::database::database_key;
use crate::model::finding::{Finding, Severity};
use crate::model::order::{Order, When};
use crate::model::report::{RemedyStep, Report, ResolvedBy};
use crate::text::quote::{powershell_comment, powershell_literal};

/// How many findings of a kind are told at most; the report has all of them.
const FINDINGS: usize = 20;
/// Where prose is wrapped, in characters.
const WIDTH: usize = 110;
/// How many comments one piece of prose takes at most.
const LINES: usize = 12;
/// How many lines of evidence of a finding are shown.
const EVIDENCE: usize = 2;

/// What a reader of a parallel plan has to know.
const LANES: &str = "Lanes keep to two databases of a SQL volume and four of a SharePoint server at a time. \
    Databases whose volume is not known count as one volume with all they may share it with. If one SQL machine \
    goes by several names here, its volumes count several times: then start fewer lanes.";

/// The head, without line ends; every line is a comment or empty.
pub(super) fn lines(report: &Report, plan: &Plan, options: &ScriptOptions) -> Vec<String> {
    let mut head = Head(Vec::new());
    head.say(0, &format!("Written by spdoctor {}.", options.tool_version));
    head.say(0, "Text from logs stands in this file as comments and as quoted literals, nowhere else.");
    head.say(0, super::USE);
    let left = Left::to(report);
    what_was_found(&mut head, report, plan);
    list(&mut head, report, "do first", &left.at(When::BeforeScript));
    what_will_be_done(&mut head, report, plan, &left);
    what_is_left_out(&mut head, plan);
    list(&mut head, report, "do then, and upgrade these databases once more", &left.at(When::AfterScript));
    list(&mut head, report, "do before psconfig runs again", &left.at(When::BeforePsconfig));
    list(&mut head, report, "also found, not cured by this script, can wait", &left.at(When::CanWait));
    head.0
}

/// The lines under construction.
pub(super) struct Head(pub(super) Vec<String>);

impl Head {
    /// One comment. A dot never comes first: PowerShell would look for a heading of its help there.
    pub(super) fn say(&mut self, indent: usize, text: &str) {
        let mark = if text.trim_start().starts_with('.') { "| " } else { "" };
        let line = format!("# {}{mark}{}", " ".repeat(indent), powershell_comment(text));
        self.0.push(line.trim_end().to_owned());
    }

    /// Prose over as many comments as it takes, up to a bound.
    pub(super) fn tell(&mut self, indent: usize, text: &str) {
        let mut line = String::new();
        let mut lines = Vec::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() + indent > WIDTH {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
        for line in lines.iter().take(LINES) {
            self.say(indent, line);
        }
        if lines.len() > LINES {
            self.say(indent, "and so on: see the report");
        }
    }

    pub(super) fn title(&mut self, text: &str) {
        self.0.push("#".to_owned());
        self.say(0, &format!("---- {text} ----"));
    }

    /// Says of a list that was cut how much is missing.
    fn rest(&mut self, total: usize) {
        if let Some(more) = total.checked_sub(FINDINGS).filter(|&more| more > 0) {
            self.say(2, &format!("and {more} more: see the report"));
        }
    }
}

fn what_was_found(head: &mut Head, report: &Report, plan: &Plan) {
    head.title("what was found");
    if !report.summary.verdict.is_empty() {
        head.tell(2, &report.summary.verdict);
    }
    let owned = count(plan.databases.iter().map(|database| database.sites.ids().len()).sum(), "refused site");
    let databases = count(plan.databases.len(), "database");
    let unplaced = plan.sites.len();
    head.tell(
        2,
        &format!("In this plan: {databases} with {owned}. Refused sites of unknown database: {unplaced}."),
    );
    let cured: Vec<&Finding> = told(report).filter(|finding| finding.upgrade_content_database).collect();
    for finding in cured.iter().take(FINDINGS) {
        head.0.push("#".to_owned());
        introduce(head, finding);
        for evidence in finding.evidence.iter().take(EVIDENCE) {
            let time = evidence.time.map_or_else(String::new, |time| format!("  {time}"));
            head.say(4, &format!("seen in {}{time}", evidence.place));
            head.say(6, &format!("| {}", evidence.text.trim()));
        }
    }
    head.rest(cured.len());
}

fn what_will_be_done(head: &mut Head, report: &Report, plan: &Plan, left: &Left<'_>) {
    head.title("what this script upgrades, once each");
    if plan.is_empty() {
        head.say(2, "Nothing: no database and no site was found that needs it.");
        if report.summary.records == 0 {
            head.say(2, "No record of a log was read: this says nothing about the farm.");
        }
        return;
    }
    let shared = shared_names(plan);
    for (index, database) in plan.databases.iter().enumerate() {
        describe(head, report, plan, index + 1, database);
        if !shared.contains(&database_key(&database.name)) {
            tell_by_hand(head, &database.name);
        }
        tell_of_the_rest(head, database, left);
    }
    let when = if plan.lanes.is_empty() { "" } else { " (with -Serial, after the lanes)" };
    if !plan.sites.is_empty() {
        let unplaced = plan.sites.len();
        head.say(
            2,
            &format!(
                "Refused sites of unknown database: the farm is asked for {unplaced} at run time{when}."
            ),
        );
    }
    if !plan.urls.is_empty() {
        head.say(2, &format!("Sites known by their URL only, of which the farm is asked at run time{when}:"));
        for url in plan.urls.iter().take(FINDINGS) {
            head.say(4, &format!("- {url}"));
        }
        head.rest(plan.urls.len());
    }
    head.say(
        2,
        &format!("The database of Central Administration, if something in it needs an upgrade{when}."),
    );
    if !plan.lanes.is_empty() {
        head.tell(2, LANES);
    }
}

fn describe(head: &mut Head, report: &Report, plan: &Plan, number: usize, database: &PlannedDatabase) {
    let server = database.server.as_deref().map_or_else(String::new, |server| format!(" on {server}"));
    let lane = database.seat.and_then(|seat| Some((plan.lanes.get(seat.lane)?, seat.chain)));
    let lane = lane.map_or_else(String::new, |(lane, chain)| format!("  [lane {lane}, chain {chain}]"));
    head.say(2, &format!("{number}. {}{server}{lane}", database.name));
    if !database.sites.ids().is_empty() {
        let sites = count(database.sites.ids().len(), "refused site");
        head.say(5, &format!("{sites}; {}", known_from(database.resolved_by)));
    }
    for code in &database.reasons {
        head.say(5, &format!("because of {}", named(report, code)));
    }
}

/// Names that databases of several SQL servers have, by key: `SharePoint` takes such a name for one of them.
fn shared_names(plan: &Plan) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let names = plan.databases.iter().map(|database| database_key(&database.name));
    names.filter(|name| !seen.insert(name.clone())).collect()
}

fn tell_by_hand(head: &mut Head, name: &str) {
    // A name with a wildcard may mean several databases; the script compares names exactly. What opens or closes a
    // comment does not stand in one as it is.
    let is_told_as_it_is = !["<#", "#>"].iter().any(|mark| name.contains(mark));
    if is_told_as_it_is && !name.contains(['*', '?', '[', ']', '`']) {
        let name = powershell_literal(name);
        let command =
            format!("Get-SPContentDatabase -Identity {name} | Upgrade-SPContentDatabase -Confirm:$false");
        // Half a command is none, and a name in other letters than ASCII makes a long one.
        if powershell_comment(&command).ends_with("-Confirm:$false") {
            head.say(5, &format!("by hand: {command}"));
        }
    }
}

fn what_is_left_out(head: &mut Head, plan: &Plan) {
    if plan.left_out.is_empty() {
        return;
    }
    head.title("not in this script");
    for left_out in &plan.left_out {
        head.tell(2, &format!("- {}: {}", left_out.name, left_out.because));
    }
}

/// What is found about a database that its upgrade does not cure.
fn tell_of_the_rest(head: &mut Head, database: &PlannedDatabase, left: &Left<'_>) {
    let codes = database.do_first.iter().map(String::as_str);
    let (first, later): (Vec<&str>, Vec<&str>) = codes.partition(|code| left.first.contains(code));
    for (title, codes) in [("do first", first), ("not cured by it", later)] {
        if !codes.is_empty() {
            head.say(5, &format!("{title}: {}", codes.join(", ")));
        }
    }
}

/// Findings that no upgrade of a database alone cures, in the order in which DO NEXT of the report tells them.
struct Left<'r> {
    findings: Vec<(When, &'r Finding)>,
    /// Codes of those before the script.
    first: BTreeSet<&'r str>,
}

impl<'r> Left<'r> {
    fn to(report: &'r Report) -> Self {
        let order = Order::of(report);
        // What follows from something else goes away with it, but for the token service: it is a symptom of the sites that
        // it refused, and has to be started all the same.
        let is_told = |finding: &&Finding| {
            finding.severity > Severity::Info
                && (!finding.upgrade_content_database || report.before_upgrade(finding).is_some())
                && (finding.caused_by.is_empty() || Order::TOKEN_SERVICE.contains(&finding.code.as_str()))
        };
        let findings: Vec<_> =
            told(report).filter(is_told).map(|finding| (order.when(finding), finding)).collect();
        let first = findings.iter().filter(|(when, _)| *when == When::BeforeScript);
        let first = first.map(|(_, finding)| finding.code.as_str()).collect();
        Self { findings, first }
    }

    fn at(&self, when: When) -> Vec<&'r Finding> {
        self.findings.iter().filter(|(known, _)| *known == when).map(|(_, finding)| *finding).collect()
    }
}

fn list(head: &mut Head, report: &Report, title: &str, findings: &[&Finding]) {
    if findings.is_empty() {
        return;
    }
    head.title(title);
    let mut explained: BTreeSet<&str> = BTreeSet::new();
    for finding in findings.iter().take(FINDINGS) {
        introduce(head, finding);
        if !finding.databases.is_empty() {
            let databases: Vec<&str> = finding.databases.iter().map(String::as_str).collect();
            head.say(4, &format!("in {}", databases.join(", ")));
        }
        // A rule may have many findings; its steps are the same for all of them.
        if explained.insert(&finding.code) {
            let card = report.cards.get(&finding.code);
            for (index, step) in card.iter().flat_map(|card| &card.steps).enumerate() {
                advise(head, index + 1, step);
            }
        }
    }
    head.rest(findings.len());
}

fn advise(head: &mut Head, number: usize, step: &RemedyStep) {
    let mark = if step.destructive { "DESTRUCTIVE, think before you do it: " } else { "" };
    head.tell(4, &format!("{number}. {mark}{}", step.text));
    for line in step.command.iter().flat_map(|command| command.lines()) {
        let mark = if step.destructive { "DESTRUCTIVE " } else { "" };
        head.say(7, &format!("{mark}> {line}"));
    }
}

fn introduce(head: &mut Head, finding: &Finding) {
    let Finding { code, rule, title, severity, .. } = finding;
    let times = if finding.count == 1 { "once".to_owned() } else { format!("{} times", finding.count) };
    let blocking = if finding.blocking { ", blocks the upgrade" } else { "" };
    head.say(2, &format!("{code} {rule}: {title} ({severity}, {times}{blocking})"));
}

fn told(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| finding.suppressed.is_none())
}

/// Code and title of a rule, as a reason.
fn named(report: &Report, code: &str) -> String {
    let from_finding =
        || report.findings.iter().find(|finding| finding.code == code).map(|finding| finding.title.as_str());
    let title = report.cards.get(code).map(|card| card.title.as_str()).or_else(from_finding);
    title.map_or_else(|| code.to_owned(), |title| format!("{code} {title}"))
}

/// `1 site`, `2 sites`.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn known_from(resolved_by: ResolvedBy) -> &'static str {
    match resolved_by {
        ResolvedBy::Inventory => "owner known from an export of the farm",
        ResolvedBy::NamedInLog => "owner named in the log",
        ResolvedBy::SingleDatabaseSession => "owner known because the session upgraded no other database",
        ResolvedBy::LogContext => "owner likely, not proven: the log names it before and after them",
        ResolvedBy::Unresolved => "owner not known for all of them",
    }
}
