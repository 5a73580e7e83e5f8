//! Reads certificates, bundles and captures: PEM with anything around it, DER, PKCS #7, PKCS #12.
//!
//! A broken certificate is a problem with its place, and the others of the file are read. Of private keys only the
//! fact that one is there is kept.

mod bundle;
mod der;
mod facts;
mod key;
mod pem;
mod store;
#[cfg(test)]
mod tests;
mod transcript;

use base64::Engine as _;
use memchr::memmem;

use super::{File, Reader};
use crate::addin::evidence::certificate::{CertificateFile, CertificateForm};
use crate::addin::evidence::{Evidence, ReadProblem, Spot};

pub(crate) use facts::certificate_from_der;

/// The readers of this file, the most particular first.
pub(super) static READERS: &[&dyn Reader] = &[&Certificates];

/// Names under which certificates are kept.
///
/// Not `.p7s`: every package of `NuGet` holds the signature of its publisher in one.
const EXTENSIONS: [&str; 11] =
    ["cer", "crt", "der", "pem", "p7b", "p7c", "spc", "pfx", "p12", "cert", "chain"];
/// Names under which the output of a command, or a copied certificate, may be kept.
const TEXT_EXTENSIONS: [&str; 8] = ["", "txt", "log", "out", "asc", "b64", "bundle", KEY];
/// The name of a private key, and of the files of another program as well: only the content tells.
const KEY: &str = "key";
/// What is looked at before a text is taken for something else.
const PROBE: usize = 64 * 1024;
/// No honest bundle is larger; the list of all public roots has 300 KiB.
const MOST_BYTES: usize = 32 * 1024 * 1024;
/// No honest bundle holds more.
const MOST_CERTIFICATES: usize = 2_000;

struct Certificates;

impl Reader for Certificates {
    fn fits(&self, file: &File<'_>) -> bool {
        let extension = file.extension();
        EXTENSIONS.contains(&extension) || (TEXT_EXTENSIONS.contains(&extension) && holds_certificate(file))
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        if file.bytes.len() > MOST_BYTES {
            return Evidence::of_problem(file.spot(), "reading certificates: the file is larger than 32 MiB");
        }
        if file.bytes.is_empty() {
            return Evidence::of_problem(file.spot(), "reading certificates: the file is empty");
        }
        if file.bytes.first() == Some(&der::SEQUENCE) {
            return read_binary(file, file.bytes, CertificateForm::Der);
        }
        let text = file.text();
        if memmem::find(text.as_bytes(), b"-----BEGIN ").is_some() || transcript::is_one(text) {
            return pem::read(file, text);
        }
        match decoded(text) {
            Some(bytes) => read_binary(file, &bytes, CertificateForm::Pem),
            None => Evidence::of_problem(
                file.spot(),
                "reading certificates: the file is neither PEM, DER, PKCS #7 nor PKCS #12",
            ),
        }
    }
}

/// A text that would be another artefact, or none, but for the certificate in it.
fn holds_certificate(file: &File<'_>) -> bool {
    let probe = file.bytes.get(..PROBE).unwrap_or(file.bytes);
    if probe.starts_with(&[0xff, 0xfe]) || probe.starts_with(&[0xfe, 0xff]) {
        return is_certificate_text(file.text());
    }
    if file.extension() == KEY && key::is_one(file.bytes) {
        return true;
    }
    if file.extension() == KEY && memmem::find(probe, b"PRIVATE KEY-----").is_some() {
        return memmem::find(probe, b"-----BEGIN ").is_some();
    }
    match std::str::from_utf8(probe) {
        Ok(text) => is_certificate_text(text),
        Err(error) => probe
            .get(..error.valid_up_to())
            .and_then(|valid| std::str::from_utf8(valid).ok())
            .is_some_and(is_certificate_text),
    }
}

fn is_certificate_text(text: &str) -> bool {
    let begins = |label: &[u8]| memmem::find(text.as_bytes(), label).is_some();
    begins(b"-----BEGIN CERTIFICATE-----")
        || begins(b"-----BEGIN PKCS7-----")
        || begins(b"-----BEGIN TRUSTED CERTIFICATE-----")
        || begins(b"-----BEGIN X509 CERTIFICATE-----")
        || transcript::is_one(text)
        || is_bare_base64(text)
}

