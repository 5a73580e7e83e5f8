//! What a transform does to rules about users without a name: `authorization` of ASP.NET and of IIS, and
//! `anonymousAuthentication`, for the whole application or inside of a `location`.
//!
//! *Documented*: an element with `xdt:Locator="Match(path)"` is the one with that path; without a locator it is any
//! element of its name, so that a `location` of a transform need not be the one that it names.

use super::access;
use crate::addin::evidence::Value;
use crate::addin::evidence::config::{AccessBy, AccessChange, AccessRule, Config, Taken};
use crate::addin::xml::Element;

/// Deeper elements are none of these.
const DEEPEST: usize = 16;
/// Changes that are kept of one file; no honest one has so many.
const MOST: usize = 200;

/// Where the rules stand: the elements around them from the outside.
const SECTIONS: [(AccessBy, &[&str]); 3] = [
    (AccessBy::AspNet, &["system.web", "authorization"]),
    (AccessBy::Iis, &["system.webServer", "security", "authorization"]),
    (
        AccessBy::Authentication,
        &["system.webServer", "security", "authentication", "anonymousAuthentication"],
    ),
];

/// The changes of a transform, in order.
pub(super) fn read(root: &Element) -> Vec<AccessChange> {
    let mut found = Vec::new();
    root.elements().for_each(|child| walk(child, &mut Vec::new(), &mut found));
    found
}

fn walk<'a>(element: &'a Element, around: &mut Vec<&'a Element>, found: &mut Vec<AccessChange>) {
    if around.len() >= DEEPEST || found.len() >= MOST {
        return;
    }
    let verb = element.attribute_in_any_case("Transform").map(|verb| verb.trimmed().to_ascii_lowercase());
    match verb {
        Some(verb) => apply(&verb, element, around, found),
        None => {
            around.push(element);
            element.elements().for_each(|child| walk(child, around, found));
            around.pop();
        }
    }
}

fn apply(verb: &str, element: &Element, around: &[&Element], found: &mut Vec<AccessChange>) {
    let word = verb.split('(').next().unwrap_or_default().trim();
    let names = names(element, around);
    let rules = rules(element, around);
    let change = |by: AccessBy, taken: Taken, put: Option<AccessRule>| AccessChange {
        path: target(element, around),
        by,
        taken,
        put,
        first: false,
        unless: None,
    };
    let if_missing = word == "insertifmissing";
    let section =
        SECTIONS.iter().find(|(by, path)| *by != AccessBy::Authentication && **path == *names_above(&names));
    if let Some((by, _)) = section {
        // One rule of an `authorization`.
        let exact = word == "remove" || word.starts_with("insert");
        for told in told_of(element, exact) {
            let put = if word.starts_with("remove") { None } else { rules.first().cloned() };
            if word.starts_with("insert") {
                found.push(AccessChange {
                    first: word == "insertbefore",
                    unless: if_missing.then_some(told),
                    ..change(*by, Taken::Nothing, put)
                });
                return;
            }
            if word != "removeattributes" {
                found.push(change(*by, Taken::Told(told), put));
            }
        }
        return;
    }
    let of_anonymous = names.last() == Some(&ANONYMOUS);
    if of_anonymous && word == "setattributes" {
        found.extend(rules.into_iter().map(|rule| change(rule.by, Taken::All, Some(rule))));
        return;
    }
    let listed = of_anonymous && (verb.contains("enabled") || !verb.contains('('));
    if (word.starts_with("remove") && (word != "removeattributes" || listed)) || word == "replace" {
        let inside = SECTIONS.iter().filter(|(_, path)| path.starts_with(&names));
        found.extend(inside.map(|(by, _)| change(*by, Taken::All, None)));
    }
    if word == "replace" || word.starts_with("insert") {
        let unless = if_missing.then(String::new);
        found.extend(rules.into_iter().map(|rule| AccessChange {
            unless: unless.clone(),
            ..change(rule.by, Taken::Nothing, Some(rule))
        }));
    }
}

const ANONYMOUS: &str = "anonymousAuthentication";

/// The names from the outside to an element, but for a `location`.
fn names<'a>(element: &'a Element, around: &[&'a Element]) -> Vec<&'a str> {
    let all = around.iter().copied().chain([element]);
    all.map(|element| element.name.as_str()).filter(|name| *name != "location").collect()
}

fn names_above<'n, 'a>(names: &'n [&'a str]) -> &'n [&'a str] {
    names.split_last().map_or(&[], |(_, above)| above)
}

/// The rules in an element, and the element itself.
fn rules(element: &Element, around: &[&Element]) -> Vec<AccessRule> {
    let mut seen = Config::default();
    note(element, &mut around.to_vec(), &mut seen);
    seen.access
}

fn note<'a>(element: &'a Element, around: &mut Vec<&'a Element>, seen: &mut Config) {
    access::note(element, around, seen);
    if around.len() < DEEPEST {
        around.push(element);
        element.elements().for_each(|child| note(child, around, seen));
        around.pop();
    }
}

/// The path that is meant. What is put in with its `location` brings its path along.
fn target(element: &Element, around: &[&Element]) -> Option<String> {
    let location = around.iter().copied().chain([element]).find(|one| one.name == "location");
    let Some(location) = location else { return Some(String::new()) };
    let path = access::location(location);
    let verb = location.attribute_in_any_case("Transform").map_or("", Value::trimmed);
    let brought = verb.to_ascii_lowercase().starts_with("insert");
    (path.is_empty() || brought || location.attribute_in_any_case("Locator").is_some()).then_some(path)
}

/// How the rules are told that an element means: those with its users where it looks for them, else those of its name.
/// What IIS calls `add` allows or denies.
fn told_of(element: &Element, exact: bool) -> Vec<String> {
    let locator = element.attribute_in_any_case("Locator").map_or("", Value::trimmed).to_ascii_lowercase();
    let by_users = exact || (locator.starts_with("match") && locator.contains("users"));
    let users = element.attribute("users").filter(|_| by_users);
    let told = |word: &str| users.map_or(word.to_owned(), |users| format!("{word} users=\"{}\"", users.raw));
    let denies = element.attribute("accessType").is_some_and(|access| access.is("Deny"));
    match element.name.as_str() {
        "add" if denies => vec![told("deny"), told("add")],
        "add" => vec![told("add"), told("deny")],
        name => vec![told(name)],
    }
}
