//! Offsets of bytes to lines and columns, in one pass over a text.

use crate::addin::evidence::Spot;

/// Turns offsets into places. Cheap as long as the offsets grow; an earlier one starts over.
#[derive(Clone, Debug)]
pub struct Places<'a> {
    text: &'a str,
    spot: &'a Spot,
    offset: usize,
    line: u64,
    column: u64,
}

impl<'a> Places<'a> {
    /// Places in this text. The spot names the file.
    pub fn new(text: &'a str, spot: &'a Spot) -> Self {
        Self { text, spot, offset: 0, line: 1, column: 1 }
    }

    /// The place of a byte; of the end of the text where it lies behind it.
    pub fn at(&mut self, offset: usize) -> Spot {
        if offset < self.offset {
            (self.offset, self.line, self.column) = (0, 1, 1);
        }
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let mut characters = self.text.get(self.offset..end).unwrap_or_default().chars().peekable();
        while let Some(character) = characters.next() {
            // A carriage return ends a line of its own only where no line feed follows.
            let before_feed = character == '\r'
                && (characters.peek() == Some(&'\n')
                    || characters.peek().is_none() && self.text.as_bytes().get(end) == Some(&b'\n'));
            if character == '\n' || character == '\r' && !before_feed {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.offset = end.max(self.offset);
        self.spot.at(self.line, self.column)
    }
}
