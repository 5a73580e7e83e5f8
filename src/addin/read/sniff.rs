//! What a file is by its content, where its name does not tell: standard input, copies under other names.

use crate::text::encoding::decode_all;

/// Bytes that are looked at: declarations and comments stand before the root element.
const HEAD: usize = 4096;

/// The ending that the content deserves; `None` where it is nothing that is known.
pub(super) fn ending(bytes: &[u8], nameless: bool) -> Option<&'static str> {
    if bytes.starts_with(b"PK\x03\x04") {
        return archive(bytes).or(nameless.then_some("zip"));
    }
    if bytes.starts_with(b"MSCF") {
        return Some("wsp");
    }
    if nameless && bytes.starts_with(b"\x30\x82") {
        return Some("der");
    }
    let head = head(bytes);
    let begin = head.trim_start_matches('\u{feff}').trim_start();
    if begin.contains('\0') {
        return None;
    }
    match root(begin) {
        Some("configuration" | "appSettings") => Some("config"),
        Some(_) => Some("xml"),
        None if begin.starts_with(['{', '[']) => Some("json"),
        None if ["-----BEGIN CERTIFICATE", "-----BEGIN PKCS7"].iter().any(|mark| begin.starts_with(mark)) => {
            Some("pem")
        }
        None => (nameless && !begin.is_empty()).then_some("txt"),
    }
}

/// The names of the parts stand in the clear in a zip file.
fn archive(bytes: &[u8]) -> Option<&'static str> {
    let has = |name: &str| {
        memchr::memmem::find(bytes, name.as_bytes()).is_some()
            || memchr::memmem::find(bytes, name.to_ascii_lowercase().as_bytes()).is_some()
    };
    (has("_rels/.rels") && has("AppManifest.xml")).then_some("app")
}

/// The beginning of a text. PowerShell writes what it redirects in UTF-16.
fn head(bytes: &[u8]) -> String {
    decode_all(bytes.get(..HEAD).unwrap_or(bytes)).0
}

/// The name of the root element of a file, if it is XML.
pub(super) fn root_of(bytes: &[u8]) -> Option<String> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace())?;
    // A byte order mark, half a character, or the tag itself: all else is not worth decoding.
    if !matches!(first, b'<' | 0xEF | 0xFE | 0xFF | 0) {
        return None;
    }
    root(&head(bytes)).map(str::to_owned)
}

fn root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest.strip_prefix('<')? {
            inner if inner.starts_with('?') => "?>",
            inner if inner.starts_with("!--") => "-->",
            inner if inner.starts_with('!') => ">",
            inner => {
                let name = inner.split(|c: char| !(c.is_alphanumeric() || "_-.:".contains(c))).next()?;
                return Some(name).filter(|name| !name.is_empty());
            }
        };
        rest = rest.split_once(end)?.1.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::{ending, root_of};

    #[test]
    fn content_tells_what_a_nameless_file_is() {
        let of = |bytes: &[u8]| ending(bytes, true);
        assert_eq!(of(b"<?xml version=\"1.0\"?>\n<!-- <a> -->\n<configuration>"), Some("config"));
        assert_eq!(of(b"\xEF\xBB\xBF<App xmlns=''>"), Some("xml"));
        assert_eq!(of(b"\xFF\xFE<\0a\0>\0"), Some("xml"));
        assert_eq!(of(b"PK\x03\x04..._rels/.rels...AppManifest.xml"), Some("app"));
        assert_eq!(of(b"PK\x03\x04...word/document.xml"), Some("zip"));
        assert_eq!(of(b" [{\"a\": 1}]"), Some("json"));
        assert_eq!(of(b"-----BEGIN CERTIFICATE-----"), Some("pem"));
        assert_eq!(of(b"Client Id: x"), Some("txt"));
        assert_eq!(of(b""), None);
    }

    #[test]
    fn a_name_of_another_kind_is_believed_unless_the_content_is_unmistakable() {
        assert_eq!(ending(b"PK\x03\x04...word/document.xml", false), None);
        assert_eq!(ending(b"any text", false), None);
        assert_eq!(ending(b"\x30\x82\x01\x00", false), None);
        assert_eq!(ending(b"<configuration/>", false), Some("config"));
    }

    #[test]
    fn roots_stand_behind_declarations_and_comments() {
        assert_eq!(root_of(b"<!DOCTYPE a><!-- -->\n<b:c d='e'>").as_deref(), Some("b:c"));
        assert_eq!(root_of(b"\0<\0a\0>").as_deref(), Some("a"));
        for text in ["", "a <b>", "<!-- <a>", "< a>", "<%@ Page %>"] {
            assert_eq!(root_of(text.as_bytes()), None, "{text}");
        }
    }
}
