//! Blocks of code under sentences: forums and mail indent what somebody copied from a console, and leave a blank line
//! before it. Lines that a console indents itself follow another line directly.

use super::console;
use crate::text::lines::lines;

/// How many lines of the head are looked at.
const LINES: usize = 400;

/// Blanks before each line of the blocks of this head in which a console tells of a failure; zero if there are none.
pub(super) fn margin(head: &[u8]) -> usize {
    let lines: Vec<&[u8]> = lines(head).take(LINES).collect();
    let telling =
        paragraphs(&lines).filter(|block| block.iter().any(|line| console::tells(line.trim_ascii_start())));
    telling.map(narrowest).filter(|margin| *margin > 0).min().unwrap_or(0)
}

/// The text with its blocks at the margin of its sentences.
pub(super) fn outdented(text: &[u8], margin: usize) -> Vec<u8> {
    let lines: Vec<&[u8]> = lines(text).collect();
    let mut outdented: Vec<&[u8]> = Vec::with_capacity(lines.len());
    for block in lines.chunk_by(|one, other| is_blank(one) == is_blank(other)) {
        let cut = if narrowest(block) >= margin { margin } else { 0 };
        outdented.extend(block.iter().map(|line| line.get(cut.min(line.len())..).unwrap_or_default()));
    }
    outdented.join(&b'\n')
}

/// Lines between blank ones.
fn paragraphs<'l, 'w>(lines: &'l [&'w [u8]]) -> impl Iterator<Item = &'l [&'w [u8]]> {
    lines.split(|line| is_blank(line)).filter(|block| !block.is_empty())
}

/// Blanks before the line that has the fewest.
fn narrowest(block: &[&[u8]]) -> usize {
    block.iter().map(|line| line.len() - line.trim_ascii_start().len()).min().unwrap_or(0)
}

fn is_blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}

#[cfg(test)]
mod tests {
    use super::{margin, outdented};

    #[test]
    fn a_block_under_a_sentence_comes_to_its_margin() {
        for (text, expected) in [
            (
                "I get this:\n\n    Failed to upgrade.\n      at X\n\n    Exception: Y\n\nWhy?\n",
                "I get this:\n\nFailed to upgrade.\n  at X\n\nException: Y\n\nWhy?\n",
            ),
            ("I get this:\n\n\tFailed to upgrade.\n", "I get this:\n\nFailed to upgrade.\n"),
            // A console indents what belongs to the line above.
            (
                "Upgrade-SPSite : Gone\n    + CategoryInfo : X\n",
                "Upgrade-SPSite : Gone\n    + CategoryInfo : X\n",
            ),
            ("Failed to upgrade.\n\n   at X\n", "Failed to upgrade.\n\n   at X\n"),
            ("Notes:\n\n    nothing failed here\n", "Notes:\n\n    nothing failed here\n"),
            ("", ""),
        ] {
            let margin = margin(text.as_bytes());
            let found = if margin > 0 { outdented(text.as_bytes(), margin) } else { text.into() };
            assert_eq!(String::from_utf8(found).unwrap(), expected);
            assert_eq!(found_lines(expected), found_lines(text));
        }
    }

    fn found_lines(text: &str) -> usize {
        text.lines().count()
    }
}
