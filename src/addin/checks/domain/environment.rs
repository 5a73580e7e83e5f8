//! Hosts of development, of tunnels and of tutorials; names of hosting providers; what stands in front of the add-in.

use std::net::IpAddr;

use super::token::begins_with_token;
use super::{ALL, canonical, decided, is_before_publishing, with_host};
use crate::addin::certificate_role::is_served;
use crate::addin::checks::{Issue, Outcome};
use crate::addin::domains::{Place, Role};
use crate::addin::evidence::ids::guid;
use crate::addin::evidence::source_code::{SourceFactKind, SourceFile};
use crate::addin::subject::Subject;
use crate::addin::tls;
use crate::model::audit::{AuditSeverity, Target};

/// Names that tunnels give out for debugging.
const TUNNELS: &[&str] = &[
    "ngrok.io",
    "ngrok.app",
    "ngrok.dev",
    "ngrok-free.app",
    "ngrok-free.dev",
    "servicebus.windows.net",
    "devtunnels.ms",
    "vercel.app",
    "trycloudflare.com",
    "loca.lt",
    "localtunnel.me",
    "serveo.net",
    "localhost.run",
    "tunnelmole.net",
];

/// Companies and hosts of samples and of the documentation.
const PLACEHOLDERS: &[&str] = &[
    "contoso",
    "fabrikam",
    "northwindtraders",
    "adventureworks",
    "adventure-works",
    "example",
    "myremotewebapplicationserver",
    "mycloudvm",
    "contososoftware",
    "yourdomain",
    "yourserver",
    "yourcompany",
    "yourhost",
    "mydomain",
];

/// Names that hosting providers give to every customer.
const PROVIDERS: &[&str] = &[
    "azurewebsites.net",
    "cloudapp.net",
    "cloudapp.azure.com",
    "trafficmanager.net",
    "azurefd.net",
    "azureedge.net",
    "cloudfront.net",
    "elb.amazonaws.com",
    "elasticbeanstalk.com",
    "herokuapp.com",
];

fn ends_with_any<'l>(host: &str, list: &[&'l str]) -> Option<&'l str> {
    list.iter()
        .copied()
        .find(|suffix| host == *suffix || host.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.')))
}

fn each(subject: &Subject<'_>, flaw: impl Fn(&Place) -> Option<String>, remedy: &str) -> Outcome {
    let places: Vec<&Place> = with_host(subject, ALL).collect();
    if places.is_empty() {
        return Outcome::does_not_apply("no address with a written domain was found");
    }
    if is_app_only(subject) {
        let named = subject.places.iter().any(|place| place.role == Role::HostName);
        return Outcome::does_not_apply(if named {
            "the program asks for app-only tokens alone: nothing is served at HostedAppHostName"
        } else {
            "the program asks for app-only tokens alone, which name no host: any App Domain will do"
        });
    }
    let issues = places
        .iter()
        .filter_map(|place| Some((place, flaw(place)?)))
        .map(|(place, flaw)| {
            let issue = Issue::new(format!("{} is {flaw}", place.row.place), remedy).shown_by(&place.value);
            // While an add-in is developed all this is as it should be.
            if is_before_publishing(subject) { issue.rated(AuditSeverity::Info) } else { issue }
        })
        .collect();
    decided(issues, places)
}

/// A program that is never called: nothing of an add-in but a registration, and code that only asks for app-only tokens.
fn is_app_only(subject: &Subject<'_>) -> bool {
    let calls = |source: &SourceFile| source.of(SourceFactKind::AppOnlyCall).next().is_some();
    is_never_called(subject) && subject.evidence().sources.iter().any(calls)
}

/// Nothing shows that SharePoint launches or calls it.
fn is_never_called(subject: &Subject<'_>) -> bool {
    let own = subject.evidence();
    let called = !own.manifests.is_empty()
        || !own.packages.is_empty()
        || !own.installed.is_empty()
        || !own.receivers.is_empty();
    let calls = |kind: SourceFactKind| own.sources.iter().any(|source| source.of(kind).next().is_some());
    let others = [
        SourceFactKind::ContextTokenCall,
        SourceFactKind::AuthorizationCodeCall,
        SourceFactKind::HighTrustCall,
        SourceFactKind::OwnToken,
        SourceFactKind::ReceiverRegistration,
    ];
    !called && !others.into_iter().any(calls)
}

/// A host that another check refuses: no correction should lead to it.
pub(super) fn is_unfit(subject: &Subject<'_>, place: &Place) -> bool {
    internal(place, is_online(subject)).is_some()
        || ends_with_any(&place.row.host, TUNNELS).is_some()
        || is_placeholder(&place.row.host, &place.value.raw)
        || place.row.host.parse::<IpAddr>().is_ok()
}

fn is_online(subject: &Subject<'_>) -> bool {
    matches!(subject.target(), Target::Spo | Target::ExternalApp)
}

