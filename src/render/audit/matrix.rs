//! The matrix: every place a domain is written, and how it compares.

use super::super::Setting;
use super::super::table::{self, Align};
use crate::model::audit::{AddInAudit, DomainRow, PairVerdict};
use crate::text::quote::terminal as clean;

/// Columns before the text of a second line.
const INDENT: usize = 6;

/// The column of what must be equal.
const MUST_EQUAL: usize = 4;

/// The rows as lines, under a head; nothing without rows. What is written stands under its row where it is more than
/// a host.
pub(super) fn lines(addin: &AddInAudit, width: usize) -> Vec<String> {
    use Align::{Left, Right};
    if addin.domains.is_empty() {
        return Vec::new();
    }
    let head = ["DOMAINS", "HOST", "PORT", "VERDICT", "MUST EQUAL"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(addin.domains.iter().map(cells));
    let mut aligns = vec![Left, Left, Right, Left, Left];
    let is_narrow = width < Setting::WIDEST && table::width(&rows) > width;
    if is_narrow {
        // Below the row there is room for what must be equal, and for a host that is cut.
        table::leave_out(MUST_EQUAL, &mut aligns, &mut rows);
        table::fit(&mut rows, 1, width);
        table::fit(&mut rows, 0, width);
    }
    let mut table = table::lines(&aligns, &rows).into_iter();
    let mut lines: Vec<String> = table.next().into_iter().collect();
    for ((line, cells), row) in table.zip(rows.iter().skip(1)).zip(&addin.domains) {
        lines.push(line);
        lines.extend(below(row, is_narrow.then_some(cells), width));
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

/// The raw value and what its differences break; of cells that were made to fit also what is missing there.
fn below(row: &DomainRow, narrow: Option<&Vec<String>>, width: usize) -> Option<String> {
    let mut parts = Vec::new();
    let is_cut = narrow.and_then(|cells| cells.get(1)).is_some_and(|host| host.ends_with("..."));
    if row.raw != row.host || is_cut {
        parts.push(format!("written {}", table::clipped(&clean(&row.raw), 2 * Setting::WIDEST)));
    }
    if narrow.is_some() && !row.must_equal.is_empty() {
        let more = match row.must_equal_left_out {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        parts.push(format!("must equal {}{more}", clean(&row.must_equal.join(", "))));
    }
    if !row.breaks.is_empty() {
        let broken: Vec<&str> = row.breaks.iter().map(|flow| flow.name()).collect();
        parts.push(format!("breaks {}", broken.join(", ")));
    }
    let text = table::wrapped(&parts.join("; "), width, INDENT);
    (!parts.is_empty()).then(|| format!("{}{text}", " ".repeat(INDENT)))
}
