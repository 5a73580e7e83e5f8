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
            other.raw,
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
