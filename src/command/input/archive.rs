//! Members of .zip and .gz, read in place, with a bound on what they may expand to.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use super::{Input, LeftOut, Source};
use crate::model::byte_limit::ByteLimit;

/// What an archive may still expand to, in bytes. Shared by all its members.
#[derive(Clone, Debug)]
pub struct Budget(Arc<AtomicU64>);

impl Budget {
    /// All of it.
    pub fn new(most: ByteLimit) -> Self {
        Self(Arc::new(AtomicU64::new(most.bytes())))
    }

    /// A reader that fails when the budget is used up.
    pub fn limit<R: Read>(&self, inner: R) -> Limited<R> {
        Limited { inner, budget: self.clone() }
    }
}

/// See [`Budget::limit`].
#[derive(Debug)]
pub struct Limited<R> {
    inner: R,
    budget: Budget,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(target)?;
        let taken = self
            .budget
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(read as u64));
        match taken {
            Ok(_) => Ok(read),
            Err(_) => Err(io::Error::other("the archive expands to more than --max-expansion allows")),
        }
    }
}

/// The bytes of a gzip file.
///
/// # Errors
/// The file cannot be opened.
pub fn open_gzip(path: &Path) -> io::Result<MultiGzDecoder<File>> {
    Ok(MultiGzDecoder::new(File::open(path)?))
}

/// The members of a zip file, and what keeps some of them from being read.
pub fn members(archive: &Path, name: &str, most: ByteLimit) -> (Vec<Input>, Vec<LeftOut>) {
    let left_out =
        |reason: String| LeftOut { path: name.to_owned(), reason, unreadable: true, missing: false };
    let opened = File::open(archive).map_err(|error| error.to_string());
    let zip = opened.and_then(|file| zip::ZipArchive::new(file).map_err(|error| error.to_string()));
    let mut zip = match zip {
        Ok(zip) => zip,
        Err(error) => return (Vec::new(), vec![left_out(format!("cannot read the zip file: {error}"))]),
    };
    let budget = Budget::new(most);
    let (mut inputs, mut problems) = (Vec::new(), Vec::new());
    for index in 0..zip.len() {
        match zip.by_index_raw(index) {
            Ok(member) if member.is_dir() => {}
            Ok(member) => {
                // The name is only ever shown and compared: nothing is written under it.
                let raw = String::from_utf8_lossy(member.name_raw());
                let member_name =
                    member.name().map_or_else(|_| raw.replace('\\', "/"), |name| name.replace('\\', "/"));
                let path = format!("{name}!/{member_name}");
                let source = Source::ZipMember { archive: archive.to_owned(), index, budget: budget.clone() };
                inputs.push(Input { path, server: None, source });
            }
            Err(error) => problems.push(LeftOut {
                path: format!("{name}!/{index}"),
                reason: format!("cannot read the member: {error}"),
                unreadable: true,
                missing: false,
            }),
        }
    }
    (inputs, problems)
}

/// Runs `use_reader` over the bytes of a zip member.
///
/// # Errors
/// The archive or the member cannot be opened.
pub fn with_zip_member<T>(
    archive: &Path,
    index: usize,
    budget: &Budget,
    use_reader: impl FnOnce(&mut dyn Read) -> T,
) -> io::Result<T> {
    let mut zip = zip::ZipArchive::new(File::open(archive)?).map_err(io::Error::other)?;
    let member = zip.by_index(index).map_err(io::Error::other)?;
    Ok(use_reader(&mut budget.limit(member)))
}
