//! Moments as exports write them: what `ConvertTo-Json` makes of dates, ISO 8601, and the dates of any culture.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta};

use super::node::{Data, Node};
use crate::addin::evidence::{Moment, Spot};
use crate::text::clock::{DateOrder, Stamp, WrittenTime};

/// How the dates of one file are to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Dates {
    /// What a date of the file proves: it has a number above twelve.
    proven: Option<DateOrder>,
    /// The file is known to write the month first.
    month_first: bool,
}

/// What the dates of a file prove, while it is read for the first time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Proof {
    month: bool,
    day: bool,
}

impl Proof {
    /// Looks for dates that leave no choice.
    pub(super) fn look(&mut self, node: &Node) {
        match &node.data {
            Data::Text(text) if text.len() < 40 => self.look_at(text.trim()),
            Data::List(values) => values.iter().for_each(|value| self.look(value)),
            Data::Object(fields) => fields.iter().for_each(|(_, value)| self.look(value)),
            _ => {}
        }
    }

    fn look_at(&mut self, text: &str) {
        if !text.starts_with(|c: char| c.is_ascii_digit()) {
            return;
        }
        let order =
            WrittenTime::parse(without_offset(text).0.as_bytes()).and_then(|time| time.proven_order());
        self.month |= order == Some(DateOrder::MonthFirst);
        self.day |= order == Some(DateOrder::DayFirst);
    }

    /// Two dates that contradict each other prove nothing.
    pub(super) fn dates(self) -> Dates {
        let proven = match (self.month, self.day) {
            (true, false) => Some(DateOrder::MonthFirst),
            (false, true) => Some(DateOrder::DayFirst),
            _ => None,
        };
        Dates { proven, month_first: false }
    }
}

impl Dates {
    /// The same, for a file that is known to write the month first.
    pub(super) fn month_first(self, month_first: bool) -> Self {
        Self { month_first, ..self }
    }

    /// A field as a moment; `None` if it is missing, unreadable, or the year 1, which stands for "none".
    pub(super) fn field(self, node: &Node, name: &str, file: &Spot) -> Option<Moment> {
        let node = node.get(name)?;
        self.moment(&node.text()?, &node.spot(file))
    }

    /// A text as a moment.
    pub(super) fn moment(self, text: &str, at: &Spot) -> Option<Moment> {
        let text = text.trim();
        let plain = |utc: NaiveDateTime| Moment { utc, or: None, at: at.clone() };
        let moment = match json_date(text).or_else(|| iso(text)) {
            Some(utc) => plain(utc),
            None => self.written(text, at).or_else(|| in_words(text).map(plain))?,
        };
        (moment.utc.year() >= 1970 && moment.utc.year() <= 9999).then_some(moment)
    }

    fn written(self, text: &str, at: &Spot) -> Option<Moment> {
        let (text, east) = without_offset(text);
        // The year 1 stands for "none"; two digits would be taken for a year of this century.
        if text.contains("0001") {
            return None;
        }
        let parsed = WrittenTime::parse(text.as_bytes())
            .or_else(|| WrittenTime::parse(format!("{text} 00:00:00").as_bytes()))?;
        let read = |order| Some(shift(naive(parsed.stamp(order)?)?, east));
        let order = self.order(&parsed);
        let other = match order {
            DateOrder::MonthFirst => DateOrder::DayFirst,
            DateOrder::DayFirst | DateOrder::YearFirst => DateOrder::MonthFirst,
        };
        let (first, second) = (read(order), read(other));
        let utc = first.or(second)?;
        let certain = parsed.year_first() || parsed.separator == b'.' || self.proven.is_some();
        let or = second.filter(|second| !certain && *second != utc);
        Some(Moment { utc, or, at: at.clone() })
    }

    /// A 12-hour clock and slashes are American; a 24-hour clock with them is nearly everyone else.
    fn order(self, parsed: &WrittenTime) -> DateOrder {
        match (parsed.proven_order(), self.proven) {
            (Some(own), _) => own,
            (None, Some(proven)) => proven,
            (None, None) if parsed.separator == b'/' && (self.month_first || parsed.in_english) => {
                DateOrder::MonthFirst
            }
            (None, None) => DateOrder::DayFirst,
        }
    }
}

fn naive(stamp: Stamp) -> Option<NaiveDateTime> {
    DateTime::from_timestamp_millis(stamp.millis()).map(|moment| moment.naive_utc())
}

fn shift(local: NaiveDateTime, minutes_east: i64) -> NaiveDateTime {
    local.checked_sub_signed(TimeDelta::minutes(minutes_east)).unwrap_or(local)
}

/// `/Date(1615129451000)/`, `/Date(1615129451000+0100)/`: milliseconds of UTC in both.
fn json_date(text: &str) -> Option<NaiveDateTime> {
    let inner = text.strip_prefix("/Date(").or_else(|| text.strip_prefix("\\/Date("))?;
    let inner = inner.split(')').next()?;
    let end =
        inner.char_indices().skip(1).find(|(_, c)| matches!(c, '+' | '-')).map_or(inner.len(), |(at, _)| at);
    let millis = inner.get(..end)?.parse().ok()?;
    DateTime::from_timestamp_millis(millis).map(|moment| moment.naive_utc())
}

