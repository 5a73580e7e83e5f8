//! Family D.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, GeneralSubtree,
    IsCa, KeyUsagePurpose, NameConstraints, SerialNumber,
};
use spdoctor::addin::evidence::certificate::CertificateUse;
use spdoctor::addin::evidence::config::Config;
use spdoctor::addin::evidence::farm::TrustedIssuer;
use spdoctor::addin::evidence::registration::{Credential, CredentialKind, Principal, PrincipalSource};
use spdoctor::addin::evidence::source_code::{SourceFact, SourceFactKind, SourceFile};
use spdoctor::addin::evidence::{Evidence, Moment, Spot, Value};
use spdoctor::addin::tls::trusted_roots;
use spdoctor::model::audit::AuditSeverity::{Critical, Error, Info, Warning};
use spdoctor::model::audit::Target::{ExternalApp, OnPremHighTrust, OnPremLowTrust, Spo};

use crate::oauth::support::certificates::{
    Authority, bundle, public, raw_name, self_signed, site, transcript, valid,
};
use crate::oauth::support::facts::usual_config;
use crate::oauth::support::manifest::manifest;
use crate::oauth::support::{Case, Expect, case};

const RSA_1024: &[u8] = include_bytes!("../fixtures/rsa1024.cer");
const EXPONENT_3: &[u8] = include_bytes!("../fixtures/exponent3.cer");
const SHA_1: &[u8] = include_bytes!("../fixtures/sha1.cer");
const P_224: &[u8] = include_bytes!("../fixtures/p224.cer");
const DSA: &[u8] = include_bytes!("../fixtures/dsa.cer");
const NEGATIVE: &[u8] = include_bytes!("../fixtures/negative.cer");
const VERSION_1: &[u8] = include_bytes!("../fixtures/version1.cer");

/// The domain that is registered.
pub(crate) fn host(evidence: &mut Evidence, name: &str) {
    let at = Spot::file("flags");
    let mut principal = Principal::new(at.clone(), PrincipalSource::Flags);
    principal.domains = Some(vec![Value::new(name, at)]);
    evidence.principals.push(principal);
}

pub(crate) fn www(evidence: &mut Evidence) {
    host(evidence, "www.contoso.com");
}

/// The certificates under `roots/` are what the farm trusts.
pub(crate) fn roots(evidence: &mut Evidence) {
    let (mut roots, others) = std::mem::take(&mut evidence.certificates)
        .into_iter()
        .partition::<Vec<_>, _>(|file| file.at.path.starts_with("roots/"));
    evidence.certificates = others;
    evidence.farm.append(trusted_roots(&mut roots));
}

fn www_and_roots(evidence: &mut Evidence) {
    www(evidence);
    roots(evidence);
}

fn fires(code: &'static str, title: &'static str, severity: spdoctor::model::audit::AuditSeverity) -> Case {
    case(code, title, Expect::Fires(severity)).evidence(www)
}

fn passes(code: &'static str, title: &'static str) -> Case {
    case(code, title, Expect::Passes).evidence(www)
}

/// A sound certificate of an authority, with its chain.
fn sound() -> String {
    issued(&site(&["www.contoso.com"]))
}

fn issued(params: &CertificateParams) -> String {
    let root = Authority::root("Contoso Root");
    format!("{}{}", root.issue(params), root.pem())
}

pub(crate) fn cases() -> Vec<Case> {
    [
        names(),
        wildcards(),
        addresses(),
        international(),
        dates(),
        chains(),
        trust(),
        keys(),
        oddities(),
        captures(),
        versions(),
        as_files(),
    ]
    .concat()
}

