//! The facts of one certificate, by x509-parser; what it finds odd becomes an oddity, not an error.

use std::fmt::Write as _;
use std::net::IpAddr;

use chrono::{DateTime, NaiveDateTime};
use sha1::{Digest, Sha1};
use x509_parser::certificate::X509Certificate;
use x509_parser::error::X509Error;
use x509_parser::extensions::{GeneralName, GeneralSubtree, ParsedExtension, X509Extension};
use x509_parser::nom;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{SubjectPublicKeyInfo, X509Name};

use super::der;
use crate::addin::evidence::Spot;
use crate::addin::evidence::certificate::Certificate;

/// Reads a certificate.
///
/// # Errors
/// Why it cannot be read, lower case, without a full stop.
pub(crate) fn certificate_from_der(bytes: &[u8], at: Spot) -> Result<Certificate, String> {
    let (rest, parsed) = x509_parser::parse_x509_certificate(bytes).map_err(|error| {
        let why = match error {
            nom::Err::Incomplete(_) => "it is cut off".to_owned(),
            nom::Err::Error(error) | nom::Err::Failure(error) => error.to_string(),
        };
        format!("reading the certificate: {why}")
    })?;
    let names = AlternativeNames::of(&parsed);
    let validity = parsed.validity();
    let moment = |seconds| moment(seconds).ok_or("reading the certificate: its dates are no dates");
    let self_issued = parsed.subject().as_raw() == parsed.issuer().as_raw();
    let key = Key::of(parsed.public_key());
    let mut certificate = Certificate {
        at,
        subject: parsed.subject().to_string(),
        issuer: parsed.issuer().to_string(),
        common_name: common_name(parsed.subject()),
        dns_names: names.dns,
        ip_addresses: names.ip,
        serial: hex(parsed.raw_serial()),
        thumbprint: hex(&Sha1::digest(bytes)),
        not_before: moment(validity.not_before.timestamp())?,
        not_after: moment(validity.not_after.timestamp())?,
        self_issued,
        self_signed: self_issued && signed_itself(&parsed, &key),
        ca: None,
        extended_usage: None,
        usage: None,
        limits_hosts: false,
        publicly_issued: false,
        key_algorithm: key.algorithm,
        key_bits: key.bits,
        rsa_exponent: key.exponent,
        signature_algorithm: signature_name(&parsed.signature_algorithm.algorithm.to_id_string()),
        version: parsed.version().0.saturating_add(1),
        oddities: oddities(&parsed, rest.len(), names.broken),
        der: bytes.get(..bytes.len() - rest.len()).unwrap_or(bytes).to_vec(),
    };
    for extension in parsed.extensions() {
        take(&mut certificate, extension);
    }
    Ok(certificate)
}

fn moment(seconds: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp(seconds, 0).map(|moment| moment.naive_utc())
}

fn common_name(subject: &X509Name<'_>) -> Option<String> {
    // The last one counts: it is the most particular.
    let name = subject.iter_common_name().last()?;
    Some(name.as_str().map_or_else(|_| String::from_utf8_lossy(name.as_slice()).into_owned(), str::to_owned))
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02X}");
    }
    out
}

/// Names of the subject alternative name, walked by hand: one that is no ASCII must not hide the others.
struct AlternativeNames {
    dns: Vec<String>,
    ip: Vec<IpAddr>,
    broken: bool,
}

impl AlternativeNames {
    fn of(parsed: &X509Certificate<'_>) -> Self {
        let mut names = Self { dns: Vec::new(), ip: Vec::new(), broken: false };
        for extension in
            parsed.extensions().iter().filter(|extension| extension.oid.to_id_string() == "2.5.29.17")
        {
            let sequence = der::first(extension.value).map(|(element, _)| element);
            names.broken |= sequence.is_none();
            for name in sequence.into_iter().flat_map(|sequence| der::members(sequence.content)) {
                match name.tag {
                    0x82 => names.dns.push(String::from_utf8_lossy(name.content).into_owned()),
                    0x87 => match address(name.content) {
                        Some(address) => names.ip.push(address),
                        None => names.broken = true,
                    },
                    _ => {}
                }
            }
        }
        names
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        return Some(IpAddr::from(octets));
    }
    <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from)
}

