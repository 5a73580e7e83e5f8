//! Cause before symptom: a summary line belongs to the problem found in the same session.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::finding::{Finding, Severity};
use crate::model::names::Names;

/// Logs of one session lie close together: a cause is looked for within this many milliseconds of its symptom.
const ONE_SESSION: i64 = 12 * 60 * 60 * 1000;

/// A finding with what is needed to place it in a session.
#[derive(Debug)]
pub struct Placed {
    /// The finding.
    pub finding: Finding,
    /// Codes of rules that explain it.
    pub may_be_caused_by: Vec<String>,
    /// Servers it was seen on; empty if no log tells.
    pub servers: BTreeSet<String>,
    /// Sites whose database is to be upgraded and is not known.
    pub unowned_urls: BTreeSet<String>,
}

/// Links every symptom to the causes that were found in the same session.
pub fn link(placed: &mut [Placed]) {
    // Findings of one rule may be thousands: only those that can be a cause are looked at.
    let mut by_code: BTreeMap<&str, Vec<&Placed>> = BTreeMap::new();
    for cause in placed.iter() {
        by_code.entry(&cause.finding.code).or_default().push(cause);
    }
    let causes_of = |symptom: &Placed| {
        let explains = |code: &&String| {
            let causes = by_code.get(code.as_str());
            causes
                .into_iter()
                .flatten()
                .any(|cause| same_session(symptom, cause) && same_databases(symptom, cause))
        };
        symptom.may_be_caused_by.iter().filter(explains).cloned().collect()
    };
    let links: Vec<Names> = placed.iter().map(causes_of).collect();
    for (symptom, causes) in placed.iter_mut().zip(links) {
        symptom.finding.caused_by = causes;
    }
    weigh_owners(placed);
}

/// The owner of a database explains a failed psconfig only where nothing else does; by itself it is a remark.
fn weigh_owners(placed: &mut [Placed]) {
    const OWNER: &str = "UC11";
    if !placed.iter().any(|placed| placed.finding.code == OWNER) {
        return;
    }
    let without_cause =
        |finding: &Finding| matches!(finding.code.as_str(), "UD01" | "UD02") && finding.caused_by.is_empty();
    let explains = placed.iter().any(|placed| without_cause(&placed.finding));
    for Placed { finding, .. } in placed {
        if without_cause(finding) {
            finding.caused_by.insert(OWNER.to_owned());
        } else if finding.code == OWNER && !explains {
            finding.severity = Severity::Info;
        }
    }
}

fn same_session(symptom: &Placed, cause: &Placed) -> bool {
    let on_one_server = symptom.servers.is_empty()
        || cause.servers.is_empty()
        || !symptom.servers.is_disjoint(&cause.servers);
    let share_file = !symptom.finding.files.is_disjoint(&cause.finding.files);
    share_file || (on_one_server && near(&symptom.finding, &cause.finding))
}

/// What happened to some databases explains nothing about others.
fn same_databases(symptom: &Placed, cause: &Placed) -> bool {
    let (mine, theirs) = (&symptom.finding.databases, &cause.finding.databases);
    mine.is_empty() || theirs.is_empty() || !mine.is_disjoint(theirs)
}

fn near(one: &Finding, other: &Finding) -> bool {
    match (one.first, one.last, other.first, other.last) {
        (Some(first), Some(last), Some(other_first), Some(other_last)) => {
            first.millis() <= other_last.millis().saturating_add(ONE_SESSION)
                && other_first.millis() <= last.millis().saturating_add(ONE_SESSION)
        }
        // A console or an export has no times.
        _ => true,
    }
}
