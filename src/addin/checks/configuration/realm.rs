//! The realm: whose tokens the add-in takes.

use std::collections::BTreeMap;

use crate::addin::checks::client_id::{CONFIG, configs, guid};
use crate::addin::checks::{Issue, Outcome};
use crate::addin::evidence::Value;
use crate::addin::evidence::config::{Config, Setting};
use crate::addin::subject::Subject;

/// How to learn the realm.
const TELL: &str = "Get-SPAuthenticationRealm on a farm; the tenant id in SharePoint Online";

fn settings<'a>(subject: &Subject<'a>) -> Vec<(&'a Config, &'a Setting)> {
    configs(subject).filter_map(|config| Some((config, config.get("Realm")?))).collect()
}

/// What to say where no configuration sets a realm.
fn without(subject: &Subject<'_>) -> Outcome {
    match configs(subject).next() {
        None => Outcome::needs(CONFIG),
        Some(_) => Outcome::does_not_apply("no configuration sets Realm: it is taken from the token"),
    }
}

/// G01: no GUID.
pub(super) fn malformed(subject: &Subject<'_>) -> Outcome {
    let found = settings(subject);
    if found.is_empty() {
        return without(subject);
    }
    let wrong = |setting: &Setting| {
        let text = setting.value.trimmed();
        !text.is_empty() && (guid(text).is_none() || text.starts_with('{') || setting.value.raw != text)
    };
    let issues = found.iter().filter(|(_, setting)| wrong(setting)).map(|(_, setting)| {
        let message = format!("Realm is {:?}, which is no GUID", setting.value.raw);
        let remedy = match guid(&setting.value.raw) {
            Some(bare) => format!("Write {bare}, without braces and blanks."),
            None => format!("Put the GUID of the realm here, or remove the key: {TELL}."),
        };
        Issue::new(message, remedy).shown_by(&setting.value)
    });
    Outcome::decided(issues.collect(), found.iter().map(|(_, setting)| &setting.value))
}

/// G02: there, and empty. The operator `??` of C# takes an empty text for a realm.
pub(super) fn empty(subject: &Subject<'_>) -> Outcome {
    let found = settings(subject);
    if found.is_empty() {
        return without(subject);
    }
    let issues = found
        .iter()
        .filter(|(config, setting)| setting.value.trimmed().is_empty() && !config.is_high_trust());
    let issues = issues.map(|(config, setting)| {
        let message = "Realm is there, but empty: TokenHelper expects the audience \"client id/host@\", which no token has";
        let remedy = format!("Remove the line of Realm from {}, or put the realm there: {TELL}.", config.at.path);
        Issue::new(message, remedy).shown_by(&setting.value)
    });
    Outcome::decided(issues.collect(), found.iter().map(|(_, setting)| &setting.value))
}

/// Realms that farm and registrations tell, by GUID.
fn known<'a>(subject: &Subject<'a>) -> BTreeMap<String, &'a Value> {
    let farm = subject.farm();
    let own = subject.evidence().principals.iter().filter_map(|principal| principal.realm.as_ref());
    let mut known = BTreeMap::new();
    for value in farm.realms.iter().chain(own) {
        known.extend(guid(&value.raw).map(|realm| (realm, value)));
    }
    known
}

/// G03: another realm than that of the farm or tenant.
pub(super) fn differs(subject: &Subject<'_>) -> Outcome {
    let found: Vec<_> =
        settings(subject).into_iter().filter(|(_, setting)| guid(&setting.value.raw).is_some()).collect();
    if found.is_empty() {
        return without(subject);
    }
    let known = known(subject);
    let Some(example) = known.values().next() else {
        return Outcome::needs(format!("the realm of the farm or tenant, given with --realm: {TELL}"));
    };
    let other = found
        .iter()
        .filter(|(_, setting)| !guid(&setting.value.raw).is_some_and(|realm| known.contains_key(&realm)));
    let issues = other.map(|(_, setting)| {
        let realms = known.keys().cloned().collect::<Vec<_>>().join(" or ");
        let message = format!("Realm is {}, the farm or tenant has {realms}", setting.value.trimmed());
        let remedy = format!("Set Realm to {realms}, or remove the key.");
        Issue::new(message, remedy).shown_by(&setting.value).shown_by(example)
    });
    Outcome::decided(issues.collect(), found.iter().map(|(_, setting)| &setting.value).chain([*example]))
}

/// G04: one realm in the configuration of an add-in that runs in several.
pub(super) fn hard_coded(subject: &Subject<'_>) -> Outcome {
    let found: Vec<_> =
        settings(subject).into_iter().filter(|(_, setting)| !setting.value.trimmed().is_empty()).collect();
    if found.is_empty() {
        return without(subject);
    }
    let known = known(subject);
    if known.is_empty() {
        return Outcome::needs("registration exports of the farms and tenants that the add-in runs in");
    }
    let issues = found.iter().filter(|_| known.len() > 1).map(|(_, setting)| {
        let realms = known.keys().cloned().collect::<Vec<_>>().join(", ");
        let message = format!(
            "Realm is fixed to {}, but the add-in is registered in {realms}",
            setting.value.trimmed()
        );
        let issue =
            Issue::new(message, "Remove Realm, so that each token brings its own.").shown_by(&setting.value);
        known.values().take(2).copied().fold(issue, Issue::shown_by)
    });
    Outcome::decided(issues.collect(), found.iter().map(|(_, setting)| &setting.value))
}
