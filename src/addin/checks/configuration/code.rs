//! What the sources do that no configuration repairs.

use crate::addin::checks::client_id::{CONFIG, configs, guid};
use crate::addin::checks::lifecycle::FOREIGN;
use crate::addin::checks::{Issue, Outcome};
use crate::addin::evidence::Value;
use crate::addin::evidence::ids::SHAREPOINT;
use crate::addin::evidence::source_code::{SourceFact, SourceFactKind};
use crate::addin::subject::Subject;

/// What is asked for where there are no sources.
const SOURCES: &str = "the sources of the remote web application";

fn facts<'a>(subject: &Subject<'a>, kind: SourceFactKind) -> Vec<&'a SourceFact> {
    subject.evidence().sources.iter().flat_map(|source| source.of(kind)).collect()
}

/// An issue for each fact of a kind.
fn each(subject: &Subject<'_>, kind: SourceFactKind, issue: impl Fn(&SourceFact) -> Issue) -> Outcome {
    let sources = &subject.evidence().sources;
    if sources.is_empty() {
        return Outcome::needs(SOURCES);
    }
    let issues = facts(subject, kind).into_iter().map(|fact| issue(fact).shown_by(&fact.value)).collect();
    let seen: Vec<Value> = sources.iter().map(|source| Value::new("read", source.at.clone())).collect();
    Outcome::decided(issues, &seen)
}

/// G07: any certificate is accepted.
pub(super) fn validation_off(subject: &Subject<'_>) -> Outcome {
    if subject.addin.foreign {
        return Outcome::does_not_apply(FOREIGN);
    }
    each(subject, SourceFactKind::CertificateValidationOff, |fact| {
        let message = format!("{} accepts any certificate", fact.value.raw);
        let remedy =
            format!("Remove it from {}, and trust the certificate that made it necessary.", fact.value.at);
        Issue::new(message, remedy)
    })
}

/// G12: tokens for something else than SharePoint.
pub(super) fn target_principal(subject: &Subject<'_>) -> Outcome {
    let found = facts(subject, SourceFactKind::TargetPrincipal);
    if found.is_empty() {
        return Outcome::needs(format!("{SOURCES} with the constant SharePointPrincipal"));
    }
    let issues =
        found.iter().filter(|fact| guid(&fact.value.raw).as_deref() != Some(SHAREPOINT)).map(|fact| {
            let message = format!("tokens are asked for {:?}, SharePoint is {SHAREPOINT}", fact.value.raw);
            Issue::new(message, format!("Set the constant to {SHAREPOINT}.")).shown_by(&fact.value)
        });
    Outcome::decided(issues.collect(), found.iter().map(|fact| &fact.value))
}

/// G13: files read or written past OAuth.
pub(super) fn binary_direct(subject: &Subject<'_>) -> Outcome {
    each(subject, SourceFactKind::BinaryDirect, |fact| {
        let message = format!("{} works over WebDAV, which takes no OAuth token", fact.value.raw);
        let remedy = if fact.value.raw.contains("Save") {
            "Use Folder.Files.Add with FileCreationInformation.ContentStream, or the REST endpoint Files/add."
        } else {
            "Use File.OpenBinaryStream, or the REST endpoint GetFileByServerRelativeUrl(…)/$value."
        };
        Issue::new(message, remedy)
    })
}

/// G14: no realm in the call, and none in the configuration.
pub(super) fn null_realm(subject: &Subject<'_>) -> Outcome {
    if subject.evidence().sources.is_empty() {
        return Outcome::needs(SOURCES);
    }
    let found = facts(subject, SourceFactKind::NullRealm);
    if found.is_empty() {
        let calls = facts(subject, SourceFactKind::AppOnlyCall);
        return Outcome::decided(Vec::new(), calls.iter().map(|fact| &fact.value));
    }
    let mut all = configs(subject).peekable();
    if all.peek().is_none() {
        return Outcome::needs(format!(
            "{CONFIG}: the code passes null as the realm, so Realm has to be set there"
        ));
    }
    let realm =
        all.find_map(|config| config.get("Realm").filter(|setting| !setting.value.trimmed().is_empty()));
    let issues = found.iter().filter(|_| realm.is_none()).map(|fact| {
        let message = format!("{} passes null as the realm, and no configuration sets Realm", fact.value.raw);
        let remedy = "Pass TokenHelper.GetRealmFromTargetUrl(siteUri) as the third argument, or set Realm in appSettings.";
        Issue::new(message, remedy).shown_by(&fact.value)
    });
    Outcome::decided(
        issues.collect(),
        found.iter().map(|fact| &fact.value).chain(realm.map(|setting| &setting.value)),
    )
}
