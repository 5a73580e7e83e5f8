//! Addresses in texts for showing: without the user name and password in front of their host, and without values in
//! their query that may be keys.
//!
//! Checks compare and correct addresses as they are written; only what is shown goes through here.

use std::borrow::Cow;

use super::token::mask::{shown, visible};
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
    mask(&mut addin.name);
    mask(&mut addin.target_reason);
    for row in &mut addin.domains {
        mask(&mut row.place);
        mask(&mut row.raw);
        row.must_equal.iter_mut().for_each(mask);
    }
    for pair in &mut addin.pairs {
        mask(&mut pair.a);
        mask(&mut pair.b);
        mask(&mut pair.reason);
    }
    for check in &mut addin.checks {
        for text in [&mut check.message, &mut check.remedy].into_iter().chain(&mut check.needs) {
            if let Cow::Owned(masked) = addresses(text) {
                *text = masked.into();
            }
        }
        check.evidence.iter_mut().for_each(|item| mask(&mut item.value));
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
    if let Cow::Owned(masked) = addresses(text) {
        *text = masked;
    }
}

/// A text with every address in it masked; lines and all else stay as they are.
pub(super) fn addresses(text: &str) -> Cow<'_, str> {
    if memchr::memchr3(b'?', b'@', b'#', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut told = 0;
    let mut at = 0;
    for word in text.split(is_border) {
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

/// Without user names and passwords: `http://user:password@host`.
fn without_user(word: &str) -> Option<String> {
    if !word.contains('@') {
        return None;
    }
    let mut out = String::new();
    let mut told = 0;
    let starts: Vec<usize> = word.match_indices("://").map(|(at, mark)| at + mark.len()).collect();
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
    let start = word.get(..colon)?.rfind(['"', '\'', '=', '(', ',', ';']).map_or(0, |at| at + 1);
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
    query.contains('=').then(|| format!("{before}{}", self::query(query)))
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
        let Some((name, value)) = rest.split_once('=') else { return out + &visible(rest) };
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
        ] {
            let out = addresses(text);
            assert!(!out.contains("ARY") && out.contains("sha256"), "{out}");
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
            "https://h.example/?SPHostUrl={HostUrl}#code=CANARY",
        ] {
            let out = addresses(text);
            assert!(!out.contains("ARY") && out.contains("sha256"), "{out}");
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
            "id@realm, 774d3860-47e7-4321-8a35-bb9e29f1f967/h.example:8443@c98f41a0-e9d7-4d31-9ac4-813b81680177",
            "i:0#.f|membership|somebody@litware.net",
            "start-page #2 is https://h.example/ #fragment?",
            "Is it so? a=b",
        ] {
            assert_eq!(addresses(text), text);
        }
    }
}
