//! Which legs make one session: a run of psconfig has its PSCDiagnostics, the upgrade log of its own bootstrap,
//! and the log of the timer job it waits for; a call of an upgrade cmdlet is a session of its own.

use crate::scan::timeline::leg::Leg;
use crate::scan::timeline::moment::Interval;
use crate::scan::timeline::path::Part;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::kind::LogFamily;
use crate::model::profile::Charge;
use crate::scan::source::{Origin, SourceFacts};
use crate::scan::tally::Legs;
use crate::text::clock::Stamp;

/// The timer job starts within this time after psconfig's own upgrade log ends, in milliseconds.
const HANDOVER: i64 = 5 * 60 * 1000;

/// Clocks of one second: what starts this much outside is still inside.
const SLACK: i64 = 2_000;

/// The logs of the 12 hive name no process; there only psconfig upgrades.
const UNNAMED: &str = "upgrade";

/// A leg with its source.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'t> {
    /// Index of the source.
    pub source: u32,
    /// The leg.
    pub leg: &'t Leg,
    start: Stamp,
    end: Stamp,
}

/// A session with all its legs.
#[derive(Clone, Debug)]
pub struct Whole<'t> {
    /// Name of the server, if known.
    pub server: Option<String>,
    /// `psconfig`, or the name of the process.
    pub process: String,
    /// First record.
    pub start: Stamp,
    /// Last record.
    pub end: Stamp,
    /// Legs of upgrade logs, by start; they do not overlap.
    pub legs: Vec<Placed<'t>>,
    /// PSCDiagnostics.
    pub wizard: Option<Placed<'t>>,
    /// It is a run of psconfig.
    pub is_pass: bool,
}

/// The leg of an upgrade log, before it is known to which session it belongs.
struct Upgrade<'t> {
    server: Option<String>,
    process: String,
    placed: Placed<'t>,
}

impl Upgrade<'_> {
    /// By what they are ordered.
    fn place(&self) -> (Stamp, Option<&str>, u32, u64) {
        (self.placed.start, self.server.as_deref(), self.placed.source, self.placed.leg.line())
    }
}

/// Groups all legs into sessions, ordered by start, server and first file.
pub fn group<'t>(sources: &[SourceFacts], legs: &'t Legs) -> Vec<Whole<'t>> {
    let mut wholes: Vec<Whole<'t>> = Vec::new();
    let mut upgrades = Vec::new();
    for ((source, _, _), (process, leg)) in legs {
        let Some(facts) = sources.get(*source as usize) else { continue };
        if facts.origin != Origin::Original {
            continue;
        }
        let (Some(start), Some(end)) = (leg.start(), leg.last) else { continue };
        let placed = Placed { source: *source, leg, start, end: end.max(start) };
        if facts.kind.family() == LogFamily::PscDiagnostics {
            wholes.push(Whole::wizard(facts.server.clone(), placed));
        } else {
            upgrades.push(Upgrade { server: facts.server.clone(), process: process_name(process), placed });
        }
    }
    wholes.sort_by(|a, b| a.place().cmp(&b.place()));
    upgrades.sort_by(|a: &Upgrade<'t>, b| a.place().cmp(&b.place()));
    // Only a run of psconfig takes in other logs, and only those of its server.
    let mut passes: BTreeMap<Option<String>, Vec<usize>> = BTreeMap::new();
    for (index, whole) in wholes.iter().enumerate() {
        passes.entry(whole.server.clone()).or_default().push(index);
    }
    for Upgrade { server, process, placed } in upgrades {
        let able = passes.get(&server).into_iter().flatten().copied();
        let takes = |index: &usize| wholes.get(*index).is_some_and(|whole| whole.takes(&process, &placed));
        let home = able.filter(takes).max_by_key(|index| wholes.get(*index).map(|whole| whole.start));
        if let Some(whole) = home.and_then(|index| wholes.get_mut(index)) {
            whole.add(placed);
            continue;
        }
        let whole = Whole::upgrade(server, &process, placed);
        if whole.is_pass {
            passes.entry(whole.server.clone()).or_default().push(wholes.len());
        }
        wholes.push(whole);
    }
    wholes.sort_by(|a, b| a.place().cmp(&b.place()));
    wholes
}

