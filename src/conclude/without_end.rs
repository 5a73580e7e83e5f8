//! A session that has no end in its log may have one after all: it still runs, or another log goes on with it.

use std::collections::BTreeSet;

use crate::catalogue::rule::Coded;
use crate::model::finding::Finding;
use crate::model::report::Report;
use crate::scan::rules::engine::Engine;

/// Withdraws what is said of these logs because they have no end.
pub fn withdraw(engine: &Engine, report: &mut Report, logs: &BTreeSet<String>) {
    let is_of_the_end = |finding: &Finding| {
        let rule = engine.catalogue().get(&finding.code);
        rule.is_some_and(|rule| rule.coded == Some(Coded::SessionWithoutEnd))
    };
    for finding in report.findings.iter_mut().filter(|finding| is_of_the_end(finding)) {
        let before = finding.files.len();
        finding.files.retain(|path| !logs.contains(path));
        finding.evidence.retain(|evidence| !logs.contains(&evidence.place.path));
        // Each log counts once.
        finding.count = finding.count.saturating_sub((before - finding.files.len()) as u64);
    }
    report.findings.retain(|finding| !is_of_the_end(finding) || finding.count > 0);
    let codes: BTreeSet<&String> = report.findings.iter().map(|finding| &finding.code).collect();
    report.cards.retain(|code, _| codes.contains(code));
}
