//! Where the time of one session went: what is charged to it, gathered flat and then told in the order of the
//! profile. No session needs to know of another.

use std::collections::{BTreeMap, HashMap};
use std::iter;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::owners::Owners;
use super::serial;
use super::sessions::Whole;
use crate::model::profile::{Charge, Named, Profile, ProfileBuilder};
use crate::scan::processes::works_on_one_database;
use crate::scan::timeline::leg::Leg;
use crate::scan::timeline::path::{Code, Part};

/// What is charged to one session, in the order of the profile.
#[derive(Debug, Default)]
pub(super) struct Branch<'t> {
    /// Milliseconds lost by refused sites, by the database that owns them.
    pub(super) waits: BTreeMap<Option<&'t str>, i64>,
    /// Milliseconds by content database that was upgraded.
    pub(super) upgraded: BTreeMap<&'t str, i64>,
    /// The names of all paths; until they are sorted, a name may stand here several times.
    names: Vec<&'t str>,
    entries: Vec<Entry>,
}

/// What is needed while a session is gathered, for the next one to use again: there may be ten thousands, of a few
/// names each.
#[derive(Debug, Default)]
pub(super) struct Gathering<'t> {
    /// The places of names that are asked for by name, counted from one.
    known: HashMap<&'t str, u32, RandomState>,
    /// What was found out of the parts of a leg: their places, the content databases that they name, those that own
    /// them.
    places: Memo,
    spelled: Memo,
    owned: Memo,
    /// The names with their places, to be sorted.
    order: Vec<(&'t str, u32)>,
    /// The places of names after that, by those before.
    moved: Vec<u32>,
}

/// Entries that one thread takes at least.
const LONG: usize = 4096;

/// A path of up to four names, with its charge. A name is its place among all names, counted from one; zero where the
/// path has none.
#[derive(Clone, Copy, Debug)]
struct Entry {
    path: [u32; 4],
    charge: Charge,
}

impl<'t> Branch<'t> {
    /// Gathers everything that is charged to a session.
    pub(super) fn of(whole: &Whole<'t>, owners: &'t Owners<'_>, gathering: &mut Gathering<'t>) -> Self {
        let mut branch = Self::default();
        gathering.known.clear();
        for placed in &whole.legs {
            let of_cmdlet = works_on_one_database(whole.process.as_bytes());
            branch.add_charges(placed.leg, owners, of_cmdlet, gathering);
            branch.add_waits(placed.leg, owners, gathering);
        }
        for (path, charge) in whole.wizard_time() {
            branch.add(task_path(&path), charge, gathering);
        }
        for (what, millis) in whole.idle() {
            branch.add([what], Charge { millis, count: 1, longest: millis }, gathering);
        }
        branch.sort(gathering);
        branch
    }

    /// Milliseconds of all that is charged.
    pub(super) fn millis(&self) -> i64 {
        self.entries.iter().map(|entry| entry.charge.millis).sum()
    }

    /// Puts all in the order of the profile.
    fn sort(&mut self, gathering: &mut Gathering<'t>) {
        // Names are compared once; then paths are compared by the places of their names.
        let Gathering { order, moved, .. } = gathering;
        order.clear();
        order.extend(iter::zip(self.names.iter().copied(), 1..));
        order.par_sort_unstable();
        moved.clear();
        moved.resize(order.len() + 1, 0);
        self.names.clear();
        for (name, place) in order {
            if self.names.last() != Some(name) {
                self.names.push(name);
            }
            if let Some(moved) = moved.get_mut(*place as usize) {
                *moved = number(self.names.len());
            }
        }
        let sorted = |place: u32| moved.get(place as usize).copied().unwrap_or_default();
        let entries = self.entries.par_iter_mut().with_min_len(LONG);
        entries.for_each(|entry| entry.path = entry.path.map(sorted));
        self.entries.par_sort_unstable_by_key(|entry| entry.path);
    }

    /// Charges everything to a profile, below this server and session.
    pub(super) fn list(
        &self,
        [server, session]: [&str; 2],
        profile: &mut ProfileBuilder,
        named: &mut Vec<Option<Named>>,
    ) {
        profile.reserve(self.names.len(), self.entries.len());
        let (server, session) = (profile.name(server), profile.name(session));
        named.clear();
        named.resize(self.names.len(), None);
        for Entry { path: places, charge } in &self.entries {
            let mut path = [server, session, session, session, session, session];
            let mut length = 2;
            for place in places.iter().filter_map(|place| place.checked_sub(1)) {
                let (Some(named), Some(name), Some(part)) =
                    (named.get_mut(place as usize), self.names.get(place as usize), path.get_mut(length))
                else {
                    continue;
                };
                *part = *named.get_or_insert_with(|| profile.name(name));
                length += 1;
            }
            profile.charge(path.get(..length).unwrap_or_default(), *charge);
        }
    }

