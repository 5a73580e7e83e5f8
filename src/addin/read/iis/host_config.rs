//! `applicationHost.config`: sites with their bindings, and which authentication each lets in.

use super::{MOST, of_site, problem};
use crate::addin::evidence::config::Binding;
use crate::addin::evidence::{Evidence, Value};
use crate::addin::read::File;
use crate::addin::xml::{Document, Element};

pub(super) fn read(file: &File<'_>) -> Evidence {
    let document = Document::parse(file.text(), &file.spot());
    let mut evidence = match document.faults.first() {
        Some(fault) => problem(&fault.at, &format!("reading the configuration of IIS: {}", fault.raw)),
        None => Evidence::default(),
    };
    let Some(root) = &document.root else { return evidence };
    let everywhere = Authentication::of(root.child("system.webServer"));
    for site in root.descendants().filter(|element| element.name == "site") {
        let here = site.attribute("name").and_then(|name| location(root, name)).unwrap_or_default();
        let told = |binding: Binding| Binding {
            anonymous: here.anonymous.clone().or_else(|| everywhere.anonymous.clone()),
            windows: here.windows.clone().or_else(|| everywhere.windows.clone()),
            ..binding
        };
        evidence.bindings.extend(of_site(site).into_iter().map(told));
    }
    evidence.bindings.truncate(MOST);
    evidence
}

/// What a section of a site or of the server says about who may come in.
#[derive(Default)]
struct Authentication {
    anonymous: Option<Value>,
    windows: Option<Value>,
}

impl Authentication {
    fn of(section: Option<&Element>) -> Self {
        let enabled = |name: &str| {
            section
                .and_then(|section| section.find(name))
                .and_then(|found| found.attribute("enabled"))
                .cloned()
        };
        Self { anonymous: enabled("anonymousAuthentication"), windows: enabled("windowsAuthentication") }
    }
}

/// `<location path="Site">`: what it says counts for that site.
fn location(root: &Element, site: &Value) -> Option<Authentication> {
    let mut sections = root.children_named("location").filter(|section| {
        section
            .attribute("path")
            .is_some_and(|path| path.trimmed().trim_end_matches('/').eq_ignore_ascii_case(site.trimmed()))
    });
    sections.next().map(|section| Authentication::of(Some(section)))
}
