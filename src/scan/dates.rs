//! Which number of a date is the day: decided once a source, from the order of evidence below, before any split.
//!
//! - a number above 12;
//! - the file name, which carries the session's start in a fixed order;
//! - times that increase in one reading only;
//! - a midnight that lies between two records in one reading, and weeks in the other;
//! - a leading year, or full stops or hyphens between the numbers;
//! - AM and PM; and else nothing, which is said.

use crate::format::Format;
use crate::format::log_name::LogName;
use crate::format::memory::Memory;
use crate::format::stencil::Stencil;
use crate::model::kind::{LogFamily, LogKind};
use crate::text::clock::{DateOrder, Stamp, WrittenTime};
use crate::text::lines::lines;
use crate::text::short::same;

use super::tally::DateEvidence;

/// How the dates of a source are read, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DateDecision {
    /// The order.
    pub order: DateOrder,
    /// What speaks for it.
    pub evidence: DateClue,
    /// It is not proven.
    pub ambiguous: bool,
    /// The dates leave a choice at all, so that the report should say how it was made.
    pub noteworthy: bool,
}

/// What speaks for an order of day and month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DateClue {
    /// The user said so, with `--date-order`.
    Told,
    /// A number that can be no month.
    AboveTwelve,
    /// Some dates prove one order, some another.
    BothOrders,
    /// Logs of this kind are written in one order.
    FixedForm,
    /// The year comes first.
    YearFirst,
    /// There is nothing to decide.
    NoDates,
    /// The name of the file tells the session's start in a fixed order.
    FileName,
    /// Day and month are the same number in all of them.
    EqualNumbers,
    /// Times increase in one order only.
    IncreasingTimes,
    /// Two records are seconds apart in one order, and weeks in the other.
    AcrossMidnight,
    /// Full stops or hyphens stand between the numbers.
    Separator,
    /// Hours are counted to 12.
    HalfDays,
    /// Hours are counted to 12, and halves of the day are not called AM and PM.
    OtherHalfDays,
    /// Hours are counted to 24.
    FullDays,
}

impl DateClue {
    /// The published words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Told => "--date-order",
            Self::AboveTwelve => "a day above 12",
            Self::BothOrders => "dates of both orders",
            Self::FixedForm => "the fixed form of this log",
            Self::YearFirst => "the year stands first",
            Self::NoDates => "no dates",
            Self::FileName => "the file name",
            Self::EqualNumbers => "day and month are equal",
            Self::IncreasingTimes => "increasing times",
            Self::AcrossMidnight => "records before and after midnight",
            Self::Separator => "the separator of the date",
            Self::HalfDays => "AM and PM, as in en-US",
            Self::OtherHalfDays => "halves of the day in other words, as outside en-US",
            Self::FullDays => "a 24-hour clock, as outside en-US",
        }
    }
}

impl DateDecision {
    const fn sure(order: DateOrder, evidence: DateClue) -> Self {
        Self { order, evidence, ambiguous: false, noteworthy: true }
    }

    const fn likely(order: DateOrder, evidence: DateClue) -> Self {
        Self { order, evidence, ambiguous: true, noteworthy: true }
    }

    /// What the user said with `--date-order`.
    pub const fn told(order: DateOrder) -> Self {
        Self::sure(order, DateClue::Told)
    }

    /// What a scan of the whole source showed, if it speaks against this decision or settles it.
    pub fn revised(self, found: DateEvidence) -> Option<Self> {
        if self.evidence == DateClue::Told {
            return None;
        }
        match (found.day_first, found.month_first) {
            (true, true) => (self.evidence != DateClue::BothOrders).then_some(Self {
                evidence: DateClue::BothOrders,
                ambiguous: true,
                noteworthy: true,
                ..self
            }),
            (true, false) if self.order != DateOrder::DayFirst || self.ambiguous => {
                Some(Self::sure(DateOrder::DayFirst, DateClue::AboveTwelve))
            }
            (false, true) if self.order != DateOrder::MonthFirst || self.ambiguous => {
                Some(Self::sure(DateOrder::MonthFirst, DateClue::AboveTwelve))
            }
            _ => None,
        }
    }
}

