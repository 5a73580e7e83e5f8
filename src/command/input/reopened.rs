//! A file that many read at a time, each from a place of its own, and that is open only while somebody reads.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use super::at::At;

/// Bytes that are read at a time where fewer are asked for: the directory of a zip file is asked for by the number.
const BUFFER: usize = 16 * 1024;

/// A place in a file. A copy of it opens the file anew, and not before it reads: of thousands of archives a process may
/// not have all open.
#[derive(Debug)]
pub(super) struct Reopened {
    path: Arc<Path>,
    file: Option<File>,
    position: u64,
    /// What was read last, and where it stands.
    buffer: Vec<u8>,
    start: u64,
}

impl Reopened {
    /// The beginning of a file, which is open.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = Some(File::open(path)?);
        Ok(Self { path: path.into(), file, position: 0, buffer: Vec::new(), start: 0 })
    }

    fn file(&mut self) -> io::Result<&File> {
        match &mut self.file {
            Some(file) => Ok(file),
            none => Ok(none.insert(File::open(&self.path)?)),
        }
    }

    /// What is at hand of the bytes that come next.
    fn at_hand(&self) -> &[u8] {
        let behind = self.position.checked_sub(self.start).and_then(|behind| usize::try_from(behind).ok());
        behind.and_then(|behind| self.buffer.get(behind..)).unwrap_or_default()
    }
}

impl Clone for Reopened {
    fn clone(&self) -> Self {
        let path = Arc::clone(&self.path);
        Self { path, file: None, position: self.position, buffer: Vec::new(), start: 0 }
    }
}

impl Read for Reopened {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.at_hand().is_empty() {
            let position = self.position;
            if target.len() >= BUFFER {
                let read = At::new(self.file()?, position).read(target)?;
                self.position += read as u64;
                return Ok(read);
            }
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.resize(BUFFER, 0);
            let read = At::new(self.file()?, position).read(&mut buffer)?;
            buffer.truncate(read);
            (self.buffer, self.start) = (buffer, position);
        }
        let read = self.at_hand().read(target)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Reopened {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(position) => (position, 0),
            SeekFrom::End(by) => (self.file()?.metadata()?.len(), by),
            SeekFrom::Current(by) => (self.position, by),
        };
        let outside = || io::Error::new(io::ErrorKind::InvalidInput, "a place before the start of the file");
        self.position = from.checked_add_signed(by).ok_or_else(outside)?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read, Seek, SeekFrom, Write};

    use super::{BUFFER, Reopened};
    use proptest::prelude::*;

    const LENGTH: usize = 3 * BUFFER;

    fn step() -> impl Strategy<Value = (SeekFrom, usize)> {
        let place = prop_oneof![
            (0..LENGTH as u64 + 9).prop_map(SeekFrom::Start),
            (-40_000..9i64).prop_map(SeekFrom::End),
            (-20_000..20_000i64).prop_map(SeekFrom::Current),
        ];
        (place, prop_oneof![0..50usize, 0..2 * BUFFER])
    }

    proptest! {
        #[test]
        fn bytes_are_those_of_the_file_wherever_they_are_asked_for(steps in prop::collection::vec(step(), 1..9)) {
            let bytes: Vec<u8> = (0..=250u8).cycle().step_by(3).take(LENGTH).collect();
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(&bytes).unwrap();
            let mut reader = Reopened::open(file.path()).unwrap();
            let mut known = Cursor::new(&bytes);
            for (place, count) in steps {
                prop_assert_eq!(reader.seek(place).ok(), known.seek(place).ok());
                let (mut read, mut wanted) = (Vec::new(), Vec::new());
                reader.by_ref().take(count as u64).read_to_end(&mut read).unwrap();
                known.by_ref().take(count as u64).read_to_end(&mut wanted).unwrap();
                prop_assert_eq!(&read, &wanted);
                // A copy stands where its original does.
                let mut copy = reader.clone();
                prop_assert_eq!(copy.stream_position().unwrap(), known.position());
            }
        }
    }
}
