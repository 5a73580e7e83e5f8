//! The comparisons of the matrix, and what each difference breaks.

use super::certificate_role::is_served;
use super::contradiction::contradicting;
use super::domains::{Place, Role, is_spare};
use super::evidence::Value;
use super::evidence::config::Config;
use super::evidence::source_code::{SourceFactKind, SourceFile};
use super::host::answers;
use super::subject::AddIn;
use super::tls;
use crate::model::audit::{Breaks, DomainRow, Pair, PairVerdict, Target};

/// Which places must say the same, and what a difference breaks.
const RULES: &[(Role, Role, &[Breaks])] = &[
    (Role::Registration, Role::StartPage, &[Breaks::ContextToken]),
    (Role::Registration, Role::Endpoint, &[Breaks::Receivers]),
    (Role::Registration, Role::Receiver, &[Breaks::Receivers]),
    (Role::Registration, Role::HostWebReceiver, &[Breaks::Receivers]),
    (Role::Registration, Role::Part, &[Breaks::ContextToken]),
    (Role::Registration, Role::LaunchUrl, &[Breaks::ContextToken]),
    (Role::Registration, Role::HostName, &[Breaks::AppOnly]),
    (Role::Registration, Role::Override, &[Breaks::ContextToken, Breaks::Receivers]),
    (Role::StartPage, Role::Endpoint, &[Breaks::Receivers]),
    (Role::StartPage, Role::Receiver, &[Breaks::Receivers]),
    (Role::StartPage, Role::SettingsPage, &[Breaks::ContextToken]),
    (Role::StartPage, Role::LaunchUrl, &[Breaks::ContextToken]),
    (Role::StartPage, Role::Publish, &[Breaks::ContextToken]),
    (Role::StartPage, Role::Override, &[Breaks::ContextToken]),
    (Role::StartPage, Role::Binding, &[Breaks::ContextToken]),
    (Role::RegisteredRedirect, Role::OwnRedirect, &[Breaks::AuthorizationCode]),
];

/// Places that TLS must reach, and what fails where it does not.
const TLS: &[(Role, &[Breaks])] = &[
    (Role::Registration, &[Breaks::ContextToken, Breaks::Receivers]),
    (Role::StartPage, &[Breaks::ContextToken, Breaks::AuthorizationCode, Breaks::HighTrust]),
    (Role::Endpoint, &[Breaks::Receivers]),
    (Role::Receiver, &[Breaks::Receivers]),
    (Role::HostWebReceiver, &[Breaks::Receivers]),
    (Role::Part, &[Breaks::ContextToken]),
    (Role::LaunchUrl, &[Breaks::ContextToken]),
];

/// The pairs of one add-in, in the order of its places.
pub fn pairs(addin: &AddIn, places: &[Place]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let rivals = contradicting(&addin.evidence);
    for (a, b, breaks) in RULES {
        for first in places.iter().filter(|place| place.role == *a && compared(addin, place)) {
            for second in places.iter().filter(|place| place.role == *b && compared(addin, place)) {
                pairs.extend(pair((addin, places, &rivals), first, second, breaks));
            }
        }
    }
    for (role, breaks) in TLS {
        for place in places.iter().filter(|place| place.role == *role && compared(addin, place)) {
            pairs.extend(certificate_pairs(addin, places, place, breaks));
        }
    }
    for pair in &mut pairs {
        let broke = !pair.breaks.is_empty();
        pair.breaks.retain(|flow| in_use(addin, *flow));
        if broke && pair.breaks.is_empty() {
            pair.reason.push_str("; no flow that is in use depends on it");
        }
    }
    pairs
}

