//! What may be known of a secret: how long it is, what it looks like, and whether it equals another one.
//!
//! The text of a secret is looked at once, here, and dropped. No type of the audit can hold it.

use std::ops::Range;

use sha2::{Digest, Sha256};

use super::{Spot, Value};

/// A secret that was found in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Secret {
    /// Where it stands.
    pub at: Spot,
    /// The key or element it stands in: `ClientSecret`.
    pub key: String,
    /// Characters; none where there are but blanks.
    pub length: usize,
    /// Of the text as it stands, for comparing. Never printed whole.
    digest: [u8; 32],
    /// A person may have thought it up: then a few digits of its hash would be enough to try words against.
    guessable: bool,
    /// What it looks like.
    pub form: SecretForm,
}

/// What a secret looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent property of one text")]
pub struct SecretForm {
    /// Bytes it stands for, if it is base64 as .NET reads it; `None` if `Convert.FromBase64String` would fail.
    pub decoded: Option<usize>,
    /// All decoded bytes are printable ASCII, as in a secret of Microsoft Entra that was encoded.
    pub decodes_to_text: bool,
    /// Has blanks, line ends or invisible characters in it or around it.
    pub blanks: bool,
    /// Holds `%2B`, `%2F`, `%3D` or an HTML reference.
    pub escaped: bool,
    /// Holds typographic quotes.
    pub smart_quotes: bool,
    /// Stands for a value that is not filled in: `SECRET HERE`, `[CLIENT_SECRET]`, `#{ClientSecret}#`.
    pub placeholder: bool,
    /// Such a placeholder that a deployment or the hosting platform fills in.
    pub deployment: bool,
    /// A word that anyone would guess, or empty.
    pub weak: bool,
}

impl Secret {
    /// Looks at a secret.
    pub fn new(key: &str, text: &str, at: Spot) -> Self {
        Self {
            at,
            key: key.to_owned(),
            length: if text.trim().is_empty() { 0 } else { text.chars().count() },
            digest: Sha256::digest(text.as_bytes()).into(),
            guessable: !is_generated(text),
            form: SecretForm::of(text),
        }
    }

    /// The text is the same, to the letter.
    pub fn equals(&self, other: &Self) -> bool {
        self.digest == other.digest
    }

    /// For finding equal secrets; not for showing.
    pub(in crate::addin) fn fingerprint(&self) -> &[u8; 32] {
        &self.digest
    }

    /// What may be shown of it: `44 characters, sha256 1a2b3c4d`; of what may be guessed `8 characters, hidden`.
    pub fn shown(&self) -> String {
        let length = self.length;
        let noun = if length == 1 { "character" } else { "characters" };
        if self.guessable {
            return format!("{length} {noun}{UNTOLD}");
        }
        let [a, b, c, d, ..] = self.digest;
        format!("{length} {noun}{DIGEST}{a:02x}{b:02x}{c:02x}{d:02x}")
    }

    /// As a value for evidence: [`Self::shown`] in place of the text.
    pub fn value(&self) -> Value {
        Value::new(self.shown(), self.at.clone())
    }
}

/// Behind the number of characters of a secret, and in front of eight digits of its hash.
const DIGEST: &str = ", sha256 ";
/// Behind the number of characters of a secret that may be guessed.
const UNTOLD: &str = ", hidden";
/// Digits of a hash that are shown.
const DIGITS: usize = 8;

/// Where the first text in `text` stands that [`Secret::shown`] gave.
pub fn shown_in(text: &str) -> Option<Range<usize>> {
    text.match_indices(" character").find_map(|(at, noun)| {
        let start = text.get(..at)?.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let behind = text.get(at + noun.len()..)?;
        let behind = behind.strip_prefix('s').unwrap_or(behind);
        let rest = behind.strip_prefix(UNTOLD).or_else(|| {
            let (digits, rest) = behind.strip_prefix(DIGEST)?.split_at_checked(DIGITS)?;
            digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(rest)
        })?;
        (start < at).then(|| start..text.len() - rest.len())
    })
}

/// The text is what [`Secret::shown`] gives: nothing can be said of the value but that it was hidden.
pub fn is_shown(text: &str) -> bool {
    shown_in(text) == Some(0..text.len())
}

/// A program made this text: no list of words or passwords holds it, nor one with a few characters changed.
fn is_generated(text: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| text.as_bytes().iter().any(kind);
    let (digits, lower, upper) =
        (has(u8::is_ascii_digit), has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase));
    let least = if lower && upper { 24 } else { 32 };
    text.len() >= least && digits && (lower || upper) && !text.contains(char::is_whitespace)
}

