//! What the flags of `oauth` mean.

use anyhow::{Context, bail};
use chrono::{Datelike, NaiveDate, NaiveDateTime};

use crate::addin::evidence::ids::guid;
use crate::addin::evidence::registration::{Principal, PrincipalSource};
use crate::addin::evidence::{Evidence, Moment, Spot, Value};
use crate::addin::read::ReadOptions;
use crate::cli::{AuditTarget, OauthArgs};
use crate::model::audit::Target;
use crate::model::byte_limit::ByteLimit;

/// `--now`, else the clock of this machine, in UTC.
pub(super) fn now(told: Option<&str>) -> anyhow::Result<NaiveDateTime> {
    if let Some(text) = told {
        return moment(text).with_context(|| format!("--now takes a date like 2026-11-25, not {text:?}"));
    }
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seconds = elapsed.ok().and_then(|elapsed| i64::try_from(elapsed.as_secs()).ok());
    let now = seconds.and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0));
    now.map(|now| now.naive_utc()).context("the clock of this machine cannot be read; --now tells the date")
}

/// A date, or a date and a time, UTC.
fn moment(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim().trim_end_matches('Z').replace(' ', "T");
    let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    let parsed = || {
        NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S")
            .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M"))
            .ok()
    };
    // Two digits would be a year of antiquity.
    day.or_else(parsed).filter(|moment| moment.year() >= 1970)
}

/// `--target`.
pub(super) fn target(target: AuditTarget) -> Target {
    match target {
        AuditTarget::Spo => Target::Spo,
        AuditTarget::OnpremLowTrust => Target::OnPremLowTrust,
        AuditTarget::OnpremHighTrust => Target::OnPremHighTrust,
        AuditTarget::ExternalApp => Target::ExternalApp,
    }
}

/// The password of `.pfx` files comes from the environment: a command line can be read by everyone.
pub(super) fn read_options(args: &OauthArgs) -> anyhow::Result<ReadOptions> {
    let pfx_password = match &args.pfx_password_env {
        Some(name) => Some(variable("--pfx-password-env", name)?),
        None => None,
    };
    let most_expanded = ByteLimit::of_mib(args.max_expansion);
    Ok(ReadOptions { pfx_password, most_expanded, ..ReadOptions::default() })
}

/// What stands in the environment variable that an option names. The name is not repeated if there is none: people type
/// the secret in its place.
pub(super) fn variable(option: &str, name: &str) -> anyhow::Result<String> {
    let value = std::env::var(name).ok();
    value.with_context(|| format!("{option} names no environment variable that is set and holds text"))
}

/// What the flags say about the registration: a principal that the command line tells.
pub(super) fn flags(args: &OauthArgs) -> anyhow::Result<Evidence> {
    sound(args)?;
    let at = Spot::file("command line");
    let value = |text: &String| Value::new(text.as_str(), at.clone());
    let list = |texts: &[String]| (!texts.is_empty()).then(|| texts.iter().map(value).collect::<Vec<_>>());
    let mut principal = Principal::new(at.clone(), PrincipalSource::Flags);
    principal.client_id = args.client_id.as_ref().map(value);
    principal.domains = list(&args.domain);
    principal.redirect_uris = list(&args.redirect_uri);
    principal.realm = args.realm.as_ref().map(value);
    if let Some(text) = &args.secret_expires {
        let utc = moment(text)
            .with_context(|| format!("--secret-expires takes a date like 2026-11-25, not {text:?}"))?;
        principal.valid_until = Some(Moment { utc, or: None, at: at.clone() });
    }
    let mut evidence = Evidence::default();
    if let Some(realm) = &args.realm {
        evidence.farm.realms.push(value(realm));
    }
    if principal != Principal::new(at, PrincipalSource::Flags) {
        evidence.principals.push(principal);
    }
    Ok(evidence)
}

/// Refuses what can be no value of its option. The value is not repeated: people take the client secret for the id.
fn sound(args: &OauthArgs) -> anyhow::Result<()> {
    for (option, value) in [("--client-id", &args.client_id), ("--realm", &args.realm)] {
        if value.as_ref().is_some_and(|value| guid(value).is_none()) {
            bail!("{option} takes a GUID, 8-4-4-4-12 hexadecimal digits");
        }
    }
    let lists = [("--domain", &args.domain), ("--redirect-uri", &args.redirect_uri)];
    for (option, values) in lists {
        // What is registered may be wrong in many ways, and the audit tells how; blanks nobody could register.
        if values.iter().any(|value| value.trim().is_empty() || value.trim().contains(char::is_whitespace)) {
            let what = if option == "--domain" { "a host, perhaps with a port" } else { "an address" };
            bail!("{option} takes {what}, without blanks");
        }
    }
    if args.domain.iter().any(|domain| !has_possible_port(domain)) {
        bail!("--domain takes a host, perhaps with a port from 1 to 65535");
    }
    let known = |path: &std::path::Path| {
        path.extension().is_some_and(|extension| {
            extension.eq_ignore_ascii_case("ics") || extension.eq_ignore_ascii_case("csv")
        })
    };
    if args.calendar.as_deref().is_some_and(|path| path.as_os_str() != "-" && !known(path)) {
        bail!("--calendar takes a file that ends in .ics (a calendar) or .csv (a table)");
    }
    Ok(())
}

/// A port that is written is one.
fn has_possible_port(domain: &str) -> bool {
    let rest = domain.split_once("://").map_or(domain, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default().trim();
    match authority.rsplit_once(':') {
        Some((host, port))
            if !port.is_empty()
                && port.bytes().all(|byte| byte.is_ascii_digit())
                && (!host.contains(':') || host.ends_with(']')) =>
        {
            port.parse::<u16>().is_ok_and(|port| port > 0)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{has_possible_port, moment};

    #[test]
    fn a_port_is_one() {
        for good in ["a", "a:1", "a:65535", "https://a:8443/x", "[::1]:443", "::1"] {
            assert!(has_possible_port(good), "{good}");
        }
        for bad in ["a:0", "a:65536", "a:99999", "[::1]:0"] {
            assert!(!has_possible_port(bad), "{bad}");
        }
    }

    #[test]
    fn a_date_may_have_a_time() {
        for (text, expected) in [
            ("2026-11-25", "2026-11-25T00:00:00"),
            ("2026-11-25 14:30", "2026-11-25T14:30:00"),
            ("2026-11-25T14:30:05Z", "2026-11-25T14:30:05"),
        ] {
            let read = moment(text).map(|moment| moment.format("%Y-%m-%dT%H:%M:%S").to_string());
            assert_eq!(read.as_deref(), Some(expected));
        }
        assert_eq!(moment("25.11.2026"), None);
    }
}
