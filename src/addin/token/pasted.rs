//! An answer of SharePoint or of a token endpoint that was copied as text, with or without the request: headers as they
//! went over the wire, a lone `x-ms-diagnostics`, the body of an error.

use super::capture::Traffic;

/// Most bytes of a text that is taken for an answer.
const MOST_BYTES: usize = 1 << 20;
/// Most lines that are looked at.
const MOST_LINES: usize = 2000;
/// The header in which SharePoint tells why it refused a token.
const DIAGNOSTICS: &str = "x-ms-diagnostics";
/// First members of bodies that tell of an error.
const MEMBERS: [&str; 3] = ["error", "error_description", "odata.error"];
/// How reasons of token endpoints begin; all others are those of SharePoint.
const OF_ENDPOINTS: [&str; 3] = ["AADSTS", "ACS5", "\"error_uri\""];

/// The exchange that a text tells of; `None` where it tells of no refusal.
pub(super) fn traffic(text: &str) -> Option<Traffic> {
    if text.len() > MOST_BYTES {
        return None;
    }
    let mut traffic = Traffic::default();
    let mut authority = None;
    for line in text.lines().take(MOST_LINES).map(bare) {
        if let Some((method, url)) = request_line(line) {
            (traffic.method, traffic.url) = (method.to_owned(), url.to_owned());
        } else if let Some(status) = status_line(line) {
            traffic.status = status;
        } else if let Some(value) = value_of(line, "host") {
            authority = authority.or(Some(value));
        } else if let Some(value) = value_of(line, "authorization") {
            traffic.request.headers.push(("Authorization".to_owned(), value.to_owned()));
        } else if let Some((name, value)) = telling(line) {
            traffic.response.headers.push((name.to_owned(), value.to_owned()));
        }
    }
    if let Some(authority) = authority.filter(|_| traffic.url.starts_with('/')) {
        traffic.url = format!("https://{authority}{}", traffic.url);
    }
    body(text).unwrap_or_default().clone_into(&mut traffic.response.body);
    let says_why = traffic.response.header(DIAGNOSTICS).is_some() || !traffic.response.body.is_empty();
    let told = !traffic.request.headers.is_empty() || !traffic.response.headers.is_empty();
    let says = says_why || (told && traffic.status >= 400);
    let of_endpoint = OF_ENDPOINTS.iter().any(|text| traffic.response.body.contains(text));
    if traffic.request.headers.is_empty() && says_why && !of_endpoint {
        // The answer is one to a token, which was not copied.
        traffic.request.headers.push(("Authorization".to_owned(), "Bearer [not copied]".to_owned()));
    }
    says.then_some(traffic)
}

/// Blanks and marks of a quotation off the beginning, and what ends a line off its end.
fn bare(line: &str) -> &str {
    line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '<' | '|' | '*' | '\u{feff}'))
        .trim_end()
}

/// `GET https://… HTTP/1.1`.
fn request_line(line: &str) -> Option<(&str, &str)> {
    let (rest, _) = line.rsplit_once(" HTTP/")?;
    let (method, url) = rest.split_once(' ')?;
    let plain = method.len() <= 20 && method.bytes().all(|byte| byte.is_ascii_uppercase());
    (plain && (url.starts_with('/') || url.contains("://"))).then_some((method, url))
}

/// `HTTP/1.1 401 Unauthorized`.
fn status_line(line: &str) -> Option<u16> {
    let (_, rest) = line.strip_prefix("HTTP/")?.split_once(' ')?;
    let status = rest.split(' ').next()?.parse().ok()?;
    (100..600).contains(&status).then_some(status)
}

/// What stands behind the name of a header, which is written with a colon, an equals sign, or blanks as PowerShell
/// writes tables.
fn value_of<'t>(line: &'t str, name: &str) -> Option<&'t str> {
    let (found, rest) = line.split_at_checked(name.len())?;
    let value = rest.trim_start_matches([' ', '\t', '"', '\'']).strip_prefix([':', '='])?;
    let value = value.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '{' | '}'));
    (found.eq_ignore_ascii_case(name) && !value.is_empty()).then_some(value)
}

/// A header that tells why, or the value of `x-ms-diagnostics` by itself: `3000006;reason="…"`.
fn telling(line: &str) -> Option<(&'static str, &str)> {
    let lone = || {
        let (number, rest) = line.split_once(';')?;
        let digits = number.len() == 7 && number.bytes().all(|byte| byte.is_ascii_digit());
        (digits && rest.trim_start().starts_with("reason=")).then_some((DIAGNOSTICS, line))
    };
    let named = [DIAGNOSTICS, "WWW-Authenticate", "SPRequestGuid", "request-id"];
    named.into_iter().find_map(|name| Some((name, value_of(line, name)?))).or_else(lone)
}

/// The body of an error, wherever it begins and however it is broken into lines.
fn body(text: &str) -> Option<&str> {
    text.match_indices('{').take(100).find_map(|(at, _)| {
        let rest = text.get(at..)?;
        let inside = rest.get(1..)?.trim_start();
        let member = inside.strip_prefix('"')?;
        let known =
            MEMBERS.iter().any(|name| member.strip_prefix(name).is_some_and(|rest| rest.starts_with('"')));
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Value>();
        (known && values.next()?.is_ok()).then(|| rest.get(..values.byte_offset()))?
    })
}

#[cfg(test)]
mod tests {
    use super::traffic;

    fn header(text: &str) -> Option<String> {
        traffic(text)?.response.header("x-ms-diagnostics").map(str::to_owned)
    }

    #[test]
    fn a_diagnosis_is_found_however_it_was_copied() {
        let value = "3000006;reason=\"Token contains invalid signature.\";category=\"invalid_client\"";
        for text in [
            format!("x-ms-diagnostics: {value}"),
            format!("\u{feff}  X-MS-Diagnostics:{value}\r\n"),
            format!("> x-ms-diagnostics: {value}"),
            format!("< x-ms-diagnostics: {value}"),
            format!("x-ms-diagnostics     : {{{value}}}"),
            value.to_owned(),
        ] {
            assert_eq!(header(&text).as_deref(), Some(value), "{text}");
        }
        assert_eq!(header("the x-ms-diagnostics were empty; reason=none"), None);
    }

    #[test]
    fn an_exchange_as_it_went_over_the_wire_is_put_together() {
        let text = "GET /_api/web HTTP/1.1\nHost: sp.a.net\nAuthorization: Bearer x\n\nHTTP/1.1 401 Unauthorized\n\n{\n \"error_description\" : \"a {b} c\"\n}\nAt line:1 char:1 {x}";
        let found = traffic(text).expect("an answer");
        assert_eq!(
            (found.method.as_str(), found.url.as_str(), found.status),
            ("GET", "https://sp.a.net/_api/web", 401)
        );
        assert_eq!(found.response.body, "{\n \"error_description\" : \"a {b} c\"\n}");
        assert_eq!(found.request.header("authorization"), Some("Bearer x"));
    }

    #[test]
    fn other_texts_are_no_answers() {
        for text in [
            "",
            "{",
            "{\"access_token\":\"a\"}",
            "{\"error",
            "HTTP/1.1 200 OK",
            "HTTP/1.1 500 Internal Server Error",
            "host: a",
            "WWW-Authenticate: NTLM",
            "1234567;reasons",
        ] {
            assert!(traffic(text).is_none(), "{text}");
        }
    }
}
