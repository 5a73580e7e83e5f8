//! Secrets go, sentences stay.

use proptest::prelude::*;

use super::{masked, target};

#[test]
fn sentences_of_sharepoint_stay_readable() {
    for text in [
        "3000003;reason=\"Invalid audience Uri 'https://sp2016.litware-farm.net:8443/sites/hr'.\";category=\"invalid_client\"",
        "AADSTS7000222: The provided client secret keys for app 'ee091f63-9e48-4697-8462-7cfbf7410b8e' are expired.",
        "Token type is not allowed.",
        "Bearer realm=\"c98f41a0-e9d7-4d31-9ac4-813b81680177\",client_id=\"00000003-0000-0ff1-ce00-000000000000\",trusted_issuers=\"00000001-0000-0000-c000-000000000000@*\"",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn secrets_are_taken_out_of_sentences() {
    let secret = "q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6j7K8l9Z0x1C=";
    for text in [
        format!("the value {secret} is wrong"),
        format!("client_secret={secret}&x=1"),
        format!("{{\"client_secret\":\"{secret}\"}}"),
        format!("password: {secret}"),
        "Bearer eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl".to_owned(),
    ] {
        let out = masked(&text);
        assert!(!out.contains("u7I8o9P0") && !out.contains("eyJ") && out.contains("sha256"), "{out}");
    }
    assert!(!masked("the password: hunter2-hunter2").contains("hunter2"));
}

#[test]
fn a_secret_of_several_words_is_taken_out_whole() {
    for (text, stays) in [
        ("reason=\"Authorization: Basic YWRtaW46aHVudGVyMg==\"", "Basic ["),
        ("Authorization: Digest username=\"admin:hunter2\", response=\"hunter2\"", "Digest ["),
        ("Cookie: FedAuth=hunter2; rtFa=hunter2", "Cookie: ["),
        ("password: correct horse hunter2; user: bob", "; user: bob"),
        ("\"password\": \"hunter2, hunter2\", \"user\": \"bob\"", "\"user\": \"bob\""),
        ("{\\\"password\\\":\\\"hunter2 hunter2\\\"}", "password"),
        ("password='hunter2 hunter2' failed", "failed"),
        ("assertion=//.hunter2", "assertion=["),
        ("\"password\" : \"a \\\"hunter2\\\" b\", \"user\": 1", "\"user\": 1"),
        ("password&#61;hunter2", "password=["),
        ("&quot;password&quot;:&quot;hunter2&quot;", "\"password\":\"["),
        ("&lt;password&gt;hunter2&lt;/password&gt;", "</password>"),
        ("p&#97;ssword=hunter2", "password=["),
        ("\"pass\\u0077ord\":\"correct hunter2\"", "\"password\":\"["),
        ("mot de passe : hunter2", "mot de passe : ["),
        ("CONTRASEÑA=hunter2", "CONTRASEÑA=["),
        ("Kennwort: hunter2", "Kennwort: ["),
        ("x-functions-key: hunter2", "x-functions-key: ["),
        ("PIN=hunter2", "PIN=["),
        ("password＝hunter2", "password"),
        ("api-key: correct hunter2; user: bob", "; user: bob"),
    ] {
        let out = masked(text);
        assert!(!out.contains("hunter2") && !out.contains("YWRt") && out.contains(stays), "{out}");
    }
    assert!(masked("error code: 401 was returned").contains("was returned"));
}

proptest! {
    #[test]
    fn no_piece_of_a_secret_survives(
        name in prop::sample::select(&["password", "client_secret", "Authorization", "Set-Cookie", "x-credential"][..]),
        words in prop::collection::vec("[a-zA-Z0-9+/=_.-]{1,12}", 1..5),
        form in 0..6usize,
    ) {
        // What a name or the length of the value says is no secret.
        let words: Vec<String> = words.iter().map(|word| format!("zq{word}")).collect();
        let value = words.join(" ");
        let text = match form {
            0 => format!("{name}: {value}"),
            1 => format!("{name}={value}"),
            2 => format!("\"{name}\":\"{value}\""),
            3 => format!("the {name} = '{value}' was refused"),
            4 => format!("{{\\\"{name}\\\":\\\"{value}\\\"}}"),
            _ => format!("<{name}: Basic {value}"),
        };
        let out = masked(&text);
        prop_assert!(!out.contains("zq"), "{text} {out}");
    }
}

proptest! {
    #[test]
    fn no_password_of_an_address_survives(
        scheme in prop::sample::select(&["https", "http", "ftp", "amqp"][..]),
        password in "zq[a-zA-Z0-9!.*$_-]{1,12}",
        form in 0..4usize,
    ) {
        let address = format!("{scheme}://u:{password}@host.example.net/p");
        let text = match form {
            0 => format!("AADSTS7000215: Invalid. see {address}"),
            1 => format!("Bearer realm=\"x\", error_description=\"{address}\""),
            2 => format!("3000003;reason=\"Invalid audience Uri '{address}'\";category=\"x\""),
            _ => address,
        };
        let out = masked(&text);
        prop_assert!(!out.contains("zq") && out.contains("@host.example.net/p"), "{text} {out}");
    }
}

#[test]
fn a_query_shows_names_and_harmless_values() {
    assert_eq!(
        target("/Home?SPHostUrl=https%3A%2F%2Fsp.litware.net&SPLanguage=en-US"),
        "/Home?SPHostUrl=https%3A%2F%2Fsp.litware.net&SPLanguage=en-US"
    );
    let acs = "/c98f41a0-e9d7-4d31-9ac4-813b81680177/tokens/OAuth/2";
    assert_eq!(target(acs), acs);
    let out = target("/cb?code=abcdefghijklmnop&x=12345678901234567890");
    assert!(!out.contains("abcdefgh") && !out.contains("12345678"), "{out}");
}
