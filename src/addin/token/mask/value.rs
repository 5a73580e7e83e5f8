//! How far the value of a secret goes, and what is written in its place.

use super::bridge::{Bridge, Reach};
use super::markup::{CODE, Page, first_parting_tag, is_tag, tag_within};
use super::names::{Extent, extent, is_telling, option};
use super::pair::has_value as has_value_before;
use super::prose::is_ordinary;
use super::shape::chunk;
use super::{end_of_start, is_border, is_quote, is_sign, shown};
use crate::addin::evidence::secret::is_shown;
use crate::addin::token::wrapped;

/// Ways to authenticate that stand in front of what is secret.
const SCHEMES: [&str; 5] = ["Basic", "Bearer", "Digest", "NTLM", "Negotiate"];

/// What stands in front of a quote in C#, SQL, Python, Rust and C++ and belongs to it.
const PREFIXES: [&str; 16] = [
    "@\"", "$\"", "$@\"", "@$\"", "N'", "N\"", "r\"", "r'", "r#\"", "b\"", "b'", "f\"", "f'", "u\"", "u'",
    "L\"",
];

/// Writes what may be shown of the value that a text begins with. Returns how many bytes the value has.
pub(super) fn push(page: &mut Page, bridge: &Bridge, from: &str) -> usize {
    if let Some(length) = hidden_already(from) {
        page.push(from.get(..length).unwrap_or_default());
        return length;
    }
    let out = page.seen.as_str();
    let quote = out.chars().next_back().filter(|c| is_quote(*c));
    let escaped = quote.is_some_and(|quote| out.strip_suffix(quote).is_some_and(|out| out.ends_with('\\')));
    if let Some(lead) = code(bridge, from).filter(|_| quote.is_none()) {
        page.push(from.get(..lead).unwrap_or_default());
        let out = page.seen.as_str();
        let rest = from.get(lead..).unwrap_or_default();
        let reach = if out.ends_with('(') { Reach::Call } else { bridge.reach };
        // What a cmdlet makes of its argument is looked at there.
        let is_done = !out.ends_with('(') && !out.ends_with(is_quote);
        let bridge = Bridge { name: bridge.name.clone(), reach };
        return lead + if is_done { 0 } else { push(page, &bridge, rest) };
    }
    let length = length(bridge, from, quote, escaped).max(broken(from));
    let value =
        from.get(..length).unwrap_or_default().trim_end_matches(|c: char| c.is_whitespace() || c == '\\');
    if bridge.name.eq_ignore_ascii_case("key") && is_key_of_pair(out, value, from) {
        page.push(value);
        return value.len();
    }
    let scheme = SCHEMES.iter().find_map(|scheme| {
        let rest = value.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme))?;
        value.get(rest.len()..).filter(|rest| rest.starts_with(char::is_whitespace)).map(str::trim_start)
    });
    match scheme {
        Some(secret) => {
            let scheme = value.get(..value.len() - secret.len()).unwrap_or_default();
            page.push(&format!("{scheme}[{}]", shown(secret)));
        }
        None => page.push(&format!("[{}]", shown(value))),
    }
    value.len()
}

/// `key="ClientSecret" value="x"`: the name of the secret is none.
fn is_key_of_pair(out: &str, value: &str, from: &str) -> bool {
    let behind = from.get(value.len()..).unwrap_or_default().trim_start_matches(|c| is_border(c) || c == '-');
    let plain = value.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'));
    let has_value = || behind.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("value"));
    plain && is_telling(value) && (has_value() || has_value_before(out))
}