impl SecretForm {
    fn of(text: &str) -> Self {
        let decoded = decode_as_dotnet(text);
        Self {
            decodes_to_text: decoded.as_ref().is_some_and(|bytes| {
                !bytes.is_empty() && bytes.iter().all(|byte| (b' '..=b'~').contains(byte))
            }),
            decoded: decoded.map(|bytes| bytes.len()),
            blanks: text
                .chars()
                .any(|c| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}')),
            escaped: has_escape(text),
            smart_quotes: text.chars().any(|c| matches!(c, '\u{2018}'..='\u{201f}')),
            placeholder: is_placeholder(text),
            deployment: is_deployment_token(text),
            weak: is_weak(text),
        }
    }
}

/// `Convert.FromBase64String`: blanks, tabs and line ends anywhere are skipped, padding must be right.
fn decode_as_dotnet(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    let packed: String = text.chars().filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')).collect();
    // .NET accepts any bits in the unused part of the last character; the strict engine would not.
    let engine = base64::engine::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        base64::engine::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
    );
    engine.decode(packed).ok()
}

fn has_escape(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["%2b", "%2f", "%3d", "&amp;", "&quot;", "&#", "&lt;", "&gt;"].iter().any(|escape| lower.contains(escape))
}

/// Words of templates and tutorials that stand where a value should.
pub fn is_placeholder(text: &str) -> bool {
    let trimmed = text.trim();
    let upper = trimmed.to_ascii_uppercase();
    let bracketed = [('[', ']'), ('{', '}'), ('<', '>'), ('(', ')')]
        .iter()
        .any(|(open, close)| trimmed.starts_with(*open) && trimmed.ends_with(*close) && trimmed.len() > 2)
        && !is_braced_guid(trimmed);
    let worded = ["HERE", "YOUR", "INSERT", "PLACEHOLDER", "TODO", "CHANGEME", "REPLACE"]
        .iter()
        .any(|word| upper.contains(word) && !looks_random(trimmed));
    bracketed
        || worded
        || is_note(trimmed)
        || is_deployment_token(trimmed)
        || matches!(upper.as_str(), "SECRET" | "CLIENTSECRET" | "CLIENT SECRET" | "CLIENT_SECRET" | "XXX")
        || (trimmed.len() > 2 && upper.bytes().all(|byte| byte == b'X' || byte == b'*' || byte == b'.'))
        || is_between_crosses(&upper)
}

/// `xxClientxx`, `XXX-secret-XXX`: a word without digits between crosses.
fn is_between_crosses(upper: &str) -> bool {
    upper.starts_with("XX")
        && upper.ends_with("XX")
        && upper.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b' '))
}

