//! Times as logs write them: server local, without a zone.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use super::half_day::{HALVES, Half, on_24_hours};
use super::iso;

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
        iso::write(moment, f)
    }
}

/// Which number of a date comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DateOrder {
    /// `3/31/2012`.
    MonthFirst,
    /// `31/3/2012`, `31.03.2012`, `31-03-2012`.
    DayFirst,
    /// `2012-03-31`, `2012/03/31`.
    YearFirst,
}

impl DateOrder {
    /// The published name.
    pub fn name(self) -> &'static str {
        match self {
            Self::MonthFirst => "month-first",
            Self::DayFirst => "day-first",
            Self::YearFirst => "year-first",
        }
    }
}

/// A time as written, before anyone has decided what is day and what is month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WrittenTime {
    /// The three numbers of the date, in the order of the text.
    pub date: [u32; 3],
    /// The byte between them: `/`, `.` or `-`.
    pub separator: u8,
    /// The time of day, on a 24-hour clock.
    pub time: TimeOfDay,
    /// The text said AM or PM in some language.
    pub half_day: bool,
    /// It said so in these letters, as in en-US: elsewhere they are words or have full stops (`p. m.`).
    pub in_english: bool,
}

impl WrittenTime {
    /// Reads a short date and a long time in any of the cultures that SharePoint servers run in:
    /// `3/3/2012 10:10:24 PM`, `03/03/2012 22:10:24.26`, `03.03.2012 22:10:24`, `3.3.2012 22.10.24`,
    /// `2012/3/3 下午 10:10:24`, `3/03/2012 10:10:24 p. m.`, with ordinary, no-break or narrow blanks.
    ///
    /// Only the en-US forms are verified on real logs; the others follow from the cultures' own formats.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mut cursor = Cursor { rest: text };
        cursor.blanks();
        let (first, _) = cursor.number(4)?;
        let separator = cursor.one_of(b"/.-")?;
        cursor.blanks();
        let (second, _) = cursor.number(2)?;
        cursor.exactly(separator)?;
        cursor.blanks();
        let (third, _) = cursor.number(4)?;
        // Hungarian, Korean and some Slavic cultures close the date with a full stop.
        let _ = cursor.exactly(b'.');
        let _ = cursor.exactly(b'T');
        cursor.blanks();
        cursor.unit();
        let (before, mut half) = (cursor.rest, cursor.half_day());
        let mut said = before;
        cursor.blanks();
        let (hour, _) = cursor.number(2)?;
        let clock_separator = cursor.one_of(b":.")?;
        let (minute, _) = cursor.number(2)?;
        let second_of_minute = match cursor.exactly(clock_separator) {
            Some(()) => cursor.number(2)?.0,
            None => 0,
        };
        let milli = cursor.fraction();
        let _ = cursor.exactly(b'*');
        cursor.blanks();
        if half.is_none() {
            said = cursor.rest;
            half = cursor.half_day();
        }
        let in_english = half.is_some() && matches!(said, [b'A' | b'P', b'M', ..]);
        cursor.unit();
        if !cursor.rest.is_empty() {
            return None;
        }
        let time = TimeOfDay { hour: on_24_hours(hour, half), minute, second: second_of_minute, milli };
        let plausible = minute < 60 && second_of_minute < 60 && time.hour < 24;
        let date = [first, second, third];
        plausible.then_some(Self { date, separator, time, half_day: half.is_some(), in_english })
    }

    /// The year stands first, so nothing is left to decide.
    pub fn year_first(&self) -> bool {
        self.date[0] > 31
    }

    /// The moment, if the date is read in this order. A leading year overrides the order.
    pub fn stamp(&self, order: DateOrder) -> Option<Stamp> {
        let [first, second, third] = self.date;
        let (year, month, day) = match order {
            _ if self.year_first() => (first, second, third),
            DateOrder::YearFirst | DateOrder::MonthFirst => (third, first, second),
            DateOrder::DayFirst => (third, second, first),
        };
        let year = match year {
            // In short dates of old cultures.
            ..100 => year + 2000,
            // The calendar of Thailand counts from another year.
            2500..2700 => year - 543,
            _ => year,
        };
        Stamp::new(i32::try_from(year).ok()?, month, day, self.time)
    }

    /// What the numbers alone prove: `Some` when one of them can only be a day.
    pub fn proven_order(&self) -> Option<DateOrder> {
        if self.year_first() {
            return Some(DateOrder::YearFirst);
        }
        match (self.date[0] > 12, self.date[1] > 12) {
            (true, false) => Some(DateOrder::DayFirst),
            (false, true) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }
}

