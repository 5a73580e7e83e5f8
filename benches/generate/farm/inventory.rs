//! What an administrator exports from a farm: site collections, databases, and what a database itself says.

use super::model::{Database, Farm, SiteState};

/// `Get-SPSite | Select-Object | Export-Csv`: with the type line that Windows PowerShell writes unless told not to.
pub(crate) fn sites(farm: &Farm, type_line: bool) -> Vec<u8> {
    let mut lines = Vec::new();
    if type_line {
        lines.push("#TYPE Selected.Microsoft.SharePoint.SPSite".to_owned());
    }
    lines.push(row(&["ID", "Url", "ContentDatabase", "Server"]));
    for database in &farm.databases {
        for site in database.sites.iter().filter(|site| site.exported) {
            lines.push(row(&[&site.id.to_string(), &site.url, &database.title(), &database.server]));
        }
    }
    file(&lines)
}

/// `Get-SPContentDatabase | Select-Object | Export-Csv`.
///
/// A database with refused sites is up to date itself, but its children are not, until they were `cured`.
pub(crate) fn databases(farm: &Farm, cured: bool) -> Vec<u8> {
    let mut lines = vec![row(&[
        "Name",
        "Id",
        "Server",
        "NeedsUpgrade",
        "NeedsUpgradeIncludeChildren",
        "DiskSizeRequired",
        "WebApplication",
        "CurrentSiteCount",
        "IsCentralAdministration",
        "Volume",
    ])];
    for database in &farm.databases {
        let behind = !cured && database.sites.iter().any(|site| site.state == SiteState::Refused);
        let truth = |flag| if flag { "True" } else { "False" };
        lines.push(row(&[
            &database.name,
            &database.id.to_string(),
            &database.server,
            "False",
            truth(behind),
            &(database.size_megabytes * 1024 * 1024).to_string(),
            &format!("SPWebApplication Name={}", database.web_application),
            &database.sites.len().to_string(),
            truth(database.central_administration),
            &database.volume,
        ]));
    }
    file(&lines)
}

/// `stsadm -o enumallwebs`: read from the database itself, so sites in conflict are listed, too.
pub(crate) fn all_webs(database: &Database, owner: &str) -> Vec<u8> {
    let mut lines = vec![format!("<Sites Count=\"{}\">", database.sites.len())];
    for site in &database.sites {
        let known = if site.state == SiteState::Conflict { "False" } else { "True" };
        let path = site.url.splitn(4, '/').nth(3).unwrap_or_default();
        lines.push(format!("  <Site Id=\"{}\" OwnerLogin=\"{owner}\" InSiteMap=\"{known}\">", site.id));
        lines.push("    <Webs Count=\"1\">".to_owned());
        lines.push(format!(
            "      <Web Id=\"{}\" Url=\"/{path}\" LanguageId=\"1033\" TemplateName=\"STS#0\" TemplateId=\"1\" />",
            web_id(&site.id.to_string())
        ));
        lines.push("    </Webs>".to_owned());
        lines.push("  </Site>".to_owned());
    }
    lines.push("</Sites>".to_owned());
    file(&lines)
}

/// An id of the root web that is not that of the site: the last group turned round.
fn web_id(site: &str) -> String {
    let (head, tail) = site.rsplit_once('-').unwrap_or((site, ""));
    format!("{head}-{}", tail.chars().rev().collect::<String>())
}

fn row(cells: &[&str]) -> String {
    let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    quoted.join(",")
}

fn file(lines: &[String]) -> Vec<u8> {
    let mut text = lines.join("\r\n");
    text.push_str("\r\n");
    text.into_bytes()
}
