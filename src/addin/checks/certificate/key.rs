//! Keys: what the certificate may be used for, and whether key and signature are strong enough.

use super::super::{Issue, Outcome};
use super::served::{by_certificate, by_leaf, name, value};
use crate::addin::evidence::certificate::Certificate;
use crate::addin::subject::Subject;

const SERVER: &str = "1.3.6.1.5.5.7.3.1";
const ANY: &str = "2.5.29.37.0";

/// OD10.
pub(super) fn usage(subject: &Subject<'_>) -> Outcome {
    by_leaf(subject, |served| {
        let leaf = served.leaf;
        let extended = leaf
            .extended_usage
            .as_ref()
            .filter(|usages| !usages.iter().any(|usage| usage == SERVER || usage == ANY));
        let extended = extended.map(|usages| {
            let message = format!(
                "the certificate {} is not meant for servers: its extended key usages are {}, without serverAuth ({SERVER})",
                name(leaf),
                usages.join(", ")
            );
            Issue::new(message, "request a new certificate from a template for web servers (extended key usage serverAuth)")
                .shown_by(&value(leaf))
        });
        let plain = leaf.usage.as_ref().filter(|usages| {
            !usages.iter().any(|usage| matches!(*usage, "digitalSignature" | "keyEncipherment"))
        });
        let plain = plain.map(|usages| {
            let message = format!(
                "the key of {} may neither sign nor encipher keys: its key usages are {}",
                name(leaf),
                if usages.is_empty() { "none".to_owned() } else { usages.join(", ") }
            );
            Issue::new(
                message,
                "request a new certificate with the key usages digitalSignature and keyEncipherment",
            )
            .shown_by(&value(leaf))
        });
        extended.into_iter().chain(plain).collect()
    })
}

/// OD11.
pub(super) fn authority_as_leaf(subject: &Subject<'_>) -> Outcome {
    by_leaf(subject, |served| {
        let leaf = served.leaf;
        if leaf.ca != Some(true) {
            return Vec::new();
        }
        let message = format!(
            "the certificate {} says that it is an authority (CA:TRUE), and is served as that of a host",
            name(leaf)
        );
        let remedy = "request a certificate of an end entity: basicConstraints CA:FALSE, or in makecert and New-SelfSignedCertificate without a request for an authority";
        vec![Issue::new(message, remedy).shown_by(&value(leaf))]
    })
}

/// OD12.
pub(super) fn weak_key(subject: &Subject<'_>) -> Outcome {
    by_certificate(subject, |certificate| weakness(certificate).into_iter().collect())
}

/// What is wrong with the key of a certificate.
pub(in crate::addin::checks) fn weakness(certificate: &Certificate) -> Option<Issue> {
    let bits = certificate.key_bits;
    let called = name(certificate);
    let message = match certificate.key_algorithm.as_str() {
        "RSA" if bits > 0 && bits < 2048 => {
            format!("the RSA key of {called} has {bits} bits; 2048 are the least")
        }
        "RSA" if matches!(certificate.rsa_exponent, Some(1 | 3)) => {
            let exponent = certificate.rsa_exponent.unwrap_or_default();
            format!("the RSA key of {called} has the exponent {exponent}; 65537 is used today")
        }
        "EC" if bits > 0 && bits < 256 => {
            format!("the elliptic curve of {called} has {bits} bits; 256 are the least")
        }
        "DSA" => format!("{called} has a DSA key, which no TLS client takes any more"),
        _ => return None,
    };
    let remedy = "request a new certificate with a new key: RSA of 2048 bits or more with the exponent 65537";
    Some(Issue::new(message, remedy).shown_by(&value(certificate)))
}

/// OD13.
pub(super) fn weak_signature(subject: &Subject<'_>) -> Outcome {
    by_certificate(subject, |certificate| {
        // Nobody checks the signature of a root: it is trusted for being there.
        let root = certificate.self_issued && certificate.ca == Some(true);
        if root || !is_weak_signature(certificate) {
            return Vec::new();
        }
        let message =
            format!("the signature of {} is {}", name(certificate), certificate.signature_algorithm);
        let remedy = "have the certificate issued again with SHA-256; where it is an intermediate, install its current version";
        vec![Issue::new(message, remedy).shown_by(&value(certificate))]
    })
}

/// Signed with a hash that can be forged.
pub(in crate::addin::checks) fn is_weak_signature(certificate: &Certificate) -> bool {
    let algorithm = certificate.signature_algorithm.to_ascii_lowercase();
    ["md2", "md4", "md5", "sha1"].iter().any(|hash| algorithm.contains(hash))
}
