//! The database that only the name of a file tells: what of a name may be one, and whether it is believed.
//!
//! A file is renamed, copied, dated and put beside others, so that its name is the weakest thing anyone says of it.

use std::collections::{BTreeMap, BTreeSet};

use super::value::percent_decoded;
use crate::model::database::database_key;
use crate::model::inventory::{FileName, InventoryFacts, InventoryProblem};
use crate::model::place::Place;
use crate::text::copied_name::without_copy;

/// What a file is called after the command; the name of the database stands behind or before it.
const COMMAND: &str = "enumallwebs";

/// What is to be done where nothing tells the database.
pub(super) const ADVICE: &str = "it is not said which database these sites are in: name the file enumallwebs_<database>.xml, \
                                 or give --inventory <database>=<file>";

/// The names that the name of a file may hold: that in `enumallwebs_<db>.xml`, `<db>-enumallwebs.xml` or `<db>.xml`, as it
/// stands, and without a date. A name with characters that a file name cannot have is percent-encoded.
pub(super) fn from_file_name(file_name: &str) -> Option<FileName> {
    let stem = original(file_name);
    let has_command = stem.to_ascii_lowercase().contains(COMMAND);
    let name = if has_command { beside_command(stem)? } else { stem };
    let candidates: Vec<String> = [Some(name), undated(name)]
        .into_iter()
        .flatten()
        .map(percent_decoded)
        .filter(|name| !name.trim().is_empty())
        .collect();
    (!candidates.is_empty()).then_some(FileName { candidates, has_command })
}

/// A name without its extensions and without what copying added.
fn original(file_name: &str) -> &str {
    let mut stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    loop {
        let extension = stem.len().checked_sub(4).and_then(|at| stem.split_at_checked(at));
        let is_double =
            |end: &str| [".xml", ".txt", ".log"].iter().any(|other| end.eq_ignore_ascii_case(other));
        let once = extension.filter(|(_, end)| is_double(end)).map_or(stem, |(stem, _)| stem);
        let once = without_copy(once.trim());
        if once.len() == stem.len() {
            return stem;
        }
        stem = once;
    }
}

/// What stands behind the command, or before it: behind it, a server or a date may stand before it.
fn beside_command(stem: &str) -> Option<&str> {
    let parts = |mark: char| matches!(mark, '_' | '-' | ' ' | '.');
    let at = stem.to_ascii_lowercase().find(COMMAND)?;
    let (head, rest) = stem.split_at_checked(at)?;
    let tail = rest.get(COMMAND.len()..)?;
    let tail_name = tail.strip_prefix(parts).map(str::trim);
    let head_name = head.strip_suffix(parts).map(str::trim);
    let is_joined = (head.is_empty() || head_name.is_some()) && (tail.is_empty() || tail_name.is_some());
    if !is_joined {
        return None;
    }
    let is_name = |name: &&str| !name.is_empty() && !is_date(name);
    tail_name.filter(is_name).or_else(|| head_name.filter(is_name))
}

/// A name without the date, and time, before or behind it.
fn undated(name: &str) -> Option<&str> {
    let cuts = || name.match_indices(['_', '-', ' ', '.']).map(|(at, mark)| (at, at + mark.len()));
    let behind = cuts().find_map(|(end, start)| {
        let (name, date) = (name.get(..end)?, name.get(start..)?);
        is_date(date).then_some(name)
    });
    let before = || {
        let cuts: Vec<_> = cuts().collect();
        cuts.into_iter().rev().find_map(|(end, start)| {
            let (date, name) = (name.get(..end)?, name.get(start..)?);
            is_date(date).then_some(name)
        })
    };
    behind.or_else(before)
}

/// `20260314`, `2026-03-14_2215`, `14.03.2026`.
fn is_date(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let only = text.chars().all(|mark| mark.is_ascii_digit() || "-_. T".contains(mark));
    let number = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let is_year = |year: Option<u32>| year.is_some_and(|year| (1999..2100).contains(&year));
    let is_day = |first: Option<u32>, second: Option<u32>| matches!((first, second), (Some(first @ 1..=31), Some(second @ 1..=31)) if first.min(second) <= 12);
    only && matches!(digits.len(), 8 | 12 | 14)
        && (is_year(number(0, 4)) && is_day(number(4, 6), number(6, 8))
            || is_year(number(4, 8)) && is_day(number(0, 2), number(2, 4)))
}

