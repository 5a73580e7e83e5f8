//! Rules ready to be matched: literals to search for, regexes that are compiled when first needed.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use memchr::memmem::Finder;
use regex::bytes::{Regex, RegexBuilder};

use super::rule::{Pattern, Rule};
use super::search::Search;
use crate::model::kind::{Level, LogFamily};
use crate::text::enclosed::opaque;

/// The named captures of a match. Hostile text.
pub type Captures = BTreeMap<String, String>;

/// A regex may take this much memory. The largest built-in rule stays far below; a rule file that asks for more
/// (`\w{1000}{1000}`) is refused instead of eating the server.
const SIZE_LIMIT: usize = 1 << 20;

/// Compiles the regex of a rule, within bounds.
///
/// # Errors
///
/// What the regex crate says about it.
pub fn regex(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build()
}

/// The patterns of one rule.
#[derive(Debug)]
pub struct CompiledRule {
    patterns: Vec<CompiledPattern>,
}

impl CompiledRule {
    /// Takes the patterns of a valid rule; compiles nothing yet.
    pub fn new(rule: &Rule) -> Self {
        Self { patterns: rule.patterns.iter().map(CompiledPattern::new).collect() }
    }

    /// The patterns, in the order of the rule file.
    pub fn patterns(&self) -> &[CompiledPattern] {
        &self.patterns
    }

    /// The captures of the first pattern that matches a record.
    pub fn hit(&self, family: LogFamily, level: Level, message: &[u8]) -> Option<Captures> {
        self.patterns.iter().find_map(|pattern| pattern.hit(family, level, message))
    }
}

/// One pattern of a rule.
#[derive(Debug)]
pub struct CompiledPattern {
    source: Pattern,
    finders: Vec<Finder<'static>>,
    search: OnceLock<Option<Search>>,
}

impl CompiledPattern {
    fn new(pattern: &Pattern) -> Self {
        let finder = |literal: &String| Finder::new(literal.as_bytes()).into_owned();
        Self {
            finders: pattern.literals.iter().map(finder).collect(),
            source: pattern.clone(),
            search: OnceLock::new(),
        }
    }

    /// Whether the pattern looks at records of this family and level.
    pub fn applies(&self, family: LogFamily, level: Level) -> bool {
        let levels = &self.source.levels;
        self.source.logs.contains(&family) && (levels.is_empty() || levels.contains(&level))
    }

    /// The captures, if the record matches: logs and level first, then the literals, then the regex.
    pub fn hit(&self, family: LogFamily, level: Level, message: &[u8]) -> Option<Captures> {
        let possible =
            self.applies(family, level) && self.finders.iter().any(|finder| finder.find(message).is_some());
        if possible { self.confirm(message) } else { None }
    }

    /// The captures, if the regex matches. For callers that have found a literal already.
    pub fn confirm(&self, message: &[u8]) -> Option<Captures> {
        // A valid rule compiles; one that does not, matches nothing.
        let search = self.search.get_or_init(|| Search::new(&self.source.regex)).as_ref()?;
        // Every byte of the message keeps its place in what the regex sees.
        let found = search.captures(&opaque(message))?;
        let text = |name: &str| {
            let group = message.get(found.get_group_by_name(name)?.range())?;
            Some(String::from_utf8_lossy(group).into_owned())
        };
        Some(search.names().filter_map(|name| Some((name.to_owned(), text(name)?))).collect())
    }
}
