//! The laws every rule obeys, built-in or not. What a rule file promises is proven here, not believed.

use std::collections::BTreeSet;

use super::compile;
use super::error::{Fault, RuleError};
use super::load::Standing;
use super::rule::{Example, Pattern, Rule};
use crate::model::kind::LogFamily;

mod examples;
mod literals;

pub use examples::{Decode, Decoded, examples};

const HEADINGS: [&str; 3] = ["## What happened", "## Why", "## What to do"];
const BUILT_IN_CODE: &str = "U, a letter from A to E, two digits";
const USER_CODE: &str =
    "one to four capital letters and two to four digits, not those of a built-in rule (UA01 to UE99)";
/// Shorter texts are in so many lines that searching for them first gains nothing.
const SHORTEST_LITERAL: usize = 4;

/// Every law that one rule can be held to by itself.
///
/// Parts that could not be read are passed over: reading has reported them.
pub fn rule(rule: &Rule, standing: Standing) -> Vec<RuleError> {
    let mut flaws = Flaws::of(rule);
    identity(&mut flaws, rule, standing);
    page(&mut flaws, rule);
    recognition(&mut flaws, rule);
    for pattern in &rule.patterns {
        check_pattern(&mut flaws, rule, pattern);
    }
    capture_names(&mut flaws, rule);
    samples(&mut flaws, rule, standing);
    flaws.found
}

/// No two rules share a code or a name.
pub fn unique(rules: &[Rule]) -> Vec<RuleError> {
    let earlier = |index: usize| rules.get(..index).unwrap_or_default();
    rules.iter().enumerate().flat_map(|(index, rule)| collisions(earlier(index), rule)).collect()
}

/// The code and the name that `candidate` shares with one of `rules`.
pub fn collisions(rules: &[Rule], candidate: &Rule) -> Vec<RuleError> {
    let mut flaws = Flaws::of(candidate);
    for (key, value) in [("code", code as fn(&Rule) -> &str), ("name", name)] {
        if let Some(other) = rules.iter().find(|rule| value(rule) == value(candidate)) {
            let other = other.origin.clone();
            flaws.at_key(key, Fault::Taken { key, value: value(candidate).to_owned(), other });
        }
    }
    flaws.found
}

fn code(rule: &Rule) -> &str {
    &rule.code
}

fn name(rule: &Rule) -> &str {
    &rule.name
}

/// `caused_by` and `supersedes` of every rule name rules of this set.
pub fn references(rules: &[Rule]) -> Vec<RuleError> {
    rules.iter().flat_map(|rule| dangling(rule, rules)).collect()
}

/// The codes in `caused_by` and `supersedes` of one rule that no rule of the set has.
pub fn dangling(rule: &Rule, rules: &[Rule]) -> Vec<RuleError> {
    let mut flaws = Flaws::of(rule);
    for (key, codes) in [("caused_by", &rule.caused_by), ("supersedes", &rule.supersedes)] {
        for code in codes {
            if !rules.iter().any(|other| other.code == *code) {
                flaws.at_key(key, Fault::NoSuchRule { key, code: code.clone() });
            }
        }
    }
    flaws.found
}

/// The flaws of one rule.
struct Flaws<'r> {
    rule: &'r Rule,
    found: Vec<RuleError>,
}

impl<'r> Flaws<'r> {
    fn of(rule: &'r Rule) -> Self {
        Self { rule, found: Vec::new() }
    }

    fn at_line(&mut self, line: usize, reason: Fault) {
        self.found.push(RuleError { path: self.rule.origin.clone(), line, reason });
    }

    fn at_key(&mut self, key: &str, reason: Fault) {
        self.at_line(self.rule.line_of(key), reason);
    }
}

fn identity(flaws: &mut Flaws, rule: &Rule, standing: Standing) {
    let (good, form) = match standing {
        Standing::BuiltIn => (is_built_in_code(&rule.code), BUILT_IN_CODE),
        Standing::User => (is_user_code(&rule.code), USER_CODE),
    };
    if !good && !rule.code.is_empty() {
        flaws.at_key("code", Fault::Code { found: rule.code.clone(), form });
    }
    if !is_kebab(&rule.name) && !rule.name.is_empty() {
        flaws.at_key("name", Fault::Name(rule.name.clone()));
    }
    let file = format!("{}-{}.toml", rule.code, rule.name);
    let complete = !rule.code.is_empty() && !rule.name.is_empty();
    if standing == Standing::BuiltIn && complete && rule.origin.rsplit(['/', '\\']).next() != Some(&file) {
        flaws.at_line(0, Fault::FileName(file));
    }
}