/// Flows that the add-in uses, as far as is known: what is not in use cannot break.
fn in_use(addin: &AddIn, flow: Breaks) -> bool {
    let own = &addin.evidence;
    match flow {
        Breaks::ContextToken => addin.target != Target::OnPremHighTrust,
        Breaks::HighTrust => addin.target == Target::OnPremHighTrust,
        Breaks::AuthorizationCode => {
            let set = |config: &Config| {
                config.get("RedirectUri").is_some_and(|setting| !setting.value.trimmed().is_empty())
            };
            let called = |file: &SourceFile| file.of(SourceFactKind::AuthorizationCodeCall).next().is_some();
            own.configs.iter().any(set) || own.sources.iter().any(called)
        }
        Breaks::AppOnly | Breaks::Receivers => true,
    }
}

/// Only final addresses with a host are compared.
fn compared(addin: &AddIn, place: &Place) -> bool {
    place.authority.is_some() && place.is_final(addin.stage())
}

fn pair(
    (addin, places, rivals): (&AddIn, &[Place], &[&[Value]]),
    a: &Place,
    b: &Place,
    breaks: &[Breaks],
) -> Option<Pair> {
    let (first, second) = (a.authority.as_ref()?, b.authority.as_ref()?);
    let verdict = match (a.role, b.role) {
        // Redirect addresses are compared as a whole, to the byte.
        (Role::RegisteredRedirect, _) => redirect_verdict(a, b, first.compare(second)),
        (_, Role::Binding) => binding_verdict(b, first)?,
        // An entry of the override is compared as it stands, blanks and all.
        (_, Role::Override) if b.value.raw != b.value.trimmed() => {
            first.compare(second).max(PairVerdict::TlsOnly)
        }
        _ => first.compare(second),
    };
    let mut reason = reason(verdict, a, b);
    let mut broken = if verdict == PairVerdict::Identical { Vec::new() } else { breaks.to_vec() };
    if !broken.is_empty() && has_better(places, rivals, a, b) {
        broken.clear();
        reason = format!("another {} agrees with {}", kind(a.role), b.row.place);
    }
    if a.role == Role::StartPage && matches!(b.role, Role::Endpoint | Role::Receiver) && !broken.is_empty() {
        // What receivers are held to is the registration; a second registered domain makes a split legal.
        let registered =
            places.iter().filter(|place| place.role == Role::Registration && compared(addin, place));
        if registered.into_iter().any(|place| same(place, b)) {
            broken.clear();
            reason = format!("{} is registered for itself", b.row.place);
        }
    }
    Some(Pair { a: a.row.place.clone(), b: b.row.place.clone(), verdict, breaks: broken, reason })
}

fn same(a: &Place, b: &Place) -> bool {
    match (&a.authority, &b.authority) {
        (Some(a), Some(b)) => a.compare(b) == PairVerdict::Identical,
        _ => false,
    }
}

/// Several domains or redirect addresses may be registered: one that agrees is enough.
fn has_better(places: &[Place], rivals: &[&[Value]], a: &Place, b: &Place) -> bool {
    match a.role {
        Role::Registration if b.role == Role::Override => places
            .iter()
            .filter(|place| place.role == Role::Override)
            .any(|place| same(a, place) && place.value.raw == place.value.trimmed()),
        Role::Registration => {
            // Of a registration that contradicts another one only its own domains make up for one.
            let own = rivals.iter().find(|domains| domains.contains(&a.value));
            let counts = |place: &Place| own.is_none_or(|domains| domains.contains(&place.value));
            places.iter().any(|place| place.role == a.role && counts(place) && same(place, b))
        }
        Role::StartPage if matches!(b.role, Role::Override | Role::Binding) => places
            .iter()
            .filter(|place| place.role == b.role)
            .any(|place| match (&place.role, &a.authority) {
                (Role::Binding, Some(authority)) => {
                    binding_verdict(place, authority) == Some(PairVerdict::Identical)
                }
                _ => same(a, place),
            }),
        Role::RegisteredRedirect => {
            places.iter().any(|place| place.role == a.role && place.value.raw == b.value.raw)
        }
        _ => false,
    }
}

fn kind(role: Role) -> &'static str {
    match role {
        Role::RegisteredRedirect => "registered redirect address",
        Role::StartPage => "entry",
        _ => "registered domain",
    }
}

