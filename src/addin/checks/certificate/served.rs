//! What the checks of this family share: the certificates that the remote web application serves, the hosts that they
//! must cover, and what is said where one of them is missing.

use chrono::NaiveDateTime;

use super::super::{Issue, Outcome};
use crate::addin::address::domain;
use crate::addin::certificate_role::is_served;
use crate::addin::domains::{Role, is_spare};
use crate::addin::evidence::Value;
use crate::addin::evidence::certificate::{Certificate, CertificateFile};
use crate::addin::host::Authority;
use crate::addin::subject::Subject;
use crate::addin::tls::{Coverage, coverage};
use crate::model::audit::Target;

/// A certificate that is served, and the file it came in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Served<'a> {
    pub(super) file: &'a CertificateFile,
    pub(super) leaf: &'a Certificate,
}

impl Served<'_> {
    /// The certificate as a value: its names and its place.
    pub(super) fn value(&self) -> Value {
        value(self.leaf)
    }
}

/// A place where a host is written that the certificate must cover.
#[derive(Clone, Debug)]
pub(super) struct Host<'a> {
    pub(super) place: &'static str,
    pub(super) value: &'a Value,
    pub(super) authority: Authority,
}

/// The certificates of the remote web application, or what to say without any.
pub(super) fn served<'a>(subject: &Subject<'a>) -> Result<Vec<Served<'a>>, Outcome> {
    if !subject.addin.is_provider_hosted() {
        return Err(Outcome::does_not_apply("a SharePoint-hosted add-in has no remote web application"));
    }
    let tls = |file: &&CertificateFile| is_served(subject.evidence(), file);
    let files = subject.addin.evidence.certificates.iter().filter(tls);
    let found: Vec<Served<'a>> = files.filter_map(|file| Some(Served { file, leaf: file.leaf()? })).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    if subject.target() == Target::ExternalApp {
        return Err(Outcome::does_not_apply("a program that only calls SharePoint serves nothing over TLS"));
    }
    Err(Outcome::needs(needed(hosts(subject).first())))
}

/// Which evidence is missing, with the command that gets it.
pub(super) fn needed(host: Option<&Host<'_>>) -> String {
    let host = host.map_or_else(|| "HOST:443".to_owned(), |host| endpoint(&host.authority));
    format!(
        "the certificate that the remote web application serves: run again with --connect {host}, or save the output of openssl s_client -connect {host} -showcerts"
    )
}

fn endpoint(authority: &Authority) -> String {
    let host = &authority.host;
    if host.contains(':') {
        format!("[{host}]:{}", authority.port)
    } else {
        format!("{host}:{}", authority.port)
    }
}

/// What a host is called that only a registration names.
const REGISTERED: &str = "registered domain";

/// Every address of the remote web application that is called over TLS, once for each host and place.
pub(super) fn hosts<'a>(subject: &Subject<'a>) -> Vec<Host<'a>> {
    let evidence = subject.evidence();
    let manifest = subject.addin.manifest();
    let start = manifest.and_then(|manifest| manifest.start_page.as_ref());
    let start = start.map(|value| ("StartPage", Role::StartPage, value));
    let events = manifest.into_iter().flat_map(|manifest| &manifest.endpoints);
    let events = events.map(|endpoint| (endpoint.element, Role::Endpoint, &endpoint.url));
    let receivers = evidence.elements.iter().flat_map(|elements| &elements.receivers);
    let receivers = receivers.map(|receiver| ("event receiver", Role::Receiver, &receiver.url));
    let rows = evidence.receivers.iter().map(|row| ("event receiver", Role::HostWebReceiver, &row.url));
    let registered = subject.registered_domains().map(|(_, value)| (REGISTERED, Role::Registration, value));
    let mut all: Vec<Host<'a>> = Vec::new();
    let written = start.into_iter().chain(events).chain(receivers).chain(rows).chain(registered);
    for (place, role, value) in written {
        let Some(authority) = domain(role, &value.raw) else { continue };
        if role == Role::Registration && is_spare(subject.places, subject.addin.stage(), &authority.host) {
            continue;
        }
        let known = all
            .iter()
            .any(|host| host.authority.host == authority.host && host.authority.port == authority.port);
        if authority.scheme.as_deref() != Some("http") && !known {
            all.push(Host { place, value, authority });
        }
    }
    all
}

