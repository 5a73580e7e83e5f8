//! Captures: every token in them, and what their failing responses say.

use std::io::Write as _;

use base64::Engine as _;
use serde_json::json;
use spdoctor::model::token::TokenKind;

use super::support::{CLIENT, REALM, app_only_claims, context_token, entry, har, jwt, report, rs256, saz};

fn launch(status: u16, body: &str) -> serde_json::Value {
    let form = format!("SPAppToken={}&SPSiteUrl=https%3A%2F%2Fsp", context_token("apps.litware-travel.net"));
    let url = "https://apps.litware-travel.net:8443/Home?SPHostUrl=https%3A%2F%2Flitware.sharepoint.com&code=CANARYcodeCANARY";
    entry(url, &json!([]), &form, status, (&json!([]), body))
}

#[test]
fn tokens_of_forms_headers_and_answers_are_found() {
    let access = jwt(&rs256(), &app_only_claims("litware.sharepoint.com"), b"signature");
    let call = entry(
        "https://litware.sharepoint.com/_api/web",
        &json!([{"name":"Authorization","value":format!("Bearer {access}")}]),
        "",
        200,
        (&json!([]), "{}"),
    );
    let answer = entry(
        "https://accounts.accesscontrol.windows.net/x/tokens/OAuth/2",
        &json!([]),
        "grant_type=a",
        200,
        (&json!([]), &format!("{{\"access_token\":\"{access}\"}}")),
    );
    let found = report("login.har", &har(&[launch(200, ""), call, answer]));
    let kinds: Vec<TokenKind> = found.tokens.iter().map(|token| token.kind).collect();
    assert_eq!(kinds, [TokenKind::ContextToken, TokenKind::AcsAppOnly]);
    assert_eq!(found.tokens[0].places[0].field, "request body, SPAppToken");
    assert_eq!(found.tokens[1].places[0].field, "request header Authorization");
    assert_eq!((found.tokens[1].seen, found.summary.exchanges), (2, 3));
    assert_eq!(found.tokens[1].places[1].field, "response body, access_token");
    assert!(found.failures.is_empty() && found.problems.is_empty());
}

#[test]
fn a_launch_that_ends_on_the_error_page_is_refused_whatever_its_status() {
    let back = json!([{"name":"Location","value":"https://litware.sharepoint.com/_layouts/15/AppRedirect.aspx?client_id=a"}]);
    let form = format!("SPAppToken={}", context_token("apps.litware-travel.net"));
    let url = "https://apps.litware-travel.net/?SPHasRedirectedToSharePoint=1";
    let loops = entry(url, &json!([]), &form, 302, (&back, ""));
    let page = "<html><h2>An error occurred while processing your request.</h2></html>";
    let ends = entry(url, &json!([]), &form, 200, (&json!([]), page));
    let fine = entry(url, &json!([]), &form, 200, (&json!([]), "<html>Welcome</html>"));
    let found = report("loop.har", &har(&[loops, ends, fine]));
    assert_eq!(found.failures.iter().map(|failure| failure.status).collect::<Vec<_>>(), [302, 200]);
    for failure in &found.failures {
        assert_eq!(failure.explained[0].checks, ["OB01", "OB27", "OB08"]);
        assert!(!failure.expected);
    }
    assert_eq!(found.failures[1].told[0].1, "An error occurred while processing your request.");
}

#[test]
fn a_token_that_is_posted_to_another_port_is_told() {
    let found = report("port.har", &har(&[launch(200, ""), launch(200, "")]));
    assert_eq!(super::support::findings(&found.tokens[0]), ["posted-to-another-address"]);
    assert!(found.summary.verdict.contains("refused"), "{}", found.summary.verdict);
}

#[test]
fn a_token_of_another_realm_than_sharepoint_tells_is_told() {
    let access = jwt(&rs256(), &app_only_claims("litware.sharepoint.com"), b"signature");
    let call = |realm: &str| {
        entry(
            "https://litware.sharepoint.com/_api/web",
            &json!([{"name":"Authorization","value":format!("Bearer {access}")}]),
            "",
            401,
            (
                &json!([{"name":"WWW-Authenticate","value":format!("Bearer realm=\"{realm}\",client_id=\"a\"")}]),
                "",
            ),
        )
    };
    let findings = |realm: &str| super::support::findings(&report("a.har", &har(&[call(realm)])).tokens[0]);
    let other = "ab22bbcf-1411-49a2-945a-02cf97033540";
    assert!(!findings(REALM).contains(&"token-of-another-realm"));
    assert!(findings(other).contains(&"token-of-another-realm"));
}

