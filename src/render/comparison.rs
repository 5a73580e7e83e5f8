//! A comparison for people: what got worse first, then findings, then times.

use std::io::{self, Write};

use super::Setting;
use super::sheet::{Sheet, titled};
use super::table::{self, Align};
use crate::model::comparison::{Comparison, FindingChange, PassChange, TimeChange};
use crate::text::duration::clock;
use crate::text::number;
use crate::text::quote::terminal as clean;

/// Columns of a name.
const NAME: usize = 56;

/// The column of a finding's rule.
const RULE: usize = 1;

/// The columns that tell how long passes waited for the token service.
const WAITED: [usize; 2] = [4, 5];

/// Rows of a list before the rest is only counted.
const ROWS: usize = 15;

/// Writes a comparison.
///
/// # Errors
/// Those of the writer.
pub fn text(comparison: &Comparison, setting: &Setting, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Sheet::new(out, setting.width());
    let [before, after] = &comparison.names;
    page.line(&format!("BEFORE  {}\nAFTER   {}\n", clean(before), clean(after)))?;
    verdict(comparison, &mut page)?;
    let gone = if comparison.proves_nothing { "NOT SEEN AGAIN" } else { "FIXED" };
    findings(gone, &comparison.fixed, &mut page)?;
    findings("NEW", &comparison.new, &mut page)?;
    findings("STILL THERE", &comparison.unchanged, &mut page)?;
    passes(&comparison.passes, &mut page)?;
    times("CONTENT DATABASE, MEAN OF A PASS", &comparison.databases, &mut page)?;
    times("PSCONFIG TASK, MEAN OF A PASS", &comparison.tasks, &mut page)
}

fn verdict(comparison: &Comparison, page: &mut Sheet<'_>) -> io::Result<()> {
    let [before, after] = comparison.refused_sites;
    let gone = if comparison.proves_nothing { "not seen again" } else { "fixed" };
    let counts = format!(
        "{} {gone}, {} new, {} still there; refused sites {} -> {}.",
        comparison.fixed.len(),
        comparison.new.len(),
        comparison.unchanged.len(),
        number::grouped(before),
        number::grouped(after)
    );
    let what = if comparison.worse.is_empty() { "Nothing got worse" } else { "Something got worse" };
    page.line(&titled(&format!("{what}: {counts}"), "", page.width, 0))?;
    for sentence in comparison.worse.iter().take(ROWS) {
        page.hanging("  - ", sentence, 4)?;
    }
    more(comparison.worse.len(), "  ", page)?;
    for sentence in &comparison.unproven {
        page.hanging("  - ", sentence, 4)?;
    }
    page.gap()
}

fn findings(heading: &str, changes: &[FindingChange], page: &mut Sheet<'_>) -> io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let rows = changes.iter().take(ROWS).map(finding_row).collect();
    let mut lines = vec![heading.to_owned()];
    lines.extend(finding_lines(rows, page));
    page.headed(&lines)?;
    more(changes.len(), "", page)?;
    page.gap()
}

/// Names of rules are cut before what was captured: the code tells the rule as well.
fn finding_lines(rows: Vec<Vec<String>>, page: &Sheet<'_>) -> Vec<String> {
    const ALIGNS: [Align; 4] = [Align::Left, Align::Left, Align::Right, Align::Left];
    /// Where what was captured begins if it stands on a line of its own.
    const INDENT: usize = 9;
    if !page.is_too_narrow_for(&rows, 0) {
        return table::lines(&ALIGNS, &rows);
    }
    let mut fitted = table::wrap_last(rows.clone(), page.width);
    table::fit(&mut fitted, RULE, page.width);
    if !page.is_too_narrow_for(&fitted, 0) {
        return table::lines(&ALIGNS, &fitted);
    }
    table::last_below(&ALIGNS, rows, page.width, INDENT)
}

fn finding_row(change: &FindingChange) -> Vec<String> {
    let [before, after] = change.count.map(number::grouped);
    let records = match change.count {
        [0, _] => after,
        [_, 0] => before,
        [a, b] if a == b => after,
        _ => format!("{before} -> {after}"),
    };
    // Of which databases it is tells more than what else it says.
    let databases =
        change.databases.iter().filter(|name| !change.captures.values().any(|value| value == *name));
    let told: Vec<&str> = databases.chain(change.captures.values()).map(String::as_str).collect();
    let suppressed = if change.suppressed { " (suppressed)" } else { "" };
    vec![
        change.severity.name().to_owned(),
        format!("{} {}{suppressed}", clean(&change.code), clean(&change.rule)),
        records,
        table::clipped(&clean(&told.join(", ")), 44),
    ]
}

fn passes(changes: &[PassChange], page: &mut Sheet<'_>) -> io::Result<()> {
    let rows = changes.iter().map(|change| {
        let [before, after] = change.passes.each_ref().map(|pass| pass.as_ref());
        let name = change.server.as_deref().unwrap_or("(server unknown)");
        let mut row = time_row(name, [before, after].map(|pass| pass.map(|pass| pass.duration)));
        let waited = [before, after].map(|pass| shown(pass.map(|pass| pass.token_service_retry)));
        row.extend(waited);
        row.push(if change.slower { "slower".to_owned() } else { String::new() });
        row
    });
    let heading = ["PASS", "BEFORE", "AFTER", "CHANGE", "WAITED BEFORE", "AFTER", ""];
    table(&heading, rows.collect(), page)
}

fn times(heading: &str, changes: &[TimeChange], page: &mut Sheet<'_>) -> io::Result<()> {
    let rows = changes.iter().map(|change| time_row(&change.name, change.millis)).collect();
    table(&[heading, "BEFORE", "AFTER", "CHANGE"], rows, page)
}

fn table(heading: &[&str], mut rows: Vec<Vec<String>>, page: &mut Sheet<'_>) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let all = rows.len();
    rows.truncate(ROWS);
    rows.insert(0, heading.iter().map(|cell| (*cell).to_owned()).collect());
    let mut aligns: Vec<Align> =
        (0..heading.len()).map(|column| if column == 0 { Align::Left } else { Align::Right }).collect();
    if page.is_too_narrow_for(&rows, 0) {
        table::fit(&mut rows, 0, page.width);
    }
    // Only passes have so many columns; the reports of both runs tell what they waited for.
    if page.is_too_narrow_for(&rows, 0) {
        WAITED.iter().rev().for_each(|column| table::leave_out(*column, &mut aligns, &mut rows));
    }
    page.headed(&table::lines(&aligns, &rows))?;
    more(all, "", page)?;
    page.gap()
}

fn time_row(name: &str, [before, after]: [Option<i64>; 2]) -> Vec<String> {
    let change = match (before, after) {
        (Some(before), Some(after)) if after > before => format!("+{}", clock(after - before)),
        (Some(before), Some(after)) if after < before => format!("-{}", clock(before - after)),
        (Some(_), Some(_)) => "same".to_owned(),
        (None, Some(_)) => "new".to_owned(),
        // That there is no time after stands in its column; a server is not gone because no log of it was read.
        (_, None) => String::new(),
    };
    vec![table::clipped(&clean(name), NAME), shown(before), shown(after), change]
}

fn shown(millis: Option<i64>) -> String {
    millis.map_or_else(|| "-".to_owned(), clock)
}

fn more(all: usize, indent: &str, page: &mut Sheet<'_>) -> io::Result<()> {
    match all.saturating_sub(ROWS) {
        0 => Ok(()),
        more => page
            .line(&format!("{indent}... and {} more; --format json lists all", number::grouped(more as u64))),
    }
}
