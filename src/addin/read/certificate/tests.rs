//! The readers against sound, odd and hostile files. Certificates are made here; their checks are tested from outside.

use base64::Engine as _;
use proptest::prelude::*;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use crate::addin::evidence::Evidence;
use crate::addin::evidence::certificate::{CertificateForm, CertificateUse};
use crate::addin::read::{ReadOptions, read};

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

/// A root and a certificate that it issued, DER.
fn chain() -> (Vec<u8>, Vec<u8>) {
    let mut root = params("Root");
    root.subject_alt_names.clear();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(root, KeyPair::generate().expect("a key")).expect("a root");
    let key = KeyPair::generate().expect("a key");
    let leaf = params("www.contoso.com").signed_by(&key, &root).expect("a certificate");
    (leaf.der().to_vec(), root.der().to_vec())
}

fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn pem(label: &str, bytes: &[u8]) -> String {
    let text = base64(bytes);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("ascii")).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// A DER element.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len();
    match length {
        0..=127 => out.push(u8::try_from(length).expect("short")),
        _ => {
            let bytes = u32::try_from(length).expect("a length").to_be_bytes();
            out.push(0x84);
            out.extend(bytes);
        }
    }
    out.extend(content);
    out
}

/// A bundle as Windows writes it, its set not sorted.
fn bundle(certificates: &[&[u8]]) -> Vec<u8> {
    let data = der(0x30, &der(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1]));
    let set = der(0xa0, &certificates.concat());
    let signed = der(0x30, &[der(2, &[1]), der(0x31, &[]), data, set, der(0x31, &[])].concat());
    let kind = der(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2]);
    der(0x30, &[kind, der(0xa0, &signed)].concat())
}

fn evidence(path: &str, bytes: &[u8]) -> Evidence {
    read(path, bytes, &ReadOptions::default()).unwrap_or_default()
}

/// Common names of the certificates, file by file.
fn names(evidence: &Evidence) -> Vec<Vec<&str>> {
    evidence
        .certificates
        .iter()
        .map(|file| file.certificates.iter().filter_map(|one| one.common_name.as_deref()).collect())
        .collect()
}

fn problems(evidence: &Evidence) -> Vec<String> {
    evidence.problems.iter().map(|problem| format!("{}: {}", problem.at, problem.message)).collect()
}

#[test]
fn every_form_gives_the_same_certificates() {
    let (leaf, root) = chain();
    let both = format!("{}{}", pem("CERTIFICATE", &leaf), pem("CERTIFICATE", &root));
    let indented = both.lines().flat_map(|line| ["    ", line, "\r\n"]).collect::<String>();
    let utf16: Vec<u8> =
        [0xfeffu16].into_iter().chain(both.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("a.pem", both.clone().into_bytes()),
        ("a.cer", format!("Bag Attributes\n  localKeyID: 01\nsubject=CN = x\n{both}").into_bytes()),
        ("a.crt", indented.into_bytes()),
        ("a.txt", format!("Here it is:\n\n{both}\nRegards").into_bytes()),
        ("a.p7b", bundle(&[&leaf, &root])),
        ("b.p7b", pem("PKCS7", &bundle(&[&leaf, &root])).into_bytes()),
        ("c.p7b", base64(&bundle(&[&leaf, &root])).into_bytes()),
        ("a.der", [leaf.clone(), root.clone()].concat()),
        ("utf16.pem", utf16),
        ("old-mac.pem", both.replace('\n', "\r").into_bytes()),
        (
            "mixed.pem",
            both.replacen('\n', "\r\n", 2).replacen("-----\n-----", "-----\r-----", 1).into_bytes(),
        ),
        ("escaped.pem", both.replace('\n', "\\n").into_bytes()),
    ];
    for (path, bytes) in forms {
        let evidence = evidence(path, &bytes);
        assert_eq!(problems(&evidence), Vec::<String>::new(), "{path}");
        assert_eq!(names(&evidence), [vec!["www.contoso.com", "Root"]], "{path}");
    }
}

