//! `Get-SPFarm | Get-SPPendingUpgradeActions -Recursive`, as CSV, JSON or printed as a list.

use super::Shape;
use super::databases::is_central_administration;
use super::facts::{Export, Facts};
use super::table::{Column, Row};
use super::value;
use crate::model::inventory::DatabaseFact;
use crate::model::kind::Level;

/// Objects that wait for an upgrade.
pub(super) struct PendingActions;

impl Shape for PendingActions {
    fn name(&self) -> &'static str {
        "get-sppendingupgradeactions"
    }

    fn made_by(&self) -> &'static str {
        "Get-SPPendingUpgradeActions -Recursive"
    }

    fn fits(&self, export: &Export<'_>) -> bool {
        let beside = [Column::Type, Column::Status, Column::ParentName];
        export.has(Column::ObjectName) && export.header.columns.has_any(&beside)
    }

    fn is_named(&self, file_name: &str) -> bool {
        file_name.contains("pendingupgrade")
    }

    fn read(&self, export: &Export<'_>, facts: &mut Facts<'_>) {
        if export.demands(&[Column::ObjectName, Column::Type, Column::Status], facts) {
            export.each_row(facts, &mut object);
        }
    }
}

fn object(row: &Row<'_>, facts: &mut Facts<'_>) {
    let (Some(kind), Some(name)) =
        (row.get(Column::Type), row.get(Column::ObjectName).and_then(value::object_name))
    else {
        facts.problem(row.line, "an object without name or type");
        return;
    };
    let status = status(row, facts);
    let pending = status.as_deref().and_then(value::needs_upgrade);
    if value::short_type(kind).ends_with("Database") {
        database(row, name, pending, status, facts);
    } else if !(pending == Some(true) && child(row, facts)) {
        facts.object(row.line, value::short_type(kind), name, status.as_deref().unwrap_or_default());
    }
}

/// The status by its name. JSON has the number of an enumeration here, and which number is which differs.
fn status(row: &Row<'_>, facts: &mut Facts<'_>) -> Option<String> {
    let status = row.get(Column::Status)?;
    if status.bytes().all(|byte| byte.is_ascii_digit()) {
        facts.problem(
            row.line,
            format!("Status is the number {status}: export it as text, with \"$($_.Status)\""),
        );
        return None;
    }
    Some(status.to_owned())
}

fn database(row: &Row<'_>, name: &str, pending: Option<bool>, status: Option<String>, facts: &mut Facts<'_>) {
    let parent = row.get(Column::ParentName);
    let parent_type = row.get(Column::ParentType).unwrap_or_default();
    let central = is_central_administration(parent_type) || parent.is_some_and(is_central_administration);
    let application = parent.filter(|_| parent_type.ends_with("WebApplication"));
    let fact = DatabaseFact {
        name: name.to_owned(),
        web_application: application.map(str::to_owned),
        needs_upgrade: pending,
        // Without pending actions of its own it may still have children with some; they are rows of their own.
        needs_upgrade_include_children: pending.filter(|&pending| pending),
        central_administration: central.then_some(true),
        status,
        object_type: row.get(Column::Type).map(|kind| value::short_type(kind).to_owned()),
        place: Some(facts.place(row.line)),
        ..DatabaseFact::default()
    };
    facts.told.databases.push(fact);
    if let Some(actions) =
        row.get(Column::UpgradeActions).filter(|actions| actions.contains("Schema Version"))
    {
        facts.sentence(row.line, Level::Info, Some(name), value::one_line(actions));
    }
}

/// A site collection that waits makes its database one that has children to upgrade. False for what lies in none.
fn child(row: &Row<'_>, facts: &mut Facts<'_>) -> bool {
    let in_database = row.get(Column::ParentType).is_some_and(|kind| kind.ends_with("SPContentDatabase"));
    let parent = row.get(Column::ParentName).filter(|_| in_database).and_then(value::object_name);
    let Some(parent) = parent else { return false };
    let fact = DatabaseFact {
        name: parent.to_owned(),
        needs_upgrade_include_children: Some(true),
        place: Some(facts.place(row.line)),
        ..DatabaseFact::default()
    };
    facts.told.databases.push(fact);
    true
}
