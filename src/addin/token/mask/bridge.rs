//! What leads from the name of a secret to its value: a sign, a word like `is`, quotes, a comma between the two, or the
//! blank behind an option of a program.
//!
//! The text is looked at from the place of the value backwards, so that every form is recognised in one way.

use super::names::{
    Extent, extent, is_name_of_field, is_noun, is_secret_name, is_secret_option, is_telling, option,
};
use super::pair;
use super::plain::is_class;
use super::programs::{is_port, sets, takes_password};
use super::prose::{is_behind_option, is_change, is_ordinary, is_transparent, is_verb};
use super::value::quoted;
use super::{is_border, is_quote, is_sign};

/// Most words between the name and what is said of it: `the password for the farm account is`.
const MOST_BETWEEN: usize = 6;

/// How a value hangs on its name, which decides how far it goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reach {
    /// Behind a sign of assignment: as far as the name says.
    Sign,
    /// Behind a word of a sentence.
    Sentence,
    /// In quotes.
    Quotes,
    /// The argument of an option, up to the next one.
    Argument,
    /// The arguments of a call, up to its bracket.
    Call,
    /// The second of a pair in square brackets.
    Pair,
}

/// The name that stands before a value, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Bridge {
    pub(super) name: String,
    pub(super) reach: Reach,
}

/// The bridge at the end of a text, if the value of a secret begins behind it. `from` is what follows.
pub(super) fn at_end(out: &str, from: &str) -> Option<Bridge> {
    let bridge = |name: &str, reach| Some(Bridge { name: name.to_owned(), reach });
    if let Some(name) = element(out) {
        return bridge(name, Reach::Sign);
    }
    if let Some(name) = assigned(out) {
        let reach = match behind_sign(name) {
            Reach::Sign if out.trim_end().ends_with("->") => Reach::Sentence,
            reach => reach,
        };
        return bridge(name, reach);
    }
    if let Some(bridge) = pair::at_end(out, from) {
        return Some(bridge);
    }
    let (core, gap) = parted(out);
    if let Some(name) = argument(core, gap, from) {
        let call = gap.contains('(');
        return bridge(name, if call { Reach::Call } else { Reach::Argument });
    }
    if let Some(name) = called(core, gap) {
        return bridge(name, Reach::Call);
    }
    if let Some(name) = said(core, gap, from) {
        return bridge(name, if gap.ends_with(is_quote) { Reach::Quotes } else { Reach::Sentence });
    }
    if let Some(name) = in_quotes(core, gap) {
        return bridge(name, Reach::Quotes);
    }
    listed(core, gap, from).map(|(name, reach)| Bridge { name: name.to_owned(), reach })
}

/// How a value hangs on a name with a sign between the two.
pub(super) fn behind_sign(name: &str) -> Reach {
    if is_secret_option(name) { Reach::Argument } else { Reach::Sign }
}

/// A text, and the signs, blanks and quotes at its end.
fn parted(out: &str) -> (&str, &str) {
    out.split_at(out.trim_end_matches(is_border).len())
}

/// The name of the element whose tag ends the text: `<password>`.
fn element(out: &str) -> Option<&str> {
    let (_, tag) = out.trim_end().strip_suffix('>')?.rsplit_once('<')?;
    let name = tag.split(char::is_whitespace).next().unwrap_or_default();
    let name = name.rsplit(':').next().unwrap_or_default();
    (!tag.ends_with('/') && is_secret_name(name)).then_some(name)
}

