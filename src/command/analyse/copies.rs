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

/// Logs that have the same text.
#[derive(Default)]
struct Alike {
    /// Their places, in the order of [`Copies::kept`]: the last one comes first there.
    places: Vec<usize>,
    /// The place of the longest log that goes on from this text.
    longer: Option<usize>,
}

/// A log that can be read to its end.
struct Whole<'l> {
    text: Part,
    /// The longest beginning that ends at a mark.
    beginning: Part,
    /// What it has against it, and its place.
    preference: Reverse<((bool, bool, bool, usize), usize)>,
    log: &'l Log,
}

impl Copies {
    /// Looks for copies among logs that begin alike.
    fn add_group(&mut self, logs: &[Log], alike: impl Iterator<Item = usize>) {
        let mut wholes = Vec::new();
        for (place, log) in alike.filter_map(|place| Some((place, logs.get(place)?))) {
            match Whole::of(log, place) {
                Some(whole) => wholes.push(whole),
                // What cannot be read to its end is nobody's copy.
                None => _ = self.in_doubt.insert(log.input.path.clone()),
            }
        }
        // Whatever may be a copy of another comes before it.
        wholes.sort_by_key(|whole| (whole.length(), whole.preference));
        let shortest = wholes.first().map_or(0, Whole::length);
        // Of thousands of logs that begin alike few are as long as another one and begin like it up to near its end.
        let mut lengths: BTreeMap<Part, Vec<u64>> = BTreeMap::new();
        for whole in &wholes {
            lengths.entry(whole.beginning).or_default().push(whole.length());
        }
        lengths.values_mut().for_each(Vec::dedup);
        let mut known: BTreeMap<Part, Alike> = BTreeMap::new();
        for Whole { text, preference: Reverse((_, place)), log, .. } in wholes {
            let shorter = |mark: Part| {
                let lengths = lengths.get(&mark).into_iter().flatten();
                lengths.copied().take_while(|other| *other < text.0).collect()
            };
            let parts = if text.0 == shortest { Some(vec![text]) } else { parts(log, shorter) };
            let Some(parts) = parts else {
                self.in_doubt.insert(log.input.path.clone());
                continue;
            };
            let Some((text, shorter)) = parts.split_last() else { continue };
            for part in shorter {
                if let Some(alike) = known.get_mut(part) {
                    alike.longer = Some(place);
                }
            }
            known.entry(*text).or_default().places.push(place);
        }
        for alike in known.values() {
            self.keep_one(logs, alike);
        }
    }

    /// Of logs with the same text, and the longest that goes on from it, one is kept.
    fn keep_one(&mut self, logs: &[Log], alike: &Alike) {
        let Some(kept) = alike.longer.or(alike.places.last().copied()) else { return };
        let Some(log) = logs.get(kept) else { return };
        for place in alike.places.iter().filter(|place| **place != kept) {
            self.kept.insert(*place, log.input.path.clone());
        }
    }
}

impl<'l> Whole<'l> {
    fn of(log: &'l Log, place: usize) -> Option<Self> {
        let mut beginning = Part::default();
        let parts = parts(log, |mark| {
            beginning = mark;
            Vec::new()
        })?;
        let text = *parts.last()?;
        let Log { input, facts, .. } = log;
        // Any folder may be taken for a server: it counts where the log has its own name.
        let has_place = input.is_named_as_log() && facts.server.is_some();
        // What makes copies adds to a name: ` - Copy`, ` (1)`, a server.
        let longer = input.file_name().len();
        let stray = (!input.is_named_as_log(), !has_place, input.is_member(), longer);
        Some(Self { text, beginning, preference: Reverse((stray, place)), log })
    }

    fn length(&self) -> u64 {
        self.text.0
    }
}

/// The mark behind this one. Texts are compared at marks first; a text is longer by an eighth at most than its beginning up
/// to its last mark.
fn next_mark(mark: u64) -> u64 {
    mark.saturating_add((mark / 8).max(64))
}

/// The beginnings of a text that are asked for, the shortest first, and the whole text behind them. At each mark `asked`
/// tells, given the beginning up to there, which lengths before the next one are asked for, the shortest first. `None` if the
/// text cannot be read to its end.
fn parts(log: &Log, asked: impl FnMut(Part) -> Vec<u64>) -> Option<Vec<Part>> {
    guarded(|| read_parts(log, asked)).ok()?.ok()
}

