//! Facts of certificates.

use std::net::IpAddr;

use chrono::NaiveDateTime;

use super::{Spot, Value};

/// What a file holds certificates in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CertificateForm {
    /// Base64 between lines.
    Pem,
    /// One certificate, binary.
    Der,
    /// A bundle, PKCS #7.
    Pkcs7,
    /// Certificate and key, PKCS #12.
    Pfx,
    /// A connection, or the transcript of one.
    Capture,
}

/// What the certificates of a file are for, as far as the user or the file tells.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CertificateUse {
    /// Not told: taken as the certificate of the remote web application if it is no authority.
    Unknown,
    /// Served by the remote web application: captured, or bound in IIS.
    Tls,
    /// Signs high-trust tokens.
    Signing,
    /// A root or intermediate that is trusted.
    Root,
}

/// A file with certificates.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateFile {
    /// The file.
    pub at: Spot,
    /// What it is.
    pub form: CertificateForm,
    /// What it is for.
    pub role: CertificateUse,
    /// `host:port` it was captured from.
    pub captured_from: Option<Value>,
    /// The version of TLS that was spoken when it was captured: `TLSv1.3`.
    pub protocol: Option<Value>,
    /// Certificates that the server sent, and that the transcript lists without showing them.
    pub not_shown: usize,
    /// It holds a private key.
    pub private_key: bool,
    /// The certificates, in the order of the file.
    pub certificates: Vec<Certificate>,
}

impl CertificateFile {
    /// A file of which nothing is known yet.
    pub fn new(at: Spot, form: CertificateForm) -> Self {
        Self {
            at,
            form,
            role: CertificateUse::Unknown,
            captured_from: None,
            protocol: None,
            not_shown: 0,
            private_key: false,
            certificates: Vec::new(),
        }
    }

    /// The certificate that is served or signs: the first that is no authority, else the first.
    pub fn leaf(&self) -> Option<&Certificate> {
        self.certificates
            .iter()
            .find(|certificate| certificate.ca != Some(true))
            .or(self.certificates.first())
    }
}

/// A certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent property of one certificate")]
pub struct Certificate {
    /// Where.
    pub at: Spot,
    /// The whole of it, DER.
    pub der: Vec<u8>,
    /// Subject, as one line. Hostile text.
    pub subject: String,
    /// Issuer, as one line. Hostile text.
    pub issuer: String,
    /// Common name of the subject. Hostile text.
    pub common_name: Option<String>,
    /// `dNSName` of the subject alternative name, as written. Hostile text.
    pub dns_names: Vec<String>,
    /// `iPAddress` of the subject alternative name.
    pub ip_addresses: Vec<IpAddr>,
    /// Serial number in upper-case hexadecimal digits, with its sign byte.
    pub serial: String,
    /// SHA-1 of the DER in upper-case hexadecimal digits, as Windows shows it.
    pub thumbprint: String,
    /// From when on it is valid, UTC.
    pub not_before: NaiveDateTime,
    /// Until when, UTC.
    pub not_after: NaiveDateTime,
    /// Subject and issuer are the same name.
    pub self_issued: bool,
    /// Its own key signed it.
    pub self_signed: bool,
    /// `basicConstraints`; `None` without the extension.
    pub ca: Option<bool>,
    /// Extended key usages, dotted; `None` without the extension.
    pub extended_usage: Option<Vec<String>>,
    /// Key usages by name; `None` without the extension.
    pub usage: Option<Vec<&'static str>>,
    /// It limits the hosts that certificates below it may name. Not told where it limits names of directories as well:
    /// there webpki refuses every certificate, whatever it names.
    pub limits_hosts: bool,
    /// A public authority issued it: it carries one of their policies, or was logged by them.
    pub publicly_issued: bool,
    /// `RSA`, `EC`, `DSA` …
    pub key_algorithm: String,
    /// Bits of the key; 0 if unknown.
    pub key_bits: usize,
    /// Public exponent of an RSA key, if it fits.
    pub rsa_exponent: Option<u64>,
    /// `sha256WithRSAEncryption` …, or the dotted identifier.
    pub signature_algorithm: String,
    /// 1 or 3.
    pub version: u32,
    /// Oddities of the encoding: negative serial, repeated extensions, name constraints …, as sentences.
    pub oddities: Vec<String>,
}
