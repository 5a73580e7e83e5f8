//! Logs that lie among the inputs twice, in another folder or inside an archive, perhaps as they were when someone copied
//! them: what they tell counts once.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::io;

use sha2::{Digest, Sha256};

use super::look::Log;
use crate::command::input::open::with_text;
use crate::scan::segment::Segment;

/// Bytes at the start by which logs are told apart that are no copies. Each begins with its own times.
const BEGINNING: usize = 4 * 1024;

/// How a log begins, as a number.
pub(super) fn beginning(head: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(head.get(..BEGINNING).unwrap_or(head));
    hasher.finish()
}

/// The copies among these logs: for each, by its place, the path of the log that is kept. Of two that have the same text
/// that one is kept which lies in no archive, then the first; of a log and its beginning, the whole log.
pub(super) fn copies(logs: &[Log]) -> BTreeMap<usize, String> {
    // One list, and no map of lists: as a rule each of thousands of logs begins in a way of its own.
    let mut beginnings: Vec<(u64, usize)> =
        logs.iter().enumerate().map(|(place, log)| (log.beginning, place)).collect();
    beginnings.sort_unstable();
    let groups = beginnings.chunk_by(|one, next| one.0 == next.0).filter(|alike| alike.len() > 1);
    groups.flat_map(|alike| of_group(logs, alike.iter().map(|(_, place)| *place))).collect()
}

/// A length, and the digest of as many bytes of a text.
type Part = (u64, [u8; 32]);

/// The copies among logs that begin alike.
fn of_group(logs: &[Log], alike: impl Iterator<Item = usize>) -> BTreeMap<usize, String> {
    // What cannot be read to its end is nobody's copy.
    let text = |place: usize| {
        let log = logs.get(place)?;
        let whole = parts(log, &[]).ok()?.last()?.0;
        Some((whole, Reverse((log.input.path.contains("!/"), place)), log))
    };
    let mut texts: Vec<_> = alike.filter_map(text).collect();
    // Whatever may be a copy of another comes before it.
    texts.sort_by_key(|(length, preference, _)| (*length, *preference));
    let lengths: Vec<u64> = texts.iter().map(|(length, ..)| *length).collect();
    let mut known: BTreeMap<Part, Vec<usize>> = BTreeMap::new();
    let mut copies = BTreeMap::new();
    for (length, Reverse((_, place)), log) in texts {
        let shorter = lengths.get(..lengths.partition_point(|other| *other < length)).unwrap_or_default();
        let Ok(parts) = parts(log, shorter) else { continue };
        for place in parts.iter().filter_map(|part| known.get(part)).flatten() {
            copies.insert(*place, log.input.path.clone());
        }
        if let Some(whole) = parts.last() {
            known.entry(*whole).or_default().push(place);
        }
    }
    copies
}

/// The beginnings of a text that have these lengths, the shortest first, and the whole text behind them.
fn parts(log: &Log, lengths: &[u64]) -> io::Result<Vec<Part>> {
    with_text(&log.input, log.glance.encoding, Segment::WHOLE, |reader| {
        let (mut hasher, mut length, mut parts) = (Sha256::new(), 0, Vec::new());
        let mut window = vec![0; 64 * 1024];
        let mut ahead = lengths.iter().copied().peekable();
        loop {
            while let Some(wanted) = ahead.next_if(|wanted| *wanted <= length) {
                parts.push((wanted, hasher.clone().finalize().into()));
            }
            let most = ahead.peek().map_or(u64::MAX, |wanted| wanted - length);
            let room = usize::try_from(most).unwrap_or(usize::MAX).min(window.len());
            match reader.read(window.get_mut(..room).unwrap_or_default()) {
                Ok(0) => break,
                Ok(read) => {
                    hasher.update(window.get(..read).unwrap_or_default());
                    length += read as u64;
                }
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(cause),
            }
        }
        parts.push((length, hasher.finalize().into()));
        Ok(parts)
    })?
}
