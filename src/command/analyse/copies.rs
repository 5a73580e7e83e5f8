//! Logs that lie among the inputs twice, in another folder or inside an archive, perhaps as they were when someone copied
//! them: what they tell counts once.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;

use sha2::{Digest, Sha256};

use super::look::Log;
use crate::command::guarded::guarded;
use crate::format::several::Form;
use crate::scan::cut::segment::Segment;

/// Bytes at the start by which logs are told apart that are no copies. Each begins with its own times.
const BEGINNING: usize = 4 * 1024;
/// The same for a log that was copied when it had no more than a few lines: its first one, whatever stands above it.
const OPENING: usize = 512;

/// How a log begins, as numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Beginning {
    opening: u64,
    /// `None` where there is no more than the beginning: what such a log is the beginning of has another number.
    beginning: Option<u64>,
}

impl Beginning {
    /// Of a log with this head. Several logs in one text may all begin with the lines that another one has there.
    pub(super) fn of(head: &[u8], part: Option<Form>) -> Self {
        let digest = |bytes: &[u8]| digest(part, bytes);
        // A short line has one return.
        const ENOUGH: usize = BEGINNING + BEGINNING / 4;
        let mut text = Vec::with_capacity(ENOUGH);
        add_without_returns(head.get(..ENOUGH).unwrap_or(head), &mut text);
        let beginning = text.get(..BEGINNING).filter(|_| text.len() > BEGINNING);
        Self { opening: digest(text.get(..OPENING).unwrap_or(&text)), beginning: beginning.map(digest) }
    }
}

/// Adds a text as it is with whatever line ends: a copy may have others.
fn add_without_returns(text: &[u8], to: &mut Vec<u8>) {
    let mut start = 0;
    for at in memchr::memchr_iter(b'\r', text) {
        to.extend_from_slice(text.get(start..at).unwrap_or_default());
        start = at + 1;
    }
    to.extend_from_slice(text.get(start..).unwrap_or_default());
}

fn digest(part: Option<Form>, bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    if let Some(part) = part {
        part.hash(&mut hasher);
    }
    hasher.write(bytes);
    hasher.finish()
}

/// What is known of copies among logs.
#[derive(Default)]
pub(super) struct Copies {
    /// The copies: for each, by its place, the path of the log that is kept. Of two that have the same text that one is
    /// kept which has the name that SharePoint gave it, then one whose server is known, then one that lies in no archive,
    /// then the first; of a log and its beginning, the whole log.
    pub(super) kept: BTreeMap<usize, String>,
    /// Paths of logs that begin like others and cannot be read to their end: they count, and may be copies.
    pub(super) in_doubt: BTreeSet<String>,
}

/// Looks for copies among these logs.
pub(super) fn copies(logs: &[Log]) -> Copies {
    // One list, and no map of lists: as a rule each of thousands of logs begins in a way of its own.
    let mut beginnings: Vec<(Beginning, usize)> =
        logs.iter().enumerate().map(|(place, log)| (log.beginning, place)).collect();
    beginnings.sort_unstable();
    let mut copies = Copies::default();
    let mut add = |alike: &[(Beginning, usize)]| {
        if alike.len() > 1 {
            copies.add_group(logs, alike.iter().map(|(_, place)| *place));
        }
    };
    for alike in beginnings.chunk_by(|(one, _), (next, _)| one.opening == next.opening) {
        // Short ones come first, and any of the others may go on from them.
        if alike.first().is_some_and(|(first, _)| first.beginning.is_none()) {
            add(alike);
        } else {
            alike.chunk_by(|(one, _), (next, _)| one == next).for_each(&mut add);
        }
    }
    copies
}

/// A length, and the digest of as many bytes of a text, carriage returns apart.
type Part = (u64, [u8; 32]);

impl Copies {
    /// Looks for copies among logs that begin alike.
    fn add_group(&mut self, logs: &[Log], alike: impl Iterator<Item = usize>) {
        let mut texts = Vec::new();
        for (place, log) in alike.filter_map(|place| Some((place, logs.get(place)?))) {
            match parts(log, &[]).and_then(|parts| parts.last().copied()) {
                Some((whole, _)) => {
                    let Log { input, facts, .. } = log;
                    // Any folder may be taken for a server: it counts where the log has its own name.
                    let has_place = input.is_named_as_log() && facts.server.is_some();
                    let stray = (!input.is_named_as_log(), !has_place, input.is_member());
                    texts.push((whole, Reverse((stray, place)), log));
                }
                // What cannot be read to its end is nobody's copy.
                None => _ = self.in_doubt.insert(log.input.path.clone()),
            }
        }
        // Whatever may be a copy of another comes before it.
        texts.sort_by_key(|(length, preference, _)| (*length, *preference));
        let lengths: Vec<u64> = texts.iter().map(|(length, ..)| *length).collect();
        let mut known: BTreeMap<Part, Vec<usize>> = BTreeMap::new();
        for (length, Reverse((_, place)), log) in texts {
            let shorter = lengths.get(..lengths.partition_point(|other| *other < length)).unwrap_or_default();
            let Some(parts) = parts(log, shorter) else {
                self.in_doubt.insert(log.input.path.clone());
                continue;
            };
            for place in parts.iter().filter_map(|part| known.get(part)).flatten() {
                self.kept.insert(*place, log.input.path.clone());
            }
            if let Some(whole) = parts.last() {
                known.entry(*whole).or_default().push(place);
            }
        }
    }
}

/// The beginnings of a text that have these lengths, the shortest first, and the whole text behind them. `None` if it
/// cannot be read to its end.
fn parts(log: &Log, lengths: &[u64]) -> Option<Vec<Part>> {
    guarded(|| read_parts(log, lengths)).ok()?.ok()
}

fn read_parts(log: &Log, lengths: &[u64]) -> io::Result<Vec<Part>> {
    log.glance.with_text(&log.input, Segment::WHOLE, |reader| {
        let (mut hasher, mut length, mut parts) = (Sha256::new(), 0, Vec::new());
        let mut window = vec![0; 64 * 1024];
        let mut text = Vec::with_capacity(window.len());
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
                    text.clear();
                    add_without_returns(window.get(..read).unwrap_or_default(), &mut text);
                    hasher.update(&text);
                    length += text.len() as u64;
                }
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(cause),
            }
        }
        parts.push((length, hasher.finalize().into()));
        Ok(parts)
    })?
}
