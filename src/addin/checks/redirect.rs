//! Checks of redirect addresses and flows (family J).

use super::Check;

/// The checks of this family.
pub const CHECKS: &[Check] = &[];
