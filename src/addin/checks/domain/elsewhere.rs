//! Addresses besides the four that the core rule is about: parts, the settings page, the publish profile, and what is
//! installed.

use super::agreement::nearest;
use super::{REGISTRATION, canonical, decided, differ, needs_published, of, with_host};
use crate::addin::checks::{Issue, Outcome};
use crate::addin::domains::{Place, Role};
use crate::addin::subject::Subject;
use crate::model::audit::{AuditSeverity, PairVerdict};

/// B24: app parts and custom actions.
pub(super) fn parts(subject: &Subject<'_>) -> Outcome {
    let parts: Vec<&Place> = of(subject, &[Role::Part]).collect();
    if parts.is_empty() {
        return Outcome::does_not_apply("there is no client web part or custom action with an address");
    }
    let known: Vec<&Place> = with_host(subject, &[Role::Registration, Role::StartPage]).collect();
    let mut issues = Vec::new();
    for part in &parts {
        let raw = part.value.trimmed();
        if raw.to_ascii_lowercase().starts_with("(none)") {
            let message = format!(
                "{} has the address \"{raw}\": Visual Studio had nothing to put there",
                part.row.place
            );
            let remedy = "Choose the page of the part in its properties and publish again.";
            issues.push(Issue::new(message, remedy).shown_by(&part.value).rated(AuditSeverity::Error));
        } else if let Some(authority) = &part.authority {
            if authority.scheme.as_deref() == Some("http") {
                let message = format!("{} is loaded over http", part.row.place);
                let remedy = format!("Write https://{}.", authority.audience);
                issues.push(Issue::new(message, remedy).shown_by(&part.value).rated(AuditSeverity::Error));
            }
            let nearest = nearest(&known, part);
            let differs = nearest
                .and_then(|place| place.authority.as_ref())
                .is_some_and(|other| other.compare(authority) != PairVerdict::Identical);
            if let (true, Some(other)) = (differs, nearest) {
                let message = format!(
                    "{} is on {}, the {} is {}",
                    part.row.place,
                    authority.audience,
                    other.row.place,
                    other.value.trimmed()
                );
                let remedy = format!(
                    "Serve it from {}, or write ~remoteAppUrl in front of its path.",
                    canonical(other)
                );
                issues.push(differ(message, remedy, other, part));
            }
        }
    }
    decided(issues, parts)
}

/// B25: the settings page.
pub(super) fn settings_page(subject: &Subject<'_>) -> Outcome {
    let Some(page) = with_host(subject, &[Role::SettingsPage]).next() else {
        return Outcome::does_not_apply("there is no SettingsPage with a written domain");
    };
    let known: Vec<&Place> = with_host(subject, &[Role::Registration, Role::StartPage]).collect();
    let Some(other) = nearest(&known, page) else { return Outcome::needs(REGISTRATION) };
    let same = match (&other.authority, &page.authority) {
        (Some(a), Some(b)) => a.compare(b) == PairVerdict::Identical,
        _ => true,
    };
    let issue = || {
        let message = format!(
            "the SettingsPage is on {}, the {} is {}",
            canonical(page),
            other.row.place,
            other.value.trimmed()
        );
        differ(message, format!("Put the settings page on {}.", canonical(other)), other, page)
    };
    decided(if same { Vec::new() } else { vec![issue()] }, [page, other])
}

/// B30: the publish profile.
pub(super) fn publish_profile(subject: &Subject<'_>) -> Outcome {
    let profiles: Vec<&Place> = with_host(subject, &[Role::Publish]).collect();
    if profiles.is_empty() {
        return Outcome::does_not_apply("no publish profile with an address was found");
    }
    let known: Vec<&Place> = with_host(subject, &[Role::StartPage, Role::Registration]).collect();
    let Some(first) = known.first() else { return needs_published(subject) };
    let mut issues = Vec::new();
    for profile in &profiles {
        let (Some(a), Some(b)) = (&first.authority, &profile.authority) else { continue };
        let http = b.scheme.as_deref() == Some("http");
        if a.host == b.host && a.port == b.port && !http {
            continue;
        }
        let what = if a.host == b.host { "over another scheme or port" } else { "to another host" };
        let message = format!(
            "{} deploys {what}: {}, while the {} is {}",
            profile.row.place,
            profile.value.trimmed(),
            first.row.place,
            first.value.trimmed()
        );
        let remedy = format!(
            "Set the destination of the profile to https://{}, if it is the one in use.",
            canonical(first)
        );
        issues.push(differ(message, remedy, first, profile));
    }
    decided(issues, profiles)
}

/// B31: the StartPage of the installed package.
pub(super) fn launch_url(subject: &Subject<'_>) -> Outcome {
    let installed: Vec<&Place> = with_host(subject, &[Role::LaunchUrl]).collect();
    if installed.is_empty() {
        return Outcome::does_not_apply("no export tells the LaunchUrl of an installed add-in");
    }
    let Some(page) = with_host(subject, &[Role::StartPage]).next() else {
        return needs_published(subject);
    };
    let mut issues = Vec::new();
    for place in &installed {
        let (Some(a), Some(b)) = (&page.authority, &place.authority) else { continue };
        if a.compare(b) != PairVerdict::Identical {
            let message =
                format!("what is installed starts at {}, the package at {}", b.audience, a.audience);
            let remedy =
                "Upgrade the installed add-in to this package, or audit the package that is installed.";
            issues.push(differ(message, remedy.to_owned(), page, place));
        }
    }
    decided(issues, installed)
}
