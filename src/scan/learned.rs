//! What a scan learned that holds for any log: thousands of small logs of one farm have the same writers, and refuse
//! sites in the same words.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::keys::Keys;
use super::quiet::familiar::Familiar;
use super::rules::found::Alike;

/// What one scanner learned. It only spares work: no answer depends on it. What is familiar is so within a stretch; of that
/// only the memory goes from one to the next.
#[derive(Debug, Default)]
pub(super) struct Learned {
    pub(super) keys: Keys,
    pub(super) alike: Alike,
    pub(super) familiar: Familiar,
}

/// What was learned and is used by nobody at the moment. All of it is about one set of rules.
#[derive(Debug, Default)]
pub(super) struct Lessons {
    spare: Mutex<Vec<Learned>>,
}

/// More scanners are never at work at once.
const MOST: usize = 256;

impl Lessons {
    /// What a scanner learned before, to go on with.
    pub(super) fn take(&self) -> Learned {
        let mut learned = self.spare().pop().unwrap_or_default();
        learned.familiar.begin();
        learned
    }

    /// A scanner is done.
    pub(super) fn put(&self, learned: Learned) {
        let mut spare = self.spare();
        if spare.len() < MOST {
            spare.push(learned);
        }
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Learned>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
