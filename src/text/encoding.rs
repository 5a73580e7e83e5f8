//! Which characters the bytes of a file mean: by its byte order mark, else by evidence.

use std::str;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How many bytes are looked at for the NUL bytes of UTF-16 without a byte order mark.
const EVIDENCE: usize = 4096;

/// The text of a whole file, without its byte order mark, and the name of its encoding:
/// `utf-8`, `utf-8-bom`, `utf-16le`, `utf-16be` or `windows-1252`.
///
/// Never fails: what is not a character becomes U+FFFD.
pub fn decode_all(bytes: &[u8]) -> (String, &'static str) {
    let (encoding, mark, name) = detected(bytes);
    let body = bytes.get(mark..).unwrap_or_default();
    (encoding.decode_without_bom_handling(body).0.into_owned(), name)
}

/// A text of two bytes a character, with a mark or without one.
pub fn is_utf_16(bytes: &[u8]) -> bool {
    match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding != UTF_8,
        None => utf_16_by_nul_bytes(bytes).is_some(),
    }
}

/// The name of the encoding by which [`decode_all`] would read the bytes of a whole file.
pub fn name_of(bytes: &[u8]) -> &'static str {
    detected(bytes).2
}

/// The encoding, how many bytes its mark has, and its name.
fn detected(bytes: &[u8]) -> (&'static Encoding, usize, &'static str) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return (encoding, mark, name_with_mark(encoding));
    }
    if let Some(encoding) = utf_16_by_nul_bytes(bytes) {
        return (encoding, 0, name_with_mark(encoding));
    }
    if is_utf_8(bytes) {
        return (UTF_8, 0, "utf-8");
    }
    (WINDOWS_1252, 0, "windows-1252")
}

/// UTF-16 has one published name with and without its mark; UTF-8 has two.
fn name_with_mark(encoding: &'static Encoding) -> &'static str {
    if encoding == UTF_16LE {
        "utf-16le"
    } else if encoding == UTF_16BE {
        "utf-16be"
    } else {
        "utf-8-bom"
    }
}

/// The order of bytes of UTF-16 without a mark. Exports and logs are mostly ASCII even where the names and sentences in
/// them are not, so one byte of many pairs is NUL. No other encoding of text contains NUL at all, and a block of NULs has
/// as many in both places.
pub(super) fn utf_16_by_nul_bytes(bytes: &[u8]) -> Option<&'static Encoding> {
    let evidence = bytes.get(..EVIDENCE).unwrap_or(bytes);
    memchr::memchr(0, evidence)?;
    let pairs = evidence.chunks_exact(2);
    let count = pairs.len();
    let (mut first, mut second) = (0usize, 0usize);
    for pair in pairs {
        first += usize::from(pair.first() == Some(&0));
        second += usize::from(pair.last() == Some(&0));
    }
    let (most, least) = (first.max(second), first.min(second));
    let clear = count > 1 && most > 0 && most * 10 >= count * 3 && least * 4 <= most;
    clear.then_some(if second > first { UTF_16LE } else { UTF_16BE })
}

/// A character cut in two at the very end is no evidence against UTF-8 when other characters spoke for it.
fn is_utf_8(bytes: &[u8]) -> bool {
    match str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => {
            let sound = bytes.get(..error.valid_up_to()).unwrap_or_default();
            error.error_len().is_none() && !sound.is_ascii()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{decode_all, is_utf_16, name_of};

    const TEXT: &str = "Größe;Žluťoučký\r\nWSS_Content;1\r\n";

    fn utf_16(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    }

    fn decoded(bytes: &[u8]) -> (String, &'static str) {
        decode_all(bytes)
    }

    #[test]
    fn utf_8_is_read_with_and_without_a_mark() {
        assert_eq!(decoded(TEXT.as_bytes()), (TEXT.to_owned(), "utf-8"));
        let marked = [b"\xEF\xBB\xBF", TEXT.as_bytes()].concat();
        assert_eq!(decoded(&marked), (TEXT.to_owned(), "utf-8-bom"));
    }

    #[test]
    fn utf_16_is_read_in_both_orders_with_and_without_a_mark() {
        for (little, name) in [(true, "utf-16le"), (false, "utf-16be")] {
            assert_eq!(decoded(&utf_16(TEXT, little)), (TEXT.to_owned(), name));
            assert_eq!(decoded(&utf_16(&format!("\u{FEFF}{TEXT}"), little)), (TEXT.to_owned(), name));
        }
    }

    #[test]
    fn letters_beyond_latin_do_not_hide_utf_16() {
        let text = "База данных;Сайт\r\nWSS_Content;отдел\r\n";
        for (little, name) in [(true, "utf-16le"), (false, "utf-16be")] {
            assert_eq!(decoded(&utf_16(text, little)), (text.to_owned(), name));
            assert_eq!(name_of(&utf_16(text, little)), name);
        }
        assert_eq!(
            [name_of(b"a"), name_of(b"\xe4"), name_of(b"\xEF\xBB\xBFa")],
            ["utf-8", "windows-1252", "utf-8-bom"]
        );
    }

    #[test]
    fn one_letter_in_three_of_ascii_shows_utf_16() {
        for (text, wide) in [("Сайт обновлён: a b c d e f", true), ("Сайт обновлён, готов", false)]
        {
            assert_eq!(
                [is_utf_16(&utf_16(text, true)), is_utf_16(&utf_16(text, false))],
                [wide; 2],
                "{text}"
            );
            let marked = format!("\u{FEFF}{text}");
            assert_eq!([is_utf_16(&utf_16(&marked, true)), is_utf_16(marked.as_bytes())], [true, false]);
        }
        assert!(!is_utf_16(&[0; 64]) && !is_utf_16(b"") && !is_utf_16(b"a\0b") && !is_utf_16(b"plain text"));
    }

    #[test]
    fn utf_16_cut_in_the_middle_of_a_unit_is_still_utf_16() {
        let mut bytes = utf_16(TEXT, true);
        bytes.push(b'x');
        let (text, name) = decoded(&bytes);
        assert_eq!(name, "utf-16le");
        assert!(text.starts_with(TEXT), "{text:?}");
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_windows_1252() {
        assert_eq!(decoded(b"Gr\xF6\xDFe"), ("Größe".to_owned(), "windows-1252"));
        assert_eq!(decoded(b"caf\xE9"), ("café".to_owned(), "windows-1252"));
    }

    #[test]
    fn utf_8_cut_inside_its_last_character_is_utf_8() {
        let (text, name) = decoded("Größe ß".as_bytes().split_last().unwrap().1);
        assert_eq!((text.as_str(), name), ("Größe \u{FFFD}", "utf-8"));
    }

    #[test]
    fn nothing_is_utf_8() {
        assert_eq!(decoded(b""), (String::new(), "utf-8"));
    }
}
