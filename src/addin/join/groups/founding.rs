//! What makes a program of files that no add-in is near to.

use std::collections::BTreeSet;

use crate::addin::evidence::Evidence;
use crate::addin::evidence::config::APPLICATION_SETTINGS;
use crate::addin::evidence::source_code::{SourceFactKind, SourceFile};
use crate::addin::join::nearness::home;
use crate::addin::join::other_systems;

/// Folders that speak of authorization with SharePoint.
pub(super) fn folders(evidence: &Evidence) -> BTreeSet<String> {
    let mut folders: BTreeSet<String> = BTreeSet::new();
    let speaking = evidence.configs.iter().filter(|item| {
        (item.speaks_of_oauth() && !other_systems::is_of_another(item)) || item.malformed.is_some()
    });
    folders.extend(speaking.map(|item| home(&item.at)));
    folders.extend(evidence.permissions.iter().map(|item| home(&item.at)));
    folders.extend(evidence.sources.iter().filter(|item| is_telling(item)).map(|item| home(&item.at)));
    folders.extend(settings_around(&folders, evidence));
    folders
}

/// It does what a program for SharePoint does, or holds its secret. Every other system has secrets, too.
fn is_telling(item: &SourceFile) -> bool {
    let tells = !item.secrets.is_empty() || item.facts.iter().any(|fact| founds_program(fact.kind));
    tells && item.is_of_sharepoint()
}

fn founds_program(kind: SourceFactKind) -> bool {
    matches!(
        kind,
        SourceFactKind::AppOnlyCall
            | SourceFactKind::AcsTokens
            | SourceFactKind::NullRealm
            | SourceFactKind::ContextTokenCall
            | SourceFactKind::AuthorizationCodeCall
            | SourceFactKind::HighTrustCall
            | SourceFactKind::OwnToken
            | SourceFactKind::TokenHelper
            | SourceFactKind::AllowOAuthOverHttp
            | SourceFactKind::AllowMetadataOverHttp
            | SourceFactKind::CertificateValidationOff
            | SourceFactKind::FarmScript
    )
}

/// Folders with the settings of an application whose code lies below, in `Controllers` or `Services`.
fn settings_around(speaking: &BTreeSet<String>, evidence: &Evidence) -> Vec<String> {
    let settings = evidence.published.iter().filter(|item| item.kind == APPLICATION_SETTINGS);
    let homes = settings.map(|item| home(&item.at));
    homes.filter(|outer| speaking.iter().any(|folder| is_inside(folder, outer))).collect()
}

/// A folder lies below another one.
pub(in crate::addin::join) fn is_inside(folder: &str, outer: &str) -> bool {
    outer.is_empty() || folder.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
}