/// What Bulgarian puts behind date and time, in UTF-8 and in its old charset: `21.12.2026 г. 23:58:30 ч.`
const UNITS: [&[u8]; 4] = ["г.".as_bytes(), b"\xe3.", "ч.".as_bytes(), b"\xf7."];

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn number(&mut self, most_digits: usize) -> Option<(u32, usize)> {
        let digits = self.rest.iter().take(most_digits).take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = self.rest.split_at_checked(digits)?;
        if digits == 0 {
            return None;
        }
        self.rest = rest;
        Some((number.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0')), digits))
    }

    fn one_of(&mut self, allowed: &[u8]) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        if !allowed.contains(&byte) {
            return None;
        }
        self.rest = rest;
        Some(byte)
    }

    fn exactly(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    /// A unit, if one stands here, and the blanks behind it.
    fn unit(&mut self) {
        if let Some(rest) = UNITS.iter().find_map(|unit| self.rest.strip_prefix(*unit)) {
            self.rest = rest;
        }
        self.blanks();
    }

    /// Ordinary, no-break (U+00A0) and narrow no-break (U+202F) blanks.
    fn blanks(&mut self) {
        loop {
            self.rest = match self.rest {
                // The last one is the no-break blank of Windows-1252.
                [b' ' | b'\t' | 0xA0, rest @ ..]
                | [0xC2, 0xA0, rest @ ..]
                | [0xE2, 0x80, 0xAF, rest @ ..] => rest,
                _ => return,
            };
        }
    }

    fn half_day(&mut self) -> Option<Half> {
        if let Some(half) = self.dotted_half_day() {
            return Some(half);
        }
        let longest = HALVES.iter().filter(|(name, _)| self.rest.starts_with(name.as_bytes()));
        let (name, half) = longest.max_by_key(|(name, _)| name.len())?;
        self.rest = self.rest.get(name.len()..)?;
        Some(*half)
    }

    /// `p.m.`, also with a blank of any kind in it: `p. m.`.
    fn dotted_half_day(&mut self) -> Option<Half> {
        let (half, rest) = match self.rest {
            [b'a' | b'A', b'.', rest @ ..] => (Half::Morning, rest),
            [b'p' | b'P', b'.', rest @ ..] => (Half::Afternoon, rest),
            _ => return None,
        };
        let mut cursor = Cursor { rest };
        cursor.blanks();
        cursor.one_of(b"mM")?;
        cursor.exactly(b'.')?;
        self.rest = cursor.rest;
        Some(half)
    }

    /// `.26` or `,263` after the seconds, in milliseconds.
    fn fraction(&mut self) -> u32 {
        let before = self.rest;
        if self.one_of(b".,").is_none() {
            return 0;
        }
        let Some((value, digits)) = self.number(7) else {
            self.rest = before;
            return 0;
        };
        match digits {
            1 => value * 100,
            2 => value * 10,
            3 => value,
            more => value / 10u32.pow(u32::try_from(more - 3).unwrap_or(0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DateOrder, Stamp, WrittenTime};

    fn read(text: &str, order: DateOrder) -> String {
        WrittenTime::parse(text.as_bytes())
            .and_then(|time| time.stamp(order))
            .map_or("-".into(), |s| s.to_string())
    }

    #[test]
    fn every_culture_of_a_sharepoint_server_is_read() {
        use DateOrder::{DayFirst, MonthFirst, YearFirst};
        for (text, order, expected) in [
            ("3/3/2012 10:10:24 PM", MonthFirst, "2012-03-03T22:10:24"),
            ("12/31/2012 12:00:00 AM", MonthFirst, "2012-12-31T00:00:00"),
            ("12/31/2012 12:00:00 PM", MonthFirst, "2012-12-31T12:00:00"),
            ("05/03/2013 22:07:16.26", MonthFirst, "2013-05-03T22:07:16.26"),
            ("03/03/2012 22:10:24", DayFirst, "2012-03-03T22:10:24"),
            ("4/3/2555 22:10:24", DayFirst, "2012-03-04T22:10:24"),
            ("31.03.2012 22:10:24", DayFirst, "2012-03-31T22:10:24"),
            ("3.4.2012 2:10:24", DayFirst, "2012-04-03T02:10:24"),
            ("31-03-2012 22:10:24", DayFirst, "2012-03-31T22:10:24"),
            ("2012-03-31 22:10:24", YearFirst, "2012-03-31T22:10:24"),
            ("2012/03/31 2:10:24", YearFirst, "2012-03-31T02:10:24"),
            ("31/03/2012 10:10:24 p.m.", DayFirst, "2012-03-31T22:10:24"),
            ("31/03/2012 10:10:24 p. m.", DayFirst, "2012-03-31T22:10:24"),
            ("31/03/2012 10:10:24\u{a0}p.\u{a0}m.", DayFirst, "2012-03-31T22:10:24"),
            ("3/31/2012 10:10:24\u{202f}PM", MonthFirst, "2012-03-31T22:10:24"),
            ("2012/3/31 下午 10:10:24", YearFirst, "2012-03-31T22:10:24"),
            ("2012/3/31 10:10:24 上午", YearFirst, "2012-03-31T10:10:24"),
            ("31/03/2012 22.10.24", DayFirst, "2012-03-31T22:10:24"),
            ("31.3.2012 22.10.24", DayFirst, "2012-03-31T22:10:24"),
            ("2012. 03. 31. 22:10:24", YearFirst, "2012-03-31T22:10:24"),
            ("2012-03-31T22:10:24.123", YearFirst, "2012-03-31T22:10:24.123"),
            ("31.12.2012 г. 22:10:24 ч.", DayFirst, "2012-12-31T22:10:24"),
            ("31/03/2012 10:10:24 م", DayFirst, "2012-03-31T22:10:24"),
            ("31.3.2012 10:10:24.MD", DayFirst, "2012-03-31T22:10:24"),
            ("01/03/2013 11:04:29.10*", MonthFirst, "2013-01-03T11:04:29.10"),
        ] {
            assert_eq!(read(text, order), expected, "{text}");
        }
    }

    #[test]
    fn the_no_break_blank_of_windows_1252_is_a_blank_everywhere() {
        for text in [&b"31/03/2012 10:10:24 p.\xA0m."[..], b"31/03/2012\xA010:10:24\xA0PM"] {
            let stamp = WrittenTime::parse(text).and_then(|time| time.stamp(DateOrder::DayFirst));
            assert_eq!(stamp.map(|s| s.to_string()).as_deref(), Some("2012-03-31T22:10:24"));
        }
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in [
            "",
            "ERROR",
            "3/3/2012",
            "3/3/2012 25:00:00",
            "3/3/2012 10:61:00",
            "3/3/2012 10:10:24 XM",
            "/",
            "99",
        ] {
            assert_eq!(WrittenTime::parse(text.as_bytes()), None, "{text}");
        }
        // A date that does not exist in the order asked for is no moment.
        assert_eq!(read("31/03/2012 22:10:24", DateOrder::MonthFirst), "-");
    }

    #[test]
    fn numbers_above_twelve_prove_the_order() {
        let proven = |text: &str| WrittenTime::parse(text.as_bytes()).and_then(|time| time.proven_order());
        assert_eq!(proven("13/3/2012 1:00:00"), Some(DateOrder::DayFirst));
        assert_eq!(proven("3/13/2012 1:00:00"), Some(DateOrder::MonthFirst));
        assert_eq!(proven("3/3/2012 1:00:00"), None);
        assert_eq!(proven("2012-03-03 1:00:00"), Some(DateOrder::YearFirst));
    }

    #[test]
    fn a_stamp_survives_its_milliseconds() {
        let stamp = WrittenTime::parse(b"05/03/2013 22:07:16.26")
            .and_then(|t| t.stamp(DateOrder::MonthFirst))
            .unwrap();
        assert_eq!(Stamp::from_millis(stamp.millis()), stamp);
    }
}