/// Settles which database each export means that only the name of its file tells: a name that others know, in any of
/// its readings; else, where the file is called after the command, the plainest reading. Else it stays unknown.
pub(super) fn settle(exports: &mut [InventoryFacts], others: &BTreeSet<String>) {
    let told = |facts: &InventoryFacts| {
        let databases = facts.databases.iter().filter(|fact| !fact.by_file_name).map(|fact| &fact.name);
        let sites =
            facts.sites.iter().filter(|fact| !fact.by_file_name).filter_map(|fact| fact.database.as_ref());
        databases.chain(sites).map(|name| (database_key(name), name.clone())).collect::<Vec<_>>()
    };
    if exports.iter().all(|facts| facts.file_name.is_none()) {
        return;
    }
    let known: BTreeMap<String, String> = spellings(exports.iter().flat_map(told));
    for facts in exports {
        let Some(FileName { candidates, has_command }) = facts.file_name.take() else { continue };
        let believed = candidates.iter().find_map(|name| {
            let key = database_key(name);
            known.get(&key).or_else(|| Some(name).filter(|_| others.contains(&key)))
        });
        let plainest = || candidates.last().filter(|_| has_command);
        put(facts, believed.or_else(plainest));
    }
}

/// The first spelling of each name.
fn spellings(names: impl Iterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let mut first = BTreeMap::new();
    for (key, name) in names {
        first.entry(key).or_insert(name);
    }
    first
}

/// Puts a name where one of the file was.
fn put(facts: &mut InventoryFacts, name: Option<&String>) {
    let mut nameless = None;
    for fact in facts.sites.iter_mut().filter(|fact| fact.by_file_name) {
        fact.database = name.cloned();
        if name.is_none() {
            nameless = nameless.or_else(|| Some(fact.place.path.clone()));
        }
    }
    match name {
        Some(name) => {
            let unnamed = facts.databases.iter_mut().filter(|fact| fact.by_file_name);
            unnamed.for_each(|fact| fact.name.clone_from(name));
        }
        None => facts.databases.retain(|fact| !fact.by_file_name),
    }
    facts.problems.extend(nameless.map(|path| {
        let place = Place { path, line: 0 };
        InventoryProblem { place, message: ADVICE.to_owned() }
    }));
}

#[cfg(test)]
mod tests {
    use super::from_file_name;

    fn names(file_name: &str) -> Vec<String> {
        from_file_name(file_name).map(|name| name.candidates).unwrap_or_default()
    }

    #[test]
    fn what_copying_and_renaming_added_is_no_part_of_a_name() {
        for file_name in [
            "enumallwebs_WSS_A.xml",
            "EnumAllWebs-WSS_A.xml",
            "enumallwebs WSS_A.xml",
            "WSS_A_enumallwebs.xml",
            "enumallwebs_WSS_A - Copy.xml",
            "enumallwebs_WSS_A - Copy (2).xml",
            "enumallwebs_WSS_A (3) - Kopie.xml",
            "enumallwebs_WSS_A(1).xml",
            "Copy of enumallwebs_WSS_A.xml",
            "Kopie von enumallwebs_WSS_A.xml",
            "SPS01_enumallwebs_WSS_A.xml",
            "20260314_enumallwebs_WSS_A.xml",
            "WSS_A_enumallwebs_20260314.xml",
            "enumallwebs_WSS_A.xml.txt",
        ] {
            assert_eq!(names(file_name), ["WSS_A"], "{file_name}");
            assert!(from_file_name(file_name).unwrap().has_command, "{file_name}");
        }
    }

    #[test]
    fn a_date_may_belong_to_a_name() {
        for (file_name, plain) in [
            ("enumallwebs_WSS_A_2026-03-14.xml", "WSS_A"),
            ("enumallwebs_WSS_01_20260314-2215.xml", "WSS_01"),
            ("enumallwebs_WSS_A 14.03.2026.xml", "WSS_A"),
            ("enumallwebs_20260314_WSS_A.xml", "WSS_A"),
            ("all_webs_20260314.xml", "all_webs"),
        ] {
            let names = names(file_name);
            assert_eq!((names.len(), names[1].as_str()), (2, plain), "{file_name}");
        }
        for name in ["WSS_Content_2016", "WSS_12345678", "WSS_20261399"] {
            assert_eq!(names(&format!("enumallwebs_{name}.xml")), [name]);
        }
        assert_eq!(names("enumallwebs_20260314.xml"), Vec::<String>::new());
    }
}
