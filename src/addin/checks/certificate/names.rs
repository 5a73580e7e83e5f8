//! Names: does the certificate cover the hosts of the add-in?

use std::net::IpAddr;

use super::super::{Issue, Outcome};
use super::served::{Cover, Served, by_leaf, covers, name, names, needed, served, value};
use crate::addin::evidence::Value;
use crate::addin::subject::Subject;
use crate::addin::tls::suffix::{is_internal, is_public};
use crate::addin::tls::{Coverage, NameFaultKind};

/// OD01.
pub(super) fn only_common_name(subject: &Subject<'_>) -> Outcome {
    by_leaf(subject, |served| {
        let leaf = served.leaf;
        if !leaf.dns_names.is_empty() || !leaf.ip_addresses.is_empty() {
            return Vec::new();
        }
        let message = format!(
            "the certificate {} has no subject alternative name: browsers and TLS libraries no longer look at the common name, only old clients on Windows do",
            name(leaf)
        );
        vec![Issue::new(message, reissue(&wanted(subject))).shown_by(&value(leaf))]
    })
}

/// The hosts that a new certificate has to name.
fn wanted(subject: &Subject<'_>) -> Vec<String> {
    let mut hosts: Vec<String> =
        super::served::hosts(subject).into_iter().map(|host| host.authority.host).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

fn reissue(hosts: &[String]) -> String {
    if hosts.is_empty() {
        return "request a new certificate that names the host of the remote web application as a subject alternative name".to_owned();
    }
    let entry = |host: &String| {
        let kind = if host.parse::<IpAddr>().is_ok() { "IP" } else { "DNS" };
        format!("{kind}:{host}")
    };
    let entries: Vec<String> = hosts.iter().map(entry).collect();
    format!(
        "request a new certificate with the subject alternative names {}, and bind it in IIS",
        entries.join(", ")
    )
}

/// Issues of the hosts that are not covered; the check is undecided where a host has no certificate to ask.
fn of_hosts(subject: &Subject<'_>, judge: impl Fn(&Cover<'_>) -> Option<Issue>) -> Outcome {
    match covers(subject) {
        Err(outcome) => outcome,
        Ok((covers, unknown)) => {
            let issues: Vec<Issue> = covers.iter().filter_map(judge).collect();
            if issues.is_empty() && !unknown.is_empty() {
                return Outcome::needs(needed(unknown.first()));
            }
            let seen: Vec<Value> =
                covers.iter().flat_map(|cover| [cover.host.value.clone(), cover.served.value()]).collect();
            Outcome::decided(issues, &seen)
        }
    }
}

fn shown(issue: Issue, cover: &Cover<'_>) -> Issue {
    issue.shown_by(cover.host.value).shown_by(&Value::new(
        format!("{} (names {})", name(cover.served.leaf), names(cover.served.leaf)),
        cover.served.leaf.at.clone(),
    ))
}

/// OD02.
pub(super) fn host_not_covered(subject: &Subject<'_>) -> Outcome {
    let remedy = reissue(&wanted(subject));
    of_hosts(subject, |cover| {
        let host = &cover.host.authority.host;
        let message = match &cover.coverage {
            Coverage::Covered => return None,
            Coverage::Unusable(why) => {
                format!(
                    "the {} names {host}, and whether the certificate covers it cannot be told: {why}",
                    cover.host.place
                )
            }
            Coverage::NotCovered(fault) => {
                let leaf = cover.served.leaf;
                // Where there is one name, it is the nearest.
                let several = leaf.dns_names.len() + leaf.ip_addresses.len() > 1;
                let nearest = fault.nearest.as_deref().filter(|_| several);
                let nearest = nearest.map(|nearest| format!("; nearest is {nearest}")).unwrap_or_default();
                format!(
                    "the {} names {host}, and the certificate covers {}{nearest}{}",
                    cover.host.place,
                    names(leaf),
                    because(&fault.kind)
                )
            }
        };
        Some(shown(Issue::new(message, remedy.as_str()), cover))
    })
}

fn because(kind: &NameFaultKind) -> String {
    match kind {
        NameFaultKind::OnlyCommonName { same: true } => {
            ": only its common name is the host, and TLS clients no longer look at that".to_owned()
        }
        NameFaultKind::OnlyCommonName { same: false } => ": it has no subject alternative name".to_owned(),
        NameFaultKind::WildcardLevel { wildcard } => {
            format!(": the star of {wildcard} stands for exactly one label")
        }
        NameFaultKind::Www { covered } => format!(": {covered} is another host"),
        NameFaultKind::AddressMissing => ": it names no such address".to_owned(),
        NameFaultKind::AddressAsName => {
            ": the address stands among its names, where TLS does not look for it".to_owned()
        }
        NameFaultKind::UnicodeName { name } => {
            format!(": {name} is written in its own script, and TLS compares the form that starts with xn--")
        }
        NameFaultKind::Other => String::new(),
    }
}