/// Decides from the name of the file and the first and last of its lines.
pub fn decide(kind: LogKind, file_name: &str, format: &dyn Format, samples: &[&[u8]]) -> DateDecision {
    let times: Vec<WrittenTime> = times(format, samples).collect();
    match proven_order(&times) {
        Proof::One(order) => by_proof(kind, order),
        Proof::Both => DateDecision::likely(DateOrder::MonthFirst, DateClue::BothOrders),
        Proof::None if !is_cultural(kind) => by_form(file_name, &times),
        Proof::None => by_circumstance(file_name, &times),
    }
}

/// What was decided from the first time alone. A scan that follows at once tells whether it holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AtSight {
    /// It proves an order.
    Proven,
    /// It proves none, and the name of the file or the form of the log decides.
    Assumed,
}

impl AtSight {
    /// What a scan of the whole source showed speaks against it: then all is to be weighed.
    pub fn is_in_doubt(self, found: DateEvidence) -> bool {
        match self {
            Self::Proven => found.is_mixed(),
            Self::Assumed => found.is_any(),
        }
    }
}

/// Decides from the first time, if that is enough.
pub fn at_sight(
    kind: LogKind,
    file_name: &str,
    format: &dyn Format,
    samples: &[&[u8]],
) -> Option<(DateDecision, AtSight)> {
    let first = times(format, samples).next()?;
    if let Some(order) = first.proven_order() {
        return Some((by_proof(kind, order), AtSight::Proven));
    }
    let assumed = if is_cultural(kind) {
        DateDecision::sure(by_file_name(file_name, &first)?, DateClue::FileName)
    } else {
        by_form(file_name, &[first])
    };
    Some((assumed, AtSight::Assumed))
}

fn by_proof(kind: LogKind, order: DateOrder) -> DateDecision {
    // The columns of ULS and the lines of PSCDiagnostics are month-first in every culture that was seen;
    // a number above 12 is believed all the same.
    let fixed = !is_cultural(kind);
    match order {
        DateOrder::MonthFirst => {
            DateDecision { noteworthy: !fixed, ..DateDecision::sure(order, DateClue::AboveTwelve) }
        }
        DateOrder::DayFirst => DateDecision::sure(order, DateClue::AboveTwelve),
        DateOrder::YearFirst => {
            DateDecision { noteworthy: !fixed, ..DateDecision::sure(order, DateClue::YearFirst) }
        }
    }
}

/// Logs of a fixed form were seen month-first only; where the name of the file says something else, that is believed.
fn by_form(file_name: &str, times: &[WrittenTime]) -> DateDecision {
    match times.first().and_then(|first| by_file_name(file_name, first)) {
        Some(DateOrder::DayFirst) => DateDecision::sure(DateOrder::DayFirst, DateClue::FileName),
        _ => DateDecision {
            noteworthy: false,
            ..DateDecision::sure(DateOrder::MonthFirst, DateClue::FixedForm)
        },
    }
}

enum Proof {
    None,
    One(DateOrder),
    Both,
}

fn proven_order(times: &[WrittenTime]) -> Proof {
    let mut proof = Proof::None;
    for order in times.iter().filter_map(WrittenTime::proven_order) {
        proof = match proof {
            Proof::None => Proof::One(order),
            Proof::One(known) if known == order => Proof::One(known),
            _ => return Proof::Both,
        };
    }
    proof
}

/// Times as they follow one another, each once in a row.
fn times<'t>(format: &'t dyn Format, samples: &'t [&'t [u8]]) -> impl Iterator<Item = WrittenTime> + 't {
    let (mut memory, mut stencil) = (Memory::default(), Stencil::default());
    let mut last: &[u8] = b"";
    let mut last_read = None;
    samples.iter().flat_map(|sample| lines(sample)).filter_map(move |line| {
        let text = match stencil.fits(line) {
            // Most lines have the time of the line before.
            Some(fit) => fit.time.inspect(|time| stencil.turn_to(time))?,
            None => {
                let header = format.header_after(line, &mut memory)?;
                format.trace(&header, &mut stencil);
                header.time
            }
        };
        if same(text, last) {
            return None;
        }
        last = text;
        let time = WrittenTime::parse(text)?;
        (last_read.replace(time) != Some(time)).then_some(time)
    })
}

