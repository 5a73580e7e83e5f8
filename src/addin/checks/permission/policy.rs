//! The permission text as XML, and the app-only policy: OI01, OI07 to OI09, OI20.

use super::super::{Issue, Outcome};
use super::{sets, some_sets};
use crate::addin::evidence::Value;
use crate::addin::evidence::source_code::{SourceFact, SourceFactKind};
use crate::addin::subject::Subject;
use crate::model::audit::{AuditSeverity, Target};

/// OI01.
pub(super) fn malformed(subject: &Subject<'_>) -> Outcome {
    let texts = &subject.evidence().permissions;
    if texts.is_empty() {
        return match subject.addin.manifest() {
            Some(manifest) if manifest.permissions.is_some() => Outcome::does_not_apply(
                "the permissions stand in the manifest, whose XML is checked as a whole",
            ),
            _ => Outcome::needs("the permission XML that was entered on appinv.aspx, saved as an .xml file"),
        };
    }
    let issue = |text: &crate::addin::evidence::permission::PermissionText| {
        let fault = text.malformed.as_ref()?;
        let remedy = match &text.corrected {
            // In one line, which means the same: a remedy is shown as one.
            Some(corrected) => {
                let lines: Vec<&str> = corrected.lines().map(str::trim).collect();
                format!("enter this text instead: {}", lines.join(" "))
            }
            None => "enter a whole AppPermissionRequests element with its end tag".to_owned(),
        };
        Some(Issue::new(format!("the permission XML is malformed: {}", fault.raw), remedy).shown_by(fault))
    };
    let seen: Vec<Value> =
        texts.iter().map(|text| Value::new("AppPermissionRequests", text.at.clone())).collect();
    Outcome::decided(texts.iter().filter_map(issue).collect(), &seen)
}

/// OI07.
pub(super) fn app_only_internal(subject: &Subject<'_>) -> Outcome {
    let Some(manifest) = subject.addin.manifest() else {
        return super::without_manifest(subject);
    };
    if !manifest.is_internal() {
        return Outcome::does_not_apply("the add-in is not SharePoint-hosted");
    }
    let asks = manifest.allow_app_only.as_ref().filter(|policy| policy.is("true") || policy.is("1"));
    let issues = asks.into_iter().map(|policy| {
        let message = "AllowAppOnlyPolicy is requested by a SharePoint-hosted add-in, which cannot use it";
        let remedy =
            "remove AllowAppOnlyPolicy, unless a workflow of SharePoint 2013 runs an app step with it";
        Issue::new(message, remedy).shown_by(policy).at(&manifest.at, "Internal")
    });
    Outcome::decided(issues.collect(), manifest.name.iter())
}

/// OI08.
pub(super) fn app_only_value(subject: &Subject<'_>) -> Outcome {
    let sets = sets(subject);
    let in_manifest = subject.addin.manifest().into_iter().flat_map(|manifest| &manifest.misplaced_app_only);
    let in_texts = subject.evidence().permissions.iter().flat_map(|text| &text.misplaced_app_only);
    let misplaced: Vec<&Value> = in_manifest.chain(in_texts).collect();
    let policies: Vec<&Value> = sets.iter().filter_map(|set| set.policy).collect();
    if policies.is_empty() && misplaced.is_empty() {
        return match some_sets(subject) {
            Ok(_) => Outcome::does_not_apply("AllowAppOnlyPolicy is not requested"),
            Err(outcome) => outcome,
        };
    }
    let odd = policies.iter().filter(|value| !matches!(value.raw.as_str(), "true" | "false" | "1" | "0"));
    let values = odd.map(|value| {
        let message = format!("AllowAppOnlyPolicy is {}, and must be true or false in lower case", value.raw);
        let meant = if value.is("false") || value.is("no") { "false" } else { "true" };
        Issue::new(message, format!("write AllowAppOnlyPolicy=\"{meant}\"")).shown_by(value)
    });
    let places = misplaced.iter().map(|value| {
        let message =
            "AllowAppOnlyPolicy stands on another element than AppPermissionRequests, where it means nothing";
        let remedy = format!(
            "write <AppPermissionRequests AllowAppOnlyPolicy=\"{}\">",
            value.trimmed().to_lowercase()
        );
        Issue::new(message, remedy).shown_by(value)
    });
    Outcome::decided(values.chain(places).collect(), policies.iter().copied())
}

