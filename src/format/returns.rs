//! Lines that end in a carriage return alone, as on old Macintoshes.

use crate::text::lines::lines;

/// So end the lines of a text. Whoever writes other line ends writes one behind the first line.
pub(super) fn end_lines(head: &[u8]) -> bool {
    let first = lines(head).next().unwrap_or_default();
    // Behind a line that ends in two of them stands nothing.
    first.trim_ascii_end().contains(&b'\r') && alone(head).count() > memchr::memchr_iter(b'\n', head).count()
}

/// The text with line feeds in their place.
pub(super) fn as_line_ends(text: &[u8]) -> Vec<u8> {
    let mut ended = text.to_vec();
    for at in alone(text) {
        if let Some(end) = ended.get_mut(at) {
            *end = b'\n';
        }
    }
    ended
}

/// Carriage returns without a line feed.
fn alone(text: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'\r', text).filter(|at| text.get(at + 1) != Some(&b'\n'))
}
