//! Text of captures with its secrets taken out: tokens, values of fields that hold secrets, and long random runs.

use std::borrow::Cow;

use crate::addin::evidence::Spot;
use crate::addin::evidence::secret::Secret;
use crate::addin::{masked_address, secret_text};

mod bridge;
mod call;
mod command;
mod element;
mod label;
mod list;
mod marks;
mod markup;
mod names;
mod near;
mod pair;
mod plain;
mod programs;
mod prose;
mod shape;
mod subject;
mod table;
mod value;
mod vocabulary;
mod words;

use super::escapes;
use super::find;
use super::principal::is_guid;
use super::wrapped;
use bridge::{Bridge, Reach};
use list::List;
use marks::Marks;
use markup::Page;
use names::{Extent, extent, is_secret_name, is_secret_option, is_telling};

/// Most characters of a text that are shown.
const MOST_SHOWN: usize = 600;

/// Most bytes of a text that are read for it.
const MOST_READ: usize = 1 << 16;

/// Stands for what is not shown of a text.
const MORE: &str = "...";

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
    let read = beginning(text);
    let decoded = escapes::decoded(read);
    let out = without_secrets(&decoded);
    let kept = out == *decoded && matches!(decoded, Cow::Owned(_));
    let mut shown = clipped(&if kept { without_secrets(read) } else { out });
    if read.len() < text.len() && !shown.ends_with(MORE) {
        shown.push_str(MORE);
    }
    shown
}

/// As much of a text as is read for what is shown of it: to a blank, so that no secret is cut.
fn beginning(text: &str) -> &str {
    if text.len() <= MOST_READ {
        return text;
    }
    let read = text.get(..end_of_start(text, MOST_READ)).unwrap_or(text);
    read.rfind(char::is_whitespace).and_then(|blank| read.get(..blank)).unwrap_or(read)
}

fn without_secrets(text: &str) -> String {
    let out = fields(text);
    secret_text::masked(&masked_address::users(&out)).into_owned()
}

/// Text in which the values of fields that hold secrets, and what looks like one, are replaced.
fn fields(text: &str) -> String {
    let mut page = Page::default();
    let mut marks = Marks::of(text);
    let mut list = List::default();
    let mut rest = text;
    // Word by word: a word is what has no blank, quote or angle bracket in it.
    while let Some(start) = rest.find(|c| !is_border(c)) {
        let (border, from) = rest.split_at(start);
        page.push(border);
        let at = text.len() - from.len();
        let told = tag(&mut page, &mut marks, text, at)
            .or_else(|| word(&mut page, &mut list, border, from, marks.length_at(at)))
            .or_else(|| marks.length_at(at).map(|length| hide(&mut page, from, length)));
        let told = told.unwrap_or_else(|| {
            let end = from.find(is_border).unwrap_or(from.len());
            plain(&mut page, from, marks.within(at, end).unwrap_or(end))
        });
        rest = from.get(told..).unwrap_or_default();
    }
    page.push(rest);
    page.out
}

/// Writes a tag of a page whose bracket was written before, and returns how long it is. Names of fields go through it.
fn tag(page: &mut Page, marks: &mut Marks, text: &str, at: usize) -> Option<usize> {
    let start = at.checked_sub(1).filter(|_| page.seen.ends_with('<'))?;
    let tag = markup::tag(text.get(start..)?)?;
    let seen = tag.seen()?;
    if marks.length_at(at).is_some() || marks.within(at, tag.length).is_some() {
        return None;
    }
    let whole = text.get(at..start + tag.length)?;
    let name = whole.get(..whole.len() - 1 - tag.attributes.len())?;
    page.push_tag(&format!("{name}{}>", fields(tag.attributes)), seen);
    Some(whole.len())
}

/// Writes a word that holds a secret, `mark` bytes for sure, or follows the name of one. Returns how far it goes.
fn word(page: &mut Page, list: &mut List, border: &str, from: &str, mark: Option<usize>) -> Option<usize> {
    if let Some(bridge) = list.next(border, from) {
        return Some(value::push(page, &bridge, from));
    }
    let word = from.get(..from.find(is_border).unwrap_or(from.len())).unwrap_or_default();
    let mut written = |page: &mut Page, lead: usize, bridge: Bridge| {
        list.begin(&bridge, page.near());
        lead + value::push(page, &bridge, from.get(lead..).unwrap_or_default())
    };
    let valued = valued(page.near(), word, from);
    if let Some(bridge) = valued.clone().filter(is_header) {
        return Some(written(page, 0, bridge));
    }
    // Behind the name of a secret the whole word is one, even if a part of it looks like a name: only `pass:` is how
    // openssl is told that the secret itself follows.
    let is_secret = valued.is_some() || mark.is_some_and(|length| length >= word.len());
    let names_more = |(name, _): &(&str, usize)| !is_secret || *name == "pass";
    if let Some((name, value)) = assignment(word, from).filter(names_more) {
        page.push(&format!("{}{}", visible(name), word.get(name.len()..value).unwrap_or("=")));
        let bridge = Bridge { name: name.to_owned(), reach: bridge::behind_sign(name) };
        return Some(written(page, value, bridge));
    }
    if let Some((value, reach)) = attached(page.near(), word) {
        page.push(word.get(..value).unwrap_or_default());
        return Some(written(page, value, Bridge { name: "password".to_owned(), reach }));
    }
    if let Some(length) = programs::basic(page.near(), from) {
        return Some(hide(page, from, length));
    }
    valued.map(|bridge| written(page, 0, bridge))
}

/// Writes what may be shown of so many bytes of a secret.
fn hide(page: &mut Page, from: &str, length: usize) -> usize {
    page.push(&format!("[{}]", shown(from.get(..length).unwrap_or_default())));
    length
}

