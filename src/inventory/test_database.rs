//! `Test-SPContentDatabase`: what a database refers to and the farm does not have.

use super::Shape;
use super::facts::{Export, Facts};
use super::table::{Column, Row};
use super::value;
use crate::model::inventory::ExportSentence;
use crate::model::kind::Level;

/// Categories whose messages say by themselves what is wrong, to those who know their language. The others
/// (`SiteOrphan` …) are put before the message, as the Health Analyzer does.
const SPEAKING: [&str; 7] = [
    "MissingFeature",
    "MissingSetupFile",
    "MissingWebPart",
    "MissingAssembly",
    "MissingSiteDefinition",
    "LegacySiteDetected",
    "Configuration",
];

/// Records with `Category`, `Error`, `UpgradeBlocking`, `Message`, `Remedy`, `Locations`.
pub(super) struct TestDatabase;

impl Shape for TestDatabase {
    fn name(&self) -> &'static str {
        "test-spcontentdatabase"
    }

    fn made_by(&self) -> &'static str {
        "Test-SPContentDatabase"
    }

    fn fits(&self, export: &Export<'_>) -> bool {
        let columns = export.header.columns;
        columns.has_all(&[Column::Category, Column::Message])
            && columns.has_any(&[Column::Error, Column::UpgradeBlocking, Column::Remedy])
    }

    fn is_named(&self, file_name: &str) -> bool {
        file_name.contains("test-spcontentdatabase") || file_name.contains("testspcontentdatabase")
    }

    fn read(&self, export: &Export<'_>, facts: &mut Facts<'_>) {
        if export.demands(&[Column::Category, Column::Message], facts) {
            export.each_row(facts, &mut |row, facts| record(row, export.database_from_option, facts));
        }
    }
}

fn record(row: &Row<'_>, database_from_option: Option<&str>, facts: &mut Facts<'_>) {
    let Some(message) = row.get(Column::Message) else {
        facts.problem(row.line, "a record without Message");
        return;
    };
    let message = value::one_line(message);
    let (category, text) = match row.get(Column::Category) {
        Some(category) if !SPEAKING.contains(&category) => (None, format!("[{category}] {message}")),
        category => (category.map(str::to_owned), message),
    };
    let error = facts.truth(row, Column::Error);
    let blocking = facts.truth(row, Column::UpgradeBlocking);
    let level = if error == Some(true) || blocking == Some(true) { Level::Error } else { Level::Warning };
    let named = row.get(Column::Database).and_then(value::object_name).or_else(|| value::database_in(&text));
    // What is to be done names the database where the message does not.
    let remedy = || row.get(Column::Remedy).and_then(value::database_in);
    let database = named.or_else(remedy).or(database_from_option).map(str::to_owned);
    facts.told.sentences.push(ExportSentence {
        place: facts.place(row.line),
        level,
        database,
        text,
        category,
        blocks: blocking == Some(true),
        of_daily_work: false,
    });
}
