//! Neighbouring stretches of a source become one, and the last one becomes a tally.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::flow::{Flow, Owners};
use super::processes::works_on_one_database;
use super::record::lane::{Lane, Open};
use super::rules::engine::Engine;
use super::scanner::Scanner;
use super::source::SourceFacts;
use super::stretch::Stretch;
use super::tally::Tally;
use super::tally::flat_map::Sites;
use super::timeline::Timeline;
use crate::catalogue::check::Decoded;

/// Joins a stretch with the one that follows it directly.
pub fn join(engine: &Engine, facts: &SourceFacts, left: Stretch, mut right: Stretch) -> Stretch {
    let lines = left.lines;
    shift(&mut right, lines);
    let mut scanner = Scanner::over(engine, facts, left);
    join_uls(&mut scanner, &mut right);
    scanner.join_console(std::mem::take(&mut right.console));
    for (key, lane) in std::mem::take(&mut right.lanes) {
        join_lane(&mut scanner, key, lane);
    }
    join_timelines(&mut scanner.stretch, std::mem::take(&mut right.timelines));
    scanner.stretch.tally.merge(right.tally);
    if scanner.stretch.at_start {
        scanner.stretch.lanes.values_mut().for_each(|lane| lane.flow.forget_leading());
    }
    scanner.finish(lines + right.lines)
}

/// Closes what is still open when nothing follows, and nothing stands before: the source is complete.
pub fn complete(engine: &Engine, facts: &SourceFacts, whole: Stretch) -> Tally {
    let (mut tally, owners, _) = closed(engine, facts, whole);
    tally.context_owners = owners;
    settle_single_database(engine, &mut tally);
    tally
}

/// The closed records of a stretch that was listened to.
pub fn complete_listening(engine: &Engine, facts: &SourceFacts, whole: Stretch) -> Vec<Decoded> {
    closed(engine, facts, whole).2.unwrap_or_default()
}

fn closed(engine: &Engine, facts: &SourceFacts, whole: Stretch) -> (Tally, Owners, Option<Vec<Decoded>>) {
    let mut scanner = Scanner::over(engine, facts, whole);
    scanner.stretch.at_start = true;
    scanner.settle_console();
    let edges = std::mem::take(&mut scanner.stretch.uls);
    let orphans = edges.orphans.into_iter().map(|(writer, orphan)| (writer, orphan.standing_alone()));
    let mut loose: Vec<(u64, Open)> = orphans.chain(edges.open).collect();
    // Of one writer, the orphan stands before the open record.
    loose.sort_by_key(|(_, open)| open.line);
    for (writer, open) in loose {
        scanner.complete_uls(writer, open);
    }
    for (key, timeline) in std::mem::take(&mut scanner.stretch.timelines) {
        let process = timeline.process.clone();
        for leg in timeline.into_legs() {
            scanner
                .stretch
                .tally
                .legs
                .insert((facts.index, key, leg.line()), (process.clone(), Box::new(leg)));
        }
    }
    let lanes = std::mem::take(&mut scanner.stretch.lanes);
    if facts.is_cut {
        scanner.cut_record = lanes.values().filter_map(|lane| Some(lane.open.as_ref()?.line)).max();
    }
    let mut owners = Owners::new();
    for (key, lane) in lanes {
        for (database, sites) in close_lane(&mut scanner, key, *lane).into_owners() {
            owners.entry(database).or_default().merge(sites);
        }
    }
    (scanner.stretch.tally, owners, scanner.stretch.heard)
}

/// The first record, the flow of those between, the last record: in this order.
fn close_lane(scanner: &mut Scanner<'_>, key: u64, lane: Lane) -> Flow {
    if let Some(edge) = lane.edge {
        scanner.close_whole(key, edge);
    }
    scanner.lane(key).flow.then(lane.flow);
    if let Some(open) = lane.open {
        scanner.close_whole(key, open);
    }
    std::mem::take(&mut scanner.lane(key).flow)
}

fn join_lane(scanner: &mut Scanner<'_>, key: u64, right: Box<Lane>) {
    if !scanner.stretch.lanes.contains_key(&key) && !scanner.stretch.at_start {
        scanner.stretch.lanes.insert(key, right);
        return;
    }
    let Lane { edge, open, flow } = *right;
    // With no closed edge the lane has one record, which is both first and last.
    let (first, last) = match edge {
        Some(edge) => (Some(edge), open),
        None => (open, None),
    };
    if let Some(first) = first {
        scanner.follow(key, first);
    }
    if let Some(last) = last {
        if let Some(before) = scanner.last_of(key) {
            scanner.close(key, before);
        }
        scanner.lane(key).flow.then(flow);
        scanner.lane(key).open = Some(last);
    }
}

