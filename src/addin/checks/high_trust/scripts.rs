//! What a script registers on a farm against what the configuration signs with, where no export tells what the farm has.

use super::super::{Issue, Outcome};
use super::issuers::not_a_broker;
use super::settings::{client_id, configs, issuer_id};
use crate::addin::evidence::Value;
use crate::addin::evidence::config::Config;
use crate::addin::evidence::source_code::SourceFactKind;
use crate::addin::subject::Subject;
use crate::model::audit::AuditSeverity;

/// The id of an issuer that a script registers, and whether it is a broker.
type Registered<'a> = (&'a Value, bool);

/// Issuers that scripts of the add-in register.
pub(super) fn issuers<'a>(subject: &Subject<'a>) -> Vec<Registered<'a>> {
    let facts = subject.evidence().sources.iter().flat_map(|source| &source.facts);
    let issuers = facts.filter_map(|fact| match fact.kind {
        SourceFactKind::RegisteredBroker => Some((&fact.value, true)),
        SourceFactKind::RegisteredIssuer => Some((&fact.value, false)),
        _ => None,
    });
    issuers.collect()
}

/// Configurations that sign, and the issuers of scripts; `None` where one of them is missing.
fn both<'a>(subject: &Subject<'a>) -> Option<(Vec<&'a Config>, Vec<Registered<'a>>)> {
    let (mut configs, issuers) = (configs(subject).ok()?, issuers(subject));
    configs.retain(|config| config.is_high_trust());
    (!configs.is_empty() && !issuers.is_empty()).then_some((configs, issuers))
}

/// OH05, as far as a script tells: it registers other issuers than the one that tokens are issued as. That it registers
/// the right one does not show that it was run.
pub(super) fn not_registered(subject: &Subject<'_>) -> Option<Outcome> {
    let (configs, issuers) = both(subject)?;
    let judge = |config: &&Config| {
        let id = issuer_id(config)?;
        let (other, _) = issuers.first()?;
        if issuers.iter().any(|(issuer, _)| id.is(&issuer.raw)) {
            return None;
        }
        let message =
            format!("tokens are issued as {}, and the script registers {}", id.trimmed(), other.raw);
        let remedy = format!(
            "write one id in both: <add key=\"IssuerId\" value=\"{}\"/> if the script was run as it is, or register {} \
             with it and run it again",
            other.raw.to_ascii_lowercase(),
            id.trimmed().to_ascii_lowercase()
        );
        Some(Issue::new(message, remedy).shown_by(id).shown_by(other).rated(AuditSeverity::Error))
    };
    let issues: Vec<Issue> = configs.iter().filter_map(judge).collect();
    let none: [&Value; 0] = [];
    (!issues.is_empty()).then(|| Outcome::decided(issues, none))
}

/// OH06, as far as a script tells.
pub(super) fn no_broker(subject: &Subject<'_>) -> Option<Outcome> {
    let (configs, issuers) = both(subject)?;
    let judge = |config: &&Config| {
        let (id, client) = (issuer_id(config)?, client_id(config)?);
        let mut mine = issuers.iter().filter(|(issuer, _)| id.is(&issuer.raw));
        let (name, _) = mine.clone().next()?;
        let is_broker = mine.any(|(_, broker)| *broker);
        (!is_broker && !id.is(client.trimmed()))
            .then(|| not_a_broker(id, client, name, &[]).rated(AuditSeverity::Error))
    };
    let issues: Vec<Issue> = configs.iter().filter_map(judge).collect();
    let none: [&Value; 0] = [];
    (!issues.is_empty()).then(|| Outcome::decided(issues, none))
}

/// OH03, of the ids that scripts register: no farm finds the issuer of a token under a name in another case.
pub(super) fn in_upper_case(subject: &Subject<'_>) -> Vec<Issue> {
    let upper = issuers(subject).into_iter().map(|(value, _)| value);
    let upper = upper.filter(|value| value.raw.bytes().any(|byte| byte.is_ascii_uppercase()));
    let issue = |value: &Value| {
        let lower = value.raw.to_ascii_lowercase();
        let message = format!(
            "the issuer that a script registers, {}, has upper-case letters, and SharePoint compares it letter by letter",
            value.raw
        );
        let remedy = format!(
            "write {lower} in {}, and register the issuer again if the script was run",
            value.at.path
        );
        Issue::new(message, remedy).shown_by(value).rated(of_script(subject, |name| name == lower))
    };
    upper.map(issue).collect()
}

/// OH07, of the realms that scripts register issuers for.
pub(super) fn of_other_realm(subject: &Subject<'_>) -> Vec<Issue> {
    let realms = &subject.farm().realms;
    let Some(farm) = realms.first() else { return Vec::new() };
    let sources = subject.evidence().sources.iter();
    let told = sources.flat_map(|source| source.of(SourceFactKind::IssuerRealm)).map(|fact| &fact.value);
    let other = told.filter(|realm| !realms.iter().any(|known| known.is(&realm.raw)));
    let issue = |realm: &Value| {
        let message = format!(
            "a script registers the issuer for the realm {}, and the realm of the farm is {}",
            realm.raw, farm.raw
        );
        let remedy = format!(
            "write (Get-SPAuthenticationRealm) in its place in {}, and register the issuer again if the script was run",
            realm.at.path
        );
        let severity = of_script(subject, |_| true);
        Issue::new(message, remedy).shown_by(realm).shown_by(farm).rated(severity)
    };
    other.map(issue).collect()
}

/// How bad a slip in a script is: where the farm has an issuer as it should be, the script was not run as it is.
fn of_script(subject: &Subject<'_>, is_right: impl Fn(&str) -> bool) -> AuditSeverity {
    let realms = &subject.farm().realms;
    let mut names = subject.farm().issuers.iter().filter_map(|issuer| issuer.registered_name.as_ref());
    let ids: Vec<String> = issuers(subject).iter().map(|(id, _)| id.raw.to_ascii_lowercase()).collect();
    let registered = names.any(|name| {
        let (id, realm) = name.raw.split_once('@').unwrap_or((&name.raw, ""));
        let of_farm = realms.is_empty() || realms.iter().any(|known| known.is(realm));
        ids.iter().any(|own| own == id) && is_right(id) && of_farm
    });
    if registered { AuditSeverity::Warning } else { AuditSeverity::Error }
}
