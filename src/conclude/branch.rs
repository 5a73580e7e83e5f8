//! Where the time of one session went: what is charged to it, gathered flat and then told in the order of the
//! profile. No session needs to know of another.

use std::collections::BTreeMap;
use std::iter;

use foldhash::fast::RandomState;
use indexmap::IndexSet;
use rayon::prelude::*;

use super::owners::Owners;
use super::serial;
use super::sessions::Whole;
use crate::model::profile::{Charge, Profile, ProfileBuilder};
use crate::scan::processes::works_on_one_database;
use crate::scan::timeline::leg::Leg;
use crate::scan::timeline::path::Part;

/// What is charged to one session.
#[derive(Debug, Default)]
pub(super) struct Branch<'t> {
    /// Milliseconds lost by refused sites, by the database that owns them.
    pub(super) waits: BTreeMap<Option<&'t str>, i64>,
    /// Milliseconds by content database that was upgraded.
    pub(super) upgraded: BTreeMap<&'t str, i64>,
    /// The first two names of all paths: databases and components, which are few.
    tops: IndexSet<&'t str, RandomState>,
    entries: Vec<Entry<'t>>,
}

/// A path of up to four names, with its charge.
#[derive(Clone, Copy, Debug)]
struct Entry<'t> {
    /// Its first two names, counted from one; zero where it has none. While they are gathered, by the place among the
    /// tops; sorted, by their order.
    tops: [u32; 2],
    below: [Option<&'t str>; 2],
    charge: Charge,
}

impl<'t> Branch<'t> {
    /// Gathers everything that is charged to a session.
    pub(super) fn of(whole: &Whole<'t>, owners: &'t Owners<'_>) -> Self {
        let mut branch = Self::default();
        for placed in &whole.legs {
            branch.add_charges(placed.leg, owners, works_on_one_database(whole.process.as_bytes()));
            branch.add_waits(placed.leg, owners);
        }
        for (path, charge) in whole.wizard_time() {
            branch.add(task_path(&path), charge);
        }
        for (what, millis) in whole.idle() {
            branch.add([what], Charge { millis, count: 1, longest: millis });
        }
        branch
    }

    /// Milliseconds of all that is charged.
    pub(super) fn millis(&self) -> i64 {
        self.entries.iter().map(|entry| entry.charge.millis).sum()
    }

    /// The same, in the order of the profile.
    pub(super) fn sorted(mut self) -> Self {
        let gathered: Vec<&str> = self.tops.iter().copied().collect();
        self.tops.sort_unstable();
        // Nearly all comparisons end at a number, and the others at one text.
        let order: Vec<u32> = iter::once(0).chain(gathered.iter().map(|name| self.place(name))).collect();
        let order = |place: u32| order.get(place as usize).copied().unwrap_or_default();
        self.entries.par_iter_mut().for_each(|entry| entry.tops = entry.tops.map(order));
        self.entries.par_sort_unstable_by_key(|entry| (entry.tops, entry.below));
        self
    }

    /// Charges everything to a profile, below this server and session. It is sorted.
    pub(super) fn list(self, [server, session]: [&str; 2], profile: &mut ProfileBuilder) {
        let name = |place: &u32| self.tops.get_index(place.checked_sub(1)? as usize).copied();
        let mut whole = Vec::new();
        for Entry { tops, below, charge } in &self.entries {
            whole.clear();
            whole.extend([server, session]);
            whole.extend(tops.iter().filter_map(name));
            whole.extend(below.iter().flatten());
            profile.charge(&whole, *charge);
        }
    }

    fn add(&mut self, path: impl IntoIterator<Item = &'t str>, charge: Charge) {
        let mut path = path.into_iter();
        let mut top = || path.next().map_or(0, |name| self.place(name));
        let tops = [top(), top()];
        let below = [path.next(), path.next()];
        debug_assert!(path.next().is_none(), "a path has four names at most");
        self.entries.push(Entry { tops, below, charge });
    }

    /// The place of a name among the tops, counted from one.
    fn place(&mut self, name: &'t str) -> u32 {
        let (index, _) = self.tops.insert_full(name);
        u32::try_from(index + 1).unwrap_or(u32::MAX)
    }

