//! What a forum, a wiki or a table put around the lines of a copy: the marks of a list, a quotation or a comment before
//! them, and the bars of empty cells behind them.

use std::ops::Range;

use crate::text::lines::lines;

/// How many lines of the head are looked at.
const LINES: usize = 400;

/// What stands before a line, and what then may stand behind it.
const MARKS: [(&str, &str); 10] = [
    ("- ", ""),
    ("* ", ""),
    ("+ ", ""),
    ("\u{2022} ", ""),
    ("\u{2013} ", ""),
    ("| ", " |"),
    ("`", "`"),
    ("\"", "\""),
    ("// ", ""),
    ("# ", ""),
];

/// What stands in a line behind its mark.
pub(super) fn unmarked(line: &[u8]) -> Option<&[u8]> {
    line.get(inside(line)?)
}

/// Where in a line stands what its mark belongs to.
pub(super) fn inside(line: &[u8]) -> Option<Range<usize>> {
    let text = line.trim_ascii_start();
    let marks =
        MARKS.iter().find_map(|(before, behind)| Some((text.strip_prefix(before.as_bytes())?, *behind)));
    let (rest, behind) = marks.or_else(|| Some((behind_number(text)?, "")))?;
    let start = line.len() - rest.len();
    let rest = rest.trim_ascii_end();
    Some(start..start + rest.strip_suffix(behind.as_bytes()).unwrap_or(rest).len())
}

/// `1. text`, `1) text`.
fn behind_number(text: &[u8]) -> Option<&[u8]> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text.get(digits..).filter(|_| digits > 0)?;
    rest.strip_prefix(b". ").or_else(|| rest.strip_prefix(b") "))
}

/// A line without the bars behind it.
pub(super) fn before_bars(line: &[u8]) -> &[u8] {
    let mut line = line.trim_ascii_end();
    while let Some(rest) = line.strip_suffix(b"|")
        && rest.last().is_some_and(u8::is_ascii_whitespace)
    {
        line = rest.trim_ascii_end();
    }
    line
}

/// A bar stands behind each line of a head that is not blank.
pub(super) fn ends_in_bars(head: &[u8]) -> bool {
    let mut found = false;
    lines(head).take(LINES).map(<[u8]>::trim_ascii_end).filter(|line| !line.is_empty()).all(|line| {
        found = before_bars(line).len() < line.len();
        found
    }) && found
}
