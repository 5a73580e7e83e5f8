//! The cards of the add-in checks: one TOML file a check, in `src/catalogue/audit`. A card says what a check means;
//! the function that decides it stands in `crate::addin::checks`, under the same code.

use std::collections::BTreeMap;
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use super::RuleFile;
use super::document::{Document, Lined, Table};
use super::error::{Fault, RuleError};
use super::load::{self, text, texts, word};
use super::rule::Grade;
use crate::model::audit::{AuditSeverity, Breaks, Target};
use crate::model::report::{RemedyStep, RuleCard};
use crate::model::stage::Stage;

static CARDS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/catalogue/audit");

const KEYS: &[&str] = &[
    "code",
    "name",
    "title",
    "severity",
    "severity_for",
    "grade",
    "source",
    "breaks",
    "consequence",
    "symptoms",
    "links",
    "explanation",
    "step",
];
const CODE: &str = "O, a letter from A to L, two digits";

/// What is known of one check.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    /// `O`, the letter of the family, two digits. Never reused.
    pub code: String,
    /// Kebab case; reads well after "the … problem".
    pub name: Arc<str>,
    /// One line for lists.
    pub title: Arc<str>,
    /// Unless stage or target tell otherwise.
    pub severity: AuditSeverity,
    /// By name of a stage or a target. A stage counts before a target.
    pub severity_for: BTreeMap<String, AuditSeverity>,
    /// How well it is known.
    pub grade: Grade,
    /// Where it is known from, as a sentence.
    pub source: String,
    /// Flows that fail.
    pub breaks: Arc<[Breaks]>,
    /// What follows: which flow, which error text the user would see.
    pub consequence: Arc<str>,
    /// Pieces of error texts that this may be behind, as users paste them; compared without case.
    pub symptoms: Vec<String>,
    /// Pages to read.
    pub links: Vec<String>,
    /// Markdown with the headings *What happened*, *Why*, *What to do*.
    pub explanation: String,
    /// What to do, in order.
    pub steps: Vec<RemedyStep>,
}

impl Card {
    /// How bad it is for an add-in of this stage and target.
    pub fn severity_for(&self, stage: Option<Stage>, target: Target) -> AuditSeverity {
        let by_stage = stage.and_then(|stage| self.severity_for.get(stage.name()));
        by_stage.or_else(|| self.severity_for.get(target.name())).copied().unwrap_or(self.severity)
    }

    /// What a report carries of it.
    pub fn card(&self) -> RuleCard {
        RuleCard {
            code: self.code.clone(),
            name: self.name.to_string(),
            title: self.title.to_string(),
            explanation: self.explanation.clone(),
            steps: self.steps.clone(),
            before_upgrade: None,
            links: self.links.clone(),
            grade: self.grade.name(),
        }
    }
}

/// Every card, by code.
#[derive(Clone, Debug, Default)]
pub struct Cards(BTreeMap<String, Card>);

impl Cards {
    /// The cards inside the program.
    ///
    /// # Errors
    /// Every flaw of the files. A released program has none, its tests see to that.
    pub fn built_in() -> Result<Self, Vec<RuleError>> {
        let mut cards = BTreeMap::new();
        let mut errors = Vec::new();
        for file in super::files_of(&CARDS) {
            match read(&file) {
                Ok(card) => {
                    if let Some(other) = cards.insert(card.code.clone(), card) {
                        let reason =
                            Fault::Taken { key: "code", value: other.code, other: other.name.to_string() };
                        errors.push(RuleError { path: file.path, line: 1, reason });
                    }
                }
                Err(found) => errors.extend(found),
            }
        }
        if errors.is_empty() { Ok(Self(cards)) } else { Err(errors) }
    }

    /// The card inside the program with this code (in any case of letters) or name. No other file is read.
    ///
    /// # Errors
    /// Every flaw of its file. A released program has none.
    pub fn only(code_or_name: &str) -> Result<Option<Card>, Vec<RuleError>> {
        super::file_of(&CARDS, code_or_name.trim()).map(|file| read(&file)).transpose()
    }

