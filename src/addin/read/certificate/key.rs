//! Private keys in binary form, told by the members of their structures: PKCS #8, also under a password, PKCS #1, and
//! those of elliptic curves. Nothing of them is kept.

use super::der::{self, Element};

/// Numbers of a key of RSA behind its version: modulus, exponents, primes and what follows from them.
const RSA_NUMBERS: usize = 8;
/// 1.2.840.113549.1.5 and 1.2.840.113549.1.12.1, under which ways to encrypt with a password stand.
const BY_PASSWORD: [&[u8]; 2] = [
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01],
];

/// Whether the bytes begin with the structure of a private key.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    let Some((whole, _)) = der::first(bytes).filter(|(whole, _)| whole.tag == der::SEQUENCE) else {
        return false;
    };
    let members: Vec<Element<'_>> = der::members(whole.content).take(RSA_NUMBERS + 3).collect();
    is_pkcs8(&members) || is_encrypted(&members) || is_rsa(&members) || is_curve(&members)
}

/// Version, algorithm, key.
fn is_pkcs8(members: &[Element<'_>]) -> bool {
    let [version, algorithm, key, ..] = members else { return false };
    matches!(der::integer(version), Some(0 | 1)) && identifier(algorithm).is_some() && key.tag == der::OCTETS
}

/// Algorithm that takes a password, key.
fn is_encrypted(members: &[Element<'_>]) -> bool {
    let [algorithm, key] = members else { return false };
    let by_password = |id: Element<'_>| BY_PASSWORD.iter().any(|arc| id.content.starts_with(arc));
    key.tag == der::OCTETS && identifier(algorithm).is_some_and(by_password)
}

/// Version and eight numbers.
fn is_rsa(members: &[Element<'_>]) -> bool {
    let Some((version, numbers)) = members.split_first() else { return false };
    matches!(der::integer(version), Some(0 | 1))
        && numbers.len() >= RSA_NUMBERS
        && numbers.iter().take(RSA_NUMBERS).all(|number| number.tag == der::INTEGER)
}

/// Version 1, the number, and perhaps curve and public key.
fn is_curve(members: &[Element<'_>]) -> bool {
    let [version, key, rest @ ..] = members else { return false };
    der::integer(version) == Some(1)
        && key.tag == der::OCTETS
        && rest.iter().all(|part| matches!(part.tag, 0xa0 | 0xa1))
}

fn identifier<'a>(algorithm: &Element<'a>) -> Option<Element<'a>> {
    let members = (algorithm.tag == der::SEQUENCE).then(|| der::first(algorithm.content))?;
    members.map(|(id, _)| id).filter(|id| id.tag == der::IDENTIFIER)
}

#[cfg(test)]
mod tests {
    use super::is_one;

    /// An element of fewer than 128 bytes.
    fn element(tag: u8, content: &[&[u8]]) -> Vec<u8> {
        let content = content.concat();
        let length = u8::try_from(content.len()).expect("short");
        [&[tag, length], content.as_slice()].concat()
    }

    #[test]
    fn private_keys_are_told_from_other_structures() {
        let number = |value: u8| element(2, &[&[value]]);
        let id = element(6, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]]);
        let by_password = element(6, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d]]);
        let octets = element(4, &[b"key"]);
        let numbers = number(7).repeat(8);
        let pkcs1 = element(0x30, &[&number(0), &numbers]);
        let pkcs8 = element(0x30, &[&number(0), &element(0x30, &[&id]), &octets]);
        let encrypted = element(0x30, &[&element(0x30, &[&by_password]), &octets]);
        let curve = element(0x30, &[&number(1), &octets, &element(0xa0, &[&id])]);
        for key in [&pkcs1, &pkcs8, &encrypted, &curve] {
            assert!(is_one(key), "{key:x?}");
            assert!(!is_one(&key[..key.len() - 1]), "{key:x?}");
        }
        let store = element(0x30, &[&number(3), &element(0x30, &[&id])]);
        let public = element(0x30, &[&element(0x30, &[&id]), &element(3, &[b"bits"])]);
        let digest = element(0x30, &[&element(0x30, &[&id]), &octets]);
        let public_rsa = element(0x30, &[&number(7), &number(3)]);
        for other in [store, public, digest, public_rsa, b"PK\x03\x04".to_vec(), Vec::new()] {
            assert!(!is_one(&other), "{other:x?}");
        }
    }
}
