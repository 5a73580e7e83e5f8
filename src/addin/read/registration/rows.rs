//! Rows of CSV files and blocks of `Format-List`, as the same records that JSON gives.
//!
//! The readers of inventory exports are bound to the columns they know; registrations have far more, and need the
//! place of each value. So this is a small reader of its own.

use csv::{ReaderBuilder, StringRecord};

use super::grid;
use super::node::{Data, Node};
use super::shape::Shape;

/// Delimiters in order of preference.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// No export has more rows.
const MOST_ROWS: usize = 300_000;

/// How the rows of a text are written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Layout {
    /// Values between delimiters; the header begins at this offset, on this line.
    Delimited { delimiter: u8, start: usize, line: u64 },
    /// Lines of `name;client id;key id;start;end` without a header.
    Secrets,
    /// What `Format-Table` prints.
    Grid,
    /// What `Format-List` prints.
    List,
}

/// The layout of a text, if it holds registrations.
pub(super) fn sniff(head: &str) -> Option<Layout> {
    let (start, line) = header_start(head)?;
    let body = head.get(start..)?;
    let delimited = DELIMITERS.into_iter().find(|delimiter| {
        header(body, *delimiter)
            .is_some_and(|names| names.len() > 1 && Shape::of(&record(line, &names, None)).is_some())
    });
    if let Some(delimiter) = delimited {
        return Some(Layout::Delimited { delimiter, start, line });
    }
    if body.lines().next().is_some_and(|line| secret_row(0, line).is_some()) {
        return Some(Layout::Secrets);
    }
    let mut known = false;
    grid::each(head, &mut |_| known = true);
    if known {
        return Some(Layout::Grid);
    }
    blocks(head, &mut |block| known |= Shape::of(block).is_some());
    known.then_some(Layout::List)
}

/// Calls for every record; a problem comes back with its line.
pub(super) fn each(text: &str, layout: Layout, sink: &mut dyn FnMut(&Node)) -> Option<(u64, String)> {
    match layout {
        Layout::Delimited { delimiter, start, line } => {
            return delimited(text.get(start..).unwrap_or_default(), delimiter, line, sink);
        }
        Layout::Secrets => {
            for row in (1..).zip(text.lines()).filter_map(|(number, line)| secret_row(number, line)) {
                sink(&row);
            }
        }
        Layout::Grid => grid::each(text, sink),
        Layout::List => blocks(text, sink),
    }
    None
}

/// Where the header is: not at `#TYPE …` of `Export-Csv`, not at `sep=;` of a spreadsheet.
fn header_start(text: &str) -> Option<(usize, u64)> {
    let mut start = 0;
    for (line, content) in (1..).zip(text.split_inclusive('\n')) {
        let words = content.trim();
        if !words.is_empty()
            && !words.trim_start_matches('"').starts_with("#TYPE ")
            && !words.starts_with("sep=")
        {
            return Some((start, line));
        }
        start += content.len();
    }
    None
}

fn header(body: &str, delimiter: u8) -> Option<StringRecord> {
    let mut names = StringRecord::new();
    let line = body.lines().next()?;
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(line.as_bytes());
    reader.read_record(&mut names).ok()?;
    Some(names)
}

fn delimited(
    body: &str,
    delimiter: u8,
    first_line: u64,
    sink: &mut dyn FnMut(&Node),
) -> Option<(u64, String)> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(body.as_bytes());
    let mut names = StringRecord::new();
    if !reader.read_record(&mut names).unwrap_or(false) {
        return None;
    }
    let mut values = StringRecord::new();
    let mut lines = Lines { text: body, offset: 0, line: first_line };
    let mut problem = None;
    let mut count = 0;
    while reader.read_record(&mut values).unwrap_or(false) {
        let line = lines.at(values.position().map_or(0, csv::Position::byte));
        let repeated = values == names || values.get(0).is_some_and(|value| value.starts_with("#TYPE "));
        if repeated || values.iter().all(|value| value.trim().is_empty()) {
            continue;
        }
        count += 1;
        if count > MOST_ROWS {
            return Some((line, "more rows than an export of registrations has".to_owned()));
        }
        if values.len() != names.len() && problem.is_none() {
            problem = Some((line, format!("{} values for {} columns", values.len(), names.len())));
        }
        sink(&record(line, &names, Some(&values)));
    }
    problem
}

