//! Which encoding a file has, and UTF-16 read as UTF-8.
//!
//! No encoding of these logs on disk is documented, so it is decided by evidence: a byte order mark, the
//! pattern of NUL bytes that UTF-16 leaves in Latin text, validity as UTF-8, and else Windows-1252.

use std::borrow::Cow;
use std::io::{self, Read};
use std::str::Utf8Error;

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::encoding::utf_16_by_nul_bytes;

/// How the bytes of a file stand for text, as far as its head tells. UTF-8 and Windows-1252 are told apart
/// line by line: a line that is not valid UTF-8 is Windows-1252.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// ASCII, UTF-8 or Windows-1252.
    Bytes,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
}

impl Encoding {
    /// Decides from the first bytes.
    pub fn detect(head: &[u8]) -> Self {
        match head {
            [0xEF, 0xBB, 0xBF, ..] => Self::Utf8Bom,
            [0xFF, 0xFE, ..] => Self::Utf16Le,
            [0xFE, 0xFF, ..] => Self::Utf16Be,
            _ => match utf_16_by_nul_bytes(head) {
                Some(order) if order == UTF_16LE => Self::Utf16Le,
                Some(_) => Self::Utf16Be,
                None => Self::Bytes,
            },
        }
    }

    /// The published name. `legacy` says that a line was met that is not valid UTF-8.
    pub fn name(self, legacy: bool) -> &'static str {
        match self {
            Self::Bytes | Self::Utf8Bom if legacy => "windows-1252",
            Self::Bytes => "utf-8",
            Self::Utf8Bom => "utf-8-bom",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
        }
    }

    /// Two bytes a character.
    pub fn is_utf16(self) -> bool {
        matches!(self, Self::Utf16Le | Self::Utf16Be)
    }
}

/// Text of a line for people: UTF-8 where it is valid, Windows-1252 where not. Never fails.
pub fn text_of_line(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) => match cut_inside_a_letter(bytes, error) {
            Some(text) => Cow::Borrowed(text),
            None => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        },
    }
}

/// The text up to the letter that a bound cut: letters before it prove that it is UTF-8.
fn cut_inside_a_letter(bytes: &[u8], error: Utf8Error) -> Option<&str> {
    let whole = std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?;
    (error.error_len().is_none() && !whole.is_ascii()).then_some(whole)
}

/// The same for several lines, each of which may be in another charset, as where logs were put into one file.
pub fn text_of_lines(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<Cow<'_, str>> = bytes.split(|byte| *byte == b'\n').map(text_of_line).collect();
    Cow::Owned(lines.join("\n"))
}

/// Reads UTF-16 and hands out UTF-8, in constant memory. Broken code units become U+FFFD.
pub struct Utf16Reader<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    ready: Vec<u8>,
    handed_out: usize,
    ended: bool,
}

impl<R> std::fmt::Debug for Utf16Reader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Utf16Reader").field("ended", &self.ended).finish_non_exhaustive()
    }
}

impl<R: Read> Utf16Reader<R> {
    /// A reader over `inner`, which must be UTF-16 of the given byte order; a byte order mark is dropped.
    pub fn new(inner: R, encoding: Encoding) -> Self {
        let table = if encoding == Encoding::Utf16Be { UTF_16BE } else { UTF_16LE };
        Self {
            inner,
            decoder: table.new_decoder_with_bom_removal(),
            raw: vec![0; 64 * 1024],
            ready: Vec::with_capacity(256 * 1024),
            handed_out: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.handed_out = 0;
        while self.ready.is_empty() && !self.ended {
            let read = self.inner.read(&mut self.raw)?;
            self.ended = read == 0;
            let mut text = String::with_capacity(read * 3 + 16);
            let bytes = self.raw.get(..read).unwrap_or_default();
            let _ = self.decoder.decode_to_string(bytes, &mut text, self.ended);
            self.ready.extend_from_slice(text.as_bytes());
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.handed_out >= self.ready.len() {
            self.refill()?;
        }
        let rest = self.ready.get(self.handed_out..).unwrap_or_default();
        let length = rest.len().min(target.len());
        if let (Some(to), Some(from)) = (target.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        self.handed_out += length;
        Ok(length)
    }
}
