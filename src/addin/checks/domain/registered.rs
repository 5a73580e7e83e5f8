//! What is registered, by itself: several domains, and exports that contradict one another.

use super::{REGISTRATION, REMOTE, canonical, decided, with_host};
use crate::addin::checks::{Issue, Outcome};
use crate::addin::crowd::exported;
use crate::addin::domains::{Place, Role};
use crate::addin::evidence::Value;
use crate::addin::evidence::registration::Principal;
use crate::addin::host::Authority;
use crate::addin::subject::Subject;
use crate::model::audit::AuditSeverity;

/// B26: several registered domains.
pub(super) fn several_registered(subject: &Subject<'_>) -> Outcome {
    if !subject.domains_are_known() {
        return Outcome::needs(REGISTRATION);
    }
    let mut registered: Vec<&Place> = with_host(subject, &[Role::Registration]).collect();
    registered.sort_by_key(|place| canonical(place));
    registered.dedup_by(|a, b| canonical(a) == canonical(b));
    if registered.len() < 2 {
        return decided(Vec::new(), registered);
    }
    let used: Vec<&Place> = with_host(subject, REMOTE).collect();
    if let Some(issue) = contradicting(subject) {
        return decided(vec![issue], registered);
    }
    let issues = registered
        .iter()
        .map(|place| {
            let users: Vec<&str> = used
                .iter()
                .filter(|user| canonical(user) == canonical(place))
                .map(|user| user.row.place.as_str())
                .collect();
            let use_of =
                if users.is_empty() { "nothing that was given".to_owned() } else { users.join(", ") };
            let message = format!(
                "{} of {} registered domains, {}, is used by {use_of}",
                1,
                registered.len(),
                place.value.trimmed()
            );
            Issue::new(message, "Remove a domain that nothing uses from the registration.")
                .shown_by(&place.value)
        })
        .collect();
    decided(issues, registered)
}

/// Two sources tell of one principal domains of which none is the same: one of them is old, or of another farm. Together
/// they are no registration that exists anywhere.
fn contradicting(subject: &Subject<'_>) -> Option<Issue> {
    let told: Vec<(&Principal, &Vec<Value>)> = exported(subject.evidence())
        .filter_map(|principal| Some((principal, principal.domains.as_ref().filter(|all| !all.is_empty())?)))
        .collect();
    let same_id = |a: &Principal, b: &Principal| {
        let ids = (a.client_id.as_ref(), b.client_id.as_ref());
        matches!(ids, (Some(a), Some(b)) if a.is(&b.raw))
    };
    let same_realm = |a: &Principal, b: &Principal| match (&a.realm, &b.realm) {
        (Some(a), Some(b)) => a.is(&b.raw),
        _ => true,
    };
    let host = |value: &Value| Authority::of(&value.raw).map(|authority| authority.host);
    let apart =
        |a: &[Value], b: &[Value]| !a.iter().any(|one| b.iter().any(|other| host(one) == host(other)));
    let (domains, theirs) = told.iter().enumerate().find_map(|(index, (mine, domains))| {
        let (_, theirs) = told.iter().take(index).find(|(other, theirs)| {
            same_id(mine, other) && same_realm(mine, other) && apart(domains, theirs)
        })?;
        Some((*domains, *theirs))
    })?;
    let (first, second) = (theirs.first()?, domains.first()?);
    let message = format!(
        "what was given of the registration contradicts itself: {} in {}, {} in {}",
        first.trimmed(),
        first.at.path,
        second.trimmed(),
        second.at.path
    );
    let remedy = "Export the registration anew where the add-in runs, and give that export alone: each of these domains was \
                  taken for registered here.";
    Some(Issue::new(message, remedy).shown_by(first).shown_by(second).rated(AuditSeverity::Warning))
}
