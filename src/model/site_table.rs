//! The refused sites of a report, in columns: there may be millions, and what is told of them differs in few ways.

use std::collections::BTreeMap;

use super::report::ResolvedBy;
use super::site::SiteId;
use super::site_set::SiteSet;

/// One refused site.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SiteReport<'r> {
    /// Its id.
    pub id: SiteId,
    /// Its URL, from an inventory.
    pub url: Option<&'r str>,
    /// The database that owns it.
    pub database: Option<&'r str>,
    /// How that is known.
    pub resolved_by: ResolvedBy,
    /// Lines that refused it; duplicates across logs count once.
    pub occurrences: u64,
}

/// Refused sites with the database that owns them, ordered by id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteTable {
    ids: SiteSet,
    occurrences: Vec<u64>,
    /// Indices of `known`; of sites behind its end nothing is known.
    owners: Vec<u32>,
    known: Vec<Known>,
    urls: BTreeMap<SiteId, String>,
}

/// What is known of the owner of a site.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Known {
    database: Option<String>,
    resolved_by: ResolvedBy,
}

/// Nothing is known of the owner; the first of every table.
const UNKNOWN: Known = Known { database: None, resolved_by: ResolvedBy::Unresolved };

impl Default for SiteTable {
    fn default() -> Self {
        Self::new(SiteSet::default(), Vec::new())
    }
}

impl SiteTable {
    /// Sites with the lines that refused them, in the same order; of their owners nothing is known yet.
    pub fn new(ids: SiteSet, occurrences: Vec<u64>) -> Self {
        Self { ids, occurrences, owners: Vec::new(), known: vec![UNKNOWN], urls: BTreeMap::new() }
    }

    /// Says who owns each site. Owners that are asked for one after another are kept once.
    pub fn resolve<'n>(
        &mut self,
        owner: impl Fn(SiteId) -> (Option<&'n str>, ResolvedBy),
        spelling: impl Fn(&str) -> String,
    ) {
        let mut met: BTreeMap<(Option<&str>, ResolvedBy), u32> = BTreeMap::new();
        self.known = vec![UNKNOWN];
        met.insert((None, ResolvedBy::Unresolved), 0);
        self.owners = Vec::with_capacity(self.ids.ids().len());
        for id in self.ids.ids() {
            let (database, resolved_by) = owner(*id);
            let index = *met.entry((database, resolved_by)).or_insert_with(|| {
                self.known.push(Known { database: database.map(&spelling), resolved_by });
                u32::try_from(self.known.len() - 1).unwrap_or(0)
            });
            self.owners.push(index);
        }
    }

    /// Says what URLs are known. Ids that are not in the table are passed over.
    pub fn name(&mut self, urls: impl Fn(SiteId) -> Option<String>) {
        self.urls = self.ids.ids().iter().filter_map(|id| Some((*id, urls(*id)?))).collect();
    }

    /// Every site, ordered by id.
    pub fn iter(&self) -> impl Iterator<Item = SiteReport<'_>> + Clone {
        self.ids.ids().iter().enumerate().map(|(index, id)| {
            let owner = self.owners.get(index).and_then(|owner| self.known.get(*owner as usize));
            let Known { database, resolved_by } = owner.unwrap_or(&UNKNOWN);
            SiteReport {
                id: *id,
                url: self.urls.get(id).map(String::as_str),
                database: database.as_deref(),
                resolved_by: *resolved_by,
                occurrences: self.occurrences.get(index).copied().unwrap_or(0),
            }
        })
    }

    /// Ids of the sites whose database is not known, ordered.
    pub fn unresolved(&self) -> impl Iterator<Item = SiteId> + Clone + '_ {
        self.iter().filter(|site| site.database.is_none()).map(|site| site.id)
    }

    /// Sites.
    pub fn len(&self) -> usize {
        self.ids.ids().len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.ids.ids().is_empty()
    }
}

impl<'r> FromIterator<SiteReport<'r>> for SiteTable {
    fn from_iter<I: IntoIterator<Item = SiteReport<'r>>>(sites: I) -> Self {
        let sites: BTreeMap<SiteId, SiteReport<'r>> = sites.into_iter().map(|site| (site.id, site)).collect();
        let occurrences = sites.values().map(|site| site.occurrences).collect();
        let mut table = Self::new(sites.keys().copied().collect(), occurrences);
        let of = |id: SiteId| sites.get(&id).map(|site| (site.database, site.resolved_by));
        table.resolve(|id| of(id).unwrap_or((None, ResolvedBy::Unresolved)), str::to_owned);
        table.name(|id| sites.get(&id)?.url.map(str::to_owned));
        table
    }
}
