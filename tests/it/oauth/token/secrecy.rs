//! No piece of twelve characters of a token, a signature or a secret is in any output.

use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::json;

use super::support::{
    CLIENT, REALM, actor_claims, context_claims, entry, har, high_trust, jwt, outputs, report, report_with,
    rs256, saz, secret_text, signed,
};

/// Fails if a piece of the secret is in the text.
fn absent(text: &str, secret: &str, what: &str) {
    let pieces: HashSet<&[u8]> = text.as_bytes().windows(12).collect();
    let shown = secret.as_bytes().windows(12).any(|piece| pieces.contains(piece));
    assert!(!shown, "a piece of the {what} is shown");
}

/// Base64 text of random bytes, which is in no other text by chance.
fn secret() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<u8>(), 24..48).prop_map(|bytes| secret_text(&bytes))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_of_a_context_token_is_shown(key in secret(), refresh in secret(), cache in secret(), odd in secret(), host in "[a-z]{3,10}\\.net") {
        let mut claims = context_claims(&host);
        claims["refreshtoken"] = json!(refresh);
        claims["appctx"] = json!(format!("{{\"CacheKey\":\"{cache}\",\"Other\":\"{odd}\"}}"));
        claims["custom"] = json!(odd);
        let token = signed(&claims, key.as_bytes());
        let form = format!("SPAppToken={token}&client_secret={}", url::form_urlencoded::byte_serialize(odd.as_bytes()).collect::<String>());
        let one = entry(&format!("https://{host}/?code={cache}"), &json!([{"name":"Cookie","value":format!("FedAuth={odd}")}]), &form, 500,
            (&json!([{"name":"WWW-Authenticate","value":format!("Bearer token={refresh}")}]), &format!("<b>Invalid JWT token {token} {odd} is not the intended audience</b>")));
        for bytes in [token.clone().into_bytes(), har(&[one])] {
            let text = outputs(&report("a", &bytes));
            for (secret, what) in [(&token, "token"), (&refresh, "refresh token"), (&cache, "cache key"), (&odd, "secret"), (&key, "key")] {
                absent(&text, secret, what);
            }
        }
    }

    #[test]
    fn nothing_of_a_high_trust_token_is_shown(signature in proptest::collection::vec(any::<u8>(), 64..256)) {
        let actor = jwt(&rs256(), &actor_claims(), &signature);
        let token = high_trust(&actor);
        let wire = format!("GET https://sp/_api?access_token={token} HTTP/1.1\r\nAuthorization: Bearer {actor}\r\nX-Odd: {token}\r\n\r\n");
        let answer = format!("HTTP/1.1 401 no\r\nx-ms-diagnostics: 1;reason=\"{actor}\"\r\n\r\n{token}");
        let copied = format!("{wire}{answer}").into_bytes();
        for bytes in [token.clone().into_bytes(), saz(&[(wire.as_bytes(), answer.as_bytes())]), copied] {
            let text = outputs(&report("a", &bytes));
            absent(&text, &token, "token");
            absent(&text, &actor, "actor token");
        }
    }

    #[test]
    fn nothing_of_an_opaque_or_broken_token_is_shown(text in "[A-Za-z0-9+/=._~-]{16,80}") {
        for input in [text.clone(), format!("Bearer {text}"), format!("eyJhbGciOiJSUzI1NiJ9.{text}")] {
            absent(&outputs(&report("a", input.as_bytes())), &text, "token");
        }
        let one = entry("https://a/", &json!([{"name":"Authorization","value":format!("Bearer {text}")}]), &format!("AppContext={text}"), 401,
            (&json!([]), &format!("{{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS70000 assertion={text}\"}}")));
        absent(&outputs(&report("a.har", &har(&[one]))), &text, "token");
    }
}

#[test]
fn a_key_that_was_given_is_not_shown() {
    let mut keys = spdoctor::addin::token::Keys::default();
    let secret = secret_text(&[9; 32]);
    keys.add_secret("ADDIN_SECRET", &secret).expect("base64");
    let token = signed(&context_claims("a.net"), &[9; 32]);
    let found = report_with("a", token.as_bytes(), &keys, None);
    let text = outputs(&found) + &format!("{keys:?}");
    absent(&text, &secret, "key");
    assert!(text.contains("ADDIN_SECRET") && text.contains(CLIENT) && text.contains(REALM));
}
