//! Which corrections an audit calls for.

use std::collections::BTreeSet;

use super::Edit;
use crate::addin::evidence::ids::guid;
use crate::addin::host::Authority;
use crate::model::audit::{AddInAudit, AuditEvidence, DomainRow, Status};
use crate::model::stage::Stage;
use crate::text::encoding::decode_all;

/// The corrections of the manifests and permission XML of an add-in. Hosts are corrected only where exactly one
/// domain is registered and no check refuses it, and the client id only where exactly one is known.
pub fn edits(audit: &AddInAudit) -> Vec<Edit> {
    let mut edits = vec![Edit::WellFormed, Edit::Permissions, Edit::PlainClientId];
    let published = audit.stage == Some(Stage::Package);
    if fails(audit, "OA15") {
        edits.push(Edit::EmptySecret);
    }
    if fails(audit, "OA13")
        && published
        && let Some(id) = audit.client_id.as_deref().and_then(guid)
    {
        edits.push(Edit::ClientId(id));
    }
    if published {
        // In a project the tokens are normal, and the wizard puts the host in.
        if let Some(domain) = only_domain(audit) {
            edits.push(Edit::RemoteToken(domain.clone()));
            edits.push(Edit::PageHost(domain.clone()));
            edits.push(Edit::EndpointHost(domain));
        }
    } else {
        edits.push(Edit::RealToken);
    }
    edits.push(Edit::Https);
    edits.push(Edit::StandardTokens);
    edits
}

/// The corrections of one file: those of [`edits`], without hosts and client ids where the file is not the one that
/// is installed. Stages are told by paths and by the mark of the publish step.
pub fn edits_of_file(audit: &AddInAudit, bytes: &[u8], in_package: bool) -> Vec<Edit> {
    let published = in_package || decode_all(bytes).0.contains("<!--Published:");
    let mut edits = edits(audit);
    if !published {
        let of_package = |edit: &Edit| {
            matches!(
                edit,
                Edit::RemoteToken(_) | Edit::PageHost(_) | Edit::EndpointHost(_) | Edit::ClientId(_)
            )
        };
        edits.retain(|edit| !of_package(edit));
        if !edits.contains(&Edit::RealToken) {
            edits.push(Edit::RealToken);
        }
    }
    edits
}

fn fails(audit: &AddInAudit, code: &str) -> bool {
    audit
        .checks
        .iter()
        .any(|check| &*check.id == code && check.status == Status::Fail && check.suppressed.is_none())
}

/// Checks that refuse a domain whatever else it equals.
const UNFIT: [&str; 5] = ["OB13", "OB14", "OB15", "OB16", "OB21"];

/// The registered domain, if there is exactly one, it is one, and no check refuses it: nothing is corrected towards
/// what is left of a debug session.
fn only_domain(audit: &AddInAudit) -> Option<String> {
    let registered = audit
        .domains
        .iter()
        .filter(|row| row.place == "registration" || row.place.starts_with("registration "));
    let rows: Vec<&DomainRow> = registered.collect();
    if rows.iter().any(|row| is_refused(audit, row)) {
        return None;
    }
    let hosts: BTreeSet<String> = rows.iter().map(|row| row.raw.trim().to_lowercase()).collect();
    let mut hosts = hosts.into_iter();
    let (Some(only), None) = (hosts.next(), hosts.next()) else { return None };
    let plain = only.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'));
    let sound = plain && Authority::of(&only).is_some_and(|authority| authority.scheme.is_none());
    sound.then_some(only)
}

fn is_refused(audit: &AddInAudit, row: &DomainRow) -> bool {
    let refusals = audit.checks.iter().filter(|check| {
        UNFIT.contains(&&*check.id)
            && matches!(check.status, Status::Fail | Status::Warn)
            && check.suppressed.is_none()
    });
    let shows =
        |item: &AuditEvidence| *item.path == *row.path && item.line == row.line && *item.value == *row.raw;
    refusals.flat_map(|check| &check.evidence).any(shows)
}
