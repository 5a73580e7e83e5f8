//! Tokens that were copied after they had been taken apart: the two objects that a decoder shows, or that SharePoint
//! writes into its log, `{"typ":"JWT",…}.{"aud":…}`. Their signature was not copied.

use std::ops::Range;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::members::Members;

/// Most bytes of a text that is looked at.
const MOST_BYTES: usize = 1 << 18;
/// Most braces at which an object is looked for.
const MOST_BRACES: usize = 200;
/// Most characters between header and payload: a dot, a caption, the marks of a list.
const LONGEST_GAP: usize = 80;
/// Stands where the signature would: an empty one would say that nobody signed the token.
const NOT_COPIED: &str = "bm90IGNvcGllZA";

/// A token that was taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Decoded {
    /// Where header and payload stand in the text.
    pub(super) range: Range<usize>,
    /// The same as a token. Without a signature only where its header says so.
    pub(super) text: String,
}

/// Every header in a text with the payload behind it.
pub(super) fn tokens(text: &str) -> Vec<Decoded> {
    let mut found: Vec<Decoded> = Vec::new();
    let mut header: Option<(Range<usize>, Members)> = None;
    let mut passed = 0;
    if text.len() > MOST_BYTES {
        return found;
    }
    for (at, _) in text.match_indices('{').take(MOST_BRACES) {
        let Some((range, members)) = object(text, at).filter(|_| at >= passed) else { continue };
        let first = header.take_if(|(first, _)| at.saturating_sub(first.end) <= LONGEST_GAP);
        if let Some((first, algorithm)) = first.filter(|_| is_payload(&members)) {
            passed = range.end;
            let part = |range: &Range<usize>| {
                BASE64_URL_SAFE_NO_PAD.encode(text.get(range.clone()).unwrap_or_default())
            };
            let unsigned = algorithm.text("alg").is_some_and(|name| name.eq_ignore_ascii_case("none"));
            let signature = if unsigned { "" } else { NOT_COPIED };
            let token = format!("{}.{}.{signature}", part(&first), part(&range));
            found.push(Decoded { range: first.start..range.end, text: token });
        } else if is_header(&members) {
            passed = range.end;
            header = Some((range, members));
        }
    }
    found
}

/// The text without these tokens, so that nothing inside them is found a second time.
pub(super) fn without(text: &str, tokens: &[Decoded]) -> String {
    let mut rest = String::new();
    let mut at = 0;
    for token in tokens {
        rest.push_str(text.get(at..token.range.start).unwrap_or_default());
        rest.push('\n');
        at = token.range.end;
    }
    rest.push_str(text.get(at..).unwrap_or_default());
    rest
}

/// The object that begins here.
fn object(text: &str, at: usize) -> Option<(Range<usize>, Members)> {
    let rest = text.get(at..)?;
    rest.get(1..)?.trim_start().strip_prefix('"')?;
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Members>();
    let members = values.next()?.ok()?;
    Some((at..at + values.byte_offset(), members))
}

fn is_header(members: &Members) -> bool {
    members.text("alg").is_some() && members.get("aud").is_none()
}

fn is_payload(members: &Members) -> bool {
    ["aud", "iss"].iter().all(|name| members.get(name).is_some())
        && ["exp", "nbf"].iter().any(|name| members.get(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::{tokens, without};

    const HEADER: &str = "{\"typ\":\"JWT\",\"alg\":\"RS256\"}";
    const PAYLOAD: &str = "{\"aud\":\"a\",\"iss\":\"b\",\"exp\":1}";

    #[test]
    fn header_and_payload_are_put_together_however_they_are_parted() {
        for gap in [".", "\n", "\n\nPAYLOAD:DATA\n", ".\r\n"] {
            let text = format!("Token: {HEADER}{gap}{PAYLOAD}.[Signature]");
            let found = tokens(&text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].text.split('.').count(), 3);
            assert!(!found[0].text.ends_with('.'));
            assert_eq!(without(&text, &found), "Token: \n.[Signature]");
        }
        let unsigned = format!("{}.{PAYLOAD}", HEADER.replace("RS256", "none"));
        assert!(tokens(&unsigned)[0].text.ends_with('.'));
        assert_eq!(tokens(&format!("{HEADER}.{PAYLOAD}\n{HEADER}.{PAYLOAD}")).len(), 2);
    }

    #[test]
    fn objects_that_do_not_belong_together_are_no_token() {
        let far = format!("{HEADER}{}{PAYLOAD}", " ".repeat(100));
        for text in
            ["", "{", HEADER, PAYLOAD, &far, &format!("{PAYLOAD}{HEADER}"), "{\"alg\":\"x\"}{\"aud\":1}"]
        {
            assert_eq!(tokens(text), [], "{text}");
        }
    }
}