/// B14: hosts that only this machine or this network knows.
pub(super) fn internal_hosts(subject: &Subject<'_>) -> Outcome {
    let online = is_online(subject);
    // Where nothing is served at it, a domain is but a text; many programs are registered with a GUID.
    let program = subject.target() == Target::ExternalApp && is_never_called(subject);
    let stands_for_none =
        |place: &Place| program && place.role == Role::Registration && guid(&place.row.host).is_some();
    let flaw = |place: &Place| {
        let flaw = internal(place, online).filter(|_| !stands_for_none(place))?;
        Some(format!("{flaw}: {}", place.row.host))
    };
    let told = each(
        subject,
        flaw,
        "Register and publish the add-in with the host at which its users and SharePoint reach it.",
    );
    match told {
        Outcome::Decided { issues, seen } if program && is_only_registered(subject) => {
            let issues = issues.into_iter().map(of_no_matter).collect();
            Outcome::Decided { issues, seen }
        }
        other => other,
    }
}

/// Nothing but a registration has a host.
fn is_only_registered(subject: &Subject<'_>) -> bool {
    with_host(subject, ALL).all(|place| place.role == Role::Registration)
}

/// A program that only asks for app-only tokens, as most that nothing launches do, names no host (*inferred*: no host is
/// in its client id).
fn of_no_matter(issue: Issue) -> Issue {
    let message = format!(
        "{}; nothing that was given is launched there, and for a program that only asks for app-only tokens any App \
         Domain will do",
        issue.message
    );
    let remedy = "nothing is due for such a program; an add-in that is launched has to be registered with the host at \
        which its users and SharePoint reach it";
    Issue { message, remedy: remedy.to_owned(), ..issue }.rated(AuditSeverity::Info)
}

/// B14 tells this host as one that others cannot reach.
pub(super) fn is_internal(subject: &Subject<'_>, place: &Place) -> bool {
    internal(place, is_online(subject)).is_some()
}

/// What a host is that others cannot reach. On a farm names and addresses of the own network are as good as any.
fn internal(place: &Place, online: bool) -> Option<&'static str> {
    let host = place.row.host.as_str();
    let address = host.parse::<IpAddr>().ok();
    let of_machine = host == "localhost" || host.ends_with(".localhost");
    if of_machine || address.is_some_and(|ip| ip.is_loopback()) {
        return Some("this machine itself");
    }
    if address.is_some_and(|ip| is_private(ip) && (online || !is_of_network(ip))) {
        return Some("a private address");
    }
    if ends_with_any(host, &["local", "internal", "lan"]).is_some() {
        return online.then_some("a name of an internal network");
    }
    (address.is_none() && !host.contains('.') && online).then_some("a name without a domain")
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local() || v4.is_unspecified(),
        IpAddr::V6(v6) => {
            (v6.segments().first().copied().unwrap_or(0) & 0xfe00) == 0xfc00 || v6.is_unspecified()
        }
    }
}

/// A private address that other machines of the same network reach.
pub(super) fn is_of_network(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private(),
        IpAddr::V6(v6) => v6.is_unique_local(),
    }
}

/// B15: tunnels of a debug session.
pub(super) fn tunnels(subject: &Subject<'_>) -> Outcome {
    let flaw = |place: &Place| {
        ends_with_any(&place.row.host, TUNNELS)
            .map(|suffix| format!("a tunnel of {suffix}: {}", place.row.host))
    };
    each(
        subject,
        flaw,
        "A tunnel ends with the debug session: publish with the real host of the remote web application.",
    )
}

/// B16: hosts of samples.
pub(super) fn placeholders(subject: &Subject<'_>) -> Outcome {
    let flaw = |place: &Place| {
        is_placeholder(&place.row.host, &place.value.raw)
            .then(|| format!("a host of a sample: {}", place.value.trimmed()))
    };
    let unfilled =
        subject.places.iter().filter(|place| ALL.contains(&place.role) && place.authority.is_none());
    let unfilled: Vec<Issue> = unfilled
        .filter(|place| has_unfilled_part(&place.value.raw))
        .map(|place| {
            let message = format!("{} was never filled in: {}", place.row.place, place.value.trimmed());
            Issue::new(message, "Write the real host.").shown_by(&place.value)
        })
        .collect();
    match each(subject, flaw, "Write the real host of the remote web application in its place.") {
        Outcome::Decided { mut issues, seen } => {
            issues.extend(unfilled);
            Outcome::Decided { issues, seen }
        }
        _ if !unfilled.is_empty() => Outcome::Decided { issues: unfilled, seen: Vec::new() },
        other => other,
    }
}

fn is_placeholder(host: &str, raw: &str) -> bool {
    let reserved = ["example", "example.com", "example.net", "example.org", "test", "invalid"];
    let labels: Vec<&str> = host.split('.').collect();
    let company = labels.iter().any(|label| PLACEHOLDERS.contains(label));
    company || ends_with_any(host, &reserved).is_some() || has_unfilled_part(raw)
}

