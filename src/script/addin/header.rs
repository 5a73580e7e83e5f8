//! The comments at the head of the script: what was found, what it will do, what it leaves to people. Every line goes
//! through the one function that makes a comment of it.

use super::steps::{Plan, fix};
use crate::model::audit::{AddInAudit, AuditReport, CheckResult, Status, Target};
use crate::script::header::Head;

/// How many add-ins, and how many checks of one add-in, are told at most; the report has all of them.
const MOST: usize = 50;

/// The head, without line ends.
pub(super) fn lines(report: &AuditReport, plan: &Plan, version: &str) -> Vec<String> {
    let mut head = Head(Vec::new());
    head.say(0, &format!("Written by spdoctor {version}."));
    head.say(0, "Text from artefacts stands in this file as comments and as quoted literals, nowhere else.");
    head.say(0, crate::script::USE);
    if !report.summary.verdict.is_empty() {
        head.title("what was found");
        head.tell(2, &report.summary.verdict);
    }
    what_will_be_done(&mut head, plan);
    what_is_left_out(&mut head, plan);
    online(&mut head, report);
    what_is_left_to_do(&mut head, report);
    head.0
}

fn what_will_be_done(head: &mut Head, plan: &Plan) {
    head.title("what this script does, each step asked for");
    if !plan.acts() && !plan.steps.is_empty() {
        head.say(2, "Nothing by itself: no check asks for a step that a command on a farm can do.");
    }
    if plan.steps.is_empty() {
        head.say(2, "Nothing: no check asks for a step that a command on a farm can do.");
        return;
    }
    for (number, step) in (1..).zip(&plan.steps) {
        head.say(2, &format!("{number}. {}", step.what));
        let addins: Vec<&str> = step.addins.iter().map(String::as_str).take(5).collect();
        let whose = if addins.is_empty() { String::new() } else { format!(" for {}", addins.join(", ")) };
        head.say(5, &format!("because of {}{whose}", step.reason()));
    }
}

fn what_is_left_out(head: &mut Head, plan: &Plan) {
    if plan.by_hand.is_empty() {
        return;
    }
    head.title("not in this script");
    for (code, addin, why) in plan.by_hand.iter().take(MOST) {
        head.tell(2, &format!("- {code} {addin}: {why}"));
    }
    more(head, plan.by_hand.len());
}

/// Add-ins that no command saves.
fn online(head: &mut Head, report: &AuditReport) {
    let online: Vec<&AddInAudit> = report.addins.iter().filter(|addin| addin.target == Target::Spo).collect();
    if online.is_empty() {
        return;
    }
    head.title("SharePoint Online: to be migrated, nothing is done here");
    head.tell(
        2,
        "Add-ins and Azure ACS ended in SharePoint Online on 2 April 2026, without a way to extend them. Move what these \
         do to the SharePoint Framework for pages and web parts, to an application of Microsoft Entra with \
         Sites.Selected for programs, to webhooks or Power Automate for event receivers.",
    );
    for addin in online.iter().take(MOST) {
        let client_id = addin.client_id.as_deref().unwrap_or("no client id");
        head.say(2, &format!("- {} ({client_id})", addin.name));
    }
    more(head, online.len());
}

/// Checks that fail and for which there is no command.
fn what_is_left_to_do(head: &mut Head, report: &AuditReport) {
    let open = |checks: &'_ [CheckResult]| -> Vec<CheckResult> {
        let left = checks.iter().filter(|check| check.suppressed.is_none() && fix(check).is_none());
        left.filter(|check| matches!(check.status, Status::Fail | Status::Warn)).cloned().collect()
    };
    let addins = report.addins.iter().map(|addin| (addin.name.clone(), open(&addin.checks)));
    let all: Vec<(String, Vec<CheckResult>)> = addins.filter(|(_, checks)| !checks.is_empty()).collect();
    if all.is_empty() {
        return;
    }
    head.title("left to people");
    for (name, checks) in all.iter().take(MOST) {
        head.say(2, name);
        for check in checks.iter().take(MOST) {
            head.tell(4, &format!("{} ({}): {}", check.id, check.severity, check.message));
            if !check.remedy.is_empty() {
                head.tell(6, &format!("> {}", check.remedy));
            }
        }
        more(head, checks.len());
    }
    more(head, all.len());
}

fn more(head: &mut Head, total: usize) {
    if let Some(left) = total.checked_sub(MOST).filter(|left| *left > 0) {
        head.say(2, &format!("and {left} more: see the report"));
    }
}
