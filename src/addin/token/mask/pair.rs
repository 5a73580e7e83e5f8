//! Pairs of a name and a value that other fields stand between, or that come in the other order.

use super::bridge::{Bridge, Reach};
use super::names::is_telling;
use super::value::quoted;
use super::{end_of_start, is_border, is_quote, is_sign, start_of_end};

/// Most characters between the name and the value.
const NEAR: usize = 200;

/// `"name":"ClientSecret","slotSetting":false,"value":"`, `<add value="` with `key="ClientSecret"` behind it.
pub(super) fn at_end(out: &str, from: &str) -> Option<Bridge> {
    let end = out.trim_end_matches(|c| is_sign(c) || is_quote(c) || matches!(c, ' ' | '\t' | '\\'));
    let is_signed = out.get(end.len()..).is_some_and(|gap| gap.contains(is_sign));
    let start = start_of_end(end, NEAR);
    let word = end.get(start..)?.rsplit(|c| is_border(c) || is_sign(c)).next().unwrap_or_default();
    let is_option = word.eq_ignore_ascii_case("-value") || word.eq_ignore_ascii_case("--value");
    if out.len() == end.len() || !(is_option || (is_signed && word.eq_ignore_ascii_case("value"))) {
        return None;
    }
    let quote = out.chars().next_back().filter(|c| is_quote(*c));
    let name = named(before(end)).or_else(|| quote.and_then(|quote| named(behind(from, quote))))?;
    let reach = match quote {
        Some(_) => Reach::Quotes,
        None if is_option => Reach::Argument,
        None => Reach::Sign,
    };
    Some(Bridge { name: name.to_owned(), reach })
}

/// `key=ClientSecret value=x`: where the value begins in the word.
pub(super) fn in_word(out: &str, word: &str) -> Option<usize> {
    let value = word.get(..5).filter(|start| start.eq_ignore_ascii_case("value"))?;
    let sign = word.get(value.len()..)?.chars().next().filter(|c| is_sign(*c))?;
    let at = value.len() + sign.len_utf8();
    (at < word.len() && named(before(out)).is_some()).then_some(at)
}

/// The value of the pair stands in front of its name.
pub(super) fn has_value(out: &str) -> bool {
    words(before(out)).any(|word| word.eq_ignore_ascii_case("value"))
}

/// The part of an object, an element or a line that ends here.
fn before(out: &str) -> &str {
    let start = start_of_end(out, NEAR);
    let near = out.get(start..).unwrap_or_default();
    near.rsplit(['{', '}', '<', '>', '\n', '\r']).next().unwrap_or_default()
}

/// The rest of it behind a value in quotes.
fn behind(from: &str, quote: char) -> &str {
    let start = end_of_start(from, NEAR * 2);
    let near = from.get(..start).unwrap_or_default();
    let rest = from.get(quoted(near, quote, false)..).unwrap_or_default();
    let end = end_of_start(rest, NEAR);
    rest.get(..end).unwrap_or_default().split(['{', '}', '<', '>', '\n', '\r']).next().unwrap_or_default()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| is_border(c) || is_sign(c)).filter(|word| !word.is_empty())
}

/// The name of a secret behind a word like `key`.
fn named(text: &str) -> Option<&str> {
    const KEYS: [&str; 9] =
        ["key", "name", "setting", "property", "path", "variable", "field", "parameter", "header"];
    let behind = words(text).skip(1);
    words(text).zip(behind).find_map(|(key, name)| {
        let key = key.trim_start_matches('-');
        (KEYS.iter().any(|known| key.eq_ignore_ascii_case(known)) && is_telling(name)).then_some(name)
    })
}
