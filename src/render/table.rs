//! Columns that line up in a terminal, for text in any script.

use unicode_width::UnicodeWidthStr;

use crate::text::number::grouped;

/// Where a column's text stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// Rows as lines, the columns two blanks apart, without trailing blanks. The cells must be clean already.
pub fn lines(aligns: &[Align], rows: &[Vec<String>]) -> Vec<String> {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
    let widths: Vec<usize> = (0..aligns.len()).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(aligns).zip(&widths).map(|((cell, align), width)| {
            let gap = " ".repeat(width.saturating_sub(cell.width()));
            match align {
                Align::Left => format!("{cell}{gap}"),
                Align::Right => format!("{gap}{cell}"),
            }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// Columns of the widest of the lines that [`lines`] would make of these rows.
pub fn width(rows: &[Vec<String>]) -> usize {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
    let cells: usize = (0..columns).filter_map(widest).sum();
    cells + columns.saturating_sub(1) * 2
}

/// Breaks what stands in the last column into several rows, so that the lines have at most `most` columns, as far as
/// they have not without it.
pub fn wrap_last(rows: Vec<Vec<String>>, most: usize) -> Vec<Vec<String>> {
    const NARROWEST: usize = 24;
    let before: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().rev().skip(1).cloned().collect()).collect();
    let room = most.saturating_sub(width(&before) + 2).max(NARROWEST);
    let mut broken = Vec::new();
    for mut row in rows {
        let empty = vec![String::new(); row.len().saturating_sub(1)];
        let text = wrapped(&row.pop().unwrap_or_default(), room, 0);
        let mut parts = text.split('\n').map(str::to_owned);
        row.extend(parts.next());
        broken.push(row);
        broken.extend(parts.map(|part| empty.iter().cloned().chain([part]).collect()));
    }
    broken
}

/// As [`lines`], but what stands in the last column has lines of its own, below its row, indented by so many columns and
/// broken at `most`.
pub fn last_below(aligns: &[Align], mut rows: Vec<Vec<String>>, most: usize, indent: usize) -> Vec<String> {
    let last: Vec<String> = rows.iter_mut().map(|row| row.pop().unwrap_or_default()).collect();
    let below = |text: String| {
        let text = wrapped(&text, most, indent);
        (!text.is_empty()).then(|| format!("{}{text}", " ".repeat(indent)))
    };
    let rows = lines(aligns, &rows).into_iter().zip(last);
    rows.flat_map(|(line, last)| std::iter::once(line).chain(below(last))).collect()
}

/// Cuts a column that holds names, so that the lines have at most `most` columns; but not below what still tells names
/// apart.
pub fn fit(rows: &mut [Vec<String>], column: usize, most: usize) {
    const SHORTEST: usize = 16;
    let over = width(rows).saturating_sub(most);
    let names = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0);
    if over > 0 {
        let room = names.saturating_sub(over).max(SHORTEST);
        rows.iter_mut().filter_map(|row| row.get_mut(column)).for_each(|cell| *cell = clipped(cell, room));
    }
}

/// Leaves a column out of a table, if it has so many.
pub fn leave_out(column: usize, aligns: &mut Vec<Align>, rows: &mut [Vec<String>]) {
    if column < aligns.len() {
        aligns.remove(column);
    }
    rows.iter_mut().filter(|row| row.len() > column).for_each(|row| drop(row.remove(column)));
}

/// Text in lines of at most `width` columns, broken at blanks; the first is not indented, the others are.
pub fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let mut out = String::new();
    let mut column = indent;
    for word in text.split_whitespace() {
        let needed = word.width();
        if column > indent && column + 1 + needed > width {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else if column > indent {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += needed;
    }
    out
}

/// At most `width` columns of a text; what is cut is shown as dots.
pub fn clipped(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for character in text.chars() {
        let needed = character.encode_utf8(&mut [0; 4]).width();
        if used + needed + 3 > width {
            break;
        }
        out.push(character);
        used += needed;
    }
    out.push_str("...");
    out
}

/// `61 MB`: bytes in the unit that leaves one to four digits.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KB", "MB", "GB", "TB"];
    let mut value = number;
    let mut unit = 0;
    while value >= 10_000 && unit + 1 < UNITS.len() {
        value = (value + 512) / 1024;
        unit += 1;
    }
    format!("{} {}", grouped(value), UNITS.get(unit).unwrap_or(&"bytes"))
}

#[cfg(test)]
mod tests {
    use super::{Align, bytes, clipped, fit, last_below, lines, width, wrap_last, wrapped};

    #[test]
    fn columns_line_up_by_what_a_terminal_shows() {
        let rows = vec![vec!["日本".to_owned(), "1".to_owned()], vec!["a".to_owned(), "23".to_owned()]];
        assert_eq!(lines(&[Align::Left, Align::Right], &rows), ["日本   1", "a     23"]);
    }

    #[test]
    fn rows_are_made_to_fit() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let rows =
            vec![row(["a name of some length", "why"]), row(["b", "because of this and of that, and more"])];
        let mut rows = wrap_last(rows, 47);
        assert_eq!(rows[1..], [row(["b", "because of this and of"]), row(["", "that, and more"])]);
        assert_eq!(width(&rows), 45);
        fit(&mut rows, 0, 42);
        assert_eq!((rows[0][0].as_str(), width(&rows)), ("a name of some ...", 42));
        fit(&mut rows, 0, 10);
        assert_eq!(rows[0][0], "a name of som...", "not below what tells names apart");
    }

    #[test]
    fn what_has_no_room_beside_a_row_stands_below_it() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = vec![row(["a", "b", "some words"]), row(["aa", "bb", ""])];
        assert_eq!(last_below(&[Align::Left; 3], rows, 7, 2), ["a   b", "  some\n  words", "aa  bb"]);
    }

    #[test]
    fn numbers_are_read_at_a_glance() {
        assert_eq!(bytes(63_963_136), "61 MB");
        assert_eq!(bytes(999), "999 bytes");
    }

    #[test]
    fn text_is_broken_and_cut_at_the_width() {
        assert_eq!(wrapped("aa bb cc dd", 7, 2), "aa bb\n  cc dd");
        assert_eq!(clipped("abcdefgh", 6), "abc...");
        assert_eq!(clipped("abc", 6), "abc");
    }
}
