//! Bundles of certificates, PKCS #7: `.p7b`, as Windows and authorities hand out chains.
//!
//! Walked, not decoded: one broken certificate in a bundle must not hide the others, and Windows does not sort the set
//! as DER asks for. The order of the certificates in it means nothing.

use super::der::{self, Element};

/// 1.2.840.113549.1.7.2, `signedData`.
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/// Whether the structure says that it is one.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    content(bytes).is_some()
}

/// The certificates; `None` where the structure is broken before they come.
pub(super) fn certificates(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let signed = content(bytes)?;
    let mut parts = der::members(signed.content).skip_while(|part| part.tag != der::SEQUENCE);
    parts.next()?;
    let set = parts.find(|part| part.tag == der::CONTEXT_0)?;
    Some(der::members(set.content).filter(|part| part.tag == der::SEQUENCE).map(|part| part.whole).collect())
}

fn content(bytes: &[u8]) -> Option<Element<'_>> {
    let outer = der::first(bytes)?.0;
    let mut parts = der::members(outer.content);
    let kind = parts.next()?;
    (outer.tag == der::SEQUENCE && kind.tag == der::IDENTIFIER && kind.content == SIGNED_DATA)
        .then_some(())?;
    let explicit = parts.next().filter(|part| part.tag == der::CONTEXT_0)?;
    Some(der::first(explicit.content)?.0).filter(|signed| signed.tag == der::SEQUENCE)
}
