//! One address of a manifest, as it is written in XML, and what becomes of it.

use super::Edit;
use crate::addin::standard_tokens::{self, Ampersand};

/// Which address it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Start,
    Settings,
    Endpoint,
}

/// The corrected address and the reasons; `None` where nothing is to change. Blanks around it are taken away with
/// any other change.
pub(super) fn corrected(
    written: &str,
    kind: Kind,
    remote: bool,
    ampersand: Ampersand,
    wanted: &[Edit],
) -> Option<(String, String)> {
    let trimmed = written.trim();
    if trimmed.is_empty() {
        return None;
    }
    let mut address = trimmed.to_owned();
    let mut reasons: Vec<String> = Vec::new();
    for edit in wanted {
        let changed = match edit {
            Edit::RemoteToken(host) => token(&address, &format!("https://{host}")).map(|address| {
                (
                    address,
                    format!(
                        "nothing replaces the token in a published manifest; {host} is the registered domain"
                    ),
                )
            }),
            Edit::RealToken => without_prefix(&address, "~remoteWebUrl").map(|rest| {
                (format!("~remoteAppUrl{rest}"), "~remoteWebUrl is no token, ~remoteAppUrl is".to_owned())
            }),
            Edit::PageHost(host) if kind != Kind::Endpoint => rehosted(&address, host),
            Edit::EndpointHost(host) if kind == Kind::Endpoint => rehosted(&address, host),
            Edit::Https => without_prefix(&address, "http://")
                .map(|rest| (format!("https://{rest}"), "tokens travel over https only".to_owned())),
            Edit::StandardTokens if kind == Kind::Start && remote => with_tokens(&address, ampersand),
            Edit::StandardTokens if kind != Kind::Endpoint => standard_tokens::respelt(&address)
                .map(|address| (address, "{StandardTokens} is replaced where it is spelt so".to_owned())),
            _ => None,
        };
        if let Some((changed, reason)) = changed {
            address = changed;
            reasons.push(reason);
        }
    }
    (address != trimmed).then(|| (address, reasons.join("; ")))
}

fn without_prefix<'a>(address: &'a str, prefix: &str) -> Option<&'a str> {
    let start = address.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| address.get(prefix.len()..)).flatten()
}

fn token(address: &str, host: &str) -> Option<String> {
    let rest =
        without_prefix(address, "~remoteAppUrl").or_else(|| without_prefix(address, "~remoteWebUrl"))?;
    let slash = if rest.starts_with('/') || rest.is_empty() { "" } else { "/" };
    Some(format!("{host}{slash}{rest}"))
}

fn rehosted(address: &str, host: &str) -> Option<(String, String)> {
    let start = address.find("://")? + 3;
    let rest = address.get(start..)?;
    let end = rest.find(['/', '?', '#', '\\', '{', '&']).unwrap_or(rest.len());
    let (authority, path) = (rest.get(..end)?, rest.get(end..)?);
    // A user and a password in front of the host are no part of it, and stay.
    let (user, old) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
    // Letter case makes no difference anywhere, so it is left as it is.
    if old.eq_ignore_ascii_case(host) {
        return None;
    }
    let scheme = address.get(..start)?;
    let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
    Some((format!("{scheme}{user}{host}{slash}{path}"), format!("the registered domain is {host}")))
}

fn with_tokens(address: &str, ampersand: Ampersand) -> Option<(String, String)> {
    if without_prefix(address, "~appWebUrl").is_some() {
        return None;
    }
    let spelt = standard_tokens::respelt(address);
    let reason = if !standard_tokens::missing(spelt.as_deref().unwrap_or(address), ampersand).is_empty() {
        "the add-in is launched without a context unless StartPage ends in {StandardTokens}".to_owned()
    } else if spelt.is_some() {
        "{StandardTokens} is replaced where it is spelt so".to_owned()
    } else {
        let doubled = standard_tokens::doubled(address, ampersand);
        let spoilt = standard_tokens::escaped_twice(address, ampersand);
        match (doubled.is_empty(), spoilt.is_empty()) {
            (false, _) => format!("{} would arrive twice, joined with a comma", doubled.join(", ")),
            (true, false) => format!("{} would arrive with amp; in front", spoilt.join(", ")),
            (true, true) => return None,
        }
    };
    Some((standard_tokens::added(address, ampersand), reason))
}
