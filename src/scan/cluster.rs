//! Errors and warnings that no rule explains, grouped by what stays the same in their text.
//!
//! Each message is masked by itself. A tree that learns templates from the messages before it, as log parsers have
//! it, depends on their order, which the same report for any split forbids, and merges messages that differ in one
//! word. `docs/unexplained-errors.md` has the figures.

use std::borrow::Cow;

use super::record::incoming::is_of_a_stack;
use crate::model::kind::Level;
use crate::model::thrown::thrown;

/// Longest template, in characters: what differs further back does not separate problems.
const LONGEST: usize = 200;

/// Characters that glue a value to its name or end a sentence after it: they stay, whatever becomes of the value.
const GLUE: &str = "'\"[](){}<>,;=!?|“”‘’";

/// What stands for a name in brackets.
pub const NAME: &str = "[<name>]";

/// `[MissingFeature]`, with which a sentence of an export begins: it is no name, and tells more than the rest, which may be
/// of any language.
pub fn category(text: &[u8]) -> Option<&str> {
    let end = text.strip_prefix(b"[")?.iter().position(|byte| !byte.is_ascii_alphanumeric())? + 1;
    let category = text.get(..=end).filter(|category| category.ends_with(b"]"))?;
    std::str::from_utf8(category).ok()
}

/// What records are grouped by whose lines tell nothing: they are shown for what they are, and not lost.
pub fn without_message(level: Level) -> &'static str {
    match level {
        Level::Warning => "(a warning without a message)",
        _ => "(an error without a message)",
    }
}

/// What a record is grouped by that no rule explains: the [`template`] of the line that tells what went wrong. That is
/// its first line, unless that only announces an exception; then it is what the exception says. `None` if the lines tell
/// nothing: a stack by itself says where, and not what.
pub fn group<'l>(lines: impl Iterator<Item = Cow<'l, str>>) -> Option<String> {
    let mut carrier = None;
    for line in lines {
        match said(line.trim()) {
            Said::Nothing => carrier = carrier.or(Some(line)),
            Said::Where => {}
            Said::Exception(type_name, text) => return Some(template(&format!("{type_name}: {text}"))),
            Said::Text(text) => return Some(template(text)),
        }
    }
    carrier.map(|line| template(&line)).filter(|template| !template.is_empty())
}

/// What a line tells of a failure.
enum Said<'l> {
    /// That there was one, or nothing at all.
    Nothing,
    /// A place in the code.
    Where,
    /// The type of an exception and its text.
    Exception(&'l str, &'l str),
    /// What happened.
    Text(&'l str),
}

fn said(line: &str) -> Said<'_> {
    const UNKNOWN: &str = " has failed with an unknown exception";
    if line.is_empty()
        || (line.starts_with("Task ") && line.ends_with(UNKNOWN))
        || line.starts_with("Failed to call GetTypes()")
    {
        return Said::Nothing;
    }
    if is_of_a_stack(line.as_bytes()) {
        return Said::Where;
    }
    match thrown(line) {
        Some((_, "")) => Said::Nothing,
        Some((type_name, text)) => Said::Exception(type_name, text),
        None => {
            const OPENINGS: [&str; 2] = ["Exception:", "Additional exception information:"];
            let behind = OPENINGS.iter().find_map(|opening| line.strip_prefix(opening));
            Said::Text(behind.map_or(line, str::trim_start))
        }
    }
}

/// Whether a template is the last that psconfig says of a task that failed, whatever it said of it before.
pub fn is_echo(template: &str) -> bool {
    let task = template.strip_prefix("Task ").and_then(|rest| rest.strip_suffix(" has failed"));
    task.is_some_and(|task| !task.contains(' '))
}

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
            let mask = if first == '[' { NAME } else { "'<name>'" };
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
    use super::{group, is_echo, template};

    fn grouped(text: &str) -> Option<String> {
        group(text.lines().map(Into::into))
    }

    #[test]
    fn an_exception_is_grouped_by_what_it_says() {
        let told =
            grouped("An exception of type System.X was thrown.  Additional exception information: No data.");
        assert_eq!(told.as_deref(), Some("System.X: No data."));
        for text in [
            "Task configdb has failed with an unknown exception \nException: System.X: No data.\n   at Y()",
            "Failed to call GetTypes()\nException: System.X: No data.",
            "Exception: System.X: No data.",
            "An exception of type System.Y was thrown.  Additional exception information: \nSystem.X: No data.",
            "An exception of type System.Y was thrown.\nSystem.X: No data.",
        ] {
            assert_eq!(grouped(text), told, "{text}");
        }
        assert_eq!(grouped("Failed to call GetTypes()").as_deref(), Some("Failed to call GetTypes()"));
    }

    #[test]
    fn a_stack_by_itself_is_no_group() {
        assert_eq!(grouped("   at Microsoft.SharePoint.Upgrade.SPManager.Upgrade()\n   at X()"), None);
        assert_eq!(grouped("attempt 7 failed").as_deref(), Some("attempt <number> failed"));
    }

    #[test]
    fn the_last_word_on_a_task_is_known() {
        assert!(is_echo("Task configdb has failed"));
        assert!(!is_echo("Task configdb has failed with an unknown exception"));
        assert!(!is_echo("Task force one has failed"));
    }

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
