//! Records of PSCDiagnostics that stand in one line, as a page shows them that took away their line ends.

use super::psc_diagnostics::header;
use crate::model::kind::LogKind;
use crate::text::lines::lines;

/// How many lines of the head are looked at.
const LINES: usize = 400;

/// In the head of a log of this kind, a record begins inside of a line. psconfig itself never writes that.
pub(super) fn are(kind: LogKind, head: &[u8]) -> bool {
    kind == LogKind::PscDiagnostics && lines(head).take(LINES).any(|line| second_record(line).is_some())
}

/// The text with a line for each record. Where its prefix stood at the end of a line, the next one is what it says. So
/// lines get other numbers than they have in the copy: it has none for most of its records.
pub(super) fn apart(text: &[u8]) -> Vec<u8> {
    let mut parts = Vec::with_capacity(text.len());
    let mut is_prefix = false;
    for (index, mut line) in lines(text).enumerate() {
        let joins = is_prefix && header(line).is_none();
        if index > 0 {
            parts.push(if joins { b' ' } else { b'\n' });
        }
        while let Some((before, rest)) = second_record(line).and_then(|at| line.split_at_checked(at)) {
            parts.extend_from_slice(before.trim_ascii_end());
            parts.push(b'\n');
            line = rest;
        }
        parts.extend_from_slice(line);
        is_prefix = header(line).is_some_and(|header| header.message.trim_ascii().is_empty());
    }
    parts
}

/// Where in a line a record begins behind other text.
fn second_record(line: &[u8]) -> Option<usize> {
    let starts = memchr::memchr_iter(b'/', line).filter_map(|slash| slash.checked_sub(2));
    let mut inner = starts.filter(|start| {
        let before = line.get(..*start).unwrap_or_default();
        before.last().is_some_and(u8::is_ascii_whitespace) && !before.trim_ascii().is_empty()
    });
    inner.find(|start| line.get(*start..).is_some_and(|rest| header(rest).is_some()))
}