fn redirect_verdict(a: &Place, b: &Place, hosts: PairVerdict) -> PairVerdict {
    if a.value.raw == b.value.raw {
        PairVerdict::Identical
    } else {
        // Equal hosts are not enough: the whole address is compared.
        hosts.max(PairVerdict::TlsOnly)
    }
}

/// A binding without a host takes any; the port must be the same. `None` where the binding is for another site.
fn binding_verdict(binding: &Place, wanted: &super::host::Authority) -> Option<PairVerdict> {
    let authority = binding.authority.as_ref()?;
    let same_host = answers(&authority.host, &wanted.host);
    Some(match (same_host, authority.port == wanted.port) {
        (true, true) => PairVerdict::Identical,
        _ => PairVerdict::Different,
    })
}

fn reason(verdict: PairVerdict, a: &Place, b: &Place) -> String {
    let (Some(first), Some(second)) = (&a.authority, &b.authority) else { return String::new() };
    match verdict {
        PairVerdict::Identical => String::new(),
        PairVerdict::TlsOnly if a.role == Role::RegisteredRedirect => {
            "the host is the same, but redirect addresses are compared as a whole".to_owned()
        }
        PairVerdict::TlsOnly => format!(
            "the same host for TLS, but the audience strings {} and {} are not the same text",
            first.audience, second.audience
        ),
        PairVerdict::Different if first.host == second.host => {
            format!("the ports differ: {} and {}", first.port, second.port)
        }
        PairVerdict::Different => format!("the hosts differ: {} and {}", first.host, second.host),
    }
}

/// A certificate has no port: hosts are compared, by the rules of TLS.
fn certificate_pairs(addin: &AddIn, places: &[Place], place: &Place, breaks: &[Breaks]) -> Vec<Pair> {
    let own = &addin.evidence;
    let Some(authority) = &place.authority else { return Vec::new() };
    let files = own.certificates.iter().enumerate().filter(|(_, file)| is_served(own, file));
    let leaves: Vec<_> = files.filter_map(|(number, file)| Some((number, file.leaf()?))).collect();
    let covering = leaves.iter().any(|(_, leaf)| tls::covers(leaf, &authority.host));
    let spare = place.role == Role::Registration && is_spare(places, addin.stage(), &authority.host);
    let mut pairs = Vec::new();
    for (number, leaf) in &leaves {
        // The row of the name that covers the host, else the first of this certificate.
        let rows = || places.iter().filter(|row| row.certificate == Some(*number));
        let nearest =
            rows().find(|row| tls::name_covers(&row.value.raw, &authority.host)).or_else(|| rows().next());
        let Some(row) = nearest else { continue };
        let covers = tls::covers(leaf, &authority.host);
        let (verdict, breaks, reason) = if covers {
            (PairVerdict::Identical, Vec::new(), String::new())
        } else if covering {
            (PairVerdict::Different, Vec::new(), "another certificate covers this host".to_owned())
        } else if spare {
            (PairVerdict::Different, Vec::new(), "nothing of the add-in uses this domain".to_owned())
        } else {
            let reason = format!("no name of the certificate covers {}", authority.host);
            (PairVerdict::Different, breaks.to_vec(), reason)
        };
        pairs.push(Pair { a: row.row.place.clone(), b: place.row.place.clone(), verdict, breaks, reason });
    }
    pairs
}

/// Tells each row what it must equal, and the worst of the verdicts. What differs and breaks nothing need not be equal:
/// another domain that is registered, say.
pub fn judge(rows: &mut [DomainRow], pairs: &[Pair]) {
    let counts = |pair: &&Pair| pair.verdict == PairVerdict::Identical || !pair.breaks.is_empty();
    for row in rows {
        let own = || pairs.iter().filter(counts).filter(|pair| pair.a == row.place || pair.b == row.place);
        let must_equal: Vec<String> =
            own().map(|pair| if pair.a == row.place { pair.b.clone() } else { pair.a.clone() }).collect();
        row.verdict = own().map(|pair| pair.verdict).max();
        row.must_equal = must_equal;
    }
}
