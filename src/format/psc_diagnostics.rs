//! PSCDiagnostics of psconfig, the same from 2007 to Subscription Edition:
//! `MM/dd/yyyy HH:mm:ss  THREAD  INF|WRN|ERR  indented text`. Other cultures than en-US have other separators.

use super::{Format, Header};
use crate::text::clock::WrittenTime;

/// Reader of PSCDiagnostics.
#[derive(Debug)]
pub struct PscDiagnostics;

impl Format for PscDiagnostics {
    fn header<'a>(&self, line: &'a [u8]) -> Option<Header<'a>> {
        header(line)
    }

    fn is_preamble(&self, line: &[u8]) -> bool {
        is_opening_line(line)
    }
}

/// `Begin trace logging for SharePoint Products Configuration Wizard.  Version 16.0.14326.20450`.
pub fn is_opening_line(line: &[u8]) -> bool {
    line.starts_with(b"Begin trace logging for ")
}

/// The header of a PSCDiagnostics line; the message keeps its indentation, two blanks a call. In a pasted line blanks
/// may stand before it, and of two between its columns one may be lost.
pub fn header(line: &[u8]) -> Option<Header<'_>> {
    let line = line.trim_ascii_start();
    if line.first().is_some_and(u8::is_ascii_digit) { usual(line).or_else(|| foreign(line)) } else { None }
}

/// A header with a date as en-US writes it: nearly all are.
fn usual(line: &[u8]) -> Option<Header<'_>> {
    let time = line.get(..19)?;
    let [d0, d1, b'/', d3, d4, b'/', _, _, _, y3, b' ', h0, h1, b':', _, _, b':', _, s1] = time else {
        return None;
    };
    if ![d0, d1, d3, d4, y3, h0, h1, s1].iter().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    behind_time(time, gap(line.get(19..)?)?)
}

/// A header with the time of any other culture: what stands before thread and level, if it is a time.
#[cold]
fn foreign(line: &[u8]) -> Option<Header<'_>> {
    // A long date, a clock of twelve hours, a thread.
    const LONGEST: usize = 48;
    let window = line.get(..line.len().min(LONGEST))?;
    let is_level = |word: &[u8]| matches!(word, b" INF" | b" WRN" | b" ERR");
    let level = window.windows(4).position(is_level)?;
    let before = line.get(..level)?.trim_ascii_end();
    let thread = before.len() - before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let time = line.get(..thread)?.trim_ascii_end();
    if time.len() == thread || WrittenTime::parse(time).is_none() {
        return None;
    }
    behind_time(time, line.get(thread..)?)
}

/// Thread, level and message.
fn behind_time<'a>(time: &'a [u8], rest: &'a [u8]) -> Option<Header<'a>> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (thread, rest) = rest.split_at_checked(digits)?;
    if thread.is_empty() {
        return None;
    }
    let rest = gap(rest)?;
    let level = rest.get(..3)?;
    if !matches!(level, b"INF" | b"WRN" | b"ERR") {
        return None;
    }
    let message = rest.get(3..)?;
    let message = message.strip_prefix(b"  ").unwrap_or(message);
    Some(Header { time, thread, level, message, ..Header::default() })
}

/// What follows two blanks, or one.
fn gap(text: &[u8]) -> Option<&[u8]> {
    let rest = text.strip_prefix(b" ")?;
    Some(rest.strip_prefix(b" ").unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::header;

    #[test]
    fn a_time_of_any_culture_opens_a_record() {
        for time in [
            "11/29/2023 13:20:01",
            "11.29.2023 13:20:01",
            "29-11-2023 13:20:01",
            "2023-11-29 13:20:01",
            "29.11.2023 13.20.01",
            "3.3.2012 22.10.24",
            "3/3/2012 10:10:24 PM",
            "2012. 03. 03. 22:10:24",
            "2012/3/3 \u{4e0b}\u{5348} 10:10:24",
        ] {
            for line in [format!("{time}  10  ERR    Gone."), format!(" {time} 10 ERR    Gone.")] {
                let header = header(line.as_bytes()).unwrap();
                let found = [header.time, header.thread, header.level, header.message];
                assert_eq!(
                    found.map(|part| std::str::from_utf8(part).unwrap()),
                    [time, "10", "ERR", "  Gone."]
                );
            }
        }
    }

    #[test]
    fn other_lines_open_none() {
        for line in [
            "29.11.2023 13:20:01  ERR  Gone.",
            "29.11.2023  1  ERR  Gone.",
            "10.0.0.21 13:20:01  1  ERR  Gone.",
            "2 of 4  1  INF  Gone.",
            "29.11.2023 13:20:01 \tw3wp.exe (0x1B10) \t0x0AC4\tArea\tName\ttag\tHigh\tA ERR of 1 INF.",
            "1  INF  Gone.",
        ] {
            assert!(header(line.as_bytes()).is_none(), "{line}");
        }
    }
}
