//! How a client secret looks, as far as may be known of it.

use super::{Found, in_configs, without_secret};
use crate::addin::checks::{Issue, Outcome};
use crate::addin::evidence::secret::SecretForm;
use crate::addin::subject::Subject;
use crate::model::audit::{AuditSeverity, Target};

fn each(subject: &Subject<'_>, flaw: impl Fn(&Found<'_>) -> Option<Issue>) -> Outcome {
    let found = in_configs(subject);
    if found.is_empty() {
        return without_secret(subject);
    }
    let issues = found.iter().filter_map(|secret| Some(flaw(secret)?.shown_by(&secret.1.value))).collect();
    Outcome::decided(issues, found.iter().map(|(_, setting, _)| &setting.value))
}

/// There is something, and it is meant to be a secret.
fn is_filled(form: SecretForm, length: usize) -> bool {
    length > 0 && !form.placeholder
}

/// F01: `Convert.FromBase64String` fails.
pub(super) fn not_base64(subject: &Subject<'_>) -> Outcome {
    each(subject, |(_, setting, secret)| {
        let broken = is_filled(secret.form, secret.length) && secret.form.decoded.is_none();
        let key = setting.key.trimmed();
        // Secrets of Microsoft Entra have 40 characters, some of which base64 does not know.
        let entra = matches!(secret.length, 34 | 37 | 40);
        let hint = if entra {
            "; it has the length of a secret of Microsoft Entra that was not encoded"
        } else {
            ""
        };
        let remedy = if entra {
            format!(
                "Put the encoded form into {key}: \
                 [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes((Read-Host 'secret as Microsoft Entra shows it')))"
            )
        } else {
            format!("Copy the whole secret into {key} again; if it is lost, make a new one.")
        };
        broken.then(|| Issue::new(format!("{key} ({}) is not base64{hint}", secret.shown()), remedy))
    })
}

/// F02: neither 32 bytes nor an encoded secret of Microsoft Entra.
pub(super) fn odd_length(subject: &Subject<'_>) -> Outcome {
    each(subject, |(_, setting, secret)| {
        let bytes = secret.form.decoded.filter(|_| is_filled(secret.form, secret.length))?;
        let usual = bytes == 32 || (secret.form.decodes_to_text && (30..=64).contains(&bytes));
        let message = format!(
            "{} stands for {bytes} bytes, where appregnew.aspx makes 32 and Microsoft Entra about 40 of text",
            setting.key.trimmed()
        );
        (!usual).then(|| {
            Issue::new(
                message,
                "Compare it with the secret that was noted at registration: it may be cut off.",
            )
        })
    })
}

/// F03: blanks, escapes, typographic quotes.
pub(super) fn odd_characters(subject: &Subject<'_>) -> Outcome {
    each(subject, |(_, setting, secret)| {
        let form = secret.form;
        let flaws = [
            (form.blanks, "a blank, a line end or an invisible character"),
            (form.escaped, "an escape of an address or of HTML, such as %2B"),
            (form.smart_quotes, "a typographic quote"),
        ];
        let told: Vec<&str> = flaws.into_iter().filter(|(has, _)| *has).map(|(_, text)| text).collect();
        let wrong = is_filled(form, secret.length) && !told.is_empty();
        let message = format!("{} ({}) holds {}", setting.key.trimmed(), secret.shown(), told.join(" and "));
        wrong.then(|| {
            Issue::new(
                message,
                "Copy the secret from where it was noted as plain text, not from a page or a document.",
            )
        })
    })
}

/// F04: never filled in.
pub(super) fn placeholder(subject: &Subject<'_>) -> Outcome {
    each(subject, |found| {
        let (_, setting, secret) = found;
        let empty = is_missed(subject, found);
        let told = match (empty, secret.form.deployment) {
            (true, _) if secret.form.blanks => "holds blanks alone",
            (true, _) => "is empty",
            (false, true) => "is a name in whose place the deployment puts the secret",
            (false, false) => "is a placeholder",
        };
        let message = format!("{} {told}", setting.key.trimmed());
        let remedy = "Put the secret of the registration here, on the server, not in the source.";
        let issue = Issue::new(message, remedy);
        let issue = match (empty, secret.form.deployment) {
            // The tools of Visual Studio fill an empty secret in for a debug run.
            (true, _) => issue.rated(AuditSeverity::Warning),
            // As it should be in what is deployed from.
            (false, true) => issue.rated(AuditSeverity::Info),
            (false, false) => issue,
        };
        (empty || (secret.form.placeholder && secret.length > 0)).then_some(issue)
    })
}

/// It is empty, and nothing stands in for it. The second secret may be empty, and in high trust none is used; where a key
/// stands twice .NET takes the last one; and where `ClientSecret` is empty `TokenHelper` takes `HostedAppSigningKey`
/// (*documented*: its source asks `IsNullOrEmpty`, to which blanks are a secret).
fn is_missed(subject: &Subject<'_>, (config, setting, secret): &Found<'_>) -> bool {
    if secret.length > 0 || setting.is("SecondaryClientSecret") {
        return false;
    }
    let high_trust = config.is_high_trust() || subject.target() == Target::OnPremHighTrust;
    let replaced = config.get(&setting.key.raw).is_some_and(|last| last.key.at != setting.key.at);
    let first = setting.is("ClientSecret");
    let other = config.get(if first { "HostedAppSigningKey" } else { "ClientSecret" });
    let filled = other.and_then(|other| other.secret.as_ref()).is_some_and(|other| other.length > 0);
    let stands_in = filled && !(first && secret.form.blanks);
    !high_trust && !replaced && !stands_in
}
