//! Several exports in one text, as a console shows them one after the other: each is read as what it is.
//!
//! A paragraph tells by itself what it is; one that does not goes on with the export above it, and a command with the
//! one below.

use std::mem::{Discriminant, discriminant};
use std::ops::Range;

use super::facts::Export;
use super::lines::{is_prompt, numbered};
use super::table::{Layout, list};
use super::{SHAPES, Shape};

/// A stretch of a text with exports of one kind.
pub(super) struct Section<'a> {
    /// How many lines of the text stand above it.
    pub(super) above: u64,
    pub(super) text: &'a str,
    pub(super) shape: &'static dyn Shape,
    layout: Discriminant<Layout>,
    /// Nothing behind an empty line goes on with it.
    is_paragraph: bool,
}

impl Section<'_> {
    /// Its kind is that of another.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.shape.name() == other.shape.name() && self.layout == other.layout
    }
}

/// The exports in a text, in order.
pub(super) fn sections(text: &str) -> Vec<Section<'_>> {
    let mut found: Vec<(Section<'_>, Range<usize>)> = Vec::new();
    let mut command: Option<(u64, usize)> = None;
    for Paragraph { above, range } in paragraphs(text) {
        let paragraph = text.get(range.clone()).unwrap_or_default();
        let Some((shape, layout)) = kind(paragraph) else {
            if paragraph.lines().next_back().is_some_and(is_prompt) {
                command = Some((above, range.start));
            } else if let Some((_, open)) =
                found.last_mut().filter(|(section, _)| command.is_none() && !section.is_paragraph)
            {
                open.end = range.end;
            }
            continue;
        };
        let (above, start) = command.take().unwrap_or((above, range.start));
        let is_paragraph = matches!(layout, Layout::Delimited(_));
        let section = Section { above, text: "", shape, layout: discriminant(&layout), is_paragraph };
        match found.last_mut().filter(|(open, _)| open.is_like(&section)) {
            Some((_, open)) => open.end = range.end,
            None => found.push((section, start..range.end)),
        }
    }
    let cut =
        |(section, range)| Section { text: text.get::<Range<usize>>(range).unwrap_or_default(), ..section };
    found.into_iter().map(cut).collect()
}

/// What of a text is no export.
pub(super) fn beside(text: &str) -> String {
    let paragraphs = paragraphs(text).into_iter().filter_map(|Paragraph { range, .. }| text.get(range));
    paragraphs.filter(|paragraph| kind(paragraph).is_none()).collect()
}

/// What a paragraph is, by its content alone.
fn kind(paragraph: &str) -> Option<(&'static dyn Shape, Layout)> {
    // No header and no sentence is so short, and a text may have a million of such paragraphs.
    const SHORTEST: usize = 12;
    if paragraph.trim().len() < SHORTEST {
        return None;
    }
    let export = Export::new("", None, paragraph);
    let shape = SHAPES.into_iter().find(|shape| shape.fits(&export))?;
    Some((shape, export.layout))
}

struct Paragraph {
    above: u64,
    range: Range<usize>,
}

/// What stands between blank lines.
fn paragraphs(text: &str) -> Vec<Paragraph> {
    let mut found: Vec<Paragraph> = Vec::new();
    let (mut at, mut open) = (0, false);
    for (above, line) in (0..).zip(text.split_inclusive('\n')) {
        let end = at + line.len();
        if line.trim().is_empty() {
            open = false;
        } else if let Some(last) = found.last_mut().filter(|_| open) {
            last.range.end = end;
        } else {
            found.push(Paragraph { above, range: at..end });
            open = true;
        }
        at = end;
    }
    found
}

/// The lines of what `Test-SPContentDatabase` printed as a list, counted from 1: the export tells its sentences, each
/// once, where a log would meet message and remedy, in the pieces into which a window cut them.
pub(super) fn tested(text: &str) -> Vec<Range<u64>> {
    let mut found = Vec::new();
    for Paragraph { above, range } in paragraphs(text) {
        let paragraph = text.get(range).unwrap_or_default();
        let is_list = kind(paragraph).is_some_and(|(shape, layout)| {
            shape.name() == super::test_database::TestDatabase.name() && layout == Layout::List
        });
        let Some(header) = list::header(paragraph).filter(|_| is_list) else { continue };
        let end = numbered(paragraph)
            .skip_while(|(number, _)| *number < header.line)
            .take_while(|(_, line)| list::is_of_record(line))
            .last()
            .map_or(header.line, |(number, _)| number);
        found.push(above + header.line..above + end + 1);
    }
    found
}
