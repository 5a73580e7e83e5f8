//! The core rule: registration, StartPage, receivers and certificate name the same domain.

use super::environment::is_unfit;
use super::{MANIFEST, REGISTRATION, canonical, decided, differ, of, with_host};
use crate::addin::address::fault;
use crate::addin::certificate_role::is_served;
use crate::addin::checks::{Issue, Outcome};
use crate::addin::contradiction::contradicting;
use crate::addin::domains::{Place, Role, is_spare};
use crate::addin::evidence::Value;
use crate::addin::subject::Subject;
use crate::addin::tls;
use crate::model::audit::{AuditSeverity, PairVerdict, Target};
use crate::text::sentence::lower_first;

/// B01: registration and StartPage.
pub(super) fn start_page(subject: &Subject<'_>) -> Outcome {
    if !subject.addin.is_provider_hosted() {
        return Outcome::does_not_apply("a SharePoint-hosted add-in has no remote domain");
    }
    if subject.addin.manifest().is_none() && of(subject, &[Role::LaunchUrl]).next().is_none() {
        return no_start_page(subject);
    }
    against_registration(subject, &[Role::StartPage], "StartPage")
}

fn no_start_page(subject: &Subject<'_>) -> Outcome {
    if subject.target() == Target::ExternalApp {
        Outcome::does_not_apply("a program without a manifest is not launched from SharePoint")
    } else {
        Outcome::needs(MANIFEST)
    }
}

/// B02: registration and receivers.
pub(super) fn receivers(subject: &Subject<'_>) -> Outcome {
    const RECEIVERS: &[Role] = &[Role::Endpoint, Role::Receiver, Role::HostWebReceiver];
    if of(subject, RECEIVERS).next().is_none() {
        return Outcome::does_not_apply("no event receiver with an address of its own was found");
    }
    against_registration(subject, RECEIVERS, "event receiver")
}

fn against_registration(subject: &Subject<'_>, roles: &'static [Role], noun: &str) -> Outcome {
    let places: Vec<&Place> = with_host(subject, roles).collect();
    if places.is_empty() {
        return Outcome::does_not_apply(without_domain(&of(subject, roles).collect::<Vec<_>>(), noun));
    }
    if !subject.domains_are_known() {
        return Outcome::needs(REGISTRATION);
    }
    let registered: Vec<&Place> = with_host(subject, &[Role::Registration]).collect();
    let unreadable: Vec<&Place> =
        of(subject, &[Role::Registration]).filter(|place| place.authority.is_none()).collect();
    let rivals = contradicting(subject.evidence());
    let mut issues = Vec::new();
    for place in &places {
        let rivals = nearest_of_each(&rivals, &registered, place);
        if !rivals.is_empty() {
            issues.extend(against_each(subject, &rivals, place, noun));
        } else if let Some(nearest) = nearest(&registered, place) {
            issues.extend(mismatch(subject, nearest, place, noun));
        } else {
            issues.push(unregistered(place, noun, &unreadable));
        }
    }
    decided(issues, registered.into_iter().chain(places))
}

/// Of each registration the domain that comes nearest to an address.
fn nearest_of_each<'a>(rivals: &[&[Value]], registered: &[&'a Place], place: &Place) -> Vec<&'a Place> {
    let of = |domains: &&[Value]| {
        let own = registered.iter().copied().filter(|place| domains.contains(&place.value));
        nearest(&own.collect::<Vec<_>>(), place)
    };
    rivals.iter().filter_map(of).collect()
}

/// Where registrations contradict one another an address is compared with each, since only one can be the one that
/// counts. Where one agrees, that may be it.
fn against_each(subject: &Subject<'_>, rivals: &[&Place], place: &Place, noun: &str) -> Vec<Issue> {
    let agreeing = rivals.iter().find(|domain| is_identical(domain, place));
    let judge = |domain: &&Place| {
        let issue = mismatch(subject, domain, place, noun)?;
        let by = format!("by the registration in {}, {}", domain.value.at.path, issue.message);
        let Some(other) = agreeing else { return Some(Issue { message: by, ..issue }) };
        let message = format!("{by}; that in {} agrees", other.value.at.path);
        let remedy = format!(
            "Find out which of them is the one where the add-in runs, by an export from there. If it is this one: {}",
            lower_first(&issue.remedy)
        );
        Some(Issue { message, remedy, ..issue }.rated(AuditSeverity::Warning))
    };
    rivals.iter().filter_map(judge).collect()
}

fn is_identical(a: &Place, b: &Place) -> bool {
    match (&a.authority, &b.authority) {
        (Some(a), Some(b)) => a.compare(b) == PairVerdict::Identical,
        _ => false,
    }
}

