//! What a file of XML says of its encoding, and whether its bytes are written so: parsers refuse what does not agree.

use crate::addin::evidence::{Spot, Value};
use crate::text::encoding::is_utf_16;

/// What does not agree, as messages with their places.
pub(crate) fn faults(bytes: &[u8], text: &str, encoding: &str, spot: &Spot) -> Vec<Value> {
    bad_bytes(bytes, spot).into_iter().chain(bad_declaration(text, encoding, spot)).collect()
}

/// A file without a mark is UTF-8 for its parser unless it says otherwise.
fn bad_bytes(bytes: &[u8], spot: &Spot) -> Option<Value> {
    let error = std::str::from_utf8(bytes).err()?;
    let head = String::from_utf8_lossy(bytes.get(..200).unwrap_or(bytes)).to_ascii_lowercase();
    let declared = head.contains("encoding=") && !head.contains("utf-8");
    if declared || is_utf_16(bytes) {
        return None;
    }
    let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
    let line = 1 + memchr::memchr_iter(b'\n', before).count() as u64;
    let column = before.rsplit(|byte| *byte == b'\n').next().map_or(0, <[u8]>::len) as u64 + 1;
    Some(Value::new("bytes that are not UTF-8, which the file has to be", spot.at(line, column)))
}

/// Whether a parser may know an encoding. UTF-7, which is forbidden, and made-up names are none.
fn is_encoding(name: &str) -> bool {
    let others = ["ibm", "cp", "utf-32", "ucs-4", "iso-10646"];
    encoding_rs::Encoding::for_label(name.as_bytes()).is_some()
        || others.iter().any(|start| name.starts_with(start))
}

/// A declaration of another encoding than that of the bytes, or one that does not come first.
fn bad_declaration(text: &str, encoding: &str, spot: &Spot) -> Option<Value> {
    let declared = || {
        let (declaration, _) = text.strip_prefix("<?xml")?.split_once("?>")?;
        let (_, value) = declaration.split_once("encoding")?;
        let value = value.trim_start().strip_prefix('=')?.trim_start();
        let value = value.trim_start_matches(['"', '\'']).split(['"', '\'']).next()?;
        Some(value.trim().to_ascii_lowercase())
    };
    let wide = |name: &str| ["utf-16", "ucs-2", "unicode"].iter().any(|start| name.starts_with(start));
    let message = if text.starts_with('\u{feff}') {
        "a second byte order mark in front of the document".to_owned()
    } else {
        match declared()? {
            name if wide(&name) && !wide(encoding) => {
                format!("the declaration says {name}, and the bytes are not UTF-16")
            }
            name if !wide(&name) && !is_encoding(&name) => {
                format!("the declaration says encoding={name:?}, which no XML parser knows")
            }
            name if !wide(&name) && wide(encoding) => {
                format!("the declaration says {name}, and the bytes are UTF-16")
            }
            name if ["utf-32", "ucs-4", "iso-10646-ucs-4"].iter().any(|start| name.starts_with(start)) => {
                format!("the declaration says {name}, and the bytes are not UTF-32")
            }
            _ => return None,
        }
    };
    Some(Value::new(message, spot.at(1, 1)))
}