/// Counts lines up to an offset; offsets only ever grow.
struct Lines<'t> {
    text: &'t str,
    offset: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which a record begins; the offset may stand on the end of the line before it.
    fn at(&mut self, byte: u64) -> u64 {
        let from = usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.text.as_bytes().get(self.offset..from + ends).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.offset = from + ends;
        self.line
    }
}

fn record(line: u64, names: &StringRecord, values: Option<&StringRecord>) -> Node {
    let value = |index: usize| values.and_then(|values| values.get(index)).unwrap_or_default();
    let fields = names.iter().enumerate().map(|(index, name)| {
        (name.trim_matches(['\u{feff}', ' ', '\t']).to_owned(), Node::cell(line, value(index)))
    });
    Node { line, column: 0, data: Data::Object(fields.collect()) }
}

/// `name;client id;key id;start;end`, as a script of Microsoft's documents writes the secrets of a tenant.
fn secret_row(line: u64, text: &str) -> Option<Node> {
    let parts: Vec<&str> = text.trim().trim_matches('\u{feff}').split(';').collect();
    let [name, client_id, key_id, start, end] = parts.as_slice() else { return None };
    if !super::is_guid(client_id.trim()) || !super::is_guid(key_id.trim()) {
        return None;
    }
    let pairs = [
        ("DisplayName", *name),
        ("AppPrincipalId", client_id),
        ("KeyId", key_id),
        ("StartDate", start),
        ("EndDate", end),
        ("Type", "Password"),
    ];
    let fields = pairs.into_iter().map(|(name, text)| (name.to_owned(), Node::cell(line, text))).collect();
    Some(Node { line, column: 0, data: Data::Object(fields) })
}

/// A property of `Format-List` and the lines of its value.
struct Pair<'t> {
    name: &'t str,
    line: u64,
    value: String,
    /// It has several lines.
    several: bool,
    /// The last line of it reached the edge of the window.
    full: bool,
}

/// Blocks of `Name : value`. A property that comes again begins another record; so does a blank line, unless it
/// stands in a value of several lines.
fn blocks(text: &str, sink: &mut dyn FnMut(&Node)) {
    let width =
        text.lines().map(|line| line.trim_end().len()).filter(|len| *len >= 70).max().unwrap_or(usize::MAX);
    let mut count = 0;
    let mut tell = |pairs: &mut Vec<Pair<'_>>| {
        if let Some(block) = block(pairs) {
            count += 1;
            sink(&block);
        }
        count < MOST_ROWS
    };
    let mut more = true;
    let mut pairs: Vec<Pair<'_>> = Vec::new();
    let mut gap = false;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_end().trim_start_matches('\u{feff}');
        if line.is_empty() {
            gap = true;
            continue;
        }
        if let Some((name, value)) = pair(line) {
            let several = pairs.last().is_some_and(|last| last.several);
            if pairs.iter().any(|known| known.name.eq_ignore_ascii_case(name))
                || (gap && !several)
                || pairs.len() > 200
            {
                more = tell(&mut pairs);
            }
            pairs.push(Pair {
                name,
                line: number,
                value: value.to_owned(),
                several: false,
                full: line.len() >= width,
            });
        } else if line.starts_with([' ', '\t']) {
            if let Some(open) = pairs.last_mut() {
                // A word wider than the window is broken without a blank.
                if !open.full {
                    open.value.push(' ');
                }
                open.value.push_str(line.trim_start());
                open.several = true;
                open.full = line.len() >= width;
            }
        } else {
            more = tell(&mut pairs);
        }
        gap = false;
        if !more {
            return;
        }
    }
    tell(&mut pairs);
}

fn block(pairs: &mut Vec<Pair<'_>>) -> Option<Node> {
    let line = pairs.first()?.line;
    let fields = pairs.drain(..).map(|pair| (pair.name.to_owned(), cell(pair.line, pair.value.trim())));
    Some(Node { line, column: 0, data: Data::Object(fields.collect()) })
}

