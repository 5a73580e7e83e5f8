//! Certificates of the samples. They were made once with openssl, and nobody has their keys.

use base64::Engine as _;
use sha1::{Digest as _, Sha1};

/// The root of the first sample.
pub(super) const LITWARE_ROOT: &str = include_str!("certificates/litware-root.pem");
/// The remote web application of the first sample.
pub(super) const LITWARE_APPS: &str = include_str!("certificates/apps.litware-travel.net.pem");
/// The root of the second sample.
pub(super) const NORTHFIELD_ROOT: &str = include_str!("certificates/northfield-root.pem");
/// The remote web application of the second sample.
pub(super) const NORTHFIELD_LEAVE: &str = include_str!("certificates/leave.northfield-hr.net.pem");
/// Signs the tokens of the second sample.
pub(super) const NORTHFIELD_SIGNING: &str = include_str!("certificates/leave-signing.pem");

/// Serial number of the signing certificate, as the configuration names it.
pub(super) const SIGNING_SERIAL: &str = "3AD4E07BC15F9826";

/// The base64 between the lines, in one piece.
pub(super) fn base64(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect()
}

/// SHA-1 in upper-case digits, as Windows names a certificate.
pub(super) fn thumbprint(pem: &str) -> String {
    let der = base64::prelude::BASE64_STANDARD.decode(base64(pem)).expect("a certificate of the generator");
    super::concatenated(Sha1::digest(der), |byte| format!("{byte:02X}"))
}
