//! `Get-SPContentDatabase` and `Get-SPDatabase`, as CSV, JSON, or as PowerShell prints them.

use super::Shape;
use super::facts::{Export, Facts};
use super::lines::is_prompt;
use super::size::{self, Unit};
use super::table::{Column, Row};
use super::value;
use crate::model::inventory::DatabaseFact;

/// Columns that make a table with names one of databases.
const OF_DATABASES: [Column; 14] = [
    Column::Id,
    Column::DatabaseId,
    Column::Server,
    Column::NeedsUpgrade,
    Column::NeedsUpgradeIncludeChildren,
    Column::SizeBytes,
    Column::SizeKilobytes,
    Column::SizeMegabytes,
    Column::SizeGigabytes,
    Column::WebApplication,
    Column::SiteCount,
    Column::Volume,
    Column::Type,
    Column::CompatibilityLevel,
];

const SIZES: [(Column, Unit); 4] = [
    (Column::SizeBytes, Unit::BYTES),
    (Column::SizeKilobytes, Unit::KILOBYTES),
    (Column::SizeMegabytes, Unit::MEGABYTES),
    (Column::SizeGigabytes, Unit::GIGABYTES),
];

/// Databases with their properties.
pub(super) struct Databases;

impl Shape for Databases {
    fn name(&self) -> &'static str {
        "get-spcontentdatabase"
    }

    fn made_by(&self) -> &'static str {
        "Get-SPContentDatabase with Name and NeedsUpgradeIncludeChildren"
    }

    fn fits(&self, export: &Export<'_>) -> bool {
        let columns = export.header.columns;
        let of_content = [Column::Database, Column::SiteCount, Column::SizeBytes, Column::WebApplication];
        let names_database =
            |row: &Row<'_>| row.get(Column::Type).is_some_and(|kind| kind.contains("Database"));
        columns.has_any(&[Column::Name, Column::Database])
            && columns.has_any(&OF_DATABASES)
            && !columns.has_any(&[Column::Url, Column::Message, Column::Role])
            // Service applications have names, ids and types too.
            && (!columns.has(Column::Type) || columns.has_any(&of_content) || export.early_row(&names_database))
    }

    fn is_named(&self, file_name: &str) -> bool {
        file_name.contains("contentdatabase") || matches!(file_name, "databases.csv" | "databases.json")
    }

    fn read(&self, export: &Export<'_>, facts: &mut Facts<'_>) {
        let chosen = lists_those_behind(export).then_some(true);
        if export.has(Column::Database) || export.demands(&[Column::Name], facts) {
            export.each_row(facts, &mut |row, facts| {
                if let Some(mut fact) = database(row, facts) {
                    fact.needs_upgrade_include_children = fact.needs_upgrade_include_children.or(chosen);
                    facts.told.databases.push(fact);
                }
            });
        }
    }
}

/// Whether the command above the table chose the databases in which something waits for the upgrade, as the steps of the
/// rules do: then `NeedsUpgrade` may be False for one that is listed, and still some of its sites wait.
fn lists_those_behind(export: &Export<'_>) -> bool {
    let is_choice = |line: &str| {
        let typed: String = line.chars().filter(|letter| !letter.is_whitespace()).collect();
        ["where-object{$_.", "where{$_.", "?{$_."].iter().any(|filter| {
            let typed = typed.to_ascii_lowercase();
            let chosen = typed.split_once(filter).map(|(_, chosen)| chosen.to_owned()).unwrap_or_default();
            let rest = chosen.strip_prefix("needsupgradeincludechildren");
            rest.is_some_and(|rest| rest.starts_with('}') || rest.starts_with("-eq$true}"))
        })
    };
    !export.has(Column::NeedsUpgradeIncludeChildren)
        && export.text.lines().filter(|line| is_prompt(line)).any(is_choice)
}

/// The database of a row.
pub(super) fn database(row: &Row<'_>, facts: &mut Facts<'_>) -> Option<DatabaseFact> {
    let name = row.get(Column::Name).or_else(|| row.get(Column::Database)).and_then(value::object_name);
    let Some(name) = name else {
        facts.problem(row.line, "a database without name");
        return None;
    };
    let application = row.get(Column::WebApplication);
    let name = name.to_owned();
    Some(DatabaseFact {
        id: row.get(Column::DatabaseId).or_else(|| row.get(Column::Id)).and_then(value::id),
        server: row.get(Column::Server).and_then(value::object_name).map(str::to_owned),
        volume: row.get(Column::Volume).map(str::to_owned),
        size_bytes: size_bytes(row, facts),
        web_application: application.and_then(value::object_name).map(str::to_owned),
        sites: row.get(Column::SiteCount).and_then(value::count),
        needs_upgrade: facts.truth(row, Column::NeedsUpgrade),
        needs_upgrade_include_children: facts.truth(row, Column::NeedsUpgradeIncludeChildren),
        central_administration: facts
            .truth(row, Column::CentralAdministration)
            .or_else(|| application.filter(|text| is_central_administration(text)).map(|_| true)),
        read_only: facts.truth(row, Column::ReadOnly),
        status: row.get(Column::Status).map(str::to_owned),
        owner: row.get(Column::Owner).map(str::to_owned),
        owner_is_managed: facts.truth(row, Column::OwnerIsManaged),
        compatibility_level: row.get(Column::CompatibilityLevel).and_then(|level| level.parse().ok()),
        object_type: row.get(Column::Type).map(|kind| value::short_type(kind).to_owned()),
        place: Some(facts.place(row.line)),
        by_file_name: false,
        name,
    })
}

/// Whether this names the web application of Central Administration, or its type.
pub(super) fn is_central_administration(text: &str) -> bool {
    text.contains("SPAdministrationWebApplication") || text.contains("SharePoint Central Administration")
}

fn size_bytes(row: &Row<'_>, facts: &mut Facts<'_>) -> Option<u64> {
    let (text, unit) = SIZES.into_iter().find_map(|(column, unit)| Some((row.get(column)?, unit)))?;
    let bytes = size::bytes(text, unit);
    if bytes.is_none() {
        facts.problem(
            row.line,
            format!("the size {} cannot be read, or can be read in two ways", value::shown(text)),
        );
    }
    bytes
}
