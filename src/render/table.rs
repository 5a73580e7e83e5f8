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
    use super::{Align, bytes, clipped, lines, wrapped};

    #[test]
    fn columns_line_up_by_what_a_terminal_shows() {
        let rows = vec![vec!["日本".to_owned(), "1".to_owned()], vec!["a".to_owned(), "23".to_owned()]];
        assert_eq!(lines(&[Align::Left, Align::Right], &rows), ["日本   1", "a     23"]);
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
