//! The last piece of a window: bare lines may still follow it in the next one.

use super::line::{LINE_BOUND, bounded};
use crate::scan::scanner::Piece;

/// A piece whose bytes have left the window.
pub(in crate::scan) struct OwnedPiece {
    pub(in crate::scan) line: Vec<u8>,
    pub(in crate::scan) bare: Vec<u8>,
    pub(in crate::scan) number: u64,
}

impl OwnedPiece {
    /// A copy.
    pub(in crate::scan) fn from(piece: &Piece<'_>) -> Self {
        let mut owned = Self { line: piece.line.to_vec(), bare: Vec::new(), number: piece.number };
        for line in piece.bare.split(|byte| *byte == b'\n') {
            owned.append(bounded(line));
        }
        owned
    }

    /// Keeps a bare line; far more of them than a record's text has room for.
    pub(in crate::scan) fn append(&mut self, line: &[u8]) {
        if self.bare.len() < LINE_BOUND && !line.is_empty() {
            if !self.bare.is_empty() {
                self.bare.push(b'\n');
            }
            self.bare.extend_from_slice(line);
        }
    }
}
