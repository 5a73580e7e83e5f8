//! Secrets that stand in sources. Their text is looked at once, made a [`Secret`], and dropped.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::lex::Lexed;
use super::{multipart, neighbour};
use crate::addin::evidence::secret::Secret;
use crate::addin::evidence::source_code::{SourceFact, SourceFactKind};
use crate::addin::evidence::{Spot, Value};
use crate::addin::read::remarks::{self, is_literal, is_secret};
use crate::addin::secret_text;

/// No name of a secret is as long, as a rule, with digits in it.
const LONG: usize = 24;
/// So many secrets of one file are kept.
const MOST: usize = 200;

/// Words without which nothing before a quote tells of a secret: most strings are passed by here.
static GATE: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = ["secret", "password", "signingkey", "securestring", "x509certificate"];
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

/// What stands before the quote of a secret: the name of a secret, and how a language gives it a value.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)\b_?-?((?:secondary_?)?(?:client|app|add_?in|hosted_?app|acs|s2s|sp|sharepoint|my)?_?(?:client|app)_?secret|HostedAppSigningKey",
        r"|(?:client)?signing_?cert(?:ificate)?_?password|cert(?:ificate)?_?password|pfx_?password)",
        // A comma makes it an argument only behind a name between quotes: behind a variable comes the next one.
        // Tools that keep requests write `"key": "client_secret", "value": "…"`.
        r#"(?:["'\]]+\s*,(?:\s*"value"\s*:)?|["'\]]*\s*(?::\s*string|as\s+string)?\s*(?:=>|:=|=|:|\()?)\s*(?:\(\s*(?:None\s*,\s*)?)?[@$]*["'`]$"#
    ))
});

/// A name of a secret that stands by itself.
static NAMES: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)^(?:client|app)[-_]?secret$"));

/// The same with more behind the name, as in `client_secret_prod`: what is called so may also be the name of a secret.
static NAMED_LONGER: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"(?i)\b((?:client|app)_?secret_?[a-z0-9]{1,16})["'\]]*\s*(?:=>|:=|=|:)\s*[@$]*["'`]$"#)
});

/// Any other name of a secret: of many things, so the value has to have the form of a client secret.
static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?i)\b(\w{0,40}secret)["'\]]*\s*(?::\s*string|as\s+string)?\s*(?:=>|:=|=|:|,|\()?\s*[@$]*["'`]$"#,
    )
});

/// The password of a certificate as the second argument of its constructor.
static CERTIFICATE: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?is)X509Certificate2?\s*\([^;]*,\s*[@$]*["'`]$"#));

/// `ConvertTo-SecureString "…"`.
static SECURE_STRING: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?i)ConvertTo-SecureString\s+(?:-String\s+)?(?:-AsPlainText\s+)?["']$"#));

/// A secret in an address or in a form: up to what ends it.
static IN_QUERY: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b(client_?secret|app_?secret)=([A-Za-z0-9+/=%~._-]{8,})"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant, and a test uses it")
}

/// Secrets, and the facts that some of them stand in an address.
pub(super) fn find(lexed: &Lexed<'_>, file: &Spot) -> (Vec<Secret>, Vec<SourceFact>) {
    let mut secrets = Vec::new();
    let secure = if makes_certificate(lexed) { OF_CERTIFICATE } else { "ConvertTo-SecureString" };
    for range in &lexed.strings {
        let text = lexed.string(range);
        let before = lexed.before_in_text(range.start, 200);
        if let Some(key) = multipart::name(lexed, range).filter(|key| NAMES.is_match(key)) {
            if is_secret(text) {
                secrets.push(Secret::new(key, text, lexed.spot(file, range.start)));
            }
            continue;
        }
        if !GATE.as_ref().is_some_and(|gate| gate.is_match(before)) {
            continue;
        }
        let named = |names: &Regex| Some(names.captures(before)?.get(1)?.as_str());
        let is_long = || text.len() >= LONG && is_literal(text) && !text.contains(char::is_whitespace);
        let longer = || named(&NAMED_LONGER).filter(|name| is_long() && !is_of_something_else(name));
        let of_certificate =
            || CERTIFICATE.is_match(lexed.before(range.start, 200)).then_some(OF_CERTIFICATE);
        let of_name = || named(&NAMED).filter(|_| has_form(text) || !neighbour::is_in_list(lexed, range));
        let key = of_name().or_else(longer).or_else(of_certificate);
        let key = key.or_else(|| named(&OTHER).filter(|_| has_form(text)));
        let key = key.or_else(|| SECURE_STRING.is_match(before).then_some(secure));
        if let Some(key) = key.filter(|_| is_secret(text)) {
            secrets.push(Secret::new(key, text, lexed.spot(file, range.start)));
        }
    }
    for range in &lexed.comments {
        secrets.extend(remarks::secrets(lexed.text, range.clone(), |at| lexed.spot(file, at)));
    }
    let facts = in_queries(lexed, file, &mut secrets);
    secrets.sort_by(|a, b| (&a.at, &a.key).cmp(&(&b.at, &b.key)));
    secrets.dedup_by(|b, a| a.at == b.at);
    secrets.truncate(MOST);
    (secrets, facts)
}

/// What the password of a certificate is called in reports.
const OF_CERTIFICATE: &str = "certificate password";

/// A script that makes a certificate or moves one, and speaks of no client secret: its secure strings are passwords of
/// `.pfx` files.
fn makes_certificate(lexed: &Lexed<'_>) -> bool {
    let code = lexed.code.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| code.contains(word));
    has(&["-pfxcertificate", "new-selfsignedcertificate"]) && !has(&["clientsecret", "appsecret"])
}

/// The text is a secret by its form, and nothing else.
fn has_form(text: &str) -> bool {
    let text = text.trim();
    secret_text::all(text).any(|(at, found)| at == 0 && found.len() == text.len())
}

fn in_queries(lexed: &Lexed<'_>, file: &Spot, secrets: &mut Vec<Secret>) -> Vec<SourceFact> {
    let mut facts = Vec::new();
    for captures in IN_QUERY.captures_iter(lexed.text) {
        let (Some(key), Some(text)) = (captures.get(1), captures.get(2)) else { continue };
        if !is_secret(text.as_str()) || !is_literal(text.as_str()) {
            continue;
        }
        let secret = Secret::new(key.as_str(), text.as_str(), lexed.spot(file, text.start()));
        let shown = Value::new(format!("{}=({})", key.as_str(), secret.shown()), secret.at.clone());
        facts.push(SourceFact { kind: SourceFactKind::SecretInUrl, value: shown });
        secrets.push(secret);
    }
    facts
}

/// What a name ends in that tells something about a secret, and not the secret.
fn is_of_something_else(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["name", "id", "url", "uri", "path", "file", "type"].iter().any(|end| lower.ends_with(end))
}
