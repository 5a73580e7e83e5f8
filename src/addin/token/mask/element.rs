//! Values in elements of pages and settings: cells of tables, lists of definitions, and elements side by side of which
//! the first holds nothing but the name of a secret.

use std::ops::Range;

use super::label::{is_field, is_label, is_no_value, is_password};
use super::markup::{Tag, tag};
use super::names::is_telling;
use super::table::trimmed;

/// Elements that hold the value beside a name.
const VALUES: &str = "value string data text dd td cell val content";
/// Elements and attributes that hold a name.
const NAMES: &str = "name key n dt id field property label setting";
const CELLS: &str = "td th cell dt dd";
const ROWS: &str = "tr row dl";

/// Adds the places of values in elements.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    if !text.contains('>') {
        return;
    }
    let mut page = Elements::default();
    let mut told = 0;
    for (at, _) in text.match_indices('<') {
        if at < told {
            continue;
        }
        let Some(tag) = text.get(at..).and_then(tag) else { continue };
        page.text(text, told..at, found);
        page.tag(text, &tag, found);
        told = at + tag.length;
    }
    page.text(text, told..text.len(), found);
    page.end_of_cell(text, found);
}

/// How sure it is that a value follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pending {
    /// Whatever stands there.
    Any,
    /// What looks like a password.
    Look,
}

#[derive(Default)]
struct Elements {
    /// Columns that hold secrets.
    labels: Vec<bool>,
    /// Whether all cells of the row so far are headings, or read like them.
    is_head: bool,
    /// Labels in the row so far.
    row: Vec<bool>,
    /// The cell that is open, and whether it is a heading.
    cell: Option<(Range<usize>, bool)>,
    pending: Option<Pending>,
    /// The element that was opened last is one for names, or for values.
    is_name: bool,
    is_value: bool,
}

impl Elements {
    fn tag(&mut self, text: &str, tag: &Tag<'_>, found: &mut Vec<Range<usize>>) {
        if tag.is("table worksheet") {
            self.end_of_row(text, found);
            self.labels.clear();
        } else if tag.is(ROWS) || (tag.is("dt") && !tag.is_end) {
            self.end_of_row(text, found);
            if tag.is("dt") {
                self.cell = Some((0..0, false));
            }
        } else if tag.is(CELLS) {
            self.end_of_cell(text, found);
            if !tag.is_end {
                self.cell = Some((0..0, tag.is("th")));
            }
        }
        if tag.is_end {
            return;
        }
        self.is_name = tag.is(NAMES);
        self.is_value = tag.is(VALUES);
        if is_named(tag) {
            self.pending = Some(if tag.seen().is_some() { Pending::Look } else { Pending::Any });
        }
    }

    /// Text between two tags.
    fn text(&mut self, text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
        let Some(run) = text.get(range.clone()).filter(|run| !run.trim().is_empty()) else { return };
        if let Some((cell, _)) = &mut self.cell {
            *cell = if cell.start == cell.end { range } else { cell.start..range.end };
            return;
        }
        let is_secret = match self.pending {
            Some(Pending::Any) => !is_no_value(run),
            Some(Pending::Look) if self.is_value => !is_no_value(run),
            Some(Pending::Look) => is_password(run),
            None => false,
        };
        if is_secret {
            found.extend(trimmed(text, &range));
            self.pending = None;
        } else {
            let label = is_label(run) && !is_password(run);
            self.pending = label.then_some(if self.is_name { Pending::Any } else { Pending::Look });
        }
    }

    fn end_of_cell(&mut self, text: &str, found: &mut Vec<Range<usize>>) {
        let Some((range, is_heading)) = self.cell.take() else { return };
        let cell = text.get(range.clone()).unwrap_or_default();
        let is_label = is_label(cell);
        self.is_head = (self.is_head || self.row.is_empty()) && (is_heading || is_field(cell));
        let in_column = self.labels.get(self.row.len()).copied().unwrap_or_default();
        if !is_heading && (in_column || self.pending.is_some()) && !is_no_value(cell) {
            found.extend(trimmed(text, &range));
        }
        self.pending = is_label.then_some(Pending::Any);
        self.row.push(is_label);
    }

    fn end_of_row(&mut self, text: &str, found: &mut Vec<Range<usize>>) {
        self.end_of_cell(text, found);
        let row = std::mem::take(&mut self.row);
        if self.is_head && row.len() > 1 {
            self.labels = row;
        }
        self.is_head = false;
        self.pending = None;
    }
}

/// The tag names a secret in an attribute: `<S N="Password">`.
fn is_named(tag: &Tag<'_>) -> bool {
    let mut words =
        tag.attributes.split(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\'' | '/' | '\\'));
    let mut name = "";
    words.by_ref().filter(|word| !word.is_empty()).any(|word| {
        let is_name = NAMES.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(name));
        name = word;
        is_name && is_telling(word)
    }) && !tag.attributes.ends_with('/')
}
