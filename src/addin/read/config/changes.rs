//! What a transform does to sections besides the settings themselves: debugging switches, the proxy, the framework,
//! Windows authentication, all of `appSettings` at once.
//!
//! *Documented*: `xdt:Transform` is `Insert…`, `Replace`, `Remove…`, `SetAttributes` or `RemoveAttributes`, the last two
//! with a list of attributes or for all; an element without it says only where the ones inside stand.

use super::access;
use crate::addin::evidence::Value;
use crate::addin::evidence::config::{Change, Switch};
use crate::addin::xml::Element;

/// Deeper elements are none of these.
const DEEPEST: usize = 16;

/// Where each switch stands: the elements around it from the outside, and its attribute.
const SWITCHES: [(Switch, &[&str], &str); 9] = [
    (Switch::Settings, &["appSettings"], ""),
    (Switch::Debug, &["system.web", "compilation"], "debug"),
    (Switch::CustomErrors, &["system.web", "customErrors"], "mode"),
    (Switch::Trace, &["system.web", "trace"], "enabled"),
    (Switch::Proxy, &["system.net", "defaultProxy", "proxy"], "proxyaddress"),
    (Switch::TargetFramework, &["system.web", "httpRuntime"], "targetFramework"),
    (Switch::Mode, &["system.web", "authentication"], "mode"),
    (Switch::Windows, WINDOWS, "enabled"),
    (Switch::Providers, PROVIDERS, "value"),
];

const WINDOWS: &[&str] = &["system.webServer", "security", "authentication", "windowsAuthentication"];
const PROVIDERS: &[&str] =
    &["system.webServer", "security", "authentication", "windowsAuthentication", "providers", "add"];

/// The changes of a transform, in order.
pub(super) fn read(root: &Element) -> Vec<Change> {
    let mut found = Vec::new();
    root.elements().for_each(|child| walk(child, &mut Vec::new(), &mut found));
    found
}

fn walk<'a>(element: &'a Element, around: &mut Vec<&'a str>, found: &mut Vec<Change>) {
    if around.len() >= DEEPEST {
        return;
    }
    if element.name == "location" {
        // What is for a part of the application alone leaves the rest as it is.
        if !access::location(element).is_empty() {
            return;
        }
    } else {
        around.push(&element.name);
    }
    match element.attribute_in_any_case("Transform") {
        Some(verb) => apply(verb, element, around, found),
        None => element.elements().for_each(|child| walk(child, around, found)),
    }
    if element.name != "location" {
        around.pop();
    }
}

fn apply(verb: &Value, element: &Element, around: &[&str], found: &mut Vec<Change>) {
    let (word, list) = verb.trimmed().split_once('(').unwrap_or((verb.trimmed(), ""));
    let word = word.trim().to_ascii_lowercase();
    let listed = |name: &str| {
        let list = list.trim_end_matches(')');
        list.is_empty() || list.split(',').any(|one| one.trim().eq_ignore_ascii_case(name))
    };
    let takes_out = word.starts_with("remove") && word != "removeattributes";
    // Of several providers the one that is meant does not matter: that the others stay does.
    let is_provider = *around == *PROVIDERS;
    if (takes_out || word == "replace") && !is_provider {
        let inside = SWITCHES.iter().filter(|(_, path, _)| path.starts_with(around));
        found.extend(inside.map(|(switch, ..)| Change { switch: *switch, value: None }));
    }
    if (word == "replace" && !is_provider) || word.starts_with("insert") {
        put(element, &mut around.to_vec(), found);
    }
    for (switch, _, name) in SWITCHES.iter().filter(|(_, path, _)| *path == around) {
        match word.as_str() {
            _ if is_provider => {}
            "removeattributes" if *switch != Switch::Settings && listed(name) => {
                found.push(Change { switch: *switch, value: None });
            }
            "setattributes" if listed(name) => {
                let value = element.attribute(name).cloned();
                found.extend(value.map(|value| Change { switch: *switch, value: Some(value) }));
            }
            _ => {}
        }
    }
    if word == "setattributes" && is_proxy_off(element) {
        found.push(Change { switch: Switch::Proxy, value: None });
    }
}

