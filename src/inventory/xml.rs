//! XML as stsadm prints it, walked with a limit on depth. Nothing a document declares is ever expanded.

use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::lines::LineCounter;
use crate::text::entity;

/// How deep elements are followed into one another; stsadm needs five.
const DEEPEST: usize = 64;

/// How many places are tried for the beginning of the markup; each is looked at back to the start of its line.
const MOST_PLACES: usize = 32;

/// What a walk meets, in order, with its line.
pub(super) enum Node<'a> {
    /// An element begins.
    Open(u64, Element<'a>),
    /// An element ends.
    Close(String),
    /// A piece of text inside an element.
    Text(String),
    /// Something that should not be there.
    Problem(u64, String),
}

/// The start of an element.
pub(super) struct Element<'a> {
    /// Its name without prefix.
    pub(super) name: String,
    start: &'a BytesStart<'a>,
}

impl Element<'_> {
    /// The value of an attribute, in any case; the first one where it stands twice.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes: Attributes<'_> = self.start.attributes();
        let found = attributes
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().as_ref().eq_ignore_ascii_case(name))?;
        let value = entity::decode(&found.value).trim().to_owned();
        (!value.is_empty()).then_some(value)
    }
}

/// Where markup with one of these beginnings starts: on a line of its own, since a console capture has lines
/// before it, and a log that quotes such markup has its prefix before it.
pub(super) fn start(text: &str, elements: &[&str]) -> Option<usize> {
    let opens_line = |at: &usize| {
        let before = text.get(..*at).unwrap_or_default().rsplit('\n').next().unwrap_or_default().trim();
        before.is_empty() || before.starts_with('<')
    };
    let places = |element: &&str| {
        memmem::find_iter(text.as_bytes(), element.as_bytes()).take(MOST_PLACES).find(opens_line)
    };
    let first = elements.iter().filter_map(places).min()?;
    // A declaration or a document type before it belongs to the document.
    let before = text.get(..first)?;
    Some(before.find("<?xml").or_else(|| before.find("<!DOCTYPE")).unwrap_or(first))
}

/// Walks the markup of a text from an offset to its end.
pub(super) fn walk(text: &str, from: usize, sink: &mut dyn FnMut(Node<'_>)) {
    let mut walk = Walk { lines: LineCounter::new(text), from, depth: 0 };
    let mut reader = Reader::from_str(text.get(from..).unwrap_or_default());
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    loop {
        let position = reader.buffer_position();
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => walk.event(&event, position, sink),
            Err(error) => {
                let line = walk.line(reader.error_position());
                sink(Node::Problem(line, format!("the export cannot be read on from here: {error}")));
                return;
            }
        }
        if walk.depth > DEEPEST {
            let line = walk.line(position);
            sink(Node::Problem(
                line,
                format!("elements stand in one another more than {DEEPEST} deep; the rest is left out"),
            ));
            return;
        }
    }
    if walk.depth > 0 {
        let line = walk.line(reader.buffer_position());
        sink(Node::Problem(
            line,
            "the export ends before all of its elements are closed: its end is missing".to_owned(),
        ));
    }
}

struct Walk<'a> {
    lines: LineCounter<'a>,
    from: usize,
    depth: usize,
}

impl Walk<'_> {
    fn line(&mut self, position: u64) -> u64 {
        self.lines.line_at(self.from.saturating_add(usize::try_from(position).unwrap_or(usize::MAX)))
    }

    fn event(&mut self, event: &Event<'_>, position: u64, sink: &mut dyn FnMut(Node<'_>)) {
        match event {
            Event::Start(start) => {
                self.depth += 1;
                self.open(start, position, sink);
            }
            Event::Empty(start) => {
                let name = self.open(start, position, sink);
                sink(Node::Close(name));
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                sink(Node::Close(end.local_name().as_ref().to_owned()));
            }
            Event::Text(text) => sink(Node::Text(text.to_string())),
            Event::CData(data) => sink(Node::Text(data.to_string())),
            Event::GeneralRef(reference) => self.reference(reference, position, sink),
            Event::DocType(_) => {
                let line = self.line(position);
                let message =
                    "a document type is declared here: it is not evaluated, and its entities stay unread";
                sink(Node::Problem(line, message.to_owned()));
            }
            _ => {}
        }
    }

    fn open(&mut self, start: &BytesStart<'_>, position: u64, sink: &mut dyn FnMut(Node<'_>)) -> String {
        let name = start.local_name().as_ref().to_owned();
        let line = self.line(position);
        sink(Node::Open(line, Element { name: name.clone(), start }));
        name
    }

    fn reference(&mut self, reference: &BytesRef<'_>, position: u64, sink: &mut dyn FnMut(Node<'_>)) {
        if let Some(character) = entity::resolve(reference) {
            sink(Node::Text(character.to_string()));
        } else {
            let line = self.line(position);
            sink(Node::Problem(
                line,
                "an entity is used here that XML does not define; it is not expanded".to_owned(),
            ));
        }
    }
}