fn read_parts(log: &Log, asked: impl FnMut(Part) -> Vec<u64>) -> io::Result<Vec<Part>> {
    log.glance.with_text(&log.input, Segment::WHOLE, |reader| {
        let mut cut = Cut::new(asked);
        let mut window = vec![0; 64 * 1024];
        let mut text = Vec::with_capacity(window.len());
        loop {
            match reader.read(&mut window) {
                Ok(0) => break,
                Ok(read) => {
                    text.clear();
                    add_without_returns(window.get(..read).unwrap_or_default(), &mut text);
                    cut.add(&text);
                }
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(cause),
            }
        }
        let whole = cut.part();
        cut.parts.push(whole);
        Ok(cut.parts)
    })?
}

/// A text that is read, as far as it was.
struct Cut<F> {
    hasher: Sha256,
    length: u64,
    /// The next mark.
    mark: u64,
    /// Lengths before the next mark that are asked for, the longest first.
    ahead: Vec<u64>,
    parts: Vec<Part>,
    asked: F,
}

impl<F: FnMut(Part) -> Vec<u64>> Cut<F> {
    fn new(asked: F) -> Self {
        let (ahead, parts) = (Vec::new(), Vec::new());
        let mut cut = Self { hasher: Sha256::new(), length: 0, mark: 0, ahead, parts, asked };
        cut.stop();
        cut
    }

    fn part(&self) -> Part {
        (self.length, self.hasher.clone().finalize().into())
    }

    fn add(&mut self, mut text: &[u8]) {
        while !text.is_empty() {
            let next = self.ahead.last().map_or(self.mark, |asked| self.mark.min(*asked));
            let room = usize::try_from(next.saturating_sub(self.length)).unwrap_or(usize::MAX);
            let (now, rest) = text.split_at(room.min(text.len()));
            self.hasher.update(now);
            self.length += now.len() as u64;
            text = rest;
            self.stop();
        }
    }

    /// Takes down what ends here.
    fn stop(&mut self) {
        if self.length == self.mark {
            self.mark = next_mark(self.mark);
            let part = self.part();
            self.ahead = (self.asked)(part);
            self.ahead.reverse();
        }
        while self.ahead.pop_if(|asked| *asked <= self.length).is_some() {
            let part = self.part();
            self.parts.push(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::{Cut, Part};

    /// The lengths at which a text is taken down, where these lengths are known of another text, and at which marks.
    fn taken_down(text: &[u8], other: &[u8], lengths: &[u64]) -> Vec<u64> {
        let mut known: Vec<(Part, u64)> = Vec::new();
        let mut marks: Vec<Part> = Vec::new();
        let mut cut = Cut::new(|mark: Part| {
            marks.push(mark);
            Vec::new()
        });
        cut.add(other);
        drop(cut);
        for length in lengths {
            let mark = marks.iter().rfind(|(mark, _)| mark <= length).unwrap();
            known.push((*mark, *length));
        }
        let mut cut = Cut::new(|mark: Part| {
            known.iter().filter(|(known, _)| *known == mark).map(|(_, length)| *length).collect()
        });
        text.chunks(100).for_each(|chunk| cut.add(chunk));
        let whole: [u8; 32] = Sha256::digest(text).into();
        assert_eq!(cut.part(), (text.len() as u64, whole));
        for (length, digest) in &cut.parts {
            let begin: [u8; 32] = Sha256::digest(&text[..usize::try_from(*length).unwrap()]).into();
            assert_eq!(*digest, begin, "{length}");
        }
        cut.parts.iter().map(|(length, _)| *length).collect()
    }

    #[test]
    fn a_text_is_taken_down_only_at_lengths_of_texts_that_begin_like_it() {
        let text: Vec<u8> = (0..=250).cycle().take(3000).collect();
        let mut other = text.clone();
        other[1000] = 255;
        let lengths = [600, 640, 650, 900, 1001, 1500, 2000, 2900];
        assert_eq!(taken_down(&text, &text, &lengths), lengths);
        assert_eq!(taken_down(&text, &other, &lengths), [600, 640, 650, 900, 1001]);
        assert_eq!(taken_down(&text, b"", &[0]), [0]);
    }
}
