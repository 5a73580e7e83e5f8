//! `HostedAppHostNameOverride`: the list of hosts that counts instead of the address the code was called at.

use super::{REMOTE, with_host};
use crate::addin::checks::{Issue, Outcome};
use crate::addin::evidence::Value;
use crate::addin::evidence::secret::is_shown;
use crate::addin::subject::Subject;
use crate::model::audit::AuditSeverity;

/// B27: `HostedAppHostNameOverride`.
pub(super) fn host_name_override(subject: &Subject<'_>) -> Outcome {
    let configs = subject.evidence().configs.iter().filter(|config| !config.transform);
    let setting = configs
        .filter_map(|config| config.get("HostedAppHostNameOverride"))
        .find(|setting| !setting.value.raw.is_empty());
    let Some(setting) = setting else {
        return Outcome::does_not_apply("no configuration sets HostedAppHostNameOverride");
    };
    if is_shown(&setting.value.raw) {
        return Outcome::needs(
            "the value of HostedAppHostNameOverride, which is not kept: it looks like a secret",
        );
    }
    let entries: Vec<&str> = setting.value.raw.split(';').collect();
    let mut issues = Vec::new();
    if entries.iter().any(|entry| entry.trim().is_empty()) {
        issues.push(surplus(&setting.value));
    }
    for entry in &entries {
        if entry.trim().is_empty() {
            continue;
        }
        let flaw = if entry.trim() != *entry {
            "has blanks around it, which are compared as well"
        } else if entry.contains("://") {
            "has a scheme"
        } else if entry.contains('*') {
            "has a wildcard, which is not understood"
        } else if entry.contains('/') {
            "has a slash"
        } else {
            continue;
        };
        let message = format!("the entry \"{entry}\" of HostedAppHostNameOverride {flaw}");
        let remedy = "Write bare hosts (with the port where it is not 443), parted by ; and nothing else.";
        issues.push(Issue::new(message, remedy).shown_by(&setting.value));
    }
    // One value for every issue: the sound entries without their blanks, and all hosts that are missing.
    let sound = entries.iter().map(|entry| entry.trim()).filter(|entry| is_bare(entry));
    let mut wanted: Vec<String> = sound.map(str::to_owned).collect();
    for authority in with_host(subject, REMOTE).filter_map(|place| place.authority.as_ref()) {
        if !wanted.iter().any(|entry| entry.eq_ignore_ascii_case(&authority.audience)) {
            wanted.push(authority.audience.clone());
        }
    }
    let whole = wanted.join(";");
    for place in with_host(subject, REMOTE) {
        let Some(authority) = &place.authority else { continue };
        if !entries.iter().any(|entry| entry.eq_ignore_ascii_case(&authority.audience)) {
            let message = format!(
                "{} ({}) is not in HostedAppHostNameOverride, which is the only list that counts once it is set",
                authority.audience, place.row.place
            );
            let remedy = format!("Set HostedAppHostNameOverride to {whole}");
            issues.push(Issue::new(message, remedy).shown_by(&setting.value).shown_by(&place.value));
        }
    }
    Outcome::decided(issues, [&setting.value])
}

/// An empty entry fits no token, and takes nothing away from the others.
fn surplus(value: &Value) -> Issue {
    let message = "HostedAppHostNameOverride has a ; too many: the empty entry fits no host";
    Issue::new(message, "Take the surplus ; out.").shown_by(value).rated(AuditSeverity::Info)
}

/// A host, perhaps with a port, and nothing else.
fn is_bare(entry: &str) -> bool {
    !entry.is_empty() && !entry.contains(['*', '/'])
}