fn names() -> Vec<Case> {
    let mut only_common = site(&[]);
    only_common.distinguished_name.push(DnType::CommonName, "www.contoso.com");
    let mut authority = only_common.clone();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    vec![
        fires("OD01", "an authority by its own word that is called as the host", Error)
            .file("site.pem", self_signed(&authority))
            .says("DNS:www.contoso.com"),
        case("OD01", "an authority of another name", Expect::Undecided)
            .target(OnPremLowTrust)
            .evidence(|evidence| host(evidence, "apps.contoso.com"))
            .file("root.pem", self_signed(&authority)),
        fires("OD01", "a common name and nothing else", Error)
            .file("site.cer", self_signed(&only_common))
            .says("DNS:www.contoso.com"),
        fires("OD02", "only the common name is the host", Critical)
            .file("site.cer", self_signed(&only_common))
            .says("only its common name is the host"),
        passes("OD01", "a subject alternative name").file("site.cer", sound()),
        case("OD01", "no certificate", Expect::Undecided)
            .target(OnPremLowTrust)
            .evidence(www)
            .says("--connect www.contoso.com:443"),
        case("OD01", "an external program", Expect::DoesNotApply).target(ExternalApp).evidence(www),
        fires("OD02", "www. is missing", Critical)
            .file("site.cer", issued(&site(&["contoso.com"])))
            .says("covers contoso.com: contoso.com is another host")
            .says("DNS:www.contoso.com"),
        fires("OD02", "a letter is missing", Critical)
            .file("site.cer", issued(&site(&["mail.contoso.com", "ww.contoso.com"])))
            .says("nearest is ww.contoso.com"),
        passes("OD02", "the host is a name").file("site.cer", sound()),
        passes("OD02", "case does not count").file("site.cer", issued(&site(&["WWW.CONTOSO.COM"]))),
        case("OD02", "no certificate", Expect::Undecided).target(OnPremLowTrust).evidence(www),
        case("OD02", "no host", Expect::Undecided).file("site.cer", sound()),
        case("OD02", "captured from another endpoint", Expect::Undecided)
            .evidence(www)
            .file("a.txt", transcript("mail.contoso.com:443", &[&sound()], "TLSv1.3"))
            .says("www.contoso.com:443"),
        fires("OD02", "the capture counts more than a loose file", Critical)
            .file(
                "a.txt",
                transcript("www.contoso.com:443", &[&self_signed(&site(&["old.contoso.com"]))], "TLSv1.3"),
            )
            .file("new.cer", sound()),
        fires("OD15", "an internal name from a public authority", Warning)
            .file("site.cer", issued(&public(site(&["www.contoso.com", "intranet", "sp.contoso.local"]))))
            .says("sp.contoso.local"),
        passes("OD15", "public names").file("site.cer", issued(&public(site(&["www.contoso.com"])))),
        case("OD15", "no public authority", Expect::DoesNotApply)
            .evidence(www)
            .file("site.cer", issued(&site(&["intranet"]))),
    ]
}

fn wildcards() -> Vec<Case> {
    let of = |names: &[&str]| issued(&site(names));
    vec![
        fires("OD03", "the base of a wildcard", Error)
            .evidence(|e| host(e, "contoso.com"))
            .file("site.cer", of(&["*.contoso.com"]))
            .says("*.contoso.com does not cover contoso.com"),
        fires("OD03", "two labels below a wildcard", Error)
            .evidence(|e| host(e, "hr.apps.contoso.com"))
            .file("site.cer", of(&["*.contoso.com"])),
        fires("OD02", "one of two hosts, and both are named", Critical)
            .evidence(|e| {
                host(e, "hr.apps.contoso.com");
                host(e, "contoso.net");
            })
            .file("site.cer", of(&["*.contoso.com"]))
            .says("DNS:contoso.net, DNS:hr.apps.contoso.com"),
        fires("OD03", "two labels below a wildcard, and both hosts are named", Error)
            .evidence(|e| {
                host(e, "hr.apps.contoso.com");
                host(e, "contoso.net");
            })
            .file("site.cer", of(&["*.contoso.com"]))
            .says("DNS:contoso.net, DNS:hr.apps.contoso.com"),
        fires("OD02", "two labels below a wildcard", Critical)
            .evidence(|e| host(e, "hr.apps.contoso.com"))
            .file("site.cer", of(&["*.contoso.com"]))
            .says("exactly one label"),
        fires("OD03", "a star inside a label", Error)
            .file("site.cer", of(&["www.contoso.com", "f*.contoso.com"])),
        fires("OD03", "a star for a whole top-level domain", Error)
            .file("site.cer", of(&["www.contoso.com", "*.com"])),
        fires("OD03", "a star for a registry", Error).file("site.cer", of(&["www.contoso.com", "*.co.uk"])),
        fires("OD03", "a star alone", Error).file("site.cer", of(&["www.contoso.com", "*"])),
        passes("OD03", "one label below a wildcard").file("site.cer", of(&["*.contoso.com"])),
        passes("OD02", "one label below a wildcard").file("site.cer", of(&["*.contoso.com"])),
        passes("OD03", "the wildcard of a provider").file("site.cer", of(&["*.azurewebsites.net"])),
    ]
}

