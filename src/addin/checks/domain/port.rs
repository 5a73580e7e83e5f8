//! Ports: written where they are implied, missing where they are not, and never with receivers.

use super::{ALL, REGISTRATION, canonical, decided, with_host};
use crate::addin::checks::{Issue, Outcome};
use crate::addin::domains::{Place, Role};
use crate::addin::subject::Subject;

/// B10: `:443` written out.
pub(super) fn written_443(subject: &Subject<'_>) -> Outcome {
    let places: Vec<&Place> = with_host(subject, ALL).collect();
    if places.is_empty() {
        return Outcome::does_not_apply("no address with a written domain was found");
    }
    let written: Vec<&&Place> = places
        .iter()
        .filter(|place| {
            place.authority.as_ref().is_some_and(|authority| authority.explicit_port && authority.port == 443)
        })
        .collect();
    let issues = written
        .iter()
        .map(|place| {
            let message =
                format!("{} writes the port 443, which the audience of a token never holds", place.row.place);
            let better = place.value.trimmed().replacen(":443", "", 1);
            let issue = Issue::new(message, format!("Write {better}, and leave the port out everywhere."))
                .shown_by(&place.value);
            match places.iter().find(|other| {
                other.row.host == place.row.host && !written.iter().any(|w| std::ptr::eq(**w, **other))
            }) {
                Some(other) => issue.shown_by(&other.value),
                None => issue,
            }
        })
        .collect();
    decided(issues, places)
}

/// B11: another port in some of the places.
pub(super) fn in_some_places(subject: &Subject<'_>) -> Outcome {
    const PORTS: &[Role] = &[
        Role::Registration,
        Role::StartPage,
        Role::Endpoint,
        Role::Receiver,
        Role::HostWebReceiver,
        Role::Override,
        Role::Binding,
        Role::LaunchUrl,
    ];
    let places: Vec<&Place> = with_host(subject, PORTS)
        .filter(|place| {
            place.authority.as_ref().is_some_and(|authority| authority.scheme.as_deref() != Some("http"))
        })
        .collect();
    if places.len() < 2 {
        return if subject.domains_are_known() {
            Outcome::does_not_apply("there are not two places with a written domain")
        } else {
            Outcome::needs(REGISTRATION)
        };
    }
    let mut issues = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    for place in &places {
        let host = place.row.host.as_str();
        let same_host: Vec<&&Place> = places.iter().filter(|other| other.row.host == host).collect();
        let odd = same_host.iter().find(|other| port(other) != 443);
        let plain = same_host.iter().find(|other| odd.is_some_and(|odd| port(odd) != port(other)));
        if let (Some(odd), Some(plain), false) = (odd, plain, told.contains(&host)) {
            told.push(host);
            let list: Vec<String> =
                same_host.iter().map(|other| format!("{}: {}", other.row.place, port(other))).collect();
            let message = format!("{host} has not the same port everywhere ({})", list.join(", "));
            let remedy = format!(
                "Write {host}:{} in all of them, or serve the add-in on 443 and write no port in any.",
                port(odd)
            );
            issues.push(Issue::new(message, remedy).shown_by(&odd.value).shown_by(&plain.value));
        }
    }
    decided(issues, places)
}

fn port(place: &Place) -> u16 {
    place.authority.as_ref().map_or(443, |authority| authority.port)
}

/// B12: another port with receivers.
pub(super) fn with_receivers(subject: &Subject<'_>) -> Outcome {
    let places: Vec<&Place> =
        with_host(subject, &[Role::Endpoint, Role::Receiver, Role::HostWebReceiver]).collect();
    if places.is_empty() {
        return Outcome::does_not_apply("no event receiver with a written domain was found");
    }
    let overrides: Vec<&Place> = with_host(subject, &[Role::Override]).collect();
    let listed = |place: &Place| {
        overrides.iter().any(|entry| {
            place
                .authority
                .as_ref()
                .is_some_and(|authority| entry.value.raw.eq_ignore_ascii_case(&authority.audience))
        })
    };
    let odd = |place: &&&Place| {
        let authority = place.authority.as_ref();
        authority.is_some_and(|authority| {
            authority.explicit_port
                && !matches!((authority.scheme.as_deref(), authority.port), (_, 443) | (Some("http"), 80))
        }) && !listed(place)
    };
    let issues = places
        .iter()
        .filter(odd)
        .map(|place| {
            let audience = canonical(place);
            let message = format!("{} is on port {}: the receiver compares the token with a host without a port", place.row.place, port(place));
            let remedy = format!("Serve receivers on 443 and write no port; or set HostedAppHostNameOverride to {audience} in the configuration of the remote web application.");
            Issue::new(message, remedy).shown_by(&place.value)
        })
        .collect();
    decided(issues, places)
}