#[test]
fn a_failing_launch_is_explained_with_its_sentence() {
    let page = format!(
        "<html><title>&quot;apps&quot; is not the intended audience {CLIENT}/apps@{REALM}</title></html>"
    );
    let found = report("login.har", &har(&[launch(500, &page)]));
    let failure = &found.failures[0];
    assert_eq!((failure.status, failure.method.as_str()), (500, "POST"));
    assert_eq!(failure.host, "apps.litware-travel.net:8443");
    assert!(failure.target.contains("SPHostUrl=https%3A%2F%2Flitware.sharepoint.com"), "{}", failure.target);
    assert!(!failure.target.contains("CANARY"), "{}", failure.target);
    assert!(failure.told[0].1.contains("is not the intended audience"));
    assert!(failure.explained[0].checks.contains(&"OB01".to_owned()));
    assert_eq!(failure.tokens, ["t1"]);
}

#[test]
fn headers_and_oauth_errors_are_explained() {
    let cases = [
        (
            json!([{"name":"x-ms-diagnostics","value":"3000003;reason=\"Invalid audience Uri 'https://sp.litware-farm.net'.\";category=\"invalid_client\""}]),
            "",
            "OK05",
        ),
        (
            json!([]),
            "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: The provided client secret keys are expired.\",\"error_codes\":[7000222]}",
            "OF05",
        ),
        (
            json!([]),
            "{\"error\":\"invalid_request\",\"error_description\":\"Token type is not allowed.\"}",
            "OK06",
        ),
        (json!([{"name":"WWW-Authenticate","value":"NTLM"}]), "", "OC06"),
    ];
    let bearer = json!([{"name":"Authorization","value":"Bearer opaque-opaque"}]);
    for (headers, body, code) in cases {
        let found = report(
            "a.har",
            &har(&[entry("https://sp.litware-farm.net/_api", &bearer, "", 401, (&headers, body))]),
        );
        let checks: Vec<&String> =
            found.failures[0].explained.iter().flat_map(|explained| &explained.checks).collect();
        assert!(checks.contains(&&code.to_owned()), "{code}: {:?}", found.failures);
    }
}

#[test]
fn a_token_that_sharepoint_refuses_is_not_blamed_on_the_secret() {
    let headers = json!([{"name":"x-ms-diagnostics","value":"3001000;reason=\"There has been an error authenticating the request.\";category=\"invalid_client\""}]);
    let bearer = json!([{"name":"Authorization","value":"Bearer opaque-opaque"}]);
    let found =
        report("a.har", &har(&[entry("https://sp.litware-farm.net/_api", &bearer, "", 401, (&headers, ""))]));
    let explained = &found.failures[0].explained;
    assert!(explained[0].meaning.contains("not the client secret"), "{explained:?}");
    let checks: Vec<&String> = explained.iter().flat_map(|explained| &explained.checks).collect();
    assert!(!checks.iter().any(|code| code.starts_with("OF")), "{checks:?}");
}

#[test]
fn the_question_for_the_realm_is_no_failure() {
    let headers =
        json!([{"name":"WWW-Authenticate","value":format!("Bearer realm=\"{REALM}\",client_id=\"x\"")}]);
    let question = json!([{"name":"Authorization","value":"Bearer "}]);
    let found =
        report("a.har", &har(&[entry("https://sp/_vti_bin/client.svc", &question, "", 401, (&headers, ""))]));
    assert!(found.failures[0].expected);
    assert!(!found.summary.verdict.contains("refuse"), "{}", found.summary.verdict);
}

#[test]
fn refusals_that_have_nothing_to_do_with_tokens_are_left_out() {
    let found = report(
        "a.har",
        &har(&[entry("https://a/favicon.ico", &json!([]), "", 404, (&json!([]), "not found"))]),
    );
    assert!(found.failures.is_empty());
}

#[test]
fn a_fiddler_archive_is_read_with_chunks_and_gzip() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let token = jwt(&rs256(), &app_only_claims("litware.sharepoint.com"), b"signature");
    gzip.write_all(format!("{{\"access_token\":\"{token}\"}}").as_bytes()).expect("memory");
    let body = gzip.finish().expect("memory");
    let mut answer =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n".to_vec();
    answer.extend(format!("{:x}\r\n", body.len()).into_bytes());
    answer.extend(body);
    answer.extend_from_slice(b"\r\n0\r\n\r\n");
    let request = format!(
        "POST https://apps.litware-travel.net/Home HTTP/1.1\r\nHost: apps.litware-travel.net\r\n\r\nSPAppToken={}",
        context_token("apps.litware-travel.net")
    );
    let refused: &[u8] = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    let soap = format!(
        "POST http://sp/x.svc HTTP/1.1\r\n\r\n<a><ContextToken>{}</ContextToken></a>",
        context_token("b.net")
    );
    let found = report("a.saz", &saz(&[(request.as_bytes(), &answer), (soap.as_bytes(), refused)]));
    assert_eq!(found.tokens.len(), 3, "{found:#?}");
    assert_eq!(found.tokens[2].places[0].field, "request body, ContextToken");
    assert_eq!((found.failures[0].number, found.failures[0].status), (2, 403));
    assert!(found.failures[0].explained[0].meaning.contains("http"));
}

