//! Names of fields, parameters and arguments that hold a secret.

use super::start_of_end;
use super::words::{ELSEWHERE, OF_MANY_SENSES, PHRASES, SECRET_NAMES, holds_word, words};

/// Headers that the words of secrets would hide, and that hold no secret.
const HARMLESS_NAMES: [&str; 8] = [
    "token_type",
    "tokentype",
    "token type",
    "authorization_uri",
    "publickeytoken",
    "passwordreq",
    "passwordchg",
    "passwordneverexpires",
];

/// What is told of a secret by a name that ends so is no secret: `tokenLifetime`, `client_secret_expires_at`.
const HARMLESS_ENDS: [&str; 20] = [
    "application",
    "days",
    "detection",
    "enabled",
    "endpoint",
    "expiration",
    "expired",
    "expires",
    "expires_at",
    "expiresat",
    "expiry",
    "format",
    "hours",
    "length",
    "lifetime",
    "minutes",
    "policy",
    "required",
    "seconds",
    "version",
];

/// What stands behind the name of a secret and is still the secret: `client secret value`.
const NOUNS: [&str; 6] = ["value", "values", "key", "keys", "text", "string"];

/// Options of programs that are too short to be names anywhere else: `-p`, `/pw`, `-passin`.
const OPTIONS: [&str; 9] = ["p", "pw", "pass", "passin", "passout", "pfxpass", "storepass", "keypass", "rp"];

/// A field of this name holds a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let lower = lower(name.trim());
    !HARMLESS_NAMES.contains(&lower.trim_start_matches(['-', '/']))
        && !HARMLESS_ENDS.iter().any(|end| lower.ends_with(end))
        && (SECRET_NAMES.contains(&lower.as_str())
            || OF_MANY_SENSES.contains(&lower.as_str())
            || lower.ends_with("-authorization")
            || is_pass(name.trim())
            || holds_word(&lower))
}

fn lower(name: &str) -> String {
    // Turkish: a dotted capital leaves its dot behind.
    let lower = name.to_lowercase();
    if lower.is_ascii() { lower } else { lower.replace('\u{307}', "") }
}

/// A name of several words ends with this one: `mot de passe`.
pub(super) fn is_phrase(word: &str, before: &str) -> bool {
    const LONGEST: usize = 24;
    let is_last = |phrase: &&&str| phrase.rsplit(' ').next().is_some_and(|last| last == word.to_lowercase());
    let mut ends = PHRASES.iter().filter(is_last).peekable();
    if ends.peek().is_none() {
        return false;
    }
    let start = start_of_end(before, LONGEST);
    let near = format!("{}{word}", before.get(start..).unwrap_or_default()).to_lowercase();
    ends.any(|phrase| near.strip_suffix(phrase).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric)))
}

/// `DB_PASS`, `spPass`, `ADMIN_PW`, `PW_FARM`. `bypass` and `Compass` are none.
fn is_pass(name: &str) -> bool {
    let named = name.rsplit(':').next().unwrap_or_default();
    let first = named.split(['_', '-', '.']).next().unwrap_or_default();
    let is_first = first.len() < named.len() && (first.eq_ignore_ascii_case("pw") || first == "PASS");
    if is_first {
        return true;
    }
    let parts = |end: &str| {
        let start = name.len().checked_sub(end.len())?;
        Some((name.get(..start)?, name.get(start..).filter(|tail| tail.eq_ignore_ascii_case(end))?))
    };
    ["pass", "pw"].into_iter().filter_map(parts).any(|(head, tail)| {
        let is_camel = tail.starts_with(char::is_uppercase) && head.ends_with(char::is_lowercase);
        is_camel || head.ends_with(['_', '-', '.'])
    })
}

/// A name that means a secret also in a sentence: one that ends with such a word, whatever stands in front of it.
/// `TokenHelper` and `SecurityTokenService` are none.
pub(super) fn is_telling(name: &str) -> bool {
    let lower = lower(name);
    let mut core = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    core = core.strip_suffix('s').unwrap_or(core);
    for noun in NOUNS {
        let separators = |c: char| matches!(c, '-' | '_' | '.');
        core = core.strip_suffix(noun).map_or(core, |rest| rest.trim_end_matches(separators));
        core = if core.is_empty() { lower.as_str() } else { core };
    }
    let ends = |word: &&&str| [core, lower.as_str()].iter().any(|name| name.ends_with(**word));
    let inflected = || ELSEWHERE.iter().any(|word| is_inflected(&lower, word));
    is_secret_name(name)
        && !OF_MANY_SENSES.contains(&core)
        && (is_pass(name) || SECRET_NAMES.contains(&core) || words().any(|word| ends(&word)) || inflected())
}

/// `Lösenordet`, `паролем`, `비밀번호는`: some letters follow.
fn is_inflected(name: &str, word: &str) -> bool {
    let longest = if word.is_ascii() { 3 } else { 4 };
    let behind = name.find(word).and_then(|at| name.get(at + word.len()..));
    behind.is_some_and(|ending| ending.chars().count() <= longest && ending.chars().all(char::is_alphabetic))
}

