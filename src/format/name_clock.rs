//! The names of logs tell when they were begun, in an order that no culture changes.

use crate::text::clock::{Stamp, TimeOfDay};

/// When a log was begun, as its name tells: in local time.
pub fn start(file_name: &str) -> Option<Stamp> {
    session_start(file_name).or_else(|| trace_start(file_name))
}

/// The start of the session in the name of an upgrade log: `Upgrade-20120303-221000-123…`, in local time.
fn session_start(file_name: &str) -> Option<Stamp> {
    let lower = file_name.to_ascii_lowercase();
    let rest = lower.strip_prefix("upgrade-").or_else(|| lower.strip_prefix("siteupgrade-"))?;
    let mut parts = rest.split(['-', '.']);
    let (date, time) = (parts.next()?, parts.next()?);
    let milli = parts.next().and_then(|part| number(part, 3)).unwrap_or(0);
    let (date, time) = (number(date, 8)?, number(time, 6)?);
    let time = TimeOfDay { hour: time / 10_000, minute: time / 100 % 100, second: time % 100, milli };
    Stamp::new(i32::try_from(date / 10_000).ok()?, date / 100 % 100, date % 100, time)
}

/// When a trace log was begun, from its name: `SPS01-20260314-2200.log`, in local time.
fn trace_start(file_name: &str) -> Option<Stamp> {
    let (stem, _) = file_name.split_once('.')?;
    let (rest, time) = stem.rsplit_once('-')?;
    let (_, date) = rest.rsplit_once('-')?;
    let (date, time) = (number(date, 8)?, number(time, 4)?);
    let time = TimeOfDay { hour: time / 100, minute: time % 100, second: 0, milli: 0 };
    Stamp::new(i32::try_from(date / 10_000).ok()?, date / 100 % 100, date % 100, time)
}

fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::start;

    #[test]
    fn the_name_of_an_upgrade_log_is_a_clock() {
        assert_eq!(
            start("Upgrade-20130503-220452-191.log").map(|s| s.to_string()).as_deref(),
            Some("2013-05-03T22:04:52.191")
        );
        assert_eq!(start("Upgrade.log"), None);
        assert_eq!(start("Upgrade-20139903-220452-191.log"), None);
    }
}
