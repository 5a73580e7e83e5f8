//! The matrix: every place a domain is written.

use super::subject::AddIn;
use crate::model::audit::DomainRow;

/// The rows of one add-in.
pub fn rows(_addin: &AddIn) -> Vec<DomainRow> {
    Vec::new()
}
