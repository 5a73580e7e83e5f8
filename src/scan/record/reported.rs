//! Lines of a console that report an error without its name.

use std::borrow::Cow;

use super::lane::Open;
use crate::model::kind::Level;

/// A line below which a remote PowerShell says that a cmdlet of SharePoint failed, or with which psconfig says that an object
/// failed: an error. It counts only where no rule knows it, since the lines before it may be the same message.
pub(super) fn as_reported(open: &Open) -> Cow<'_, Open> {
    if open.level == Level::Info && (is_of_a_cmdlet(open) || is_of_an_object(open)) {
        return Cow::Owned(Open { level: Level::Error, ..open.clone() });
    }
    Cow::Borrowed(open)
}

fn is_of_a_cmdlet(open: &Open) -> bool {
    let below = open.text.get(open.own..).unwrap_or_default();
    let line = open.text.get(..open.own).unwrap_or_default();
    // What a window broke off the underline above says nothing.
    line.iter().any(u8::is_ascii_alphanumeric)
        && below.trim_ascii_start().starts_with(b"+ CategoryInfo ")
        && memchr::memmem::find(below, b"+ FullyQualifiedErrorId : Microsoft.SharePoint.PowerShell.")
            .is_some()
}

/// `Cannot upgrade [X].  (EventID:an59g)`: psconfig of 2013 and later repeats what the upgrade said of an object, with the
/// number of its event. Other texts with such a number may be the rest of a line above.
fn is_of_an_object(open: &Open) -> bool {
    let line = open.text.get(..open.own).unwrap_or_default();
    let Some(bracket) = memchr::memchr(b'[', line) else { return false };
    let words = line.get(..bracket).unwrap_or_default();
    let says = words.first().is_some_and(u8::is_ascii_uppercase)
        && words.ends_with(b" ")
        && words.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b' ');
    let id = line.trim_ascii_end().strip_suffix(b")").and_then(|line| {
        let at = memchr::memmem::rfind(line, b"(EventID:")?;
        line.get(at + b"(EventID:".len()..)
    });
    says && id.is_some_and(|id| (4..=5).contains(&id.len()) && id.iter().all(u8::is_ascii_alphanumeric))
}