fn by_circumstance(file_name: &str, times: &[WrittenTime]) -> DateDecision {
    let Some(first) = times.first() else {
        return DateDecision {
            order: DateOrder::MonthFirst,
            evidence: DateClue::NoDates,
            ambiguous: false,
            noteworthy: false,
        };
    };
    let same_either_way = times.iter().all(|time| time.date[0] == time.date[1]);
    if let Some(order) = by_file_name(file_name, first) {
        return DateDecision::sure(order, DateClue::FileName);
    }
    if same_either_way {
        return DateDecision::sure(DateOrder::MonthFirst, DateClue::EqualNumbers);
    }
    if let Some(order) = by_sequence(times) {
        return DateDecision::sure(order, DateClue::IncreasingTimes);
    }
    if let Some(order) = by_midnight(times) {
        return DateDecision::sure(order, DateClue::AcrossMidnight);
    }
    match first.separator {
        b'.' | b'-' => DateDecision::sure(DateOrder::DayFirst, DateClue::Separator),
        _ if first.in_english => DateDecision::likely(DateOrder::MonthFirst, DateClue::HalfDays),
        _ if first.half_day => DateDecision::likely(DateOrder::DayFirst, DateClue::OtherHalfDays),
        _ => DateDecision::likely(DateOrder::DayFirst, DateClue::FullDays),
    }
}

/// `Upgrade-20120303-221000-123.log` is the start of the session: its records are not older, and not days younger.
fn by_file_name(file_name: &str, first: &WrittenTime) -> Option<DateOrder> {
    const TWO_DAYS: i64 = 2 * 24 * 60 * 60 * 1000;
    let start = LogName::of(file_name)?.start?;
    let fits = |order| {
        first.stamp(order).is_some_and(|stamp| {
            let later = stamp.millis() - start.millis();
            // The name may be some seconds ahead of the first record.
            (-60_000..TWO_DAYS).contains(&later)
        })
    };
    match (fits(DateOrder::MonthFirst), fits(DateOrder::DayFirst)) {
        (true, false) => Some(DateOrder::MonthFirst),
        (false, true) => Some(DateOrder::DayFirst),
        _ => None,
    }
}

/// One reading goes forward throughout, the other steps back.
fn by_sequence(times: &[WrittenTime]) -> Option<DateOrder> {
    let steps_back = |order| {
        let stamps: Option<Vec<Stamp>> = times.iter().map(|time| time.stamp(order)).collect();
        stamps.map(|stamps| stamps.windows(2).filter(|pair| pair.first() > pair.last()).count())
    };
    match (steps_back(DateOrder::MonthFirst), steps_back(DateOrder::DayFirst)) {
        (Some(0), Some(1..) | None) => Some(DateOrder::MonthFirst),
        (Some(1..) | None, Some(0)) => Some(DateOrder::DayFirst),
        _ => None,
    }
}

/// Two records with different dates lie hours apart in one reading, and weeks in the other.
fn by_midnight(times: &[WrittenTime]) -> Option<DateOrder> {
    const NEAR: i64 = 6 * 60 * 60 * 1000;
    const FAR: i64 = 14 * 24 * 60 * 60 * 1000;
    let passed = |[before, after]: [&WrittenTime; 2], order| {
        Some((after.stamp(order)?.millis() - before.stamp(order)?.millis()).abs())
    };
    let of_pair = |pair: [&WrittenTime; 2]| {
        let [month_first, day_first] =
            [DateOrder::MonthFirst, DateOrder::DayFirst].map(|order| passed(pair, order).unwrap_or(i64::MAX));
        if month_first < NEAR && day_first > FAR {
            Some(DateOrder::MonthFirst)
        } else {
            (day_first < NEAR && month_first > FAR).then_some(DateOrder::DayFirst)
        }
    };
    let mut orders =
        times.iter().zip(times.iter().skip(1)).filter_map(|(before, after)| of_pair([before, after]));
    let first = orders.next()?;
    orders.all(|order| order == first).then_some(first)
}

/// A line of an upgrade log is written in the culture of its process; other logs are not.
pub fn is_cultural(kind: LogKind) -> bool {
    kind.family() == LogFamily::Upgrade && matches!(kind, LogKind::Upgrade2007 | LogKind::Upgrade2010)
}

#[cfg(test)]
mod tests;
