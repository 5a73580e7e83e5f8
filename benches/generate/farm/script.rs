//! What an upgrade session says, first without times, then played on a clock whose sums are known.

use std::collections::BTreeMap;

use super::model::{Database, Farm, Site, Version};
use crate::calendar::Moment;
use crate::format::{Class, Exception, Lane, Level, Record};
use crate::prng::{Guid, Prng, split_exactly};
use crate::vocabulary;

/// Stands in a message for the time since the span of the same object began.
pub(crate) const ELAPSED: &str = "@@elapsed@@";

/// Stands in a message for the path of the log the session writes.
pub(crate) const LOG: &str = "@@log@@";

/// Something a scanner must find in a record.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Plant {
    /// Code of the rule.
    pub(crate) code: &'static str,
    /// What it concerns: a site id, a feature, a class …
    pub(crate) object: String,
    /// The database that truly owns it, where there is one.
    pub(crate) database: Option<String>,
}

/// One record of a session.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) at: Moment,
    pub(crate) component: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) level: Level,
    pub(crate) message: String,
    pub(crate) exception: Option<Exception>,
    pub(crate) plants: Vec<Plant>,
}

/// A record that means trouble, and the object it is about.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) component: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) level: Level,
    /// Title of the object, written as an INFO record before the problem.
    pub(crate) context: Option<String>,
    pub(crate) message: String,
    pub(crate) exception: Option<Exception>,
    pub(crate) plants: Vec<Plant>,
}

/// How long after the step before it a step comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pace {
    Together,
    /// A share of the time the session works, by weight.
    Work(u64),
    /// A share of the time the session waits for the refused sites of the database with this index.
    Wait(usize),
}

#[derive(Clone, Debug)]
struct Step {
    pace: Pace,
    begins: Option<String>,
    ends: Option<String>,
    event: Event,
}

/// The steps of a session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    steps: Vec<Step>,
    /// Whether it says how the session ended.
    pub(crate) finished: bool,
}

/// A span of a session that is known to the hundredth of a second.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Span {
    pub(crate) object: String,
    pub(crate) millis: u64,
}

/// A session with times.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) lane: Lane,
    pub(crate) correlation: Guid,
    /// The GUID in the name of its log, from 2016 on.
    pub(crate) file: Guid,
    pub(crate) start: Moment,
    pub(crate) end: Moment,
    pub(crate) events: Vec<Event>,
    pub(crate) spans: Vec<Span>,
    /// Seconds waited by index of the database.
    pub(crate) waits: BTreeMap<usize, u64>,
    /// Whether it says how it ended.
    pub(crate) finished: bool,
}

impl Script {
    /// A record without trouble.
    pub(crate) fn say(&mut self, component: &'static str, tag: &'static str, level: Level, message: String) {
        self.step(Pace::Work(2), component, tag, level, message);
    }

    /// A record after hard work.
    pub(crate) fn labour(
        &mut self,
        component: &'static str,
        tag: &'static str,
        level: Level,
        message: String,
    ) {
        self.step(Pace::Work(40), component, tag, level, message);
    }

    /// A record at which the span of an object begins.
    pub(crate) fn begin(&mut self, object: &str, component: &'static str, message: String) {
        self.step(Pace::Work(2), component, "ajyx1", Level::Debug, message).begins = Some(object.to_owned());
    }

    /// The record at which the span of an object ends; it names the time taken.
    pub(crate) fn end(&mut self, object: &str, component: &'static str) {
        let message = format!("Elapsed time upgrading [{object}]: {ELAPSED}.");
        self.step(Pace::Work(2), component, "ajyx4", Level::Debug, message).ends = Some(object.to_owned());
    }

    /// A refused site of the database with this index: written when the attempt to open it has failed.
    pub(crate) fn refuse(&mut self, index: usize, database: &Database, site: &Site, tail: &str) {
        let mut message = Vec::new();
        vocabulary::refused(site.id, tail, &mut message);
        let message = String::from_utf8_lossy(&message).into_owned();
        let step = self.step(Pace::Wait(index), "SPContentDatabaseSequence", "ajyxm", Level::Debug, message);
        let database = Some(database.name.clone());
        step.event.plants.push(Plant { code: "UA01", object: site.id.to_string(), database });
    }

    /// A problem, behind the title of the object it is about.
    pub(crate) fn problem(&mut self, problem: Problem) {
        let Problem { component, tag, level, context, message, exception, plants } = problem;
        let mut pace = Pace::Work(3);
        if let Some(context) = context {
            self.step(pace, component, tag, Level::Info, context);
            pace = Pace::Together;
        }
        let step = self.step(pace, component, tag, level, message);
        step.event.exception = exception;
        step.event.plants = plants;
    }

    /// Stops in the middle: the process was killed.
    pub(crate) fn kill(&mut self) {
        self.steps.truncate(self.steps.len() * 2 / 3);
    }

