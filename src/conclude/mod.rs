//! The end of a scan: everything decided becomes a report. Pure, like the scan: the same tally gives the same report.
//!
//! `placed` makes findings of what the rules found, [`owners`] says whose a site is, [`causes`] what explains what,
//! [`profile`] where the time went; [`verdict`] sums it up.

mod affected;
mod branch;
pub mod causes;
pub mod from_inventory;
mod groups;
mod next;
pub mod overlap;
pub mod owners;
mod placed;
pub mod prediction;
pub mod profile;
mod rank;
pub mod serial;
mod session_names;
pub mod sessions;
mod since;
mod site_upgrades;
mod steady;
mod suppress;
pub mod verdict;
pub mod without_end;

use std::collections::{BTreeMap, BTreeSet};

use self::owners::Owners;
use self::placed::found;
use self::rank::rank;
use self::suppress::suppress;
use crate::inventory::Inventory;
use crate::model::finding::Finding;
use crate::model::report::Report;
use crate::model::session::Session;
use crate::model::suppression::Suppression;
use crate::scan::rules::engine::Engine;
use crate::scan::source::SourceFacts;
use crate::scan::tally::Tally;
use crate::scan::tally::events::{Event, EventOf};
use crate::scan::timeline::silences::ClockStep;
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
    /// Sessions that an earlier reading of the same logs named: they keep their names.
    pub known_sessions: &'a [Session],
}

/// Draws the conclusion. `files` and what the caller knows of coverage are filled in by it; then it has the report
/// [summed up](verdict::sum_up).
///
/// Everything that was counted by site is given up as soon as it has been used: there may be millions.
pub fn conclude(evidences: Evidences<'_>) -> Report {
    let Evidences { engine, sources, mut tally, inventory, suppressions, now, known_sessions } = evidences;
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
        || profile::conclude(sources, &tally.legs, &owners, known_sessions),
        || {
            let (mut report, mut urls) = found(engine, sources, &owners, hits, inventory);
            site_upgrades::withdraw(sources, &mut report, &mut urls);
            suppress(engine, &mut report, suppressions, now);
            report.lacks_the_cmdlet = affected::is_2007(sources, &report.findings);
            if !report.lacks_the_cmdlet {
                unresolved_urls(&mut report, &urls);
            }
            cards(engine, &mut report);
            report
        },
    );
    drop(owners);
    clock_remarks(&mut report, sources, &tally);
    report.summary.counted_warnings =
        tally.legs.values().fold(0, |sum, (_, leg)| leg.warned.saturating_add(sum));
    // There may be thousands, each with lists of its own: nobody need wait until they are given back.
    let legs = std::mem::take(&mut tally.legs);
    rayon::spawn(|| drop(legs));
    // Its keys are as many as the findings: not before the legs are given back.
    rank(&mut report.findings);
    report.coverage.remarks.extend(overlap::remarks(&time));
    for session in time.sessions.iter().filter(|session| session.is_cut) {
        let remark = format!(
            "session {} begins before the time that was asked for: how long it took is not known",
            session.id
        );
        report.coverage.remarks.insert(remark);
    }
    without_end::withdraw(engine, &mut report, &time.continued);
    report.time = time;
    report.databases = affected::databases(&report, &tally, inventory);
    affected::withdraw_upgrades(&mut report);
    summarise(&mut report, &tally);
    report.coverage.inventory.clone_from(&inventory.problems);
    report
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

/// Sites known by nothing but their URL, whose database the farm must be asked for. `urls` runs along the findings.
fn unresolved_urls(report: &mut Report, urls: &[BTreeSet<String>]) {
    const LONGEST: usize = 2000;
    let live = report.findings.iter().zip(urls).filter(|(finding, _)| finding.suppressed.is_none());
    let is_url = |url: &&String| {
        let scheme = url.get(..8).unwrap_or(url).to_ascii_lowercase();
        let web = scheme.starts_with("http://") || scheme == "https://";
        web && url.len() <= LONGEST && !url.contains(char::is_control)
    };
    // SharePoint knows no site by such an address, and what stands for a secret it takes for a pattern.
    let (by_hand, mut found): (BTreeSet<String>, BTreeSet<String>) = live
        .flat_map(|(_, urls)| urls.iter().filter(is_url).cloned())
        .partition(|url| owners::user_of(url).is_some() || url.contains('*'));
    let not_asked = match by_hand.len() {
        0 => None,
        1 => Some("1 site is".to_owned()),
        sites => Some(format!("{sites} sites are")),
    };
    report.coverage.remarks.extend(not_asked.map(|sites| {
        format!("{sites} known only by an address with a user or an asterisk: the script does not ask for it")
    }));
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
        for ClockStep { line, millis, .. } in &leg.silences.steps {
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
fn cards(engine: &Engine, report: &mut Report) {
    let is_2007 = report.lacks_the_cmdlet;
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
}
