//! Addresses in texts for showing: without the user name and password in front of their host, and without values in
//! their query that may be keys.
//!
//! Checks compare and correct addresses as they are written; only what is shown goes through here.

use std::borrow::Cow;
use std::ops::Range;

use super::token::mask::{shown, visible};
use super::{hidden_argument, secret_text};
use crate::model::audit::{AddInAudit, AuditReport};

/// Fields of the query that `{StandardTokens}` stands for, and those of pages of SharePoint.
const HARMLESS_FIELDS: [&str; 10] = [
    "sphosturl",
    "spappweburl",
    "splanguage",
    "spclienttag",
    "spproductnumber",
    "sphasredirectedtosharepoint",
    "client_id",
    "isdlg",
    "response_type",
    "scope",
];

/// Everything that a report shows of one add-in.
pub(super) fn of_addin(addin: &mut AddInAudit) {
    mask(&mut addin.id);
    mask(&mut addin.name);
    addin.client_id.iter_mut().chain(&mut addin.product_id).for_each(mask);
    mask(&mut addin.target_reason);
    for row in &mut addin.domains {
        mask(&mut row.place);
        mask(&mut row.raw);
        mask(&mut row.host);
        row.must_equal.iter_mut().for_each(mask);
    }
    for pair in &mut addin.pairs {
        mask(&mut pair.a);
        mask(&mut pair.b);
        mask(&mut pair.reason);
    }
    for check in &mut addin.checks {
        for text in [&mut check.message, &mut check.remedy].into_iter().chain(&mut check.needs) {
            if let Some(masked) = text_for_showing(text) {
                *text = masked.into();
            }
        }
        check.evidence.iter_mut().for_each(|item| mask(&mut item.value));
        if let Some(remedy) = hidden_argument::replaced(&check.remedy, &check.evidence) {
            check.remedy = remedy.into();
        }
        // A script cannot work with what is hidden, and must not hold it.
        check.fix = check.fix.take().filter(|fix| !secret_text::holds(&format!("{fix:?}")));
    }
}

/// What a report shows of files that belong to no add-in, or were not read.
pub(super) fn of_rest(report: &mut AuditReport) {
    for unmatched in &mut report.unmatched {
        mask(&mut unmatched.name);
        mask(&mut unmatched.reason);
    }
    report.skipped.iter_mut().for_each(|skipped| mask(&mut skipped.reason));
}

fn mask(text: &mut String) {
    if let Some(masked) = text_for_showing(text) {
        *text = masked;
    }
}

/// A text without what is hidden in addresses, and without what is a secret by its form; `None` where it may stay.
pub(super) fn text_for_showing(text: &str) -> Option<String> {
    let masked = addresses(text);
    match secret_text::masked(&masked) {
        Cow::Owned(masked) => Some(masked),
        Cow::Borrowed(_) => matches!(masked, Cow::Owned(_)).then(|| masked.into_owned()),
    }
}

/// A text without the users and passwords of the addresses in it. For texts whose fields are masked already.
pub(super) fn users(text: &str) -> Cow<'_, str> {
    let words =
        text.split_inclusive(is_border).map(|word| without_user(word).map_or(word.into(), Cow::Owned));
    if text.contains('@') { Cow::Owned(words.collect()) } else { Cow::Borrowed(text) }
}

/// A text with every address in it masked; lines and all else stay as they are.
pub(super) fn addresses(text: &str) -> Cow<'_, str> {
    if memchr::memchr3(b'?', b'@', b'#', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut told = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let word = rest.get(..rest.find(is_border).unwrap_or(rest.len())).unwrap_or_default();
        let word = rest.get(..word.len() + blanks_of_value(word, rest)).unwrap_or(word);
        if let Some(masked) = masked_word(word) {
            out.push_str(text.get(told..at).unwrap_or_default());
            out.push_str(&masked);
            told = at + word.len();
        }
        at += word.len();
        at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    if told == 0 && out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(told..).unwrap_or_default());
    Cow::Owned(out)
}

/// What no address holds.
fn is_border(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '>')
}

/// How much further the last value in the query of an address goes, if blanks stand in it: up to the next field, or to
/// the quote that the address stands in.
fn blanks_of_value(word: &str, rest: &str) -> usize {
    let is_address = word.contains("://") || word.starts_with(['~', '/']);
    let Some((before, query)) = word.split_once('?').filter(|_| is_address) else { return 0 };
    let last = query.rsplit('&').next().unwrap_or_default();
    let Some((_, value)) = last.split_once('=') else { return 0 };
    let after = rest.get(word.len()..).unwrap_or_default();
    let quote = before.find(['"', '\'']).and_then(|at| before.get(at..)?.chars().next());
    let ended = quote.is_some_and(|quote| value.contains(quote));
    if value.is_empty() || is_token(value) || ended || value.ends_with([',', '.', '"', '\'']) {
        return 0;
    }
    let end = after.find(['"', '\'', '<', '>', '\n', '\r']).unwrap_or(after.len());
    let line = after.get(..end).unwrap_or_default();
    let quoted = quote.is_some_and(|quote| after.get(end..).is_some_and(|rest| rest.starts_with(quote)));
    match line.rfind('&') {
        _ if quoted => line.len(),
        Some(field) => {
            let tail = line.get(field..).unwrap_or_default();
            field + tail.find(char::is_whitespace).unwrap_or(tail.len())
        }
        None => 0,
    }
}

