//! The farm and the tenant: trust, switches, and the export of our own script.

use base64::Engine as _;

use super::context::Context;
use super::installed;
use super::node::{Data, Node};
use crate::addin::evidence::Value;
use crate::addin::evidence::farm::{Switch, TrustedIssuer, TrustedRoot};
use crate::addin::evidence::ids::SHAREPOINT;
use crate::addin::evidence::registration::{Grant, Principal, PrincipalSource};
use crate::addin::read::certificate_from_der;

/// `Get-SPTrustedSecurityTokenIssuer`.
pub(super) fn issuer(cx: &mut Context, node: &Node) {
    let certificate = node.get("SigningCertificate").or_else(|| node.get("Certificate"));
    let thumbprint = node.first(&["CertificateThumbprint", "Thumbprint"], &cx.file);
    let not_after =
        ["CertificateNotAfter", "NotAfter"].iter().find_map(|name| cx.dates.field(node, name, &cx.file));
    let inner_end = certificate.and_then(|inner| cx.dates.field(inner, "NotAfter", &cx.file));
    let trust_broker = node.truth("IsTrustBroker").or_else(|| node.truth("IsSelfIssuer").map(|own| !own));
    cx.evidence.farm.issuers_known = true;
    cx.evidence.farm.issuers.push(TrustedIssuer {
        at: node.spot(&cx.file),
        name: node.first(&["Name", "DisplayName"], &cx.file),
        registered_name: node.value("RegisteredIssuerName", &cx.file),
        trust_broker,
        thumbprint: thumbprint.or_else(|| certificate.and_then(|inner| thumbprint_of(cx, inner))),
        not_after: not_after.or(inner_end),
        metadata: node.value("MetadataEndPoint", &cx.file),
    });
}

/// The thumbprint of a certificate as an object, or as `Format-List` prints it.
fn thumbprint_of(cx: &Context, node: &Node) -> Option<Value> {
    if let Some(value) = node.value("Thumbprint", &cx.file) {
        return Some(value);
    }
    let text = node.text()?;
    let (_, behind) = text.split_once("[Thumbprint]")?;
    let word = behind.split_whitespace().next()?;
    Some(Value::new(word, node.spot(&cx.file)))
}

/// `Get-SPSecurityTokenServiceConfig`.
pub(super) fn token_service(cx: &mut Context, node: &Node) {
    let identifier = node.value("NameIdentifier", &cx.file);
    let signing = node.first(&["SigningCertificateThumbprint"], &cx.file).or_else(|| {
        let inner = node.get("LocalLoginProvider").unwrap_or(node).get("SigningCertificate")?;
        thumbprint_of(cx, inner)
    });
    let oauth = switch(cx, node, "AllowOAuthOverHttp");
    let metadata = switch(cx, node, "AllowMetadataOverHttp");
    let farm = &mut cx.evidence.farm;
    farm.sts_identifiers.extend(identifier);
    farm.sts_thumbprints.extend(signing);
    farm.oauth_over_http.extend(oauth);
    farm.metadata_over_http.extend(metadata);
}

fn switch(cx: &Context, node: &Node, name: &str) -> Option<Switch> {
    let on = node.truth(name)?;
    let at = node.get(name)?.spot(&cx.file);
    let text = node.get(name)?.text()?;
    Some(Switch { on, value: Value::new(format!("{name}={text}"), at) })
}

/// `Get-SPOTenant`.
pub(super) fn tenant(cx: &mut Context, node: &Node) {
    let custom = switch(cx, node, "DisableCustomAppAuthentication");
    let legacy = switch(cx, node, "LegacyAuthProtocolsEnabled");
    let owners = switch(cx, node, "SiteOwnerManageLegacyServicePrincipalEnabled");
    let disabled = switch(cx, node, "IsSharePointAddInsDisabled");
    let farm = &mut cx.evidence.farm;
    let any = [&custom, &legacy, &owners, &disabled].into_iter().flatten().next();
    farm.online.extend(any.map(|switch| switch.value.clone()));
    farm.custom_app_authentication_disabled.extend(custom);
    farm.legacy_protocols.extend(legacy);
    farm.site_owners_may_register.extend(owners);
    farm.addins_disabled.extend(disabled);
}

/// `Get-MgOrganization`: the tenant, and when it was made.
pub(super) fn organization(cx: &mut Context, node: &Node) {
    let id = node.value("Id", &cx.file).filter(|id| super::is_guid(id.trimmed()));
    let created = cx.dates.field(node, "CreatedDateTime", &cx.file);
    let farm = &mut cx.evidence.farm;
    farm.online.extend(id.clone());
    farm.realms.extend(id);
    farm.tenant_created.extend(created);
}

