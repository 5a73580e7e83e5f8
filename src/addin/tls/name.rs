//! Does a certificate cover a host, by RFC 9525? And where it does not: why, and what comes nearest.

use std::net::IpAddr;

use rustls::pki_types::{CertificateDer, ServerName};
use webpki::EndEntityCert;

use crate::addin::evidence::certificate::Certificate;

/// The answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Coverage {
    /// Every TLS client takes it for this host.
    Covered,
    /// It is for other hosts.
    NotCovered(NameFault),
    /// TLS cannot tell; the text says why, lower case, without a full stop.
    Unusable(String),
}

/// Why a certificate does not cover a host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NameFault {
    /// The likeliest reason.
    pub kind: NameFaultKind,
    /// The name of the certificate that comes nearest. Hostile text.
    pub nearest: Option<String>,
}

/// Reasons.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NameFaultKind {
    /// No subject alternative name at all; the common name would have been the host if it is the same.
    OnlyCommonName {
        /// The common name is the host: old clients on Windows accept that, browsers have not since 2017.
        same: bool,
    },
    /// A wildcard stands for exactly one label: `*.contoso.com` is neither `contoso.com` nor `a.b.contoso.com`.
    WildcardLevel {
        /// The wildcard.
        wildcard: String,
    },
    /// Only `www.` stands between them.
    Www {
        /// The name that is covered.
        covered: String,
    },
    /// The host is an address, and the certificate names no address.
    AddressMissing,
    /// The host is an address, and stands among the names instead of the addresses.
    AddressAsName,
    /// The name of the certificate is written in its own script; TLS compares A-labels.
    UnicodeName {
        /// The name as it stands there.
        name: String,
    },
    /// Something else.
    Other,
}

/// Whether the certificate covers the host. The host is as in [`crate::addin::host::Authority::host`]: lower case,
/// A-labels, IPv6 without brackets.
pub fn coverage(certificate: &Certificate, host: &str) -> Coverage {
    let Ok(name) = ServerName::try_from(host) else {
        return Coverage::Unusable(format!("{host} is not a name that TLS can check"));
    };
    let der = CertificateDer::from(certificate.der.as_slice());
    let parsed = match EndEntityCert::try_from(&der) {
        Ok(parsed) => parsed,
        Err(error) => return Coverage::Unusable(format!("no TLS client takes this certificate: {error}")),
    };
    match parsed.verify_is_valid_for_subject_name(&name) {
        Ok(()) => Coverage::Covered,
        Err(_) => Coverage::NotCovered(fault(certificate, host)),
    }
}

/// As [`coverage`], without the reason.
pub fn covers(certificate: &Certificate, host: &str) -> bool {
    let der = CertificateDer::from(certificate.der.as_slice());
    let Ok(name) = ServerName::try_from(host) else { return false };
    EndEntityCert::try_from(&der).is_ok_and(|parsed| parsed.verify_is_valid_for_subject_name(&name).is_ok())
}

/// One name of a certificate covers a host: for choosing which name to show. [`covers`] decides.
pub fn name_covers(name: &str, host: &str) -> bool {
    matches_loosely(name, &host.to_ascii_lowercase())
}

fn fault(certificate: &Certificate, host: &str) -> NameFault {
    NameFault { kind: kind(certificate, host), nearest: nearest(certificate, host) }
}

fn kind(certificate: &Certificate, host: &str) -> NameFaultKind {
    if host.parse::<IpAddr>().is_ok() {
        let as_name = certificate.dns_names.iter().any(|name| name == host);
        return if as_name { NameFaultKind::AddressAsName } else { NameFaultKind::AddressMissing };
    }
    if certificate.dns_names.is_empty() && certificate.ip_addresses.is_empty() {
        let same = certificate.common_name.as_deref().is_some_and(|name| matches_loosely(name, host));
        return NameFaultKind::OnlyCommonName { same };
    }
    let names = || certificate.dns_names.iter();
    if let Some(name) = names().find(|name| a_label(name).is_some_and(|label| label == host)) {
        return NameFaultKind::UnicodeName { name: name.clone() };
    }
    if let Some(wildcard) = names().find(|name| misses_by_level(name, host)) {
        return NameFaultKind::WildcardLevel { wildcard: wildcard.clone() };
    }
    let www = |name: &&String| {
        let name = name.to_ascii_lowercase();
        name.strip_prefix("www.") == Some(host) || host.strip_prefix("www.") == Some(name.as_str())
    };
    match names().find(www) {
        Some(covered) => NameFaultKind::Www { covered: covered.clone() },
        None => NameFaultKind::Other,
    }
}

/// For the explanation only: what `SChannel` made of a common name.
fn matches_loosely(pattern: &str, host: &str) -> bool {
    let pattern = pattern.trim().to_ascii_lowercase();
    match pattern.strip_prefix("*.") {
        Some(base) => host.split_once('.').is_some_and(|(_, parent)| parent == base),
        None => pattern == host,
    }
}

/// The host is the wildcard's own base, or more than one label below it.
fn misses_by_level(name: &str, host: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let Some(base) = name.strip_prefix("*.") else { return false };
    host == base
        || host
            .strip_suffix(base)
            .and_then(|rest| rest.strip_suffix('.'))
            .is_some_and(|rest| rest.contains('.'))
}

/// The A-labels of a name that is written in its own script; `None` for plain ones.
fn a_label(name: &str) -> Option<String> {
    if name.is_ascii() {
        return None;
    }
    idna::domain_to_ascii(name).ok()
}

/// The name of the certificate that is most like the host. Ties go to the one that stands first.
fn nearest(certificate: &Certificate, host: &str) -> Option<String> {
    let addresses = certificate.ip_addresses.iter().map(ToString::to_string);
    let names = certificate.dns_names.iter().cloned().chain(addresses);
    let names =
        names.chain(certificate.common_name.iter().filter(|_| certificate.dns_names.is_empty()).cloned());
    // A hostile certificate may hold thousands of long names; the distance is quadratic in their length.
    let comparable = names.filter(|name| name.len() <= 253).take(500);
    let distance = |name: &String| strsim::levenshtein(&name.to_ascii_lowercase(), host);
    comparable.min_by_key(distance)
}
