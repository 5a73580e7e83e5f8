//! Object titles: how upgrade logs name what they work on, `[SPContentDatabase Name=X]`.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::text::enclosed::closing;

/// The title of an object, when a message is nothing else: the context record of an ERROR or WARNING.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Title<'a> {
    /// `SPContentDatabase Name=X`.
    ContentDatabase(&'a [u8]),
    /// `SPSite Url=U`, also `SPWeb Url=U`.
    Site(&'a [u8]),
    /// Any other object: its whole title.
    Other(&'a [u8]),
    /// `No context object`.
    Nothing,
}

/// Reads a message that is a title and nothing else.
pub fn title(message: &[u8]) -> Option<Title<'_>> {
    let message = message.trim_ascii();
    if message == b"No context object" {
        return Some(Title::Nothing);
    }
    let message = message.strip_prefix(b"[").and_then(|inner| inner.strip_suffix(b"]")).unwrap_or(message);
    let space = memchr::memchr(b' ', message)?;
    let (object_type, rest) = message.split_at_checked(space)?;
    let rest = rest.get(1..)?;
    // Most messages are sentences: their second word tells.
    if !matches!(rest.first()?, b'N' | b'U' | b'V' | b'P') {
        return None;
    }
    let is_type = object_type.first().is_some_and(u8::is_ascii_uppercase)
        && object_type.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let equals = memchr::memchr(b'=', rest.get(..rest.len().min(8))?)?;
    let (key, value) = rest.split_at_checked(equals)?;
    let value = value.get(1..)?;
    if !is_type || !matches!(key, b"Name" | b"Url" | b"Value" | b"Parent") {
        return None;
    }
    Some(match (object_type, key) {
        (b"SPContentDatabase", b"Name") => Title::ContentDatabase(without_parent(value)),
        (b"SPSite" | b"SPWeb", b"Url") => Title::Site(value.trim_ascii()),
        _ => Title::Other(message),
    })
}

/// A message that says which object is at work: its title, or its type alone.
pub fn names_object(message: &[u8]) -> bool {
    let text = message.trim_ascii();
    let is_type =
        text.first().is_some_and(u8::is_ascii_uppercase) && text.iter().all(u8::is_ascii_alphanumeric);
    is_type || title(text).is_some()
}

/// Text that announces the name of a content database, with the byte that ends the name.
///
/// The first is an object title; the others are sentences of the missing-customization checks.
pub const MENTIONS: [(&str, u8); 4] = [
    ("SPContentDatabase Name=", b']'),
    (" the database [", b']'),
    (" in database [", b']'),
    (" in ContentDatabase ", b'.'),
];

/// What follows a name in longer titles, ready to be searched for.
static PARENT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b" Parent="));

/// The texts of the mentions, ready to be searched for.
static FINDERS: LazyLock<[Finder<'static>; 4]> =
    LazyLock::new(|| MENTIONS.map(|(literal, _)| Finder::new(literal.as_bytes())));

/// The content database that a message names, if it names one: the first by position.
pub fn mentioned_database(message: &[u8]) -> Option<&[u8]> {
    database_behind(message, |_| true)
}

/// The same, for a message of which is known which of the [`MENTIONS`] may stand in it.
pub fn database_behind(message: &[u8], may_stand: impl Fn(usize) -> bool) -> Option<&[u8]> {
    let earliest = MENTIONS
        .iter()
        .zip(FINDERS.iter())
        .enumerate()
        .filter(|(index, _)| may_stand(*index))
        .filter_map(|(_, (&(literal, end), finder))| Some((place(message, literal, finder)?, literal, end)))
        .min()?;
    let (position, literal, end) = earliest;
    named_at(message, position, literal, end)
}

/// The content database whose title a message holds, where none of the sentences stands.
pub fn titled_database(message: &[u8]) -> Option<&[u8]> {
    database_behind(message, |mention| mention == 0)
}

/// The same, for a message in which the first mention is a title whose `Name=` ends here.
pub fn database_at(message: &[u8], end_of_key: usize) -> Option<&[u8]> {
    let [(literal, end), ..] = MENTIONS;
    named_at(message, end_of_key.checked_sub(literal.len())?, literal, end)
}

fn named_at<'m>(message: &'m [u8], position: usize, literal: &str, end: u8) -> Option<&'m [u8]> {
    let rest = message.get(position + literal.len()..)?;
    // Outside brackets, as in `root object = SPContentDatabase Name=X, recursive = True.`, a comma ends the name.
    let in_brackets = position == 0 || message.get(position - 1) == Some(&b'[') || literal.ends_with('[');
    let name = match end {
        b']' if !in_brackets => {
            let rest = first_line(rest);
            sentence_name(rest.get(..memchr::memmem::find(rest, b", ").unwrap_or(rest.len()))?)
        }
        // What is too long for a name ends at the first bracket, or with its line.
        b']' => {
            let end = closing(rest).or_else(|| memchr::memchr2(b']', b'\n', rest));
            rest.get(..end.unwrap_or(rest.len()))?
        }
        _ => sentence_name(first_line(rest)),
    };
    // Without an equals sign there is no ` Parent=`.
    let name = if name.contains(&b'=') { without_parent(name) } else { name.trim_ascii() };
    (!name.is_empty()).then_some(name)
}

