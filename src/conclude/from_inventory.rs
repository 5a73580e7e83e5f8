//! What exports of the farm show by themselves: sentences that the rules know, and facts that no log has a line for.

use std::collections::BTreeSet;

use super::affected::ADMIN_CONTENT;
use crate::inventory::Inventory;
use crate::model::captures::Captures;
use crate::model::database::database_key;
use crate::model::inventory::{DatabaseFact, ObjectFact, ServiceFact, SiteFact, UpgradeState};
use crate::model::place::Place;
use crate::model::site::SiteId;
use crate::scan::recorder;
use crate::scan::rules::engine::Engine;
use crate::scan::source::{Position, SourceFacts};
use crate::scan::tally::{EvidenceFact, HitFact, Tally};

/// Below this SQL Server compatibility level an upgrade takes hours instead of minutes.
const LOW_LEVEL: u32 = 100;

/// Adds what the exports show. Each place in an export is a source of its own.
pub fn add(engine: &Engine, inventory: &Inventory, sources: &mut Vec<SourceFacts>, tally: &mut Tally) {
    for sentence in &inventory.sentences {
        let facts = recorder::export_source(sources.len(), &sentence.place);
        tally.merge(recorder::sentence(engine, &facts, sentence));
        sources.push(facts);
    }
    let told = already_told(engine, tally);
    let databases = inventory.databases().flat_map(|fact| of_database(fact, &told));
    let orphans = inventory.orphans.iter().map(of_orphan);
    let services = inventory.services.iter().filter_map(of_service);
    let objects = inventory.objects.iter().map(of_object);
    for hit in databases.chain(objects).chain(services).chain(orphans) {
        if let Some(rule) = engine.catalogue().index(hit.code).and_then(|index| u16::try_from(index).ok()) {
            record(engine, rule, hit, sources, tally);
        }
    }
}

/// A fact that a rule is about.
struct Hit<'a> {
    code: &'static str,
    place: &'a Place,
    captures: Captures,
    databases: Option<&'a str>,
    object: String,
    site: Option<SiteId>,
    text: String,
}

/// Databases of which a sentence of Central Administration has said already that they are behind, by key.
fn already_told(engine: &Engine, tally: &Tally) -> BTreeSet<String> {
    let behind =
        |rule: u16| engine.rule(rule).is_some_and(|rule| matches!(rule.code.as_str(), "UA09" | "UA11"));
    let facts = tally.hits.iter().filter(|((rule, _), _)| behind(*rule));
    facts.flat_map(|(_, fact)| fact.databases.keys().map(|name| database_key(name))).collect()
}

fn of_database<'a>(fact: &'a DatabaseFact, told: &BTreeSet<String>) -> Vec<Hit<'a>> {
    let Some(place) = &fact.place else { return Vec::new() };
    let told = told.contains(&database_key(&fact.name));
    if fact.is_content_database() == Some(false) {
        // What Reporting Services says of its databases means nothing: they claim to need an upgrade for ever.
        let is_silent = told || fact.is_of_reporting_services();
        let waiting = (!is_silent).then(|| waiting(fact, place)).flatten();
        return [waiting, not_managed(fact, place)].into_iter().flatten().collect();
    }
    let stuck = fact.cannot_be_upgraded().then(|| stuck(fact, place));
    let behind = if told { None } else { behind(fact, place) };
    [stuck, behind, not_managed(fact, place), low_level(fact, place)].into_iter().flatten().collect()
}

/// A database of a service, or of the farm itself, that the export says is not upgraded.
fn waiting<'a>(fact: &'a DatabaseFact, place: &'a Place) -> Option<Hit<'a>> {
    let kind = fact.object_type.as_deref().unwrap_or_default();
    if fact.cannot_be_upgraded() {
        return Some(object("UA05", place, kind, &fact.name, "Cannot Upgrade"));
    }
    let waits = fact.needs_upgrade == Some(true) || fact.needs_upgrade_include_children == Some(true);
    let status = fact.status.as_deref().unwrap_or("NeedsUpgrade is True");
    waits.then(|| object("UA22", place, kind, &fact.name, status))
}

/// A content database that says that it cannot be upgraded.
fn stuck<'a>(fact: &'a DatabaseFact, place: &'a Place) -> Hit<'a> {
    hit("UA05", fact, place, format!("{}: Cannot Upgrade", fact.name))
}

/// An object that is no database.
fn of_object(fact: &ObjectFact) -> Hit<'_> {
    let code = match fact.state {
        UpgradeState::Needed => "UA22",
        UpgradeState::Impossible => "UA05",
        UpgradeState::Failed => "UA04",
    };
    object(code, &fact.place, &fact.object_type, &fact.name, &fact.status)
}

/// What an export says of an object that is no content database.
fn object<'a>(code: &'static str, place: &'a Place, kind: &str, name: &str, status: &str) -> Hit<'a> {
    let captures = [("object_type", kind), ("object_name", name)];
    let captures = captures.into_iter().filter(|(_, value)| !value.is_empty());
    let captures = captures.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let text = format!("{name} ({kind}): {status}");
    Hit { code, place, captures, databases: None, object: name.to_owned(), site: None, text }
}

