//! Cabinets as `.wsp` files are: stored or MSZIP, read whole within a budget. Every number in them is doubted.
//!
//! The `cab` crate reads sound cabinets, but panics where a file begins behind the end of its folder, and expands
//! a folder anew for every file.

use std::collections::BTreeMap;
use std::ops::Range;

use flate2::{Decompress, FlushDecompress, Status};

use super::archive::{Budget, spend};
use super::names::escapes;

/// What a block of MSZIP may refer back to, and what each holds but the last of its folder. Setting that up costs as much
/// as expanding a whole block: of many small ones a cabinet of a few MiB would keep a reader busy for minutes.
const WINDOW: usize = 32 * 1024;

/// The size of the header before its optional parts.
const HEADER: usize = 36;

/// What is in a cabinet.
pub(super) struct Cabinet {
    folders: Vec<Vec<u8>>,
    files: Vec<CabinetFile>,
    /// What is wrong, as sentences.
    pub(super) faults: Vec<String>,
    /// Names that lead out of the folder they would be unpacked to, with `/`, lower case.
    pub(super) escaping: Vec<String>,
}

struct CabinetFile {
    /// With `/`, lower case.
    key: String,
    folder: usize,
    span: Range<usize>,
}

impl Cabinet {
    /// The bytes of a file; its name may be written with `/` or `\` and in any case. The first of two.
    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        let key = name.replace('\\', "/").to_lowercase();
        let file = self.files.iter().find(|file| file.key == key)?;
        self.folders.get(file.folder)?.get(file.span.clone())
    }
}

/// Reads a cabinet. The error is a sentence.
pub(super) fn read(bytes: &[u8], budget: &Budget) -> Result<Cabinet, String> {
    if !bytes.starts_with(b"MSCF") {
        return Err("it is no cabinet".to_owned());
    }
    let header = Header::read(bytes).ok_or("the cabinet ends inside of its header")?;
    let mut cabinet =
        Cabinet { folders: Vec::new(), files: Vec::new(), faults: Vec::new(), escaping: Vec::new() };
    if header.size != bytes.len() {
        cabinet.faults.push(format!(
            "the cabinet says that it has {} bytes, and has {}",
            header.size,
            bytes.len()
        ));
    }
    if header.continued {
        cabinet.faults.push("the cabinet is one of several; the others are not here".to_owned());
    }
    let mut at = header.folders_at;
    let mut taken = Taken::default();
    for number in 0..header.folder_count {
        let Some(folder) = Folder::read(bytes, at) else {
            cabinet.faults.push("the cabinet ends inside of its list of folders".to_owned());
            break;
        };
        at += 8 + header.folder_reserve;
        let (data, fault) = folder.expand(bytes, header.data_reserve, budget, &mut taken);
        cabinet.faults.extend(fault.map(|fault| format!("folder {number} of the cabinet: {fault}")));
        cabinet.folders.push(data);
    }
    files(bytes, &header, &mut cabinet);
    Ok(cabinet)
}

fn files(bytes: &[u8], header: &Header, cabinet: &mut Cabinet) {
    let mut at = header.files_at;
    for _ in 0..header.file_count {
        let Some((file, next)) = file_entry(bytes, at) else {
            cabinet.faults.push("the cabinet ends inside of its list of files".to_owned());
            return;
        };
        at = next;
        let held = cabinet.folders.get(file.folder).is_some_and(|data| file.span.end <= data.len());
        if !held && cabinet.faults.len() < 20 {
            cabinet.faults.push(format!("file {} lies outside of the data that the cabinet holds", file.key));
        }
        if escapes(&file.key) && cabinet.escaping.len() < 20 {
            cabinet.escaping.push(file.key.clone());
        }
        cabinet.files.push(file);
    }
}

