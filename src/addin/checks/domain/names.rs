//! Names that are written oddly: with a scheme, with blanks, in another script, as an address.

use std::net::IpAddr;

use super::environment::{is_internal, is_of_network};
use super::{ALL, REGISTRATION, canonical, decided, differ, of, with_host};
use crate::addin::address::is_instruction;
use crate::addin::checks::{Issue, Outcome};
use crate::addin::domains::{Place, Role};
use crate::addin::subject::Subject;
use crate::model::audit::{AuditSeverity, PairVerdict};

/// B13: more than a domain is registered.
pub(super) fn registered_form(subject: &Subject<'_>) -> Outcome {
    if !subject.domains_are_known() {
        return Outcome::needs(REGISTRATION);
    }
    let places: Vec<&Place> = of(subject, &[Role::Registration]).collect();
    let issues = places
        .iter()
        .filter_map(|place| {
            let raw = place.value.raw.as_str();
            let flaw = if raw.contains("://") {
                "a scheme"
            } else if raw.contains('@') {
                "user information"
            } else if raw.contains('?') || raw.contains('#') {
                "a query"
            } else if raw.contains('/') || raw.contains('\\') {
                "a slash"
            } else if raw.contains('*') {
                "a wildcard"
            } else if raw.contains(char::is_whitespace) {
                "a blank"
            } else {
                return None;
            };
            let bare = crate::addin::host::Authority::of(raw)
                .map_or_else(|| "the host alone".to_owned(), |authority| authority.canonical());
            let message = format!("the registered domain \"{raw}\" holds {flaw}");
            Some(Issue::new(message, format!("Register {bare}.")).shown_by(&place.value))
        })
        .collect();
    decided(issues, places)
}

/// B19: the same only after normalising.
pub(super) fn equal_after_normalising(subject: &Subject<'_>) -> Outcome {
    let places: Vec<&Place> = with_host(subject, ALL).collect();
    if places.len() < 2 {
        return Outcome::does_not_apply("there are not two places with a written domain");
    }
    let mut issues = Vec::new();
    for (index, place) in places.iter().enumerate() {
        let Some(authority) = &place.authority else { continue };
        let earlier = places.get(..index).unwrap_or_default();
        let other = earlier.iter().find(|other| {
            let written = other.authority.as_ref();
            written.is_some_and(|written| {
                written.host == authority.host && written_host(other) != written_host(place)
            })
        });
        let Some(other) = other else { continue };
        let (a, b) = (written_host(other), written_host(place));
        let only_case = a.eq_ignore_ascii_case(&b);
        let breaks_audience = other
            .authority
            .as_ref()
            .is_some_and(|written| written.compare(authority) != PairVerdict::Identical);
        let how = if only_case { "but for upper and lower case" } else { "only after it is normalised" };
        let message =
            format!("{} and {} name the same host {how}: {a} and {b}", other.row.place, place.row.place);
        let remedy = format!("Write {} in both.", canonical(place));
        let issue = differ(message, remedy, other, place);
        let mild = only_case || !breaks_audience;
        issues.push(if mild { issue.rated(AuditSeverity::Info) } else { issue });
    }
    decided(issues, places)
}

/// The host as it is written, without port.
fn written_host(place: &Place) -> String {
    let raw = place.value.trimmed();
    let rest = raw.split_once("://").map_or(raw, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let rest = rest.rsplit('@').next().unwrap_or(rest);
    match rest.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !host.ends_with(':') => {
            host.to_owned()
        }
        _ => rest.to_owned(),
    }
}

/// B20: names that deceive, or that no DNS server answers.
pub(super) fn odd_names(subject: &Subject<'_>) -> Outcome {
    let places: Vec<&Place> = with_host(subject, ALL).collect();
    if places.is_empty() {
        return Outcome::does_not_apply("no address with a written domain was found");
    }
    let mut issues = Vec::new();
    let mut told: Vec<String> = Vec::new();
    for place in &places {
        let host = written_host(place);
        if told.contains(&host) || host.starts_with('[') {
            continue;
        }
        if let Some(flaw) = oddity(&host) {
            let message = format!("{} holds the name {host}, {flaw}", place.row.place);
            let remedy = "Use a name of letters, digits and hyphens that is registered in DNS, in its xn-- form where it has other letters.";
            issues.push(Issue::new(message, remedy).shown_by(&place.value));
            told.push(host);
        }
    }
    decided(issues, places)
}

