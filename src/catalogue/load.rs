//! TOML text to a valid [`Rule`], or every flaw of the text with its line.

use std::collections::BTreeMap;

use super::document::{Document, Lined, Table};
use super::error::{Fault, RuleError};
use super::rule::{Coded, Example, Grade, Pattern, Rule};
use super::{RuleFile, check};
use crate::model::finding::Severity;
use crate::model::kind::{Level, LogFamily, LogKind};
use crate::model::report::{Edition, RemedyStep};

/// Whose rule it is. The laws are the same but for codes, file names and the number of examples.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It travels inside the program.
    BuiltIn,
    /// An administrator wrote it.
    User,
}

const KEYS: &[&str] = &[
    "code",
    "name",
    "title",
    "severity",
    "blocking",
    "grade",
    "source",
    "logs",
    "versions",
    "object",
    "group_by",
    "upgrade_content_database",
    "before_upgrade",
    "outside_upgrade",
    "caused_by",
    "supersedes",
    "links",
    "explanation",
    "coded",
    "pattern",
    "step",
    "example",
    "counter_example",
];
const PATTERN_KEYS: &[&str] = &["literals", "regex", "levels", "logs"];
const STEP_KEYS: &[&str] = &["text", "command", "destructive", "only"];
const EXAMPLE_KEYS: &[&str] = &["log", "text", "captures"];
const COUNTER_EXAMPLE_KEYS: &[&str] = &["log", "text", "why"];

const SEVERITIES: [Severity; 3] = [Severity::Info, Severity::Warning, Severity::Error];
const VERSIONS: [&str; 6] = ["2007", "2010", "2013", "2016", "2019", "SE"];

/// Reads one rule file.
///
/// # Errors
///
/// Every flaw of the file, ordered by line. Codes of other rules are not looked at: see
/// [`check::references`]; nor are examples matched, which needs the log formats: see [`check::examples`].
pub fn rule(file: &RuleFile, standing: Standing) -> Result<Rule, Vec<RuleError>> {
    let mut document = Document::new(&file.path, &file.text);
    let Some(root) = document.parse() else {
        return Err(document.errors);
    };
    let table = Lined { value: &root, line: 1 };
    document.allow_only(&table, KEYS);
    let rule = read(&mut document, &table, &file.path, standing);
    let mut errors = document.errors;
    errors.extend(check::rule(&rule, standing));
    errors.sort_by_key(|error| error.line);
    if errors.is_empty() { Ok(rule) } else { Err(errors) }
}

/// Reads a rule file that was checked before: its laws are not tried again.
///
/// # Errors
///
/// Every flaw of the text itself.
pub fn proven(file: &RuleFile) -> Result<Rule, Vec<RuleError>> {
    let mut document = Document::new(&file.path, &file.text);
    let Some(root) = document.parse() else {
        return Err(document.errors);
    };
    let rule = read(&mut document, &Lined { value: &root, line: 1 }, &file.path, Standing::BuiltIn);
    if document.errors.is_empty() { Ok(rule) } else { Err(document.errors) }
}

fn read(document: &mut Document, table: &Table, path: &str, standing: Standing) -> Rule {
    let logs = families(document, table, true);
    Rule {
        code: text(document.required(table, "code")),
        name: text(document.required(table, "name")),
        title: text(document.required(table, "title")),
        severity: severity(document, table),
        blocking: document.flag(table, "blocking"),
        grade: grade(document, table),
        source: text(document.required(table, "source")),
        versions: versions(document, table),
        object: document.optional(table, "object").map(|object| object.value),
        group_by: texts(document.list(table, "group_by")),
        upgrade_content_database: document.flag(table, "upgrade_content_database"),
        before_upgrade: document.optional(table, "before_upgrade").map(|before| before.value),
        outside_upgrade: document.optional(table, "outside_upgrade").map(|title| title.value),
        caused_by: texts(document.list(table, "caused_by")),
        supersedes: texts(document.list(table, "supersedes")),
        links: texts(document.list(table, "links")),
        explanation: text(document.required(table, "explanation")),
        steps: steps(document, table),
        patterns: patterns(document, table, &logs),
        coded: coded(document, table, standing),
        examples: examples(document, table),
        counter_examples: counter_examples(document, table),
        origin: path.to_owned(),
        lines: document.key_lines(table).into_iter().collect(),
        logs,
    }
}

pub(super) fn text(value: Option<Lined<String>>) -> String {
    value.map(|text| text.value.trim().to_owned()).unwrap_or_default()
}

pub(super) fn texts(values: Vec<Lined<String>>) -> Vec<String> {
    values.into_iter().map(|text| text.value).collect()
}

