//! Checks of domain, scheme, port and token of every address (family B).

use super::Check;

/// The checks of this family.
pub const CHECKS: &[Check] = &[];
