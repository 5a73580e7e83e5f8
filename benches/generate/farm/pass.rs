//! One run of psconfig on one server: its own session, the session of the timer job, and its trace.

use std::collections::BTreeMap;

use super::model::Farm;
use super::script::{Plant, Session};
use super::upgrade::{self, Ending, Plan};
use super::wizard::{self, Outcome, Times};
use crate::calendar::Moment;
use crate::format::Lane;
use crate::format::psc_diagnostics::Trace;
use crate::prng::Prng;

/// Seconds of real work in the parts of a run. Waits come on top.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phases {
    /// Before psconfig opens its own session.
    pub(crate) prologue: u64,
    /// In its own session.
    pub(crate) bootstrap: u64,
    /// Until the timer job starts.
    pub(crate) handover: u64,
    /// In the session of the timer job.
    pub(crate) timer: u64,
    /// After it.
    pub(crate) epilogue: u64,
}

impl Phases {
    /// The parts of a run that works this long; `None` if that is too short for a run.
    pub(crate) fn of(work: u64) -> Option<Self> {
        let (prologue, handover) = (21, 10);
        let rest = work.checked_sub(prologue + handover).filter(|rest| *rest >= 60)?;
        let (bootstrap, epilogue) = (rest / 4, rest / 4);
        Some(Self { prologue, bootstrap, handover, timer: rest - bootstrap - epilogue, epilogue })
    }
}

/// What is to happen.
#[derive(Clone, Debug)]
pub(crate) struct PassPlan {
    pub(crate) server: String,
    pub(crate) start: Moment,
    pub(crate) phases: Phases,
    pub(crate) bootstrap: Plan,
    pub(crate) timer: Plan,
    /// Seconds waited by database, in the session of psconfig and in that of the timer job.
    pub(crate) bootstrap_waits: BTreeMap<usize, u64>,
    pub(crate) timer_waits: BTreeMap<usize, u64>,
    pub(crate) ending: Ending,
    pub(crate) outcome: Outcome,
    /// Lines of the trace that a rule must find.
    pub(crate) aside: Option<Aside>,
}

/// A warning of psconfig that is none of the upgrade.
#[derive(Clone, Debug)]
pub(crate) struct Aside {
    pub(crate) write: fn(&mut Trace),
    pub(crate) plants: Vec<Plant>,
}

/// What happened.
#[derive(Clone, Debug)]
pub(crate) struct Pass {
    pub(crate) server: String,
    pub(crate) start: Moment,
    pub(crate) end: Moment,
    pub(crate) psconfig: Session,
    pub(crate) timer: Session,
    pub(crate) trace: Trace,
    /// What must be found in the trace.
    pub(crate) plants: Vec<Plant>,
}

/// Plays a run.
pub(crate) fn run(farm: &Farm, plan: &PassPlan, prng: &Prng) -> Pass {
    let mut prng = prng.fork(&format!("{} {}", plan.server, plan.start.iso()));
    let mut lane = |process, image| Lane {
        process,
        image,
        server: plan.server.clone(),
        pid: prng.windows_id(),
        tid: prng.windows_id(),
    };
    let own = lane("PSCONFIG", "PSCONFIG.EXE");
    let job = lane("OWSTIMER", "OWSTIMER.EXE");
    let script = upgrade::bootstrap(farm, &plan.bootstrap, Ending::Finished, &mut prng);
    let own_start = plan.start.plus_seconds(plan.phases.prologue);
    let psconfig =
        script.play(own, own_start, plan.phases.bootstrap, plan.bootstrap_waits.clone(), &mut prng);
    let script = upgrade::timer(farm, &plan.timer, plan.ending, &mut prng);
    let job_start = psconfig.end.plus_seconds(plan.phases.handover);
    let mut timer = script.play(job, job_start, plan.phases.timer, plan.timer_waits.clone(), &mut prng);
    timer.name_log(farm);
    let clock = Times {
        start: plan.start,
        bootstrap_end: psconfig.end,
        timer_start: timer.start,
        timer_end: timer.end,
        end: timer.end.plus_seconds(plan.phases.epilogue),
    };
    let aside = plan.aside.clone();
    let trace = wizard::trace(farm.version.build(), clock, plan.outcome, |trace| {
        if let Some(aside) = &aside {
            (aside.write)(trace);
        }
    });
    let outcome =
        plan.outcome.codes().iter().map(|code| Plant { code, object: String::new(), database: None });
    let plants = aside.map(|aside| aside.plants).unwrap_or_default().into_iter().chain(outcome).collect();
    Pass { server: plan.server.clone(), start: plan.start, end: clock.end, psconfig, timer, trace, plants }
}
