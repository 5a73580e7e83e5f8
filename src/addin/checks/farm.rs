//! Checks of farm and tenant switches (family K).

use super::lifecycle::{not_on_a_farm, on_a_farm, online};
use super::{Check, Issue, Outcome};
use crate::addin::evidence::Value;
use crate::addin::evidence::farm::{Farm, Switch, TrustedIssuer};
use crate::addin::evidence::ids::{SHAREPOINT, guid};
use crate::addin::evidence::source_code::{SourceFactKind, SourceFile};
use crate::addin::host::Authority;
use crate::addin::subject::Subject;
use crate::model::audit::Target;
use crate::text::quote::powershell_literal;

/// The checks of this family.
pub const CHECKS: &[Check] = &[
    Check { code: "OK01", decide: oauth_over_http },
    Check { code: "OK02", decide: metadata_over_http },
    Check { code: "OK03", decide: never_updated },
    Check { code: "OK04", decide: token_service_realm },
    Check { code: "OK05", decide: acs_trust },
    Check { code: "OK06", decide: custom_apps_disabled },
    Check { code: "OK07", decide: owners_may_not_register },
    Check { code: "OK08", decide: addins_disabled },
    Check { code: "OK09", decide: web_application_without_tls },
    Check { code: "OK10", decide: services },
];

const NEEDS_EXPORT: &str =
    "an export of the farm: run the script that spdoctor oauth export-script prints, on one of its servers";
const NEEDS_TENANT: &str = "the switches of the tenant: Get-SPOTenant | ConvertTo-Json";

/// Azure ACS as an issuer.
const ACS: &str = "00000001-0000-0000-c000-000000000000@";

/// Issues for every switch that stands wrong.
fn wrong(switches: &[Switch], bad: bool, message: &str, remedy: &str) -> Outcome {
    let issue = |switch: &Switch| {
        Issue::new(format!("{message}: {}", switch.value.raw), remedy).shown_by(&switch.value)
    };
    let issues = switches.iter().filter(|switch| switch.on == bad).map(issue);
    Outcome::decided(issues.collect(), switches.iter().map(|switch| &switch.value))
}

/// The commands that set a switch of the security token service.
fn set_service(name: &str, value: &str) -> String {
    format!(
        "$config = Get-SPSecurityTokenServiceConfig; $config.{name} = {value}; $config.Update(); iisreset"
    )
}

fn oauth_over_http(subject: &Subject<'_>) -> Outcome {
    if online(subject) {
        return Outcome::does_not_apply(not_on_a_farm(subject));
    }
    match subject.farm().oauth_over_http.as_slice() {
        [] => oauth_by_script(subject).unwrap_or_else(|| Outcome::needs(NEEDS_EXPORT)),
        switches => wrong(
            switches,
            true,
            "the farm accepts access tokens over http, where anyone on the way can read and use them",
            &set_service("AllowOAuthOverHttp", "$false"),
        ),
    }
}

/// A script that switches it on and stores that; what the farm has now is not known.
fn switched_on(subject: &Subject<'_>, kind: SourceFactKind, message: &str, remedy: &str) -> Option<Outcome> {
    let stores = |source: &&SourceFile| source.of(SourceFactKind::Update).next().is_some();
    let facts = subject.evidence().sources.iter().filter(stores).flat_map(|source| source.of(kind));
    let on = facts.filter(|fact| fact.value.raw.to_ascii_lowercase().ends_with("= true"));
    let issues: Vec<Issue> = on.map(|fact| Issue::new(message, remedy).shown_by(&fact.value)).collect();
    let none: [&Value; 0] = [];
    (!issues.is_empty()).then(|| Outcome::decided(issues, none))
}

/// What a script says of OAuth over http.
fn oauth_by_script(subject: &Subject<'_>) -> Option<Outcome> {
    let message = "the script lets the farm accept access tokens over http, where anyone on the way can read and use them";
    let remedy = format!(
        "serve the web application over https and take the line out; on the farm: {}",
        set_service("AllowOAuthOverHttp", "$false")
    );
    switched_on(subject, SourceFactKind::AllowOAuthOverHttp, message, &remedy)
}

/// What a script says of metadata over http.
fn metadata_by_script(subject: &Subject<'_>) -> Option<Outcome> {
    let message = "the script lets the farm read and serve trust metadata over http, where it can be exchanged on the way";
    let remedy = format!(
        "name metadata addresses that begin with https and take the line out; on the farm: {}",
        set_service("AllowMetadataOverHttp", "$false")
    );
    switched_on(subject, SourceFactKind::AllowMetadataOverHttp, message, &remedy)
}