/// How long the code is in front of a value: `ConvertTo-SecureString`, `new NetworkCredential(`, `@"`.
fn code(bridge: &Bridge, from: &str) -> Option<usize> {
    const CMDLET: &str = "ConvertTo-SecureString";
    const CLASSES: [&str; 3] = ["credential", "credentials", "securestring"];
    if bridge.reach != Reach::Sign {
        return None;
    }
    let starts = |word: &str| from.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if starts(CMDLET) && from.get(CMDLET.len()..)?.starts_with(char::is_whitespace) {
        return Some(CMDLET.len());
    }
    if PREFIXES.into_iter().any(starts) {
        return from.find(is_quote).map(|at| at + 1);
    }
    let made = ["new ", "New-Object "].into_iter().find(|made| starts(made))?;
    let name = from.get(made.len()..)?;
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))?;
    let class = name.get(..end)?.to_lowercase();
    let is_known = CLASSES.iter().any(|known| class.ends_with(known));
    (is_known && name.get(end..)?.starts_with('(')).then_some(made.len() + end + 1)
}

/// How far a token goes that the value begins with, perhaps behind its scheme, where it was broken.
fn broken(from: &str) -> usize {
    const NEAR: usize = 200;
    let near = end_of_start(from, NEAR);
    let line = from.get(..near).and_then(|near| near.split_once("eyJ")).map_or("", |(line, _)| line);
    // Marks of quoting stand in front of a line of a mail.
    let scheme = line.trim_end_matches(|c: char| c.is_whitespace() || c == '>');
    let begins = scheme.is_empty() || SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme));
    let token = from.get(line.len()..).filter(|_| begins);
    token.and_then(|token| wrapped::begins(token, is_ordinary)).map_or(0, |token| line.len() + token.length)
}

/// How long the value is that was hidden before.
pub(super) fn hidden_already(from: &str) -> Option<usize> {
    const LONGEST: usize = 60;
    let inside = from.strip_prefix('[')?;
    let end = inside.bytes().take(LONGEST).position(|byte| byte == b']')?;
    let inside = inside.get(..end)?;
    is_shown(inside).then_some(inside.len() + 2)
}

fn length(bridge: &Bridge, from: &str, quote: Option<char>, escaped: bool) -> usize {
    let end = |ends: &dyn Fn(char) -> bool| from.find(ends).unwrap_or(from.len());
    match (bridge.reach, quote) {
        (Reach::Call, _) => {
            let line = from.get(..end(&is_line_end)).unwrap_or_default();
            line.rfind(')').unwrap_or(line.len())
        }
        (Reach::Pair, _) => end(&|c| is_line_end(c) || c == ']'),
        (Reach::Sign, _) => match (extent(&bridge.name), quote) {
            (Extent::Word, _) => end(&is_border),
            (_, Some(quote)) => quoted(from, quote, escaped),
            (Extent::Field, None) => field(from).max(call(from)),
            (Extent::Line, None) => end(&is_line_end),
        },
        (_, Some(quote)) => quoted(from, quote, escaped),
        (Reach::Word, None) => {
            Some(chunk(from).len()).filter(|length| *length > 0).unwrap_or(first_word(from).0)
        }
        (Reach::Argument, None) => arguments(from),
        (_, None) => sentence(&bridge.name, from),
    }
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

/// Up to what separates fields. A comma, semicolon or bar right before a letter separates only where a name follows, and
/// what stands in braces belongs to the value that they are part of: `a{0}b`.
fn field(from: &str) -> usize {
    let ends = |text: &str, at: usize, c: char| {
        let behind = || text.get(at + c.len_utf8()..).unwrap_or_default();
        match c {
            ',' | ';' | '|' => !behind().starts_with(char::is_alphanumeric) || begins_with_name(behind()),
            _ => is_line_end(c) || matches!(c, '"' | '<' | '>' | '&' | '{' | '}'),
        }
    };
    let (mut length, mut depth, mut before) = (0, 0_usize, ' ');
    loop {
        let rest = from.get(length..).unwrap_or_default();
        let end = rest.char_indices().find(|(at, c)| {
            let joined = !std::mem::replace(&mut before, *c).is_whitespace();
            match c {
                '{' if joined => depth += 1,
                '}' if depth > 0 => depth -= 1,
                _ => return ends(rest, *at, *c),
            }
            false
        });
        let Some((end, _)) = end else { return from.len() };
        length += end;
        match tag_within(from, length) {
            Some(tag) => length += tag,
            None => return length,
        }
    }
}

/// How far the arguments go of what looks like a call with a text in it: `new Secret("`.
fn call(from: &str) -> usize {
    const LONGEST_NAME: usize = 100;
    let end = end_of_start(from, LONGEST_NAME);
    let name = from.get(..end).and_then(|near| near.split_once('"')).map_or("", |(name, _)| name);
    if !name.ends_with('(') || name.contains(is_line_end) {
        return 0;
    }
    let line = from.get(..from.find(is_line_end).unwrap_or(from.len())).unwrap_or_default();
    line.rfind(')').filter(|end| *end > name.len()).unwrap_or(line.len())
}

/// `user=`, `User ID:`.
fn begins_with_name(text: &str) -> bool {
    let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ');
    text.trim_start_matches(name).starts_with(is_sign)
}

/// The first word whole, whatever signs are in it, and what may belong to a pass phrase.
fn sentence(name: &str, from: &str) -> usize {
    let (first, ended) = first_word(from);
    if ended || !matches!(extent(name), Extent::Field) {
        return first;
    }
    first + field(from.get(first..).unwrap_or_default())
}

/// The arguments up to the next option. The first one is an argument whatever it begins with.
fn arguments(from: &str) -> usize {
    let (first, _) = first_word(from);
    let mut end = first;
    // Not the whole line at once: of a line of nothing but options each would look at all that follow.
    for word in from.get(first..).unwrap_or_default().split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        if let Some(at) = first_parting_tag(bare) {
            return end + at;
        }
        if option(bare).is_some() || word.starts_with(['"', '\'', '|', ';', ')']) {
            break;
        }
        if word.ends_with(is_line_end) {
            return end + bare.len();
        }
        end += word.len();
    }
    end
}

