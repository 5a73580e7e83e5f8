//! What `Format-Table` prints: names, dashes under them, and values that keep to the columns of the dashes.

use std::borrow::Cow;

use super::{Column, Header, Item, Row};
use crate::inventory::lines::numbered;

/// The first line with dashes under names we know.
pub(super) fn header(text: &str) -> Option<Header> {
    let mut lines = numbered(text).peekable();
    while let Some((number, names)) = lines.next() {
        if let Some(grid) = lines.peek().and_then(|(_, dashes)| Grid::under(names, dashes))
            && grid.header(number).is_plausible()
        {
            return Some(grid.header(number));
        }
    }
    None
}

/// Every row under such a line, up to a blank one.
pub(super) fn each(text: &str, sink: &mut dyn FnMut(Item<'_>)) {
    let mut grid: Option<Grid> = None;
    let mut names = "";
    for (number, line) in numbered(text) {
        if line.trim().is_empty() {
            grid = None;
        } else if let Some(found) = Grid::under(names, line) {
            grid = found.header(number).is_plausible().then_some(found);
        } else if let Some(grid) = &grid {
            sink(grid.item(number, line));
        }
        names = line;
    }
}

/// The columns of one printed table.
struct Grid {
    /// Where each run of dashes begins and ends, in characters.
    spans: Vec<(usize, usize)>,
    names: Vec<String>,
}

impl Grid {
    fn under(names: &str, dashes: &str) -> Option<Self> {
        if dashes.trim().is_empty() || !dashes.chars().all(|mark| mark == '-' || mark == ' ') {
            return None;
        }
        let spans = runs(dashes);
        let names = split(names, &spans)?;
        Some(Self { spans, names })
    }

    fn header(&self, line: u64) -> Header {
        Header::new(line, self.names.clone())
    }

    fn item(&self, line: u64, text: &str) -> Item<'static> {
        let Some(values) = split(text, &self.spans) else {
            return Item::Problem(line, "the values do not stand under their columns".to_owned());
        };
        if values.iter().any(|value| value.ends_with("...") || value.ends_with('…')) {
            // A name that lost its end would be the name of another database.
            let advice = "the console cut a value short here: export with Export-Csv or Format-List";
            return Item::Problem(line, advice.to_owned());
        }
        let cells = self.names.iter().zip(values);
        let cells = cells.filter_map(|(name, value)| Some((Column::named(name)?, Cow::Owned(value))));
        Item::Row(Row { line, cells: cells.collect() })
    }
}

fn runs(dashes: &str) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (position, _) in dashes.chars().enumerate().filter(|(_, mark)| *mark == '-') {
        match spans.last_mut() {
            Some((_, end)) if *end == position => *end += 1,
            _ => spans.push((position, position + 1)),
        }
    }
    spans
}

/// Cuts a line into the values of its columns. Text begins where its dashes begin; numbers and `True` end where
/// theirs end, and may begin before them: there the cut is the nearest blank to the left.
fn split(line: &str, spans: &[(usize, usize)]) -> Option<Vec<String>> {
    let letters: Vec<char> = line.trim_end().chars().collect();
    let mut values = Vec::with_capacity(spans.len());
    let mut from = 0;
    for pair in spans.windows(2) {
        let (&(_, end), &(start, _)) = (pair.first()?, pair.last()?);
        let cut = (end..start).rev().find(|&at| letters.get(at).is_none_or(|&letter| letter == ' '))?;
        values.push(letters.get(from..cut.min(letters.len())).unwrap_or_default().iter().collect::<String>());
        from = cut;
    }
    values.push(letters.get(from..).unwrap_or_default().iter().collect());
    Some(values.iter().map(|value| value.trim().to_owned()).collect())
}
