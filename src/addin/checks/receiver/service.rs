//! What the receivers are: OC03, OC04, OC07 to OC09.

use super::super::{Issue, Outcome};
use super::{Endpoint, endpoints, receivers, without_receivers};
use crate::addin::evidence::Value;
use crate::addin::evidence::manifest::Manifest;
use crate::addin::host::Authority;
use crate::addin::subject::Subject;

/// OC03.
pub(super) fn in_sharepoint_hosted(subject: &Subject<'_>) -> Outcome {
    let manifests = &subject.evidence().manifests;
    if manifests.is_empty() {
        return without_receivers(subject);
    }
    let internal: Vec<&Manifest> = manifests.iter().filter(|manifest| manifest.is_internal()).collect();
    if internal.is_empty() {
        return Outcome::does_not_apply("the add-in is not SharePoint-hosted");
    }
    let mut issues = Vec::new();
    for manifest in &internal {
        for endpoint in &manifest.endpoints {
            let message = format!(
                "the add-in is SharePoint-hosted, and declares {}: {}",
                endpoint.element, endpoint.url.raw
            );
            let remedy =
                format!("remove {} from the manifest, or make the add-in provider-hosted", endpoint.element);
            issues.push(Issue::new(message, remedy).shown_by(&endpoint.url));
        }
    }
    // With a manifest of another kind beside it, the element files may be those of that one.
    if internal.len() == manifests.len() {
        issues.extend(receivers(subject).filter(|receiver| is_remote(&receiver.url.raw)).map(|receiver| {
            let message = format!(
                "the add-in is SharePoint-hosted, and declares the remote receiver {}: {}",
                receiver.name.trimmed(),
                receiver.url.raw
            );
            let remedy = "remove the receiver, or make the add-in provider-hosted: Internal has no principal that \
                SharePoint could call it for";
            Issue::new(message, remedy).shown_by(&receiver.url)
        }));
    }
    Outcome::decided(issues, internal.iter().filter_map(|manifest| manifest.name.as_ref()))
}

fn is_remote(url: &str) -> bool {
    let lower = url.trim().to_ascii_lowercase();
    ["http://", "https://", "~remoteappurl"].iter().any(|beginning| lower.starts_with(beginning))
}

/// OC04.
pub(super) fn no_service(subject: &Subject<'_>) -> Outcome {
    let all = endpoints(subject);
    if all.is_empty() {
        return without_receivers(subject);
    }
    let deployed: Vec<String> =
        subject.evidence().deployed_files.iter().map(|file| file.raw.to_lowercase()).collect();
    let issue = |endpoint: &Endpoint<'_>| {
        let path = path(&endpoint.url.raw);
        let file = path.rsplit('/').next().unwrap_or_default();
        if !is_service(&path) {
            let message = format!("{} does not point at a service: {}", endpoint.place, endpoint.url.raw);
            let remedy = "write the address of the .svc file of the web project, such as /Services/AppEventReceiver.svc";
            return Some(Issue::new(message, remedy).shown_by(endpoint.url));
        }
        let is_file = file.rsplit_once('.').is_some_and(|(_, ending)| ending == "svc");
        let absent = is_file && !deployed.is_empty() && !deployed.iter().any(|name| name.ends_with(file));
        absent.then(|| {
            let message =
                format!("{} points at {file}, which is not in the web deploy package", endpoint.place);
            let remedy =
                format!("add {file} to the web project, with the build action Content, and publish it again");
            let example = subject.evidence().deployed_files.first();
            example.into_iter().fold(Issue::new(message, remedy).shown_by(endpoint.url), Issue::shown_by)
        })
    };
    Outcome::decided(all.iter().filter_map(issue).collect(), all.iter().map(|endpoint| endpoint.url))
}

/// Path of an address, lower case, without its query.
pub(super) fn path(url: &str) -> String {
    let text = url.trim();
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    path.split_once('/').map_or(String::new(), |(_, path)| path.to_lowercase())
}

fn is_service(path: &str) -> bool {
    [".svc", ".asmx", ".ashx"].iter().any(|ending| path.ends_with(ending))
        || path.split('/').any(|part| part == "api")
        || path.contains(".svc/")
}

/// OC07.
pub(super) fn without_uninstalling(subject: &Subject<'_>) -> Outcome {
    let Some(manifest) = subject.addin.manifest() else { return without_receivers(subject) };
    let of = |element: &str| manifest.endpoints.iter().find(|endpoint| endpoint.element == element);
    let Some(installed) = of("InstalledEventEndpoint") else {
        return Outcome::does_not_apply("the manifest declares no InstalledEventEndpoint");
    };
    let issue = match of("UninstallingEventEndpoint") {
        None => {
            let message = "InstalledEventEndpoint is declared, UninstallingEventEndpoint is not: what the installation \
                makes is never removed";
            let remedy = format!(
                "add <UninstallingEventEndpoint>{}</UninstallingEventEndpoint>, if the installation makes anything outside of the app web",
                installed.url.trimmed()
            );
            Some(Issue::new(message, remedy).shown_by(&installed.url))
        }
        Some(uninstalling) => {
            let (a, b) = (Authority::of(&installed.url.raw), Authority::of(&uninstalling.url.raw));
            let differ = matches!((&a, &b), (Some(a), Some(b)) if a.audience != b.audience);
            differ.then(|| {
                let message = format!(
                    "the endpoints lie on different hosts: {} and {}",
                    installed.url.raw, uninstalling.url.raw
                );
                Issue::new(message, "put both on the registered domain")
                    .shown_by(&installed.url)
                    .shown_by(&uninstalling.url)
            })
        }
    };
    Outcome::decided(issue.into_iter().collect(), [&installed.url])
}

/// OC08.
pub(super) fn unsupported_events(subject: &Subject<'_>) -> Outcome {
    let all: Vec<_> = receivers(subject).collect();
    if all.is_empty() {
        return without_receivers(subject);
    }
    let issues = all.iter().filter(|receiver| is_unsupported(&receiver.event)).map(|receiver| {
        let message = format!(
            "add-ins get no events of sites and webs: {} ({})",
            receiver.event.trimmed(),
            receiver.name.trimmed()
        );
        let remedy =
            "remove the receiver; use an event of a list, or UninstallingEventEndpoint of the manifest";
        Issue::new(message, remedy).shown_by(&receiver.event).shown_by(&receiver.url)
    });
    Outcome::decided(issues.collect(), all.iter().map(|receiver| &receiver.event))
}

fn is_unsupported(event: &Value) -> bool {
    let lower = event.trimmed().to_ascii_lowercase();
    lower.starts_with("site") || lower.starts_with("web")
}

/// OC09.
pub(super) fn whole_web(subject: &Subject<'_>) -> Outcome {
    let all: Vec<_> = receivers(subject).collect();
    if all.is_empty() {
        return without_receivers(subject);
    }
    let is_whole = |bound: Option<&Value>| bound.is_none_or(|bound| bound.is("Web") || bound.is("Site"));
    let issues = all.iter().filter(|receiver| is_whole(receiver.bound_to.as_ref())).map(|receiver| {
        let message = format!(
            "the receiver {} is bound to no list and fires for every list of the web",
            receiver.name.trimmed()
        );
        let remedy = "write ListUrl=\"Lists/<name>\" or ListTemplateId=\"<number>\" on the Receivers element";
        Issue::new(message, remedy).shown_by(&receiver.name).shown_by(&receiver.url)
    });
    Outcome::decided(issues.collect(), all.iter().filter_map(|receiver| receiver.bound_to.as_ref()))
}
