//! Two runs side by side: what was fixed, what is new, what takes longer. Times are in milliseconds.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Severity;
use super::profile::Profile;

/// What is compared of one run, whether it was read from a JSON report or just made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Side {
    /// What was named on the command line. Hostile text.
    pub name: String,
    /// Every finding.
    pub findings: Vec<SideFinding>,
    /// Ids of the refused sites.
    pub refused_sites: BTreeSet<String>,
    /// Sessions: runs of psconfig and of upgrade cmdlets.
    pub sessions: usize,
    /// Exports among the files.
    pub exports: usize,
    /// Runs of psconfig, by start.
    pub passes: Vec<SidePass>,
    /// Where the time of them went.
    pub times: PartTimes,
}

/// The mean of what psconfig's tasks and content databases took in a pass, in milliseconds by name; in a session,
/// where none is a pass. Names are hostile text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PartTimes {
    /// Tasks of psconfig.
    pub tasks: BTreeMap<String, i64>,
    /// Content databases.
    pub databases: BTreeMap<String, i64>,
}

impl PartTimes {
    /// The means of a profile: each node by its path, with the milliseconds of it and all below it.
    pub fn of<'p, P>(passes: &[SidePass], profile: impl Iterator<Item = (P, i64)>) -> Self
    where
        P: Iterator<Item = &'p str>,
    {
        let passes: BTreeSet<&str> = passes.iter().map(|pass| pass.session.as_str()).collect();
        let is_pass = |session: &str| {
            let id = session.split_once(' ').map_or(session, |(id, _)| id);
            passes.is_empty() || passes.contains(id)
        };
        let (mut times, mut sessions) = (Self::default(), 0_i64);
        for (path, millis) in profile {
            // A path starts with the server and the session.
            let mut path = path.skip(Profile::SESSION).fuse();
            if !path.next().is_some_and(is_pass) {
                continue;
            }
            match (path.next(), path.next(), path.next()) {
                (None, ..) => sessions += 1,
                (Some(Profile::TASKS), Some(task), None) => add(&mut times.tasks, task, millis),
                (Some(Profile::TASKS), ..) => {}
                (Some(database), None, _) => add(&mut times.databases, database, millis),
                _ => {}
            }
        }
        for millis in times.tasks.values_mut().chain(times.databases.values_mut()) {
            *millis /= sessions.max(1);
        }
        times
    }
}

fn add(times: &mut BTreeMap<String, i64>, name: &str, millis: i64) {
    let time = times.entry(name.to_owned()).or_default();
    *time = time.saturating_add(millis);
}

/// A finding of one run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SideFinding {
    /// Code of the rule.
    pub code: String,
    /// Name of the rule. Hostile text if it was read.
    pub rule: String,
    /// Its title. Hostile text if it was read.
    pub title: String,
    /// From the rule.
    pub severity: Severity,
    /// Records.
    pub count: u64,
    /// What the records said. Hostile text.
    pub captures: BTreeMap<String, String>,
    /// Content databases that it concerns, as far as they are known. Hostile text.
    pub databases: BTreeSet<String>,
    /// An administrator does not want to be told.
    pub suppressed: bool,
}

/// A run of psconfig.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SidePass {
    /// Name of the server. Hostile text.
    pub server: Option<String>,
    /// Id of its session.
    pub session: String,
    /// Milliseconds.
    pub duration: i64,
    /// Its log has an end: it is known how long it took.
    pub complete: bool,
    /// Milliseconds lost waiting for the token service.
    pub token_service_retry: i64,
}

/// The answer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Comparison {
    /// What was named as before and as after. Hostile text.
    pub names: [String; 2],
    /// Findings that are gone, or gone from some databases.
    pub fixed: Vec<FindingChange>,
    /// Findings that were not there, or not in some databases.
    pub new: Vec<FindingChange>,
    /// Findings on both sides.
    pub unchanged: Vec<FindingChange>,
    /// Refused sites before and after.
    pub refused_sites: [u64; 2],
    /// Passes of the same server beside each other.
    pub passes: Vec<PassChange>,
    /// Time of psconfig's tasks: the mean of the passes.
    pub tasks: Vec<TimeChange>,
    /// Time of content databases: the mean of the passes.
    pub databases: Vec<TimeChange>,
    /// What got worse, as sentences. Nothing if it is empty.
    pub worse: Vec<String>,
    /// What the second run does not hold that the first one does, as sentences: what is missing from it may be there all
    /// the same.
    pub unproven: Vec<String>,
    /// The second run holds no upgrade, and the first one does: that something is gone proves nothing.
    pub proves_nothing: bool,
}

/// A finding before and after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FindingChange {
    /// Code of the rule.
    pub code: String,
    /// Name of the rule. Hostile text.
    pub rule: String,
    /// Title of the rule. Hostile text.
    pub title: String,
    /// From the rule.
    pub severity: Severity,
    /// What tells it from other findings of its rule. Hostile text.
    pub captures: BTreeMap<String, String>,
    /// The content databases in which it was fixed, is new or is still there, if both runs tell its databases or only
    /// one of them has it. Hostile text.
    pub databases: Vec<String>,
    /// Records before and after, in all databases.
    pub count: [u64; 2],
    /// Suppressed on the side where it was found last.
    pub suppressed: bool,
}

/// Passes of one server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PassChange {
    /// Name of the server. Hostile text.
    pub server: Option<String>,
    /// Before and after.
    pub passes: [Option<SidePass>; 2],
    /// Slower by more than ten percent and a minute than what it is compared with.
    pub slower: bool,
}

/// Time of one part; `None` where it did not occur.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimeChange {
    /// Name of the task or of the content database. Hostile text.
    pub name: String,
    /// Milliseconds before and after.
    pub millis: [Option<i64>; 2],
}

#[cfg(test)]
mod tests {
    use super::{PartTimes, SidePass};

    fn times(passes: &[&str]) -> PartTimes {
        let pass = |session: &&str| SidePass {
            server: None,
            session: (*session).to_owned(),
            duration: 10,
            complete: true,
            token_service_retry: 0,
        };
        let profile = [
            ("A/s1 psconfig", 10),
            ("A/s1 psconfig/db", 4),
            ("A/s2 psconfig", 10),
            ("A/s2 psconfig/db", 6),
            ("A/s2 psconfig/db/component", 6),
            ("A/s2 psconfig/psconfig tasks", 4),
            ("A/s2 psconfig/psconfig tasks/finalize", 4),
            ("A/s2 psconfig/psconfig tasks/finalize/function", 4),
            ("A/s3 powershell", 90),
            ("A/s3 powershell/db", 92),
        ];
        let passes: Vec<SidePass> = passes.iter().map(pass).collect();
        PartTimes::of(&passes, profile.iter().map(|(path, millis)| (path.split('/'), *millis)))
    }

    #[test]
    fn times_are_means_of_the_passes() {
        let times = times(&["s1", "s2"]);
        assert_eq!(times.databases.into_iter().collect::<Vec<_>>(), [("db".to_owned(), 5)]);
        assert_eq!(times.tasks.into_iter().collect::<Vec<_>>(), [("finalize".to_owned(), 2)]);
    }

    #[test]
    fn without_a_pass_they_are_means_of_all_sessions() {
        assert_eq!(times(&[]).databases.into_iter().collect::<Vec<_>>(), [("db".to_owned(), 34)]);
    }
}