fn metadata_over_http(subject: &Subject<'_>) -> Outcome {
    if online(subject) {
        return Outcome::does_not_apply(not_on_a_farm(subject));
    }
    match subject.farm().metadata_over_http.as_slice() {
        [] => metadata_by_script(subject).unwrap_or_else(|| Outcome::needs(NEEDS_EXPORT)),
        switches => wrong(
            switches,
            true,
            "the farm reads and serves trust metadata over http, where it can be exchanged on the way",
            &set_service("AllowMetadataOverHttp", "$false"),
        ),
    }
}

fn never_updated(subject: &Subject<'_>) -> Outcome {
    let kinds = [SourceFactKind::AllowOAuthOverHttp, SourceFactKind::AllowMetadataOverHttp];
    let sets = |source: &&SourceFile| kinds.iter().any(|kind| source.of(*kind).next().is_some());
    let all = subject.evidence().sources.iter().chain(&subject.shared.sources);
    let scripts: Vec<&SourceFile> = all.filter(sets).collect();
    if scripts.is_empty() {
        return Outcome::does_not_apply("no script sets AllowOAuthOverHttp or AllowMetadataOverHttp");
    }
    let lost = scripts.iter().filter(|source| source.of(SourceFactKind::Update).next().is_none());
    let issues = lost.flat_map(|source| kinds.iter().flat_map(move |kind| source.of(*kind))).map(|fact| {
        Issue::new(
            format!(
                "the script sets {} and never calls Update(), so nothing is stored",
                fact.value.raw.trim()
            ),
            "add a line behind it: $config.Update(), with the variable that holds the configuration",
        )
        .shown_by(&fact.value)
    });
    let issues: Vec<Issue> = issues.collect();
    let seen = scripts.iter().flat_map(|source| source.of(SourceFactKind::Update)).map(|fact| &fact.value);
    Outcome::decided(issues, seen)
}

fn token_service_realm(subject: &Subject<'_>) -> Outcome {
    if online(subject) {
        return Outcome::does_not_apply(not_on_a_farm(subject));
    }
    let farm = subject.farm();
    if farm.sts_identifiers.is_empty() || farm.realms.is_empty() {
        return Outcome::needs(format!(
            "NameIdentifier of Get-SPSecurityTokenServiceConfig and Get-SPAuthenticationRealm: {NEEDS_EXPORT}"
        ));
    }
    let issues = farm.sts_identifiers.iter().filter_map(|identifier| {
        let realm = identifier.trimmed().rsplit_once('@').map_or("", |(_, realm)| realm);
        let expected = farm.realms.first()?;
        if farm.realms.iter().any(|known| known.is(realm)) {
            return None;
        }
        let message = format!(
            "the security token service calls itself {}, the realm of the farm is {}",
            identifier.raw, expected.raw
        );
        let name = powershell_literal(&format!("{SHAREPOINT}@{}", expected.trimmed()));
        Some(
            Issue::new(message, set_service("NameIdentifier", &name)).shown_by(identifier).shown_by(expected),
        )
    });
    Outcome::decided(issues.collect(), farm.sts_identifiers.iter().chain(&farm.realms))
}

fn is_acs(issuer: &TrustedIssuer) -> bool {
    let holds = |value: &Option<Value>, text: &str| {
        value.as_ref().is_some_and(|value| value.raw.to_ascii_lowercase().contains(text))
    };
    holds(&issuer.registered_name, ACS) || holds(&issuer.metadata, "accounts.accesscontrol.windows.net")
}

fn acs_trust(subject: &Subject<'_>) -> Outcome {
    if subject.target() != Target::OnPremLowTrust {
        return Outcome::does_not_apply("only a farm with low-trust add-ins trusts Azure ACS");
    }
    if subject.addin.target_known && !subject.addin.trust_known {
        return Outcome::needs(
            "which trust the add-in has: --target onprem-low-trust or onprem-high-trust, or the web.config of the remote \
             web application",
        );
    }
    let farm = subject.farm();
    if !farm.issuers_known && farm.sharepoint_names.is_empty() {
        return Outcome::needs(format!("the trusted issuers of the farm: {NEEDS_EXPORT}"));
    }
    let mut issues = Vec::new();
    if farm.issuers_known {
        issues.extend(acs_issuer_issue(subject));
    }
    if !farm.sharepoint_names.is_empty() {
        issues.extend(farm.web_applications.iter().filter_map(|url| unknown_to_acs(subject, url)));
    }
    let names = farm.issuers.iter().filter_map(|issuer| issuer.registered_name.as_ref());
    Outcome::decided(issues, names.chain(&farm.sharepoint_names))
}

