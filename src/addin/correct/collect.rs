//! The changes that a text needs.

use std::ops::Range;

use super::address::{self, Kind};
use super::{Applied, Change, Edit};
use crate::addin::evidence::Spot;
use crate::addin::read::{meant_boolean, permission_snippets, secret_instead_of_id};
use crate::addin::scopes::{meant, meant_right};
use crate::addin::standard_tokens::Ampersand;
use crate::addin::xml::{Attribute, Document, Element, Node, Places};

/// Changes in order, none touching another.
pub(super) fn changes(path: &str, text: &str, wanted: &[Edit]) -> Vec<Change> {
    let spot = Spot::file(path);
    let whole = Document::parse(text, &spot);
    let is_manifest = whole.root.as_ref().is_some_and(|root| root.name == "App");
    let mut found = Vec::new();
    if is_manifest {
        Part { text, range: 0..text.len(), document: &whole }.collect(wanted, &mut found);
    } else {
        for range in permission_snippets(text) {
            let document = Document::parse_part(text, range.clone(), &spot);
            Part { text, range, document: &document }.collect(wanted, &mut found);
        }
    }
    found.sort_by_key(|change| (change.span.start, change.span.end));
    let mut end = 0;
    found.retain(|change| {
        let apart = change.span.start >= end && text.get(change.span.clone()) != Some(change.text.as_str());
        if apart {
            end = change.span.end;
        }
        apart
    });
    found
}

/// The changes as they are told.
pub(super) fn applied(path: &str, text: &str, changes: &[Change]) -> Vec<Applied> {
    let spot = Spot::file(path);
    let mut places = Places::new(text, &spot);
    let told = |change: &Change| {
        let at = places.at(change.span.start);
        Applied {
            line: at.line,
            column: at.column,
            before: if change.reason == SECRET {
                "(secret)".to_owned()
            } else {
                text.get(change.span.clone()).unwrap_or_default().to_owned()
            },
            after: change.text.clone(),
            reason: change.reason.clone(),
        }
    };
    changes.iter().map(told).collect()
}

const SECRET: &str = "a secret in a manifest is known to everyone who can read the file";

struct Part<'a> {
    text: &'a str,
    range: Range<usize>,
    document: &'a Document,
}

