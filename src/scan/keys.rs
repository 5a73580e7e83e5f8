//! Digests of names, remembered: neighbouring records come from the same few writers.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::format::Header;

/// Writers that are remembered.
const SLOTS: usize = 64;

/// The digests met last.
#[derive(Debug, Default)]
pub(super) struct Keys {
    known: Vec<Known>,
}

#[derive(Clone, Debug, Default)]
struct Known {
    text: Vec<u8>,
    lengths: [usize; 4],
    key: u64,
}

impl Keys {
    /// The lane of a record: server, process, process id and thread.
    pub(super) fn writer(&mut self, header: &Header<'_>) -> u64 {
        self.of([header.server, header.process, header.process_id, header.thread], |()| writer_key(header))
    }

    /// The timeline of a record: process and process id.
    pub(super) fn process(&mut self, header: &Header<'_>) -> u64 {
        self.of([header.process, header.process_id, b"", b""], |()| process_key(header))
    }

    fn of(&mut self, parts: [&[u8]; 4], digest: impl FnOnce(()) -> u64) -> u64 {
        if self.known.is_empty() {
            self.known.resize(SLOTS, Known::default());
        }
        let Some(known) = self.known.get_mut(slot(parts)) else { return digest(()) };
        if known.lengths.iter().sum::<usize>() == 0 || !known.is(parts) {
            *known = Known { text: parts.concat(), lengths: parts.map(<[u8]>::len), key: digest(()) };
        }
        known.key
    }
}

impl Known {
    fn is(&self, parts: [&[u8]; 4]) -> bool {
        if self.lengths != parts.map(<[u8]>::len) {
            return false;
        }
        let mut rest = self.text.as_slice();
        parts.iter().all(|part| match rest.split_at_checked(part.len()) {
            Some((known, after)) => {
                rest = after;
                // An empty slice points nowhere: vector instructions are slow to find out that nothing is read.
                part.is_empty() || known == *part
            }
            None => false,
        })
    }
}

/// Ids differ in their last digits.
fn slot(parts: [&[u8]; 4]) -> usize {
    let tail = |part: &[u8]| part.iter().rev().take(2).fold(0usize, |sum, byte| sum * 5 + usize::from(*byte));
    parts.iter().fold(0usize, |sum, part| sum * 3 + tail(part)) % SLOTS
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
