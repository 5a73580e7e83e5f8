//! What TLS makes of a certificate: does it cover a host, and does its chain lead to a root that is trusted?
//!
//! Both questions are put to webpki, which rustls itself asks. What stands here is the translation: from the facts of
//! the audit into its types, and from its errors into what an administrator can act on.

mod chain;
mod name;
mod roots;
pub mod suffix;
#[cfg(test)]
mod tests;

pub use chain::{ChainFault, chain_of, issued, verify_chain};
pub use name::{Coverage, NameFault, NameFaultKind, coverage, covers, name_covers};
pub use roots::trusted_roots;