fn addresses() -> Vec<Case> {
    vec![
        fires("OD04", "an address without an entry", Error)
            .evidence(|e| host(e, "203.0.113.7"))
            .file("site.cer", sound())
            .says("IP:203.0.113.7"),
        fires("OD04", "an address among the names", Error)
            .evidence(|e| host(e, "203.0.113.7"))
            .file("site.cer", issued(&raw_name(site(&[]), "203.0.113.7")))
            .says("is written as a dNSName"),
        passes("OD04", "an address with its entry")
            .evidence(|e| host(e, "203.0.113.7"))
            .file("site.cer", issued(&site(&["203.0.113.7"]))),
        passes("OD02", "an IPv6 address with its entry")
            .evidence(|e| host(e, "https://[2001:db8::7]/"))
            .file("site.cer", issued(&site(&["2001:db8::7"]))),
    ]
}

fn international() -> Vec<Case> {
    vec![
        fires("OD05", "a name in its own script", Error)
            .evidence(|e| host(e, "bücher.example"))
            .file("site.cer", issued(&raw_name(site(&[]), "bücher.example")))
            .says("DNS:xn--bcher-kva.example"),
        fires("OD02", "a name in its own script does not match", Critical)
            .evidence(|e| host(e, "bücher.example"))
            .file("site.cer", issued(&raw_name(site(&[]), "bücher.example"))),
        fires("OD05", "an A-label that decodes to nothing", Error)
            .file("site.cer", issued(&site(&["www.contoso.com", "xn--99999999999.example"]))),
        passes("OD05", "an A-label")
            .evidence(|e| host(e, "bücher.example"))
            .file("site.cer", issued(&site(&["xn--bcher-kva.example"]))),
        passes("OD02", "an A-label for a host in its own script")
            .evidence(|e| host(e, "bücher.example"))
            .file("site.cer", issued(&site(&["xn--bcher-kva.example"]))),
    ]
}

fn dates() -> Vec<Case> {
    let dated = |from, until| issued(&valid(site(&["www.contoso.com"]), from, until));
    let public = |from, until| issued(&valid(public(site(&["www.contoso.com"])), from, until));
    vec![
        fires("OD06", "expired", Critical)
            .file("site.cer", dated((2025, 1, 1), (2026, 11, 1)))
            .says("24 days ago"),
        fires("OD06", "not valid yet", Critical).file("site.cer", dated((2026, 12, 1), (2027, 12, 1))),
        fires("OD06", "three days left", Error)
            .file("site.cer", dated((2026, 1, 1), (2026, 11, 29)))
            .says("in 3 days"),
        fires("OD06", "twenty days left", Warning).file("site.cer", dated((2026, 1, 1), (2026, 12, 16))),
        passes("OD06", "months left").file("site.cer", sound()),
        passes("OD06", "another day")
            .now("2026-11-25")
            .file("site.cer", dated((2026, 11, 25), (2027, 11, 25))),
        fires("OD14", "more than 200 days after 15 March 2026", Warning)
            .file("site.cer", public((2026, 3, 15), (2026, 12, 31)))
            .says("may live for 200"),
        passes("OD14", "398 days before that day").file("site.cer", public((2026, 3, 14), (2027, 4, 15))),
        fires("OD14", "399 days since September 2020", Warning)
            .file("site.cer", public((2020, 9, 1), (2021, 10, 6))),
        fires("OD14", "more than 825 days since March 2018", Warning)
            .file("site.cer", public((2018, 3, 1), (2020, 6, 5)))
            .says("825"),
        fires("OD14", "more than 100 days since March 2027", Warning)
            .file("site.cer", public((2027, 3, 15), (2027, 7, 1))),
        fires("OD14", "more than 47 days since March 2029", Warning)
            .file("site.cer", public((2029, 3, 15), (2029, 5, 10))),
        case("OD14", "a company's own authority", Expect::DoesNotApply)
            .evidence(www)
            .file("site.cer", dated((2026, 4, 1), (2036, 4, 1))),
        fires("OD19", "ends within a year", Info)
            .evidence(|e| {
                www(e);
                secret(e, "2027-03-01T00:00:00");
            })
            .file("site.cer", sound())
            .says("client secret of 11111111-2222-3333-4444-555555555555 ends")
            .says("2027-04-01 certificate www.contoso.com ends")
            .says("--calendar deadlines.ics"),
        passes("OD19", "everything ends later")
            .file("site.cer", self_signed(&valid(site(&["www.contoso.com"]), (2026, 1, 1), (2036, 1, 1)))),
        case("OD19", "nothing with a date", Expect::Undecided).evidence(www),
    ]
}

