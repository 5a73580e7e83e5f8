//! Reading TOML value by value, so that one reading finds every flaw of a file and not just the first.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Fault, RuleError};

/// A value with the line on which it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Lined<T> {
    pub(super) value: T,
    pub(super) line: usize,
}

/// A TOML table with the line on which it begins.
pub(super) type Table<'d> = Lined<&'d DeTable<'d>>;

/// The text of a rule file and the flaws found in it so far.
pub(super) struct Document<'t> {
    path: &'t str,
    text: &'t str,
    pub(super) errors: Vec<RuleError>,
}

impl<'t> Document<'t> {
    pub(super) fn new(path: &'t str, text: &'t str) -> Self {
        Self { path, text, errors: Vec::new() }
    }

    /// The whole file as a table, unless it is no TOML.
    pub(super) fn parse(&mut self) -> Option<DeTable<'t>> {
        let (root, flaws) = DeTable::parse_recoverable(self.text);
        for flaw in &flaws {
            let line = flaw.span().map_or(0, |span| self.line_at(&span));
            let snippet = flaw.to_string();
            // The parser's own display repeats the message below the mark.
            let snippet =
                snippet.trim_end().strip_suffix(flaw.message()).unwrap_or(&snippet).trim_end().to_owned();
            self.report(line, Fault::Syntax { message: flaw.message().to_owned(), snippet });
        }
        flaws.is_empty().then(|| root.into_inner())
    }

    pub(super) fn report(&mut self, line: usize, reason: Fault) {
        self.errors.push(RuleError { path: self.path.to_owned(), line, reason });
    }

    fn line_at(&self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        1 + memchr::memchr_iter(b'\n', before).count()
    }

    /// Reports the keys of a table that a rule file does not have.
    pub(super) fn allow_only(&mut self, table: &Table, expected: &'static [&'static str]) {
        for key in table.value.keys() {
            let name: &str = key.get_ref();
            if !expected.contains(&name) {
                let line = self.line_at(&key.span());
                self.report(line, Fault::UnknownKey { key: name.to_owned(), expected });
            }
        }
    }

    /// The lines on which the keys of a table stand.
    pub(super) fn key_lines(&self, table: &Table) -> Vec<(String, usize)> {
        let line = |key: &Spanned<_>| self.line_at(&key.span());
        table.value.keys().map(|key| (key.get_ref().to_string(), line(key))).collect()
    }

    fn wrong_type(&mut self, value: &Spanned<DeValue>, key: &'static str, expected: &'static str) {
        let line = self.line_at(&value.span());
        self.report(line, Fault::WrongType { key, expected, found: value.get_ref().type_str() });
    }

    fn string(&mut self, value: &Spanned<DeValue>, key: &'static str) -> Option<Lined<String>> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value, key, "a string");
            return None;
        };
        let line = self.line_at(&value.span());
        if text.trim().is_empty() {
            self.report(line, Fault::Empty(key));
            return None;
        }
        Some(Lined { value: text.to_owned(), line })
    }

    /// A string that need not be there, but must not be empty.
    pub(super) fn optional(&mut self, table: &Table, key: &'static str) -> Option<Lined<String>> {
        self.string(table.value.get(key)?, key)
    }

    /// A string that must be there.
    pub(super) fn required(&mut self, table: &Table, key: &'static str) -> Option<Lined<String>> {
        if !table.value.contains_key(key) {
            self.report(table.line, Fault::Missing(key));
        }
        self.optional(table, key)
    }

    /// A truth value, false if it is not there.
    pub(super) fn flag(&mut self, table: &Table, key: &'static str) -> bool {
        let Some(value) = table.value.get(key) else {
            return false;
        };
        if value.get_ref().as_bool().is_none() {
            self.wrong_type(value, key, "true or false");
        }
        value.get_ref().as_bool().unwrap_or(false)
    }

    /// A list of strings, empty if it is not there.
    pub(super) fn list(&mut self, table: &Table, key: &'static str) -> Vec<Lined<String>> {
        let Some(value) = table.value.get(key) else {
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(value, key, "an array of strings");
            return Vec::new();
        };
        array.iter().filter_map(|item| self.string(item, key)).collect()
    }

    /// A list of strings that must be there, with one string at least.
    pub(super) fn required_list(&mut self, table: &Table, key: &'static str) -> Vec<Lined<String>> {
        match table.value.get(key) {
            None => self.report(table.line, Fault::Missing(key)),
            Some(value) if value.get_ref().as_array().is_some_and(|array| array.is_empty()) => {
                let line = self.line_at(&value.span());
                self.report(line, Fault::Empty(key));
            }
            Some(_) => {}
        }
        self.list(table, key)
    }

    /// The tables of an array of tables, none if it is not there.
    pub(super) fn tables<'d>(&mut self, table: &Table<'d>, key: &'static str) -> Vec<Table<'d>> {
        let Some(value) = table.value.get(key) else {
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(value, key, "an array of tables");
            return Vec::new();
        };
        array.iter().filter_map(|item| self.table(item, key)).collect()
    }

    /// A table inside a table, `None` if it is not there.
    pub(super) fn inner<'d>(&mut self, table: &Table<'d>, key: &'static str) -> Option<Table<'d>> {
        self.table(table.value.get(key)?, key)
    }

    fn table<'d>(&mut self, value: &'d Spanned<DeValue<'d>>, key: &'static str) -> Option<Table<'d>> {
        let Some(inner) = value.get_ref().as_table() else {
            self.wrong_type(value, key, "a table");
            return None;
        };
        Some(Lined { value: inner, line: self.line_at(&value.span()) })
    }

    /// The keys and strings of a table whose keys are free.
    pub(super) fn strings(&mut self, table: &Table, key: &'static str) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for (name, value) in table.value {
            match value.get_ref().as_str() {
                Some(text) => pairs.push((name.get_ref().to_string(), text.to_owned())),
                None => self.wrong_type(value, key, "a table of strings"),
            }
        }
        pairs
    }
}
