//! Exports: those that `--inventory` names, and those among the inputs, which are read as if it had named them. All are
//! read whole, within bounds.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::guarded::guarded;
use super::input::bounded::within;
use super::input::collect::shown;
use super::input::{Input, open};
use crate::inventory::{self, Within};
use crate::model::byte_limit::ByteLimit;
use crate::model::inventory::InventoryFacts;

/// Most bytes of an export that are read: it is held in memory whole.
pub const BOUND: ByteLimit = ByteLimit::of_mib(512);

/// Most bytes of what PowerShell printed. A transcript may grow to any size, and only a log is read in pieces.
pub const LOOSE_BOUND: ByteLimit = ByteLimit::of_mib(64);

/// How an input that looks like an export is to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reading {
    /// It is one from end to end.
    Whole,
    /// It has one in it, printed by PowerShell, and may be a transcript.
    Within,
}

/// Whether an input has an export in it.
pub fn reading(input: &Input, head: &[u8]) -> Option<Reading> {
    if inventory::recognise(&input.path, head).is_none() {
        // A folder has notes and scripts in which such a text is quoted.
        return (!input.is_quoting() && inventory::stand_in(head)).then_some(Reading::Within);
    }
    Some(if inventory::is_whole(&input.path, head) { Reading::Whole } else { Reading::Within })
}

/// Whether an export that PowerShell printed stands in the head or the tail of a text with records of a log. Their columns
/// are no table of an export.
pub fn beside_records(samples: &[&[u8]]) -> Option<Reading> {
    // It is a paragraph of its own, and hardly any log has a line that is empty, or holds no more than blanks, marks of
    // a quotation or a fence.
    let is_end = |text: &[u8]| {
        let marks = text.iter().take_while(|byte| b" \t>\r`~".contains(byte)).count();
        matches!(text.get(marks), None | Some(b'\n')) || text.starts_with(b"```")
    };
    let has_paragraphs = |sample: &&&[u8]| {
        memchr::memchr_iter(b'\n', sample)
            .any(|end| sample.get(end + 1..).is_some_and(|text| !text.is_empty() && is_end(text)))
    };
    samples.iter().filter(has_paragraphs).any(|sample| inventory::stand_in(sample)).then_some(Reading::Within)
}

/// An export that was read, with what shows that it was read before.
#[derive(Clone, Debug)]
pub struct Export {
    /// What it tells.
    facts: InventoryFacts,
    /// Its name in the report.
    path: String,
    /// The file, whatever path led to it; `None` inside of an archive.
    file: Option<PathBuf>,
    /// The database that `--inventory DB=FILE` names.
    database: Option<String>,
    /// The digest of its bytes; `None` for what is no export from end to end.
    digest: Option<[u8; 32]>,
    role: Role,
}

/// How an export came to be read: of several readings of one file the first of these counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Role {
    Named,
    Found,
    /// The tables of a log, whose sentences are records.
    Transcript,
}

impl Export {
    /// An export among the inputs, from its bytes.
    pub fn found(input: &Input, bytes: &[u8]) -> Self {
        let facts = inventory::read(&input.path, None, bytes);
        Self { digest: Some(Sha256::digest(bytes).into()), ..Self::of(input, facts, Role::Found) }
    }

    /// What the exports in a log tell, and the lines that tell it, which are none of the log. Sentences that the log has
    /// itself are left to the rules; and most of its text is no export, so that problems say nothing.
    pub fn in_transcript(input: &Input, is_console: bool) -> Option<(Self, Vec<Range<u64>>)> {
        let bytes = open::whole(input, LOOSE_BOUND).ok()??;
        let Within { facts, not_of_log } = inventory::read_within(&input.path, &bytes, is_console);
        Some((Self::of(input, facts, Role::Transcript), not_of_log))
    }

    /// The same of a log that is not read: no rule sees its sentences.
    #[must_use]
    pub fn of_unread_log(self) -> Self {
        Self { role: Role::Found, ..self }
    }

    fn of(input: &Input, facts: InventoryFacts, role: Role) -> Self {
        let file = open::plain_file(input).and_then(|path| path.canonicalize().ok());
        Self { facts, path: input.path.clone(), file, database: None, digest: None, role }
    }

    /// The same file was read as the same export. Where a database was named for it, that reading counts.
    fn is_again(&self, known: &Self) -> bool {
        let same_database = self.database.is_none() || self.database == known.database;
        self.file.is_some() && self.file == known.file && same_database
    }

