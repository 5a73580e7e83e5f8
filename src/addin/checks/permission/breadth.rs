//! How much is requested: OI10 to OI13, OI16 to OI18.

use super::super::{Issue, Outcome, lifecycle::is_store};
use super::{RequestSet, all, scopes_of, some_sets};
use crate::addin::evidence::Value;
use crate::addin::evidence::permission::PermissionRequest;
use crate::addin::scopes::{Scope, meant, rank, width};
use crate::addin::subject::Subject;
use crate::model::audit::Target;

/// A request whose scope is recognised, with its rank among the rights of content.
struct Known<'a> {
    scope: &'static Scope,
    written: &'a Value,
    right: &'a Value,
}

fn known(request: &PermissionRequest) -> Option<Known<'_>> {
    let (written, right) = (request.scope.as_ref()?, request.right.as_ref()?);
    Some(Known { scope: meant(&written.raw)?, written, right })
}

/// OI10.
pub(super) fn full_control(subject: &Subject<'_>) -> Outcome {
    by_set(subject, |set| {
        let full = set.requests.iter().filter_map(known).filter(|known| rank(&known.right.raw) == Some(3));
        let issue = |known: Known<'_>| {
            let reach = match width(known.scope.uri) {
                Some(0) => "every site of the tenant or farm",
                Some(1) => "the whole site collection",
                Some(2) => "the web",
                Some(_) => "the list",
                None => "all of that service",
            };
            let alone = if set.is_app_only() { ", also without a user" } else { "" };
            let message = format!("FullControl is requested on {reach}{alone}: {}", known.scope.uri);
            let remedy = "request Write for adding and changing items, Manage for lists, and the narrowest scope that \
                holds them; guard the client secret like the password of an administrator as long as FullControl stays";
            let issue = Issue::new(message, remedy).shown_by(known.right).shown_by(known.written);
            set.policy.filter(|_| set.is_app_only()).into_iter().fold(issue, Issue::shown_by)
        };
        full.map(issue).collect()
    })
}

/// OI11.
pub(super) fn write_is_enough(subject: &Subject<'_>) -> Outcome {
    by_set(subject, |set| {
        let full = set.requests.iter().filter_map(known);
        let content =
            full.filter(|known| width(known.scope.uri).is_some() && rank(&known.right.raw) == Some(3));
        let issue = |known: Known<'_>| {
            let message = format!(
                "FullControl is requested on {}; if it was chosen because Write was denied, look for the cause first",
                known.scope.uri
            );
            let remedy = "Write stands for Contribute and lets an add-in add, change and delete items. Check that the \
                scope covers the site, that the add-in was trusted again after the change and on that very site, and \
                whether AllowAppOnlyPolicy is needed; then request Write";
            Issue::new(message, remedy).shown_by(known.right).shown_by(known.written)
        };
        content.map(issue).collect()
    })
}

/// OI12.
pub(super) fn redundant(subject: &Subject<'_>) -> Outcome {
    by_set(subject, |set| {
        let found: Vec<Known<'_>> = set.requests.iter().take(100).filter_map(known).collect();
        let mut issues = Vec::new();
        for inner in &found {
            let covers = |outer: &&Known<'_>| {
                let wider = width(outer.scope.uri).zip(width(inner.scope.uri)).is_some_and(|(o, i)| o < i);
                wider && rank(&outer.right.raw).zip(rank(&inner.right.raw)).is_some_and(|(o, i)| o >= i)
            };
            if let Some(outer) = found.iter().find(covers) {
                let message = format!(
                    "{} on {} is already part of {} on {}",
                    inner.right.raw, inner.scope.uri, outer.right.raw, outer.scope.uri
                );
                issues.push(
                    Issue::new(message, "remove the narrower request")
                        .shown_by(inner.written)
                        .shown_by(outer.written),
                );
            }
        }
        issues
    })
}

/// OI13.
pub(super) fn twice(subject: &Subject<'_>) -> Outcome {
    by_set(subject, |set| {
        let found: Vec<Known<'_>> = set.requests.iter().take(100).filter_map(known).collect();
        let mut issues = Vec::new();
        for (number, second) in found.iter().enumerate() {
            let same =
                |first: &&Known<'_>| first.scope == second.scope && first.right.raw != second.right.raw;
            // Of lists there may be several requests: the user picks one list for each.
            let list = width(second.scope.uri) == Some(3);
            if let Some(first) = found.iter().take(number).find(same).filter(|_| !list) {
                let message = format!(
                    "{} is requested twice, with {} and with {}",
                    second.scope.uri, first.right.raw, second.right.raw
                );
                let remedy = "leave the request with the right that is needed";
                issues.push(Issue::new(message, remedy).shown_by(first.right).shown_by(second.right));
            }
        }
        issues
    })
}

