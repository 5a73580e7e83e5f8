//! Findings an administrator has decided not to be told of.

use super::place::Place;
use crate::text::clock::Stamp;

/// One entry of `spdoctor.toml`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppression {
    /// Code of the rule.
    pub code: String,
    /// Only for this content database, in any case of letters.
    pub database: Option<String>,
    /// Only for findings that concern this object: a feature, a file, a URL.
    pub object: Option<String>,
    /// Why; mandatory.
    pub reason: String,
    /// The first moment at which it no longer holds.
    pub until: Option<Stamp>,
    /// Where it stands.
    pub place: Place,
}
