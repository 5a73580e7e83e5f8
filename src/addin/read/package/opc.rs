//! An add-in package: a zip file whose parts are linked by relationships, the manifest first.

use std::collections::{BTreeMap, BTreeSet};

use super::archive::{self, Archive};
use super::{File, manifest, names, parts};
use crate::addin::evidence::manifest::{Package, PackageFault, PackageFaultKind};
use crate::addin::evidence::{Evidence, Spot, Value};
use crate::addin::read::ReadOptions;
use crate::addin::xml::Document;
use crate::text::encoding::decode_all;

/// Relationships that are followed.
const MOST_RELATIONSHIPS: usize = 5_000;

/// Reads a package.
pub(super) fn read(file: &File<'_>) -> Evidence {
    let mut evidence = Evidence::default();
    match Archive::open(file.path, file.bytes, archive::budget(file.options)) {
        Ok(archive) => read_archive(file, archive, &mut evidence),
        Err(reason) => {
            let value = Value::new(file.name(), file.spot());
            let message = format!("it is no zip file that can be read: {reason}");
            let fault = PackageFault { kind: PackageFaultKind::NotAPackage, value, message };
            evidence.packages.push(Package { at: file.spot(), members: Vec::new(), faults: vec![fault] });
        }
    }
    evidence
}

/// The manifest of a package: its path and its bytes.
pub(super) fn manifest(path: &str, bytes: &[u8], options: &ReadOptions) -> Option<(String, Vec<u8>)> {
    let archive = Archive::open(path, bytes, archive::budget(options)).ok()?;
    let mut graph = Graph::new(path, archive);
    graph.follow();
    let index = graph.manifest.as_ref().and_then(|key| graph.parts.get(key)).copied()?;
    let member = graph.member_path(index);
    Some((member, graph.archive.expand(index)?))
}

/// Whether the members are those of a package, whatever the file is called.
pub(super) fn is_package(archive: &Archive<'_>) -> bool {
    let has = |key: &str| archive.members.iter().any(|member| names::key(&member.name) == key);
    has("_rels/.rels") && has("appmanifest.xml")
}

/// Reads the parts of a package.
pub(super) fn read_archive(file: &File<'_>, archive: Archive<'_>, evidence: &mut Evidence) {
    let mut graph = Graph::new(file.path, archive);
    graph.follow();
    let manifest = graph.manifest.clone();
    let before = evidence.foreign.len();
    if let Some(index) = manifest.as_ref().and_then(|key| graph.parts.get(key).copied())
        && let Some(bytes) = graph.archive.expand(index)
    {
        let path = graph.member_path(index);
        evidence.append(manifest::read(&path, &bytes, Some(file.path)));
    }
    if evidence.foreign.len() > before {
        // The package is one of another product; nothing in it is judged as an add-in. Under the name of an add-in
        // package it is told as one that is none.
        if file.extension() == "app" {
            evidence.packages.push(Package { at: file.spot(), members: Vec::new(), faults: Vec::new() });
        }
        return;
    }
    graph.orphans();
    graph.read_parts(file, evidence);
    let members = graph.archive.members.iter().map(|member| member.name.clone()).collect();
    let mut faults = graph.archive.faults;
    faults.sort_by_key(|fault| fault.kind);
    evidence.packages.push(Package { at: file.spot(), members, faults });
}

struct Graph<'a> {
    path: &'a str,
    archive: Archive<'a>,
    /// Keys of parts, and their numbers.
    parts: BTreeMap<String, usize>,
    /// Keys of parts that are there and are not read: too large, packed too well, encrypted.
    refused: BTreeSet<String>,
    /// Keys of parts that were reached.
    reached: BTreeSet<String>,
    /// The manifest.
    manifest: Option<String>,
    /// A relationship says which part is the manifest, and it is not read.
    manifest_refused: bool,
}

impl<'a> Graph<'a> {
    fn new(path: &'a str, archive: Archive<'a>) -> Self {
        let (mut parts, mut refused) = (BTreeMap::new(), BTreeSet::new());
        for (index, member) in archive.members.iter().enumerate() {
            if member.name.ends_with('/') {
                continue;
            }
            if member.sound {
                parts.entry(names::key(&member.name)).or_insert(index);
            } else {
                refused.insert(names::key(&member.name));
            }
        }
        // Of two members with one name the first is read.
        refused.retain(|key| !parts.contains_key(key));
        let reached = BTreeSet::new();
        Self { path, archive, parts, refused, reached, manifest: None, manifest_refused: false }
    }

    fn member_path(&self, index: usize) -> String {
        let name = self.archive.members.get(index).map_or("", |member| member.name.as_str());
        format!("{}!/{}", self.path, name.replace('\\', "/"))
    }

