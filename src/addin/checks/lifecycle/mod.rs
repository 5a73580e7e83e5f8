//! Checks of retirement and support (family L).

use super::Check;

/// The checks of this family.
pub const CHECKS: &[Check] = &[];
