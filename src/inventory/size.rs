//! Sizes of databases: bytes, or a number with a unit in either convention of the decimal sign.

use super::value::digits;

/// The unit a column's name gives to numbers that bring none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Unit(u32);

impl Unit {
    pub(super) const BYTES: Self = Self(0);
    pub(super) const KILOBYTES: Self = Self(10);
    pub(super) const MEGABYTES: Self = Self(20);
    pub(super) const GIGABYTES: Self = Self(30);
    const TERABYTES: Self = Self(40);

    fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "b" | "byte" | "bytes" => Self::BYTES,
            "kb" | "kib" => Self::KILOBYTES,
            "mb" | "mib" => Self::MEGABYTES,
            "gb" | "gib" => Self::GIGABYTES,
            "tb" | "tib" => Self::TERABYTES,
            _ => return None,
        })
    }
}

/// The number of bytes: of `12884901888`, `12,5 GB`, `12.5 GB`, `1.234.567,8 KB`.
///
/// `None` for what is not a size, and for `1,500 GB`, which is 1.5 in one country and 1500 in another.
pub(super) fn bytes(value: &str, unit: Unit) -> Option<u64> {
    let value = value.trim();
    let letters = value.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(value.len());
    let (number, name) = value.split_at(letters);
    let unit = if name.is_empty() { unit } else { Unit::named(name.trim())? };
    let (whole, fraction) = parts(number.trim(), unit)?;
    let scale = |digits: &str| digits.parse::<u128>().ok()?.checked_mul(1 << unit.0);
    let fraction = fraction.get(..fraction.len().min(15))?;
    let below = match fraction.len() {
        0 => 0,
        places => scale(fraction)? / 10u128.pow(u32::try_from(places).ok()?),
    };
    u64::try_from(scale(&whole)?.checked_add(below)?).ok()
}

/// The digits before and behind the decimal sign. Bytes have none.
fn parts(number: &str, unit: Unit) -> Option<(String, &str)> {
    let Some(sign) = number.rfind([',', '.']).filter(|_| unit != Unit::BYTES) else {
        return Some((digits(number)?, ""));
    };
    let (before, after) = (number.get(..sign)?, number.get(sign + 1..)?);
    let mark = number.get(sign..=sign)?;
    if before.contains(mark) {
        // The same sign twice parts thousands.
        return Some((digits(number)?, ""));
    }
    let other_sign = before.contains([',', '.']);
    if !after.chars().all(|letter| letter.is_ascii_digit())
        || (after.len() == 3 && !other_sign && before != "0")
    {
        return None;
    }
    Some((digits(before)?, after))
}

#[cfg(test)]
mod tests {
    use super::{Unit, bytes};

    const GIGABYTE: u64 = 1 << 30;

    #[test]
    fn plain_numbers_are_bytes_unless_the_column_says_otherwise() {
        assert_eq!(bytes("12884901888", Unit::BYTES), Some(12 * GIGABYTE));
        assert_eq!(bytes("12.884.901.888", Unit::BYTES), Some(12 * GIGABYTE));
        assert_eq!(bytes("12 884 901 888", Unit::BYTES), Some(12 * GIGABYTE));
        assert_eq!(bytes("12", Unit::GIGABYTES), Some(12 * GIGABYTE));
        assert_eq!(bytes("12,5", Unit::GIGABYTES), Some(25 * GIGABYTE / 2));
    }

    #[test]
    fn units_are_read_with_either_decimal_sign() {
        for text in ["12,5 GB", "12.5 GB", "12,5GB", "12.50 gb", "12\u{A0}800,0 MB"] {
            assert_eq!(bytes(text, Unit::BYTES), Some(25 * GIGABYTE / 2), "{text}");
        }
        assert_eq!(bytes("1.536,5 KB", Unit::BYTES), Some(1_573_376));
        assert_eq!(bytes("1,234,567 KB", Unit::BYTES), Some(1_234_567 << 10));
        assert_eq!(bytes("0,125 GB", Unit::BYTES), Some(GIGABYTE / 8));
    }

    #[test]
    fn what_has_two_readings_or_none_is_no_size() {
        for text in
            ["1,500 GB", "1.500 GB", "", "-5", "GB", "12 XB", "99999999999 TB", "1,2,3.4.5 GB", "1,é GB"]
        {
            assert_eq!(bytes(text, Unit::BYTES), None, "{text}");
        }
    }
}
