//! Text of captures with its secrets taken out: tokens, values of fields that hold secrets, and long random runs.

use std::borrow::Cow;

use crate::addin::evidence::Spot;
use crate::addin::evidence::secret::Secret;
use crate::addin::{masked_address, secret_text};

use super::escapes;
use super::find;
use super::principal::is_guid;

/// Most characters of a text that are shown.
const MOST_SHOWN: usize = 600;

/// Names whose values are never shown, in lower case. A name that contains one of the words counts as well.
const SECRET_NAMES: [&str; 13] = [
    "pin",
    "passe",
    "code",
    "sig",
    "key",
    "auth",
    "authorization",
    "samlresponse",
    "wresult",
    "id_token",
    "assertion",
    "state",
    "nonce",
];
const SECRET_WORDS: [&str; 9] =
    ["token", "secret", "password", "passwd", "pwd", "cachekey", "cookie", "credential", "appcontext"];

/// The same in the words of services, and of other languages.
const MORE_SECRET_WORDS: [&str; 18] = [
    "api-key",
    "api_key",
    "apikey",
    "accesskey",
    "access-key",
    "access_key",
    "accountkey",
    "functionkey",
    "function-key",
    "functions-key",
    "subscription-key",
    "passphrase",
    "passcode",
    "kennwort",
    "passwort",
    "motdepasse",
    "contraseña",
    "contrasena",
];

/// Headers that the words above would hide, and that hold no secret.
const HARMLESS_NAMES: [&str; 4] = ["token_type", "tokentype", "token type", "authorization_uri"];

/// A field of this name holds a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let lower = name.trim().to_lowercase();
    !HARMLESS_NAMES.contains(&lower.as_str())
        && (SECRET_NAMES.contains(&lower.as_str())
            || SECRET_WORDS.iter().chain(&MORE_SECRET_WORDS).any(|word| lower.contains(word)))
}

/// What may be shown of a secret: `44 characters, sha256 1a2b3c4d`.
pub(in crate::addin) fn shown(text: &str) -> String {
    Secret::new("", text, Spot::default()).shown()
}

/// One line of text for a report: without tokens, secrets and what looks like one, and of bounded length.
///
/// A text that hides a secret in references of HTML or escapes of JSON is shown without them.
pub(super) fn masked(text: &str) -> String {
    let decoded = escapes::decoded(text);
    let out = without_secrets(&decoded);
    let kept = out == *decoded && matches!(decoded, Cow::Owned(_));
    clipped(&if kept { without_secrets(text) } else { out })
}

fn without_secrets(text: &str) -> String {
    let out = fields(text);
    let out = masked_address::users(&out);
    secret_text::masked(&out).into_owned()
}

