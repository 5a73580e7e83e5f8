//! What a token is, by what it shows; and what is wrong with it.

use serde_json::json;
use spdoctor::addin::token::Keys;
use spdoctor::model::audit::AuditSeverity;
use spdoctor::model::token::{SignatureStatus, TokenKind};

use super::support::{
    ACS, CLIENT, NOW, REALM, SHAREPOINT, actor_claims, app_only_claims, context_claims, context_token,
    findings, high_trust, jwt, report_with, rs256, secret_text, signed, token,
};

#[test]
fn an_audience_that_is_a_list_is_told_as_one() {
    let mut claims = super::support::context_claims("a.net");
    claims["aud"] = serde_json::json!([claims["aud"].clone()]);
    let token = super::support::token(&super::support::signed(&claims, &[7; 32]));
    let told = token.findings.iter().find(|finding| finding.name == "no-audience").expect("a finding");
    assert!(told.message.starts_with("aud is no single text: "), "{}", told.message);
}

#[test]
fn claims_that_are_missing_or_of_another_form_are_told() {
    let context = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut claims = context_claims("apps.litware-travel.net");
        change(&mut claims);
        findings(&token(&signed(&claims, &[7; 32])))
    };
    let host = |host: &str| findings(&token(&context_token(host)));
    for odd in ["https://apps.litware-travel.net", "apps.litware-travel.net/", "apps@litware.net"] {
        assert_eq!(host(odd), ["audience-is-no-bare-host"], "{odd}");
    }
    assert_eq!(
        context(&|claims| claims["appctxsender"] = serde_json::Value::Null),
        ["context-token-without-sender"]
    );
    let user = |change: &dyn Fn(&mut serde_json::Value)| {
        let actor = jwt(&rs256(), &actor_claims(), b"signature");
        let mut claims = json!({
            "aud": format!("{SHAREPOINT}/sp.litware-farm.net@{REALM}"),
            "iss": format!("{CLIENT}@{REALM}"),
            "nbf": NOW - 60, "exp": NOW + 43_140,
            "nameid": "s-1-5-21-1", "nii": "urn:office:idp:activedirectory", "actortoken": actor,
        });
        change(&mut claims);
        findings(&token(&jwt(&json!({"typ":"JWT","alg":"none"}), &claims, b"")))
    };
    assert!(user(&|_| {}).is_empty());
    assert_eq!(user(&|claims| claims["nii"] = serde_json::Value::Null), ["user-without-identity-provider"]);
    let other = format!("774d3860-47e7-4321-8a35-bb9e29f1f967@{REALM}");
    assert_eq!(user(&|claims| claims["iss"] = json!(other)), ["another-actor-than-issuer"]);
    let mut claims = actor_claims();
    claims["nameid"] = json!(CLIENT);
    assert_eq!(findings(&token(&jwt(&rs256(), &claims, b"signature"))), ["actor-without-realm"]);
}

#[test]
fn a_context_token_is_taken_apart() {
    let token = token(&context_token("apps.litware-travel.net:8443"));
    assert_eq!(token.kind, TokenKind::ContextToken);
    let audience = token.audience.as_ref().expect("aud");
    assert_eq!(audience.id, CLIENT);
    assert_eq!((audience.host.as_deref(), audience.port), (Some("apps.litware-travel.net"), Some(8443)));
    assert_eq!((token.client_id.as_deref(), token.realm.as_deref()), (Some(CLIENT), Some(REALM)));
    assert_eq!(token.issuer.as_ref().and_then(|issuer| issuer.known_as), Some("Azure ACS"));
    let sts =
        token.app_context.iter().find(|claim| claim.name == "SecurityTokenServiceUri").expect("the address");
    assert!(sts.value.starts_with("https://accounts.accesscontrol"));
    assert_eq!(token.times[0].utc, "2026-11-25T11:50:00Z");
    assert_eq!(token.times[0].local.as_deref(), Some("2026-11-25T12:50:00+01:00"));
    assert_eq!(token.signature.status, SignatureStatus::NoKey);
    assert!(token.findings.is_empty(), "{:?}", token.findings);
}

#[test]
fn every_kind_is_recognised() {
    let mut user = app_only_claims("litware.sharepoint.com");
    user["actor"] = json!(format!("{CLIENT}@{REALM}"));
    user["nameid"] = json!("1003200071234567");
    let tenant = "https://sts.windows.net/d8623c9e-30c7-473a-83bc-d907df44a26e/";
    let second = "https://login.microsoftonline.com/d8623c9e-30c7-473a-83bc-d907df44a26e/v2.0";
    let kinds = [
        (context_claims("a.net"), TokenKind::ContextToken),
        (app_only_claims("litware.sharepoint.com"), TokenKind::AcsAppOnly),
        (user, TokenKind::AcsUser),
        (actor_claims(), TokenKind::HighTrustActor),
        (
            json!({"iss":tenant,"ver":"1.0","appid":CLIENT,"aud":"https://a.sharepoint.com"}),
            TokenKind::EntraV1,
        ),
        (json!({"iss":second,"ver":"2.0","azp":CLIENT,"aud":CLIENT}), TokenKind::EntraV2),
        (json!({"iss":format!("{SHAREPOINT}@{REALM}"),"aud":"wopi/sp@x"}), TokenKind::SharePointInternal),
        (json!({"iss":"joe"}), TokenKind::Unknown),
    ];
    for (claims, kind) in kinds {
        let found = token(&jwt(&rs256(), &claims, b"signature"));
        assert_eq!(found.kind, kind, "{claims}");
        assert!(!found.recognised_by.is_empty());
    }
    assert_eq!(token(&high_trust(&jwt(&rs256(), &actor_claims(), b"x"))).kind, TokenKind::HighTrustUser);
}

