//! The client id and the registrations: is there one, only one, and for one add-in.

use std::collections::BTreeSet;

use super::{guid, needs_client_id};
use crate::addin::checks::{Issue, Outcome, commands};
use crate::addin::crowd::exported;
use crate::addin::evidence::Value;
use crate::addin::evidence::registration::Principal;
use crate::addin::subject::{AddIn, Subject};
use crate::model::audit::{AuditSeverity, Fix, Target};

/// E06: no registration has this client id, or it is switched off.
pub(super) fn not_registered(subject: &Subject<'_>) -> Outcome {
    let Some((id, at)) = own_id(subject) else { return needs_client_id() };
    let own: Vec<&Principal> =
        exported(subject.evidence()).filter(|principal| id_of(principal).as_ref() == Some(&id)).collect();
    let disabled = own.iter().filter(|principal| principal.enabled == Some(false)).map(|principal| {
        let message = format!("the principal {id} is disabled (accountEnabled is false)");
        let issue = Issue::new(message, format!("Switch it on again: {}", commands::enable(&id)));
        issue.at(&principal.at, "accountEnabled false").shown_by(at)
    });
    let disabled: Vec<Issue> = disabled.collect();
    if !own.is_empty() {
        return Outcome::decided(disabled, own.iter().filter_map(|principal| principal.client_id.as_ref()));
    }
    let Some(example) = &subject.crowd.example else {
        return Outcome::needs(commands::export(Some(at.trimmed())));
    };
    let count = subject.crowd.registered.len();
    if count == 0 {
        // What is registered there has no client id that could be compared.
        return Outcome::needs(commands::export(Some(at.trimmed())));
    }
    let message =
        format!("the client id {id} is not among the {count} registered principals that were given");
    let issue = if subject.crowd.registered_whole {
        unregistered(subject, &id, message)
    } else {
        perhaps_unregistered(subject, &id, &message)
    };
    Outcome::decided(vec![issue.shown_by(at).at(&example.at, format!("{count} principals"))], [])
}

/// Exports of single principals are as common as those of all, and look the same.
fn perhaps_unregistered(subject: &Subject<'_>, id: &str, message: &str) -> Issue {
    let message = format!("{message}, which need not be all there are");
    let issue = unregistered(subject, id, message);
    let remedy = if subject.on_premises() {
        format!(
            "Make sure first that it is missing: {}. If it is: {}",
            commands::export(Some(id)),
            issue.remedy
        )
    } else {
        issue.remedy
    };
    Issue { remedy, at_most: Some(AuditSeverity::Warning), ..issue }
}

fn unregistered(subject: &Subject<'_>, id: &str, message: String) -> Issue {
    let title = match subject.addin.name.trim() {
        "" => id,
        name => name,
    };
    match subject.target() {
        Target::OnPremHighTrust => {
            let remedy = format!("Register it on the farm: {}", commands::register(id, title));
            let fix = Fix::RegisterPrincipal { client_id: id.to_owned(), title: title.to_owned() };
            return Issue::new(message, remedy).fixed_by(fix);
        }
        // Only the page makes the secret of low trust as well.
        Target::OnPremLowTrust => {
            let remedy = format!(
                "Register {id} on /_layouts/15/appregnew.aspx of a site of the farm, and note its secret."
            );
            return Issue::new(message, remedy);
        }
        Target::Spo | Target::ExternalApp => {}
    }
    let remedy = format!(
        "Ask the tenant for it, {}; if it was deleted, restore it or register the add-in again.",
        commands::export(Some(id))
    );
    Issue::new(message, remedy)
}

/// The client id of the add-in as a GUID, and where it counts.
fn own_id<'a>(subject: &Subject<'a>) -> Option<(String, &'a Value)> {
    let value = subject.addin.client_id()?;
    Some((guid(&value.raw)?, value))
}

