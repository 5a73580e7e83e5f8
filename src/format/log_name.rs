//! How SharePoint names its logs: what a name promises, when the log was begun, and on which server. Names are known again
//! where somebody copied, packed or prefixed them; what a log is says its text alone.

use crate::text::clock::{Stamp, TimeOfDay};
use crate::text::copied_name::without_copy;

/// Which log a name promises.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Named {
    /// `Upgrade-20260314-220158-117.log`, in the 12 hive `Upgrade.log`.
    Upgrade,
    /// `SiteUpgrade-20260411-231502-006.log`.
    SiteUpgrade,
    /// `PSCDiagnostics_3_14_2026_22_0_3_117_670773816.log`.
    PscDiagnostics,
    /// ULS: `SPS01-20260314-2200.log`.
    Trace,
}

/// The name of a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogName<'n> {
    /// Of which.
    pub log: Named,
    /// The server that writes it: only traces have it in their names.
    pub server: Option<&'n str>,
    /// When it was begun, in local time and in an order that no culture changes.
    pub start: Option<Stamp>,
}

impl<'n> LogName<'n> {
    /// The name of a file, if it is that of a log.
    pub fn of(file_name: &'n str) -> Option<Self> {
        let stem = without_extension(file_name);
        session(file_name).or_else(|| if stem.len() < file_name.len() { trace(stem) } else { None })
    }

    /// The name of an archive in which one log was packed: `Upgrade-20260314-221541-531.zip`.
    pub fn of_archive(file_name: &'n str) -> Option<Self> {
        let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
        session(file_name).or_else(|| trace(stem))
    }
}

/// Whether a name is that of the errors of an upgrade log once more, beside it.
pub fn is_of_errors(file_name: &str) -> bool {
    let name = file_name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
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

/// The log of a session of psconfig or of an upgrade, also behind what somebody wrote before its name.
fn session(file_name: &str) -> Option<LogName<'static>> {
    let lower = file_name.to_ascii_lowercase();
    [
        ("pscdiagnostics", Named::PscDiagnostics),
        ("siteupgrade", Named::SiteUpgrade),
        ("upgrade", Named::Upgrade),
    ]
    .into_iter()
    .find_map(|(word, log)| lower.match_indices(word).find_map(|(at, _)| session_at(&lower, at, word, log)))
}

fn session_at(name: &str, at: usize, word: &str, log: Named) -> Option<LogName<'static>> {
    let (before, rest) = (name.get(..at)?, name.get(at + word.len()..)?);
    if before.ends_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let start = match log {
        Named::PscDiagnostics => None,
        _ => session_start(rest),
    };
    let is_dated = match log {
        Named::PscDiagnostics => {
            rest.strip_prefix('_').is_some_and(|date| date.starts_with(|c: char| c.is_ascii_digit()))
        }
        _ => start.is_some(),
    };
    // Without a date it is one only if nothing else is said.
    let name = name.strip_suffix(".gz").unwrap_or(name);
    let is_alone = name.strip_suffix(".log").is_some_and(|stem| without_copy(stem) == word);
    (is_dated || is_alone).then_some(LogName { log, server: None, start })
}

/// What stands behind `Upgrade`: `-20120303-221000-123…`.
fn session_start(rest: &str) -> Option<Stamp> {
    let mut parts = rest.strip_prefix('-')?.split(|c: char| !c.is_ascii_digit());
    let (date, time) = (parts.next()?, parts.next()?);
    let milli = parts.next().and_then(|part| number(part, 3)).unwrap_or(0);
    let (date, time) = (number(date, 8)?, number(time, 6)?);
    stamp(date, TimeOfDay { hour: time / 10_000, minute: time / 100 % 100, second: time % 100, milli })
}

/// A trace: the name of its server may hold hyphens, so it is read from the right.
fn trace(stem: &str) -> Option<LogName<'_>> {
    let (rest, time) = without_copy(stem).rsplit_once('-')?;
    let (server, date) = rest.rsplit_once('-')?;
    let (date, time) = (number(date, 8)?, number(time, 4)?);
    let is_word = server.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'));
    let is_session = ["upgrade", "siteupgrade"].iter().any(|log| server.eq_ignore_ascii_case(log));
    let start = stamp(date, TimeOfDay { hour: time / 100, minute: time % 100, second: 0, milli: 0 });
    (is_word && !server.is_empty() && !is_session).then_some(LogName {
        log: Named::Trace,
        server: Some(server),
        start,
    })
}

fn stamp(date: u32, time: TimeOfDay) -> Option<Stamp> {
    Stamp::new(i32::try_from(date / 10_000).ok()?, date / 100 % 100, date % 100, time)
}

