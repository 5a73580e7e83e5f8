//! Tokens that are for somebody else than the SharePoint they are given to.

use serde_json::{Value, json};
use spdoctor::model::audit::AuditSeverity;
use spdoctor::model::token::TokenReport;

use super::support::{
    CLIENT, NOW, REALM, SHAREPOINT, app_only_claims, entry, findings, har, jwt, outputs, report, rs256, token,
};

/// The claims of an app-only token of Microsoft Entra, got with a certificate.
fn entra_claims(audience: &str) -> Value {
    json!({
        "aud": audience, "iss": format!("https://sts.windows.net/{REALM}/"),
        "iat": NOW - 600, "nbf": NOW - 600, "exp": NOW + 3600,
        "appid": CLIENT, "appidacr": "2", "idtyp": "app", "roles": ["Sites.Selected"], "tid": REALM, "ver": "1.0",
    })
}

/// What a call with this token was answered with.
fn called(claims: &Value, url: &str, status: u16) -> TokenReport {
    let bearer = format!("Bearer {}", jwt(&rs256(), claims, b"signature"));
    let headers = json!([{"name":"Authorization","value":bearer}]);
    report("a.har", &har(&[entry(url, &headers, "", status, (&json!([]), ""))]))
}

#[test]
fn a_token_for_another_service_is_told_and_is_not_called_wrong() {
    for (audience, service) in [
        ("https://graph.microsoft.com", "Microsoft Graph"),
        ("https://graph.microsoft.com/", "Microsoft Graph"),
        ("00000003-0000-0000-c000-000000000000", "Microsoft Graph"),
        ("https://microsoftgraph.chinacloudapi.cn", "Microsoft Graph"),
        ("https://graph.windows.net", "Azure AD Graph"),
    ] {
        let text = jwt(&rs256(), &entra_claims(audience), b"signature");
        let found = report("a.txt", text.as_bytes());
        let [finding] = found.tokens[0].findings.as_slice() else { panic!("{found:#?}") };
        assert_eq!((finding.name, finding.severity), ("token-for-another-service", AuditSeverity::Warning));
        assert!(finding.message.contains(service), "{}", finding.message);
        assert!(found.summary.verdict.contains(&format!("(entra-v1, for {service})")), "{:?}", found.summary);
        assert!(outputs(&found).contains(service));
    }
    for audience in ["https://litware.sharepoint.com", SHAREPOINT, "https://api.litware.net"] {
        let found = token(&jwt(&rs256(), &entra_claims(audience), b"signature"));
        assert_eq!(findings(&found), Vec::<&str>::new(), "{audience}");
    }
}

#[test]
fn a_refused_token_of_another_audience_was_sent_to_the_wrong_place() {
    let names = |claims: &Value, url: &str, status: u16| findings(&called(claims, url, status).tokens[0]);
    let elsewhere = ["sent-to-another-audience"];
    let graph = entra_claims("https://graph.microsoft.com");
    let online = entra_claims("https://litware.sharepoint.com");
    let farm = app_only_claims("tools.litware-farm.net");
    let own = entra_claims(CLIENT);
    for (claims, url) in [
        (&graph, "https://litware.sharepoint.com/_api/web"),
        (&graph, "https://sp.litware-farm.net/sites/a/_vti_bin/client.svc"),
        (&online, "https://litware-my.sharepoint.com/_api/web"),
        (&own, "https://litware.sharepoint.com/_api/web"),
        (&farm, "https://intranet.litware-farm.net/_api/web"),
        (&farm, "https://tools.litware-farm.net:8443/_api/web"),
    ] {
        assert_eq!(names(claims, url, 401), elsewhere, "{url}");
        assert!(names(claims, url, 200).is_empty(), "{url}");
    }
    for (claims, url) in [
        (&graph, "https://graph.microsoft.com/v1.0/me"),
        (&graph, "https://api.litware.net/orders"),
        (&online, "https://LITWARE.sharepoint.com/_api/web"),
        (&entra_claims(SHAREPOINT), "https://litware-my.sharepoint.com/_api/web"),
        (&farm, "http://tools.litware-farm.net/_api/web"),
    ] {
        assert!(names(claims, url, 401).is_empty(), "{url}");
    }
}

#[test]
fn the_remedy_for_a_token_of_graph_names_the_host_that_was_called() {
    let found = called(
        &entra_claims("00000003-0000-0000-c000-000000000000"),
        "https://litware.sharepoint.com/_api/web?q=1",
        401,
    );
    let finding = &found.tokens[0].findings[0];
    assert!(finding.remedy.contains("scope https://litware.sharepoint.com/.default"), "{}", finding.remedy);
    assert_eq!(
        (finding.severity, finding.checks.as_slice()),
        (AuditSeverity::Error, &["OG12".to_owned()][..])
    );
}

#[test]
fn an_app_only_token_that_was_got_with_a_secret_is_refused_by_sharepoint_online() {
    let with = |audience: &str, changes: &[(&str, Value)]| {
        let mut claims = entra_claims(audience);
        for (name, value) in changes {
            claims[*name] = value.clone();
        }
        findings(&token(&jwt(&rs256(), &claims, b"signature")))
    };
    let secret = ("appidacr", json!("1"));
    let refused = ["app-only-token-got-with-secret"];
    for audience in ["https://litware.sharepoint.com", "https://litware-admin.sharepoint.us/", SHAREPOINT] {
        assert_eq!(with(audience, std::slice::from_ref(&secret)), refused, "{audience}");
        assert!(with(audience, &[]).is_empty(), "{audience}");
        // A user is in it: how the program proved itself does not matter then.
        assert!(with(audience, &[secret.clone(), ("idtyp", json!("user"))]).is_empty());
        let delegated =
            [secret.clone(), ("idtyp", Value::Null), ("scp", json!("AllSites.Read")), ("roles", Value::Null)];
        assert!(with(audience, &delegated).is_empty());
        assert_eq!(with(audience, &[secret.clone(), ("idtyp", Value::Null)]), refused, "{audience}");
    }
    assert_eq!(
        with("https://graph.microsoft.com", std::slice::from_ref(&secret)),
        ["token-for-another-service"]
    );
    assert!(with("https://api.litware.net", &[secret]).is_empty());
    let second = [("appidacr", Value::Null), ("azpacr", json!("1")), ("ver", json!("2.0"))];
    assert_eq!(with(SHAREPOINT, &second), refused);
    let mut claims = entra_claims(SHAREPOINT);
    claims["appidacr"] = json!("1");
    let found = token(&jwt(&rs256(), &claims, b"signature"));
    assert_eq!(found.findings[0].severity, AuditSeverity::Critical);
    assert!(found.findings[0].message.contains("Unsupported app only token"), "{:?}", found.findings);
}
