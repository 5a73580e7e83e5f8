//! Checks of the client id (family E).

use super::Check;

/// The checks of this family.
pub const CHECKS: &[Check] = &[];