/// What stands in an element that a transform brings.
fn put<'a>(element: &'a Element, around: &mut Vec<&'a str>, found: &mut Vec<Change>) {
    if around.len() >= DEEPEST || is_proxy_off(element) {
        return;
    }
    for (switch, _, name) in SWITCHES.iter().filter(|(_, path, _)| *path == around.as_slice()) {
        let value = element.attribute(name).cloned();
        found.extend(value.map(|value| Change { switch: *switch, value: Some(value) }));
    }
    for child in element.elements() {
        around.push(&child.name);
        put(child, around, found);
        around.pop();
    }
}

/// `defaultProxy enabled="false"`: nothing inside of it counts (*documented*).
pub(super) fn is_proxy_off(element: &Element) -> bool {
    element.name == "defaultProxy" && element.attribute("enabled").is_some_and(|on| on.is("false"))
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::addin::evidence::Spot;
    use crate::addin::xml::Document;

    fn told(inside: &str) -> Vec<String> {
        let text = format!("<configuration xmlns:xdt=\"x\">{inside}</configuration>");
        let document = Document::parse(&text, &Spot::file("Web.Release.config"));
        let changes = document.root.as_ref().map(read).unwrap_or_default();
        let value = |value: &super::Value| value.raw.clone();
        changes
            .iter()
            .map(|one| format!("{:?}={}", one.switch, one.value.as_ref().map_or("-".to_owned(), value)))
            .collect()
    }

    #[test]
    fn each_verb_of_a_transform_changes_what_it_names() {
        for (inside, expected) in [
            (
                "<system.web><compilation xdt:Transform='RemoveAttributes(debug)'/></system.web>",
                vec!["Debug=-"],
            ),
            ("<system.web><compilation xdt:Transform='RemoveAttributes(batch)'/></system.web>", vec![]),
            ("<system.web><compilation debug='false'/></system.web>", vec![]),
            (
                "<system.web><compilation debug='false' xdt:Transform='SetAttributes(debug)'/></system.web>",
                vec!["Debug=false"],
            ),
            (
                "<system.web><customErrors mode='On' xdt:Transform='Replace'/></system.web>",
                vec!["CustomErrors=-", "CustomErrors=On"],
            ),
            ("<system.web><trace xdt:Transform='Remove'/></system.web>", vec!["Trace=-"]),
            ("<system.net xdt:Transform='RemoveAll'/>", vec!["Proxy=-"]),
            (
                "<system.net><defaultProxy enabled='false' xdt:Transform='SetAttributes'/></system.net>",
                vec!["Proxy=-"],
            ),
            (
                "<system.net xdt:Transform='Insert'><defaultProxy><proxy proxyaddress='http://a'/></defaultProxy></system.net>",
                vec!["Proxy=http://a"],
            ),
            (
                "<appSettings xdt:Transform='Replace'><add key='a' value='b'/></appSettings>",
                vec!["Settings=-"],
            ),
            (
                "<location path='a'><system.web><trace xdt:Transform='Remove'/></system.web></location>",
                vec![],
            ),
            (
                "<location path='.'><system.web><httpRuntime targetFramework='4.8' xdt:Transform='SetAttributes'/></system.web></location>",
                vec!["TargetFramework=4.8"],
            ),
            (
                "<location><system.webServer><security><authentication><windowsAuthentication enabled='true' xdt:Transform='SetAttributes(enabled)'/></authentication></security></system.webServer></location>",
                vec!["Windows=true"],
            ),
            (
                "<system.webServer><security><authentication xdt:Transform='Replace'><windowsAuthentication enabled='true'><providers><add value='NTLM'/><add value='Negotiate'/></providers></windowsAuthentication></authentication></security></system.webServer>",
                vec!["Windows=-", "Providers=-", "Windows=true", "Providers=NTLM", "Providers=Negotiate"],
            ),
            (
                "<system.webServer><security><authentication><windowsAuthentication><providers><add value='Negotiate' xdt:Transform='Remove'/></providers></windowsAuthentication></authentication></security></system.webServer>",
                vec![],
            ),
            (
                "<system.web><authentication mode='Windows' xdt:Transform='SetAttributes'/></system.web>",
                vec!["Mode=Windows"],
            ),
        ] {
            assert_eq!(told(inside), expected, "{inside}");
        }
    }
}
