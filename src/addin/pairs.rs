//! The comparisons of the matrix, and what each difference breaks.

use super::subject::AddIn;
use crate::model::audit::{DomainRow, Pair};

/// The pairs of one add-in.
pub fn pairs(_addin: &AddIn, _rows: &[DomainRow]) -> Vec<Pair> {
    Vec::new()
}

/// Tells each row the worst of its verdicts.
pub fn judge(_rows: &mut [DomainRow], _pairs: &[Pair]) {}
