//! Evidence of many files becomes add-ins: by package, product id and name, client id, host, and nearness of folders.
//!
//! A manifest founds an add-in, and so does a client id of which nothing else is known. Everything else is handed to
//! the add-ins it belongs to; what belongs to several (a registration with two add-ins, a wildcard certificate) is
//! handed to each of them. What belongs to none is told as unmatched and stays in the shared evidence.

mod groups;
mod hosts;
mod leave;
mod nearness;
mod neighbours;
mod other_systems;
mod production;
mod test_projects;

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::evidence::certificate::CertificateUse;
use super::evidence::registration::Principal;
use super::evidence::{Evidence, Spot, ids};
use super::subject::{AddIn, AuditSettings};
use super::{certificate_role, subject, target};
use crate::model::audit::Unmatched;
use groups::Groups;

/// Add-ins, what they share, and what belongs to none of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Joined {
    /// In the order of their ids.
    pub addins: Vec<AddIn>,
    /// The farm, and evidence of no add-in.
    pub shared: Evidence,
    /// For the report.
    pub unmatched: Vec<Unmatched>,
}

impl Joined {
    /// With every add-in as it is now: see [`AddIn::current`].
    #[must_use]
    pub fn current(mut self) -> Self {
        for addin in &mut self.addins {
            if let Cow::Owned(current) = addin.current() {
                *addin = current;
            }
        }
        self
    }
}

/// Joins. The order of the files does not matter, as long as the evidence is in the order of their names.
pub fn join(mut evidence: Evidence, settings: &AuditSettings) -> Joined {
    let mut shared = Evidence {
        farm: std::mem::take(&mut evidence.farm),
        problems: std::mem::take(&mut evidence.problems),
        foreign: std::mem::take(&mut evidence.foreign),
        ..Evidence::default()
    };
    let (roots, certificates) =
        evidence.certificates.into_iter().partition(|file| file.role == CertificateUse::Root);
    evidence.certificates = certificates;
    shared.certificates = roots;
    shared.bindings.clone_from(&evidence.bindings);

    other_systems::set_apart(&mut evidence);
    test_projects::set_apart(&mut evidence);
    let all = of_whole_tenant(&mut evidence);
    let mut groups = Groups::founded_by(std::mem::take(&mut evidence.manifests));
    groups.take_packages(&mut evidence);
    groups.take_by_client_id(&mut evidence);
    groups.take_by_nearness(&mut evidence);
    groups.found_programs(&mut evidence);
    groups.drop_prose();
    groups.take_by_host(&mut evidence);
    let unmatched = leave::leave(&groups, evidence, all, &mut shared);

    let own: Vec<Evidence> = groups.into_evidence().collect();
    let homes = neighbours::folders_with_exports(&shared.farm, &own);
    let mut addins: Vec<AddIn> = own.into_iter().map(|own| addin(own, &shared, &homes, settings)).collect();
    addins.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| a.name.cmp(&b.name)));
    number_repeats(&mut addins);
    Joined { addins, shared, unmatched }
}

/// Takes out the applications of a tenant of which nothing tells that they are add-ins, and that nothing else names.
fn of_whole_tenant(evidence: &mut Evidence) -> Vec<Principal> {
    let used = ids::used(evidence);
    let named = |principal: &Principal| {
        let id = principal.client_id.as_ref().and_then(|id| ids::guid(&id.raw));
        id.is_some_and(|id| used.contains(&id))
    };
    let (all, known) = std::mem::take(&mut evidence.principals)
        .into_iter()
        .partition(|principal| principal.one_of_all && !named(principal));
    evidence.principals = known;
    all
}

