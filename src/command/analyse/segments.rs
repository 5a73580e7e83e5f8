//! A large file is cut into segments, which threads scan side by side and in order: each is joined to what stands
//! before it as soon as that is there, so that the parts of a file are never all in memory.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::look::Log;
use crate::command::input::open;
use crate::command::progress::Progress;
use crate::scan::cut::segment::{Segment, scan, scan_text};
use crate::scan::join::join;
use crate::scan::rules::engine::Engine;
use crate::scan::scanner::Scanner;
use crate::scan::source::SourceFacts;
use crate::scan::stretch::Stretch;

/// One or more neighbouring segments.
#[derive(Default)]
pub(super) struct Part {
    pub(super) stretch: Stretch,
    /// Bytes of text.
    pub(super) bytes: u64,
    /// What kept it from being read to its end.
    pub(super) error: Option<String>,
}

/// Scans a log in segments of so many bytes.
pub(super) fn scan_log(
    engine: &Engine,
    facts: &SourceFacts,
    log: &Log,
    segment: u64,
    progress: &Progress,
) -> Part {
    let segments = plan(log, segment);
    if let [only] = segments.as_slice() {
        return part(engine, facts, log, *only, progress);
    }
    let next = AtomicUsize::new(0);
    let row = Row { engine, facts, state: Mutex::default() };
    (0..rayon::current_num_threads()).into_par_iter().for_each(|_| {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(segment) = segments.get(index) else { return };
            row.add(index, part(engine, facts, log, *segment, progress));
        }
    });
    row.whole()
}

/// Parts of a file on their way to become one.
struct Row<'e> {
    engine: &'e Engine,
    facts: &'e SourceFacts,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Everything before the part that is wanted next; nobody has it while it is joined.
    whole: Option<Part>,
    /// Index of the part that is wanted next.
    wanted: usize,
    /// Parts that are wanted later.
    waiting: BTreeMap<usize, Part>,
    joining: bool,
}

impl Row<'_> {
    /// Adds a part, and joins what can be joined unless another thread is at it.
    fn add(&self, index: usize, part: Part) {
        let mut state = self.state();
        state.waiting.insert(index, part);
        while !state.joining {
            let wanted = state.wanted;
            let Some(next) = state.waiting.remove(&wanted) else { return };
            state.wanted += 1;
            let Some(whole) = state.whole.take() else {
                state.whole = Some(next);
                continue;
            };
            state.joining = true;
            drop(state);
            let whole = self.joined(whole, next);
            state = self.state();
            state.whole = Some(whole);
            state.joining = false;
        }
    }

    fn joined(&self, left: Part, right: Part) -> Part {
        Part {
            stretch: join(self.engine, self.facts, left.stretch, right.stretch),
            bytes: left.bytes + right.bytes,
            error: left.error.or(right.error),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn whole(self) -> Part {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).whole.unwrap_or_default()
    }
}

fn part(engine: &Engine, facts: &SourceFacts, log: &Log, segment: Segment, progress: &Progress) -> Part {
    let scanner = Scanner::new(engine, facts, segment.start == 0);
    if let Some(text) = log.glance.whole_text().filter(|_| segment == Segment::WHOLE) {
        progress.advance(text.len() as u64);
        return Part { stretch: scan_text(scanner, text), bytes: text.len() as u64, error: None };
    }
    let mut bytes = 0;
    let scanned = log.glance.with_text(&log.input, segment, |reader| {
        let mut counted = Counted { inner: reader, bytes: 0, progress };
        let outcome = scan(scanner, segment, &mut counted);
        bytes = counted.bytes;
        outcome
    });
    match scanned {
        Ok((stretch, error)) => Part { stretch, bytes, error: error.map(|error| broken_off(&error)) },
        Err(error) => Part { error: Some(format!("cannot be read: {error}")), ..Part::default() },
    }
}

fn broken_off(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => {
            "the file is truncated: what comes before the break was read".to_owned()
        }
        _ => format!("reading broke off: {error}"),
    }
}

/// Plain files are cut; UTF-16, archive members and copies of which something is undone can only be read from their start.
fn plan(log: &Log, segment: u64) -> Vec<Segment> {
    let splittable = open::plain_file(&log.input).is_some() && log.glance.is_plain();
    let size = log.glance.size.filter(|_| splittable).unwrap_or(0);
    cut(size, segment.max(1), rayon::current_num_threads() as u64)
}

/// So many bytes, cut into segments of this length. The last few are shorter, so that no thread works alone for long.
fn cut(size: u64, segment: u64, threads: u64) -> Vec<Segment> {
    const SHARES: u64 = 4;
    let count = size / segment;
    let mut starts = vec![0];
    if count > 1 {
        let (long, short) = (count.saturating_sub(threads), segment.div_ceil(SHARES));
        let rest = size - long * segment;
        starts = (0..long).map(|index| index * segment).collect();
        starts.extend((0..rest / short).map(|index| long * segment + index * short));
    }
    // The last one reads on: the file may have grown.
    let ends = starts.iter().skip(1).copied().chain([u64::MAX]);
    starts.iter().zip(ends).map(|(start, end)| Segment { start: *start, end }).collect()
}

/// Tells the progress bar what was read.
struct Counted<'a> {
    inner: &'a mut dyn Read,
    bytes: u64,
    progress: &'a Progress,
}

impl Read for Counted<'_> {
    fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(target)?;
        self.bytes += read as u64;
        self.progress.advance(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::{Segment, cut};

    #[test]
    fn segments_cover_a_file_and_the_last_are_short() {
        let starts = |size, threads| -> Vec<u64> {
            let segments = cut(size, 8, threads);
            assert!(segments.windows(2).all(|pair| matches!(pair, [a, b] if a.end == b.start)));
            assert_eq!(segments.last().map(|segment| segment.end), Some(u64::MAX));
            segments.into_iter().map(|segment| segment.start).collect()
        };
        for (size, threads, expected) in [
            (0, 2, vec![0]),
            (15, 2, vec![0]),
            (16, 2, vec![0, 2, 4, 6, 8, 10, 12, 14]),
            (27, 2, vec![0, 8, 10, 12, 14, 16, 18, 20, 22, 24]),
            (32, 1, vec![0, 8, 16, 24, 26, 28, 30]),
        ] {
            assert_eq!(starts(size, threads), expected, "{size} bytes, {threads} threads");
        }
        assert_eq!(cut(3, 1, 1).len(), 3);
        assert_eq!(cut(u64::MAX, u64::MAX, 2), [Segment::WHOLE]);
    }
}
