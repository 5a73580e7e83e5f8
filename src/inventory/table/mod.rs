//! Rows with named columns, however they were written down: CSV, JSON, what PowerShell prints, an HTML page.
//!
//! A shape asks for rows and does not learn which of these it was.

mod column;
mod console;
mod delimited;
mod hard_wrap;
pub(super) mod html;
mod json;
pub(super) mod list;

use std::borrow::Cow;

pub(super) use column::{Column, Columns};

/// How the rows of a text are written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Layout {
    /// Values between delimiters, the first line names the columns.
    Delimited(delimited::Dialect),
    /// What `ConvertTo-Json` writes.
    Json,
    /// What `Format-List` prints: `Name : value`, a block a record.
    List,
    /// What `Format-Table` prints: columns under dashes.
    Console,
    /// A web page with a table.
    Html,
    /// None of these.
    Prose,
}

/// The names of the columns, as far as the start of the text tells.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Header {
    /// The line that names them.
    pub(super) line: u64,
    /// As they are written.
    pub(super) names: Vec<String>,
    /// Those of them that are known.
    pub(super) columns: Columns,
}

impl Header {
    fn new(line: u64, names: Vec<String>) -> Self {
        let columns = names.iter().filter_map(|name| Column::named(name)).collect();
        Self { line, names, columns }
    }

    /// A header names at least two columns we know: one alone is a word of prose.
    pub(super) fn is_plausible(&self) -> bool {
        self.columns.len() >= 2
    }
}

/// One record of an export; columns nobody asks for are left out.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// The line it begins on.
    pub(super) line: u64,
    cells: Vec<(Column, Cow<'a, str>)>,
}

impl Row<'_> {
    /// The value of a column, without blanks around it; `None` if it is empty or the column is not there.
    pub(super) fn get(&self, column: Column) -> Option<&str> {
        let mut values = self.cells.iter().filter(|(name, _)| *name == column).map(|(_, value)| value.trim());
        values.find(|value| !value.is_empty())
    }
}

/// What reading a table meets, in order.
pub(super) enum Item<'a> {
    /// A record.
    Row(Row<'a>),
    /// Something that is not one, with its line.
    Problem(u64, String),
}

/// The layout of a text and its columns, from its beginning.
pub(super) fn sniff(text: &str) -> (Layout, Header) {
    if json::looks_like(text) {
        return (Layout::Json, json::header(text));
    }
    if html::looks_like(text) {
        return (Layout::Html, html::header(text));
    }
    let delimited = delimited::sniff(text);
    if let Some((dialect, header)) = &delimited
        && header.is_plausible()
    {
        return (Layout::Delimited(*dialect), header.clone());
    }
    if let Some(header) = list::header(text) {
        return (Layout::List, header);
    }
    if let Some(header) = console::header(text) {
        return (Layout::Console, header);
    }
    match delimited {
        Some((dialect, header)) if delimited::is_regular(text, dialect) => {
            (Layout::Delimited(dialect), header)
        }
        _ => (Layout::Prose, Header::default()),
    }
}

/// Every record of a text, in order.
pub(super) fn each(text: &str, layout: Layout, sink: &mut dyn FnMut(Item<'_>)) {
    match layout {
        Layout::Delimited(dialect) => delimited::each(text, dialect, sink),
        Layout::Json => json::each(text, sink),
        Layout::List => list::each(text, sink),
        Layout::Console => console::each(text, sink),
        Layout::Html => html::each(text, sink),
        Layout::Prose => {}
    }
}
