//! *Review database status* of Central Administration: the saved page, or its table as CSV.

use super::Shape;
use super::databases;
use super::facts::{Export, Facts};
use super::table::{Column, Layout, Row, html};
use super::value;
use crate::model::inventory::DatabaseFact;
use crate::model::kind::Level;

/// Databases with a sentence about each.
pub(super) struct DatabaseStatus;

impl Shape for DatabaseStatus {
    fn name(&self) -> &'static str {
        "central-administration-database-status"
    }

    fn made_by(&self) -> &'static str {
        "the page Review database status of Central Administration"
    }

    fn fits(&self, export: &Export<'_>) -> bool {
        let columns = export.header.columns;
        let names_status = columns.has(Column::Status) && columns.has_any(&[Column::Database, Column::Name]);
        let is_known =
            |row: &Row<'_>| row.get(Column::Status).is_some_and(|status| verdict(status).is_some());
        let is_page = columns.has_all(&[Column::Server, Column::Database, Column::Type, Column::Status]);
        names_status && (is_page || export.early_row(&is_known))
            || export.layout == Layout::Html && !page_rows(export.text).is_empty()
    }

    fn is_named(&self, file_name: &str) -> bool {
        file_name.contains("databasestatus")
    }

    fn read(&self, export: &Export<'_>, facts: &mut Facts<'_>) {
        if export.header.columns.has_any(&[Column::Database, Column::Name]) && export.has(Column::Status) {
            export.each_row(facts, &mut |row, facts| {
                if let Some(fact) = databases::database(row, facts) {
                    tell(fact, row.line, facts);
                }
            });
        } else if export.layout == Layout::Html {
            for (line, fact) in page_rows(export.text) {
                let place = Some(facts.place(line));
                tell(DatabaseFact { place, ..fact }, line, facts);
            }
        } else {
            export.demands(&[Column::Database, Column::Status], facts);
        }
    }
}

/// Whether the schema is behind, and whether it or something inside is.
struct Verdict {
    needs_upgrade: Option<bool>,
    include_children: Option<bool>,
}

/// What a status of this page says; `None` for other texts.
fn verdict(status: &str) -> Option<Verdict> {
    let (needs_upgrade, include_children) =
        match status.trim().trim_end_matches('.').to_ascii_lowercase().as_str() {
            "no action required" => (Some(false), Some(false)),
            "upgrade in progress" => (None, None),
            "database is too old and upgrade is required"
            | "database is in compatibility range and upgrade is recommended" => (Some(true), Some(true)),
            "database is up to date, but some sites are not completely upgraded" => (Some(false), Some(true)),
            _ => return None,
        };
    Some(Verdict { needs_upgrade, include_children })
}

fn tell(mut fact: DatabaseFact, line: u64, facts: &mut Facts<'_>) {
    let status = fact.status.as_deref().map(value::one_line).unwrap_or_default();
    if let Some(verdict) = verdict(&status) {
        fact.needs_upgrade = fact.needs_upgrade.or(verdict.needs_upgrade);
        fact.needs_upgrade_include_children =
            fact.needs_upgrade_include_children.or(verdict.include_children);
        if verdict.include_children != Some(false) {
            let level = if verdict.include_children.is_some() { Level::Warning } else { Level::Info };
            facts.sentence(line, level, Some(&fact.name), status);
        }
    } else {
        facts.problem(line, format!("the status {} is not known", value::shown(&status)));
    }
    facts.told.databases.push(fact);
}

/// The rows of a page whose header says nothing: a row that ends with a known status, after the instance, the
/// database and its type.
fn page_rows(text: &str) -> Vec<(u64, DatabaseFact)> {
    let mut found = Vec::new();
    html::rows(text, &mut |line, cells| {
        if let [.., server, name, object_type, status] = cells
            && verdict(status).is_some()
            && object_type.contains("Database")
        {
            let fact = DatabaseFact {
                name: name.clone(),
                server: (!server.is_empty()).then(|| server.clone()),
                status: Some(status.clone()),
                object_type: Some(object_type.clone()),
                ..DatabaseFact::default()
            };
            found.push((line, fact));
        }
    });
    found
}
