//! `Get-SPSiteUpgradeSessionInfo`: the upgrades of single site collections, and how they ended.

use super::Shape;
use super::facts::{Export, Facts};
use super::table::{Column, Row};
use super::value;
use crate::model::inventory::UpgradeState;
use crate::text::number::counted;

/// Upgrades of site collections.
pub(super) struct SiteUpgrades;

impl Shape for SiteUpgrades {
    fn name(&self) -> &'static str {
        "get-spsiteupgradesessioninfo"
    }

    fn made_by(&self) -> &'static str {
        "Get-SPSiteUpgradeSessionInfo"
    }

    fn fits(&self, export: &Export<'_>) -> bool {
        let is_named = |wanted: &str| export.header.names.iter().any(|name| value::letters(name) == wanted);
        let beside =
            is_named("upgradetype") || export.header.columns.has_any(&[Column::ErrorFile, Column::Errors]);
        is_named("siteid") && export.has(Column::Status) && beside
    }

    fn is_named(&self, file_name: &str) -> bool {
        file_name.contains("siteupgradesession")
    }

    fn read(&self, export: &Export<'_>, facts: &mut Facts<'_>) {
        if export.demands(&[Column::Id, Column::Status], facts) {
            export.each_row(facts, &mut session);
        }
    }
}

/// One that has errors failed, whatever its status is called.
fn session(row: &Row<'_>, facts: &mut Facts<'_>) {
    let (Some(site), Some(status)) = (row.get(Column::Id), row.get(Column::Status)) else {
        facts.problem(row.line, "an upgrade without site or status");
        return;
    };
    let errors = row.get(Column::Errors).and_then(value::count).unwrap_or(0);
    if errors == 0 && !status.eq_ignore_ascii_case("failed") {
        return;
    }
    let mut told = status.to_owned();
    if errors > 0 {
        told.push_str(&format!(", with {}", counted(errors, "error")));
    }
    if let Some(file) = row.get(Column::ErrorFile) {
        told.push_str(&format!("; see {file}"));
    }
    facts.object_in(row.line, "SPSite", site, (UpgradeState::Failed, &told));
}
