//! Family H.

use rcgen::CertificateParams;
use spdoctor::addin::evidence::certificate::{CertificateFile, CertificateForm};
use spdoctor::addin::evidence::config::{AccessBy, AccessEffect, AccessRule, Binding, Config, Setting};
use spdoctor::addin::evidence::farm::TrustedIssuer;
use spdoctor::addin::evidence::secret::Secret;
use spdoctor::addin::evidence::{Evidence, Moment, Spot, Value};
use spdoctor::model::audit::AuditSeverity::{self, Critical, Error, Info, Warning};
use spdoctor::model::audit::Target::{OnPremHighTrust, OnPremLowTrust, Spo};
use spdoctor::model::stage::Stage;

use super::certificate::{roots, www};
use crate::oauth::support::certificates::{Authority, self_signed, site, valid};
use crate::oauth::support::facts::{told_manifest, web_config};
use crate::oauth::support::{Case, Expect, case};

/// `signing.contoso.com`, RSA 2048, SHA-256, of 2026 to 2036, by itself.
const RSA_2048: &[u8] = include_bytes!("../fixtures/rsa2048.cer");
const RSA_1024: &[u8] = include_bytes!("../fixtures/rsa1024.cer");
const SHA_1: &[u8] = include_bytes!("../fixtures/sha1.cer");
/// As Windows writes it, under the password of the tests.
const STORE: &[u8] = include_bytes!("../fixtures/throwaway.pfx");

const CLIENT: &str = "aaaaaaaa-1111-4222-8333-444444444444";
const ISSUER: &str = "bbbbbbbb-5555-4666-8777-888888888888";
const REALM: &str = "cccccccc-9999-4aaa-8bbb-cccccccccccc";

/// A `web.config` with these settings.
fn config(evidence: &mut Evidence, settings: &[(&str, &str)]) {
    config_at(evidence, "web/web.config", settings);
}

fn config_at(evidence: &mut Evidence, path: &str, settings: &[(&str, &str)]) {
    let at = Spot::file(path);
    let setting = |(key, text): &(&str, &str)| {
        let secret = key.contains("Password").then(|| Secret::new(key, text, at.at(9, 5)));
        let shown = match &secret {
            Some(secret) if !text.is_empty() => secret.shown(),
            _ => (*text).to_owned(),
        };
        let value = Value::new(shown, at.at(9, 5));
        Setting {
            key: Value::new(*key, at.at(9, 1)),
            value,
            secret,
            commented: false,
            void: false,
            of_development: false,
            transform: None,
        }
    };
    let settings = settings.iter().map(setting).collect();
    evidence.configs.push(Config { at: at.clone(), settings, ..Config::default() });
}

/// The usual configuration: the certificate from a file, with an issuer of its own.
fn by_file(evidence: &mut Evidence) {
    config(
        evidence,
        &[
            ("ClientId", CLIENT),
            ("IssuerId", ISSUER),
            ("ClientSigningCertificatePath", "C:\\certs\\signing.pfx"),
            ("ClientSigningCertificatePassword", "x7#Lq0!zPw94rT"),
        ],
    );
}

/// The configuration that Microsoft recommends: the certificate from the store of Windows.
fn by_store(evidence: &mut Evidence) {
    config(
        evidence,
        &[("ClientId", CLIENT), ("IssuerId", ISSUER), ("ClientSigningCertificateSerialNumber", "1000")],
    );
}

fn issuer(evidence: &mut Evidence, name: &str, registered: &str, broker: Option<bool>) {
    let at = Spot::file("farm.json");
    evidence.farm.issuers_known = true;
    evidence.farm.issuers.push(TrustedIssuer {
        at: at.clone(),
        name: Some(Value::new(name, at.clone())),
        registered_name: Some(Value::new(registered, at)),
        trust_broker: broker,
        thumbprint: None,
        not_after: None,
        metadata: None,
    });
}

/// The issuer of the usual configuration.
fn registered(evidence: &mut Evidence) {
    issuer(evidence, "High trust", &format!("{ISSUER}@{REALM}"), Some(true));
}

fn last_issuer(evidence: &mut Evidence) -> &mut TrustedIssuer {
    evidence.farm.issuers.last_mut().expect("an issuer")
}

fn thumbprint(evidence: &mut Evidence, text: &str) {
    last_issuer(evidence).thumbprint = Some(Value::new(text, Spot::file("farm.json")));
}