/// `{a, b}` is a list.
fn cell(line: u64, text: &str) -> Node {
    match text.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')) {
        Some(inner) => {
            let items = inner.split(',').map(str::trim).filter(|item| !item.is_empty());
            Node { line, column: 0, data: Data::List(items.map(|item| Node::cell(line, item)).collect()) }
        }
        None => Node::cell(line, text),
    }
}

/// `Name   : value` at the margin: a blank stands before the colon.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let word = name.trim_end();
    let good = word.len() < name.len()
        && !word.is_empty()
        && word.len() < 80
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && (value.is_empty() || value.starts_with([' ', '\t']));
    good.then(|| (word, value.trim()))
}

#[cfg(test)]
mod tests {
    use super::{Layout, each, sniff};
    use crate::addin::read::registration::node::{Data, Node};

    /// Every record of a text, and the problem.
    fn read(text: &str, layout: Layout) -> (Vec<Node>, Option<(u64, String)>) {
        let mut rows = Vec::new();
        let problem = each(text, layout, &mut |row| {
            let fields = row.fields().iter().map(|(name, value)| {
                let items = value.items().iter().filter_map(Node::text);
                let list = items.map(|text| Node::cell(value.line, &text)).collect();
                (name.clone(), Node { line: value.line, column: 0, data: Data::List(list) })
            });
            rows.push(Node { line: row.line, column: 0, data: Data::Object(fields.collect()) });
        });
        (rows, problem)
    }

    fn first(row: Option<&Node>, name: &str) -> Option<String> {
        row?.get(name)?.items().first()?.text().map(std::borrow::Cow::into_owned)
    }

    const CREDENTIALS: &str = "AppPrincipalId;Type;Usage;KeyId;StartDate;EndDate\r\n";

    #[test]
    fn delimiters_type_lines_and_quotes_are_read() {
        for delimiter in [',', ';', '\t', '|'] {
            let header = CREDENTIALS.replace(';', &delimiter.to_string());
            let row = ["\"a\"", "Symmetric", "Sign", "b", "\"1;2,3\"", ""].join(&delimiter.to_string());
            let text = format!("#TYPE System.Object\r\nsep=;\r\n\r\n{header}{row}\r\n");
            let layout = sniff(&text).expect("a table");
            assert_eq!(
                layout,
                Layout::Delimited {
                    delimiter: delimiter as u8,
                    start: text.find("App").unwrap_or(0),
                    line: 4
                }
            );
            let (rows, problem) = read(&text, layout);
            assert_eq!((rows.len(), problem), (1, None));
            let row = rows.first().expect("a row");
            assert_eq!(row.line, 5);
            assert_eq!(first(Some(row), "startdate").as_deref(), Some("1;2,3"));
        }
    }

    #[test]
    fn blocks_with_values_of_several_lines_stay_together() {
        let text = "\r\n\r\nName                 : S2S\r\nRegisteredIssuerName : a@b\r\nSigningCertificate   : [Subject]\r\n                         CN=x\r\n\r\n                       [Thumbprint]\r\n                         AB12\r\n\r\nMetadataEndPoint     : \r\n\r\nName                 : Two\r\nRegisteredIssuerName : {c@d, e@f}\r\n";
        let (rows, _) = read(text, sniff(text).expect("a list"));
        assert_eq!(rows.len(), 2);
        let first = first(rows.first(), "SigningCertificate");
        assert_eq!(first.as_deref(), Some("[Subject] CN=x [Thumbprint] AB12"));
        assert_eq!(
            rows.get(1).and_then(|row| row.get("RegisteredIssuerName")).map(|node| node.items().len()),
            Some(2)
        );
    }

    #[test]
    fn prose_and_tables_of_other_things_are_no_registrations() {
        for text in ["", "a,b,c\n1,2,3\n", "Title: x\nDate : y\n", "Name : x\nValue : y\n", "\"open quote,\n"]
        {
            assert_eq!(sniff(text), None, "{text}");
        }
    }

    #[test]
    fn a_list_of_secrets_without_a_header_is_read() {
        let text = "My app;6daebfdd-6516-4506-a7a9-168862921986;7aa974b3-1111-2222-3333-444444444444;3/7/2021 3:04:11 PM;3/7/2022 3:04:11 PM\r\n";
        assert_eq!(sniff(text), Some(Layout::Secrets));
        assert_eq!(read(text, Layout::Secrets).0.len(), 1);
    }
}