/// More than one of them: `passwords`, `Kennwörter`.
pub(super) fn is_plural(name: &str) -> bool {
    const ENDS: [&str; 14] = [
        "words",
        "secrets",
        "pwds",
        "passes",
        "phrases",
        "wörter",
        "keys",
        "codes",
        "credentials",
        "hasła",
        "senhas",
        "contraseñas",
        "пароли",
        "geheimnisse",
    ];
    let lower = name.to_lowercase();
    ENDS.iter().any(|end| lower.ends_with(end))
}

/// Where the value begins that stands right behind its name in a script without blanks: `密码是x`.
pub(super) fn joined(word: &str, is_value: impl Fn(&str) -> bool) -> Option<usize> {
    if word.is_ascii() {
        return None;
    }
    let is_particle = |c: char| {
        matches!(c, '是' | '为' | '為' | 'は' | 'が' | 'を' | '는' | '은' | '이' | '가' | '：' | ':')
    };
    let wide = |c: char| c >= '\u{2e80}';
    let name = ELSEWHERE
        .iter()
        .filter(|name| name.starts_with(wide))
        .find_map(|name| word.find(*name).map(|at| at + name.len()))?;
    let behind = word.get(name..)?.trim_start_matches(is_particle);
    let value = behind.split(wide).next().filter(|value| is_value(value))?;
    Some(word.len() - behind.len()).filter(|_| !value.is_empty())
}

/// `value` in `client secret value`.
pub(super) fn is_noun(word: &str) -> bool {
    NOUNS.iter().any(|noun| word.eq_ignore_ascii_case(noun))
}

/// An option of a program, with its dashes or its slash, whose argument is a secret.
pub(super) fn is_secret_option(word: &str) -> bool {
    let Some(name) = option(word) else { return false };
    OPTIONS.iter().any(|option| name.eq_ignore_ascii_case(option)) || is_secret_name(name)
}

/// The name of an option: `--client-secret`, `-Password`, `/p`. A path has more than one slash, or a dot.
pub(super) fn option(word: &str) -> Option<&str> {
    // Word processors make dashes of hyphens.
    let name = match word.strip_prefix('/') {
        Some(name) => name,
        None => Some(word.trim_start_matches(['-', '\u{2013}', '\u{2014}']))
            .filter(|name| name.len() < word.len())?,
    };
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    (plain && name.starts_with(char::is_alphabetic)).then_some(name)
}

/// Words that stand in lists beside the names of secrets, and are names themselves.
pub(super) fn is_name_of_field(word: &str) -> bool {
    const FIELDS: [&str; 12] = [
        "client_id",
        "clientid",
        "client_assertion",
        "client_assertion_type",
        "client_secret",
        "clientsecret",
        "grant_type",
        "redirect_uri",
        "refresh_token",
        "access_token",
        "id_token",
        "response_type",
    ];
    FIELDS.iter().any(|field| word.eq_ignore_ascii_case(field))
}

/// How far the value of a secret goes.
pub(super) enum Extent {
    /// A single word, as codes and states are.
    Word,
    /// A pass phrase may have blanks in it: up to what would separate it from the next field.
    Field,
    /// A header with fields of its own: `Basic …`, `a=b; c=d`.
    Line,
}

/// How far the value of a name goes.
pub(super) fn extent(name: &str) -> Extent {
    const OF_SEVERAL_WORDS: [&str; 14] = [
        "password",
        "passwd",
        "pwd",
        "secret",
        "credential",
        "assertion",
        "securestring",
        "accesskey",
        "accountkey",
        "api-key",
        "apikey",
        "passphrase",
        "passcode",
        "passe",
    ];
    let lower = name.to_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if names(&["authorization", "cookie"]) {
        Extent::Line
    } else if names(&OF_SEVERAL_WORDS) || names(ELSEWHERE) {
        Extent::Field
    } else {
        Extent::Word
    }
}

#[cfg(test)]
mod tests {
    use super::{is_secret_option, is_telling};

    #[test]
    fn a_name_tells_by_its_end() {
        for name in [
            "password",
            "ClientSecret",
            "client_secret2",
            "secrets",
            "SecretValue",
            "access_token",
            "PIN",
            "apikey",
        ] {
            assert!(is_telling(name), "{name}");
        }
        for name in ["TokenHelper", "SecurityTokenService", "code", "Key", "token_type", "secretary", "value"]
        {
            assert!(!is_telling(name), "{name}");
        }
    }

    #[test]
    fn options_are_told_from_paths_and_hyphens() {
        for word in ["-Password", "--client-secret", "/p", "-p", "\u{2013}pw", "/password"] {
            assert!(is_secret_option(word), "{word}");
        }
        for word in ["-", "--", "/oauth2/token", "-Identity", "password", "-Path", "/token.aspx", "-1"] {
            assert!(!is_secret_option(word), "{word}");
        }
    }
}
