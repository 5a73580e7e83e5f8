//! Checks of switches of the farm or tenant (family K).

use super::Check;

/// The checks of this family.
pub const CHECKS: &[Check] = &[];
