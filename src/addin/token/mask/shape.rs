//! What a password looks like, and what only looks like one: ids, codes, hosts, files, names of algorithms.

use super::names::is_secret_name;
use super::{end_of_start, is_quote};
use crate::addin::token::principal::is_guid;

/// Fewest and most characters of a password that is known by its look.
const LENGTHS: std::ops::RangeInclusive<usize> = 6..=64;

/// Words of letters and digits that are no passwords.
const KNOWN: &str = "\
    oauth2 oauth2.0 base64 sha256 sha384 sha512 utf8 utf16 http2 saml2 saml2.0 pkcs12 pkcs8 x509 win32 win64 \
    sharepoint2013 sharepoint2016 sharepoint2019 sp2010 sp2013 sp2016 sp2019 aes128 aes192 aes256 rsa2048 \
    server2016 server2019 server2022 version1 version2 ipv4 ipv6 office365 windows2016 windows2019 windows2022 windows10 windows11 net4.8 sql2016 sql2019";

/// The word that a text begins with, with every sign a password may have in it, but not those that close a sentence,
/// a bracket or a list.
pub(super) fn chunk(from: &str) -> &str {
    let longest = end_of_start(from, *LENGTHS.end() + 8);
    let near = from.get(..longest).unwrap_or_default();
    let is_end = |(at, c): &(usize, char)| {
        let behind = || near.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
        let apostrophe = *c == '\'' && behind().is_some_and(char::is_alphanumeric);
        c.is_whitespace() || matches!(c, '<' | '>' | '|') || (is_quote(*c) && !apostrophe)
    };
    let end = near.char_indices().find(is_end).map_or(near.len(), |(at, _)| at);
    near.get(..end)
        .unwrap_or_default()
        .trim_end_matches(['.', ',', ';', ':', ')', ']', '}', '\\', '\u{2026}', '\u{3002}', '\u{ff0c}'])
}

/// Letters and digits, and among them a sign: no word of a sentence looks like this.
pub(super) fn is_strong(word: &str) -> bool {
    if !has_letters_and_digits(word) {
        return false;
    }
    let core = word.trim_end_matches(['!', '?', '+', '*']);
    let core = core.trim_start_matches(['#', '$', '%', '@', '&', '*', '~', '+', '!']);
    core.contains(['!', '#', '$', '%', '^', '*', '~', '&', '?', '@'])
        && !is_structured(word)
        && !core.contains(['=', '(', '{', '[', '+'])
}

/// Letters with digits or signs among them, directly behind the name of a secret.
pub(super) fn is_mixed(word: &str) -> bool {
    if !word.contains(|c: char| c.is_ascii_digit() || matches!(c, '!' | '#' | '$' | '%' | '^' | '~')) {
        return false;
    }
    if is_strong(word) {
        return true;
    }
    let core = word.trim_end_matches(['!', '?', '#', '$', '*']);
    let inner = core.contains(['!', '#', '$', '%', '^', '~']) && core.starts_with(char::is_alphanumeric);
    let mixed = has_letters_and_digits(word) || (inner && core.contains(char::is_alphabetic));
    let plain = !core.contains(['=', '(', '{', '[', '/', '+', '<', '*', ':', '|', ',']);
    mixed && plain && !is_structured(word) && !is_identifier(core)
}

/// A text in quotes that names something: an id, a file, a path, an account, a field.
pub(super) fn is_name(from: &str) -> bool {
    let word = from.split(|c: char| is_quote(c) || c.is_whitespace()).next().unwrap_or_default();
    let word = word.get(..200).unwrap_or(word).trim_end_matches('\\');
    let dotted = word.contains('.')
        && word.split('.').all(|piece| piece.chars().all(|c| c.is_alphanumeric() || c == '-'));
    let account = word.split_once('@').is_some_and(|(name, domain)| name.len() > 2 && domain.contains('.'));
    is_guid(word)
        || word.contains(['\\', '/'])
        || account
        || is_secret_name(word)
        || (dotted && !word.contains(|c: char| c.is_ascii_digit()))
}

fn has_letters_and_digits(word: &str) -> bool {
    LENGTHS.contains(&word.chars().count())
        && word.contains(|c: char| c.is_ascii_digit())
        && word.contains(char::is_alphabetic)
}

