//! `spdoctor.rules/1`: the catalogue as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use super::report_v1::Step;
use crate::catalogue::card::{Card, Cards};
use crate::catalogue::rule::{Coded, Rule};

/// The list of rules.
#[derive(Debug, Serialize)]
pub struct RulesV1<'a> {
    schema: &'static str,
    rules: Vec<RuleV1<'a>>,
    checks: Vec<CheckV1<'a>>,
}

impl<'a> RulesV1<'a> {
    /// The published form of a list of rules, and of the cards of the checks.
    pub fn new(rules: &'a [Rule], cards: &'a Cards) -> Self {
        Self {
            schema: "spdoctor.rules/1",
            rules: rules.iter().map(RuleV1::from).collect(),
            checks: cards.iter().map(CheckV1::from).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct RuleV1<'a> {
    code: &'a str,
    name: &'a str,
    title: &'a str,
    severity: &'static str,
    blocking: bool,
    grade: &'static str,
    source: &'a str,
    logs: Vec<&'static str>,
    versions: &'a [String],
    literals: Vec<&'a str>,
    patterns: Vec<&'a str>,
    coded: Option<&'static str>,
    object: Option<&'a str>,
    group_by: &'a [String],
    upgrade_content_database: bool,
    before_upgrade: Option<&'a str>,
    caused_by: &'a [String],
    supersedes: &'a [String],
    explanation: &'a str,
    steps: Vec<Step<'a>>,
    links: &'a [String],
    examples: usize,
    counter_examples: usize,
}

impl<'a> From<&'a Rule> for RuleV1<'a> {
    fn from(rule: &'a Rule) -> Self {
        Self {
            code: &rule.code,
            name: &rule.name,
            title: &rule.title,
            severity: rule.severity.name(),
            blocking: rule.blocking,
            grade: rule.grade.name(),
            source: &rule.source,
            logs: rule.logs.iter().map(|log| log.name()).collect(),
            versions: &rule.versions,
            literals: rule
                .patterns
                .iter()
                .flat_map(|pattern| &pattern.literals)
                .map(String::as_str)
                .collect(),
            patterns: rule.patterns.iter().map(|pattern| pattern.regex.as_str()).collect(),
            coded: rule.coded.map(Coded::name),
            object: rule.object.as_deref(),
            group_by: &rule.group_by,
            upgrade_content_database: rule.upgrade_content_database,
            before_upgrade: rule.before_upgrade.as_deref(),
            caused_by: &rule.caused_by,
            supersedes: &rule.supersedes,
            explanation: &rule.explanation,
            steps: rule.steps.iter().map(Step::from).collect(),
            links: &rule.links,
            examples: rule.examples.len(),
            counter_examples: rule.counter_examples.len(),
        }
    }
}

#[derive(Debug, Serialize)]
struct CheckV1<'a> {
    code: &'a str,
    name: &'a str,
    title: &'a str,
    severity: &'static str,
    severity_for: BTreeMap<&'a str, &'static str>,
    grade: &'static str,
    source: &'a str,
    breaks: Vec<&'static str>,
    consequence: &'a str,
    symptoms: &'a [String],
    explanation: &'a str,
    steps: Vec<Step<'a>>,
    links: &'a [String],
}

impl<'a> From<&'a Card> for CheckV1<'a> {
    fn from(card: &'a Card) -> Self {
        let severity_for =
            card.severity_for.iter().map(|(state, severity)| (state.as_str(), severity.name()));
        Self {
            code: &card.code,
            name: &card.name,
            title: &card.title,
            severity: card.severity.name(),
            severity_for: severity_for.collect(),
            grade: card.grade.name(),
            source: &card.source,
            breaks: card.breaks.iter().map(|flow| flow.name()).collect(),
            consequence: &card.consequence,
            symptoms: &card.symptoms,
            explanation: &card.explanation,
            steps: card.steps.iter().map(Step::from).collect(),
            links: &card.links,
        }
    }
}
