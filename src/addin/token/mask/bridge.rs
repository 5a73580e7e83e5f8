//! What leads from the name of a secret to its value: a sign, a word like `is`, quotes, a comma between the two, or the
//! blank behind an option of a program.
//!
//! The text is looked at from the place of the value backwards, so that every form is recognised in one way.

use super::call::is_setter;
use super::names::{
    Extent, extent, is_name_of_field, is_noun, is_phrase, is_secret_name, is_secret_option, is_telling,
    option,
};
use super::pair;
use super::plain::is_class;
use super::programs::{is_port, sets, takes_password};
use super::prose::{
    is_behind_option, is_change, is_lead, is_loose_verb, is_ordinary, is_transparent, is_used, is_verb,
};
use super::shape::{chunk, is_mixed, is_name};
use super::subject::{is_clause_end, named_behind, near_subject, subject_of};
use super::value::quoted;
use super::{end_of_start, is_border, is_quote, is_sign, start_of_end};

/// Most words between the name and what is said of it: `the password for the farm account is`.
pub(super) const MOST_BETWEEN: usize = 6;

/// How a value hangs on its name, which decides how far it goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reach {
    /// Behind a sign of assignment: as far as the name says.
    Sign,
    /// Behind a word of a sentence.
    Sentence,
    /// A single word that looks like a password.
    Word,
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
        return Some(Bridge { name: name.to_owned(), reach }).filter(|_| !is_member(out, from));
    }
    if let Some(bridge) = pair::at_end(out, from) {
        return Some(bridge);
    }
    let (core, gap) = parted(out);
    if let Some(name) = argument(core, gap, from) {
        let call = gap.contains('(');
        return bridge(name, if call { Reach::Call } else { Reach::Argument });
    }
    if let Some(name) = called(core, gap, from) {
        return bridge(name, Reach::Call);
    }
    let in_place = |reach| if gap.ends_with(is_quote) { Reach::Quotes } else { reach };
    if let Some((name, reach)) = said(core, gap, from) {
        return bridge(name, in_place(reach));
    }
    if let Some(name) = in_quotes(core, gap) {
        return bridge(name, Reach::Quotes);
    }
    if let Some((name, reach)) = listed(core, gap, from) {
        return bridge(name, reach);
    }
    let name = right_behind(out, from).or_else(|| near_sign(out, from)).or_else(|| named_behind(out, from));
    name.and_then(|name| bridge(name, in_place(Reach::Word)))
}

/// What stands here in quotes is a name itself: `"credentials":{"secret":"x"}`.
fn is_member(out: &str, from: &str) -> bool {
    const NEAR: usize = 100;
    let Some(quote) = out.chars().next_back().filter(|c| is_quote(*c)) else { return false };
    let opened = out.trim_end_matches(|c: char| is_quote(c) || c.is_whitespace() || c == '\\');
    let end = end_of_start(from, NEAR);
    let near = from.get(..end).unwrap_or_default();
    let behind = near.split_once(quote).map_or("", |(_, behind)| behind.trim_start());
    opened.ends_with('{') && behind.starts_with(':')
}

/// `client secret x`, `password (x)`, `password [x]`, `ClientSecret … x`, where x looks like a password.
fn right_behind<'t>(out: &'t str, from: &str) -> Option<&'t str> {
    const LONGEST_GAP: usize = 40;
    let is_gap = |c: char| {
        c.is_whitespace()
            || is_quote(c)
            || matches!(
                c,
                '(' | '[' | '{' | '?' | ',' | '-' | '\u{2013}' | '\u{2014}' | '\u{2026}' | '.' | '#'
            )
    };
    let start = start_of_end(out, LONGEST_GAP);
    let length = out.get(start..)?.trim_end_matches(is_gap).len();
    let core = out.get(..start + length)?;
    let gap = out.get(core.len()..).filter(|gap| gap.contains(|c: char| !is_quote(c)))?;
    // On a line of its own stands only the password.
    let value = chunk(from);
    let lines = gap.matches('\n').count();
    let alone =
        || from.get(value.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with(is_line_end));
    if lines > 1 || (lines == 1 && !alone()) {
        return None;
    }
    // `my password, x, is`.
    if gap.contains(',')
        && !(gap == ", " && from.get(value.len()..).is_some_and(|rest| rest.starts_with(',')))
    {
        return None;
    }
    if gap.contains('.') && !gap.contains("..") {
        return None;
    }
    let name = last_word(core);
    let named = |name: &str| {
        (is_telling(name) && matches!(extent(name), Extent::Field)) || name.eq_ignore_ascii_case("pw")
    };
    let phrase = || is_phrase(name, core.get(..core.len() - name.len()).unwrap_or_default());
    let noun = || is_noun(name).then(|| near_subject(core)).flatten().is_some();
    let bracketed = || {
        let word = value.len() > 2 && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let closed = from.get(value.len()..).is_some_and(|rest| rest.starts_with(']'));
        gap.ends_with('[') && word && closed && !is_ordinary(value)
    };
    ((is_mixed(value) || bracketed()) && (named(name) || phrase() || noun())).then_some(name)
}