/// `None` where nothing is to hide.
fn masked_word(word: &str) -> Option<String> {
    let sentence = ['"', '\'', ',', '.', ';', ':', ')', ']', '/'];
    // A slash at the end belongs to a tag only behind the quote of an attribute.
    let tagged = word.ends_with("\"/") || word.ends_with("'/");
    let core = word.trim_end_matches(|c| sentence.contains(&c) && (c != '/' || tagged));
    let after = word.get(core.len()..).unwrap_or_default();
    let without = without_user(core);
    let masked = without_values(without.as_deref().unwrap_or(core)).or(without)?;
    (masked != core).then(|| format!("{masked}{after}"))
}

/// Where the user information stands in a word that is an address with some.
pub(super) fn user_of(word: &str) -> Range<usize> {
    let user = word.find("://").and_then(|scheme| {
        let start = scheme + "://".len();
        Some(start..start + user_info(word.get(start..)?)?)
    });
    user.unwrap_or_default()
}

/// Without user names and passwords: `http://user:password@host`.
fn without_user(word: &str) -> Option<String> {
    if !word.contains('@') {
        return None;
    }
    let mut out = String::new();
    let mut told = 0;
    // Backslashes are typed for slashes, and browsers take them.
    let starts: Vec<usize> = word
        .match_indices(':')
        .filter(|(at, _)| {
            word.get(at + 1..at + 3).is_some_and(|mark| mark.bytes().all(|byte| matches!(byte, b'/' | b'\\')))
        })
        .map(|(at, _)| at + 3)
        .collect();
    for (number, start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(word.len());
        if let Some(length) = word.get(*start..end).and_then(user_info) {
            out.push_str(word.get(told..*start)?);
            out.push_str(&hidden(word.get(*start..start + length)?));
            told = start + length;
        }
    }
    if starts.is_empty() {
        let (start, length) = bare_user_info(word)?;
        out.push_str(word.get(..start)?);
        out.push_str(&hidden(word.get(start..start + length)?));
        told = start + length;
    }
    out.push_str(word.get(told..)?);
    (told > 0).then_some(out)
}

/// How long the user information is behind `://`.
fn user_info(rest: &str) -> Option<usize> {
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    if let Some(length) = authority.rfind('@') {
        return Some(length);
    }
    // A password with a sign in it that ends an authority: no port looks like this.
    let (_, port) = authority.split_once(':')?;
    let no_port = !port.is_empty() && !port.bytes().all(|byte| byte.is_ascii_digit());
    rest.rfind('@').filter(|_| no_port)
}

/// `user:password@host` without a scheme. The audience of a token is no such thing: `id/host:8443@realm`.
fn bare_user_info(word: &str) -> Option<(usize, usize)> {
    let end = word.rfind('@')?;
    let colon = word.get(..end)?.find(':')?;
    let start = word.get(..colon)?.rfind(['"', '\'', '=', '(', ',', ';', '/']).map_or(0, |at| at + 1);
    let (user, password) = (word.get(start..colon)?, word.get(colon + 1..end)?);
    let plain = !user.is_empty() && !user.contains(['/', '|', '\\']) && !password.contains(['|', '\\']);
    let secret = password.bytes().any(|byte| !byte.is_ascii_digit());
    let scheme = ["mailto", "sip", "i"].iter().any(|scheme| user.eq_ignore_ascii_case(scheme));
    (plain && secret && !scheme && end + 1 < word.len()).then_some((start, end - start))
}

/// Without values in the query, or behind `#`, that are not known to be harmless.
fn without_values(word: &str) -> Option<String> {
    let is_address = word.contains("://") || word.starts_with(['~', '/']);
    let mark = |c: char| c == '?' || (c == '#' && is_address);
    let start = word.find(mark)? + 1;
    let (before, query) = word.split_at_checked(start)?;
    // A fragment without fields is the name of a section.
    let told = query.contains('=') || (is_address && before.ends_with('?'));
    told.then(|| format!("{before}{}", self::query(query)))
}

/// The fields of a query, those that may be secrets masked.
pub(super) fn query(query: &str) -> String {
    query.split('&').map(field).collect::<Vec<_>>().join("&")
}

