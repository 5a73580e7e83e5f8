//! Files that a user writes for the program: suppressions and rules.

use std::fs::File;
use std::path::Path;

use anyhow::Context;

use super::input::bounded::within;
use crate::model::byte_limit::ByteLimit;
use crate::text::encoding::decode_all;

/// Nobody writes a longer one; whatever is longer was named by mistake.
const MOST: ByteLimit = ByteLimit::of_mib(1);

/// What stands in such a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct OwnText {
    /// Its text, without a mark in front.
    pub(super) text: String,
    /// The bytes are UTF-8, or UTF-16 as PowerShell 5 writes it with `>` and `Out-File`; else some letters are lost.
    pub(super) sound: bool,
}

/// Reads such a file.
///
/// # Errors
/// It cannot be read, or is too long.
pub(super) fn read(path: &Path) -> anyhow::Result<OwnText> {
    let bytes = File::open(path).and_then(|file| within(file, MOST));
    let bytes = bytes.with_context(|| format!("cannot read {}", path.display()))?;
    let (text, encoding) = decode_all(&bytes);
    Ok(match encoding {
        "windows-1252" => OwnText { text: String::from_utf8_lossy(&bytes).into_owned(), sound: false },
        _ => OwnText { text, sound: true },
    })
}

#[cfg(test)]
mod tests {
    use super::OwnText;

    fn read(bytes: &[u8]) -> Result<(String, bool), String> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), bytes).expect("written");
        let read = super::read(file.path()).map_err(|error| format!("{error:#}"));
        read.map(|OwnText { text, sound }| (text, sound))
    }

    #[test]
    fn what_powershell_writes_is_read_like_utf_8() {
        let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let text = "a = 1 # ü";
        for bytes in [
            text.into(),
            format!("\u{FEFF}{text}").into_bytes(),
            utf_16(&format!("\u{FEFF}{text}")),
            utf_16(text),
        ] {
            assert_eq!(read(&bytes), Ok((text.to_owned(), true)));
        }
        assert_eq!(read(b""), Ok((String::new(), true)));
    }

    #[test]
    fn what_is_no_text_or_too_long_is_told() {
        assert_eq!(read(b"a = '\xFC'"), Ok(("a = '\u{FFFD}'".to_owned(), false)));
        assert!(read(&vec![b'#'; 1 << 20]).is_ok());
        let error = read(&vec![b'#'; (1 << 20) + 1]).expect_err("too long");
        assert!(error.starts_with("cannot read ") && error.ends_with("it is larger than 1 MiB"), "{error}");
    }
}
