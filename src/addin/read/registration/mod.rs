//! Reads registrations: Graph, `MSOnline`, `PnP`, the Assessment tool, pages, exports of farms and tenants.
//!
//! JSON, CSV and `Format-List` all become the same records; a record is known by the names of its fields.

mod context;
mod dates;
mod farm;
mod grid;
mod installed;
mod json;
mod node;
mod page;
mod page_shape;
mod principal;
mod realm;
mod rows;
mod shape;

#[cfg(test)]
mod tests;

use super::{File, Reader};
use crate::addin::evidence::{Evidence, Spot, Value};
use crate::text::encoding::decode_all;
use context::Context;
use dates::{Dates, Proof};
use node::{Data, Node};
use rows::Layout;
use shape::Shape;

/// The readers of this file, the most particular first.
pub(super) static READERS: &[&dyn Reader] = &[&JsonReader, &TableReader, &PageReader, &realm::RealmReader];

/// Bytes that are looked at before a file is read as a whole.
const HEAD: usize = 8192;
/// The switches of a tenant stand far down in a long object.
const JSON_HEAD: usize = 128 * 1024;

struct JsonReader;

impl Reader for JsonReader {
    fn fits(&self, file: &File<'_>) -> bool {
        if !matches!(file.extension(), "json" | "txt" | "log" | "out" | "") || !starts_as_json(file.bytes) {
            return false;
        }
        if file.extension() == "json" && is_named_as_one(file.name()) {
            return true;
        }
        let head = plain_head(file.bytes, JSON_HEAD);
        MARKS.iter().any(|mark| contains(&head, mark))
            && json::parse(file.text()).values.iter().any(any_known)
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        let parsed = json::parse(file.text());
        let mut proof = Proof::default();
        for value in &parsed.values {
            proof.look(value);
        }
        let mut cx = Context::new(file.spot(), proof.dates());
        if let Some((line, column, reason)) = parsed.problem {
            let here = Node { line, column, data: Data::Null };
            cx.problem(&here, format!("this JSON cannot be read further: {reason}"));
        }
        let mut strange = Vec::new();
        for value in &parsed.values {
            visit(&mut cx, value, 0, &mut strange);
        }
        tell_strange(&mut cx, &strange, parsed.problem.is_some());
        cx.finish()
    }
}

struct TableReader;

impl Reader for TableReader {
    fn fits(&self, file: &File<'_>) -> bool {
        is_text(file) && rows::sniff(&decoded_head(file.bytes)).is_some()
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        let Some(layout) = rows::sniff(&decoded_head(file.bytes)) else { return Evidence::default() };
        // Twice, so that a million rows are never held together: what the dates prove has to be known first.
        let mut proof = Proof::default();
        let problem = rows::each(file.text(), layout, &mut |row| proof.look(row));
        let mut cx = Context::new(file.spot(), proof.dates());
        if let Some((line, message)) = problem {
            cx.problem(&Node { line, column: 0, data: Data::Null }, message);
        }
        if layout == Layout::List && ["...}", "\u{2026}}"].iter().any(|end| file.text().contains(end)) {
            let here = Node { line: 0, column: 0, data: Data::Null };
            cx.problem(&here, "lists are cut off: set $FormatEnumerationLimit = -1 before Format-List");
        }
        // Every row of a table has the columns of its header, so its shape is asked for once.
        let mut of_table = None;
        rows::each(file.text(), layout, &mut |row| {
            let shape = match layout {
                Layout::List | Layout::Grid => Shape::of(row),
                Layout::Delimited { .. } | Layout::Secrets => *of_table.get_or_insert_with(|| Shape::of(row)),
            };
            absorb(&mut cx, row, shape);
        });
        cx.finish()
    }
}

struct PageReader;

impl Reader for PageReader {
    fn fits(&self, file: &File<'_>) -> bool {
        is_text(file) && page::fits(&decoded_head(file.bytes))
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        let mut cx = Context::new(file.spot(), Dates::default());
        page::read(&mut cx, file.text());
        cx.finish()
    }
}

