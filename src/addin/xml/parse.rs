//! Events of the XML reader to the tree.

use std::ops::Range;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::attributes::{self, Fault};
use super::letters::{floor, is_forbidden, is_name, is_space, resolve, split_name, told, unknown_reference};
use super::place::Places;
use super::{Attribute, DEEPEST, Document, Element, LARGEST, MOST_FAULTS, MOST_NODES, Node, Text};
use crate::addin::evidence::{Spot, Value};

/// The namespace that `xml:` stands for without being declared.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Prefixes that are declared at one place; each is looked for in turn.
const MOST_SCOPES: usize = 256;

/// Reads a part of a text.
pub(super) fn parse(text: &str, part: Range<usize>, spot: &Spot) -> Document {
    let mut part = part;
    let mut too_large = false;
    if part.len() > LARGEST {
        part.end = floor(text, part.start + LARGEST);
        too_large = true;
    }
    let Some(inner) = text.get(part.clone()) else { return Document::default() };
    // All of them: the reader would drop one silently, and every offset would be wrong.
    let mark = inner.len() - inner.trim_start_matches('\u{feff}').len();
    let base = part.start + mark;
    let mut tree = Tree {
        text,
        base,
        places: Places::new(text, spot),
        document: Document::default(),
        open: Vec::new(),
        scopes: Vec::new(),
        pending: None,
        nodes: 0,
        told_character: false,
    };
    tree.run(text.get(base..part.end).unwrap_or_default());
    if too_large {
        tree.fault_at(
            part.end,
            "the file is larger than an artefact of an add-in can be; the rest is left out",
        );
    }
    tree.finish(part.end)
}

struct Tree<'a> {
    text: &'a str,
    base: usize,
    places: Places<'a>,
    document: Document,
    open: Vec<Element>,
    /// Declared prefixes: the depth they are declared at, the prefix, the namespace.
    scopes: Vec<(usize, String, Option<Arc<str>>)>,
    /// Text that may go on.
    pending: Option<(Range<usize>, String)>,
    nodes: usize,
    told_character: bool,
}

