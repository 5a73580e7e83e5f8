//! Where secrets can be read, and where the same one stands again.

use std::collections::BTreeMap;

use super::{CLIENT_SECRETS, in_configs};
use crate::addin::checks::client_id::{CONFIG, configs, of_config};
use crate::addin::checks::{Issue, Outcome};
use crate::addin::evidence::config::{Config, Setting};
use crate::addin::evidence::manifest::Manifest;
use crate::addin::evidence::secret::Secret;
use crate::addin::evidence::source_code::SourceFactKind;
use crate::addin::evidence::{Evidence, Value};
use crate::addin::subject::Subject;

/// Every filled-in secret of an add-in that gives access to SharePoint, those in comments and transforms too.
fn all(evidence: &Evidence) -> Vec<&Secret> {
    outside_manifests(evidence).chain(in_manifests(evidence)).filter(|secret| is_filled_in(secret)).collect()
}

fn is_filled_in(secret: &Secret) -> bool {
    secret.length > 0 && !secret.form.placeholder
}

fn outside_manifests(evidence: &Evidence) -> impl Iterator<Item = &Secret> {
    // What a transform put into a configuration stands in the transform.
    let settings = evidence.configs.iter().flat_map(|config| {
        config.settings.iter().filter(|setting| config.transform || setting.transform.is_none())
    });
    let in_configs =
        settings.filter(|setting| setting.gives_access()).filter_map(|setting| setting.secret.as_ref());
    let in_remarks = evidence.configs.iter().flat_map(|config| &config.remarks);
    let published = evidence.published.iter().flat_map(|published| &published.secrets);
    let in_sources = evidence.sources.iter().flat_map(|source| &source.secrets);
    let registered = evidence.principals.iter().flat_map(|principal| &principal.secrets);
    in_configs.chain(in_remarks).chain(published).chain(in_sources).chain(registered)
}

/// Secrets that a debug run left in manifests, or somebody in a comment of one.
fn in_manifests(evidence: &Evidence) -> impl Iterator<Item = &Secret> {
    evidence.manifests.iter().flat_map(Manifest::secrets)
}

