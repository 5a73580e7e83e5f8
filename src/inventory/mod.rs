//! Exports that administrators make, turned into facts about sites, databases and services.
//!
//! One file a shape, one trait, one static list. Bytes come in and facts go out: no file is opened here, and
//! reading never fails; what cannot be read becomes an [`InventoryProblem`] with its place, and the rest is read.
//! Nothing here knows of logs, rules or scanning.
//!
//! [`InventoryProblem`]: crate::model::inventory::InventoryProblem

mod database_status;
mod databases;
mod enumallwebs;
mod facts;
mod health;
mod lines;
mod local_upgrade_status;
mod merge;
mod pending_actions;
mod services;
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

use crate::model::inventory::InventoryFacts;
use crate::text::encoding::decode_all;
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
static SHAPES: [&'static dyn Shape; 9] = [
    &enumallwebs::EnumAllWebs,
    &local_upgrade_status::LocalUpgradeStatus,
    &pending_actions::PendingActions,
    &test_database::TestDatabase,
    &health::Health,
    &database_status::DatabaseStatus,
    &sites::Sites,
    &services::Services,
    &databases::Databases,
];

/// The kind of export a file is: by the first [`HEAD`] bytes of it, then by its name. `None` for anything else.
pub fn recognise(name: &str, head: &[u8]) -> Option<&'static dyn Shape> {
    let (text, _) = decode_all(head);
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
    let (text, _) = decode_all(head);
    let layout = Export::new(name, None, &text).layout;
    let is_table = matches!(layout, Layout::Delimited(_) | Layout::Json | Layout::Html);
    is_table || text.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

/// Everything an export tells. `database_from_option` is the database that `--inventory DB=FILE` names.
pub fn read(path: &str, database_from_option: Option<&str>, bytes: &[u8]) -> InventoryFacts {
    let (text, _) = decode_all(bytes);
    let export = Export::new(path, database_from_option, &text);
    let mut facts = Facts::new(path);
    match shape_of(&export) {
        Some(shape) => shape.read(&export, &mut facts),
        None => facts.problem(0, unknown(&export)),
    }
    facts.finish()
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
