//! Service instances: `$farm.TimerService.Instances` and `Get-SPServiceInstance`, with server and status.

use super::Shape;
use super::facts::{Export, Facts};
use super::table::{Column, Row};
use super::value;
use crate::model::inventory::ServiceFact;

/// What the numbers of `SPObjectStatus` mean: `ConvertTo-Json` writes them instead of the words.
const STATUS: [&str; 6] = ["Online", "Disabled", "Offline", "Unprovisioning", "Provisioning", "Upgrading"];

/// Services on servers.
pub(super) struct Services;

impl Shape for Services {
    fn name(&self) -> &'static str {
        "service-instances"
    }

    fn made_by(&self) -> &'static str {
        "service instances with Server, TypeName and Status"
    }

    fn fits(&self, export: &Export<'_>) -> bool {
        let columns = export.header.columns;
        let says_where =
            columns.has(Column::Status) && columns.has_any(&[Column::Server, Column::Type, Column::Service]);
        let of_databases =
            [Column::Database, Column::NeedsUpgradeIncludeChildren, Column::SiteCount, Column::SizeBytes];
        let names_database =
            |row: &Row<'_>| row.get(Column::Type).is_some_and(|kind| kind.contains("Database"));
        says_where && !columns.has_any(&of_databases) && !export.early_row(&names_database)
    }

    fn is_named(&self, file_name: &str) -> bool {
        file_name.contains("serviceinstance")
    }

    fn read(&self, export: &Export<'_>, facts: &mut Facts<'_>) {
        let type_line = export.text.lines().next().unwrap_or_default();
        let timers = type_line.contains("SPTimerServiceInstance")
            || export.file_name().to_ascii_lowercase().contains("timer");
        let unnamed = timers.then_some("SPTimerServiceInstance");
        let named = export.header.columns.has_any(&[Column::Type, Column::Service, Column::Name]);
        if export.demands(&[Column::Status], facts)
            && (timers || named || export.demands(&[Column::Type], facts))
        {
            export.each_row(facts, &mut |row, facts| service(row, unnamed, facts));
        }
    }
}

fn service(row: &Row<'_>, unnamed: Option<&str>, facts: &mut Facts<'_>) {
    let service = row.get(Column::Type).or_else(|| row.get(Column::Service)).map(value::short_type);
    let service = service.or_else(|| row.get(Column::Name).and_then(value::object_name)).or(unnamed);
    let (Some(service), Some(status)) = (service, row.get(Column::Status)) else {
        facts.problem(row.line, "a service instance without type or status");
        return;
    };
    let number = status.parse::<usize>().ok();
    let status = number.and_then(|number| STATUS.get(number).copied()).unwrap_or(status);
    let fact = ServiceFact {
        place: facts.place(row.line),
        server: row.get(Column::Server).and_then(value::object_name).map(str::to_owned),
        service: service.to_owned(),
        status: status.to_owned(),
    };
    facts.told.services.push(fact);
}