fn realm(evidence: &mut Evidence, text: &str) {
    evidence.farm.realms.push(Value::new(text, Spot::file("farm.json").at(2, 0)));
}

/// Thumbprint of the certificate in `signing.cer`.
fn own_thumbprint(evidence: &Evidence) -> String {
    let mut files = evidence.certificates.iter().filter(|file| file.at.path.contains("signing"));
    files.next().expect("the file").certificates[0].thumbprint.clone()
}

/// A script that registers an issuer.
fn script(id: &str, end: &str) -> String {
    format!(
        "$issuerId = \"{id}\"\n$name = $issuerId + '@' + $realm\nNew-SPTrustedSecurityTokenIssuer -Name a -Certificate $c -RegisteredIssuerName $name{end}\n"
    )
}

/// The same with the realm as a text.
fn direct(realm: &str) -> String {
    format!(
        "New-SPTrustedSecurityTokenIssuer -Name a -Certificate $c -RegisteredIssuerName '{ISSUER}@{realm}'\n"
    )
}

fn fires(code: &'static str, title: &'static str, severity: AuditSeverity) -> Case {
    case(code, title, Expect::Fires(severity)).target(OnPremHighTrust).evidence(by_file)
}

fn passes(code: &'static str, title: &'static str) -> Case {
    case(code, title, Expect::Passes).target(OnPremHighTrust).evidence(by_file)
}

fn undecided(code: &'static str, title: &'static str) -> Case {
    case(code, title, Expect::Undecided).target(OnPremHighTrust).evidence(by_file)
}

fn low_trust(code: &'static str) -> Case {
    case(code, "low trust", Expect::DoesNotApply).target(OnPremLowTrust).evidence(www)
}

pub(crate) fn cases() -> Vec<Case> {
    [
        settings(),
        issuer_ids(),
        issuers(),
        brokers(),
        realms(),
        signing(),
        trusted(),
        passwords(),
        keys(),
        authentication(),
        registrations(),
        as_files(),
    ]
    .concat()
}

fn settings() -> Vec<Case> {
    vec![
        fires("OH01", "a path without a password", Critical)
            .evidence(|e| config(e, &[("ClientId", CLIENT), ("ClientSigningCertificatePath", "C:\\a.pfx")]))
            .says("ClientSigningCertificatePassword is not"),
        fires("OH01", "a password without a path", Critical).evidence(|e| {
            config(
                e,
                &[
                    ("ClientSigningCertificatePath", " "),
                    ("ClientSigningCertificatePassword", "x7#Lq0!zPw94rT"),
                ],
            );
        }),
        fires("OH01", "an empty password", Critical).evidence(|e| {
            config(
                e,
                &[("ClientSigningCertificatePath", "C:\\a.pfx"), ("ClientSigningCertificatePassword", "")],
            );
        }),
        passes("OH01", "both"),
        passes("OH01", "a serial number instead").evidence(by_store),
        undecided("OH01", "no configuration").evidence(www),
        low_trust("OH01"),
        fires("OH10", "blanks", Critical).evidence(|e| serial(e, "2b 5f 01")).says("value=\"2b5f01\""),
        fires("OH10", "hyphens", Critical).evidence(|e| serial(e, "2b-5f-01")),
        fires("OH10", "an invisible character", Critical)
            .evidence(|e| serial(e, "\u{200e}2b5f01"))
            .says("U+200E")
            .says("value=\"2b5f01\""),
        fires("OH10", "no digit", Critical).evidence(|e| serial(e, "2b5f0g")),
        case("OH05", "keys without values are no high trust", Expect::DoesNotApply).target(Spo).evidence(
            |e| {
                config(
                    e,
                    &[
                        ("ClientId", CLIENT),
                        ("ClientSigningCertificatePath", ""),
                        ("ClientSigningCertificatePassword", ""),
                    ],
                );
            },
        ),
        fires("OH10", "empty", Critical).evidence(|e| serial(e, "")),
        passes("OH10", "digits").evidence(|e| serial(e, "2b5F01")),
        case("OH10", "a long number in both cases", Expect::Passes)
            .target(OnPremHighTrust)
            .file("web.config", serial_file("6A1f00aB93c7De5501928374Aa5Bc0D1")),
        case("OH10", "a value that is not shown", Expect::Fires(Critical))
            .target(OnPremHighTrust)
            .file("web.config", serial_file("q1W2e3R4t5Y6u7I8o9P0aSdFgHjKlZxCvBnM1234567="))
            .says("holds characters that are no hexadecimal digits"),
        case("OH10", "a file instead", Expect::DoesNotApply).target(OnPremHighTrust).evidence(by_file),
        fires("OH12", "a file", Warning).says("C:\\certs\\signing.pfx"),
        fires("OH12", "a file, in a project", Info).evidence(|e| {
            by_file(e);
            e.manifests.push(told_manifest(Stage::Source, CLIENT));
        }),
        passes("OH12", "the store").evidence(by_store),
        fires("OH15", "online", Critical).target(Spo).says("SharePoint Online"),
        fires("OH15", "an export says that it is online", Critical).evidence(|e| {
            by_file(e);
            e.farm.online.push(Value::new("https://contoso-admin.sharepoint.com", Spot::file("tenant.json")));
        }),
        passes("OH15", "a farm"),
        case("OH15", "low trust online", Expect::DoesNotApply).target(Spo).evidence(www),
    ]
}

