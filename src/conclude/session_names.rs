//! What sessions are called: `s1`, `s2` … by start; and by the names they have already, where a report of all of them was
//! made before.

use std::collections::BTreeSet;

use crate::model::session::Session;

/// Names all sessions, which stand in their order. Those that are known keep their names, of which each is given once.
pub(super) fn give(sessions: &mut [Session], known: &[Session]) {
    let mut left: Vec<&Session> = known.iter().collect();
    // What lies within the window is whole. Of others a part may be seen, which shows by its times only.
    let ways: [fn(&Session, &Session) -> bool; 2] = [begin_together, overlap];
    for alike in ways {
        for session in sessions.iter_mut().filter(|session| session.id.is_empty()) {
            let found = left.iter().position(|known| are_of_one_log(session, known) && alike(session, known));
            if let Some(known) = found.map(|place| left.remove(place)) {
                session.id.clone_from(&known.id);
            }
        }
    }
    let taken: BTreeSet<&str> = known.iter().map(|known| known.id.as_str()).collect();
    let mut free = (1usize..).map(|number| format!("s{number}")).filter(|id| !taken.contains(id.as_str()));
    for session in sessions.iter_mut().filter(|session| session.id.is_empty()) {
        session.id = free.next().unwrap_or_default();
    }
}

fn are_of_one_log(session: &Session, known: &Session) -> bool {
    session.process == known.process && !session.files.is_disjoint(&known.files)
}

fn begin_together(session: &Session, known: &Session) -> bool {
    session.start == known.start
}

fn overlap(session: &Session, known: &Session) -> bool {
    let ((first, last), (begin, end)) = (session.written, known.written);
    first <= end && begin <= last
}
