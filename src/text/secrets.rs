//! Passwords and tokens that a log holds in clear, hidden: connection strings, command lines, fields and addresses.
//!
//! Every byte of a secret becomes an asterisk, as psconfig writes its own. So a text keeps its length, and what was found
//! in it its place. A secret is known by the name in front of it; names without a value, and names of controls and
//! resources that only speak of passwords, stay as they are.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

/// What stands in front of a secret, or begins one. A name may have more letters in front of it: `dbpassword`.
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    let names = [
        r"pass(?:words?|wd|[ -]?phrase|wort|code)|pwd|\b(?:pass|pw|userpw)[ \t]*=|secret",
        // German, Spanish, French, Dutch, Portuguese and Russian, in UTF-8 and in Windows-1252.
        r"kennwort|contrase(?:\xC3\xB1|\xF1|n)a|mot de passe|wachtwoord|\bsenha|\xD0\xBF\xD0\xB0\xD1\x80\xD0\xBE\xD0\xBB\xD1\x8C",
        r"(?:account|api|access|validation|decryption|subscription|shared|signing)[_-]?key",
        r"(?:access|refresh|id|context|app)[_-]?token|client[_-]?assertion|convertto-securestring",
        // Cookies of a claims user and of a form.
        r"\b(?:fedauth|rtfa|spoidcrl)|\.aspxauth",
        // A signature or a code in an address.
        r"[?&;](?:sig|code)\b",
        // Behind it as far as options go, and not to the end of a line of any length for each of them.
        r"\b(?:sqlcmd|osql|bcp)\b[^\r\n]{0,100}?[ \t](?-i:-P)",
    ];
    let others = r"\bauthorization[ \t]*[:=][ \t]*(?:basic|bearer|digest|kerberos|negotiate|ntlm)[ \t]+|\b(?:bearer|basic)[ \t]+|://|\b(?-i:eyJ)";
    Regex::new(&format!("(?i-u){}|{others}", names.join("|")))
        .expect("the pattern is a constant, and a test uses it")
});

/// Fewest bytes of a token behind `Bearer` or `Basic`, and of one by itself: words of a sentence are shorter.
const TOKEN: usize = 16;

/// How often a text is looked at again: what one secret hid may have parted another from its name.
const LOOKS: usize = 8;

/// The text with asterisks in the place of its secrets.
pub fn hidden(text: &[u8]) -> Cow<'_, [u8]> {
    let mut out = Cow::Borrowed(text);
    for _ in 0..LOOKS {
        if !hide(&mut out) {
            break;
        }
    }
    out
}

/// A name or an address without its secrets. Without one of two signs it has none: what stands between blanks is an address
/// with a password, or a field.
pub fn hidden_in_name(name: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'@', b'=', name.as_bytes()).is_none() {
        return Cow::Borrowed(name);
    }
    match hidden(name.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(name),
        Cow::Owned(hidden) => Cow::Owned(String::from_utf8_lossy(&hidden).into_owned()),
    }
}

/// Hides the secrets of a text; false if none was left.
fn hide(out: &mut Cow<'_, [u8]>) -> bool {
    let mut place = Place::default();
    let mut from = 0;
    let mut found = false;
    while let Some((kind, whole)) = next(out, from) {
        place.go_to(out, whole.start);
        from = whole.end;
        let secret = match kind {
            Kind::Name => value(out, whole, &place),
            Kind::Address => of_address(out, whole.end),
            Kind::Assigned => {
                let line = out.get(..place.end).unwrap_or_default();
                field(line, whole.end + blanks(line.get(whole.end..).unwrap_or_default()), &place)
            }
            Kind::Parameter => parameter(out, whole.end),
            Kind::Option => option_value(out, whole.end, &place),
            Kind::Header => Some(whole.end..end(out, whole.end, |byte| !is_of_token(byte))),
            Kind::Scheme => token(out, whole.end),
            Kind::Token => token(out, whole.start),
        };
        let Some(secret) = secret else { continue };
        if out.get(secret.clone()).is_some_and(|bytes| bytes.iter().any(|byte| !is_hidden(*byte)))
            && let Some(bytes) = out.to_mut().get_mut(secret)
        {
            bytes.iter_mut().filter(|byte| !is_hidden(**byte)).for_each(|byte| *byte = b'*');
            found = true;
        }
    }
    found
}

/// Line ends stay, so that lines keep their numbers.
fn is_hidden(byte: u8) -> bool {
    matches!(byte, b'*' | b'\r' | b'\n')
}

#[derive(Clone, Copy)]
enum Kind {
    Name,
    /// Too short to be a name anywhere but in front of its sign.
    Assigned,
    /// Of an address: it ends where the next one begins.
    Parameter,
    /// What stands behind it is the secret, with or without a blank.
    Option,
    /// `Authorization: Basic`: whatever stands behind it is a secret, however short.
    Header,
    Scheme,
    Address,
    Token,
}