/// A high-trust configuration with this issuer and, unless it is empty, this realm.
fn issued_by(evidence: &mut Evidence, id: &str, realm: &str) {
    let realm: &[(&str, &str)] = if realm.is_empty() { &[] } else { &[("Realm", realm)] };
    let settings = [("ClientId", CLIENT), ("IssuerId", id), ("ClientSigningCertificateSerialNumber", "1000")];
    config(evidence, &[&settings, realm].concat());
}

fn serial_file(text: &str) -> String {
    format!(
        "<configuration><appSettings><add key=\"ClientSigningCertificateSerialNumber\" value=\"{text}\"/></appSettings></configuration>"
    )
}

fn serial(evidence: &mut Evidence, text: &str) {
    config(evidence, &[("ClientId", CLIENT), ("ClientSigningCertificateSerialNumber", text)]);
}

fn with_issuer(evidence: &mut Evidence, id: &str) {
    config(
        evidence,
        &[("ClientId", CLIENT), ("IssuerId", id), ("ClientSigningCertificateSerialNumber", "1000")],
    );
}

fn without_issuer(evidence: &mut Evidence) {
    config(evidence, &[("ClientId", CLIENT), ("ClientSigningCertificateSerialNumber", "1000")]);
}

fn issuer_ids() -> Vec<Case> {
    vec![
        fires("OH02", "a broker has the certificate", Error)
            .evidence(|e| {
                without_issuer(e);
                registered(e);
                let own = own_thumbprint(e);
                thumbprint(e, &own);
            })
            .file("signing.cer", RSA_2048)
            .says("value=\"bbbbbbbb-5555-4666-8777-888888888888\""),
        fires("OH02", "another configuration has the certificate", Error)
            .evidence(|e| {
                without_issuer(e);
                let other = "dddddddd-1111-4222-8333-444444444444";
                config_at(
                    e,
                    "other/web.config",
                    &[
                        ("ClientId", other),
                        ("IssuerId", ISSUER),
                        ("ClientSigningCertificateSerialNumber", "1000"),
                    ],
                );
            })
            .says("dddddddd-1111-4222-8333-444444444444"),
        passes("OH02", "an issuer is named"),
        passes("OH02", "the add-in is its own issuer").evidence(|e| {
            without_issuer(e);
            issuer(e, "Own", &format!("{CLIENT}@{REALM}"), Some(false));
        }),
        undecided("OH02", "no export of the issuers").evidence(without_issuer),
        fires("OH03", "upper case", Critical)
            .evidence(|e| with_issuer(e, "BBBBBBBB-5555-4666-8777-888888888888"))
            .says("value=\"bbbbbbbb-5555-4666-8777-888888888888\""),
        fires("OH03", "a digit is missing", Critical)
            .evidence(|e| with_issuer(e, "6569a7e8-3670-4669-91ae-ec6819ab461")),
        fires("OH03", "braces", Critical)
            .evidence(|e| with_issuer(e, "{bbbbbbbb-5555-4666-8777-888888888888}")),
        fires("OH03", "a blank behind it", Critical)
            .evidence(|e| with_issuer(e, "bbbbbbbb-5555-4666-8777-888888888888 ")),
        passes("OH03", "lower case"),
        case("OH03", "not set", Expect::DoesNotApply).target(OnPremHighTrust).evidence(without_issuer),
        fires("OH04", "ones", Warning).evidence(|e| with_issuer(e, "11111111-1111-1111-1111-111111111111")),
        fires("OH04", "twos", Warning).evidence(|e| with_issuer(e, "22222222-2222-2222-2222-222222222222")),
        passes("OH04", "an id of its own"),
        case("OH04", "ones in a script", Expect::Fires(Warning))
            .file("reg.ps1", script("11111111-1111-1111-1111-111111111111", " -IsTrustBroker"))
            .says("the issuer that a script registers"),
        case("OH03", "upper case in a script", Expect::Fires(Error))
            .file("reg.ps1", script(&ISSUER.to_ascii_uppercase(), ""))
            .says("the issuer that a script registers"),
        case("OH07", "another realm in a script", Expect::Fires(Error))
            .file("reg.ps1", direct(ISSUER))
            .evidence(|e| realm(e, REALM))
            .says(ISSUER),
        case("OH04", "an id of its own in a script", Expect::Undecided).file("reg.ps1", script(ISSUER, "")),
    ]
}

