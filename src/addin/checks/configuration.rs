//! Checks of realm and run-time configuration (family G).

use super::Check;

/// The checks of this family.
pub const CHECKS: &[Check] = &[];
