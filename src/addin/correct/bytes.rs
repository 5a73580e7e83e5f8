//! Text back to bytes, so that what is not changed stays as it is.

use encoding_rs::WINDOWS_1252;

use super::Change;
use crate::text::encoding::decode_all;

/// A file and its text.
pub(super) struct Original<'a> {
    bytes: &'a [u8],
    pub(super) text: String,
    encoding: &'static str,
    mark: usize,
}

impl<'a> Original<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let (text, encoding) = decode_all(bytes);
        let mark = match bytes {
            [0xEF, 0xBB, 0xBF, ..] => 3,
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => 2,
            _ => 0,
        };
        Self { bytes, text, encoding, mark }
    }

    /// The bytes and the text with the changes, which are in order and apart. `None` where the text cannot be turned
    /// back into the bytes it came from, so that something else would change, too.
    pub(super) fn with(&self, changes: &[Change]) -> Option<(Vec<u8>, String)> {
        let body = self.bytes.get(self.mark..)?;
        if self.encoded(&self.text)? != body {
            return None;
        }
        let mut text = String::with_capacity(self.text.len() + 64);
        let mut at = 0;
        for change in changes {
            text.push_str(self.text.get(at..change.span.start)?);
            text.push_str(&change.text);
            at = change.span.end;
        }
        text.push_str(self.text.get(at..)?);
        let mut bytes = self.bytes.get(..self.mark)?.to_vec();
        bytes.extend(self.encoded(&text)?);
        Some((bytes, text))
    }

    fn encoded(&self, text: &str) -> Option<Vec<u8>> {
        match self.encoding {
            "utf-16le" => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            "utf-16be" => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            "windows-1252" => {
                let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
                (!unmappable).then(|| bytes.into_owned())
            }
            _ => Some(text.as_bytes().to_vec()),
        }
    }
}
