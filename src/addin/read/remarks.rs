//! Secrets in remarks: in comments of code, of configurations and of manifests. Their text is looked at once, made a
//! [`Secret`], and dropped.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::addin::evidence::Spot;
use crate::addin::evidence::ids::guid;
use crate::addin::evidence::secret::{Secret, is_placeholder};
use crate::addin::read::pieces;
use crate::addin::secret_text;
use crate::addin::xml::Text;

/// Shorter texts are names and examples.
const SHORTEST: usize = 8;
/// Characters of 32 bytes in base64.
const LENGTH: usize = 44;
/// So many secrets of one remark are kept.
const MOST: usize = 200;

/// A secret in a remark, without quotes: `// secret: …`, `# the old ClientSecret was …`.
static IN_REMARK: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b((?:(?:client|app|secondary|old|new)[ _-]?)*secret)\b\s*(?:[:=]|is\b|was\b)?:?\s*([A-Za-z0-9+/=~._-]{20,200})",
    )
});

/// A secret in a comment, or where quotes were not understood.
static IN_COMMENT: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"(?i)\b((?:client|app)_?secret|HostedAppSigningKey)["'\]]*\s*[:=]\s*["']([^"'\r\n]{8,200})["']"#)
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant, and a test uses it")
}

/// Every secret in a remark, which is a range of a text; `at` tells the place of a byte of that text.
pub(super) fn secrets(text: &str, remark: Range<usize>, at: impl Fn(usize) -> Spot) -> Vec<Secret> {
    let mut secrets = Vec::new();
    let inside = text.get(remark.clone()).unwrap_or_default();
    let at = |place: usize| at(remark.start + place);
    for captures in IN_COMMENT.captures_iter(inside) {
        if let (Some(key), Some(found)) = (captures.get(1), captures.get(2)) {
            push(&mut secrets, key.as_str(), found.as_str(), at(found.start()));
        }
    }
    unquoted(inside, &at, &mut secrets);
    secrets
}

/// Every secret in the comments of an XML document, in order.
pub(super) fn in_xml(text: &str, comments: &[Text]) -> Vec<Secret> {
    let mut secrets = Vec::new();
    for comment in comments {
        // The place of a comment is that of its `<!--`.
        let base = comment.value.at.at(comment.value.at.line, comment.value.at.column + 4);
        let start = comment.span.start;
        secrets.extend(self::secrets(text, comment.span.clone(), |at| pieces::place(text, start, &base, at)));
    }
    secrets.sort_by(|a, b| (&a.at, &a.key).cmp(&(&b.at, &b.key)));
    secrets.dedup_by(|b, a| a.at == b.at);
    secrets.truncate(MOST);
    secrets
}

/// Secrets in a remark: behind the word, or known by their form.
fn unquoted(text: &str, at: &dyn Fn(usize) -> Spot, secrets: &mut Vec<Secret>) {
    for captures in IN_REMARK.captures_iter(text) {
        let (Some(key), Some(found)) = (captures.get(1), captures.get(2)) else { continue };
        if is_literal(found.as_str()) && guid(found.as_str()).is_none() {
            push(secrets, key.as_str(), found.as_str(), at(found.start()));
        }
    }
    let whole = secret_text::all(text).filter(|(place, found)| stands_alone(text, *place, found));
    for (place, found) in whole.take(MOST) {
        push(secrets, "in a comment", found, at(place));
    }
}

/// Not the end of a longer text in base64 (a certificate, a map of sources), nor the digest of a file (`sha256-…`).
fn stands_alone(text: &str, at: usize, found: &str) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let longer = found.ends_with('=') && found.len() > LENGTH;
    !longer
        && !before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | ','))
}

fn push(secrets: &mut Vec<Secret>, key: &str, text: &str, at: Spot) {
    if is_secret(text) {
        secrets.push(Secret::new(key, text, at));
    }
}

/// Long enough, filled in, and not the name of a key or a piece of an expression.
pub(super) fn is_secret(text: &str) -> bool {
    let trimmed = text.trim();
    let lower = trimmed.to_ascii_lowercase();
    let name = ["secret", "password", "signingkey"].iter().any(|word| lower.ends_with(word))
        && trimmed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_:.-".contains(&byte));
    trimmed.chars().count() >= SHORTEST
        && !is_placeholder(trimmed)
        && !name
        && (!trimmed.contains(['{', '$', '<', '%']) || looks_escaped(trimmed))
}

/// `%2B` and its like are escapes, `%NAME%` is a variable.
fn looks_escaped(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["%2b", "%2f", "%3d"].iter().any(|escape| lower.contains(escape)) && !text.contains(['{', '$', '<'])
}

/// Not the name of a variable that a language puts in: those are letters only.
pub(super) fn is_literal(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}
