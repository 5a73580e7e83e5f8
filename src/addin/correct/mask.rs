//! Text in which secrets are hidden, for showing.

use crate::addin::evidence::secret::Secret;
use crate::addin::evidence::{Spot, Value};
use crate::addin::read::secret_instead_of_id;

/// The text with the value behind every `…Secret=` and `…Password=` replaced, and behind `ClientId=` where it is no id.
/// Works on broken XML as well, and rather hides too much.
pub(super) fn hide(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = next(&lower, at) {
        let value = value_behind(text, found);
        let shown = value.as_ref().and_then(|value| {
            let inner = text.get(value.clone()).unwrap_or_default();
            shown(inner, lower.get(..found).is_some_and(|before| before.ends_with(ID)))
        });
        let (Some(value), Some(shown)) = (value, shown) else {
            out.push_str(text.get(at..found).unwrap_or_default());
            at = found;
            continue;
        };
        out.push_str(text.get(at..value.start).unwrap_or_default());
        out.push_str(&shown);
        at = value.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// The attribute whose value is no secret, unless the two are swapped.
const ID: &str = "clientid";

/// What stands in place of a value: digits of its hash, so that a change of it shows. `None` for one to leave alone.
fn shown(inner: &str, is_id: bool) -> Option<String> {
    let secret = if is_id {
        secret_instead_of_id(&Value::new(inner, Spot::default()))?
    } else if inner.is_empty() {
        return None;
    } else {
        Secret::new("", inner, Spot::default())
    };
    Some(format!("[{}]", secret.shown()))
}

/// Where the next word that announces a secret ends.
fn next(lower: &str, from: usize) -> Option<usize> {
    let rest = lower.get(from..)?;
    ["secret", "password", "passwort", "kennwort", "passphrase", "pwd", ID]
        .iter()
        .filter_map(|word| Some(from + rest.find(word)? + word.len()))
        .min()
}

/// The value behind an equals sign: in quotes, or to the end of the line.
fn value_behind(text: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let rest = text.get(at..)?;
    // In text of an element, up to the next tag; in comments a colon does for the sign.
    if let Some(inner) = rest.strip_prefix('>') {
        let length = inner.find('<').unwrap_or(inner.len());
        let is_value =
            inner.get(..length).is_some_and(|inner| !inner.trim().is_empty() && !inner.contains('\n'));
        return is_value.then_some(at + 1..at + 1 + length);
    }
    let behind = rest.trim_start().strip_prefix(['=', ':'])?.trim_start();
    let start = text.len() - behind.len();
    let end_of_line = behind.find(['\r', '\n']).unwrap_or(behind.len());
    let quote = behind.chars().next()?;
    if !matches!(quote, '"' | '\'') {
        return (end_of_line > 0).then_some(start..start + end_of_line);
    }
    let inner = behind.get(1..)?;
    // Without a closing quote everything that follows may be part of it.
    let length = inner.find(quote).unwrap_or(inner.len());
    // Anything but a blank or the end of the tag behind the quote: there was a quote inside of the secret.
    let after = inner.get(length + 1..).unwrap_or_default();
    let clean =
        after.is_empty() || after.starts_with(|c: char| c.is_whitespace() || matches!(c, '/' | '>' | '?'));
    let end = if clean { length } else { inner.find(['\r', '\n']).unwrap_or(inner.len()) };
    Some(start + 1..start + 1 + end)
}
