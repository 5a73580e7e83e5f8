//! Trusted token issuers of the farm against what the configuration signs with.

use super::super::{Issue, Outcome};
use super::settings::{client_id, configs, filled, is_guid, issuer_id};
use super::{scripts, signing};
use crate::addin::certificate_role::digits;
use crate::addin::evidence::config::Config;
use crate::addin::evidence::farm::TrustedIssuer;
use crate::addin::evidence::{Evidence, Value};
use crate::addin::subject::Subject;
use crate::model::audit::Fix;
use crate::text::quote::powershell_literal;

/// What these checks need.
pub(super) const NEEDED: &str = "the trusted token issuers of the farm: run the script that spdoctor oauth export-script prints, on one of its servers, or Get-SPTrustedSecurityTokenIssuer | Select-Object Name, RegisteredIssuerName, IsSelfIssuer, SigningCertificate | ConvertTo-Json";

/// The id of `id@realm`.
pub(super) fn id_of(registered: &str) -> &str {
    registered.split('@').next().unwrap_or(registered).trim()
}

fn realm_of(registered: &str) -> Option<&str> {
    registered.split_once('@').map(|(_, realm)| realm.trim()).filter(|realm| !realm.is_empty())
}

/// The configurations of the add-in, and the issuers of the farm.
fn both<'a>(subject: &Subject<'a>) -> Result<(Vec<&'a Config>, &'a [TrustedIssuer]), Outcome> {
    let configs = configs(subject)?;
    let farm = subject.farm();
    if !farm.issuers_known && farm.issuers.is_empty() {
        return Err(Outcome::needs(NEEDED));
    }
    Ok((configs, &farm.issuers))
}

/// The realm that tokens have to be made for: the one of the farm. Where that is not known, the one of the
/// configuration is believed, if it is one at all.
fn realm<'a>(subject: &Subject<'a>, config: &'a Config) -> Option<&'a Value> {
    let written = filled(config, "Realm").map(|setting| &setting.value);
    subject.farm().realms.first().or(written.filter(|value| is_guid(value.trimmed())))
}

/// OH05.
pub(super) fn not_registered(subject: &Subject<'_>) -> Outcome {
    let (mut configs, issuers) = match both(subject) {
        Ok(both) => both,
        Err(outcome) => return scripts::not_registered(subject).unwrap_or(outcome),
    };
    configs.retain(|config| config.is_high_trust());
    if configs.is_empty() {
        return Outcome::does_not_apply("no configuration that was given signs with a certificate");
    }
    let ids: Vec<&Value> = configs.iter().filter_map(|config| issuer_id(config)).collect();
    if ids.is_empty() {
        return Outcome::needs(
            "the ClientId or IssuerId that the web.config of the remote web application uses",
        );
    }
    let judge = |config: &&Config| unregistered(subject, config, issuers);
    Outcome::decided(configs.iter().filter_map(judge).collect(), ids)
}

/// That nobody is registered with the name that tokens of a configuration are issued as.
fn unregistered(subject: &Subject<'_>, config: &Config, issuers: &[TrustedIssuer]) -> Option<Issue> {
    let id = issuer_id(config)?;
    let realm = realm(subject, config);
    let named = |id: &str| realm.map_or_else(|| id.to_owned(), |realm| format!("{id}@{}", realm.trimmed()));
    let (issued, wanted) = (named(id.trimmed()), named(&id.trimmed().to_ascii_lowercase()));
    let is = |name: &Value, wanted: &str| match realm {
        Some(_) => name.trimmed() == wanted,
        None => id_of(&name.raw) == wanted,
    };
    let names = || issuers.iter().filter_map(|issuer| issuer.registered_name.as_ref());
    if names().any(|name| is(name, &issued)) {
        return None;
    }
    if let Some(right) = names().find(|name| is(name, &wanted)) {
        return Some(spelt_otherwise(config, id, &issued, right));
    }
    let near = names().find(|name| id_of(&name.raw).eq_ignore_ascii_case(id.trimmed()));
    let message = match near {
        Some(near) => format!("tokens are issued as {issued}; registered is {}", near.raw),
        None => format!("tokens are issued as {issued}, and no trusted token issuer has that name"),
    };
    let (fix, broker) = trusted(subject, config, id);
    let issue = Issue::new(message, register(&wanted, broker, near)).shown_by(id).fixed_by(fix);
    Some(near.into_iter().fold(issue, Issue::shown_by))
}

