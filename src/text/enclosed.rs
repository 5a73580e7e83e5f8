//! Names that stand in brackets and hold brackets themselves: `[SPContentDatabase Name=WSS_[old]]`. SQL Server allows them
//! in the name of a database.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;

/// Most bytes of a name: 128 characters, of four bytes each; and the bracket behind it.
const LONGEST: usize = 128 * 4 + 1;

/// Behind these a name begins that a bracket closes.
static ENCLOSED: LazyLock<[Finder<'static>; 2]> =
    LazyLock::new(|| [Finder::new(b"[SPContentDatabase Name="), Finder::new(b"atabase [")]);

/// Where the bracket stands that closes a name which begins here, if one does in its line: the first behind which a word
/// ends, and before which as many brackets were closed as opened. If none is both, the first behind which a word ends.
/// None if the name would be longer than SQL Server allows: so nothing is looked at for long.
pub fn closing(text: &[u8]) -> Option<usize> {
    let near = text.get(..LONGEST).unwrap_or(text);
    // How many brackets are open; nothing once more were closed than opened: such a name is never balanced.
    let mut open = Some(0u32);
    let (mut first, mut behind_a_word) = (None, None);
    for at in memchr::memchr3_iter(b'[', b']', b'\n', near) {
        match text.get(at) {
            Some(b'[') => open = open.map(|open| open + 1),
            Some(b']') => {
                first = first.or(Some(at));
                if ends_a_word(text.get(at + 1)) {
                    behind_a_word = behind_a_word.or(Some(at));
                    match open {
                        Some(0) => return Some(at),
                        None => break,
                        Some(_) => {}
                    }
                }
                open = open.and_then(|open| open.checked_sub(1));
            }
            _ => break,
        }
    }
    behind_a_word.or(first)
}

/// A text with other bytes for the brackets that stand in the names of databases, so that the first bracket behind a name
/// closes it. Every byte keeps its place.
pub fn opaque(text: &[u8]) -> Cow<'_, [u8]> {
    // Letters, digits and this are of one kind.
    const INSTEAD: u8 = b'_';
    let mut shown = Cow::Borrowed(text);
    for opening in ENCLOSED.iter() {
        let mut behind = 0;
        for found in opening.find_iter(text) {
            let start = found + opening.needle().len();
            // Inside of a name none begins.
            let rest = text.get(start..).filter(|_| found >= behind).unwrap_or_default();
            let Some(name) = closing(rest).and_then(|end| rest.get(..end)) else { continue };
            behind = start + name.len();
            for inside in memchr::memchr2_iter(b'[', b']', name) {
                if let Some(byte) = shown.to_mut().get_mut(start + inside) {
                    *byte = INSTEAD;
                }
            }
        }
    }
    shown
}

/// No name goes on with this byte behind a bracket, as far as can be told.
pub fn ends_a_word(next: Option<&u8>) -> bool {
    next.is_none_or(|next| next.is_ascii_whitespace() || br#"[].,:;)}>'"|"#.contains(next))
}

#[cfg(test)]
mod tests {
    use super::{closing, opaque};
    use proptest::prelude::*;

    #[test]
    fn the_bracket_that_closes_a_name_is_found() {
        for (text, name) in [
            ("WSS_Content] returned: True.", "WSS_Content"),
            ("WSS_[old]] failed.", "WSS_[old]"),
            ("[old] WSS], but is not installed", "[old] WSS"),
            ("WSS[1][2]]", "WSS[1][2]"),
            ("A]B] failed", "A]B"),
            ("A]]", "A"),
            ("A[B] returned: True.", "A[B"),
            ("A] is referenced [14] times", "A"),
            ("A][B]", "A"),
            ("A]\nB]", "A"),
        ] {
            let end = closing(text.as_bytes()).unwrap();
            assert_eq!(text.get(..end), Some(name), "{text}");
        }
        assert_eq!(closing(b"A\n]"), None);
        assert_eq!(closing(b"A]B"), Some(1));
        for (length, end) in [(512, Some(512)), (513, None)] {
            assert_eq!(closing(format!("{}]", "a".repeat(length)).as_bytes()), end);
        }
    }

    #[test]
    fn brackets_in_names_are_hidden_and_others_are_not() {
        for (text, shown) in [
            (
                "Upgrade [SPContentDatabase Name=WSS_[old] Parent=SPDatabaseServiceInstance] failed.",
                "Upgrade [SPContentDatabase Name=WSS__old_ Parent=SPDatabaseServiceInstance] failed.",
            ),
            (
                "Database [A]B] has [1]; in the database [x[y]], but",
                "Database [A_B] has [1]; in the database [x_y_], but",
            ),
            ("[SPSite Url=http://a/[b]]", "[SPSite Url=http://a/[b]]"),
        ] {
            assert_eq!(String::from_utf8_lossy(&opaque(text.as_bytes())), shown);
        }
    }

    proptest! {
        #[test]
        fn a_name_of_whole_brackets_comes_back(
            name in "[a-c _]{0,5}(\\[[a-c _]{0,5}\\][a-c_]{0,5}){0,3}",
            tail in "( failed\\.|, but|\\.|)",
        ) {
            let text = format!("{name}]{tail}");
            prop_assert_eq!(closing(text.as_bytes()), Some(name.len()));
        }
    }
}
