//! Text of captures with its secrets taken out: tokens, values of fields that hold secrets, and long random runs.

use std::borrow::Cow;

use crate::addin::evidence::Spot;
use crate::addin::evidence::secret::Secret;
use crate::addin::{masked_address, secret_text};

mod bridge;
mod names;
mod pair;
mod plain;
mod programs;
mod prose;
mod value;

use super::escapes;
use super::find;
use super::principal::is_guid;
use super::wrapped;
use bridge::{Bridge, Reach};
use names::{Extent, extent, is_secret_name, is_secret_option, is_telling};

/// Most characters of a text that are shown.
const MOST_SHOWN: usize = 600;

/// Most bytes in front of a text that are looked at for the beginning of a token.
const LONGEST_TOKEN: usize = 1 << 14;
/// Most tokens that are looked at there.
const MOST_TOKENS: usize = 50;

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
        let told = if let Some(bridge) = valued(&out, word, from).filter(is_header) {
            value::push(&mut out, &bridge, from)
        } else if let Some((name, value)) = assignment(word, from) {
            out.push_str(&format!("{}{}", visible(name), word.get(name.len()..value).unwrap_or("=")));
            let bridge = Bridge { name: name.to_owned(), reach: bridge::behind_sign(name) };
            value + value::push(&mut out, &bridge, from.get(value..).unwrap_or_default())
        } else if let Some((value, reach)) = attached(&out, word) {
            out.push_str(word.get(..value).unwrap_or_default());
            let bridge = Bridge { name: "password".to_owned(), reach };
            value + value::push(&mut out, &bridge, from.get(value..).unwrap_or_default())
        } else if let Some(length) = programs::basic(&out, from) {
            out.push_str(&format!("[{}]", shown(from.get(..length).unwrap_or_default())));
            length
        } else if let Some(bridge) = valued(&out, word, from) {
            value::push(&mut out, &bridge, from)
        } else {
            broken(&mut out, word, from).unwrap_or_else(|| {
                let plain = plain::is_thumbprint(&out, word);
                let shown = if plain { Cow::Borrowed(word) } else { Cow::Owned(visible(word)) };
                out.push_str(&shown);
                word.len()
            })
        };
        rest = from.get(told..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// A header whose fields have names of their own, all of which are hidden: `Cookie: a=b; c=d`.
fn is_header(bridge: &Bridge) -> bool {
    bridge.reach == Reach::Sign && matches!(extent(&bridge.name), Extent::Line)
}

/// Where the value begins in a word that names no secret by itself: `value=x`, `-Px`.
fn attached(out: &str, word: &str) -> Option<(usize, Reach)> {
    let pair = pair::in_word(out, word).map(|at| (at, Reach::Sign));
    pair.or_else(|| programs::attached(out, word).map(|at| (at, Reach::Argument)))
}

/// The bridge at the end of a text behind which the value of a secret begins.
fn valued(out: &str, word: &str, from: &str) -> Option<Bridge> {
    let bridge = bridge::at_end(out, from).filter(|_| !is_part_of_bridge(word, from))?;
    (bridge.reach != Reach::Sign || !plain::is_no_value(out, &bridge.name, from)).then_some(bridge)
}

fn is_border(c: char) -> bool {
    c.is_whitespace()
        || is_quote(c)
        || matches!(c, '<' | '>' | ',' | ';' | '(' | ')' | '{' | '}' | '&' | '?' | '|' | '\\')
}

/// Straight, typographic and angular quotes.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}')
}

fn is_sign(c: char) -> bool {
    // The wide signs come with texts of East Asian systems.
    matches!(c, ':' | '=' | '：' | '＝' | '\u{2192}' | '\u{21d2}')
}

/// Writes a word that ends in a token which goes on behind a break. Returns how far it goes.
fn broken(out: &mut String, word: &str, from: &str) -> Option<usize> {
    let starts = word.match_indices("eyJ").map(|(at, _)| at);
    let at =
        starts.into_iter().find(|at| !word.get(..*at).is_some_and(|before| before.ends_with(is_inside)))?;
    let token = wrapped::begins(from.get(at..)?, prose::is_ordinary)?;
    out.push_str(&visible(word.get(..at)?));
    out.push_str(&format!("[{}]", shown(&token.text)));
    Some(at + token.length)
}

/// Where the token ends that was broken before this place, if it goes on behind it.
pub(super) fn end_of_broken(text: &str, place: usize) -> Option<usize> {
    let mut start = place.saturating_sub(LONGEST_TOKEN);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let before = text.get(start..place)?;
    let starts = before.match_indices("eyJ").map(|(at, _)| at);
    let outside = starts.filter(|at| !before.get(..*at).is_some_and(|before| before.ends_with(is_inside)));
    outside.take(MOST_TOKENS).find_map(|at| {
        let token = wrapped::begins(text.get(start + at..)?, prose::is_ordinary)?;
        Some(start + at + token.length).filter(|end| *end > place)
    })
}

/// Signs between a name and its value, which are no value: `:=`, and the shaft of `->`.
fn is_part_of_bridge(word: &str, from: &str) -> bool {
    let behind = from.get(word.len()..).unwrap_or_default();
    word.chars().all(is_sign) || (word.bytes().all(|byte| byte == b'-') && behind.starts_with('>'))
}

/// The name in a word like `client_secret=…` or `/p:…` that holds a secret, and where its value begins.
fn assignment<'t>(word: &'t str, from: &str) -> Option<(&'t str, usize)> {
    let mut begin = 0;
    // Addresses hold whole addresses with signs of their own.
    let escaped = || ["%3D", "%3d"].into_iter().flat_map(|sign| word.match_indices(sign));
    let mut signs: Vec<(usize, &str)> = word.match_indices(is_sign).chain(escaped()).collect();
    signs.sort_unstable();
    for (at, sign) in signs {
        let (name, value) = (word.get(..at)?, at + sign.len());
        let whole = word.get(begin..at)?;
        let part = whole.rsplit("%26").next().unwrap_or_default();
        // Behind another sign stands a value as well, and part of one is no name: `a=https://token:8443`.
        let named =
            if begin == 0 { is_secret_name(name) || is_secret_option(name) } else { is_telling(part) };
        let named = named || (part.len() < whole.len() && is_secret_name(part));
        // `token://…` is an address, `token=//…` is not.
        let is_scheme = word.get(at..).is_some_and(|rest| rest.starts_with("://"));
        let is_class = sign == ":" && plain::is_class(part);
        let is_value = || !plain::is_no_value("", name, from.get(value..).unwrap_or_default());
        if named && value < word.len() && !is_scheme && !is_class && is_value() {
            return Some((name, value));
        }
        begin = value;
    }
    None
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

/// Behind such a character no token begins. Behind the sign of a field one does.
fn is_inside(c: char) -> bool {
    is_run(c) && c != '='
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
mod cases;
#[cfg(test)]
mod tests;
