//! Ids in evidence: what is a GUID, and which client ids an add-in or program uses.

use std::collections::BTreeSet;

use super::config::{Config, Setting};
use super::manifest::ManifestPrincipal;
use super::source_code::SourceFactKind;
use super::{Evidence, Value};

/// SharePoint itself as a principal, the same in every farm and tenant.
pub const SHAREPOINT: &str = "00000003-0000-0ff1-ce00-000000000000";

/// A GUID of five groups, braces allowed, in lower case without them.
pub fn guid(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
    let sized = bare.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let hexadecimal = bare.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    (sized && hexadecimal).then(|| bare.to_ascii_lowercase())
}

/// Client ids of manifests, as written.
pub fn in_manifests(evidence: &Evidence) -> impl Iterator<Item = &Value> {
    evidence.manifests.iter().flat_map(|manifest| &manifest.principals).filter_map(
        |principal| match principal {
            ManifestPrincipal::Remote { client_id, .. } => client_id.as_ref(),
            _ => None,
        },
    )
}

/// The client id of a configuration, under its own name or under the old one.
pub fn of_config(config: &Config) -> Option<&Setting> {
    let filled = |key| config.get(key).filter(|setting| !setting.value.trimmed().is_empty());
    filled("ClientId").or_else(|| filled("HostedAppName"))
}

/// Every client id in configurations, as written.
pub fn in_config(config: &Config) -> impl Iterator<Item = &Value> {
    let named = config.all("ClientId").chain(config.all("HostedAppName"));
    named.chain(config.app_id()).map(|setting| &setting.value)
}

/// Client ids that code gets its tokens with.
pub fn in_sources(evidence: &Evidence) -> impl Iterator<Item = &Value> {
    let facts = evidence.sources.iter().flat_map(|source| source.of(SourceFactKind::ClientId));
    facts.map(|fact| &fact.value)
}

/// Client ids that an add-in or program uses, as GUIDs. A registration uses none.
pub fn used(evidence: &Evidence) -> BTreeSet<String> {
    let in_configs = evidence.configs.iter().flat_map(in_config);
    let published = evidence.published.iter().flat_map(|published| &published.client_ids);
    let installed = evidence.installed.iter().filter_map(|installed| installed.client_id.as_ref());
    let all = in_manifests(evidence).chain(in_configs).chain(published).chain(installed);
    all.chain(in_sources(evidence)).filter_map(|value| guid(&value.raw)).collect()
}

/// There is more than registrations: a manifest, a configuration or code with a client id, an installed add-in.
pub fn has_addins(evidence: &Evidence) -> bool {
    in_manifests(evidence).next().is_some()
        || evidence.configs.iter().any(|config| of_config(config).is_some())
        || in_sources(evidence).next().is_some()
        || !evidence.installed.is_empty()
}
