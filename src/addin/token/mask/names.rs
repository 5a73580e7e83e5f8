//! Names of fields, parameters and arguments that hold a secret.

/// Names whose values are never shown, in lower case. A name that contains one of the words counts as well.
const SECRET_NAMES: [&str; 24] = [
    "pin",
    "pass",
    "passe",
    "pw",
    "code",
    "sig",
    "key",
    "auth",
    "authorization",
    "samlresponse",
    "wresult",
    "id_token",
    "assertion",
    "state",
    "nonce",
    "sas",
    "rtfa",
    "fedauth",
    "userpw",
    "dbpass",
    "senha",
    "heslo",
    "clave",
    "parola",
];
const SECRET_WORDS: [&str; 10] = [
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "cachekey",
    "cookie",
    "credential",
    "appcontext",
    "securestring",
];

/// The same in the words of services, and of other languages.
const MORE_SECRET_WORDS: [&str; 40] = [
    "api-key",
    "api_key",
    "apikey",
    "accesskey",
    "access-key",
    "access_key",
    "accountkey",
    "functionkey",
    "function-key",
    "functions-key",
    "subscription-key",
    "passphrase",
    "passcode",
    "kennwort",
    "passwort",
    "motdepasse",
    "contraseña",
    "contrasena",
    "signingkey",
    "signing_key",
    "encryptionkey",
    "encryption_key",
    "validationkey",
    "decryptionkey",
    "privatekey",
    "private_key",
    "requestdigest",
    "asp.net_sessionid",
    "storepass",
    "geheimnis",
    "wachtwoord",
    "lösenord",
    "adgangskode",
    "passord",
    "salasana",
    "пароль",
    "密码",
    "密碼",
    "パスワード",
    "암호",
];

/// Headers that the words above would hide, and that hold no secret.
const HARMLESS_NAMES: [&str; 4] = ["token_type", "tokentype", "token type", "authorization_uri"];

/// Names of which sentences speak in other senses as well: they count only with a sign of assignment behind them.
const OF_MANY_SENSES: [&str; 12] =
    ["code", "key", "auth", "sig", "state", "nonce", "pass", "pw", "passe", "sas", "rtfa", "fedauth"];

/// What stands behind the name of a secret and is still the secret: `client secret value`.
const NOUNS: [&str; 6] = ["value", "values", "key", "keys", "text", "string"];

/// Options of programs that are too short to be names anywhere else: `-p`, `/pw`, `-passin`.
const OPTIONS: [&str; 9] = ["p", "pw", "pass", "passin", "passout", "pfxpass", "storepass", "keypass", "rp"];

/// A field of this name holds a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let lower = name.trim().to_lowercase();
    !HARMLESS_NAMES.contains(&lower.as_str())
        && (SECRET_NAMES.contains(&lower.as_str())
            || lower.ends_with("-authorization")
            || is_pass(name.trim())
            || SECRET_WORDS.iter().chain(&MORE_SECRET_WORDS).any(|word| lower.contains(word)))
}

/// `DB_PASS`, `spPass`, `ADMIN_PW`. `bypass` and `Compass` are none.
fn is_pass(name: &str) -> bool {
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
    let lower = name.to_lowercase();
    let mut core = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    core = core.strip_suffix('s').unwrap_or(core);
    for noun in NOUNS {
        let separators = |c: char| matches!(c, '-' | '_' | '.');
        core = core.strip_suffix(noun).map_or(core, |rest| rest.trim_end_matches(separators));
        core = if core.is_empty() { lower.as_str() } else { core };
    }
    let ends = |word: &&str| [core, lower.as_str()].iter().any(|name| name.ends_with(*word));
    is_secret_name(name)
        && !OF_MANY_SENSES.contains(&core)
        && (SECRET_NAMES.contains(&core) || SECRET_WORDS.iter().chain(&MORE_SECRET_WORDS).any(ends))
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
    const OF_SEVERAL_WORDS: [&str; 17] = [
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
        "kennwort",
        "passwort",
        "contrase",
    ];
    let lower = name.to_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if names(&["authorization", "cookie"]) {
        Extent::Line
    } else if names(&OF_SEVERAL_WORDS) {
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