fn secret(evidence: &mut Evidence, end: &str) {
    let at = Spot::file("registration.json").at(7, 0);
    let mut principal = Principal::new(at.clone(), PrincipalSource::ServicePrincipal);
    principal.client_id = Some(Value::new("11111111-2222-3333-4444-555555555555", at.clone()));
    let end = Some(Moment { utc: end.parse().expect("a date"), or: None, at: at.clone() });
    principal.credentials =
        Some(vec![Credential { at, kind: CredentialKind::Password, key_id: None, start: None, end }]);
    evidence.principals.push(principal);
}

fn chains() -> Vec<Case> {
    let root = Authority::root("Contoso Root");
    let middle = root.intermediate("Contoso Issuing", (2035, 1, 1));
    let ended = root.intermediate("Contoso Issuing", (2025, 1, 1));
    let params = site(&["www.contoso.com"]);
    let capture = |chain: &[&str]| transcript("www.contoso.com:443", chain, "TLSv1.3");
    let leaf = middle.issue(&params);
    vec![
        fires("OD07", "signed itself, online", Critical)
            .target(Spo)
            .file("site.cer", self_signed(&params))
            .says("public authority"),
        fires("OD07", "signed itself, on a farm", Warning)
            .target(OnPremHighTrust)
            .file("site.cer", self_signed(&params))
            .says("New-SPTrustedRootAuthority -Name 'www.contoso.com'"),
        passes("OD07", "issued by an authority").file("site.cer", leaf.clone()),
        fires("OD08", "a public certificate alone", Error)
            .file("a.txt", capture(&[&middle.issue(&public(site(&["www.contoso.com"])))]))
            .says("Contoso Issuing"),
        fires("OD08", "perhaps issued by a root", Warning).file("a.txt", capture(&[&leaf])),
        fires("OD08", "the wrong order", Error)
            .file("a.txt", capture(&[&leaf, &root.pem(), &middle.pem()]))
            .says("www.contoso.com, then Contoso Issuing, then Contoso Root"),
        fires("OD08", "the authority first", Error).file("a.txt", capture(&[&middle.pem(), &leaf])),
        fires("OD08", "an expired intermediate", Error)
            .file("a.txt", capture(&[&ended.issue(&params), &ended.pem()]))
            .says("expired on 2025-01-01"),
        fires("OD08", "another root than the trusted ones", Warning)
            .evidence(www_and_roots)
            .file("a.txt", capture(&[&leaf, &middle.pem()]))
            .file("roots/other.cer", Authority::root("Other Root").pem()),
        fires("OD08", "an issuer that is no trusted root", Error)
            .evidence(www_and_roots)
            .file("a.txt", capture(&[&leaf]))
            .file("roots/contoso.cer", root.pem())
            .says("neither comes with it nor is among the trusted roots"),
        passes("OD08", "complete but for the root").file("a.txt", capture(&[&leaf, &middle.pem()])),
        passes("OD08", "issued by a trusted root")
            .evidence(www_and_roots)
            .file("a.txt", capture(&[&root.issue(&params)]))
            .file("roots/contoso.cer", root.pem()),
        passes("OD08", "signed itself").file("site.cer", self_signed(&params)),
        case("OD08", "a capture without -showcerts", Expect::Undecided).evidence(www).file(
            "a.txt",
            capture(&[
                " 0 s:CN = www.contoso.com\n   i:CN = Contoso Issuing\n",
                &leaf,
                " 1 s:CN = Contoso Issuing\n",
            ]),
        ),
        passes("OD08", "a bundle in any order")
            .file("site.p7b", bundle(&[&root.pem(), &leaf, &middle.pem()])),
        case("OD08", "one certificate in a file", Expect::Undecided)
            .evidence(www)
            .file("site.cer", leaf.clone()),
    ]
}

