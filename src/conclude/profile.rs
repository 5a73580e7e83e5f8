//! Legs become sessions, sessions a profile, and the passes of psconfig a prediction.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::branch::{Branch, Gathering};
use super::owners::Owners;
use super::prediction;
use super::serial;
use super::session_names;
use super::sessions::{Placed, Whole, continued, group};
use crate::model::profile::{Named, ProfileBuilder};
use crate::model::session::{DatabaseWait, Session, SessionOutcome, Stall, TimeReport};
use crate::scan::source::SourceFacts;
use crate::scan::tally::{Legs, Span};
use crate::scan::timeline::leg::Leg;
use crate::scan::timeline::silences::{GAPS, Gap};
use crate::scan::timeline::waits;
use crate::text::clock::Stamp;

/// Sessions that are gathered side by side.
const AT_ONCE: usize = 256;

/// Of these, so many are gathered by one thread at least.
const TOGETHER: usize = 16;

/// Silences that are held at a time while the longest are looked for.
const CANDIDATES: usize = 1000;

/// Draws the conclusion about time.
pub fn conclude(sources: &[SourceFacts], legs: &Legs, owners: &Owners<'_>, known: &[Session]) -> TimeReport {
    let wholes = group(sources, legs);
    let mut sessions: Vec<Session> = wholes.par_iter().map(|whole| session(whole, sources)).collect();
    session_names::give(&mut sessions, known);
    let mut upgraded = vec![Vec::new(); wholes.len()];
    // In the order of the profile, so that only a few sessions at a time are held beside it.
    let mut ordered: Vec<Ordered<'_, '_>> = sessions
        .iter_mut()
        .zip(&wholes)
        .zip(&mut upgraded)
        .map(|((session, whole), upgraded)| Ordered { name: session.path().1, session, whole, upgraded })
        .collect();
    // No two have the same path.
    ordered.par_sort_unstable_by(|a, b| a.path().cmp(&b.path()));
    let Listed { waits, profile, .. } = listed(&mut ordered, owners);
    TimeReport {
        serial: serial::serial(&sessions, &upgraded),
        prediction: prediction::predict(&sessions),
        stalls: stalls(&sessions, &wholes, sources),
        waits: longest_waits(waits),
        profile: profile.finish(),
        continued: continued(&wholes, sources),
        sessions,
    }
}

/// A session that takes its place in the profile.
struct Ordered<'s, 't> {
    /// Its name there.
    name: String,
    session: &'s mut Session,
    whole: &'s Whole<'t>,
    /// Milliseconds by content database that it upgraded.
    upgraded: &'s mut Vec<(&'t str, i64)>,
}

impl Ordered<'_, '_> {
    fn path(&self) -> [&str; 2] {
        [self.session.in_profile(), &self.name]
    }
}

/// Gathers what is charged to some sessions.
fn gather<'t>(some: &[Ordered<'_, 't>], owners: &'t Owners<'_>) -> Vec<Branch<'t>> {
    let some = some.par_iter().with_min_len(TOGETHER);
    some.map_init(Gathering::default, |gathering, ordered| Branch::of(ordered.whole, owners, gathering))
        .collect()
}

/// Lists all sessions. While some are listed, which one thread does alone, the next are gathered.
fn listed<'t>(ordered: &mut [Ordered<'_, 't>], owners: &'t Owners<'_>) -> Listed<'t> {
    let mut listed = Listed::default();
    let mut ready: Option<(Vec<Branch<'t>>, &mut [Ordered<'_, 't>])> = None;
    let mut chunks = ordered.chunks_mut(AT_ONCE);
    loop {
        let next = chunks.next();
        let list = |(branches, some)| listed.add(some, branches);
        let gather = || next.map(|next| (gather(next, owners), next));
        let (_, gathered) = rayon::join(|| ready.map(list), gather);
        match gathered {
            Some(gathered) => ready = Some(gathered),
            None => return listed,
        }
    }
}

/// What was listed of the sessions before.
#[derive(Default)]
struct Listed<'t> {
    /// Milliseconds lost by refused sites, by the database that owns them.
    waits: BTreeMap<Option<&'t str>, i64>,
    profile: ProfileBuilder,
    /// The names of the session that is listed, as the profile numbers them.
    named: Vec<Option<Named>>,
}

impl<'t> Listed<'t> {
    /// Adds the next sessions, with what is charged to each.
    fn add(&mut self, some: &mut [Ordered<'_, 't>], branches: Vec<Branch<'t>>) {
        for (ordered, mut branch) in some.iter_mut().zip(branches) {
            branch.list(ordered.path(), &mut self.profile, &mut self.named);
            ordered.session.duration = branch.millis();
            *ordered.upgraded = std::mem::take(&mut branch.upgraded).into_iter().collect();
            for (database, millis) in &branch.waits {
                *self.waits.entry(*database).or_default() += millis;
            }
        }
    }
}

