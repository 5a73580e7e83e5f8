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
        counters(export.text, &mut |line, counter| facts.sentence(line, Level::Info, None, counter));
    }
}

fn start(text: &str) -> Option<usize> {
    xml::start(text, &["<object>", "<object "])
}

/// What is counted, as the words behind the number begin.
const COUNTED: [&str; 5] = [
    "content database(s) encountered",
    "content database(s) still need upgrade",
    "site collection(s) are contained in",
    "site collection(s) still need upgrade",
    "other objects encountered",
];

/// `[1] content database(s) still need upgrade or cannot be upgraded.`, also without the brackets.
fn is_counter(text: &str) -> bool {
    let words =
        text.trim().trim_start_matches('[').trim_start_matches(|letter: char| letter.is_ascii_digit());
    let number = text.trim().len() - words.len();
    let words = words.trim_start_matches(']').trim_start();
    number > 0 && COUNTED.iter().any(|thing| words.starts_with(thing))
}

/// Every counter with its line. Several may stand in one line, and one in two: the second part behind a comma.
fn counters(text: &str, sink: &mut dyn FnMut(u64, String)) {
    let mut open: Option<(u64, String)> = None;
    for (number, line) in numbered(text) {
        if let Some((first, counter)) = open.take_if(|_| !line.trim().is_empty()) {
            if !is_counter(line) {
                sink(first, format!("{counter} {}", line.trim()));
                continue;
            }
            sink(first, counter);
        }
        for part in line.split_inclusive(". ").map(str::trim).filter(|part| is_counter(part)) {
            if part.ends_with(',') {
                open = Some((number, part.to_owned()));
            } else {
                sink(number, part.to_owned());
            }
        }
    }
    if let Some((number, counter)) = open {
        sink(number, counter);
    }
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
        let status = object.status.trim();
        if !object_type.ends_with("Database") {
            facts.object(object.line, object_type, &object.name, status);
            return;
        }
        let Some(name) = value::object_name(&object.name) else {
            facts.problem(object.line, "a database without name");
            return;
        };
        let place = Some(facts.place(object.line));
        facts.told.databases.push(DatabaseFact {
            name: name.to_owned(),
            needs_upgrade_include_children: value::needs_upgrade(status),
            status: (!status.is_empty()).then(|| status.to_owned()),
            object_type: Some(object_type.to_owned()),
            place,
            ..DatabaseFact::default()
        });
    }
}
