//! The attributes of one start tag, read leniently: wrong or missing quotes do not hide the rest.

use std::ops::Range;

use super::letters::resolved;

/// An attribute as it stands in a tag.
pub(super) struct Found {
    /// The bytes of its name, relative to the tag.
    pub(super) name: Range<usize>,
    /// The bytes of its value without quotes.
    pub(super) span: Range<usize>,
    /// The value with references resolved.
    pub(super) value: String,
}

/// What is wrong, and at which byte of the tag.
pub(super) type Fault = (usize, &'static str);

/// Reads what stands behind the name of an element, up to its `>` or `/>`.
pub(super) fn read(tag: &str, from: usize, faults: &mut Vec<Fault>) -> Vec<Found> {
    let mut scanner = Scanner { tag, at: from };
    let mut found = Vec::new();
    loop {
        let before = scanner.at;
        scanner.skip_blanks();
        if scanner.at >= tag.len() {
            return found;
        }
        if scanner.at == before && !found.is_empty() {
            faults.push((before, "two attributes without a blank between them"));
        }
        found.extend(scanner.attribute(faults));
    }
}

struct Scanner<'a> {
    tag: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        self.tag.get(self.at..).unwrap_or_default()
    }

    fn skip_while(&mut self, skipped: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|character| !skipped(character)).unwrap_or(rest.len());
    }

    /// A byte order mark in the middle comes from files that were joined; it hides nothing.
    fn skip_blanks(&mut self) {
        self.skip_while(is_blank);
    }

    fn skip_one(&mut self) {
        self.at += self.rest().chars().next().map_or(1, char::len_utf8);
    }

    /// The next attribute; the position moves on in any case.
    fn attribute(&mut self, faults: &mut Vec<Fault>) -> Option<Found> {
        let start = self.at;
        self.skip_while(|c| !is_blank(c) && !matches!(c, '=' | '"' | '\'' | '<' | '/'));
        if self.at == start {
            faults.push((start, "a character that does not belong into a tag"));
            self.skip_one();
            return None;
        }
        let name = start..self.at;
        self.skip_blanks();
        if !self.rest().starts_with('=') {
            // What stands here may as well be the rest of a value with a quote in it: it is not kept as a name.
            faults.push((start, "an attribute without a value"));
            return None;
        }
        self.at += 1;
        self.skip_blanks();
        let span = self.value(faults);
        let raw = self.tag.get(span.clone()).unwrap_or_default();
        if let Some(at) = raw.find('<') {
            faults
                .push((span.start + at, "a < inside the value of an attribute, it must be written as &lt;"));
        }
        let value = resolved(raw, span.start, faults);
        Some(Found { name, span, value })
    }

    /// The bytes of a value; the position is behind its closing quote afterwards.
    fn value(&mut self, faults: &mut Vec<Fault>) -> Range<usize> {
        let rest = self.rest();
        let quote = rest.chars().next();
        match quote {
            Some(quote @ ('"' | '\'')) => {
                let start = self.at + 1;
                self.at = start;
                self.skip_while(|c| c != quote);
                let end = self.at;
                self.at += 1;
                start..end
            }
            Some('\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}') => {
                faults.push((self.at, "typographic quotes around the value of an attribute"));
                self.skip_one();
                let start = self.at;
                self.skip_while(|c| !matches!(c, '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '"'));
                let end = self.at;
                self.skip_one();
                start..end
            }
            _ => {
                faults.push((self.at, "the value of an attribute without quotes"));
                let start = self.at;
                self.skip_while(|c| !is_blank(c));
                start..self.at
            }
        }
    }
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}'
}
