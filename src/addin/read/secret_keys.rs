//! Which keys of configuration files hold a secret, and which values may be one whatever their key is.

use crate::addin::evidence::ids::guid;
use crate::addin::evidence::secret::{Secret, is_placeholder, is_shown};
use crate::addin::evidence::{Spot, Value};
use crate::addin::secret_text;

/// A key whose value is a secret by its name.
pub(super) fn is_secret_key(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    // Certificates are named by paths and serial numbers as well; only their password is a secret.
    [
        "secret",
        "password",
        "passwd",
        "userpwd",
        "signingkey",
        "apikey",
        "accesskey",
        "accountkey",
        "connectionstring",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// Ends of the names of settings whose secret gives access to SharePoint.
pub(super) const OF_ADDINS: [&str; 4] =
    ["clientsecret", "appsecret", "hostedappsigningkey", "clientsigningcertificatepassword"];

/// A key whose value is, by its name, the secret of an add-in.
pub(super) fn is_of_addin(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    OF_ADDINS.iter().any(|word| lower.ends_with(word))
}

/// A setting as evidence: secrets are looked at once and shown by their digest. An empty secret stays empty.
pub(super) fn shown(key: &str, text: &Value) -> (Value, Option<Secret>) {
    let is_id = ID_KEYS.iter().any(|known| key.eq_ignore_ascii_case(known));
    let hidden = is_secret_key(key) || may_be_secret(&text.raw) || (is_id && is_no_id(&text.raw));
    if !hidden {
        return (text.clone(), None);
    }
    let secret = Secret::new(key, &text.raw, text.at.clone());
    let value = if text.trimmed().is_empty() { Value::new("", text.at.clone()) } else { secret.value() };
    (value, Some(secret))
}

/// Keys of settings that hold an id.
const ID_KEYS: [&str; 2] = ["ClientId", "HostedAppName"];

/// The secret that stands in the place of an id, if the value looks like one.
pub(super) fn instead_of_id(key: &str, value: &Value) -> Option<Secret> {
    let secret = !is_shown(&value.raw) && (may_be_secret(&value.raw) || is_no_id(&value.raw));
    secret.then(|| Secret::new(key, &value.raw, value.at.clone()))
}

/// Shortest word that is taken for a secret in the place of an id.
const SHORTEST: usize = 16;
/// With so many digits it is none of the words that stand for a value.
const DIGITS: usize = 6;

/// A text that is neither an id, nor one with slips, nor stands for one: a secret for all that is known. An id may
/// have a realm behind it, and a mistyped one still has the form of one.
fn is_no_id(text: &str) -> bool {
    // What nobody sees is not what makes it one: that is told as it is.
    let text: String = text.trim().chars().filter(char::is_ascii).collect();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if is_placeholder(&text) && digits < DIGITS {
        return false;
    }
    text.split(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '@' | '|')).any(|word| {
        // Four groups or six where a hyphen is missing or too many, and a letter or two that are no digits.
        let odd = word.bytes().filter(|byte| !byte.is_ascii_hexdigit() && !b"-{}".contains(byte)).count();
        let mistyped = (4..=6).contains(&word.split('-').count()) && odd <= 3 && word.len() <= 40;
        let digits = word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        word.len() >= SHORTEST
            && !mistyped
            && !digits
            && guid(word.get(..36).unwrap_or_default()).is_none()
            && word.bytes().any(|byte| byte.is_ascii_digit())
            && word.bytes().any(|byte| byte.is_ascii_alphabetic())
    })
}

/// Values of unknown keys: a connection string, or a long word of all kinds of characters.
fn may_be_secret(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let named = ["password=", "pwd=", "accountkey=", "sharedaccesskey=", "secret=", "sig=", "token="];
    named.iter().any(|word| lower.contains(word))
        || text.split([' ', ';', ',']).any(is_random)
        || secret_text::holds(text)
}

fn is_random(word: &str) -> bool {
    word.len() >= 24
        && !word.contains("://")
        && !word.contains(['\\', '{'])
        // Serial numbers and thumbprints are digits and letters of both cases, too.
        && !word.chars().all(|c| c.is_ascii_hexdigit() || !c.is_ascii())
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_lowercase())
        && word.bytes().any(|byte| byte.is_ascii_uppercase())
        && word.bytes().filter(|byte| matches!(byte, b'.' | b'-' | b'_')).count() <= 2
}

/// A text that is a secret, whatever it looks like; `None` where it is empty or a variable of the build.
pub(super) fn secret(key: &str, text: &str, at: &Spot) -> Option<Secret> {
    let filled = !text.trim().is_empty() && !text.trim().starts_with("$(");
    filled.then(|| Secret::new(key, text, at.clone()))
}

#[cfg(test)]
mod tests {
    use super::{instead_of_id, may_be_secret};
    use crate::addin::evidence::{Spot, Value};

    #[test]
    fn a_secret_is_told_from_an_id_with_slips() {
        let hidden = |text: &str| instead_of_id("ClientId", &Value::new(text, Spot::default())).is_some();
        for text in [
            "q1W2e3R4t5Y6u7I8o9P0aSdFgHjKlZxCvBnM1234567=",
            "abc8Q~dEf.GhI_jKl-MnO.pQr~sTu_vWx-Yz0123",
            "{q1w2e3r4t5y6u7i8o9p0}",
            "id q1w2e3r4t5y6u7i8o9p0",
            "5b7c1d2e-4f60-4a8b-9c3d-1e2f3a4b5c6d;q1w2e3r4t5y6u7i8o9p0",
        ] {
            assert!(hidden(text), "{text}");
        }
        for text in [
            "5b7c1d2e-4f60-4a8b-9c3d-1e2f3a4b5c6d",
            "{5B7C1D2E-4F60-4A8B-9C3D-1E2F3A4B5C6D}",
            "5b7c1d2e-4f60-4a8b-9c3d-1e2f3a4b5c6d@c98f41a0-e9d7-4d31-9ac4-813b81680177",
            "5b7c1d2eg4f60-4a8b-9c3d-1e2f3a4b5c6d",
            "5b7c1d2e4f604a8b9c3d1e2f3a4b5c6d",
            "5b7c1d2g-4f60-4a8b-9c3d-1e2f3a4b5c6d",
            "44 characters, sha256 a5114cd8",
            "#{ClientId2}#",
            "contoso.onmicrosoft.com",
            "*",
            "",
        ] {
            assert!(!hidden(text), "{text}");
        }
    }

    #[test]
    fn serial_numbers_are_no_secrets() {
        assert!(!may_be_secret("6A1f00aB93c7De5501928374Aa5Bc0D1"));
        assert!(!may_be_secret("\u{200e}6A1f00aB93c7De5501928374Aa5Bc0D1"));
        assert!(may_be_secret("6A1f00aB93c7De5501928374Aa5Bc0D1z"));
    }
}
