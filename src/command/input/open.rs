//! An input is opened: a head to recognise it by, then its bytes as UTF-8 or single bytes, from the start or,
//! for a plain file, from anywhere. A plain file is opened once: of thousands of small ones that is most of the cost.

use std::borrow::Cow;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use super::archive::{gunzipped, open_gzip};
use super::at::At;
use super::bounded::bounded;
use super::{Input, Source};
use crate::format::pasted::Pasted;
use crate::model::byte_limit::ByteLimit;
use crate::scan::cut::segment::Segment;
use crate::text::charset::{Encoding, Utf16Reader};

/// Bytes at the start by which an input is recognised.
pub const HEAD: usize = 64 * 1024;

thread_local! {
    /// The head of the input before: memory that goes back and forth costs more than reading a small file.
    static KEPT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// What the first look at an input shows.
#[derive(Debug)]
pub struct Glance {
    /// Its first bytes, as text bytes: UTF-16 is decoded, a byte order mark is gone.
    pub head: Vec<u8>,
    /// Its last bytes, for plain files that are longer than the head; may begin inside a line.
    pub tail: Vec<u8>,
    /// How it is encoded.
    pub encoding: Encoding,
    /// Bytes, if they can be known without reading all.
    pub size: Option<u64>,
    /// The first look itself ran into an error: what came before it is in `head`.
    pub error: Option<io::Error>,
    /// The head is all there is.
    pub whole: bool,
    /// What was done to it, if it is a copy of a log: the head and the text that is handed out are without it.
    pub pasted: Pasted,
    /// Lines, counted from 1, that are not handed out: they are of exports, which are read by themselves.
    hidden: Vec<Range<u64>>,
    /// The plain file, still open.
    file: Option<File>,
}

/// Takes the first look.
///
/// # Errors
/// The input cannot be opened at all.
pub fn glance(input: &Input) -> io::Result<Glance> {
    let mut raw = KEPT.take();
    let Some(path) = plain_file(input) else {
        raw.clear();
        raw.reserve(HEAD);
        let error = with_raw(input, 0, |reader| reader.take(HEAD as u64).read_to_end(&mut raw).err())?;
        return glanced(raw, error);
    };
    // On Windows this shares reading, writing and deleting: a log that is being written stays writable.
    let file = File::open(path)?;
    let (read, error) = fill(&file, &mut raw);
    let glance = glanced(raw, error)?;
    if glance.error.is_none() && read < HEAD as u64 {
        return Ok(Glance { size: Some(read), whole: true, ..glance });
    }
    let size = file.metadata()?.len();
    let mut tail = Vec::new();
    if size > HEAD as u64 && !glance.encoding.is_utf16() {
        At::new(&file, size - HEAD as u64).take(HEAD as u64).read_to_end(&mut tail)?;
    }
    Ok(Glance { size: Some(size), tail, file: Some(file), ..glance })
}

/// Reads the head, in as few calls as it takes: one for a small file, and one to learn that it has ended.
fn fill(mut file: &File, raw: &mut Vec<u8>) -> (u64, Option<io::Error>) {
    // What is left of the input before need not be overwritten twice.
    raw.resize(HEAD, 0);
    let (mut filled, mut error) = (0, None);
    while filled < HEAD && error.is_none() {
        match file.read(raw.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => error = Some(cause),
        }
    }
    raw.truncate(filled);
    (filled as u64, error)
}

fn glanced(raw: Vec<u8>, error: Option<io::Error>) -> io::Result<Glance> {
    let encoding = Encoding::detect(&raw);
    let head = decoded(raw, encoding)?;
    Ok(Glance {
        head,
        tail: Vec::new(),
        encoding,
        size: None,
        error,
        whole: false,
        pasted: Pasted::default(),
        hidden: Vec::new(),
        file: None,
    })
}

fn decoded(mut raw: Vec<u8>, encoding: Encoding) -> io::Result<Vec<u8>> {
    match encoding {
        Encoding::Utf16Le | Encoding::Utf16Be => {
            let mut text = Vec::new();
            Utf16Reader::new(raw.as_slice(), encoding).read_to_end(&mut text)?;
            Ok(text)
        }
        Encoding::Utf8Bom => {
            raw.drain(..3.min(raw.len()));
            Ok(raw)
        }
        Encoding::Bytes => Ok(raw),
    }
}

impl Glance {
    /// Hands the bytes of a segment to `use_reader`, as [`with_text`] does, from what is open or read already.
    ///
    /// # Errors
    /// The input cannot be opened. Errors while reading are the business of `use_reader`.
    pub fn with_text<T>(
        &self,
        input: &Input,
        segment: Segment,
        use_reader: impl FnOnce(&mut dyn Read) -> T,
    ) -> io::Result<T> {
        if self.whole {
            let from = usize::try_from(segment.start.saturating_sub(1)).unwrap_or(usize::MAX);
            return Ok(use_reader(&mut self.head.get(from..).unwrap_or_default()));
        }
        let undo = |text: &mut dyn Read| undone(text, (self.pasted, &self.hidden), use_reader);
        match &self.file {
            Some(file) => {
                let mut raw = At::new(file, offset(self.encoding, segment));
                Ok(as_text(&mut raw, self.encoding, segment, undo))
            }
            None => with_text(input, self.encoding, segment, undo),
        }
    }

    /// What is seen of the text: its first bytes, and its last if these are not all.
    pub fn samples(&self) -> [&[u8]; 2] {
        [&self.head, &self.tail]
    }

    /// The last line has no end, as far as that was seen.
    pub fn ends_within_a_line(&self) -> bool {
        let last = if self.whole { self.head.last() } else { self.tail.last() };
        self.pasted.is_none() && last.is_some_and(|last| !matches!(last, b'\n' | b'\r' | 0))
    }

    /// Undoes what was done to a copy of a log.
    pub fn undo(&mut self, pasted: Pasted) {
        self.pasted = pasted;
        if !pasted.is_none() {
            self.head = pasted.undone(&self.head);
            self.tail = pasted.undone(&self.tail);
        }
    }

    /// Hides lines that are of exports; their numbers stay. What is left of the head tells whether it is a log still.
    pub fn hide(&mut self, lines: Vec<Range<u64>>) {
        if let Cow::Owned(head) = without(&self.head, &lines) {
            self.head = head;
        }
        self.hidden = lines;
    }

    /// Some lines are hidden.
    pub fn hides(&self) -> bool {
        !self.hidden.is_empty()
    }

    /// It is a copy that is too long to be undone whole: what stands behind the bound is read as it stands.
    pub fn is_overlong_copy(&self) -> bool {
        !self.pasted.is_none() && self.size.is_some_and(|size| size > LONGEST_COPY)
    }

    /// The text can be read from anywhere.
    pub fn is_plain(&self) -> bool {
        self.pasted.is_none() && self.hidden.is_empty() && !self.encoding.is_utf16()
    }

    /// All of the text, if it is at hand.
    pub fn whole_text(&self) -> Option<&[u8]> {
        self.whole.then_some(&self.head)
    }

    /// Lets go of what was read and of the file: all is decided that the first look decides.
    pub fn forget(&mut self) {
        let head = std::mem::take(&mut self.head);
        if head.capacity() >= HEAD {
            KEPT.set(head);
        }
        self.tail = Vec::new();
        self.whole = false;
        self.file = None;
    }
}

/// Hands the bytes of a segment to `use_reader`: from the start of the text for the first segment, else from one
/// byte before it, as a scan wants them.
///
/// # Errors
/// The input cannot be opened. Errors while reading are the business of `use_reader`.
pub fn with_text<T>(
    input: &Input,
    encoding: Encoding,
    segment: Segment,
    use_reader: impl FnOnce(&mut dyn Read) -> T,
) -> io::Result<T> {
    with_raw(input, offset(encoding, segment), |raw| as_text(raw, encoding, segment, use_reader))
}

/// All bytes of an input as they are; `None` if there are more than `most`.
///
/// # Errors
/// The input cannot be read.
pub fn whole(input: &Input, most: ByteLimit) -> io::Result<Option<Vec<u8>>> {
    with_raw(input, 0, |reader| bounded(reader, most))?
}

/// The first byte of the file that a scan of the segment wants.
fn offset(encoding: Encoding, segment: Segment) -> u64 {
    let mark = if encoding == Encoding::Utf8Bom { 3 } else { 0 };
    mark + segment.start.saturating_sub(1)
}

fn as_text<T>(
    raw: &mut dyn Read,
    encoding: Encoding,
    segment: Segment,
    use_reader: impl FnOnce(&mut dyn Read) -> T,
) -> T {
    if segment.start == 0 && encoding.is_utf16() {
        return use_reader(&mut Utf16Reader::new(raw, encoding));
    }
    use_reader(raw)
}

/// Most bytes of a copy that are undone: it is held in memory whole. Hardly anybody pastes more, and who does is told.
pub const LONGEST_COPY: u64 = 64 << 20;

/// Hands out the text of a log as it was before it was copied.
fn undone<T>(
    text: &mut dyn Read,
    (pasted, hidden): (Pasted, &[Range<u64>]),
    use_reader: impl FnOnce(&mut dyn Read) -> T,
) -> T {
    if pasted.is_none() && hidden.is_empty() {
        return use_reader(text);
    }
    let mut copy = Vec::new();
    let error = (&mut *text).take(LONGEST_COPY).read_to_end(&mut copy).err();
    let copy = pasted.undone(&without(&copy, hidden));
    match error {
        // What was read before it is still read.
        Some(error) => use_reader(&mut copy.as_slice().chain(Broken(Some(error)))),
        None => use_reader(&mut copy.as_slice().chain(text)),
    }
}

/// The text with nothing in these lines.
fn without<'t>(text: &'t [u8], hidden: &[Range<u64>]) -> Cow<'t, [u8]> {
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    let lines = (1_u64..).zip(text.split_inclusive(|byte| *byte == b'\n'));
    // They are in order, and there may be thousands.
    let mut hidden = hidden.iter().peekable();
    let shown = |(number, line): (u64, &'t [u8])| {
        while hidden.next_if(|lines| lines.end <= number).is_some() {}
        let is_hidden = hidden.peek().is_some_and(|lines| lines.contains(&number));
        let kept = if is_hidden { line.len() - usize::from(line.ends_with(b"\n")) } else { 0 };
        line.get(kept..).unwrap_or_default()
    };
    Cow::Owned(lines.map(shown).collect::<Vec<_>>().concat())
}

