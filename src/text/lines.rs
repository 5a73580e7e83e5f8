//! Lines of a text, found at memory speed.

/// The lines of a text, without their line ends. What stands behind the last line end is a line, too, so that there is
/// always one.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (line, after) = match memchr::memchr(b'\n', text) {
            Some(end) => (text.get(..end).unwrap_or_default(), text.get(end + 1..)),
            None => (text, None),
        };
        rest = after;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    })
}

/// The same lines from the last one back.
pub fn lines_back(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (before, line) = match memchr::memrchr(b'\n', text) {
            Some(end) => (text.get(..end), text.get(end + 1..).unwrap_or_default()),
            None => (None, text),
        };
        rest = before;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    })
}

#[cfg(test)]
mod tests {
    use super::{lines, lines_back};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_are_what_stands_between_line_ends(text in "[ab\r\n]{0,40}") {
            let split = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line).as_bytes());
            let mut expected: Vec<_> = split.collect();
            prop_assert_eq!(lines(text.as_bytes()).collect::<Vec<_>>(), expected.clone());
            expected.reverse();
            prop_assert_eq!(lines_back(text.as_bytes()).collect::<Vec<_>>(), expected);
        }
    }
}
