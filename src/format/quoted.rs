//! What stands before the lines of a copy: the marks of a quotation, or their numbers.

use std::borrow::Cow;

/// The part of a line that `part` tells, or all of it.
pub(super) fn cut(line: Cow<'_, [u8]>, part: impl Fn(&[u8]) -> Option<&[u8]>) -> Cow<'_, [u8]> {
    let start = part(&line).map_or(0, |rest| line.len() - rest.len());
    match line {
        Cow::Borrowed(line) => Cow::Borrowed(line.get(start..).unwrap_or_default()),
        Cow::Owned(mut line) => {
            line.drain(..start);
            Cow::Owned(line)
        }
    }
}

/// `> text`, also `>> text`.
pub(super) fn unquoted(line: &[u8]) -> Option<&[u8]> {
    let mut rest = line.trim_ascii_start().strip_prefix(b">")?;
    loop {
        rest = rest.strip_prefix(b" ").unwrap_or(rest);
        let Some(deeper) = rest.strip_prefix(b">") else { return Some(rest) };
        rest = deeper;
    }
}

/// `  12: text`, and with a tab or two blanks in place of the colon, as `cat -n` and `nl` number lines.
pub(super) fn unnumbered(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii_start();
    let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match line.get(digits..).filter(|_| digits > 0)? {
        [b':'] => Some(b""),
        [b':' | b' ', b' ', rest @ ..] | [b'\t', rest @ ..] => Some(rest),
        _ => None,
    }
}
