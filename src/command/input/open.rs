//! An input is opened: a head to recognise it by, then its bytes as UTF-8 or single bytes, from the start or,
//! for a plain file, from anywhere.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::archive::{open_gzip, with_zip_member};
use super::{Input, Source};
use crate::scan::segment::Segment;
use crate::text::charset::{Encoding, Utf16Reader};

/// Bytes at the start by which an input is recognised.
pub const HEAD: usize = 64 * 1024;

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
}

/// Takes the first look.
///
/// # Errors
/// The input cannot be opened at all.
pub fn glance(input: &Input) -> io::Result<Glance> {
    let mut raw = Vec::new();
    let error = with_raw(input, 0, |reader| reader.take(HEAD as u64).read_to_end(&mut raw).err())?;
    let encoding = Encoding::detect(&raw);
    let head = decoded(&raw, encoding)?;
    let (size, tail) = match plain_file(input) {
        Some(path) => size_and_tail(path, encoding)?,
        None => (None, Vec::new()),
    };
    Ok(Glance { head, tail, encoding, size, error })
}

fn decoded(raw: &[u8], encoding: Encoding) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    match encoding {
        Encoding::Utf16Le | Encoding::Utf16Be => {
            Utf16Reader::new(raw, encoding).read_to_end(&mut text)?;
        }
        Encoding::Utf8Bom => text.extend_from_slice(raw.get(3..).unwrap_or_default()),
        Encoding::Bytes => text.extend_from_slice(raw),
    }
    Ok(text)
}

fn size_and_tail(path: &Path, encoding: Encoding) -> io::Result<(Option<u64>, Vec<u8>)> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut tail = Vec::new();
    if size > HEAD as u64 && !encoding.is_utf16() {
        file.seek(SeekFrom::Start(size - HEAD as u64))?;
        file.take(HEAD as u64).read_to_end(&mut tail)?;
    }
    Ok((Some(size), tail))
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
    let mark = if encoding == Encoding::Utf8Bom { 3 } else { 0 };
    if segment.start > 0 {
        return with_raw(input, segment.start - 1 + mark, use_reader);
    }
    if encoding.is_utf16() {
        return with_raw(input, 0, |raw| use_reader(&mut Utf16Reader::new(raw, encoding)));
    }
    with_raw(input, mark, use_reader)
}

fn with_raw<T>(input: &Input, skip: u64, use_reader: impl FnOnce(&mut dyn Read) -> T) -> io::Result<T> {
    match &input.source {
        Source::File(path) => from_file(path, skip, use_reader),
        Source::Spooled(file) => from_file(file.path(), skip, use_reader),
        Source::Gzip { path, budget } => {
            let mut reader = budget.limit(open_gzip(path)?);
            skip_bytes(&mut reader, skip)?;
            Ok(use_reader(&mut reader))
        }
        Source::ZipMember { archive, index, budget } => {
            let outcome = with_zip_member(archive, *index, budget, |reader| {
                skip_bytes(reader, skip)?;
                Ok(use_reader(reader))
            });
            outcome?
        }
    }
}

fn from_file<T>(path: &Path, skip: u64, use_reader: impl FnOnce(&mut dyn Read) -> T) -> io::Result<T> {
    // On Windows this shares reading, writing and deleting: a log that is being written stays writable.
    let mut file = File::open(path)?;
    if skip > 0 {
        file.seek(SeekFrom::Start(skip))?;
    }
    Ok(use_reader(&mut file))
}

fn skip_bytes(reader: &mut dyn Read, count: u64) -> io::Result<()> {
    io::copy(&mut reader.take(count), &mut io::sink()).map(|_| ())
}

/// The file, if it can be read from anywhere.
pub fn plain_file(input: &Input) -> Option<&Path> {
    match &input.source {
        Source::File(path) => Some(path),
        Source::Spooled(file) => Some(file.path()),
        _ => None,
    }
}
