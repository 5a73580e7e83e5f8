//! Facts that are easier told than written as a file: manifests, registrations, credentials.

use chrono::NaiveDateTime;
use spdoctor::addin::evidence::manifest::Manifest;
use spdoctor::addin::evidence::registration::{Credential, CredentialKind, Principal, PrincipalSource};
use spdoctor::addin::evidence::{Moment, Spot, Value};
use spdoctor::addin::read::{ReadOptions, read};

use super::manifest::{CLIENT_ID, manifest};
use spdoctor::model::stage::Stage;

/// A secret as `appregnew.aspx` makes them: 32 bytes.
pub(crate) const SECRET: &str = "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c=";
/// Another client id.
pub(crate) const OTHER_ID: &str = "d8c2a1da-5f0e-4d6b-8a61-2f1f3a0c9e77";
/// The realm of the farm or tenant.
pub(crate) const REALM: &str = "12768036-0b43-4e2a-9d8b-5d1c7a1f0e31";

pub(crate) fn value(text: &str, path: &str, line: u64) -> Value {
    Value::new(text, Spot::file(path).at(line, 1))
}

/// A manifest of a provider-hosted add-in with this client id.
pub(crate) fn told_manifest(stage: Stage, client_id: &str) -> Manifest {
    let text = manifest(|text| {
        text.client_id(client_id);
    });
    let read = read("Orders/AppManifest.xml", text.as_bytes(), &ReadOptions::default()).expect("a manifest");
    let manifest = read.manifests.into_iter().next().expect("one manifest");
    Manifest { stage, published_marker: stage == Stage::Package, ..manifest }
}

/// The published manifest with the usual client id.
pub(crate) fn published_manifest() -> Manifest {
    told_manifest(Stage::Package, CLIENT_ID)
}

/// A registration as Microsoft Graph tells it.
pub(crate) fn principal(client_id: &str) -> Principal {
    let at = Spot::file("principals.json").at(1, 1);
    Principal {
        client_id: Some(Value::new(client_id, at.clone())),
        title: Some(Value::new("Orders", at.clone())),
        legacy: Some(true),
        enabled: Some(true),
        ..Principal::new(at, PrincipalSource::ServicePrincipal)
    }
}

/// The usual registration with these credentials: kind, start, end.
pub(crate) fn with_credentials(credentials: &[(CredentialKind, &str, &str)]) -> Principal {
    let credential = |(kind, start, end): &(CredentialKind, &str, &str)| Credential {
        at: Spot::file("principals.json").at(9, 1),
        kind: *kind,
        key_id: None,
        start: Some(moment(start)),
        end: Some(moment(end)),
    };
    Principal { credentials: Some(credentials.iter().map(credential).collect()), ..principal(CLIENT_ID) }
}

/// The three credentials of a legacy secret.
pub(crate) fn legacy_secret(
    start: &'static str,
    end: &'static str,
) -> [(CredentialKind, &'static str, &'static str); 3] {
    [
        (CredentialKind::SymmetricSign, start, end),
        (CredentialKind::SymmetricVerify, start, end),
        (CredentialKind::Password, start, end),
    ]
}

/// `2026-11-25`, at noon.
pub(crate) fn moment(date: &str) -> Moment {
    let utc: NaiveDateTime = format!("{date}T12:00:00").parse().expect("a date");
    Moment { utc, or: None, at: Spot::file("principals.json").at(9, 1) }
}

/// A configuration with these settings.
pub(crate) fn web_config(settings: &[(&str, &str)]) -> String {
    let add = |(key, value): &(&str, &str)| format!("    <add key=\"{key}\" value=\"{value}\" />\r\n");
    let settings: String = settings.iter().map(add).collect();
    format!(
        "<?xml version=\"1.0\"?>\r\n<configuration>\r\n  <appSettings>\r\n{settings}  </appSettings>\r\n</configuration>\r\n"
    )
}

/// The usual configuration: client id and secret.
pub(crate) fn usual_config() -> String {
    web_config(&[("ClientId", CLIENT_ID), ("ClientSecret", SECRET)])
}

/// A configuration of high trust, with more settings.
pub(crate) fn high_trust_config(more: &[(&str, &str)]) -> String {
    let certificate = [
        ("ClientSigningCertificatePath", "C:\\Certs\\a.pfx"),
        ("ClientSigningCertificatePassword", "x9!kQ2#mZ7"),
    ];
    web_config(&[&certificate[..], more].concat())
}
