//! The add-ins while they are being put together.

mod astray;
mod code;
mod founding;

use std::collections::{BTreeMap, BTreeSet};

use super::hosts::{self, HostIndex};
use super::nearness::{Nearness, home};
use super::other_systems;
use crate::addin::evidence::manifest::{Manifest, ManifestPrincipal};
use crate::addin::evidence::registration::{Principal, PrincipalSource};
use crate::addin::evidence::{Evidence, Spot, ids};

pub(super) use founding::is_inside;

/// Evidence by add-in.
#[derive(Debug, Default)]
pub(super) struct Groups(Vec<Evidence>);

/// A GUID without braces in lower case; `None` for anything else, and for those that stand for no id.
pub(super) fn guid(text: &str) -> Option<String> {
    let bare = ids::guid(text)?;
    let digits: BTreeSet<u8> = bare.bytes().filter(|byte| *byte != b'-').collect();
    // 00000000-… and 11111111-… stand in templates: they would make one add-in of many.
    (digits.len() > 1).then_some(bare)
}

fn client_ids(evidence: &Evidence) -> BTreeSet<String> {
    let in_manifests = evidence.manifests.iter().flat_map(|manifest| &manifest.principals);
    let in_manifests = in_manifests.filter_map(|principal| match principal {
        ManifestPrincipal::Remote { client_id, .. } => client_id.as_ref(),
        _ => None,
    });
    let in_configs = evidence.configs.iter().flat_map(ids::in_config);
    let in_published = evidence.published.iter().flat_map(|published| &published.client_ids);
    let registered = evidence.principals.iter().filter_map(|principal| principal.client_id.as_ref());
    let installed = evidence.installed.iter().filter_map(|installed| installed.client_id.as_ref());
    let all = in_manifests.chain(in_configs).chain(in_published).chain(registered).chain(installed);
    all.filter_map(|value| guid(value.trimmed())).collect()
}

impl Groups {
    /// Manifests of one product with one name are one add-in in several stages.
    pub(super) fn founded_by(manifests: Vec<Manifest>) -> Self {
        let mut groups: BTreeMap<(String, String), Evidence> = BTreeMap::new();
        for manifest in manifests {
            let product = manifest.product_id.as_ref().and_then(|value| guid(value.trimmed()));
            let name = manifest.name.as_ref().map(|name| name.trimmed().to_lowercase()).unwrap_or_default();
            let place = manifest.package.clone().unwrap_or_else(|| manifest.at.path.to_string());
            let key = product.map_or_else(|| (place, String::new()), |product| (product, name));
            groups.entry(key).or_default().manifests.push(manifest);
        }
        Self(groups.into_values().collect())
    }

    /// Packages and what lies in them follow the manifest of the package.
    pub(super) fn take_packages(&mut self, evidence: &mut Evidence) {
        let mut by_package: BTreeMap<String, usize> = BTreeMap::new();
        for (index, group) in self.0.iter().enumerate() {
            for package in group.manifests.iter().filter_map(|manifest| manifest.package.as_ref()) {
                by_package.entry(package.clone()).or_insert(index);
            }
        }
        // A package without a manifest is an add-in all the same: a broken one.
        for package in std::mem::take(&mut evidence.packages) {
            let path = package.at.path.to_string();
            let index = *by_package.entry(path).or_insert_with(|| {
                self.0.push(Evidence::default());
                self.0.len() - 1
            });
            self.give(index, |group| group.packages.push(package));
        }
        for elements in std::mem::take(&mut evidence.elements) {
            match elements.package.as_ref().and_then(|package| by_package.get(package)) {
                Some(&index) => self.give(index, |group| group.elements.push(elements)),
                None => evidence.elements.push(elements),
            }
        }
        for config in std::mem::take(&mut evidence.configs) {
            let mut package =
                config.at.path.match_indices("!/").filter_map(|(at, _)| config.at.path.get(..at));
            match package.find_map(|package| by_package.get(package)) {
                Some(&index) => self.give(index, |group| group.configs.push(config)),
                None => evidence.configs.push(config),
            }
        }
    }