/// Addresses, paths, accounts, escapes and what was hidden already.
fn is_structured(word: &str) -> bool {
    let account = || {
        word.split_once('@').is_some_and(|(name, domain)| {
            name.len() > 2 && (domain.contains('.') || is_guid(domain) || domain == "*")
        })
    };
    let claim = || {
        let mut letters = word.chars();
        letters.next().is_some_and(|c| matches!(c, 'i' | 'c' | 'I' | 'C'))
            && letters.next() == Some(':')
            && letters.next() == Some('0')
    };
    let escape = || {
        word.match_indices('%').any(|(at, _)| {
            word.get(at + 1..at + 3).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))
        })
    };
    let number = word
        .split_once('#')
        .is_some_and(|(_, digits)| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let instance = word.split_once('$').is_some_and(|(name, _)| {
        ["mssql", "sqlagent", "mssqlserver"].iter().any(|known| name.eq_ignore_ascii_case(known))
    });
    number || instance || word.contains(['/', '\\']) || account() || claim() || escape() || is_known(word)
}

fn is_known(word: &str) -> bool {
    KNOWN.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word))
}

/// Names and numbers that programs give: ids, codes, versions, times, files, hosts, `svc_farm1`, `X509Certificate2`.
fn is_identifier(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let head = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let code = digits(word.get(head.len()..).unwrap_or_default())
        && head.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let hexadecimal = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
    let is_hexadecimal = hexadecimal.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let number = word.starts_with(|c: char| c.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_digit() || b"TZ:.+-".contains(&byte));
    let measure = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_measure = measure.len() < word.len()
        && ["bit", "bits", "bytes", "chars", "days", "hours", "min", "ms", "px", "kb", "mb", "th", "st"]
            .iter()
            .any(|unit| measure.trim_start_matches('-').eq_ignore_ascii_case(unit));
    let plain = |piece: &str| !piece.is_empty() && piece.chars().all(|c| c.is_alphanumeric() || c == '-');
    let dotted = word.contains('.') && word.split('.').all(plain);
    let pieces = || word.split(['-', '_']).all(|piece| piece.chars().all(char::is_alphanumeric));
    let joined = word.contains(['-', '_']) && pieces();
    code || is_hexadecimal
        || number
        || is_measure
        || dotted
        || joined
        || is_guid(word)
        || is_camel(word)
        || is_secret_name(word)
}

/// `X509Certificate2`: two words or more that begin with a capital.
fn is_camel(word: &str) -> bool {
    let mut before = ' ';
    let mut humps = 0;
    for c in word.chars() {
        if !c.is_ascii_alphanumeric() {
            return false;
        }
        humps += usize::from(c.is_ascii_uppercase() && !before.is_ascii_uppercase());
        before = c;
    }
    let head = word.trim_end_matches(|c: char| c.is_ascii_digit());
    humps > 1 && head.len() >= 8 && word.len() - head.len() <= 1
}

#[cfg(test)]
mod tests {
    use super::{chunk, is_mixed, is_strong};

    #[test]
    fn passwords_are_known_by_their_look() {
        for word in ["Sommer2019!x", "tr0ub4dor&3", "Qw7#kk2p", "P@ssw0rd", "a1b2c3%zz"] {
            assert!(is_strong(word), "{word}");
        }
        for word in ["hunter2", "hunter2!", "Sommer2019", "Pa$$word", "4zebras"] {
            assert!(is_mixed(word) && !is_strong(word), "{word}");
        }
    }

    #[test]
    fn names_codes_and_addresses_are_none() {
        for word in [
            "5a6b7c8d-1111-4222-8333-123456789abc",
            "AADSTS7000215",
            "0x8007052E",
            "HS256",
            "X509Certificate2",
            "sp2016.litware.net",
            "svc1@litware.net",
            "i:0#.w|contoso",
            "2026-01-01T00:00:00Z",
            "v2.0.1",
            "issue#12345",
            "MSSQL$SP2016",
            "https://a.example/b1?c",
            "svc_farm1",
            "ClientSecret2",
            "128-bit",
            "policy",
        ] {
            assert!(!is_mixed(word), "{word}");
        }
    }

    #[test]
    fn a_chunk_ends_before_what_closes_a_sentence() {
        assert_eq!(chunk("tr0ub4dor&3, which"), "tr0ub4dor&3");
        assert_eq!(chunk("it's1x' is"), "it's1x");
        assert_eq!(chunk("x1y2z3!)."), "x1y2z3!");
    }
}
