//! The end of a scan: everything decided becomes a report.

use std::collections::{BTreeMap, BTreeSet};

use super::affected::{self, REFUSED};
use super::causes::{self, Placed};
use super::engine::Engine;
use super::groups;
use super::overlap;
use super::owners::{Owners, one_spelling};
use super::profile;
use super::source::SourceFacts;
use super::suppress::suppress;
use super::tally::{EventOf, Group, HitFact, Tally};
use super::verdict;
use crate::inventory::Inventory;
use crate::model::finding::{Evidence, Finding, Severity};
use crate::model::place::Place;
use crate::model::report::{Report, SiteReport};
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
pub fn conclude(evidences: Evidences<'_>) -> Report {
    let Evidences { engine, sources, mut tally, inventory, suppressions, now } = evidences;
    drop_repeated_events(&mut tally);
    groups::absorb(engine, &mut tally);
    let owners = Owners::new(inventory, &tally);
    let mut placed: Vec<Placed> = tally
        .hits
        .iter()
        .filter(|(_, fact)| fact.count > 0)
        .filter_map(|(key, fact)| placed_finding(engine, sources, &owners, key, fact))
        .collect();
    causes::link(&mut placed);
    let urls: Vec<BTreeSet<String>> =
        placed.iter_mut().map(|placed| std::mem::take(&mut placed.unowned_urls)).collect();
    let findings = placed.into_iter().map(|placed| placed.finding).collect();
    let mut report = Report { findings, ..Report::default() };
    suppress(&mut report, suppressions, now);
    unresolved_urls(&mut report, &urls);
    rank(&mut report.findings);
    report.sites = sites(engine, &tally, &owners, inventory);
    report.time = profile::conclude(sources, &tally, &owners);
    clock_remarks(&mut report, sources, &tally);
    let overlaps = overlap::remarks(&report.time);
    report.coverage.remarks.extend(overlaps);
    report.databases = affected::databases(&report, &tally, inventory, &owners);
    affected::withdraw_upgrades(&mut report);
    cards(engine, &mut report);
    summarise(&mut report, &tally);
    report.coverage.inventory.clone_from(&inventory.problems);
    report
}

/// An event that stands in several logs counts once, and its evidence is shown from the log itself.
fn drop_repeated_events(tally: &mut Tally) {
    let events = std::mem::take(&mut tally.events);
    let mut best_rank: BTreeMap<u64, u8> = BTreeMap::new();
    for (key, count) in events {
        let surplus = count.written().saturating_sub(count.real());
        match &key.what {
            EventOf::Error => tally.errors = tally.errors.saturating_sub(surplus),
            EventOf::Warning => tally.warnings = tally.warnings.saturating_sub(surplus),
            EventOf::Hit(rule, group, site) => {
                if let Some(rank) = count.best_rank() {
                    best_rank.entry(key.digest).and_modify(|best| *best = rank.min(*best)).or_insert(rank);
                }
                if let Some(fact) = tally.hits.get_mut(&(*rule, group.clone())) {
                    fact.count = fact.count.saturating_sub(surplus);
                    if let Some(times) = site.and_then(|site| fact.sites.get_mut(&site)) {
                        *times = times.saturating_sub(surplus);
                    }
                }
            }
        }
    }
    for fact in tally.hits.values_mut() {
        fact.evidence.retain(|evidence| {
            evidence
                .event
                .and_then(|event| best_rank.get(&event))
                .is_none_or(|best| evidence.position.rank <= *best)
        });
    }
}

