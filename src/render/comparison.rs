//! A comparison for people: what got worse first, then findings, then times.

use std::io::{self, Write};

use super::table::{self, Align};
use crate::model::comparison::{Comparison, FindingChange, PassChange, TimeChange};
use crate::text::duration::clock;
use crate::text::number;
use crate::text::quote::terminal as clean;

/// Columns of the report.
const WIDTH: usize = 100;

/// Columns of a name.
const NAME: usize = 56;

/// Rows of a list before the rest is only counted.
const ROWS: usize = 15;

/// Writes a comparison.
///
/// # Errors
/// Those of the writer.
pub fn text(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let [before, after] = &comparison.names;
    writeln!(out, "BEFORE  {}\nAFTER   {}\n", clean(before), clean(after))?;
    verdict(comparison, out)?;
    findings("FIXED", &comparison.fixed, out)?;
    findings("NEW", &comparison.new, out)?;
    findings("STILL THERE", &comparison.unchanged, out)?;
    passes(&comparison.passes, out)?;
    times("CONTENT DATABASE, MEAN OF A PASS", &comparison.databases, out)?;
    times("PSCONFIG TASK, MEAN OF A PASS", &comparison.tasks, out)
}

fn verdict(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let [before, after] = comparison.refused_sites;
    let counts = format!(
        "{} fixed, {} new, {} still there; refused sites {} -> {}.",
        comparison.fixed.len(),
        comparison.new.len(),
        comparison.unchanged.len(),
        number::grouped(before),
        number::grouped(after)
    );
    let what = if comparison.worse.is_empty() { "Nothing got worse" } else { "Something got worse" };
    writeln!(out, "{}", bold(&format!("{what}: {counts}")))?;
    for sentence in comparison.worse.iter().take(ROWS) {
        writeln!(out, "  - {}", table::wrapped(&clean(sentence), WIDTH, 4))?;
    }
    more(comparison.worse.len(), "  ", out)?;
    writeln!(out)
}

fn findings(heading: &str, changes: &[FindingChange], out: &mut dyn Write) -> io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", bold(heading))?;
    let rows: Vec<Vec<String>> = changes.iter().take(ROWS).map(finding_row).collect();
    for line in table::lines(&[Align::Left, Align::Left, Align::Right, Align::Left], &rows) {
        writeln!(out, "{line}")?;
    }
    more(changes.len(), "", out)?;
    writeln!(out)
}

fn finding_row(change: &FindingChange) -> Vec<String> {
    let [before, after] = change.count.map(number::grouped);
    let records = match change.count {
        [0, _] => after,
        [_, 0] => before,
        [a, b] if a == b => after,
        _ => format!("{before} -> {after}"),
    };
    let captures: Vec<&str> = change.captures.values().map(String::as_str).collect();
    let suppressed = if change.suppressed { " (suppressed)" } else { "" };
    vec![
        change.severity.name().to_owned(),
        format!("{} {}{suppressed}", clean(&change.code), clean(&change.rule)),
        records,
        table::clipped(&clean(&captures.join(", ")), 44),
    ]
}

fn passes(changes: &[PassChange], out: &mut dyn Write) -> io::Result<()> {
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
    table(&heading, rows.collect(), out)
}

fn times(heading: &str, changes: &[TimeChange], out: &mut dyn Write) -> io::Result<()> {
    let rows = changes.iter().map(|change| time_row(&change.name, change.millis)).collect();
    table(&[heading, "BEFORE", "AFTER", "CHANGE"], rows, out)
}

fn table(heading: &[&str], mut rows: Vec<Vec<String>>, out: &mut dyn Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let all = rows.len();
    rows.truncate(ROWS);
    rows.insert(0, heading.iter().map(|cell| (*cell).to_owned()).collect());
    let aligns: Vec<Align> =
        (0..heading.len()).map(|column| if column == 0 { Align::Left } else { Align::Right }).collect();
    for (index, line) in table::lines(&aligns, &rows).iter().enumerate() {
        writeln!(out, "{}", if index == 0 { bold(line) } else { line.clone() })?;
    }
    more(all, "", out)?;
    writeln!(out)
}

fn time_row(name: &str, [before, after]: [Option<i64>; 2]) -> Vec<String> {
    let change = match (before, after) {
        (Some(before), Some(after)) if after > before => format!("+{}", clock(after - before)),
        (Some(before), Some(after)) if after < before => format!("-{}", clock(before - after)),
        (Some(_), Some(_)) => "same".to_owned(),
        _ => String::new(),
    };
    vec![table::clipped(&clean(name), NAME), shown(before), shown(after), change]
}

fn shown(millis: Option<i64>) -> String {
    millis.map_or_else(|| "-".to_owned(), clock)
}

fn more(all: usize, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    match all.saturating_sub(ROWS) {
        0 => Ok(()),
        more => {
            writeln!(out, "{indent}... and {} more; --format json lists all", number::grouped(more as u64))
        }
    }
}

fn bold(text: &str) -> String {
    format!("\u{1b}[1m{text}\u{1b}[0m")
}
