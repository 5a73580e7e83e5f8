//! What an administrator does not want to be told, from `spdoctor.toml`: marked, never dropped.

use crate::model::finding::Finding;
use crate::model::report::Report;
use crate::model::suppression::Suppression;
use crate::text::clock::Stamp;

/// Marks the findings that are covered; says which suppressions have ended or match nothing.
pub(super) fn suppress(report: &mut Report, suppressions: &[Suppression], now: Option<Stamp>) {
    for suppression in suppressions {
        let Suppression { code, place, .. } = suppression;
        if let (Some(until), Some(now)) = (suppression.until, now)
            && now >= until
        {
            report
                .coverage
                .remarks
                .insert(format!("{place}: the suppression of {code} has ended and is not applied"));
            continue;
        }
        let mut applied = false;
        for finding in report.findings.iter_mut().filter(|finding| covers(suppression, finding)) {
            finding.suppressed = Some(suppression.reason.clone());
            applied = true;
        }
        if !applied {
            let remark =
                format!("{place}: the suppression of {code} matches nothing; remove it if it is stale");
            report.coverage.remarks.insert(remark);
        }
    }
}

/// A suppression for one database hides a finding only if the finding is about no other.
fn covers(suppression: &Suppression, finding: &Finding) -> bool {
    let database = suppression.database.as_deref().is_none_or(|wanted| {
        !finding.databases.is_empty()
            && finding.databases.iter().all(|name| name.eq_ignore_ascii_case(wanted))
    });
    let object = suppression.object.as_deref().is_none_or(|wanted| {
        let captured = finding.captures.values().any(|value| value.eq_ignore_ascii_case(wanted));
        let only = finding.objects.len() == 1
            && finding.objects.iter().any(|name| name.eq_ignore_ascii_case(wanted));
        captured || only
    });
    suppression.code.eq_ignore_ascii_case(&finding.code) && database && object
}