/// OD03.
pub(super) fn wildcard(subject: &Subject<'_>) -> Outcome {
    let served = match served(subject) {
        Ok(served) => served,
        Err(outcome) => return outcome,
    };
    let mut issues: Vec<Issue> = served.iter().flat_map(bad_wildcards).collect();
    let remedy = reissue(&wanted(subject));
    for cover in covers(subject).map(|(covers, _)| covers).unwrap_or_default() {
        if let Coverage::NotCovered(fault) = &cover.coverage
            && let NameFaultKind::WildcardLevel { wildcard } = &fault.kind
        {
            let host = &cover.host.authority.host;
            let message = format!(
                "{wildcard} does not cover {host}: the star stands for exactly one label, never for none and never for two"
            );
            issues.push(shown(Issue::new(message, remedy.as_str()), &cover));
        }
    }
    let seen: Vec<Value> = served.iter().map(Served::value).collect();
    Outcome::decided(issues, &seen)
}

fn bad_wildcards(served: &Served<'_>) -> Vec<Issue> {
    let judge = |entry: &String| {
        let why = match entry.strip_prefix("*.") {
            None if entry.contains('*') => "a star may only be the whole left-most label",
            Some(base) if base.contains('*') => "a name may hold one star, as its left-most label",
            Some(base) if is_public(base) => "anyone may register a name below it",
            _ => return None,
        };
        let message = format!("the certificate names {entry}, which browsers ignore: {why}");
        let remedy = "request a new certificate that names the hosts themselves, or *.your-domain with the star as the whole first label";
        Some(Issue::new(message, remedy).at(&served.leaf.at, entry.clone()))
    };
    served.leaf.dns_names.iter().filter_map(judge).collect()
}

/// OD04.
pub(super) fn address(subject: &Subject<'_>) -> Outcome {
    let served = match served(subject) {
        Ok(served) => served,
        Err(outcome) => return outcome,
    };
    let mut issues: Vec<Issue> = Vec::new();
    for cover in covers(subject).map(|(covers, _)| covers).unwrap_or_default() {
        if let Coverage::NotCovered(fault) = &cover.coverage
            && matches!(fault.kind, NameFaultKind::AddressMissing | NameFaultKind::AddressAsName)
        {
            let host = &cover.host.authority.host;
            let message = format!(
                "the {} is the address {host}, and the certificate has no iPAddress entry for it",
                cover.host.place
            );
            let remedy = format!(
                "use a DNS name in the add-in and its registration; or request a certificate with the subject alternative name IP:{host}"
            );
            issues.push(shown(Issue::new(message, remedy), &cover));
        }
    }
    for entry in served.iter().flat_map(|served| address_names(served)) {
        issues.push(entry);
    }
    let seen: Vec<Value> = served.iter().map(Served::value).collect();
    Outcome::decided(issues, &seen)
}

fn address_names(served: &Served<'_>) -> Vec<Issue> {
    let leaf = served.leaf;
    let misplaced = leaf.dns_names.iter().filter_map(|entry| {
        let address: IpAddr = entry.trim_matches(['[', ']']).parse().ok()?;
        (!leaf.ip_addresses.contains(&address)).then_some(entry)
    });
    let issue = |entry: &String| {
        let message =
            format!("the address {entry} is written as a dNSName, where no client looks for addresses");
        let remedy = format!("request a new certificate with the subject alternative name IP:{entry}");
        Issue::new(message, remedy).at(&leaf.at, entry.clone())
    };
    misplaced.map(issue).collect()
}

/// OD05.
pub(super) fn unicode(subject: &Subject<'_>) -> Outcome {
    by_leaf(subject, |served| {
        let leaf = served.leaf;
        let issue = |entry: &String| {
            let label = idna::domain_to_ascii(entry).ok();
            let problem = if entry.is_ascii() {
                idna::domain_to_unicode(entry).1.err().map(|_| "is no valid internationalised name")?
            } else {
                "is not in ASCII: TLS compares the form that starts with xn--"
            };
            let remedy = match label.filter(|_| !entry.is_ascii()) {
                Some(label) => {
                    format!("request a new certificate with the subject alternative name DNS:{label}")
                }
                None => "request a new certificate with the name as a browser sends it, starting with xn--"
                    .to_owned(),
            };
            let message = format!("the name {entry} of the certificate {problem}");
            Some(Issue::new(message, remedy).at(&leaf.at, entry.clone()))
        };
        let international =
            |entry: &&String| !entry.is_ascii() || entry.to_ascii_lowercase().contains("xn--");
        leaf.dns_names.iter().filter(international).filter_map(issue).collect()
    })
}

/// OD15.
pub(super) fn internal_name(subject: &Subject<'_>) -> Outcome {
    let served = match served(subject) {
        Ok(served) => served,
        Err(outcome) => return outcome,
    };
    let public: Vec<Served<'_>> = served.into_iter().filter(|served| served.leaf.publicly_issued).collect();
    if public.is_empty() {
        return Outcome::does_not_apply("no certificate here was issued by a public authority");
    }
    let issues = public.iter().flat_map(|served| {
        let leaf = served.leaf;
        let addresses =
            leaf.ip_addresses.iter().filter(|address| is_private(address)).map(ToString::to_string);
        let internal = leaf.dns_names.iter().filter(|entry| is_internal(entry)).cloned().chain(addresses);
        internal.map(|entry| {
            let message = format!(
                "a public authority issued a certificate for {entry}, a name that exists only inside"
            );
            let remedy =
                format!("take {entry} out of the certificate, and use a name of a domain that you own");
            Issue::new(message, remedy).at(&leaf.at, entry)
        })
    });
    let seen: Vec<Value> = public.iter().map(Served::value).collect();
    Outcome::decided(issues.collect(), &seen)
}

fn is_private(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}
