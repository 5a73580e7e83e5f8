//! Moments on a server's clock, and the date formats that do not depend on a culture.

use chrono::{DateTime, Datelike, NaiveDate, Timelike};

use crate::bytes;

/// Milliseconds since 1970 on the clock of a server; no zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct Moment(i64);

/// A moment taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Parts {
    pub(crate) year: u64,
    pub(crate) month: u64,
    pub(crate) day: u64,
    pub(crate) hour: u64,
    pub(crate) minute: u64,
    pub(crate) second: u64,
    pub(crate) milli: u64,
}

impl Moment {
    /// A calendar date and a time of day, which must exist.
    pub(crate) fn new(date: [u32; 3], time: [u32; 3], milli: u32) -> Self {
        let [year, month, day] = date;
        let [hour, minute, second] = time;
        let year = i32::try_from(year).expect("a year has four digits");
        let moment = NaiveDate::from_ymd_opt(year, month, day)
            .and_then(|date| date.and_hms_milli_opt(hour, minute, second, milli))
            .expect("a moment written in the source exists");
        Self(moment.and_utc().timestamp_millis())
    }

    /// This many milliseconds later.
    pub(crate) fn plus(self, millis: u64) -> Self {
        Self(self.0 + i64::try_from(millis).expect("a log covers less than an age"))
    }

    /// This many seconds later.
    pub(crate) fn plus_seconds(self, seconds: u64) -> Self {
        self.plus(seconds * 1000)
    }

    /// This many seconds earlier.
    pub(crate) fn minus_seconds(self, seconds: u64) -> Self {
        Self(self.0 - i64::try_from(seconds * 1000).expect("a log covers less than an age"))
    }

    /// Milliseconds since an earlier moment.
    pub(crate) fn since(self, earlier: Self) -> u64 {
        u64::try_from(self.0 - earlier.0).unwrap_or(0)
    }

    /// The moment without what is smaller than `millis`: trace logs start a file every half hour.
    pub(crate) fn floor(self, millis: i64) -> Self {
        Self(self.0 - self.0.rem_euclid(millis))
    }

    /// Year to millisecond.
    pub(crate) fn parts(self) -> Parts {
        let moment = DateTime::from_timestamp_millis(self.0).expect("a year has four digits").naive_utc();
        Parts {
            year: u64::try_from(moment.year()).expect("after the birth of Christ"),
            month: u64::from(moment.month()),
            day: u64::from(moment.day()),
            hour: u64::from(moment.hour()),
            minute: u64::from(moment.minute()),
            second: u64::from(moment.second()),
            milli: u64::from(moment.nanosecond() / 1_000_000),
        }
    }

    /// `2026-03-14T22:00:03`, for the truth beside the logs: seconds, because every format has them.
    pub(crate) fn iso(self) -> String {
        let Parts { year, month, day, hour, minute, second, .. } = self.parts();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }

    /// `20260314-220003-117`, as in the names of upgrade logs.
    pub(crate) fn in_upgrade_name(self) -> String {
        let Parts { year, month, day, hour, minute, second, milli } = self.parts();
        format!("{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}-{milli:03}")
    }

    /// `20260314-2200`, as in the names of trace logs.
    pub(crate) fn in_uls_name(self) -> String {
        let Parts { year, month, day, hour, minute, .. } = self.parts();
        format!("{year:04}{month:02}{day:02}-{hour:02}{minute:02}")
    }

    /// `3_14_2026_22_0_3_117`, as in the names of PSCDiagnostics logs: nothing is padded.
    pub(crate) fn in_psc_name(self) -> String {
        let Parts { year, month, day, hour, minute, second, milli } = self.parts();
        format!("{month}_{day}_{year}_{hour}_{minute}_{second}_{milli}")
    }
}

/// Appends `03/14/2026 22:00:03`: the one date format of ULS and PSCDiagnostics.
pub(crate) fn invariant_seconds(out: &mut Vec<u8>, parts: Parts) {
    let separated = [
        (parts.month, 2, b'/'),
        (parts.day, 2, b'/'),
        (parts.year, 4, b' '),
        (parts.hour, 2, b':'),
        (parts.minute, 2, b':'),
    ];
    for (number, width, separator) in separated {
        bytes::decimal(out, number, width);
        out.push(separator);
    }
    bytes::decimal(out, parts.second, 2);
}

/// Appends `03/14/2026 22:00:03.11`.
pub(crate) fn invariant_hundredths(out: &mut Vec<u8>, parts: Parts) {
    invariant_seconds(out, parts);
    out.push(b'.');
    bytes::decimal(out, parts.milli / 10, 2);
}
