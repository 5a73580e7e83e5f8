//! The end of a scan: everything decided becomes a report.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use rayon::slice::ParallelSliceMut;

use super::affected;
use super::causes::{self, Placed};
use super::engine::Engine;
use super::events::{Event, EventOf};
use super::flat_map::SiteCounts;
use super::groups;
use super::overlap;
use super::owners::{Owners, one_spelling};
use super::profile;
use super::source::SourceFacts;
use super::suppress::suppress;
use super::tally::{Group, HitFact, Tally};
use super::verdict;
use crate::catalogue::rule::{Coded, Rule};
use crate::inventory::Inventory;
use crate::model::finding::{Evidence, Finding, Severity};
use crate::model::names::Names;
use crate::model::place::Place;
use crate::model::report::Report;
use crate::model::site_set::SiteSet;
use crate::model::site_table::SiteTable;
use crate::model::suppression::Suppression;
use crate::text::clock::Stamp;
use crate::text::duration::clock;

/// What a conclusion is drawn from.
#[derive(Debug)]
pub struct Evidences<'a> {
    /// The rules.
    pub engine: &'a Engine,
    /// Every source, by index.
    pub sources: &'a [SourceFacts],
    /// Everything that was decided, over all sources.
    pub tally: Tally,
    /// What exports tell.
    pub inventory: &'a Inventory,
    /// What the administrator does not want to be told.
    pub suppressions: &'a [Suppression],
    /// The moment to which suppressions are compared.
    pub now: Option<Stamp>,
}

/// Draws the conclusion. `files` and what the caller knows of coverage are filled in by it.
///
/// Everything that was counted by site is given up as soon as it has been used: there may be millions.
pub fn conclude(evidences: Evidences<'_>) -> Report {
    let Evidences { engine, sources, mut tally, inventory, suppressions, now } = evidences;
    drop_repeated_events(&mut tally);
    groups::absorb(engine, &mut tally);
    groups::drop_echoes(engine, &mut tally);
    tally.settle();
    let (by_session, by_context) =
        (std::mem::take(&mut tally.single_owners), std::mem::take(&mut tally.context_owners));
    let owners = Owners::new(inventory, by_session, by_context);
    let hits = std::mem::take(&mut tally.hits);
    // The two halves of the work behind a scan ask nothing of one another.
    let (time, mut report) = rayon::join(
        || profile::conclude(sources, &tally.legs, &owners),
        || {
            let (mut report, urls) = found(engine, sources, &owners, hits, inventory);
            suppress(engine, &mut report, suppressions, now);
            unresolved_urls(&mut report, &urls);
            cards(engine, sources, &mut report);
            report
        },
    );
    drop(owners);
    clock_remarks(&mut report, sources, &tally);
    // There may be thousands, each with lists of its own: nobody need wait until they are given back.
    let legs = std::mem::take(&mut tally.legs);
    rayon::spawn(|| drop(legs));
    // Its keys are as many as the findings: not before the legs are given back.
    rank(&mut report.findings);
    report.coverage.remarks.extend(overlap::remarks(&time));
    report.time = time;
    report.databases = affected::databases(&report, sources, &tally, inventory);
    affected::withdraw_upgrades(&mut report);
    summarise(&mut report, &tally);
    report.coverage.inventory.clone_from(&inventory.problems);
    report
}