fn issuers() -> Vec<Case> {
    vec![
        fires("OH05", "another id is registered", Critical)
            .evidence(|e| {
                by_file(e);
                realm(e, REALM);
                issuer(e, "Other", &format!("{CLIENT}@{REALM}"), None);
            })
            .says("-RegisteredIssuerName 'bbbbbbbb-5555-4666-8777-888888888888@cccccccc-9999-4aaa-8bbb-cccccccccccc' -IsTrustBroker; iisreset"),
        fires("OH05", "upper case is registered", Critical)
            .evidence(|e| {
                by_file(e);
                issuer(e, "High trust", &format!("{}@{REALM}", ISSUER.to_uppercase()), None);
            })
            .says("-eq 'BBBBBBBB-5555-4666-8777-888888888888@cccccccc-9999-4aaa-8bbb-cccccccccccc' } | Remove-SPTrustedSecurityTokenIssuer; "),
        fires("OH05", "upper case in the configuration", Critical)
            .evidence(|e| {
                issued_by(e, &ISSUER.to_uppercase(), "");
                realm(e, REALM);
                registered(e);
            })
            .says("Write <add key=\"IssuerId\" value=\"bbbbbbbb-5555-4666-8777-888888888888\"/>: the issuer is registered as it should be"),
        passes("OH05", "registered; that the configuration names no realm is told elsewhere").evidence(|e| {
            issued_by(e, ISSUER, "contoso.onmicrosoft.com");
            realm(e, REALM);
            registered(e);
        }),
        case("OH05", "high trust is half configured", Expect::DoesNotApply).target(OnPremHighTrust).evidence(|e| {
            config(e, &[("ClientId", CLIENT), ("ClientSigningCertificatePath", "C:\\certs\\a.pfx")]);
            realm(e, REALM);
            registered(e);
        }),
        fires("OH05", "another realm is registered", Critical).evidence(|e| {
            by_file(e);
            realm(e, REALM);
            issuer(e, "High trust", &format!("{ISSUER}@dddddddd-9999-4aaa-8bbb-cccccccccccc"), None);
        }),
        fires("OH05", "no issuer at all", Critical)
            .evidence(|e| {
                by_file(e);
                e.farm.issuers_known = true;
            })
            .says("('bbbbbbbb-5555-4666-8777-888888888888@' + (Get-SPAuthenticationRealm))"),
        passes("OH05", "registered").evidence(|e| {
            by_file(e);
            realm(e, REALM);
            registered(e);
        }),
        passes("OH05", "registered, the realm not known").evidence(|e| {
            by_file(e);
            registered(e);
        }),
        undecided("OH05", "no export of the issuers").says("Get-SPTrustedSecurityTokenIssuer"),
        fires("OH05", "a script registers another issuer", Error)
            .file("reg.ps1", script("2cab2030-d5fd-4cf2-90ca-abbc6b8e1667", ""))
            .says("and the script registers 2cab2030-d5fd-4cf2-90ca-abbc6b8e1667"),
        undecided("OH05", "a script registers the issuer, run or not").file("reg.ps1", script(ISSUER, "")),
        passes("OH05", "an export tells more than a script")
            .file("reg.ps1", script("2cab2030-d5fd-4cf2-90ca-abbc6b8e1667", ""))
            .evidence(|e| {
                by_file(e);
                realm(e, REALM);
                registered(e);
            }),
        fires("OH06", "a script registers no broker", Error)
            .file("reg.ps1", script(ISSUER, ""))
            .says("it is not registered as a trust broker"),
        undecided("OH06", "a script registers a broker").file("reg.ps1", script(ISSUER, " -IsTrustBroker")),
        low_trust("OH05"),
    ]
}