/// Time lost by database, the most first.
fn longest_waits(waits: BTreeMap<Option<&str>, i64>) -> Vec<DatabaseWait> {
    let wait = |(database, millis): (Option<&str>, i64)| DatabaseWait {
        database: database.map(str::to_owned),
        millis,
    };
    let mut waits: Vec<DatabaseWait> = waits.into_iter().map(wait).collect();
    waits.sort_by(|a, b| (b.millis, &a.database).cmp(&(a.millis, &b.database)));
    waits
}

fn session(whole: &Whole<'_>, sources: &[SourceFacts]) -> Session {
    let legs = || whole.legs.iter().map(|placed| placed.leg);
    let all = || whole.legs.iter().chain(&whole.wizard);
    let logs = || all().filter_map(|placed| sources.get(placed.source as usize));
    let is_in_a_window = logs().any(|facts| facts.window.since.is_some());
    Session {
        // Given when all are known.
        id: String::new(),
        server: whole.server.clone(),
        files: logs().map(|facts| facts.path.clone()).collect(),
        process: whole.process.clone(),
        start: whole.start,
        end: whole.end,
        written: written(whole),
        outcome: outcome(whole),
        // Known when everything is charged.
        duration: 0,
        token_service_retry: legs().map(|leg| leg.waits.total().millis).sum(),
        refused_sites: waits::distinct(legs().map(|leg| &leg.waits)),
        is_pass: whole.is_pass,
        psconfig_succeeded: psconfig_succeeded(whole),
        is_cut: is_in_a_window && !all().any(|placed| placed.leg.started),
    }
}

/// psconfig itself says that it succeeded, whatever the logs of its upgrade say.
pub fn psconfig_succeeded(whole: &Whole<'_>) -> bool {
    whole.wizard.iter().any(|wizard| {
        let Leg { successes, failures, errors, cancelled, .. } = *wizard.leg;
        successes > 0 && failures + errors + cancelled == 0
    })
}

/// The earliest and the latest time in the logs of a session.
fn written(whole: &Whole<'_>) -> (Stamp, Stamp) {
    let mut span = Span { first: Some(whole.start), last: Some(whole.end) };
    whole.legs.iter().chain(&whole.wizard).for_each(|placed| span.merge(placed.leg.span()));
    (span.first.unwrap_or(whole.start), span.last.unwrap_or(whole.end))
}

/// How a session ended, as far as its logs tell.
pub fn outcome(whole: &Whole<'_>) -> SessionOutcome {
    let all = || whole.legs.iter().chain(&whole.wizard);
    // psconfig itself knows best how its run ended.
    let last_word: Vec<&Placed<'_>> = match &whole.wizard {
        Some(wizard) => vec![wizard],
        None => all().collect(),
    };
    if all().any(|placed| placed.leg.failures > 0) {
        SessionOutcome::Failed
    } else if !last_word.iter().all(|placed| placed.leg.ended || whole.goes_on_behind(placed)) {
        SessionOutcome::Killed
    } else if last_word.iter().any(|placed| placed.leg.cancelled > 0) {
        SessionOutcome::Cancelled
    } else {
        SessionOutcome::Succeeded
    }
}

/// The longest silences of all sessions.
fn stalls(sessions: &[Session], wholes: &[Whole<'_>], sources: &[SourceFacts]) -> Vec<Stall> {
    let mut longest = Vec::new();
    for (session, whole) in sessions.iter().zip(wholes) {
        longest.extend(silences(whole, sources).map(|(path, gap)| (session, path, gap)));
        if longest.len() > CANDIDATES {
            keep_longest(&mut longest);
        }
    }
    keep_longest(&mut longest);
    let stall = |(session, path, gap): (&Session, &str, &Gap)| Stall {
        session: session.id.clone(),
        path: path.to_owned(),
        line: gap.line,
        millis: gap.millis,
        before: gap.before.to_string(),
        after: gap.after.to_string(),
    };
    longest.into_iter().map(stall).collect()
}

fn keep_longest(silences: &mut Vec<(&Session, &str, &Gap)>) {
    silences.sort_by(|(_, a_path, a), (_, b_path, b)| {
        (b.millis, a_path, a.line).cmp(&(a.millis, b_path, b.line))
    });
    silences.truncate(GAPS);
}

/// The long gaps of a session, each with the path of its log.
fn silences<'t>(whole: &Whole<'t>, sources: &'t [SourceFacts]) -> impl Iterator<Item = (&'t str, &'t Gap)> {
    // While an upgrade log tells what happened, psconfig's own silence is only the wait for it.
    let wizard = whole.wizard.iter().filter(|_| whole.legs.is_empty());
    whole
        .legs
        .iter()
        .chain(wizard)
        .filter_map(|placed| {
            let facts = sources.get(placed.source as usize)?;
            Some(placed.leg.silences.gaps.iter().map(|gap| (facts.path.as_str(), gap)))
        })
        .flatten()
}
