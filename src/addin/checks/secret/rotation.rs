//! The way from one secret to the next.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDateTime};

use super::{client_id, commands, in_configs, kind, needs_registration, with_credentials, without_secret};
use crate::addin::checks::{Issue, Outcome};
use crate::addin::evidence::Value;
use crate::addin::evidence::registration::{Credential, CredentialKind, PrincipalSource};
use crate::addin::evidence::source_code::{SourceFactKind, SourceFile};
use crate::addin::subject::Subject;

const SET: [CredentialKind; 3] =
    [CredentialKind::SymmetricSign, CredentialKind::SymmetricVerify, CredentialKind::Password];

fn value(credential: &Credential) -> Value {
    let end = credential.end.as_ref().map_or_else(String::new, |end| format!(" until {}", end.utc.date()));
    Value::new(format!("{}{end}", kind(credential.kind)), credential.at.clone())
}

fn is_live(credential: &Credential, now: NaiveDateTime) -> bool {
    credential.end.as_ref().is_none_or(|end| end.utc >= now)
        && credential.start.as_ref().is_none_or(|start| start.utc <= now)
}

/// F08: two symmetric keys and a password belong together and end together.
pub(super) fn incomplete_set(subject: &Subject<'_>) -> Outcome {
    let all = with_credentials(subject);
    if all.is_empty() {
        return needs_registration(subject);
    }
    let symmetric = |credentials: &[Credential]| {
        credentials
            .iter()
            .any(|one| matches!(one.kind, CredentialKind::SymmetricSign | CredentialKind::SymmetricVerify))
    };
    let sets: Vec<_> = all
        .iter()
        .filter(|(principal, credentials)| principal.legacy == Some(true) || symmetric(credentials))
        .collect();
    if sets.is_empty() {
        return Outcome::does_not_apply(
            "it is an application of Microsoft Entra, whose secrets are passwords alone",
        );
    }
    let mut issues = Vec::new();
    for (principal, credentials) in &sets {
        let last = |wanted| {
            credentials
                .iter()
                .filter(|one| one.kind == wanted)
                .max_by_key(|one| one.end.as_ref().map(|end| end.utc))
        };
        let found: Vec<&Credential> = SET.into_iter().filter_map(last).collect();
        let missing: Vec<&str> = SET.into_iter().filter(|wanted| last(*wanted).is_none()).map(kind).collect();
        let days: BTreeSet<_> =
            found.iter().filter_map(|one| one.end.as_ref()).map(|end| end.utc.date()).collect();
        let message = match (missing.is_empty(), days.len()) {
            (false, _) => format!(
                "the secret of {} is incomplete: it lacks the {}",
                client_id(subject, principal),
                missing.join(" and the ")
            ),
            (true, 2..) => {
                format!("the parts of the secret of {} end on different days", client_id(subject, principal))
            }
            _ => continue,
        };
        let remedy = "Make a whole new set: two symmetric keys (Sign and Verify) and a password with the same value and the same dates.";
        issues.push(
            found
                .into_iter()
                .map(value)
                .fold(Issue::new(message, remedy), |issue, shown| issue.shown_by(&shown)),
        );
    }
    let seen: Vec<Value> = sets.iter().flat_map(|(_, credentials)| credentials.iter()).map(value).collect();
    Outcome::decided(issues, &seen)
}

/// F09: several secrets live, or ended ones were never removed.
pub(super) fn lingering(subject: &Subject<'_>) -> Outcome {
    let now = subject.settings.now;
    let all = with_credentials(subject);
    if all.is_empty() {
        return needs_registration(subject);
    }
    let mut issues = Vec::new();
    for (principal, credentials) in &all {
        let of = |wanted: CredentialKind| credentials.iter().filter(move |one| one.kind == wanted);
        let live = SET
            .into_iter()
            .map(|wanted| of(wanted).filter(|one| is_live(one, now)).count())
            .max()
            .unwrap_or(0);
        let ended: Vec<&Credential> = SET
            .into_iter()
            .flat_map(of)
            .filter(|one| one.end.as_ref().is_some_and(|end| end.utc < now))
            .collect();
        let id = client_id(subject, principal);
        let message = if live > 1 {
            format!("{live} secrets of {id} are valid at the same time")
        } else if live == 1 && !ended.is_empty() {
            format!("{} ended secrets or keys of {id} were never removed", ended.len())
        } else {
            continue;
        };
        // The credentials that an export of a service principal tells are those of the service principal.
        let application = principal.source == PrincipalSource::Application;
        let remedy = format!(
            "Once every server uses the newest one, remove the others by their key ids: {}",
            commands::remove_secret(&id, application)
        );
        let shown = if live > 1 { credentials.iter().collect() } else { ended };
        let issue = Issue::new(message, remedy);
        issues.push(shown.into_iter().take(6).map(value).fold(issue, |issue, shown| issue.shown_by(&shown)));
    }
    let seen: Vec<Value> = all.iter().flat_map(|(_, credentials)| credentials.iter()).map(value).collect();
    Outcome::decided(issues, &seen)
}