/// What comes before the URL of a site collection.
pub const SITE: &str = "SPSite Url=";

/// The URL of the site collection that a message names first.
pub fn site_url(message: &[u8]) -> Option<&[u8]> {
    let is_key = |at: &usize| message.get(..=*at).is_some_and(|before| before.ends_with(SITE.as_bytes()));
    Some(url_at(message, memchr::memchr_iter(b'=', message).find(is_key)? + 1))
}

/// The URL that begins here.
pub fn url_at(message: &[u8], start: usize) -> &[u8] {
    let rest = message.get(start..).unwrap_or_default();
    let end = |from: usize| {
        let found = memchr::memchr3(b']', b' ', b'\n', rest.get(from..).unwrap_or_default());
        found.map_or(rest.len(), |at| from + at)
    };
    // The host stands in brackets of its own where it is an address of IPv6, or was made unreadable.
    let host = |scheme: &[u8]| rest.starts_with(scheme).then(|| end(scheme.len()));
    let in_brackets = host(b"http://[").or_else(|| host(b"https://["));
    let from = in_brackets.filter(|at| rest.get(*at) == Some(&b']')).map_or(0, |at| at + 1);
    rest.get(..end(from)).unwrap_or(rest)
}

/// Where a mention stands first. The one that ends in `=` is by far the most frequent, and that byte is rare.
fn place(message: &[u8], literal: &str, finder: &Finder<'_>) -> Option<usize> {
    if !literal.ends_with('=') {
        return finder.find(message);
    }
    let ends = |at: &usize| message.get(..=*at).is_some_and(|before| before.ends_with(literal.as_bytes()));
    memchr::memchr_iter(b'=', message).find(ends).map(|at| at + 1 - literal.len())
}

/// `WSS_Content.` at the end of a sentence, or `WSS_Content, is missing`.
fn sentence_name(rest: &[u8]) -> &[u8] {
    let rest = match memchr::memmem::find(rest, b", is ") {
        Some(end) => rest.get(..end).unwrap_or(rest),
        None => rest,
    };
    let rest = rest.trim_ascii_end();
    rest.strip_suffix(b".").unwrap_or(rest)
}

fn first_line(text: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

/// Titles may go on with the parent: `Name=X Parent=SPDatabaseServiceInstance`.
fn without_parent(name: &[u8]) -> &[u8] {
    let end = PARENT.find(name).unwrap_or(name.len());
    name.get(..end).unwrap_or(name).trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::{Title, mentioned_database, site_url, title};

    #[test]
    fn a_message_that_is_a_title_is_read() {
        assert_eq!(
            title(b"SPContentDatabase Name=WSS Content 1 "),
            Some(Title::ContentDatabase(b"WSS Content 1"))
        );
        assert_eq!(title(b"SPSite Url=http://contoso/sites/a"), Some(Title::Site(b"http://contoso/sites/a")));
        assert_eq!(title(b"No context object"), Some(Title::Nothing));
        assert!(matches!(title(b"SPWebApplication Name=Intranet"), Some(Title::Other(_))));
        assert_eq!(title(b"Site with Id = 961cfd1e-5cf8-4e40-8756-0032a517119b is contained"), None);
        assert_eq!(title(b"Upgrade completed with errors."), None);
    }

    #[test]
    fn the_host_of_a_site_may_stand_in_brackets() {
        for (message, url) in [
            ("CanUpgrade [SPSite Url=http://a/sites/1] returned: True.", "http://a/sites/1"),
            ("CanUpgrade [SPSite Url=http://[fe80::1]/sites/1] returned: True.", "http://[fe80::1]/sites/1"),
            ("[SPSite Url=https://[server]] SchemaVersion = 4.0.", "https://[server]"),
            ("[SPSite Url=http://[a b]/c] x", "http://[a"),
            ("[SPSite Url=http://[", "http://["),
        ] {
            assert_eq!(site_url(message.as_bytes()), Some(url.as_bytes()), "{message}");
        }
    }

    #[test]
    fn a_database_is_found_in_every_sentence_that_names_one() {
        for (message, name) in [
            (
                "Upgrade [SPContentDatabase Name=WSS_Content Parent=SPDatabaseServiceInstance] failed.",
                "WSS_Content",
            ),
            (
                "Found 14 web(s) using missing web template 11254 (lcid: 1033) in ContentDatabase WSS_A.B.",
                "WSS_A.B",
            ),
            ("WebTemplate ID 1 (lcid: 1033), provisioned in ContentDatabase WSS_A, is missing.", "WSS_A"),
            (
                "File [a.aspx] is referenced [14] times in the database [WSS_Content], but is not installed",
                "WSS_Content",
            ),
            (
                "3 Sites in database [WSS_Content] have reference(s) to a missing site definition",
                "WSS_Content",
            ),
            ("CanUpgrade [SPContentDatabase Name=WSS_[old]] returned: True.", "WSS_[old]"),
        ] {
            assert_eq!(mentioned_database(message.as_bytes()), Some(name.as_bytes()), "{message}");
        }
        assert_eq!(mentioned_database(b"ReportingServiceAlertingDatabase Name=ReportServer"), None);
    }
}
