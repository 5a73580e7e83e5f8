//! Times as reports write them: ISO 8601 without a zone. A report has tens of thousands of them, so each is written in
//! one piece, digit by digit: five formatted numbers cost several times as much.

use std::fmt;

use chrono::{Datelike, NaiveDateTime, Timelike};

/// The longest is `2026-03-14T22:00:03.125`.
const LONGEST: usize = 23;

/// Writes a moment; hundredths or thousandths of a second only where the clock had them.
///
/// # Errors
/// Those of the formatter.
pub(super) fn write(moment: NaiveDateTime, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = Text { bytes: [0; LONGEST], length: 0 };
    match u32::try_from(moment.year()) {
        Ok(year @ ..=9999) => text.push(year, 4),
        // No clock shows such a year.
        _ => write!(f, "{:04}", moment.year())?,
    }
    let parts = [
        (b'-', moment.month()),
        (b'-', moment.day()),
        (b'T', moment.hour()),
        (b':', moment.minute()),
        (b':', moment.second()),
    ];
    for (mark, number) in parts {
        text.mark(mark);
        text.push(number, 2);
    }
    let milli = moment.nanosecond() / 1_000_000;
    if milli > 0 {
        text.mark(b'.');
        if milli.is_multiple_of(10) { text.push(milli / 10, 2) } else { text.push(milli, 3) }
    }
    f.write_str(text.written())
}

struct Text {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Text {
    fn mark(&mut self, mark: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = mark;
            self.length += 1;
        }
    }

    /// The last digits of a number, with leading zeros.
    fn push(&mut self, number: u32, digits: u32) {
        for place in (0..digits).rev() {
            let digit = number / 10_u32.pow(place) % 10;
            self.mark(b'0' + u8::try_from(digit).unwrap_or(0));
        }
    }

    fn written(&self) -> &str {
        self.bytes.get(..self.length).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use chrono::{DateTime, NaiveDateTime};
    use proptest::prelude::*;

    struct Shown(NaiveDateTime);

    impl fmt::Display for Shown {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            super::write(self.0, f)
        }
    }

    proptest! {
        #[test]
        fn a_moment_is_written_as_chrono_writes_it(
            seconds in -62_167_219_200_i64..253_402_300_800,
            milli in prop_oneof![Just(0), 0_i64..1000],
        ) {
            let moment = DateTime::from_timestamp_millis(seconds * 1000 + milli).expect("it is one").naive_utc();
            let fraction = match milli {
                0 => String::new(),
                milli if milli % 10 == 0 => format!(".{:02}", milli / 10),
                milli => format!(".{milli:03}"),
            };
            let whole = moment.format("%Y-%m-%dT%H:%M:%S").to_string();
            prop_assert_eq!(Shown(moment).to_string(), whole + &fraction);
        }
    }

    #[test]
    fn fractions_are_told_as_far_as_the_clock_had_them() {
        for (millis, expected) in [
            (0, "1970-01-01T00:00:00"),
            (1_773_525_603_130, "2026-03-14T22:00:03.13"),
            (1_773_525_603_125, "2026-03-14T22:00:03.125"),
            (1_773_525_603_005, "2026-03-14T22:00:03.005"),
            (-62_167_219_200_000, "0000-01-01T00:00:00"),
            (-62_167_219_201_000, "-001-12-31T23:59:59"),
            (253_402_300_800_000, "10000-01-01T00:00:00"),
        ] {
            let moment = DateTime::from_timestamp_millis(millis).expect("it is one").naive_utc();
            assert_eq!(Shown(moment).to_string(), expected);
        }
    }
}