/// A report of what the rules found, in no order yet; and for each finding the sites of which only the URL is known.
fn found(
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

/// An event that stands in several logs counts once, and its evidence is shown from the log itself.
fn drop_repeated_events(tally: &mut Tally) {
    let events = std::mem::take(&mut tally.events);
    let mut best_rank: BTreeMap<u64, u8> = BTreeMap::new();
    // Only of what is shown as evidence the best place is asked for.
    let shown: BTreeSet<u64> =
        tally.hits.values().flat_map(|fact| &fact.evidence).filter_map(|evidence| evidence.event).collect();
    events.each(|Event { digest, what, site, count }| {
        let surplus = count.written().saturating_sub(count.real());
        match what {
            EventOf::Error => tally.errors = tally.errors.saturating_sub(surplus),
            EventOf::Warning => tally.warnings = tally.warnings.saturating_sub(surplus),
            EventOf::Hit(rule, group) => {
                if let Some(rank) = count.best_rank().filter(|_| shown.contains(&digest)) {
                    best_rank.entry(digest).and_modify(|best| *best = rank.min(*best)).or_insert(rank);
                }
                if surplus > 0
                    && let Some(fact) = tally.hits.get_mut(&(*rule, group.clone()))
                {
                    fact.count = fact.count.saturating_sub(surplus);
                    if let Some(site) = site {
                        fact.sites.change(site, |times| times.saturating_sub(surplus));
                    }
                }
            }
        }
    });
    for fact in tally.hits.values_mut() {
        fact.evidence.retain(|evidence| {
            evidence
                .event
                .and_then(|event| best_rank.get(&event))
                .is_none_or(|best| evidence.position.rank <= *best)
        });
    }
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
    let upgrade_content_database =
        rule.upgrade_content_database && !affected::server_is_behind(&rule.code, &fact.captures);
    let mut objects = fact.objects;
    objects.extend(fact.urls);
    let finding = Finding {
        code: rule.code.clone(),
        rule: rule.name.clone(),
        title: rule.title.clone(),
        severity: severity(rule, fact.in_upgrade),
        blocking: rule.blocking,
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
    Some(Placed { finding, may_be_caused_by: rule.caused_by.clone(), servers, unowned_urls })
}

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

/// Causes before symptoms; blocking before the rest; worse before better; wide before narrow.
fn rank(findings: &mut [Finding]) {
    let key = |finding: &Finding| {
        (
            finding.suppressed.is_some(),
            Reverse(finding.blocking && finding.caused_by.is_empty()),
            Reverse(finding.severity),
            !finding.caused_by.is_empty(),
            // The headline problem opens the report wherever it occurs.
            finding.code != Report::REFUSED,
            Reverse(finding.databases.len()),
            Reverse(finding.count),
        )
    };
    // Thousands of one rule differ in nothing but what they captured: that is laid out once, not for each comparison.
    let mut keys: Vec<_> =
        findings.iter().map(|finding| (key(finding), texts(finding))).enumerate().collect();
    keys.par_sort_by(|(_, one), (_, other)| one.cmp(other));
    let order = keys.into_iter().map(|(index, _)| index).collect();
    put_in_order(findings, order);
}

/// The code of a finding, then its captures.
fn texts(Finding { code, captures, .. }: &Finding) -> Vec<&str> {
    let captures = captures.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    iter::once(code.as_str()).chain(captures).collect()
}

/// Puts items where the order says that they come from. Each stands in it once.
fn put_in_order<T>(items: &mut [T], mut order: Vec<usize>) {
    for start in 0..items.len() {
        // Round by round: each item goes to its place, and makes room for the next.
        let mut at = start;
        while let Some(from) = order.get_mut(at).map(|from| std::mem::replace(from, at))
            && from != start
            && from < items.len()
        {
            items.swap(at, from);
            at = from;
        }
    }
}

/// Sites known by nothing but their URL, whose database the farm must be asked for. `urls` runs along the findings.
fn unresolved_urls(report: &mut Report, urls: &[BTreeSet<String>]) {
    const LONGEST: usize = 2000;
    let live = report.findings.iter().zip(urls).filter(|(finding, _)| finding.suppressed.is_none());
    let is_url = |url: &&String| {
        let scheme = url.get(..8).unwrap_or(url).to_ascii_lowercase();
        let web = scheme.starts_with("http://") || scheme == "https://";
        web && url.len() <= LONGEST && !url.contains(char::is_control)
    };
    let mut found: BTreeSet<String> =
        live.flat_map(|(_, urls)| urls.iter().filter(is_url).cloned()).collect();
    let more = found.len().saturating_sub(Finding::OBJECTS);
    if let Some(first_left_out) = found.iter().nth(Finding::OBJECTS).cloned() {
        found.split_off(&first_left_out);
        report.coverage.remarks.insert(format!("{more} more sites are known by their URL only"));
    }
    report.unresolved_urls = found;
}

fn clock_remarks(report: &mut Report, sources: &[SourceFacts], tally: &Tally) {
    for ((source, _, _), (_, leg)) in &tally.legs {
        let Some(facts) = sources.get(*source as usize) else { continue };
        if leg.silences.out_of_order > 0 {
            let records = match leg.silences.out_of_order {
                1 => "1 record is".to_owned(),
                several => format!("{several} records are"),
            };
            report.coverage.remarks.insert(format!("{}: {records} out of order in time", facts.path));
        }
        for (line, millis) in &leg.silences.steps {
            let by = clock(millis.abs());
            let how =
                if *millis < 0 { format!("was set back by {by}") } else { format!("jumps forward by {by}") };
            let remark = format!("{}:{line}: the clock {how}; that time is not charged", facts.path);
            report.coverage.remarks.insert(remark);
        }
        if let Some(more) =
            leg.silences.step_count.checked_sub(leg.silences.steps.len() as u64).filter(|more| *more > 0)
        {
            report.coverage.remarks.insert(format!("{}: the clock jumps {more} more times", facts.path));
        }
    }
}

/// The pages of the rules, with the steps for the version of the farm, the first of which is what a list has room for.
fn cards(engine: &Engine, sources: &[SourceFacts], report: &mut Report) {
    let is_2007 = affected::is_2007(sources, &report.findings);
    for finding in &mut report.findings {
        // Findings of one rule may be thousands.
        if !report.cards.contains_key(&finding.code)
            && let Some(rule) = engine.catalogue().get(&finding.code)
        {
            let mut card = rule.card();
            card.steps.retain(|step| step.only.holds(is_2007));
            report.cards.insert(finding.code.clone(), card);
        }
        let steps = report.cards.get(&finding.code).map(|card| card.steps.as_slice());
        finding.remedy = steps.and_then(<[_]>::first).map(|step| step.text.clone()).unwrap_or_default();
    }
}

fn summarise(report: &mut Report, tally: &Tally) {
    report.coverage.unparsed_lines = tally.unparsed_lines;
    let summary = &mut report.summary;
    summary.records = tally.records;
    summary.errors = tally.errors;
    summary.warnings = tally.warnings;
    summary.findings = report.findings.len() as u64;
    summary.refused_sites = report.sites.len() as u64;
    summary.affected_databases = report.databases.len() as u64;
    summary.unresolved_sites = report.sites.unresolved().count() as u64;
    verdict::sum_up(report);
}

#[cfg(test)]
mod tests {
    use super::put_in_order;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn items_go_where_the_order_says(order in Just((0..9usize).collect::<Vec<_>>()).prop_shuffle()) {
            let mut items: Vec<usize> = (0..9).collect();
            put_in_order(&mut items, order.clone());
            prop_assert_eq!(items, order);
        }
    }
}
