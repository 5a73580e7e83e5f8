//! `Get-SPSite -Limit All | Select-Object ID, Url, ContentDatabase …`, as CSV, JSON or printed.

use super::Shape;
use super::facts::{Export, Facts};
use super::table::{Column, Row};
use super::value;
use crate::model::inventory::SiteFact;
use crate::model::site::SiteId;

/// How many sites `Get-SPSite` lists unless it is told otherwise.
const DEFAULT_LIMIT: usize = 200;

/// Site collections with the database that owns them.
pub(super) struct Sites;

impl Shape for Sites {
    fn name(&self) -> &'static str {
        "get-spsite"
    }

    fn made_by(&self) -> &'static str {
        "Get-SPSite with ID and ContentDatabase"
    }

    fn fits(&self, export: &Export<'_>) -> bool {
        let columns = export.header.columns;
        let names_sites = columns.has(Column::Url) && columns.has_any(&[Column::Id, Column::Database]);
        let only_of_databases = [Column::NeedsUpgradeIncludeChildren, Column::SiteCount, Column::Name];
        names_sites
            || columns.has_all(&[Column::Id, Column::Database]) && !columns.has_any(&only_of_databases)
    }

    fn is_named(&self, file_name: &str) -> bool {
        file_name.contains("spsite") || matches!(file_name, "sites.csv" | "sites.json")
    }

    fn read(&self, export: &Export<'_>, facts: &mut Facts<'_>) {
        let wanted: &[_] = match export.database_from_option {
            Some(_) => &[Column::Id],
            None => &[Column::Id, Column::Database],
        };
        if export.demands(wanted, facts) {
            export.each_row(facts, &mut |row, facts| site(row, export.database_from_option, facts));
        }
        if facts.told.sites.len() == DEFAULT_LIMIT {
            let message =
                "exactly as many sites as Get-SPSite lists without -Limit All: the export may be incomplete";
            facts.problem(0, message);
        }
    }
}

fn site(row: &Row<'_>, database_from_option: Option<&str>, facts: &mut Facts<'_>) {
    let Some(id) = site_id(row, facts) else { return };
    let written = row.get(Column::Database);
    // The id of a database is not its name.
    let name = written.and_then(value::object_name).filter(|name| value::id(name).is_none());
    let database = name.or(database_from_option);
    if database.is_none() {
        let message = match written {
            Some(kind) => format!("ContentDatabase is {}, not the name of a database", value::shown(kind)),
            None => "ContentDatabase is empty".to_owned(),
        };
        facts.problem(
            row.line,
            format!("{message}; select @{{n='ContentDatabase';e={{$_.ContentDatabase.Name}}}}"),
        );
    }
    let fact = SiteFact {
        id,
        url: row.get(Column::Url).map(str::to_owned),
        database: database.map(str::to_owned),
        server: row.get(Column::Server).and_then(value::object_name).map(str::to_owned),
        in_site_map: facts.truth(row, Column::InSiteMap),
        needs_upgrade: facts.truth(row, Column::NeedsUpgrade),
        place: facts.place(row.line),
        by_file_name: false,
    };
    facts.told.sites.push(fact);
}

fn site_id(row: &Row<'_>, facts: &mut Facts<'_>) -> Option<SiteId> {
    let Some(text) = row.get(Column::Id) else {
        facts.problem(row.line, "ID is empty");
        return None;
    };
    let id = value::id(text);
    if id.is_none() {
        facts.problem(row.line, format!("ID is {}, not a GUID", value::shown(text)));
    }
    id
}
