//! Exports that administrators make, turned into facts about sites, databases and services.
//!
//! One file a shape, one trait, one static list. Bytes come in and facts go out: no file is opened here, and
//! reading never fails; what cannot be read becomes an [`InventoryProblem`] with its place, and the rest is read.
//! Nothing here knows of logs, rules or scanning.
//!
//! [`InventoryProblem`]: crate::model::inventory::InventoryProblem

mod copied;
mod database_status;
mod databases;
mod enumallwebs;
mod facts;
mod farm_servers;
mod file_database;
mod health;
mod lines;
mod local_upgrade_status;
mod merge;
mod pending_actions;
mod sections;
mod services;
mod site_upgrades;
mod sites;
mod size;
mod table;
mod test_database;
mod value;
mod xml;

#[cfg(test)]
mod tests;

pub use facts::{Export, Facts};
pub use merge::{Inventory, KnownSite, Owner};

use std::ops::Range;

use crate::model::inventory::InventoryFacts;
use crate::text::encoding::decode_all;
use sections::{sections, tested};
use table::Layout;

/// How many bytes from the start of a file [`recognise`] wants to see.
pub const HEAD: usize = 64 << 10;

/// One kind of export.
pub trait Shape: Sync {
    /// Its published name: `get-spsite`.
    fn name(&self) -> &'static str;

    /// What an administrator does to make one, for messages.
    fn made_by(&self) -> &'static str;

    /// Whether the content is of this shape.
    fn fits(&self, export: &Export<'_>) -> bool;

    /// Whether the name of a file (in lower case) speaks for this shape, where the content says nothing.
    fn is_named(&self, file_name: &str) -> bool;

    /// Reads it.
    fn read(&self, export: &Export<'_>, facts: &mut Facts<'_>);
}

/// Every shape, the most particular first: the first that fits is taken.
static SHAPES: [&'static dyn Shape; 11] = [
    &enumallwebs::EnumAllWebs,
    &local_upgrade_status::LocalUpgradeStatus,
    &pending_actions::PendingActions,
    &farm_servers::FarmServers,
    &site_upgrades::SiteUpgrades,
    &test_database::TestDatabase,
    &health::Health,
    &database_status::DatabaseStatus,
    &sites::Sites,
    &services::Services,
    &databases::Databases,
];

/// The kind of export a file is: by the first [`HEAD`] bytes of it, then by its name. `None` for anything else.
pub fn recognise(name: &str, head: &[u8]) -> Option<&'static dyn Shape> {
    let text = text_of(head);
    shape_of(&Export::new(name, None, &text))
}

/// Whether a file is an export from end to end, by its name or its form: a table, JSON, XML or a web page. What
/// PowerShell prints may stand anywhere, in the transcript of a whole night as well.
pub fn is_whole(name: &str, head: &[u8]) -> bool {
    let name = facts::file_name(name).to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if matches!(extension, "csv" | "tsv" | "xml" | "json" | "htm" | "html") {
        return true;
    }
    let text = text_of(head);
    !is_loose(&Export::new(name, None, &text))
        || text.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

/// Everything an export tells. `database_from_option` is the database that `--inventory DB=FILE` names.
pub fn read(path: &str, database_from_option: Option<&str>, bytes: &[u8]) -> InventoryFacts {
    let text = text_of(bytes);
    let export = Export::new(path, database_from_option, &text);
    let mut facts = Facts::new(path);
    if !read_sections(&export, &mut facts) {
        match shape_of(&export) {
            Some(shape) => shape.read(&export, &mut facts),
            None => facts.problem(0, unknown(&export)),
        }
    }
    facts.finish()
}

/// Whether exports stand in a text of other things: one that PowerShell printed, or several.
pub fn stand_in(head: &[u8]) -> bool {
    let text = text_of(head);
    is_loose(&Export::new("", None, &text)) && !sections(&text).is_empty()
}

/// What of a text is no export, if exports stand in it among other things.
pub fn beside(head: &[u8]) -> String {
    let text = text_of(head);
    if is_loose(&Export::new("", None, &text)) { sections::beside(&text) } else { String::new() }
}

/// What the exports in a log tell, and the lines of those that are not to be read as lines of the log.
pub struct Within {
    /// Without the sentences that a rule meets in the log itself, and without problems: most of a log is no export.
    pub facts: InventoryFacts,
    /// Ranges of lines, counted from 1.
    pub not_of_log: Vec<Range<u64>>,
}

/// Reads the exports in a log. In what a console says the rules know the sentences of exports; in other logs they look
/// for them in records only.
pub fn read_within(path: &str, bytes: &[u8], is_console: bool) -> Within {
    let text = text_of(bytes);
    let not_of_log = tested(&text);
    let mut facts = read(path, None, bytes);
    facts.problems.clear();
    let is_apart = |line: u64| {
        let next = not_of_log.partition_point(|lines| lines.end <= line);
        not_of_log.get(next).is_some_and(|lines| lines.contains(&line))
    };
    facts.sentences.retain(|sentence| {
        let is_of_list = is_apart(sentence.place.line);
        is_of_list || (!is_console && !sentence.text.starts_with('['))
    });
    Within { facts, not_of_log }
}

/// The text of an export, without what was done to a copy of it.
fn text_of(bytes: &[u8]) -> String {
    let (text, _) = decode_all(bytes);
    copied::undone(&text).unwrap_or(text)
}

/// Reads exports of several kinds in one text, or of one below something else; false where there is nothing of both.
fn read_sections(export: &Export<'_>, facts: &mut Facts<'_>) -> bool {
    if !is_loose(export) {
        return false;
    }
    let sections = sections(export.text);
    let Some(first) = sections.first() else { return false };
    let whole = shape_of(export).map(Shape::name);
    let is_alike = sections.iter().all(|section| section.is_like(first)) && whole == Some(first.shape.name());
    // Between delimiters all that follows would be rows.
    if is_alike && !matches!(export.layout, Layout::Delimited(_)) {
        return false;
    }
    for section in &sections {
        facts.above = section.above;
        let export = Export::new(export.path, export.database_from_option, section.text);
        section.shape.read(&export, facts);
    }
    facts.above = 0;
    true
}

/// A text in which other things may stand beside an export.
fn is_loose(export: &Export<'_>) -> bool {
    match export.layout {
        Layout::List | Layout::Console | Layout::Prose => true,
        Layout::Delimited(dialect) => dialect.is_below,
        Layout::Json | Layout::Html => false,
    }
}

fn shape_of(export: &Export<'_>) -> Option<&'static dyn Shape> {
    let name = export.file_name().to_ascii_lowercase();
    let by_name = || SHAPES.into_iter().find(|shape| shape.is_named(&name));
    SHAPES.into_iter().find(|shape| shape.fits(export)).or_else(by_name)
}

/// What is wrong with a file of no known shape.
fn unknown(export: &Export<'_>) -> String {
    let found = match (export.header.names.as_slice(), export.text.trim()) {
        (_, "") => "an empty file".to_owned(),
        ([], text) => {
            format!("text that begins with {}", value::shown(text.lines().next().unwrap_or_default()))
        }
        (names, _) => format!("a table with the columns {}", value::shown(&names.join(", "))),
    };
    let known: Vec<_> = SHAPES.into_iter().map(Shape::made_by).collect();
    format!("not an export that is understood; expected {}; found {found}", known.join(", or "))
}
