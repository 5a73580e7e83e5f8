//! Values that a window cut at its exact width, in the middle of words.
//!
//! Old windows and `Out-File -Width` do so; newer ones, mail and forums wrap at blanks, so that the lines of a text have all
//! lengths. So the widths of all wrapped lines tell: where nearly all have one, but for the blanks that
//! were cut off at an end, nothing was dropped between them. A paste may have lost the indent, or the blanks before the
//! colons: then only the values are of one width.

use std::collections::BTreeMap;

/// Blanks that may have been cut off at the end of a line, or begin one: no more stand between two sentences.
pub(super) const LOST: usize = 2;

/// No window is so narrow; shorter lines are of one width by chance.
const NARROWEST: usize = 40;

/// How many lines of the same width are no chance.
const TELLING: usize = 3;

/// Widths of the lines of values, in characters, and how often each came. The last line of a value tells nothing.
#[derive(Default)]
pub(super) struct Widths {
    values: BTreeMap<usize, usize>,
    lines: BTreeMap<usize, usize>,
}

/// The width at which values were cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct HardWrap {
    width: usize,
    /// It is that of the values alone, without what stands before them.
    of_values: bool,
}

/// How wide a line is, in characters.
#[derive(Clone, Copy)]
pub(super) struct Width {
    pub(super) value: usize,
    pub(super) line: usize,
}

impl Widths {
    pub(super) fn count(&mut self, width: Width) {
        *self.values.entry(width.value).or_default() += 1;
        *self.lines.entry(width.line).or_default() += 1;
    }

    pub(super) fn hard_wrap(&self) -> Option<HardWrap> {
        let of_lines = common(&self.lines).map(|width| HardWrap { width, of_values: false });
        of_lines.or_else(|| Some(HardWrap { width: common(&self.values)?, of_values: true }))
    }
}

/// The one width that nearly all have.
fn common(widths: &BTreeMap<usize, usize>) -> Option<usize> {
    let (&width, &exact) = widths.iter().max_by_key(|(width, count)| (**count, **width))?;
    let all: usize = widths.values().sum();
    let near: usize = widths.range(width.saturating_sub(LOST)..=width).map(|(_, count)| *count).sum();
    let is_common = exact >= TELLING && exact * 2 >= all && near * 10 >= all * 9;
    (is_common && width >= NARROWEST).then_some(width)
}

impl HardWrap {
    /// What stood between the end of a line and the next one.
    pub(super) fn between(self, width: Width) -> &'static str {
        let width = if self.of_values { width.value } else { width.line };
        match self.width.saturating_sub(width) {
            0 => "",
            LOST => "  ",
            // A line that is much shorter was not cut by the window.
            _ => " ",
        }
    }
}
