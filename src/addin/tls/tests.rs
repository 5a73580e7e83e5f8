//! Names by RFC 9525 and chains, as webpki sees them.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use super::suffix::{is_internal, is_public};
use super::{ChainFault, Coverage, NameFaultKind, coverage, trusted_roots, verify_chain};
use crate::addin::evidence::Spot;
use crate::addin::evidence::certificate::{Certificate, CertificateFile, CertificateForm};
use crate::addin::read::certificate_from_der;

fn read(der: &[u8]) -> Certificate {
    certificate_from_der(der, Spot::file("a.cer")).expect("a certificate")
}

fn with_names(names: &[&str]) -> Certificate {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names");
    params.distinguished_name.push(DnType::CommonName, "common.contoso.com");
    read(params.self_signed(&KeyPair::generate().expect("a key")).expect("a certificate").der())
}

fn kind(names: &[&str], host: &str) -> Option<NameFaultKind> {
    match coverage(&with_names(names), host) {
        Coverage::Covered => None,
        Coverage::NotCovered(fault) => Some(fault.kind),
        Coverage::Unusable(why) => panic!("{why}"),
    }
}

#[test]
fn names_match_without_case_and_whole() {
    assert_eq!(kind(&["WWW.contoso.com"], "www.contoso.com"), None);
    assert_eq!(kind(&["contoso.com"], "evilcontoso.com"), Some(NameFaultKind::Other));
    let www = NameFaultKind::Www { covered: "www.contoso.com".to_owned() };
    assert_eq!(kind(&["www.contoso.com"], "contoso.com"), Some(www));
}

#[test]
fn a_star_stands_for_exactly_one_label() {
    assert_eq!(kind(&["*.contoso.com"], "a.contoso.com"), None);
    let level = || Some(NameFaultKind::WildcardLevel { wildcard: "*.contoso.com".to_owned() });
    assert_eq!(kind(&["*.contoso.com"], "contoso.com"), level());
    assert_eq!(kind(&["*.contoso.com"], "a.b.contoso.com"), level());
    assert_eq!(kind(&["f*.contoso.com"], "foo.contoso.com"), Some(NameFaultKind::Other));
    assert_eq!(kind(&["a.*.com"], "a.contoso.com"), Some(NameFaultKind::Other));
}

#[test]
fn addresses_match_addresses_only() {
    assert_eq!(kind(&["203.0.113.7"], "203.0.113.7"), None);
    assert_eq!(kind(&["2001:db8::7"], "2001:db8::7"), None);
    assert_eq!(kind(&["www.contoso.com"], "203.0.113.7"), Some(NameFaultKind::AddressMissing));
}

#[test]
fn the_common_name_is_no_name_for_tls() {
    assert_eq!(kind(&[], "common.contoso.com"), Some(NameFaultKind::OnlyCommonName { same: true }));
    assert_eq!(kind(&[], "www.contoso.com"), Some(NameFaultKind::OnlyCommonName { same: false }));
}

#[test]
fn international_names_are_compared_as_they_are_sent() {
    assert_eq!(kind(&["xn--bcher-kva.example"], "xn--bcher-kva.example"), None);
}

#[test]
fn the_nearest_name_is_told() {
    let Coverage::NotCovered(fault) =
        coverage(&with_names(&["mail.fabrikam.com", "apps.contoso.com"]), "app.contoso.com")
    else {
        panic!("covered")
    };
    assert_eq!(fault.nearest.as_deref(), Some("apps.contoso.com"));
}

#[test]
fn what_is_no_host_name_cannot_be_told() {
    let certificate = with_names(&["www.contoso.com"]);
    assert!(matches!(coverage(&certificate, "a b"), Coverage::Unusable(_)));
    assert!(matches!(coverage(&certificate, &"a".repeat(300)), Coverage::Unusable(_)));
}

#[test]
fn a_chain_leads_to_a_given_root_or_says_why_not() {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.distinguished_name.push(DnType::CommonName, "Root");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a root");
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(vec!["www.contoso.com".to_owned()]).expect("a name");
    params.not_before = rcgen::date_time_ymd(2026, 1, 1);
    params.not_after = rcgen::date_time_ymd(2027, 1, 1);
    let leaf = read(params.signed_by(&key, &root).expect("a certificate").der());
    let root = read(root.der());
    let now = |day: &str| format!("{day}T00:00:00").parse().expect("a date");
    assert_eq!(verify_chain(&leaf, &[], &[&root], now("2026-11-25")), Ok(()));
    assert_eq!(verify_chain(&leaf, &[&root], &[], now("2026-11-25")), Err(ChainFault::UnknownIssuer));
    assert_eq!(verify_chain(&leaf, &[], &[&root], now("2027-06-01")), Err(ChainFault::Expired));
    assert_eq!(verify_chain(&leaf, &[], &[&root], now("2025-06-01")), Err(ChainFault::NotYetValid));
    assert_eq!(verify_chain(&leaf, &[], &[&leaf], now("2026-11-25")), Ok(()), "trusted by itself");
}

#[test]
fn files_become_roots() {
    let mut file = CertificateFile::new(Spot::file("roots/company.cer"), CertificateForm::Der);
    file.certificates.push(with_names(&[]));
    let farm = trusted_roots(std::slice::from_mut(&mut file));
    let root = &farm.roots.expect("roots")[0];
    assert_eq!(root.name.as_ref().map(|name| name.raw.as_str()), Some("company"));
    assert!(root.certificate.is_some());
}

#[test]
fn suffixes_that_anyone_may_register_under() {
    for base in ["com", "co.uk", "COM.AU", "uk."] {
        assert!(is_public(base), "{base}");
    }
    for base in ["contoso.com", "azurewebsites.net", "contoso.co.uk"] {
        assert!(!is_public(base), "{base}");
    }
    assert!(is_internal("server01") && is_internal("a.corp") && is_internal("x.local."));
    assert!(!is_internal("www.contoso.com"));
}
