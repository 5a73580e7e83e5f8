//! Values in tables of plain text: Markdown, frames of consoles, tabs, CSV, columns under dashes.

use std::ops::Range;

use super::label::{is_field, is_label, is_no_value, is_password, is_value_column};

/// Most characters of a line that is looked at as a row.
const LONGEST_ROW: usize = 2000;

/// What parts the cells of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Border {
    Bar,
    Tab,
    Semicolon,
    Comma,
}

/// A row: the places of its cells.
struct Row {
    cells: Vec<Range<usize>>,
    /// The line is only drawn.
    is_rule: bool,
    /// Marked as a heading: `||Name||`.
    is_head: bool,
}

/// Adds the places of values in the cells of tables.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut block: Vec<Row> = Vec::new();
    let mut kind = None;
    let mut before: Option<Range<usize>> = None;
    let mut columns: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let start = at;
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        if line.trim().is_empty()
            && text.get(start..).is_some_and(|rest| rest.starts_with('\n'))
            && line.is_empty()
        {
            // The second half of a line end of two characters.
            if text.get(..start).is_some_and(|before| before.ends_with('\r')) {
                continue;
            }
        }
        let border = border(line).filter(|_| line.len() <= LONGEST_ROW);
        let rule = is_rule(line);
        if (border.is_none() || border != kind) && !(rule && kind == Some(Border::Bar)) {
            of_block(text, kind, &block, found);
            block.clear();
            kind = border;
        }
        if rule || border.is_some() {
            block.push(row(line, start, border, rule));
        }
        of_columns(text, line, start, &mut columns, before.take(), found);
        before = Some(start..start + line.len());
    }
    of_block(text, kind, &block, found);
}

fn border(line: &str) -> Option<Border> {
    if line.contains(is_bar) {
        return Some(Border::Bar);
    }
    let signs = [('\t', Border::Tab), (';', Border::Semicolon), (',', Border::Comma)];
    signs.iter().find(|(sign, _)| line.contains(*sign)).map(|(_, border)| *border)
}

fn is_bar(c: char) -> bool {
    matches!(c, '|' | '\u{2502}' | '\u{2503}' | '\u{2551}' | '\u{a6}')
}

/// `|---|:--:|`, `+-----+`, `├──┼──┤`.
fn is_rule(line: &str) -> bool {
    let drawn =
        |c: char| is_bar(c) || matches!(c, '-' | '=' | '+' | ':' | ' ' | '\t' | '\u{2500}'..='\u{257f}');
    line.contains(['-', '=', '\u{2500}', '\u{2501}', '\u{2550}']) && line.chars().all(drawn)
}

fn row(line: &str, start: usize, border: Option<Border>, is_rule: bool) -> Row {
    let is_head = line.trim_start().starts_with("||");
    let mut cells = Vec::new();
    let mut begin = 0;
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        let is_border = match border {
            _ if is_rule => false,
            Some(Border::Bar) => is_bar(c),
            Some(Border::Tab) => c == '\t',
            Some(Border::Semicolon) => c == ';' && !quoted,
            Some(Border::Comma) => c == ',' && !quoted,
            None => false,
        };
        quoted ^= c == '"';
        if is_border {
            cells.push(start + begin..start + at);
            begin = at + c.len_utf8();
        }
    }
    cells.push(start + begin..start + line.len());
    if let Some(first) = cells.first_mut().filter(|_| matches!(border, Some(Border::Bar | Border::Tab))) {
        // What is said before the table: `The row: | a | b |`.
        let said = line.get(..first.end - start).unwrap_or_default();
        let lead = said.rfind([':', ';', '"', '\'', '{', '(']).map_or(0, |at| at + 1);
        first.start = start + lead.min(first.end - start);
    }
    let blank = |cell: &Range<usize>| {
        line.get(cell.start - start..cell.end - start).is_none_or(|cell| {
            cell.chars().all(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '\\' | '}' | ')' | '.'))
        })
    };
    if border == Some(Border::Bar) {
        let framed = cells.first().is_some_and(blank);
        if is_head {
            cells.retain(|cell| !blank(cell));
        } else if framed {
            cells.remove(0);
        }
        if cells.last().is_some_and(blank) {
            cells.pop();
        }
    }
    if border == Some(Border::Tab) && cells.iter().filter(|cell| !blank(cell)).count() == 2 {
        cells.retain(|cell| !blank(cell));
    }
    Row { cells, is_rule, is_head }
}

