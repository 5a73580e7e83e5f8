//! Checks of event receivers (family C).

mod address;
mod anonymous;
mod service;
mod surroundings;

use super::{Check, Outcome};
use crate::addin::evidence::Value;
use crate::addin::evidence::manifest::{Elements, Manifest, Receiver};
use crate::addin::evidence::source_code::SourceFile;
use crate::addin::subject::Subject;
use crate::model::audit::Target;

/// The checks of this family.
pub const CHECKS: &[Check] = &[
    Check { code: "OC01", decide: address::not_https },
    Check { code: "OC02", decide: address::explicit_port },
    Check { code: "OC03", decide: service::in_sharepoint_hosted },
    Check { code: "OC04", decide: service::no_service },
    Check { code: "OC05", decide: surroundings::certificate },
    Check { code: "OC06", decide: anonymous::not_anonymous },
    Check { code: "OC07", decide: service::without_uninstalling },
    Check { code: "OC08", decide: service::unsupported_events },
    Check { code: "OC09", decide: service::whole_web },
    Check { code: "OC10", decide: address::host_web },
    Check { code: "OC11", decide: surroundings::retired },
    Check { code: "OC12", decide: surroundings::legacy_protocols },
];

/// Where SharePoint calls the add-in.
struct Endpoint<'a> {
    /// `InstalledEventEndpoint`, `receiver ItemAdding` …
    place: String,
    url: &'a Value,
}

/// Endpoints of the manifest that counts most, receivers of element files.
fn endpoints<'a>(subject: &Subject<'a>) -> Vec<Endpoint<'a>> {
    let of_manifest =
        subject.addin.manifest().into_iter().flat_map(|manifest: &Manifest| &manifest.endpoints);
    let of_manifest = of_manifest.map(|found| Endpoint { place: found.element.to_owned(), url: &found.url });
    let of_elements = receivers(subject).map(|receiver| {
        let name = if receiver.event.trimmed().is_empty() { &receiver.name } else { &receiver.event };
        Endpoint { place: format!("receiver {}", name.trimmed()), url: &receiver.url }
    });
    of_manifest.chain(of_elements).collect()
}

/// As [`endpoints`], with receivers of host webs and those that code registers, or why there is none to judge.
fn all_endpoints<'a>(subject: &Subject<'a>) -> Result<Vec<Endpoint<'a>>, Outcome> {
    let mut all = endpoints(subject);
    all.extend(subject.evidence().receivers.iter().map(|row| {
        let name = row.name.as_ref().or(row.event.as_ref()).map_or("", |name| name.trimmed());
        Endpoint { place: format!("host web receiver {name}"), url: &row.url }
    }));
    all.extend(
        subject
            .evidence()
            .sources
            .iter()
            .flat_map(SourceFile::receivers)
            .map(|url| Endpoint { place: "the receiver that code registers".to_owned(), url }),
    );
    if all.is_empty() { Err(without_receivers(subject)) } else { Ok(all) }
}

/// Receivers of element files, but for those of packages that are in use no more.
fn receivers<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Receiver> {
    let superseded = subject.addin.superseded_packages();
    let counts = move |file: &&'a Elements| {
        file.package.as_deref().is_none_or(|package| !superseded.contains_key(package))
    };
    subject.evidence().elements.iter().filter(counts).flat_map(|elements| &elements.receivers)
}

fn without_receivers(subject: &Subject<'_>) -> Outcome {
    if subject.target() == Target::ExternalApp {
        return Outcome::does_not_apply("a program with an app principal declares no event receivers");
    }
    let evidence = subject.evidence();
    if evidence.manifests.is_empty() && evidence.packages.is_empty() {
        return Outcome::needs(
            "the .app package, or an export of the receivers of the host web: Get-PnPEventReceiver | ConvertTo-Json -Depth 5",
        );
    }
    Outcome::does_not_apply("the artefacts declare no event receiver")
}
