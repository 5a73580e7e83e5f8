//! Tables of a saved web page. Reads what browsers save, not what the standard wants: tags may be left open,
//! tables stand inside tables.

use std::borrow::Cow;

use memchr::memmem;

use super::{Column, Header, Item, Row};
use crate::inventory::lines::LineCounter;
use crate::text::entity;

/// How deep tables are followed into one another; pages lay themselves out with a dozen.
const DEEPEST: usize = 64;

/// How much of a page is searched for the mark of a page.
const PROLOGUE: usize = 2048;

/// Whether this is a page, or the piece of one that holds a table.
pub(super) fn looks_like(text: &str) -> bool {
    let start = text.trim_start();
    let prologue = start.as_bytes().get(..PROLOGUE).unwrap_or(start.as_bytes()).to_ascii_lowercase();
    let has = |mark: &str| memmem::find(&prologue, mark.as_bytes()).is_some();
    start.starts_with('<') && (has("<!doctype html") || has("<html") || has("<table"))
}

/// The first row whose cells are columns we know.
pub(super) fn header(text: &str) -> Header {
    let mut header = Header::default();
    rows(text, &mut |line, cells| {
        if !header.is_plausible() {
            let found = Header::new(line, cells.to_vec());
            if found.is_plausible() {
                header = found;
            }
        }
    });
    header
}

/// Every row under such a header that has as many cells.
pub(super) fn each(text: &str, sink: &mut dyn FnMut(Item<'_>)) {
    let mut header = Header::default();
    rows(text, &mut |line, cells| {
        let found = Header::new(line, cells.to_vec());
        if found.is_plausible() {
            header = found;
        } else if header.is_plausible() && cells.len() == header.names.len() {
            let named = header.names.iter().zip(cells);
            let cells =
                named.filter_map(|(name, value)| Some((Column::named(name)?, Cow::Borrowed(value.as_str()))));
            sink(Item::Row(Row { line, cells: cells.collect() }));
        }
    });
}

/// Every row of every table, inner tables first, with the line it begins on. Cells hold text without tags.
pub(in crate::inventory) fn rows(text: &str, sink: &mut dyn FnMut(u64, &[String])) {
    let mut lines = LineCounter::new(text);
    let mut tables = Tables::default();
    let mut rest = text;
    while !rest.is_empty() {
        let (words, markup) = rest.split_at(memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len()));
        tables.text(words);
        if markup.is_empty() {
            break;
        }
        let line = lines.line_at(text.len() - markup.len());
        let (tag, after) = Tag::cut(markup);
        rest = after;
        tables.tag(&tag, line, sink);
    }
    tables.end(sink);
}

/// A tag by its name in lower case, `/table` where it closes.
struct Tag {
    name: String,
}

impl Tag {
    /// The tag this text begins with, and the text behind it: behind the whole element for what is no text at all.
    fn cut(markup: &str) -> (Self, &str) {
        if markup.starts_with("<!--") {
            return (Self { name: String::new() }, behind(markup, "-->"));
        }
        let inner = markup.get(1..).unwrap_or_default();
        let name: String = inner
            .chars()
            .take(16)
            .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '/')
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        if name.is_empty() && !inner.starts_with(['!', '?']) {
            // A lone `<` is text that somebody forgot to escape.
            return (Self { name }, inner);
        }
        let after = markup.get(tag_length(markup.as_bytes())..).unwrap_or_default();
        let after =
            if matches!(name.as_str(), "script" | "style") { behind_element(after, &name) } else { after };
        (Self { name }, after)
    }
}

fn behind<'a>(text: &'a str, mark: &str) -> &'a str {
    memmem::find(text.as_bytes(), mark.as_bytes())
        .and_then(|at| text.get(at + mark.len()..))
        .unwrap_or_default()
}

/// The text from the closing tag of a script on.
fn behind_element<'a>(text: &'a str, name: &str) -> &'a str {
    let closes = |at: &usize| {
        let found = text.as_bytes().get(at + 2..at + 2 + name.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    };
    let end = memmem::find_iter(text.as_bytes(), "</").find(closes);
    end.and_then(|at| text.get(at..)).unwrap_or_default()
}

/// Length of the tag with its `>`; a `>` between quotes does not end it, unless the quote is never closed.
fn tag_length(markup: &[u8]) -> usize {
    let mut quote = None;
    for (offset, &byte) in markup.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return offset + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    memchr::memchr(b'>', markup).map_or(markup.len(), |offset| offset + 1)
}

/// The tables that are open, innermost last.
#[derive(Default)]
struct Tables {
    open: Vec<Table>,
    /// Tables that were opened beyond the limit.
    ignored: usize,
}

#[derive(Default)]
struct Table {
    line: u64,
    cells: Vec<String>,
    in_cell: bool,
}

impl Tables {
    fn text(&mut self, words: &str) {
        let Some(table) = self.open.last_mut().filter(|table| table.in_cell) else { return };
        if let Some(cell) = table.cells.last_mut() {
            cell.push_str(&entity::decode(words));
        }
    }

    fn tag(&mut self, tag: &Tag, line: u64, sink: &mut dyn FnMut(u64, &[String])) {
        match tag.name.as_str() {
            "table" if self.open.len() >= DEEPEST => self.ignored += 1,
            "table" => self.open.push(Table::default()),
            "/table" if self.ignored > 0 => self.ignored -= 1,
            "/table" => {
                if let Some(mut table) = self.open.pop() {
                    table.end_row(sink);
                }
            }
            name => {
                if let Some(table) = self.open.last_mut() {
                    table.tag(name, line, sink);
                }
            }
        }
    }

    fn end(&mut self, sink: &mut dyn FnMut(u64, &[String])) {
        while let Some(mut table) = self.open.pop() {
            table.end_row(sink);
        }
    }
}

impl Table {
    fn tag(&mut self, name: &str, line: u64, sink: &mut dyn FnMut(u64, &[String])) {
        match name {
            "tr" | "/tr" => {
                self.end_row(sink);
                self.line = line;
            }
            "td" | "th" => {
                self.cells.push(String::new());
                self.in_cell = true;
            }
            "/td" | "/th" => self.in_cell = false,
            // Elements part words: `<div>`, `<br>`; only what marks letters does not.
            "b" | "/b" | "i" | "/i" | "span" | "/span" | "font" | "/font" | "wbr" | "" => {}
            _ => {
                if let Some(cell) = self.cells.last_mut().filter(|_| self.in_cell) {
                    cell.push(' ');
                }
            }
        }
    }

    fn end_row(&mut self, sink: &mut dyn FnMut(u64, &[String])) {
        for cell in &mut self.cells {
            *cell = cell.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        if !self.cells.is_empty() {
            sink(self.line, &self.cells);
        }
        self.cells.clear();
        self.in_cell = false;
    }
}
