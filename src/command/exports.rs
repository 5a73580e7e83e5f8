//! Exports among the inputs: read whole, within bounds, as if they had been given by `--inventory`.

use std::io::{self, Read};

use super::input::{Input, open};
use crate::inventory;
use crate::model::inventory::InventoryFacts;
use crate::scan::segment::Segment;
use crate::text::charset::Encoding;

/// Most bytes of an export that are read: it is held in memory whole.
pub const BOUND: u64 = 512 << 20;

/// Most bytes of what PowerShell printed. A transcript may grow to any size, and only a log is read in pieces.
pub const LOOSE_BOUND: u64 = 64 << 20;

/// How an input that looks like an export is to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reading {
    /// It is one from end to end.
    Whole,
    /// It has one in it, printed by PowerShell, and may be a transcript.
    Within,
}

/// Whether an input has an export in it.
pub fn reading(input: &Input, head: &[u8]) -> Option<Reading> {
    inventory::recognise(&input.path, head)?;
    Some(if inventory::is_whole(&input.path, head) { Reading::Whole } else { Reading::Within })
}

/// All bytes of an input; `None` if there are more than `bound`.
///
/// # Errors
/// The input cannot be read.
pub fn bytes(input: &Input, bound: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let read = open::with_text(input, Encoding::Bytes, Segment::WHOLE, |reader| {
        reader.take(bound + 1).read_to_end(&mut bytes)
    });
    read.and_then(|inner| inner)?;
    Ok((bytes.len() as u64 <= bound).then_some(bytes))
}

/// What the tables in a transcript tell of the farm. Its sentences are left to the rules, which read the transcript
/// as a log; and most of its text is no table, so that its problems say nothing.
pub fn in_transcript(input: &Input) -> Option<InventoryFacts> {
    let bytes = bytes(input, LOOSE_BOUND).ok()??;
    let facts = inventory::read(&input.path, None, &bytes);
    Some(InventoryFacts { sentences: Vec::new(), problems: Vec::new(), ..facts })
}