fn id_of(principal: &Principal) -> Option<String> {
    principal.client_id.as_ref().and_then(|value| guid(&value.raw))
}

/// E07: one client id for several add-ins, or several for one.
pub(super) fn shared(subject: &Subject<'_>) -> Outcome {
    let Some((id, at)) = own_id(subject) else { return needs_client_id() };
    let mut issues = Vec::new();
    for other in subject.related {
        if let Some(value) = claims(other, &id) {
            let message =
                format!("the client id {id} is used by {:?} and by {:?}", subject.addin.name, other.name);
            let remedy = "Register each add-in by itself, so that a secret or a permission of one is not that of the other.";
            issues.push(Issue::new(message, remedy).shown_by(at).shown_by(value));
        }
    }
    let registered: BTreeSet<String> = exported(subject.evidence()).filter_map(id_of).collect();
    if registered.len() > 1 {
        let list = registered.iter().cloned().collect::<Vec<_>>().join(", ");
        let message = format!("the add-in has {} principals: {list}", registered.len());
        let remedy =
            format!("Keep {id}, which the add-in uses, and delete the others once nothing uses them.");
        let shown = exported(subject.evidence()).filter_map(|principal| principal.client_id.as_ref());
        issues.push(shown.fold(Issue::new(message, remedy), Issue::shown_by));
    }
    Outcome::decided(issues, [at])
}

/// Where another add-in names this client id as its own.
fn claims<'a>(other: &'a AddIn, id: &str) -> Option<&'a Value> {
    other.client_id().filter(|value| guid(&value.raw).as_deref() == Some(id))
}

/// E09: nothing that was given uses the registration.
pub(super) fn orphan(subject: &Subject<'_>) -> Outcome {
    let own: Vec<&Principal> = exported(subject.evidence()).collect();
    if own.is_empty() {
        return Outcome::does_not_apply("no registration of it was given");
    }
    if !subject.crowd.has_addins {
        return Outcome::needs(
            "the add-ins: their packages, their configurations, or a list of what is installed",
        );
    }
    let issues = own.iter().filter_map(|principal| Some((principal, id_of(principal)?)));
    let issues = issues.filter(|(_, id)| !subject.crowd.used.contains(id)).map(|(principal, id)| {
        let title = principal.title.as_ref().map_or("", |title| title.trimmed());
        let message = format!("nothing that was given uses the principal {id} {title:?}");
        let remedy = "Find out who uses it (sign-in log of service principals) before it is deleted.";
        let issue = Issue::new(message, remedy);
        principal.client_id.iter().fold(issue, Issue::shown_by)
    });
    Outcome::decided(issues.collect(), own.iter().filter_map(|principal| principal.client_id.as_ref()))
}

/// E10: the registration has another title than the manifest.
pub(super) fn title_differs(subject: &Subject<'_>) -> Outcome {
    let Some(title) = subject.addin.manifest().and_then(|manifest| manifest.title.as_ref()) else {
        return Outcome::does_not_apply("there is no manifest with a title");
    };
    if title.trimmed().starts_with("$Resources:") {
        return Outcome::does_not_apply(
            "the title of the manifest is a resource, written in several languages",
        );
    }
    let id = subject.addin.client_id().map(Value::trimmed);
    let titles: Vec<&Value> =
        exported(subject.evidence()).filter_map(|principal| principal.title.as_ref()).collect();
    if titles.is_empty() {
        return Outcome::needs(commands::export(id));
    }
    let issues = titles.iter().filter(|registered| !registered.is(title.trimmed())).map(|registered| {
        let message = format!(
            "the registration is called {:?}, the manifest {:?}",
            registered.trimmed(),
            title.trimmed()
        );
        let remedy = format!("Give both the same title: {:?}.", title.trimmed());
        Issue::new(message, remedy).shown_by(registered).shown_by(title)
    });
    Outcome::decided(issues.collect(), [title].into_iter().chain(titles.iter().copied()))
}