/// The member of a closed list with this name.
pub(super) fn word<T: Copy>(
    document: &mut Document,
    key: &'static str,
    found: &Lined<String>,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Option<T> {
    let member = all.iter().copied().find(|member| name(*member) == found.value);
    if member.is_none() {
        let expected = all.iter().map(|member| name(*member)).collect::<Vec<_>>().join(", ");
        document.report(found.line, Fault::UnknownWord { key, found: found.value.clone(), expected });
    }
    member
}

fn severity(document: &mut Document, table: &Table) -> Severity {
    let found = document.required(table, "severity");
    let severity = found.and_then(|found| word(document, "severity", &found, &SEVERITIES, Severity::name));
    severity.unwrap_or(Severity::Error)
}

pub(super) fn grade(document: &mut Document, table: &Table) -> Grade {
    let found = document.required(table, "grade");
    let grade = found.and_then(|found| word(document, "grade", &found, &Grade::ALL, Grade::name));
    grade.unwrap_or(Grade::Hypothesis)
}

fn coded(document: &mut Document, table: &Table, standing: Standing) -> Option<Coded> {
    let found = document.optional(table, "coded")?;
    if standing == Standing::User {
        // The names mean nothing outside the program: whether one is known does not matter.
        document.report(found.line, Fault::CodedUserRule);
        return None;
    }
    word(document, "coded", &found, &Coded::ALL, Coded::name)
}

fn versions(document: &mut Document, table: &Table) -> Vec<String> {
    let found = document.required_list(table, "versions");
    let known = found.iter().filter_map(|found| word(document, "versions", found, &VERSIONS, |name| name));
    known.map(str::to_owned).collect()
}

fn families(document: &mut Document, table: &Table, required: bool) -> Vec<LogFamily> {
    let found = if required { document.required_list(table, "logs") } else { document.list(table, "logs") };
    found.iter().filter_map(|found| word(document, "logs", found, &LogFamily::ALL, LogFamily::name)).collect()
}

fn patterns(document: &mut Document, table: &Table, logs: &[LogFamily]) -> Vec<Pattern> {
    let tables = document.tables(table, "pattern");
    tables.iter().filter_map(|table| pattern(document, table, logs)).collect()
}

fn pattern(document: &mut Document, table: &Table, logs: &[LogFamily]) -> Option<Pattern> {
    document.allow_only(table, PATTERN_KEYS);
    let literals = texts(document.required_list(table, "literals"));
    let levels = document.list(table, "levels");
    let levels =
        levels.iter().filter_map(|found| word(document, "levels", found, &Level::ALL, Level::name)).collect();
    let mut narrowed = families(document, table, false);
    if narrowed.is_empty() {
        narrowed = logs.to_vec();
    }
    let regex = document.required(table, "regex")?;
    Some(Pattern { literals, regex: regex.value, levels, logs: narrowed, line: regex.line })
}

pub(super) fn steps(document: &mut Document, table: &Table) -> Vec<RemedyStep> {
    if !table.value.contains_key("step") {
        document.report(table.line, Fault::Missing("step"));
    }
    let tables = document.tables(table, "step");
    let mut steps = Vec::new();
    for table in &tables {
        document.allow_only(table, STEP_KEYS);
        steps.push(RemedyStep {
            text: text(document.required(table, "text")),
            command: document.optional(table, "command").map(|command| command.value.trim().to_owned()),
            destructive: document.flag(table, "destructive"),
            only: edition(document, table),
        });
    }
    steps
}

fn edition(document: &mut Document, table: &Table) -> Edition {
    const EDITIONS: [Edition; 2] = [Edition::V2007, Edition::Later];
    let found = document.optional(table, "only");
    let edition = found.and_then(|found| word(document, "only", &found, &EDITIONS, Edition::name));
    edition.unwrap_or_default()
}

fn examples(document: &mut Document, table: &Table) -> Vec<Example> {
    let tables = document.tables(table, "example");
    let mut examples = Vec::new();
    for table in &tables {
        document.allow_only(table, EXAMPLE_KEYS);
        let captures = document.inner(table, "captures");
        let captures = captures.map(|inner| document.strings(&inner, "captures")).unwrap_or_default();
        examples.extend(sample(document, table, captures.into_iter().collect()));
    }
    examples
}

fn counter_examples(document: &mut Document, table: &Table) -> Vec<Example> {
    let tables = document.tables(table, "counter_example");
    let mut examples = Vec::new();
    for table in &tables {
        document.allow_only(table, COUNTER_EXAMPLE_KEYS);
        let why = text(document.required(table, "why"));
        let sample = sample(document, table, BTreeMap::new());
        examples.extend(sample.map(|sample| Example { why, ..sample }));
    }
    examples
}

fn sample(document: &mut Document, table: &Table, captures: BTreeMap<String, String>) -> Option<Example> {
    let log = document.required(table, "log");
    if let Some(log) = &log {
        word(document, "log", log, &LogKind::ALL, LogKind::name);
    }
    let text = document.required(table, "text");
    // Only the line end that the TOML string brings with it: blanks are part of a log line.
    let text = text?.value.trim_end_matches(['\r', '\n']).to_owned();
    Some(Example { log: log?.value, text, captures, why: String::new(), line: table.line })
}
