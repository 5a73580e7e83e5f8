//! The content databases that something was found about, and whether the remediation script upgrades them.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::fast::RandomState;
use indexmap::IndexSet;

use super::owners::spelling;
use crate::inventory::Inventory;
use crate::model::captures::Captures;
use crate::model::database::database_key;
use crate::model::finding::{Finding, Severity};
use crate::model::kind::LogKind;
use crate::model::report::{DatabaseReport, Report, ResolvedBy};
use crate::model::site::SiteId;
use crate::model::site_set::SiteSet;
use crate::scan::source::SourceFacts;
use crate::scan::tally::Tally;

/// The rule whose line names any database, by its name in SQL Server and without its type.
const NAMES_ANY_DATABASE: &str = "UA12";

/// What psconfig calls the configuration database unless told otherwise. It is not a content database.
const CONFIGURATION: &str = "sharepoint_config";

/// What psconfig calls the content database of Central Administration unless told otherwise.
pub(super) const ADMIN_CONTENT: &str = "sharepoint_admincontent";

/// Databases with refused sites, and databases that a finding asks to upgrade.
pub(super) fn databases(report: &Report, tally: &Tally, inventory: &Inventory) -> Vec<DatabaseReport> {
    let mut databases: BTreeMap<String, DatabaseReport> = BTreeMap::new();
    of_sites(report, inventory, &mut databases);
    let live = || report.findings.iter().filter(|finding| finding.suppressed.is_none());
    for (code, name) in about_databases(live().filter(|finding| finding.upgrade_content_database)) {
        let name = spelling(inventory, name);
        let database = databases.entry(database_key(&name)).or_insert_with(|| blank(&name, inventory));
        database.reasons.insert(code.to_owned());
    }
    // A symptom goes away with its cause.
    let comes_first = |finding: &&Finding| {
        finding.severity > Severity::Info
            && finding.caused_by.is_empty()
            && (!finding.upgrade_content_database || report.before_upgrade(finding).is_some())
    };
    for (code, name) in about_databases(live().filter(comes_first)) {
        if let Some(database) = databases.get_mut(&database_key(name)) {
            database.do_first.insert(code.to_owned());
        }
    }
    let mut databases: Vec<DatabaseReport> = databases.into_values().collect();
    let too_old = too_old(report);
    for database in &mut databases {
        // A suppressed refusal is no reason any more.
        database.reasons.retain(|code| live().any(|finding| finding.code == *code));
        database.left_out_because =
            cut_off(&database.name).or_else(|| not_a_content_database(database, tally, inventory));
        database.left_out_because = database.left_out_because.take().or_else(|| too_old.clone());
        database.in_script = database.left_out_because.is_none() && !database.reasons.is_empty();
    }
    databases.sort_by(|a, b| (b.sites.ids().len(), &a.name).cmp(&(a.sites.ids().len(), &b.name)));
    databases
}

/// A server refuses a database that is newer than itself: then the server is to be upgraded, not the database.
pub(super) fn server_is_behind(code: &str, captures: &Captures) -> bool {
    let version = |name| {
        let parts = captures.get(name)?.split('.').map(|part| part.parse::<u64>().ok());
        parts.collect::<Option<Vec<u64>>>()
    };
    code == NAMES_ANY_DATABASE && version("found") > version("expected") && version("expected").is_some()
}

/// A table or a page that has no room for a name puts dots in the place of its end. Another database may begin alike.
fn cut_off(name: &str) -> Option<String> {
    let is_cut = name.ends_with('…') || name.ends_with("...");
    is_cut.then(|| "the end of its name was cut off where it was copied from".to_owned())
}

/// SharePoint 2007 has no PowerShell.
fn too_old(report: &Report) -> Option<String> {
    report
        .lacks_the_cmdlet
        .then(|| "SharePoint 2007 has no Upgrade-SPContentDatabase; psconfig upgrades it".to_owned())
}

/// The sequence that upgrades content databases.
const DATABASE_WALK: &str = "SPContentDatabaseSequence";

/// How SharePoint 2007 calls itself where psconfig speaks; later versions are "SharePoint Products".
const NAME_OF_2007: &str = "SharePoint Products and Technologies";

/// The farm is one of 2007: its logs say so or, where they have no version, what was found does: psconfig by its name, or
/// a server by the schema that it expects of a database or brings one to. That of 2007 is 3, that of later versions is at
/// least 4.
pub(super) fn is_2007(sources: &[SourceFacts], findings: &[Finding]) -> bool {
    let expects_its_schema = |finding: &Finding| {
        let expected = finding.captures.get("expected").map(String::as_str);
        finding.code == NAMES_ANY_DATABASE && expected.is_some_and(|expected| expected.starts_with("3."))
    };
    let upgrades_to_its_schema = |finding: &Finding| {
        let captured = |name| finding.captures.get(name).map(String::as_str).unwrap_or_default();
        captured("action").starts_with("3.") && captured("object_type").ends_with(DATABASE_WALK)
    };
    let says_so = |finding: &Finding| {
        expects_its_schema(finding)
            || upgrades_to_its_schema(finding)
            || finding.evidence.iter().any(|evidence| evidence.text.contains(NAME_OF_2007))
    };
    version_is_2007(sources).unwrap_or_else(|| findings.iter().any(says_so))
}