    /// How many errors and warnings were written.
    pub(crate) fn troubles(&self) -> (usize, usize) {
        let count = |class| self.steps.iter().filter(|step| step.event.level.class() == class).count();
        (count(Class::Error), count(Class::Warning))
    }

    fn step(
        &mut self,
        pace: Pace,
        component: &'static str,
        tag: &'static str,
        level: Level,
        message: String,
    ) -> &mut Step {
        let at = Moment::default();
        let event = Event { at, component, tag, level, message, exception: None, plants: Vec::new() };
        let pace = if self.steps.is_empty() { Pace::Together } else { pace };
        self.steps.push(Step { pace, begins: None, ends: None, event });
        self.steps.last_mut().expect("a step was just pushed")
    }

    /// Gives every step its time: the work takes `work` seconds, the refused sites of each database what
    /// `waits` says; the session lasts exactly their sum.
    ///
    /// Waits are whole seconds, so that they are exact in formats that have no fractions.
    pub(crate) fn play(
        self,
        lane: Lane,
        start: Moment,
        work: u64,
        waits: BTreeMap<usize, u64>,
        prng: &mut Prng,
    ) -> Session {
        let finished = self.finished;
        let delays = self.delays(work, &waits, prng);
        let mut session = Session {
            lane,
            correlation: prng.guid(),
            file: prng.guid(),
            start,
            end: start,
            events: vec![],
            spans: vec![],
            waits,
            finished,
        };
        let mut begun = BTreeMap::new();
        for (step, delay) in self.steps.into_iter().zip(delays) {
            session.end = session.end.plus(delay);
            let mut event = Event { at: session.end, ..step.event };
            if let Some(object) = step.begins {
                begun.insert(object, event.at);
            }
            if let Some((object, from)) = step.ends.and_then(|object| begun.remove_entry(&object)) {
                let millis = event.at.since(from);
                event.message = event.message.replace(ELAPSED, &duration(millis));
                session.spans.push(Span { object, millis });
            }
            session.events.push(event);
        }
        session
    }

    fn delays(&self, work: u64, waits: &BTreeMap<usize, u64>, prng: &mut Prng) -> Vec<u64> {
        let mut shares: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
        for (&database, &seconds) in waits {
            let attempts = self.steps.iter().filter(|step| step.pace == Pace::Wait(database)).count();
            shares.insert(database, split_exactly(seconds, attempts, 1, 6, prng));
        }
        let weights: Vec<u64> = self
            .steps
            .iter()
            .map(|step| if let Pace::Work(weight) = step.pace { weight * prng.between(1, 9) } else { 0 })
            .collect();
        let all: u64 = weights.iter().sum::<u64>().max(1);
        let hundredths = work * 100;
        let mut done = 0;
        let mut given = 0;
        self.steps
            .iter()
            .zip(weights)
            .map(|(step, weight)| {
                if let Pace::Wait(database) = step.pace {
                    return 1000 * shares.get_mut(&database).and_then(Vec::pop).unwrap_or(0);
                }
                done += weight;
                let share = hundredths * done / all - given;
                given += share;
                share * 10
            })
            .collect()
    }
}

impl Session {
    /// An event of this session as a record for a format.
    pub(crate) fn record<'a>(&'a self, event: &'a Event) -> Record<'a> {
        Record {
            at: event.at,
            lane: &self.lane,
            area: "SharePoint Foundation",
            component: event.component,
            tag: event.tag,
            level: event.level,
            message: &event.message,
            exception: event.exception.as_ref(),
            correlation: Some(self.correlation),
        }
    }

    /// The name of its log: 2007 has one log for all sessions.
    pub(crate) fn log_name(&self, version: Version) -> String {
        let stamp = self.start.in_upgrade_name();
        match version {
            Version::V2007 => "Upgrade.log".to_owned(),
            Version::V2010 | Version::V2013 => format!("Upgrade-{stamp}.log"),
            Version::V2016 | Version::V2019 | Version::Subscription => {
                format!("Upgrade-{stamp}-{}.log", self.file)
            }
        }
    }

    /// Puts the path of the log where records refer to it.
    pub(crate) fn name_log(&mut self, farm: &Farm) {
        let path = format!("{}\\{}", farm.log_folder(), self.log_name(farm.version));
        for event in &mut self.events {
            event.message = event.message.replace(LOG, &path);
            for plant in &mut event.plants {
                plant.object = plant.object.replace(LOG, &path);
            }
        }
    }

    /// Seconds waited for refused sites.
    pub(crate) fn waited(&self) -> u64 {
        self.waits.values().sum()
    }
}

fn duration(millis: u64) -> String {
    let (seconds, hundredths) = (millis / 1000, millis % 1000 / 10);
    format!("{:02}:{:02}:{:02}.{hundredths:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
