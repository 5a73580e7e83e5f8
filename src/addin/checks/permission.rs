//! Checks of permissions (family I).

use super::Check;

/// The checks of this family.
pub const CHECKS: &[Check] = &[];