/// OI16.
pub(super) fn tenant(subject: &Subject<'_>) -> Outcome {
    by_set(subject, |set| {
        let wide = set.requests.iter().filter_map(known).filter(|known| width(known.scope.uri) == Some(0));
        let issue = |known: Known<'_>| {
            let message = format!(
                "{} on all sites can only be granted by a tenant or farm administrator",
                known.right.raw
            );
            let remedy = match subject.target() {
                Target::OnPremLowTrust | Target::OnPremHighTrust => {
                    "grant it as farm administrator on appinv.aspx of Central Administration or of the app catalog site"
                }
                _ => {
                    "grant it as SharePoint administrator on https://<tenant>-admin.sharepoint.com/_layouts/15/appinv.aspx"
                }
            };
            Issue::new(message, remedy).shown_by(known.written).shown_by(known.right)
        };
        wide.map(issue).collect()
    })
}

/// OI17. The marketplace demands locales. The schema says that every manifest uses them, so they prove nothing.
pub(super) fn marketplace(subject: &Subject<'_>) -> Outcome {
    let sets = match some_sets(subject) {
        Ok(sets) => sets,
        Err(outcome) => return outcome,
    };
    let full = sets.iter().filter(|set| set.in_manifest).flat_map(|set| set.requests);
    let full = full.filter_map(known).find(|known| rank(&known.right.raw) == Some(3));
    let (Some(full), Some(manifest)) = (full, subject.addin.manifest()) else {
        return Outcome::decided(Vec::new(), scopes_of(&sets));
    };
    let sources = subject.evidence().installed.iter().filter_map(|addin| addin.app_source.as_ref());
    if let Some(source) = sources.clone().find(|source| is_store(source)) {
        let message = format!(
            "the manifest requests FullControl, which the marketplace refuses, and {} is where it was got",
            source.raw
        );
        let remedy = "for its next version there, request Manage at most";
        return Outcome::decided(vec![Issue::new(message, remedy).shown_by(full.right).shown_by(source)], []);
    }
    if let Some(source) = sources.clone().next() {
        return Outcome::decided(Vec::new(), [source]);
    }
    let Some(locale) = manifest.locales.first().or(manifest.languages.as_ref()) else {
        return Outcome::needs(
            "to know whether the add-in is sold in the marketplace: its manifest requests FullControl, which is refused there, and names no locales, which are demanded there",
        );
    };
    let message = "the manifest requests FullControl, which the marketplace refuses; it names locales, as a submission does, but so may any manifest";
    let remedy = "if it is meant for the marketplace, request Manage at most; else nothing";
    let issue = Issue::new(message, remedy).shown_by(full.right).shown_by(locale);
    Outcome::decided(vec![issue], [])
}

/// OI18.
pub(super) fn project_server(subject: &Subject<'_>) -> Outcome {
    let sets = match some_sets(subject) {
        Ok(sets) => sets,
        Err(outcome) => return outcome,
    };
    let project = |known: &Known<'_>| known.scope.uri.starts_with("http://sharepoint/projectserver");
    let found: Vec<Known<'_>> = all(&sets).filter_map(known).filter(project).collect();
    if found.is_empty() {
        return Outcome::does_not_apply("no permission of Project Server is requested");
    }
    let services = &subject.farm().services;
    if services.is_empty() {
        return Outcome::needs(
            "the services of the farm: run the script that spdoctor oauth export-script prints, on one of its servers, or Get-SPServiceApplication | Select-Object DisplayName, Status | ConvertTo-Json",
        );
    }
    let runs = services.iter().any(|(name, switch)| switch.on && name.to_lowercase().contains("project"));
    let issues = found.iter().filter(|_| !runs).map(|known| {
        let message =
            format!("{} is requested, and no Project Server service application runs", known.scope.uri);
        let remedy = "remove the request, or create a Project Server service application and a PWA site";
        let issue = Issue::new(message, remedy).shown_by(known.written);
        services.first().into_iter().fold(issue, |issue, (_, switch)| issue.shown_by(&switch.value))
    });
    Outcome::decided(issues.collect(), found.iter().map(|known| known.written))
}

fn by_set(subject: &Subject<'_>, judge: impl Fn(&RequestSet<'_>) -> Vec<Issue>) -> Outcome {
    let sets = match some_sets(subject) {
        Ok(sets) => sets,
        Err(outcome) => return outcome,
    };
    Outcome::decided(sets.iter().flat_map(judge).collect(), scopes_of(&sets))
}
