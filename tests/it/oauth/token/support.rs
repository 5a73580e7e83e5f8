//! Tokens and captures, made by the tests.

use std::io::Write as _;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use spdoctor::addin::join::Joined;
use spdoctor::addin::token::{Input, Keys, Settings, examine};
use spdoctor::model::token::{Token, TokenReport};
use spdoctor::render::Setting;
use spdoctor::wire::token_v1::TokenReportV1;

pub(crate) const REALM: &str = "c98f41a0-e9d7-4d31-9ac4-813b81680177";
pub(crate) const CLIENT: &str = "5cf14724-ca05-4e63-9c29-8044b847a3c7";
pub(crate) const SHAREPOINT: &str = "00000003-0000-0ff1-ce00-000000000000";
pub(crate) const ACS: &str = "00000001-0000-0000-c000-000000000000";
/// 2026-11-25T12:00:00Z.
pub(crate) const NOW: i64 = 1_795_608_000;

/// A token with this signature.
pub(crate) fn jwt(header: &Value, claims: &Value, signature: &[u8]) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{}", part(header), part(claims), BASE64_URL_SAFE_NO_PAD.encode(signature))
}

/// A token signed with a client secret.
pub(crate) fn signed(claims: &Value, secret: &[u8]) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&json!({"typ":"JWT","alg":"HS256"})), part(claims));
    let tag = ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret), text.as_bytes());
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag.as_ref()))
}

/// The claims of a context token for this host, with secrets in them.
pub(crate) fn context_claims(host: &str) -> Value {
    json!({
        "aud": format!("{CLIENT}/{host}@{REALM}"),
        "iss": format!("{ACS}@{REALM}"),
        "nbf": NOW - 600,
        "exp": NOW - 600 + 43_200,
        "appctxsender": format!("{SHAREPOINT}@{REALM}"),
        "appctx": "{\"CacheKey\":\"0pmX+CANARYcachekeyCANARY/4=\",\"SecurityTokenServiceUri\":\"https://accounts.accesscontrol.windows.net/tokens/OAuth/2\"}",
        "refreshtoken": "IAAAACANARYrefreshtokenCANARYqwertzuiop",
        "isbrowserhostedapp": "true",
    })
}

pub(crate) fn context_token(host: &str) -> String {
    signed(&context_claims(host), &[7; 32])
}

/// The claims of an app-only token of ACS.
pub(crate) fn app_only_claims(host: &str) -> Value {
    json!({
        "aud": format!("{SHAREPOINT}/{host}@{REALM}"),
        "iss": format!("{ACS}@{REALM}"),
        "iat": NOW - 600, "nbf": NOW - 600, "exp": NOW + 42_600,
        "identityprovider": format!("{ACS}@{REALM}"),
        "nameid": format!("{CLIENT}@{REALM}"),
        "oid": "11111111-2222-4333-8444-555555555555",
        "trustedfordelegation": "false",
    })
}

pub(crate) fn rs256() -> Value {
    json!({"typ":"JWT","alg":"RS256","x5t":"MnC_VZcATfM5pOYiJHMba9goEKY","kid":"MnC_VZcATfM5pOYiJHMba9goEKY"})
}

/// The claims of an actor token of a high-trust add-in.
pub(crate) fn actor_claims() -> Value {
    json!({
        "aud": format!("{SHAREPOINT}/sp.litware-farm.net@{REALM}"),
        "iss": format!("{CLIENT}@{REALM}"),
        "nbf": NOW - 60, "exp": NOW + 43_140,
        "nameid": format!("{CLIENT}@{REALM}"),
        "trustedfordelegation": "true",
    })
}

/// A high-trust token for a user around this actor token.
pub(crate) fn high_trust(actor: &str) -> String {
    let claims = json!({
        "aud": format!("{SHAREPOINT}/sp.litware-farm.net@{REALM}"),
        "iss": format!("{CLIENT}@{REALM}"),
        "nbf": NOW - 60, "exp": NOW + 43_140,
        "nameid": "s-1-5-21-1004336348-1177238915-682003330-1104",
        "nii": "urn:office:idp:activedirectory",
        "actortoken": actor,
    });
    jwt(&json!({"typ":"JWT","alg":"none"}), &claims, b"")
}

/// An examination at noon, in a zone one hour ahead of UTC.
pub(crate) fn report(path: &str, bytes: &[u8]) -> TokenReport {
    report_with(path, bytes, &Keys::default(), None)
}

pub(crate) fn report_with(path: &str, bytes: &[u8], keys: &Keys, artefacts: Option<&Joined>) -> TokenReport {
    let now = chrono::DateTime::from_timestamp(NOW, 0).expect("a time").naive_utc();
    let explain = |_: &str| Vec::new();
    let settings = Settings { now, offset_minutes: Some(60), keys, explain: &explain };
    examine(&[Input { path, bytes }], artefacts, &settings)
}

/// The only token of a text.
pub(crate) fn token(text: &str) -> Token {
    let mut report = report("a.txt", text.as_bytes());
    assert_eq!(report.tokens.len(), 1, "{report:#?}");
    report.tokens.pop().expect("a token")
}

/// Everything that a report can become.
pub(crate) fn outputs(report: &TokenReport) -> String {
    let mut text = Vec::new();
    spdoctor::render::token::render(report, &Setting::default(), &mut text).expect("memory");
    let text = String::from_utf8(text).expect("text");
    let json = serde_json::to_string_pretty(&TokenReportV1::new(report, "0")).expect("plain data");
    format!("{text}\n{json}\n{report:?}")
}

/// Names of what is wrong.
pub(crate) fn findings(token: &Token) -> Vec<&'static str> {
    token.chain().flat_map(|token| &token.findings).map(|finding| finding.name).collect()
}

/// An exchange of a HAR.
pub(crate) fn entry(
    url: &str,
    request_headers: &Value,
    body: &str,
    status: u16,
    response: (&Value, &str),
) -> Value {
    json!({
        "request": {"method":"POST","url":url,"headers":request_headers,"postData":{"mimeType":"application/x-www-form-urlencoded","text":body}},
        "response": {"status":status,"headers":response.0,"content":{"mimeType":"text/html","text":response.1}},
    })
}

pub(crate) fn har(entries: &[Value]) -> Vec<u8> {
    json!({"log":{"version":"1.2","creator":{"name":"a","version":"1"},"entries":entries}})
        .to_string()
        .into_bytes()
}

/// A Fiddler archive of requests and responses as they went over the wire.
pub(crate) fn saz(sessions: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (index, (request, response)) in sessions.iter().enumerate() {
        for (side, bytes) in [("c", *request), ("s", *response)] {
            zip.start_file(format!("raw/{:02}_{side}.txt", index + 1), options).expect("memory");
            zip.write_all(bytes).expect("memory");
        }
        zip.start_file(format!("raw/{:02}_m.xml", index + 1), options).expect("memory");
        zip.write_all(b"<Session/>").expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// A secret as it stands in web.config.
pub(crate) fn secret_text(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}