/// The next mark of a secret.
fn next(text: &[u8], from: usize) -> Option<(Kind, Range<usize>)> {
    let found = MARK.find_at(text, from)?;
    let kind = match found.as_bytes() {
        [b':', ..] => Kind::Address,
        b"eyJ" => Kind::Token,
        [b'a' | b'A', b'u' | b'U', ..] => Kind::Header,
        [.., b' ' | b'\t'] => Kind::Scheme,
        [.., b'-', b'P'] => Kind::Option,
        [.., b'='] => Kind::Assigned,
        [b'?' | b'&' | b';', ..] => Kind::Parameter,
        _ => Kind::Name,
    };
    Some((kind, found.range()))
}

/// The line that is looked at, as far as it was read.
#[derive(Default)]
struct Place {
    read: usize,
    /// It ends here.
    end: usize,
    /// Quotation marks that were opened in it.
    double: bool,
    single: bool,
    /// A semicolon stood in it.
    semicolon: bool,
}

impl Place {
    fn go_to(&mut self, text: &[u8], at: usize) {
        for (index, byte) in text.get(self.read..at).unwrap_or_default().iter().enumerate() {
            match byte {
                b'\n' => (self.double, self.single, self.semicolon) = (false, false, false),
                b'"' => self.double = !self.double,
                // An apostrophe stands in a word.
                b'\'' if self.single || !is_word(text, self.read + index) => self.single = !self.single,
                b';' => self.semicolon = true,
                _ => {}
            }
        }
        self.read = self.read.max(at);
        if self.end <= at {
            let rest = text.get(at..).unwrap_or_default();
            self.end = at + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        }
    }
}

/// A letter or digit stands in front of this place.
fn is_word(text: &[u8], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| text.get(before)).is_some_and(u8::is_ascii_alphanumeric)
}

/// The value of the name that stands here.
fn value(text: &[u8], name: Range<usize>, place: &Place) -> Option<Range<usize>> {
    let line = text.get(..place.end)?;
    let rest = line.get(name.end..)?;
    if rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
        return None;
    }
    // What closes the name: `"password": "x"`, `\"password\":\"x\"`.
    let closed = rest.iter().take_while(|byte| matches!(byte, b'"' | b'\'' | b'\\' | b']')).count();
    let blanks = blanks(rest.get(closed..)?);
    let at = name.end + closed + blanks;
    let behind = |length: usize| {
        let from = at + length;
        Some(from + self::blanks(line.get(from..)?))
    };
    match (line.get(at..)?, closed + blanks) {
        ([b'=' | b':', b'>' | b'=', ..], _) => field(line, behind(2)?, place),
        ([b'=', ..], _) => field(line, behind(1)?, place),
        ([b':', ..], _) => word(line, behind(1)?, place),
        ([b'%', b'3', b'D' | b'd' | b'A' | b'a', ..], 0) => {
            Some(at + 3..end(line, at + 3, |byte| byte.is_ascii_whitespace() || b"&%\"'<>".contains(&byte)))
        }
        (rest, 1..) if closed > 0 && value_beside(rest).is_some() => {
            field(line, behind(value_beside(rest)?)?, place)
        }
        ([b'>', ..], 0) => Some(at + 1..end(line, at + 1, |byte| byte == b'<')),
        (_, 1..) if closed == 0 && is_option(line, name) => option(line, at, place),
        _ => None,
    }
}

/// `<add key="Secret" value="x"/>`, `"name":"Secret","value":"x"`: how far it is to what stands beside the name.
fn value_beside(rest: &[u8]) -> Option<usize> {
    let marks = |text: &[u8]| text.iter().take_while(|byte| b" ,\"\\".contains(byte)).count();
    let before = marks(rest);
    let name = rest.get(before..before + 5).filter(|name| name.eq_ignore_ascii_case(b"value"))?;
    let behind = before + name.len();
    let close = rest.get(behind..)?.iter().take_while(|byte| b" \"\\".contains(byte)).count();
    matches!(rest.get(behind + close), Some(b'=' | b':')).then_some(behind + close + 1)
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Where the first byte stands that is asked for, or the text ends.
fn end(text: &[u8], from: usize, is_end: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest.iter().position(|byte| is_end(*byte)).unwrap_or(rest.len())
}

/// The value of a field, `Password=x`. In a connection string it goes on to the next semicolon, and may have blanks.
fn field(line: &[u8], start: usize, place: &Place) -> Option<Range<usize>> {
    if is_command(line.get(start..)?) {
        return None;
    }
    if let Some(inside) = quoted(line, start) {
        return Some(inside);
    }
    let semicolon = memchr::memchr(b';', line.get(start..)?).map(|length| start + length);
    let is_listed = semicolon.is_some() || place.semicolon;
    let last = semicolon.unwrap_or(line.len());
    let stops = |at: usize, byte: u8| match byte {
        b'"' => place.double,
        b'\'' => place.single && !line.get(at + 1).is_some_and(u8::is_ascii_alphanumeric),
        byte => !is_listed && byte.is_ascii_whitespace(),
    };
    let length = line.get(start..last)?.iter().enumerate().position(|(at, byte)| stops(start + at, *byte));
    Some(start..length.map_or(last, |length| start + length))
}

/// A command of PowerShell makes the value, `(ConvertTo-SecureString "x")`: what that is given is looked at by itself.
fn is_command(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"(").map_or(value, <[u8]>::trim_ascii_start);
    let name = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let verb = name(value);
    let Some([b'-', noun @ ..]) = value.get(verb..) else { return false };
    let noun = noun.get(..name(noun)).unwrap_or_default();
    const MADE_BY: [(&[u8], &[u8]); 4] =
        [(b"ConvertTo", b"SecureString"), (b"Read", b"Host"), (b"Get", b"Credential"), (b"New", b"Object")];
    let is = |(its_verb, its_noun): &(&[u8], &[u8])| {
        value.get(..verb).is_some_and(|verb| verb.eq_ignore_ascii_case(its_verb))
            && noun.eq_ignore_ascii_case(its_noun)
    };
    MADE_BY.iter().any(is)
}

