//! Output without escapes: what stands in text from logs, and colours, never reach a file.

use std::io::{self, Write};

use anstream::adapter::StripBytes;

/// Strips escapes from what is written. Until the first byte that may be part of one, everything passes as it is:
/// a report of many megabytes is plain from end to end, and taking it apart byte by byte takes longer than making it.
#[derive(Debug)]
pub(super) struct Plain<W> {
    inner: W,
    strip: StripBytes,
    /// Something other than plain text was written: from here on, every byte is looked at.
    careful: bool,
}

impl<W: Write> Plain<W> {
    /// Writes to `inner`.
    pub(super) fn new(inner: W) -> Self {
        Self { inner, strip: StripBytes::new(), careful: false }
    }
}

impl<W: Write> Write for Plain<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.careful |= !is_plain(bytes);
        if self.careful {
            for printable in self.strip.strip_next(bytes) {
                self.inner.write_all(printable)?;
            }
        } else {
            self.inner.write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Printable ASCII and line ends only. All bytes are looked at, as vector instructions do it.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~' | b'\n'))
}

#[cfg(test)]
mod tests {
    use super::Plain;
    use proptest::prelude::*;
    use std::io::Write;

    proptest! {
        #[test]
        fn what_is_left_is_what_the_stripper_leaves(
            texts in prop::collection::vec(
                prop_oneof![
                    Just("plain text\n".to_owned()),
                    Just("\u{1b}[31mred\u{1b}[0m".to_owned()),
                    Just("\u{1b}]0;title".to_owned()),
                    Just("\u{7}\u{7f}\t\r\u{9b}31m".to_owned()),
                    ".{0,8}",
                ],
                0..12),
        ) {
            let mut plain = Plain::new(Vec::new());
            let mut stripped = anstream::StripStream::new(Vec::new());
            for text in &texts {
                plain.write_all(text.as_bytes()).unwrap();
                stripped.write_all(text.as_bytes()).unwrap();
            }
            prop_assert_eq!(plain.inner, stripped.into_inner());
        }
    }
}