    /// Follows the relationships from the root of the package; what is reached twice is read once.
    fn follow(&mut self) {
        for needed in ["[Content_Types].xml", "_rels/.rels"] {
            let key = names::key(needed);
            if !self.parts.contains_key(&key) && !self.refused.contains(&key) {
                let message = "the part is missing that makes a zip file a package".to_owned();
                self.archive.fault(PackageFaultKind::NotAPackage, needed, message);
            }
        }
        let mut open = vec![String::new()];
        let mut followed = 0usize;
        while let Some(source) = open.pop() {
            for (kind, target) in self.relationships(&source) {
                followed += 1;
                if followed > MOST_RELATIONSHIPS {
                    let message =
                        format!("it has more than {MOST_RELATIONSHIPS} relationships; the rest is not read");
                    self.archive.fault(PackageFaultKind::Hazard, "", message);
                    return self.choose_manifest();
                }
                self.relationship(&source, &kind, &target, &mut open);
            }
        }
        self.choose_manifest();
    }

    fn relationship(&mut self, source: &str, kind: &str, target: &str, open: &mut Vec<String>) {
        let key = names::target(source, target);
        let is_manifest = source.is_empty() && is_kind(kind, "package-manifest");
        if key.as_ref().is_some_and(|key| self.refused.contains(key)) {
            // It is there, and why it is not read has been told.
            self.manifest_refused |= is_manifest;
            return;
        }
        let Some(key) = key.filter(|key| self.parts.contains_key(key)) else {
            let from = if source.is_empty() { "the package" } else { source };
            let message = format!("a relationship of {from} points at a part that is not in the package");
            return self.archive.fault(PackageFaultKind::Broken, target, message);
        };
        if is_manifest && self.manifest.is_none() {
            self.manifest = Some(key.clone());
        }
        if self.reached.insert(key.clone()) {
            open.push(key);
        }
    }

    /// Without a relationship the name decides, so that the manifest is read all the same.
    fn choose_manifest(&mut self) {
        if self.manifest.is_some() || self.manifest_refused {
            return;
        }
        if !self.refused.contains("_rels/.rels") {
            let message = "no relationship of the package says which part is the manifest".to_owned();
            self.archive.fault(PackageFaultKind::NotAPackage, "_rels/.rels", message);
        }
        let named = self.parts.keys().find(|key| key.rsplit('/').next() == Some("appmanifest.xml"));
        self.manifest = named.cloned();
    }

    /// Type and target of each relationship of a part; of the package where the part is empty.
    fn relationships(&mut self, source: &str) -> Vec<(String, String)> {
        let key = if source.is_empty() { "_rels/.rels".to_owned() } else { names::relationships_of(source) };
        let Some(&index) = self.parts.get(&key) else { return Vec::new() };
        self.reached.insert(key.clone());
        let Some(bytes) = self.archive.expand(index) else { return Vec::new() };
        let text = decode_all(&bytes).0;
        let document = Document::parse(&text, &Spot::file(&self.member_path(index)));
        if let Some(fault) = document.faults.first() {
            let message =
                format!("relationships are not well-formed in line {}: {}", fault.at.line, fault.raw);
            self.archive.fault(PackageFaultKind::Broken, &key, message);
        }
        let Some(root) = document.root else { return Vec::new() };
        let inside = root.children_named("Relationship").filter_map(|element| {
            let external = element.attribute("TargetMode").is_some_and(|mode| mode.is("External"));
            let kind = element.attribute("Type").map_or("", |kind| kind.trimmed());
            let target = element.attribute("Target")?;
            (!external).then(|| (kind.to_owned(), target.raw.clone()))
        });
        inside.collect()
    }

    /// Parts that SharePoint never gets to see, because nothing points at them.
    fn orphans(&mut self) {
        let orphans: Vec<String> = self
            .parts
            .iter()
            .filter(|(key, _)| !self.reached.contains(*key) && Some(*key) != self.manifest.as_ref())
            .filter(|(key, _)| matches!(key.rsplit_once('.'), Some((_, "xml" | "wsp"))))
            .filter(|(key, _)| key.as_str() != "[content_types].xml")
            .filter_map(|(_, index)| self.archive.members.get(*index))
            .map(|member| member.name.clone())
            .collect();
        for name in orphans {
            let message = "no relationship leads to the part; SharePoint does not install it".to_owned();
            self.archive.fault(PackageFaultKind::Broken, &name, message);
        }
    }

    fn read_parts(&mut self, file: &File<'_>, evidence: &mut Evidence) {
        let parts: Vec<(String, usize)> =
            self.parts.iter().map(|(key, index)| (key.clone(), *index)).collect();
        for (key, index) in parts {
            let kind = key.rsplit_once('.').map_or("", |(_, extension)| extension);
            let wanted = matches!(kind, "xml" | "wsp" | "zip") && !key.ends_with(".config.xml");
            if !wanted || Some(&key) == self.manifest.as_ref() || key == "[content_types].xml" {
                continue;
            }
            let Some(bytes) = self.archive.expand(index) else { continue };
            let path = self.member_path(index);
            let faults = parts::read(&path, kind, &bytes, file, evidence);
            self.archive.faults.extend(faults);
        }
    }
}

fn is_kind(kind: &str, name: &str) -> bool {
    kind.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(name))
}