/// F13: secrets in clear, by file. Those in manifests are A15.
pub(super) fn in_clear(subject: &Subject<'_>) -> Outcome {
    let evidence = subject.evidence();
    let looked =
        !evidence.configs.is_empty() || !evidence.sources.is_empty() || !evidence.published.is_empty();
    let found: Vec<&Secret> = outside_manifests(evidence).filter(|secret| is_filled_in(secret)).collect();
    if !looked && evidence.manifests.is_empty() && found.is_empty() {
        return Outcome::needs(
            "the files of the add-in: its configuration, its sources, its publish profiles",
        );
    }
    let mut by_file: BTreeMap<&str, Vec<&Secret>> = BTreeMap::new();
    for secret in found {
        by_file.entry(&secret.at.path).or_default().push(secret);
    }
    let issues = by_file.into_iter().map(|(path, secrets)| {
        let mut keys: Vec<&str> = secrets.iter().map(|secret| secret.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        let number = secrets.len();
        let noun = if number == 1 { "a secret in clear" } else { "secrets in clear" };
        let message = format!("{path} holds {noun}: {}", keys.join(", "));
        let of_registration = |secret: &&&Secret| {
            let mut registered = evidence.principals.iter().flat_map(|principal| &principal.secrets);
            registered.any(|other| other == **secret)
        };
        let of_certificate = |secret: &&Secret| is_of_certificate(&secret.key);
        let remedy = if secrets.iter().all(of_certificate) {
            "Export the certificate anew as .pfx with another password, or move it to the certificate store of Windows \
             and name its serial number instead (ClientSigningCertificateSerialNumber); remove password and .pfx from \
             the history of the repository. Whoever had both needs a new certificate to be kept out."
        } else if secrets.iter().all(|secret| of_registration(&secret)) {
            "Make a new secret, and delete the file or take the secret out of it: a registration is told without it."
        } else {
            "Make a new secret, keep it out of files (environment of the server, key vault, encrypted section: \
             aspnet_regiis -pef appSettings <folder>), and remove the old one from the history of the repository."
        };
        let some = secrets.iter().any(of_certificate) && !secrets.iter().all(of_certificate);
        let also = if some { " Export the certificate anew as .pfx with another password." } else { "" };
        let remedy = format!("{remedy}{also}");
        let values = secrets.iter().take(6).map(|secret| secret.value());
        values.fold(Issue::new(message, remedy), |issue, value| issue.shown_by(&value))
    });
    let seen: Vec<Value> =
        evidence.configs.iter().map(|config| Value::new("no secret in clear", config.at.clone())).collect();
    Outcome::decided(issues.collect(), &seen)
}

/// The password of a certificate, not a secret of the registration.
fn is_of_certificate(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    lower.ends_with("password") && (lower.contains("cert") || lower.contains("pfx"))
}

/// F14: the same secret somewhere else.
pub(super) fn reused(subject: &Subject<'_>) -> Outcome {
    let own = all(subject.evidence());
    if own.is_empty() {
        return if subject.evidence().configs.is_empty() {
            Outcome::needs(CONFIG)
        } else {
            Outcome::does_not_apply("no secret stands in its files")
        };
    }
    let mut issues = Vec::new();
    for other in subject.related {
        let theirs = all(&other.evidence);
        // A file that belongs to both is not a second place.
        let pair = own.iter().find_map(|mine| {
            let twin = theirs.iter().find(|twin| twin.at.path != mine.at.path && twin.equals(mine))?;
            Some((mine, twin))
        });
        if let Some((mine, twin)) = pair {
            let message = format!(
                "{:?} and {:?} have the same secret ({})",
                subject.addin.name,
                other.name,
                mine.shown()
            );
            issues.push(same(message).shown_by(&mine.value()).shown_by(&twin.value()));
        }
    }
    issues.extend(between_environments(subject));
    let seen: Vec<Value> = own.iter().map(|secret| secret.value()).collect();
    Outcome::decided(issues, &seen)
}

fn same(message: String) -> Issue {
    Issue::new(message, "Give each add-in and each environment a registration and a secret of its own.")
}

/// A transform for another environment that sets the same secret, or another client id with the same one.
fn between_environments(subject: &Subject<'_>) -> Option<Issue> {
    let secret = |config: &Config| {
        let own = |setting: &&Setting| {
            !setting.commented && !setting.void && (config.transform || setting.transform.is_none())
        };
        let setting = config.settings.iter().filter(own).find(|setting| setting.is("ClientSecret"))?;
        setting.secret.clone().filter(|secret| secret.length > 0 && !secret.form.placeholder)
    };
    let all: Vec<(&Config, Secret)> =
        subject.evidence().configs.iter().filter_map(|config| Some((config, secret(config)?))).collect();
    let id = |config: &Config| of_config(config).map(|setting| setting.value.trimmed().to_ascii_lowercase());
    let apart = |a: &Config, b: &Config| {
        a.transform != b.transform || (id(a).is_some() && id(b).is_some() && id(a) != id(b))
    };
    let (mine, twin) = all.iter().find_map(|(config, mine)| {
        let twin = all.iter().find(|(other, twin)| {
            other.at.path < config.at.path && apart(config, other) && twin.equals(mine)
        })?;
        Some((mine, &twin.1))
    })?;
    let message = format!("two environments of the add-in have the same secret ({})", mine.shown());
    Some(same(message).shown_by(&twin.value()).shown_by(&mine.value()))
}

/// F15: a client secret where a certificate is used.
pub(super) fn beside_certificate(subject: &Subject<'_>) -> Outcome {
    let all: Vec<&Config> = configs(subject).collect();
    if all.is_empty() {
        return Outcome::needs(CONFIG);
    }
    if !all.iter().any(|config| config.is_high_trust()) {
        return Outcome::does_not_apply("no configuration names a signing certificate");
    }
    let found = in_configs(subject);
    let issues = found.iter().filter(|(config, setting, secret)| {
        config.is_high_trust() && secret.length > 0 && CLIENT_SECRETS.iter().any(|key| setting.is(key))
    });
    let issues = issues.map(|(config, setting, secret)| {
        let message = format!(
            "{} ({}) is set beside a signing certificate: TokenHelper works in high trust and never reads it",
            setting.key.trimmed(),
            secret.shown()
        );
        let certificate = ["ClientSigningCertificatePath", "ClientSigningCertificateSerialNumber"];
        let shown = certificate.iter().find_map(|key| config.get(key)).map(|setting| &setting.value);
        let issue = Issue::new(
            message,
            format!(
                "Remove {}, or the certificate if the add-in is meant for low trust.",
                setting.key.trimmed()
            ),
        );
        shown.into_iter().fold(issue.shown_by(&setting.value), Issue::shown_by)
    });
    Outcome::decided(
        issues.collect(),
        all.iter()
            .filter_map(|config| config.get("ClientSigningCertificatePath"))
            .map(|setting| &setting.value),
    )
}

/// F17: a secret in the query of an address or in a form of a script.
pub(super) fn in_address(subject: &Subject<'_>) -> Outcome {
    let sources = &subject.evidence().sources;
    if sources.is_empty() {
        return Outcome::needs("the sources and scripts of the add-in");
    }
    let facts = sources.iter().flat_map(|source| source.of(SourceFactKind::SecretInUrl));
    let issues = facts.map(|fact| {
        let message = format!("a secret stands in an address or a form of a script: {}", fact.value.raw);
        let remedy = "Make a new secret, and let the script read it from the environment; what was sent in an address is in logs and proxies.";
        Issue::new(message, remedy).shown_by(&fact.value)
    });
    let seen: Vec<Value> =
        sources.iter().map(|source| Value::new("no secret in an address", source.at.clone())).collect();
    Outcome::decided(issues.collect(), &seen)
}