    /// What names a client id that an add-in has is part of it; a client id that none has founds one.
    pub(super) fn take_by_client_id(&mut self, evidence: &mut Evidence) {
        let mut known = self.by_client_id();
        let by_product = self.by_product_id();
        let near = Nearness::of(&self.0);
        let code = code::away_from_home(&near, evidence);
        // Configurations first: a source manifest says `*`, and only its configuration knows the id.
        let astray = self.astray(&near, &evidence.configs);
        for (config, home) in std::mem::take(&mut evidence.configs).into_iter().zip(astray) {
            // It is told there that the id is another one; nothing else of that id belongs there.
            if let Some(index) = home {
                self.give(index, |group| group.configs.push(config));
                continue;
            }
            let ids: BTreeSet<String> =
                ids::in_config(&config).filter_map(|value| guid(value.trimmed())).collect();
            let mut indexes: BTreeSet<usize> =
                ids.iter().filter_map(|id| known.get(id)).flatten().copied().collect();
            // Another id beside the manifest is a finding, not another add-in.
            if indexes.is_empty() && !ids.is_empty() {
                indexes.extend(near.unique(&config.at));
            }
            if indexes.is_empty() {
                evidence.configs.push(config);
                continue;
            }
            for index in indexes {
                for id in &ids {
                    known.entry(id.clone()).or_default().insert(index);
                }
                self.give(index, |group| group.configs.push(config.clone()));
            }
        }
        self.take_orphan_configs(evidence, &mut known);
        for published in std::mem::take(&mut evidence.published) {
            let ids = published.client_ids.iter().filter_map(|value| guid(value.trimmed()));
            let indexes: BTreeSet<usize> = ids.filter_map(|id| known.get(&id)).flatten().copied().collect();
            if indexes.is_empty() {
                evidence.published.push(published);
                continue;
            }
            for index in indexes {
                self.give(index, |group| group.published.push(published.clone()));
            }
        }
        self.take_registered(evidence, &mut known, &by_product);
        self.take_code(&near, code, evidence, &mut known);
    }

    /// Configurations with a client id that is nobody's, and no add-in near: each id is a program of its own.
    fn take_orphan_configs(
        &mut self,
        evidence: &mut Evidence,
        known: &mut BTreeMap<String, BTreeSet<usize>>,
    ) {
        for config in std::mem::take(&mut evidence.configs) {
            let id = ids::in_config(&config).filter_map(|value| guid(value.trimmed())).last();
            let Some(id) = id.filter(|_| !config.transform) else {
                evidence.configs.push(config);
                continue;
            };
            for index in self.found_or_add(known, &id) {
                self.give(index, |group| group.configs.push(config.clone()));
            }
        }
    }

    fn take_registered(
        &mut self,
        evidence: &mut Evidence,
        known: &mut BTreeMap<String, BTreeSet<usize>>,
        by_product: &BTreeMap<String, BTreeSet<usize>>,
    ) {
        for principal in std::mem::take(&mut evidence.principals) {
            let Some(id) = principal.client_id.as_ref().and_then(|value| guid(value.trimmed())) else {
                evidence.principals.push(principal);
                continue;
            };
            for index in self.found_or_add(known, &id) {
                self.give(index, |group| group.principals.push(principal.clone()));
            }
        }
        for installed in std::mem::take(&mut evidence.installed) {
            let id = installed.client_id.as_ref().and_then(|value| guid(value.trimmed()));
            let product = installed.product_id.as_ref().and_then(|value| guid(value.trimmed()));
            let by_product = product.as_ref().and_then(|product| by_product.get(product)).cloned();
            let indexes = match (by_product, &id) {
                (Some(indexes), _) => indexes,
                (None, Some(id)) => self.found_or_add(known, id),
                (None, None) => match product {
                    Some(product) => self.found_or_add(known, &format!("product {product}")),
                    None => {
                        evidence.installed.push(installed);
                        continue;
                    }
                },
            };
            for index in indexes {
                self.give(index, |group| group.installed.push(installed.clone()));
            }
        }
    }

    /// What names no id belongs to the add-in in the folders around it, if there is but one.
    pub(super) fn take_by_nearness(&mut self, evidence: &mut Evidence) {
        let near = Nearness::of(&self.0);
        self.take_near(&near, &mut evidence.configs, |item| &item.at, |group| &mut group.configs);
        self.take_near(&near, &mut evidence.published, |item| &item.at, |group| &mut group.published);
        self.take_near(&near, &mut evidence.sources, |item| &item.at, |group| &mut group.sources);
        self.take_near(&near, &mut evidence.permissions, |item| &item.at, |group| &mut group.permissions);
        self.take_near(&near, &mut evidence.elements, |item| &item.at, |group| &mut group.elements);
        self.take_near(
            &near,
            &mut evidence.deployed_files,
            |item| &item.at,
            |group| &mut group.deployed_files,
        );
        // What the command line says, it says of every add-in.
        let (told, others): (Vec<Principal>, Vec<Principal>) = std::mem::take(&mut evidence.principals)
            .into_iter()
            .partition(|item| item.source == PrincipalSource::Flags);
        evidence.principals = others;
        if self.0.is_empty() && !told.is_empty() {
            self.0.push(Evidence::default());
        }
        for group in &mut self.0 {
            group.principals.extend(told.iter().cloned());
        }
        let near = Nearness::of(&self.0);
        self.take_near(&near, &mut evidence.principals, |item| &item.at, |group| &mut group.principals);
        self.take_near(&near, &mut evidence.installed, |item| &item.at, |group| &mut group.installed);
    }

    fn take_near<T>(
        &mut self,
        near: &Nearness,
        items: &mut Vec<T>,
        place: impl Fn(&T) -> &Spot,
        list: impl Fn(&mut Evidence) -> &mut Vec<T>,
    ) {
        for item in std::mem::take(items) {
            match near.unique(place(&item)) {
                Some(index) => self.give(index, |group| list(group).push(item)),
                None => items.push(item),
            }
        }
    }

