//! Where an add-in is meant to run, as far as the artefacts tell.

use super::evidence::config::Config;
use super::evidence::manifest::Manifest;
use super::evidence::registration::PrincipalSource;
use super::evidence::source_code::{SourceFact, SourceFactKind, SourceFile};
use super::evidence::{Evidence, Spot, Value};
use super::host::is_online;
use super::subject::AuditSettings;
use crate::model::audit::Target;

/// Why a target was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Reason {
    /// As a sentence without a full stop.
    pub(super) text: String,
    /// Told, or shown by an artefact; false where it was merely assumed.
    pub(super) known: bool,
    /// Of a farm it is known, or was merely assumed, which trust the add-in has.
    pub(super) trust_known: bool,
}

/// The target of one add-in, and why. Not every export of a farm `concerns` it.
pub(super) fn infer(
    own: &Evidence,
    shared: &Evidence,
    settings: &AuditSettings,
    concerns: impl Fn(&Spot) -> bool,
) -> (Target, Reason) {
    if let Some(target) = settings.target {
        return (target, known("told by --target"));
    }
    if let Some(config) = own.configs.iter().find(|config| config.is_high_trust()) {
        let text = format!("{} names a signing certificate: high trust, which only farms have", config.at);
        return (Target::OnPremHighTrust, known(text));
    }
    let has_addin = !own.manifests.is_empty() || !own.packages.is_empty() || !own.installed.is_empty();
    if let Some(address) = addresses(own).find(|value| is_online(&value.raw)) {
        let text = format!("{} holds an address of SharePoint Online", address.at);
        return (if has_addin { Target::Spo } else { Target::ExternalApp }, known(text));
    }
    if let Some(text) = acs_online(own) {
        return (if has_addin { Target::Spo } else { Target::ExternalApp }, known(text));
    }
    let by_acs = || callers(own).any(|source| source.of(SourceFactKind::AppOnlyCall).next().is_some());
    if let Some(value) = facts(own, SourceFactKind::OwnToken).next().filter(|_| !by_acs()) {
        let text = format!(
            "{} makes tokens of its own ({}): high trust, which only farms have",
            value.at, value.raw
        );
        return (Target::OnPremHighTrust, known(text));
    }
    if let Some(reason) = issuer(own, shared) {
        return (Target::OnPremHighTrust, known(reason));
    }
    if let Some(at) = farm_export(own, shared, concerns) {
        return (Target::OnPremLowTrust, known(format!("{at} was exported from a farm")));
    }
    if let Some(found) = farm_script(own) {
        return found;
    }
    if let Some(address) = deployed_online(own) {
        let text = format!("{} names a tenant of SharePoint Online beside the client id", address.at);
        return (if has_addin { Target::Spo } else { Target::ExternalApp }, known(text));
    }
    if let Some(found) = farm_command(own) {
        return found;
    }
    if let Some(value) = shared.farm.online.first() {
        let text = format!("{} was exported from SharePoint Online", value.at);
        return (if has_addin { Target::Spo } else { Target::ExternalApp }, known(text));
    }
    if let Some(principal) = own.principals.iter().find(|principal| is_entra(principal.source)) {
        let text =
            format!("{} ({}) tells a principal of Microsoft Entra", principal.at, principal.source.name());
        return (if has_addin { Target::Spo } else { Target::ExternalApp }, known(text));
    }
    if has_addin {
        let text = if own.manifests.iter().all(Manifest::is_internal) && !own.manifests.is_empty() {
            "assumed: nothing given tells where it runs; --target spo or onprem-low-trust does; SharePoint-hosted, it \
             asks for no tokens, so that trust does not matter"
        } else {
            "assumed: nothing given tells where it runs; --target spo, onprem-low-trust or onprem-high-trust does"
        };
        return (Target::OnPremLowTrust, Reason { text: text.to_owned(), known: false, trust_known: false });
    }
    let text =
        "assumed: there is no manifest, so it is taken for a program with an app principal; --target tells";
    (Target::ExternalApp, Reason { text: text.to_owned(), known: false, trust_known: false })
}

/// What shows that the add-in is its own issuer of tokens, however its certificate is named: an `IssuerId`, which low
/// trust has no use for, or a trusted issuer of the farm that bears its id.
fn issuer(own: &Evidence, shared: &Evidence) -> Option<String> {
    let configs = || own.configs.iter().filter(|config| !config.transform);
    let filled = |config: &Config, key: &str| {
        config.get(key).is_some_and(|setting| !setting.value.trimmed().is_empty())
    };
    let low = configs().any(|config| filled(config, "ClientSecret") || filled(config, "HostedAppSigningKey"));
    let named = configs().filter_map(|config| config.get("IssuerId").map(|setting| &setting.value));
    let named = named.filter(|value| !value.trimmed().is_empty());
    if let Some(id) = named.clone().next().filter(|_| !low) {
        return Some(format!("{} names an IssuerId: high trust, which only farms have", id.at));
    }
    let ids = configs().filter_map(|config| config.get("ClientId").map(|setting| &setting.value));
    let ids = ids.filter(|_| !low);
    shared.farm.issuers.iter().find_map(|issuer| {
        let name = issuer.registered_name.as_ref()?;
        let (id, _) = name.trimmed().split_once('@')?;
        let own = named.clone().chain(ids.clone()).any(|value| !id.is_empty() && value.is(id));
        own.then(|| format!("{} trusts the add-in as an issuer of tokens: high trust", name.at))
    })
}

