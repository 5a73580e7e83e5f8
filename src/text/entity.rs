//! Character references of XML and HTML. Only the predefined ones: nothing a document declares is ever expanded.

use std::borrow::Cow;

use memchr::memchr;

/// The longest reference that is looked for, `&#x10FFFF;` and the names below.
const LONGEST: usize = 12;

/// The text with its character references resolved; unknown ones stay as they are written.
pub fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let (plain, mut rest) = text.split_at(first);
    let mut decoded = String::with_capacity(text.len());
    decoded.push_str(plain);
    while let Some(after) = rest.strip_prefix('&') {
        let known = reference(after).and_then(|name| Some((resolve(name)?, after.get(name.len() + 1..)?)));
        if let Some((character, tail)) = known {
            decoded.push(character);
            rest = tail;
        } else {
            decoded.push('&');
            rest = after;
        }
        let (plain, tail) = rest.split_at(memchr(b'&', rest.as_bytes()).unwrap_or(rest.len()));
        decoded.push_str(plain);
        rest = tail;
    }
    Cow::Owned(decoded)
}

/// The character that a reference without `&` and `;` stands for: `amp`, `#39`, `#x27`.
pub fn resolve(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|&character| character != '\0');
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "hellip" => '…',
        _ => return None,
    })
}

/// The name of the reference that begins here, up to its `;`.
fn reference(text: &str) -> Option<&str> {
    let window = text.as_bytes().get(..LONGEST).unwrap_or(text.as_bytes());
    text.get(..memchr(b';', window)?)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn predefined_references_and_numbers_are_resolved() {
        assert_eq!(decode("R&amp;D &#39;a&#x27; &lt;b&gt;&nbsp;&quot;"), "R&D 'a' <b>\u{A0}\"");
    }

    #[test]
    fn what_is_unknown_or_broken_stays_as_written() {
        for text in ["a & b", "&", "&;", "&xxe;", "&#0;", "&#xD800;", "&#99999999999;", "&amp", "&é;"] {
            assert_eq!(decode(text), text);
        }
    }

    #[test]
    fn a_resolved_reference_is_not_resolved_again() {
        assert_eq!(decode("&amp;lt;"), "&lt;");
    }
}