/// Why there is nothing to compare.
fn without_domain(places: &[&Place], noun: &str) -> String {
    match places.iter().find_map(|place| fault(&place.value.raw)) {
        Some(fault) => format!("the {noun} {}", fault.told()),
        None => format!("the {noun} is written with a token, not with a domain"),
    }
}

/// The registered domain that comes nearest to an address.
pub(super) fn nearest<'a>(registered: &[&'a Place], place: &Place) -> Option<&'a Place> {
    let verdict = |other: &&&'a Place| match (&other.authority, &place.authority) {
        (Some(a), Some(b)) => a.compare(b),
        _ => PairVerdict::Different,
    };
    registered.iter().min_by_key(verdict).copied()
}

fn unregistered(place: &Place, noun: &str, unreadable: &[&Place]) -> Issue {
    let domain = canonical(place);
    let issue = if unreadable.is_empty() {
        Issue::new(
            format!("no domain is registered, and the {noun} is on {domain}"),
            format!("Register the App Domain {domain} (appregnew.aspx), with the client id of the add-in."),
        )
    } else {
        Issue::new(
            format!("what is registered is no domain, and the {noun} is on {domain}"),
            format!("Register exactly {domain} as the App Domain."),
        )
    };
    unreadable.iter().fold(issue.shown_by(&place.value), |issue, other| issue.shown_by(&other.value))
}

fn mismatch(subject: &Subject<'_>, registered: &Place, place: &Place, noun: &str) -> Option<Issue> {
    let (a, b) = (registered.authority.as_ref()?, place.authority.as_ref()?);
    let verdict = a.compare(b);
    if verdict == PairVerdict::Identical {
        return None;
    }
    let how = match verdict {
        PairVerdict::TlsOnly => "the same host for TLS, but not the same text",
        _ if a.host == b.host => "the same host, but another port",
        _ => "another host",
    };
    let raw = &registered.value.raw;
    let quoted = if raw.contains(char::is_whitespace) { format!("\"{raw}\"") } else { raw.clone() };
    let message = format!(
        "the registered domain {quoted} and the {noun} on {} ({}) differ: {how}",
        b.audience, place.row.place
    );
    let remedy = reconciled(subject, registered, place, noun)?;
    let issue = differ(message, remedy, registered, place);
    // A source manifest is not what is installed, unless it never was a template.
    let relaxed = subject.target() == Target::OnPremHighTrust && place.role == Role::StartPage;
    Some(if relaxed { issue.rated(AuditSeverity::Warning) } else { issue })
}

/// How a registration and an address become the same: by the one that is sound, or by either.
fn reconciled(subject: &Subject<'_>, registered: &Place, place: &Place, noun: &str) -> Option<String> {
    let (a, b) = (registered.authority.as_ref()?, place.authority.as_ref()?);
    let (old, new) = (&registered.value.raw, b.canonical());
    // What code registers is in no package.
    let of_code = place.row.place.starts_with("code ");
    let (publish_with, into) = if of_code {
        ("let the code register its receivers at", String::new())
    } else {
        ("publish the add-in with", format!(" in its {noun}"))
    };
    let fit = |place: &Place| !is_unfit(subject, place);
    // What is registered has to be what `System.Uri.Authority` makes of the address.
    let register = fit(place) && b.audience == new;
    let publish = fit(registered) && old.eq_ignore_ascii_case(&a.canonical());
    Some(match (register, publish) {
        (true, true) => format!(
            "Make them the same text: register {new} as the App Domain, or {publish_with} https://{old}{into}."
        ),
        (true, false) => format!("Register {new} as the App Domain."),
        (false, true) if of_code => format!("Let the code register its receivers at https://{old}."),
        (false, true) => format!("Publish the add-in with https://{old} in its {noun}."),
        (false, false) if fit(place) => {
            format!("Register {new} as the App Domain, and {publish_with} https://{new}{into}.")
        }
        (false, false) => format!(
            "Neither can stay: register the host at which users and SharePoint reach the remote web application, and {publish_with} it{into}."
        ),
    })
}

