//! Lines that mail or a browser wrapped, put together again.
//!
//! Whoever wraps a text ends a line only where its next word would not fit. So the longest line tells the width, and a
//! line goes on with the next one if that one's first word had no room left. What logs themselves write below a
//! record begins with a blank, or with the words of an exception, and mostly where there was room.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::pasted::{self, is_blank};
use super::searched;
use crate::text::lines::lines;

/// Widths at which texts are wrapped, in characters. Logs have longer lines, and mail is no narrower.
pub(super) const WIDTHS: std::ops::RangeInclusive<usize> = 60..=200;

/// How many lines of a head are looked at.
const LINES: usize = 400;

/// Bytes of a line that was put together. No record is longer; a text without records must not become one line.
const LONGEST: usize = 32 * 1024;

/// Words that a piece of a longer word is hardly ever taken for: behind or before one of them nothing was cut.
const COMMON: [&[u8]; 28] = [
    b"the",
    b"and",
    b"but",
    b"not",
    b"which",
    b"that",
    b"this",
    b"with",
    b"from",
    b"was",
    b"has",
    b"been",
    b"any",
    b"could",
    b"cannot",
    b"does",
    b"will",
    b"may",
    b"please",
    b"Please",
    b"times",
    b"database",
    b"feature",
    b"site",
    b"farm",
    b"object",
    b"server",
    b"upgrade",
];

/// How lines were wrapped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Wrap {
    /// Characters of the longest line.
    pub(super) width: usize,
    /// Words were cut at the width, as a window does it, and no blank was dropped.
    inside_words: bool,
}

impl Wrap {
    /// How a log with this head was wrapped, if it was.
    pub(super) fn of_head(head: &[u8]) -> Option<Self> {
        // Nearly every log has a line that is too long for it, or none that a record goes on with: so it is asked fast.
        let mut goes_on = false;
        for line in lines(head).take(LINES) {
            if line.len() > *WIDTHS.end() && length(line) > *WIDTHS.end() {
                return None;
            }
            goes_on |= line.first().is_some_and(u8::is_ascii_alphabetic) && !begins(line, b"");
            goes_on |= is_led_by_a_blank(line);
        }
        if goes_on { Self::of(&lines(head).take(LINES).collect::<Vec<_>>()) } else { None }
    }

    /// How the first lines of a log were wrapped, if they were.
    pub(super) fn of(lines: &[&[u8]]) -> Option<Self> {
        let width = lines.iter().filter(|line| line.contains(&b' ')).map(|line| length(line)).max()?;
        if !WIDTHS.contains(&width) {
            return None;
        }
        Signs::of(lines, width).wrap(width)
    }

    /// The lines with what belongs together in one, and an empty one for each that is gone.
    pub(super) fn undone<'l>(self, lines: impl Iterator<Item = Cow<'l, [u8]>>) -> Vec<u8> {
        let mut text = Vec::new();
        let mut lines = lines.peekable();
        let (mut before, mut gone, mut long, mut is_prefix) = (0, 0, 0, false);
        while let Some(line) = lines.next() {
            let next = lines.peek().map_or(&b""[..], AsRef::as_ref);
            // Behind a prefix that fills its line comes what the record says, whatever that is.
            let begins = if is_prefix {
                opens(&line)
            } else {
                !self.cuts_before(before, &line) && begins(&line, next)
            };
            if before > 0 && long < LONGEST && !begins && self.goes_on(before, &line) {
                if !self.inside_words {
                    text.truncate(text.trim_ascii_end().len());
                }
                if !self.inside_words || before < self.width {
                    text.push(b' ');
                }
                gone += 1;
                long += line.len();
            } else {
                text.extend(std::iter::repeat_n(b'\n', gone));
                gone = 1;
                long = line.len();
            }
            text.extend_from_slice(&line);
            before = if is_blank(&line) { 0 } else { length(&line) };
            is_prefix = line.trim_ascii_end().ends_with(b"]:");
        }
        text.extend(std::iter::repeat_n(b'\n', gone.saturating_sub(1)));
        text
    }

    /// The same of a text.
    pub(super) fn undone_of(self, text: &[u8]) -> Vec<u8> {
        self.undone(lines(text).map(Cow::Borrowed))
    }

    /// The blank at the beginning of a line stood in the middle of a longer one.
    fn cuts_before(self, before: usize, line: &[u8]) -> bool {
        self.inside_words && before == self.width && is_led_by_a_blank(line)
    }

    fn goes_on(self, before: usize, line: &[u8]) -> bool {
        if self.inside_words { before + 1 >= self.width } else { had_no_room(before, line, self.width) }
    }
}

/// What the lines of a log tell of how they were wrapped.
#[derive(Default)]
struct Signs<'l> {
    /// Lines that a record goes on with, and that do not look like what a log writes there.
    loose: usize,
    /// Of these, the ones whose first word had no room in the line before.
    broken: usize,
    /// Of these, the ones that break a sentence.
    inside: usize,
    /// Lines before a break that are as long as any, but for a blank at their end.
    full: usize,
    /// Of these, the ones that are as long as any to the letter.
    exact: usize,
    /// Of these, the ones that go on with a line themselves.
    full_loose: usize,
    /// Lines that begin with a blank behind one that is as long as any to the letter. Who breaks lines between words
    /// leaves no blank there.
    led_by_a_blank: usize,
    /// Last words of lines that are as long as any to the letter. Between words only few sentences can be broken just there.
    ends: BTreeSet<&'l [u8]>,
    /// Ids that are cut in two, which nobody does between words.
    cut_ids: usize,
}

