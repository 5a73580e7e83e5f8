//! Names in the central directory of a zip file, as they are written there: readers of zip files keep one member a name.

use std::collections::BTreeMap;

/// How an entry of the directory begins.
const MARK: &[u8] = b"PK\x01\x02";

/// Bytes of an entry before its name.
const FIXED: usize = 46;

/// Where the lengths of name, extra field and comment stand in an entry.
const LENGTHS: [usize; 3] = [28, 30, 32];

/// Names that are written more than once, with how often, in the order of their bytes. The directory begins at `start`;
/// damage ends it.
pub fn repeated(bytes: &[u8], start: u64) -> Vec<(&[u8], usize)> {
    let mut counts: BTreeMap<&[u8], usize> = BTreeMap::new();
    let mut rest = usize::try_from(start).ok().and_then(|start| bytes.get(start..)).unwrap_or_default();
    while let Some((name, behind)) = entry(rest) {
        *counts.entry(name).or_default() += 1;
        rest = behind;
    }
    counts.into_iter().filter(|(_, count)| *count > 1).collect()
}

/// The name of the first entry, and what stands behind the entry.
fn entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    if !bytes.starts_with(MARK) {
        return None;
    }
    let [name, extra, comment] = LENGTHS.map(|at| length(bytes, at));
    let (name, behind) = bytes.get(FIXED..)?.split_at_checked(name?)?;
    Some((name, behind.get(extra? + comment?..)?))
}

fn length(bytes: &[u8], at: usize) -> Option<usize> {
    let pair = bytes.get(at..)?.first_chunk::<2>()?;
    Some(usize::from(u16::from_le_bytes(*pair)))
}
