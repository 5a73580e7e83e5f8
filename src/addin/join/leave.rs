//! What no add-in takes.

use std::collections::BTreeMap;

use super::groups::Groups;
use super::other_systems::is_of_another;
use crate::addin::evidence::config::BACKUP;
use crate::addin::evidence::registration::Principal;
use crate::addin::evidence::{Evidence, Spot, Value};
use crate::model::audit::Unmatched;

/// Evidence that belongs to none of the add-ins: told, and kept where checks of the whole can see it. `all` are the
/// applications of a whole tenant.
pub(super) fn leave(
    groups: &Groups,
    evidence: Evidence,
    all: Vec<Principal>,
    shared: &mut Evidence,
) -> Vec<Unmatched> {
    let several = "no client id, host or folder ties it to one of the add-ins";
    let mut unmatched = of_whole_tenant(&all);
    let mut tell = |at: &Spot, kind: &'static str, name: &str| {
        let reason = if groups.is_empty() { "there is no add-in it could belong to" } else { several };
        unmatched.push(Unmatched {
            path: at.path.to_string(),
            line: at.line,
            kind,
            name: name.to_owned(),
            reason: reason.to_owned(),
        });
    };
    let title = |value: &Option<Value>| value.as_ref().map(|value| value.raw.clone()).unwrap_or_default();
    for item in &evidence.principals {
        tell(&item.at, "registration", &title(&item.title));
    }
    for item in &evidence.installed {
        tell(&item.at, "installed add-in", &title(&item.title));
    }
    for item in &evidence.receivers {
        tell(&item.at, "event receiver", &item.url.raw);
    }
    for item in &evidence.certificates {
        let name = item.leaf().map(|leaf| leaf.subject.clone()).unwrap_or_default();
        tell(&item.at, "certificate", &name);
    }
    for item in &evidence.permissions {
        tell(&item.at, "permission XML", "");
    }
    for item in &evidence.elements {
        tell(&item.at, "element file", "");
    }
    for item in evidence.configs.iter().filter(|item| item.speaks_of_oauth() && !is_of_another(item)) {
        tell(&item.at, "configuration", "");
    }
    for item in evidence.published.iter().filter(|item| item.kind == BACKUP) {
        tell(&item.at, BACKUP, "a secret in clear");
    }
    unmatched.sort();
    // The bindings of a server are in the shared evidence already.
    shared.append(Evidence { bindings: Vec::new(), ..evidence });
    shared.principals.extend(all);
    unmatched
}

/// A row for each file: a tenant has hundreds of them.
fn of_whole_tenant(all: &[Principal]) -> Vec<Unmatched> {
    let mut files: BTreeMap<&str, usize> = BTreeMap::new();
    for principal in all {
        *files.entry(&principal.at.path).or_default() += 1;
    }
    let row = |(path, count): (&str, usize)| Unmatched {
        path: path.to_owned(),
        line: 0,
        kind: "registration",
        name: if count == 1 { "of 1 application".to_owned() } else { format!("of {count} applications") },
        reason:
            "a list of all that a tenant has; nothing tells that they are add-ins, or names their client ids"
                .to_owned(),
    };
    files.into_iter().map(row).collect()
}