fn trust() -> Vec<Case> {
    let root = Authority::root("Contoso Root");
    let middle = root.intermediate("Contoso Issuing", (2035, 1, 1));
    let params = site(&["www.contoso.com"]);
    let chain = format!("{}{}", middle.issue(&params), middle.pem());
    let own = self_signed(&params);
    vec![
        fires("OD09", "the root is missing", Critical)
            .target(OnPremHighTrust)
            .evidence(www_and_roots)
            .file("site.pem", chain.clone())
            .file("roots/other.cer", Authority::root("Other").pem())
            .says("New-SPTrustedRootAuthority")
            .says("Contoso Root"),
        fires("OD09", "an intermediate is missing", Error)
            .target(OnPremLowTrust)
            .evidence(www_and_roots)
            .file("site.pem", chain.clone())
            .file("roots/contoso.cer", root.pem())
            .says("Contoso Issuing is not among"),
        fires("OD09", "a self-signed certificate is missing", Critical)
            .target(OnPremHighTrust)
            .evidence(www_and_roots)
            .file("site.cer", own.clone())
            .file("roots/contoso.cer", root.pem()),
        fires("OD09", "the same name with another key", Critical)
            .target(OnPremHighTrust)
            .evidence(www_and_roots)
            .file("site.cer", root.issue(&params))
            .file("roots/contoso.cer", Authority::root("Contoso Root").pem())
            .says("carries the name of a trusted authority"),
        passes("OD09", "the whole chain is trusted")
            .target(OnPremHighTrust)
            .evidence(www_and_roots)
            .file("site.pem", chain.clone())
            .file("roots/a.cer", root.pem())
            .file("roots/b.cer", middle.pem()),
        passes("OD09", "a self-signed certificate is trusted")
            .target(OnPremHighTrust)
            .evidence(www_and_roots)
            .file("site.cer", own.clone())
            .file("roots/site.cer", own.clone()),
        case("OD09", "no export of the roots", Expect::Undecided)
            .target(OnPremHighTrust)
            .evidence(www)
            .file("site.pem", chain.clone())
            .says("--root FILE"),
        case("OD09", "online", Expect::DoesNotApply).target(Spo).evidence(www).file("site.pem", chain),
    ]
}

fn keys() -> Vec<Case> {
    let mut client = site(&["www.contoso.com"]);
    client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let mut signs_only = site(&["www.contoso.com"]);
    signs_only.key_usages = vec![KeyUsagePurpose::CrlSign];
    let mut authority = site(&["www.contoso.com"]);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    vec![
        fires("OD10", "for clients only", Error).file("site.cer", issued(&client)).says("serverAuth"),
        fires("OD10", "a key that may do nothing of use", Error)
            .file("site.cer", issued(&signs_only))
            .says("cRLSign"),
        passes("OD10", "for servers").file("site.cer", sound()),
        fires("OD11", "CA:TRUE", Warning).file("site.cer", self_signed(&authority)),
        passes("OD11", "no authority").file("site.cer", sound()),
        fires("OD12", "RSA 1024", Error).file("site.cer", RSA_1024).says("1024 bits"),
        fires("OD12", "exponent 3", Error).file("site.cer", EXPONENT_3),
        fires("OD12", "a short curve", Error).file("site.cer", P_224).says("224 bits"),
        fires("OD12", "DSA", Error).file("site.cer", DSA),
        passes("OD12", "P-256").file("site.cer", sound()),
        fires("OD13", "SHA-1", Error).file("site.cer", SHA_1).says("sha1WithRSAEncryption"),
        passes("OD13", "SHA-256").file("site.cer", sound()),
    ]
}

fn oddities() -> Vec<Case> {
    let mut long = site(&["www.contoso.com"]);
    long.serial_number = Some(SerialNumber::from_slice(&[7; 21]));
    let twice = public(public(site(&["www.contoso.com"])));
    let limited = Authority::root_with("Contoso Root", |params| {
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName("fabrikam.com".to_owned())],
            excluded_subtrees: Vec::new(),
        });
    });
    let constrained = format!("{}{}", limited.issue(&site(&["www.contoso.com"])), limited.pem());
    let of_directories = Authority::root_with("Contoso Root", |params| {
        let mut name = DistinguishedName::new();
        name.push(DnType::OrganizationName, "Contoso");
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DirectoryName(name)],
            excluded_subtrees: Vec::new(),
        });
    });
    let directories =
        format!("{}{}", of_directories.issue(&site(&["www.contoso.com"])), of_directories.pem());
    let allowed = format!("{}{}", limited.issue(&site(&["www.fabrikam.com"])), limited.pem());
    vec![
        fires("OD16", "a negative serial number", Warning).file("site.cer", NEGATIVE).says("FB is negative"),
        fires("OD16", "version 1", Warning).file("site.cer", VERSION_1).says("version 1"),
        fires("OD16", "a long serial number", Warning).file("site.cer", issued(&long)).says("21 bytes"),
        fires("OD16", "an extension twice", Warning).file("site.cer", issued(&twice)).says("2.5.29.32"),
        fires("OD16", "an authority for other names", Warning)
            .file("site.pem", constrained)
            .says("may not issue"),
        passes("OD16", "an authority for names of directories").file("site.pem", directories),
        passes("OD16", "an authority for these names").file("site.pem", allowed),
        passes("OD16", "nothing odd").file("site.cer", sound()),
    ]
}

