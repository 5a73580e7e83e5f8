//! Exports: those that `--inventory` names, and those among the inputs, which are read as if it had named them. All are
//! read whole, within bounds.

use std::fs::File;
use std::path::Path;

use super::input::bounded::within;
use super::input::collect::shown;
use super::input::{Input, open};
use crate::inventory;
use crate::model::byte_limit::ByteLimit;
use crate::model::inventory::{InventoryFacts, InventoryProblem};
use crate::model::place::Place;

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
    inventory::recognise(&input.path, head)?;
    Some(if inventory::is_whole(&input.path, head) { Reading::Whole } else { Reading::Within })
}

/// What the tables in a transcript tell of the farm. Its sentences are left to the rules, which read the transcript
/// as a log; and most of its text is no table, so that its problems say nothing.
pub fn in_transcript(input: &Input) -> Option<InventoryFacts> {
    let bytes = open::whole(input, LOOSE_BOUND).ok()??;
    let facts = inventory::read(&input.path, None, &bytes);
    Some(InventoryFacts { sentences: Vec::new(), problems: Vec::new(), ..facts })
}

/// Reads what `--inventory` names, and tells whether something could not be read: that is a problem of the report, not
/// the end of it.
pub fn named(texts: &[String]) -> (Vec<InventoryFacts>, bool) {
    let mut unread = false;
    let read = |text: &String| {
        read_named(text, BOUND).unwrap_or_else(|problem| {
            unread = true;
            InventoryFacts { problems: vec![problem], ..InventoryFacts::default() }
        })
    };
    let facts = texts.iter().map(read).collect();
    (facts, unread)
}

fn read_named(text: &str, most: ByteLimit) -> Result<InventoryFacts, InventoryProblem> {
    let (database, file) = split_database(text);
    let path = shown(Path::new(file));
    match File::open(file).and_then(|file| within(file, most)) {
        Ok(bytes) => {
            let facts = inventory::read(&path, database, &bytes);
            let head = bytes.get(..inventory::HEAD).unwrap_or(&bytes);
            // What was named as an export and is none was not read, as if it could not be opened.
            match facts.problems.first() {
                Some(problem) if inventory::recognise(&path, head).is_none() => Err(problem.clone()),
                _ => Ok(facts),
            }
        }
        Err(error) => {
            let message = format!("cannot be read: {error}");
            Err(InventoryProblem { place: Place { path, line: 0 }, message })
        }
    }
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
        assert!(read_named(&name, ByteLimit::of_bytes(23)).is_ok());
        let problem = read_named(&name, ByteLimit::of_bytes(22)).expect_err("one byte too many");
        assert!(problem.message.starts_with("cannot be read: it is larger than "), "{}", problem.message);
    }
}