/// `the password that was sent: x`, where x looks like a password.
fn near_sign<'t>(out: &'t str, from: &str) -> Option<&'t str> {
    let core = out.trim_end_matches(|c: char| is_border(c) && !is_clause_end(c));
    let named = core.strip_suffix(is_sign)?;
    near_subject(named).filter(|_| is_mixed(chunk(from)))
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

/// How a value hangs on a name with a sign between the two.
pub(super) fn behind_sign(name: &str) -> Reach {
    if is_secret_option(name) { Reach::Argument } else { Reach::Sign }
}

/// A text, and the signs, blanks and quotes at its end.
pub(super) fn parted(out: &str) -> (&str, &str) {
    out.split_at(out.trim_end_matches(is_border).len())
}

/// The name of the element whose tag ends the text: `<password>`.
fn element(out: &str) -> Option<&str> {
    const LONGEST: usize = 400;
    let inside = out.trim_end().strip_suffix('>')?;
    let start = inside.char_indices().rev().take(LONGEST).find(|(_, c)| *c == '<')?.0;
    let tag = inside.get(start + 1..)?;
    let name = tag.split(char::is_whitespace).next().unwrap_or_default();
    let name = name.rsplit(':').next().unwrap_or_default();
    (!tag.ends_with('/') && is_secret_name(name)).then_some(name)
}

/// The name in front of a sign of assignment, or of an arrow.
fn assigned(out: &str) -> Option<&str> {
    let around = |c: char| is_border(c) || matches!(c, '[' | '@' | '*');
    let trimmed = out.trim_end_matches(|c: char| around(c) && !matches!(c, ',' | ';' | '&' | '>'));
    let named = trimmed
        .strip_suffix("->")
        .or_else(|| trimmed.strip_suffix(is_sign))
        .or_else(|| trimmed.trim_end_matches('>').strip_suffix(is_sign).filter(|_| trimmed.ends_with("=>")))?
        .trim_end_matches(is_sign);
    // `Password ......: x`, `**Password**: x`.
    let named = named.trim_end_matches(|c| is_border(c) || matches!(c, '.' | '*' | '_' | '\u{2026}'));
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
    if is_verb(word) || is_loose_verb(word) {
        let (subject, gap) = before();
        return subject_of(subject).filter(|_| !gap.contains(is_clause_end));
    }
    let name = is_noun(word).then(|| last_word(before().0)).filter(|name| is_telling(name));
    let used = || is_used(word).then(|| near_subject(named)).flatten();
    name.or_else(|| subject_of(named)).or_else(used)
}

/// `client_secret is`, `the password for the farm account was`, `the password is now`, `the password was changed to`.
///
/// Behind other words, and where the name stands further away, only what looks like a password is one, or is in quotes.
fn said<'t>(core: &'t str, gap: &str, from: &str) -> Option<(&'t str, Reach)> {
    let blank = gap.chars().all(|c| c.is_whitespace() || is_quote(c) || c == '\\');
    if !blank || gap.is_empty() || (!gap.ends_with(is_quote) && is_ordinary(from)) {
        return None;
    }
    let (mut rest, mut between) = (core, "");
    let (mut verb, mut loose, mut lead) = (false, false, "");
    let mut led = false;
    for _ in 0..=MOST_BETWEEN {
        let word = last_word(rest);
        let is_verb = is_verb(word);
        let is_change = !lead.is_empty() && is_change(word);
        let is_lead = is_lead(word);
        let is_loose = !is_verb && (is_loose_verb(word) || is_used(word));
        if word.is_empty() || !(is_verb || is_change || is_lead || is_loose || is_transparent(word)) {
            break;
        }
        verb |= is_verb || (is_change && lead.eq_ignore_ascii_case("to"));
        loose |= (is_loose || is_change) && !verb;
        lead = if is_lead { word } else { "" };
        led |= is_lead;
        (rest, between) = parted(rest.get(..rest.len() - word.len())?);
        if between.contains(is_clause_end) {
            return None;
        }
    }
    if between.is_empty() {
        return None;
    }
    let quoted = gap.ends_with(is_quote);
    let looks = || {
        if quoted {
            (verb || loose) && !is_name(from)
        } else {
            (verb || loose || led) && is_mixed(chunk(from))
        }
    };
    let sure = subject_of(rest).filter(|_| verb && !loose).map(|name| (name, Reach::Sentence));
    sure.or_else(|| near_subject(rest).filter(|_| looks()).map(|name| (name, Reach::Word)))
}

