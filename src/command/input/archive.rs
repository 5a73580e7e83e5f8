//! Members of .zip and .gz, also of .gz in .zip, read in place, with a bound on what they may expand to.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use tempfile::{NamedTempFile, TempPath};

use super::reopened::Reopened;
use super::{Input, LeftOut, Source};
use crate::command::guarded::guarded;
use crate::model::byte_limit::ByteLimit;
use crate::text::zip_directory;

/// Bytes of a directory in which repeated names are looked for.
const MOST_DIRECTORY: u64 = 64 << 20;

/// A reader that fails behind its last allowed byte. Each reading of an input has all that is allowed: how often one is
/// read is our business, and what another thread reads meanwhile changes nothing.
pub fn limited<R: Read>(inner: R, most: ByteLimit) -> Limited<R> {
    Limited { inner, left: most.bytes() }
}

/// See [`limited`].
#[derive(Debug)]
pub struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !target.is_empty() {
            // What ends exactly here is whole.
            return match self.inner.read(&mut [0])? {
                0 => Ok(0),
                _ => Err(io::Error::other("the archive expands to more than --max-expansion allows")),
            };
        }
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(target.len());
        let read = self.inner.read(target.get_mut(..room).unwrap_or_default())?;
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

/// The bytes of a gzip file, as far as it may expand.
///
/// # Errors
/// The file cannot be opened.
pub fn open_gzip(path: &Path, most: ByteLimit) -> io::Result<Limited<MultiGzDecoder<File>>> {
    Ok(gunzipped(File::open(path)?, most))
}

/// The bytes that were packed with gzip, as far as they may expand.
pub fn gunzipped<R: Read>(packed: R, most: ByteLimit) -> Limited<MultiGzDecoder<R>> {
    limited(MultiGzDecoder::new(packed), most)
}

/// The members of a zip file, and what keeps some of them from being read. What all may expand to is given out here, in
/// the order of the directory and by the sizes that stand there, before any member is read.
pub fn members(archive: &Path, name: &str, most: ByteLimit) -> (Vec<Input>, Vec<LeftOut>) {
    guarded(|| list(archive, name, most)).unwrap_or_else(|fault| (Vec::new(), vec![left_out(name, fault)]))
}

fn left_out(path: &str, reason: String) -> LeftOut {
    LeftOut { path: path.to_owned(), reason, unreadable: true, missing: false }
}

fn list(archive: &Path, name: &str, most: ByteLimit) -> (Vec<Input>, Vec<LeftOut>) {
    let mut listing = Listing { left: most.bytes(), inputs: Vec::new(), problems: Vec::new() };
    listing.add(Zip::open(archive), name, true);
    (listing.inputs, listing.problems)
}

/// The members of an archive, and of those in it.
struct Listing {
    /// What the members that come may still expand to.
    left: u64,
    inputs: Vec<Input>,
    problems: Vec<LeftOut>,
}

impl Listing {
    /// Adds the members of an archive. `opens` says that archives among them are opened as well: one level, which is how
    /// the folders of several servers are packed.
    fn add(&mut self, zip: Result<Zip, String>, name: &str, opens: bool) {
        let mut zip = match zip {
            Ok(zip) => zip,
            Err(error) => {
                return self.problems.push(left_out(name, format!("cannot read the zip file: {error}")));
            }
        };
        let archive = Arc::new(zip.closed());
        self.repeated(&archive, name);
        for index in 0..zip.archive.len() {
            match zip.archive.by_index_raw(index) {
                Ok(member) if member.is_dir() => {}
                Ok(member) => {
                    // The name is only ever shown and compared: nothing is written under it.
                    let raw = String::from_utf8_lossy(member.name_raw());
                    let member_name =
                        member.name().map_or_else(|_| raw.replace('\\', "/"), |name| name.replace('\\', "/"));
                    let path = format!("{name}!/{member_name}");
                    let given = member.size().min(self.left);
                    self.left -= given;
                    let most = ByteLimit::of_bytes(given);
                    let ending = Path::new(&path).extension();
                    let is = |packing: &str| ending.is_some_and(|end| end.eq_ignore_ascii_case(packing));
                    if opens && is("zip") {
                        let inner = archive.inner(index, most).map_err(|error| error.to_string());
                        self.add(inner.flatten(), &path, false);
                        continue;
                    }
                    let gzip = is("gz").then(|| self.share(&archive, index, most));
                    let source = Source::ZipMember { archive: Arc::clone(&archive), index, most, gzip };
                    self.inputs.push(Input { path, server: None, source, named: false });
                }
                Err(error) => {
                    let reason = format!("cannot read the member: {error}");
                    self.problems.push(left_out(&format!("{name}!/{index}"), reason));
                }
            }
        }
    }

