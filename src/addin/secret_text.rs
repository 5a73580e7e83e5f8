//! What is a secret by its form, wherever it stands: the one recogniser for names, domains, reports and differences.
//!
//! Two forms cannot be mistaken: 32 bytes in base64, as `AppRegNew.aspx` makes them, and the secrets of Microsoft Entra
//! with `Q~` in them (*verified*). Long names, ids, thumbprints and hosts have neither.

use std::borrow::Cow;
use std::ops::Range;

use super::evidence::Spot;
use super::evidence::secret::Secret;

/// Base64 characters of 32 bytes in front of the sign that fills them up.
const BASE64: usize = 43;
/// Characters of a secret of Entra in front of `Q~`: three of any kind and a digit.
const BEFORE: usize = 4;
/// Fewest characters behind `Q~`.
const BEHIND: usize = 31;

/// A secret stands somewhere in the text.
pub(super) fn holds(text: &str) -> bool {
    next(text, 0).is_some()
}

/// Every secret in the text, with its place.
pub(super) fn all(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let found = next(text, at)?;
        at = found.end;
        Some((found.start, text.get(found)?))
    })
}

/// The text with what may be shown of every secret in its place.
pub(super) fn masked(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut at = 0;
    while let Some(found) = next(text, at) {
        out.push_str(text.get(at..found.start).unwrap_or_default());
        let secret = text.get(found.clone()).unwrap_or_default();
        out.push_str(&format!("[{}]", Secret::new("", secret, Spot::default()).shown()));
        at = found.end;
    }
    if at == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

fn next(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    memchr::memchr3_iter(b'=', b'%', b'~', bytes.get(from..)?).find_map(|at| match bytes.get(from + at)? {
        b'~' => entra(bytes, from, from + at),
        _ => base64(bytes, from, from + at),
    })
}

/// The secret that ends with the sign `=`, or `%3D`.
fn base64(bytes: &[u8], from: usize, sign: usize) -> Option<Range<usize>> {
    let rest = bytes.get(sign..)?;
    let length = if rest.first() == Some(&b'=') {
        1
    } else {
        rest.get(..3).filter(|code| code.eq_ignore_ascii_case(b"%3d"))?.len()
    };
    let mut start = sign;
    for _ in 0..BASE64 {
        start = before(bytes.get(from..start)?).map(|length| start - length)?;
    }
    // What stands right before it belongs to it as well: a secret with something typed in front.
    while from < start && bytes.get(start - 1).is_some_and(u8::is_ascii_alphanumeric) {
        start -= 1;
    }
    let found = bytes.get(start..sign)?;
    let mixed = found.iter().any(u8::is_ascii_lowercase)
        && found.iter().any(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'/' | b'%'));
    mixed.then_some(start..sign + length)
}

/// How long the base64 character is that the text ends with; escaped ones have three.
fn before(text: &[u8]) -> Option<usize> {
    let escape = text.len().checked_sub(3).and_then(|start| text.get(start..));
    if escape.is_some_and(|code| code.eq_ignore_ascii_case(b"%2b") || code.eq_ignore_ascii_case(b"%2f")) {
        return Some(3);
    }
    text.last().filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')).map(|_| 1)
}

/// The secret whose mark `Q~` ends here.
fn entra(bytes: &[u8], from: usize, tilde: usize) -> Option<Range<usize>> {
    let start = tilde.checked_sub(1 + BEFORE).filter(|start| *start >= from)?;
    let head = bytes.get(start..tilde)?;
    let [first @ .., digit, b'Q'] = head else { return None };
    if !digit.is_ascii_digit() || !first.iter().copied().all(is_entra) {
        return None;
    }
    let tail = bytes.get(tilde + 1..)?;
    let mut length = tail.iter().take_while(|byte| is_entra(**byte)).count();
    // The end of a sentence.
    if length > BEHIND && tail.get(length - 1) == Some(&b'.') {
        length -= 1;
    }
    (length >= BEHIND).then_some(start..tilde + 1 + length)
}

fn is_entra(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"~_.-".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::masked;

    proptest! {
        #[test]
        fn a_secret_is_seen_in_any_text(
            before in "[ -<>-~]{0,9}[ /:\"'(]",
            secret in "[A-Za-z0-9~_.-]{3}[0-9]Q~[A-Za-z0-9_~-]{31,34}|[A-Za-z]{9}[a-z][0-9][A-Za-z0-9+/]{32}=",
            after in "([ \"'<)&][ -~]{0,9})?",
        ) {
            let text = format!("{before}{secret}{after}");
            let out = masked(&text);
            let inner = secret.get(8..32).unwrap_or_default();
            prop_assert!(out.contains("characters, sha256 ") && !out.contains(inner), "{text} {out}");
        }
    }

    #[test]
    fn names_and_ids_stay_readable() {
        for text in [
            "5b7c1d2e-4f60-4a8b-9c3d-1e2f3a4b5c6d/orders.example.net@c98f41a0-e9d7-4d31-9ac4-813b81680177",
            "https://orders.example.net/Pages/Default.aspx?SPHostUrl=https%3A%2F%2Fsp.example.net%2Fsites%2Fhr",
            "6a1f00ab93c7de5501928374aa5bc0d16a1f00ab",
            "http://schemas.microsoft.com/sharepoint/2012/app/manifest",
            "~remoteAppUrl/Services/AppEventReceiver.svc",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
