//! Errors that no rule explains, grouped by what stays the same in their text.
//!
//! Each message is masked by itself. A tree that learns templates from the messages before it, as log parsers have
//! it, depends on their order, which the same report for any split forbids, and merges messages that differ in one
//! word. `docs/unexplained-errors.md` has the figures.

/// Longest template, in characters: what differs further back does not separate problems.
const LONGEST: usize = 200;

/// Characters that glue a value to its name or end a sentence after it: they stay, whatever becomes of the value.
const GLUE: &str = "'\"[](){}<>,;=!?|“”‘’";

/// The text of a message with everything masked that differs from one occurrence to the next: GUIDs and hex
/// numbers, numbers, quoted and bracketed names, URLs, paths. Only the first line counts: stacks follow.
pub fn template(message: &str) -> String {
    let mut rest = without_event_id(message.lines().next().unwrap_or_default());
    let mut template = String::new();
    let mut length = 0;
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

/// ` (EventID:an58c)` at the end says where in the product the line was written, not what happened.
fn without_event_id(line: &str) -> &str {
    let line = line.trim_end();
    let cut = line.rfind("(EventID:").filter(|_| line.ends_with(')'));
    cut.and_then(|at| line.get(..at)).map_or(line, str::trim_end)
}

/// The next piece of the template and what follows it.
fn next_part(rest: &str) -> Option<(&str, &str)> {
    let first = rest.chars().next()?;
    if let Some(close) = closing(first) {
        let inner = rest.get(first.len_utf8()..)?;
        if let Some(end) = inner.find(close) {
            let mask = if first == '[' { "[<name>]" } else { "'<name>'" };
            return Some((mask, inner.get(end + close.len_utf8()..)?));
        }
    }
    if first.is_alphanumeric() || first == '\\' || first == '/' {
        let end = rest.find(|c: char| c.is_whitespace() || GLUE.contains(c)).unwrap_or(rest.len());
        // What ends a sentence is not part of its last word.
        let word = rest.get(..end)?.trim_end_matches(['.', ':']);
        let (word, after) = rest.split_at_checked(word.len().max(first.len_utf8()))?;
        return Some((mask(word).unwrap_or(word), after));
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

/// What stands for a word that is a value; `None` for a word of the message itself.
fn mask(word: &str) -> Option<&'static str> {
    let is_hex = |word: &str| word.chars().all(|c| c.is_ascii_hexdigit() || ".:-/xX_".contains(c));
    let has_digit = word.contains(|c: char| c.is_ascii_digit());
    if word.contains("://") {
        Some("<url>")
    } else if word.contains('\\') || (word.starts_with('/') && word.len() > 1) {
        Some("<path>")
    } else if word.len() == 36 && word.matches('-').count() == 4 && is_hex(word) {
        Some("<guid>")
    } else if has_digit && (is_hex(word) || is_quantity(word)) {
        Some("<number>")
    } else if has_digit {
        // A server, an account, a version: what a word with a digit in it names differs from farm to farm.
        Some("<id>")
    } else {
        None
    }
}

/// `14ms`, `20%`: digits and a short unit.
fn is_quantity(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ':'));
    unit.len() < word.len() && unit.len() <= 2
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
    fn the_id_of_an_event_is_no_part_of_the_message() {
        assert_eq!(template("The disk is full. (EventID:an58c)"), template("The disk is full."));
        assert_eq!(template("(EventID:an58c)"), "");
        // In the midst of a sentence it is a word with digits like any other.
        assert!(template("See (EventID:an58c) for more").ends_with(" for more"));
    }

    #[test]
    fn any_text_has_a_bounded_template() {
        for text in ["", "'", "[[[[", "“abc", "\\", "é'é'é", &"x ".repeat(5000), &"1 ".repeat(5000)] {
            assert!(template(text).chars().count() < 1000, "{text}");
        }
    }
}
