//! Reads permission XML as it is pasted into `appinv.aspx`, out of any text: malformed too, since the snippet that
//! is copied most lacks its closing tag.

use std::ops::Range;

use memchr::memmem;

use super::{File, Reader, source_code};
use crate::addin::evidence::permission::{PermissionRequest, PermissionText};
use crate::addin::evidence::{Evidence, Spot, Value};
use crate::addin::scopes;
use crate::addin::xml::{Document, Element, Places};
use crate::text::encoding::is_utf_16;

/// The readers of this file, the most particular first.
pub(super) static READERS: &[&dyn Reader] = &[&Pasted];

/// Bytes of a file that are looked at; a note with a snippet has a few thousand.
const LARGEST: usize = 4 << 20;

/// Snippets of one file that are read.
const MOST_SNIPPETS: usize = 50;

/// Requests that are kept; SharePoint allows 1,000.
const MOST_REQUESTS: usize = 1_000;

/// What `AppPermissionRequests` holds.
#[derive(Debug, Default)]
pub(super) struct Requests {
    /// `@AllowAppOnlyPolicy`.
    pub(super) allow_app_only: Option<Value>,
    /// The requests.
    pub(super) requests: Vec<PermissionRequest>,
}

/// Reads an `AppPermissionRequests`, requests in one another as well.
pub(super) fn read_requests(element: &Element, into: &mut Requests) {
    if into.allow_app_only.is_none() {
        into.allow_app_only = element.attribute("AllowAppOnlyPolicy").cloned();
    }
    let found = element.descendants().filter(|inner| inner.name.eq_ignore_ascii_case("AppPermissionRequest"));
    into.requests.extend(found.take(MOST_REQUESTS).map(request));
}

fn request(element: &Element) -> PermissionRequest {
    let property = |property: &Element| {
        let name = property.attribute("Name").cloned();
        let value = property.attribute("Value").cloned().unwrap_or_else(|| property.text());
        (name.unwrap_or_else(|| Value::new("", property.at.clone())), value)
    };
    PermissionRequest {
        at: element.at.clone(),
        scope: element.attribute("Scope").cloned(),
        right: element.attribute("Right").cloned(),
        properties: element.children_named("Property").take(100).map(property).collect(),
    }
}

/// A file that holds permission XML and is no manifest.
struct Pasted;

impl Reader for Pasted {
    fn fits(&self, file: &File<'_>) -> bool {
        if !matches!(file.extension(), "xml" | "txt" | "md" | "ps1") || file.bytes.len() > LARGEST {
            return false;
        }
        let bytes = if is_utf_16(file.bytes) { file.text().as_bytes() } else { file.bytes };
        memmem::find(bytes, b"<AppPermissionRequest").is_some()
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        // In a string of PowerShell a quote is written with a backtick; the places stay the same.
        let text = file.text().replace("`\"", " \"");
        let found = snippets(&text);
        let around = around(file.path, &text, &found);
        let read = found.into_iter().zip(around);
        let permissions = read.map(|(snippet, around)| read_snippet(file, &text, snippet, around)).collect();
        let mut evidence = Evidence { permissions, ..Evidence::default() };
        if file.extension() == "ps1" {
            // A script has other things to tell as well.
            let reader = source_code::READERS.iter().find(|reader| reader.fits(file));
            evidence.append(reader.map(|reader| reader.read(file)).unwrap_or_default());
        }
        evidence
    }
}