/// F10: the second secret of a configuration while secrets change.
pub(super) fn secondary(subject: &Subject<'_>) -> Outcome {
    let found = in_configs(subject);
    if found.iter().all(|(_, _, secret)| secret.length == 0) {
        return without_secret(subject);
    }
    let now = subject.settings.now;
    let passwords = passwords(subject);
    let live = passwords.iter().filter(|one| is_live(one, now)).count();
    // A week after the old secret has ended nobody holds a token that was signed with it.
    let over = |one: &&Credential| {
        one.end
            .as_ref()
            .is_none_or(|end| end.utc.checked_add_days(Days::new(7)).is_some_and(|over| over < now))
    };
    let all_over =
        !passwords.is_empty() && live == 1 && passwords.iter().filter(|one| !is_live(one, now)).all(over);
    let mut issues = Vec::new();
    for (config, setting, secret) in
        found.iter().filter(|(_, setting, secret)| setting.is("ClientSecret") && secret.length > 0)
    {
        let second = config
            .get("SecondaryClientSecret")
            .and_then(|second| Some((second, second.secret.as_ref().filter(|one| one.length > 0)?)));
        let issue = match second {
            Some((second, text)) if text.equals(secret) => {
                let message = "SecondaryClientSecret is the same as ClientSecret, so no token of the old secret is understood";
                let remedy = "Put the old secret into SecondaryClientSecret, the new one into ClientSecret.";
                Issue::new(message, remedy).shown_by(&setting.value).shown_by(&second.value)
            }
            Some((second, _)) if all_over => {
                let message =
                    "SecondaryClientSecret is still set, but only one secret is registered and valid";
                Issue::new(message, "Remove SecondaryClientSecret from the configuration.")
                    .shown_by(&second.value)
            }
            None if live > 1 => {
                let message = format!("{live} secrets are valid, but SecondaryClientSecret is missing");
                let remedy = "Until the old secret has ended: <add key=\"SecondaryClientSecret\" value=\"(the old secret)\" />.";
                Issue::new(message, remedy).shown_by(&setting.value)
            }
            _ => continue,
        };
        issues.push(issue);
    }
    if issues.is_empty() && passwords.is_empty() {
        return needs_registration(subject);
    }
    Outcome::decided(issues, found.iter().map(|(_, setting, _)| &setting.value))
}

/// The passwords of the add-in, each once: several exports of one registration tell the same ones.
fn passwords<'a>(subject: &Subject<'a>) -> Vec<&'a Credential> {
    let all = with_credentials(subject);
    let of_each = || {
        all.iter()
            .map(|(_, credentials)| credentials.iter().filter(|one| one.kind == CredentialKind::Password))
    };
    let mut known = BTreeSet::new();
    let has_new_id = |one: &&Credential| {
        one.key_id.as_ref().is_some_and(|id| known.insert(id.trim().to_ascii_lowercase()))
    };
    let mut found: Vec<&Credential> = of_each().flatten().filter(has_new_id).collect();
    // Where an export tells no id, the times tell which is which, and two of one export are two.
    let times =
        |one: &Credential| (one.start.as_ref().map(|start| start.utc), one.end.as_ref().map(|end| end.utc));
    for of_export in of_each() {
        let mut others = found.clone();
        for one in of_export.filter(|one| one.key_id.is_none()) {
            match others.iter().position(|other| times(other) == times(one)) {
                Some(at) => drop(others.swap_remove(at)),
                None => found.push(one),
            }
        }
    }
    found
}

/// F12: a `TokenHelper` from before there was a second secret.
pub(super) fn old_token_helper(subject: &Subject<'_>) -> Outcome {
    let is_helper = |file: &&SourceFile| file.of(SourceFactKind::TokenHelper).next().is_some();
    let helpers: Vec<&SourceFile> = subject.evidence().sources.iter().filter(is_helper).collect();
    if helpers.is_empty() {
        return Outcome::needs("TokenHelper.cs or TokenHelper.vb of the remote web application");
    }
    let wanted = [
        (SourceFactKind::SecondarySecret, "SecondaryClientSecret"),
        (SourceFactKind::HostNameOverride, "HostedAppHostNameOverride"),
    ];
    let issues = helpers.iter().filter_map(|file| {
        let missing: Vec<&str> = wanted.iter().filter(|(kind, _)| file.of(*kind).next().is_none()).map(|(_, name)| *name).collect();
        let class = file.of(SourceFactKind::TokenHelper).next()?;
        let message = format!("this TokenHelper does not know {}", missing.join(" and "));
        let remedy = "Replace TokenHelper by that of a new project of the current Office Developer Tools, and carry your changes over.";
        (!missing.is_empty()).then(|| Issue::new(message, remedy).shown_by(&class.value))
    });
    let seen = helpers.iter().flat_map(|file| file.of(SourceFactKind::TokenHelper)).map(|fact| &fact.value);
    Outcome::decided(issues.collect(), seen)
}

/// F16: which of the two recipes of renewal is the right one.
pub(super) fn recipe(subject: &Subject<'_>) -> Outcome {
    let principals = &subject.evidence().principals;
    let known: Vec<_> = principals
        .iter()
        .filter(|principal| principal.legacy.is_some() || principal.source == PrincipalSource::Application)
        .collect();
    if known.is_empty() {
        return needs_registration(subject);
    }
    let issues = known.iter().filter(|principal| principal.legacy != Some(true)).map(|principal| {
        let id = client_id(subject, principal);
        let message = format!(
            "{id} is an application of Microsoft Entra, not a legacy principal: recipes with New-MgServicePrincipalKey or MSOnline do not renew it"
        );
        Issue::new(message, format!("Renew it as an application: {}", commands::new_secret(&id, true))).at(&principal.at, principal.source.name())
    });
    Outcome::decided(issues.collect(), known.iter().filter_map(|principal| principal.client_id.as_ref()))
}
