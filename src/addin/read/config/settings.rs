//! `appSettings`: what is set, what was set and stands in a comment, and where the real values are.

use std::ops::Range;

use super::tag;
use crate::addin::evidence::Value;
use crate::addin::evidence::config::{Config, Setting, TOKEN_HELPER_KEYS};
use crate::addin::read::secret_keys;
use crate::addin::xml::{Document, Element};

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
pub(super) fn read_comment(text: &str, comment: &Range<usize>, config: &mut Config) {
    let inside = text.get(comment.clone()).unwrap_or_default();
    for (at, _) in inside.match_indices("<add").take(200) {
        let Some(range) = tag(text, comment.start + at, comment.end) else { continue };
        let document = Document::parse_part(text, range, &config.at);
        let found = document.root.as_ref().and_then(|add| setting(add, true));
        let known = |key: &Value| TOKEN_HELPER_KEYS.iter().any(|name| key.is(name));
        config.settings.extend(found.filter(|setting| known(&setting.key)));
    }
}

fn setting(add: &Element, commented: bool) -> Option<Setting> {
    let key = add.attribute("key")?.clone();
    let absent = Value::new("", add.at.clone());
    let (value, secret) = secret_keys::shown(key.trimmed(), add.attribute("value").unwrap_or(&absent));
    let transform = add.attribute_in_any_case("Transform").cloned();
    Some(Setting { key, value, secret, commented, transform })
}
