//! What all exports tell together, and what they tell against one another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::file_database;
use crate::model::database::database_key;
use crate::model::inventory::{
    DatabaseFact, ExportSentence, InventoryFacts, InventoryProblem, ObjectFact, ServiceFact, SiteFact,
};
use crate::model::place::Place;
use crate::model::site::SiteId;

/// How many contradictions are told one by one.
const MOST_CONFLICTS: usize = 100;

/// The farm as its exports describe it. The same whatever order the exports came in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Inventory {
    sites: BTreeMap<SiteId, KnownSite>,
    databases: BTreeMap<String, DatabaseFact>,
    /// Sentences for the rules, ordered by place.
    pub sentences: Vec<ExportSentence>,
    /// Sites in a database where the site map of the farm does not know them, ordered by place.
    pub orphans: Vec<SiteFact>,
    /// Objects that are no databases and not upgraded, each once, ordered by place.
    pub objects: Vec<ObjectFact>,
    /// Service instances, ordered by place.
    pub services: Vec<ServiceFact>,
    /// Problems of the exports and between them, ordered by place.
    pub problems: Vec<InventoryProblem>,
}

/// A site collection that exports list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KnownSite {
    /// Its URL, where one of them has it.
    pub url: Option<String>,
    /// Whether the site map knows it; where exports differ, whether it knows it in the database that owns it.
    pub in_site_map: Option<bool>,
    /// Whether it still needs an upgrade.
    pub needs_upgrade: Option<bool>,
    database: Option<Arc<str>>,
    conflict: bool,
}

/// Who owns a site collection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner<'a> {
    /// This database.
    Database(&'a str),
    /// Exports name different databases, and none of them settles it.
    Conflict,
    /// No export lists the site with a database.
    Unknown,
}

impl Inventory {
    /// Puts the facts of all exports together. What is given twice counts once.
    pub fn merge(exports: Vec<InventoryFacts>) -> Self {
        Self::merge_beside(exports, &BTreeSet::new())
    }

    /// The same beside logs that name the databases with these keys.
    pub fn merge_beside(mut exports: Vec<InventoryFacts>, in_logs: &BTreeSet<String>) -> Self {
        exports.sort_by(|a, b| a.path().cmp(&b.path()));
        exports.dedup();
        file_database::settle(&mut exports, in_logs);
        let mut inventory = Self::default();
        let (mut sites, mut databases) = (Vec::new(), Vec::new());
        for export in exports {
            inventory
                .orphans
                .extend(export.sites.iter().filter(|site| site.in_site_map == Some(false)).cloned());
            sites.extend(export.sites);
            databases.extend(export.databases);
            inventory.sentences.extend(export.sentences);
            inventory.objects.extend(export.objects);
            inventory.services.extend(export.services);
            inventory.problems.extend(export.problems);
        }
        let namesakes = namesakes(&databases, &sites);
        inventory.add_databases(databases, &namesakes);
        inventory.add_sites(sites);
        inventory.part_namesakes(namesakes);
        inventory.sentences.sort_by(|a, b| a.place.cmp(&b.place));
        inventory.orphans.sort_by(|a, b| a.place.cmp(&b.place));
        inventory.objects.sort();
        let mut known = BTreeSet::new();
        inventory
            .objects
            .retain(|fact| known.insert((fact.object_type.clone(), database_key(&fact.name), fact.state)));
        inventory.services.sort();
        inventory.problems.sort();
        inventory.problems.dedup();
        inventory
    }

