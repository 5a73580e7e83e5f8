//! Which secret a sentence speaks of: the name in front of a verb or a sign, or behind a value.

use super::bridge::{MOST_BETWEEN, last_word, parted};
use super::names::{Extent, extent, is_noun, is_phrase, is_telling};
use super::prose::{is_filler, is_verb};
use super::shape::{chunk, is_mixed, is_name};
use super::value::quoted;
use super::{end_of_start, is_border, is_quote, is_sign};

/// Whom a sentence speaks of: the name at its end, or one with `of`, `for` or `from` behind it.
pub(super) fn subject_of(text: &str) -> Option<&str> {
    const LINKS: &str = "of for from für von de des der van til pro do dla от для för del di da du";
    let mut rest = text;
    let mut link = false;
    for number in 0..=MOST_BETWEEN {
        let word = last_word(rest);
        if word.is_empty() {
            return None;
        }
        let is_end = number == 0 || link;
        let is_phrase = || is_phrase(word, rest.get(..rest.len() - word.len()).unwrap_or_default());
        if is_end && (is_telling(word) || is_phrase()) {
            return Some(word);
        }
        // `client secret value`, `secret keys for`, `the secret's value`.
        let is_tail = is_end && (is_noun(word) || (word == "s" && number > 0));
        link = is_tail || LINKS.split(' ').any(|link| word.eq_ignore_ascii_case(link));
        let (before, gap) = parted(rest.get(..rest.len() - word.len()).unwrap_or_default());
        if gap.contains(is_clause_end) || before.ends_with(['.', ':', '!']) {
            return None;
        }
        rest = before;
    }
    None
}

/// A name of a secret somewhere in the clause that ends here.
pub(super) fn near_subject(text: &str) -> Option<&str> {
    let mut rest = text;
    for _ in 0..=MOST_BETWEEN {
        let word = last_word(rest);
        let before = rest.get(..rest.len() - word.len()).unwrap_or_default();
        if (is_telling(word) && matches!(extent(word), Extent::Field)) || is_phrase(word, before) {
            return Some(word);
        }
        let (before, gap) = parted(before);
        if word.is_empty() || gap.contains(is_clause_end) || before.ends_with(['.', ':', '!']) {
            return None;
        }
        rest = before;
    }
    None
}

/// The name that is said of the value which begins here: `'x' is not a valid client secret`, `x as the password`.
pub(super) fn named_behind<'t>(out: &str, from: &str) -> Option<&'t str> {
    const NEAR: usize = 200;
    const VALUES: [&str; 11] =
        ["value", "argument", "string", "text", "input", "wert", "valor", "valeur", "data", "used", "using"];
    let end = end_of_start(from, NEAR);
    let near = from.get(..end)?;
    let quote = out.chars().next_back().filter(|c| is_quote(*c));
    let length = quote.map_or(chunk(near).len(), |quote| quoted(near, quote, false));
    let (value, behind) = near.split_at_checked(length)?;
    let sure = is_mixed(value);
    if value.is_empty() || (quote.is_some() && is_name(value)) || (quote.is_none() && !sure) {
        return None;
    }
    let before = last_word(parted(out).0);
    let is_value = VALUES.iter().any(|word| before.eq_ignore_ascii_case(word));
    is_said(behind.trim_start_matches(is_quote), sure || is_value).then_some("password")
}

/// A text goes on with a verb, or a preposition where any will do, and the name of a secret.
fn is_said(behind: &str, any: bool) -> bool {
    const VERBS: [&str; 16] = [
        "no",
        "não",
        "nie",
        "n'est",
        "as",
        "als",
        "comme",
        "como",
        "come",
        "isn't",
        "jako",
        "som",
        "not",
        "kein",
        "keine",
        "(password",
    ];
    const NOUNS: [&str; 16] = [
        "id",
        "ids",
        "name",
        "names",
        "type",
        "types",
        "format",
        "length",
        "policy",
        "field",
        "parameter",
        "property",
        "hash",
        "provider",
        "store",
        "validation",
    ];
    let mut words = behind.split_whitespace().take(MOST_BETWEEN + 4);
    let mut first = true;
    while let Some(word) = words.next() {
        let bare = word.trim_matches(|c| is_border(c) || is_quote(c));
        let name = bare.trim_end_matches(['.', ':', '!']);
        if is_telling(name) && matches!(extent(name), Extent::Field) {
            let next = words.next().unwrap_or_default();
            let next = next.trim_end_matches(|c: char| !c.is_alphanumeric());
            let is_led = !first || word.starts_with('(');
            return is_led && !NOUNS.iter().any(|noun| next.eq_ignore_ascii_case(noun));
        }
        let begins = (any && is_filler(bare))
            || is_verb(bare)
            || VERBS.iter().any(|verb| bare.eq_ignore_ascii_case(verb));
        let ends = word.ends_with([',', ';', '.']) || word.contains(is_sign);
        let goes_on = if first { begins } else { is_filler(bare) };
        if !goes_on || ends {
            return false;
        }
        first = false;
    }
    false
}

pub(super) fn is_clause_end(c: char) -> bool {
    matches!(c, ',' | ';' | '?' | '|' | '\n' | '\r')
}
