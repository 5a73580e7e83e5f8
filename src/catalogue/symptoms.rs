//! Error texts that several checks may be behind, from `audit-symptoms.toml`: text to codes, the likeliest first.

use super::RuleFile;
use super::document::{Document, Lined};
use super::error::RuleError;
use super::load::texts;

static FILE: &str = include_str!("audit-symptoms.toml");

/// Texts, and the checks that may be behind each of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Symptom {
    /// Pieces of error texts, as users paste them.
    pub texts: Vec<String>,
    /// Codes of cards, the likeliest first.
    pub codes: Vec<String>,
}

/// The table inside the program.
///
/// # Errors
/// Every flaw of the file. A released program has none, its tests see to that.
pub fn built_in() -> Result<Vec<Symptom>, Vec<RuleError>> {
    read(&RuleFile { path: "audit-symptoms.toml".to_owned(), text: FILE.to_owned() })
}

fn read(file: &RuleFile) -> Result<Vec<Symptom>, Vec<RuleError>> {
    let mut document = Document::new(&file.path, &file.text);
    let Some(root) = document.parse() else {
        return Err(document.errors);
    };
    let table = Lined { value: &root, line: 1 };
    document.allow_only(&table, &["symptom"]);
    let rows = document.tables(&table, "symptom");
    let mut symptoms = Vec::new();
    for row in &rows {
        document.allow_only(row, &["texts", "codes"]);
        let found =
            Symptom { texts: texts(document.list(row, "texts")), codes: texts(document.list(row, "codes")) };
        symptoms.push(found);
    }
    if document.errors.is_empty() { Ok(symptoms) } else { Err(document.errors) }
}