impl Tree<'_> {
    fn run(&mut self, inner: &str) {
        let mut reader = Reader::from_str(inner);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        loop {
            let start = self.base + offset(reader.buffer_position());
            let event = reader.read_event();
            let end = self.base + offset(reader.buffer_position());
            match event {
                Ok(Event::Eof) => return,
                Ok(event) => {
                    if !self.event(&event, start..end) {
                        return;
                    }
                }
                Err(error) => {
                    self.flush();
                    let at = self.base + offset(reader.error_position());
                    let fault = told(&error);
                    self.fault_at(at, fault);
                    return;
                }
            }
        }
    }

    /// Whether to read on.
    fn event(&mut self, event: &Event<'_>, span: Range<usize>) -> bool {
        let start = span.start;
        match event {
            Event::Text(text) => self.text(text, span),
            Event::GeneralRef(name) => self.reference(name, span),
            Event::CData(text) => self.push_text(span, text),
            _ => {
                self.flush();
                match event {
                    Event::Start(start) => return self.start(start.name().as_ref(), span, false),
                    Event::Empty(start) => return self.start(start.name().as_ref(), span, true),
                    Event::End(end) => self.end(end.name().as_ref(), span),
                    Event::Comment(_) => self.comment(span),
                    Event::Decl(_) if start > self.base => {
                        self.fault_at(start, "an XML declaration that is not at the very beginning");
                    }
                    Event::DocType(_) => {
                        self.fault_at(start, "a document type definition; it is not evaluated");
                    }
                    _ => {}
                }
            }
        }
        self.within_limits(start)
    }

    fn within_limits(&mut self, offset: usize) -> bool {
        if self.nodes > MOST_NODES {
            self.fault_at(
                offset,
                "more elements than an artefact of an add-in can have; the rest is left out",
            );
        }
        self.nodes <= MOST_NODES
    }

    fn text(&mut self, text: &str, span: Range<usize>) {
        if text.starts_with('&') {
            self.fault_at(span.start, "an & that is not written as &amp;");
        }
        if !self.told_character
            && let Some(at) = text.find(is_forbidden)
        {
            self.told_character = true;
            self.fault_at(span.start + at, "a character that XML does not allow");
        }
        self.push_text(span, text);
    }

    fn reference(&mut self, name: &str, span: Range<usize>) {
        if let Some(character) = resolve(name) {
            self.push_text(span, character.encode_utf8(&mut [0; 4]));
        } else {
            self.fault_at(span.start, unknown_reference(name));
            let written = self.text.get(span.clone()).unwrap_or_default();
            self.push_text(span, written);
        }
    }

    fn push_text(&mut self, span: Range<usize>, text: &str) {
        match &mut self.pending {
            Some((range, pending)) => {
                range.end = span.end;
                pending.push_str(text);
            }
            None => self.pending = Some((span, text.to_owned())),
        }
    }

    /// Ends the text that was gathered.
    fn flush(&mut self) {
        let Some((span, raw)) = self.pending.take() else { return };
        let written = self.text.get(span.clone()).unwrap_or_default();
        let blanks = written.find(|c: char| !is_space(c));
        let at = span.start + blanks.unwrap_or(0);
        if self.open.is_empty() {
            if blanks.is_some() {
                self.fault_at(at, "text outside of the root element");
            }
            return;
        }
        if raw.is_empty() {
            return;
        }
        let at = self.places.at(at);
        self.push(Node::Text(Text { value: Value::new(raw, at), span }));
    }

    fn comment(&mut self, span: Range<usize>) {
        let inner = span.start + "<!--".len()..span.end.saturating_sub("-->".len());
        let raw = self.text.get(inner.clone()).unwrap_or_default();
        // Parsers end a comment at its first two hyphens, and refuse the file where no > follows.
        if let Some(at) = raw.find("--").or_else(|| raw.ends_with('-').then(|| raw.len().saturating_sub(1))) {
            self.fault_at(inner.start + at, "two hyphens inside of a comment, where XML allows none");
        }
        let comment = Text { value: Value::new(raw, self.places.at(span.start)), span: inner };
        self.document.comments.push(comment.clone());
        self.push(Node::Comment(comment));
    }

    fn start(&mut self, name: &str, span: Range<usize>, empty: bool) -> bool {
        let at = self.places.at(span.start);
        if self.open.is_empty() && self.document.root.is_some() {
            self.fault_at(span.start, "a second root element; the rest is left out");
            return false;
        }
        if self.open.len() >= DEEPEST {
            self.fault_at(
                span.start,
                "elements stand deeper in one another than any artefact needs; the rest is left out",
            );
            return false;
        }
        if !is_name(name) {
            self.fault_at(span.start, "a < that begins no element, it must be written as &lt;");
        }
        let (prefix, local) = split_name(name);
        let attributes = self.attributes(name.len(), &span, empty);
        let depth = self.open.len();
        for attribute in &attributes {
            if let Some(prefix) = declared_prefix(attribute)
                && self.scopes.len() < MOST_SCOPES
            {
                let uri = attribute.value.trimmed();
                let uri = (!uri.is_empty()).then(|| Arc::from(uri));
                self.scopes.push((depth, prefix.to_owned(), uri));
            }
        }
        let namespace = self.namespace(prefix);
        if namespace.is_none() && !prefix.is_empty() {
            self.fault_at(span.start, "a prefix that is not declared");
        }
        let (prefix, name) = (prefix.to_owned(), local.to_owned());
        self.nodes += attributes.len();
        let element = Element {
            name,
            prefix,
            namespace,
            at,
            attributes,
            children: Vec::new(),
            tag: span.clone(),
            span: span.clone(),
        };
        self.open.push(element);
        if empty {
            self.close();
        }
        self.within_limits(span.start)
    }

    fn attributes(&mut self, name: usize, span: &Range<usize>, empty: bool) -> Vec<Attribute> {
        let inner = span.start + 1..span.end.saturating_sub(if empty { 2 } else { 1 });
        let tag = self.text.get(inner.clone()).unwrap_or_default();
        let mut faults: Vec<Fault> = Vec::new();
        let mut attributes: Vec<Attribute> = Vec::new();
        for found in attributes::read(tag, name, &mut faults) {
            let (prefix, local) = split_name(tag.get(found.name.clone()).unwrap_or_default());
            let twice = attributes.iter().take(64).any(|other| other.name == local && other.prefix == prefix);
            if twice {
                faults.push((found.name.start, "an attribute that the same element already has"));
            }
            let at = self.places.at(inner.start + found.name.start);
            attributes.push(Attribute {
                name: local.to_owned(),
                prefix: prefix.to_owned(),
                value: Value::new(found.value, at),
                span: inner.start + found.span.start..inner.start + found.span.end,
            });
        }
        for (at, message) in faults {
            self.fault_at(inner.start + at, message);
        }
        attributes
    }

    fn namespace(&self, prefix: &str) -> Option<Arc<str>> {
        if prefix == "xml" {
            return Some(Arc::from(XML));
        }
        let scope = self.scopes.iter().rev().find(|(_, declared, _)| declared == prefix);
        scope.and_then(|(_, _, uri)| uri.clone())
    }

    fn end(&mut self, name: &str, span: Range<usize>) {
        let name = name.trim();
        let matching = self.open.iter().rposition(|element| is_called(element, name));
        let Some(matching) = matching else {
            self.fault_at(span.start, "an end tag of an element that is not open");
            return;
        };
        if matching + 1 < self.open.len() {
            let names: Vec<Value> = self.open.iter().skip(matching + 1).rev().map(start_of).collect();
            let innermost = names.first().map(told_unclosed).unwrap_or_default();
            self.document.unclosed.extend(names);
            self.fault_at(span.start, &innermost);
            while self.open.len() > matching + 1 {
                self.extend_last(span.start);
                self.close();
            }
        }
        self.extend_last(span.end);
        self.close();
    }

    fn extend_last(&mut self, end: usize) {
        if let Some(last) = self.open.last_mut() {
            last.span.end = end;
        }
    }

    fn close(&mut self) {
        let Some(element) = self.open.pop() else { return };
        let depth = self.open.len();
        while self.scopes.last().is_some_and(|(declared, _, _)| *declared >= depth) {
            self.scopes.pop();
        }
        self.nodes += 1;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.document.root = Some(element),
        }
    }

    fn push(&mut self, node: Node) {
        if let Some(parent) = self.open.last_mut() {
            self.nodes += 1;
            parent.children.push(node);
        }
    }

    fn fault_at(&mut self, offset: usize, message: &str) {
        if self.document.faults.len() < MOST_FAULTS {
            let at = self.places.at(offset);
            self.document.faults.push(Value::new(message, at));
        }
    }

    fn finish(mut self, end: usize) -> Document {
        self.flush();
        if !self.open.is_empty() {
            let names: Vec<Value> = self.open.iter().rev().map(start_of).collect();
            let innermost = names.first().map(told_unclosed).unwrap_or_default();
            self.document.unclosed.extend(names);
            if self.document.faults.is_empty() {
                self.fault_at(end, &innermost);
            }
        }
        while !self.open.is_empty() {
            self.extend_last(end);
            self.close();
        }
        if self.document.root.is_none() {
            self.fault_at(end, "there is no element in it");
        }
        self.document
    }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX / 2)
}

fn start_of(element: &Element) -> Value {
    let name = if element.prefix.is_empty() {
        element.name.clone()
    } else {
        format!("{}:{}", element.prefix, element.name)
    };
    Value::new(name, element.at.clone())
}

/// Quotes the name only where it is one; a stray `<` in front of a value would make the value a name.
fn told_unclosed(element: &Value) -> String {
    let line = element.at.line;
    if is_name(&element.raw) && element.raw.len() <= 64 {
        format!("the end tag </{}> is missing, for the element that begins in line {line}", element.raw)
    } else {
        format!("the end tag is missing, for the element that begins in line {line}")
    }
}

fn is_called(element: &Element, name: &str) -> bool {
    let (prefix, local) = split_name(name);
    element.name == local && element.prefix == prefix
}

fn declared_prefix(attribute: &Attribute) -> Option<&str> {
    match (attribute.prefix.as_str(), attribute.name.as_str()) {
        ("", "xmlns") => Some(""),
        ("xmlns", prefix) => Some(prefix),
        _ => None,
    }
}
