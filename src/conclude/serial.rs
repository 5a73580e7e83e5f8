//! What a parallel upgrade of the content databases would take off: the databases that were upgraded one after
//! another, against the longest of them.

use std::collections::BTreeMap;

use crate::model::session::{SerialTime, Session};

/// Components that only ask whether something needs an upgrade.
const CHECKS: [&str; 3] = ["SPUpgradeSession", "SPHierarchyManager", "SPManager"];

/// Calls of the cmdlet that are further apart than this are not one piece of work, in milliseconds.
const APART: i64 = 60 * 60 * 1000;

/// Whether time that was charged to a content database and this component went into its upgrade. psconfig and the timer
/// service also look at databases that need none; a call of the cmdlet is for its database from beginning to end.
pub fn is_upgrade(component: Option<&str>, of_cmdlet: bool) -> bool {
    of_cmdlet || !component.is_some_and(|component| CHECKS.contains(&component))
}

/// Milliseconds by content database that one session upgraded.
pub type Upgraded<'a> = Vec<(&'a str, i64)>;

/// The pass, or the row of cmdlet calls on one server, that would gain most. `upgraded` runs along the sessions.
pub fn serial(sessions: &[Session], upgraded: &[Upgraded<'_>]) -> Option<SerialTime> {
    // The row of each server that may go on.
    let mut rows: BTreeMap<Option<&str>, Row<'_>> = BTreeMap::new();
    let mut best = Best::default();
    for (index, (session, databases)) in sessions.iter().zip(upgraded).enumerate() {
        let row = rows.entry(session.server.as_deref());
        let row = row.or_insert_with(|| Row { first: index, last: session, databases: BTreeMap::new() });
        if row.first < index && !row.goes_on_with(session) {
            best.look_at(row);
            *row = Row { first: index, last: session, databases: BTreeMap::new() };
        }
        row.add(session, databases);
    }
    for row in rows.values() {
        best.look_at(row);
    }
    best.row.map(|(_, time)| time)
}

/// The row that gains most so far; of equals the one that began last.
#[derive(Default)]
struct Best {
    row: Option<((i64, i64, usize), SerialTime)>,
}

impl Best {
    fn look_at(&mut self, row: &Row<'_>) {
        let Some(time) = row.time() else { return };
        let rank = (time.all - time.longest, time.all, row.first);
        if self.row.is_none_or(|(best, _)| best < rank) {
            self.row = Some((rank, time));
        }
    }
}

struct Row<'a> {
    /// Index of its first session.
    first: usize,
    last: &'a Session,
    databases: BTreeMap<&'a str, i64>,
}

impl<'a> Row<'a> {
    fn goes_on_with(&self, next: &Session) -> bool {
        let pause = next.start.millis() - self.last.end.millis();
        !self.last.is_pass && !next.is_pass && (0..APART).contains(&pause)
    }

    fn add(&mut self, next: &'a Session, databases: &[(&'a str, i64)]) {
        self.last = next;
        for (database, millis) in databases {
            *self.databases.entry(database).or_default() += millis;
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

    use super::{Upgraded, is_upgrade, serial};
    use crate::model::names::Names;
    use crate::model::session::{SerialTime, Session, SessionOutcome};
    use crate::text::clock::Stamp;

    fn session(server: &str, minutes: [i64; 2], is_pass: bool) -> Session {
        let [start, end] = minutes.map(|minute| Stamp::from_millis(minute * 60_000));
        Session {
            id: String::new(),
            server: Some(server.to_owned()),
            files: Names::default(),
            process: String::new(),
            start,
            end,
            written: (start, end),
            outcome: SessionOutcome::Succeeded,
            duration: end.millis() - start.millis(),
            token_service_retry: 0,
            refused_sites: 0,
            is_pass,
            psconfig_succeeded: false,
            is_cut: false,
        }
    }

    fn databases(names: &[(&'static str, i64)]) -> Upgraded<'static> {
        names.to_vec()
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

    #[test]
    fn of_rows_that_gain_the_same_the_one_that_began_last_is_told() {
        let calls = ["A", "B", "A"].map(|server| session(server, [0, 4], true));
        let two = || databases(&[("x", 4), ("y", 4)]);
        let three = || databases(&[("x", 4), ("y", 2), ("z", 2)]);
        let time = serial(&calls, &[two(), three(), two()]);
        assert_eq!(time, Some(SerialTime { databases: 2, all: 8, longest: 4 }));
        let time = serial(&calls, &[two(), three(), databases(&[])]);
        assert_eq!(time, Some(SerialTime { databases: 3, all: 8, longest: 4 }));
    }

    #[test]
    fn a_pass_that_only_asks_upgrades_nothing() {
        assert!(!is_upgrade(Some("SPManager"), false));
        assert!(is_upgrade(Some("SPManager"), true));
        assert!(is_upgrade(Some("SPSite"), false) && is_upgrade(None, false));
    }
}
