//! `appSettings`: what is set, what was set and stands in a comment, and where the real values are.

use super::tag;
use crate::addin::evidence::Value;
use crate::addin::evidence::config::{Config, Setting, TOKEN_HELPER_KEYS};
use crate::addin::read::{pieces, secret_keys};
use crate::addin::xml::{Element, Text};

/// So many settings in comments of one file are looked at.
const MOST_COMMENTED: usize = 500;

/// Reads every `appSettings` of a document, those of locations among them.
pub(super) fn read(root: &Element, config: &mut Config) {
    for section in root.descendants().filter(|element| element.name == "appSettings") {
        for name in ["file", "configSource"] {
            config.redirects.extend(section.attribute(name).cloned());
        }
        config.settings.extend(section.children_named("add").filter_map(|add| setting(add, false)));
        // A transform changes the whole section at times: `<appSettings xdt:Transform="Replace">`.
        let inherited = section.attribute_in_any_case("Transform").cloned();
        if let Some(transform) = inherited {
            let own = config.settings.iter_mut().filter(|setting| setting.transform.is_none());
            own.for_each(|setting| setting.transform = Some(transform.clone()));
        }
    }
}

/// Reads settings of `TokenHelper` that someone commented out.
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
            let known = |key: &Value| TOKEN_HELPER_KEYS.iter().any(|name| key.is(name));
            config.settings.extend(found.filter(|setting| known(&setting.key)));
        }
    }
}

fn setting(add: &Element, commented: bool) -> Option<Setting> {
    let key = add.attribute("key")?.clone();
    let absent = Value::new("", add.at.clone());
    let (value, secret) = secret_keys::shown(key.trimmed(), add.attribute("value").unwrap_or(&absent));
    let transform = add.attribute_in_any_case("Transform").cloned();
    Some(Setting { key, value, secret, commented, transform })
}
