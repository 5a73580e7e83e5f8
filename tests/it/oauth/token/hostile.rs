//! Input that was made to break a reader: nothing panics, and everything is said.

use std::io::Write as _;

use proptest::prelude::*;
use serde_json::json;
use spdoctor::model::token::TokenKind;

use super::support::{
    actor_claims, context_token, entry, findings, har, high_trust, jwt, outputs, report, rs256, saz, token,
};

#[test]
fn a_token_cut_at_every_character_is_read_without_a_panic() {
    let text = high_trust(&jwt(&rs256(), &actor_claims(), b"signature"));
    for end in 0..text.len() {
        let _ = outputs(&report("a.txt", &text.as_bytes()[..end]));
    }
}

#[test]
fn an_answer_cut_at_every_character_is_read_without_a_panic() {
    let text = "\u{feff}> GET /ä HTTP/1.1\nHost: é\nHTTP/1.1 401 ü\nx-ms-diagnostics: 3000006;reason=\"€\";\n{\"error\": {\"code\": \"{}\"}}";
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        let _ = outputs(&report("a.txt", &text.as_bytes()[..end]));
        let _ = outputs(&report("a.txt", &text.as_bytes()[end..]));
    }
}

#[test]
fn captures_cut_at_every_place_are_read_without_a_panic() {
    let one = entry(
        "https://a/?x=1",
        &json!([{"name":"Authorization","value":"Bearer x"}]),
        "SPAppToken=y",
        401,
        (&json!([]), ""),
    );
    let whole = har(&[one]);
    for end in 0..whole.len() {
        let _ = report("a.har", &whole[..end]);
    }
    let archive =
        saz(&[(b"GET https://a/ HTTP/1.1\r\n\r\n", b"HTTP/1.1 401 no\r\nWWW-Authenticate: NTLM\r\n\r\n")]);
    for end in 0..archive.len() {
        let _ = report("a.saz", &archive[..end]);
    }
}

#[test]
fn tokens_inside_tokens_end_at_three() {
    let mut text = jwt(&rs256(), &actor_claims(), b"x");
    for _ in 0..12 {
        text = high_trust(&text);
    }
    let found = token(&text);
    assert_eq!(found.chain().count(), 3);
    assert!(findings(&found).contains(&"malformed-token"));
}

#[test]
fn what_is_no_token_is_told_as_such() {
    let bytes: &[(&[u8], &str)] =
        &[(b"", "no text"), (b"two words", "no token"), (b"\xff\xfe\x00\xd8", "no token")];
    for (bytes, message) in bytes {
        let found = report("a.txt", bytes);
        let told = found.problems.first().map_or(String::new(), |problem| problem.message.clone());
        assert!(told.contains(message) || !found.tokens.is_empty(), "{bytes:?}: {found:?}");
    }
    for text in [
        "a.b.c",
        "eyJhbGci.eyJhbGci.eyJhbGci",
        "eyJhbGciOiJub25lIn0.W10.x",
        "eyJhbGciOiJub25lIn0.gICA.x",
        "..",
        "a.b.c.d.e.f",
    ] {
        let found = token(text);
        assert_eq!((found.kind, findings(&found)), (TokenKind::Opaque, vec!["malformed-token"]), "{text}");
    }
    assert_eq!(token("eyJhbGci.a.b.c.d").kind, TokenKind::Encrypted);
}

#[test]
fn a_token_that_is_huge_is_refused_by_its_length() {
    let text = format!("eyJhbGciOiJub25lIn0.{}.", "A".repeat(2 << 20));
    assert_eq!(findings(&token(&text)), ["malformed-token"]);
}

#[test]
fn claims_that_stand_twice_are_told() {
    use base64::Engine as _;
    let part = |text: &str| base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(text);
    let text = format!(
        "{}.{}.x",
        part("{\"alg\":\"RS256\",\"alg\":\"none\"}"),
        part("{\"aud\":\"a\",\"aud\":\"b\"}")
    );
    let found = findings(&token(&text));
    assert_eq!(found.iter().filter(|name| **name == "repeated-claim").count(), 2, "{found:?}");
}

#[test]
fn a_bomb_in_a_fiddler_archive_is_bounded_and_said() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let block = vec![b'a'; 1 << 20];
    for number in 0..20 {
        zip.start_file(format!("raw/{number}_s.txt"), options).expect("memory");
        for _ in 0..65 {
            zip.write_all(&block).expect("memory");
        }
    }
    let bytes = zip.finish().expect("memory").into_inner();
    assert!(bytes.len() < (4 << 20));
    let found = report("bomb.saz", &bytes);
    assert!(
        found.problems.iter().any(|problem| problem.message.contains("1 GiB")),
        "{:?}",
        found.problems.len()
    );
    assert!(found.problems.iter().any(|problem| problem.message.contains("64 MiB")));
}

#[test]
fn a_zip_of_something_else_is_told() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("AppManifest.xml", zip::write::SimpleFileOptions::default()).expect("memory");
    let found = report("a.saz", &zip.finish().expect("memory").into_inner());
    assert!(found.problems[0].message.contains("no sessions"), "{found:?}");
}

#[test]
fn a_capture_with_thousands_of_tokens_is_bounded() {
    let mut text = String::new();
    for number in 0..600 {
        text.push_str(&format!("{}\n", context_token(&format!("a{number}.net"))));
    }
    let found = report("a.txt", text.as_bytes());
    assert!(found.tokens.len() <= 500);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = outputs(&report("a", &bytes));
        for head in [&b"PK\x03\x04"[..], b"{\"log\":{\"entries\":[", b"eyJ"] {
            let _ = outputs(&report("a", &[head, &bytes].concat()));
        }
    }

    #[test]
    fn any_claims_are_read(name in "\\PC{0,20}", text in "\\PC{0,60}", number in any::<f64>()) {
        let claims = json!({"aud": text, "iss": text, name: number, "exp": number, "actortoken": text, "appctx": text});
        let _ = outputs(&report("a", jwt(&json!({"alg": text}), &claims, b"x").as_bytes()));
    }

    #[test]
    fn any_message_on_the_wire_is_read(request in proptest::collection::vec(any::<u8>(), 0..200), response in "\\PC{0,200}") {
        let _ = outputs(&report("a.saz", &saz(&[(&request, format!("HTTP/1.1 401 x\r\n{response}").as_bytes())])));
    }
}
