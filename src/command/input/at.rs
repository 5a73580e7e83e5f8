//! A file read from anywhere, by several threads at a time: no cursor is shared.

use std::fs::File;
use std::io::{self, Read};

/// Reads on from a position, whatever others do with the file.
#[derive(Debug)]
pub(super) struct At<'f> {
    file: &'f File,
    position: u64,
}

impl<'f> At<'f> {
    /// Reads from this byte on.
    pub(super) fn new(file: &'f File, position: u64) -> Self {
        Self { file, position }
    }
}

impl Read for At<'_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let read = read_at(self.file, target, self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}

#[cfg(unix)]
fn read_at(file: &File, target: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, target, position)
}

#[cfg(windows)]
fn read_at(file: &File, target: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, target, position)
}
