//! Checks of package and manifest (family A).

mod archive;
mod identity;
mod principal;
mod rest;
mod structure;

use super::{Check, Issue, Outcome};
use crate::addin::evidence::manifest::{Manifest, ManifestFault};
use crate::addin::evidence::{Foreign, Value};
use crate::addin::subject::Subject;
use crate::model::audit::Target;

/// The checks of this family.
pub const CHECKS: &[Check] = &[
    Check { code: "OA01", decide: archive::not_a_package },
    Check { code: "OA02", decide: archive::broken },
    Check { code: "OA03", decide: archive::hazards },
    Check { code: "OA04", decide: structure::not_well_formed },
    Check { code: "OA05", decide: archive::wrong_product },
    Check { code: "OA06", decide: structure::namespace },
    Check { code: "OA07", decide: structure::unknown },
    Check { code: "OA08", decide: structure::missing },
    Check { code: "OA09", decide: structure::repeated },
    Check { code: "OA10", decide: identity::product_id },
    Check { code: "OA11", decide: identity::versions },
    Check { code: "OA12", decide: identity::name_and_title },
    Check { code: "OA13", decide: principal::client_id_star },
    Check { code: "OA14", decide: principal::auto_deployed },
    Check { code: "OA15", decide: principal::debug_secret },
    Check { code: "OA16", decide: principal::internal_but_remote },
    Check { code: "OA17", decide: principal::remote_but_app_web },
    Check { code: "OA18", decide: principal::relative_start_page },
    Check { code: "OA19", decide: rest::locales },
    Check { code: "OA20", decide: rest::remote_endpoints },
    Check { code: "OA21", decide: rest::source_is_newer },
];

/// Every manifest of the add-in, or why there is none to judge.
fn manifests<'a>(subject: &Subject<'a>) -> Result<&'a [Manifest], Outcome> {
    let evidence = subject.evidence();
    if !evidence.manifests.is_empty() {
        return Ok(&evidence.manifests);
    }
    if let Some(foreign) = foreign(subject).first() {
        return Err(Outcome::does_not_apply(format!("{} is a {}", foreign.at, foreign.product)));
    }
    if subject.target() == Target::ExternalApp {
        return Err(Outcome::does_not_apply("a program with an app principal has no manifest"));
    }
    Err(Outcome::needs(
        "the manifest: AppManifest.xml of the project, or better the .app package as it was published",
    ))
}

/// Files of other products inside of the packages of the add-in, and beside its manifests.
fn foreign<'a>(subject: &Subject<'a>) -> Vec<&'a Foreign> {
    let evidence = subject.evidence();
    let inside = |foreign: &Foreign| {
        let package =
            |path: &str| foreign.at.path.strip_prefix(path).is_some_and(|rest| rest.starts_with("!/"));
        evidence.packages.iter().any(|item| package(&item.at.path))
    };
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let beside = |foreign: &Foreign| {
        // Of a package it is the package that lies beside.
        let outer = subject.settings.file_of(&foreign.at.path);
        let mut loose = evidence.manifests.iter().filter(|manifest| manifest.package.is_none());
        loose.any(|manifest| manifest.at.folder() == folder(outer))
    };
    let shared = subject.shared.foreign.iter().filter(|foreign| inside(foreign) || beside(foreign));
    evidence.foreign.iter().chain(shared).collect()
}

/// One issue for each fault.
fn issues<'f>(
    faults: impl Iterator<Item = &'f ManifestFault>,
    remedy: impl Fn(&ManifestFault) -> String,
) -> Vec<Issue> {
    faults.map(|fault| Issue::new(fault.message.as_str(), remedy(fault)).shown_by(&fault.value)).collect()
}

/// The names of manifests, as what was looked at.
fn names(manifests: &[Manifest]) -> impl Iterator<Item = &Value> {
    manifests.iter().filter_map(|manifest| manifest.name.as_ref().or(manifest.title.as_ref()))
}
