//! Times of a log, one after another: most are the one before to the letter, or differ from it in seconds only.

use super::clock::{DateOrder, Stamp, WrittenTime};
use super::short::same;

/// Reads times, and remembers the last.
#[derive(Debug, Default)]
pub struct RunningClock {
    text: Vec<u8>,
    stamp: Option<Stamp>,
    /// What its seconds say, in milliseconds.
    seconds: Option<i64>,
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
        if self.text == text {
            return Read { stamp: self.stamp, proven: None };
        }
        let seconds = text.last_chunk().copied().and_then(millis);
        let near = self.within_the_minute(text, seconds);
        self.seconds = seconds;
        if near.is_some() {
            self.stamp = near;
            if let (Some(known), Some(seconds)) = (self.text.last_chunk_mut::<SECONDS>(), text.last_chunk()) {
                *known = *seconds;
            }
            return Read { stamp: near, proven: None };
        }
        self.text.clear();
        self.text.extend_from_slice(text);
        let written = WrittenTime::parse(text);
        self.stamp = written.and_then(|written| written.stamp(order));
        Read { stamp: self.stamp, proven: written.and_then(|written| written.proven_order()) }
    }

    /// A time that differs from the last one in nothing behind its minutes: `… 22:00:03.13`.
    fn within_the_minute(&self, text: &[u8], seconds: Option<i64>) -> Option<Stamp> {
        let (before, _) = text.split_at_checked(text.len().checked_sub(SECONDS)?)?;
        let (known, _) = self.text.split_at_checked(self.text.len().checked_sub(SECONDS)?)?;
        if !matches!(before, [.., b':', _, _, b':']) || !same(before, known) {
            return None;
        }
        Some(Stamp::from_millis(self.stamp?.millis() - self.seconds? + seconds?))
    }
}

/// Bytes of the seconds: `03.13`.
const SECONDS: usize = 5;

/// `03.13` in milliseconds.
fn millis(seconds: [u8; SECONDS]) -> Option<i64> {
    let [tens, ones, b'.', tenths, hundredths] = seconds else { return None };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    let whole = digit(tens)? * 10 + digit(ones)?;
    (whole < 60).then_some(whole * 1000 + digit(tenths)? * 100 + digit(hundredths)? * 10)
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