/// Code that gets tokens of ACS, and an address of SharePoint Online beside it.
fn acs_online(own: &Evidence) -> Option<String> {
    let of = |kind| callers(own).flat_map(move |source| source.of(kind));
    let call = of(SourceFactKind::AppOnlyCall).next().or_else(|| of(SourceFactKind::AcsTokens).next())?;
    let in_code = of(SourceFactKind::OnlineAddress).map(|fact| &fact.value);
    let published = own.published.iter().filter_map(|published| published.online.as_ref());
    let settings = own.configs.iter().filter(|config| !config.transform).flat_map(|config| &config.settings);
    let in_configs = settings.map(|setting| &setting.value).filter(|value| is_online(value.trimmed()));
    let address = in_code.chain(published).chain(in_configs).next()?;
    Some(format!(
        "{} gets tokens of ACS ({}), and {} names an address of SharePoint Online",
        call.value.at, call.value.raw, address.at
    ))
}

/// Sources that say what the add-in itself does: every `TokenHelper` can do all that one of them can.
fn callers(own: &Evidence) -> impl Iterator<Item = &SourceFile> {
    own.sources.iter().filter(|source| source.of(SourceFactKind::TokenHelper).next().is_none())
}

/// The address of SharePoint Online with which, and with its client id, the add-in is deployed.
fn deployed_online(own: &Evidence) -> Option<&Value> {
    let mut with_id = own.published.iter().filter(|published| !published.client_ids.is_empty());
    with_id.find_map(|published| published.online.as_ref())
}

/// A script that registers the add-in, or its issuer, on a farm. Add-ins of either trust have to be registered
/// (*documented*, register SharePoint Add-ins); only one of high trust needs an issuer of its own.
fn farm_script(own: &Evidence) -> Option<(Target, Reason)> {
    let found = || own.sources.iter().flat_map(|source| source.of(SourceFactKind::FarmScript));
    let lower = |fact: &SourceFact| fact.value.raw.to_ascii_lowercase();
    let by_metadata = |fact: &&SourceFact| lower(fact).ends_with("-metadataendpoint");
    let issuer = found().find(|fact| lower(fact).contains("issuer") && !by_metadata(fact));
    let registered = || found().find(|fact| !by_metadata(fact));
    let fact = issuer.or_else(registered).or_else(|| found().next())?;
    let calls = format!("{} calls {}", fact.value.at, fact.value.raw);
    if issuer.is_some() {
        let text = format!("{calls}: high trust, which only farms have");
        return Some((Target::OnPremHighTrust, known(text)));
    }
    if let Some(value) = secret_of_acs(own) {
        let text = format!("{calls}: a farm; {} has a client secret: low trust", value.at);
        return Some((Target::OnPremLowTrust, known(text)));
    }
    if let Some(value) = own_token(own) {
        let text =
            format!("{calls}: a farm; {} makes tokens of its own ({}): high trust", value.at, value.raw);
        return Some((Target::OnPremHighTrust, known(text)));
    }
    let why = if by_metadata(&fact) {
        "what it trusts is a service that tells its keys itself, as Azure ACS does"
    } else {
        "either trust has a registration"
    };
    let text = format!(
        "{calls}: a farm; low trust is assumed, since {why}: --target onprem-high-trust where the add-in signs its tokens \
         itself"
    );
    Some((Target::OnPremLowTrust, Reason { trust_known: false, ..known(text) }))
}

/// A script that runs on a server of a farm, whatever it does there.
fn farm_command(own: &Evidence) -> Option<(Target, Reason)> {
    let value = facts(own, SourceFactKind::FarmCommand).next()?;
    let text =
        format!("{} calls {}, which only servers of a farm have; low trust is assumed", value.at, value.raw);
    Some((Target::OnPremLowTrust, Reason { trust_known: false, ..known(text) }))
}

/// A client secret in a configuration, or a name for one: high trust has none.
fn secret_of_acs(own: &Evidence) -> Option<&Value> {
    let mut configs = own.configs.iter().filter(|config| !config.transform);
    configs.find_map(|config| {
        let settings = ["ClientSecret", "HostedAppSigningKey"].into_iter().filter_map(|key| config.get(key));
        settings.map(|setting| &setting.value).find(|value| !value.trimmed().is_empty())
    })
}

/// Code that makes a high-trust token.
fn own_token(own: &Evidence) -> Option<&Value> {
    facts(own, SourceFactKind::HighTrustCall).next()
}

fn facts(own: &Evidence, kind: SourceFactKind) -> impl Iterator<Item = &Value> {
    own.sources.iter().flat_map(move |source| source.of(kind)).map(|fact| &fact.value)
}

fn known(text: impl Into<String>) -> Reason {
    Reason { text: text.into(), known: true, trust_known: true }
}

fn is_entra(source: PrincipalSource) -> bool {
    matches!(
        source,
        PrincipalSource::ServicePrincipal
            | PrincipalSource::Application
            | PrincipalSource::Msol
            | PrincipalSource::Pnp
            | PrincipalSource::Assessment
    )
}

/// Addresses of SharePoint that evidence holds: where it is installed, where receivers are bound.
fn addresses(own: &Evidence) -> impl Iterator<Item = &Value> {
    let installed = own.installed.iter().filter_map(|installed| installed.web.as_ref());
    let receivers = own.receivers.iter().filter_map(|receiver| receiver.on.as_ref());
    installed.chain(receivers)
}

/// What shows that there is a farm.
fn farm_export(own: &Evidence, shared: &Evidence, concerns: impl Fn(&Spot) -> bool) -> Option<Spot> {
    let principal = own.principals.iter().find(|principal| principal.source == PrincipalSource::OnPremises);
    let mut places = shared.farm.places().filter(|place| concerns(place));
    principal.map(|principal| &principal.at).or_else(|| places.next()).cloned()
}