#[test]
fn bodies_in_base64_are_read() {
    let token = context_token("a.net");
    let text = base64::prelude::BASE64_STANDARD.encode(format!("x {token} y"));
    let mut one = launch(200, "");
    one["request"]["postData"]["text"] = json!("");
    one["response"]["content"] = json!({"text": text, "encoding": "base64"});
    assert_eq!(report("a.har", &har(&[one])).tokens.len(), 1);
}

#[test]
fn a_broken_archive_says_where_and_keeps_what_came_before() {
    let whole = har(&[launch(500, ""), launch(200, "")]);
    let found = report("a.har", &whole[..whole.len() - 40]);
    assert_eq!(found.tokens.len(), 1);
    assert!(found.problems[0].message.contains("broken JSON at line 1"), "{:?}", found.problems);
}

#[test]
fn a_context_token_that_is_none_is_told() {
    let one = entry("https://a/", &json!([]), "SPAppToken=truncated-CANARY-token", 500, (&json!([]), ""));
    let found = report("a.har", &har(&[one]));
    assert_eq!(found.tokens[0].kind, TokenKind::Opaque);
    assert_eq!(found.tokens[0].findings[0].name, "malformed-token");
    assert!(!super::support::outputs(&found).contains("CANARY"));
}

#[test]
fn a_token_that_a_mail_wrapped_is_read_and_its_end_is_not_shown() {
    let whole = context_token("apps.litware-travel.net");
    let lines: Vec<&str> =
        whole.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    for gap in ["\r\n", "\n> ", "=\n", " "] {
        let found = report("mail.txt", format!("the token\n{}\nfails", lines.join(gap)).as_bytes());
        assert_eq!(found.tokens.len(), 1, "{gap:?}");
        assert_eq!((found.tokens[0].kind, found.tokens[0].length), (TokenKind::ContextToken, whole.len()));
    }
    let (start, end) = whole.split_at(whole.len() - 12);
    for gap in ["\n", " ", "<br/>", "\r\n&gt; "] {
        let page = format!("<p>token {start}{gap}{end} is not the intended audience</p>");
        let found = report("a.har", &har(&[launch(500, &page)]));
        let told = &found.failures[0].told[0].1;
        // A whole token in front of a sentence leaves no room for it.
        assert!(told.contains("is not the intended audience") || gap == " ", "{gap:?} {told}");
        assert!(!told.contains(end), "{gap:?} {told}");
    }
}

#[test]
fn a_call_of_a_receiver_without_a_token_is_a_failure() {
    let body = |code: &str| {
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><ProcessEvent><properties><ContextToken></ContextToken>\
             <ErrorCode>{code}</ErrorCode><ErrorMessage>The endpoint address 'https://ev.litware-travel.net/R.svc' does not match the app's \
             endpoint 'apps.litware-travel.net'.</ErrorMessage></properties></ProcessEvent></s:Body></s:Envelope>"
        )
    };
    let call =
        |code| entry("https://ev.litware-travel.net/R.svc", &json!([]), &body(code), 200, (&json!([]), ""));
    let found = report("call.har", &har(&[call("GetContextTokenError"), call("")]));
    assert_eq!(found.failures.len(), 1, "{found:#?}");
    let failure = &found.failures[0];
    assert_eq!(failure.told[0], ("request body".to_owned(), "GetContextTokenError".to_owned()));
    assert!(failure.told[1].1.starts_with("The endpoint address"), "{:?}", failure.told);
    assert!(failure.explained.iter().all(|explained| explained.checks.contains(&"OB02".to_owned())));
}

