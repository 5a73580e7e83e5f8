//! Checks of high trust (family H).

use super::Check;

/// The checks of this family.
pub const CHECKS: &[Check] = &[];
