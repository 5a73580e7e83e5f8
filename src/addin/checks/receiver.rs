//! Checks of event receivers (family C).

use super::Check;

/// The checks of this family.
pub const CHECKS: &[Check] = &[];
