//! The audit of add-ins: artefacts become evidence, evidence is joined into add-ins, and checks judge each of them.
//!
//! ```text
//! bytes of a file ── read ──> Evidence ══ append ══> Evidence ── join ──> AddIn ── domains, pairs, checks ──> AuditReport
//! ```
//!
//! Nothing here opens a file, asks for the time or the network, or knows of logs. No secret leaves
//! [`evidence::secret`].

pub mod address;
pub mod calendar;
pub mod certificate_role;
pub mod checks;
mod contradiction;
pub mod correct;
pub mod crowd;
pub mod domains;
pub mod evidence;
pub mod explain;
mod hidden_argument;
pub mod host;
pub mod join;
mod masked_address;
pub mod pairs;
pub mod read;
pub mod scopes;
mod secret_text;
mod standard_tokens;
pub mod subject;
mod target;
mod texts;
pub mod tls;
pub mod token;

pub mod xml;

mod conclude;
mod verdict;

pub use conclude::conclude;
pub use subject::AuditSettings;
