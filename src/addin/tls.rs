//! Whether a certificate is valid for a host.

use rustls::pki_types::{CertificateDer, ServerName};
use webpki::EndEntityCert;

use super::evidence::certificate::Certificate;

/// The certificate is valid for the host by RFC 9525, as the verifier of rustls sees it.
pub fn covers(certificate: &Certificate, host: &str) -> bool {
    let der = CertificateDer::from(certificate.der.as_slice());
    let Ok(name) = ServerName::try_from(host) else { return false };
    EndEntityCert::try_from(&der).is_ok_and(|entity| entity.verify_is_valid_for_subject_name(&name).is_ok())
}

/// One name of a certificate covers a host: for choosing which name to show. [`covers`] decides.
pub fn name_covers(name: &str, host: &str) -> bool {
    let (name, host) = (name.to_ascii_lowercase(), host.to_ascii_lowercase());
    name == host
        || name
            .strip_prefix("*.")
            .is_some_and(|rest| host.split_once('.').is_some_and(|(_, other)| rest == other))
}
