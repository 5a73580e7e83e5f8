//! Times of a log, one after another: most are the one before to the letter, or differ from it in seconds only.

use super::clock::{DateOrder, Stamp, WrittenTime};
use super::short::same;

/// Reads times, and remembers the last.
#[derive(Debug, Default)]
pub struct RunningClock {
    text: Vec<u8>,
    stamp: Option<Stamp>,
    seconds: Option<Seconds>,
}

/// A time that was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Read {
    /// The moment, if there is such a moment.
    pub stamp: Option<Stamp>,
    /// What the date alone proves about its order; not told again for a date that was read before.
    pub proven: Option<DateOrder>,
}

impl RunningClock {
    /// Reads a time in this order of the date.
    pub fn read(&mut self, text: &[u8], order: DateOrder) -> Read {
        if text.is_empty() {
            return Read::default();
        }
        if same(&self.text, text) {
            return Read { stamp: self.stamp, proven: None };
        }
        if let Some((stamp, seconds)) = self.within_the_minute(text) {
            self.text.copy_from_slice(text);
            (self.stamp, self.seconds) = (Some(stamp), Some(seconds));
            return Read { stamp: self.stamp, proven: None };
        }
        self.text.clear();
        self.text.extend_from_slice(text);
        let written = WrittenTime::parse(text);
        self.stamp = written.and_then(|written| written.stamp(order));
        self.seconds = Seconds::find(text);
        Read { stamp: self.stamp, proven: written.and_then(|written| written.proven_order()) }
    }

    /// A time of the same length that differs from the last one in nothing but its seconds.
    fn within_the_minute(&self, text: &[u8]) -> Option<(Stamp, Seconds)> {
        let known = self.seconds.filter(|_| self.text.len() == text.len())?;
        let now = Seconds::at(text, known.start)?;
        let (before, behind) = (text.get(..now.start)?, text.get(now.end..)?);
        let is_near =
            same(behind, self.text.get(known.end..)?) && same(before, self.text.get(..known.start)?);
        if !is_near {
            return None;
        }
        Some((Stamp::from_millis(self.stamp?.millis() - known.millis + now.millis), now))
    }
}

/// The seconds in a time: `03.13` in `22:00:03.13`, `03` in `10:00:03 PM`.
#[derive(Clone, Copy, Debug)]
struct Seconds {
    start: usize,
    end: usize,
    millis: i64,
}

impl Seconds {
    /// Those behind the last colon of a time, if its minutes stand behind another one.
    fn find(text: &[u8]) -> Option<Self> {
        let start = memchr::memrchr(b':', text)? + 1;
        matches!(text.get(..start)?, [.., b':', _, _, b':']).then(|| Self::at(text, start))?
    }

    /// Those that begin here: two digits, with two more behind a full stop if that ends the time.
    fn at(text: &[u8], start: usize) -> Option<Self> {
        let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
        let ([tens, ones], behind) = text.get(start..)?.split_first_chunk()?;
        let whole = digit(*tens)? * 10 + digit(*ones)?;
        if whole >= 60 || behind.first().is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let (end, hundredths) = match behind {
            [b'.', tenths, hundredths] => (text.len(), digit(*tenths)? * 10 + digit(*hundredths)?),
            _ => (start + 2, 0),
        };
        Some(Self { start, end, millis: whole * 1000 + hundredths * 10 })
    }
}

#[cfg(test)]
mod tests {
    use super::{DateOrder, RunningClock, WrittenTime};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_running_clock_reads_what_a_fresh_one_reads(
            times in prop::collection::vec(
                ("(0[123]|13|3)", "[/.-]", "(0[12]|14)", "2[0-2]", "[:.]", "[0-6][0-9]", "[:.]", "[0-6][0-9]",
                 "([.,][0-9]{1,3}|)", "( PM|)"),
                1..20),
        ) {
            let mut clock = RunningClock::default();
            for (first, slash, second, hour, colon, minute, dot, seconds, fraction, half) in times {
                let text =
                    format!("{first}{slash}{second}{slash}2026 {hour}{colon}{minute}{dot}{seconds}{fraction}{half}");
                let read = clock.read(text.as_bytes(), DateOrder::DayFirst);
                let written = WrittenTime::parse(text.as_bytes());
                prop_assert_eq!(read.stamp, written.and_then(|time| time.stamp(DateOrder::DayFirst)), "{}", text);
            }
        }
    }
}
