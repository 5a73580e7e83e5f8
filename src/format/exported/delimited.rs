//! Records between delimiters, as `Export-Csv` and the event viewer write them.

use std::borrow::Cow;

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::{NO_VALUES, Property, Record, Records, records_with};
use crate::text::lines::lines;

/// Delimiters of all cultures. A log itself has tabs, too, but no quotes around the names of its columns.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The delimiter of the text with this head, and what stands between it.
pub(super) fn records(head: &[u8]) -> Option<(u8, Records)> {
    let (_, header) = header_line(head)?;
    // Every log is asked, and hardly any begins with such names.
    let names = |name: &[u8]| memchr::memmem::find(header, name).is_some();
    if !names(b"essage") && !names(b"MESSAGE") && !names(b"Date and Time") {
        return None;
    }
    let is_log = header.contains(&b'\t') && !header.starts_with(b"\"");
    let of = |delimiter| Some((delimiter, records_with(&properties(header, delimiter))?));
    if is_log { None } else { DELIMITERS.into_iter().find_map(of) }
}

/// The first line that says something, and where it begins: not `#TYPE …`, not `sep=;` of a spreadsheet.
fn header_line(text: &[u8]) -> Option<(usize, &[u8])> {
    let mut start = 0;
    for line in lines(text) {
        let words = line.trim_ascii();
        if !(words.is_empty() || words.starts_with(b"#TYPE ") || words.starts_with(b"sep=")) {
            return Some((start, words));
        }
        start += memchr::memchr(b'\n', text.get(start..)?)? + 1;
    }
    None
}

/// The properties that a header names. The event viewer leaves the last column, which is the message, without a name.
fn properties(header: &[u8], delimiter: u8) -> Vec<Property> {
    let mut names = ByteRecord::new();
    let is_read = reader(header, delimiter).read_byte_record(&mut names).unwrap_or(false);
    let mut properties: Vec<Property> = columns(&names).into_iter().flatten().collect();
    if is_read && is_of_the_viewer(&names) {
        properties.push(Property::Message);
    }
    properties
}

fn columns(names: &ByteRecord) -> Vec<Option<Property>> {
    let mut columns: Vec<Option<Property>> = names.iter().map(Property::named).collect();
    if is_of_the_viewer(names) {
        columns.push(Some(Property::Message));
    }
    columns
}

/// `Level,Date and Time,Source,Event ID,Task Category`.
fn is_of_the_viewer(names: &ByteRecord) -> bool {
    names.len() == 5
        && names.iter().any(|name| name == b"Date and Time")
        && names.iter().any(|name| name == b"Source")
}

/// Every record under the header.
pub(super) fn each(text: &[u8], delimiter: u8, mut tell: impl FnMut(Record<'_>)) {
    let Some((start, _)) = header_line(text) else { return };
    let body = text.get(start..).unwrap_or_default();
    let mut reader = reader(body, delimiter);
    let mut record = ByteRecord::new();
    if !reader.read_byte_record(&mut record).unwrap_or(false) {
        return;
    }
    let columns = columns(&record);
    let (mut line, mut counted) = (ends_in(text.get(..start)), 0);
    loop {
        // Behind a record stands what is left of its line end.
        let from = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let blank = body.get(from..).unwrap_or_default();
        let from = from + blank.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line += ends_in(body.get(counted..from));
        counted = from;
        if !reader.read_byte_record(&mut record).unwrap_or(false) {
            return;
        }
        let mut values = NO_VALUES;
        for (column, value) in columns.iter().zip(&record) {
            if let Some(known) = column.and_then(|property| values.get_mut(property as usize)) {
                *known = Cow::Borrowed(value);
            }
        }
        tell(Record { line, values });
    }
}

fn ends_in(text: Option<&[u8]>) -> usize {
    memchr::memchr_iter(b'\n', text.unwrap_or_default()).count()
}

fn reader(text: &[u8], delimiter: u8) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .buffer_capacity(text.len().clamp(64, 8 * 1024))
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text)
}