fn acs_issuer_issue(subject: &Subject<'_>) -> Option<Issue> {
    let farm = subject.farm();
    let realm = farm.realms.first();
    let tenant = realm.map_or("<tenant id>", |realm| realm.trimmed());
    let metadata =
        powershell_literal(&format!("https://accounts.accesscontrol.windows.net/{tenant}/metadata/json/1"));
    let make = format!(
        "New-SPTrustedSecurityTokenIssuer -Name 'ACS-STS' -IsTrustBroker:$true -MetadataEndPoint {metadata}"
    );
    let acs: Vec<&TrustedIssuer> = farm.issuers.iter().filter(|issuer| is_acs(issuer)).collect();
    match acs.as_slice() {
        [] => {
            let told = format!("none of the {} trusted issuers of the farm is Azure ACS", farm.issuers.len());
            let issue = Issue::new(told, make);
            let issue = realm.map_or(issue.clone(), |realm| issue.clone().shown_by(realm));
            let names = farm.issuers.iter().filter_map(|issuer| issuer.registered_name.as_ref());
            Some(names.take(3).fold(issue, Issue::shown_by))
        }
        known if known.iter().all(|issuer| issuer.trust_broker == Some(false)) => {
            let issuer = known.first()?;
            let name = issuer.name.as_ref().map_or("ACS-STS", |name| name.trimmed());
            let remedy = format!("Remove-SPTrustedSecurityTokenIssuer {}; {make}", powershell_literal(name));
            let told =
                format!("the issuer {name} is Azure ACS but no trust broker: it may not speak for add-ins");
            Some(Issue::new(told, remedy).at(&issuer.at, format!("{name}: no trust broker")))
        }
        known => of_another_tenant(farm, known, &make),
    }
}

/// ACS speaks for one tenant by its id, and tokens name that of the farm.
fn of_another_tenant(farm: &Farm, acs: &[&TrustedIssuer], make: &str) -> Option<Issue> {
    let realm =
        |value: &Value| guid(value.trimmed().rsplit_once('@').map_or(value.trimmed(), |(_, realm)| realm));
    let own: Vec<String> = farm.realms.iter().chain(&farm.sts_identifiers).filter_map(realm).collect();
    let tenants: Vec<String> =
        acs.iter().map(|issuer| realm(issuer.registered_name.as_ref()?)).collect::<Option<_>>()?;
    if own.is_empty() || tenants.iter().any(|tenant| own.contains(tenant)) {
        return None;
    }
    let issuer = acs.first()?;
    let registered = issuer.registered_name.as_ref()?;
    let name = issuer.name.as_ref().map_or("ACS-STS", |name| name.trimmed());
    let message = format!(
        "the issuer {name} is Azure ACS for another tenant, {}; the realm of the farm is {}",
        registered.raw,
        own.first()?
    );
    let remedy = format!("Remove-SPTrustedSecurityTokenIssuer {}; {make}", powershell_literal(name));
    let issue = Issue::new(message, remedy).shown_by(registered);
    Some(farm.realms.iter().chain(&farm.sts_identifiers).take(1).fold(issue, Issue::shown_by))
}

/// A web application for which ACS makes no tokens: its host is no name of SharePoint's principal.
fn unknown_to_acs(subject: &Subject<'_>, url: &Value) -> Option<Issue> {
    let names = &subject.farm().sharepoint_names;
    let authority = Authority::of(url.trimmed())?;
    let covers = |name: &&Value| {
        let host = name.trimmed().split_once('/').map_or("", |(_, host)| host);
        let host = host.trim_end_matches('/').to_ascii_lowercase();
        let wild = host
            .strip_prefix("*.")
            .is_some_and(|rest| authority.host.split_once('.').is_some_and(|(_, parent)| parent == rest));
        wild || host == authority.canonical() || host == authority.audience
    };
    if names.iter().any(|name| covers(&name)) {
        return None;
    }
    let wanted = format!("{SHAREPOINT}/{}", authority.canonical());
    let message = format!("ACS knows no service principal name {wanted} for the web application {}", url.raw);
    let remedy = format!(
        "$sp = Get-MgServicePrincipal -Filter {}; Update-MgServicePrincipal -ServicePrincipalId $sp.Id \
         -ServicePrincipalNames ($sp.ServicePrincipalNames + {})",
        powershell_literal(&format!("AppId eq '{SHAREPOINT}'")),
        powershell_literal(&wanted)
    );
    let issue = Issue::new(message, remedy).shown_by(url);
    Some(names.iter().take(2).fold(issue, Issue::shown_by))
}