    fn add(
        &mut self,
        path: impl IntoIterator<Item = &'t str>,
        charge: Charge,
        gathering: &mut Gathering<'t>,
    ) {
        let mut path_names = path.into_iter();
        let known = &mut gathering.known;
        let path = [(); 4].map(|()| path_names.next().map_or(0, |name| asked(known, &mut self.names, name)));
        debug_assert!(path_names.next().is_none(), "a path has four names at most");
        self.entries.push(Entry { path, charge });
    }

    fn add_charges(
        &mut self,
        leg: &'t Leg,
        owners: &'t Owners<'_>,
        of_cmdlet: bool,
        gathering: &mut Gathering<'t>,
    ) {
        let name = |code: &Code| text(leg.part(*code));
        // A leg has a number for each of its names: everything is asked once for each of them.
        let Gathering { known, places, spelled, owned, .. } = gathering;
        for memo in [&mut *places, &mut *spelled, &mut *owned] {
            memo.0.clear();
        }
        let mut upgraded: BTreeMap<u32, i64> = BTreeMap::new();
        let farm = asked(known, &mut self.names, Profile::FARM);
        let charges = leg.charges();
        self.entries.reserve(charges.size_hint().0);
        for (codes, charge) in charges {
            let mut path = [0; 4];
            for (place, code) in iter::zip(&mut path, codes) {
                *place = places.of(*code, || name(code).map_or(0, |name| added(&mut self.names, name)));
            }
            // Whose the site is that was at work, an export knows better than the name that was written last.
            let mut owner = |code: &Code| {
                owned.of(*code, || {
                    let owner = name(code).and_then(|url| owners.of_url(url));
                    owner.map_or(0, |owner| asked(known, &mut self.names, owner))
                })
            };
            let mut database = codes.get(2).map_or(0, &mut owner);
            if let Some(code) = codes.first().filter(|_| database == 0) {
                database = spelled.of(*code, || {
                    name(code).map_or(0, |name| asked(known, &mut self.names, owners.spelled(name)))
                });
            }
            if database != 0 && serial::is_upgrade(codes.get(1).and_then(name), of_cmdlet) {
                *upgraded.entry(database).or_default() += charge.millis;
            }
            // A site without a component still has a place of its own; only the first part must be there.
            let [first, below @ ..] = &mut path;
            *first = if database == 0 { farm } else { database };
            close_up(below);
            self.entries.push(Entry { path, charge });
        }
        for (database, millis) in upgraded {
            if let Some(name) = self.names.get(database as usize - 1) {
                *self.upgraded.entry(name).or_default() += millis;
            }
        }
    }

    /// Charges the time lost by refused sites to the databases that own them.
    fn add_waits(&mut self, leg: &Leg, owners: &'t Owners<'_>, gathering: &mut Gathering<'t>) {
        let mut waits: BTreeMap<Option<&str>, Charge> = BTreeMap::new();
        for (site, wait) in leg.waits.settled().iter() {
            waits.entry(owners.of_site(site).0).or_default().merge(wait);
        }
        for (database, wait) in waits {
            let database = database.map(|name| owners.spelled(name));
            *self.waits.entry(database).or_default() += wait.millis;
            self.add([database.unwrap_or(Profile::UNKNOWN_DATABASE), Profile::RETRIES], wait, gathering);
        }
    }
}

/// What was found out of the parts of a leg.
#[derive(Debug, Default)]
struct Memo(Vec<Option<u32>>);

impl Memo {
    /// What is known of a part, or is found out now.
    fn of(&mut self, code: Code, find: impl FnOnce() -> u32) -> u32 {
        let index = code.place();
        if self.0.len() <= index {
            self.0.resize(index + 1, None);
        }
        self.0.get_mut(index).map_or(0, |known| *known.get_or_insert_with(find))
    }
}

/// The place of a name, counted from one, wherever it was asked for before.
fn asked<'t>(known: &mut HashMap<&'t str, u32, RandomState>, names: &mut Vec<&'t str>, name: &'t str) -> u32 {
    *known.entry(name).or_insert_with(|| added(names, name))
}

/// The place of a name that was not there before, or was not asked for; counted from one.
fn added<'t>(names: &mut Vec<&'t str>, name: &'t str) -> u32 {
    names.push(name);
    number(names.len())
}

/// More names than that would be hundreds of GiB.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Moves the places that are none behind the others.
fn close_up(places: &mut [u32]) {
    // Stable: the order of the others stays.
    places.sort_by_key(|place| *place == 0);
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
    use super::{Branch, Charge, Gathering, task_path};
    use crate::model::profile::ProfileBuilder;
    use crate::scan::timeline::path::Part;

    #[test]
    fn entries_are_listed_in_the_order_of_the_profile() {
        let (mut branch, mut gathering) = (Branch::default(), Gathering::default());
        for (path, millis) in [("b", 1), ("a/x", 2), ("b c", 16), ("b", 4), ("a", 8)] {
            branch.add(path.split('/'), Charge::of(millis), &mut gathering);
        }
        assert_eq!(branch.millis(), 31);
        let mut profile = ProfileBuilder::default();
        branch.sort(&mut gathering);
        branch.list(["A", "s1 psconfig"], &mut profile, &mut Vec::new());
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
