//! Texts that hundreds of add-ins have in common, each kept once.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::audit::{CheckResult, Status};

/// Texts that were met.
#[derive(Debug, Default)]
pub(super) struct Texts(Mutex<HashSet<Arc<str>>>);

impl Texts {
    /// Shares what the results of one add-in say with those of others. Findings speak of values of their own; what is
    /// passed, does not apply or is not decided is nearly always said in the same words.
    pub(super) fn share(&self, checks: &mut [CheckResult]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut share = |text: &mut Arc<str>| match known.get(text) {
            Some(same) => *text = Arc::clone(same),
            None => {
                known.insert(Arc::clone(text));
            }
        };
        for check in checks {
            share(&mut check.id);
            share(&mut check.remedy);
            if matches!(check.status, Status::Pass | Status::Undecided) {
                share(&mut check.message);
                check.needs.iter_mut().for_each(&mut share);
            }
        }
    }
}
