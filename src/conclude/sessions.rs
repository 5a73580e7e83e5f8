//! Which legs make one session: a run of psconfig has its PSCDiagnostics, the upgrade log of its own bootstrap,
//! and the log of the timer job it waits for; a call of an upgrade cmdlet is a session of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::steady::{Place, Steady};
use crate::model::kind::LogFamily;
use crate::model::profile::Charge;
use crate::scan::source::{Origin, SourceFacts};
use crate::scan::tally::Legs;
use crate::scan::timeline::leg::Leg;
use crate::scan::timeline::moment::Interval;
use crate::scan::timeline::path::Part;
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
    place: Place,
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
    /// Last record. It may have an earlier time, where the clock was set back.
    pub end: Stamp,
    /// The same on a clock that is never set back, in milliseconds.
    begin: i64,
    close: i64,
    /// psconfig's own time, each stretch with its beginning on that clock.
    intervals: Vec<(i64, &'t Interval)>,
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
    /// All places it may have; the first one is that of `placed`.
    places: Vec<Place>,
}

impl Upgrade<'_> {
    /// By what they are ordered.
    fn place(&self) -> (i64, Option<&str>, u32, u64) {
        (self.placed.place.begin, self.server.as_deref(), self.placed.source, self.placed.leg.line())
    }
}