/// Algorithms that ring no longer verifies are taken at their word.
fn signed_itself(parsed: &X509Certificate<'_>, key: &Key) -> bool {
    let too_old = key.algorithm == "RSA" && key.bits < 2048;
    match parsed.verify_signature(None) {
        Ok(()) | Err(X509Error::SignatureUnsupportedAlgorithm) => true,
        Err(_) => too_old,
    }
}

fn take(certificate: &mut Certificate, extension: &X509Extension<'_>) {
    match extension.parsed_extension() {
        ParsedExtension::BasicConstraints(constraints) => certificate.ca = Some(constraints.ca),
        ParsedExtension::KeyUsage(usage) => {
            let all = [
                (usage.digital_signature(), "digitalSignature"),
                (usage.non_repudiation(), "nonRepudiation"),
                (usage.key_encipherment(), "keyEncipherment"),
                (usage.data_encipherment(), "dataEncipherment"),
                (usage.key_agreement(), "keyAgreement"),
                (usage.key_cert_sign(), "keyCertSign"),
                (usage.crl_sign(), "cRLSign"),
            ];
            certificate.usage = Some(all.iter().filter(|(set, _)| *set).map(|(_, name)| *name).collect());
        }
        ParsedExtension::ExtendedKeyUsage(usage) => {
            let known = [
                (usage.any, "2.5.29.37.0"),
                (usage.server_auth, "1.3.6.1.5.5.7.3.1"),
                (usage.client_auth, "1.3.6.1.5.5.7.3.2"),
                (usage.code_signing, "1.3.6.1.5.5.7.3.3"),
                (usage.email_protection, "1.3.6.1.5.5.7.3.4"),
                (usage.time_stamping, "1.3.6.1.5.5.7.3.8"),
                (usage.ocsp_signing, "1.3.6.1.5.5.7.3.9"),
            ];
            let mut all: Vec<String> =
                known.iter().filter(|(set, _)| *set).map(|(_, name)| (*name).to_owned()).collect();
            all.extend(usage.other.iter().map(x509_parser::asn1_rs::Oid::to_id_string));
            certificate.extended_usage = Some(all);
        }
        ParsedExtension::CertificatePolicies(policies) => {
            // The arc of the CA/Browser Forum: policies that only public authorities assert.
            certificate.publicly_issued |=
                policies.iter().any(|policy| policy.policy_id.to_id_string().starts_with("2.23.140.1."));
        }
        ParsedExtension::NameConstraints(limits) => {
            let all = limits.permitted_subtrees.iter().chain(&limits.excluded_subtrees).flatten();
            let of_directories =
                |subtree: &GeneralSubtree<'_>| matches!(subtree.base, GeneralName::DirectoryName(_));
            certificate.limits_hosts = !all.into_iter().any(of_directories);
        }
        ParsedExtension::SCT(_) => certificate.publicly_issued = true,
        _ => {}
    }
}

/// What RFC 5280 forbids, as sentences.
fn oddities(parsed: &X509Certificate<'_>, behind: usize, names_are_broken: bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut when = |odd: bool, text: String| {
        if odd {
            found.push(text);
        }
    };
    let serial = parsed.raw_serial();
    let negative = serial.first().is_some_and(|byte| byte & 0x80 != 0);
    when(
        parsed.version().0 < 2,
        format!(
            "it is a version {} certificate, which has no names for TLS",
            parsed.version().0.saturating_add(1)
        ),
    );
    when(negative, format!("its serial number {} is negative", hex(serial)));
    when(!negative && serial.iter().all(|byte| *byte == 0), "its serial number is zero".to_owned());
    when(serial.len() > 20, format!("its serial number has {} bytes; 20 are allowed", serial.len()));
    let inner = &parsed.tbs_certificate.signature;
    let outer = &parsed.signature_algorithm;
    when(inner.algorithm != outer.algorithm, "it names two different signature algorithms".to_owned());
    when(parsed.validity().not_after < parsed.validity().not_before, "it ends before it begins".to_owned());
    when(names_are_broken, "its subject alternative name cannot be read whole".to_owned());
    when(behind > 0, format!("{behind} bytes follow it in its block"));
    found.extend(extension_oddities(parsed));
    found
}

