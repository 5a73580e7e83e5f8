//! Tokens inside of text: by their shape, wherever they stand, and by the names of the fields that carry them.

use std::borrow::Cow;

use super::wrapped;

/// Most characters of a token that is read.
pub(super) const MOST_CHARACTERS: usize = 1 << 20;

/// Most tokens that are taken from one text.
const MOST_FOUND: usize = 200;

/// Fields in which SharePoint hands a context token to an add-in, as `TokenHelper` looks for them.
pub(super) const CONTEXT_FIELDS: [&str; 4] = ["SPAppToken", "AppContextToken", "AppContext", "AccessToken"];

/// A token in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Found<'a> {
    /// The token, put together where it was broken.
    pub(super) text: Cow<'a, str>,
    /// The name that stands in front of it; empty without one.
    pub(super) name: &'a str,
}

/// Every text of the shape of a token: base64 of an object in braces, a dot, base64, a dot, perhaps a signature.
pub(super) fn tokens(text: &str) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = text.get(at..).and_then(|rest| rest.find("eyJ")) {
        let start = at + offset;
        let rest = text.get(start..).unwrap_or_default();
        let end = rest.find(|c: char| !is_token_character(c)).unwrap_or(rest.len());
        let run = rest.get(..end).unwrap_or_default();
        at = start + end.max(3);
        let inside_a_word =
            text.get(..start).is_some_and(|before| before.ends_with(is_token_character_but_borders));
        // A full stop that ends a sentence is no part of a token, but the one before an empty signature is.
        let run = if run.matches('.').count() > 2 { run.trim_end_matches('.') } else { run };
        let broken = || wrapped::begins(rest, |_| false).filter(|token| token.complete);
        let token = if inside_a_word { None } else { broken() };
        at = at.max(start + token.as_ref().map_or(0, |token| token.length));
        let whole = || (!inside_a_word && looks_like_token(run)).then_some(Cow::Borrowed(run));
        if let Some(token) = token.map(|token| Cow::Owned(token.text)).or_else(whole) {
            found.push(Found { text: token, name: name_before(text.get(..start).unwrap_or_default()) });
            if found.len() == MOST_FOUND {
                break;
            }
        }
    }
    found
}

/// Two or more dots, the first part base64 of something that begins with a brace.
pub(super) fn looks_like_token(run: &str) -> bool {
    run.starts_with("eyJ")
        && run.split('.').count() >= 2
        && run.split('.').next().is_some_and(|part| part.len() >= 8)
}

fn is_token_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=')
}

fn is_token_character_but_borders(c: char) -> bool {
    is_token_character(c) && !matches!(c, '=' | '.' | '-')
}

/// The field that a value stands in: `SPAppToken=`, `"access_token":"`, `<ContextToken>`, `Authorization: Bearer `.
fn name_before(before: &str) -> &str {
    let mut start = before.len().saturating_sub(80);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    let near = before.get(start..).unwrap_or_default();
    let is_sign = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '=' | ':' | '>' | '\\');
    let trimmed = near.trim_end_matches(is_sign);
    let trimmed =
        trimmed.strip_suffix("Bearer").or_else(|| trimmed.strip_suffix("bearer")).unwrap_or(trimmed);
    let trimmed = trimmed.trim_end_matches(is_sign);
    if trimmed.len() == near.len() {
        return "";
    }
    let length =
        trimmed.chars().rev().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).count();
    let name = trimmed.get(trimmed.len() - length..).unwrap_or_default();
    if name.len() > 40 || name.starts_with("eyJ") { "" } else { name }
}

/// Values of a form or a query.
pub(super) fn form_fields(text: &str) -> impl Iterator<Item = (String, String)> + '_ {
    url::form_urlencoded::parse(text.as_bytes())
        .take(1000)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::tokens;

    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln";

    #[test]
    fn a_token_is_found_wherever_it_stands_with_the_name_before_it() {
        for (text, name) in [
            (format!("SPAppToken={TOKEN}&SPSiteUrl=x"), "SPAppToken"),
            (format!("{{\"access_token\":\"{TOKEN}\"}}"), "access_token"),
            (format!("<ContextToken>{TOKEN}</ContextToken>"), "ContextToken"),
            (format!("Authorization: Bearer {TOKEN}\r\n"), "Authorization"),
            (TOKEN.to_owned(), ""),
        ] {
            let found = tokens(&text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!((&*found[0].text, found[0].name), (TOKEN, name));
        }
    }

    #[test]
    fn an_unsigned_token_keeps_its_last_dot() {
        let text = "x eyJhbGciOiJub25lIn0.eyJhdWQiOiJ4In0. y";
        assert_eq!(tokens(text)[0].text, "eyJhbGciOiJub25lIn0.eyJhdWQiOiJ4In0.");
    }

    #[test]
    fn words_are_no_tokens() {
        assert!(tokens("eyJ eyJ. greyJacket.x.y").is_empty());
    }
}
