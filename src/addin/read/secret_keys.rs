//! Which keys of configuration files hold a secret, and which values may be one whatever their key is.

use crate::addin::evidence::secret::Secret;
use crate::addin::evidence::{Spot, Value};

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

/// A setting as evidence: secrets are looked at once and shown by their digest. An empty secret stays empty.
pub(super) fn shown(key: &str, text: &Value) -> (Value, Option<Secret>) {
    if !is_secret_key(key) && !may_be_secret(&text.raw) {
        return (text.clone(), None);
    }
    let secret = Secret::new(key, &text.raw, text.at.clone());
    let value = if text.trimmed().is_empty() { Value::new("", text.at.clone()) } else { secret.value() };
    (value, Some(secret))
}

/// Values of unknown keys: a connection string, or a long word of all kinds of characters.
fn may_be_secret(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let named = ["password=", "pwd=", "accountkey=", "sharedaccesskey=", "secret=", "sig=", "token="];
    named.iter().any(|word| lower.contains(word)) || text.split([' ', ';', ',']).any(is_random)
}

fn is_random(word: &str) -> bool {
    word.len() >= 24
        && !word.contains("://")
        && !word.contains(['\\', '{'])
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
