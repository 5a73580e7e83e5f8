//! Examples are matched the way logs are: decoded first, then tried against every rule.

use super::Flaws;
use crate::catalogue::compile::{Captures, CompiledRule};
use crate::catalogue::error::{Fault, RuleError};
use crate::catalogue::rule::{Example, Rule};
use crate::model::kind::{Level, LogFamily};

/// One record of a decoded example.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decoded {
    /// The log family it counts as.
    pub family: LogFamily,
    /// Its level.
    pub level: Level,
    /// Its folded message without prefix.
    pub message: String,
}

impl Decoded {
    fn hit(&self, compiled: &CompiledRule) -> Option<Captures> {
        compiled.hit(self.family, self.level, self.message.as_bytes())
    }
}

/// Turns the text of an example of a log kind (`upgrade-2010`, `uls` …) into records.
///
/// The log formats are another layer; this one is given what it needs of them.
pub type Decode<'d> = dyn Fn(&str, &str) -> Vec<Decoded> + 'd;

/// Every example is matched by its rule, with its captures, and by no other rule that neither declares; no
/// counter-example is matched by its rule; every pattern has an example.
///
/// Rules without patterns are not matched by text; their examples must not be explained by another rule either.
pub fn examples(rules: &[Rule], decode: &Decode) -> Vec<RuleError> {
    let compiled: Vec<_> = rules.iter().map(|rule| (rule, CompiledRule::new(rule))).collect();
    compiled.iter().flat_map(|(rule, own)| examples_of(rule, own, &compiled, decode)).collect()
}

fn examples_of(
    rule: &Rule,
    own: &CompiledRule,
    all: &[(&Rule, CompiledRule)],
    decode: &Decode,
) -> Vec<RuleError> {
    let mut flaws = Flaws::of(rule);
    let mut shown = vec![false; own.patterns().len()];
    for example in &rule.examples {
        let records = decode(&example.log, &example.text);
        if !rule.patterns.is_empty() {
            own_match(&mut flaws, example, own, &records);
        }
        foreign_match(&mut flaws, example, all, &records);
        for (shown, pattern) in shown.iter_mut().zip(own.patterns()) {
            *shown |= records.iter().any(|r| pattern.hit(r.family, r.level, r.message.as_bytes()).is_some());
        }
    }
    for example in &rule.counter_examples {
        if decode(&example.log, &example.text).iter().any(|record| record.hit(own).is_some()) {
            flaws.at_line(example.line, Fault::CounterExampleMatched);
        }
    }
    for (pattern, _) in rule.patterns.iter().zip(shown).filter(|(_, shown)| !shown) {
        flaws.at_line(pattern.line, Fault::PatternWithoutExample);
    }
    flaws.found
}

fn own_match(flaws: &mut Flaws, example: &Example, own: &CompiledRule, records: &[Decoded]) {
    let Some(captures) = records.iter().find_map(|record| record.hit(own)) else {
        flaws.at_line(example.line, Fault::ExampleNotMatched);
        return;
    };
    for (group, expected) in &example.captures {
        let found = captures.get(group);
        if found != Some(expected) {
            let found = found.map_or("absent".to_owned(), |found| format!("\"{found}\""));
            let (group, expected) = (group.clone(), expected.clone());
            flaws.at_line(example.line, Fault::ExampleCapture { group, found, expected });
        }
    }
}

fn foreign_match(flaws: &mut Flaws, example: &Example, all: &[(&Rule, CompiledRule)], records: &[Decoded]) {
    for (other, compiled) in all {
        let declared =
            declares(flaws.rule, other) || declares(other, flaws.rule) || other.code == flaws.rule.code;
        if !declared && records.iter().any(|record| record.hit(compiled).is_some()) {
            let (code, other) = (other.code.clone(), other.origin.clone());
            flaws.at_line(example.line, Fault::ExampleOfAnother { code, other });
        }
    }
}

fn declares(rule: &Rule, other: &Rule) -> bool {
    rule.supersedes.contains(&other.code) || rule.caused_by.contains(&other.code)
}