#[test]
fn a_certificate_in_one_line_is_read() {
    let (leaf, _) = chain();
    for path in ["a.cer", "a.txt", "a.b64"] {
        let evidence = evidence(path, format!("\"{}\"\r\n", base64(&leaf)).as_bytes());
        assert_eq!(names(&evidence), [vec!["www.contoso.com"]], "{path}");
        assert_eq!(evidence.certificates[0].form, CertificateForm::Pem);
    }
}

#[test]
fn the_facts_of_a_certificate() {
    let (leaf, root) = chain();
    let evidence = evidence("a.p7b", &bundle(&[&leaf, &root]));
    let [leaf, root] = evidence.certificates[0].certificates.as_slice() else { panic!("two") };
    assert_eq!(leaf.dns_names, ["www.contoso.com"]);
    assert_eq!((leaf.key_algorithm.as_str(), leaf.key_bits, leaf.version), ("EC", 256, 3));
    assert_eq!(leaf.signature_algorithm, "ecdsa-with-SHA256");
    assert_eq!((leaf.self_signed, leaf.ca), (false, None));
    assert!(root.self_signed && root.self_issued && root.ca == Some(true), "{root:?}");
    assert_eq!(leaf.thumbprint.len(), 40);
    assert!(leaf.oddities.is_empty(), "{:?}", leaf.oddities);
}

#[test]
fn a_transcript_tells_where_it_was_captured() {
    let (leaf, root) = chain();
    let chain = format!("{}{}", pem("CERTIFICATE", &leaf), pem("CERTIFICATE", &root));
    let text = format!(
        "$ openssl s_client -connect 203.0.113.7:8443 -servername www.contoso.com -showcerts\nCONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = www.contoso.com\n   i:CN = Root\n{chain}---\nServer certificate\n{}subject=CN = www.contoso.com\n---\nNew, TLSv1.2, Cipher is ECDHE-RSA-AES256-GCM-SHA384\n    Protocol  : TLSv1.2\n",
        pem("CERTIFICATE", &leaf)
    );
    let two = format!(
        "{text}\n{}",
        text.replace("203.0.113.7:8443 -servername www.contoso.com", "b.contoso.com:443")
    );
    let evidence = evidence("capture.txt", two.as_bytes());
    assert_eq!(names(&evidence), [vec!["www.contoso.com", "Root"], vec!["www.contoso.com", "Root"]]);
    let from =
        |index: usize| evidence.certificates[index].captured_from.as_ref().map(|value| value.raw.as_str());
    assert_eq!((from(0), from(1)), (Some("www.contoso.com:8443"), Some("b.contoso.com:443")));
    assert_eq!(evidence.certificates[0].role, CertificateUse::Tls);
    assert_eq!(evidence.certificates[0].form, CertificateForm::Capture);
    assert_eq!(evidence.certificates[0].protocol.as_ref().map(|value| value.raw.as_str()), Some("TLSv1.2"));
}

#[test]
fn a_transcript_that_lists_more_than_it_shows_says_so() {
    let (leaf, _) = chain();
    let text = format!(
        "CONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = a\n   i:CN = b\n 1 s:CN = b\n   i:CN = c\n---\nServer certificate\n{}---\n",
        pem("CERTIFICATE", &leaf)
    );
    let evidence = evidence("capture.txt", text.as_bytes());
    assert_eq!(evidence.certificates[0].not_shown, 1);
    assert!(problems(&evidence)[0].contains("-showcerts"), "{:?}", problems(&evidence));
}

#[test]
fn a_transcript_without_certificates_says_so() {
    let text = "$ openssl s_client -connect h.contoso.com:443\nconnect:errno=111\n";
    assert_eq!(
        problems(&evidence("capture.log", text.as_bytes())),
        [
            "capture.log: reading certificates: the text holds none; was -showcerts missing, or did the connection fail?"
        ]
    );
}