    fn add_charges(&mut self, leg: &'t Leg, owners: &'t Owners<'_>, of_cmdlet: bool) {
        // Charges to one content database often follow one another.
        let mut last = None;
        for (name, below, charge) in charges(leg) {
            // Whose the site is that was at work, an export knows better than the name that was written last.
            let url = below.clone().nth(1).flatten();
            let owner = url.and_then(|url| owners.of_url(url));
            let named = name.map(|name| match last {
                Some((same, spelled)) if same == name => spelled,
                _ => last.insert((name, owners.spelled(name))).1,
            });
            let database = owner.or(named);
            if let Some(database) = database
                && serial::is_upgrade(below.clone().next().flatten(), of_cmdlet)
            {
                *self.upgraded.entry(database).or_default() += charge.millis;
            }
            // A site without a component still has a place of its own; only the first part must be there.
            let first = database.unwrap_or(Profile::FARM);
            self.add(iter::once(first).chain(below.flatten()), charge);
        }
    }

    /// Charges the time lost by refused sites to the databases that own them.
    fn add_waits(&mut self, leg: &Leg, owners: &'t Owners<'_>) {
        let mut waits: BTreeMap<Option<&str>, Charge> = BTreeMap::new();
        for (site, wait) in leg.waits.settled().iter() {
            waits.entry(owners.of_site(site).0).or_default().merge(wait);
        }
        for (database, wait) in waits {
            let database = database.map(|name| owners.spelled(name));
            *self.waits.entry(database).or_default() += wait.millis;
            self.add([database.unwrap_or(Profile::UNKNOWN_DATABASE), Profile::RETRIES], wait);
        }
    }
}

/// What is charged to the paths of a leg: the content database, and what was at work below it. Any part may be
/// unknown.
fn charges(
    leg: &Leg,
) -> impl Iterator<Item = (Option<&str>, impl Iterator<Item = Option<&str>> + Clone, Charge)> {
    leg.charges().map(|(path, charge)| {
        let mut names = path.map(text);
        (names.next().flatten(), names, charge)
    })
}

/// The name of a part, where it is known.
fn text(part: Part<'_>) -> Option<&str> {
    match part {
        Part::Text(text) => Some(text),
        Part::Nothing | Part::Slot(_) | Part::Next => None,
    }
}

/// The path of psconfig's own time: its tasks stand together, beside the content databases.
fn task_path<'t>(path: &[Part<'t>]) -> impl Iterator<Item = &'t str> + use<'t> {
    let name = |index| path.get(index).copied().and_then(text);
    let task = name(0).unwrap_or("(before the first task)");
    [Some(Profile::TASKS), Some(task), name(1)].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::{Branch, Charge, task_path};
    use crate::model::profile::ProfileBuilder;
    use crate::scan::timeline::path::Part;

    #[test]
    fn entries_are_listed_in_the_order_of_the_profile() {
        let mut branch = Branch::default();
        for (path, millis) in [("b", 1), ("a/x", 2), ("b c", 16), ("b", 4), ("a", 8)] {
            branch.add(path.split('/'), Charge::of(millis));
        }
        assert_eq!(branch.millis(), 31);
        let mut profile = ProfileBuilder::default();
        branch.sorted().list(["A", "s1 psconfig"], &mut profile);
        let profile = profile.finish();
        let rows: Vec<_> =
            profile.nodes().map(|node| (node.path().collect::<Vec<_>>().join("/"), node.own())).collect();
        let expected = [
            ("A", 0),
            ("A/s1 psconfig", 0),
            ("A/s1 psconfig/a", 8),
            ("A/s1 psconfig/a/x", 2),
            ("A/s1 psconfig/b", 5),
            ("A/s1 psconfig/b c", 16),
        ];
        assert_eq!(rows, expected.map(|(path, own)| (path.to_owned(), own)));
    }

    #[test]
    fn tasks_stand_together() {
        let (task, function) = (Part::Text("initialize"), Part::Text("connect"));
        for (path, expected) in [
            (&[task, function][..], "psconfig tasks/initialize/connect"),
            (&[task, Part::Nothing], "psconfig tasks/initialize"),
            (&[Part::Nothing, function], "psconfig tasks/(before the first task)/connect"),
            (&[], "psconfig tasks/(before the first task)"),
        ] {
            assert_eq!(task_path(path).collect::<Vec<_>>().join("/"), expected);
        }
    }
}