fn oddity(host: &str) -> Option<String> {
    let host = host.trim_end_matches('.');
    let ascii = if host.is_ascii() { Ok(host.to_ascii_lowercase()) } else { idna::domain_to_ascii(host) };
    let Ok(ascii) = ascii else { return Some("which is no valid internationalised name".to_owned()) };
    if ascii.split('.').any(|label| label.starts_with("xn--")) {
        let (unicode, valid) = idna::domain_to_unicode(&ascii);
        if valid.is_err() {
            return Some("whose xn-- form is not valid".to_owned());
        }
        if let Some(label) = unicode.split('.').find(|label| is_mixed(label)) {
            return Some(format!("whose part {label} mixes letters of several scripts that look alike"));
        }
    }
    if ascii.len() > 253 {
        return Some("which is longer than the 253 characters of a name".to_owned());
    }
    if ascii.split('.').any(|label| label.len() > 63) {
        return Some("which has a part longer than 63 characters".to_owned());
    }
    if ascii.split('.').any(str::is_empty) {
        return Some("which has an empty part".to_owned());
    }
    if ascii.contains('_') {
        return Some("which has an underscore: certificates and cookies do not take it".to_owned());
    }
    None
}

/// Latin together with Cyrillic or Greek letters: the usual way to imitate a name.
fn is_mixed(label: &str) -> bool {
    let latin = label.chars().any(|c| c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}'));
    let other = label
        .chars()
        .any(|c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}' | '\u{530}'..='\u{58f}'));
    latin && other
}

/// B21: an address instead of a name; one of this machine or network is B14.
pub(super) fn address_literals(subject: &Subject<'_>) -> Outcome {
    let places: Vec<&Place> = with_host(subject, ALL).collect();
    if places.is_empty() {
        return Outcome::does_not_apply("no address with a written domain was found");
    }
    let told = |place: &&Place| {
        let address: IpAddr = place.row.host.parse().ok()?;
        if is_internal(subject, place) {
            return None;
        }
        if is_of_network(address) {
            let message = format!(
                "{} is an address of the own network, which a farm reaches: {address}",
                place.row.place
            );
            let remedy = "Nothing, as long as the address stays and the certificate has an IP entry for it; a DNS name outlives a move of the server.";
            let issue = Issue::new(message, remedy).shown_by(&place.value);
            return Some(issue.rated(AuditSeverity::Info));
        }
        let message = format!("{} is an IP address: {}", place.row.place, place.row.host);
        let remedy = "Give the remote web application a DNS name, and use that in all places.";
        Some(Issue::new(message, remedy).shown_by(&place.value))
    };
    decided(places.iter().filter_map(told).collect(), places)
}

/// B23: blanks and invisible characters.
pub(super) fn blanks(subject: &Subject<'_>) -> Outcome {
    let addresses = of(subject, ALL).filter(|place| place.role != Role::Override);
    let places: Vec<&Place> = addresses.filter(|place| !is_instruction(&place.value.raw)).collect();
    if places.is_empty() {
        return Outcome::does_not_apply("no address was found");
    }
    let invisible = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{a0}');
    let issues = places
        .iter()
        .filter(|place| place.value.raw.chars().any(|c| c.is_whitespace() || c.is_control() || invisible(c)))
        .map(|place| {
            let raw = &place.value.raw;
            let clean: String =
                raw.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !invisible(*c)).collect();
            let seen = if raw.chars().any(invisible) {
                "an invisible character"
            } else if raw.contains(['\n', '\r']) {
                "a line end"
            } else {
                "a blank"
            };
            Issue::new(format!("{} has {seen} in it", place.row.place), format!("Write {clean}"))
                .shown_by(&place.value)
        })
        .collect();
    decided(issues, places)
}