/// `Get-SPTrustedRootAuthority`.
pub(super) fn root(cx: &mut Context, node: &Node) {
    let inner = node.get("Certificate");
    let name = node.first(&["Name", "DisplayName"], &cx.file);
    let told = node.value("Thumbprint", &cx.file).or_else(|| thumbprint_of(cx, inner?));
    let der = inner.and_then(der_of);
    if inner.is_some_and(|inner| matches!(inner.data, Data::Text(_)) && inner.column > 0) && der.is_none() {
        cx.problem(node, "the certificate of this root authority is no base64");
    }
    let certificate = der.as_ref().map(|der| certificate_from_der(der, node.spot(&cx.file)));
    if let Some(Err(why)) = &certificate {
        cx.problem(node, why.as_str());
    }
    let computed = der.as_ref().map(|der| thumbprint(der));
    let root = TrustedRoot {
        at: node.spot(&cx.file),
        name,
        thumbprint: computed.or_else(|| told.map(|value| value.trimmed().to_ascii_uppercase())),
        certificate: certificate.and_then(Result::ok),
    };
    cx.evidence.farm.roots.get_or_insert_default().push(root);
}

/// SHA-1 in upper-case digits, as Windows shows it.
fn thumbprint(der: &[u8]) -> String {
    use std::fmt::Write as _;

    use sha1::{Digest, Sha1};
    Sha1::digest(der).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}

/// The DER of a certificate: base64 in our export, a list of numbers in what `ConvertTo-Json` makes of `RawData`.
fn der_of(node: &Node) -> Option<Vec<u8>> {
    match &node.data {
        Data::Text(text) => {
            let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let der = base64::engine::general_purpose::STANDARD.decode(packed).ok()?;
            der.starts_with(&[0x30]).then_some(der)
        }
        Data::Object(_) => {
            let raw = node.get("RawData")?;
            match &raw.data {
                Data::Text(_) => der_of(raw),
                _ => raw.items().iter().map(|item| item.text()?.parse::<u8>().ok()).collect(),
            }
        }
        _ => None,
    }
}

/// The export of `Export-AddInRegistration.ps1`.
pub(super) fn export(cx: &mut Context, node: &Node) {
    let realms = [node.value("authenticationRealm", &cx.file)];
    let builds = node.value("farmBuild", &cx.file);
    cx.evidence.farm.realms.extend(realms.into_iter().flatten());
    cx.evidence.farm.builds.extend(builds);
    each(node, "principals", |item| export_principal(cx, item));
    cx.evidence.farm.issuers_known |= each(node, "issuers", |item| issuer(cx, item));
    each(node, "tokenService", |item| token_service(cx, item));
    if each(node, "trustedRoots", |item| root(cx, item)) {
        cx.evidence.farm.roots.get_or_insert_default();
    }
    each(node, "webApplications", |item| {
        let url = item.value("url", &cx.file).or_else(|| text_value(cx, item));
        cx.evidence.farm.web_applications.extend(url);
    });
    each(node, "services", |item| service(cx, item));
    each(node, "addIns", |item| installed::addin(cx, item));
    each(node, "receivers", |item| installed::receiver(cx, item));
    each(node, "errors", |item| {
        let part = item.value("part", &cx.file).map_or_else(|| "a part".to_owned(), |value| value.raw);
        let why =
            item.value("message", &cx.file).map_or_else(String::new, |value| format!(": {}", value.raw));
        cx.problem(item, format!("the export could not read {part}{why}"));
    });
}

/// Calls for every object of a list; whether the list is there at all.
fn each(node: &Node, name: &str, mut tell: impl FnMut(&Node)) -> bool {
    let Some(list) = node.get(name) else { return false };
    list.items().iter().for_each(&mut tell);
    true
}

fn text_value(cx: &Context, node: &Node) -> Option<Value> {
    let text = node.text()?;
    (!text.trim().is_empty()).then(|| Value::new(text, node.spot(&cx.file)))
}

fn service(cx: &mut Context, node: &Node) {
    let Some(name) = node.value("name", &cx.file) else { return };
    let Some(on) = node.truth("on") else { return };
    let status = node.value("status", &cx.file).map_or_else(String::new, |value| value.raw);
    let value = Value::new(format!("{}={status}", name.raw), node.spot(&cx.file));
    cx.evidence.farm.services.push((name.raw, Switch { on, value }));
}

fn export_principal(cx: &mut Context, node: &Node) {
    let mut found: Principal = cx.principal(node, PrincipalSource::OnPremises);
    cx.identify(&mut found, node, "nameIdentifier");
    if let Some(id) = node.value("clientId", &cx.file) {
        found.client_id = Some(id);
    }
    found.title = node.value("displayName", &cx.file);
    found.domains = node.texts("endpointAuthorities", &cx.file);
    found.redirect_uris = node.texts("redirectAddresses", &cx.file);
    found.app_only = node.truth("appOnlyAllowed");
    found.grants = node.get("permissions").map(|list| {
        let grant = |item: &Node| {
            Some(Grant {
                scope: item.value("scope", &cx.file)?,
                right: item.value("right", &cx.file)?,
                on: item.value("on", &cx.file),
            })
        };
        list.items().iter().filter_map(grant).collect()
    });
    let of_sharepoint = found.client_id.as_ref().is_some_and(|id| id.is(SHAREPOINT));
    if !of_sharepoint {
        cx.evidence.principals.push(found);
    }
}