    /// The card with this code (in any case of letters) or name.
    pub fn get(&self, code_or_name: &str) -> Option<&Card> {
        let wanted = code_or_name.trim();
        let by_code = self.0.get(&wanted.to_ascii_uppercase());
        by_code.or_else(|| self.0.values().find(|card| card.name.eq_ignore_ascii_case(wanted)))
    }

    /// All of them, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Card> {
        self.0.values()
    }
}

/// Reads one card.
///
/// # Errors
/// Every flaw of the file.
pub fn read(file: &RuleFile) -> Result<Card, Vec<RuleError>> {
    let mut document = Document::new(&file.path, &file.text);
    let Some(root) = document.parse() else {
        return Err(document.errors);
    };
    let table = Lined { value: &root, line: 1 };
    document.allow_only(&table, KEYS);
    let card = Card {
        code: text(document.required(&table, "code")),
        name: text(document.required(&table, "name")).into(),
        title: text(document.required(&table, "title")).into(),
        severity: severity(&mut document, &table),
        severity_for: overrides(&mut document, &table),
        grade: load::grade(&mut document, &table),
        source: text(document.required(&table, "source")),
        breaks: breaks(&mut document, &table).into(),
        consequence: text(document.required(&table, "consequence")).into(),
        symptoms: texts(document.list(&table, "symptoms")),
        links: texts(document.list(&table, "links")),
        explanation: text(document.required(&table, "explanation")),
        steps: load::steps(&mut document, &table),
    };
    laws(&mut document, &card, &file.path);
    if document.errors.is_empty() { Ok(card) } else { Err(document.errors) }
}

fn severity(document: &mut Document, table: &Table) -> AuditSeverity {
    let found = document.required(table, "severity");
    let known =
        found.and_then(|found| word(document, "severity", &found, &AuditSeverity::ALL, AuditSeverity::name));
    known.unwrap_or(AuditSeverity::Error)
}

fn overrides(document: &mut Document, table: &Table) -> BTreeMap<String, AuditSeverity> {
    let Some(inner) = document.inner(table, "severity_for") else { return BTreeMap::new() };
    let mut found = BTreeMap::new();
    for (key, value) in document.strings(&inner, "severity_for") {
        let known = Stage::ALL.iter().any(|stage| stage.name() == key)
            || Target::ALL.iter().any(|target| target.name() == key);
        if !known {
            let expected = "a stage (source, build, package) or a target".to_owned();
            document
                .report(inner.line, Fault::UnknownWord { key: "severity_for", found: key.clone(), expected });
        }
        let value = Lined { value, line: inner.line };
        if let Some(severity) =
            word(document, "severity_for", &value, &AuditSeverity::ALL, AuditSeverity::name)
        {
            found.insert(key, severity);
        }
    }
    found
}

fn breaks(document: &mut Document, table: &Table) -> Vec<Breaks> {
    let found = document.list(table, "breaks");
    found.iter().filter_map(|found| word(document, "breaks", found, &Breaks::ALL, Breaks::name)).collect()
}

/// What a card promises: a code of its form, the file named after it, the three headings.
fn laws(document: &mut Document, card: &Card, path: &str) {
    let form = matches!(card.code.as_bytes(), [b'O', b'A'..=b'L', b'0'..=b'9', b'0'..=b'9']);
    if !form && !card.code.is_empty() {
        document.report(1, Fault::Code { found: card.code.clone(), form: CODE });
    }
    let expected = format!("{}-{}.toml", card.code, card.name);
    if path.rsplit('/').next() != Some(expected.as_str()) {
        document.report(1, Fault::FileName(expected));
    }
    let headings = ["## What happened", "## Why", "## What to do"];
    let mut rest = card.explanation.as_str();
    for heading in headings {
        match rest.find(heading).and_then(|at| rest.get(at + heading.len()..)) {
            Some(after) => rest = after,
            None => return document.report(1, Fault::Headings),
        }
    }
}
