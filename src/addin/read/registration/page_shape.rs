//! The values of a registration page by what they look like, for pages in languages whose labels are not known.

use super::is_guid;
use super::page::Field;
use crate::addin::evidence::Spot;
use crate::addin::evidence::secret::Secret;
use crate::addin::host::Authority;

/// No page has more lines with a value.
const MOST_LINES: usize = 40;

/// Characters of a client secret of 32 bytes in base64.
const SECRET: usize = 44;
/// Bytes of it.
const BYTES: usize = 32;

/// A short text with one id, one secret and a host or an address, each behind a label: nothing else looks like that.
pub(super) fn is_one(text: &str) -> bool {
    let values: Vec<&str> = text.lines().filter_map(value).take(MOST_LINES + 1).collect();
    let number = |field: Field| values.iter().filter(|value| of(value) == Some(field)).count();
    // A hash has the form of a secret, so there has to be a host or an address as well.
    let place = number(Field::Domain) + number(Field::Redirect);
    values.len() <= MOST_LINES
        && number(Field::ClientId) == 1
        && number(Field::Secret) == 1
        && (1..=2).contains(&place)
}

/// What stands behind the label of a line.
pub(super) fn value(line: &str) -> Option<&str> {
    let (label, value) = line.split_once([':', '\u{ff1a}', '\t'])?;
    let value = value.trim_start_matches([':', '\u{ff1a}']).trim();
    (!label.trim().is_empty() && !value.is_empty()).then_some(value)
}

/// Which field a value must be; `None` for a title, which may be anything.
pub(super) fn of(value: &str) -> Option<Field> {
    let is_secret =
        || value.len() == SECRET && Secret::new("", value, Spot::default()).form.decoded == Some(BYTES);
    let is_host = || {
        let plain =
            value.contains('.') && !value.contains(['/', '@']) && !value.contains(char::is_whitespace);
        plain && Authority::of(value).is_some()
    };
    match () {
        () if is_guid(value) => Some(Field::ClientId),
        () if is_secret() => Some(Field::Secret),
        () if value.starts_with("https://") || value.starts_with("http://") => Some(Field::Redirect),
        () if is_host() => Some(Field::Domain),
        () => None,
    }
}
