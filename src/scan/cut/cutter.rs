//! A window of bytes becomes pieces: a header line and the bare lines under it. A segment owns the pieces whose header
//! line starts inside it.

use super::line::{LINE_BOUND, Line, behind_zeroes, bounded, is_cut, position_in};
use super::line_ends::LineEnds;
use super::owned_piece::OwnedPiece;
use super::segment::Segment;
use crate::format::memory::Memory;
use crate::format::stencil::Stencil;
use crate::format::{Format, Header, format_of};
use crate::model::kind::LogFamily;
use crate::scan::literals::sweep::{Sightings, Sweep};
use crate::scan::literals::words::Sighted;
use crate::scan::quiet::{Quiet, Run};
use crate::scan::record::incoming::continues_a_record;
use crate::scan::record::lane::TEXT_BOUND;
use crate::scan::scanner::{Held, Piece, Scanner};
use crate::scan::stretch::Stretch;

/// What was found in a window before its lines are read.
#[derive(Default)]
pub(in crate::scan) struct Marks {
    /// Where its lines end.
    ends: LineEnds,
    sightings: Sightings,
}
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a state of its own, and they occur in any combination"
)]
pub(in crate::scan) struct Cutter<'e> {
    scanner: Scanner<'e>,
    format: &'static dyn Format,
    /// The search for the literals of this family of logs.
    sweep: Option<&'e Sweep>,
    pub(in crate::scan) marks: Marks,
    /// How the lines before began.
    memory: Memory,
    /// What lines begin with that go on with a run. It fits none where there is no run.
    stencil: Stencil,
    /// Blank lines of a console stand behind the last piece.
    gap: bool,
    /// The window holds nothing but ASCII.
    plain: bool,
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

/// What is not decided yet in a window.
#[derive(Default)]
struct Ahead<'w> {
    /// The last piece: bare lines may still follow.
    piece: Option<Piece<'w>>,
    /// The record before it.
    held: Option<Held<'w>>,
    /// Quiet records behind that; there is no piece then.
    run: Option<Run<'w>>,
}

impl<'e> Cutter<'e> {
    pub(in crate::scan) fn new(scanner: Scanner<'e>, segment: Segment) -> Self {
        let format = format_of(scanner.kind());
        let waiting = segment.start > 0;
        Self {
            scanner,
            format,
            sweep: None,
            marks: Marks::default(),
            memory: Memory::default(),
            stencil: Stencil::default(),
            plain: false,
            gap: false,
            segment,
            carried: None,
            waiting,
            skipping_line: waiting,
            lines: 0,
            done: false,
        }
    }

    /// What follows belongs to the next segment.
    pub(in crate::scan) fn is_done(&self) -> bool {
        self.done
    }

    /// A line that began before the segment goes on here. If the segment ends as well, nothing begins in it, however
    /// long the line may be.
    pub(in crate::scan) fn is_passed_over(&self, offset: u64) -> bool {
        self.waiting && self.skipping_line && offset >= self.segment.end
    }

    /// Lines of a window. `open_line` says that the last of them is over-long and goes on in the next window.
    pub(in crate::scan) fn region(&mut self, region: &[u8], offset: u64, open_line: bool) {
        // A console's lines are looked at one by one: blank ones end its paragraphs.
        let spoken = matches!(self.scanner.kind().family(), LogFamily::Console | LogFamily::Export);
        self.marks.ends.find(region);
        self.plain = !spoken && self.marks.ends.is_ascii();
        let engine = self.scanner.engine;
        self.sweep = self.sweep.or_else(|| engine.sweep(self.scanner.kind().family(), region, self.format));
        if let Some(sweep) = self.sweep {
            sweep.open(region, &mut self.marks.sightings);
        }
        let mut open = Ahead::default();
        self.lines_of(region, offset, open_line, &mut open);
        self.end_run(&mut open);
        if let Some(piece) = open.piece.filter(|_| !self.done) {
            self.carried = Some(OwnedPiece::from(&piece));
        }
        if let Some(held) = open.held {
            self.scanner.settle(held);
        }
    }