fn field(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    loop {
        // What is left of a reference of XML: `&amp;`.
        while let Some(left) = ["amp;", "#38;", "#x26;"].iter().find(|left| rest.starts_with(**left)) {
            out.push_str(left);
            rest = rest.get(left.len()..).unwrap_or_default();
        }
        let Some((name, value)) = rest.split_once('=') else { return out + &bare(rest) };
        out.push_str(&visible(name));
        out.push('=');
        if value.is_empty() {
            return out;
        }
        let (head, tail) = value.split_at(value.find([';', '#', '?']).unwrap_or(value.len()));
        if !HARMLESS_FIELDS.contains(&name.to_ascii_lowercase().as_str()) && !is_token(head) {
            return out + &hidden(value);
        }
        out.push_str(&visible(head));
        let Some(more) = tail.get(1..) else { return out };
        out.push_str(tail.get(..1).unwrap_or_default());
        rest = more;
    }
}

/// Parameters without a value that addresses of services and pages have.
const HARMLESS_WORDS: [&str; 6] = ["wsdl", "singlewsdl", "disco", "xsd", "mobile", "debug"];

/// A parameter without a value: what stands there alone may be the key itself.
fn bare(text: &str) -> String {
    let (word, after) = text.split_at(text.find(['#', '?', '"', '\'']).unwrap_or(text.len()));
    let harmless = word.is_empty()
        || word.starts_with(['/', '['])
        || is_token(word.trim_end_matches(';'))
        || HARMLESS_WORDS.contains(&word.to_ascii_lowercase().as_str());
    if harmless { visible(text) } else { format!("{}{}", hidden(word), visible(after)) }
}

/// `{HostUrl}`: SharePoint puts the value in.
fn is_token(value: &str) -> bool {
    let name = value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    name.is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

fn hidden(secret: &str) -> String {
    format!("[{}]", shown(secret))
}

#[cfg(test)]
mod tests {
    use super::addresses;
    use crate::addin::evidence::secret::shown_in;

    #[test]
    fn users_and_passwords_are_hidden() {
        for text in [
            "http://svc:CANARY@127.0.0.1:8888",
            "through the proxy http://svc:CANARY@127.0.0.1:8888, which",
            "https://a.example;https://u:CANARY@b.example",
            "https://u:CAN/ARY@h.example/x",
            "https://u:CAN?ARY@h.example/x",
            "proxyaddress=\"svc:CANARY@proxy:8080\"/>",
            "the entry \"https://u:CANARY@h.example\" of",
            "<url of the application>/u:CANARY@h.example/p?{StandardTokens}",
            "https:\\\\u:CANARY@h.example\\p",
        ] {
            let out = addresses(text);
            assert!(!out.contains("ARY") && shown_in(&out).is_some(), "{out}");
        }
        assert!(addresses("http://svc:x@127.0.0.1:8888, which").ends_with("]@127.0.0.1:8888, which"));
    }

    #[test]
    fn unknown_values_of_queries_are_hidden() {
        for text in [
            "https://h.example/S.svc?code=CANARY==",
            "is called at https://h.example/S.svc?code=CANARY, and",
            "~remoteAppUrl/S.svc?SPHostUrl={HostUrl}&x=CANARY",
            "<Url>https://h.example/?{StandardTokens}&amp;code=CANARY</Url>",
            "<Receiver Url='https://h.example/S.svc?code=CANARY'/>",
            "https://h.example/?code=CA\"NARY",
            "https://h.example/#access_token=CANARY",
            "https://h.example/?CANARY&{StandardTokens}",
            "https://h.example/?pw=correct CANARY x&{StandardTokens}, and",
            "Url=\"https://h.example/?pw=correct CANARY\" x",
            "https://h.example/?SPHostUrl={HostUrl}#code=CANARY",
        ] {
            let out = addresses(text);
            assert!(!out.contains("ARY") && shown_in(&out).is_some(), "{out}");
        }
    }

    #[test]
    fn long_rows_of_fields_are_masked() {
        let text =
            format!("https://h/?{}{}code=CANARY", "amp;".repeat(50_000), "SPHostUrl=a;".repeat(50_000));
        assert!(!addresses(&text).contains("CANARY"));
    }

    #[test]
    fn tokens_and_parameters_of_sharepoint_stay_readable() {
        for text in [
            "https://h.example/Pages/a.aspx?{StandardTokens}",
            "https://h.example/?SPHostUrl={HostUrl}&amp;SPLanguage=en-US&amp;My={HostTitle}#/orders",
            "(None)?{StandardTokens}",
            "https://h.example/S.svc?wsdl",
            "https://h.example/p#section",
            "id@realm, 774d3860-47e7-4321-8a35-bb9e29f1f967/h.example:8443@c98f41a0-e9d7-4d31-9ac4-813b81680177",
            "i:0#.f|membership|somebody@litware.net",
            "start-page #2 is https://h.example/ #fragment?",
            "Is it so? a=b",
        ] {
            assert_eq!(addresses(text), text);
        }
    }
}