impl<'l> Signs<'l> {
    fn of(lines: &[&'l [u8]], width: usize) -> Self {
        let mut signs = Self::default();
        let mut before: Option<(&'l [u8], bool)> = None;
        for (index, line) in lines.iter().copied().enumerate() {
            let next = lines.get(index + 1).copied().unwrap_or_default();
            if is_blank(line) {
                before = None;
            } else if let Some((above, _)) = before
                && length(above) == width
                && is_led_by_a_blank(line)
            {
                signs.led_by_a_blank += 1;
                before = Some((line, true));
            } else if begins(line, next) {
                before = Some((line, false));
            } else if let Some((above, is_loose)) = before {
                signs.loose += 1;
                signs.count(above, is_loose, line, width);
                before = Some((line, true));
            }
        }
        signs
    }

    fn count(&mut self, above: &'l [u8], is_loose: bool, line: &[u8], width: usize) {
        if !had_no_room(length(above), line, width) {
            return;
        }
        self.broken += 1;
        let ends =
            above.trim_ascii_end().last().is_some_and(|last| matches!(last, b'.' | b':' | b'!' | b'?'));
        self.inside += usize::from(!ends);
        let full = length(above) + 1 >= width;
        self.full += usize::from(full);
        if length(above) == width {
            self.exact += 1;
            self.full_loose += usize::from(is_loose);
            self.cut_ids += usize::from(cuts_an_id(above, line));
            let word = above.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
            // Ids and numbers differ in one sentence, too.
            if !word.iter().any(u8::is_ascii_digit)
                && !COMMON.contains(&word)
                && !COMMON.contains(&first_word(line))
            {
                self.ends.insert(word);
            }
        }
    }

    fn wrap(&self, width: usize) -> Option<Wrap> {
        let nearly = |part: usize, of: usize| part * 10 >= of * 9;
        // Lines that an exception has of its own stand between those that were wrapped.
        // And one line with a long first word has no room almost anywhere.
        let (inside, broken) = (self.inside + self.led_by_a_blank, self.broken + self.led_by_a_blank);
        let is_wrapped = inside > 0 && broken > 1 && broken * 10 >= self.loose * 6;
        // Of records with one break each, all of one length, nothing tells; and two lines may be as long by chance.
        let told = self.led_by_a_blank + self.ends.len() + 2 * self.cut_ids;
        let tells = self.full_loose > 2 || told > 2 || (told == 2 && self.is_cut_everywhere());
        let inside_words = tells && nearly(self.full, self.broken);
        is_wrapped.then_some(Wrap { width, inside_words })
    }

    /// No line before a break is shorter than any, which may be chance where there are two.
    fn is_cut_everywhere(&self) -> bool {
        self.full == self.broken && (self.cut_ids > 0 || (self.exact == self.broken && self.broken > 2))
    }
}

/// The line begins something: a record, also one whose prefix goes on in the next line, or what a log writes below one.
pub(super) fn begins(line: &[u8], next: &[u8]) -> bool {
    const OPENINGS: [&[u8]; 6] =
        [b"at ", b"Exception:", b"Inner Exception", b"InnerException", b"---", b"Parameter name:"];
    line.first().is_none_or(u8::is_ascii_whitespace)
        || OPENINGS.iter().any(|opening| line.starts_with(opening))
        || names_an_exception(line)
        || opens(line)
        || opens_with(line, next)
}

/// `System.Data.SqlClient.SqlException: …`, which stands on a line of its own wherever an exception is written.
fn names_an_exception(line: &[u8]) -> bool {
    first_word(line)
        .strip_suffix(b":")
        .is_some_and(|name| name.ends_with(b"Exception") && name.contains(&b'.'))
}

/// The line opens a record, or shows one that a search found.
fn opens(line: &[u8]) -> bool {
    pasted::opens(line) || searched::shows(line)
}

/// A prefix that was wrapped itself.
fn opens_with(line: &[u8], next: &[u8]) -> bool {
    let may_be = matches!(line.first(), Some(b'[' | b'0'..=b'9')) || searched::is_named(line);
    let is_prefix = may_be && length(line) <= *WIDTHS.end();
    is_prefix && !opens(next) && [&b" "[..], b""].iter().any(|glue| opens(&[line, glue, next].concat()))
}

/// Blanks, and what may be the rest of a sentence or of a column. Calls of an exception stand behind blanks of their own.
fn is_led_by_a_blank(line: &[u8]) -> bool {
    line.first().is_some_and(|first| matches!(first, b' ' | b'\t'))
        && !is_blank(line)
        && !line.trim_ascii_start().starts_with(b"at ")
}

/// An id of 36 letters is cut in two, not behind a hyphen of it.
fn cuts_an_id(above: &[u8], line: &[u8]) -> bool {
    let is_of_id = |byte: &&u8| byte.is_ascii_hexdigit() || **byte == b'-';
    let (head, rest) =
        (above.iter().rev().take_while(is_of_id).count(), line.iter().take_while(is_of_id).count());
    let id = above.iter().skip(above.len() - head).chain(line.iter().take(rest));
    let is_at_its_place = |(place, byte): (usize, &u8)| (*byte == b'-') == matches!(place, 8 | 13 | 18 | 23);
    head > 0 && above.last() != Some(&b'-') && head + rest == 36 && id.enumerate().all(is_at_its_place)
}

fn had_no_room(before: usize, line: &[u8], width: usize) -> bool {
    before + 1 + length(first_word(line)) > width
}

fn first_word(line: &[u8]) -> &[u8] {
    line.split(u8::is_ascii_whitespace).next().unwrap_or_default()
}

/// Characters of a text in UTF-8.
pub(super) fn length(text: &[u8]) -> usize {
    text.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}
