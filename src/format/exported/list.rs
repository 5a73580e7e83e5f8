//! Records in lines of `Name : value`, as `Format-List` prints them: a block for each, long values wrapped and indented.

use std::borrow::Cow;

use super::{NO_VALUES, Property, Record, Records, records_with};
use crate::format::wrapped::length;
use crate::text::lines::lines;

/// No record of a log has so many properties; text that only looks like them has.
const MOST_PAIRS: usize = 64;

/// What stands in a text.
pub(super) enum Item<'i> {
    Record(Box<Record<'i>>),
    /// A line that belongs to none, with its index.
    Line(usize, &'i [u8]),
}

/// What the blocks of the text with this head are, if they are most of it.
pub(super) fn records(head: &[u8]) -> Option<Records> {
    if !has_a_message(head) {
        return None;
    }
    let (mut inside, mut outside, mut found) = (0, 0, None);
    for part in parts(head) {
        match part {
            Part::Block(block) => {
                inside += block.lines();
                found = found.or_else(|| records_with(&block.properties()));
            }
            Part::Line(_, line) if !line.trim_ascii().is_empty() => outside += 1,
            Part::Line(..) => {}
        }
    }
    found.filter(|_| outside * 3 <= inside)
}

/// A line of it is a message: every log is asked, and hardly any has one.
fn has_a_message(head: &[u8]) -> bool {
    const NAME: &[u8] = b"Message";
    memchr::memmem::find_iter(head, NAME).any(|at| {
        let begins = at.checked_sub(1).is_none_or(|before| head.get(before) == Some(&b'\n'));
        let rest = head.get(at + NAME.len()..).unwrap_or_default();
        begins && rest.starts_with(b" ") && rest.trim_ascii_start().starts_with(b":")
    })
}

/// Every record, and every line that belongs to none.
pub(super) fn each(text: &[u8], mut tell: impl FnMut(Item<'_>)) {
    let wrap = Wrap::of(text);
    for part in parts(text) {
        match part {
            Part::Block(block) if records_with(&block.properties()).is_some() => {
                tell(Item::Record(Box::new(block.record(wrap))));
            }
            Part::Block(block) => {
                block.raw.iter().zip(block.first..).for_each(|(line, at)| tell(Item::Line(at, line)));
            }
            Part::Line(at, line) => tell(Item::Line(at, line)),
        }
    }
}

/// How values were broken.
#[derive(Clone, Copy)]
struct Wrap {
    /// Of the longest line, in characters.
    width: usize,
    /// At the width, wherever that is.
    inside_words: bool,
}

impl Wrap {
    fn of(text: &[u8]) -> Self {
        let width = blocks(text).flat_map(|block| block.raw).map(length).max().unwrap_or(0);
        // A window that cuts words has no line but full ones before those that go on.
        let (mut full, mut short) = (0usize, 0usize);
        for block in blocks(text) {
            let breaks = block.pairs.iter().flat_map(Pair::breaks);
            for (before, _) in breaks.filter(|(before, line)| had_no_room(*before, line, width)) {
                *(if before + 1 >= width { &mut full } else { &mut short }) += 1;
            }
        }
        // Two lines may be as long by chance.
        Self { width, inside_words: full > 2 && short * 10 <= full }
    }
}

fn had_no_room(before: usize, line: &[u8], width: usize) -> bool {
    before + 1 + length(first_word(line)) > width
}

fn last_word(line: &[u8]) -> &[u8] {
    line.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default()
}

fn first_word(line: &[u8]) -> &[u8] {
    line.split(u8::is_ascii_whitespace).next().unwrap_or_default()
}

enum Part<'t> {
    Block(Block<'t>),
    Line(usize, &'t [u8]),
}

/// The lines of an object.
struct Block<'t> {
    /// Index of the first one.
    first: usize,
    pairs: Vec<Pair<'t>>,
    raw: Vec<&'t [u8]>,
    /// Where the colons stand.
    colon: usize,
}

/// A property and the lines of its value.
struct Pair<'t> {
    property: Option<Property>,
    /// The first one without what stands before the value, the others without their indent.
    lines: Vec<&'t [u8]>,
    /// Characters before the value.
    indent: usize,
}

impl<'t> Pair<'t> {
    /// Each line that goes on with another one: its length with what stands before it, and the other one.
    fn breaks(&self) -> impl Iterator<Item = (usize, &'t [u8])> {
        let next = self.lines.iter().skip(1);
        self.lines.iter().zip(next).map(|(line, next)| (self.indent + length(line), *next))
    }

    /// The value with the lines together that a window parted.
    fn value(&self, wrap: Wrap) -> Cow<'t, [u8]> {
        let Some((first, rest)) = self.lines.split_first() else { return Cow::Borrowed(b"") };
        if rest.is_empty() {
            return Cow::Borrowed(first);
        }
        let mut value = first.to_vec();
        // Of the word with which the value ends, as far as that has come.
        let mut word = length(last_word(first));
        for (before, line) in self.breaks() {
            let is_full = before == wrap.width;
            // A word that fits into no line is broken wherever one ends.
            let is_broken = is_full && word + length(first_word(line)) > wrap.width - self.indent;
            let is_cut = is_broken || (is_full && wrap.inside_words);
            if !is_cut && had_no_room(before, line, wrap.width) {
                value.truncate(value.trim_ascii_end().len());
                value.push(b' ');
            } else if !is_cut {
                value.push(b'\n');
            }
            value.extend_from_slice(line);
            let goes_on = is_cut && !line.iter().any(u8::is_ascii_whitespace);
            word = length(last_word(line)) + if goes_on { word } else { 0 };
        }
        Cow::Owned(value)
    }
}

