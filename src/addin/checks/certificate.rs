//! Checks of the certificate of the remote web application (family D).

use super::Check;

/// The checks of this family.
pub const CHECKS: &[Check] = &[];