/// Words without which no JSON is a registration, in lower case.
const MARKS: [&[u8]; 15] = [
    b"\"appid\"",
    b"\"appprincipalid\"",
    b"\"appidentifier\"",
    b"spdoctor.addin-registration",
    b"\"registeredissuername\"",
    b"\"nameidentifier\"",
    b"\"allowoauthoverhttp\"",
    b"\"receiverurl\"",
    b"\"verifieddomains\"",
    b"\"thumbprint\"",
    b"\"keyid\"",
    b"\"disablecustomappauthentication\"",
    b"\"legacyauthprotocolsenabled\"",
    b"\"siteownermanagelegacyserviceprincipalenabled\"",
    b"\"issharepointaddinsdisabled\"",
];

/// Names of files that say what they are meant to be: then it is told if they are something else.
const NAMES: [&str; 14] = [
    "addinregistration",
    "appregistration",
    "serviceprincipal",
    "appprincipal",
    "acsprincipal",
    "acsappprincipal",
    "classicacs",
    "classicaddins",
    "securitytokenissuer",
    "securitytokenservice",
    "trustedrootauthority",
    "spotenant",
    "eventreceivers",
    "mgapplication",
];

fn is_named_as_one(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let stem = plain.strip_suffix("json").unwrap_or(&plain);
    NAMES.iter().any(|known| stem.contains(known)) || matches!(stem, "registration" | "registrations")
}

fn starts_as_json(bytes: &[u8]) -> bool {
    let mut marks = bytes
        .iter()
        .filter(|byte| !matches!(byte, 0 | 0xEF | 0xBB | 0xBF | 0xFE | 0xFF | b' ' | b'\t' | b'\r' | b'\n'));
    match (marks.next(), marks.next()) {
        (Some(b'{'), Some(b'"' | b'}')) => true,
        (Some(b'['), Some(next)) => matches!(next, b'{' | b'[' | b']' | b'"'),
        _ => false,
    }
}

/// The start of a file in lower case, the zero bytes of UTF-16 left out.
fn plain_head(bytes: &[u8], most: usize) -> Vec<u8> {
    bytes.iter().take(most).filter(|byte| **byte != 0).map(u8::to_ascii_lowercase).collect()
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}

fn decoded_head(bytes: &[u8]) -> String {
    let head = bytes.get(..HEAD.min(bytes.len())).unwrap_or_default();
    let mut text = decode_all(head).0;
    // The last line is cut somewhere, unless the file ends here.
    if bytes.len() > HEAD
        && let Some(end) = text.rfind('\n')
    {
        text.truncate(end + 1);
    }
    text
}

fn is_text(file: &File<'_>) -> bool {
    matches!(file.extension(), "csv" | "tsv" | "txt" | "log" | "out" | "")
}

/// Whether an object in lists around lists is of a known shape.
fn any_known(node: &Node) -> bool {
    Shape::of(node).is_some()
        || match &node.data {
            Data::List(values) => values.iter().any(any_known),
            Data::Object(fields) if is_wrapper(fields) => fields.iter().any(|(_, value)| any_known(value)),
            _ => false,
        }
}

/// Every text of a JSON file that is no registration, with its path: `Graph:ClientSecret`. Comments are passed over.
/// Answers where and why it could not be read further.
pub(super) fn each_text(file: &File<'_>, see: &mut dyn FnMut(&str, Value)) -> Option<(Spot, &'static str)> {
    let at = file.spot();
    let parsed = json::parse(&json::without_comments(file.text()));
    for node in &parsed.values {
        texts_below(node, "", &at, see);
    }
    parsed.problem.map(|(line, column, reason)| (at.at(line, column), reason))
}

