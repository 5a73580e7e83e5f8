//! Checks of the client id (family E).

mod form;
mod principals;
mod settings;

use std::collections::BTreeSet;

use super::{Check, Outcome};
use crate::addin::evidence::config::{Config, Setting};
use crate::addin::evidence::manifest::ManifestPrincipal;
use crate::addin::evidence::{Evidence, Value};
use crate::addin::subject::Subject;
pub(super) use form::SHAREPOINT;

/// The checks of this family.
pub const CHECKS: &[Check] = &[
    Check { code: "OE01", decide: form::malformed },
    Check { code: "OE02", decide: form::upper_case },
    Check { code: "OE03", decide: form::blanks },
    Check { code: "OE04", decide: form::placeholder },
    Check { code: "OE05", decide: settings::differs },
    Check { code: "OE06", decide: principals::not_registered },
    Check { code: "OE07", decide: principals::shared },
    Check { code: "OE08", decide: form::wrong_guid },
    Check { code: "OE09", decide: principals::orphan },
    Check { code: "OE10", decide: principals::title_differs },
    Check { code: "OE11", decide: settings::duplicates },
    Check { code: "OE12", decide: settings::redirected },
];

/// What is asked for where no client id is known.
const CLIENT_ID: &str =
    "the client id: the published AppManifest.xml, or the web.config of the remote web application";
/// What is asked for where no configuration is known.
pub(super) const CONFIG: &str = "the web.config of the remote web application";

/// A GUID of five groups, braces allowed, in lower case without them.
pub(super) fn guid(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
    let groups: Vec<&str> = bare.split('-').collect();
    let sized = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]);
    let hexadecimal = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    (sized && hexadecimal).then(|| bare.to_ascii_lowercase())
}

/// Client ids of manifests, as written.
pub(super) fn in_manifests(evidence: &Evidence) -> impl Iterator<Item = &Value> {
    evidence.manifests.iter().flat_map(|manifest| &manifest.principals).filter_map(
        |principal| match principal {
            ManifestPrincipal::Remote { client_id, .. } => client_id.as_ref(),
            _ => None,
        },
    )
}

/// The client id of a configuration, under its own name or under the old one.
pub(super) fn of_config(config: &Config) -> Option<&Setting> {
    let filled = |key| config.get(key).filter(|setting| !setting.value.trimmed().is_empty());
    filled("ClientId").or_else(|| filled("HostedAppName"))
}

/// Configurations that say what is, not what changes.
pub(super) fn configs<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Config> {
    subject.evidence().configs.iter().filter(|config| !config.transform)
}

/// Every place where the add-in names its client id; `*` and nothing are no client ids.
fn written<'a>(subject: &Subject<'a>) -> Vec<&'a Value> {
    let evidence = subject.evidence();
    let in_configs = configs(subject).flat_map(|config| {
        config.all("ClientId").chain(config.all("HostedAppName")).map(|setting| &setting.value)
    });
    let published = evidence.published.iter().flat_map(|published| &published.client_ids);
    let all = in_manifests(evidence).chain(in_configs).chain(published);
    all.filter(|value| !matches!(value.trimmed(), "" | "*")).collect()
}

/// Client ids that an add-in or program uses, as GUIDs.
fn used(evidence: &Evidence) -> BTreeSet<String> {
    let in_configs = evidence.configs.iter().flat_map(|config| {
        config.all("ClientId").chain(config.all("HostedAppName")).map(|setting| &setting.value)
    });
    let published = evidence.published.iter().flat_map(|published| &published.client_ids);
    let installed = evidence.installed.iter().filter_map(|installed| installed.client_id.as_ref());
    let all = in_manifests(evidence).chain(in_configs).chain(published).chain(installed);
    all.filter_map(|value| guid(&value.raw)).collect()
}

fn needs_client_id() -> Outcome {
    Outcome::needs(CLIENT_ID)
}