fn placed_finding(
    engine: &Engine,
    sources: &[SourceFacts],
    owners: &Owners<'_>,
    (rule, _group): &(u16, Group),
    fact: &HitFact,
) -> Option<Placed> {
    let rule = engine.rule(*rule)?;
    let source = |index: &u32| sources.get(*index as usize);
    let named = fact.databases.keys().map(String::as_str);
    let of_sites = fact.sites.keys().filter_map(|site| owners.of_site(*site).0);
    let of_urls = fact.urls.iter().filter_map(|url| owners.of_url(url));
    let databases = one_spelling(named.chain(of_sites).chain(of_urls), owners);
    let objects: BTreeSet<String> = fact.objects.iter().chain(&fact.urls).cloned().collect();
    let evidence = fact.evidence.iter().filter_map(|evidence| {
        let path = source(&evidence.position.source)?.path.clone();
        let place = Place { path, line: evidence.position.line };
        Some(Evidence { place, time: evidence.time, text: evidence.text.clone() })
    });
    // What ULS calls unexpected may have nothing to do with the upgrade.
    let severity = match rule.coded.as_deref() {
        Some("unexplained") if !fact.in_upgrade => rule.severity.min(Severity::Warning),
        _ => rule.severity,
    };
    let finding = Finding {
        code: rule.code.clone(),
        rule: rule.name.clone(),
        title: rule.title.clone(),
        severity,
        blocking: rule.blocking,
        count: fact.count,
        first: fact.span.first,
        last: fact.span.last,
        files: fact.sources.iter().filter_map(source).map(|facts| facts.path.clone()).collect(),
        databases,
        sites: fact.sites.keys().copied().collect(),
        object_count: objects.len() as u64,
        objects: objects.into_iter().take(Finding::OBJECTS).collect(),
        captures: fact.captures.clone(),
        evidence: evidence.collect(),
        remedy: rule.remedy().to_owned(),
        upgrade_content_database: rule.upgrade_content_database,
        caused_by: BTreeSet::new(),
        suppressed: None,
    };
    let servers = fact.sources.iter().filter_map(source).filter_map(|facts| facts.server.clone()).collect();
    // Where the lines name a database beside the URL, that one is meant.
    let unowned = |url: &&String| fact.databases.is_empty() && owners.of_url(url).is_none();
    let urls = fact.urls.iter().filter(|_| rule.upgrade_content_database);
    let unowned_urls = urls.filter(unowned).cloned().collect();
    Some(Placed { finding, may_be_caused_by: rule.caused_by.clone(), servers, unowned_urls })
}

/// Causes before symptoms; blocking before the rest; worse before better; wide before narrow.
fn rank(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| {
            (
                finding.suppressed.is_some(),
                std::cmp::Reverse(finding.blocking && finding.caused_by.is_empty()),
                std::cmp::Reverse(finding.severity),
                !finding.caused_by.is_empty(),
                // The headline problem opens the report wherever it occurs.
                finding.code != REFUSED,
                std::cmp::Reverse(finding.databases.len()),
                std::cmp::Reverse(finding.count),
            )
        };
        key(a).cmp(&key(b)).then_with(|| (&a.code, &a.captures).cmp(&(&b.code, &b.captures)))
    });
}

fn sites(engine: &Engine, tally: &Tally, owners: &Owners<'_>, inventory: &Inventory) -> Vec<SiteReport> {
    let refused =
        tally.hits.iter().filter(|((rule, _), _)| engine.rule(*rule).is_some_and(|r| r.code == REFUSED));
    let mut occurrences: BTreeMap<_, u64> = BTreeMap::new();
    for (_, fact) in refused {
        for (site, count) in &fact.sites {
            *occurrences.entry(*site).or_default() += count;
        }
    }
    occurrences
        .into_iter()
        .map(|(id, occurrences)| {
            let (database, resolved_by) = owners.of_site(id);
            let url = inventory.site(id).and_then(|site| site.url.clone());
            SiteReport {
                id,
                url,
                database: database.map(|name| owners.spelling(name)),
                resolved_by,
                occurrences,
            }
        })
        .collect()
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
        if leg.out_of_order > 0 {
            let times = leg.out_of_order;
            report
                .coverage
                .remarks
                .insert(format!("{}: {times} records are out of order in time", facts.path));
        }
        for (line, millis) in &leg.steps {
            let by = clock(millis.abs());
            let how =
                if *millis < 0 { format!("was set back by {by}") } else { format!("jumps forward by {by}") };
            let remark = format!("{}:{line}: the clock {how}; that time is not charged", facts.path);
            report.coverage.remarks.insert(remark);
        }
        if let Some(more) = leg.step_count.checked_sub(leg.steps.len() as u64).filter(|more| *more > 0) {
            report.coverage.remarks.insert(format!("{}: the clock jumps {more} more times", facts.path));
        }
    }
}

fn cards(engine: &Engine, report: &mut Report) {
    for finding in &report.findings {
        if let Some(rule) = engine.catalogue().get(&finding.code) {
            report.cards.entry(finding.code.clone()).or_insert_with(|| rule.card());
        }
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
    summary.unresolved_sites = report.sites.iter().filter(|site| site.database.is_none()).count() as u64;
    report.summary.verdict = verdict::sentence(report);
}