#[test]
fn a_broken_certificate_is_a_problem_with_its_line_and_the_others_are_read() {
    let (leaf, root) = chain();
    let cut = &leaf[..leaf.len() - 40];
    let text = format!(
        "{}-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n{}-----BEGIN CERTIFICATE-----\nMIIB\n",
        pem("CERTIFICATE", cut),
        pem("CERTIFICATE", &root)
    );
    let evidence = evidence("a.pem", text.as_bytes());
    assert_eq!(names(&evidence), [vec!["Root"]]);
    let problems = problems(&evidence);
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(problems[0].starts_with("a.pem:1: reading the certificate: "), "{problems:?}");
    assert!(problems[1].ends_with("its base64 is broken"), "{problems:?}");
    assert!(problems[2].ends_with("it has no END line"), "{problems:?}");
}

#[test]
fn a_request_is_no_certificate() {
    let text = pem("CERTIFICATE REQUEST", &[0x30, 0]);
    assert!(problems(&evidence("a.pem", text.as_bytes()))[0].contains("only the request for one"));
}

#[test]
fn a_private_key_is_noticed_and_dropped() {
    let key = "c2VjcmV0LWtleS1jYW5hcnk=";
    let text = format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n");
    let evidence = evidence("a.pem", text.as_bytes());
    assert!(evidence.certificates[0].private_key);
    assert!(!format!("{evidence:?}").contains("c2VjcmV0"));
    assert!(!format!("{evidence:?}").contains("secret-key-canary"));
}

/// A store with a key and its certificate under a password.
fn store(password: &str) -> Vec<u8> {
    use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
    let key = KeyPair::generate().expect("a key");
    let certificate = params("signing.contoso.com").self_signed(&key).expect("a certificate");
    let mut store = KeyStore::new();
    let chain = PrivateKeyChain::new(
        vec![1u8],
        PrivateKey::from_der(&key.serialize_der()).expect("a key"),
        [Certificate::from_der(certificate.der()).expect("a certificate")],
    );
    store.add_entry("signing", KeyStoreEntry::PrivateKeyChain(chain));
    store.writer(password).encryption_iterations(10).mac_iterations(10).write().expect("a store")
}

fn with_password(bytes: &[u8], password: Option<&str>) -> Evidence {
    let options = ReadOptions { pfx_password: password.map(str::to_owned), ..ReadOptions::default() };
    read("certs/signing.pfx", bytes, &options).unwrap_or_default()
}

#[test]
fn a_store_opens_with_its_password_only() {
    let bytes = store("C4nary-Pässword!");
    let open = with_password(&bytes, Some("C4nary-Pässword!"));
    assert_eq!(problems(&open), Vec::<String>::new());
    assert_eq!(names(&open), [vec!["signing.contoso.com"]]);
    assert!(open.certificates[0].private_key && open.certificates[0].form == CertificateForm::Pfx);
    for password in [None, Some("wrong-C4nary")] {
        let shut = with_password(&bytes, password);
        assert_eq!(
            problems(&shut),
            [
                "certs/signing.pfx: cannot open certs/signing.pfx: the password is wrong or missing (--pfx-password-env NAME)"
            ]
        );
        assert!(shut.certificates[0].private_key, "it is still known to be there");
        assert!(!format!("{shut:?}").contains("C4nary"));
    }
    assert!(!format!("{open:?}").contains("C4nary"));
    assert_eq!(names(&with_password(&store(""), Some("another"))), [vec!["signing.contoso.com"]]);
}