/// ISO 8601 with or without zone and fractions; without a zone it is taken as UTC, as Graph and `MSOnline` mean it.
fn iso(text: &str) -> Option<NaiveDateTime> {
    if text.get(4..5) != Some("-") {
        return None;
    }
    let joined = text.replacen(' ', "T", usize::from(text.get(10..11) == Some(" ")));
    let joined = joined.trim_end();
    if let Ok(moment) = DateTime::parse_from_rfc3339(joined) {
        return Some(moment.naive_utc());
    }
    joined.parse().ok().or_else(|| format!("{joined}T00:00:00").parse().ok())
}

/// `3/7/2021 3:04:11 PM +01:00`, as `DateTimeOffset` writes itself: the text before, and minutes east of UTC.
fn without_offset(text: &str) -> (&str, i64) {
    let Some((before, last)) = text.rsplit_once(' ') else { return (text, 0) };
    let Some(digits) = last.strip_prefix(['+', '-']) else { return (text, 0) };
    let Some((hours, minutes)) = digits.split_once(':') else { return (text, 0) };
    match (hours.parse::<i64>(), minutes.parse::<i64>()) {
        (Ok(hours), Ok(minutes)) if hours <= 14 && minutes < 60 => {
            let east = hours * 60 + minutes;
            (before, if last.starts_with('-') { -east } else { east })
        }
        _ => (text, 0),
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `Sunday, March 7, 2021 3:04:11 PM`: the long date of an English server.
fn in_words(text: &str) -> Option<NaiveDateTime> {
    if text.len() > 64 {
        return None;
    }
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|word| MONTHS.contains(&word.to_ascii_lowercase().as_str()))?;
    let month =
        1 + MONTHS.iter().position(|month| words.get(at).is_some_and(|w| w.eq_ignore_ascii_case(month)))?;
    let number = |index: usize| words.get(index).and_then(|word| word.parse::<u32>().ok());
    let day = number(at + 1).or_else(|| number(at.checked_sub(1)?))?;
    let year_at = words.iter().position(|word| word.len() == 4 && word.parse::<u32>().is_ok())?;
    let time = words.get(year_at.max(at) + 1..).unwrap_or_default().join(" ");
    let time = if time.is_empty() { "00:00:00".to_owned() } else { time };
    let year = words.get(year_at)?;
    let written = WrittenTime::parse(format!("{year}-{month}-{day} {time}").as_bytes())?;
    naive(written.stamp(DateOrder::YearFirst)?)
}

#[cfg(test)]
mod tests {
    use super::{Dates, Spot};

    fn read(text: &str) -> String {
        match Dates::default().moment(text, &Spot::default()) {
            Some(moment) => match moment.or {
                Some(or) => format!("{} or {or}", moment.utc),
                None => moment.utc.to_string(),
            },
            None => "none".to_owned(),
        }
    }

    #[test]
    fn what_never_ends_has_the_last_date_there_is() {
        assert_eq!(read("9999-12-31T23:59:59.9999999Z").get(..10), Some("9999-12-31"));
        assert_eq!(read("0001-01-01T00:00:00"), "none");
    }

    #[test]
    fn every_form_that_powershell_writes_is_read() {
        for (text, expected) in [
            ("/Date(1615129451000)/", "2021-03-07 15:04:11"),
            ("/Date(1615129451000+0100)/", "2021-03-07 15:04:11"),
            ("/Date(-62135596800000)/", "none"),
            ("2022-03-07T15:04:11.0580414Z", "2022-03-07 15:04:11.058041400"),
            ("2022-03-07T15:04:11", "2022-03-07 15:04:11"),
            ("2022-03-07T16:04:11+01:00", "2022-03-07 15:04:11"),
            ("2022-03-07 15:04:11Z", "2022-03-07 15:04:11"),
            ("2022-03-07", "2022-03-07 00:00:00"),
            ("3/7/2021 3:04:11 PM", "2021-03-07 15:04:11 or 2021-07-03 15:04:11"),
            ("3/7/2021 3:04:11 PM +01:00", "2021-03-07 14:04:11 or 2021-07-03 14:04:11"),
            ("3/31/2021 3:04:11 PM", "2021-03-31 15:04:11"),
            ("07.03.2021 15:04:11", "2021-03-07 15:04:11"),
            ("07/03/2021 15:04:11", "2021-03-07 15:04:11 or 2021-07-03 15:04:11"),
            ("31/03/2021", "2021-03-31 00:00:00"),
            ("Sunday, March 7, 2021 3:04:11 PM", "2021-03-07 15:04:11"),
            ("01/01/0001 00:00:00", "none"),
            ("", "none"),
            ("soon", "none"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
