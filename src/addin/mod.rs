//! The audit of add-ins: artefacts become evidence, evidence is joined into add-ins, and checks judge each of them.
//!
//! ```text
//! bytes of a file ── read ──> Evidence ══ append ══> Evidence ── join ──> AddIn ── domains, pairs, checks ──> AuditReport
//! ```
//!
//! Nothing here opens a file, asks for the time or the network, or knows of logs. No secret leaves
//! [`evidence::secret`].

pub mod checks;
pub mod domains;
pub mod evidence;
pub mod host;
pub mod join;
pub mod pairs;
pub mod read;
pub mod subject;
mod target;
pub mod tls;

mod conclude;
mod verdict;
pub mod xml;

pub use conclude::conclude;
pub use subject::AuditSettings;

use evidence::Evidence;
use evidence::certificate::{CertificateFile, CertificateUse};

/// The certificate signs tokens of high trust: by its role, or because the configuration names it.
pub(crate) fn is_signing(own: &Evidence, file: &CertificateFile) -> bool {
    file.role == CertificateUse::Signing || join::is_named_by(own, file)
}