/// How long the first word is without the signs that close what is around it, and whether it had any.
fn first_word(from: &str) -> (usize, bool) {
    let word = from.get(..from.find(char::is_whitespace).unwrap_or(from.len())).unwrap_or_default();
    if let Some(at) = first_parting_tag(word).filter(|at| *at > 0) {
        return (at, true);
    }
    let core =
        word.trim_end_matches(|c| is_quote(c) || matches!(c, ')' | ']' | '}' | '>' | ',' | ';' | '\\'));
    if core.is_empty() { (word.len(), true) } else { (core.len(), core.len() < word.len()) }
}

/// How long a value in quotes is. Within it a quote is escaped, unless the first one is as well, or doubled, or an
/// apostrophe.
pub(super) fn quoted(from: &str, quote: char, escaped: bool) -> usize {
    let is_escaped = |at: usize| {
        let before = from.get(..at).unwrap_or_default().bytes().rev();
        before.take_while(|byte| *byte == b'\\').count() % 2 == 1
    };
    let mut letters = from.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        if is_line_end(c) || (quote == CODE && c == '<' && is_tag(from, at)) {
            return at;
        }
        if !closes(quote, c) || (is_escaped(at) && !escaped) {
            continue;
        }
        match letters.peek() {
            Some((_, next)) if *next == c && !escaped => {
                letters.next();
            }
            Some((_, next)) if next.is_alphanumeric() => {}
            _ => return at,
        }
    }
    from.len()
}

/// Whether a quote ends what another one began.
fn closes(open: char, c: char) -> bool {
    match open {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' => {
            matches!(c, '\u{201c}' | '\u{201d}' | '\u{201f}' | '"')
        }
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => {
            matches!(c, '\u{2018}' | '\u{2019}' | '\u{201b}' | '\'')
        }
        '\u{300c}' => c == '\u{300d}',
        '\u{300e}' => c == '\u{300f}',
        '\u{ab}' => c == '\u{bb}',
        '\u{bb}' => c == '\u{ab}',
        '`' => matches!(c, '`' | '\''),
        _ => c == open,
    }
}
