//! Logs that lie among the inputs twice, in another folder or inside an archive: what they tell counts once.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::io;

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
/// that one is kept which lies in no archive, then the first.
pub(super) fn copies(logs: &[Log]) -> BTreeMap<usize, String> {
    // One list, and no map of lists: as a rule each of thousands of logs begins in a way of its own.
    let mut beginnings: Vec<(u64, usize)> =
        logs.iter().enumerate().map(|(place, log)| (log.beginning, place)).collect();
    beginnings.sort_unstable();
    let mut copies = BTreeMap::new();
    for alike in beginnings.chunk_by(|one, next| one.0 == next.0).filter(|alike| alike.len() > 1) {
        let mut same: BTreeMap<(u64, u64), Vec<(bool, usize)>> = BTreeMap::new();
        for &(_, place) in alike {
            let Some(log) = logs.get(place) else { continue };
            // What cannot be read to its end is nobody's copy.
            if let Ok(text) = text(log) {
                same.entry(text).or_default().push((log.input.path.contains("!/"), place));
            }
        }
        for mut places in same.into_values() {
            places.sort_unstable();
            let mut places = places.into_iter().map(|(_, place)| place);
            let Some(kept) = places.next().and_then(|place| logs.get(place)) else { continue };
            copies.extend(places.map(|place| (place, kept.input.path.clone())));
        }
    }
    copies
}

/// The length of a text, and a digest of it.
fn text(log: &Log) -> io::Result<(u64, u64)> {
    with_text(&log.input, log.glance.encoding, Segment::WHOLE, |reader| {
        let (mut hasher, mut length) = (DefaultHasher::new(), 0);
        let mut window = vec![0; 64 * 1024];
        loop {
            match reader.read(&mut window) {
                Ok(0) => return Ok((length, hasher.finish())),
                Ok(read) => {
                    hasher.write(window.get(..read).unwrap_or_default());
                    length += read as u64;
                }
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(cause),
            }
        }
    })?
}
