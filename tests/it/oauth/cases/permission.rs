//! Family I.

use crate::oauth::support::Case;

pub(crate) fn cases() -> Vec<Case> {
    Vec::new()
}