/// A host and the certificate that comes nearest to covering it.
pub(super) struct Cover<'a> {
    pub(super) host: Host<'a>,
    pub(super) served: Served<'a>,
    pub(super) coverage: Coverage,
}

/// Every host with the certificate that covers it, else with the one that should; and the hosts of which no
/// certificate is known.
pub(super) fn covers<'a>(subject: &Subject<'a>) -> Result<(Vec<Cover<'a>>, Vec<Host<'a>>), Outcome> {
    let served = served(subject)?;
    let hosts = hosts(subject);
    if hosts.is_empty() {
        return Err(Outcome::needs(
            "the host of the remote web application: its .app package, a registration export, or --domain HOST",
        ));
    }
    let mut covers = Vec::new();
    let mut unknown = Vec::new();
    for host in hosts {
        match cover(&host, &served) {
            Some((served, coverage)) => covers.push(Cover { host, served, coverage }),
            None => unknown.push(host),
        }
    }
    if covers.is_empty() {
        return Err(Outcome::needs(needed(unknown.first())));
    }
    Ok((covers, unknown))
}

/// A certificate that was captured speaks for the endpoint it was captured from, and for no other.
fn cover<'a>(host: &Host<'a>, served: &[Served<'a>]) -> Option<(Served<'a>, Coverage)> {
    let from_here = |served: &&Served<'a>| {
        let from = served.file.captured_from.as_ref().and_then(|from| Authority::of(&from.raw));
        from.is_some_and(|from| from.host == host.authority.host && from.port == host.authority.port)
    };
    let captured: Vec<&Served<'a>> = served.iter().filter(from_here).collect();
    let loose = served.iter().filter(|served| served.file.captured_from.is_none());
    let asked: Vec<&Served<'a>> = if captured.is_empty() { loose.collect() } else { captured };
    let answers: Vec<(Served<'a>, Coverage)> =
        asked.into_iter().map(|served| (*served, coverage(served.leaf, &host.authority.host))).collect();
    let covered = answers.iter().position(|(_, coverage)| *coverage == Coverage::Covered);
    answers.into_iter().nth(covered.unwrap_or(0))
}

/// Decides by looking at each certificate of the served files by itself.
pub(super) fn by_leaf<'a>(subject: &Subject<'a>, judge: impl Fn(&Served<'a>) -> Vec<Issue>) -> Outcome {
    match served(subject) {
        Err(outcome) => outcome,
        Ok(served) => {
            let seen: Vec<Value> = served.iter().map(Served::value).collect();
            Outcome::decided(served.iter().flat_map(judge).collect(), &seen)
        }
    }
}

/// Decides by looking at every certificate of the served files.
pub(super) fn by_certificate(subject: &Subject<'_>, judge: impl Fn(&Certificate) -> Vec<Issue>) -> Outcome {
    by_leaf(subject, |served| served.file.certificates.iter().flat_map(&judge).collect())
}

/// What a certificate is called in messages: its common name, else its first name, else its subject.
pub(in crate::addin::checks) fn name(certificate: &Certificate) -> &str {
    let named = certificate.common_name.as_ref().or(certificate.dns_names.first());
    named.map(String::as_str).filter(|name| !name.is_empty()).unwrap_or(&certificate.subject)
}

/// The names that TLS looks at, in one line.
pub(super) fn names(certificate: &Certificate) -> String {
    let addresses = certificate.ip_addresses.iter().map(ToString::to_string);
    let all: Vec<String> = certificate.dns_names.iter().cloned().chain(addresses).collect();
    match all.len() {
        0 => "no host".to_owned(),
        1..=6 => all.join(", "),
        more => {
            format!("{} and {} more", all.iter().take(6).cloned().collect::<Vec<_>>().join(", "), more - 6)
        }
    }
}

/// A certificate as a value that shows something.
pub(in crate::addin::checks) fn value(certificate: &Certificate) -> Value {
    let text = format!("{} (thumbprint {})", name(certificate), certificate.thumbprint);
    Value::new(text, certificate.at.clone())
}

/// A date for people.
pub(in crate::addin::checks) fn day(moment: NaiveDateTime) -> String {
    moment.format("%Y-%m-%d").to_string()
}