/// The name in front of a sign of assignment, or of an arrow.
fn assigned(out: &str) -> Option<&str> {
    let trimmed = out.trim_end_matches(|c: char| is_border(c) && !matches!(c, ',' | ';' | '&' | '>'));
    let named = trimmed
        .strip_suffix("->")
        .or_else(|| trimmed.strip_suffix(is_sign))
        .or_else(|| trimmed.trim_end_matches('>').strip_suffix(is_sign).filter(|_| trimmed.ends_with("=>")))?
        .trim_end_matches(is_sign);
    let (named, _) = parted(named);
    // `AppSettings["ClientSecret"] = "x"`.
    let named = named
        .strip_suffix(']')
        .filter(|named| named.ends_with(is_quote))
        .map_or(named, |named| parted(named).0);
    let word = last_word(named);
    if trimmed.ends_with(':') && is_class(word) {
        return None;
    }
    if is_secret_name(word) || is_secret_option(word) {
        return Some(word);
    }
    // `the password is: x`, `client secret value: x`, `key="ClientSecret" value="x"`.
    let before = || parted(named.get(..named.len() - word.len()).unwrap_or_default());
    if is_verb(word) {
        let (subject, gap) = before();
        return subject_of(subject).filter(|_| !gap.contains(is_clause_end));
    }
    let name = is_noun(word).then(|| last_word(before().0)).filter(|name| is_telling(name));
    name.or_else(|| subject_of(named))
}

/// `client_secret is`, `the password for the farm account was`, `the password is now`, `the password was changed to`.
fn said<'t>(core: &'t str, gap: &str, from: &str) -> Option<&'t str> {
    let blank = gap.chars().all(|c| c.is_whitespace() || is_quote(c) || c == '\\');
    if !blank || gap.is_empty() || (!gap.ends_with(is_quote) && is_ordinary(from)) {
        return None;
    }
    let (mut rest, mut between) = (core, "");
    let (mut verb, mut lead) = (false, false);
    for _ in 0..=MOST_BETWEEN {
        let word = last_word(rest);
        let is_verb = is_verb(word);
        let is_change = lead && is_change(word);
        if word.is_empty() || !(is_verb || is_change || is_transparent(word)) {
            break;
        }
        verb |= is_verb || is_change;
        lead = word.eq_ignore_ascii_case("to");
        (rest, between) = parted(rest.get(..rest.len() - word.len())?);
        if between.contains(is_clause_end) {
            return None;
        }
    }
    subject_of(rest).filter(|_| verb && !between.is_empty())
}

/// Whom a sentence speaks of: the name at its end, or one with `of`, `for` or `from` behind it.
fn subject_of(text: &str) -> Option<&str> {
    const LINKS: [&str; 6] = ["of", "for", "from", "f\u{fc}r", "von", "de"];
    let mut rest = text;
    let mut link = false;
    for number in 0..=MOST_BETWEEN {
        let word = last_word(rest);
        if word.is_empty() {
            return None;
        }
        let is_end = number == 0 || link;
        let is_french = || is_mot_de_passe(rest);
        if is_end && (is_telling(word) || is_french()) {
            return Some(word);
        }
        // `client secret value`, `secret keys for`.
        let is_tail = is_end && is_noun(word);
        link = is_tail || LINKS.iter().any(|link| word.eq_ignore_ascii_case(link));
        let (before, gap) = parted(rest.get(..rest.len() - word.len()).unwrap_or_default());
        if gap.contains(is_clause_end) || before.ends_with(['.', ':', '!']) {
            return None;
        }
        rest = before;
    }
    None
}

fn is_mot_de_passe(text: &str) -> bool {
    const WORDS: &str = "mot de passe";
    let end = text.len().checked_sub(WORDS.len()).and_then(|start| text.get(start..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(WORDS))
}

fn is_clause_end(c: char) -> bool {
    matches!(c, ',' | ';' | '?' | '|' | '\n' | '\r')
}

/// `password 'x'`: only what stands between the name and the quote is a blank.
fn in_quotes<'t>(core: &'t str, gap: &str) -> Option<&'t str> {
    let before = gap.strip_suffix(is_quote)?.trim_end_matches('\\');
    let parts = before.ends_with(char::is_whitespace)
        && before.chars().all(|c| c.is_whitespace() || is_quote(c) || c == '\\');
    let name = last_word(core);
    // `Unexpected token 'x'` is what parsers say of any text.
    let means = is_telling(name) && matches!(extent(name), Extent::Field);
    let noun = || is_noun(name).then(|| subject_of(core)).flatten();
    if means { Some(name).filter(|_| parts) } else { noun().filter(|_| parts) }
}

