//! `appSettings`: what is set, what was set and stands in a comment, and where the real values are.

use std::collections::BTreeSet;

use super::tag;
use crate::addin::evidence::Value;
use crate::addin::evidence::config::{Config, Setting, TOKEN_HELPER_KEYS};
use crate::addin::evidence::secret::Secret;
use crate::addin::read::{pieces, remarks, secret_keys};
use crate::addin::xml::{Element, Text};

/// So many settings in comments of one file are looked at.
const MOST_COMMENTED: usize = 500;

/// Reads every `appSettings` of a document, those of locations among them.
pub(super) fn read(root: &Element, config: &mut Config) {
    let mut sections = Vec::new();
    find(root, false, &mut sections);
    for (section, is_part) in sections {
        for name in ["file", "configSource"] {
            config.redirects.extend(section.attribute(name).cloned());
        }
        if !is_part && config.builders.is_none() {
            config.builders = section.attribute("configBuilders").cloned();
        }
        config.settings.extend(entries(section, is_part));
        // A transform changes the whole section at times: `<appSettings xdt:Transform="Replace">`.
        let inherited = section.attribute_in_any_case("Transform").cloned();
        if let Some(transform) = inherited {
            let own = config.settings.iter_mut().filter(|setting| setting.transform.is_none());
            own.for_each(|setting| setting.transform = Some(transform.clone()));
        }
    }
}

/// Every `appSettings`, and whether a `location` around it says that it is for a part of the application.
fn find<'a>(element: &'a Element, is_part: bool, found: &mut Vec<(&'a Element, bool)>) {
    if element.name == "appSettings" {
        found.push((element, is_part));
    }
    let path = element.attribute("path").map_or("", |path| path.trimmed());
    let is_part = is_part || (element.name == "location" && !matches!(path, "" | "."));
    element.elements().for_each(|child| find(child, is_part, found));
}

/// The settings of a section, of which `remove` and `clear` take out what stands before them. A transform says itself
/// what it takes out.
fn entries(section: &Element, is_part: bool) -> Vec<Setting> {
    let (mut cleared, mut removed) = (is_part, BTreeSet::new());
    let mut found = Vec::new();
    let elements: Vec<&Element> = section.elements().collect();
    for element in elements.into_iter().rev() {
        let takes_out = element.attribute_in_any_case("Transform").is_none();
        let key = element.attribute("key").map(|key| key.raw.to_ascii_lowercase());
        match element.name.as_str() {
            "clear" if takes_out => cleared = true,
            "remove" if takes_out => removed.extend(key),
            "add" => {
                let void = cleared || key.is_some_and(|key| removed.contains(&key));
                found.extend(setting(element, false).map(|setting| Setting { void, ..setting }));
            }
            _ => {}
        }
    }
    found.reverse();
    found
}

/// Reads settings of `TokenHelper`, and secrets of add-ins by any other name, that someone commented out.
pub(super) fn read_comments(text: &str, comments: &[Text], config: &mut Config) {
    let mut tries = 0;
    for comment in comments {
        let inside = text.get(comment.span.clone()).unwrap_or_default();
        // The place of a comment is that of its `<!--`.
        let mut base = comment.value.at.at(comment.value.at.line, comment.value.at.column + 4);
        let mut from = comment.span.start;
        for (offset, _) in inside.match_indices("<add") {
            tries += 1;
            if tries > MOST_COMMENTED {
                return;
            }
            let at = comment.span.start + offset;
            base = pieces::place(text, from, &base, at);
            from = at;
            let Some(range) = tag(text, at, comment.span.end) else { continue };
            let found = pieces::element(text, range, &base).and_then(|add| setting(&add, true));
            let known = |key: &Value| {
                TOKEN_HELPER_KEYS.iter().any(|name| key.is(name)) || secret_keys::is_of_addin(key.trimmed())
            };
            config.settings.extend(found.filter(|setting| known(&setting.key)));
        }
    }
}

/// Secrets in comments that stand in none of the settings there.
pub(super) fn remarks(text: &str, comments: &[Text], config: &Config) -> Vec<Secret> {
    let is_setting = |found: &Secret| {
        let secrets = config.settings.iter().filter_map(|setting| setting.secret.as_ref());
        secrets.into_iter().any(|secret| secret.at.line == found.at.line && secret.equals(found))
    };
    remarks::in_xml(text, comments).into_iter().filter(|found| !is_setting(found)).collect()
}

fn setting(add: &Element, commented: bool) -> Option<Setting> {
    let key = add.attribute("key").cloned().or_else(|| located(add))?;
    let absent = Value::new("", add.at.clone());
    let (value, secret) = secret_keys::shown(key.trimmed(), add.attribute("value").unwrap_or(&absent));
    let transform = add.attribute_in_any_case("Transform").cloned();
    Some(Setting { key, value, secret, commented, void: false, of_development: false, transform })
}

/// The key that a transform looks for: `Condition(@key='Realm')`, `XPath(…[@key='Realm'])`.
fn located(add: &Element) -> Option<Value> {
    let locator = add.attribute_in_any_case("Locator")?;
    let (_, behind) = locator.raw.split_once("@key")?;
    let mut parts = behind.trim_start().strip_prefix('=')?.trim_start().split(['\'', '"']);
    let key = parts.next().filter(|before| before.is_empty()).and_then(|_| parts.next())?;
    Some(Value::new(key, locator.at.clone()))
}
