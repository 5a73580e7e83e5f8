//! Texts as the words that count, so that two of them compare without the hosts and ids of one installation.

/// What stands for anything: a host, an address, a GUID, a placeholder.
const ANY: &str = "*";
/// Most words that may stand where a symptom has a placeholder.
const GAP: usize = 14;

/// The words of a text, in lower case, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Words(Vec<String>);

impl Words {
    /// The words of a text.
    pub(super) fn of(text: &str) -> Self {
        let text = text.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
        let text = without_placeholders(&text);
        let mut words: Vec<String> = Vec::new();
        for piece in text.split(separates) {
            let piece = without_namespace(piece.trim_matches(['.', ':', '!', '?', '=', '-']));
            if piece.is_empty() {
                continue;
            }
            if varies(piece) {
                if words.last().is_none_or(|last| last != ANY) {
                    words.push(ANY.to_owned());
                }
                continue;
            }
            let parts =
                piece.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|part| !part.is_empty());
            words.extend(parts.map(str::to_lowercase));
        }
        Self(meant(&words))
    }

    /// How much a symptom weighs that this text holds; `None` if it does not hold it.
    pub(super) fn holds(&self, symptom: &Self) -> Option<usize> {
        let segments: Vec<&[String]> =
            symptom.0.split(|word| word == ANY).filter(|segment| !segment.is_empty()).collect();
        let first = segments.first()?;
        let weight = segments.iter().flat_map(|segment| segment.iter()).map(|word| weight(word)).sum();
        let starts = (0..self.0.len()).filter(|at| self.stands(first, *at));
        let whole = |start: usize| {
            let mut end = start + first.len();
            segments.iter().skip(1).all(|segment| {
                let next = (end..=end + GAP).find(|at| self.stands(segment, *at));
                next.inspect(|at| end = at + segment.len()).is_some()
            })
        };
        let mut starts = starts;
        starts.any(whole).then_some(weight)
    }

    fn stands(&self, segment: &[String], at: usize) -> bool {
        self.0.get(at..at + segment.len()).is_some_and(|words| words == segment)
    }
}

/// What .NET says in German, as it says it in English; and categories of SharePoint apart from the errors of token
/// services that have the same name: a category says that the token was refused, not that none was given.
const SAME: [(&[&str], &[&str]); 5] = [
    (
        &["der", "remoteserver", "hat", "einen", "fehler", "zur\u{fc}ckgegeben"],
        &["the", "remote", "server", "returned", "an", "error"],
    ),
    (&["401", "nicht", "autorisiert"], &["401", "unauthorized"]),
    (&["403", "unzul\u{e4}ssig"], &["403", "forbidden"]),
    (&["category", "invalid_client"], &["category_invalid_client"]),
    (&["category", "invalid_user"], &["category_invalid_user"]),
];

fn meant(words: &[String]) -> Vec<String> {
    let mut found = Vec::with_capacity(words.len());
    let mut rest = words;
    while let Some((first, tail)) = rest.split_first() {
        let starts = |said: &[&str]| {
            rest.len() >= said.len() && rest.iter().zip(said).all(|(word, said)| word == said)
        };
        match SAME.iter().find(|(said, _)| starts(said)) {
            Some((said, same)) => {
                found.extend(same.iter().map(|word| (*word).to_owned()));
                rest = rest.get(said.len()..).unwrap_or_default();
            }
            None => {
                found.push(first.clone());
                rest = tail;
            }
        }
    }
    found
}

/// `{domain}` stands for anything, as it does in documents; braces around more than a word are those of JSON.
fn without_placeholders(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('{') {
        out.push_str(before);
        let end = inside.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(inside.len());
        match inside.get(end..).and_then(|behind| behind.strip_prefix('}')) {
            Some(behind) if end > 0 => {
                out.push('\u{2026}');
                rest = behind;
            }
            _ => {
                out.push('{');
                rest = inside;
            }
        }
    }
    out + rest
}

fn separates(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '"' | '\''
                | '`'
                | '\u{b4}'
                | '<'
                | '>'
                | '('
                | ')'
                | '{'
                | '}'
                | '['
                | ']'
                | ','
                | ';'
                | '|'
                | '\\'
                | '\u{ab}'
                | '\u{bb}'
                | '\u{2018}'..='\u{201f}'
        )
}

/// `AudienceUriValidationFailedException` of `Microsoft.IdentityModel.Tokens.AudienceUriValidationFailedException`, which
/// looks like a host.
fn without_namespace(piece: &str) -> &str {
    match piece.rsplit_once('.') {
        Some((_, name)) if name.len() > "exception".len() && name.to_lowercase().ends_with("exception") => {
            name
        }
        _ => piece,
    }
}

/// Another value in every installation: an address, a host, an id, three dots.
fn varies(piece: &str) -> bool {
    piece.contains("://")
        || piece.contains('\u{2026}')
        || piece.bytes().all(|byte| byte == b'n')
        || has_guid(piece)
        || is_host(piece)
}

fn has_guid(piece: &str) -> bool {
    piece.len() >= 36
        && (0..=piece.len() - 36).any(|at| {
            piece.get(at..at + 36).is_some_and(|part| {
                part.bytes().enumerate().all(|(index, byte)| match index {
                    8 | 13 | 18 | 23 => byte == b'-',
                    _ => byte.is_ascii_hexdigit(),
                })
            })
        })
}

fn is_host(piece: &str) -> bool {
    let name = piece.split(['/', ':', '@']).next().unwrap_or(piece);
    let labels: Vec<&str> = name.split('.').collect();
    let sound = labels.iter().all(|label| {
        !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    });
    name.eq_ignore_ascii_case("localhost")
        || (sound && labels.len() > 1 && name.chars().any(char::is_alphabetic))
}

/// Codes and names of exceptions say more than words of a sentence.
fn weight(word: &str) -> usize {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    match word.len() {
        _ if digits >= 5 => 12,
        16.. => 6,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    fn holds(text: &str, symptom: &str) -> bool {
        Words::of(text).holds(&Words::of(symptom)).is_some()
    }

    #[test]
    fn quotes_blanks_case_hosts_and_ids_do_not_count() {
        let symptom = "There was no endpoint listening at https://{domain}:nnnnn/\u{2026}/AppEventReceiver.svc that could accept";
        assert!(holds(
            "there was  NO endpoint\r\nlistening at https://a.test:44301/x/AppEventReceiver.svc that could accept the message",
            symptom
        ));
        assert!(!holds("There was an endpoint listening at https://a.test", symptom));
        assert!(holds(
            "&quot;a.test&quot; is not the intended\naudience &quot;x&quot;",
            "is not the intended audience"
        ));
        assert!(holds(
            "the endpoint address \u{201c}https://a\u{201d} does not match the app\u{2019}s endpoint",
            "does not match the app's endpoint"
        ));
        assert!(!holds("anything", "\u{2026}"));
        assert!(!holds("", "a"));
    }
}
