//! Which content database owns a site. Never guessed: an export says it, or the log proves it, or it is unknown.

use std::collections::{BTreeMap, BTreeSet};

use super::flow::Owners as Told;
use super::tally::Tally;
use crate::inventory::{Inventory, Owner};
use crate::model::report::ResolvedBy;
use crate::model::site::SiteId;

/// The owners of all sites that findings name.
#[derive(Debug)]
pub struct Owners<'a> {
    inventory: &'a Inventory,
    by_session: BTreeMap<SiteId, Claim<'a>>,
    by_context: BTreeMap<SiteId, Claim<'a>>,
    by_url: BTreeMap<String, &'a str>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Claim<'a> {
    One(&'a str),
    Contradicted,
}

impl<'a> Owners<'a> {
    /// Puts together what exports and logs say.
    pub fn new(inventory: &'a Inventory, tally: &'a Tally) -> Self {
        let by_url = inventory
            .sites()
            .filter_map(|(id, site)| match (inventory.owner(id), &site.url) {
                (Owner::Database(database), Some(url)) => Some((url_key(url), database)),
                _ => None,
            })
            .collect();
        Self {
            inventory,
            by_session: claims(&tally.single_owners),
            by_context: claims(&tally.context_owners),
            by_url,
        }
    }

    /// The database that owns a site, and how that is known. Exports that contradict one another settle nothing,
    /// and neither does a log where an export knows better.
    pub fn of_site(&self, site: SiteId) -> (Option<&'a str>, ResolvedBy) {
        match self.inventory.owner(site) {
            Owner::Database(database) => return (Some(database), ResolvedBy::Inventory),
            Owner::Conflict => return (None, ResolvedBy::Unresolved),
            Owner::Unknown => {}
        }
        for (claims, by) in [
            (&self.by_session, ResolvedBy::SingleDatabaseSession),
            (&self.by_context, ResolvedBy::LogContext),
        ] {
            match claims.get(&site) {
                Some(Claim::One(database)) => return (Some(database), by),
                Some(Claim::Contradicted) => return (None, ResolvedBy::Unresolved),
                None => {}
            }
        }
        (None, ResolvedBy::Unresolved)
    }

    /// The database of a site collection by its URL, or of one it lies in; exports only.
    pub fn of_url(&self, url: &str) -> Option<&'a str> {
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
        self.inventory.database(name).map_or_else(|| name.to_owned(), |fact| fact.name.clone())
    }
}

fn claims(told: &Told) -> BTreeMap<SiteId, Claim<'_>> {
    let mut claims: BTreeMap<SiteId, Claim<'_>> = BTreeMap::new();
    for (database, sites) in told {
        for site in sites {
            claims
                .entry(*site)
                .and_modify(|claim| {
                    if !matches!(claim, Claim::One(known) if known.eq_ignore_ascii_case(database)) {
                        *claim = Claim::Contradicted;
                    }
                })
                .or_insert(Claim::One(database));
        }
    }
    claims
}

fn url_key(url: &str) -> String {
    url.trim().trim_end_matches('/').to_lowercase()
}

/// Databases in any case of letters, under one spelling.
pub fn one_spelling<'n>(names: impl Iterator<Item = &'n str>, owners: &Owners<'_>) -> BTreeSet<String> {
    let mut spelled: BTreeMap<String, String> = BTreeMap::new();
    for name in names {
        spelled.entry(name.to_lowercase()).or_insert_with(|| owners.spelling(name));
    }
    spelled.into_values().collect()
}