/// Text in which the values of fields that hold secrets, and what looks like one, are replaced.
fn fields(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    // Word by word: a word is what has no blank, quote or angle bracket in it.
    while let Some(start) = rest.find(|c| !is_border(c)) {
        let (border, from) = rest.split_at(start);
        out.push_str(border);
        let word = from.get(..from.find(is_border).unwrap_or(from.len())).unwrap_or_default();
        let told = if let Some((name, value)) = assignment(word) {
            out.push_str(&format!("{}{}", visible(name), word.get(name.len()..=name.len()).unwrap_or("=")));
            let value = from.len() - from.get(word.len() - value.len()..).map_or(0, str::len);
            value + push_value(&mut out, name, from.get(value..).unwrap_or_default())
        } else if let Some(name) = name_before(&out).filter(|_| !word.chars().all(is_sign)) {
            // A field whose name stood in front of a border: `"client_secret":"…"`.
            push_value(&mut out, &name, from)
        } else {
            out.push_str(&visible(word));
            word.len()
        };
        rest = from.get(told..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn is_border(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '"' | '\'' | '<' | '>' | '`' | ',' | ';' | '(' | ')' | '{' | '}' | '&' | '?' | '|' | '\\'
        )
}

fn is_sign(c: char) -> bool {
    // The wide signs come with texts of East Asian systems.
    matches!(c, ':' | '=' | '：' | '＝')
}

/// Name and value of a word like `client_secret=…` that holds a secret.
fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once(is_sign)?;
    // `token://…` is an address, `token=//…` is not.
    let is_scheme = word.get(name.len()..).is_some_and(|rest| rest.starts_with("://"));
    (!value.is_empty() && is_secret_name(name) && !is_scheme).then_some((name, value))
}

/// The name of a secret that stands at the end of the text so far, with a sign of assignment behind it.
fn name_before(out: &str) -> Option<String> {
    if let Some(name) = element_before(out) {
        return Some(name);
    }
    let trimmed = out.trim_end_matches(|c: char| is_border(c) && c != ',' && c != ';' && c != '&');
    let named = trimmed.strip_suffix(is_sign)?.trim_end_matches(is_border);
    let name = named.rsplit(is_border).next().unwrap_or_default();
    is_secret_name(name).then(|| name.to_owned())
}

/// The name of the element whose tag ends the text so far: `<password>`.
fn element_before(out: &str) -> Option<String> {
    let (_, tag) = out.trim_end().strip_suffix('>')?.rsplit_once('<')?;
    let name = tag.split(char::is_whitespace).next().unwrap_or_default();
    let name = name.rsplit(':').next().unwrap_or_default();
    (!tag.ends_with('/') && is_secret_name(name)).then(|| name.to_owned())
}

/// How far the value of a secret goes.
enum Extent {
    /// A single word, as codes and states are.
    Word,
    /// A pass phrase may have blanks in it: up to what would separate it from the next field.
    Field,
    /// A header with fields of its own: `Basic …`, `a=b; c=d`.
    Line,
}

fn extent(name: &str) -> Extent {
    let lower = name.to_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if names(&["authorization", "cookie"]) {
        Extent::Line
    } else if names(&["password", "passwd", "pwd", "secret", "credential", "assertion"])
        || names(&[
            "accesskey",
            "accountkey",
            "api-key",
            "apikey",
            "passphrase",
            "passcode",
            "passe",
            "kennwort",
            "passwort",
            "contrase",
        ])
    {
        Extent::Field
    } else {
        Extent::Word
    }
}

/// Ways to authenticate that stand in front of what is secret.
const SCHEMES: [&str; 5] = ["Basic", "Bearer", "Digest", "NTLM", "Negotiate"];

/// Writes what may be shown of the value that a text begins with. Returns how many bytes the value has.
fn push_value(out: &mut String, name: &str, from: &str) -> usize {
    let quote = out.chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`'));
    let escaped = quote.is_some_and(|quote| out.strip_suffix(quote).is_some_and(|out| out.ends_with('\\')));
    let end = |ends: &dyn Fn(char) -> bool| from.find(ends).unwrap_or(from.len());
    let is_line_end = |c: char| matches!(c, '\n' | '\r');
    let length = match (extent(name), quote) {
        (Extent::Word, _) => end(&is_border),
        (_, Some(quote)) => quoted(from, quote, escaped),
        (Extent::Field, None) => {
            end(&|c| is_line_end(c) || matches!(c, '"' | '<' | '>' | ';' | ',' | '&' | '|' | '{' | '}'))
        }
        (Extent::Line, None) => end(&|c| is_line_end(c)),
    };
    let value =
        from.get(..length).unwrap_or_default().trim_end_matches(|c: char| c.is_whitespace() || c == '\\');
    let told = value.len();
    let scheme = SCHEMES.iter().find_map(|scheme| {
        let rest = value.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme))?;
        value.get(rest.len()..).filter(|rest| rest.starts_with(char::is_whitespace)).map(str::trim_start)
    });
    match scheme {
        Some(secret) => {
            let scheme = value.get(..value.len() - secret.len()).unwrap_or_default();
            out.push_str(&format!("{scheme}[{}]", shown(secret)));
        }
        None => out.push_str(&format!("[{}]", shown(value))),
    }
    told
}

/// How long a value in quotes is. Within it a quote is escaped, unless the first one is as well.
fn quoted(from: &str, quote: char, escaped: bool) -> usize {
    let is_escaped = |at: usize| {
        let before = from.get(..at).unwrap_or_default().bytes().rev();
        before.take_while(|byte| *byte == b'\\').count() % 2 == 1
    };
    let ends =
        |(at, c): &(usize, char)| matches!(c, '\n' | '\r') || (*c == quote && (escaped || !is_escaped(*at)));
    from.char_indices().find(ends).map_or(from.len(), |(at, _)| at)
}

/// A word, with what looks like a secret in it replaced.
pub(in crate::addin) fn visible(word: &str) -> String {
    let mut out = String::new();
    let mut rest = word;
    while let Some(start) = rest.find(is_run) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let end = from.find(|c| !is_run(c)).unwrap_or(from.len());
        let (run, after) = from.split_at(end);
        if find::looks_like_token(run) || looks_random(run) {
            out.push_str(&format!("[{}]", shown(run)));
        } else {
            out.push_str(run);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Characters of tokens, of base64, and of hexadecimal digests. Dots belong to tokens.
fn is_run(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '_' | '-' | '=' | '.' | '%' | '~')
}

/// A piece of it is long and mixed as only generated values are.
fn looks_random(run: &str) -> bool {
    // Ids stand in paths, and are no secrets: `/<realm>/tokens/OAuth/2`.
    let plain: Vec<&str> = run.split('/').filter(|piece| !is_guid(piece)).collect();
    let joined = plain.join("/");
    let run = joined.as_str();
    run.split(['/', '.']).any(is_random_piece)
        // Base64 holds slashes; a path has dots, or pieces that read like words.
        || (!run.contains('.') && run.contains(['+', '=']) && run.len() >= 24 && is_mixed(run))
        || (!run.contains(['.', '_']) && run.len() >= 40 && is_mixed(run) && !run.contains("//"))
}

fn is_random_piece(piece: &str) -> bool {
    let letters_and_digits = piece.len() >= 24 && is_mixed(piece);
    let hexadecimal = piece.len() >= 40 && piece.bytes().all(|byte| byte.is_ascii_hexdigit());
    letters_and_digits || hexadecimal
}

/// Both cases and digits, several changes between them.
fn is_mixed(piece: &str) -> bool {
    piece.bytes().any(|byte| byte.is_ascii_digit())
        && piece.bytes().any(|byte| byte.is_ascii_lowercase())
        && piece.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Path and query of an address: values of the query are shown only where they are known to be harmless.
pub(super) fn target(target: &str) -> String {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let query = query.map(|query| query.split('#').next().unwrap_or(query));
    let path = path.split('#').next().unwrap_or(path);
    let mut out = clipped(&visible(path));
    if let Some(query) = query {
        // No page of SharePoint has more fields.
        let end = query.match_indices('&').nth(49).map_or(query.len(), |(at, _)| at);
        out.push('?');
        out.push_str(&clipped(&masked_address::query(query.get(..end).unwrap_or_default())));
    }
    out
}

#[cfg(test)]
mod tests;