/// Where snippets stand: from `<AppPermissionRequests` to its end tag, or to where the markup ends.
pub(crate) fn snippets(text: &str) -> Vec<Range<usize>> {
    const WHOLE: &str = "<AppPermissionRequests";
    const END: &str = "</AppPermissionRequests>";
    let mut starts: Vec<usize> =
        memmem::find_iter(text.as_bytes(), WHOLE.as_bytes()).take(MOST_SNIPPETS + 1).collect();
    if starts.is_empty() {
        starts.extend(memmem::find(text.as_bytes(), b"<AppPermissionRequest"));
    }
    let mut found = Vec::new();
    for (number, start) in starts.iter().enumerate() {
        let limit = starts.get(number + 1).copied().unwrap_or(text.len());
        let region = text.get(*start..limit).unwrap_or_default();
        let length = match region.find(END) {
            Some(end) => end + END.len(),
            None => markup_length(region),
        };
        found.push(*start..*start + length);
    }
    found.truncate(MOST_SNIPPETS);
    found
}

/// How far markup goes that is never closed: lines that begin with `<`, or go on inside of a tag.
fn markup_length(region: &str) -> usize {
    let (mut length, mut at, mut inside) = (0, 0, false);
    for line in region.split_inclusive('\n') {
        let trimmed = line.trim_start();
        if !trimmed.is_empty() && !inside && !trimmed.starts_with('<') {
            break;
        }
        at += line.len();
        inside = match (line.rfind('<'), line.rfind('>')) {
            (Some(open), Some(close)) => open > close,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => inside,
        };
        if let Some(close) = line.rfind('>') {
            length = at - line.len() + close + 1;
        }
    }
    if length == 0 { region.find('\n').unwrap_or(region.len()) } else { length }
}

/// What is wrong with each snippet, or right behind it. Nothing of it is found where a text is sound.
pub(crate) fn faults(path: &str, text: &str) -> Vec<Value> {
    let found = snippets(text);
    let around = around(path, text, &found);
    let spot = Spot::file(path);
    let within = |snippet: Range<usize>| fault(&Document::parse_part(text, snippet, &spot));
    found.into_iter().zip(around).filter_map(|(snippet, around)| within(snippet).or(around)).collect()
}

/// What keeps sound snippets from being read where they stand. A file of XML is pasted whole, so all of it counts where
/// the snippet is its root; in other text only a second end tag is no prose.
fn around(path: &str, text: &str, found: &[Range<usize>]) -> Vec<Option<Value>> {
    let spot = Spot::file(path);
    if let [only] = found
        && path.to_ascii_lowercase().ends_with(".xml")
    {
        let whole = Document::parse(text, &spot);
        let is_root = whole.root.as_ref().is_some_and(|root| root.span.start == only.start);
        return vec![whole.faults.into_iter().next().filter(|_| is_root)];
    }
    let mut places = Places::new(text, &spot);
    let second = |(number, snippet): (usize, &Range<usize>)| {
        let limit = found.get(number + 1).map_or(text.len(), |next| next.start);
        let behind = text.get(snippet.end..limit)?.find("</AppPermissionRequest")?;
        let message = "an end tag of an element that is not open";
        Some(Value::new(message, places.at(snippet.end + behind)))
    };
    found.iter().enumerate().map(second).collect()
}

fn read_snippet(file: &File<'_>, text: &str, snippet: Range<usize>, around: Option<Value>) -> PermissionText {
    let document = Document::parse_part(text, snippet.clone(), &file.spot());
    let mut requests = Requests::default();
    let mut misplaced = Vec::new();
    let mut at = file.spot();
    let mut bare = None;
    if let Some(root) = &document.root {
        at = root.at.clone();
        read_requests(root, &mut requests);
        let elsewhere = root.descendants().filter(|element| element.name != "AppPermissionRequests");
        let values = elsewhere.filter_map(|element| element.attribute_in_any_case("AllowAppOnlyPolicy"));
        misplaced.extend(values.take(MOST_REQUESTS).cloned());
        if root.name != "AppPermissionRequests" {
            bare = Some(Value::new(
                "the element AppPermissionRequests around the requests is missing",
                at.clone(),
            ));
        }
    }
    let malformed = bare.or_else(|| fault(&document)).or(around);
    let mut read = PermissionText {
        at,
        allow_app_only: requests.allow_app_only,
        misplaced_app_only: misplaced,
        requests: requests.requests,
        malformed,
        corrected: None,
    };
    read.corrected = corrected(&read);
    read
}

