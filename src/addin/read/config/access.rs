//! Rules of a configuration that let users without a name in or shut them out, each with the path it is for.

use crate::addin::evidence::Value;
use crate::addin::evidence::config::{AccessBy, AccessEffect, AccessRule, Config};
use crate::addin::xml::Element;

/// Rules that are kept of one file; no honest one has so many.
const MOST: usize = 200;

/// Notes a rule; other elements are none.
pub(super) fn note(element: &Element, path: &[&Element], config: &mut Config) {
    let parent = path.last().map_or("", |parent| parent.name.as_str());
    let by = match (parent, element.name.as_str()) {
        ("authorization", _) if path.iter().any(|around| around.name == "system.webServer") => AccessBy::Iis,
        ("authorization", _) => AccessBy::AspNet,
        (_, "anonymousAuthentication") => AccessBy::Authentication,
        _ => return,
    };
    let Some((effect, mut told)) = effect(element, by) else { return };
    let plain = path_of(path);
    if !plain.is_empty() {
        told.raw.push_str(&format!(" for {}", written(path)));
    } else if by == AccessBy::Authentication && config.anonymous.is_none() {
        config.anonymous = element.attribute("enabled").cloned();
    }
    if config.access.len() < MOST {
        config.access.push(AccessRule { path: plain, by, effect, value: told });
    }
}

/// The `path` of the `location` around an element, as it is written.
fn written<'a>(around: &[&'a Element]) -> &'a str {
    let location = around.iter().find(|element| element.name == "location");
    location.and_then(|location| location.attribute("path")).map_or("", Value::trimmed)
}

/// The path that an element is for, by the `location` around it; empty for everything.
pub(super) fn path_of(around: &[&Element]) -> String {
    plain(written(around))
}

/// The path of a `location`.
pub(super) fn location(element: &Element) -> String {
    path_of(&[element])
}

/// What a rule does to anonymous callers that send a `POST`, and how it is told.
fn effect(element: &Element, by: AccessBy) -> Option<(AccessEffect, Value)> {
    let attribute = |name: &str| element.attribute(name);
    let told = |text: String| Value::new(text, element.at.clone());
    if by == AccessBy::Authentication {
        let enabled = attribute("enabled")?;
        let effect = if enabled.is("false") { AccessEffect::Denies } else { AccessEffect::Allows };
        let text = format!("anonymousAuthentication enabled=\"{}\"", enabled.trimmed());
        return Some((effect, Value::new(text, enabled.at.clone())));
    }
    if element.name == "clear" {
        return Some((AccessEffect::Resets, told("clear".to_owned())));
    }
    let users = attribute("users")
        .filter(|users| users.raw.split(',').any(|user| matches!(user.trim(), "?" | "*")))?;
    let verbs = attribute("verbs").map_or("", |verbs| verbs.trimmed());
    let posts = verbs.is_empty()
        || verbs.split(',').any(|verb| verb.trim() == "*" || verb.trim().eq_ignore_ascii_case("POST"));
    let denies = || attribute("accessType").is_some_and(|access| access.is("Deny"));
    let effect = match element.name.as_str() {
        "deny" => AccessEffect::Denies,
        "remove" => AccessEffect::Resets,
        "add" if denies() => AccessEffect::Denies,
        "allow" | "add" => AccessEffect::Allows,
        _ => return None,
    };
    let word = if effect == AccessEffect::Denies { "deny" } else { &element.name };
    posts.then(|| (effect, Value::new(format!("{word} users=\"{}\"", users.raw), users.at.clone())))
}

/// A path as IIS compares it.
fn plain(path: &str) -> String {
    let parts = path.split(['/', '\\']).map(str::trim).filter(|part| !matches!(*part, "" | "."));
    parts.collect::<Vec<_>>().join("/").to_lowercase()
}