fn brokers() -> Vec<Case> {
    vec![
        fires("OH06", "no broker, another client id", Critical)
            .evidence(|e| {
                by_file(e);
                issuer(e, "High trust", &format!("{ISSUER}@{REALM}"), Some(false));
            })
            .says("-IsTrustBroker"),
        fires("OH06", "no broker, two client ids", Critical)
            .evidence(|e| {
                let other = "dddddddd-1111-4222-8333-444444444444";
                for (path, client) in [("a/web.config", ISSUER), ("b/web.config", other)] {
                    config_at(
                        e,
                        path,
                        &[
                            ("ClientId", client),
                            ("IssuerId", ISSUER),
                            ("ClientSigningCertificateSerialNumber", "1000"),
                        ],
                    );
                }
                issuer(e, "High trust", &format!("{ISSUER}@{REALM}"), Some(false));
            })
            .says("several client ids")
            .says("dddddddd-1111-4222-8333-444444444444"),
        passes("OH06", "a broker").evidence(|e| {
            by_file(e);
            registered(e);
        }),
        passes("OH06", "its own issuer").evidence(|e| {
            without_issuer(e);
            issuer(e, "Own", &format!("{CLIENT}@{REALM}"), Some(false));
        }),
        undecided("OH06", "the export does not tell").evidence(|e| {
            by_file(e);
            issuer(e, "High trust", &format!("{ISSUER}@{REALM}"), None);
        }),
        passes("OH06", "an old issuer beside the broker").evidence(|e| {
            by_file(e);
            issuer(e, "Old", &format!("{ISSUER}@{REALM}"), Some(false));
            registered(e);
        }),
        undecided("OH06", "another issuer").evidence(|e| {
            by_file(e);
            issuer(e, "Other", &format!("{CLIENT}@{REALM}"), Some(false));
        }),
        undecided("OH06", "no export of the issuers"),
    ]
}

fn realms() -> Vec<Case> {
    vec![
        fires("OH07", "the realm was changed", Critical)
            .evidence(|e| {
                by_file(e);
                realm(e, REALM);
                issuer(e, "High trust", &format!("{ISSUER}@dddddddd-9999-4aaa-8bbb-cccccccccccc"), None);
            })
            .says("dddddddd-9999-4aaa-8bbb-cccccccccccc")
            .says("-RegisteredIssuerName 'bbbbbbbb-5555-4666-8777-888888888888@cccccccc-9999-4aaa-8bbb-cccccccccccc'"),
        fires("OH07", "the configuration has another realm", Critical)
            .evidence(|e| {
                config(
                    e,
                    &[
                        ("ClientId", CLIENT),
                        ("Realm", "dddddddd-9999-4aaa-8bbb-cccccccccccc"),
                        ("ClientSigningCertificateSerialNumber", "1000"),
                    ],
                );
                realm(e, REALM);
                registered(e);
            })
            .says("value=\"cccccccc-9999-4aaa-8bbb-cccccccccccc\""),
        passes("OH07", "the same realm").evidence(|e| {
            by_file(e);
            realm(e, REALM);
            registered(e);
        }),
        passes("OH07", "the same realm in upper case").evidence(|e| {
            by_file(e);
            realm(e, &REALM.to_uppercase());
            registered(e);
        }),
        undecided("OH07", "the realm is not known")
            .evidence(|e| {
                by_file(e);
                registered(e);
            })
            .says("Get-SPAuthenticationRealm"),
    ]
}

fn signer(from: (i32, u8, u8), until: (i32, u8, u8)) -> CertificateParams {
    valid(site(&[]), from, until)
}

