//! Why a file is left out.

use crate::command::input::Input;
use crate::command::input::open::Glance;
use crate::command::own;
use crate::format::log_name::{LogName, Named};

/// What shows before it is asked what a file is; and whether something may be missing therefore.
pub(super) fn before_a_look(input: &Input, glance: &Glance) -> Option<(String, bool)> {
    if glance.head.is_empty() {
        let error = glance.error.as_ref().map(|error| (format!("cannot be read: {error}"), true));
        return Some(error.unwrap_or_else(|| ("it is empty".to_owned(), false)));
    }
    if own::is_report(&glance.head) {
        return Some(("written by spdoctor".to_owned(), false));
    }
    // In a folder it may hold anything.
    packed(input, &glance.head).map(|reason| (reason, input.named))
}

/// The file is an archive that is not looked into, by its first bytes.
fn packed(input: &Input, head: &[u8]) -> Option<String> {
    let by = packer(head)?;
    let inside = if input.is_member() { " inside an archive" } else { "" };
    Some(format!("a packed file{inside}{by}: unpack it first"))
}

/// Why a file is no log; and whether its name promises one, so that something may be missing.
pub(super) fn why_unknown(input: &Input, glance: &Glance) -> (String, bool) {
    let promised = LogName::of(input.file_name()).map(|name| name.log);
    let is_binary = glance.head.iter().take(4096).any(|byte| *byte == 0);
    let reason = if is_binary {
        "not a log: binary"
    } else if promised.is_some() {
        "named like a log, but no line at its start has the form of one"
    } else if input.named {
        "not a log; spdoctor explain \"TEXT\" says what it knows of a text"
    } else {
        "not a log"
    };
    // Other programs may call their logs as ULS does, but these are texts.
    let is_broken = promised.is_some_and(|log| is_binary || log != Named::Trace);
    (reason.to_owned(), is_broken)
}

/// By what a file is packed, by its first bytes.
fn packer(head: &[u8]) -> Option<&'static str> {
    const TAR: std::ops::Range<usize> = 257..262;
    let starts: [(&[u8], &str); 6] = [
        (b"PK\x03\x04", ""),
        (b"\x1f\x8b", ""),
        (b"7z\xbc\xaf\x27\x1c", " (7z)"),
        (b"Rar!\x1a\x07", " (rar)"),
        (b"MSCF\0\0\0\0", " (cab)"),
        (b"BZh", " (bzip2)"),
    ];
    let is_tar = head.get(TAR) == Some(b"ustar");
    let by_start = || starts.iter().find(|(start, _)| head.starts_with(start)).map(|(_, by)| *by);
    if is_tar { Some(" (tar)") } else { by_start() }
}