#[test]
fn an_actor_token_is_opened_as_well() {
    let found = token(&high_trust(&jwt(&rs256(), &actor_claims(), b"signature")));
    let actor = found.actor.as_deref().expect("the actor token");
    assert_eq!((actor.kind, actor.id.as_str()), (TokenKind::HighTrustActor, "t1.actor"));
    assert_eq!(found.client_id.as_deref(), Some(CLIENT));
    assert_eq!(found.signature.status, SignatureStatus::Unsigned);
    assert_eq!(findings(&found), Vec::<&str>::new());
}

#[test]
fn what_is_wrong_with_a_token_is_found() {
    let with = |changes: &[(&str, serde_json::Value)]| {
        let mut claims = app_only_claims("sp.litware-farm.net");
        for (name, value) in changes {
            claims[*name] = value.clone();
        }
        findings(&token(&jwt(&rs256(), &claims, b"signature")))
    };
    assert_eq!(with(&[]), Vec::<&str>::new());
    assert_eq!(with(&[("exp", json!(NOW - 301))]), ["token-expired"]);
    assert_eq!(with(&[("exp", json!(NOW - 299))]), Vec::<&str>::new());
    assert_eq!(with(&[("nbf", json!(NOW + 301))]), ["token-not-yet-valid"]);
    assert_eq!(with(&[("exp", json!(NOW + 90_000))]), ["token-lives-too-long"]);
    assert_eq!(with(&[("exp", json!(1e30))]), ["time-out-of-range"]);
    assert_eq!(
        with(&[("exp", json!(NOW - 700)), ("nbf", json!(NOW - 600))]),
        ["token-expired", "token-ends-before-it-begins"]
    );
    assert_eq!(with(&[("aud", json!(format!("{SHAREPOINT}/a.net@")))]), ["audience-without-realm"]);
    assert_eq!(with(&[("aud", json!(format!("{SHAREPOINT}/a.net@a.net")))])[0], "realm-is-no-guid");
    assert_eq!(with(&[("aud", json!(format!("{SHAREPOINT}@{REALM}")))]), ["audience-without-host"]);
    assert_eq!(
        with(&[("iss", json!(format!("{ACS}@d8623c9e-30c7-473a-83bc-d907df44a26e")))]),
        ["two-realms"]
    );
}

#[test]
fn algorithms_are_judged_by_the_kind_of_token() {
    let found = |algorithm: &str, claims: &serde_json::Value| {
        findings(&token(&jwt(&json!({"alg":algorithm}), claims, b"x")))
    };
    assert_eq!(found("RS256", &context_claims("a.net")), ["context-token-not-signed-with-secret"]);
    assert_eq!(found("none", &app_only_claims("a.net")), ["unsigned-token"]);
    assert_eq!(found("NONE", &context_claims("a.net")), ["unsigned-token"]);
    assert_eq!(found("PS999", &app_only_claims("a.net")), ["unknown-algorithm"]);
}

#[test]
fn high_trust_tokens_need_lower_case_and_delegation() {
    let mut claims = actor_claims();
    claims["iss"] = json!(format!("{}@{REALM}", CLIENT.to_uppercase()));
    claims["trustedfordelegation"] = json!("false");
    let found = findings(&token(&high_trust(&jwt(&rs256(), &claims, b"x"))));
    assert!(
        found.contains(&"not-trusted-for-delegation") && found.contains(&"upper-case-in-high-trust"),
        "{found:?}"
    );
}

#[test]
fn a_high_trust_token_names_its_certificate() {
    let found = |header: &serde_json::Value| token(&jwt(header, &actor_claims(), b"signature")).findings;
    assert!(found(&json!({"alg":"RS256","x5t":"MnC_VZcATfM5pOYiJHMba9goEKY"})).is_empty());
    for (header, told) in [
        (json!({"typ":"JWT","alg":"RS256"}), "no x5t:"),
        (json!({"alg":"RS256","x5t":""}), "no x5t:"),
        (json!({"alg":"RS256","kid":"MnC_VZcATfM5pOYiJHMba9goEKY"}), "no x5t, only kid:"),
        (json!({"alg":"RS256","x5t#S256":"abc","kid":"abc"}), "no x5t, only x5t#S256 and kid:"),
    ] {
        let found = found(&header);
        let [finding] = found.as_slice() else { panic!("{header}: {found:?}") };
        assert_eq!((finding.name, finding.severity), ("token-without-thumbprint", AuditSeverity::Error));
        assert!(finding.message.contains(told), "{}", finding.message);
    }
    // The outer part of a token for a user is not signed.
    let inner = jwt(&json!({"alg":"RS256"}), &actor_claims(), b"signature");
    assert_eq!(findings(&token(&high_trust(&inner))), ["token-without-thumbprint"]);
}