/// Logs that stop without the end of their session, and of which another log has that end: somebody cut one in two.
pub fn continued(wholes: &[Whole<'_>], sources: &[SourceFacts]) -> BTreeSet<String> {
    let legs = wholes.iter().flat_map(|whole| whole.legs.iter().map(move |placed| (whole, placed)));
    let cut = legs.filter(|(whole, placed)| !placed.leg.ended && whole.goes_on_behind(placed));
    cut.filter_map(|(_, placed)| Some(sources.get(placed.source as usize)?.path.clone())).collect()
}

impl<'t> Whole<'t> {
    /// What stands in another log of the session goes on where this leg stops, to an end, and begins nothing.
    pub fn goes_on_behind(&self, placed: &Placed<'_>) -> bool {
        self.legs.iter().any(|next| {
            next.source != placed.source
                && next.leg.ended
                && !next.leg.started
                && next.start.millis() >= placed.end.millis()
        })
    }

    fn wizard(server: Option<String>, placed: Placed<'t>) -> Self {
        let (start, end) = (placed.start, placed.end);
        let process = "psconfig".to_owned();
        Self { server, process, start, end, legs: Vec::new(), wizard: Some(placed), is_pass: true }
    }

    fn upgrade(server: Option<String>, process: &str, placed: Placed<'t>) -> Self {
        let is_pass = is_psconfig(process);
        let process = if is_pass { "psconfig".to_owned() } else { process.to_owned() };
        Self {
            server,
            process,
            start: placed.start,
            end: placed.end,
            legs: vec![placed],
            wizard: None,
            is_pass,
        }
    }

    /// By what sessions are ordered: start, server, first file and line. No two sessions have all of them in common.
    fn place(&self) -> (Stamp, Option<&str>, Option<(u32, u64)>) {
        let lines = self.legs.iter().chain(&self.wizard).map(|placed| (placed.source, placed.leg.line()));
        (self.start, self.server.as_deref(), lines.min())
    }

    /// Whether a leg of the same server belongs to this run of psconfig.
    fn takes(&self, process: &str, placed: &Placed<'_>) -> bool {
        let ours =
            is_psconfig(process) || process == "owstimer" || (process == UNNAMED && self.wizard.is_some());
        if !ours {
            return false;
        }
        // Two logs that were written at the same time are two sessions.
        let apart = self.legs.iter().all(|leg| {
            placed.start.millis() + SLACK >= leg.end.millis()
                || placed.end.millis() <= leg.start.millis() + SLACK
        });
        let begins = placed.start.millis();
        let within = match &self.wizard {
            Some(wizard) => {
                // While psconfig waits for an upgrade it writes nothing: a run that was killed, or still runs,
                // goes on for as long as its upgrade logs do.
                let end =
                    if wizard.leg.ended { wizard.end.millis() + SLACK } else { self.end.millis() + HANDOVER };
                (wizard.start.millis() - SLACK..=end).contains(&begins)
            }
            // Without PSCDiagnostics only the handover to the timer job shows what belongs together.
            None => process == "owstimer" && (0..=HANDOVER).contains(&(begins - self.end.millis())),
        };
        apart && within
    }

    fn add(&mut self, placed: Placed<'t>) {
        self.start = self.start.min(placed.start);
        self.end = self.end.max(placed.end);
        self.legs.push(placed);
    }

    /// What psconfig did while no upgrade log tells more.
    pub fn wizard_time(&self) -> Vec<(Vec<Part<'t>>, Charge)> {
        let intervals = self
            .wizard
            .iter()
            .flat_map(|placed| placed.leg.intervals.iter().map(|interval| (placed.leg, interval)));
        intervals
            .filter_map(|(leg, interval)| {
                let millis = interval.millis - self.covered(interval);
                (millis != 0).then(|| (leg.parts_of(interval), Charge { millis, count: 1, longest: millis }))
            })
            .collect()
    }

    fn covered(&self, interval: &Interval) -> i64 {
        let (start, end) = (interval.start.millis(), interval.start.millis() + interval.millis);
        let overlap = |leg: &Placed<'_>| (end.min(leg.end.millis()) - start.max(leg.start.millis())).max(0);
        self.legs.iter().map(overlap).sum::<i64>().min(interval.millis.max(0))
    }

    /// Time between the logs of a session that has no PSCDiagnostics to tell what happened.
    pub fn idle(&self) -> Vec<(&'static str, i64)> {
        if self.wizard.is_some() {
            return Vec::new();
        }
        let between: i64 = self
            .legs
            .windows(2)
            .filter_map(|pair| match pair {
                [before, after] => Some((after.start.millis() - before.end.millis()).max(0)),
                _ => None,
            })
            .sum();
        if between > 0 { vec![("between two logs", between)] } else { Vec::new() }
    }
}

fn is_psconfig(process: &str) -> bool {
    matches!(process, "psconfig" | "psconfigui")
}

fn process_name(process: &str) -> String {
    let name = process.trim().to_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    if name.is_empty() { UNNAMED.to_owned() } else { name.to_owned() }
}