fn signing() -> Vec<Case> {
    vec![
        fires("OH08", "expired", Critical)
            .file("signing.cer", self_signed(&signer((2020, 1, 1), (2026, 1, 1)))),
        fires("OH08", "a curve", Critical)
            .file("signing.cer", self_signed(&signer((2026, 1, 1), (2030, 1, 1))))
            .says("RSA and SHA-256"),
        fires("OH08", "RSA 1024", Error).file("signing.cer", RSA_1024),
        fires("OH08", "SHA-1", Warning).file("signing.cer", SHA_1),
        fires("OH08", "another one is registered", Critical)
            .evidence(|e| {
                by_file(e);
                registered(e);
                thumbprint(e, "AA BB CC");
            })
            .file("signing.cer", RSA_2048)
            .says("AA BB CC"),
        fires("OH08", "no private key", Critical)
            .evidence(|e| {
                by_file(e);
                for file in &mut e.certificates {
                    file.form = CertificateForm::Pfx;
                }
            })
            .file("signing.cer", RSA_2048)
            .says("no private key"),
        fires("OH08", "the issuer tells that it ends soon", Warning)
            .evidence(|e| {
                by_file(e);
                registered(e);
                ends(e, "2026-12-10T00:00:00");
            })
            .says("in 14 days"),
        fires("OH08", "the issuer tells that it ended", Critical).evidence(|e| {
            by_file(e);
            registered(e);
            ends(e, "2026-11-01T00:00:00");
        }),
        passes("OH08", "RSA 2048 that is registered")
            .evidence(|e| {
                by_file(e);
                registered(e);
                let own = own_thumbprint(e).to_lowercase();
                thumbprint(e, &own);
            })
            .file("signing.cer", RSA_2048),
        passes("OH08", "found by its serial number").evidence(by_store).file("a.cer", RSA_2048),
        case("OD18", "the only certificate signs, which its thumbprint tells", Expect::Undecided)
            .evidence(|e| {
                let own = own_thumbprint(e);
                config(
                    e,
                    &[
                        ("ClientId", CLIENT),
                        ("IssuerId", ISSUER),
                        ("ClientSigningCertificateThumbprint", &own),
                    ],
                );
                registered(e);
                thumbprint(e, &own);
            })
            .file("signing.cer", RSA_2048),
        fires("OH08", "another serial number than that of the registered certificate", Critical)
            .evidence(|e| {
                config(
                    e,
                    &[
                        ("ClientId", CLIENT),
                        ("IssuerId", ISSUER),
                        ("ClientSigningCertificateSerialNumber", "ab 90 78"),
                    ],
                );
                registered(e);
                let own = own_thumbprint(e);
                thumbprint(e, &own);
            })
            .file("signing.cer", RSA_2048)
            .says("ClientSigningCertificateSerialNumber is AB9078"),
        undecided("OH08", "no certificate").says("--pfx-password-env"),
        low_trust("OH08"),
        fires("OH16", "made today", Info)
            .now("2026-01-01")
            .file("signing.cer", RSA_2048)
            .says("12 hours ago"),
        passes("OH16", "made long ago").file("signing.cer", RSA_2048),
        undecided("OH16", "no certificate"),
    ]
}

fn ends(evidence: &mut Evidence, end: &str) {
    let at = Spot::file("farm.json");
    last_issuer(evidence).not_after = Some(Moment { utc: end.parse().expect("a date"), or: None, at });
}

fn by_file_and_roots(evidence: &mut Evidence) {
    by_file(evidence);
    roots(evidence);
}

fn trusted() -> Vec<Case> {
    let root = Authority::root("Contoso Root");
    let issued = root.issue(&signer((2026, 1, 1), (2030, 1, 1)));
    vec![
        fires("OH09", "the certificate itself is missing", Critical)
            .evidence(by_file_and_roots)
            .file("signing.cer", RSA_2048)
            .file("roots/other.cer", root.pem())
            .says("New-SPTrustedRootAuthority -Name 'signing.contoso.com'"),
        fires("OH09", "its authority is missing", Critical)
            .evidence(by_file_and_roots)
            .file("signing.cer", issued.clone())
            .file("roots/other.cer", Authority::root("Other").pem())
            .says("Contoso Root"),
        passes("OH09", "the certificate itself is trusted")
            .evidence(by_file_and_roots)
            .file("signing.cer", RSA_2048)
            .file("roots/signing-root.cer", RSA_2048),
        passes("OH09", "its authority is trusted")
            .evidence(by_file_and_roots)
            .file("signing.cer", issued)
            .file("roots/contoso.cer", root.pem()),
        undecided("OH09", "no export of the roots").file("signing.cer", RSA_2048).says("--root FILE"),
        undecided("OH09", "no certificate").evidence(by_file_and_roots),
    ]
}

fn password(evidence: &mut Evidence, text: &str) {
    config(
        evidence,
        &[("ClientSigningCertificatePath", "C:\\a.pfx"), ("ClientSigningCertificatePassword", text)],
    );
}

fn passwords() -> Vec<Case> {
    vec![
        fires("OH11", "a word", Warning).evidence(|e| password(e, "password1")).says("9 characters, hidden"),
        fires("OH11", "a strong one in clear", Info).says("in clear text"),
        passes("OH11", "none").evidence(by_store),
        low_trust("OH11"),
    ]
}