/// A certificate in base64 without its lines starts with the tag and length of a sequence of 256 bytes and more.
fn is_bare_base64(text: &str) -> bool {
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n', '"']);
    text.starts_with("MI") && text.len() > 256 && text.bytes().take(256).all(is_base64)
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(&byte)
}

/// Base64 with blanks, line ends and quotes in it; `None` if it is anything else.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let packed: String = text
        .replace("\\r", "")
        .replace("\\n", "")
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\u{feff}'))
        .collect();
    let engine = base64::engine::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        base64::engine::GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
    );
    engine.decode(packed).ok().filter(|bytes| bytes.first() == Some(&der::SEQUENCE))
}

/// What a structure is, told by its first members.
fn read_binary(file: &File<'_>, bytes: &[u8], form: CertificateForm) -> Evidence {
    if store::is_one(bytes) {
        return store::read(file, bytes);
    }
    let mut read = Reading::new(CertificateFile::new(file.spot(), form));
    if key::is_one(bytes) {
        read.file.private_key = true;
        return read.done();
    }
    if bundle::is_one(bytes) {
        read.file.form = CertificateForm::Pkcs7;
        read.add_bundle(bytes, &file.spot());
    } else {
        read.add_concatenated(bytes, &file.spot());
    }
    read.done()
}

/// What was read of one file so far.
struct Reading {
    file: CertificateFile,
    problems: Vec<ReadProblem>,
    full: bool,
}

impl Reading {
    fn new(file: CertificateFile) -> Self {
        Self { file, problems: Vec::new(), full: false }
    }

    fn problem(&mut self, at: &Spot, message: impl Into<String>) {
        self.problems.push(ReadProblem { at: at.clone(), message: message.into() });
    }

    /// A certificate; in captures the one that is printed twice is kept once.
    fn add(&mut self, bytes: &[u8], at: &Spot) {
        if self.file.certificates.len() >= MOST_CERTIFICATES {
            if !self.full {
                self.full = true;
                self.problem(
                    at,
                    format!("reading certificates: only the first {MOST_CERTIFICATES} are read"),
                );
            }
            return;
        }
        match certificate_from_der(bytes, at.clone()) {
            Ok(certificate) => {
                let again = self.file.form == CertificateForm::Capture
                    && self.file.certificates.iter().any(|known| known.der == certificate.der);
                if !again {
                    self.file.certificates.push(certificate);
                }
            }
            Err(message) => self.problem(at, message),
        }
    }

    fn add_bundle(&mut self, bytes: &[u8], at: &Spot) {
        match bundle::certificates(bytes) {
            Some(certificates) if !certificates.is_empty() => {
                certificates.into_iter().take(MOST_CERTIFICATES + 1).for_each(|bytes| self.add(bytes, at));
            }
            Some(_) => self.problem(at, "reading a PKCS #7 bundle: it holds no certificate"),
            None => self.problem(at, "reading a PKCS #7 bundle: its structure is broken"),
        }
    }

    /// Certificates one behind the other, as some tools write them.
    fn add_concatenated(&mut self, bytes: &[u8], at: &Spot) {
        let mut rest = bytes;
        let mut count = 0usize;
        while let Some((element, after)) =
            der::first(rest).filter(|(element, _)| element.tag == der::SEQUENCE)
        {
            self.add(element.whole, at);
            rest = after;
            count += 1;
            if count > MOST_CERTIFICATES {
                return;
            }
        }
        if count == 0 {
            self.problem(at, "reading the certificate: it is cut off, or its length is wrong");
        } else if !rest.iter().all(|byte| matches!(byte, 0 | b'\r' | b'\n')) {
            self.problem(
                at,
                format!("reading the certificate: {} bytes behind it are something else", rest.len()),
            );
        }
    }

    fn done(self) -> Evidence {
        let keep = !self.file.certificates.is_empty() || self.file.private_key;
        let certificates = if keep { vec![self.file] } else { Vec::new() };
        Evidence { certificates, problems: self.problems, ..Evidence::default() }
    }
}
