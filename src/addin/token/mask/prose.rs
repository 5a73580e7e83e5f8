//! Words that go on behind "the password is" in messages of programs: what follows them is no password.

use super::end_of_start;
use super::markup::first_tag;
use super::vocabulary::{
    CHANGED, FILLERS, GOES_ON, LEADS, LOOSE_VERBS, ORDINARY, TRANSPARENT, USED, VERBS, has,
};

/// Most characters of words that are looked at.
const LONGEST: usize = 80;

/// A word like `is`.
pub(super) fn is_verb(word: &str) -> bool {
    has(word, VERBS)
}

/// A word like `returned`, behind which a value may stand.
pub(super) fn is_loose_verb(word: &str) -> bool {
    has(word, LOOSE_VERBS)
}

/// A word like `used`, between a name and a sign.
pub(super) fn is_used(word: &str) -> bool {
    has(word, USED)
}

/// A word between a value and its name.
pub(super) fn is_filler(word: &str) -> bool {
    has(word, FILLERS)
}

/// A word with which a sentence goes on.
pub(super) fn goes_on(word: &str) -> bool {
    has(word, GOES_ON)
}

/// `to` in `changed to`, which is a verb in Polish.
pub(super) fn is_lead(word: &str) -> bool {
    has(word, LEADS)
}

/// `changed` in `changed to`.
pub(super) fn is_change(word: &str) -> bool {
    has(word, CHANGED)
}

/// A word that says nothing by itself.
pub(super) fn is_transparent(word: &str) -> bool {
    has(word, TRANSPARENT)
}

/// A text begins as messages go on behind `the password is`: with a known word, or several with a hyphen or a slash
/// between them.
pub(super) fn is_ordinary(text: &str) -> bool {
    let near = near(text);
    let word = near.split_whitespace().next().unwrap_or_default();
    let word = first_tag(word).and_then(|at| word.get(..at)).unwrap_or(word);
    if word.len() == near.len() && near.len() < text.len() {
        return false;
    }
    if is_measure(near) {
        return true;
    }
    let ends = |c: char| c.is_ascii_punctuation() || matches!(c, '\u{2018}'..='\u{201f}' | '\u{2026}');
    let word = word.trim_end_matches(ends).to_lowercase();
    word.split(['/', '-']).all(|part| part.is_empty() || has(part, ORDINARY | TRANSPARENT | CHANGED))
}

/// A sentence goes on behind the name of an option: `-Passphrase was not given`.
pub(super) fn is_behind_option(text: &str) -> bool {
    const BEHIND: &str = "is was are were cannot could must has to does did";
    let mut words = near(text).split_whitespace();
    words.next().is_some_and(|word| is_among(BEHIND, word))
        && words.next().is_some_and(|word| word.starts_with(char::is_lowercase))
}

/// As much of a text as its first words take. Longer ones are in no list.
fn near(text: &str) -> &str {
    let end = end_of_start(text, LONGEST);
    text.get(..end).unwrap_or_default()
}

/// `44 characters`.
fn is_measure(text: &str) -> bool {
    const MEASURES: &str = "characters bytes letters digits bits days hours minutes zeichen";
    let mut words = text.split_whitespace();
    words.next().is_some_and(|number| number.len() < 5 && number.bytes().all(|byte| byte.is_ascii_digit()))
        && words.next().is_some_and(|word| is_among(MEASURES, word.trim_end_matches(['.', ','])))
}

fn is_among(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::is_ordinary;

    #[test]
    fn sentences_go_on_and_secrets_do_not() {
        for text in
            ["wrong", "not valid.", "required, and", "invalid/expired", "too short", "ungültig", "set"]
        {
            assert!(is_ordinary(text), "{text}");
        }
        for text in ["hunter2", "wrong-hunter2", "wrong2", "Ordinary"] {
            assert!(!is_ordinary(text), "{text}");
        }
    }
}