/// The rows of a table.
fn of_block(text: &str, kind: Option<Border>, block: &[Row], found: &mut Vec<Range<usize>>) {
    let Some(kind) = kind else { return };
    let cell = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
    let is_list = matches!(kind, Border::Comma | Border::Semicolon);
    let first = block.iter().position(|row| !row.is_rule).unwrap_or_default();
    let Some(head) = block.get(first) else { return };
    let ruled = block.get(first + 1).is_some_and(|row| row.is_rule) && block.get(first + 2).is_some();
    let named = head.cells.len() > 1 && head.cells.iter().all(|range| is_field(cell(range)));
    // A name in another column than the first, and a row of as many cells below.
    let below = block.get(first + 1).is_some_and(|row| row.cells.len() == head.cells.len());
    let tabbed = kind == Border::Tab && below && head.cells.iter().skip(1).any(|range| is_label(cell(range)));
    let is_head = tabbed || head.is_head || (ruled && !is_list) || named || (is_list && head.cells.len() > 2);
    let labels: Vec<bool> = head.cells.iter().map(|range| is_head && is_label(cell(range))).collect();
    let values: Vec<bool> = head.cells.iter().map(|range| is_head && is_value_column(cell(range))).collect();
    let rows = block.iter().skip(first + usize::from(is_head)).filter(|row| !row.is_rule);
    for row in rows {
        if is_list && row.cells.len() != head.cells.len() {
            continue;
        }
        for (range, _) in row.cells.iter().zip(&labels).filter(|(_, is_label)| **is_label) {
            let is_text = is_list && cell(range).trim().contains(' ');
            if !is_text && !is_no_value(cell(range)) {
                found.extend(trimmed(text, range));
            }
        }
        of_row(text, row, &values, is_list, found);
    }
}

/// A row whose first cell names what the others hold.
fn of_row(text: &str, row: &Row, values: &[bool], is_list: bool, found: &mut Vec<Range<usize>>) {
    let cell = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
    let Some(label) = row.cells.iter().position(|range| is_label(cell(range))) else { return };
    let named = values.iter().any(|is_value| *is_value);
    for (number, range) in row.cells.iter().enumerate().skip(label + 1) {
        let is_next = !named && number == label + 1 && label == 0 && !is_list;
        let is_value = is_next || values.get(number).copied().unwrap_or_default();
        if (is_value && !is_no_value(cell(range))) || is_password(cell(range)) {
            found.extend(trimmed(text, range));
        }
    }
}

/// Columns below a line of dashes: `Name  Password`, `----  --------`.
fn of_columns(
    text: &str,
    line: &str,
    start: usize,
    columns: &mut Vec<Range<usize>>,
    before: Option<Range<usize>>,
    found: &mut Vec<Range<usize>>,
) {
    let dashes = line.contains("---") && line.chars().all(|c| matches!(c, '-' | ' ' | '='));
    if dashes {
        let head = before.and_then(|range| text.get(range)).unwrap_or_default();
        let starts = starts(line);
        let ends = starts.iter().skip(1).copied().chain([LONGEST_ROW]);
        columns.clear();
        columns.extend(
            starts
                .iter()
                .zip(ends)
                .map(|(start, end)| *start..end)
                .filter(|column| is_label(&letters(head, column))),
        );
        return;
    }
    if line.trim().is_empty() {
        columns.clear();
    }
    for column in columns.iter() {
        let ends: Vec<usize> =
            line.char_indices().map(|(at, _)| at).chain([line.len()]).take(LONGEST_ROW).collect();
        let last = ends.len() - 1;
        let range = ends.get(column.start.min(last)).copied().unwrap_or_default()
            ..ends.get(column.end.min(last)).copied().unwrap_or_default();
        let range = start + range.start..start + range.end;
        if !is_no_value(text.get(range.clone()).unwrap_or_default()) {
            found.extend(trimmed(text, &range));
        }
    }
}

/// Where the runs of dashes begin, in characters.
fn starts(line: &str) -> Vec<usize> {
    let mut before = ' ';
    let mut starts = Vec::new();
    for (at, c) in line.chars().enumerate().take(LONGEST_ROW) {
        if c != ' ' && before == ' ' {
            starts.push(at);
        }
        before = c;
    }
    starts
}

fn letters(line: &str, column: &Range<usize>) -> String {
    line.chars().take(column.end).skip(column.start).collect()
}

/// The place of a value without blanks, quotes and marks of Markdown around it.
pub(super) fn trimmed(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    const AROUND: [&str; 5] = ["**", "__", "`", "\"", "'"];
    let cell = text.get(range.clone())?;
    let mut start = range.start + (cell.len() - cell.trim_start().len());
    let mut core = cell.trim();
    while let Some(mark) = AROUND
        .iter()
        .find(|mark| core.len() > 2 * mark.len() && core.starts_with(**mark) && core.ends_with(**mark))
    {
        core = core.get(mark.len()..core.len() - mark.len())?;
        start += mark.len();
    }
    (!core.is_empty()).then_some(start..start + core.len())
}
