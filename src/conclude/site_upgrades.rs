//! The upgrade of single site collections, which has logs of its own (`SiteUpgrade-*.log`): what failed there is cured
//! neither by psconfig nor by an upgrade of the database. Documented by Microsoft with the cmdlets.

use std::collections::BTreeSet;

use crate::model::finding::Finding;
use crate::model::kind::LogKind;
use crate::model::report::Report;
use crate::scan::source::SourceFacts;
use crate::text::quote::powershell_literal;

/// The rule that says that the upgrade of an object failed.
const OBJECT_FAILED: &str = "UA04";

/// A site collection that failed in such logs only asks for no upgrade of its database. `urls` runs along the findings.
pub(super) fn withdraw(sources: &[SourceFacts], report: &mut Report, urls: &mut [BTreeSet<String>]) {
    let own: BTreeSet<&str> =
        sources.iter().filter(|facts| is_own(facts.kind)).map(|facts| facts.path.as_str()).collect();
    if own.is_empty() {
        return;
    }
    for (finding, urls) in report.findings.iter_mut().zip(urls) {
        if is_of(finding, &own) {
            finding.upgrade_content_database = false;
            urls.clear();
        }
    }
}

/// What to do where such a finding is left.
pub(super) fn step(report: &Report) -> Option<String> {
    let own: BTreeSet<&str> =
        report.files.iter().filter(|file| is_own(file.kind)).map(|file| file.path.as_str()).collect();
    let failed =
        || report.findings.iter().filter(|finding| finding.suppressed.is_none() && is_of(finding, &own));
    failed().next()?;
    let urls: BTreeSet<&String> = failed().filter_map(|finding| finding.captures.get("url")).collect();
    let url = match urls.into_iter().collect::<Vec<_>>()[..] {
        [url] => powershell_literal(url),
        _ => "<url>".to_owned(),
    };
    Some(format!(
        "Then upgrade the site collection again, as psconfig does not: Upgrade-SPSite -Identity {url} -VersionUpgrade. ({OBJECT_FAILED})"
    ))
}

fn is_own(kind: LogKind) -> bool {
    kind == LogKind::SiteUpgrade
}

fn is_of(finding: &Finding, own: &BTreeSet<&str>) -> bool {
    finding.code == OBJECT_FAILED && finding.files.iter().all(|path| own.contains(path.as_str()))
}
