//! Configurations of other products, which call their login as `TokenHelper` does: `ClientId`, `ClientSecret`.

use std::collections::BTreeSet;

use super::groups::{guid, is_inside};
use super::nearness::home;
use crate::addin::evidence::config::{Config, Setting};
use crate::addin::evidence::source_code::{BYTES_OF_ACS, SourceFactKind};
use crate::addin::evidence::{Evidence, ids};

/// Beginnings of keys, without marks, that only SharePoint and `TokenHelper` have.
const SHAREPOINT: [&str; 7] =
    ["hostedapp", "secondaryclientsecret", "clientsigning", "issuerid", "sharepoint", "spo", "addin"];

/// Keys of a server that hands out tokens; `TokenHelper` asks SharePoint for its own.
const SERVERS: [&str; 14] = [
    "authority",
    "authorityuri",
    "authorityurl",
    "aadinstance",
    "aadauthority",
    "authorizationendpoint",
    "authorizationuri",
    "authorizationurl",
    "authorizeuri",
    "authorizeurl",
    "tokenendpoint",
    "tokenuri",
    "tokenurl",
    "openidconfiguration",
];

/// It has a client id or secret, and the server for them is another one than ACS.
pub(super) fn is_of_another(config: &Config) -> bool {
    let login = |setting: &Setting| {
        ["clientid", "clientsecret", "appid", "appsecret"].contains(&setting.bare_key().as_str())
    };
    config.settings.iter().any(login)
        && (config.settings.iter().any(names_server) || is_of_tenant(config))
        && !config.settings.iter().any(is_of_sharepoint)
}

/// An application of Microsoft Entra: programs for ACS have a tenant, too, beside what they call a client id.
fn is_of_tenant(config: &Config) -> bool {
    let has = |key: &str| config.settings.iter().any(|setting| setting.bare_key() == key);
    has("tenantid") && has("appid") && !has("clientid")
}

fn names_server(setting: &Setting) -> bool {
    let value = setting.value.raw.to_ascii_lowercase();
    SERVERS.contains(&setting.bare_key().as_str())
        || value.contains("/oauth2/v2.0/")
        || (value.contains("login.microsoftonline.com") && !setting.key.raw.contains(':'))
}

fn is_of_sharepoint(setting: &Setting) -> bool {
    let (key, value) = (setting.bare_key(), setting.value.raw.to_ascii_lowercase());
    let signs = [".sharepoint.com", "accesscontrol.windows.net", "0ff1-ce00-0000"];
    SHAREPOINT.iter().any(|word| key.starts_with(word))
        || key.contains("sharepoint")
        || signs.iter().any(|sign| value.contains(sign))
        || setting.secret.as_ref().is_some_and(|secret| secret.form.decoded == Some(BYTES_OF_ACS))
}

/// What such a configuration calls so is no id and no secret of an add-in, unless an add-in has the id, or a
/// `TokenHelper` lies beside it. That a secret stands in it is still told.
pub(super) fn set_apart(evidence: &mut Evidence) {
    let in_manifests = ids::in_manifests(evidence);
    let registered = evidence.principals.iter().filter_map(|principal| principal.client_id.as_ref());
    let own: BTreeSet<String> = in_manifests.chain(registered).filter_map(|value| guid(&value.raw)).collect();
    let is_own = |config: &Config| {
        ids::in_config(config).filter_map(|value| guid(value.trimmed())).any(|id| own.contains(&id))
    };
    let helpers =
        evidence.sources.iter().filter(|source| source.of(SourceFactKind::TokenHelper).next().is_some());
    let helpers: BTreeSet<String> = helpers.map(|source| home(&source.at)).collect();
    let reads = |config: &Config| {
        helpers.iter().any(|helper| {
            let folder = home(&config.at);
            *helper == folder || is_inside(helper, &folder)
        })
    };
    for config in &mut evidence.configs {
        if !is_of_another(config) || is_own(config) || reads(config) {
            continue;
        }
        for setting in &mut config.settings {
            setting.void = true;
        }
    }
}
