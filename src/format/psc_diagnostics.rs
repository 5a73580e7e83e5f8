//! PSCDiagnostics of psconfig, the same from 2007 to Subscription Edition:
//! `MM/dd/yyyy HH:mm:ss  THREAD  INF|WRN|ERR  indented text`.

use super::{Format, Header};

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
    let time = line.get(..19)?;
    let [d0, d1, b'/', d3, d4, b'/', _, _, _, y3, b' ', h0, h1, b':', _, _, b':', _, s1] = time else {
        return None;
    };
    if ![d0, d1, d3, d4, y3, h0, h1, s1].iter().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest = gap(line.get(19..)?)?;
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