/// Groups all legs into sessions, ordered by start, server and first file.
pub fn group<'t>(sources: &[SourceFacts], legs: &'t Legs) -> Vec<Whole<'t>> {
    let mut wholes: Vec<Whole<'t>> = Vec::new();
    let mut upgrades = Vec::new();
    let clocks = clocks(sources, legs);
    let never_set_back = Steady::default();
    for ((source, _, _), (process, leg)) in legs {
        let Some(facts) = sources.get(*source as usize) else { continue };
        if facts.origin != Origin::Original {
            continue;
        }
        let (Some(start), Some(end)) = (leg.start(), leg.last) else { continue };
        let clock = clocks.get(&facts.server.as_deref()).unwrap_or(&never_set_back);
        let places: Vec<Place> = clock.places(leg, start, end).collect();
        let Some(place) = places.first().copied() else { continue };
        let placed = Placed { source: *source, leg, start, end, place };
        if facts.kind.family() == LogFamily::PscDiagnostics {
            wholes.push(Whole::wizard(facts.server.clone(), clock, placed));
        } else {
            let process = process_name(process);
            upgrades.push(Upgrade { server: facts.server.clone(), process, placed, places });
        }
    }
    wholes.sort_by(|a, b| a.place().cmp(&b.place()));
    upgrades.sort_by(|a: &Upgrade<'t>, b| a.place().cmp(&b.place()));
    // Only a run of psconfig takes in other logs, and only those of its server.
    let mut passes: BTreeMap<Option<String>, Vec<usize>> = BTreeMap::new();
    for (index, whole) in wholes.iter().enumerate() {
        passes.entry(whole.server.clone()).or_default().push(index);
    }
    for Upgrade { server, process, placed, places } in upgrades {
        let able = || passes.get(&server).into_iter().flatten().copied();
        let home = |place: &Place| {
            let takes = |index: &usize| wholes.get(*index).is_some_and(|whole| whole.takes(&process, *place));
            able().filter(takes).max_by_key(|index| wholes.get(*index).map(|whole| whole.begin))
        };
        let home = places.iter().find_map(|place| Some((home(place)?, *place)));
        if let Some((whole, place)) = home.and_then(|(index, place)| Some((wholes.get_mut(index)?, place))) {
            whole.add(Placed { place, ..placed });
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

/// The clocks of the servers whose logs show that they were set back.
fn clocks<'s>(sources: &'s [SourceFacts], legs: &Legs) -> BTreeMap<Option<&'s str>, Steady> {
    let mut turned: BTreeMap<Option<&str>, Vec<&Leg>> = BTreeMap::new();
    for ((source, _, _), (_, leg)) in legs {
        if leg.silences.steps.iter().any(|step| step.millis < 0)
            && let Some(facts) = sources.get(*source as usize)
        {
            turned.entry(facts.server.as_deref()).or_default().push(leg);
        }
    }
    turned.into_iter().map(|(server, legs)| (server, Steady::of(legs.into_iter()))).collect()
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
                && next.place.begin >= placed.place.close
        })
    }

    fn wizard(server: Option<String>, clock: &Steady, placed: Placed<'t>) -> Self {
        Self {
            wizard: Some(placed),
            legs: Vec::new(),
            intervals: clock.intervals(placed.leg, placed.place).collect(),
            ..Self::upgrade(server, "psconfig", placed)
        }
    }

    fn upgrade(server: Option<String>, process: &str, placed: Placed<'t>) -> Self {
        let is_pass = is_psconfig(process);
        let process = if is_pass { "psconfig".to_owned() } else { process.to_owned() };
        Self {
            server,
            process,
            start: placed.start,
            end: placed.end,
            begin: placed.place.begin,
            close: placed.place.close,
            intervals: Vec::new(),
            legs: vec![placed],
            wizard: None,
            is_pass,
        }
    }

    /// By what sessions are ordered: start, server, first file and line. No two sessions have all of them in common.
    fn place(&self) -> (i64, Option<&str>, Option<(u32, u64)>) {
        let lines = self.legs.iter().chain(&self.wizard).map(|placed| (placed.source, placed.leg.line()));
        (self.begin, self.server.as_deref(), lines.min())
    }

    /// Whether a leg of the same server that stands at this place belongs to this run of psconfig.
    fn takes(&self, process: &str, place: Place) -> bool {
        let ours =
            is_psconfig(process) || process == "owstimer" || (process == UNNAMED && self.wizard.is_some());
        if !ours {
            return false;
        }
        // Two logs that were written at the same time are two sessions.
        let apart = self
            .legs
            .iter()
            .all(|leg| place.begin + SLACK >= leg.place.close || place.close <= leg.place.begin + SLACK);
        let within = match &self.wizard {
            Some(wizard) => {
                // While psconfig waits for an upgrade it writes nothing: a run that was killed, or still runs,
                // goes on for as long as its upgrade logs do.
                let end = if wizard.leg.ended { wizard.place.close + SLACK } else { self.close + HANDOVER };
                (wizard.place.begin - SLACK..=end).contains(&place.begin)
            }
            // Without PSCDiagnostics only the handover to the timer job shows what belongs together.
            None => process == "owstimer" && (0..=HANDOVER).contains(&(place.begin - self.close)),
        };
        apart && within
    }

    fn add(&mut self, placed: Placed<'t>) {
        if placed.place.begin < self.begin {
            (self.begin, self.start) = (placed.place.begin, placed.start);
        }
        if placed.place.close > self.close {
            (self.close, self.end) = (placed.place.close, placed.end);
        }
        self.legs.push(placed);
    }

    /// What psconfig did while no upgrade log tells more.
    pub fn wizard_time(&self) -> Vec<(Vec<Part<'t>>, Charge)> {
        let Some(Placed { leg, .. }) = &self.wizard else { return Vec::new() };
        self.intervals
            .iter()
            .filter_map(|(start, interval)| {
                let millis = interval.millis - self.covered(*start, interval.millis);
                (millis != 0).then(|| (leg.parts_of(interval), Charge { millis, count: 1, longest: millis }))
            })
            .collect()
    }

    /// Milliseconds of an interval that upgrade logs tell more of.
    fn covered(&self, start: i64, millis: i64) -> i64 {
        let end = start + millis;
        let overlap = |leg: &Placed<'_>| (end.min(leg.place.close) - start.max(leg.place.begin)).max(0);
        self.legs.iter().map(overlap).sum::<i64>().min(millis.max(0))
    }

    /// Milliseconds from the first record to the last one, however often the clock was set back.
    pub fn spent(&self) -> i64 {
        self.close - self.begin
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
                [before, after] => Some((after.place.begin - before.place.close).max(0)),
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