/// B03: StartPage and receivers.
pub(super) fn receivers_and_start_page(subject: &Subject<'_>) -> Outcome {
    let pages: Vec<&Place> = with_host(subject, &[Role::StartPage]).collect();
    let receivers: Vec<&Place> =
        with_host(subject, &[Role::Endpoint, Role::Receiver, Role::HostWebReceiver]).collect();
    let (Some(page), false) = (pages.first(), receivers.is_empty()) else {
        return Outcome::does_not_apply(
            "there are not both a StartPage and a receiver with a written domain",
        );
    };
    let registered: Vec<&Place> = with_host(subject, &[Role::Registration]).collect();
    let rivals = contradicting(subject.evidence());
    let mut issues = Vec::new();
    for receiver in &receivers {
        let (Some(a), Some(b)) = (&page.authority, &receiver.authority) else { continue };
        if a.compare(b) == PairVerdict::Identical {
            continue;
        }
        if a.host == b.host && a.port == b.port {
            issues.push(two_spellings(page, receiver, &registered));
            continue;
        }
        let by_all =
            nearest_of_each(&rivals, &registered, receiver).iter().all(|own| is_identical(own, receiver));
        let legal = by_all && nearest(&registered, receiver).is_some_and(|own| is_identical(own, receiver));
        let message = format!(
            "the StartPage is on {} and the {} on {}{}",
            a.audience,
            receiver.row.place,
            b.audience,
            if legal { ", which is registered as well" } else { "" }
        );
        let remedy = if legal {
            "Nothing, as long as both domains stay registered; one host for all is simpler.".to_owned()
        } else {
            format!("Serve the receiver from {}, or register {} as a second domain.", a.audience, b.audience)
        };
        let issue = differ(message, remedy, page, receiver);
        issues.push(if legal { issue.rated(AuditSeverity::Info) } else { issue });
    }
    decided(issues, pages.into_iter().chain(receivers))
}

/// One host that is written in two ways is no other domain. What the difference does to audiences is B19.
fn two_spellings(page: &Place, receiver: &Place, registered: &[&Place]) -> Issue {
    let (in_page, in_receiver) = (spelling(page), spelling(receiver));
    let receiver_name = &receiver.row.place;
    let message = format!(
        "the StartPage and the {receiver_name} are on one host in two spellings: {in_page} in the StartPage, {in_receiver} in the {receiver_name}"
    );
    let best = canonical(page);
    let is_best = |place: &&Place| place.authority.as_ref().is_some_and(|own| own.audience == best);
    let also = if registered.is_empty() || registered.iter().any(is_best) {
        ""
    } else {
        ", and register the host in that spelling"
    };
    let remedy = format!("Write https://{best} in both{also}.");
    differ(message, remedy, page, receiver).rated(AuditSeverity::Info)
}

/// A host as it is written, and which of the two forms of an internationalised name that is.
fn spelling(place: &Place) -> String {
    let written = place.authority.as_ref().map_or("", |authority| authority.audience.as_str());
    let form = match written {
        _ if !written.is_ascii() => " (with letters of its language)",
        _ if written.split('.').any(|label| label.starts_with("xn--")) => " (in Punycode)",
        _ => "",
    };
    format!("{written}{form}")
}

/// B04: the certificate covers every host.
pub(super) fn certificate(subject: &Subject<'_>) -> Outcome {
    const COVERED: &[Role] =
        &[Role::Registration, Role::StartPage, Role::Endpoint, Role::Receiver, Role::HostWebReceiver];
    let places: Vec<&Place> = with_host(subject, COVERED)
        .filter(|place| {
            place.authority.as_ref().is_some_and(|authority| {
                // Nothing is served at a registered domain that nothing uses.
                let spare = place.role == Role::Registration
                    && is_spare(subject.places, subject.addin.stage(), &authority.host);
                authority.scheme.as_deref() != Some("http") && !spare
            })
        })
        .collect();
    if places.is_empty() {
        return Outcome::does_not_apply("no address with a written domain was found");
    }
    let own = subject.evidence();
    let files: Vec<_> = own.certificates.iter().filter(|file| is_served(own, file)).collect();
    let leaves: Vec<_> = files.iter().filter_map(|file| file.leaf()).collect();
    if leaves.is_empty() {
        let host = places.first().map(|place| canonical(place)).unwrap_or_default();
        return Outcome::needs(format!(
            "the certificate of the remote web application: a .cer, .pem or .p7b file, or --connect {host}"
        ));
    }
    let mut issues = Vec::new();
    for place in &places {
        let Some(authority) = &place.authority else { continue };
        if leaves.iter().any(|leaf| tls::covers(leaf, &authority.host)) {
            continue;
        }
        let names: Vec<&str> =
            leaves.iter().flat_map(|leaf| &leaf.dns_names).map(String::as_str).take(6).collect();
        let names = if names.is_empty() { "no DNS name at all".to_owned() } else { names.join(", ") };
        let message =
            format!("no certificate covers {} ({}); they are for {names}", authority.host, place.row.place);
        let remedy = format!(
            "Have the certificate reissued with {} as a DNS name of its subject alternative name, and bind it.",
            authority.host
        );
        let issue = Issue::new(message, remedy).shown_by(&place.value);
        issues.push(leaves.iter().take(2).fold(issue, |issue, leaf| issue.at(&leaf.at, &leaf.subject)));
    }
    decided(issues, places)
}