fn captures() -> Vec<Case> {
    let own = self_signed(&site(&["www.contoso.com"]));
    let capture = |endpoint: &str| transcript(endpoint, &[&own], "TLSv1.2");
    vec![
        fires("OD17", "another port", Warning)
            .file("a.txt", capture("www.contoso.com:3333"))
            .says("www.contoso.com:3333"),
        fires("OD17", "another host", Warning).file("a.txt", capture("mail.contoso.com:443")),
        passes("OD17", "the same endpoint").file("a.txt", capture("www.contoso.com:443")),
        case("OD17", "no host", Expect::Undecided).file("a.txt", capture("www.contoso.com:443")),
        case("OD17", "not captured", Expect::DoesNotApply).evidence(www).file("site.cer", own.clone()),
        fires("OD18", "TLS and signing", Info)
            .target(OnPremHighTrust)
            .evidence(|e| {
                www(e);
                issuer_of_first(e);
            })
            .file("site.cer", own.clone()),
        passes("OD01", "the certificate of a trusted token issuer signs")
            .target(OnPremHighTrust)
            .evidence(signed_by_first)
            .file("a-signing.cer", signing((2027, 8, 1)))
            .file("site.cer", own.clone()),
        passes("OD06", "the certificate of a trusted token issuer has ended")
            .target(OnPremHighTrust)
            .evidence(signed_by_first)
            .file("a-signing.cer", signing((2026, 10, 1)))
            .file("site.cer", own.clone()),
        passes("OD18", "two certificates")
            .target(OnPremHighTrust)
            .evidence(|e| {
                www(e);
                for file in e.certificates.iter_mut().filter(|file| file.at.path.starts_with("signing")) {
                    file.role = CertificateUse::Signing;
                }
            })
            .file("signing.cer", self_signed(&site(&["signing.contoso.com"])))
            .file("site.cer", own.clone()),
        case("OD18", "no signing certificate known", Expect::Undecided)
            .target(OnPremHighTrust)
            .evidence(www)
            .file("site.cer", own.clone()),
        case("OD18", "low trust", Expect::DoesNotApply)
            .target(OnPremLowTrust)
            .evidence(www)
            .file("site.cer", own),
    ]
}

fn signed_by_first(evidence: &mut Evidence) {
    www(evidence);
    issuer_of_first(evidence);
}

/// As the documentation has it made: for nobody but the farm, so without a name of a host.
fn signing(until: (i32, u8, u8)) -> String {
    let mut params = valid(CertificateParams::new(Vec::new()).expect("no names"), (2026, 9, 1), until);
    params.distinguished_name.push(DnType::CommonName, "Orders signing");
    self_signed(&params)
}

pub(crate) fn issuer_of_first(evidence: &mut Evidence) {
    let at = Spot::file("farm.json");
    let thumbprint = evidence.certificates[0].certificates[0].thumbprint.to_lowercase();
    evidence.farm.issuers.push(TrustedIssuer {
        at: at.clone(),
        name: None,
        registered_name: None,
        trust_broker: None,
        thumbprint: Some(Value::new(thumbprint, at)),
        not_after: None,
        metadata: None,
    });
}

/// A `web.config` with this target framework and this switch.
fn web_config(evidence: &mut Evidence, framework: Option<&str>, switch: Option<&str>) {
    let at = Spot::file("web/web.config");
    let value = |text: &str| Value::new(text, at.at(5, 1));
    let setting = spdoctor::addin::evidence::config::Setting {
        key: value("ClientId"),
        value: value("11111111-2222-3333-4444-555555555555"),
        secret: None,
        commented: false,
        void: false,
        of_development: false,
        transform: None,
    };
    evidence.configs.push(Config {
        at: at.clone(),
        settings: vec![setting],
        target_framework: framework.map(value),
        tls_switches: switch.map(value).into_iter().collect(),
        ..Config::default()
    });
}

