//! *Servers in Farm* of Central Administration: the saved page, or its table as it was copied.

use super::Shape;
use super::facts::{Export, Facts};
use super::table::{Column, Row};
use super::value::{letters, object_name};
use crate::model::inventory::UpgradeState;
use crate::model::kind::Level;

/// Servers with the status that the farm gives them.
pub(super) struct FarmServers;

impl Shape for FarmServers {
    fn name(&self) -> &'static str {
        "central-administration-servers"
    }

    fn made_by(&self) -> &'static str {
        "the page Servers in Farm of Central Administration"
    }

    fn fits(&self, export: &Export<'_>) -> bool {
        export.header.columns.has_all(&[Column::Server, Column::Status])
            && export.header.names.iter().any(|name| letters(name) == "sharepointproductsinstalled")
    }

    fn is_named(&self, file_name: &str) -> bool {
        file_name.contains("farmservers")
    }

    fn read(&self, export: &Export<'_>, facts: &mut Facts<'_>) {
        if export.demands(&[Column::Server, Column::Status], facts) {
            export.each_row(facts, &mut server);
        }
    }
}

fn server(row: &Row<'_>, facts: &mut Facts<'_>) {
    let (Some(server), Some(status)) =
        (row.get(Column::Server).and_then(object_name), row.get(Column::Status))
    else {
        return;
    };
    match letters(status).as_str() {
        "upgradeavailable" | "upgraderequired" => {
            facts.object_in(row.line, "SPServer", server, (UpgradeState::Needed, status));
        }
        "upgradeblocked" | "installationrequired" => {
            facts.sentence(row.line, Level::Error, None, format!("{server}: {status}"));
        }
        _ => {}
    }
}
