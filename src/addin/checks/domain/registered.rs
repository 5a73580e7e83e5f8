//! What is registered, by itself: several domains, and exports that contradict one another.

use super::{REGISTRATION, REMOTE, canonical, decided, with_host};
use crate::addin::checks::{Issue, Outcome};
use crate::addin::contradiction;
use crate::addin::domains::{Place, Role};
use crate::addin::evidence::Value;
use crate::addin::subject::Subject;
use crate::model::audit::AuditSeverity;

/// Registrations that are told in one line.
const MOST_TOLD: usize = 4;

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

/// Sources tell of one principal domains of which none is the same.
fn contradicting(subject: &Subject<'_>) -> Option<Issue> {
    let told: Vec<&Value> =
        contradiction::contradicting(subject.evidence()).into_iter().filter_map(<[Value]>::first).collect();
    let each: Vec<String> = told
        .iter()
        .take(MOST_TOLD)
        .map(|domain| format!("{} in {}", domain.trimmed(), domain.at.path))
        .collect();
    if each.is_empty() {
        return None;
    }
    let message = format!("what was given of the registration contradicts itself: {}", each.join(", "));
    let remedy = "Export the registration anew where the add-in runs, and give that export alone: until then each address is \
                  compared with each of these registrations.";
    let issue = Issue::new(message, remedy).rated(AuditSeverity::Warning);
    Some(told.into_iter().take(MOST_TOLD).fold(issue, Issue::shown_by))
}