fn file_entry(bytes: &[u8], at: usize) -> Option<(CabinetFile, usize)> {
    let (size, start) = (usize_at(bytes, at)?, usize_at(bytes, at + 4)?);
    let folder = usize::from(u16_at(bytes, at + 8)?);
    // The attributes before the name say whether it is UTF-8; all are read the same, since names of parts are ASCII.
    let name = bytes.get(at + 16..)?;
    let length = name.iter().take(1024).position(|byte| *byte == 0)?;
    let key = String::from_utf8_lossy(name.get(..length)?).replace('\\', "/").to_lowercase();
    let span = start..start.checked_add(size)?;
    Some((CabinetFile { key, folder, span }, at + 16 + length + 1))
}

struct Header {
    size: usize,
    files_at: usize,
    folders_at: usize,
    folder_count: u16,
    file_count: u16,
    folder_reserve: usize,
    data_reserve: usize,
    continued: bool,
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        let flags = u16_at(bytes, 30)?;
        let (mut at, mut folder_reserve, mut data_reserve) = (HEADER, 0, 0);
        if flags & 4 != 0 {
            let reserve = usize::from(u16_at(bytes, at)?);
            folder_reserve = usize::from(*bytes.get(at + 2)?);
            data_reserve = usize::from(*bytes.get(at + 3)?);
            at += 4 + reserve;
        }
        for bit in [1, 2] {
            if flags & bit != 0 {
                for _ in 0..2 {
                    at += bytes.get(at..)?.iter().take(1024).position(|byte| *byte == 0)? + 1;
                }
            }
        }
        Some(Self {
            size: usize_at(bytes, 8)?,
            files_at: usize_at(bytes, 16)?,
            folders_at: at,
            folder_count: u16_at(bytes, 26)?,
            file_count: u16_at(bytes, 28)?,
            folder_reserve,
            data_reserve,
            continued: flags & 3 != 0,
        })
    }
}

struct Folder {
    at: usize,
    blocks: u16,
    method: u16,
}

impl Folder {
    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        Some(Self {
            at: usize_at(bytes, at)?,
            blocks: u16_at(bytes, at + 4)?,
            method: u16_at(bytes, at + 6)? & 15,
        })
    }

    /// The data, and what keeps it from being whole.
    fn expand(
        &self,
        bytes: &[u8],
        reserve: usize,
        budget: &Budget,
        taken: &mut Taken,
    ) -> (Vec<u8>, Option<String>) {
        let mut data = Vec::new();
        if self.method > 1 {
            let name = if self.method == 3 { "LZX" } else { "Quantum" };
            return (data, Some(format!("it is packed with {name}; SharePoint tools write MSZIP")));
        }
        let mut inflate = Inflate { state: Decompress::new(false) };
        let mut at = self.at;
        for number in 0..self.blocks {
            let is_last = number + 1 == self.blocks;
            let appended = Block::read(bytes, at, reserve, taken).and_then(|block| {
                at = block.end;
                self.append(&block, is_last, &mut inflate, &mut data, budget)
            });
            if let Err(fault) = appended {
                taken.take(self.at..at);
                return (data, Some(format!("block {number}: {fault}")));
            }
        }
        taken.take(self.at..at);
        (data, None)
    }

    /// Appends what a block holds.
    fn append(
        &self,
        block: &Block<'_>,
        is_last: bool,
        inflate: &mut Inflate,
        data: &mut Vec<u8>,
        budget: &Budget,
    ) -> Result<(), String> {
        let expanded = block.expanded;
        let is_packed = self.method == 1;
        if expanded == 0 {
            return Err("it goes on in another cabinet".to_owned());
        }
        if is_packed && (expanded > WINDOW || expanded < WINDOW && !is_last) {
            return Err(format!("it holds {expanded} bytes; all but the last of a folder hold {WINDOW}"));
        }
        if !spend(budget, expanded as u64) {
            return Err("the archive expands to more bytes than are allowed".to_owned());
        }
        let before = data.len();
        if is_packed {
            inflate.block(block.content, expanded, data)?;
        } else {
            data.extend_from_slice(block.content);
        }
        let found = data.len() - before;
        if found != expanded {
            return Err(format!("it should hold {expanded} bytes, and holds {found}"));
        }
        Ok(())
    }
}