/// `UA01`: `U`, a letter from A to E, two digits.
fn is_built_in_code(code: &str) -> bool {
    matches!(code.as_bytes(), [b'U', b'A'..=b'E', a, b] if a.is_ascii_digit() && b.is_ascii_digit())
}

fn is_user_code(code: &str) -> bool {
    let letters = code.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = code.bytes().skip(letters).take_while(u8::is_ascii_digit).count();
    let shaped = (1..=4).contains(&letters) && (2..=4).contains(&digits) && letters + digits == code.len();
    shaped && !code.get(..4).is_some_and(is_built_in_code)
}

fn is_kebab(name: &str) -> bool {
    let good = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('-').all(good)
}

/// What people read: the explanation and the links.
fn page(flaws: &mut Flaws, rule: &Rule) {
    let headings: Vec<_> =
        rule.explanation.lines().map(str::trim_end).filter(|line| line.starts_with('#')).collect();
    if headings != HEADINGS && !rule.explanation.is_empty() {
        flaws.at_key("explanation", Fault::Headings);
    }
    for link in &rule.links {
        let address = link.starts_with("https://") || link.starts_with("http://");
        if !address || link.contains(char::is_whitespace) {
            flaws.at_key("links", Fault::Link(link.clone()));
        }
    }
    for (key, codes) in [("caused_by", &rule.caused_by), ("supersedes", &rule.supersedes)] {
        if codes.contains(&rule.code) {
            flaws.at_key(key, Fault::NamesItself(key));
        }
    }
}

fn recognition(flaws: &mut Flaws, rule: &Rule) {
    if rule.line_of("pattern") == 0 && rule.line_of("coded") == 0 {
        flaws.at_line(1, Fault::NothingToRecognise);
    }
}

fn check_pattern(flaws: &mut Flaws, rule: &Rule, pattern: &Pattern) {
    for literal in pattern.literals.iter().filter(|literal| literal.len() < SHORTEST_LITERAL) {
        flaws.at_line(pattern.line, Fault::ShortLiteral(literal.clone()));
    }
    let foreign = |log: &&LogFamily| !rule.logs.is_empty() && !rule.logs.contains(log);
    for log in pattern.logs.iter().filter(foreign) {
        flaws.at_line(pattern.line, Fault::ForeignLog(log.name()));
    }
    if let Err(error) = compile::regex(&pattern.regex) {
        flaws.at_line(pattern.line, Fault::Regex(error.to_string()));
    } else if !pattern.literals.is_empty() && !literals::in_every_match(&pattern.regex, &pattern.literals) {
        flaws.at_line(pattern.line, Fault::LiteralsNotProven);
    }
}

/// `object`, `group_by` and the captures of examples name captures that a pattern has.
fn capture_names(flaws: &mut Flaws, rule: &Rule) {
    // What a coded rule captures, only its function knows.
    if rule.line_of("coded") > 0 {
        return;
    }
    let regexes: Vec<_> = rule.patterns.iter().map(|pattern| compile::regex(&pattern.regex)).collect();
    if regexes.is_empty() || regexes.iter().any(Result::is_err) {
        return;
    }
    let groups: BTreeSet<&str> =
        regexes.iter().flatten().flat_map(|regex| regex.capture_names().flatten()).collect();
    let keys = [("object", rule.object.as_slice()), ("group_by", rule.group_by.as_slice())];
    for (key, names) in keys {
        for group in names.iter().filter(|name| !groups.contains(name.as_str())) {
            flaws.at_key(key, Fault::NoSuchCapture { key, group: group.clone() });
        }
    }
    for example in &rule.examples {
        for group in example.captures.keys().filter(|name| !groups.contains(name.as_str())) {
            flaws.at_line(example.line, Fault::NoSuchCapture { key: "captures", group: group.clone() });
        }
    }
}

/// There are enough examples, and the gate lets them through.
fn samples(flaws: &mut Flaws, rule: &Rule, standing: Standing) {
    let needed = match standing {
        Standing::BuiltIn => 2,
        Standing::User => 1,
    };
    let tables = [("example", rule.examples.len()), ("counter_example", rule.counter_examples.len())];
    for (table, found) in tables {
        if found < needed {
            flaws.at_key(table, Fault::TooFew { table, found, needed });
        }
    }
    // Literals that could not be read are reported already.
    if rule.patterns.iter().any(|pattern| pattern.literals.is_empty()) || rule.patterns.is_empty() {
        return;
    }
    let literals: Vec<_> = rule.patterns.iter().flat_map(|pattern| &pattern.literals).collect();
    let stopped = |example: &&Example| !literals.iter().any(|literal| example.text.contains(*literal));
    for example in rule.examples.iter().filter(stopped) {
        flaws.at_line(example.line, Fault::ExampleWithoutLiteral);
    }
}

#[cfg(test)]
pub(in crate::catalogue) mod tests;
