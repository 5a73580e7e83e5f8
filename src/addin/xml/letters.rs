//! Names, references and letters of XML, and what the reader says of errors.

use super::attributes::Fault;
use crate::text::entity;

/// The last boundary of a character that is not behind the offset.
pub(super) fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

pub(super) fn split_name(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

pub(super) fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && characters.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '\u{b7}'))
}

pub(super) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n' | '\u{feff}')
}

pub(super) fn is_forbidden(character: char) -> bool {
    (character < ' ' && !matches!(character, '\t' | '\r' | '\n'))
        || matches!(character, '\u{fffe}' | '\u{ffff}' | '\u{fffd}')
}

/// The character that a predefined reference or a number stands for.
pub(super) fn resolve(name: &str) -> Option<char> {
    let known = name.starts_with('#') || matches!(name, "amp" | "lt" | "gt" | "quot" | "apos");
    known.then(|| entity::resolve(name)).flatten()
}

pub(super) fn unknown_reference(name: &str) -> &'static str {
    if is_name(name) {
        "a reference to an entity that XML does not define"
    } else {
        "an & that is not written as &amp;"
    }
}

/// The text with its references resolved; unknown ones stay as they are written.
pub(super) fn resolved(raw: &str, start: usize, faults: &mut Vec<Fault>) -> String {
    let mut out = String::with_capacity(raw.len());
    let (mut rest, mut at) = (raw, start);
    while let Some((plain, after)) = rest.split_once('&') {
        out.push_str(plain);
        at += plain.len() + 1;
        // The longest reference is `&#x10FFFF;`; names are shorter than that.
        let window = after.get(..floor(after, 12)).unwrap_or(after);
        let name = window.split_once(';').map(|(name, _)| name);
        match name.and_then(|name| Some((resolve(name)?, name.len() + 1))) {
            Some((character, length)) => {
                out.push(character);
                rest = after.get(length..).unwrap_or_default();
                at += length;
            }
            None => {
                faults.push((at - 1, name.map_or("an & that is not written as &amp;", unknown_reference)));
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What the reader says, without anything of the text in it.
pub(super) fn told(error: &quick_xml::Error) -> &'static str {
    use quick_xml::errors::SyntaxError as Syntax;
    match error {
        quick_xml::Error::Syntax(Syntax::UnclosedComment) => "a comment without its end",
        quick_xml::Error::Syntax(Syntax::UnclosedCData) => "a CDATA section without its end",
        quick_xml::Error::Syntax(Syntax::UnclosedDoctype) => "a document type definition without its end",
        quick_xml::Error::Syntax(Syntax::UnclosedPI | Syntax::UnclosedXmlDecl) => {
            "a processing instruction without its end"
        }
        quick_xml::Error::Syntax(
            Syntax::UnclosedSingleQuotedAttributeValue | Syntax::UnclosedDoubleQuotedAttributeValue,
        ) => "a tag in which the closing quote of an attribute is missing",
        quick_xml::Error::Syntax(Syntax::UnclosedTag) => "a tag without its >",
        _ => "this is not XML",
    }
}