impl Part<'_> {
    fn collect(&self, wanted: &[Edit], found: &mut Vec<Change>) {
        let Some(root) = &self.document.root else { return };
        let has = |edit: &Edit| wanted.contains(edit);
        let remote = root.find("RemoteWebApplication").is_some();
        for element in root.descendants() {
            // First, because quotes take in the value between them, which other changes leave without any.
            if has(&Edit::WellFormed) {
                self.well_formed(element, found);
            }
            self.addresses(element, remote, wanted, found);
            client_id(element, wanted, found);
            if has(&Edit::Permissions) {
                permissions(element, found);
            }
            if has(&Edit::EmptySecret)
                && element.name == "DebugInfo"
                && let Some(secret) = attribute(element, "ClientSecret")
            {
                change(found, secret.span.clone(), "", SECRET);
            }
        }
        if has(&Edit::WellFormed) {
            self.end_tags(root, found);
        }
    }

    fn addresses(&self, element: &Element, remote: bool, wanted: &[Edit], found: &mut Vec<Change>) {
        let kind = match element.name.as_str() {
            "StartPage" => Kind::Start,
            "SettingsPage" => Kind::Settings,
            "InstalledEventEndpoint" | "UninstallingEventEndpoint" | "UpgradedEventEndpoint" => {
                Kind::Endpoint
            }
            _ => return,
        };
        let mut texts = element.children.iter().filter_map(|node| match node {
            Node::Text(text) => Some(text.span.clone()),
            _ => None,
        });
        // Text in several pieces, around a comment, is left to people.
        let (Some(span), None) = (texts.next(), texts.next()) else { return };
        let Some((span, ampersand)) = self.inside(span) else { return };
        let written = self.text.get(span.clone()).unwrap_or_default();
        if let Some((address, reason)) = address::corrected(written, kind, remote, ampersand, wanted) {
            // Ampersands are corrected along with it: two changes must not touch.
            let references = ampersand == Ampersand::Xml && wanted.contains(&Edit::WellFormed);
            let address = if references { with_references(&address) } else { address };
            change(found, span, &address, &reason);
        }
    }

    /// What of a text is the address, and how an ampersand is written there. Inside of a CDATA section it stands for
    /// itself, and the marks of the section stay. `None` where only a part of the text is a section.
    fn inside(&self, span: Range<usize>) -> Option<(Range<usize>, Ampersand)> {
        const OPEN: &str = "<![CDATA[";
        const CLOSE: &str = "]]>";
        let written = self.text.get(span.clone())?;
        if !written.contains(OPEN) {
            return Some((span, Ampersand::Xml));
        }
        let start = span.start + (written.len() - written.trim_start().len()) + OPEN.len();
        let section = written.trim().strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
        (!section.contains(CLOSE)).then(|| (start..start + section.len(), Ampersand::Plain))
    }

    /// Ampersands and quotes of one element.
    fn well_formed(&self, element: &Element, found: &mut Vec<Change>) {
        for attribute in &element.attributes {
            self.quotes(element, attribute, found);
        }
        for node in &element.children {
            if let Node::Text(text) = node {
                let written = self.text.get(text.span.clone()).unwrap_or_default();
                if !written.contains("<![CDATA[") {
                    ampersands(written, text.span.start, found);
                }
            }
        }
    }

    fn quotes(&self, element: &Element, attribute: &Attribute, found: &mut Vec<Change>) {
        let span = attribute.span.clone();
        let written = self.text.get(span.clone()).unwrap_or_default();
        let before = self.text.get(..span.start).and_then(|text| text.chars().next_back());
        let after = self.text.get(span.end..).and_then(|text| text.chars().next());
        let sound = matches!(before, Some('"' | '\'')) && before == after;
        if sound {
            return ampersands(written, span.start, found);
        }
        let quote = |c: &char| matches!(c, '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '"');
        let start = span.start - before.filter(quote).map_or(0, char::len_utf8);
        let end = span.end + after.filter(quote).map_or(0, char::len_utf8);
        // What may be a secret is not told as changed text.
        let lower = attribute.name.to_ascii_lowercase();
        let is_secret = lower.contains("secret") || lower.contains("password");
        if is_secret || (lower == "clientid" && secret_instead_of_id(&attribute.value).is_some()) {
            return;
        }
        let meant = meant_value(element, attribute);
        change(
            found,
            start..end,
            &format!("\"{}\"", with_references(&meant.replace('"', "&quot;"))),
            "values of attributes stand in straight quotes",
        );
    }

    /// End tags that are missing: empty elements close themselves, others get their tag.
    fn end_tags(&self, root: &Element, found: &mut Vec<Change>) {
        for unclosed in &self.document.unclosed {
            let Some(element) = root.descendants().find(|element| element.at == unclosed.at) else {
                continue;
            };
            let reason = format!("the end tag </{}> is missing", unclosed.raw);
            let only_requests =
                matches!(element.name.as_str(), "AppPermissionRequest" | "RemoteWebApplication" | "Internal");
            if only_requests && element.child("Property").is_none() {
                let end = element.tag.end.saturating_sub(1);
                let tag = self.text.get(element.tag.start..end).unwrap_or_default();
                let blanks = tag.len() - tag.trim_end().len();
                change(found, end - blanks..element.tag.end, " />", &reason);
            } else {
                let end = element.span.end.min(self.range.end);
                let inner = self.text.get(element.span.start..end).unwrap_or_default();
                let at = element.span.start + inner.trim_end().len();
                let line_end = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
                let tag = format!("{line_end}</{}>", unclosed.raw);
                // Several at one place are one change: the innermost first.
                match found.iter_mut().find(|change| change.span == (at..at)) {
                    Some(change) => {
                        change.text.push_str(&tag);
                        change.reason.push_str("; ");
                        change.reason.push_str(&reason);
                    }
                    None => change(found, at..at, &tag, &reason),
                }
            }
        }
    }
}