/// `password 'x'`: only what stands between the name and the quote is a blank.
fn in_quotes<'t>(core: &'t str, gap: &str) -> Option<&'t str> {
    let trimmed = gap.trim_end();
    let quote = trimmed.chars().next_back().filter(|c| is_quote(*c))?;
    // French quotes have blanks inside; those of East Asia need none before them.
    let wide = matches!(quote, '\u{300c}'..='\u{300f}');
    if trimmed.len() < gap.len() && quote != '\u{ab}' {
        return None;
    }
    let before = trimmed.strip_suffix(is_quote)?.trim_end_matches(['\\', '(']);
    let parts = (wide || before.ends_with(char::is_whitespace))
        && before.chars().all(|c| c.is_whitespace() || is_quote(c) || c == '\\');
    let name = last_word(core);
    // `Unexpected token 'x'` is what parsers say of any text.
    let phrase = || is_phrase(name, core.get(..core.len() - name.len()).unwrap_or_default());
    let means = (is_telling(name) || phrase()) && matches!(extent(name), Extent::Field);
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
    let word = bare_word(core);
    if word.eq_ignore_ascii_case("ConvertTo-SecureString") && !from.starts_with('-') {
        return Some(word);
    }
    if word.eq_ignore_ascii_case("-String") {
        let before = parted(core.get(..core.len() - word.len()).unwrap_or_default()).0;
        return Some(last_word(before)).filter(|name| is_secret_name(name));
    }
    let before = core.get(..core.len() - word.len()).unwrap_or_default();
    if word == "BY" && before.trim_end().ends_with("IDENTIFIED") {
        return Some("password");
    }
    if is_secret_name(word) && sets(before) {
        return Some(word);
    }
    let name = option(word)?;
    // openssl takes the name of a place as well.
    let is_place = ["env:", "file:", "fd:", "stdin"].iter().any(|place| from.starts_with(place));
    if is_place && name.to_lowercase().contains("pass") {
        return None;
    }
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
fn called<'t>(core: &'t str, gap: &str, from: &str) -> Option<&'t str> {
    let rest = gap.strip_prefix('(')?;
    let quote = rest.chars().next_back().filter(|c| is_quote(*c))?;
    let opens = rest.chars().all(|c| is_quote(c) || matches!(c, ' ' | '\\'));
    let name = last_word(core).rsplit('.').next().unwrap_or_default();
    let escaped = rest.strip_suffix(quote).is_some_and(|rest| rest.ends_with('\\'));
    (opens && is_telling(name) && !names_another(from, quote, escaped, is_setter(name))).then_some(name)
}

/// What stands here in quotes is the name of a secret: `GetSecret("ClientSecret")`. Of a password only a part may look
/// like one, unless it is all that is set: `SetPassword("myPW")`.
fn names_another(from: &str, quote: char, escaped: bool, is_set: bool) -> bool {
    const LONGEST: usize = 100;
    let near = from.get(..end_of_start(from, LONGEST)).unwrap_or_default();
    let length = quoted(near, quote, escaped);
    let (name, behind) = near.split_at(length);
    let is_whole = !behind.is_empty() || near.len() == from.len();
    let is_all = behind.trim_start_matches(quote).trim_start().starts_with(')');
    let name = name.trim_end_matches('\\');
    is_whole && !(is_set && is_all) && !name.contains(is_border) && is_telling(name)
}

/// The word at the end of a text, without what is put in front of names.
pub(super) fn last_word(text: &str) -> &str {
    bare_word(text).trim_start_matches(['[', '$', '@', '*', '#', '\u{201c}', '\u{2018}'])
}

/// The word at the end of a text. Longer ones are no names.
fn bare_word(text: &str) -> &str {
    const LONGEST: usize = 200;
    let start = start_of_end(text, LONGEST);
    text.get(start..).unwrap_or_default().rsplit(is_border).next().unwrap_or_default()
}