/// A reader that fails at once, and then ends.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _target: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

fn with_raw<T>(input: &Input, skip: u64, use_reader: impl FnOnce(&mut dyn Read) -> T) -> io::Result<T> {
    match &input.source {
        Source::File(path) => Ok(use_reader(&mut At::new(&File::open(path)?, skip))),
        Source::Spooled(file) => Ok(use_reader(&mut At::new(file.as_file(), skip))),
        Source::Gzip { path, most } => {
            let mut reader = open_gzip(path, *most)?;
            skip_bytes(&mut reader, skip)?;
            Ok(use_reader(&mut reader))
        }
        Source::ZipMember { archive, index, most, gzip } => {
            let outcome = archive.with_member(*index, *most, |member| {
                let mut unpacked = gzip.map(|most| gunzipped(&mut *member, most));
                let reader: &mut dyn Read = match &mut unpacked {
                    Some(unpacked) => unpacked,
                    None => member,
                };
                skip_bytes(reader, skip)?;
                Ok(use_reader(reader))
            });
            outcome?
        }
    }
}

fn skip_bytes(reader: &mut dyn Read, count: u64) -> io::Result<()> {
    if count > 0 {
        io::copy(&mut reader.take(count), &mut io::sink())?;
    }
    Ok(())
}

/// The file, if it can be read from anywhere.
pub fn plain_file(input: &Input) -> Option<&Path> {
    match &input.source {
        Source::File(path) => Some(path),
        Source::Spooled(file) => Some(file.path()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_COPY, glanced};
    use crate::format::pasted::Pasted;

    #[test]
    fn only_a_copy_may_be_too_long() {
        let quoted = b"> [PSCONFIG] [SPManager] [INFO] [3/14/2026 1:00:00 PM]: x\n".repeat(3);
        let (_, pasted) = Pasted::recognise("notes.txt", &quoted);
        for (pasted, size, expected) in [
            (pasted, Some(LONGEST_COPY), false),
            (pasted, Some(LONGEST_COPY + 1), true),
            (pasted, None, false),
            (Pasted::default(), Some(LONGEST_COPY + 1), false),
        ] {
            let glance = super::Glance { size, pasted, ..glanced(quoted.clone(), None).unwrap() };
            assert_eq!(glance.is_overlong_copy(), expected, "{size:?}");
        }
    }
}
