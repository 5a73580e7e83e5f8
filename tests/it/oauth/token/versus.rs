//! Tokens side by side with artefacts.

use spdoctor::addin::evidence::farm::{Farm, TrustedIssuer};
use spdoctor::addin::evidence::registration::{Principal, PrincipalSource};
use spdoctor::addin::evidence::{Evidence, Spot, Value};
use spdoctor::addin::join::Joined;
use spdoctor::addin::subject::AddIn;
use spdoctor::addin::token::Keys;
use spdoctor::model::audit::{PairVerdict, Target};
use spdoctor::model::token::Token;

use super::support::{
    CLIENT, REALM, actor_claims, app_only_claims, context_token, findings, high_trust, jwt, report_with,
    rs256,
};

fn value(text: &str) -> Value {
    Value::new(text, Spot::file("registration.json"))
}

fn joined(client: &str, domains: &[&str], farm: Farm) -> Joined {
    let principal = Principal {
        client_id: Some(value(client)),
        domains: Some(domains.iter().map(|domain| value(domain)).collect()),
        realm: Some(value(REALM)),
        ..Principal::new(Spot::file("registration.json"), PrincipalSource::ServicePrincipal)
    };
    let addin = AddIn {
        id: client.to_owned(),
        name: "Travel".to_owned(),
        evidence: Evidence { principals: vec![principal], ..Evidence::default() },
        target: Target::Spo,
        target_reason: String::new(),
        target_known: false,
        trust_known: false,
        foreign: false,
        leading: None,
    };
    Joined { addins: vec![addin], shared: Evidence { farm, ..Evidence::default() }, unmatched: Vec::new() }
}

fn compared(text: &str, joined: &Joined) -> Token {
    report_with("a", text.as_bytes(), &Keys::default(), Some(joined)).tokens.remove(0)
}

fn verdict(token: &Token, place: &str) -> Option<PairVerdict> {
    token.comparisons.iter().find(|row| row.place == place).map(|row| row.verdict)
}

#[test]
fn the_registered_domain_has_three_verdicts() {
    for (domain, expected) in [
        ("apps.litware-travel.net", PairVerdict::Identical),
        ("APPS.litware-travel.net", PairVerdict::Identical),
        ("apps.litware-travel.net:443", PairVerdict::TlsOnly),
        ("https://apps.litware-travel.net", PairVerdict::TlsOnly),
        (" apps.litware-travel.net", PairVerdict::TlsOnly),
        ("apps.litware-travel.net:8443", PairVerdict::Different),
        ("www.litware-travel.net", PairVerdict::Different),
    ] {
        let token =
            compared(&context_token("apps.litware-travel.net"), &joined(CLIENT, &[domain], Farm::default()));
        assert_eq!(verdict(&token, "registered domain"), Some(expected), "{domain}");
        assert_eq!(findings(&token).contains(&"host-differs"), expected != PairVerdict::Identical);
    }
}

#[test]
fn one_of_several_registered_domains_is_enough() {
    let artefacts = joined(CLIENT, &["other.net", "apps.litware-travel.net"], Farm::default());
    let token = compared(&context_token("apps.litware-travel.net"), &artefacts);
    assert_eq!(findings(&token), Vec::<&str>::new());
}

#[test]
fn another_client_id_is_told_once() {
    let token = compared(
        &context_token("a.net"),
        &joined("ee091f63-9e48-4697-8462-7cfbf7410b8e", &["a.net"], Farm::default()),
    );
    assert_eq!(findings(&token), ["client-id-differs"]);
}

#[test]
fn an_access_token_is_for_an_address_of_the_farm() {
    let farm = Farm {
        web_applications: vec![value("https://sp.litware-farm.net")],
        realms: vec![value(REALM)],
        ..Farm::default()
    };
    let token = |host: &str| {
        let text = jwt(&rs256(), &app_only_claims(host), b"x");
        compared(&text, &joined(CLIENT, &[], farm.clone()))
    };
    assert_eq!(verdict(&token("sp.litware-farm.net"), "web application"), Some(PairVerdict::Identical));
    assert_eq!(findings(&token("sp.litware-farm.net:8443")), ["host-differs"]);
}

#[test]
fn the_issuer_of_a_high_trust_token_is_compared_with_its_case() {
    let issuer = |name: String| TrustedIssuer {
        at: Spot::file("farm.json"),
        name: None,
        registered_name: Some(value(&name)),
        trust_broker: Some(true),
        thumbprint: Some(value("3270BF559700 4DF3 39A4 E622 2473 1B6B D828 1042 A6")),
        not_after: None,
        metadata: None,
    };
    let text = high_trust(&jwt(&rs256(), &actor_claims(), b"x"));
    let with = |name: String| {
        let farm = Farm { issuers: vec![issuer(name)], ..Farm::default() };
        compared(&text, &joined(CLIENT, &[], farm))
    };
    assert_eq!(verdict(&with(format!("{CLIENT}@{REALM}")), "trusted issuer"), Some(PairVerdict::Identical));
    let upper = with(format!("{}@{REALM}", CLIENT.to_uppercase()));
    assert_eq!(verdict(&upper, "trusted issuer"), Some(PairVerdict::Different));
    assert!(verdict(&upper, "thumbprint of the trusted issuer").is_some());
}

