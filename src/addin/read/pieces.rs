//! Elements that stand in a text without being its document: in comments, or one after another without a root.
//!
//! Each piece is parsed by itself and moved to where it stands. Parsed in place, each would count the lines from the
//! beginning of the text, and a file of many pieces would take the square of its length.

use std::ops::Range;

use crate::addin::evidence::Spot;
use crate::addin::xml::{Document, Element, Node};

/// The first element of a piece; `base` is the place of its first character.
pub(super) fn element(text: &str, piece: Range<usize>, base: &Spot) -> Option<Element> {
    let mut root = Document::parse(text.get(piece)?, base).root?;
    shift(&mut root, base);
    Some(root)
}

/// The place of a byte, counted from the place of an earlier byte.
pub(super) fn place(text: &str, from: usize, base: &Spot, at: usize) -> Spot {
    let between = text.get(from..at).unwrap_or_default();
    let lines = memchr::memchr_iter(b'\n', between.as_bytes()).count();
    let last = between.rsplit('\n').next().unwrap_or_default();
    let columns = u64::try_from(last.chars().count()).unwrap_or(0);
    match u64::try_from(lines).unwrap_or(0) {
        0 => base.at(base.line, base.column + columns),
        lines => base.at(base.line + lines, columns + 1),
    }
}

/// Depth is bounded by the parser.
fn shift(element: &mut Element, base: &Spot) {
    element.at = moved(&element.at, base);
    for attribute in &mut element.attributes {
        attribute.value.at = moved(&attribute.value.at, base);
    }
    for node in &mut element.children {
        match node {
            Node::Element(child) => shift(child, base),
            Node::Text(text) | Node::Comment(text) => text.value.at = moved(&text.value.at, base),
        }
    }
}

fn moved(inner: &Spot, base: &Spot) -> Spot {
    match inner.line {
        0 => inner.clone(),
        1 => base.at(base.line, base.column + inner.column.saturating_sub(1)),
        line => base.at(base.line + line - 1, inner.column),
    }
}
