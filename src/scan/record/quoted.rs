//! Which lines of a record are worth quoting: the first one often says only that something failed.

use std::ops::Range;

use crate::text::charset::text_of_line;

/// Where a match begins further to the right in a long line than this, the quotation begins with it.
const FAR: usize = 160;

/// How a line begins that says what was thrown, the plainer one first: an upgrade log, and psconfig.
const THROWN: [&[u8]; 2] = [b"Exception:", b"An exception of type "];

/// The lines on which a match begins and ends, and the one that says what was thrown, in their order. `None` where
/// that is the first line of the text and no more.
pub(in crate::scan) fn quoted(text: &[u8], found: Option<Range<usize>>) -> Option<Box<str>> {
    let lines = lines(text);
    let is_blank = |line: &Range<usize>| text.get(line.clone()).unwrap_or_default().trim_ascii().is_empty();
    let told = lines.iter().find(|line| !is_blank(line)).map_or(0, |line| line.start);
    let found = found.unwrap_or(told..told);
    let of = |at: usize| lines.iter().position(|line| at <= line.end).unwrap_or(0);
    let (first, last) = (of(found.start), of(found.end.saturating_sub(1).max(found.start)));
    let behind = |line: &Range<usize>, begins: &[u8]| {
        Some(text.get(line.clone())?.trim_ascii().strip_prefix(begins)?.is_empty())
    };
    let thrown = THROWN.iter().find_map(|begins| {
        let mut rest = lines.iter().enumerate().skip(first);
        let (index, is_bare) = rest.find_map(|(index, line)| Some((index, behind(line, begins)?)))?;
        // What was thrown may stand in the line below.
        let below = if is_bare { rest.find(|(_, line)| !is_blank(line)) } else { None };
        Some(below.map_or(index, |(index, _)| index))
    });
    let mut rows = vec![first, last];
    rows.extend(thrown);
    rows.sort_unstable();
    rows.dedup();
    let begin = lines.get(first).map_or(0, |line| line.start);
    let is_far = found.start.saturating_sub(begin) > FAR;
    if rows == [0] && !is_far {
        return None;
    }
    let quote = |row: &usize| {
        let line = lines.get(*row)?;
        let (mark, start) = if is_far && *row == first { ("...", found.start) } else { ("", line.start) };
        Some(format!("{mark}{}", text_of_line(text.get(start..line.end)?).trim()))
    };
    let quotes: Vec<String> = rows.iter().filter_map(quote).filter(|line| !line.is_empty()).collect();
    (!quotes.is_empty()).then(|| quotes.join("\n").into_boxed_str())
}

/// Where the lines of a text lie, without their ends.
fn lines(text: &[u8]) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text).chain([text.len()]) {
        lines.push(start..end);
        start = end + 1;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::quoted;

    fn of(text: &str, found: &str) -> Option<String> {
        let start = text.find(found).unwrap();
        quoted(text.as_bytes(), Some(start..start + found.len())).map(String::from)
    }

    #[test]
    fn the_first_line_needs_no_quotation() {
        assert_eq!(of("Upgrade [X] failed.\n   at Y()", "failed"), None);
        assert_eq!(of("", ""), None);
    }

    #[test]
    fn the_lines_of_a_match_and_the_exception_are_quoted() {
        let text = "Failed to upgrade.\nUpgrade [X] failed.\n\nException: no\n   at Y()";
        assert_eq!(of(text, "Failed").as_deref(), Some("Failed to upgrade.\nException: no"));
        assert_eq!(of(text, "Upgrade [X]").as_deref(), Some("Upgrade [X] failed.\nException: no"));
        assert_eq!(of(text, "no\n   at Y").as_deref(), Some("Exception: no\nat Y()"));
    }

    #[test]
    fn what_was_thrown_may_stand_below_its_announcement() {
        let text = "\nReading http://my failed\nException:\n[COMException (0x800703FA): no\n   at Y()";
        let said = "Reading http://my failed\n[COMException (0x800703FA): no";
        assert_eq!(quoted(text.as_bytes(), None).as_deref(), Some(said));
        assert_eq!(quoted(b"Exception:", None), None);
    }

    #[test]
    fn a_match_far_to_the_right_begins_the_quotation() {
        let text = format!("{} a conflict has occurred", "word ".repeat(50));
        assert_eq!(of(&text, "conflict").as_deref(), Some("...conflict has occurred"));
    }
}
