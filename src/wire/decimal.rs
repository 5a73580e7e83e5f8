//! Numbers with a few decimal places, which most of a report are: seconds, of which a clock tells thousandths at most.

use std::io::{self, Write};

/// Decimal places that are written here.
const PLACES: u32 = 3;

/// One, in thousandths.
const UNIT: u64 = 10u64.pow(PLACES);

/// Below this all digits of such a number are certain: there are fifteen at most.
const BOUND: f64 = 1e12;

/// Writes a finite number as `serde_json` does: the shortest digits that mean it.
///
/// # Errors
/// Those of the writer.
pub(super) fn write<W: ?Sized + Write>(out: &mut W, value: f64) -> io::Result<()> {
    match thousandths(value) {
        Some(thousandths) => write_thousandths(out, value.is_sign_negative(), thousandths),
        None => serde_json::to_writer(&mut *out, &value).map_err(io::Error::from),
    }
}

/// The number in thousandths, if it is a whole number of them.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the number is checked to be below the bound, and what comes of it to mean the same number"
)]
fn thousandths(value: f64) -> Option<u64> {
    let amount = value.abs();
    let thousandths = (amount * UNIT as f64).round();
    // Of all numbers with so few digits only this one is nearest to the value: nothing shorter means it.
    #[expect(clippy::float_cmp, reason = "it is the same number or it is none of these")]
    let is_exact = amount < BOUND && thousandths / UNIT as f64 == amount;
    is_exact.then_some(thousandths as u64)
}

fn write_thousandths<W: ?Sized + Write>(out: &mut W, is_negative: bool, thousandths: u64) -> io::Result<()> {
    let (mut whole, mut fraction, mut places) = (thousandths / UNIT, thousandths % UNIT, PLACES);
    while places > 1 && fraction.is_multiple_of(10) {
        (fraction, places) = (fraction / 10, places - 1);
    }
    // From the last digit on.
    let mut text = Backwards::default();
    for _ in 0..places {
        text.digit(fraction);
        fraction /= 10;
    }
    text.put(b'.');
    loop {
        text.digit(whole);
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    if is_negative {
        text.put(b'-');
    }
    out.write_all(text.forwards())
}

/// A number in the making: its last digit comes first.
#[derive(Default)]
struct Backwards {
    text: [u8; 24],
    length: usize,
}

impl Backwards {
    fn put(&mut self, byte: u8) {
        if let Some(place) = self.text.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }

    /// The last digit of a number.
    fn digit(&mut self, number: u64) {
        self.put(u8::try_from(number % 10).map_or(b'?', |digit| b'0' + digit));
    }

    fn forwards(&mut self) -> &[u8] {
        let text = self.text.get_mut(..self.length).unwrap_or_default();
        text.reverse();
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{thousandths, write};

    fn written(value: f64) -> String {
        let mut out = Vec::new();
        write(&mut out, value).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn edges_are_written_as_serde_json_writes_them() {
        for (value, expected) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (0.001, "0.001"),
            (-0.01, "-0.01"),
            (0.1, "0.1"),
            (100.0, "100.0"),
            (1234.5, "1234.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (999_999_999_999.999, "999999999999.999"),
            (1e12, "1000000000000.0"),
            (0.0005, "0.0005"),
            (1e300, "1e+300"),
        ] {
            assert_eq!(written(value), expected);
            assert_eq!(serde_json::to_string(&value).unwrap(), expected);
        }
    }

    proptest! {
        #[test]
        fn seconds_are_written_as_serde_json_writes_them(millis in -1_000_000_000_000_000i64..1_000_000_000_000_000) {
            #[expect(clippy::cast_precision_loss, reason = "it has fifteen digits")]
            let value = millis as f64 / 1000.0;
            prop_assert_eq!(thousandths(value), Some(millis.unsigned_abs()));
            prop_assert_eq!(written(value), serde_json::to_string(&value).unwrap());
        }

        #[test]
        fn others_are_as_well(value in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO) {
            prop_assert_eq!(written(value), serde_json::to_string(&value).unwrap());
        }
    }
}