fn change(found: &mut Vec<Change>, span: Range<usize>, text: &str, reason: &str) {
    found.push(Change { span, text: text.to_owned(), reason: reason.to_owned() });
}

fn attribute<'e>(element: &'e Element, name: &str) -> Option<&'e Attribute> {
    element.attributes.iter().find(|attribute| attribute.name == name && attribute.prefix.is_empty())
}

fn client_id(element: &Element, wanted: &[Edit], found: &mut Vec<Change>) {
    if element.name != "RemoteWebApplication" {
        return;
    }
    let Some(id) = attribute(element, "ClientId") else { return };
    for edit in wanted {
        match edit {
            Edit::ClientId(new) if !id.value.is(new) => {
                return change(found, id.span.clone(), new, "this is the client id that is registered");
            }
            Edit::PlainClientId => {
                let plain = id.value.trimmed().to_ascii_lowercase();
                if plain != id.value.raw && plain.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
                {
                    return change(
                        found,
                        id.span.clone(),
                        &plain,
                        "a client id is written in lower case and without blanks",
                    );
                }
            }
            _ => {}
        }
    }
}

fn permissions(element: &Element, found: &mut Vec<Change>) {
    let names: &[&str] = match element.name.as_str() {
        "AppPermissionRequests" => &["AllowAppOnlyPolicy"],
        "AppPermissionRequest" => &["Scope", "Right"],
        _ => return,
    };
    let scope = attribute(element, "Scope").and_then(|scope| meant(&scope.value.raw));
    for name in names {
        let Some(attribute) = attribute(element, name) else { continue };
        let written = attribute.value.raw.as_str();
        let new = match *name {
            "Scope" => scope.map(|scope| scope.uri),
            "Right" => scope.and_then(|scope| meant_right(scope, written)),
            _ => Some(meant_boolean(written)),
        };
        if let Some(new) = new.filter(|new| *new != written) {
            let reason = match *name {
                "Scope" => "this is the scope that SharePoint knows",
                "Right" => "this is the right that the scope has",
                _ => "the policy is true or false in lower case",
            };
            change(found, attribute.span.clone(), new, reason);
        }
    }
}

/// What the value was meant to be, for values whose quotes are corrected at the same time.
fn meant_value<'a>(element: &Element, attribute: &'a Attribute) -> &'a str {
    let written = attribute.value.raw.as_str();
    match attribute.name.as_str() {
        "Scope" => meant(written).map_or(written, |scope| scope.uri),
        "Right" => {
            let scope = element.attribute("Scope").and_then(|scope| meant(&scope.raw));
            scope.and_then(|scope| meant_right(scope, written)).unwrap_or(written)
        }
        "AllowAppOnlyPolicy" => meant_boolean(written),
        _ => written,
    }
}

fn ampersands(written: &str, start: usize, found: &mut Vec<Change>) {
    for at in bare(written) {
        change(found, start + at..start + at + 1, "&amp;", "an & is written as &amp; in XML");
    }
}

fn with_references(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for at in bare(text) {
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str("&amp;");
        from = at + 1;
    }
    out + text.get(from..).unwrap_or_default()
}

/// Letters of a reference between `&` and `;`.
const LONGEST: usize = 8;

/// Where an `&` begins no reference.
fn bare(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices('&').map(|(at, _)| at).filter(|at| {
        let rest = text.get(at + 1..).unwrap_or_default();
        // The longest reference is `&#x10FFFF;`; a text may have as many signs as it has letters.
        let end = rest.bytes().take(LONGEST + 1).position(|byte| byte == b';');
        let name = end.and_then(|end| rest.get(..end)).unwrap_or_default();
        let number = name.strip_prefix('#').is_some_and(|digits| {
            let digits = digits.strip_prefix('x').unwrap_or(digits);
            (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        !number && !matches!(name, "amp" | "lt" | "gt" | "quot" | "apos")
    })
}
