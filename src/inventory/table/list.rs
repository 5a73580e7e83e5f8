//! What `Format-List` prints: a block of `Name : value` lines for each record, long values wrapped and indented.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::hard_wrap::{HardWrap, LOST, Width, Widths};
use super::{Column, Columns, Header, Item, Row};
use crate::inventory::lines::{is_prompt, numbered};

/// The columns of the first block that looks like a record.
pub(in crate::inventory) fn header(text: &str) -> Option<Header> {
    let mut header = None;
    blocks(text, &mut |block| {
        if header.is_none() && block.is_record() {
            header =
                Some(Header::new(block.line, block.pairs.iter().map(|pair| pair.name.to_owned()).collect()));
        }
    });
    header
}

/// Every block that looks like a record.
pub(super) fn each(text: &str, sink: &mut dyn FnMut(Item<'_>)) {
    // One record has too few lines to tell, and most texts have no wrapped one.
    let hard_wrap = OnceCell::new();
    blocks(text, &mut |block| {
        if block.is_record() {
            let is_wrapped = block.pairs.iter().any(|pair| pair.lines.len() > 1);
            let hard_wrap = if is_wrapped { *hard_wrap.get_or_init(|| hard_wrap_of(text)) } else { None };
            sink(Item::Row(block.row(hard_wrap)));
        }
    });
}

/// How the values of all records were cut, if it was at the exact width of a window.
fn hard_wrap_of(text: &str) -> Option<HardWrap> {
    let mut widths = Widths::default();
    blocks(text, &mut |block| {
        if block.is_record() {
            block.pairs.iter().flat_map(Pair::cut_widths).for_each(|width| widths.count(width));
        }
    });
    widths.hard_wrap()
}

/// A property and the physical lines of its value.
struct Pair<'a> {
    name: &'a str,
    /// How far the value is indented, in characters.
    indent: usize,
    /// The first one without what stands before the value, the others as they are.
    lines: Vec<&'a str>,
}

#[derive(Default)]
struct Block<'a> {
    line: u64,
    pairs: Vec<Pair<'a>>,
    /// The longest line in characters: the width of the window, if anything was wrapped.
    width: usize,
}

impl<'a> Block<'a> {
    fn is_record(&self) -> bool {
        self.pairs.iter().filter_map(|pair| Column::named(pair.name)).collect::<Columns>().len() >= 2
    }

    fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|pair| pair.name.eq_ignore_ascii_case(name))
    }

    /// No object of SharePoint has so many properties; text that only looks like them has.
    fn is_full(&self) -> bool {
        self.pairs.len() >= 500
    }

    fn row(&self, hard_wrap: Option<HardWrap>) -> Row<'a> {
        let value = |pair: &Pair<'a>| match hard_wrap {
            Some(hard_wrap) => pair.uncut(hard_wrap),
            None => pair.value(self.width),
        };
        let cells = self.pairs.iter().filter_map(|pair| Some((Column::named(pair.name)?, value(pair))));
        Row { line: self.line, cells: cells.collect() }
    }
}

impl<'a> Pair<'a> {
    /// The value as one line. PowerShell wraps at blanks, which it drops; only a word that is wider than the
    /// window is broken without one, and then its line is full.
    fn value(&self, width: usize) -> Cow<'a, str> {
        if let [only] = self.lines.as_slice() {
            return Cow::Borrowed(only);
        }
        let mut joined = String::new();
        // Widths of the line before, and of the word it ends with, as far as that has come.
        let (mut before, mut word) = (0, 0);
        for line in self.lines.iter().map(|line| line.trim_start()) {
            let first = line.find(' ').and_then(|end| line.get(..end)).unwrap_or(line).chars().count();
            let full = before + self.indent >= width;
            let broken = full && word + first > width.saturating_sub(self.indent);
            if !broken && !joined.is_empty() {
                joined.push(' ');
                word = 0;
            }
            joined.push_str(line);
            before = line.chars().count();
            word = match line.rsplit_once(' ') {
                Some((_, last)) => last.chars().count(),
                None => word + before,
            };
        }
        Cow::Owned(joined)
    }

    /// The value as one line, where the window cut it at its width. A blank at the beginning of a line is part of it.
    fn uncut(&self, hard_wrap: HardWrap) -> Cow<'a, str> {
        if let [only] = self.lines.as_slice() {
            return Cow::Borrowed(only);
        }
        let mut joined = String::new();
        let mut between = "";
        for (index, line) in self.lines.iter().enumerate() {
            joined.push_str(between);
            joined.push_str(self.unindented(line));
            between = hard_wrap.between(self.width(index, line));
        }
        Cow::Owned(joined)
    }

    /// A line of the value without its indent. Where a paste lost that, a blank or two are part of the value.
    fn unindented<'l>(&self, line: &'l str) -> &'l str {
        let blank = line.len() - line.trim_start_matches(' ').len();
        let indent = if blank > LOST { blank.min(self.indent) } else { 0 };
        line.get(indent..).unwrap_or(line)
    }

    /// Widths of the lines that may have been cut: all but the last.
    fn cut_widths(&self) -> impl Iterator<Item = Width> {
        let cut = self.lines.len().saturating_sub(1);
        self.lines.iter().take(cut).enumerate().map(|(index, line)| self.width(index, line))
    }

    fn width(&self, index: usize, line: &str) -> Width {
        let before = if index == 0 { self.indent } else { 0 };
        Width { value: self.unindented(line).chars().count(), line: before + line.chars().count() }
    }
}

/// Cuts a text into blocks: at blank lines, and where a property comes a second time.
fn blocks<'a>(text: &'a str, sink: &mut dyn FnMut(&Block<'a>)) {
    let mut block = Block::default();
    for (number, line) in numbered(text) {
        let line = line.trim_end();
        if line.is_empty() || is_rule(line) {
            sink(&std::mem::take(&mut block));
        } else if let Some(pair) = pair(line) {
            if block.is_full() || block.has(pair.name) {
                sink(&std::mem::take(&mut block));
            }
            if block.pairs.is_empty() {
                block.line = number;
            }
            block.pairs.push(pair);
        } else if let Some(open) = block.pairs.last_mut() {
            open.lines.push(line);
        }
        block.width = block.width.max(line.chars().count());
    }
    sink(&block);
}

/// Whether a line below the first property of a record still belongs to it: a property, a value that goes on, a line
/// between records; not what else a console says below, with no blank line between.
pub(in crate::inventory) fn is_of_record(line: &str) -> bool {
    let goes_on = |line: &str| {
        let is_error =
            line.split_once(" : ").is_some_and(|(word, _)| word.contains('-') && !word.contains(' '));
        let is_record = line.starts_with(|first: char| first == '[' || first.is_ascii_digit());
        !is_error && !is_record && !is_prompt(line)
    };
    pair(line).is_some() || line.starts_with("  ") || is_rule(line) || goes_on(line)
}

/// A line drawn between records.
fn is_rule(line: &str) -> bool {
    line.len() > 2 && (line.bytes().all(|mark| mark == b'=') || line.bytes().all(|mark| mark == b'-'))
}

/// A line that starts a property: a name without blanks at the margin, a colon, a value that is not `//host`.
fn pair(line: &str) -> Option<Pair<'_>> {
    let (name, value) = line.split_once(':')?;
    let indent = line.chars().count() - value.trim_start().chars().count();
    let name = name.trim_end();
    let word = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let property =
        word && name.starts_with(|letter: char| letter.is_ascii_alphabetic()) && !value.starts_with("//");
    property.then(|| Pair { name, indent, lines: vec![value.trim_start()] })
}