#[test]
fn a_signature_is_called_valid_only_with_the_key_that_made_it() {
    let text = context_token("a.net");
    let status = |secret: &[u8]| {
        let mut keys = Keys::default();
        keys.add_secret("SECRET", &secret_text(secret)).expect("base64");
        report_with("a", text.as_bytes(), &keys, None).tokens[0].signature.status
    };
    assert_eq!(status(&[7; 32]), SignatureStatus::Valid);
    assert_eq!(status(&[8; 32]), SignatureStatus::Mismatch);
    let mut keys = Keys::default();
    keys.add_secret("SECRET", &secret_text(&[8; 32])).expect("base64");
    let report = report_with("a", text.as_bytes(), &keys, None);
    assert_eq!(report.tokens[0].findings[0].severity, AuditSeverity::Critical);
}

#[test]
fn a_certificate_proves_what_it_signed() {
    let mut keys = Keys::default();
    let pem = include_bytes!("signing.pem");
    for der in spdoctor::addin::token::certificates_of(pem) {
        keys.add_certificate("signing.pem", &der).expect("a certificate");
    }
    let text = include_str!("signed.txt").trim();
    let found = report_with("a", text.as_bytes(), &keys, None);
    assert_eq!(found.tokens[0].signature.status, SignatureStatus::Valid);
    assert!(!findings(&found.tokens[0]).contains(&"another-certificate-signed"));
    // One letter of the payload differs.
    let (head, rest) = text.split_once('.').expect("a token");
    let (payload, signature) = rest.split_once('.').expect("a token");
    let other = payload.replacen('A', "B", 1);
    let forged = format!("{head}.{other}.{signature}");
    let status = report_with("a", forged.as_bytes(), &keys, None).tokens[0].signature.status;
    assert_ne!(status, SignatureStatus::Valid);
}

#[test]
fn the_same_token_counts_once() {
    let text = context_token("a.net");
    let report = super::support::report("a.txt", format!("{text}\n{text}\n").as_bytes());
    assert_eq!((report.tokens.len(), report.tokens[0].seen), (1, 2));
    assert_eq!(signed(&context_claims("a.net"), &[7; 32]), text);
}

#[test]
fn a_token_of_acs_for_sharepoint_online_will_be_refused_since_acs_ended() {
    let online = token(&jwt(&rs256(), &app_only_claims("litware.sharepoint.com"), b"signature"));
    let retired = online.findings.iter().find(|finding| finding.name == "acs-retired");
    assert_eq!(retired.map(|finding| finding.severity), Some(AuditSeverity::Critical));
    let farm = token(&jwt(&rs256(), &app_only_claims("sp.litware-farm.net"), b"signature"));
    assert!(farm.findings.iter().all(|finding| finding.name != "acs-retired"));
}

#[test]
fn a_token_that_was_copied_taken_apart_is_judged_but_for_its_signature() {
    let whole = context_token("apps.litware-travel.net:8443");
    let claims = context_claims("apps.litware-travel.net:8443");
    let header = json!({"typ":"JWT","alg":"HS256"});
    let mut keys = Keys::default();
    keys.add_secret("RIGHT", &secret_text(&[7; 32])).expect("a key");
    for text in [format!("{header}.{claims}"), format!("HEADER\n{header:#}\nPAYLOAD\n{claims:#}\n")] {
        let found = report_with("a.txt", text.as_bytes(), &keys, None);
        let [apart] = found.tokens.as_slice() else { panic!("{found:#?}") };
        let sound = token(&whole);
        assert_eq!((apart.kind, &apart.audience, &apart.times), (sound.kind, &sound.audience, &sound.times));
        assert_eq!(apart.signature.status, SignatureStatus::NoKey);
        assert_eq!(findings(apart), findings(&sound));
        assert!(apart.recognised_by.iter().any(|why| why.contains("taken apart")), "{apart:#?}");
    }
    let actor = jwt(&rs256(), &actor_claims(), b"signature");
    let user = json!({
        "aud": format!("{SHAREPOINT}/sp.litware-farm.net@{REALM}"), "iss": format!("{CLIENT}@{REALM}"),
        "nbf": NOW - 60, "exp": NOW + 43_140,
        "nameid": "s-1-5-21-1", "nii": "urn:office:idp:activedirectory", "actortoken": actor,
    });
    let found = token(&format!("{}.{user}", json!({"typ":"JWT","alg":"none"})));
    assert_eq!((found.kind, found.actor.is_some()), (TokenKind::HighTrustUser, true));
    assert_eq!(findings(&found), Vec::<&str>::new());
}