/// The fault that explains most: a missing end tag before what follows from it.
fn fault(document: &Document) -> Option<Value> {
    let first = document.faults.first()?;
    let outer = document.unclosed.iter().find(|unclosed| unclosed.raw == "AppPermissionRequests");
    match outer {
        Some(unclosed) if first.raw.contains("</AppPermissionRequests>") || document.faults.len() == 1 => {
            let message = format!(
                "the end tag </AppPermissionRequests> is missing, for the element that begins in line {}",
                unclosed.at.line
            );
            Some(Value::new(message, first.at.clone()))
        }
        _ => Some(first.clone()),
    }
}

/// The text that was meant, if it is another one: sound XML, known scopes and rights, the policy at its place.
fn corrected(read: &PermissionText) -> Option<String> {
    let policy = read.allow_app_only.as_ref().or(read.misplaced_app_only.first());
    let policy = policy.map(|value| (value, meant_boolean(&value.raw)));
    let mut changed = read.malformed.is_some() || !read.misplaced_app_only.is_empty();
    let mut text = "<AppPermissionRequests".to_owned();
    if let Some((value, meant)) = policy {
        changed |= value.raw != meant;
        text.push_str(&format!(" AllowAppOnlyPolicy=\"{}\"", escaped(meant)));
    }
    text.push_str(">\n");
    for request in &read.requests {
        let scope = request.scope.as_ref().map(|scope| scope.raw.as_str());
        let right = request.right.as_ref().map(|right| right.raw.as_str());
        let meant = scope.and_then(scopes::meant);
        let new_scope = meant.map(|meant| meant.uri).or(scope);
        let new_right = right.map(|right| {
            let known = meant.and_then(|meant| scopes::meant_right(meant, right));
            known.unwrap_or(right)
        });
        changed |= new_scope != scope || new_right != right;
        text.push_str("  <AppPermissionRequest");
        for (name, value) in [("Scope", new_scope), ("Right", new_right)] {
            if let Some(value) = value {
                text.push_str(&format!(" {name}=\"{}\"", escaped(value)));
            }
        }
        text.push_str(&properties(request));
    }
    text.push_str("</AppPermissionRequests>\n");
    (changed && !read.requests.is_empty()).then_some(text)
}

fn properties(request: &PermissionRequest) -> String {
    if request.properties.is_empty() {
        return " />\n".to_owned();
    }
    let mut text = ">\n".to_owned();
    for (name, value) in &request.properties {
        text.push_str(&format!(
            "    <Property Name=\"{}\" Value=\"{}\" />\n",
            escaped(&name.raw),
            escaped(&value.raw)
        ));
    }
    text + "  </AppPermissionRequest>\n"
}

/// `xs:boolean` knows `true`, `false`, `1` and `0`, in lower case.
pub(crate) fn meant_boolean(text: &str) -> &str {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "1" | "on" => "true",
        "false" | "no" | "0" | "off" => "false",
        _ => text,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use crate::addin::read::{ReadOptions, read};

    #[test]
    fn permission_xml_is_read_in_utf_16_with_and_without_a_mark() {
        let xml = "<AppPermissionRequests><AppPermissionRequest Scope=\"http://sharepoint/search\" Right=\"QueryAsUserIgnoreAppPrincipal\" /></AppPermissionRequests>";
        for mark in ["", "\u{feff}"] {
            for order in [u16::to_le_bytes, u16::to_be_bytes] {
                let bytes: Vec<u8> = format!("{mark}{xml}").encode_utf16().flat_map(order).collect();
                let found = read("a/perm.xml", &bytes, &ReadOptions::default()).expect("permission XML");
                assert_eq!(found.permissions.len(), 1);
                assert_eq!(found.permissions[0].requests.len(), 1);
            }
        }
    }
}
