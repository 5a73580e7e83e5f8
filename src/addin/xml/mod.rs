//! XML of artefacts, as a tree with places: line and column of every element, attribute, text and comment.
//!
//! Parsing never fails. What is not well-formed becomes a located fault, and the tree holds what could be read:
//! all that came before, and where a reading is obvious what comes after. Only the predefined references and
//! numbers are resolved; nothing that a document declares is ever expanded. A fault never quotes the value of an
//! attribute or a text, since either may be a secret.

mod attributes;
mod letters;
mod parse;
mod place;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use super::evidence::{Spot, Value};

pub use place::Places;

/// Bytes of text that are looked at; a manifest has a few thousand.
pub const LARGEST: usize = 16 << 20;

/// How deep elements are followed into one another; a configuration file needs about ten.
pub const DEEPEST: usize = 128;

/// Elements, attributes, texts and comments that are kept.
pub const MOST_NODES: usize = 250_000;

/// Faults that are told; one cause often has many of them.
pub const MOST_FAULTS: usize = 20;

/// A document, or a part of a larger text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Document {
    /// The first element; `None` where there is none.
    pub root: Option<Element>,
    /// What keeps it from being well-formed: a sentence in lower case without a full stop, and its place.
    pub faults: Vec<Value>,
    /// All comments, in the order of the text, also those inside of elements.
    pub comments: Vec<Text>,
    /// End tags that are missing, innermost first: the name of the element as written, and where it begins.
    pub unclosed: Vec<Value>,
}

/// An element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Element {
    /// Its name without the prefix.
    pub name: String,
    /// Its prefix; empty without one.
    pub prefix: String,
    /// The namespace it belongs to; `None` for none.
    pub namespace: Option<Arc<str>>,
    /// Its `<`.
    pub at: Spot,
    /// Its attributes, declarations of namespaces among them, in the order of the text.
    pub attributes: Vec<Attribute>,
    /// What it holds.
    pub children: Vec<Node>,
    /// The bytes of its start tag in the text.
    pub tag: Range<usize>,
    /// The bytes of the whole of it in the text; ends where the text ends if its end tag is missing.
    pub span: Range<usize>,
}

/// An attribute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attribute {
    /// Its name without the prefix.
    pub name: String,
    /// Its prefix; empty without one.
    pub prefix: String,
    /// Its value with references resolved, at the place of its name. Line ends and tabs are kept as written.
    pub value: Value,
    /// The bytes of the value in the text, without its quotes.
    pub span: Range<usize>,
}

/// What an element holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Node {
    /// An element.
    Element(Element),
    /// Text, references resolved and CDATA taken in.
    Text(Text),
    /// A comment.
    Comment(Text),
}

/// Text or a comment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// The text at the place of its first letter; of a comment what stands between its marks, at its `<`.
    pub value: Value,
    /// The bytes of it in the text of the document; of a comment without its marks.
    pub span: Range<usize>,
}

impl Document {
    /// Reads a document. The spot names the file.
    pub fn parse(text: &str, spot: &Spot) -> Self {
        Self::parse_part(text, 0..text.len(), spot)
    }

    /// Reads a part of a text, a comment or a fragment in a script; places are those in the whole text. The range
    /// must lie on characters; nothing is read if it does not.
    pub fn parse_part(text: &str, part: Range<usize>, spot: &Spot) -> Self {
        parse::parse(text, part, spot)
    }

    /// The document is well-formed.
    pub fn is_well_formed(&self) -> bool {
        self.root.is_some() && self.faults.is_empty()
    }
}

impl Element {
    /// The first child element of this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.elements().find(|child| child.name == name)
    }

    /// The child elements of this name.
    pub fn children_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.elements().filter(move |child| child.name == name)
    }

    /// The child elements.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            _ => None,
        })
    }

    /// The value of the attribute of this name without a prefix; the first where it stands twice.
    pub fn attribute(&self, name: &str) -> Option<&Value> {
        let found = self.attributes.iter().find(|found| found.prefix.is_empty() && found.name == name);
        found.map(|attribute| &attribute.value)
    }

    /// The value of the attribute of this name in any case of letters and with any prefix.
    pub fn attribute_in_any_case(&self, name: &str) -> Option<&Value> {
        let found = self.attributes.iter().find(|found| found.name.eq_ignore_ascii_case(name));
        found.map(|attribute| &attribute.value)
    }

    /// The text right inside of it, pieces between child elements joined; empty at its own place without any.
    pub fn text(&self) -> Value {
        let mut texts = self.children.iter().filter_map(|node| match node {
            Node::Text(text) => Some(&text.value),
            _ => None,
        });
        let Some(first) = texts.next() else { return Value::new("", self.at.clone()) };
        let mut joined = first.clone();
        for text in texts {
            if joined.trimmed().is_empty() {
                joined.at = text.at.clone();
            }
            joined.raw.push_str(&text.raw);
        }
        joined
    }

    /// It and all elements inside of it, in the order of the text.
    pub fn descendants(&self) -> Descendants<'_> {
        Descendants { open: vec![self] }
    }

    /// The first element of this name, it itself or inside of it.
    pub fn find(&self, name: &str) -> Option<&Self> {
        self.descendants().find(|element| element.name == name)
    }
}

/// The elements of a tree, in the order of the text.
#[derive(Clone, Debug)]
pub struct Descendants<'a> {
    open: Vec<&'a Element>,
}

impl<'a> Iterator for Descendants<'a> {
    type Item = &'a Element;

    fn next(&mut self) -> Option<&'a Element> {
        let next = self.open.pop()?;
        let first_new = self.open.len();
        self.open.extend(next.elements());
        if let Some(new) = self.open.get_mut(first_new..) {
            new.reverse();
        }
        Some(next)
    }
}
