//! The identity of a site collection.

use std::fmt;

/// The GUID of a site collection (or of anything else SharePoint numbers), as 16 bytes in reading order.
///
/// Logs write it in lower or upper case, with or without braces; equality ignores that.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteId([u8; 16]);

impl SiteId {
    /// Reads `961cfd1e-5cf8-4e40-8756-0032a517119b`, also in braces and in upper case.
    /// Anything else is `None`.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        let text = match text {
            [b'{', inner @ .., b'}'] => inner,
            other => other,
        };
        if text.len() != 36 {
            return None;
        }
        let mut bytes = [0u8; 16];
        let mut nibbles = 0usize;
        for (position, &byte) in text.iter().enumerate() {
            if matches!(position, 8 | 13 | 18 | 23) {
                if byte != b'-' {
                    return None;
                }
                continue;
            }
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'f' => byte - b'a' + 10,
                b'A'..=b'F' => byte - b'A' + 10,
                _ => return None,
            };
            bytes[nibbles / 2] = bytes[nibbles / 2] << 4 | digit;
            nibbles += 1;
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