/// Whether all logs that tell their version are of SharePoint 2007; `None` if there are none.
fn version_is_2007(sources: &[SourceFacts]) -> Option<bool> {
    let is_2007 = |facts: &SourceFacts| match facts.kind {
        LogKind::Upgrade2007 | LogKind::Uls2007 => Some(true),
        LogKind::Upgrade2010 | LogKind::Upgrade2013 | LogKind::SiteUpgrade | LogKind::Uls => Some(false),
        _ => None,
    };
    let mut told = sources.iter().filter_map(is_2007).peekable();
    told.peek()?;
    Some(told.all(|is_2007| is_2007))
}

/// The codes of findings with the databases they are about: each pair once, in the order of the findings. Thousands of
/// one rule are about the same few.
fn about_databases<'r>(
    findings: impl Iterator<Item = &'r Finding>,
) -> IndexSet<(&'r str, &'r str), RandomState> {
    let pairs = |finding: &'r Finding| finding.databases.iter().map(|name| (&*finding.code, &**name));
    findings.flat_map(pairs).collect()
}

/// A finding that is about databases of other kinds only asks for no upgrade, whatever its rule says; nor does any where
/// there is no command for it.
pub(super) fn withdraw_upgrades(report: &mut Report) {
    if report.lacks_the_cmdlet {
        report.findings.iter_mut().for_each(|finding| finding.upgrade_content_database = false);
        return;
    }
    let left_out: BTreeSet<String> = report
        .databases
        .iter()
        .filter(|database| database.left_out_because.is_some())
        .map(|database| database_key(&database.name))
        .collect();
    if left_out.is_empty() {
        return;
    }
    for finding in &mut report.findings {
        let mut names = finding.databases.iter().map(|name| database_key(name));
        if !finding.databases.is_empty() && names.all(|name| left_out.contains(&name)) {
            finding.upgrade_content_database = false;
        }
    }
}

fn of_sites(report: &Report, inventory: &Inventory, databases: &mut BTreeMap<String, DatabaseReport>) {
    let mut owned: BTreeMap<&str, Vec<SiteId>> = BTreeMap::new();
    for site in report.sites.iter() {
        let Some(name) = site.database else { continue };
        let database = databases.entry(database_key(name)).or_insert_with(|| blank(name, inventory));
        let first = !database.reasons.contains(Report::REFUSED);
        database.occurrences += site.occurrences;
        database.resolved_by = weaker(database.resolved_by, site.resolved_by, first);
        if first {
            database.reasons.insert(Report::REFUSED.to_owned());
        }
        match owned.get_mut(name) {
            Some(sites) => sites.push(site.id),
            None => {
                owned.insert(name, vec![site.id]);
            }
        }
    }
    for (name, sites) in owned {
        if let Some(database) = databases.get_mut(&database_key(name)) {
            // Two spellings of one name are one database.
            let all = database.sites.ids().iter().copied().chain(sites).collect();
            database.sites = SiteSet::new(all);
        }
    }
}

fn weaker(known: ResolvedBy, next: ResolvedBy, first: bool) -> ResolvedBy {
    if first { next } else { known.max(next) }
}

fn blank(name: &str, inventory: &Inventory) -> DatabaseReport {
    let fact = inventory.database(name);
    let central_administration = fact.and_then(|fact| fact.central_administration);
    DatabaseReport {
        name: name.to_owned(),
        server: fact.and_then(|fact| fact.server.clone()),
        volume: fact.and_then(|fact| fact.volume.clone()),
        size_bytes: fact.and_then(|fact| fact.size_bytes),
        sites: SiteSet::default(),
        occurrences: 0,
        resolved_by: if fact.is_some() { ResolvedBy::Inventory } else { ResolvedBy::NamedInLog },
        in_script: true,
        left_out_because: None,
        reasons: BTreeSet::new(),
        do_first: BTreeSet::new(),
        central_administration: central_administration
            .unwrap_or_else(|| database_key(name).starts_with(ADMIN_CONTENT)),
    }
}

/// Why `Upgrade-SPContentDatabase` is not for this database: an export says what it is, or nothing but a line that
/// names any database speaks of it and the log knows it as something else.
fn not_a_content_database(database: &DatabaseReport, tally: &Tally, inventory: &Inventory) -> Option<String> {
    let fact = inventory.database(&database.name);
    let other = |kind: &str| {
        let short = kind.rsplit('.').next().unwrap_or(kind).trim();
        Some(format!("it is a {short}, not a content database"))
    };
    match fact.and_then(|fact| Some((fact.is_content_database()?, fact.object_type.as_deref()?))) {
        Some((true, _)) => return None,
        Some((false, kind)) => return other(kind),
        None => {}
    }
    if !database.reasons.iter().all(|code| code == NAMES_ANY_DATABASE) || !database.sites.ids().is_empty() {
        return None;
    }
    let name = database_key(&database.name);
    match tally.other_databases.get(&name) {
        Some(kind) => other(kind),
        None if name.starts_with(CONFIGURATION) => other("SPConfigurationDatabase"),
        None => None,
    }
}