fn pem_key() -> String {
    let certificate = self_signed(&site(&["signing.contoso.com"]));
    format!("{certificate}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
}

/// Version, algorithm and key of PKCS #8, the key as short as it can be.
fn der_key() -> &'static [u8] {
    b"\x30\x13\x02\x01\x00\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x04\x01k"
}

fn keys() -> Vec<Case> {
    vec![
        fires("OH13", "a store beside web.config", Critical).file("web/signing.pfx", STORE),
        fires("OH13", "a store below the project", Critical).file("web/App_Data/certs/signing.p12", STORE),
        fires("OH13", "a store that cannot be opened", Critical)
            .evidence(|e| {
                by_file(e);
                let mut file = CertificateFile::new(Spot::file("web/a.pfx"), CertificateForm::Pfx);
                file.private_key = true;
                e.certificates.push(file);
            })
            .says("could not be opened"),
        fires("OH13", "a key in PEM", Critical).file("web/signing.pem", pem_key()),
        fires("OH13", "a key in DER", Critical).file("web/signing.key", der_key()),
        passes("OH13", "a store elsewhere").file("vault/signing.pfx", STORE),
        passes("OH13", "only certificates").file("web/signing.cer", RSA_2048),
        case("OH13", "no code", Expect::DoesNotApply).file("signing.pfx", STORE),
        fires("OH18", "a store with another name", Warning).file("signing.cer", STORE),
        fires("OH18", "PEM with the key", Warning).file("signing.crt", pem_key()),
        passes("OH18", "a certificate").file("signing.cer", RSA_2048),
        undecided("OH18", "no .cer file"),
        low_trust("OH18"),
    ]
}

/// The configuration with how the site authenticates.
fn site_with(evidence: &mut Evidence, change: impl FnOnce(&mut Config, &dyn Fn(&str) -> Option<Value>)) {
    by_file(evidence);
    let value = |text: &str| Some(Value::new(text, Spot::file("web/web.config").at(20, 3)));
    change(evidence.configs.last_mut().expect("a configuration"), &value);
}

fn providers(evidence: &mut Evidence, names: &[&str]) {
    site_with(evidence, |config, value| {
        config.windows = value("true");
        config.windows_providers = names.iter().filter_map(|name| value(name)).collect();
    });
}

fn authentication() -> Vec<Case> {
    vec![
        fires("OH14", "anonymous users", Error)
            .evidence(|e| site_with(e, |config, value| config.anonymous = value("true"))),
        fires("OH14", "no Windows authentication", Error)
            .evidence(|e| site_with(e, |config, value| config.windows = value("false"))),
        fires("OH14", "forms", Error)
            .evidence(|e| site_with(e, |config, value| config.windows = value("Forms"))),
        fires("OH14", "Negotiate above NTLM", Error).evidence(|e| providers(e, &["Negotiate", "NTLM"])),
        fires("OH14", "the site lets anonymous users in", Error).evidence(|e| {
            by_file(e);
            let at = Spot::file("applicationHost.config");
            let value = |text: &str| Value::new(text, at.clone());
            e.bindings.push(Binding {
                at: at.clone(),
                site: value("Add-in"),
                protocol: value("https"),
                host: value("www.contoso.com"),
                port: Some(443),
                thumbprint: None,
                anonymous: Some(value("true")),
                windows: Some(value("true")),
            });
        }),
        passes("OH14", "NTLM above Negotiate").evidence(|e| providers(e, &["NTLM", "Negotiate"])),
        passes("OH14", "a rule shuts anonymous users out").evidence(|e| {
            site_with(e, |config, value| {
                config.anonymous = value("true");
                config.windows = value("Windows");
                let value = value("deny users=\"?\"").expect("a value");
                let (by, effect) = (AccessBy::AspNet, AccessEffect::Denies);
                config.access.push(AccessRule { path: String::new(), by, effect, value });
            });
        }),
        undecided("OH14", "nothing is told"),
    ]
}

fn registrations() -> Vec<Case> {
    vec![
        fires("OH17", "two issuers with one certificate", Warning)
            .evidence(|e| {
                by_file(e);
                registered(e);
                thumbprint(e, "AABB");
                issuer(e, "Second", &format!("{CLIENT}@{REALM}"), None);
                thumbprint(e, "aa bb");
            })
            .says("Remove-SPTrustedSecurityTokenIssuer 'Second'"),
        fires("OH17", "an issuer with a certificate that ended", Warning).evidence(|e| {
            by_file(e);
            registered(e);
            ends(e, "2026-01-01T00:00:00");
        }),
        fires("OH17", "an issuer with another certificate", Warning)
            .evidence(|e| {
                by_file(e);
                registered(e);
                thumbprint(e, "AABB");
            })
            .file("signing.cer", RSA_2048),
        passes("OH17", "one issuer").evidence(|e| {
            by_file(e);
            registered(e);
            thumbprint(e, "AABB");
        }),
        undecided("OH17", "no export of the issuers"),
    ]
}

