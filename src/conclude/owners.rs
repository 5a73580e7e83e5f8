//! Which content database owns a site. Never guessed: an export says it, or the log proves it, or it is unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::inventory::{Inventory, Owner};
use crate::model::database::{database_key, same_database};
use crate::model::names::Names;
use crate::model::report::ResolvedBy;
use crate::model::site::SiteId;
use crate::scan::flow::Owners as Told;

/// The owners of all sites that findings name.
#[derive(Debug)]
pub struct Owners<'a> {
    inventory: &'a Inventory,
    by_session: Claims,
    by_context: Claims,
    by_url: BTreeMap<String, &'a str>,
}

impl<'a> Owners<'a> {
    /// Puts together what exports and logs say.
    pub fn new(inventory: &'a Inventory, by_session: Told, by_context: Told) -> Self {
        let by_url = inventory
            .sites()
            .filter_map(|(id, site)| match (inventory.owner(id), &site.url) {
                (Owner::Database(database), Some(url)) => Some((url_key(url), database)),
                _ => None,
            })
            .collect();
        Self { inventory, by_session: Claims::new(by_session), by_context: Claims::new(by_context), by_url }
    }

    /// The database that owns a site, and how that is known. Exports that contradict one another settle nothing,
    /// and neither does a log where an export knows better.
    pub fn of_site(&self, site: SiteId) -> (Option<&str>, ResolvedBy) {
        match self.inventory.owner(site) {
            Owner::Database(database) => return (Some(database), ResolvedBy::Inventory),
            Owner::Conflict => return (None, ResolvedBy::Unresolved),
            Owner::Unknown => {}
        }
        for (claims, by) in [
            (&self.by_session, ResolvedBy::SingleDatabaseSession),
            (&self.by_context, ResolvedBy::LogContext),
        ] {
            match claims.of(site) {
                Some(Claim::One(database)) => return (Some(database), by),
                Some(Claim::Contradicted) => return (None, ResolvedBy::Unresolved),
                None => {}
            }
        }
        (None, ResolvedBy::Unresolved)
    }

    /// The database of a site collection by its URL, or of one it lies in; exports only.
    pub fn of_url(&self, url: &str) -> Option<&'a str> {
        if self.by_url.is_empty() {
            return None;
        }
        let mut key = url_key(url);
        loop {
            if let Some(database) = self.by_url.get(&key) {
                return Some(database);
            }
            let cut = key.rfind('/')?;
            if key.get(..cut)?.ends_with('/') {
                return None;
            }
            key.truncate(cut);
        }
    }

    /// The name of a database as the exports spell it.
    pub fn spelling(&self, name: &str) -> String {
        self.spelled(name).to_owned()
    }

    /// The same, borrowed.
    pub fn spelled<'n>(&'n self, name: &'n str) -> &'n str {
        self.inventory.database(name).map_or(name, |fact| &fact.name)
    }
}

/// The name of a database as the exports spell it.
pub fn spelling(inventory: &Inventory, name: &str) -> String {
    inventory.database(name).map_or_else(|| name.to_owned(), |fact| fact.name.clone())
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Claim<'a> {
    One(&'a str),
    Contradicted,
}

/// What logs say of the owners of sites, ordered by site: each stands in it once.
#[derive(Debug, Default)]
struct Claims {
    names: Vec<Box<str>>,
    sites: Vec<(SiteId, u32)>,
}

impl Claims {
    /// In place of the owner of a site where logs contradict one another.
    const CONTRADICTED: u32 = u32::MAX;

    fn new(told: Told) -> Self {
        let mut claims = Self::default();
        for (name, sites) in told {
            let index = u32::try_from(claims.names.len()).unwrap_or(Self::CONTRADICTED);
            claims.names.push(name);
            sites.drain_ids(|site| claims.sites.push((site, index)));
        }
        claims.sites.sort_unstable();
        let names = &claims.names;
        claims.sites.dedup_by(|next, kept| {
            let same_site = next.0 == kept.0;
            if same_site && !same_name(names, next.1, kept.1) {
                kept.1 = Self::CONTRADICTED;
            }
            same_site
        });
        claims
    }

    fn of(&self, site: SiteId) -> Option<Claim<'_>> {
        let at = self.sites.binary_search_by_key(&site, |(site, _)| *site).ok()?;
        let (_, owner) = self.sites.get(at)?;
        Some(self.names.get(*owner as usize).map_or(Claim::Contradicted, |name| Claim::One(name)))
    }
}

fn same_name(names: &[Box<str>], one: u32, other: u32) -> bool {
    match (names.get(one as usize), names.get(other as usize)) {
        (Some(one), Some(other)) => same_database(one, other),
        _ => false,
    }
}

/// A user in front of the host leads to the same site.
fn url_key(url: &str) -> String {
    let mut key = url.trim().trim_end_matches('/').to_lowercase();
    if let Some(user) = user_of(&key) {
        key.replace_range(user, "");
    }
    key
}

/// Where a user, perhaps with a password, stands in an address, with the `@` behind it.
pub fn user_of(url: &str) -> Option<Range<usize>> {
    let start = url.find("://")? + "://".len();
    let authority = url.get(start..)?.split(['/', '?', '#']).next()?;
    authority.rfind('@').map(|at| start..start + at + 1)
}

/// Databases in any case of letters, under one spelling.
pub fn one_spelling<'n>(names: impl Iterator<Item = &'n str>, owners: &Owners<'_>) -> Names {
    let mut met: BTreeSet<&str> = BTreeSet::new();
    let mut spelled: BTreeMap<String, String> = BTreeMap::new();
    // Of a million sites most are in few databases.
    for name in names.filter(|name| met.insert(name)) {
        spelled.entry(database_key(name)).or_insert_with(|| owners.spelling(name));
    }
    spelled.into_values().collect()
}
