//! Certificate and key under a password, PKCS #12: `.pfx`, `.p12`. The key is never kept.

use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error;

use super::super::File;
use super::der::{self, Element};
use super::{MOST_CERTIFICATES, Reading};
use crate::addin::evidence::Evidence;
use crate::addin::evidence::certificate::{CertificateFile, CertificateForm};

/// Windows takes 2,000 rounds, OpenSSL 2,048; a file that asks for far more is made to keep a reader busy.
const MOST_ROUNDS: u64 = 2_000_000;
/// How deep the structure is looked through for rounds.
const DEPTH: usize = 10;

/// Whether the structure says that it is one: version 3, then contents under a password.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    contents(bytes).is_some()
}

/// Reads it, with the password that was given, else without one.
pub(super) fn read(file: &File<'_>, bytes: &[u8]) -> Evidence {
    let at = file.spot();
    let mut read = Reading::new(CertificateFile::new(at.clone(), CertificateForm::Pfx));
    // What cannot be opened is taken to hold a key: that is what these files are made for.
    read.file.private_key = true;
    let shown = format!("cannot open {}", file.path);
    if rounds(bytes, DEPTH) > MOST_ROUNDS {
        read.problem(&at, format!("{shown}: it asks for more than {MOST_ROUNDS} rounds of key derivation"));
        return read.done();
    }
    match open(bytes, file.options.pfx_password.as_deref()) {
        Ok(archive) => {
            read.file.private_key = !archive.keys.is_empty();
            for bag in archive.certs.iter().take(MOST_CERTIFICATES) {
                read.add(bag.cert.as_der(), &at);
            }
            if archive.certs.is_empty() {
                read.problem(&at, format!("{shown}: it holds no certificate"));
            }
        }
        Err(Failure::Password) => {
            read.problem(&at, format!("{shown}: the password is wrong or missing (--pfx-password-env NAME)"));
        }
        Err(Failure::Structure) => {
            read.problem(&at, format!("{shown}: its structure is broken or not known"));
        }
    }
    read.done()
}

enum Failure {
    Password,
    Structure,
}

fn open(bytes: &[u8], password: Option<&str>) -> Result<Pkcs12Archive, Failure> {
    let tried = password.into_iter().chain([""]);
    let mut failure = Failure::Structure;
    for password in tried {
        match Pkcs12Archive::from_pkcs12(bytes, password) {
            Ok(archive) => return Ok(archive),
            // Without a code over the whole, a wrong password shows as padding that makes no sense.
            Err(Error::MacError(_) | Error::UnpadError | Error::Pkcs5Error(_)) => failure = Failure::Password,
            Err(_) => {}
        }
    }
    Err(failure)
}

fn contents(bytes: &[u8]) -> Option<Element<'_>> {
    let outer = der::first(bytes)?.0;
    let mut parts = der::members(outer.content);
    let version = der::integer(&parts.next()?)?;
    let contents = parts.next().filter(|part| part.tag == der::SEQUENCE)?;
    let kind = der::members(contents.content).next()?;
    (outer.tag == der::SEQUENCE && version == 3 && kind.tag == der::IDENTIFIER).then_some(contents)
}

/// The rounds of key derivation that a store asks for, in the code over the whole and in every part that is encrypted:
/// salt and rounds stand side by side.
fn rounds(bytes: &[u8], depth: usize) -> u64 {
    let Some(depth) = depth.checked_sub(1) else { return 0 };
    let mut inside = 0u64;
    let mut salted = false;
    let mut numbers: Vec<u64> = Vec::new();
    for part in der::members(bytes) {
        match part.tag {
            der::INTEGER if salted => numbers.push(der::integer(&part).unwrap_or(u64::MAX)),
            der::OCTETS if part.content.first() == Some(&der::SEQUENCE) => {
                inside = inside.saturating_add(rounds(part.content, depth));
            }
            tag if tag & 0x20 != 0 => inside = inside.saturating_add(rounds(part.content, depth)),
            _ => {}
        }
        salted |= part.tag == der::OCTETS;
    }
    // PBKDF2 has rounds and perhaps the length of the key; three numbers are scrypt, whose costs multiply.
    let own = match numbers.as_slice() {
        [cost, block, lanes, ..] => cost.saturating_mul(*block).saturating_mul(*lanes),
        [rounds, ..] => *rounds,
        [] => 0,
    };
    inside.saturating_add(own)
}
