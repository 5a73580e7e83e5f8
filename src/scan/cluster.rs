//! Errors that no rule explains, grouped by what stays the same in their text.

/// Longest template, in characters: what differs further back does not separate problems.
const LONGEST: usize = 200;

/// The text of a message with everything masked that differs from one occurrence to the next: GUIDs and hex
/// numbers, numbers, quoted and bracketed names, URLs, paths. Only the first line counts: stacks follow.
pub fn template(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let mut template = String::new();
    let mut length = 0;
    let mut rest = line;
    while length < LONGEST {
        let Some((mask, after)) = next_part(rest) else { break };
        // A run of equal masks is one: lists of any length are the same message.
        if !(mask.starts_with('<') && template.ends_with(mask)) {
            template.push_str(mask);
            length += mask.chars().count();
        }
        rest = after;
    }
    template.trim().to_owned()
}

/// The next piece of the template and what follows it.
fn next_part(rest: &str) -> Option<(&str, &str)> {
    let first = rest.chars().next()?;
    if let Some(close) = closing(first) {
        let inner = rest.get(first.len_utf8()..)?;
        if let Some(end) = inner.find(close) {
            return Some((
                if first == '[' { "[<name>]" } else { "'<name>'" },
                inner.get(end + close.len_utf8()..)?,
            ));
        }
    }
    if first.is_alphanumeric() || first == '\\' || first == '/' {
        let end = rest.find(|c: char| c.is_whitespace() || "'\"[]()<>{},;".contains(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end.max(first.len_utf8()))?;
        return Some((mask_word(word), after));
    }
    rest.split_at_checked(first.len_utf8())
}

fn closing(open: char) -> Option<char> {
    match open {
        '\'' | '"' => Some(open),
        '[' => Some(']'),
        '“' => Some('”'),
        '‘' => Some('’'),
        _ => None,
    }
}

fn mask_word(word: &str) -> &str {
    let trimmed = word.trim_end_matches(['.', ':']);
    let digits = trimmed.chars().filter(char::is_ascii_digit).count();
    if trimmed.contains("://") {
        "<url>"
    } else if trimmed.contains('\\') || (trimmed.starts_with('/') && trimmed.len() > 1) {
        "<path>"
    } else if trimmed.len() == 36 && trimmed.matches('-').count() == 4 {
        "<guid>"
    } else if digits > 0 && trimmed.chars().all(|c| c.is_ascii_hexdigit() || ".:-/xX_".contains(c)) {
        "<number>"
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::template;

    #[test]
    fn what_differs_between_occurrences_is_masked() {
        assert_eq!(
            template(
                "Cannot open site 'http://contoso/a' (Id=961cfd1e-5cf8-4e40-8756-0032a517119b) after 14 tries."
            ),
            template(
                "Cannot open site 'http://contoso/b' (Id=11111111-5cf8-4e40-8756-0032a517119b) after 3 tries."
            )
        );
        assert_eq!(
            template("Upgrade [SPWeb Url=http://a] failed. at 0x1F"),
            "Upgrade [<name>] failed. at <number>"
        );
        assert_ne!(template("Disk is full"), template("Disk is slow"));
    }

    #[test]
    fn any_text_has_a_bounded_template() {
        for text in ["", "'", "[[[[", "“abc", "\\", "é'é'é", &"x ".repeat(5000), &"1 ".repeat(5000)] {
            assert!(template(text).chars().count() < 1000, "{text}");
        }
    }
}