/// Writes a word that no name stands in front of, as far as told. Returns how far it goes.
fn plain(page: &mut Page, from: &str, end: usize) -> usize {
    // What stands in square brackets is a word of its own.
    let opened = from.len() - from.trim_start_matches('[').len();
    let end = if opened > 0 { opened.min(end) } else { end };
    let word = from.get(..end).unwrap_or_default();
    if let Some(told) = broken(page, word, from) {
        return told;
    }
    let shown =
        if plain::is_thumbprint(page.near(), word) { Cow::Borrowed(word) } else { Cow::Owned(visible(word)) };
    page.push(&shown);
    word.len()
}

/// A header whose fields have names of their own, all of which are hidden: `Cookie: a=b; c=d`.
fn is_header(bridge: &Bridge) -> bool {
    bridge.reach == Reach::Sign && matches!(extent(&bridge.name), Extent::Line)
}

/// Where the value begins in a word that names no secret by itself: `value=x`, `-Px`.
fn attached(out: &str, word: &str) -> Option<(usize, Reach)> {
    let pair = pair::in_word(out, word).map(|at| (at, Reach::Sign));
    let joined = || names::joined(word, shape::is_mixed).map(|at| (at, Reach::Word));
    pair.or_else(|| programs::attached(out, word).map(|at| (at, Reach::Argument))).or_else(joined)
}

/// The bridge at the end of a text behind which the value of a secret begins.
fn valued(out: &str, word: &str, from: &str) -> Option<Bridge> {
    if is_part_of_bridge(out, word, from) {
        return None;
    }
    let bridge = bridge::at_end(out, from)?;
    (bridge.reach != Reach::Sign || !plain::is_no_value(out, &bridge.name, from)).then_some(bridge)
}

fn is_border(c: char) -> bool {
    c.is_whitespace()
        || is_quote(c)
        || matches!(c, '<' | '>' | ',' | ';' | '(' | ')' | '{' | '}' | '&' | '?' | '|' | '\\')
}

/// Straight, typographic and angular quotes.
fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{300c}'..='\u{300f}' | markup::CODE
    )
}

pub(super) fn is_sign(c: char) -> bool {
    // The wide signs come with texts of East Asian systems.
    matches!(c, ':' | '=' | '：' | '＝' | '\u{2192}' | '\u{21d2}')
}

/// Where the last bytes of a text begin, about so many.
fn start_of_end(text: &str, most: usize) -> usize {
    let mut start = text.len().saturating_sub(most);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    start
}

/// Where the first bytes of a text end, about so many.
fn end_of_start(text: &str, most: usize) -> usize {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    end
}

/// Writes a word that ends in a token which goes on behind a break. Returns how far it goes.
fn broken(page: &mut Page, word: &str, from: &str) -> Option<usize> {
    let starts = word.match_indices("eyJ").map(|(at, _)| at);
    let at =
        starts.into_iter().find(|at| !word.get(..*at).is_some_and(|before| before.ends_with(is_inside)))?;
    let token = wrapped::begins(from.get(at..)?, prose::is_ordinary)?;
    page.push(&visible(word.get(..at)?));
    page.push(&format!("[{}]", shown(&token.text)));
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
fn is_part_of_bridge(out: &str, word: &str, from: &str) -> bool {
    let behind = from.get(word.len()..).unwrap_or_default();
    let opens = || {
        !out.ends_with(is_quote)
            && word.bytes().all(|byte| matches!(byte, b'[' | b'@' | b'$'))
            && behind.starts_with(is_border)
    };
    word.chars().all(is_sign) || opens() || (word.bytes().all(|byte| byte == b'-') && behind.starts_with('>'))
}

/// The name in a word like `client_secret=…` or `/p:…` that holds a secret, and where its value begins.
fn assignment<'t>(word: &'t str, from: &str) -> Option<(&'t str, usize)> {
    let mut begin = 0;
    // Addresses hold whole addresses with signs of their own.
    let escaped = || ["%3D", "%3d"].into_iter().flat_map(|sign| word.match_indices(sign));
    let mut signs: Vec<(usize, &str)> = word.match_indices(is_sign).chain(escaped()).collect();
    signs.sort_unstable();
    // What looks like a field in front of the host of an address is part of its password, and hidden with that.
    let user = masked_address::user_of(word);
    for (at, sign) in signs.into_iter().filter(|(at, _)| !user.contains(at)) {
        let (name, value) = (word.get(..at)?, at + sign.len());
        let whole = word.get(begin..at)?;
        let part = whole.rsplit("%26").next().unwrap_or_default();
        // Behind another sign stands a value as well, and part of one is no name: `a=https://token:8443`.
        let named =
            if begin == 0 { is_secret_name(name) || is_secret_option(name) } else { is_telling(part) };
        let named = named || (part.len() < whole.len() && is_secret_name(part));
        // `token://…` is an address, `token=//…` is not.
        let is_scheme = word.get(at..).is_some_and(|rest| rest.starts_with("://"));
        let opens =
            word.get(value..).is_some_and(|rest| rest.bytes().all(|byte| matches!(byte, b'[' | b'@')));
        let is_class = sign == ":" && plain::is_class(part);
        let is_value = || !plain::is_no_value("", name, from.get(value..).unwrap_or_default());
        if named && !opens && !is_scheme && !is_class && is_value() {
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
    // Half of a public key's digest stands in the name of every strong assembly.
    let run = run.strip_prefix("PublicKeyToken=").unwrap_or(run);
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
        Some((end, _)) => format!("{}{MORE}", text.get(..end).unwrap_or_default()),
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
mod cells;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod languages;
#[cfg(test)]
mod readable;
#[cfg(test)]
mod sentences;
#[cfg(test)]
mod tests;
