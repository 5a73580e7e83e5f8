//! Values between delimiters, as `Export-Csv` and spreadsheets of every culture write them.

use std::borrow::Cow;

use csv::{Reader, ReaderBuilder, StringRecord};

use super::{Column, Header, Item, Row};
use crate::inventory::lines::{LineCounter, is_prompt};

/// Delimiters in order of preference where a header leaves a choice.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// After so many quotes that are never closed the file is not worth another attempt.
const MOST_ATTEMPTS: usize = 32;

/// Where the header begins and what parts the values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::inventory) struct Dialect {
    delimiter: u8,
    start: usize,
    /// Something else stands above the header, and so perhaps below the rows.
    pub(in crate::inventory) is_below: bool,
}

impl Dialect {
    fn reader<'a>(&self, body: &'a str) -> Reader<&'a [u8]> {
        ReaderBuilder::new()
            .delimiter(self.delimiter)
            .flexible(true)
            .has_headers(false)
            // Paragraphs are asked one by one, and a buffer is filled with zeroes.
            .buffer_capacity(body.len().clamp(64, 8 * 1024))
            .from_reader(body.as_bytes())
    }
}

/// The delimiter that shows most columns we know, and the header it shows.
pub(super) fn sniff(text: &str) -> Option<(Dialect, Header)> {
    let (start, line) = header_start(text)?;
    if text.get(start..)?.starts_with('[') {
        // A line of a log or of the Health Analyzer, however many commas it has.
        return None;
    }
    let first = sniff_at(text, start, line);
    if first.as_ref().is_some_and(|(_, header)| header.is_plausible()) {
        return first;
    }
    below_title(text, start, line).or(first)
}

/// The header under a title, a greeting or whatever else stands directly above it: then the row below it has as many
/// values.
fn below_title(text: &str, mut start: usize, first: u64) -> Option<(Dialect, Header)> {
    const TITLES: u64 = 5;
    for line in first..first + TITLES {
        let end = start + text.get(start..)?.find('\n')? + 1;
        let mut rows = text.get(end..)?.split('\n');
        let (names, values) = (rows.next()?, rows.next()?);
        let parts = |delimiter: &u8| {
            let count = |row: &str| memchr::memchr_iter(*delimiter, row.as_bytes()).count();
            count(names) > 1 && count(names) == count(values)
        };
        if DELIMITERS.iter().any(parts)
            && let Some((dialect, header)) = sniff_at(text, end, line + 1)
            && header.is_plausible()
            && is_regular(text, dialect)
        {
            return Some((Dialect { is_below: true, ..dialect }, header));
        }
        start = end;
    }
    None
}

/// The same of the line that begins here.
fn sniff_at(text: &str, start: usize, line: u64) -> Option<(Dialect, Header)> {
    let read = |delimiter| {
        let dialect = Dialect { delimiter, start, is_below: false };
        let mut names = StringRecord::new();
        dialect.reader(text.get(start..)?).read_record(&mut names).ok()?;
        let names = names.iter().map(|name| name.trim().to_owned()).collect();
        Some((dialect, Header::new(line, names)))
    };
    // A reader is dear to make, and most of what is asked is a paragraph of something else. What stands nowhere in the
    // line parts no names.
    let names = text.get(start..)?.split('\n').next()?.as_bytes();
    let parts = |delimiter: &u8| memchr::memchr(*delimiter, names).is_some();
    // `max_by_key` takes the last of equals, so the preferred delimiter has to come last.
    DELIMITERS
        .into_iter()
        .rev()
        .filter(parts)
        .filter_map(read)
        .max_by_key(|(_, header)| (header.columns.len(), header.names.len()))
}

/// Whether columns nobody knows are columns at all: prose has commas too, but not as many in each line.
pub(super) fn is_regular(text: &str, dialect: Dialect) -> bool {
    let mut reader = dialect.reader(text.get(dialect.start..).unwrap_or_default());
    let mut lengths = reader.records().map_while(Result::ok).map(|record| record.len());
    let header = lengths.next();
    header > Some(1) && header == lengths.next()
}

