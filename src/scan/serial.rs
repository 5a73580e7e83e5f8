//! What a parallel upgrade of the content databases would take off: the databases that were upgraded one after
//! another, against the longest of them.

use std::collections::BTreeMap;

use super::path::Part;
use crate::model::session::{SerialTime, Session};

/// Components that only ask whether something needs an upgrade.
const CHECKS: [&str; 3] = ["SPUpgradeSession", "SPHierarchyManager", "SPManager"];

/// Calls of the cmdlet that are further apart than this are not one piece of work, in milliseconds.
const APART: i64 = 60 * 60 * 1000;

/// Whether a charge was made to the upgrade of a content database. A pass also looks at databases that need none;
/// a call of the cmdlet is for its database from beginning to end.
pub fn is_upgrade(path: &[Part<'_>], is_pass: bool) -> bool {
    let is_check = matches!(path.get(1), Some(Part::Text(component)) if CHECKS.contains(component));
    matches!(path.first(), Some(Part::Text(_))) && !(is_pass && is_check)
}

/// The pass, or the row of cmdlet calls on one server, that would gain most. `upgraded` holds the milliseconds
/// by database for each session.
pub fn serial(sessions: &[Session], upgraded: &[BTreeMap<String, i64>]) -> Option<SerialTime> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (session, databases) in sessions.iter().zip(upgraded) {
        match rows.iter_mut().rev().find(|row| row.last.server == session.server) {
            Some(row) if row.goes_on_with(session) => row.add(session, databases),
            _ => rows.push(Row { last: session, databases: databases.clone() }),
        }
    }
    rows.iter().filter_map(Row::time).max_by_key(|time| (time.all - time.longest, time.all))
}

struct Row<'a> {
    last: &'a Session,
    databases: BTreeMap<String, i64>,
}

impl<'a> Row<'a> {
    fn goes_on_with(&self, next: &Session) -> bool {
        let pause = next.start.millis() - self.last.end.millis();
        !self.last.is_pass && !next.is_pass && (0..APART).contains(&pause)
    }

    fn add(&mut self, next: &'a Session, databases: &BTreeMap<String, i64>) {
        self.last = next;
        for (database, millis) in databases {
            *self.databases.entry(database.clone()).or_default() += millis;
        }
    }

    fn time(&self) -> Option<SerialTime> {
        let worked = || self.databases.values().copied().filter(|millis| *millis > 0);
        let (databases, longest) = (worked().count() as u64, worked().max()?);
        (databases >= 2).then(|| SerialTime { databases, all: worked().sum(), longest })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::serial;
    use crate::model::session::{SerialTime, Session, SessionOutcome};
    use crate::text::clock::Stamp;

    fn session(server: &str, minutes: [i64; 2], is_pass: bool) -> Session {
        let [start, end] = minutes.map(|minute| Stamp::from_millis(minute * 60_000));
        Session {
            id: String::new(),
            server: Some(server.to_owned()),
            files: BTreeSet::new(),
            process: String::new(),
            start,
            end,
            outcome: SessionOutcome::Succeeded,
            duration: end.millis() - start.millis(),
            token_service_retry: 0,
            refused_sites: 0,
            is_pass,
        }
    }

    fn databases(names: &[(&str, i64)]) -> BTreeMap<String, i64> {
        names.iter().map(|(name, millis)| ((*name).to_owned(), *millis)).collect()
    }

    #[test]
    fn a_pass_with_two_databases_could_run_them_at_once() {
        let time = serial(&[session("A", [0, 9], true)], &[databases(&[("x", 5), ("y", 3)])]);
        assert_eq!(time, Some(SerialTime { databases: 2, all: 8, longest: 5 }));
    }

    #[test]
    fn one_database_has_nothing_to_run_beside() {
        assert_eq!(serial(&[session("A", [0, 9], true)], &[databases(&[("x", 5)])]), None);
    }

    #[test]
    fn calls_of_the_cmdlet_in_a_row_count_together() {
        let calls = [session("A", [0, 4], false), session("B", [1, 2], false), session("A", [5, 7], false)];
        let work = [databases(&[("x", 4)]), databases(&[("z", 9)]), databases(&[("y", 2)])];
        assert_eq!(serial(&calls, &work), Some(SerialTime { databases: 2, all: 6, longest: 4 }));
    }

    #[test]
    fn calls_far_apart_or_at_the_same_time_are_no_row() {
        let work = [databases(&[("x", 4)]), databases(&[("y", 2)])];
        for minutes in [[100, 102], [3, 7]] {
            let calls = [session("A", [0, 4], false), session("A", minutes, false)];
            assert_eq!(serial(&calls, &work), None);
        }
    }
}
