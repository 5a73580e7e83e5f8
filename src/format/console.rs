//! What psconfig or a PowerShell window printed: no prefix, no time. Every line that is not indented is a record.

use super::{Format, Header, announcing};

/// Reader of console captures and transcripts.
#[derive(Debug)]
pub struct Console;

impl Format for Console {
    fn header<'a>(&self, line: &'a [u8]) -> Option<Header<'a>> {
        match line.first() {
            // Indented and empty lines, and the `+ CategoryInfo` of an error, belong to what they follow.
            None | Some(b' ' | b'\t' | b'+') => None,
            // psconfig names the object of an error, and the exception on the line below; then its stack.
            _ if is_exception(line) || is_of_a_stack(line) => None,
            Some(_) => Some(Header { level: level_word(line), message: line, ..Header::default() }),
        }
    }

    fn is_gap(&self, line: &[u8]) -> bool {
        line.trim_ascii().is_empty()
    }

    /// psconfig leaves blank lines between what failed and why.
    fn spans_gap(&self, line: &[u8]) -> bool {
        is_exception(line)
    }
}

/// `at Microsoft.SharePoint.X.Y(String z)`: a page that was copied from has no blanks before it any more.
fn is_of_a_stack(line: &[u8]) -> bool {
    let Some(method) = line.strip_prefix(b"at ") else { return false };
    let name =
        method.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"._`<>+[]$".contains(byte)).count();
    method.get(name) == Some(&b'(') && method.get(..name).is_some_and(|name| name.contains(&b'.'))
}

/// A line of a console that tells of a failure, or belongs to one that does.
pub(super) fn tells(line: &[u8]) -> bool {
    level_word(line) != b"INFO" || is_exception(line)
}

fn is_exception(line: &[u8]) -> bool {
    line.starts_with(b"Exception: ")
}

/// A text begins with an exception: the line that it belongs to was not copied.
pub(super) fn begins_inside(line: &[u8]) -> bool {
    is_exception(line) || line.starts_with(b"Inner Exception: ")
}

/// What then stands before the exception, so that it is a line of its own.
const ADOPTED: &[u8] = b"ERROR: ";

/// A text that begins with an exception, with that as an error.
pub(super) fn adopted(mut text: Vec<u8>) -> Vec<u8> {
    let start = text.len() - text.trim_ascii_start().len();
    text.splice(start..start, ADOPTED.iter().copied());
    text
}

/// The line is an exception that is one of its own.
pub(super) fn is_adopted(line: &[u8]) -> bool {
    line.strip_prefix(ADOPTED).is_some_and(begins_inside)
}

/// PowerShell says `WARNING:`; an error opens with the cmdlet and a colon, or psconfig's own words.
pub(super) fn level_word(line: &[u8]) -> &'static [u8] {
    if line.starts_with(b"WARNING:") {
        b"WARNING"
    } else if is_error(line) {
        b"ERROR"
    } else {
        b"INFO"
    }
}

fn is_error(line: &[u8]) -> bool {
    const OPENINGS: [&[u8]; 4] =
        [b"Failed to ", b"An exception of type ", b"Configuration of SharePoint Products", b"ERROR"];
    OPENINGS.iter().any(|opening| line.starts_with(opening))
        || is_cmdlet_error(line)
        || announcing::announces(line)
}

/// `Mount-SPContentDatabase : Upgrade completed with errors.`: a verb, a noun with SP, blank, colon.
pub(super) fn is_cmdlet_error(line: &[u8]) -> bool {
    let Some(end) = memchr::memmem::find(line, b" : ") else { return false };
    let Some(name) = line.get(..end) else { return false };
    name.len() < 60
        && memchr::memmem::find(name, b"-SP").is_some()
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}
