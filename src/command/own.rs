//! What spdoctor wrote itself, known by how it begins: it is not read as a log, and may be written anew.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use memchr::memmem;

/// Bytes of a file in which it is seen.
const SEEN: usize = 1024;

/// A script or a report of ours quotes logs, and lies beside them where it was written there.
pub(super) fn is_report(head: &[u8]) -> bool {
    let head = seen(head);
    head.starts_with(b"# Written by spdoctor ")
        || (head.starts_with(b"spdoctor ") && holds(head, b"\nVERDICT "))
        || (head.starts_with(b"{") && holds(head, b"\"schema\": \"spdoctor.") && !is_export(head))
}

/// A script that spdoctor wrote wrote this on the farm: it is read, and nobody can write it anew but the farm.
fn is_export(head: &[u8]) -> bool {
    holds(head, b"\"schema\": \"spdoctor.addin-registration/")
}

/// Anything that an earlier run wrote. Collapsed stacks say nothing of who wrote them: they are not among it.
fn is_output(head: &[u8]) -> bool {
    let head = seen(head);
    is_report(head)
        || (head.starts_with(b"{\"displayTimeUnit\"") && holds(head, b"\"tool\":\"spdoctor "))
        || (head.starts_with(b"BEFORE  ") && holds(head, b"\nAFTER   "))
        || (head.starts_with(b"VERDICT       ") && holds(head, b"\nTIMES         "))
        || (head.starts_with(b"BEGIN:VCALENDAR") && holds(head, b"\nPRODID:-//spdoctor//"))
        || head.starts_with(b"date,what,where\n")
}

/// Whether an earlier run wrote this file. One that cannot be read is somebody else's.
pub(super) fn wrote(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(SEEN as u64).read_to_end(&mut head));
    // Scripts begin with the mark that Windows PowerShell needs to read them as UTF-8.
    read.is_ok() && is_output(head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head))
}

fn seen(head: &[u8]) -> &[u8] {
    head.get(..SEEN).unwrap_or(head)
}

fn holds(head: &[u8], text: &[u8]) -> bool {
    memmem::find(head, text).is_some()
}
