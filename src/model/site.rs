//! The identity of a site collection.

use std::fmt;

/// The GUID of a site collection (or of anything else SharePoint numbers), as 16 bytes in reading order.
///
/// Logs write it in lower or upper case, with or without braces; equality ignores that.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteId([u8; 16]);

/// Set in the value of what is no digit.
const NONE: u8 = 0x80;

/// The value of each hexadecimal digit.
const NIBBLES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut digit: u8 = 0;
    while digit < 16 {
        values[b"0123456789abcdef"[digit as usize] as usize] = digit;
        values[b"0123456789ABCDEF"[digit as usize] as usize] = digit;
        digit += 1;
    }
    values
};

impl SiteId {
    /// Reads `961cfd1e-5cf8-4e40-8756-0032a517119b`, also in braces and in upper case.
    /// Anything else is `None`.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        let text = match text {
            [b'{', inner @ .., b'}'] => inner,
            other => other,
        };
        // Every refused line is asked for its id several times.
        const PAIRS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
        let text: &[u8; 36] = text.try_into().ok()?;
        if [8, 13, 18, 23].iter().any(|at| text[*at] != b'-') {
            return None;
        }
        let mut bytes = [0u8; 16];
        let mut wrong = 0;
        for (byte, at) in bytes.iter_mut().zip(PAIRS) {
            let (high, low) = (NIBBLES[usize::from(text[at])], NIBBLES[usize::from(text[at + 1])]);
            wrong |= high | low;
            *byte = high << 4 | low & 0xF;
        }
        if wrong & NONE != 0 {
            return None;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for SiteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A report of millions of sites writes each: the machinery of `{:02x}` would cost ten times as much.
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let nibbles = self.0.iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
        let places = (0..36).filter(|place| !matches!(place, 8 | 13 | 18 | 23));
        let mut text = [b'-'; 36];
        for (place, nibble) in places.zip(nibbles) {
            text[place] = DIGITS[usize::from(nibble)];
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for SiteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::SiteId;

    #[test]
    fn a_guid_is_read_in_any_case_with_or_without_braces() {
        let plain = SiteId::parse(b"961cfd1e-5cf8-4e40-8756-0032a517119b").unwrap();
        assert_eq!(SiteId::parse(b" {961CFD1E-5CF8-4E40-8756-0032A517119B} "), Some(plain));
        assert_eq!(plain.to_string(), "961cfd1e-5cf8-4e40-8756-0032a517119b");
    }

    #[test]
    fn what_is_not_a_guid_is_refused() {
        for text in
            ["", "961cfd1e", "961cfd1e-5cf8-4e40-8756-0032a517119g", "961cfd1e55cf8-4e40-8756-0032a517119b"]
        {
            assert_eq!(SiteId::parse(text.as_bytes()), None, "{text}");
        }
    }
}
