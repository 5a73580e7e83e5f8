//! One problem is one finding: records that do not say which group of their rule they belong to join the group
//! that they share something with.
//!
//! The failure of one feature in one site writes up to three lines, and only two of them name the feature.

use std::cmp::Reverse;

use super::engine::Engine;
use super::tally::{Group, HitFact, Tally};

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
    let lower = |fact: &HitFact| fact.databases.keys().map(|name| name.to_lowercase()).collect::<Vec<_>>();
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
        let mut captures = self.captures.clone();
        for (name, value) in &other.captures {
            captures.entry(name.clone()).or_insert_with(|| value.clone());
        }
        self.merge(other);
        self.captures = captures;
    }
}
