//! The values in exports: object names, truths, numbers, and text of several lines.

use crate::model::inventory::UpgradeState;
use crate::model::site::SiteId;
use crate::text::enclosed::closing;

/// How much of a value a message shows.
const SHOWN: usize = 80;

/// The name of an object: `WSS_Content` for `SPContentDatabase Name=WSS_Content Parent=…` and for itself.
///
/// What PowerShell prints for an object without a name of its own (`System.Object[]`,
/// `Microsoft.SharePoint.Administration.SPContentDatabase`) is the name of a type: `None`.
pub(super) fn object_name(value: &str) -> Option<&str> {
    let value = value.trim();
    let name = match value.split_once(" Name=") {
        Some((kind, name)) if is_word(kind) => name.split(" Parent=").next().unwrap_or(name).trim(),
        _ if value.starts_with("System.") || value.starts_with("Microsoft.SharePoint.") => "",
        _ => value,
    };
    (!name.is_empty()).then_some(name)
}

fn is_word(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_alphanumeric())
}

/// `True` and `False` as PowerShell, spreadsheets and people write them.
pub(super) fn truth(value: &str) -> Option<bool> {
    match value.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "$true" => Some(true),
        "false" | "no" | "0" | "$false" => Some(false),
        _ => None,
    }
}

/// A whole number, with or without blanks, commas, points or apostrophes between its thousands.
pub(super) fn count(value: &str) -> Option<u64> {
    digits(value.trim())?.parse().ok()
}

/// The digits of such a number. Groups have three digits and one sign between them, so `1.5` has none.
pub(super) fn digits(number: &str) -> Option<String> {
    let sign = number.chars().find(|letter| !letter.is_ascii_digit());
    let is_grouping = |sign: char| sign.is_whitespace() || matches!(sign, ',' | '.' | '\'' | '’');
    let digits = match sign {
        None => number.to_owned(),
        Some(sign) if is_grouping(sign) => {
            let mut groups = number.split(sign);
            let first = groups.next().filter(|group| (1..=3).contains(&group.len()))?;
            let rest: Option<String> =
                groups.map(|group| Some(group).filter(|group| group.len() == 3)).collect();
            format!("{first}{}", rest?)
        }
        Some(_) => return None,
    };
    let whole = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    whole.then_some(digits)
}

/// The last part of a type's full name: `SPContentDatabase`.
pub(super) fn short_type(value: &str) -> &str {
    let value = value.trim();
    let is_full = value.starts_with("Microsoft.") && !value.contains(' ');
    if is_full { value.rsplit('.').next().unwrap_or(value) } else { value }
}

/// What a status of an object says of its upgrade; `Cannot Upgrade` and words that are not known say neither.
pub(super) fn needs_upgrade(status: &str) -> Option<bool> {
    let words = letters(status);
    if words.starts_with("needsupgrade") {
        Some(true)
    } else {
        matches!(words.as_str(), "noactionrequired" | "ok" | "uptodate").then_some(false)
    }
}

/// What a status says of the upgrade of an object that is no database; `None` if all is well, or nothing is known.
pub(super) fn state(status: &str) -> Option<UpgradeState> {
    match letters(status).as_str() {
        "cannotupgrade" => Some(UpgradeState::Impossible),
        words if words.starts_with("needsupgrade") => Some(UpgradeState::Needed),
        _ => None,
    }
}

/// The letters of a word in lower case, without what stands between them.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// A text of several lines as one.
pub(super) fn one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// The database that a sentence is about: `… database [WSS_Content] …`, `… ContentDatabase WSS_Content …`.
pub(super) fn database_in(text: &str) -> Option<&str> {
    // As the language packs have it; what else stands in brackets is a feature, a file, an assembly.
    const WORDS: [&str; 5] =
        ["atabase [", "atenbank [", "base de données [", "ase de datos [", "anco de dados ["];
    let named = WORDS.into_iter().find_map(|word| text.split_once(word));
    let name = match named {
        Some((_, after)) => after.get(..closing(after.as_bytes()).unwrap_or(after.len()))?,
        None => text.split_once("in ContentDatabase ")?.1.split(", ").next()?,
    };
    object_name(name.trim_end_matches('.'))
}

/// The id in a value.
pub(super) fn id(value: &str) -> Option<SiteId> {
    SiteId::parse(value.as_bytes())
}

/// A value for a message: its beginning on one line, between backticks.
pub(super) fn shown(value: &str) -> String {
    let line = one_line(value);
    let mut start: String = line.chars().take(SHOWN).collect();
    if start.len() < line.len() {
        start.push('…');
    }
    format!("`{start}`")
}

/// A name whose characters that a file name cannot have stand as `%5C`.
pub(super) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        let decoded = (*byte == b'%').then(|| after.get(..2)).flatten().and_then(hexadecimal);
        bytes.push(decoded.unwrap_or(*byte));
        rest = if decoded.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digits =
        str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}
