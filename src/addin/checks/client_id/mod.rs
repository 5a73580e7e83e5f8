//! Checks of the client id (family E).

mod form;
mod principals;
mod settings;

use super::{Check, Outcome};
use crate::addin::evidence::Value;
use crate::addin::evidence::config::Config;
use crate::addin::evidence::ids;
pub(super) use crate::addin::evidence::ids::{guid, in_manifests, in_sources, of_config};
use crate::addin::evidence::source_code::SourceFactKind;
use crate::addin::subject::Subject;

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

/// Configurations that say what is, not what changes.
pub(super) fn configs<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Config> {
    subject.evidence().configs.iter().filter(|config| !config.transform)
}

/// Every place where the add-in names its client id; `*` and nothing are no client ids.
fn written<'a>(subject: &Subject<'a>) -> Vec<&'a Value> {
    let evidence = subject.evidence();
    let in_configs = configs(subject).flat_map(ids::in_config);
    let published = evidence.published.iter().flat_map(|published| &published.client_ids);
    let all = in_manifests(evidence).chain(in_configs).chain(published).chain(in_sources(evidence));
    let sources = evidence.sources.iter().flat_map(|source| source.of(SourceFactKind::MalformedId));
    let all = all.chain(sources.map(|fact| &fact.value));
    all.filter(|value| !matches!(value.trimmed(), "" | "*")).collect()
}

fn needs_client_id() -> Outcome {
    Outcome::needs(CLIENT_ID)
}