fn addin(
    mut evidence: Evidence,
    shared: &Evidence,
    homes: &BTreeSet<String>,
    settings: &AuditSettings,
) -> AddIn {
    production::apply(&mut evidence.configs);
    certificate_role::settle(&mut evidence, &shared.farm);
    // Whoever says where it runs says that it is one for SharePoint.
    let foreign = settings.target.is_none() && other_systems::are_all(&evidence);
    let (target, reason) = target::infer(&evidence, shared, settings, |export| {
        !homes.contains(export.folder()) || neighbours::lies_in(&evidence, export.folder())
    });
    let mut addin = AddIn {
        id: String::new(),
        name: String::new(),
        leading: subject::leading(&evidence.manifests),
        evidence,
        target,
        target_reason: reason.text,
        target_known: reason.known,
        trust_known: reason.trust_known,
        foreign,
    };
    addin.name = name(&addin);
    addin.id = id(&addin);
    addin
}

/// The product id, else the client id, else where it lies: something that stays the same from run to run.
fn id(addin: &AddIn) -> String {
    let guid = |value: &super::evidence::Value| groups::guid(value.trimmed());
    let known = addin.product_id().and_then(guid).or_else(|| addin.client_id().and_then(guid));
    known.unwrap_or_else(|| first_place(&addin.evidence).map_or_else(String::new, |at| at.path.to_string()))
}

fn name(addin: &AddIn) -> String {
    let manifest = addin.manifest();
    let told = manifest.and_then(|manifest| manifest.title.as_ref().or(manifest.name.as_ref()));
    let named = manifest.and_then(|manifest| manifest.name.as_ref());
    let titles = addin.evidence.principals.iter().filter_map(|principal| principal.title.as_ref());
    let installed = addin.evidence.installed.iter().filter_map(|installed| installed.title.as_ref());
    let mut all = told.into_iter().chain(named).chain(titles).chain(installed);
    let found = all.find(|value| !value.trimmed().is_empty()).map(|value| value.trimmed().to_owned());
    found.unwrap_or_else(|| {
        first_place(&addin.evidence).map_or_else(String::new, |at| at.file_name().to_owned())
    })
}

/// The first place of any evidence, by path. `Web.Debug.config` comes before `Web.config`, and says nothing alone: an
/// add-in is called after a transform only where there is nothing else.
fn first_place(evidence: &Evidence) -> Option<&Spot> {
    let transforms = evidence.configs.iter().filter(|config| config.transform);
    let transforms: BTreeSet<&Spot> = transforms.map(|config| &config.at).collect();
    let places = places(evidence);
    let others = places.iter().copied().filter(|at| !transforms.contains(at)).min();
    others.or_else(|| places.iter().copied().min())
}

/// Every file that evidence comes from; a place for each item.
pub(super) fn places(evidence: &Evidence) -> Vec<&Spot> {
    let mut places: Vec<&Spot> = Vec::new();
    places.extend(evidence.manifests.iter().map(|item| &item.at));
    places.extend(evidence.packages.iter().map(|item| &item.at));
    places.extend(evidence.elements.iter().map(|item| &item.at));
    places.extend(evidence.configs.iter().map(|item| &item.at));
    places.extend(evidence.published.iter().map(|item| &item.at));
    places.extend(evidence.sources.iter().map(|item| &item.at));
    places.extend(evidence.permissions.iter().map(|item| &item.at));
    places.extend(evidence.certificates.iter().map(|item| &item.at));
    places.extend(evidence.bindings.iter().map(|item| &item.at));
    places.extend(evidence.principals.iter().map(|item| &item.at));
    places.extend(evidence.receivers.iter().map(|item| &item.at));
    places.extend(evidence.installed.iter().map(|item| &item.at));
    places
}

/// Two add-ins with one id are still two: the second is called `id#2`.
fn number_repeats(addins: &mut [AddIn]) {
    let mut previous = String::new();
    let mut times = 1;
    for addin in addins {
        if addin.id == previous {
            times += 1;
            addin.id = format!("{previous}#{times}");
        } else {
            previous.clone_from(&addin.id);
            times = 1;
        }
    }
}