    fn lines_of<'w>(&mut self, region: &'w [u8], offset: u64, open_line: bool, ahead: &mut Ahead<'w>) {
        let mut position = 0usize;
        while position < region.len() {
            position = self.lines_of_run(region, position, offset, ahead);
            if position >= region.len() {
                return;
            }
            let end = self.marks.ends.next();
            self.marks.ends.pass();
            let whole = region.get(position..end.unwrap_or(region.len())).unwrap_or_default();
            let next = end.map_or(region.len(), |end| end + 1);
            let at = offset + position as u64;
            let ends_here = next < region.len() || !open_line;
            let skipped = std::mem::replace(&mut self.skipping_line, !ends_here);
            if !skipped {
                self.line(region, position, whole, at, ahead);
                if self.done {
                    return;
                }
            }
            position = next;
        }
    }

    /// Lines that go on with a run, as a rule at the time of its last record: nearly all lines of an upgrade log. Returns
    /// where the first stands that does not.
    fn lines_of_run<'w>(
        &mut self,
        region: &'w [u8],
        mut position: usize,
        offset: u64,
        ahead: &mut Ahead<'w>,
    ) -> usize {
        let Some(run) = &mut ahead.run else { return position };
        while offset + (position as u64) < self.segment.end {
            let Some(end) = self.marks.ends.next() else { break };
            let whole = region.get(position..end).unwrap_or_default();
            let line = bounded(whole);
            let Some(fit) = self.stencil.fits(line) else { break };
            self.marks.ends.pass();
            position = end + 1;
            self.count(line, whole);
            let (number, sighted) = (self.lines, self.sighted(region, fit.message));
            if self.scanner.go_on_with(run, &mut self.stencil, fit, line, number, sighted) {
                continue;
            }
            if let Some(header) = self.format.header_after(line, &mut self.memory) {
                self.close_run(header.message, ahead);
                self.flush(ahead);
                ahead.piece = Some(Piece { header, line, bare: b"", number, sighted });
            }
            break;
        }
        position
    }

    fn line<'w>(
        &mut self,
        region: &'w [u8],
        position: usize,
        whole: &'w [u8],
        at: u64,
        ahead: &mut Ahead<'w>,
    ) {
        let line = bounded(whole);
        let place = Line { region, whole, read: line, at };
        if let Some(header) = self.format.header_after(line, &mut self.memory) {
            self.record(&header, &place, ahead);
            return;
        }
        // A server that lost power leaves a block of zeroes, and goes on behind it.
        let written = behind_zeroes(whole);
        if written.len() < whole.len()
            && let Some(header) = self.format.header_after(bounded(written), &mut self.memory)
        {
            let place = Line { whole: written, read: bounded(written), ..place };
            self.record(&header, &place, ahead);
            return;
        }
        if self.waiting {
            // A piece of ours would have begun before the end.
            self.done = at >= self.segment.end;
            return;
        }
        self.count(line, whole);
        self.bare_line(region, position, whole, line, ahead);
    }

    /// A line that opens a record.
    fn record<'w>(&mut self, header: &Header<'w>, place: &Line<'w>, ahead: &mut Ahead<'w>) {
        let Line { region, whole, read: line, at } = *place;
        if at >= self.segment.end {
            self.flush(ahead);
            self.done = true;
            return;
        }
        self.waiting = false;
        self.count(line, whole);
        let number = self.lines;
        let sighted = self.sighted(region, header.message);
        let quiet = self.scanner.quiet(header, line, number, sighted);
        if quiet.is_some_and(|quiet| self.run_on(region, &quiet, ahead)) {
            self.format.trace(header, &mut self.stencil);
        } else {
            self.flush(ahead);
            ahead.piece = Some(Piece { header: *header, line, bare: b"", number, sighted });
        }
    }

    /// Whether a record is one of a run of quiet ones, and need not be put together.
    fn run_on<'w>(&mut self, region: &'w [u8], quiet: &Quiet<'w>, ahead: &mut Ahead<'w>) -> bool {
        if let Some(run) = &mut ahead.run {
            return self.scanner.go_on(run, &mut self.stencil, quiet);
        }
        self.flush(ahead);
        ahead.run = self.scanner.begin_run(region, *quiet, &mut ahead.held);
        ahead.run.is_some()
    }

    /// The last record of a run may be quiet no more: it becomes a piece again.
    fn end_run(&mut self, ahead: &mut Ahead<'_>) {
        let Some(run) = ahead.run.take() else { return };
        let Quiet { line, number, sighted, .. } = self.scanner.end_run(run, &mut self.stencil);
        self.stencil.clear();
        let header = self.format.header_after(line, &mut self.memory);
        let sighted = Some(sighted);
        ahead.piece = header.map(|header| Piece { header, line, bare: b"", number, sighted });
    }

    /// A record of the writer and the level of a run follows, with this message. Unless it goes on with the last one of
    /// the run, that is complete, and need not become a piece.
    fn close_run(&mut self, message: &[u8], ahead: &mut Ahead<'_>) {
        if continues_a_record(message) {
            return;
        }
        if let Some(run) = ahead.run.take() {
            self.scanner.close_run(run, &mut self.stencil);
            self.stencil.clear();
        }
    }

    fn count(&mut self, line: &[u8], whole: &[u8]) {
        self.lines += 1;
        if !self.plain || whole.len() > LINE_BOUND {
            self.scanner.line(line, is_cut(whole));
        }
    }

    /// What the literals in a message of the window say.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "every line of a log is asked for them, and most have none")]
    fn sighted(&mut self, region: &[u8], message: &[u8]) -> Option<Sighted> {
        if message.len() > TEXT_BOUND {
            return None;
        }
        let mask = self.sweep?.mask_in(&mut self.marks.sightings, region, message);
        if mask == 0 {
            return Some(Sighted::default());
        }
        Some(match self.scanner.kind().family() {
            LogFamily::Upgrade => self.scanner.meaning.sighted(mask, self.marks.sightings.ends()),
            _ => Sighted { mask, titled: None },
        })
    }

    fn bare_line<'w>(
        &mut self,
        region: &'w [u8],
        position: usize,
        whole: &'w [u8],
        line: &'w [u8],
        ahead: &mut Ahead<'w>,
    ) {
        if self.format.is_preamble(line) {
            // Nothing that follows it belongs to the record above it.
            self.flush(ahead);
            return;
        }
        if self.format.is_gap(line) {
            self.gap = true;
            return;
        }
        if line.is_empty() {
            return;
        }
        if std::mem::take(&mut self.gap) && !self.format.spans_gap(line) {
            self.gap = true;
            self.flush(ahead);
        }
        self.end_run(ahead);
        match (&mut ahead.piece, &mut self.carried) {
            (Some(piece), _) => {
                // Bare lines follow one another, so that together they are one slice of the window.
                let start = if piece.bare.is_empty() { position } else { position_in(region, piece.bare) };
                piece.bare = region.get(start..position + whole.len()).unwrap_or_default();
            }
            (None, Some(carried)) => carried.append(line),
            (None, None) => self.scanner.unparsed_line(line),
        }
    }

    /// The piece before is complete: hand it on.
    fn flush(&mut self, ahead: &mut Ahead<'_>) {
        self.scanner.ends_paragraph = std::mem::take(&mut self.gap);
        self.flush_carried();
        self.end_run(ahead);
        if let Some(piece) = &ahead.piece {
            self.scanner.piece(piece, &mut ahead.held);
        }
        ahead.piece = None;
    }

    fn flush_carried(&mut self) {
        let Some(carried) = self.carried.take() else { return };
        let Some(header) = self.format.header(&carried.line) else { return };
        let (line, bare, number) = (&carried.line, &carried.bare, carried.number);
        let mut held = None;
        self.scanner.piece(&Piece { header, line, bare, number, sighted: None }, &mut held);
        if let Some(held) = held {
            self.scanner.settle(held);
        }
    }

    /// No window follows.
    pub(in crate::scan) fn finish(mut self) -> Stretch {
        self.scanner.ends_paragraph = self.gap;
        self.flush_carried();
        self.scanner.finish(self.lines)
    }
}
