//! Chains: which certificates of a file belong to one another, and whether they lead to a trusted root.

use std::time::Duration;

use chrono::NaiveDateTime;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert};

use crate::addin::evidence::certificate::Certificate;

/// Why a chain is not trusted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChainFault {
    /// No trusted root, or an intermediate is missing.
    UnknownIssuer,
    /// A certificate of the chain has ended.
    Expired,
    /// A certificate of the chain has not begun.
    NotYetValid,
    /// An authority of the chain may not issue for this name.
    NameConstraint,
    /// A certificate of the chain is not for servers.
    NotForServers,
    /// The served certificate says that it is an authority.
    AuthorityAsLeaf,
    /// A signature of an algorithm, or by a key, that TLS clients no longer take.
    WeakSignature,
    /// A signature is wrong.
    BadSignature,
    /// Something else; the text says what.
    Other(String),
}

impl std::fmt::Display for ChainFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::UnknownIssuer => "no way leads from it to a trusted root",
            Self::Expired => "a certificate of the chain has expired",
            Self::NotYetValid => "a certificate of the chain is not valid yet",
            Self::NameConstraint => "an authority of the chain may not issue certificates for this name",
            Self::NotForServers => "a certificate of the chain is not meant for servers",
            Self::AuthorityAsLeaf => "it says that it is an authority itself",
            Self::WeakSignature => {
                "a signature of the chain uses an algorithm or key that is no longer accepted"
            }
            Self::BadSignature => "a signature of the chain is wrong",
            Self::Other(text) => text,
        })
    }
}

/// Verifies that the certificate is one of the roots itself, or that a chain leads to one of them, for servers and at
/// a moment.
///
/// # Errors
/// Why not.
pub fn verify_chain(
    leaf: &Certificate,
    others: &[&Certificate],
    roots: &[&Certificate],
    now: NaiveDateTime,
) -> Result<(), ChainFault> {
    if roots.iter().any(|root| root.der == leaf.der) {
        return itself(leaf, now);
    }
    let der = CertificateDer::from(leaf.der.as_slice());
    let end = EndEntityCert::try_from(&der).map_err(|error| fault(&error))?;
    let others: Vec<CertificateDer<'_>> =
        others.iter().map(|other| CertificateDer::from(other.der.as_slice())).collect();
    let roots: Vec<CertificateDer<'_>> =
        roots.iter().map(|root| CertificateDer::from(root.der.as_slice())).collect();
    let anchors: Vec<TrustAnchor<'_>> =
        roots.iter().filter_map(|root| anchor_from_trusted_cert(root).ok()).collect();
    let seconds = u64::try_from(now.and_utc().timestamp()).unwrap_or(0);
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    end.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, &others, time, KeyUsage::server_auth(), None, None)
        .map(|_| ())
        .map_err(|error| fault(&error))
}

/// A certificate that is trusted by itself needs no chain.
fn itself(leaf: &Certificate, now: NaiveDateTime) -> Result<(), ChainFault> {
    if now > leaf.not_after {
        Err(ChainFault::Expired)
    } else if now < leaf.not_before {
        Err(ChainFault::NotYetValid)
    } else {
        Ok(())
    }
}

fn fault(error: &Error) -> ChainFault {
    match error {
        Error::UnknownIssuer | Error::EndEntityUsedAsCa | Error::PathLenConstraintViolated => {
            ChainFault::UnknownIssuer
        }
        Error::CertExpired { .. } => ChainFault::Expired,
        Error::CertNotValidYet { .. } => ChainFault::NotYetValid,
        Error::NameConstraintViolation | Error::MalformedNameConstraint => ChainFault::NameConstraint,
        Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension => ChainFault::NotForServers,
        Error::CaUsedAsEndEntity => ChainFault::AuthorityAsLeaf,
        Error::UnsupportedSignatureAlgorithmContext(_)
        | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => ChainFault::WeakSignature,
        Error::InvalidSignatureForPublicKey => ChainFault::BadSignature,
        other => ChainFault::Other(format!("TLS clients refuse it: {other}")),
    }
}

/// The second was issued under the name of the first. The signature is not looked at.
pub fn issued(authority: &Certificate, certificate: &Certificate) -> bool {
    authority.subject == certificate.issuer && !authority.subject.is_empty()
}

/// The certificate and, one after the other, those that issued it, as far as they are among the others.
pub fn chain_of<'c>(leaf: &'c Certificate, others: &'c [Certificate]) -> Vec<&'c Certificate> {
    let mut chain = vec![leaf];
    while let Some(last) = chain.last().copied().filter(|last| !last.self_issued) {
        let next = others
            .iter()
            .find(|other| issued(other, last) && !chain.iter().any(|known| known.der == other.der));
        match next {
            Some(next) if chain.len() < 10 => chain.push(next),
            _ => break,
        }
    }
    chain
}
