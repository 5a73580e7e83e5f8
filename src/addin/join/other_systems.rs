//! Configurations of other products, which call their login as `TokenHelper` does: `ClientId`, `ClientSecret`.

use std::collections::BTreeSet;

use super::groups::{guid, is_inside};
use super::nearness::home;
use crate::addin::evidence::config::{Config, Setting};
use crate::addin::evidence::source_code::{BYTES_OF_ACS, SourceFactKind, SourceFile};
use crate::addin::evidence::{Evidence, ids};
use crate::addin::host::names_online;

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
    names_sharepoint(setting)
        || setting.secret.as_ref().is_some_and(|secret| secret.form.decoded == Some(BYTES_OF_ACS))
}

fn names_sharepoint(setting: &Setting) -> bool {
    let (key, value) = (setting.bare_key(), setting.value.raw.to_ascii_lowercase());
    let signs = ["accesscontrol.windows.net", "0ff1-ce00-0000"];
    SHAREPOINT.iter().any(|word| key.starts_with(word))
        || key.contains("sharepoint")
        || names_online(&value)
        || signs.iter().any(|sign| value.contains(sign))
}

/// Code and configurations alone, and nothing in them is of SharePoint or of Azure ACS.
pub(super) fn are_all(own: &Evidence) -> bool {
    let mut rest = own.clone();
    let (sources, configs) = (std::mem::take(&mut rest.sources), std::mem::take(&mut rest.configs));
    rest == Evidence::default()
        && (!sources.is_empty() || !configs.is_empty())
        && !sources.iter().any(SourceFile::is_of_sharepoint)
        && configs.iter().all(|config| is_of_another(config) || has_only_other_logins(config))
}

/// It has ids or secrets, and none has a name that `TokenHelper` or a program for SharePoint reads.
fn has_only_other_logins(config: &Config) -> bool {
    let login = |setting: &Setting| {
        let key = setting.bare_key();
        ["clientid", "clientsecret", "appid", "appsecret"].iter().any(|end| key.ends_with(end))
    };
    config.settings.iter().any(login)
        && config.malformed.is_none()
        && !config.speaks_of_oauth()
        && !config.settings.iter().any(names_sharepoint)
}

/// A secret stands in them in clear, whatever it opens.
pub(super) fn hold_secret(own: &Evidence) -> bool {
    let settings = own.configs.iter().flat_map(|config| &config.settings);
    let in_settings =
        settings.filter(|setting| setting.gives_access()).filter_map(|setting| setting.secret.as_ref());
    let in_remarks = own.configs.iter().flat_map(|config| &config.remarks);
    let in_sources = own.sources.iter().flat_map(|source| &source.secrets);
    let mut all = in_settings.chain(in_remarks).chain(in_sources);
    all.any(|secret| secret.length > 0 && !secret.form.placeholder)
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
