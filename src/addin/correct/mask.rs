//! Text in which secrets are hidden, for showing.

/// The text with the value behind every `…Secret=` and `…Password=` replaced. Works on broken XML as well, and
/// rather hides too much.
pub(super) fn hide(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = next(&lower, at) {
        let Some(value) = value_behind(text, found) else {
            out.push_str(text.get(at..found).unwrap_or_default());
            at = found;
            continue;
        };
        out.push_str(text.get(at..value.start).unwrap_or_default());
        out.push_str("(secret)");
        at = value.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Where the next word that announces a secret ends.
fn next(lower: &str, from: usize) -> Option<usize> {
    let rest = lower.get(from..)?;
    ["secret", "password"].iter().filter_map(|word| Some(from + rest.find(word)? + word.len())).min()
}

/// The value behind an equals sign: in quotes, or to the end of the line.
fn value_behind(text: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let rest = text.get(at..)?;
    let behind = rest.trim_start().strip_prefix('=')?.trim_start();
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
