//! Legs become sessions, sessions a profile, and the passes of psconfig a prediction.

use std::collections::BTreeMap;

use super::charges::Charge;
use super::leg::Leg;
use super::owners::Owners;
use super::path::Part;
use super::prediction;
use super::profile_tree::Tree;
use super::serial;
use super::sessions::{Whole, group};
use super::silences::Gap;
use super::source::SourceFacts;
use super::tally::Legs;
use super::waits;
use crate::model::session::{DatabaseWait, ProfileNode, Session, SessionOutcome, Stall, TimeReport};

/// Silences told in a report.
const STALLS: usize = 10;

/// Draws the conclusion about time.
pub fn conclude(sources: &[SourceFacts], legs: &Legs, owners: &Owners<'_>) -> TimeReport {
    let wholes = group(sources, legs);
    let mut report = TimeReport::default();
    let mut waits: BTreeMap<Option<String>, i64> = BTreeMap::new();
    let mut upgraded = Vec::new();
    let mut tree = Tree::default();
    for (index, whole) in wholes.iter().enumerate() {
        let id = format!("s{}", index + 1);
        let root = Session::path_of(whole.server.as_deref(), &id, &whole.process);
        upgraded.push(charge(whole, owners, &root, &mut tree, &mut waits));
        let duration = tree.millis(&root);
        report.stalls.extend(stalls(&id, whole, sources));
        report.sessions.push(session(id, whole, sources, duration));
    }
    report.profile = tree.into_nodes();
    report.stalls.sort_by(|a, b| (b.millis, &a.path, a.line).cmp(&(a.millis, &b.path, b.line)));
    report.stalls.truncate(STALLS);
    report.waits = waits.into_iter().map(|(database, millis)| DatabaseWait { database, millis }).collect();
    report.waits.sort_by(|a, b| (b.millis, &a.database).cmp(&(a.millis, &b.database)));
    report.serial = serial::serial(&report.sessions, &upgraded);
    report.prediction = prediction::predict(&report.sessions);
    report
}

fn session(id: String, whole: &Whole<'_>, sources: &[SourceFacts], duration: i64) -> Session {
    let legs = || whole.legs.iter().map(|placed| placed.leg);
    let paths =
        whole.legs.iter().chain(&whole.wizard).filter_map(|placed| sources.get(placed.source as usize));
    Session {
        id,
        server: whole.server.clone(),
        files: paths.map(|facts| facts.path.clone()).collect(),
        process: whole.process.clone(),
        start: whole.start,
        end: whole.end,
        outcome: outcome(whole),
        duration,
        token_service_retry: legs().map(|leg| leg.waits.total().millis).sum(),
        refused_sites: waits::distinct(legs().map(|leg| &leg.waits)),
        is_pass: whole.is_pass,
    }
}

/// How a session ended, as far as its logs tell.
pub fn outcome(whole: &Whole<'_>) -> SessionOutcome {
    let all = || whole.legs.iter().chain(&whole.wizard).map(|placed| placed.leg);
    // psconfig itself knows best how its run ended.
    let last_word: Vec<&Leg> = match &whole.wizard {
        Some(wizard) => vec![wizard.leg],
        None => all().collect(),
    };
    if all().any(|leg| leg.failures > 0) {
        SessionOutcome::Failed
    } else if last_word.iter().all(|leg| leg.ended) {
        SessionOutcome::Succeeded
    } else {
        SessionOutcome::Killed
    }
}

/// Charges everything of a session to the tree. Milliseconds by content database that it upgraded are returned.
fn charge(
    whole: &Whole<'_>,
    owners: &Owners<'_>,
    root: &[String],
    tree: &mut Tree,
    waits: &mut BTreeMap<Option<String>, i64>,
) -> BTreeMap<String, i64> {
    let mut upgraded: BTreeMap<String, i64> = BTreeMap::new();
    for placed in &whole.legs {
        for (path, charge) in placed.leg.charges() {
            let names = names(&path, owners);
            if let (true, Some(database)) = (serial::is_upgrade(&path, whole.is_pass), names.first()) {
                *upgraded.entry(database.clone()).or_default() += charge.millis;
            }
            tree.add(root, &names, charge);
        }
        for (database, wait) in waits_by_owner(placed.leg, owners) {
            let database = database.map(|name| owners.spelling(name));
            *waits.entry(database.clone()).or_default() += wait.millis;
            let owner = database.unwrap_or_else(|| ProfileNode::UNKNOWN_DATABASE.to_owned());
            tree.add(root, &[owner, ProfileNode::RETRIES.to_owned()], wait);
        }
    }
    for (path, charge) in whole.wizard_time() {
        tree.add(root, &task_names(&path), charge);
    }
    for (what, millis) in whole.idle() {
        tree.add(root, &[what.to_owned()], Charge { millis, count: 1, longest: millis });
    }
    upgraded
}

/// Time lost by refused sites, by the database that owns them.
fn waits_by_owner<'o>(leg: &Leg, owners: &'o Owners<'_>) -> BTreeMap<Option<&'o str>, Charge> {
    let mut waits: BTreeMap<Option<&str>, Charge> = BTreeMap::new();
    for (site, wait) in leg.waits.settled().iter() {
        waits.entry(owners.of_site(site).0).or_default().merge(wait);
    }
    waits
}

/// The path of psconfig's own time: its tasks stand together, beside the content databases.
fn task_names(path: &[Part<'_>]) -> Vec<String> {
    let name = |part: Option<&Part<'_>>| match part {
        Some(Part::Text(text)) => Some((*text).to_owned()),
        _ => None,
    };
    let task = name(path.first()).unwrap_or_else(|| "(before the first task)".to_owned());
    [ProfileNode::TASKS.to_owned(), task].into_iter().chain(name(path.get(1))).collect()
}

/// The path of a charge, as names. Parts that are known to be nothing at its end are left out.
fn names(path: &[Part<'_>], owners: &Owners<'_>) -> Vec<String> {
    let mut names: Vec<Option<String>> = path
        .iter()
        .enumerate()
        .map(|(index, part)| match part {
            Part::Text(text) if index == 0 => Some(owners.spelling(text)),
            Part::Text(text) => Some((*text).to_owned()),
            Part::Nothing | Part::Slot(_) | Part::Next => None,
        })
        .collect();
    while names.last().is_some_and(Option::is_none) {
        names.pop();
    }
    if names.is_empty() {
        return vec![ProfileNode::FARM.to_owned()];
    }
    // A site without a component still has a place of its own; only the first part must be there.
    names
        .into_iter()
        .enumerate()
        .filter_map(|(index, name)| {
            if index == 0 { Some(name.unwrap_or_else(|| ProfileNode::FARM.to_owned())) } else { name }
        })
        .collect()
}

fn stalls(id: &str, whole: &Whole<'_>, sources: &[SourceFacts]) -> Vec<Stall> {
    let stall = |source: u32, gap: &Gap| {
        Some(Stall {
            session: id.to_owned(),
            path: sources.get(source as usize)?.path.clone(),
            line: gap.line,
            millis: gap.millis,
            before: gap.before.to_string(),
            after: gap.after.to_string(),
        })
    };
    // While an upgrade log tells what happened, psconfig's own silence is only the wait for it.
    let placed = if whole.legs.is_empty() {
        whole.wizard.iter().collect()
    } else {
        whole.legs.iter().collect::<Vec<_>>()
    };
    placed
        .iter()
        .flat_map(|placed| placed.leg.silences.gaps.iter().filter_map(|gap| stall(placed.source, gap)))
        .collect()
}