fn custom_apps_disabled(subject: &Subject<'_>) -> Outcome {
    if !online(subject) {
        return Outcome::does_not_apply(on_a_farm(subject));
    }
    match subject.farm().custom_app_authentication_disabled.as_slice() {
        [] => Outcome::needs(NEEDS_TENANT),
        switches => wrong(
            switches,
            true,
            "the tenant refuses app-only tokens of ACS with \"Token type is not allowed\"",
            "Set-SPOTenant -DisableCustomAppAuthentication $false helps only while ACS runs for the tenant, which \
             ended on 2026-04-02: move the program to an application of Microsoft Entra with a certificate",
        ),
    }
}

fn owners_may_not_register(subject: &Subject<'_>) -> Outcome {
    if !online(subject) {
        return Outcome::does_not_apply(on_a_farm(subject));
    }
    match subject.farm().site_owners_may_register.as_slice() {
        [] => Outcome::needs(NEEDS_TENANT),
        switches => wrong(
            switches,
            false,
            "owners of sites may not register or change app principals",
            "let an administrator of the tenant register it, or Set-SPOTenant \
             -SiteOwnerManageLegacyServicePrincipalEnabled $true",
        ),
    }
}

fn addins_disabled(subject: &Subject<'_>) -> Outcome {
    if !online(subject) {
        return Outcome::does_not_apply(on_a_farm(subject));
    }
    match subject.farm().addins_disabled.as_slice() {
        [] => Outcome::needs(NEEDS_TENANT),
        switches => wrong(
            switches,
            true,
            "add-ins are switched off in this tenant",
            "replace the add-in: where they are off they also ended for good on 2026-04-02",
        ),
    }
}

fn web_application_without_tls(subject: &Subject<'_>) -> Outcome {
    if online(subject) {
        return Outcome::does_not_apply(not_on_a_farm(subject));
    }
    let farm = subject.farm();
    if farm.web_applications.is_empty() {
        return Outcome::needs(format!("the addresses of the web applications: {NEEDS_EXPORT}"));
    }
    let allowed = farm.oauth_over_http.iter().find(|switch| switch.on);
    let issues = farm.web_applications.iter().filter(|url| is_http(url)).map(|url| {
        let then = if allowed.is_some() {
            "tokens for it travel unprotected, because AllowOAuthOverHttp is on"
        } else {
            "add-ins that call it get 403 Forbidden"
        };
        let secure = format!("https://{}", url.trimmed().get(7..).unwrap_or_default());
        let remedy = format!(
            "bind a certificate in IIS and move it: Set-SPWebApplication -Identity {} -Zone Default -Url {} \
             -SecureSocketsLayer:$true",
            powershell_literal(url.trimmed()),
            powershell_literal(&secure)
        );
        let issue =
            Issue::new(format!("the web application {} is not served over https: {then}", url.raw), remedy);
        let issue = issue.shown_by(url);
        allowed.map_or(issue.clone(), |switch| issue.shown_by(&switch.value))
    });
    Outcome::decided(issues.collect(), &farm.web_applications)
}

fn is_http(url: &Value) -> bool {
    url.trimmed().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
}

fn services(subject: &Subject<'_>) -> Outcome {
    if online(subject) {
        return Outcome::does_not_apply(not_on_a_farm(subject));
    }
    let services = &subject.farm().services;
    if services.is_empty() {
        return Outcome::needs(format!("the services that add-ins need: {NEEDS_EXPORT}"));
    }
    let issues = services.iter().filter(|(_, switch)| !switch.on).map(|(name, switch)| {
        let remedy = match name.to_ascii_lowercase() {
            name if name.contains("domain") => "Set-SPAppDomain 'apps.example.com', with the DNS domain for add-ins of this farm",
            name if name.contains("prefix") => "Set-SPAppSiteSubscriptionName -Name 'app' -Confirm:$false",
            name if name.contains("subscription") => {
                "start the service instance and run New-SPSubscriptionSettingsServiceApplication, then its proxy"
            }
            _ => "start the service instance and run New-SPAppManagementServiceApplication, then its proxy",
        };
        Issue::new(format!("{name} is not running or not set: {}", switch.value.raw), remedy).shown_by(&switch.value)
    });
    Outcome::decided(issues.collect(), services.iter().map(|(_, switch)| &switch.value))
}
