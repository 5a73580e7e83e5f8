//! Every row of what people paste, and what is read out of it.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{concerns_oauth, explain};
use crate::catalogue::card::Cards;
use crate::catalogue::symptoms;

fn cards() -> Cards {
    Cards::built_in().unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// The text as pasted, and the codes that belong to it, the first of which has to come first.
const PASTED: [(&str, &[&str]); 47] = [
    ("Sorry, only tenant administrators can add or give access to this app.", &["OI16"]),
    ("The Azure Access Control service is unavailable.", &["OK05", "OL01"]),
    ("3003000;reason=\"The Azure Access Control service is unavailable\"", &["OK05", "OL01"]),
    (
        "AADSTS900023: Specified tenant identifier 'x' is neither a valid DNS name, nor a valid external domain.",
        &["OG01", "OG14"],
    ),
    ("The remote server returned an error: (400) Bad Request.", &["OF01", "OF05"]),
    ("The app principal could not be found", &["OE06"]),
    ("The app identifier does not exist", &["OE06"]),
    ("An error occurred while processing your request.", &["OB01", "OB08", "OB27", "OB09", "OE05", "OA13"]),
    (
        "\"localhost\" is not the intended audience \"b99d1203-0000-4000-8000-000000000000/localhost:44349@12768036-0000-4000-8000-000000000000\"",
        &["OB12", "OB27"],
    ),
    ("Invalid issuer or signature.", &["OB27", "OB28", "OF05", "OF08", "OF09"]),
    ("Invalid issuer o signature", &["OB27", "OB28"]),
    ("Invalid JWT token. Could not resolve issuer token.", &["OF05", "OF08", "OF10"]),
    (
        "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: The provided client secret keys are expired.\"}",
        &["OF05", "OF06"],
    ),
    ("AADSTS7000215: Invalid client secret is provided.", &["OF01", "OF03", "OE05"]),
    (
        "AADSTS700016: Application with identifier 'x' was not found in the directory 'y'.",
        &["OE06", "OG03", "OG05"],
    ),
    ("AADSTS70001: Application not found", &["OE06", "OG03", "OG05"]),
    ("{\"error\":\"invalid_request\",\"error_description\":\"Token type is not allowed.\"}", &["OK06"]),
    ("401 since April 2026, it worked until last week", &["OL01"]),
    (
        "Token request failed. ---> System.Net.WebException: The remote server returned an error: (401) Unauthorized.",
        &["OF05", "OD20", "OG03"],
    ),
    ("The underlying connection was closed: An unexpected error occurred on a send.", &["OD20"]),
    (
        "The remote event receiver callout failed. Details: Could not establish trust relationship for the SSL/TLS secure channel with authority 'addin.fabrikam.test'",
        &["OC05", "OD07", "OD02", "OD08"],
    ),
    (
        "There was no endpoint listening at https://addin.fabrikam.test:44301/Services/AppEventReceiver.svc that could accept the message.",
        &["OC02", "OB12"],
    ),
    (
        "The HTTP request is unauthorized with client authentication scheme 'Anonymous'. The authentication header received from the server was 'NTLM,Negotiate'.",
        &["OC06"],
    ),
    (
        "The HTTP request is unauthorized with client authentication scheme 'Anonymous'. The authentication header received from the server was 'Bearer realm=\"x\"'.",
        &["OC06"],
    ),
    ("the receiver returns 500 after secret renewal", &["OF08", "OF09"]),
    ("my receiver never fires", &["OC12", "OC10"]),
    (
        "ErrorCode=GetContextTokenError;ErrorMessage=The endpoint address 'https://a.test/x.svc' does not match the app's endpoint 'www.contoso.com'.",
        &["OB02"],
    ),
    (
        "x-ms-diagnostics: 3000003;reason=\"Invalid audience Uri '00000003-0000-0ff1-ce00-000000000000/a.test@b'\";category=\"invalid_client\"",
        &["OK05", "OJ06"],
    ),
    (
        "x-ms-diagnostics: 3001000;reason=\"There has been an error authenticating the request.\";category=\"invalid_client\"",
        &["OK05", "OG03", "OH05"],
    ),
    (
        "Der Remoteserver hat einen Fehler zur\u{fc}ckgegeben: (401) Nicht autorisiert.",
        &["OF05", "OD20", "OG03"],
    ),
    ("Der Remoteserver hat einen Fehler zur\u{fc}ckgegeben: (403) Unzul\u{e4}ssig.", &["OK01", "OK09"]),
    ("The issuer of the token is not a trusted issuer.", &["OH03", "OH05", "OH06", "OH07", "OH09"]),
    ("The remote server returned an error: (403) Forbidden.", &["OK01", "OK09"]),
    ("401 in high trust", &["OH14", "OI19", "OH09"]),
    ("there\u{2019}s no certificate with that serial number", &["OH10"]),
    ("S2S certificate expired", &["OH08", "OH17"]),
    ("Your tenant administrator has to approve this app", &["OI16"]),
    ("Sorry, only site collection administrators can add or give access to this app.", &["OK07"]),
    ("Access denied with Write, so I need FullControl", &["OI11", "OI10"]),
    ("Access denied app-only profiles although Social Read", &["OI20"]),
    (
        "Microsoft.IdentityModel.Tokens.AudienceUriValidationFailedException: Exception of type 'Microsoft.IdentityModel.Tokens.AudienceUriValidationFailedException' was thrown.",
        &["OB12", "OB27", "OB01"],
    ),
    ("The parameter 'token' cannot be a null or empty string.", &["OB09", "OA17"]),
    ("{\"error_description\":\"Unsupported app only token.\"}", &["OL01"]),
    ("{\"error_description\":\"Unsupported security token.\"}", &["OK05", "OG03"]),
    ("Invalid length for a Base-64 char array or string.", &["OF01", "OF02"]),
    (
        "Unexpected response from the server. The content type of the response is \"\". The status code is \"Unauthorized\".",
        &["OK05", "OG03", "OH05"],
    ),
    ("The issues of the token is not a trusted issuer", &["OH03", "OH05"]),
];

/// Codes that are named here and have a card; all of them once every family is there.
fn known(cards: &Cards, codes: &[&'static str]) -> Vec<&'static str> {
    codes.iter().copied().filter(|code| cards.get(code).is_some()).collect()
}

#[test]
fn every_row_finds_its_checks_the_likeliest_first() {
    let cards = cards();
    for (text, codes) in PASTED {
        let expected = known(&cards, codes);
        for text in [
            text.to_owned(),
            text.to_uppercase(),
            format!("System.Exception:\r\n   {text}\r\n at Foo.Bar()").replace(' ', "  "),
        ] {
            let found = explain(&cards, &text);
            let found: Vec<&str> = found.matches.iter().map(|(card, _)| card.code.as_str()).collect();
            assert!(
                expected.iter().all(|code| found.contains(code)),
                "{text}: {found:?} lacks some of {expected:?}"
            );
            if expected.first() == codes.first() {
                assert_eq!(found.first(), codes.first(), "{text}: {found:?}");
            }
        }
    }
}

#[test]
fn the_table_names_codes_of_the_right_form_and_no_text_twice() {
    let table = symptoms::built_in().unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert!(table.len() > 25);
    let mut texts = BTreeSet::new();
    for symptom in &table {
        assert!(!symptom.texts.is_empty() && !symptom.codes.is_empty());
        assert!(symptom.texts.iter().all(|text| texts.insert(text.to_lowercase())), "{symptom:?}");
        let form = |code: &String| matches!(code.as_bytes(), [b'O', b'A'..=b'L', b'0'..=b'9', b'0'..=b'9']);
        assert!(symptom.codes.iter().all(form), "{symptom:?}");
    }
}

#[test]
fn a_token_that_sharepoint_refuses_says_nothing_of_the_secret() {
    let cards = cards();
    for text in [
        "3001000;reason=\"There has been an error authenticating the request.\";category=\"invalid_client\"",
        "x-ms-diagnostics: 3001000;reason=\"x\";category=\"invalid_client\"",
    ] {
        let found = explain(&cards, text);
        let codes: Vec<&str> = found.matches.iter().map(|(card, _)| card.code.as_str()).collect();
        assert!(!codes.iter().any(|code| code.starts_with("OF")) && !codes.contains(&"OG05"), "{codes:?}");
        assert!(found.read[0].contains("diagnosed 3001000"), "{:?}", found.read);
    }
    let refused = explain(&cards, "{\"error\":\"invalid_client\"}");
    assert!(refused.matches.iter().any(|(card, _)| card.code == "OF05"));
}

#[test]
fn a_token_that_has_ended_says_nothing_of_the_secret() {
    for text in
        ["Invalid JWT token. The token is expired.", "AADSTS50027: Invalid JWT token. Token is expired."]
    {
        let cards = cards();
        let found = explain(&cards, text);
        let codes: Vec<&str> = found.matches.iter().map(|(card, _)| card.code.as_str()).collect();
        assert!(!codes.contains(&"OF05"), "{codes:?}");
        assert!(found.read.iter().any(|sentence| sentence.contains("had ended")), "{:?}", found.read);
    }
    assert!(
        !explain(&cards(), "Sorry, something went wrong").matches.iter().any(|(card, _)| card.code == "OI01")
    );
}

#[test]
fn codes_that_are_not_known_lead_to_the_page_that_explains_them() {
    let told =
        read("AADSTS240002: Input id_token cannot be used. AADSTS700016: x, AADSTS240002 again, AADSTS7");
    assert_eq!(told.matches("https://login.microsoftonline.com/error?code=240002").count(), 1, "{told}");
    assert_eq!(told.matches("error?code=").count(), 1, "{told}");
}

#[test]
fn texts_about_tokens_are_told_from_those_about_upgrades() {
    for text in [
        "AADSTS240002: Input id_token cannot be used",
        "Unsupported app only token",
        "the app principal was not found",
        "ACS refused",
        "the token was refused",
    ] {
        assert!(concerns_oauth(text), "{text}");
    }
    for text in ["the security token service is down", "gave up: SocketError", "Upgrade failed", ""] {
        assert!(!concerns_oauth(text), "{text}");
    }
}

fn read(text: &str) -> String {
    explain(&Cards::default(), text).read.join("\n")
}

#[test]
fn an_audience_mismatch_names_both_hosts_and_where_each_is_configured() {
    let told = read(
        "\"localhost\" is not the intended audience \"b99d1203-0000-4000-8000-000000000000/localhost:44349@12768036-0000-4000-8000-000000000000\"",
    );
    for part in [
        "accepts the host localhost",
        "made for the host localhost:44349",
        "HostedAppHostNameOverride",
        "add-in domain of the registration",
        "client id b99d1203-0000-4000-8000-000000000000",
        "realm 12768036-0000-4000-8000-000000000000",
        "differ in the port only",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let same = read("\u{201c}a.test\u{201d} is not the intended audience \u{201c}id/A.test@realm\u{201d}");
    assert!(same.contains("The hosts are the same"), "{same}");
    let other = read("&quot;a.test&quot; is not the intended audience &quot;id/b.test@realm&quot;");
    assert!(other.contains("a.test and b.test are different ones"), "{other}");
}

#[test]
fn headers_and_codes_are_read() {
    let headers = read(
        "WWW-Authenticate: Bearer realm=\"12768036-0000-4000-8000-000000000000\",client_id=\"00000003-0000-0ff1-ce00-000000000000\",trusted_issuers=\"00000001-0000-0000-c000-000000000000@*\"\r\nx-ms-diagnostics: 3000003;reason=\"Invalid audience Uri '00000003-0000-0ff1-ce00-000000000000/sp.test@realm'.\";category=\"invalid_client\"",
    );
    for part in [
        "realm of the farm or tenant is 12768036",
        "Azure ACS is one of them",
        "diagnosed 3000003",
        "invalid_client",
        "the host in the token is sp.test",
    ] {
        assert!(headers.contains(part), "{part}: {headers}");
    }
    let code = read(
        "AADSTS700016: Application with identifier '6daebfdd-6516-4506-a7a9-168862921987' was not found in the directory 'fabrikam.test'. Trace ID: x",
    );
    assert!(
        code.contains("AADSTS700016: the client id is not known")
            && code.contains("6daebfdd")
            && code.contains("fabrikam.test"),
        "{code}"
    );
    let tls = read(
        "Could not establish trust relationship for the SSL/TLS secure channel with authority 'a.test:44301'.",
    );
    assert!(tls.contains("certificate of a.test:44301"), "{tls}");
    let port =
        read("There was no endpoint listening at https://a.test:44301/x.svc that could accept the message");
    assert!(port.contains("a.test on port 44301"), "{port}");
    let endpoint =
        read("The endpoint address 'https://b.test/x.svc' does not match the app's endpoint 'a.test'.");
    assert!(
        endpoint.contains("its host is b.test") && endpoint.contains("add-in domain is a.test"),
        "{endpoint}"
    );
}

#[test]
fn a_token_in_the_text_is_told_and_not_shown() {
    let told = read("Authorization: Bearer eyJhbGciOi.eyJCanary.Canary");
    assert!(told.contains("holds a token") && !told.contains("Canary"), "{told}");
}

#[test]
fn keys_in_addresses_are_not_repeated() {
    let told = read(
        "There was no endpoint listening at https://u:CANARY@a.test/x.svc?code=CANARY that could accept",
    );
    assert!(told.contains("a.test on port 443") && !told.contains("CANARY"), "{told}");
    let told = read(
        "The endpoint address 'https://b.test/x.svc?code=CANARY' does not match the app's endpoint 'a.test'.",
    );
    assert!(told.contains("called at https://b.test/x.svc?code=[") && !told.contains("CANARY"), "{told}");
}

#[test]
fn prose_is_about_nothing() {
    let cards = cards();
    let found = explain(&cards, "The weather is fine, and nobody complains.");
    assert!(found.matches.is_empty() && found.read.is_empty(), "{found:?}");
}

proptest! {
    #[test]
    fn no_text_fails(text in "\\PC{0,200}") {
        let _ = explain(&Cards::default(), &text);
    }

    #[test]
    fn no_pieces_of_known_texts_fail(a in 0usize..40, b in 0usize..40, cut in 0usize..300) {
        let text: String = [a, b].iter().filter_map(|at| PASTED.get(*at)).flat_map(|(text, _)| text.chars()).skip(cut / 2).take(cut).collect();
        let _ = explain(&Cards::default(), &text);
    }
}
