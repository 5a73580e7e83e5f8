//! Element files: remote event receivers, client web parts, custom actions.

use crate::addin::evidence::manifest::{AppPart, Elements, Receiver};
use crate::addin::evidence::{Evidence, ReadProblem, Spot, Value};
use crate::addin::xml::{Document, Element};
use crate::text::encoding::decode_all;

/// Receivers and parts of one file that are kept.
const MOST: usize = 5_000;

/// Reads an element file; nothing where it has no addresses and no receivers.
pub(super) fn read(path: &str, bytes: &[u8], package: Option<&str>) -> Evidence {
    let text = decode_all(bytes).0;
    let spot = Spot::file(path);
    let document = Document::parse(&text, &spot);
    let mut evidence = Evidence::default();
    let Some(root) = document.root.filter(|root| root.name == "Elements") else { return evidence };
    if let Some(fault) = document.faults.first() {
        let message = format!("the element file is not well-formed: {}", fault.raw);
        evidence.problems.push(ReadProblem { at: fault.at.clone(), message });
    }
    let mut elements =
        Elements { at: spot, package: package.map(str::to_owned), receivers: Vec::new(), parts: Vec::new() };
    for element in root.descendants() {
        if elements.receivers.len() + elements.parts.len() > MOST {
            break;
        }
        match element.name.as_str() {
            "Receivers" => elements.receivers.extend(receivers(element)),
            "ClientWebPart" => elements.parts.extend(client_web_part(element)),
            "CustomAction" => custom_action(element, &mut elements.parts),
            _ => {}
        }
    }
    if !elements.receivers.is_empty() || !elements.parts.is_empty() {
        evidence.elements.push(elements);
    }
    evidence
}

/// Those with an address; one with an assembly and a class runs on the farm and is none of an add-in.
fn receivers(group: &Element) -> impl Iterator<Item = Receiver> {
    let bound = ["ListTemplateId", "ListUrl", "Scope"].iter().find_map(|name| group.attribute(name));
    group.children_named("Receiver").take(MOST).filter_map(move |receiver| {
        let text = |name: &str| receiver.child(name).map(Element::text);
        let own_place = || Value::new("", receiver.at.clone());
        Some(Receiver {
            url: text("Url")?,
            name: text("Name").unwrap_or_else(own_place),
            event: text("Type").unwrap_or_else(own_place),
            bound_to: bound.cloned(),
        })
    })
}

fn client_web_part(element: &Element) -> Option<AppPart> {
    let url = element.child("Content")?.attribute("Src")?.clone();
    Some(AppPart { kind: "client web part", name: name_of(element), url })
}

fn custom_action(element: &Element, parts: &mut Vec<AppPart>) {
    let name = name_of(element);
    for inner in element.descendants() {
        let (kind, url) = match inner.name.as_str() {
            "UrlAction" => ("custom action", inner.attribute("Url")),
            "CommandUIHandler" => ("ribbon command", inner.attribute("CommandAction")),
            _ => continue,
        };
        if let Some(url) = url
            && parts.len() < MOST
        {
            parts.push(AppPart { kind, name: name.clone(), url: url.clone() });
        }
    }
}

fn name_of(element: &Element) -> Value {
    let named = ["Name", "Id", "Title"].iter().find_map(|name| element.attribute(name));
    named.cloned().unwrap_or_else(|| Value::new("", element.at.clone()))
}