fn extension_oddities(parsed: &X509Certificate<'_>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    let mut found = Vec::new();
    for extension in parsed.extensions() {
        let id = extension.oid.to_id_string();
        match extension.parsed_extension() {
            ParsedExtension::ParseError { .. } if id != "2.5.29.17" => {
                found.push(format!("its extension {id} cannot be read"));
            }
            ParsedExtension::UnsupportedExtension { .. } if extension.critical => {
                found.push(format!("its extension {id} is critical, and no browser knows it"));
            }
            _ => {}
        }
        if !seen.insert(id.clone()) {
            found.push(format!("its extension {id} stands in it twice"));
        }
    }
    found
}

/// A public key.
struct Key {
    algorithm: String,
    bits: usize,
    exponent: Option<u64>,
}

impl Key {
    fn of(info: &SubjectPublicKeyInfo<'_>) -> Self {
        let id = info.algorithm.algorithm.to_id_string();
        let parameter = || {
            let parameters = info.algorithm.parameters.as_ref()?;
            Some(parameters.as_oid().ok()?.to_id_string())
        };
        let key = |algorithm: &str, bits| Self { algorithm: algorithm.to_owned(), bits, exponent: None };
        match (id.as_str(), info.parsed()) {
            ("1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10", Ok(PublicKey::RSA(rsa))) => Self {
                algorithm: "RSA".to_owned(),
                bits: significant_bits(rsa.modulus),
                exponent: rsa.try_exponent().ok(),
            },
            ("1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10", _) => key("RSA", 0),
            ("1.2.840.10045.2.1", parsed) => {
                let points = parsed.map_or(0, |key| key.key_size());
                key("EC", parameter().and_then(|id| curve_bits(&id)).unwrap_or(points))
            }
            ("1.2.840.10040.4.1", _) => {
                let parameters = info.algorithm.parameters.as_ref();
                let prime = parameters.and_then(|parameters| der::members(parameters.data).next());
                key("DSA", prime.map_or(0, |prime| significant_bits(prime.content)))
            }
            ("1.3.101.112", _) => key("Ed25519", 256),
            ("1.3.101.113", _) => key("Ed448", 448),
            _ => key(&id, 0),
        }
    }
}

fn significant_bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let first = number.get(zeros).map_or(0, |byte| byte.leading_zeros() as usize);
    ((number.len() - zeros) * 8).saturating_sub(first)
}

fn curve_bits(id: &str) -> Option<usize> {
    Some(match id {
        "1.2.840.10045.3.1.1" => 192,
        "1.3.132.0.33" => 224,
        "1.2.840.10045.3.1.7" | "1.3.132.0.10" | "1.3.36.3.3.2.8.1.1.7" => 256,
        "1.3.132.0.34" | "1.3.36.3.3.2.8.1.1.11" => 384,
        "1.3.36.3.3.2.8.1.1.13" => 512,
        "1.3.132.0.35" => 521,
        _ => return None,
    })
}

fn signature_name(id: &str) -> String {
    let name = match id {
        "1.2.840.113549.1.1.2" => "md2WithRSAEncryption",
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.10" => "rsassaPss",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        "1.2.840.10040.4.3" => "dsa-with-sha1",
        "2.16.840.1.101.3.4.3.2" => "dsa-with-sha256",
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.3.101.112" => "ed25519",
        other => other,
    };
    name.to_owned()
}