    /// The database that owns a site.
    pub fn owner(&self, id: SiteId) -> Owner<'_> {
        match self.sites.get(&id) {
            Some(site) if site.conflict => Owner::Conflict,
            Some(KnownSite { database: Some(name), .. }) => Owner::Database(name),
            _ => Owner::Unknown,
        }
    }

    /// A site, if any export lists it.
    pub fn site(&self, id: SiteId) -> Option<&KnownSite> {
        self.sites.get(&id)
    }

    /// Every site, ordered by id.
    pub fn sites(&self) -> impl Iterator<Item = (SiteId, &KnownSite)> {
        self.sites.iter().map(|(id, site)| (*id, site))
    }

    /// A database by its name in any case, with the spelling that was met first.
    pub fn database(&self, name: &str) -> Option<&DatabaseFact> {
        // Asked of every name of a log, and most farms are read without an export.
        if self.databases.is_empty() { None } else { self.databases.get(&database_key(name)) }
    }

    /// Every database, ordered by its name in lower case.
    pub fn databases(&self) -> impl Iterator<Item = &DatabaseFact> {
        self.databases.values()
    }

    fn add_databases(
        &mut self,
        mut facts: Vec<DatabaseFact>,
        namesakes: &BTreeMap<String, (Place, BTreeSet<String>)>,
    ) {
        facts.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.name.cmp(&b.name)));
        for fact in facts {
            if let Some(known) = self.databases.get_mut(&database_key(&fact.name)) {
                // Of namesakes it is told where they are.
                let is_open = !namesakes.contains_key(&database_key(&fact.name));
                self.problems.extend(two_ids(known, &fact).filter(|_| is_open));
                absorb(known, fact);
            } else {
                self.databases.insert(database_key(&fact.name), fact);
            }
        }
    }

    /// Of two databases of one name no server is known: taking one would leave the other out.
    fn part_namesakes(&mut self, namesakes: BTreeMap<String, (Place, BTreeSet<String>)>) {
        for (key, (place, servers)) in namesakes {
            let Some(known) = self.databases.get_mut(&key) else { continue };
            (known.server, known.volume) = (None, None);
            let servers = servers.into_iter().collect::<Vec<_>>().join(" and on ");
            let message = format!(
                "there is a database {} on {servers}: they count as one here, and are to be upgraded by hand, by their ids",
                known.name
            );
            self.problems.push(InventoryProblem { place, message });
        }
    }

    fn add_sites(&mut self, mut facts: Vec<SiteFact>) {
        // In order of place, so that the first spelling of a database is the first of the exports.
        facts.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.id.cmp(&b.id)));
        let mut names = BTreeMap::new();
        for fact in &facts {
            self.name_database(fact, &mut names);
        }
        facts.sort_by_key(|fact| fact.id);
        let mut conflicts = Vec::new();
        for claims in facts.chunk_by(|a, b| a.id == b.id) {
            if let Some((id, site)) = Self::judge(claims, &names, &mut conflicts) {
                self.sites.insert(id, site);
            }
        }
        let untold = conflicts.len().saturating_sub(MOST_CONFLICTS);
        if let Some(last) = conflicts.get(MOST_CONFLICTS) {
            let message = format!("{untold} further sites are listed for two databases each");
            let summary = InventoryProblem { place: last.place.clone(), message };
            conflicts.truncate(MOST_CONFLICTS);
            conflicts.push(summary);
        }
        self.problems.extend(conflicts);
    }

    /// A database that only sites speak of is known too, with its server.
    fn name_database(&mut self, fact: &SiteFact, names: &mut BTreeMap<String, Arc<str>>) {
        let Some(name) = &fact.database else { return };
        let key = database_key(name);
        let known = self.databases.entry(key.clone()).or_insert_with(|| DatabaseFact {
            name: name.clone(),
            place: Some(fact.place.clone()),
            ..DatabaseFact::default()
        });
        if known.server.is_none() {
            known.server.clone_from(&fact.server);
        }
        names.entry(key).or_insert_with(|| Arc::from(known.name.as_str()));
    }

    /// What is known of one site from all that is said of it.
    fn judge(
        claims: &[SiteFact],
        names: &BTreeMap<String, Arc<str>>,
        conflicts: &mut Vec<InventoryProblem>,
    ) -> Option<(SiteId, KnownSite)> {
        let first = claims.first()?;
        let located: Vec<Claim<'_>> = claims.iter().filter_map(Claim::new).collect();
        let owner = settle(&located);
        let mut site = KnownSite {
            url: claims.iter().find_map(|claim| claim.url.clone()),
            needs_upgrade: claims.iter().filter_map(|claim| claim.needs_upgrade).max(),
            in_site_map: claims.iter().filter_map(|claim| claim.in_site_map).max(),
            database: owner.and_then(|key| names.get(key).cloned()),
            conflict: owner.is_none() && !located.is_empty(),
        };
        if let Some(owner) = owner {
            let of_owner = located.iter().filter(|claim| claim.key == owner);
            site.in_site_map = of_owner.filter_map(|claim| claim.fact.in_site_map).max().or(site.in_site_map);
        }
        conflicts.extend(contradiction(&located, site.database.as_deref()));
        Some((first.id, site))
    }
}

/// Names that one export gives to databases on several servers, with the first place. Two exports may write one server in
/// two ways.
fn namesakes(databases: &[DatabaseFact], sites: &[SiteFact]) -> BTreeMap<String, (Place, BTreeSet<String>)> {
    let of_databases = databases
        .iter()
        .filter_map(|fact| Some((fact.place.as_ref()?, fact.name.as_str(), fact.server.as_deref()?)));
    let of_sites = sites
        .iter()
        .filter_map(|fact| Some((&fact.place, fact.database.as_deref()?, fact.server.as_deref()?)));
    let mut servers: BTreeMap<(&str, String), (&Place, BTreeSet<String>)> = BTreeMap::new();
    for (place, name, server) in of_databases.chain(of_sites) {
        let (first, known) =
            servers.entry((&place.path, database_key(name))).or_insert_with(|| (place, BTreeSet::new()));
        *first = place.min(*first);
        known.insert(server.to_lowercase());
    }
    let several = servers.into_iter().filter(|(_, (_, servers))| servers.len() > 1);
    let mut namesakes: BTreeMap<String, (Place, BTreeSet<String>)> = BTreeMap::new();
    for ((_, name), (place, servers)) in several {
        let (first, known) = namesakes.entry(name).or_insert_with(|| (place.clone(), BTreeSet::new()));
        *first = place.clone().min(first.clone());
        known.extend(servers);
    }
    namesakes
}

