//! What the rules found becomes findings, with the sites and databases that they concern.

use std::collections::{BTreeMap, BTreeSet};

use super::affected;
use super::causes::{self, Placed};
use super::owners::{Owners, one_spelling};
use crate::catalogue::rule::{Coded, Rule};
use crate::inventory::Inventory;
use crate::model::finding::{Evidence, Finding, Severity};
use crate::model::names::Names;
use crate::model::place::Place;
use crate::model::report::Report;
use crate::model::site_set::SiteSet;
use crate::model::site_table::SiteTable;
use crate::scan::rules::engine::Engine;
use crate::scan::source::SourceFacts;
use crate::scan::tally::flat_map::SiteCounts;
use crate::scan::tally::{Group, HitFact};

/// A report of what the rules found, in no order yet; and for each finding the sites of which only the URL is known.
pub(super) fn found(
    engine: &Engine,
    sources: &[SourceFacts],
    owners: &Owners<'_>,
    hits: BTreeMap<(u16, Group), HitFact>,
    inventory: &Inventory,
) -> (Report, Vec<BTreeSet<String>>) {
    let mut report = Report::default();
    let mut refused = Refused::default();
    let mut placed: Vec<Placed> = Vec::with_capacity(hits.len());
    placed.extend(hits.into_iter().filter_map(|((rule, _), fact)| {
        placed_finding(engine.rule(rule)?, sources, owners, fact, &mut refused)
    }));
    report.sites = refused.table(owners, inventory);
    causes::link(&mut placed);
    let urls: Vec<BTreeSet<String>> =
        placed.iter_mut().map(|placed| std::mem::take(&mut placed.unowned_urls)).collect();
    report.findings = placed.into_iter().map(|placed| placed.finding).collect();
    (report, urls)
}

/// The finding that a fact is, and its sites for the table of refused ones.
fn placed_finding(
    rule: &Rule,
    sources: &[SourceFacts],
    owners: &Owners<'_>,
    mut fact: HitFact,
    refused: &mut Refused,
) -> Option<Placed> {
    let (sites, occurrences) = std::mem::take(&mut fact.sites).into_columns();
    let sites = SiteSet::new(sites);
    if rule.code == Report::REFUSED {
        refused.add(&sites, occurrences);
    }
    if fact.count == 0 {
        return None;
    }
    let source = |index: &u32| sources.get(*index as usize);
    let named = fact.databases.keys().map(String::as_str);
    let of_sites = sites.ids().iter().filter_map(|site| owners.of_site(*site).0);
    let of_urls = fact.urls.iter().filter_map(|url| owners.of_url(url));
    let databases = one_spelling(named.chain(of_sites).chain(of_urls), owners);
    // Where the lines name a database beside the URL, that one is meant.
    let unowned = |url: &&String| fact.databases.is_empty() && owners.of_url(url).is_none();
    let urls = fact.urls.iter().filter(|_| rule.upgrade_content_database);
    let unowned_urls = urls.filter(unowned).cloned().collect();
    let servers = fact.sources.iter().filter_map(source).filter_map(|facts| facts.server.clone()).collect();
    let evidence = fact.evidence.into_iter().filter_map(|evidence| {
        let path = source(&evidence.position.source)?.path.clone();
        let place = Place { path, line: evidence.position.line };
        Some(Evidence { place, time: evidence.time, text: evidence.text, quoted: evidence.quoted })
    });
    let outside_upgrade = rule.outside_upgrade.as_ref().filter(|_| !fact.in_upgrade);
    let upgrade_content_database = rule.upgrade_content_database
        && outside_upgrade.is_none()
        && !affected::server_is_behind(&rule.code, &fact.captures);
    let mut objects = fact.objects;
    objects.extend(fact.urls);
    let title = outside_upgrade.unwrap_or(&rule.title);
    let severity = match outside_upgrade {
        _ if fact.blocks => Severity::Error,
        Some(_) => Severity::Info,
        None => severity(rule, fact.in_upgrade),
    };
    let finding = Finding {
        code: rule.code.clone(),
        rule: rule.name.clone(),
        title: if fact.blocks && !rule.blocking { format!("{title} ({BLOCKS})") } else { title.clone() },
        severity,
        blocking: rule.blocking || fact.blocks,
        count: fact.count,
        first: fact.span.first,
        last: fact.span.last,
        files: fact.sources.iter().filter_map(source).map(|facts| facts.path.clone()).collect(),
        databases,
        sites,
        object_count: objects.len() as u64,
        objects: objects.into_iter().take(Finding::OBJECTS).collect(),
        captures: fact.captures,
        evidence: evidence.collect(),
        remedy: String::new(),
        upgrade_content_database,
        caused_by: Names::default(),
        suppressed: None,
    };
    let explains = outside_upgrade.is_none();
    Some(Placed { finding, may_be_caused_by: rule.caused_by.clone(), explains, servers, unowned_urls })
}

/// What is told of a problem that, as a rule, lets the upgrade pass.
const BLOCKS: &str = "Test-SPContentDatabase says that it blocks the upgrade";

/// What ULS calls unexpected may have nothing to do with the upgrade.
fn severity(rule: &Rule, in_upgrade: bool) -> Severity {
    match rule.coded {
        Some(Coded::Unexplained) if !in_upgrade => rule.severity.min(Severity::Warning),
        _ => rule.severity,
    }
}

/// The refused sites: as a rule those of one finding, which then are not copied.
#[derive(Default)]
struct Refused {
    sites: SiteSet,
    occurrences: Vec<u64>,
}

impl Refused {
    fn add(&mut self, sites: &SiteSet, occurrences: Vec<u64>) {
        if self.occurrences.is_empty() {
            (self.sites, self.occurrences) = (sites.clone(), occurrences);
            return;
        }
        let mut counts = SiteCounts::default();
        for (sites, occurrences) in [(&self.sites, &self.occurrences), (sites, &occurrences)] {
            sites.ids().iter().zip(occurrences).for_each(|(site, count)| counts.add(*site, *count));
        }
        let (sites, occurrences) = counts.into_columns();
        (self.sites, self.occurrences) = (SiteSet::new(sites), occurrences);
    }

    fn table(self, owners: &Owners<'_>, inventory: &Inventory) -> SiteTable {
        let mut table = SiteTable::new(self.sites, self.occurrences);
        table.resolve(|site| owners.of_site(site), |name| owners.spelling(name));
        table.name(|site| inventory.site(site).and_then(|site| site.url.clone()));
        table
    }
}