/// The header is the first line that says something: not `#TYPE …` of `Export-Csv`, not `sep=;` of a spreadsheet, and not
/// the command that was typed, which names columns with commas between them.
fn header_start(text: &str) -> Option<(usize, u64)> {
    let mut start = 0;
    for (line, content) in (1..).zip(text.split_inclusive('\n')) {
        let words = content.trim();
        if !words.is_empty() && !is_type_line(words) && !words.starts_with("sep=") && !is_prompt(words) {
            return Some((start, line));
        }
        start += content.len();
    }
    None
}

fn is_type_line(text: &str) -> bool {
    text.trim_start_matches('"').starts_with("#TYPE ")
}

/// Every record under the header.
pub(super) fn each(text: &str, dialect: Dialect, sink: &mut dyn FnMut(Item<'_>)) {
    let Some(body) = text.get(dialect.start..) else { return };
    let mut header = StringRecord::new();
    let mut reader = dialect.reader(body);
    if reader.read_record(&mut header).is_err() {
        return;
    }
    let mut table = Table { text, dialect, header: &header, lines: LineCounter::new(text) };
    let mut start = dialect.start + offset(&reader);
    for _ in 0..MOST_ATTEMPTS {
        match table.read(start, sink) {
            Some(again) => start = again,
            None => return,
        }
    }
}

fn offset(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}

struct Table<'a> {
    text: &'a str,
    dialect: Dialect,
    header: &'a StringRecord,
    lines: LineCounter<'a>,
}

impl Table<'_> {
    /// Reads records from this offset on. If a quote is never closed, the rest of the file has become one value:
    /// the answer is where the next line begins, to read on from there.
    fn read(&mut self, start: usize, sink: &mut dyn FnMut(Item<'_>)) -> Option<usize> {
        let body = self.text.get(start..)?;
        let columns: Vec<_> = self.header.iter().map(Column::named).collect();
        let mut reader = self.dialect.reader(body);
        let mut record = StringRecord::new();
        let mut from = 0;
        while reader.read_record(&mut record).unwrap_or(false) {
            let until = offset(&reader);
            let raw = body.get(from..until).unwrap_or_default();
            let blank = raw.len() - raw.trim_start_matches(['\r', '\n']).len();
            let (raw, begin) = (raw.get(blank..).unwrap_or_default(), from + blank);
            let line = self.lines.line_at(start + begin);
            from = until;
            if until >= body.len() && ends_inside_quotes(raw.as_bytes(), self.dialect.delimiter) {
                sink(Item::Problem(line, "a quote is opened here and never closed".to_owned()));
                return raw.find('\n').map(|end| start + begin + end + 1);
            }
            let cut = until >= body.len() && !raw.ends_with('\n');
            self.tell(line, &record, &columns, cut, sink);
        }
        None
    }

    fn tell(
        &self,
        line: u64,
        record: &StringRecord,
        columns: &[Option<Column>],
        cut: bool,
        sink: &mut dyn FnMut(Item<'_>),
    ) {
        if record.get(0).is_some_and(is_type_line)
            || record == self.header
            || record.iter().all(str::is_empty)
        {
            // Several exports, one after the other in one file.
            return;
        }
        let (found, named) = (record.len(), self.header.len());
        if cut && found < named {
            let message =
                format!("the export ends in the middle of this record: {found} of {named} values are there");
            sink(Item::Problem(line, message));
            return;
        }
        if found == 1 && named > 1 {
            sink(Item::Problem(line, format!("1 value for {named} columns: it is no row of the table")));
            return;
        }
        if record.iter().skip(named).any(|value| !value.trim().is_empty()) {
            sink(Item::Problem(
                line,
                format!("{found} values for {named} columns: a value needs quotes around it"),
            ));
            return;
        }
        let cells =
            columns.iter().zip(record).filter_map(|(column, value)| Some(((*column)?, Cow::Borrowed(value))));
        sink(Item::Row(Row { line, cells: cells.collect() }));
    }
}

/// Whether a record, read the way the reader reads it, ends before its last quote is closed.
fn ends_inside_quotes(record: &[u8], delimiter: u8) -> bool {
    let (mut inside, mut at_start) = (false, true);
    let mut bytes = record.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if inside {
            if byte == b'"' && bytes.next_if_eq(&b'"').is_none() {
                inside = false;
            }
        } else {
            inside = at_start && byte == b'"';
            at_start = byte == delimiter;
        }
    }
    inside
}