    /// Tells of members that others of the same name hide.
    fn repeated(&mut self, archive: &Zip, name: &str) {
        let repeated = match archive.repeated() {
            Ok(repeated) => repeated,
            Err(error) => {
                let reason =
                    format!("several members have the same name, and only one of them is read: {error}");
                return self.problems.push(left_out(name, reason));
            }
        };
        for (member, count) in repeated {
            let reason =
                format!("{count} members have exactly the name {member}, of which only the last is read");
            self.problems.push(left_out(name, reason));
        }
    }

    /// What a member that is packed with gzip may expand to. No directory tells how large it is: it is expanded once to
    /// know. One that cannot be read to its end takes what stands before the fault.
    fn share(&mut self, archive: &Zip, index: usize, most: ByteLimit) -> ByteLimit {
        let room = ByteLimit::of_bytes(self.left);
        // What keeps it from being read is told when it is read.
        let given = archive.with_member(index, most, |reader| length(gunzipped(reader, room))).unwrap_or(0);
        self.left -= given;
        ByteLimit::of_bytes(given)
    }
}

/// How many bytes come out of a reader before it ends or fails.
fn length(mut reader: impl Read) -> u64 {
    let mut chunk = vec![0; 64 * 1024];
    let mut length = 0;
    loop {
        match reader.read(&mut chunk) {
            Ok(read) if read > 0 => length += read as u64,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            _ => return length,
        }
    }
}

/// A zip file whose directory was read. Of thousands of members each is found in it, and the file is opened for each
/// anew.
#[derive(Debug)]
pub struct Zip {
    /// The file that was found.
    path: PathBuf,
    /// The members that lead to it in that file, where it stands in another archive.
    around: Vec<usize>,
    archive: zip::ZipArchive<Reopened>,
    /// Where it stood in another archive: a file of its own, which vanishes with the program. It is not kept open: there may
    /// be more such archives than a process may have open files.
    spooled: Option<Arc<TempPath>>,
}

impl Zip {
    /// Reads the directory. The error is a sentence.
    fn open(path: &Path) -> Result<Self, String> {
        let file = Reopened::open(path).map_err(|error| error.to_string())?;
        let archive = zip::ZipArchive::new(file).map_err(|error| error.to_string())?;
        Ok(Self { path: path.to_owned(), around: Vec::new(), archive, spooled: None })
    }

    /// The same, with the file not open.
    fn closed(&self) -> Self {
        let Self { path, around, archive, spooled } = self;
        let (path, around) = (path.clone(), around.clone());
        Self { path, around, archive: archive.clone(), spooled: spooled.clone() }
    }

    /// The archive that a member is. Its members are found from its end, so that it has to be expanded first.
    ///
    /// # Errors
    /// The member cannot be read, or not be written down. That it is no archive is told by a sentence.
    fn inner(&self, index: usize, most: ByteLimit) -> io::Result<Result<Self, String>> {
        let mut file = NamedTempFile::new()?;
        self.with_member(index, most, |reader| io::copy(reader, &mut file))??;
        let spooled = file.into_temp_path();
        let opened = Self::open(&spooled);
        let around = self.around.iter().copied().chain([index]).collect();
        Ok(opened.map(|zip| Self {
            path: self.path.clone(),
            around,
            spooled: Some(Arc::new(spooled)),
            ..zip
        }))
    }

    /// The file that was found, and the members that lead to this archive in it.
    pub fn place(&self) -> (&Path, &[usize]) {
        (&self.path, &self.around)
    }

    /// Names that stand in the directory more than once, with how often: of these only the last member can be read.
    fn repeated(&self) -> io::Result<Vec<(String, usize)>> {
        if !self.archive.has_duplicate_names() {
            return Ok(Vec::new());
        }
        let mut archive = self.archive.clone().into_inner();
        archive.seek(SeekFrom::Start(self.archive.central_directory_start()))?;
        let mut directory = Vec::new();
        archive.take(MOST_DIRECTORY).read_to_end(&mut directory)?;
        let named = |(name, count): (&[u8], usize)| (String::from_utf8_lossy(name).replace('\\', "/"), count);
        Ok(zip_directory::repeated(&directory, 0).into_iter().map(named).collect())
    }

    /// Runs `use_reader` over the bytes of a member, as far as it may expand.
    ///
    /// # Errors
    /// The archive or the member cannot be opened.
    pub fn with_member<T>(
        &self,
        index: usize,
        most: ByteLimit,
        use_reader: impl FnOnce(&mut dyn Read) -> T,
    ) -> io::Result<T> {
        let mut archive = self.archive.clone();
        let member = archive.by_index(index).map_err(io::Error::other)?;
        Ok(use_reader(&mut limited(member, most)))
    }
}
