//! Certificates between `-----BEGIN …-----` lines, with anything around them: comments, the bag attributes of OpenSSL,
//! the transcript of a connection, indentation, line ends of any kind.

use super::super::File;
use super::{Reading, bundle, decoded, transcript};
use crate::addin::evidence::certificate::{CertificateFile, CertificateForm, CertificateUse};
use crate::addin::evidence::{Evidence, Spot};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// Reads the blocks of a text; each capture in it becomes a file of its own.
pub(super) fn read(file: &File<'_>, text: &str) -> Evidence {
    // Taken out of JSON or of a setting, the line ends are written as escapes.
    let unescaped = text.contains("-----\\n").then(|| text.replace("\\r", "").replace("\\n", "\n"));
    let text = unescaped.as_deref().unwrap_or(text);
    // An old Mac, and some consoles, end lines with the first of the two alone.
    let broken = has_lone_return(text).then(|| text.replace("\r\n", "\n").replace('\r', "\n"));
    let text = broken.as_deref().unwrap_or(text);
    let mut evidence = Evidence::default();
    let mut scanner = Scanner::new(file, transcript::is_one(text));
    for (number, line) in (1u64..).zip(text.lines()) {
        let at = file.spot().at(number, 0);
        if scanner.capture
            && scanner.block.is_none()
            && transcript::starts(line)
            && scanner.has_certificates()
        {
            evidence.append(scanner.next_capture(file));
        }
        scanner.line(line, &at);
    }
    scanner.end_of_text();
    evidence.append(scanner.done(file));
    evidence
}

fn has_lone_return(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'))
}

/// A block whose end was not seen yet.
struct Block {
    label: String,
    at: Spot,
    body: String,
}

struct Scanner {
    reading: Reading,
    block: Option<Block>,
    capture: bool,
    /// Certificates that the transcript lists.
    listed: usize,
}

impl Scanner {
    fn new(file: &File<'_>, capture: bool) -> Self {
        let form = if capture { CertificateForm::Capture } else { CertificateForm::Pem };
        let mut certificates = CertificateFile::new(file.spot(), form);
        if capture {
            certificates.role = CertificateUse::Tls;
        }
        Self { reading: Reading::new(certificates), block: None, capture, listed: 0 }
    }

    fn has_certificates(&self) -> bool {
        !self.reading.file.certificates.is_empty()
    }

    /// What was read of this capture; the next one starts.
    fn next_capture(&mut self, file: &File<'_>) -> Evidence {
        std::mem::replace(self, Self::new(file, true)).finished()
    }

    fn line(&mut self, line: &str, at: &Spot) {
        if let Some(place) = line.find(BEGIN) {
            if let Some(block) = self.block.take() {
                self.reading
                    .problem(&block.at, format!("reading {}: it has no END line", named(&block.label)));
            }
            self.begin(line.get(place + BEGIN.len()..).unwrap_or_default(), at);
        } else if let Some(place) = line.find(END) {
            self.body(line.get(..place).unwrap_or_default());
            self.end();
        } else if self.block.is_some() {
            self.body(line);
        } else if self.capture {
            self.around(line, at);
        }
    }

    /// Behind the label the body may follow on the same line, up to the end of the block.
    fn begin(&mut self, rest: &str, at: &Spot) {
        let Some((label, rest)) = rest.split_once("-----") else { return };
        self.block = Some(Block { label: label.to_owned(), at: at.clone(), body: String::new() });
        match rest.find(END) {
            Some(place) => {
                self.body(rest.get(..place).unwrap_or_default());
                self.end();
            }
            None => self.body(rest),
        }
    }

    fn body(&mut self, line: &str) {
        let Some(block) = &mut self.block else { return };
        // `Proc-Type: 4,ENCRYPTED` and its like stand above the base64 of old keys. A key is not looked at anyway.
        if !line.contains(':') && !block.label.ends_with("PRIVATE KEY") {
            block.body.push_str(line.trim());
        }
    }

    fn end(&mut self) {
        let Some(block) = self.block.take() else { return };
        match block.label.as_str() {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => match decoded(&block.body) {
                Some(bytes) => self.reading.add(first_element(&bytes), &block.at),
                None => self.reading.problem(&block.at, "reading the certificate: its base64 is broken"),
            },
            "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS" => match decoded(&block.body) {
                Some(bytes) if bundle::is_one(&bytes) => {
                    self.reading.file.form = CertificateForm::Pkcs7;
                    self.reading.add_bundle(&bytes, &block.at);
                }
                _ => self
                    .reading
                    .problem(&block.at, "reading a PKCS #7 bundle: its base64 or structure is broken"),
            },
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => {
                let message = "reading a certificate request: it is no certificate, only the request for one";
                self.reading.problem(&block.at, message);
            }
            label if label.ends_with("PRIVATE KEY") => self.reading.file.private_key = true,
            _ => {}
        }
    }

    fn around(&mut self, line: &str, at: &Spot) {
        self.listed += usize::from(transcript::lists_certificate(line));
        let file = &mut self.reading.file;
        if file.captured_from.is_none() {
            file.captured_from = transcript::endpoint(line, at);
        }
        if file.protocol.is_none() {
            file.protocol = transcript::protocol(line, at);
        }
    }

    fn end_of_text(&mut self) {
        if let Some(block) = self.block.take() {
            if block.label.ends_with("PRIVATE KEY") {
                self.reading.file.private_key = true;
            }
            self.reading.problem(&block.at, format!("reading {}: it has no END line", named(&block.label)));
        }
    }

    fn done(self, file: &File<'_>) -> Evidence {
        let nothing =
            !self.has_certificates() && !self.reading.file.private_key && self.reading.problems.is_empty();
        if nothing {
            let message = "reading certificates: the text holds none; was -showcerts missing, or did the connection fail?";
            return Evidence::of_problem(file.spot(), message);
        }
        self.finished()
    }

    fn finished(mut self) -> Evidence {
        let file = &mut self.reading.file;
        file.not_shown = self.listed.saturating_sub(file.certificates.len());
        if file.not_shown > 0 && self.reading.problems.is_empty() {
            let at = file.at.clone();
            let message = format!(
                "reading a capture: it lists {} certificates and shows fewer; -showcerts shows all",
                self.listed
            );
            self.reading.problem(&at, message);
        }
        self.reading.done()
    }
}

fn named(label: &str) -> &'static str {
    match label {
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => "the certificate",
        "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS" => "a PKCS #7 bundle",
        label if label.ends_with("PRIVATE KEY") => "a private key",
        _ => "a PEM block",
    }
}

/// OpenSSL writes what a trusted certificate is trusted for behind it.
fn first_element(bytes: &[u8]) -> &[u8] {
    super::der::first(bytes).map_or(bytes, |(element, _)| element.whole)
}
