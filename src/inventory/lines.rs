//! Line numbers of byte offsets, counted in one pass, and what the lines of a console begin with.

use memchr::memchr_iter;

/// Counts lines up to offsets that only grow.
pub(super) struct LineCounter<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: u64,
}

impl<'a> LineCounter<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), offset: 0, line: 1 }
    }

    /// The line, counted from 1, that this offset lies on; for an offset behind the last one, the line of that.
    pub(super) fn line_at(&mut self, offset: usize) -> u64 {
        if let Some(passed) = self.bytes.get(self.offset..offset) {
            self.line += memchr_iter(b'\n', passed).count() as u64;
            self.offset = offset;
        }
        self.line
    }
}

/// The lines of a text with their numbers, counted from 1.
pub(super) fn numbered(text: &str) -> impl Iterator<Item = (u64, &str)> {
    (1..).zip(text.lines())
}

/// A line on which a command was typed: `PS C:\> Get-SPContentDatabase | Format-Table Name, Server`, `C:\>stsadm -o …`.
pub(super) fn is_prompt(text: &str) -> bool {
    let folder = text.strip_prefix("PS ").unwrap_or(text);
    folder.split_once('>').is_some_and(|(folder, _)| folder.get(1..3).is_some_and(|drive| drive == ":\\"))
}

/// A line that opens or closes a block of code in Markdown.
pub(super) fn is_fence(text: &str) -> bool {
    let line = text.trim().trim_start_matches(['>', ' ']);
    let marks = |mark: char| line.len() - line.trim_start_matches(mark).len();
    // Behind the marks stands at most the name of a language.
    marks('`').max(marks('~')) >= 3 && !line.trim_start_matches(['`', '~']).contains([' ', '\t', '`'])
}