fn code(evidence: &mut Evidence, text: &str) {
    let at = Spot::file("web/Global.asax.cs");
    let fact = SourceFact { kind: SourceFactKind::TlsVersion, value: Value::new(text, at.at(3, 1)) };
    evidence.sources.push(SourceFile {
        at,
        facts: vec![fact],
        names_sharepoint: true,
        ..SourceFile::default()
    });
}

fn versions() -> Vec<Case> {
    let own = self_signed(&site(&["www.contoso.com"]));
    vec![
        fires("OD20", "targetFramework 4.5", Error)
            .evidence(|e| web_config(e, Some("4.5"), None))
            .says("4.7.2"),
        fires("OD20", "no targetFramework", Warning).evidence(|e| web_config(e, None, None)),
        fires("OD20", "strong cryptography off", Error).evidence(|e| {
            web_config(e, Some("4.8"), Some("Switch.System.Net.DontEnableSchUseStrongCrypto=true"));
        }),
        fires("OD20", "code for TLS 1.0", Error)
            .evidence(|e| code(e, "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;")),
        fires("OD20", "the server spoke TLS 1.1", Error)
            .file("a.txt", transcript("www.contoso.com:443", &[&own], "TLSv1.1"))
            .says("TLSv1.1"),
        passes("OD20", "targetFramework 4.7.2").evidence(|e| web_config(e, Some("4.7.2"), None)),
        passes("OD20", "strong cryptography on").evidence(|e| {
            web_config(e, Some("4.5"), Some("Switch.System.Net.DontEnableSchUseStrongCrypto=false"));
        }),
        passes("OD20", "code for TLS 1.2").evidence(|e| {
            web_config(e, Some("4.5.2"), None);
            code(e, "ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;");
        }),
        passes("OD20", "code for TLS 1.2 among others").evidence(|e| {
            web_config(e, Some("4.5.2"), None);
            code(e, "SecurityProtocol = Tls12 | Tls11 | Tls");
        }),
        passes("OD20", "code for TLS 1.2 by its number").evidence(|e| {
            web_config(e, Some("4.5.2"), None);
            code(e, "SecurityProtocol = 192 | 768 | 3072");
        }),
        passes("OD20", "the server spoke TLS 1.2")
            .file("a.txt", transcript("www.contoso.com:443", &[&own], "TLSv1.2")),
        case("OD20", "nothing known", Expect::Undecided).evidence(www).target(OnPremLowTrust),
    ]
}

/// The same with a manifest and a configuration as files.
fn as_files() -> Vec<Case> {
    let package = manifest(|text| {
        text.start_page("https://www.contoso.com/Pages/Default.aspx?{StandardTokens}");
    });
    let of = |code, title, expect| case(code, title, expect).file("Orders/AppManifest.xml", package.clone());
    vec![
        of("OD02", "files: another host", Expect::Fires(Critical))
            .file("Orders/site.cer", self_signed(&site(&["apps.contoso.com"])))
            .says("https://www.contoso.com/Pages/Default.aspx")
            .says("apps.contoso.com"),
        of("OD02", "files: the host", Expect::Passes).file("Orders/site.cer", sound()),
        of("OD17", "files: another port", Expect::Fires(Warning))
            .file("Orders/a.txt", transcript("www.contoso.com:3333", &[&sound()], "TLSv1.3"))
            .says("the StartPage is https://www.contoso.com/"),
        of("OD20", "files: a transform for production names the framework", Expect::Passes)
            .file(
                "Orders/web.config",
                usual_config().replace(
                    "</configuration>",
                    "<system.web><httpRuntime targetFramework=\"4.5\" /></system.web></configuration>",
                ),
            )
            .file(
                "Orders/Web.Release.config",
                "<configuration xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\"><location path=\".\"><system.web><httpRuntime targetFramework=\"4.8\" xdt:Transform=\"SetAttributes(targetFramework)\" /></system.web></location></configuration>",
            ),
        of("OD20", "files: targetFramework 4.5", Expect::Fires(Error)).file(
            "Orders/web.config",
            usual_config().replace(
                "</configuration>",
                "<system.web><httpRuntime targetFramework=\"4.5\" /></system.web></configuration>",
            ),
        ),
    ]
}