/// A block of a folder, as it stands in the file.
struct Block<'a> {
    content: &'a [u8],
    /// Bytes that it says it expands to.
    expanded: usize,
    /// Where the next one begins.
    end: usize,
}

impl<'a> Block<'a> {
    fn read(bytes: &'a [u8], at: usize, reserve: usize, taken: &Taken) -> Result<Self, String> {
        let sizes = u16_at(bytes, at.saturating_add(4)).zip(u16_at(bytes, at.saturating_add(6)));
        let (packed, expanded) = sizes.ok_or("the cabinet ends before it")?;
        let start = at + 8 + reserve;
        let end = start + usize::from(packed);
        let content = bytes.get(start..end).ok_or("it is longer than the cabinet")?;
        if taken.meets(&(at..end)) {
            return Err("it lies in the data of another folder".to_owned());
        }
        let told = bytes.get(at..at + 4).and_then(|told| told.try_into().ok()).map_or(0, u32::from_le_bytes);
        // 0 says that there is none. Reserved bytes come in between; Visual Studio writes none.
        let found = checksum(content) ^ (u32::from(packed) | u32::from(expanded) << 16);
        if told != 0 && reserve == 0 && told != found {
            return Err("its checksum is wrong, the file is damaged".to_owned());
        }
        Ok(Self { content, expanded: usize::from(expanded), end })
    }
}

/// Where the data of folders lies that were read: first byte and end of each. No byte is expanded twice, whatever
/// number of folders names it.
#[derive(Default)]
struct Taken(BTreeMap<usize, usize>);

impl Taken {
    fn meets(&self, span: &Range<usize>) -> bool {
        self.0.range(..span.end).next_back().is_some_and(|(_, end)| *end > span.start)
    }

    fn take(&mut self, span: Range<usize>) {
        if !span.is_empty() {
            self.0.insert(span.start, span.end);
        }
    }
}

/// The words of a block, one after the other, by exclusive or; the bytes at its end the other way round.
fn checksum(block: &[u8]) -> u32 {
    let words = block.chunks_exact(4);
    let rest = words.remainder().iter().fold(0u32, |rest, byte| rest << 8 | u32::from(*byte));
    words.filter_map(|word| word.try_into().ok()).map(u32::from_le_bytes).fold(rest, |sum, word| sum ^ word)
}

struct Inflate {
    state: Decompress,
}

impl Inflate {
    /// Each block is a deflate stream of its own that refers back to what came before it in the folder.
    fn block(&mut self, block: &[u8], expanded: usize, data: &mut Vec<u8>) -> Result<(), String> {
        let block = block.strip_prefix(b"CK").ok_or("it has not the mark of MSZIP")?;
        let window_start = data.len().saturating_sub(WINDOW);
        let window = data.get(window_start..).unwrap_or_default();
        self.state.reset(false);
        if !window.is_empty() {
            // There is no other way to give a raw stream its window: a stored block in front of it.
            let length = u16::try_from(window.len()).map_err(|_| "its window is too long")?;
            let mut stored = vec![0];
            stored.extend(length.to_le_bytes());
            stored.extend((!length).to_le_bytes());
            stored.extend_from_slice(window);
            let mut ignored = Vec::with_capacity(window.len());
            let status = self.state.decompress_vec(&stored, &mut ignored, FlushDecompress::Sync);
            if !matches!(status, Ok(Status::Ok)) || ignored.len() != window.len() {
                return Err("what it refers back to cannot be set".to_owned());
            }
        }
        let mut out = Vec::with_capacity(expanded);
        self.state
            .decompress_vec(block, &mut out, FlushDecompress::Finish)
            .map_err(|_| "its data is damaged".to_owned())?;
        data.extend_from_slice(&out);
        Ok(())
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let end = at.checked_add(2)?;
    Some(u16::from_le_bytes(bytes.get(at..end)?.try_into().ok()?))
}

fn usize_at(bytes: &[u8], at: usize) -> Option<usize> {
    let end = at.checked_add(4)?;
    usize::try_from(u32::from_le_bytes(bytes.get(at..end)?.try_into().ok()?)).ok()
}