fn texts_below(node: &Node, path: &str, file: &Spot, see: &mut dyn FnMut(&str, Value)) {
    match &node.data {
        Data::Object(fields) => {
            for (name, value) in fields {
                let joint = if path.is_empty() { "" } else { ":" };
                texts_below(value, &format!("{path}{joint}{name}"), file, see);
            }
        }
        Data::List(values) => values.iter().for_each(|value| texts_below(value, path, file, see)),
        Data::Text(text) => see(path, Value::new(text.as_str(), node.spot(file))),
        _ => {}
    }
}

/// An object around a list: `value` of `OData`, `d` and `results` of the older one.
fn is_wrapper(fields: &[(String, Node)]) -> bool {
    fields.iter().any(|(name, value)| {
        matches!(value.data, Data::List(_) | Data::Object(_))
            && ["value", "d", "results"].iter().any(|known| name.eq_ignore_ascii_case(known))
    })
}

/// Reads every object of a known shape; the others are noted.
fn visit<'n>(cx: &mut Context, node: &'n Node, depth: usize, strange: &mut Vec<&'n Node>) {
    if let Some(shape) = Shape::of(node) {
        return absorb(cx, node, Some(shape));
    }
    match &node.data {
        Data::List(values) if depth < 6 => {
            for value in values {
                visit(cx, value, depth + 1, strange);
            }
        }
        Data::Object(fields) if depth < 6 && is_wrapper(fields) => {
            let inner =
                fields.iter().filter(|(_, value)| matches!(value.data, Data::List(_) | Data::Object(_)));
            inner.for_each(|(_, value)| visit(cx, value, depth + 1, strange));
        }
        Data::Text(text)
            if is_guid(text.trim()) && cx.file.file_name().to_ascii_lowercase().contains("realm") =>
        {
            cx.evidence.farm.realms.push(Value::new(text.trim(), node.spot(&cx.file)));
        }
        Data::Null => {}
        _ => strange.push(node),
    }
}

fn tell_strange(cx: &mut Context, strange: &[&Node], damaged: bool) {
    let Some(first) = strange.first() else { return };
    let keys: Vec<&str> = first.fields().iter().take(6).map(|(name, _)| name.as_str()).collect();
    let keys = if keys.is_empty() { "none".to_owned() } else { keys.join(", ") };
    let message = match strange.len() {
        _ if damaged => return,
        1 => format!("JSON of no known registration shape: keys {keys}"),
        several => format!(
            "JSON of no known registration shape in {several} objects, the first with the keys {keys}"
        ),
    };
    cx.problem(first, message);
}

fn absorb(cx: &mut Context, node: &Node, shape: Option<Shape>) {
    match shape {
        Some(Shape::FarmExport) => farm::export(cx, node),
        Some(Shape::Installed) => installed::addin(cx, node),
        Some(Shape::MsolPrincipal) => principal::msol(cx, node),
        Some(Shape::MsolCredential) => principal::msol_credential(cx, node),
        Some(Shape::AcsPrincipal) => principal::acs(cx, node),
        Some(Shape::SitePermission) => principal::permission(cx, node, false),
        Some(Shape::TenantPermission) => principal::permission(cx, node, true),
        Some(Shape::ServicePrincipal) => principal::service_principal(cx, node),
        Some(Shape::Application) => principal::application(cx, node),
        Some(Shape::Organization) => farm::organization(cx, node),
        Some(Shape::TrustedIssuer) => farm::issuer(cx, node),
        Some(Shape::TokenService) => farm::token_service(cx, node),
        Some(Shape::FarmPrincipal) => principal::of_farm(cx, node),
        Some(Shape::TrustedRoot) => farm::root(cx, node),
        Some(Shape::Tenant) => farm::tenant(cx, node),
        Some(Shape::Receiver) => installed::receiver(cx, node),
        Some(Shape::AcsSite) | None => {}
    }
}

/// Five groups of hexadecimal digits.
fn is_guid(text: &str) -> bool {
    let text = text.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(text);
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The first GUID in a text.
fn guid_in(text: &str) -> Option<&str> {
    (0..text.len().saturating_sub(35)).find_map(|at| text.get(at..at + 36).filter(|part| is_guid(part)))
}
