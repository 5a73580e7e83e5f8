//! Digests of names, remembered: neighbouring records come from the same few writers.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::format::Header;
use crate::text::short::same;

/// Writers that are remembered.
const SLOTS: usize = 256;

/// The writers met last.
#[derive(Debug, Default)]
pub(super) struct Keys {
    known: Vec<Known>,
}

#[derive(Clone, Debug, Default)]
struct Known {
    parts: [Vec<u8>; 4],
    lengths: [usize; 4],
    writer: Option<Writer>,
}

/// Who wrote a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writer {
    /// The lane: server, process, process id and thread.
    pub(super) lane: u64,
    /// The timeline: process and process id.
    pub(super) process: u64,
}

impl Keys {
    /// The writer of a record.
    pub(super) fn writer(&mut self, header: &Header<'_>) -> Writer {
        let parts = [header.server, header.process, header.process_id, header.thread];
        if self.known.is_empty() {
            self.known.resize(SLOTS, Known::default());
        }
        let digest = || Writer { lane: writer_key(header), process: process_key(header) };
        let Some(known) = self.known.get_mut(slot(parts)) else { return digest() };
        known.writer_if(parts).unwrap_or_else(|| {
            let writer = digest();
            let lengths = parts.map(<[u8]>::len);
            *known = Known { parts: parts.map(<[u8]>::to_vec), lengths, writer: Some(writer) };
            writer
        })
    }
}

impl Known {
    fn writer_if(&self, parts: [&[u8]; 4]) -> Option<Writer> {
        if parts.map(<[u8]>::len) != self.lengths {
            return None;
        }
        let [a, b, c, d] = parts;
        let [known_a, known_b, known_c, known_d] = &self.parts;
        let is_same = same(a, known_a) && same(b, known_b) && same(c, known_c) && same(d, known_d);
        self.writer.filter(|_| is_same)
    }
}

/// Ids differ in their last digits.
fn slot(parts: [&[u8]; 4]) -> usize {
    const SPREAD: u32 = 0x9E37_79B1;
    let tail = |part: &[u8]| part.last_chunk().map_or(0, |digits| u32::from_le_bytes(*digits));
    let mixed = parts.iter().fold(0u32, |mixed, part| mixed.rotate_left(9).wrapping_add(tail(part)));
    usize::try_from(mixed.wrapping_mul(SPREAD) >> 16).unwrap_or(0) % SLOTS
}

fn writer_key(header: &Header<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (header.server, header.process, header.process_id, header.thread).hash(&mut hasher);
    hasher.finish()
}

fn process_key(header: &Header<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (header.process, header.process_id).hash(&mut hasher);
    hasher.finish()
}
