//! Deadlines as a calendar (iCalendar, RFC 5545) and as a table (CSV).

use std::io::{self, Write};

use chrono::NaiveDateTime;
use sha2::{Digest, Sha256};

use crate::model::calendar::Deadline;
use crate::text::quote;

/// Lines of a calendar hold this many bytes at most, the line end not counted.
const LINE: usize = 75;

/// Writes a calendar: each deadline is an all-day event with an alarm thirty days before. `stamp` is the moment of
/// writing, UTC.
///
/// # Errors
/// Those of the writer.
pub fn ics(deadlines: &[Deadline], stamp: NaiveDateTime, out: &mut dyn Write) -> io::Result<()> {
    let mut line = |text: &str| out.write_all(folded(text).as_bytes());
    line("BEGIN:VCALENDAR")?;
    line("VERSION:2.0")?;
    line("PRODID:-//spdoctor//deadlines of add-ins//EN")?;
    line("CALSCALE:GREGORIAN")?;
    for deadline in deadlines {
        line("BEGIN:VEVENT")?;
        line(&format!("UID:{}@spdoctor", id(deadline)))?;
        line(&format!("DTSTAMP:{}", stamp.format("%Y%m%dT%H%M%SZ")))?;
        line(&format!("DTSTART;VALUE=DATE:{}", deadline.date.format("%Y%m%d")))?;
        line(&format!("SUMMARY:{}", escaped(&deadline.what)))?;
        let told =
            format!("{} UTC, read from {}", deadline.date.format("%Y-%m-%d %H:%M:%S"), deadline.place());
        line(&format!("DESCRIPTION:{}", escaped(&told)))?;
        line("TRANSP:TRANSPARENT")?;
        line("BEGIN:VALARM")?;
        line("ACTION:DISPLAY")?;
        line("TRIGGER:-P30D")?;
        line(&format!("DESCRIPTION:{}", escaped(&deadline.what)))?;
        line("END:VALARM")?;
        line("END:VEVENT")?;
    }
    line("END:VCALENDAR")
}

/// Writes a table with the columns `date`, `what`, `where`.
///
/// # Errors
/// Those of the writer.
pub fn csv(deadlines: &[Deadline], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["date", "what", "where"])?;
    for deadline in deadlines {
        let date = deadline.date.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let what = quote::csv_field_text(&deadline.what);
        let place = deadline.place();
        writer.write_record([date.as_str(), &what, &quote::csv_field_text(&place)])?;
    }
    writer.flush()
}

/// Stays the same from run to run, so that an import updates what is there.
fn id(deadline: &Deadline) -> String {
    let digest: [u8; 32] =
        Sha256::digest(format!("{}\0{}\0{}", deadline.date, deadline.what, deadline.path)).into();
    let start = digest.first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(start))
}

/// A text value: what is invisible is shown, and what means something to the format is escaped.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in quote::terminal(text).chars() {
        if matches!(c, '\\' | ';' | ',') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A content line with its end, folded between characters.
fn folded(text: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for c in text.chars() {
        if width + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LINE, csv, ics};
    use crate::model::calendar::Deadline;
    use crate::text::quote;

    fn deadline(what: &str) -> Deadline {
        let date = "2027-03-01T23:59:59".parse().expect("a date");
        Deadline { date, what: what.to_owned(), path: "a,b/site.cer".to_owned(), line: 3 }
    }

    fn written(what: &str) -> String {
        let stamp = "2026-11-25T12:00:00".parse().expect("a date");
        let mut out = Vec::new();
        ics(&[deadline(what)], stamp, &mut out).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn an_event_has_its_day_its_text_and_an_alarm() {
        let text = written("certificate www.contoso.com ends");
        assert!(text.contains("DTSTART;VALUE=DATE:20270301\r\n"), "{text}");
        assert!(text.contains("SUMMARY:certificate www.contoso.com ends\r\n"), "{text}");
        assert!(text.contains("read from a\\,b/site.cer:3"), "{text}");
        assert!(text.contains("TRIGGER:-P30D\r\n"), "{text}");
        assert_eq!(written("x"), written("x"), "the same deadline has the same id");
    }

    #[test]
    fn a_table_starts_no_formula() {
        let mut out = Vec::new();
        csv(&[deadline("=cmd|' /C calc'!A0")], &mut out).expect("written");
        let text = String::from_utf8(out).expect("text");
        assert!(text.contains("2027-03-01T23:59:59Z,'=cmd"), "{text}");
    }

    proptest! {
        #[test]
        fn any_text_survives_folding_and_escaping(what in "\\PC{0,80}|[\\x00-\\x1f;,\\\\a\u{fc}\u{1f512}]{0,200}") {
            let text = written(&what);
            for line in text.split("\r\n") {
                prop_assert!(line.len() <= LINE && !line.contains(['\r', '\n']));
            }
            let unfolded = text.replace("\r\n ", "");
            let line = unfolded.lines().find_map(|line| line.strip_prefix("SUMMARY:")).unwrap_or_default();
            let mut back = String::new();
            let mut chars = line.chars();
            while let Some(c) = chars.next() {
                back.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
            }
            prop_assert_eq!(back, quote::terminal(&what).into_owned());
        }
    }
}