#[test]
fn what_sharepoint_says_of_the_token_that_was_sent_is_its_reason() {
    let none = json!([]);
    let diagnosed = |text: &str| json!([{"name":"x-ms-diagnostics","value":text}]);
    let strange = diagnosed("3999999;reason=\"The moon is full\";category=\"invalid_client\"");
    let unresolved = diagnosed("3000006;reason=\"Invalid JWT token. Could not resolve issuer token.\"");
    let silent = diagnosed("3999999;reason=\"\";category=\"\"");
    let cases = [
        (
            &none,
            "{\"error_description\":\"Unsupported app only token.\"}",
            "with a certificate",
            Some("OL01"),
        ),
        (
            &none,
            "{\"error_description\":\"Invalid issuer or signature.\"}",
            "the token that was sent",
            Some("OH05"),
        ),
        (
            &none,
            "{\"error_description\":\"The issuer of the token is not a trusted issuer.\"}",
            "the token that was sent",
            Some("OH05"),
        ),
        (&unresolved, "", "signed with", Some("OH08")),
        (&diagnosed("3000006;category=\"invalid_client\""), "", "a key that SharePoint knows", Some("OH08")),
        (&diagnosed("3005004;reason=\"\""), "", "no algorithm", Some("OH08")),
        (&diagnosed("3001003;reason=\"App is not allowed to call SPO\""), "", "user_impersonation", None),
        (
            &none,
            "{\"error\":\"invalid_client\",\"error_description\":\"Invalid JWT token. Could not resolve issuer token.\"}",
            "signed with",
            Some("OH08"),
        ),
        (
            &none,
            "{\"error\":\"invalid_client\",\"error_description\":\"The token does not contain valid algorithm in header.\"}",
            "not signed",
            Some("OH08"),
        ),
        (&strange, "", "for the reason that the response gives", None),
        (
            &none,
            "{\"error_description\":\"Come back later.\"}",
            "for the reason that the response gives",
            None,
        ),
        (&silent, "", "without a reason", Some("OH05")),
        (&none, "{\"timestamp\":\"2026-01-02\"}", "without a reason", Some("OH05")),
    ];
    let bearer = json!([{"name":"Authorization","value":"Bearer opaque-opaque"}]);
    for (headers, body, meaning, code) in cases {
        let call = entry("https://sp.litware-farm.net/_api", &bearer, "", 401, (headers, body));
        let found = report("a.har", &har(&[call]));
        let explained = &found.failures[0].explained[0];
        assert!(explained.meaning.contains(meaning), "{body}: {explained:?}");
        assert_eq!(code.is_none(), explained.checks.is_empty(), "{explained:?}");
        assert!(code.is_none_or(|code| explained.checks.contains(&code.to_owned())), "{explained:?}");
        assert!(!explained.checks.iter().any(|check| check.starts_with("OF")), "{explained:?}");
    }
}

#[test]
fn an_answer_that_was_copied_is_one_to_the_token_beside_it() {
    let claims = app_only_claims("tools.litware-farm.net");
    let token = jwt(&rs256(), &claims, b"signature");
    let text = format!(
        "GET https://intranet.litware-farm.net/_api/web?code=CANARYcodeCANARY HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\r\n\
         HTTP/1.1 401 Unauthorized\r\nSPRequestGuid: 9401049e-00dd-3000-1cb8-1ecdd1037ce1\r\n\r\n{{\"error_description\":\"The token audience is NOT valid\"}}"
    );
    let found = report("a.txt", text.as_bytes());
    assert_eq!(super::support::findings(&found.tokens[0]), ["sent-to-another-audience"]);
    let failure = &found.failures[0];
    assert_eq!((failure.number, failure.status, failure.method.as_str()), (0, 401, "GET"));
    assert_eq!(
        (failure.host.as_str(), failure.tokens.as_slice()),
        ("intranet.litware-farm.net", &["t1".to_owned()][..])
    );
    assert!(failure.explained[0].meaning.contains("audience"), "{failure:?}");
    let shown = super::support::outputs(&found);
    assert!(!shown.contains("CANARY") && !shown.contains(&token), "{shown}");
}

#[test]
fn answers_of_token_endpoints_blame_the_secret_and_those_of_sharepoint_the_token() {
    let meaning = |text: &str| report("a.txt", text.as_bytes()).failures[0].explained[0].meaning.clone();
    let endpoint = "Invoke-RestMethod : {\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret provided.\"}\nAt line:1 char:1";
    assert!(meaning(endpoint).contains("the client secret is not the one"), "{}", meaning(endpoint));
    let sharepoint = "{\"error\":\"invalid_client\",\"error_description\":\"Invalid JWT token. Could not resolve issuer token.\"}";
    assert!(meaning(sharepoint).contains("no key that the token"), "{}", meaning(sharepoint));
    let realm = "Authorization: Bearer\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"c98f41a0-e9d7-4d31-9ac4-813b81680177\"";
    assert!(report("a.txt", realm.as_bytes()).failures[0].expected);
    assert!(report("a.txt", b"HTTP/1.1 200 OK\nWWW-Authenticate: NTLM").failures.is_empty());
    // Whether a token was sent is not known.
    let windows = report("a.txt", b"HTTP/1.1 401 Unauthorized\nWWW-Authenticate: NTLM");
    assert!(windows.failures[0].explained.is_empty(), "{:?}", windows.failures);
}