/// The issuer is registered as it should be; the configuration writes its id in another case.
fn spelt_otherwise(config: &Config, id: &Value, issued: &str, right: &Value) -> Issue {
    let key = if filled(config, "IssuerId").is_some() { "IssuerId" } else { "ClientId" };
    let message = format!("tokens are issued as {issued}; registered is {}", right.raw);
    let remedy = format!(
        "write <add key=\"{key}\" value=\"{}\"/>: the issuer is registered as it should be",
        id.trimmed().to_ascii_lowercase()
    );
    Issue::new(message, remedy).shown_by(id).shown_by(right)
}

/// The issuer as a script registers it, and whether as a broker: with the signing certificate that was given, if there
/// is but one.
fn trusted(subject: &Subject<'_>, config: &Config, id: &Value) -> (Fix, bool) {
    let client = client_id(config).unwrap_or(id);
    let signing = signing::only_certificate(subject);
    let broker = !id.is(client.trimmed()) || !others_of(subject, id, client).is_empty();
    let fix = Fix::TrustIssuer {
        name: format!("add-in {}", id.trimmed()),
        issuer_id: id.trimmed().to_owned(),
        thumbprint: signing.map(|(_, leaf)| leaf.thumbprint.clone()),
        file: signing.map(|(file, _)| file.at.path.to_string()),
        broker,
    };
    (fix, broker)
}

/// The commands that register the issuer in place of another one; where the realm is not known, PowerShell asks for it.
fn register(name: &str, broker: bool, replaced: Option<&Value>) -> String {
    let name = name.to_ascii_lowercase();
    let registered = if name.contains('@') {
        powershell_literal(&name)
    } else {
        format!("({} + (Get-SPAuthenticationRealm))", powershell_literal(&format!("{name}@")))
    };
    let removal = replaced.map_or_else(String::new, |old| {
        format!(
            "Get-SPTrustedSecurityTokenIssuer | Where-Object {{ $_.RegisteredIssuerName -eq {} }} | Remove-SPTrustedSecurityTokenIssuer; ",
            powershell_literal(&old.raw)
        )
    });
    format!(
        "on the farm: {removal}$certificate = New-Object System.Security.Cryptography.X509Certificates.X509Certificate2 'C:\\certificates\\signing.cer'; New-SPTrustedSecurityTokenIssuer -Name {} -Certificate $certificate -RegisteredIssuerName {registered}{}; iisreset",
        powershell_literal(&format!("add-in {}", id_of(&name))),
        if broker { " -IsTrustBroker" } else { "" }
    )
}

/// OH06.
pub(super) fn no_broker(subject: &Subject<'_>) -> Outcome {
    let (configs, issuers) = match both(subject) {
        Ok(both) => both,
        Err(outcome) => return scripts::no_broker(subject).unwrap_or(outcome),
    };
    let mut seen: Vec<&Value> = Vec::new();
    let mut issues = Vec::new();
    let mut untold = false;
    for config in configs {
        let (Some(id), Some(client)) = (issuer_id(config), client_id(config)) else { continue };
        let Some((issuer, name)) = broker_first(issuers, id) else { continue };
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let others = others_of(subject, id, client);
        let speaks_for_others = !id.is(client.trimmed()) || !others.is_empty();
        match issuer.trust_broker {
            Some(false) if speaks_for_others => issues.push(not_a_broker(id, client, name, &others)),
            None if speaks_for_others => untold = true,
            _ => {}
        }
    }
    if issues.is_empty() && untold {
        return Outcome::needs(
            "whether the issuer is a trust broker: export IsSelfIssuer of Get-SPTrustedSecurityTokenIssuer",
        );
    }
    if seen.is_empty() {
        return Outcome::needs(NOT_AMONG);
    }
    Outcome::decided(issues, seen)
}

/// Where the issuer of the add-in is not among the exported ones, another check says so.
const NOT_AMONG: &str =
    "the trusted token issuer that the add-in signs as; none of the exported ones has its id";

/// The issuer with this id; of several the broker.
fn broker_first<'a>(issuers: &'a [TrustedIssuer], id: &Value) -> Option<(&'a TrustedIssuer, &'a Value)> {
    let named = issuers.iter().filter_map(|issuer| Some((issuer, issuer.registered_name.as_ref()?)));
    let mine = named.filter(|(_, name)| id_of(&name.raw).eq_ignore_ascii_case(id.trimmed()));
    mine.min_by_key(|(issuer, _)| issuer.trust_broker != Some(true))
}

