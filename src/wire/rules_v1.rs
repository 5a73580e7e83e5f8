//! `spdoctor.rules/1`: the catalogue as JSON.

use serde::Serialize;

use super::report_v1::Step;
use crate::catalogue::rule::Rule;

/// The list of rules.
#[derive(Debug, Serialize)]
pub struct RulesV1<'a> {
    schema: &'static str,
    rules: Vec<RuleV1<'a>>,
}

impl<'a> RulesV1<'a> {
    /// The published form of a list of rules.
    pub fn new(rules: &'a [Rule]) -> Self {
        Self { schema: "spdoctor.rules/1", rules: rules.iter().map(RuleV1::from).collect() }
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
    coded: Option<&'a str>,
    object: Option<&'a str>,
    group_by: &'a [String],
    upgrade_content_database: bool,
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
            coded: rule.coded.as_deref(),
            object: rule.object.as_deref(),
            group_by: &rule.group_by,
            upgrade_content_database: rule.upgrade_content_database,
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
