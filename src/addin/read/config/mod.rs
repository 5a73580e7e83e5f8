//! Reads `web.config`, `app.config`, their transforms, and the files that `appSettings` are redirected to.

mod access;
mod access_changes;
mod changes;
mod elements;
mod settings;

use std::ops::Range;

use super::iis::is_host_config;
use super::{File, Reader, declaration};
use crate::addin::evidence::Evidence;
use crate::addin::evidence::config::Config;
use crate::addin::xml::{Document, Element};
use crate::text::encoding::name_of;

/// The readers of this file, the most particular first.
pub(super) static READERS: &[&dyn Reader] = &[&Configuration];

/// Files of this extension that are something else.
const OTHERS: [&str; 5] =
    ["packages.config", "nuget.config", "machine.config", "redirection.config", "administration.config"];

/// The namespace of transforms.
const TRANSFORM: &str = "http://schemas.microsoft.com/XML-Document-Transform";

struct Configuration;

impl Reader for Configuration {
    fn fits(&self, file: &File<'_>) -> bool {
        let named = file.extension() == "config" && !OTHERS.contains(&file.name());
        // A copy under another name, to be sent around.
        let copied = || {
            matches!(file.extension(), "xml" | "txt" | "log" | "out")
                && matches!(file.root().as_deref(), Some("configuration" | "appSettings"))
        };
        (named || copied()) && !is_host_config(file)
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        let at = file.spot();
        let document = Document::parse(file.text(), &at);
        let root = document.root.as_ref();
        if !root.is_none_or(|root| matches!(root.name.as_str(), "configuration" | "appSettings")) {
            return Evidence::default();
        }
        let encoding = name_of(file.bytes);
        let declared = declaration::faults(file.bytes, file.text(), encoding, &at).into_iter().next();
        let malformed = declared.or_else(|| document.faults.first().cloned());
        let blank = Config { at, ..Config::default() };
        let mut config = Config { malformed, ..blank.clone() };
        let transform = is_transform(file.name(), root);
        if let Some(root) = root {
            if transform {
                config.changes = changes::read(root);
                config.access_changes = access_changes::read(root);
            }
            elements::read(root, &mut config);
            settings::read(root, &mut config);
        }
        settings::read_comments(file.text(), &document.comments, &mut config);
        config.remarks = settings::remarks(file.text(), &document.comments, &config);
        config.settings.sort_by_key(|setting| (setting.key.at.line, setting.key.at.column));
        // Files in folders of views hold nothing that matters here.
        if config == blank {
            return Evidence::default();
        }
        config.transform = transform;
        Evidence { configs: vec![config], ..Evidence::default() }
    }
}

/// `Web.Release.config`, or a file that says so itself.
fn is_transform(name: &str, root: Option<&Element>) -> bool {
    let middle = name
        .strip_prefix("web.")
        .or_else(|| name.strip_prefix("app."))
        .and_then(|rest| rest.strip_suffix(".config"));
    let declared =
        |element: &Element| element.attributes.iter().any(|attribute| attribute.value.raw == TRANSFORM);
    middle.is_some() || root.is_some_and(|root| root.descendants().take(200).any(declared))
}

/// The range of the tag that begins at an offset: up to the `>` outside of quotes.
fn tag(text: &str, from: usize, end: usize) -> Option<Range<usize>> {
    let mut quote = None;
    for (at, byte) in text.get(from..end)?.bytes().enumerate() {
        match (byte, quote) {
            (b'>', None) => return Some(from..from + at + 1),
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests;
