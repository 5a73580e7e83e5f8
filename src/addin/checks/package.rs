//! Checks of package and manifest (family A).

use super::Check;

/// The checks of this family.
pub const CHECKS: &[Check] = &[];
