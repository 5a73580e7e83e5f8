//! Bytes become pieces: a header line and the bare lines under it. A segment owns the pieces whose header line
//! starts inside it; it reads past its end to finish the last one, and skips what starts before it.

use std::cell::Cell;
use std::io::{self, Read};

use super::cutter::{Cutter, Marks};
use super::line::LINE_BOUND;
use crate::scan::scanner::Scanner;
use crate::scan::stretch::Stretch;

/// Bytes read at a time.
const WINDOW: usize = 512 * 1024;

/// Bytes read past the end of a segment at a time, to finish its last record.
const MARGIN: usize = 8 * 1024;

thread_local! {
    /// The memory of the segment before: fresh memory costs more than the scan of a small file.
    static KEPT: Cell<Kept> = Cell::default();
}

#[derive(Default)]
struct Kept {
    window: Vec<u8>,
    marks: Marks,
}

/// A range of a source: from `start` up to, but not including, `end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segment {
    /// First byte.
    pub start: u64,
    /// First byte that is not part of it; `u64::MAX` for the rest of the source.
    pub end: u64,
}

impl Segment {
    /// The whole of a source.
    pub const WHOLE: Self = Self { start: 0, end: u64::MAX };
}

/// Scans one segment. The reader stands at byte 0 for the first segment, else at `start - 1`: the byte before
/// the segment tells whether a line starts with it.
///
/// # Errors
/// Those of the reader. What was read before it is kept: the stretch comes back beside the error.
pub fn scan(scanner: Scanner<'_>, segment: Segment, reader: &mut dyn Read) -> (Stretch, Option<io::Error>) {
    let mut cutter = Cutter::new(scanner, segment);
    let outcome = with_kept(&mut cutter, |cutter, window| {
        window.resize(WINDOW, 0);
        read(cutter, segment, reader, window)
    });
    (cutter.finish(), outcome.err())
}

/// Scans a whole source that is at hand, as [`scan`] does; a short one is not copied for it.
pub fn scan_text(scanner: Scanner<'_>, mut text: &[u8]) -> Stretch {
    if text.len() > LINE_BOUND {
        // Reading a slice cannot fail.
        return scan(scanner, Segment::WHOLE, &mut text).0;
    }
    let mut cutter = Cutter::new(scanner, Segment::WHOLE);
    with_kept(&mut cutter, |cutter, _| {
        let (lines, rest) = text.split_at(memchr::memrchr(b'\n', text).map_or(0, |end| end + 1));
        cutter.region(lines, 0, false);
        cutter.region(rest, lines.len() as u64, false);
    });
    cutter.finish()
}

/// Works with the memory of the segment before.
fn with_kept<'e, T>(cutter: &mut Cutter<'e>, work: impl FnOnce(&mut Cutter<'e>, &mut Vec<u8>) -> T) -> T {
    let Kept { mut window, marks } = KEPT.take();
    cutter.marks = marks;
    let done = work(cutter, &mut window);
    KEPT.set(Kept { window, marks: std::mem::take(&mut cutter.marks) });
    done
}

fn read(
    cutter: &mut Cutter<'_>,
    segment: Segment,
    reader: &mut dyn Read,
    window: &mut [u8],
) -> io::Result<()> {
    let mut filled = 0usize;
    let mut offset = segment.start.saturating_sub(1);
    loop {
        let end = reach(segment, offset).clamp(filled + MARGIN.min(WINDOW - filled), WINDOW);
        let outcome = read_some(reader, window.get_mut(filled..end).unwrap_or_default());
        // What was read before an error is still read: to the last line as it stands.
        let read = outcome.as_ref().map_or(0, |read| *read);
        filled += read;
        let bytes = window.get(..filled).unwrap_or_default();
        let complete = match memchr::memrchr(b'\n', bytes) {
            _ if read == 0 => filled,
            Some(newline) => newline + 1,
            // Surely longer than the bound, even if a carriage return and a newline came next.
            None if filled > LINE_BOUND + 1 => filled,
            None => 0,
        };
        let region = bytes.get(..complete).unwrap_or_default();
        let open_line = complete > 0 && region.last() != Some(&b'\n') && read > 0;
        cutter.region(region, offset, open_line);
        if read == 0 || cutter.is_done() {
            return outcome.map(|_| ());
        }
        window.copy_within(complete..filled, 0);
        offset += complete as u64;
        filled -= complete;
        if cutter.is_passed_over(offset) {
            return Ok(());
        }
    }
}

/// How much of a window that begins here belongs to the segment, with some of what follows to finish it.
fn reach(segment: Segment, offset: u64) -> usize {
    usize::try_from(segment.end.saturating_sub(offset)).map_or(WINDOW, |rest| rest.saturating_add(MARGIN))
}

fn read_some(reader: &mut dyn Read, target: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(target) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}