/// Issuers and realm of a farm, as its export tells them.
fn farm_export(registered: &str, self_issuer: bool, thumbprint: &str) -> String {
    format!(
        r#"[{{"Name":"High trust","RegisteredIssuerName":"{registered}","IsSelfIssuer":{self_issuer},"MetadataEndPoint":null,"SigningCertificate":{{"Thumbprint":"{thumbprint}","NotAfter":"2036-01-01T00:00:00Z"}}}}]"#
    )
}

fn with_certificate(more: &[(&str, &str)]) -> String {
    let certificate = [("ClientId", CLIENT), ("ClientSigningCertificateSerialNumber", "1000")];
    web_config(&[&certificate[..], more].concat())
}

/// The same through the readers of configurations and exports, the target inferred.
fn as_files() -> Vec<Case> {
    let of = |code, title, expect| case(code, title, expect);
    let fires = |code, title, severity| of(code, title, Expect::Fires(severity));
    let path = ("ClientSigningCertificatePath", "C:\\certs\\signing.pfx");
    let own = "652B1F20B45E02F11A4A3618F9A7E2B9400CD368";
    vec![
        fires("OH01", "a file: a path without a password", Critical)
            .target(OnPremHighTrust)
            .file("web/web.config", web_config(&[("ClientId", CLIENT), path])),
        fires("OH01", "a file: an empty password", Critical).target(OnPremHighTrust).file(
            "web/web.config",
            web_config(&[("ClientId", CLIENT), path, ("ClientSigningCertificatePassword", "")]),
        ),
        fires("OH03", "a file: upper case", Critical)
            .file("web/web.config", with_certificate(&[("IssuerId", &ISSUER.to_uppercase())])),
        fires("OH05", "files: another id is registered", Critical)
            .file("web/web.config", with_certificate(&[("IssuerId", ISSUER)]))
            .file("farm/issuers.json", farm_export(&format!("{CLIENT}@{REALM}"), false, own)),
        of("OH05", "files: registered", Expect::Passes)
            .file("web/web.config", with_certificate(&[("IssuerId", ISSUER)]))
            .file("farm/issuers.json", farm_export(&format!("{ISSUER}@{REALM}"), false, own)),
        fires("OH06", "files: no broker", Critical)
            .file("web/web.config", with_certificate(&[("IssuerId", ISSUER)]))
            .file("farm/issuers.json", farm_export(&format!("{ISSUER}@{REALM}"), true, own)),
        fires("OH08", "files: another one is registered", Critical)
            .file("web/web.config", with_certificate(&[("IssuerId", ISSUER)]))
            .file("signing.cer", RSA_2048)
            .file("farm/issuers.json", farm_export(&format!("{ISSUER}@{REALM}"), false, "AABBCC")),
        of("OH08", "files: the one that is registered", Expect::Passes)
            .file("web/web.config", with_certificate(&[("IssuerId", ISSUER)]))
            .file("signing.cer", RSA_2048)
            .file("farm/issuers.json", farm_export(&format!("{ISSUER}@{REALM}"), false, own)),
        fires("OH10", "a file: an invisible character", Critical).file(
            "web/web.config",
            web_config(&[("ClientId", CLIENT), ("ClientSigningCertificateSerialNumber", "\u{200e}1000")]),
        ),
        fires("OH11", "a file: a word", Warning).file(
            "web/web.config",
            web_config(&[("ClientId", CLIENT), path, ("ClientSigningCertificatePassword", "password1")]),
        ),
        fires("OH13", "files: a store beside web.config", Critical)
            .file("web/web.config", with_certificate(&[]))
            .file("web/signing.pfx", STORE),
        fires("OH14", "a file: anonymous users", Error).file(
            "web/web.config",
            with_certificate(&[]).replace(
                "</configuration>",
                "<system.webServer><security><authentication><anonymousAuthentication enabled=\"true\" /><windowsAuthentication enabled=\"true\" /></authentication></security></system.webServer></configuration>",
            ),
        ),
    ]
}
