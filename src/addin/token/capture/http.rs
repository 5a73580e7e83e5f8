//! A message of HTTP as it went over the wire: first line, headers, body; chunks and compression undone.

use std::io::Read as _;

use super::{MOST_BODY, Message};
use crate::text::encoding::decode_all;

/// Most headers of a message.
const MOST_HEADERS: usize = 500;

/// The first line and the rest of a message.
pub(super) fn message(bytes: &[u8]) -> (String, Message) {
    let end = memchr::memmem::find(bytes, b"\r\n\r\n").map(|at| (at, at + 4));
    let end = end.or_else(|| memchr::memmem::find(bytes, b"\n\n").map(|at| (at, at + 2)));
    let (head, body) = match end {
        Some((head, body)) => (bytes.get(..head).unwrap_or_default(), bytes.get(body..).unwrap_or_default()),
        None => (bytes, &[][..]),
    };
    let head = String::from_utf8_lossy(head.get(..head.len().min(1 << 20)).unwrap_or_default());
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .take(MOST_HEADERS)
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect();
    let mut message = Message { headers, ..Message::default() };
    let (body, trouble) = decoded(&message, body);
    (message.body, message.trouble) = (body, trouble);
    (first, message)
}

/// The text of a body whose headers are known.
fn decoded(message: &Message, body: &[u8]) -> (String, Option<&'static str>) {
    let chunked = message
        .header("Transfer-Encoding")
        .is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
    let whole = if chunked { unchunked(body) } else { body.to_owned() };
    let encodings: Vec<String> = message
        .all("Content-Encoding")
        .flat_map(|value| value.split(','))
        .map(|one| one.trim().to_ascii_lowercase())
        .collect();
    let mut bytes = whole;
    let mut trouble = None;
    for encoding in encodings.iter().rev().take(3) {
        match uncompressed(encoding, &bytes) {
            Ok((expanded, cut)) => {
                bytes = expanded;
                trouble = trouble.or(cut);
            }
            Err(reason) => return (String::new(), Some(reason)),
        }
    }
    let (text, cut) = text(&bytes);
    (text, trouble.or(cut))
}

/// Bytes as text, up to the bound.
pub(super) fn text(bytes: &[u8]) -> (String, Option<&'static str>) {
    let cut = (bytes.len() > MOST_BODY).then_some("a body was read only up to 16 MiB");
    (decode_all(bytes.get(..MOST_BODY).unwrap_or(bytes)).0, cut)
}

/// Chunks put together. What is no chunk any more is left out; a body that never was chunked is kept.
fn unchunked(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = body;
    while let Some(line_end) = memchr::memchr(b'\n', rest) {
        let line = String::from_utf8_lossy(rest.get(..line_end.min(40)).unwrap_or_default());
        let digits = line.split(';').next().unwrap_or_default().trim();
        let Ok(length) = usize::from_str_radix(digits, 16) else {
            // Fiddler can be told to undo chunks and to keep the header.
            return if out.is_empty() { body.to_owned() } else { out };
        };
        let from = line_end + 1;
        let data = rest.get(from..).unwrap_or_default();
        let taken = data.get(..length).unwrap_or(data);
        out.extend_from_slice(taken);
        if length == 0 || taken.len() < length {
            return out;
        }
        rest = data.get(length..).unwrap_or_default();
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
    if out.is_empty() { body.to_owned() } else { out }
}

type Expanded = (Vec<u8>, Option<&'static str>);

fn uncompressed(encoding: &str, bytes: &[u8]) -> Result<Expanded, &'static str> {
    match encoding {
        "" | "identity" => Ok((bytes.to_owned(), None)),
        // A tool may have undone the compression and kept the header.
        "gzip" | "x-gzip" if !bytes.starts_with(&[0x1f, 0x8b]) => Ok((bytes.to_owned(), None)),
        "gzip" | "x-gzip" => Ok(bounded(flate2::read::MultiGzDecoder::new(bytes))),
        "deflate" => {
            let (expanded, trouble) = bounded(flate2::read::ZlibDecoder::new(bytes));
            // Half of the servers send it without the frame that the standard asks for.
            let bare = || bounded(flate2::read::DeflateDecoder::new(bytes));
            Ok(if expanded.is_empty() { bare() } else { (expanded, trouble) })
        }
        "br" | "zstd" => Err("a body is compressed with a method that is not read here (br, zstd)"),
        _ => Err("a body is encoded in a way that is not known"),
    }
}

/// What comes out, up to the bound; an error in the middle leaves what came before it.
fn bounded(reader: impl std::io::Read) -> Expanded {
    let mut out = Vec::new();
    let result = reader.take(MOST_BODY as u64 + 1).read_to_end(&mut out);
    let trouble = match result {
        Err(_) => Some("a compressed body is damaged, and was read up to there"),
        Ok(_) if out.len() > MOST_BODY => Some("a body was read only up to 16 MiB"),
        Ok(_) => None,
    };
    out.truncate(MOST_BODY);
    (out, trouble)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::message;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(text).expect("memory");
        writer.finish().expect("memory")
    }

    #[test]
    fn chunks_and_compression_are_undone() {
        let body = gzip(b"hello world");
        let (one, two) = body.split_at(5);
        let mut wire =
            b"HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
                .to_vec();
        for part in [one, two] {
            wire.extend(format!("{:x}\r\n", part.len()).into_bytes());
            wire.extend_from_slice(part);
            wire.extend_from_slice(b"\r\n");
        }
        wire.extend_from_slice(b"0\r\n\r\n");
        let (first, found) = message(&wire);
        assert_eq!((first.as_str(), found.body.as_str()), ("HTTP/1.1 401 Unauthorized", "hello world"));
        for end in 0..wire.len() {
            let _ = message(&wire[..end]);
        }
    }

    #[test]
    fn a_bomb_is_cut_and_said() {
        let bomb = gzip(&vec![b'a'; (16 << 20) + 10]);
        let wire = [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".as_slice(), &bomb].concat();
        let (_, found) = message(&wire);
        assert_eq!(found.body.len(), 16 << 20);
        assert!(found.trouble.is_some());
    }

    #[test]
    fn headers_that_were_kept_though_the_body_is_plain_do_no_harm() {
        let wire = b"HTTP/1.1 200 OK\nContent-Encoding: gzip\nTransfer-Encoding: chunked\n\nplain text\n";
        assert_eq!(message(wire).1.body, "plain text\n");
    }
}
