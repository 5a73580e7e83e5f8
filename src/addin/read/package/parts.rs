//! Parts of a package besides its manifest: element files, and the cabinet with the features of the app web.

use super::archive::{self, Budget};
use super::cabinet::{self, Cabinet};
use super::{File, elements};
use crate::addin::evidence::manifest::{PackageFault, PackageFaultKind};
use crate::addin::evidence::{Evidence, Spot, Value};
use crate::addin::read::{ReadOptions, read_file};
use crate::addin::xml::{Document, Element};
use crate::text::encoding::decode_all;

/// Features and element files of one cabinet that are followed.
const MOST_FEATURES: usize = 1_000;

/// Reads one part of a package.
pub(super) fn read(
    path: &str,
    kind: &str,
    bytes: &[u8],
    package: &File<'_>,
    evidence: &mut Evidence,
) -> Vec<PackageFault> {
    let budget = archive::budget(package.options);
    match kind {
        "wsp" => return read_cabinet(path, bytes, Some(package.path), &budget, evidence),
        "zip" => {
            let options = ReadOptions {
                budget: Some(budget),
                depth: package.options.depth + 1,
                ..package.options.clone()
            };
            let found = read_file(&File::new(path, bytes, &options));
            evidence.append(found.unwrap_or_default());
        }
        _ if super::head(bytes).contains("<Elements") => {
            evidence.append(elements::read(path, bytes, Some(package.path)));
        }
        _ => {}
    }
    Vec::new()
}

/// Reads a cabinet: its manifest names features, and those name element files.
pub(super) fn read_cabinet(
    path: &str,
    bytes: &[u8],
    package: Option<&str>,
    budget: &Budget,
    evidence: &mut Evidence,
) -> Vec<PackageFault> {
    let cabinet = match cabinet::read(bytes, budget) {
        Ok(cabinet) => cabinet,
        Err(message) => {
            let value = Value::new(path, Spot::file(path));
            return vec![PackageFault { kind: PackageFaultKind::Broken, value, message }];
        }
    };
    let mut wsp = Wsp { path, package, cabinet, faults: Vec::new() };
    for message in std::mem::take(&mut wsp.cabinet.faults) {
        wsp.fault(PackageFaultKind::Broken, path, message);
    }
    for name in std::mem::take(&mut wsp.cabinet.escaping) {
        let message = "a name in the cabinet leads out of the folder that it is unpacked to".to_owned();
        wsp.fault(PackageFaultKind::Hazard, &name, message);
    }
    wsp.read(evidence);
    wsp.faults
}

struct Wsp<'a> {
    path: &'a str,
    package: Option<&'a str>,
    cabinet: Cabinet,
    faults: Vec<PackageFault>,
}

impl Wsp<'_> {
    fn read(&mut self, evidence: &mut Evidence) {
        let Some(solution) = self.document("manifest.xml") else {
            let message = "the cabinet has no manifest.xml; SharePoint cannot deploy it".to_owned();
            return self.fault(PackageFaultKind::Broken, "manifest.xml", message);
        };
        let mut named = Vec::new();
        for feature in locations(&solution, "FeatureManifest").into_iter().take(MOST_FEATURES) {
            let Some(root) = self.named(&feature) else { continue };
            let folder = feature.rsplit_once('/').map_or("", |(folder, _)| folder);
            for location in locations(&root, "ElementManifest").into_iter().take(MOST_FEATURES) {
                let name = if folder.is_empty() { location } else { format!("{folder}/{location}") };
                if !named.contains(&name) && named.len() < MOST_FEATURES {
                    named.push(name);
                }
            }
        }
        for name in named {
            match self.cabinet.get(&name) {
                Some(bytes) => {
                    let member = format!("{}!/{name}", self.path);
                    let found = elements::read(&member, bytes, self.package);
                    evidence.append(found);
                }
                None => self.missing(&name),
            }
        }
    }

    /// A file that another one names.
    fn named(&mut self, name: &str) -> Option<Element> {
        let found = self.document(name);
        if found.is_none() {
            self.missing(name);
        }
        found
    }

    fn missing(&mut self, name: &str) {
        let message = "the cabinet lacks a file that its manifest or a feature names".to_owned();
        self.fault(PackageFaultKind::Broken, name, message);
    }

    fn document(&self, name: &str) -> Option<Element> {
        let text = decode_all(self.cabinet.get(name)?).0;
        Document::parse(&text, &Spot::file(&format!("{}!/{name}", self.path))).root
    }

    fn fault(&mut self, kind: PackageFaultKind, name: &str, message: String) {
        if self.faults.len() < 50 {
            let value = Value::new(name, Spot::file(self.path));
            self.faults.push(PackageFault { kind, value, message });
        }
    }
}

fn locations(root: &Element, element: &str) -> Vec<String> {
    let found = root.descendants().filter(|found| found.name == element);
    found
        .filter_map(|found| found.attribute("Location"))
        .map(|value| value.trimmed().replace('\\', "/"))
        .collect()
}