/// The add-in and those that share something with it.
fn evidences<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Evidence> {
    std::iter::once(subject.evidence()).chain(subject.related.iter().map(|addin| &addin.evidence))
}

/// Client ids of other add-ins that sign as the same issuer.
fn others_of(subject: &Subject<'_>, id: &Value, client: &Value) -> Vec<Value> {
    let configs = evidences(subject)
        .flat_map(|evidence| &evidence.configs)
        .filter(|config| !config.transform && config.is_high_trust());
    let same = configs.filter(|config| issuer_id(config).is_some_and(|other| other.is(id.trimmed())));
    let mut others: Vec<Value> =
        same.filter_map(client_id).filter(|other| !other.is(client.trimmed())).cloned().collect();
    others.sort();
    others
}

pub(super) fn not_a_broker(id: &Value, client: &Value, name: &Value, others: &[Value]) -> Issue {
    let message = match others.first() {
        Some(other) if id.is(client.trimmed()) => format!(
            "the issuer {} signs for several client ids, {} and {}, and is not registered as a trust broker",
            name.raw, client.raw, other.raw
        ),
        _ => format!(
            "the issuer {} may only speak for the client id of the same value, and the add-in is {}: it is not registered as a trust broker",
            name.raw, client.raw
        ),
    };
    let remedy = format!(
        "register it again as a broker: Get-SPTrustedSecurityTokenIssuer | Where-Object {{ $_.RegisteredIssuerName -eq {} }} | Remove-SPTrustedSecurityTokenIssuer; then New-SPTrustedSecurityTokenIssuer … -RegisteredIssuerName {} -IsTrustBroker; iisreset",
        powershell_literal(&name.raw),
        powershell_literal(&name.raw)
    );
    let issue = Issue::new(message, remedy).shown_by(name).shown_by(client);
    others.iter().take(2).fold(issue, Issue::shown_by)
}

/// OH07.
pub(super) fn other_realm(subject: &Subject<'_>) -> Outcome {
    of_farm_and_configurations(subject).and(scripts::of_other_realm(subject))
}

fn of_farm_and_configurations(subject: &Subject<'_>) -> Outcome {
    let (configs, issuers) = match both(subject) {
        Ok(both) => both,
        Err(outcome) => return outcome,
    };
    let Some(farm) = subject.farm().realms.first() else {
        return Outcome::needs(
            "the realm of the farm: Get-SPAuthenticationRealm, or the export of the script that spdoctor oauth export-script prints",
        );
    };
    let ids: Vec<&Value> = configs.iter().filter_map(|config| issuer_id(config)).collect();
    let named = issuers.iter().filter_map(|issuer| Some((issuer, issuer.registered_name.as_ref()?)));
    let mine: Vec<(&TrustedIssuer, &Value)> = named
        .filter(|(_, name)| ids.iter().any(|id| id_of(&name.raw).eq_ignore_ascii_case(id.trimmed())))
        .collect();
    let same = |realm: &str| subject.farm().realms.iter().any(|known| known.is(realm));
    let any_right = mine.iter().any(|(_, name)| realm_of(&name.raw).is_some_and(same));
    let of_issuer =
        mine.iter().filter(|(_, name)| !any_right && realm_of(&name.raw).is_some_and(|realm| !same(realm)));
    let mut issues: Vec<Issue> =
        of_issuer.map(|(issuer, name)| issuer_of_other_realm(issuer, name, farm)).collect();
    let of_config = configs
        .iter()
        .filter_map(|config| filled(config, "Realm"))
        .filter(|setting| !same(setting.value.trimmed()));
    issues.extend(of_config.map(|setting| config_of_other_realm(&setting.value, farm)));
    if issues.is_empty() && mine.is_empty() {
        return Outcome::needs(NOT_AMONG);
    }
    Outcome::decided(issues, mine.into_iter().map(|(_, name)| name).chain([farm]))
}

fn issuer_of_other_realm(issuer: &TrustedIssuer, name: &Value, farm: &Value) -> Issue {
    let message =
        format!("the issuer is registered as {}, and the realm of the farm is {}", name.raw, farm.raw);
    let right = format!("{}@{}", id_of(&name.raw), farm.trimmed());
    let remedy = register(&right, issuer.trust_broker == Some(true), Some(name));
    Issue::new(message, remedy).shown_by(name).shown_by(farm)
}

