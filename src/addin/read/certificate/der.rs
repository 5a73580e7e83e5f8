//! Just enough of DER, and of the BER that bundles are written in, to walk through structures: tag, length, contents.
//! What is inside a certificate is left to x509-parser.

/// The tag of a sequence.
pub(super) const SEQUENCE: u8 = 0x30;
/// Context tag 0 with members: the certificates of a bundle, the contents of a `ContentInfo`.
pub(super) const CONTEXT_0: u8 = 0xa0;
/// The tag of an octet string.
pub(super) const OCTETS: u8 = 0x04;
/// The tag of an object identifier.
pub(super) const IDENTIFIER: u8 = 0x06;
/// The tag of an integer.
pub(super) const INTEGER: u8 = 0x02;

/// Structures of unknown length are looked for their end this deep; no honest one goes deeper.
const DEPTH: usize = 12;

/// One element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Element<'a> {
    /// The tag, one byte; longer ones do not occur in what is walked.
    pub(super) tag: u8,
    /// What is inside.
    pub(super) content: &'a [u8],
    /// All of it, tag and length included.
    pub(super) whole: &'a [u8],
}

/// The element at the start, and what stands behind it. `None` where it is cut off or no element.
pub(super) fn first(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    element(bytes, DEPTH)
}

fn element(bytes: &[u8], depth: usize) -> Option<(Element<'_>, &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&length, rest) = rest.split_first()?;
    if tag & 0x1f == 0x1f {
        return None;
    }
    if length == 0x80 {
        return without_length(bytes, tag, rest, depth.checked_sub(1)?);
    }
    let (length, rest) = definite(length, rest)?;
    let (content, after) = rest.split_at_checked(length)?;
    let whole = bytes.get(..bytes.len() - after.len())?;
    Some((Element { tag, content, whole }, after))
}

fn definite(length: u8, rest: &[u8]) -> Option<(usize, &[u8])> {
    if length < 0x80 {
        return Some((usize::from(length), rest));
    }
    let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
    if digits.len() > 4 {
        return None;
    }
    let length = digits.iter().try_fold(0usize, |sum, digit| {
        sum.checked_mul(256).and_then(|sum| sum.checked_add(usize::from(*digit)))
    })?;
    Some((length, rest))
}

/// BER: the end is where two zero bytes stand in place of an element.
fn without_length<'a>(
    bytes: &'a [u8],
    tag: u8,
    contents: &'a [u8],
    depth: usize,
) -> Option<(Element<'a>, &'a [u8])> {
    let mut rest = contents;
    loop {
        if let Some(after) = rest.strip_prefix(&[0, 0]) {
            let content = contents.get(..contents.len() - rest.len())?;
            let whole = bytes.get(..bytes.len() - after.len())?;
            return Some((Element { tag, content, whole }, after));
        }
        rest = element(rest, depth)?.1;
    }
}

/// The members of a structure, as far as they can be told apart.
pub(super) fn members(content: &[u8]) -> impl Iterator<Item = Element<'_>> {
    let mut rest = content;
    std::iter::from_fn(move || {
        let (element, after) = first(rest)?;
        rest = after;
        Some(element)
    })
}

/// An integer that is not negative, if it fits.
pub(super) fn integer(element: &Element<'_>) -> Option<u64> {
    if element.tag != INTEGER || element.content.len() > 9 || element.content.first()? & 0x80 != 0 {
        return None;
    }
    element.content.iter().try_fold(0u64, |sum, byte| sum.checked_mul(256)?.checked_add(u64::from(*byte)))
}