#[test]
fn a_store_that_asks_for_absurd_work_is_refused_at_once() {
    let bytes = store("x");
    // The rounds of the code over the whole stand at the end: 10.
    let mut hostile = bytes.clone();
    let place = hostile.len() - 3;
    assert_eq!(&hostile[place..], [2, 1, 10]);
    hostile.truncate(place);
    hostile.extend([2, 1, 0x7f]);
    assert!(problems(&with_password(&hostile, Some("x")))[0].contains("password"), "127 rounds are fine");
    let inner = der(0x30, &[der(0x30, &[]), der(4, &[1]), der(2, &[0x7f, 0xff, 0xff, 0xff])].concat());
    let kind = der(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1]);
    let contents = der(0x30, &[kind, der(0xa0, &der(4, &der(0x30, &[])))].concat());
    let absurd = der(0x30, &[der(2, &[3]), contents, inner].concat());
    let problems = problems(&with_password(&absurd, Some("x")));
    assert!(problems[0].ends_with("rounds of key derivation"), "{problems:?}");
}

#[test]
fn rounds_of_key_derivation_are_added_up_over_the_parts_of_a_store() {
    // 1,048,575 rounds each: one part would do, two are too many.
    let salted = || der(0x30, &[der(4, &[1]), der(2, &[0x0f, 0xff, 0xff])].concat());
    let kind = der(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1]);
    let told = |parts: usize| {
        let contents = der(0x30, &[kind.clone(), der(0xa0, &vec![salted(); parts].concat())].concat());
        let store = der(0x30, &[der(2, &[3]), contents].concat());
        problems(&with_password(&store, Some("x"))).concat()
    };
    assert!(!told(1).contains("rounds of key derivation"), "{}", told(1));
    assert!(told(2).contains("rounds of key derivation"), "{}", told(2));
}

#[test]
fn what_is_no_certificate_under_its_name_is_a_problem() {
    assert_eq!(problems(&evidence("a.cer", b"")), ["a.cer: reading certificates: the file is empty"]);
    assert!(problems(&evidence("a.cer", b"<html>")).len() == 1);
    assert!(problems(&evidence("a.cer", &[0x30, 0x82, 0xff, 0xff, 1])).len() == 1);
    assert!(evidence("notes.txt", b"nothing here").is_empty());
    assert!(evidence("web.config", pem("CERTIFICATE", &chain().0).as_bytes()).certificates.is_empty());
}

#[test]
fn nothing_panics_where_a_file_is_cut() {
    let (leaf, root) = chain();
    let bundle = bundle(&[&leaf, &root]);
    let text = pem("CERTIFICATE", &leaf);
    let store = store("x");
    for (path, bytes) in
        [("a.cer", leaf.as_slice()), ("a.p7b", &bundle), ("a.pem", text.as_bytes()), ("a.pfx", &store)]
    {
        for length in 0..bytes.len() {
            evidence(path, &bytes[..length]);
        }
    }
}

#[test]
fn structures_without_length_end_and_do_not_nest_for_ever() {
    let mut deep = [0x30, 0x80].repeat(200_000);
    evidence("a.p7b", &deep);
    deep.extend([0, 0].repeat(200_000));
    evidence("a.p7b", &deep);
    let (leaf, _) = chain();
    let many = leaf.repeat(2_100);
    let evidence = evidence("a.der", &many);
    assert_eq!(evidence.certificates[0].certificates.len(), 2_000);
    assert!(problems(&evidence)[0].contains("only the first 2000"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for path in ["a.cer", "a.pem", "a.p7b", "a.pfx", "a.txt"] {
            evidence(path, &bytes);
            evidence(path, &[&[0x30, 0x82, 1, 0x40], bytes.as_slice()].concat());
        }
    }

    #[test]
    fn no_changed_byte_makes_the_reader_panic(place in 0usize..2_000, byte in any::<u8>()) {
        let (leaf, root) = chain();
        for (path, mut bytes) in [("a.cer", leaf.clone()), ("a.p7b", bundle(&[&leaf, &root])), ("a.pfx", store(""))] {
            let place = place % bytes.len();
            bytes[place] = byte;
            evidence(path, &bytes);
        }
    }
}
