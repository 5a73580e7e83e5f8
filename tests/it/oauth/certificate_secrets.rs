//! Keys and passwords stay out of what is read and reported, in every form that they could take.

use base64::Engine as _;
use rcgen::KeyPair;
use spdoctor::addin::evidence::Evidence;
use spdoctor::addin::read::{ReadOptions, read};
use spdoctor::addin::{AuditSettings, conclude};

use super::support::cards;
use super::support::certificates::site;

const STORE: &[u8] = include_bytes!("fixtures/throwaway.pfx");

/// Every way in which some bytes could be shown.
fn forms(bytes: &[u8]) -> Vec<String> {
    let each =
        |form: &dyn Fn(u8) -> String| bytes.iter().map(|byte| form(*byte)).collect::<Vec<_>>().concat();
    let (upper, lower) = (each(&|byte| format!("{byte:02X}")), each(&|byte| format!("{byte:02x}")));
    let percent = each(&|byte| format!("%{byte:02X}"));
    let listed = bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    vec![base64::engine::general_purpose::STANDARD.encode(bytes), upper, lower, percent, listed]
}

fn shown(evidence: Evidence) -> String {
    let now = "2026-11-25T12:00:00".parse().expect("a date");
    let before = format!("{evidence:?}");
    let report = conclude(
        cards(),
        evidence,
        &AuditSettings { now, target: None, suppressions: Vec::new(), files: Vec::new() },
    );
    format!("{before}{report:?}")
}

#[test]
fn a_private_key_in_pem_is_never_shown() {
    let key = KeyPair::generate().expect("a key");
    let certificate = site(&["www.contoso.com"]).self_signed(&key).expect("a certificate");
    let whole = format!("{}{}", certificate.pem(), key.serialize_pem());
    // Where the structure holds the private number of a key of the curve P-256.
    let private = &key.serialized_der()[36..68];
    for (path, text) in [
        ("site.pem", whole.clone()),
        ("cut.pem", whole.trim_end().trim_end_matches("-----END PRIVATE KEY-----").to_owned()),
        ("notes.txt", format!("the key:\n{whole}")),
    ] {
        let evidence = read(path, text.as_bytes(), &ReadOptions::default()).expect("certificates");
        assert!(evidence.certificates.iter().any(|file| file.private_key), "{path}");
        let shown = shown(evidence);
        for form in forms(private) {
            assert!(!shown.contains(&form), "{path}");
        }
        let lines = key.serialize_pem();
        for line in lines.lines().filter(|line| !line.starts_with("---")) {
            assert!(!shown.contains(line), "{path}");
        }
    }
}

#[test]
fn the_password_of_a_store_is_never_shown() {
    for password in ["Test-1234", "Canary-#9Wrong"] {
        let options = ReadOptions { pfx_password: Some(password.to_owned()), ..ReadOptions::default() };
        let evidence = read("web/signing.pfx", STORE, &options).expect("a store");
        assert_eq!(evidence.problems.is_empty(), password == "Test-1234");
        let shown = format!("{options:?}{}", shown(evidence));
        assert!(!shown.contains(password));
        for form in forms(password.as_bytes()) {
            assert!(!shown.contains(&form));
        }
    }
}

#[test]
fn a_private_key_is_read_by_its_content() {
    let key = KeyPair::generate().expect("a key").serialize_pem();
    let evidence = read("W/server.key", key.as_bytes(), &ReadOptions::default()).expect("a key");
    assert!(evidence.certificates[0].private_key);
    assert!(spdoctor::addin::read::may_be("W/server.key"));
    // A presentation of another program has the same ending.
    assert_eq!(read("slides.key", b"PK\x03\x04 PRIVATE", &ReadOptions::default()), None);
}

#[test]
fn a_private_key_in_der_is_noticed_and_never_shown() {
    let key = KeyPair::generate().expect("a key");
    let private = &key.serialized_der()[36..68];
    for path in ["web/server.key", "web/server.der"] {
        let evidence = read(path, key.serialized_der(), &ReadOptions::default()).expect("a key");
        assert!(evidence.certificates[0].private_key && evidence.problems.is_empty(), "{evidence:?}");
        let shown = shown(evidence);
        for form in forms(private) {
            assert!(!shown.contains(&form), "{path}");
        }
    }
    let cut = &key.serialized_der()[..60];
    assert_eq!(read("web/server.key", cut, &ReadOptions::default()), None);
}
