//! The Health Analyzer of Central Administration: its texts, one `[Category] …` after the other, or its list as CSV.

use super::Shape;
use super::facts::{Export, Facts};
use super::lines::numbered;
use super::table::{Column, Row};
use super::value;
use crate::model::inventory::ExportSentence;
use crate::model::kind::Level;

/// The categories of missing things. A closed list: any other word in brackets may be the name of a database.
const CATEGORIES: [&str; 12] = [
    "[MissingFeature]",
    "[MissingSetupFile]",
    "[MissingWebPart]",
    "[MissingAssembly]",
    "[MissingSiteDefinition]",
    "[MissingWebTemplate]",
    "[SiteOrphan]",
    "[LegacySiteDetected]",
    "[Configuration]",
    "[ConfigurationMismatch]",
    "[ServerError]",
    "[CorruptContentDatabase]",
];

/// How many lines may stand before the first category.
const PREAMBLE: usize = 20;

/// Findings of the Health Analyzer.
pub(super) struct Health;

impl Shape for Health {
    fn name(&self) -> &'static str {
        "health-analyzer"
    }

    fn made_by(&self) -> &'static str {
        "the texts of the Health Analyzer"
    }

    fn fits(&self, export: &Export<'_>) -> bool {
        let columns = export.header.columns;
        let lines = export.text.lines().map(str::trim).filter(|line| !line.is_empty());
        columns.has_all(&[Column::Title, Column::Severity])
            || !export.header.is_plausible()
                && lines.take(PREAMBLE).any(|line| first_category(line) == Some(0))
    }

    fn is_named(&self, _: &str) -> bool {
        false
    }

    fn read(&self, export: &Export<'_>, facts: &mut Facts<'_>) {
        if export.has(Column::Title) {
            export.each_row(facts, &mut report);
        } else {
            prose(export.text, facts);
        }
    }
}

/// Where the first category of a text stands.
fn first_category(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(bracket) = text.get(from..)?.find('[') {
        let at = from + bracket;
        if CATEGORIES.iter().any(|category| text.get(at..).is_some_and(|rest| rest.starts_with(category))) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// Cuts a text before each of its categories. What stands before the first one belongs to none.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut rest = first_category(text).and_then(|at| text.get(at..)).unwrap_or_default();
    while !rest.is_empty() {
        let next = rest.get(1..).and_then(first_category).map_or(rest.len(), |at| at + 1);
        let (sentence, tail) = rest.split_at(next);
        sentences.push(value::one_line(sentence));
        rest = tail;
    }
    sentences
}

/// One problem a line; lines under one without a category go on with it, up to a blank line.
fn prose(text: &str, facts: &mut Facts<'_>) {
    let mut open: Option<(u64, String)> = None;
    for (number, line) in numbered(text).map(|(number, line)| (number, line.trim())) {
        if line.is_empty() || first_category(line) == Some(0) {
            tell(open.take(), facts);
        }
        match &mut open {
            Some((_, sentence)) => {
                sentence.push(' ');
                sentence.push_str(line);
            }
            None if first_category(line).is_some() => open = Some((number, line.to_owned())),
            None => {}
        }
    }
    tell(open, facts);
}

fn tell(open: Option<(u64, String)>, facts: &mut Facts<'_>) {
    let Some((line, text)) = open else { return };
    for sentence in sentences(&text) {
        // All of these categories are of what is wrong; how bad it is, only a rule knows.
        facts.sentence(line, Level::Warning, value::database_in(&sentence), sentence.clone());
    }
}

/// A row of the list *Review problems and solutions*.
fn report(row: &Row<'_>, facts: &mut Facts<'_>) {
    let severity = row.get(Column::Severity).unwrap_or_default().to_ascii_lowercase();
    if severity.contains("success") || severity.starts_with('4') {
        return;
    }
    // `1 - Error`, `1 - Fehler`: the words are of the language of the farm, the numbers are not.
    let level = if severity.contains("error") || severity.starts_with('1') {
        Level::Error
    } else if severity.contains("warning") || severity.starts_with('2') {
        Level::Warning
    } else {
        Level::Info
    };
    let explanation = row.get(Column::Explanation).unwrap_or_default();
    let mut texts = sentences(explanation);
    let of_daily_work = texts.is_empty();
    if of_daily_work {
        let title = row.get(Column::Title).unwrap_or_default();
        texts.push(value::one_line(&format!("{title}\n{explanation}")));
    }
    for text in texts.into_iter().filter(|text| !text.is_empty()) {
        let database = value::database_in(&text).map(str::to_owned);
        facts.told.sentences.push(ExportSentence {
            place: facts.place(row.line),
            level,
            database,
            text,
            category: None,
            blocks: false,
            of_daily_work,
        });
    }
}