/// An export that says where a site is.
struct Claim<'a> {
    key: String,
    fact: &'a SiteFact,
}

impl<'a> Claim<'a> {
    fn new(fact: &'a SiteFact) -> Option<Self> {
        Some(Self { key: database_key(fact.database.as_ref()?), fact })
    }
}

/// The database of a site by what exports say in so many words; the name of a file counts where none does.
fn settle<'a>(claims: &'a [Claim<'_>]) -> Option<&'a str> {
    let by_word: Vec<&Claim<'_>> = claims.iter().filter(|claim| !claim.fact.by_file_name).collect();
    if by_word.is_empty() { settled(&claims.iter().collect::<Vec<_>>()) } else { settled(&by_word) }
}

/// The one database that is named; else the one in which the site map knows the site; else the one that is left
/// when those are taken away in which the site map does not know it.
fn settled<'a>(claims: &[&'a Claim<'_>]) -> Option<&'a str> {
    let only = |wanted: &dyn Fn(&Claim<'_>) -> bool| {
        let mut keys = claims.iter().filter(|claim| wanted(claim)).map(|claim| claim.key.as_str());
        let first = keys.next()?;
        keys.all(|key| key == first).then_some(first)
    };
    let orphan = |key: &str| {
        let mut of_key = claims.iter().filter(|claim| claim.key == key);
        of_key.any(|claim| claim.fact.in_site_map == Some(false))
    };
    only(&|_| true)
        .or_else(|| only(&|claim| claim.fact.in_site_map == Some(true)))
        .or_else(|| only(&|claim| !orphan(&claim.key)))
}

/// The problem of a site that is listed for two databases.
fn contradiction(claims: &[Claim<'_>], owner: Option<&str>) -> Option<InventoryProblem> {
    let first = claims.first()?;
    let other = claims.iter().find(|claim| claim.key != first.key)?;
    let name = |claim: &Claim<'_>| claim.fact.database.clone().unwrap_or_default();
    let verdict = match owner {
        Some(owner) if is_by_word_alone(claims) => {
            format!("{owner} is taken, since only the name of a file says otherwise")
        }
        Some(owner) => format!("{owner} is taken, by what the site map says"),
        None => "its owner stays unknown; stsadm -o enumallwebs of both databases can settle it".to_owned(),
    };
    let message = format!(
        "site {} is listed in database {} here and in database {} at {}: {verdict}",
        first.fact.id,
        name(first),
        name(other),
        other.fact.place,
    );
    Some(InventoryProblem { place: first.fact.place.clone(), message })
}

/// All that say it in so many words name one database.
fn is_by_word_alone(claims: &[Claim<'_>]) -> bool {
    let mut keys = claims.iter().filter(|claim| !claim.fact.by_file_name).map(|claim| &claim.key);
    keys.next().is_some_and(|first| keys.all(|key| key == first))
}

/// The problem of a name that belongs to two databases, on two SQL Server instances perhaps.
fn two_ids(known: &DatabaseFact, fact: &DatabaseFact) -> Option<InventoryProblem> {
    let (first, second) = (known.id?, fact.id?);
    if first == second {
        return None;
    }
    let message =
        format!("database {} has the id {second} here and {first} before: are there two?", fact.name);
    Some(InventoryProblem { place: fact.place.clone()?, message })
}

/// Adds what another export says of the same database: the first word counts, but a database that anyone calls
/// behind, read only or part of Central Administration is so.
fn absorb(known: &mut DatabaseFact, other: DatabaseFact) {
    fn first<T>(known: &mut Option<T>, other: Option<T>) {
        if known.is_none() {
            *known = other;
        }
    }
    first(&mut known.id, other.id);
    first(&mut known.server, other.server);
    first(&mut known.volume, other.volume);
    first(&mut known.size_bytes, other.size_bytes);
    first(&mut known.web_application, other.web_application);
    first(&mut known.sites, other.sites);
    first(&mut known.status, other.status);
    first(&mut known.object_type, other.object_type);
    first(&mut known.owner, other.owner);
    first(&mut known.owner_is_managed, other.owner_is_managed);
    first(&mut known.compatibility_level, other.compatibility_level);
    known.needs_upgrade = known.needs_upgrade.max(other.needs_upgrade);
    known.needs_upgrade_include_children =
        known.needs_upgrade_include_children.max(other.needs_upgrade_include_children);
    known.central_administration = known.central_administration.max(other.central_administration);
    known.read_only = known.read_only.max(other.read_only);
}
