//! The matrix: every place a domain is written, and how it compares.

use std::collections::BTreeSet;

use super::super::table::{self, Align};
use crate::model::audit::{AddInAudit, Breaks, DomainRow, PairVerdict};
use crate::text::quote::terminal as clean;

/// The rows as lines, under a head; nothing without rows.
pub(super) fn lines(addin: &AddInAudit) -> Vec<String> {
    use Align::{Left, Right};
    if addin.domains.is_empty() {
        return Vec::new();
    }
    let head = ["DOMAINS", "AS WRITTEN", "HOST", "PORT", "VERDICT", "BREAKS"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(addin.domains.iter().map(|row| cells(addin, row)));
    table::lines(&[Left, Left, Left, Right, Left, Left], &rows)
}

fn cells(addin: &AddInAudit, row: &DomainRow) -> Vec<String> {
    let broken: BTreeSet<Breaks> = addin
        .pairs
        .iter()
        .filter(|pair| pair.a == row.place || pair.b == row.place)
        .flat_map(|pair| pair.breaks.iter().copied())
        .collect();
    let broken: Vec<&str> = broken.into_iter().map(Breaks::name).collect();
    vec![
        table::clipped(&clean(&row.place), 30),
        table::clipped(&clean(&row.raw), 34),
        table::clipped(&clean(&row.host), 28),
        row.port.filter(|_| !row.host.is_empty()).map_or_else(String::new, |port| port.to_string()),
        row.verdict.map_or("-", PairVerdict::name).to_owned(),
        broken.join(" "),
    ]
}
