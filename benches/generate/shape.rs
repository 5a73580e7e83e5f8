//! What copying, saving and other programs do to the bytes of a log: encoding, line ends, a lost last line end.

use clap::{Args, ValueEnum};
use memchr::memchr_iter;

/// How characters become bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub(crate) enum Encoding {
    #[default]
    #[value(name = "utf-8")]
    Utf8,
    #[value(name = "utf-8-bom")]
    Utf8Bom,
    #[value(name = "utf-16le")]
    Utf16Le,
    #[value(name = "utf-16le-bom")]
    Utf16LeBom,
    #[value(name = "utf-16be")]
    Utf16Be,
    #[value(name = "utf-16be-bom")]
    Utf16BeBom,
    #[value(name = "windows-1252")]
    Windows1252,
}

impl Encoding {
    /// The name a report of the encoding uses: a byte order mark matters only for UTF-8.
    pub(crate) fn reported(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf8Bom => "utf-8-bom",
            Self::Utf16Le | Self::Utf16LeBom => "utf-16le",
            Self::Utf16Be | Self::Utf16BeBom => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }

    fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8Bom => b"\xef\xbb\xbf",
            Self::Utf16LeBom => b"\xff\xfe",
            Self::Utf16BeBom => b"\xfe\xff",
            Self::Utf8 | Self::Utf16Le | Self::Utf16Be | Self::Windows1252 => b"",
        }
    }

    fn encode(self, text: Vec<u8>) -> Vec<u8> {
        let wide = |order: fn(u16) -> [u8; 2]| {
            let text = String::from_utf8_lossy(&text);
            text.encode_utf16().flat_map(order).collect()
        };
        match self {
            Self::Utf8 | Self::Utf8Bom => text,
            Self::Utf16Le | Self::Utf16LeBom => wide(u16::to_le_bytes),
            Self::Utf16Be | Self::Utf16BeBom => wide(u16::to_be_bytes),
            Self::Windows1252 => {
                encoding_rs::WINDOWS_1252.encode(&String::from_utf8_lossy(&text)).0.into_owned()
            }
        }
    }
}

/// The shape of a file on disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Args)]
pub(crate) struct Shape {
    /// Encoding of the files.
    #[arg(long, value_enum, default_value_t = Encoding::Utf8)]
    pub(crate) encoding: Encoding,
    /// End lines as Windows does.
    #[arg(long)]
    pub(crate) crlf: bool,
    /// Leave the last line without its end, as if the writer had been killed.
    #[arg(long)]
    pub(crate) unterminated: bool,
}

impl Shape {
    /// A whole file: from UTF-8 with line feeds to bytes on disk.
    pub(crate) fn file(self, mut text: Vec<u8>) -> Vec<u8> {
        if self.unterminated && text.last() == Some(&b'\n') {
            text.pop();
        }
        let mut bytes = self.start().to_vec();
        bytes.append(&mut self.piece(text));
        bytes
    }

    /// What stands at the very start of a file.
    pub(crate) fn start(self) -> &'static [u8] {
        self.encoding.mark()
    }

    /// Whole lines in the middle of a file.
    pub(crate) fn piece(self, text: Vec<u8>) -> Vec<u8> {
        self.encoding.encode(if self.crlf { with_carriage_returns(&text) } else { text })
    }
}

fn with_carriage_returns(text: &[u8]) -> Vec<u8> {
    let mut wide = Vec::with_capacity(text.len() + text.len() / 64);
    let mut start = 0;
    for end in memchr_iter(b'\n', text) {
        wide.extend_from_slice(&text[start..end]);
        wide.extend_from_slice(b"\r\n");
        start = end + 1;
    }
    wide.extend_from_slice(&text[start..]);
    wide
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Shape};

    fn shaped(encoding: Encoding, crlf: bool, unterminated: bool) -> Vec<u8> {
        Shape { encoding, crlf, unterminated }.file("ü\nb\n".as_bytes().to_vec())
    }

    #[test]
    fn encodings_and_line_ends_are_applied_to_whole_files() {
        assert_eq!(shaped(Encoding::Utf8, true, true), b"\xc3\xbc\r\nb");
        assert_eq!(shaped(Encoding::Windows1252, false, false), b"\xfc\nb\n");
        assert_eq!(shaped(Encoding::Utf16LeBom, false, true), b"\xff\xfe\xfc\0\n\0b\0");
        assert_eq!(shaped(Encoding::Utf16Be, true, true), b"\0\xfc\0\r\0\n\0b");
    }
}
