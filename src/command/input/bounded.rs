//! Files that are held in memory whole: read up to a limit, and never cut at it without a word.

use std::io::{self, Read};

use crate::model::byte_limit::ByteLimit;

/// All bytes of a reader; `None` if there are more than `most`.
///
/// # Errors
/// Reading fails.
pub fn bounded(reader: impl Read, most: ByteLimit) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    reader.take(most.bytes().saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most.bytes()).then_some(bytes))
}

/// As [`bounded`], where more bytes are an error that says so.
///
/// # Errors
/// Reading fails, or there are more than `most`.
pub fn within(reader: impl Read, most: ByteLimit) -> io::Result<Vec<u8>> {
    bounded(reader, most)?.ok_or_else(|| io::Error::other(format!("it is larger than {most}")))
}

#[cfg(test)]
mod tests {
    use super::{bounded, within};
    use crate::model::byte_limit::ByteLimit;

    #[test]
    fn what_is_larger_than_its_limit_is_not_cut_but_refused() {
        let limit = ByteLimit::of_bytes(3);
        assert_eq!(bounded(&b"abc"[..], limit).expect("in memory"), Some(b"abc".to_vec()));
        assert_eq!(bounded(&b"abcd"[..], limit).expect("in memory"), None);
        let error = within(&b"abcd"[..], limit).expect_err("too large");
        assert_eq!(error.to_string(), "it is larger than 0 MiB");
    }
}
