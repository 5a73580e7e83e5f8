//! Checks of the client secret (family F). None of them ever sees the text of a secret.

mod exposure;
mod form;
mod lifetime;
mod rotation;

use super::client_id::{CONFIG, configs};
use super::{Check, Outcome, commands};
use crate::addin::evidence::Value;
use crate::addin::evidence::config::{Config, Setting};
use crate::addin::evidence::registration::{Credential, CredentialKind, Principal};
use crate::addin::evidence::secret::Secret;
use crate::addin::subject::Subject;
use crate::model::audit::Target;

/// The checks of this family.
pub const CHECKS: &[Check] = &[
    Check { code: "OF01", decide: form::not_base64 },
    Check { code: "OF02", decide: form::odd_length },
    Check { code: "OF03", decide: form::odd_characters },
    Check { code: "OF04", decide: form::placeholder },
    Check { code: "OF05", decide: lifetime::expired },
    Check { code: "OF06", decide: lifetime::expires_soon },
    Check { code: "OF07", decide: lifetime::estimated },
    Check { code: "OF08", decide: rotation::incomplete_set },
    Check { code: "OF09", decide: rotation::lingering },
    Check { code: "OF10", decide: rotation::secondary },
    Check { code: "OF11", decide: lifetime::just_made },
    Check { code: "OF12", decide: rotation::old_token_helper },
    Check { code: "OF13", decide: exposure::in_clear },
    Check { code: "OF14", decide: exposure::reused },
    Check { code: "OF15", decide: exposure::beside_certificate },
    Check { code: "OF16", decide: rotation::recipe },
    Check { code: "OF17", decide: exposure::in_address },
];

/// Keys that hold a client secret, the one that `TokenHelper` looks for first before the others.
const CLIENT_SECRETS: [&str; 3] = ["ClientSecret", "HostedAppSigningKey", "SecondaryClientSecret"];

/// A client secret of a configuration: the setting, and what may be known of it.
type Found<'a> = (&'a Config, &'a Setting, &'a Secret);

/// How often a key may stand in a file for each of its values to be judged. .NET takes the last one, and how many there
/// are is told by another check.
const MOST_OF_A_KEY: usize = 50;

/// Client secrets in configurations of the add-in, transforms and comments left out; empty ones among them.
fn in_configs<'a>(subject: &Subject<'a>) -> Vec<Found<'a>> {
    let of_config = |config: &'a Config| {
        CLIENT_SECRETS.into_iter().flat_map(move |key| {
            let set = config.settings.iter().filter(move |setting| setting.counts() && setting.is(key));
            let mut last: Vec<&Setting> = set.rev().take(MOST_OF_A_KEY).collect();
            last.reverse();
            last
        })
    };
    configs(subject)
        .flat_map(|config| {
            of_config(config).filter_map(move |setting| Some((config, setting, setting.secret.as_ref()?)))
        })
        .collect()
}

/// What to say where no configuration holds a client secret.
fn without_secret(subject: &Subject<'_>) -> Outcome {
    if configs(subject).any(Config::is_high_trust) {
        return Outcome::does_not_apply("it is a high-trust add-in: a certificate stands for the secret");
    }
    Outcome::needs(format!("{CONFIG} with its ClientSecret"))
}

/// Registrations of the add-in that tell their credentials.
fn with_credentials<'a>(subject: &Subject<'a>) -> Vec<(&'a Principal, &'a [Credential])> {
    let principals = subject.evidence().principals.iter();
    principals.filter_map(|principal| Some((principal, principal.credentials.as_deref()?))).collect()
}

/// The client id of a registration, else of the add-in; for commands.
fn client_id(subject: &Subject<'_>, principal: &Principal) -> String {
    let own = principal.client_id.as_ref().or_else(|| subject.addin.client_id());
    own.map_or_else(|| "<client id>".to_owned(), |value| value.trimmed().to_owned())
}

fn needs_registration(subject: &Subject<'_>) -> Outcome {
    if subject.target() == Target::OnPremHighTrust {
        return Outcome::does_not_apply("high trust signs with a certificate and has no client secret");
    }
    Outcome::needs(commands::export(subject.addin.client_id().map(Value::trimmed)))
}

/// `password`, `signing key` …
fn kind(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::Password => "password",
        CredentialKind::SymmetricSign => "key for signing",
        CredentialKind::SymmetricVerify => "key for verifying",
        CredentialKind::Asymmetric => "certificate",
        CredentialKind::Other => "credential of another kind",
    }
}