/// OI09.
pub(super) fn app_only_use(subject: &Subject<'_>) -> Outcome {
    let sets = sets(subject);
    if subject.evidence().sources.is_empty() {
        return Outcome::needs(
            "the source of the remote web application (.cs or .vb), which tells whether it asks for app-only tokens",
        );
    }
    if sets.is_empty() && subject.evidence().manifests.is_empty() {
        return Outcome::needs("the AppManifest.xml, or the permission XML that was entered on appinv.aspx");
    }
    let mut calls = own_facts(subject, SourceFactKind::AppOnlyCall);
    if subject.target() == Target::OnPremHighTrust {
        let contexts = own_facts(subject, SourceFactKind::ContextTokenCall);
        calls.extend(contexts.into_iter().filter(|fact| of_receiver(fact)));
    }
    let policy = sets.iter().find(|set| set.is_app_only());
    let issue = match (calls.first(), policy) {
        (Some(call), None) => {
            let message = "the code asks for app-only tokens, and AllowAppOnlyPolicy is not requested";
            let remedy =
                "write <AppPermissionRequests AllowAppOnlyPolicy=\"true\">, and trust the add-in again";
            let issue = Issue::new(message, remedy).shown_by(&call.value);
            Some(sets.iter().take(1).fold(issue, |issue, set| issue.at(set.at, "AppPermissionRequests")))
        }
        (None, Some(set)) => {
            let message =
                "AllowAppOnlyPolicy is requested, and no code that was read asks for app-only tokens";
            let issue = Issue::new(message, "remove AllowAppOnlyPolicy if nothing needs it")
                .rated(AuditSeverity::Warning)
                .followed_by("Nothing fails; whoever has the secret or certificate may do without a user what was granted.");
            Some(set.policy.into_iter().fold(issue, Issue::shown_by))
        }
        _ => None,
    };
    Outcome::decided(issue.into_iter().collect(), calls.iter().map(|call| &call.value))
}

/// In high trust these calls of `TokenHelper` make a token without a user (*verified* in its source).
fn of_receiver(fact: &SourceFact) -> bool {
    ["CreateRemoteEventReceiverClientContext", "CreateAppEventClientContext"]
        .iter()
        .any(|call| fact.value.raw.contains(call))
}

/// Facts of the code of the add-in. The two helper files hold every call there is, used or not.
fn own_facts<'a>(subject: &Subject<'a>, kind: SourceFactKind) -> Vec<&'a SourceFact> {
    let helpers = [SourceFactKind::TokenHelper, SourceFactKind::SharePointContext];
    let own = subject
        .evidence()
        .sources
        .iter()
        .filter(|file| !helpers.iter().any(|helper| file.of(*helper).next().is_some()));
    own.flat_map(|file| file.of(kind)).collect()
}

/// OI20.
pub(super) fn user_only(subject: &Subject<'_>) -> Outcome {
    let sets = match some_sets(subject) {
        Ok(sets) => sets,
        Err(outcome) => return outcome,
    };
    let Some(set) = sets.iter().find(|set| set.is_app_only()) else {
        return Outcome::does_not_apply("AllowAppOnlyPolicy is not requested");
    };
    if subject.evidence().sources.is_empty() {
        return Outcome::needs(
            "the source of the remote web application (.cs or .vb), which tells which APIs it calls",
        );
    }
    let calls = own_facts(subject, SourceFactKind::UserOnlyApi);
    let issues = calls.iter().map(|call| {
        let message = format!("the add-in may act without a user, and calls an API that needs one: {}", call.value.raw);
        let remedy = "call it with a token of the user and the add-in, or request Read on http://sharepoint/content/tenant and test it with an app-only token";
        let issue = Issue::new(message, remedy).shown_by(&call.value);
        set.policy.into_iter().fold(issue, Issue::shown_by)
    });
    Outcome::decided(issues.collect(), set.policy)
}