/// The name without what logs end in, packed or renamed; as it is if it ends in something else.
fn without_extension(file_name: &str) -> &str {
    const ENDS: [&str; 4] = ["log", "txt", "bak", "old"];
    let mut stem = file_name;
    while let Some((rest, end)) = stem.rsplit_once('.') {
        let is_packed = stem.len() == file_name.len() && end.eq_ignore_ascii_case("gz");
        if !is_packed && !ENDS.iter().any(|known| end.eq_ignore_ascii_case(known)) {
            break;
        }
        stem = rest;
    }
    stem
}

fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LogName, Named, is_of_errors};

    #[test]
    fn a_name_tells_the_log_its_server_and_its_start() {
        let of = |name| {
            LogName::of(name).map(|LogName { log, server, start }| {
                (log, server.unwrap_or_default(), start.map_or(String::new(), |start| start.to_string()))
            })
        };
        let upgrade = |start: &str| Some((Named::Upgrade, "", start.to_owned()));
        let trace = |server| Some((Named::Trace, server, "2026-03-14T22:00:00".to_owned()));
        let psconfig = Some((Named::PscDiagnostics, "", String::new()));
        for (name, expected) in [
            ("Upgrade-20130503-220452-191.log", upgrade("2013-05-03T22:04:52.191")),
            ("UPGRADE-20130503-220452-191-error.LOG.gz", upgrade("2013-05-03T22:04:52.191")),
            (
                "Upgrade-20260411-223234-060-3b656370-d2da-4e9d-897f-5cce5e1af3ef.log",
                upgrade("2026-04-11T22:32:34.06"),
            ),
            ("Upgrade-20260314-220158-117 - Copy.log", upgrade("2026-03-14T22:01:58.117")),
            ("SPS01_Upgrade-20260314-220158.txt", upgrade("2026-03-14T22:01:58")),
            ("Upgrade.log", upgrade("")),
            ("Upgrade (1).log", upgrade("")),
            ("Copy of Upgrade-20260314-220158-117.log", upgrade("2026-03-14T22:01:58.117")),
            ("Upgrade-20139903-220452-191.log", None),
            ("Upgrade.txt", None),
            ("upgrade problem.txt", None),
            ("Upgrade farm2.txt", None),
            ("SiteUpgradeNotes.txt", None),
            ("Build2build-upgrade.log", None),
            (
                "SiteUpgrade-20260411-231502-006.log",
                Some((Named::SiteUpgrade, "", "2026-04-11T23:15:02.006".to_owned())),
            ),
            ("PSCDiagnostics_3_14_2026_22_0_3_117_670773816.log", psconfig.clone()),
            ("PSCDiagnostics.log", psconfig.clone()),
            ("SPS02-PSCDiagnostics_3_14_2026_22_0_3.txt", psconfig),
            ("PSCDiagnostics of SPS01.txt", None),
            ("SPS01-20260314-2200.log", trace("SPS01")),
            ("SP-WFE-01-20260314-2200.log.gz", trace("SP-WFE-01")),
            ("SPS01-20260314-2200 - Copy (2).log", trace("SPS01")),
            ("SPS01-20260314-2200(1).log", trace("SPS01")),
            ("Copy of SPS01-20260314-2200.txt", trace("SPS01")),
            ("SPS01-20260314-2200.log.bak", trace("SPS01")),
            ("Upgrade-20260314-2200.log", None),
            ("the night of SPS01-20260314-2200.log", None),
            ("sites-20260314-2200.csv", None),
            ("-20260314-2200.log", None),
            ("", None),
        ] {
            assert_eq!(of(name), expected, "{name}");
        }
        assert_eq!(
            LogName::of_archive("SPS01-20260314-2200.zip").and_then(|name| name.server),
            Some("SPS01")
        );
        assert_eq!(LogName::of_archive("SPS01.zip"), None);
    }

    #[test]
    fn the_errors_of_an_upgrade_log_are_known_by_any_name_of_a_copy() {
        for (name, expected) in [
            ("Upgrade-20260314-220158-117-error.log", true),
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
            assert_eq!(is_of_errors(name), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_name_may_be_asked(name in "\\PC*|(copy of )?[Uu]pgrade[-.(0-9) ]*(\\.log)?|.{0,4}-[0-9]{8}-[0-9]{4}.{0,9}") {
            let _ = is_of_errors(&name);
            for server in [LogName::of(&name), LogName::of_archive(&name)].into_iter().flatten().filter_map(|log| log.server) {
                prop_assert!(name.contains(server));
            }
        }
    }
}