impl<'t> Block<'t> {
    fn properties(&self) -> Vec<Property> {
        self.pairs.iter().filter_map(|pair| pair.property).collect()
    }

    fn lines(&self) -> usize {
        self.raw.iter().filter(|line| !line.trim_ascii().is_empty()).count()
    }

    fn record(&self, wrap: Wrap) -> Record<'t> {
        let mut values = NO_VALUES;
        for pair in &self.pairs {
            if let Some(known) = pair.property.and_then(|property| values.get_mut(property as usize)) {
                *known = pair.value(wrap);
            }
        }
        Record { line: self.first, values }
    }

    /// Takes a line, if it belongs to the block.
    fn takes(&mut self, line: &'t [u8]) -> bool {
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        if line.trim_ascii().is_empty() {
            // Behind an empty line a value may go on.
            self.raw.push(line);
            return true;
        }
        let behind = self.colon + 2;
        if indent >= behind {
            let Some(pair) = self.pairs.last_mut() else { return false };
            let empty = self.raw.iter().rev().take_while(|line| line.trim_ascii().is_empty()).count();
            pair.lines.extend(std::iter::repeat_n(&b""[..], empty));
            pair.lines.push(line.get(behind..).unwrap_or_default());
            self.raw.push(line);
            return true;
        }
        let goes_on = self.raw.last().is_some_and(|line| !line.trim_ascii().is_empty());
        match pair(line) {
            Some((colon, pair)) if colon == self.colon && goes_on && self.pairs.len() < MOST_PAIRS => {
                self.pairs.push(pair);
                self.raw.push(line);
                true
            }
            _ => false,
        }
    }
}

/// `Name      : value`, and where its colon stands.
fn pair(line: &[u8]) -> Option<(usize, Pair<'_>)> {
    let colon = memchr::memchr(b':', line)?;
    let name = line.get(..colon)?.strip_suffix(b" ")?.trim_ascii_end();
    let is_name = name.first()?.is_ascii_alphabetic() && name.iter().all(u8::is_ascii_alphanumeric);
    let value = match line.get(colon + 1..)? {
        [] => &b""[..],
        [b' ', value @ ..] => value,
        _ => return None,
    };
    let pair = Pair { property: Property::named(name), lines: vec![value], indent: colon + 2 };
    is_name.then_some((colon, pair))
}

/// The blocks of a text alone.
fn blocks(text: &[u8]) -> impl Iterator<Item = Block<'_>> {
    parts(text).filter_map(|part| match part {
        Part::Block(block) => Some(block),
        Part::Line(..) => None,
    })
}

/// The blocks of a text, and the lines between them. Empty lines behind a block belong to it.
fn parts(text: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let mut lines = lines(text).enumerate().peekable();
    std::iter::from_fn(move || {
        let (first, line) = lines.next()?;
        let Some((colon, pair)) = pair(line) else { return Some(Part::Line(first, line)) };
        let mut block = Block { first, pairs: vec![pair], raw: vec![line], colon };
        while lines.next_if(|(_, line)| block.takes(line)).is_some() {}
        Some(Part::Block(block))
    })
}