/// A remark on what belongs here: in marks of a comment, a sentence about a secret, or nothing but its name.
fn is_note(text: &str) -> bool {
    let inside = [("/*", "*/"), ("<!--", "-->")].iter().find_map(|(open, close)| {
        text.strip_prefix(*open).and_then(|rest| rest.strip_suffix(*close)).map(str::trim)
    });
    let words: Vec<&str> = inside.unwrap_or(text).split_whitespace().collect();
    // A generated value, broken in two or commented out, is no remark.
    let plain = |word: &&str| word.len() < 12 || !word.bytes().any(|byte| byte.is_ascii_digit());
    if !words.iter().all(plain)
        || !words.iter().any(|word| word.bytes().any(|byte| byte.is_ascii_alphabetic()))
    {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let sentence = words.len() > 1 && ["secret", "client", "app "].iter().any(|word| lower.contains(word));
    inside.is_some() || sentence || is_own_name(&lower)
}

/// Words that the name of a secret is put together of; of two that begin alike the longer one stands first.
const NAME_WORDS: [&str; 13] = [
    "client",
    "secret",
    "sharepoint",
    "addin",
    "azure",
    "app",
    "value",
    "your",
    "the",
    "key",
    "my",
    "id",
    "sp",
];

/// Nothing but words such as client, secret and app, and one of these three among them.
fn is_own_name(lower: &str) -> bool {
    let mut rest = lower;
    let mut telling = false;
    while !rest.is_empty() {
        let word = NAME_WORDS.iter().find(|word| rest.starts_with(**word));
        telling |= word.is_some_and(|word| matches!(*word, "client" | "secret" | "app"));
        let length = word.map_or(1, |word| word.len());
        if word.is_none() && !rest.starts_with(['-', '_', '.', ':', ' ']) {
            return false;
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    telling
}

/// How tools of deployment mark the name of a value: Octopus, Azure DevOps, `MSBuild`, shells, batch files.
const MARKS: [(&str, &str); 6] =
    [("#{", "}#"), ("#{", "}"), ("$(", ")"), ("${", "}"), ("__", "__"), ("%", "%")];

/// Words in the names of secrets: a text between marks that may stand in a password as well has to hold one.
const NAMING: [&str; 8] = ["secret", "password", "pwd", "key", "client", "app", "token", "cert"];

/// The whole text is the name of a value that a deployment puts in, or a reference to a vault.
fn is_deployment_token(text: &str) -> bool {
    let trimmed = text.trim();
    let lower = trimmed.to_ascii_lowercase();
    if lower.starts_with("@microsoft.keyvault(") && lower.ends_with(')') {
        return true;
    }
    MARKS.iter().any(|(open, close)| {
        let name = trimmed.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        name.is_some_and(|name| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.: ".contains(&byte);
            let unmistakable = open.len() == 2 && *open != "__";
            name.len() > 1
                && name.bytes().all(plain)
                && name.bytes().any(|byte| byte.is_ascii_alphabetic())
                && !looks_random(name)
                && (unmistakable || NAMING.iter().any(|word| lower.contains(word)))
        })
    })
}

fn is_braced_guid(text: &str) -> bool {
    text.len() == 38 && text.bytes().filter(|byte| *byte == b'-').count() == 4
}

/// Long, with letters of both cases and digits: a generated value may contain a word by chance.
fn looks_random(text: &str) -> bool {
    text.len() >= 32
        && !text.contains(' ')
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
        && text.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn is_weak(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let word =
        lower.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '!' | '@' | '#' | '$' | '.'));
    lower.chars().count() < 8
        || [
            "password",
            "pass",
            "passw0rd",
            "p@ssw0rd",
            "p@ssword",
            "pass@word",
            "secret",
            "sharepoint",
            "azure",
            "admin",
            "changeme",
            "welcome",
            "test",
            "demo",
            "contoso",
            "qwerty",
            "letmein",
        ]
        .contains(&word)
}

#[cfg(test)]
mod tests {
    use super::{Secret, Spot, is_placeholder, is_shown, shown_in};

    fn secret(text: &str) -> Secret {
        Secret::new("ClientSecret", text, Spot::default())
    }

    #[test]
    fn a_secret_shows_its_length_and_eight_digits_of_its_hash_unless_it_may_be_guessed() {
        // printf '%s' … | sha256sum begins with these.
        for (text, shown) in [
            ("q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c=", "44 characters, sha256 50be39db"),
            ("0123456789abcdef0123456789abcdef", "32 characters, sha256 3eb1bd43"),
            ("abc", "3 characters, hidden"),
            ("x", "1 character, hidden"),
            ("P@ssw0rd", "8 characters, hidden"),
            ("correct horse battery staple 2Day", "33 characters, hidden"),
            ("SharePoint-Farm-Sommer-", "23 characters, hidden"),
        ] {
            assert_eq!(secret(text).shown(), shown);
            assert!(is_shown(shown) && shown_in(&format!("a [{shown}] b")) == Some(3..3 + shown.len()));
            assert!(text.len() < 3 || !format!("{:?}", secret(text)).contains(text));
        }
        for text in
            ["8 characters", "characters, hidden", "44 characters, sha256 1a2b3c4", "x8 characters, hidden"]
        {
            assert!(!is_shown(text), "{text}");
        }
    }

    #[test]
    fn base64_is_read_as_dotnet_reads_it() {
        let good = "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c=";
        assert_eq!(secret(good).form.decoded, Some(32));
        assert_eq!(secret(&format!(" {good}\r\n")).form.decoded, Some(32));
        assert!(secret(&format!(" {good}")).form.blanks);
        assert_eq!(secret("abc~Q.def").form.decoded, None);
    }

    #[test]
    fn words_of_templates_are_no_secrets() {
        for text in ["SECRET HERE", "[CLIENT_SECRET]", "{{app_secret}}", "YOURSECRET", "secret", "xxxx"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "/*Share Point App Client Secret*/",
            "<!-- secret of the add-in -->",
            "ClientSecret gerado no SharePoint",
            "YOUR-APP-SECRET",
            "the client secret",
            "AppSecret",
            "my_client_secret_value",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c=",
            "{1ee82b34-7c1b-471b-b27e-ff272accd564}",
            "q1w2e3r4t5y6u7i8o9p0a1 s2d3f4g5h6j7k8l9z0x1c=",
            "/*q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c=*/",
            "Sommer in the City",
            "AppSommer",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn what_a_deployment_fills_in_is_no_secret() {
        for text in [
            "#{ClientSecret}#",
            "#{Orders.ClientSecret}",
            "$(ClientSecret)",
            "${CLIENT_SECRET}",
            "__ClientSecret__",
            "%CLIENT_SECRET%",
            "@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/x/)",
        ] {
            assert!(is_placeholder(text) && secret(text).form.deployment, "{text}");
        }
        for text in [
            "$(q1w2e3r4T5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c)",
            "%Sommer2024%",
            "__Sommer2024__",
            "#{}#",
            "$(ClientSecret)b0tmEhJfs6Da7NJ5",
            "${a/b+c=}",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
