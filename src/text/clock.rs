//! Times as logs write them: server local, without a zone.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike};

/// A moment on a server's own clock, in milliseconds since 1970-01-01T00:00:00 of that clock.
///
/// No zone is known and none is invented: two servers' stamps can be compared only as far as their clocks agree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Stamp(i64);

impl Stamp {
    /// The moment with this many milliseconds.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00 of the server's clock.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// A calendar date and a time of day; `None` if there is no such moment.
    pub fn new(year: i32, month: u32, day: u32, time: TimeOfDay) -> Option<Self> {
        let date = NaiveDate::from_ymd_opt(year, month, day)?;
        let moment = date.and_hms_milli_opt(time.hour, time.minute, time.second, time.milli)?;
        Some(Self(moment.and_utc().timestamp_millis()))
    }

    fn calendar(self) -> Option<NaiveDateTime> {
        DateTime::from_timestamp_millis(self.0).map(|moment| moment.naive_utc())
    }
}

/// A time of day on a 24-hour clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TimeOfDay {
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 59.
    pub second: u32,
    /// 0 to 999.
    pub milli: u32,
}

impl fmt::Display for Stamp {
    /// ISO 8601 without zone; hundredths or thousandths of a second only where the clock had them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(moment) = self.calendar() else {
            return f.write_str("0000-00-00T00:00:00");
        };
        write!(f, "{:04}-{:02}-{:02}T", moment.year(), moment.month(), moment.day())?;
        write!(f, "{:02}:{:02}:{:02}", moment.hour(), moment.minute(), moment.second())?;
        match moment.nanosecond() / 1_000_000 {
            0 => Ok(()),
            milli if milli % 10 == 0 => write!(f, ".{:02}", milli / 10),
            milli => write!(f, ".{milli:03}"),
        }
    }
}