/// The value behind a colon or an option: up to a blank.
fn word(line: &[u8], start: usize, place: &Place) -> Option<Range<usize>> {
    if is_command(line.get(start..)?) {
        return None;
    }
    if let Some(inside) = quoted(line, start) {
        return Some(inside);
    }
    let is_end = |byte: u8| byte.is_ascii_whitespace() || (byte == b'"' && place.double);
    Some(start..end(line, start, is_end))
}

/// `-password x`, `/password x`, `ConvertTo-SecureString x`.
fn is_option(line: &[u8], name: Range<usize>) -> bool {
    if line.get(name.clone()).is_some_and(|name| name.eq_ignore_ascii_case(b"convertto-securestring")) {
        return true;
    }
    let before = line.get(..name.start).unwrap_or_default();
    let word = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let before = before.get(..before.len() - word).unwrap_or_default();
    let dash = [&b"-"[..], b"/", "–".as_bytes()].into_iter().find_map(|dash| before.strip_suffix(dash));
    dash.is_some_and(|before| before.last().is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'/'))
}

/// The value of an option, behind others that have none.
fn option(line: &[u8], mut start: usize, place: &Place) -> Option<Range<usize>> {
    // `ConvertTo-SecureString -String "x" -AsPlainText`: as many as that command has.
    for _ in 0..4 {
        let found = word(line, start, place)?;
        let text = line.get(found.clone())?;
        match text {
            [b'-', name @ ..] if name.iter().all(u8::is_ascii_alphabetic) => {
                let is_passed = [&b"string"[..], b"asplaintext", b"force"]
                    .iter()
                    .any(|known| name.eq_ignore_ascii_case(known));
                if !is_passed {
                    return None;
                }
                start = found.end + blanks(line.get(found.end..)?);
            }
            _ => return Some(found),
        }
    }
    None
}

/// What stands in the quotation marks that open here. A doubled mark stands for itself, and so does one behind a backslash.
fn quoted(line: &[u8], start: usize) -> Option<Range<usize>> {
    const PAIRS: [(&str, &str); 6] =
        [("\\\"", "\\\""), ("&quot;", "&quot;"), ("\"", "\""), ("'", "'"), ("“", "”"), ("‘", "’")];
    let rest = line.get(start..)?;
    let (open, close) = PAIRS.iter().find(|(open, _)| rest.starts_with(open.as_bytes()))?;
    let begin = start + open.len();
    let mut at = begin;
    while let Some(found) = memchr::memmem::find(line.get(at..)?, close.as_bytes()) {
        let behind = at + found + close.len();
        let is_doubled = close.len() == 1 && line.get(behind..)?.starts_with(close.as_bytes());
        let is_escaped = *close == "\"" && line.get(..at + found)?.ends_with(b"\\");
        if !is_doubled && !is_escaped {
            return Some(begin..at + found);
        }
        at = behind + if is_doubled { close.len() } else { 0 };
    }
    Some(begin..line.len())
}

/// The password in front of the host: `https://user:x@host`.
fn of_address(text: &[u8], start: usize) -> Option<Range<usize>> {
    let is_end = |byte: u8| byte.is_ascii_whitespace() || b"/?#\"'<>".contains(&byte);
    let authority = text.get(start..end(text, start, is_end))?;
    let host = memchr::memrchr(b'@', authority)?;
    let colon = memchr::memchr(b':', authority.get(..host)?)?;
    Some(start + colon + 1..start + host)
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)
}

/// `&sig=x&se=…`
fn parameter(text: &[u8], name: usize) -> Option<Range<usize>> {
    let is_end = |byte: u8| byte.is_ascii_whitespace() || b"&;\"'<>".contains(&byte);
    (text.get(name) == Some(&b'=')).then(|| name + 1..end(text, name + 1, is_end))
}

/// `sqlcmd -U sa -P x`, also without a blank.
fn option_value(text: &[u8], name: usize, place: &Place) -> Option<Range<usize>> {
    let line = text.get(..place.end)?;
    word(line, name + blanks(line.get(name..)?), place)
}

fn token(text: &[u8], start: usize) -> Option<Range<usize>> {
    let end = end(text, start, |byte| !is_of_token(byte));
    (end - start >= TOKEN).then_some(start..end)
}

#[cfg(test)]
#[path = "secrets_tests.rs"]
mod tests;
