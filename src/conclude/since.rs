//! What was worked on since the last trouble: a log of the cure may lie among those of the night.

use std::collections::BTreeSet;

use crate::model::report::Report;
use crate::model::session::{Session, SessionOutcome};
use crate::text::sentence::{all_of, some_of};

/// A sentence about databases that the script would upgrade and that were worked on since. They may need it no more; only
/// the farm can tell.
pub(super) fn worked_on_since(report: &Report) -> Option<String> {
    let sessions = &report.time.sessions;
    let troubled =
        |session: &&Session| session.refused_sites > 0 || session.outcome == SessionOutcome::Failed;
    let trouble = sessions.iter().filter(troubled).map(|session| session.end).max()?;
    let cures: Vec<&Session> = sessions
        .iter()
        .filter(|session| session.start >= trouble && session.outcome == SessionOutcome::Succeeded)
        .collect();
    let places: BTreeSet<(&str, String)> = cures.iter().map(|session| session.path()).collect();
    let asked: BTreeSet<&str> = report
        .databases
        .iter()
        .filter(|database| database.in_script)
        .map(|database| database.name.as_str())
        .collect();
    let (mut names, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for node in report.time.profile.nodes() {
        let mut path = node.path();
        if let (Some(server), Some(session), Some(name), None) =
            (path.next(), path.next(), path.next(), path.next())
            && asked.contains(name)
            && places.contains(&(server, session.to_owned()))
        {
            names.insert(name);
            ids.extend(session.split_once(' ').map(|(id, _)| id));
        }
    }
    let (names, ids): (Vec<&str>, Vec<&str>) = (names.into_iter().collect(), ids.into_iter().collect());
    let were = match names[..] {
        [] => return None,
        [_] => "was",
        _ => "were",
    };
    let name = some_of(&names, "database");
    Some(format!(
        "{name} {were} worked on since, in {}, without such trouble: the script takes only what still needs it.",
        all_of(&ids)
    ))
}