fn join_timelines(left: &mut Stretch, right: BTreeMap<u64, Timeline>) {
    let at_start = left.at_start;
    for (key, timeline) in right {
        match left.timelines.entry(key) {
            Entry::Occupied(mut known) => known.get_mut().then(timeline),
            // Nothing can stand before the first record of a process in the first stretch.
            Entry::Vacant(place) if at_start => {
                let process = timeline.process.clone();
                place.insert(Timeline::new(&process, true)).then(timeline);
            }
            Entry::Vacant(place) => {
                place.insert(timeline);
            }
        }
    }
}

fn join_uls(scanner: &mut Scanner<'_>, right: &mut Stretch) {
    let edges = std::mem::take(&mut right.uls);
    for (writer, orphan) in edges.orphans {
        join_orphan(scanner, writer, orphan);
    }
    for writer in &edges.seen {
        // The writer went on with another record: its last one is complete.
        if let Some(open) = scanner.stretch.uls.open.remove(writer) {
            scanner.complete_uls(*writer, open);
        }
    }
    scanner.stretch.uls.seen.extend(edges.seen);
    scanner.stretch.uls.open.extend(edges.open);
}

fn join_orphan(scanner: &mut Scanner<'_>, writer: u64, orphan: Open) {
    if let Some(mut open) = scanner.stretch.uls.open.remove(&writer) {
        if open.goes_on_with(&orphan) {
            open.join(&orphan);
            scanner.open_uls(writer, open);
            return;
        }
        scanner.complete_uls(writer, open);
    } else if !scanner.stretch.at_start && !scanner.seen().contains(&writer) {
        join_orphans(scanner, writer, orphan);
        return;
    }
    scanner.stretch.uls.seen.insert(writer);
    scanner.open_uls(writer, orphan.standing_alone());
}

/// Neither side knows the beginning.
fn join_orphans(scanner: &mut Scanner<'_>, writer: u64, orphan: Open) {
    match scanner.stretch.uls.orphans.get_mut(&writer) {
        Some(before) if before.goes_on_with(&orphan) => before.join(&orphan),
        Some(_) => {
            scanner.stretch.uls.seen.insert(writer);
            scanner.open_uls(writer, orphan.standing_alone());
        }
        None => {
            scanner.stretch.uls.orphans.insert(writer, orphan);
        }
    }
}

/// Lines of the right side were counted from its own start.
fn shift(right: &mut Stretch, lines: u64) {
    right.tally.shift_lines(lines);
    for timeline in right.timelines.values_mut() {
        timeline.shift_lines(lines);
    }
    let lanes = right.lanes.values_mut().flat_map(|lane| lane.edge.iter_mut().chain(lane.open.iter_mut()));
    let uls = right.uls.open.values_mut().chain(right.uls.orphans.values_mut());
    for open in lanes.chain(uls).chain(right.console.lines_mut()) {
        open.line += lines;
        for title in open.title_before.iter_mut().chain(open.title_after.iter_mut()) {
            title.line += lines;
        }
    }
}

/// A session that named one content database, in a process that works on one only, is that database's.
fn settle_single_database(engine: &Engine, tally: &mut Tally) {
    let Some(database) = tally.named_database.name().map(str::to_owned) else { return };
    if !tally.farm_wide_process {
        let mut sites = Sites::default();
        for (_, fact) in tally.hits.iter().filter(|((rule, _), _)| engine.is_refusal(*rule)) {
            fact.sites.settled().ids().iter().for_each(|site| sites.add(*site, ()));
        }
        if !sites.is_empty() {
            tally.single_owners.insert(database.as_str().into(), sites);
            // Nobody asks the context where the session has the answer.
            tally.context_owners.clear();
        }
    }
    // What failed there failed in it, even if the record does not say so.
    let mut processes = tally.legs.values().map(|(process, _)| process.as_bytes()).peekable();
    if processes.peek().is_some() && processes.all(works_on_one_database) {
        for ((rule, _), fact) in &mut tally.hits {
            let asks = engine.rule(*rule).is_some_and(|rule| rule.upgrade_content_database);
            if asks && fact.databases.is_empty() && fact.urls.is_empty() && fact.sites.is_empty() {
                fact.databases.insert(database.clone(), fact.count);
            }
        }
    }
}