/// `[host]`, `{{host}}`, `<host>`, `YOUR_HOST`: but not the tokens of SharePoint.
fn has_unfilled_part(raw: &str) -> bool {
    let host = raw.split_once("://").map_or(raw, |(_, rest)| rest);
    let host = host.split(['/', '?']).next().unwrap_or_default();
    let bracketed = host.contains("{{")
        || host.contains('<')
        || (host.starts_with('[') && !host.contains(':'))
        || (host.starts_with('{') && !begins_with_token(host));
    let upper = host.to_ascii_uppercase();
    bracketed
        || ["YOUR-", "YOUR_", "YOURDOMAIN", "YOURSITE", "YOURAPP", "-HERE", "_HERE", "$(", "%HOST%"]
            .iter()
            .any(|word| upper.contains(word))
}

/// B17: the name of the provider where an alias is in use.
pub(super) fn provider_names(subject: &Subject<'_>) -> Outcome {
    let places: Vec<&Place> =
        with_host(subject, &[Role::Registration, Role::StartPage, Role::Endpoint, Role::Receiver]).collect();
    if places.is_empty() {
        return Outcome::does_not_apply("no address with a written domain was found");
    }
    const OTHERS: &[Role] = &[
        Role::Registration,
        Role::StartPage,
        Role::Endpoint,
        Role::Receiver,
        Role::Publish,
        Role::LaunchUrl,
        Role::Override,
        Role::Binding,
        Role::HostWebReceiver,
    ];
    let is_provider = |place: &Place| ends_with_any(&place.row.host, PROVIDERS);
    let alias = with_host(subject, OTHERS).find(|place| {
        is_provider(place).is_none()
            && !place.row.host.is_empty()
            && place.row.host.contains('.')
            && place.row.host.parse::<IpAddr>().is_err()
    });
    let alias_name =
        alias.map(|place| (place.row.host.clone(), &place.value)).or_else(|| alias_of_certificate(subject));
    let mut issues = Vec::new();
    for place in &places {
        if let (Some(suffix), Some((alias, shown))) = (is_provider(place), &alias_name) {
            let message = format!(
                "{} is on {}, a name that {suffix} gives out, while {alias} is in use elsewhere",
                place.row.place, place.row.host
            );
            let remedy =
                format!("Use the alias {alias} in registration, StartPage, receivers and certificate alike.");
            issues.push(Issue::new(message, remedy).shown_by(&place.value).shown_by(shown));
        }
    }
    decided(issues, places)
}

/// A certificate with names of one's own shows that there is an alias.
fn alias_of_certificate<'a>(subject: &Subject<'a>) -> Option<(String, &'a crate::addin::evidence::Value)> {
    let rows = subject.places.iter().filter(|place| place.role == Role::Certificate);
    let mut own = rows.filter(|place| {
        ends_with_any(&place.row.host, PROVIDERS).is_none() && !place.value.raw.starts_with('*')
    });
    own.find(|place| place.row.host.contains('.')).map(|place| (place.row.host.clone(), &place.value))
}

/// B18: an alias, and only the certificate of the provider.
pub(super) fn alias_without_certificate(subject: &Subject<'_>) -> Outcome {
    let own = subject.evidence();
    let leaves: Vec<_> =
        own.certificates.iter().filter(|file| is_served(own, file)).filter_map(|file| file.leaf()).collect();
    let places: Vec<&Place> = with_host(subject, &[Role::Registration, Role::StartPage])
        .filter(|place| ends_with_any(&place.row.host, PROVIDERS).is_none())
        .collect();
    if places.is_empty() {
        return Outcome::does_not_apply("no domain of one's own is in use");
    }
    if leaves.is_empty() {
        let host = places.first().map(|place| canonical(place)).unwrap_or_default();
        return Outcome::needs(format!("the certificate of the remote web application, or --connect {host}"));
    }
    let mut issues = Vec::new();
    for place in &places {
        let covered = leaves.iter().any(|leaf| tls::covers(leaf, &place.row.host));
        let provider = leaves.iter().find(|leaf| {
            !leaf.dns_names.is_empty()
                && leaf
                    .dns_names
                    .iter()
                    .all(|name| ends_with_any(name.trim_start_matches("*."), PROVIDERS).is_some())
        });
        if let (false, Some(leaf)) = (covered, provider) {
            let message = format!(
                "{} is the domain of one's own {}, but the certificate is that of the provider: {}",
                place.row.place,
                place.row.host,
                leaf.dns_names.join(", ")
            );
            let remedy = format!(
                "Add {} as a custom domain of the web application with a certificate of its own.",
                place.row.host
            );
            issues.push(Issue::new(message, remedy).shown_by(&place.value).at(&leaf.at, &leaf.subject));
        }
    }
    decided(issues, places)
}
