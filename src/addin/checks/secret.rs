//! Checks of the client secret (family F).

use super::Check;

/// The checks of this family.
pub const CHECKS: &[Check] = &[];
