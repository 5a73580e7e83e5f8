//! One problem is one finding: records that do not say which group of their rule they belong to join the group
//! that they share something with.
//!
//! The failure of one feature in one site writes up to three lines, and only two of them name the feature.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::database::database_key;
use crate::model::finding::Severity;
use crate::scan::cluster;
use crate::scan::rules::engine::Engine;
use crate::scan::tally::{Group, HitFact, Tally};
use crate::text::clock::Stamp;

/// What a nameless group shares with another of its rule, most telling first.
type Shared = (bool, bool, bool);

/// Joins every group without a value with the one it shares most with: a URL, a database, or a source.
pub(super) fn absorb(engine: &Engine, tally: &mut Tally) {
    let nameless = |(rule, group): &(u16, Group)| {
        let grouped = engine.rule(*rule).is_some_and(|rule| !rule.group_by.is_empty());
        grouped && group.iter().all(String::is_empty)
    };
    let keys: Vec<(u16, Group)> = tally.hits.keys().filter(|key| nameless(key)).cloned().collect();
    for key in keys {
        let Some(target) = best_target(tally, &key) else { continue };
        let Some(fact) = tally.hits.remove(&key) else { continue };
        if let Some(target) = tally.hits.get_mut(&target) {
            target.absorb(fact);
        }
    }
}

/// psconfig says of a task that it has failed, and a moment later tells the user why, in milliseconds.
const A_MOMENT: i64 = 60_000;

/// Drops what psconfig says last of a task that failed, where the same log holds the failure itself: it is no further
/// problem. Where it is all there is, it stays.
pub(super) fn drop_echoes(engine: &Engine, tally: &mut Tally) {
    let Some(unexplained) = engine.unexplained_errors() else { return };
    let is_echo = |(rule, group): &(u16, Group)| {
        *rule == unexplained && matches!(group.as_slice(), [template] if cluster::is_echo(template))
    };
    let echoes: Vec<(u16, Group)> = tally.hits.keys().filter(|key| is_echo(key)).cloned().collect();
    if echoes.is_empty() {
        return;
    }
    let is_failure = |rule: u16| engine.rule(rule).is_some_and(|rule| rule.severity >= Severity::Error);
    let failures =
        tally.hits.iter().filter(|(key, fact)| is_failure(key.0) && !is_echo(key) && fact.count > 0);
    let mut first_in: BTreeMap<u32, Option<Stamp>> = BTreeMap::new();
    for (_, fact) in failures {
        for source in &fact.sources {
            let first = first_in.entry(*source).or_insert(fact.span.first);
            *first = (*first).min(fact.span.first);
        }
    }
    for key in echoes {
        let is_explained = tally.hits.get(&key).is_some_and(|echo| {
            let tells = |first: &Option<Stamp>| match (first, echo.span.last) {
                (Some(first), Some(last)) => first.millis() - last.millis() <= A_MOMENT,
                (first, last) => *first <= last,
            };
            echo.sources.iter().all(|source| first_in.get(source).is_some_and(tells))
        });
        if is_explained {
            tally.hits.remove(&key);
        }
    }
}

fn best_target(tally: &Tally, key: &(u16, Group)) -> Option<(u16, Group)> {
    let own = tally.hits.get(key).filter(|fact| fact.count > 0)?;
    let others = tally.hits.range((key.0, Group::new())..).take_while(|((rule, _), _)| *rule == key.0);
    others
        .filter(|(other, fact)| *other != key && fact.count > 0)
        .map(|(other, fact)| (shared(own, fact), Reverse(other)))
        .filter(|(shared, _)| *shared != Shared::default())
        .max()
        .map(|(_, Reverse(other))| other.clone())
}

fn shared(one: &HitFact, other: &HitFact) -> Shared {
    let lower = |fact: &HitFact| fact.databases.keys().map(|name| database_key(name)).collect::<Vec<_>>();
    let (mine, theirs) = (lower(one), lower(other));
    (
        !one.urls.is_disjoint(&other.urls),
        mine.iter().any(|name| theirs.contains(name)),
        // Where both name databases and none of them is the same, they are about different things.
        (mine.is_empty() || theirs.is_empty()) && !one.sources.is_disjoint(&other.sources),
    )
}

impl HitFact {
    /// Takes in records that say less. What the group's own first record says stays what is told of it.
    fn absorb(&mut self, other: Self) {
        // Of two values with one name the last one counts.
        let both = other.captures.iter().chain(self.captures.iter());
        let captures = both.map(|(name, value)| (name.clone(), value.clone())).collect();
        self.merge(other);
        self.captures = captures;
    }
}