#[test]
fn another_realm_is_told() {
    let farm = Farm { realms: vec![value("d8623c9e-30c7-473a-83bc-d907df44a26e")], ..Farm::default() };
    let token = compared(&context_token("a.net"), &joined(CLIENT, &["a.net"], farm));
    assert_eq!(findings(&token), ["realm-differs"]);
}

#[test]
fn a_host_that_was_hidden_is_not_compared() {
    use spdoctor::addin::evidence::secret::Secret;
    let hidden =
        Secret::new("AppDomain", "aB18Q~dy12BkksLf_W6kq2CFGSjWDJjLvo89tLjx", Spot::default()).shown();
    let token =
        compared(&context_token("apps.litware-travel.net"), &joined(CLIENT, &[&hidden], Farm::default()));
    assert_eq!(verdict(&token, "registered domain"), None);
    assert!(!findings(&token).contains(&"host-differs"));
    let both = joined(CLIENT, &[&hidden, "www.litware-travel.net"], Farm::default());
    let token = compared(&context_token("apps.litware-travel.net"), &both);
    assert_eq!(verdict(&token, "registered domain"), Some(PairVerdict::Different));
}

#[test]
fn hidden_hosts_of_settings_and_farms_are_not_compared() {
    use spdoctor::addin::evidence::config::{Config, Setting};
    use spdoctor::addin::evidence::secret::Secret;
    let secret = Secret::new(
        "HostedAppHostNameOverride",
        "Zk3vQ7xW9pL2mN8rT5yB1cD6fG4hJ0kS7uV3wX9zA1b=",
        Spot::default(),
    );
    let farm = Farm { web_applications: vec![secret.value()], ..Farm::default() };
    let mut joined = joined(CLIENT, &["apps.litware-travel.net"], farm);
    let setting = Setting {
        key: value("HostedAppHostNameOverride"),
        value: secret.value(),
        secret: Some(secret),
        commented: false,
        void: false,
        of_development: false,
        transform: None,
    };
    joined.addins[0].evidence.configs.push(Config { settings: vec![setting], ..Config::default() });
    let token = compared(&context_token("apps.litware-travel.net"), &joined);
    assert_eq!(verdict(&token, "HostedAppHostNameOverride"), None);
    assert_eq!(verdict(&token, "registered domain"), Some(PairVerdict::Identical));
    let access = jwt(&rs256(), &app_only_claims("sp.litware-farm.net"), b"x");
    assert_eq!(verdict(&compared(&access, &joined), "web application"), None);
}

#[test]
fn a_receiver_takes_no_token_whose_audience_has_a_port() {
    use crate::oauth::support::manifest::manifest;
    use spdoctor::addin::read::{ReadOptions, read};
    let with = |address: &str, allowed: &str| {
        let text = manifest(|text| {
            text.client_id(CLIENT)
                .start_page(&format!("https://{address}/"))
                .installed(&format!("https://{address}/A.svc"));
        });
        let config = format!(
            "<configuration><appSettings><add key=\"HostedAppHostNameOverride\" value=\"{allowed}\"/></appSettings></configuration>"
        );
        let mut joined = joined(CLIENT, &[address], Farm::default());
        for (path, text) in [("AppManifest.xml", text), ("web.config", config)] {
            let found = read(path, text.as_bytes(), &ReadOptions::default()).expect("an artefact");
            joined.addins[0].evidence.append(found);
        }
        compared(&context_token(address), &joined)
    };
    let port = with("apps.litware-travel.net:8443", "");
    assert_eq!(verdict(&port, "InstalledEventEndpoint"), Some(PairVerdict::Different));
    let told = port.findings.iter().find(|finding| finding.name == "host-differs").expect("a finding");
    assert_eq!(told.checks, ["OB12"]);
    for (address, allowed) in [
        ("apps.litware-travel.net", ""),
        ("apps.litware-travel.net:8443", "a.net;apps.litware-travel.net:8443"),
    ] {
        let fine = with(address, allowed);
        assert_eq!(verdict(&fine, "InstalledEventEndpoint"), Some(PairVerdict::Identical), "{address}");
    }
}

#[test]
fn an_empty_realm_is_told_as_one() {
    use spdoctor::addin::read::{ReadOptions, read};
    let config = "<configuration><appSettings><add key=\"Realm\" value=\"\"/></appSettings></configuration>";
    let mut joined = joined(CLIENT, &["a.net"], Farm::default());
    let found = read("web.config", config.as_bytes(), &ReadOptions::default()).expect("a configuration");
    joined.addins[0].evidence.append(found);
    let token = compared(&context_token("a.net"), &joined);
    let told = token.findings.iter().find(|finding| finding.name == "realm-differs").expect("a finding");
    assert_eq!(told.checks, ["OG02"]);
}
