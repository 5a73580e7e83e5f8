//! Cells and elements whose whole text is the name of a secret, and those that say something of one without being it.

use super::names::is_telling;
use super::plain::{is_nothing, is_sentence};
use super::prose::{is_ordinary, is_transparent};
use super::shape::{chunk, is_mixed};
use super::subject::subject_of;
use super::{is_quote, is_sign};

/// Most characters and words of a label.
const LONGEST: usize = 60;
const MOST_WORDS: usize = 6;

/// Words with which texts of links and buttons begin.
const ASKING: &str = "\
    forgot forgotten lost reset change recover show hide vergessen vergessenes ändern your ihr ihre how why what no \
    invalid missing wrong see the a an und and or oder";

/// Words that name other columns than those of secrets.
const FIELDS: &str = "\
    account active application app benutzer benutzername beschreibung bemerkung bemerkungen client comment comments \
    company computer konto created date datum description display domain domäne e-mail email enabled end environment \
    expires expiry field firstname group host hostname id kommentar lastname login loginname mail meaning modified \
    name note notes notiz notizen nom nombre owner path platz port purpose remark remarks role rolle server service \
    setting site start state status system tenant title titel type typ url usage user userid username users \
    utilisateur usuario valid value wert what where website zweck environment key parameter property last-changed";

/// What stands in the place of a value, besides states.
const ANSWERS: &str = "\
    yes no true false ja nein oui non si string text securestring n/a na tbd todo x ok on off password secret hidden redacted \
    removed set unset &nbsp; default varies same see";

/// Words that name the column of values.
const VALUES: &str = "value values wert werte valeur valor current new old data content";

/// The whole text is the name of a secret: `Client secret:`, `**Password** (new)`.
pub(super) fn is_label(text: &str) -> bool {
    let core = core(text);
    let mut words = core.split_whitespace();
    let first = words.next().unwrap_or_default();
    if core.is_empty() || core.len() > LONGEST * 2 || words.count() >= MOST_WORDS || is_among(ASKING, first) {
        return false;
    }
    let short = || ["pw", "pass"].iter().any(|name| core.eq_ignore_ascii_case(name));
    let sentence = core.contains(['.', '!', '?']) && core.contains(' ');
    let is_value = !core.contains(' ') && is_mixed(core) && !is_telling(core);
    !sentence && !is_value && (short() || subject_of(core).is_some())
}

/// The text of a cell names what its column or row holds.
pub(super) fn is_field(text: &str) -> bool {
    let core = core(text);
    is_label(text)
        || core.split(' ').all(|word| is_among(FIELDS, word))
        || core.rsplit(' ').next().is_some_and(|word| is_among(FIELDS, word) && core.len() < 30)
}

/// The column of this name holds values.
pub(super) fn is_value_column(text: &str) -> bool {
    is_among(VALUES, core(text))
}

/// Nothing is told of the secret: the cell is empty, holds a state or a sentence, or a label of its own.
pub(super) fn is_no_value(text: &str) -> bool {
    let core = core(text);
    if !core.contains(char::is_alphanumeric) || is_nothing(core) || is_among(ANSWERS, core) {
        return true;
    }
    if !core.contains(char::is_whitespace) {
        return is_ordinary(core) || is_field(core);
    }
    let first = core.split_whitespace().next().unwrap_or_default();
    let looks = core.split_whitespace().any(|word| is_mixed(chunk(word)));
    let begins = is_ordinary(first) || is_transparent(first) || is_among(BEGINNINGS, first);
    !looks && (begins || is_sentence(core) || is_label(core))
}

/// Words with which sentences about a secret begin, where a pass phrase seldom does.
const BEGINNINGS: &str =
    "must should has have is was are can may will see ask enter sign forgot forgotten your";

/// The whole text is one word that looks like a password.
pub(super) fn is_password(text: &str) -> bool {
    let core = core(text);
    chunk(core) == core && is_mixed(core)
}

/// Without signs of assignment, decoration and remarks in brackets.
fn core(text: &str) -> &str {
    let decoration = |c: char| c.is_whitespace() || is_quote(c) || matches!(c, '*' | '_' | '#' | '\u{e000}');
    let mut core = text.trim_matches(decoration);
    core = core.trim_end_matches(|c: char| is_sign(c) || decoration(c));
    if let Some((before, _)) = core
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('))
        .filter(|(before, _)| !before.trim().is_empty())
    {
        core = before.trim_end_matches(decoration);
    }
    core
}

fn is_among(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word))
}