    /// Sources, configurations and permissions near no add-in: one program for each folder that speaks of
    /// authorization. With no add-in at all, everything that was given is one.
    pub(super) fn found_programs(&mut self, evidence: &mut Evidence) {
        let folders = founding::folders(evidence);
        let anything = !super::places(evidence).is_empty();
        if folders.is_empty() && self.0.is_empty() && anything {
            // Of another system only a secret in clear is told.
            if other_systems::are_all(evidence) && !other_systems::hold_secret(evidence) {
                return;
            }
            self.0.push(Evidence::default());
            self.0.iter_mut().for_each(|group| take_all(group, evidence));
            return;
        }
        // A folder inside another one is part of the same program.
        let outer: Vec<String> = folders
            .iter()
            .filter(|folder| !folders.iter().any(|other| *folder != other && is_inside(folder, other)))
            .cloned()
            .collect();
        for folder in outer {
            let mut program = Evidence::default();
            let inside = |at: &Spot| home(at) == folder || is_inside(&home(at), &folder);
            move_if(&mut evidence.configs, &mut program.configs, |item| inside(&item.at));
            move_if(&mut evidence.published, &mut program.published, |item| inside(&item.at));
            move_if(&mut evidence.sources, &mut program.sources, |item| inside(&item.at));
            move_if(&mut evidence.permissions, &mut program.permissions, |item| inside(&item.at));
            move_if(&mut evidence.elements, &mut program.elements, |item| inside(&item.at));
            self.0.push(program);
        }
    }

    /// What a page of documentation says about permissions is not what an add-in with a manifest requests.
    pub(super) fn drop_prose(&mut self) {
        for group in self.0.iter_mut().filter(|group| !group.manifests.is_empty()) {
            group.permissions.retain(|text| !text.is_prose());
        }
    }

    /// Certificates, bindings and receivers belong to the add-ins with their host, else to the nearest.
    pub(super) fn take_by_host(&mut self, evidence: &mut Evidence) {
        let index = HostIndex::of(&self.0);
        let near = Nearness::of(&self.0);
        for receiver in std::mem::take(&mut evidence.receivers) {
            let owners = index.owners_of_address(&receiver.url.raw);
            let owners = if owners.is_empty() { near.only() } else { owners };
            if owners.is_empty() {
                evidence.receivers.push(receiver);
                continue;
            }
            for owner in owners {
                self.give(owner, |group| group.receivers.push(receiver.clone()));
            }
        }
        for binding in std::mem::take(&mut evidence.bindings) {
            let owners = index.owners_of_host(binding.host.trimmed());
            let owners = if owners.is_empty() { near.only() } else { owners };
            for owner in &owners {
                self.give(*owner, |group| group.bindings.push(binding.clone()));
            }
            if owners.is_empty() {
                evidence.bindings.push(binding);
            }
        }
        for file in std::mem::take(&mut evidence.certificates) {
            let mut owners = index.owners_of_certificate(&file);
            owners.extend(hosts::named_in_configs(&self.0, &file));
            if owners.is_empty() {
                owners.extend(near.unique(&file.at));
            }
            if owners.is_empty() {
                evidence.certificates.push(file);
                continue;
            }
            for owner in owners {
                self.give(owner, |group| group.certificates.push(file.clone()));
            }
        }
    }

    /// There is no add-in at all.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_evidence(self) -> impl Iterator<Item = Evidence> {
        self.0.into_iter().filter(|group| *group != Evidence::default())
    }

    fn by_client_id(&self) -> BTreeMap<String, BTreeSet<usize>> {
        let mut known: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (index, group) in self.0.iter().enumerate() {
            for id in client_ids(group) {
                known.entry(id).or_default().insert(index);
            }
        }
        known
    }

    fn by_product_id(&self) -> BTreeMap<String, BTreeSet<usize>> {
        let mut known: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (index, group) in self.0.iter().enumerate() {
            let products = group.manifests.iter().filter_map(|manifest| manifest.product_id.as_ref());
            for product in products.filter_map(|value| guid(value.trimmed())) {
                known.entry(product).or_default().insert(index);
            }
        }
        known
    }

    fn found_or_add(&mut self, known: &mut BTreeMap<String, BTreeSet<usize>>, id: &str) -> BTreeSet<usize> {
        let next = self.0.len();
        let indexes = known.entry(id.to_owned()).or_insert_with(|| BTreeSet::from([next])).clone();
        if indexes.contains(&next) {
            self.0.push(Evidence::default());
        }
        indexes
    }

    fn give(&mut self, index: usize, put: impl FnOnce(&mut Evidence)) {
        if let Some(group) = self.0.get_mut(index) {
            put(group);
        }
    }
}

fn move_if<T>(from: &mut Vec<T>, to: &mut Vec<T>, wanted: impl Fn(&T) -> bool) {
    for item in std::mem::take(from) {
        if wanted(&item) { to.push(item) } else { from.push(item) }
    }
}

fn take_all(group: &mut Evidence, evidence: &mut Evidence) {
    let bindings = std::mem::take(&mut evidence.bindings);
    group.append(std::mem::take(evidence));
    group.bindings = bindings;
}
