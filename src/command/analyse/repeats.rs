//! Whether logs tell the same story twice: then events are remembered, so that each counts once. It is guessed from
//! the names before the first file is opened, so that each is opened once; where the guess was wrong, all is read again.

use super::look::Log;
use crate::command::input::Input;
use crate::format::log_name::{self, LogName, Named};
use crate::model::kind::LogFamily;
use crate::scan::source::Origin;

/// The origins among the logs.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Repeats([bool; Origin::COUNT]);

impl Repeats {
    /// What the names of the files promise.
    pub(super) fn expected(inputs: &[Input]) -> Self {
        let mut repeats = Self::default();
        for input in inputs {
            let name = input.file_name();
            let promised = LogName::of(name).map(|name| name.log);
            if log_name::is_of_errors(name) {
                repeats.note(Origin::Extract);
            } else if matches!(promised, Some(Named::Upgrade | Named::SiteUpgrade)) {
                repeats.note(Origin::Original);
            } else if promised == Some(Named::Trace) {
                repeats.note(Origin::Uls);
            } else if name.get(..6).is_some_and(|name| name.eq_ignore_ascii_case("merged")) {
                repeats.note(Origin::MergedUls);
            }
        }
        repeats
    }

    /// What the logs turned out to be.
    pub(super) fn found(logs: &[Log]) -> Self {
        let mut repeats = Self::default();
        for log in logs {
            let tells = match log.facts.origin {
                Origin::Original | Origin::Extract => log.facts.kind.family() == LogFamily::Upgrade,
                Origin::Uls | Origin::MergedUls => true,
            };
            if tells {
                repeats.note(log.facts.origin);
            }
        }
        repeats
    }

    fn note(&mut self, origin: Origin) {
        if let Some(met) = self.0.get_mut(usize::from(origin.rank())) {
            *met = true;
        }
    }

    /// An event may stand in two of them.
    pub(super) fn any(self) -> bool {
        self.0.into_iter().filter(|met| *met).count() > 1
    }
}