    /// The same bytes, from which the same was read: the name of a file may tell a database.
    fn is_copy_of(&self, known: &Self) -> bool {
        self.digest.is_some()
            && self.digest == known.digest
            && self.database == known.database
            && self.facts.clone().moved_to("") == known.facts.clone().moved_to("")
    }
}

/// Exports, each once.
#[derive(Debug, Default)]
pub struct Once {
    /// What they tell.
    pub facts: Vec<InventoryFacts>,
    /// Path of every export that lies among them under other paths, with the path of the one that counts.
    pub copies: BTreeMap<String, String>,
}

/// Drops what was read before, as the same file or as a copy of it. The same for any order of exports.
pub fn each_once(mut exports: Vec<Export>) -> Once {
    exports.sort_by(|a, b| {
        let rank = |export: &Export| (export.database.is_none(), export.role);
        rank(a).cmp(&rank(b)).then_with(|| a.database.cmp(&b.database)).then_with(|| a.path.cmp(&b.path))
    });
    let mut once = Once::default();
    let mut kept: Vec<Export> = Vec::new();
    let (mut files, mut digests) = (BTreeMap::<_, Vec<usize>>::new(), BTreeMap::<_, Vec<usize>>::new());
    for export in exports {
        let of_file = export.file.as_ref().and_then(|file| files.get(file).cloned()).unwrap_or_default();
        if of_file.iter().any(|place| kept.get(*place).is_some_and(|known| export.is_again(known))) {
            if export.role == Role::Transcript {
                // The rules read the other sentences already.
                for known in of_file {
                    if let Some(known) = kept.get_mut(known) {
                        known.facts.sentences.clone_from(&export.facts.sentences);
                    }
                }
            }
            continue;
        }
        let alike = export.digest.as_ref().and_then(|digest| digests.get(digest)).into_iter().flatten();
        let original = alike.filter_map(|place| kept.get(*place)).find(|known| export.is_copy_of(known));
        if let Some(original) = original {
            once.copies.insert(export.path, original.path.clone());
            continue;
        }
        if let Some(file) = &export.file {
            files.entry(file.clone()).or_default().push(kept.len());
        }
        if let Some(digest) = export.digest {
            digests.entry(digest).or_default().push(kept.len());
        }
        kept.push(export);
    }
    once.facts = kept.into_iter().map(|export| export.facts).collect();
    once
}

/// Reads what `--inventory` names, and tells whether something could not be read: that is a problem of the report, not
/// the end of it.
pub fn named(texts: &[String]) -> (Vec<Export>, bool) {
    let exports: Vec<Export> = texts.iter().map(|text| read_named(text, BOUND)).collect();
    let unread = exports.iter().any(|export| export.digest.is_none());
    (exports, unread)
}

fn read_named(text: &str, most: ByteLimit) -> Export {
    let (database, file) = split_database(text);
    let path = shown(Path::new(file));
    let read = File::open(file).and_then(|file| within(file, most)).map_err(|error| error.to_string());
    let read = read.and_then(|bytes| {
        let head = bytes.get(..inventory::HEAD).unwrap_or(&bytes);
        // What was named as an export and is none was not read, as if it could not be opened.
        let is_export = guarded(|| inventory::recognise(&path, head).is_some() || inventory::stand_in(head))?;
        let facts = guarded(|| inventory::read(&path, database, &bytes))?;
        Ok((facts, is_export.then(|| Sha256::digest(&bytes).into())))
    });
    let (facts, digest) = read.unwrap_or_else(|error| {
        (InventoryFacts::of_problem(&path, format!("cannot be read: {error}")), None)
    });
    let (database, file) = (database.map(str::to_owned), Path::new(file).canonicalize().ok());
    Export { facts, path, file, database, digest, role: Role::Named }
}

/// `DB=FILE`, unless the whole of it is a file.
pub fn split_database(text: &str) -> (Option<&str>, &str) {
    match text.split_once('=') {
        Some((database, file)) if !database.is_empty() && !Path::new(text).exists() => (Some(database), file),
        _ => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::read_named;
    use crate::model::byte_limit::ByteLimit;

    #[test]
    fn an_export_that_is_too_large_is_told_and_not_cut() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "ID,Url,ContentDatabase\n").expect("written");
        let name = file.path().display().to_string();
        assert!(read_named(&name, ByteLimit::of_bytes(23)).digest.is_some());
        let export = read_named(&name, ByteLimit::of_bytes(22));
        assert_eq!(export.digest, None, "one byte too many");
        let message = &export.facts.problems[0].message;
        assert!(message.starts_with("cannot be read: it is larger than "), "{message}");
    }
}
