//! Bytes become pieces: a header line and the bare lines under it. A segment owns the pieces whose header line
//! starts inside it; it reads past its end to finish the last one, and skips what starts before it.

use std::io::{self, Read};

use super::scanner::{Piece, Scanner};
use super::stretch::Stretch;
use crate::format::{Format, format_of};

/// Bytes of a line that are looked at. What SharePoint writes is far shorter; a longer line is cut from its
/// start, so that the cut does not depend on where a window of bytes ends.
pub const LINE_BOUND: usize = 64 * 1024;

/// Bytes read at a time.
const WINDOW: usize = 512 * 1024;

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
    let error = cutter.run(reader).err();
    (cutter.finish(), error)
}

struct Cutter<'e> {
    scanner: Scanner<'e>,
    format: &'static dyn Format,
    segment: Segment,
    /// The last piece of a window: bare lines may still follow.
    carried: Option<OwnedPiece>,
    /// No piece of ours has begun: bare lines belong to the segment before.
    waiting: bool,
    /// A line is being thrown away up to its end: the start of an over-long line was used already, or the
    /// segment begins inside it.
    skipping_line: bool,
    /// Lines of ours so far.
    lines: u64,
    done: bool,
}

/// A piece whose bytes have left the window.
struct OwnedPiece {
    line: Vec<u8>,
    bare: Vec<u8>,
    number: u64,
}

impl<'e> Cutter<'e> {
    fn new(scanner: Scanner<'e>, segment: Segment) -> Self {
        let format = format_of(scanner.kind());
        let waiting = segment.start > 0;
        Self {
            scanner,
            format,
            segment,
            carried: None,
            waiting,
            skipping_line: waiting,
            lines: 0,
            done: false,
        }
    }

    fn run(&mut self, reader: &mut dyn Read) -> io::Result<()> {
        let mut window = vec![0; WINDOW];
        let mut filled = 0usize;
        let mut offset = self.segment.start.saturating_sub(1).min(self.segment.start);
        loop {
            let outcome = read_some(reader, window.get_mut(filled..).unwrap_or_default());
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
            self.region(region, offset, open_line);
            if read == 0 || self.done {
                return outcome.map(|_| ());
            }
            window.copy_within(complete..filled, 0);
            offset += complete as u64;
            filled -= complete;
        }
    }

    /// Lines of a window. `open_line` says that the last of them is over-long and goes on in the next window.
    fn region(&mut self, region: &[u8], offset: u64, open_line: bool) {
        let mut pending: Option<Piece<'_>> = None;
        let mut position = 0usize;
        while position < region.len() {
            let rest = region.get(position..).unwrap_or_default();
            let (whole, next) = match memchr::memchr(b'\n', rest) {
                Some(newline) => (rest.get(..newline).unwrap_or(rest), position + newline + 1),
                None => (rest, region.len()),
            };
            let at = offset + position as u64;
            let ends_here = next < region.len() || !open_line;
            let skipped = std::mem::replace(&mut self.skipping_line, !ends_here);
            if !skipped {
                pending = self.line(region, position, whole, at, pending);
                if self.done {
                    return;
                }
            }
            position = next;
        }
        if let Some(piece) = pending {
            self.carried = Some(OwnedPiece::from(&piece));
        }
    }

    fn line<'w>(
        &mut self,
        region: &'w [u8],
        position: usize,
        whole: &'w [u8],
        at: u64,
        pending: Option<Piece<'w>>,
    ) -> Option<Piece<'w>> {
        let line = bounded(whole);
        if let Some(header) = self.format.header(line) {
            self.flush(pending);
            if at >= self.segment.end {
                self.done = true;
                return None;
            }
            self.waiting = false;
            self.lines += 1;
            self.scanner.line(line, is_cut(whole));
            let after = (position + whole.len() + 1).min(region.len());
            return Some(Piece {
                header,
                line,
                bare: region.get(after..after).unwrap_or_default(),
                number: self.lines,
            });
        }
        if self.waiting {
            // A piece of ours would have begun before the end.
            self.done = at >= self.segment.end;
            return pending;
        }
        self.lines += 1;
        self.scanner.line(line, is_cut(whole));
        self.bare_line(region, position, whole, line, pending)
    }

    fn bare_line<'w>(
        &mut self,
        region: &'w [u8],
        position: usize,
        whole: &'w [u8],
        line: &'w [u8],
        pending: Option<Piece<'w>>,
    ) -> Option<Piece<'w>> {
        if self.format.is_preamble(line) {
            // Nothing that follows it belongs to the record above it.
            self.flush(pending);
            return None;
        }
        if line.is_empty() {
            return pending;
        }
        match (pending, &mut self.carried) {
            (Some(mut piece), _) => {
                // Bare lines follow one another, so that together they are one slice of the window.
                let start = if piece.bare.is_empty() { position } else { position_in(region, piece.bare) };
                piece.bare = region.get(start..position + whole.len()).unwrap_or_default();
                Some(piece)
            }
            (None, Some(carried)) => {
                carried.append(line);
                None
            }
            (None, None) => {
                self.scanner.unparsed_line(line);
                None
            }
        }
    }

    /// The piece before is complete: hand it on.
    fn flush(&mut self, pending: Option<Piece<'_>>) {
        if let Some(carried) = self.carried.take()
            && let Some(header) = self.format.header(&carried.line)
        {
            {
                let piece =
                    Piece { header, line: &carried.line, bare: &carried.bare, number: carried.number };
                self.scanner.piece(&piece);
            }
        }
        if let Some(piece) = pending {
            self.scanner.piece(&piece);
        }
    }

    fn finish(mut self) -> Stretch {
        self.flush(None);
        self.scanner.finish(self.lines)
    }
}

impl OwnedPiece {
    fn from(piece: &Piece<'_>) -> Self {
        let mut owned = Self { line: piece.line.to_vec(), bare: Vec::new(), number: piece.number };
        for line in piece.bare.split(|byte| *byte == b'\n') {
            owned.append(bounded(line));
        }
        owned
    }

    /// Keeps a bare line; far more of them than a record's text has room for.
    fn append(&mut self, line: &[u8]) {
        if self.bare.len() < LINE_BOUND && !line.is_empty() {
            if !self.bare.is_empty() {
                self.bare.push(b'\n');
            }
            self.bare.extend_from_slice(line);
        }
    }
}

/// Where a slice of the region starts in it.
fn position_in(region: &[u8], slice: &[u8]) -> usize {
    (slice.as_ptr() as usize).saturating_sub(region.as_ptr() as usize)
}

/// A line cut at the bound, without the carriage returns it then ends with. Doing so twice changes nothing: a
/// line may pass through here on its way out of a window, and once more when it is folded into a record.
pub(super) fn bounded(line: &[u8]) -> &[u8] {
    let mut line = line.get(..LINE_BOUND).unwrap_or(line);
    while let [before @ .., b'\r'] = line {
        line = before;
    }
    line
}

/// The line has more than is looked at, a carriage return at its end not counted.
fn is_cut(whole: &[u8]) -> bool {
    whole.len() > LINE_BOUND + 1 || (whole.len() > LINE_BOUND && whole.last() != Some(&b'\r'))
}

fn read_some(reader: &mut dyn Read, target: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(target) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}