fn config_of_other_realm(realm: &Value, farm: &Value) -> Issue {
    let message =
        format!("the configuration names the realm {}, and the realm of the farm is {}", realm.raw, farm.raw);
    let remedy = format!("write <add key=\"Realm\" value=\"{}\"/>, or remove the key", farm.trimmed());
    Issue::new(message, remedy).shown_by(realm).shown_by(farm)
}

/// OH17.
pub(super) fn repeated(subject: &Subject<'_>) -> Outcome {
    let (configs, issuers) = match both(subject) {
        Ok(both) => both,
        Err(outcome) => return outcome,
    };
    let ids: Vec<&Value> = configs.iter().filter_map(|config| issuer_id(config)).collect();
    let signing = super::signing::thumbprints(subject);
    let thumbprint = |issuer: &TrustedIssuer| issuer.thumbprint.as_ref().map(|value| digits(&value.raw));
    let by_id = |issuer: &TrustedIssuer| {
        issuer
            .registered_name
            .as_ref()
            .is_some_and(|name| ids.iter().any(|id| id_of(&name.raw).eq_ignore_ascii_case(id.trimmed())))
    };
    let mine: Vec<&TrustedIssuer> = issuers
        .iter()
        .filter(|issuer| {
            by_id(issuer) || thumbprint(issuer).is_some_and(|thumbprint| signing.contains(&thumbprint))
        })
        .collect();
    let of_mine: Vec<String> = mine.iter().filter_map(|issuer| thumbprint(issuer)).collect();
    let group: Vec<&TrustedIssuer> = issuers
        .iter()
        .filter(|issuer| thumbprint(issuer).is_some_and(|one| of_mine.contains(&one)))
        .collect();
    let mut issues: Vec<Issue> = Vec::new();
    for (index, issuer) in group.iter().enumerate() {
        let twin = group.iter().take(index).find(|other| thumbprint(other) == thumbprint(issuer));
        issues.extend(twin.map(|twin| same_certificate(twin, issuer)));
    }
    issues.extend(mine.iter().filter_map(|issuer| stale(subject, issuer, &signing)));
    let seen: Vec<Value> = mine.iter().map(|issuer| shown(issuer)).collect();
    Outcome::decided(issues, &seen)
}

fn shown(issuer: &TrustedIssuer) -> Value {
    let name = issuer.name.as_ref().or(issuer.registered_name.as_ref());
    name.cloned().unwrap_or_else(|| Value::new("issuer without a name", issuer.at.clone()))
}

fn same_certificate(one: &TrustedIssuer, other: &TrustedIssuer) -> Issue {
    let (one, other) = (shown(one), shown(other));
    let message = format!("the issuers {} and {} have the same certificate", one.raw, other.raw);
    let remedy = format!(
        "keep the one that the add-ins sign as, and remove the other: Remove-SPTrustedSecurityTokenIssuer {}",
        powershell_literal(&other.raw)
    );
    Issue::new(message, remedy).shown_by(&one).shown_by(&other)
}

/// The certificate of the issuer has ended, or the add-in signs with another one meanwhile.
fn stale(subject: &Subject<'_>, issuer: &TrustedIssuer, signing: &[String]) -> Option<Issue> {
    let name = shown(issuer);
    let ended = issuer.not_after.as_ref().filter(|end| end.utc < subject.settings.now);
    let other = issuer
        .thumbprint
        .as_ref()
        .filter(|value| !signing.is_empty() && !signing.contains(&digits(&value.raw)));
    let why = match (ended, other) {
        (Some(end), _) => format!("its certificate ended on {}", end.utc.format("%Y-%m-%d")),
        (None, Some(thumbprint)) => {
            format!("its certificate {} is not the one that the add-in signs with", thumbprint.raw)
        }
        (None, None) => return None,
    };
    let remedy = format!(
        "remove it once the new certificate is registered: Remove-SPTrustedSecurityTokenIssuer {}",
        powershell_literal(&name.raw)
    );
    let issue = Issue::new(format!("the issuer {} is stale: {why}", name.raw), remedy).shown_by(&name);
    Some(issuer.thumbprint.iter().fold(issue, Issue::shown_by))
}
