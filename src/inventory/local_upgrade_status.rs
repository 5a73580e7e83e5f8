//! `stsadm -o localupgradestatus`: an XML element for each object, and a count of what is left at the end.

use super::Shape;
use super::facts::{Export, Facts};
use super::lines::numbered;
use super::value;
use super::xml::{self, Node};
use crate::model::inventory::DatabaseFact;
use crate::model::kind::Level;

/// Objects of the local server with their upgrade status.
pub(super) struct LocalUpgradeStatus;

impl Shape for LocalUpgradeStatus {
    fn name(&self) -> &'static str {
        "stsadm-localupgradestatus"
    }

    fn made_by(&self) -> &'static str {
        "stsadm -o localupgradestatus"
    }

    fn fits(&self, export: &Export<'_>) -> bool {
        start(export.text).is_some() || numbered(export.text).any(|(_, line)| is_counter(line))
    }

    fn is_named(&self, file_name: &str) -> bool {
        file_name.contains("localupgradestatus")
    }

    fn read(&self, export: &Export<'_>, facts: &mut Facts<'_>) {
        if let Some(from) = start(export.text) {
            let mut reading = Objects::default();
            xml::walk(export.text, from, &mut |node| reading.node(node, facts));
        }
        for (line, text) in numbered(export.text).filter(|(_, text)| is_counter(text)) {
            facts.sentence(line, Level::Info, None, text.trim().to_owned());
        }
    }
}

fn start(text: &str) -> Option<usize> {
    xml::start(text, &["<object>", "<object "])
}

/// `[1] content database(s) still need upgrade or cannot be upgraded.`
fn is_counter(line: &str) -> bool {
    let Some((number, words)) = line.trim().strip_prefix('[').and_then(|rest| rest.split_once("] ")) else {
        return false;
    };
    let counts = number.bytes().all(|digit| digit.is_ascii_digit()) && !number.is_empty();
    let things = ["content database(s)", "site collection(s)", "other objects encountered"];
    counts && things.iter().any(|thing| words.starts_with(thing))
}

/// The walk through the elements.
#[derive(Default)]
struct Objects {
    line: u64,
    /// The element whose text is being read.
    field: String,
    name: String,
    object_type: String,
    status: String,
}

impl Objects {
    fn node(&mut self, node: Node<'_>, facts: &mut Facts<'_>) {
        match node {
            Node::Open(line, element) if element.name == "object" => *self = Self { line, ..Self::default() },
            Node::Open(_, element) => self.field = element.name,
            Node::Text(text) => self.text(&text),
            Node::Close(name) if name == "object" => self.object(facts),
            Node::Close(_) => self.field.clear(),
            Node::Problem(line, message) => facts.problem(line, message),
        }
    }

    fn text(&mut self, text: &str) {
        match self.field.as_str() {
            "name" => self.name.push_str(text),
            "type" => self.object_type.push_str(text),
            "status" => self.status.push_str(text),
            _ => {}
        }
    }

    fn object(&mut self, facts: &mut Facts<'_>) {
        let object = std::mem::take(self);
        let object_type = value::short_type(&object.object_type);
        if !object_type.ends_with("Database") {
            return;
        }
        let Some(name) = value::object_name(&object.name) else {
            facts.problem(object.line, "a database without name");
            return;
        };
        let status = object.status.trim();
        let place = Some(facts.place(object.line));
        facts.told.databases.push(DatabaseFact {
            name: name.to_owned(),
            needs_upgrade_include_children: needs_upgrade(status),
            status: (!status.is_empty()).then(|| status.to_owned()),
            object_type: Some(object_type.to_owned()),
            place,
            ..DatabaseFact::default()
        });
    }
}

/// What a status says; `Cannot Upgrade` and unknown words say neither.
fn needs_upgrade(status: &str) -> Option<bool> {
    let words: String = status.to_ascii_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    if words.starts_with("needsupgrade") {
        Some(true)
    } else {
        matches!(words.as_str(), "noactionrequired" | "ok" | "uptodate").then_some(false)
    }
}