/// `"ClientSecret", "x"` in a list or a call, and `[password, x]`.
fn listed<'t>(core: &'t str, gap: &str, from: &str) -> Option<(&'t str, Reach)> {
    let name = last_word(core);
    if gap.matches(',').count() != 1 || !is_telling(name) {
        return None;
    }
    let before = core.get(..core.len() - name.len()).unwrap_or_default();
    if gap.trim() == "," && before.ends_with('[') {
        return Some((name, Reach::Pair));
    }
    let signs = |c: char| c.is_whitespace() || is_quote(c) || matches!(c, ',' | '\\' | '@');
    let named = gap.trim_start_matches('\\').starts_with(is_quote) || before.ends_with(['(', '[', '{']);
    let quote = gap.chars().next_back().filter(|c| is_quote(*c))?;
    let escaped = gap.strip_suffix(quote).is_some_and(|gap| gap.ends_with('\\'));
    let (value, behind) = from.split_at(quoted(from, quote, escaped));
    // Names stand in lists as well, and a name with a sign behind it is no item.
    let is_key = behind.strip_prefix(quote).is_some_and(|behind| behind.trim_start().starts_with(is_sign));
    let is_name = is_key || is_name_of_field(value.trim_end_matches('\\'));
    let items = named && gap.chars().all(signs);
    (items && !is_name).then_some((name, Reach::Quotes))
}

/// `--password x`, `-Password (…)`, `/password x`, `ConvertTo-SecureString x`.
fn argument<'t>(core: &'t str, gap: &str, from: &str) -> Option<&'t str> {
    let blank = gap.starts_with(char::is_whitespace)
        && gap.chars().all(|c| matches!(c, ' ' | '\t' | '\u{a0}' | '(' | '\\' | '@') || is_quote(c));
    if !blank {
        return None;
    }
    let word = core.rsplit(is_border).next().unwrap_or_default();
    if word.eq_ignore_ascii_case("ConvertTo-SecureString") && !from.starts_with('-') {
        return Some(word);
    }
    if word.eq_ignore_ascii_case("-String") {
        let before = parted(core.get(..core.len() - word.len()).unwrap_or_default()).0;
        return Some(last_word(before)).filter(|name| is_secret_name(name));
    }
    let before = core.get(..core.len() - word.len()).unwrap_or_default();
    if is_secret_name(word) && sets(before) {
        return Some(word);
    }
    let name = option(word)?;
    if !gap.ends_with(is_quote) && (is_behind_option(from) || is_port(core, name, from)) {
        return None;
    }
    // `-u name:password`, as curl takes them.
    let account = ["u", "user", "proxy-user"].iter().any(|option| name.eq_ignore_ascii_case(option));
    let pair = || {
        from.split(|c: char| c.is_whitespace() || is_quote(c))
            .next()
            .is_some_and(|word| word.contains(':') && !word.contains("://"))
    };
    if account && pair() {
        return Some(name);
    }
    if !is_secret_option(word) {
        return None;
    }
    // `/token x` is the path of a request as well.
    let sure = !word.starts_with('/') || matches!(extent(name), Extent::Field) || takes_password(core, name);
    sure.then_some(name)
}

/// `SetPassword("x")`, `new NetworkCredential("user", "x")`.
fn called<'t>(core: &'t str, gap: &str) -> Option<&'t str> {
    let rest = gap.strip_prefix('(')?;
    let quoted = rest.ends_with(is_quote) && rest.chars().all(|c| is_quote(c) || matches!(c, ' ' | '\\'));
    let name = last_word(core).rsplit('.').next().unwrap_or_default();
    (quoted && is_telling(name)).then_some(name)
}

/// The word at the end of a text, without what is put in front of names.
fn last_word(text: &str) -> &str {
    let word = text.rsplit(is_border).next().unwrap_or_default();
    word.trim_start_matches(['[', '$', '@', '*', '#', '\u{201c}', '\u{2018}'])
}
