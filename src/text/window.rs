//! A window of time on the servers' own clocks, as typed: `2026-03-14 22:00`, or `-2h` back from the newest record.

use thiserror::Error;

use super::clock::{DateOrder, Stamp, TimeOfDay, WrittenTime};

/// From and to, both included; open where `None`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Window {
    /// Nothing before this.
    pub since: Option<Stamp>,
    /// Nothing after this.
    pub until: Option<Stamp>,
}

impl Window {
    /// Whether a moment lies in it.
    pub fn holds(&self, moment: Stamp) -> bool {
        self.since.is_none_or(|since| moment >= since) && self.until.is_none_or(|until| moment <= until)
    }

    /// Whether all of a span lies outside.
    pub fn excludes(&self, first: Stamp, last: Stamp) -> bool {
        self.since.is_some_and(|since| last < since) || self.until.is_some_and(|until| first > until)
    }

    /// Whether a moment comes after it.
    pub fn ends_before(&self, moment: Stamp) -> bool {
        self.until.is_some_and(|until| moment > until)
    }

    /// It is open on both sides.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }
}

/// An end of a window, as typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// A moment.
    At(Stamp),
    /// So many milliseconds before the newest record.
    Before(i64),
}

impl Bound {
    /// The moment, given the newest record.
    pub fn resolve(self, newest: Option<Stamp>) -> Option<Stamp> {
        match self {
            Self::At(stamp) => Some(stamp),
            Self::Before(millis) => {
                newest.map(|newest| Stamp::from_millis(newest.millis().saturating_sub(millis)))
            }
        }
    }
}

/// Whether nothing can lie between two ends of a window, whatever the newest record is.
pub fn is_empty(since: Option<Bound>, until: Option<Bound>) -> bool {
    match (since, until) {
        (Some(Bound::At(since)), Some(Bound::At(until))) => since > until,
        (Some(Bound::Before(since)), Some(Bound::Before(until))) => since < until,
        _ => false,
    }
}

/// What cannot be read as a bound.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{0:?} is no time: write 2026-03-14, 2026-03-14 22:00, 2026-03-14T22:00:30, or -2h, -30m, -1d")]
pub struct NotATime(String);

/// Reads a bound. A date alone is its first moment as `since`, its last as `until`.
///
/// # Errors
/// The text is neither a moment nor a distance.
pub fn bound(text: &str, is_end: bool) -> Result<Bound, NotATime> {
    let text = text.trim();
    let read = match text.strip_prefix('-') {
        Some(distance) => back(distance),
        None => moment(text, is_end),
    };
    read.ok_or_else(|| NotATime(text.to_owned()))
}

fn back(text: &str) -> Option<Bound> {
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|number| *number >= 0)?;
    let millis = match unit {
        's' => 1_000,
        'm' => 60 * 1_000,
        'h' => 60 * 60 * 1_000,
        'd' => 24 * 60 * 60 * 1_000,
        _ => return None,
    };
    number.checked_mul(millis).map(Bound::Before)
}

fn moment(text: &str, is_end: bool) -> Option<Bound> {
    let written = WrittenTime::parse(text.as_bytes());
    if let Some(stamp) =
        written.filter(WrittenTime::year_first).and_then(|time| time.stamp(DateOrder::YearFirst))
    {
        return Some(Bound::At(stamp));
    }
    let mut parts = text.split('-');
    let mut number = || parts.next()?.parse::<u32>().ok();
    let (year, month, day) = (number()?, number()?, number()?);
    let time = if is_end {
        TimeOfDay { hour: 23, minute: 59, second: 59, milli: 999 }
    } else {
        TimeOfDay::default()
    };
    parts
        .next()
        .is_none()
        .then(|| Stamp::new(i32::try_from(year).ok()?, month, day, time).map(Bound::At))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::{Bound, Window, bound};
    use crate::text::clock::Stamp;

    fn at(text: &str, is_end: bool) -> String {
        match bound(text, is_end) {
            Ok(Bound::At(stamp)) => stamp.to_string(),
            Ok(Bound::Before(millis)) => format!("-{millis}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_bound_is_a_moment_or_a_distance() {
        assert_eq!(at("2026-03-14", false), "2026-03-14T00:00:00");
        assert_eq!(at("2026-03-14", true), "2026-03-14T23:59:59.999");
        assert_eq!(at("2026-03-14 22:00", false), "2026-03-14T22:00:00");
        assert_eq!(at("2026-03-14T22:00:30", true), "2026-03-14T22:00:30");
        assert_eq!(at("-2h", false), "-7200000");
        for text in
            ["", "-", "-h", "2h", "14/03/2026", "2026-13-14", "22:00", "--1h", "-9223372036854775807d"]
        {
            assert!(at(text, false).contains("is no time"), "{text}: {}", at(text, false));
        }
    }

    #[test]
    fn a_distance_longer_than_all_time_ends_at_its_beginning() {
        let newest = Some(Stamp::from_millis(-10));
        assert_eq!(Bound::Before(i64::MAX).resolve(newest), Some(Stamp::from_millis(i64::MIN)));
    }

    #[test]
    fn a_window_holds_its_ends() {
        let window = Window { since: Some(Stamp::from_millis(10)), until: Some(Stamp::from_millis(20)) };
        assert!(window.holds(Stamp::from_millis(10)) && window.holds(Stamp::from_millis(20)));
        assert!(!window.holds(Stamp::from_millis(9)) && !window.holds(Stamp::from_millis(21)));
        assert!(window.excludes(Stamp::from_millis(0), Stamp::from_millis(9)));
        assert!(!window.excludes(Stamp::from_millis(0), Stamp::from_millis(10)));
    }
}
