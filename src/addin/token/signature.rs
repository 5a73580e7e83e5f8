//! Signatures, checked with the keys that were given and with no other. Without a key nothing is claimed.

use base64::Engine as _;
use ring::{hmac, signature};
use sha2::{Digest as _, Sha256};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::addin::evidence::Spot;
use crate::addin::evidence::secret::Secret;
use crate::model::token::{Signature, SignatureStatus};

/// Keys to check signatures with.
#[derive(Default)]
pub struct Keys {
    secrets: Vec<(String, hmac::Key)>,
    certificates: Vec<Given>,
}

/// A certificate that was given.
#[derive(Clone, Debug)]
struct Given {
    name: String,
    der: Vec<u8>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("secrets", &self.secrets.len())
            .field("certificates", &self.certificates.len())
            .finish()
    }
}

impl Keys {
    /// Adds a client secret, read as `TokenHelper` reads it: base64.
    ///
    /// # Errors
    /// It is no base64. The text is not in the error.
    pub fn add_secret(&mut self, name: &str, text: &str) -> Result<(), String> {
        let form = Secret::new(name, text, Spot::default()).form;
        let packed: String = text.chars().filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')).collect();
        let engine = base64::engine::GeneralPurpose::new(
            &base64::alphabet::STANDARD,
            base64::engine::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
        );
        match engine.decode(packed) {
            Ok(bytes) if form.decoded.is_some() && !bytes.is_empty() => {
                self.secrets.push((name.to_owned(), hmac::Key::new(hmac::HMAC_SHA256, &bytes)));
                Ok(())
            }
            _ => Err(format!("the client secret in {name} is no base64, which TokenHelper needs")),
        }
    }

    /// Adds a certificate, DER.
    ///
    /// # Errors
    /// It is none.
    pub fn add_certificate(&mut self, name: &str, der: &[u8]) -> Result<(), String> {
        match X509Certificate::from_der(der) {
            Ok(_) => {
                self.certificates.push(Given { name: name.to_owned(), der: der.to_owned() });
                Ok(())
            }
            Err(_) => Err(format!("cannot read the certificate in {name}")),
        }
    }

    /// Names and SHA-1 and SHA-256 thumbprints of the certificates, as base64 of URLs.
    pub(super) fn thumbprints(&self) -> impl Iterator<Item = (&str, String, String)> {
        self.certificates.iter().map(|given| {
            let encode = |bytes: &[u8]| base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(bytes);
            (
                given.name.as_str(),
                encode(&sha1::Sha1::digest(&given.der)),
                encode(&Sha256::digest(&given.der)),
            )
        })
    }

    /// Checks the signature of `signed`, the header and the payload as they stand in the token.
    pub(super) fn check(&self, algorithm: &str, signed: &str, signature: &[u8]) -> Signature {
        let of = |status| Signature { status, key: None };
        match algorithm {
            _ if algorithm.eq_ignore_ascii_case("none") && signature.is_empty() => {
                of(SignatureStatus::Unsigned)
            }
            _ if signature.is_empty() => of(SignatureStatus::Unsigned),
            "HS256" => self.check_secrets(signed, signature),
            "RS256" => self.check_certificates(signed, signature),
            _ => of(SignatureStatus::UnknownAlgorithm),
        }
    }

    fn check_secrets(&self, signed: &str, signature: &[u8]) -> Signature {
        let fits = |key: &hmac::Key| hmac::verify(key, signed.as_bytes(), signature).is_ok();
        outcome(self.secrets.iter().map(|(name, key)| (name.as_str(), fits(key))))
    }

    fn check_certificates(&self, signed: &str, signature: &[u8]) -> Signature {
        let fits = |given: &Given| made_by(&given.der, signed, signature);
        outcome(self.certificates.iter().map(|given| (given.name.as_str(), fits(given))))
    }
}

fn outcome<'a>(tried: impl Iterator<Item = (&'a str, bool)>) -> Signature {
    let mut last = None;
    for (name, fits) in tried {
        if fits {
            return Signature { status: SignatureStatus::Valid, key: Some(name.to_owned()) };
        }
        last = Some(name.to_owned());
    }
    let status = if last.is_some() { SignatureStatus::Mismatch } else { SignatureStatus::NoKey };
    Signature { status, key: last }
}

/// RSA with SHA-256. Keys of 1024 bits still sign tokens of old farms; that they are weak is another check's matter.
fn made_by(der: &[u8], signed: &str, bytes: &[u8]) -> bool {
    let Ok((_, certificate)) = X509Certificate::from_der(der) else { return false };
    let key = &certificate.public_key().subject_public_key.data;
    signature::UnparsedPublicKey::new(&signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, key)
        .verify(signed.as_bytes(), bytes)
        .is_ok()
}

/// Certificates of a PEM or DER file, for the command line; other forms are read by the reader of certificates.
pub fn certificates_of(bytes: &[u8]) -> Vec<Vec<u8>> {
    if X509Certificate::from_der(bytes).is_ok() {
        return vec![bytes.to_owned()];
    }
    x509_parser::pem::Pem::iter_from_buffer(bytes)
        .filter_map(Result::ok)
        .filter(|pem| pem.label == "CERTIFICATE")
        .map(|pem| pem.contents)
        .take(100)
        .collect()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::{Keys, SignatureStatus};

    #[test]
    fn only_the_key_that_signed_makes_a_signature_valid() {
        let secret = base64::prelude::BASE64_STANDARD.encode([7u8; 32]);
        let tag = ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &[7u8; 32]), b"a.b");
        let mut keys = Keys::default();
        assert_eq!(keys.check("HS256", "a.b", tag.as_ref()).status, SignatureStatus::NoKey);
        let other = base64::prelude::BASE64_STANDARD.encode([8u8; 32]);
        keys.add_secret("OTHER", &other).expect("base64");
        assert_eq!(keys.check("HS256", "a.b", tag.as_ref()).status, SignatureStatus::Mismatch);
        keys.add_secret("RIGHT", &secret).expect("base64");
        let found = keys.check("HS256", "a.b", tag.as_ref());
        assert_eq!((found.status, found.key.as_deref()), (SignatureStatus::Valid, Some("RIGHT")));
        // The algorithm of the token does not choose the kind of key.
        assert_eq!(keys.check("RS256", "a.b", tag.as_ref()).status, SignatureStatus::NoKey);
        assert_eq!(keys.check("none", "a.b", b"").status, SignatureStatus::Unsigned);
        assert_eq!(keys.check("ES256", "a.b", b"x").status, SignatureStatus::UnknownAlgorithm);
    }

    #[test]
    fn an_error_of_a_key_does_not_show_it() {
        let error = Keys::default().add_secret("VAR", "canary~canary~canary").expect_err("no base64");
        assert!(!error.contains("canary"), "{error}");
    }
}
