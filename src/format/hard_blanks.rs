//! Blanks that a page made hard, U+00A0, so that columns stay where they are.

use std::borrow::Cow;

/// U+00A0 in UTF-8.
const HARD_BLANK: &[u8] = b"\xC2\xA0";

/// A line with blanks in their place.
pub(super) fn soft(line: &[u8]) -> Cow<'_, [u8]> {
    let Some(mut found) = memchr::memmem::find(line, HARD_BLANK) else { return Cow::Borrowed(line) };
    let (mut soft, mut rest) = (Vec::with_capacity(line.len()), line);
    while let Some((before, behind)) = rest.split_at_checked(found) {
        soft.extend_from_slice(before);
        soft.push(b' ');
        rest = behind.get(HARD_BLANK.len()..).unwrap_or_default();
        let Some(next) = memchr::memmem::find(rest, HARD_BLANK) else { break };
        found = next;
    }
    soft.extend_from_slice(rest);
    Cow::Owned(soft)
}

/// They stand in a text.
pub(super) fn are_in(text: &[u8]) -> bool {
    memchr::memmem::find(text, HARD_BLANK).is_some()
}
