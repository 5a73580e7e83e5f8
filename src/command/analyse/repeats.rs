//! Whether logs tell the same story twice: then events are remembered, so that each counts once. It is guessed from
//! the names before the first file is opened, so that each is opened once; where the guess was wrong, all is read again.

use super::look::Log;
use crate::command::input::{Input, server};
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
            let name = input.file_name().to_ascii_lowercase();
            if is_extract(&name) {
                repeats.note(Origin::Extract);
            } else if name.starts_with("upgrade") || name.starts_with("siteupgrade") {
                repeats.note(Origin::Original);
            } else if name.starts_with("merged") {
                repeats.note(Origin::MergedUls);
            } else if server::uls_file_name(&name).is_some() {
                repeats.note(Origin::Uls);
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

/// Whether a name (in lower case) is that of the errors of an upgrade log once more.
pub(super) fn is_extract(name: &str) -> bool {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    name.contains("-error.") || name.rsplit('.').next() == Some("err") || is_copied_extract(name)
}

/// `upgrade-20260314-220158-117-error - copy.log`, `upgrade-errors.txt`: a copy of one, or what somebody called so.
fn is_copied_extract(name: &str) -> bool {
    let of_an_upgrade = name.starts_with("upgrade") || name.starts_with("siteupgrade");
    of_an_upgrade
        && name.match_indices("-error").any(|(at, word)| {
            let rest = name.get(at + word.len()..).unwrap_or_default();
            let rest = rest.strip_prefix('s').unwrap_or(rest);
            !rest.starts_with(|c: char| c.is_alphabetic())
        })
}

#[cfg(test)]
mod tests {
    use super::is_extract;

    #[test]
    fn the_errors_of_an_upgrade_log_are_known_by_any_name_of_a_copy() {
        for (name, expected) in [
            ("upgrade-20260314-220158-117-error.log", true),
            ("sps01_upgrade-20260314-220158-117-error.log.gz", true),
            ("upgrade-20260314-220158-117-error - copy.log", true),
            ("upgrade-20260314-220158-117-error (1).log", true),
            ("upgrade-20260314-220158-117-error_sps01.log", true),
            ("upgrade-errors.txt", true),
            ("upgrade-20260314-220158-117.err", true),
            ("upgrade-20260314-220158-117.log", false),
            ("upgrade-errorless.log", false),
            ("my-error-log.log", false),
        ] {
            assert_eq!(is_extract(name), expected, "{name}");
        }
    }
}
