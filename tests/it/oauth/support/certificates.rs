//! Certificates of every kind of soundness, made for each test; those that rcgen cannot make lie in `fixtures`, made
//! once by the script beside them.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};

/// What a web server usually has: its name, and a year around the day of the tests.
pub(crate) fn site(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names.clone()).expect("names");
    if let Some(first) = names.first() {
        params.distinguished_name.push(DnType::CommonName, first.as_str());
    }
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    valid(params, (2026, 10, 1), (2027, 4, 1))
}

/// With other dates; until and from are days at midnight UTC.
pub(crate) fn valid(
    mut params: CertificateParams,
    from: (i32, u8, u8),
    until: (i32, u8, u8),
) -> CertificateParams {
    params.not_before = date_time_ymd(from.0, from.1, from.2);
    params.not_after = date_time_ymd(until.0, until.1, until.2);
    params
}

/// With the policy of public authorities for certificates whose domain was validated.
pub(crate) fn public(mut params: CertificateParams) -> CertificateParams {
    let content = vec![0x30, 0x0a, 0x30, 0x08, 0x06, 0x06, 0x67, 0x81, 0x0c, 0x01, 0x02, 0x01];
    params.custom_extensions.push(CustomExtension::from_oid_content(&[2, 5, 29, 32], content));
    params
}

/// With a subject alternative name of these bytes, whatever they are.
pub(crate) fn raw_name(mut params: CertificateParams, name: &str) -> CertificateParams {
    let length = u8::try_from(name.len()).expect("short");
    let content = [&[0x30, length + 2, 0x82, length], name.as_bytes()].concat();
    params.subject_alt_names.clear();
    params.custom_extensions.push(CustomExtension::from_oid_content(&[2, 5, 29, 17], content));
    params
}

/// PEM of a certificate that signs itself.
pub(crate) fn self_signed(params: &CertificateParams) -> String {
    params.self_signed(&KeyPair::generate().expect("a key")).expect("a certificate").pem()
}

/// An authority.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn params(name: &str) -> CertificateParams {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        valid(params, (2020, 1, 1), (2040, 1, 1))
    }

    pub(crate) fn root(name: &str) -> Self {
        Self::root_of(Self::params(name))
    }

    /// A root that is changed before it is made.
    pub(crate) fn root_with(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = Self::params(name);
        change(&mut params);
        Self::root_of(params)
    }

    fn root_of(params: CertificateParams) -> Self {
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a root"))
    }

    pub(crate) fn intermediate(&self, name: &str, until: (i32, u8, u8)) -> Self {
        let params = valid(Self::params(name), (2020, 1, 1), until);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::signed_by(params, key, &self.0).expect("an intermediate"))
    }

    /// PEM of a certificate that it issues.
    pub(crate) fn issue(&self, params: &CertificateParams) -> String {
        params.signed_by(&KeyPair::generate().expect("a key"), &self.0).expect("a certificate").pem()
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }
}

/// What `openssl s_client -showcerts` prints.
pub(crate) fn transcript(endpoint: &str, chain: &[&str], protocol: &str) -> String {
    format!(
        "$ openssl s_client -connect {endpoint} -showcerts\nCONNECTED(00000003)\n---\nCertificate chain\n{}---\nNew, {protocol}, Cipher is X\n",
        chain.concat()
    )
}

/// A PKCS #7 bundle of PEM certificates, in this order, as Windows writes it.
pub(crate) fn bundle(certificates: &[&str]) -> Vec<u8> {
    let ders: Vec<Vec<u8>> = certificates.iter().map(|text| der_of(text)).collect();
    let data = element(0x30, &element(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1]));
    let parts =
        [element(2, &[1]), element(0x31, &[]), data, element(0xa0, &ders.concat()), element(0x31, &[])];
    let kind = element(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2]);
    element(0x30, &[kind, element(0xa0, &element(0x30, &parts.concat()))].concat())
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("a length").to_be_bytes();
    [&[tag, 0x84], length.as_slice(), content].concat()
}

fn der_of(pem: &str) -> Vec<u8> {
    use base64::Engine as _;
    let body: String = pem.lines().filter(|line| !line.starts_with("---")).collect();
    base64::engine::general_purpose::STANDARD.decode(body).expect("base64")
}