fn hit<'a>(code: &'static str, fact: &'a DatabaseFact, place: &'a Place, text: String) -> Hit<'a> {
    let captures = Captures::from_iter([("database".to_owned(), fact.name.clone())]);
    Hit { code, place, captures, databases: Some(&fact.name), object: fact.name.clone(), site: None, text }
}

/// Something in the database waits for an upgrade. The database of Central Administration has a rule of its own.
fn behind<'a>(fact: &'a DatabaseFact, place: &'a Place) -> Option<Hit<'a>> {
    let own = fact.needs_upgrade == Some(true);
    if !own && fact.needs_upgrade_include_children != Some(true) {
        return None;
    }
    let central =
        fact.central_administration == Some(true) || database_key(&fact.name).starts_with(ADMIN_CONTENT);
    let status = match fact.needs_upgrade {
        Some(false) => "up to date, but some sites are not completely upgraded",
        _ => "upgrade is required",
    };
    let told = |name: &str, value: Option<bool>| match value {
        Some(value) => format!("; {name} is {}", if value { "True" } else { "False" }),
        None => String::new(),
    };
    let text = format!(
        "{}{}{}",
        fact.name,
        told("NeedsUpgrade", fact.needs_upgrade),
        told("NeedsUpgradeIncludeChildren", fact.needs_upgrade_include_children)
    );
    let mut hit = hit(if central { "UA09" } else { "UA11" }, fact, place, text);
    hit.captures.insert("status".to_owned(), status.to_owned());
    Some(hit)
}

fn not_managed<'a>(fact: &'a DatabaseFact, place: &'a Place) -> Option<Hit<'a>> {
    let owner = fact.owner.as_deref().filter(|_| fact.owner_is_managed == Some(false))?;
    let text = format!("{} is owned by {owner}, which is not a managed account of the farm", fact.name);
    let mut hit = hit("UC11", fact, place, text);
    hit.captures.insert("owner".to_owned(), owner.to_owned());
    Some(hit)
}

fn low_level<'a>(fact: &'a DatabaseFact, place: &'a Place) -> Option<Hit<'a>> {
    let level = fact.compatibility_level.filter(|level| *level < LOW_LEVEL)?;
    let mut hit = hit("UC12", fact, place, format!("{} has the compatibility level {level}", fact.name));
    hit.captures.insert("compatibility_level".to_owned(), level.to_string());
    Some(hit)
}

/// The timer service of a server that the farm holds for switched off.
fn of_service(fact: &ServiceFact) -> Option<Hit<'_>> {
    let is_timer = fact.service.to_lowercase().contains("timer");
    let is_off = ["Disabled", "Offline"].iter().any(|off| off.eq_ignore_ascii_case(fact.status.trim()));
    if !is_timer || !is_off {
        return None;
    }
    let server = fact.server.clone().unwrap_or_else(|| "a server that is not named".to_owned());
    Some(Hit {
        code: "UD24",
        place: &fact.place,
        captures: Captures::from_iter([
            ("server".to_owned(), server.clone()),
            ("status".to_owned(), fact.status.clone()),
        ]),
        databases: None,
        site: None,
        text: format!("{} on {server} is {}", fact.service, fact.status),
        object: server,
    })
}

/// A site that lies in a database, and that the farm does not know there.
fn of_orphan(fact: &SiteFact) -> Hit<'_> {
    let id = fact.id.to_string();
    let mut captures = Captures::from_iter([("site".to_owned(), id.clone())]);
    for (name, value) in [("url", &fact.url), ("database", &fact.database)] {
        if let Some(value) = value {
            captures.insert(name.to_owned(), value.clone());
        }
    }
    let url = fact.url.as_ref().map_or_else(String::new, |url| format!(" {url}"));
    let database = fact.database.as_ref().map_or_else(String::new, |database| format!(" of {database}"));
    Hit {
        code: "UB14",
        place: &fact.place,
        captures,
        databases: fact.database.as_deref(),
        text: format!("the site {id}{url}{database} is not in the site map"),
        object: id,
        site: Some(fact.id),
    }
}

fn record(engine: &Engine, rule: u16, hit: Hit<'_>, sources: &mut Vec<SourceFacts>, tally: &mut Tally) {
    let facts = recorder::export_source(sources.len(), hit.place);
    let group = engine.rule(rule).map(|rule| &rule.group_by).into_iter().flatten();
    let group = group.map(|name| hit.captures.get(name).cloned().unwrap_or_default()).collect();
    let position = Position { rank: facts.origin.rank(), source: facts.index, line: hit.place.line };
    let mut fact = HitFact {
        count: 1,
        sources: BTreeSet::from([facts.index]),
        captures: hit.captures,
        databases: hit.databases.map(|name| (name.to_owned(), 1)).into_iter().collect(),
        objects: BTreeSet::from([hit.object]),
        ..HitFact::default()
    };
    if let Some(site) = hit.site {
        fact.sites.add(site, 1);
    }
    fact.keep(EvidenceFact { position, time: None, text: hit.text, quoted: None, event: None });
    tally.add_hit(rule, group, fact);
    sources.push(facts);
}
