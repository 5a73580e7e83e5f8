//! The matrix: every place a domain is written, and how it compares.

use std::collections::BTreeSet;

use super::super::Setting;
use super::super::table::{self, Align};
use crate::model::audit::{AddInAudit, Breaks, DomainRow, PairVerdict};
use crate::text::quote::terminal as clean;

/// Columns before the text of a second line.
const INDENT: usize = 6;

/// The rows as lines, under a head; nothing without rows. What is written stands under its row where it is more than
/// a host.
pub(super) fn lines(addin: &AddInAudit) -> Vec<String> {
    use Align::{Left, Right};
    if addin.domains.is_empty() {
        return Vec::new();
    }
    let head = ["DOMAINS", "HOST", "PORT", "VERDICT", "MUST EQUAL"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(addin.domains.iter().map(cells));
    let mut table = table::lines(&[Left, Left, Right, Left, Left], &rows).into_iter();
    let mut lines: Vec<String> = table.next().into_iter().collect();
    for (line, row) in table.zip(&addin.domains) {
        lines.push(line);
        lines.extend(below(addin, row));
    }
    lines
}

fn cells(row: &DomainRow) -> Vec<String> {
    let port = row.port.filter(|_| !row.host.is_empty()).map_or_else(String::new, |port| port.to_string());
    vec![
        table::clipped(&clean(&row.place), 27),
        table::clipped(&clean(if row.host.is_empty() { "-" } else { &row.host }), 30),
        port,
        row.verdict.map_or("-", PairVerdict::name).to_owned(),
        table::clipped(&clean(&row.must_equal.join(", ")), 22),
    ]
}

/// The raw value and what its differences break.
fn below(addin: &AddInAudit, row: &DomainRow) -> Vec<String> {
    let mut parts = Vec::new();
    if row.raw != row.host {
        parts.push(format!("written {}", table::clipped(&clean(&row.raw), 2 * Setting::WIDEST)));
    }
    let broken: BTreeSet<Breaks> = addin
        .pairs
        .iter()
        .filter(|pair| pair.a == row.place || pair.b == row.place)
        .flat_map(|pair| pair.breaks.iter().copied())
        .collect();
    if !broken.is_empty() {
        let broken: Vec<&str> = broken.into_iter().map(Breaks::name).collect();
        parts.push(format!("breaks {}", broken.join(", ")));
    }
    if parts.is_empty() {
        return Vec::new();
    }
    vec![format!("{}{}", " ".repeat(INDENT), table::wrapped(&parts.join("; "), Setting::WIDEST, INDENT))]
}
