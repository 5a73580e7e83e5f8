//! Letters that mean something in Markdown, as an editor wrote them when a log was pasted into it: `\[ERROR\]`, `WSS\_Content`.
//!
//! Logs hold backslashes of their own, before underscores and brackets, too: paths and expressions. So the head must show
//! more: records that are none as they are written, or brackets and doubled underscores of which none stands alone.

use std::borrow::Cow;

use super::pasted::opens;
use crate::text::lines::lines;

/// How many lines of the head are looked at.
const LINES: usize = 400;

/// What an editor did to the letters of Markdown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Markdown {
    /// Backslashes were doubled themselves.
    doubled: bool,
}

impl Markdown {
    /// What was done to a text with this head, if it was.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        // Nearly no log has one, so it is asked fast.
        let mut escapes = memchr::memchr_iter(b'\\', head).filter_map(|at| head.get(at + 1..));
        let may_be = escapes.any(|behind| behind.starts_with(b"[") || behind.starts_with(br"_\_"));
        let markdown = may_be.then(|| Self { doubled: !has_lone_backslash(head) })?;
        let is_escaped = markdown.opens_records(head) || has_brackets(head) || has_underscores(head);
        is_escaped.then_some(markdown)
    }

    /// A line as it was before.
    pub(super) fn unescaped(self, line: &[u8]) -> Cow<'_, [u8]> {
        if memchr::memchr(b'\\', line).is_none() {
            return Cow::Borrowed(line);
        }
        let mut text = Vec::with_capacity(line.len());
        let mut rest = line;
        while let Some(at) = memchr::memchr(b'\\', rest) {
            let (before, behind) = rest.split_at_checked(at).unwrap_or((rest, b""));
            text.extend_from_slice(before);
            rest = match behind {
                [b'\\', b'\\', rest @ ..] if !self.doubled => {
                    text.extend_from_slice(br"\\");
                    rest
                }
                [b'\\', letter, rest @ ..] if letter.is_ascii_punctuation() => {
                    text.push(*letter);
                    rest
                }
                // It breaks a line in Markdown.
                [b'\\'] if self.doubled => b"",
                [_, rest @ ..] => {
                    text.push(b'\\');
                    rest
                }
                [] => b"",
            };
        }
        text.extend_from_slice(rest);
        Cow::Owned(text)
    }

    /// Lines open records without their backslashes, and none does with them.
    fn opens_records(self, head: &[u8]) -> bool {
        let mut found = false;
        lines(head).take(LINES).all(|line| {
            let at = memchr::memmem::find(line, br"\[");
            let prefix = at.and_then(|at| line.get(at..));
            found |= prefix.is_some_and(|line| opens(&self.unescaped(line)));
            !opens(line)
        }) && found
    }
}

/// A backslash stands before a letter or a digit, where Markdown has none of its own.
fn has_lone_backslash(head: &[u8]) -> bool {
    let mut rest = head;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        match rest.get(at + 1) {
            Some(next) if next.is_ascii_alphanumeric() => return true,
            _ => rest = rest.get(at + 2..).unwrap_or_default(),
        }
    }
    false
}

/// A word stands in brackets, and no bracket is without a backslash.
fn has_brackets(head: &[u8]) -> bool {
    let has_word = memchr::memmem::find_iter(head, br"\[").any(|at| {
        let line = lines(head.get(at + 2..).unwrap_or_default()).next().unwrap_or_default();
        line.first().is_some_and(u8::is_ascii_alphanumeric) && memchr::memmem::find(line, br"\]").is_some()
    });
    has_word && all_escaped(head, b'[') && all_escaped(head, b']')
}

/// Two underscores follow one another, no letter of Markdown is without a backslash, and no path has its own.
fn has_underscores(head: &[u8]) -> bool {
    let follow = memchr::memmem::find(head, br"\_\_").is_some();
    follow && all_escaped(head, b'_') && all_escaped(head, b'[') && !has_lone_backslash(head)
}

fn all_escaped(head: &[u8], letter: u8) -> bool {
    memchr::memchr_iter(letter, head).all(|at| at > 0 && head.get(at - 1) == Some(&b'\\'))
}

#[cfg(test)]
mod tests {
    use super::Markdown;

    fn unescaped(text: &str) -> Option<String> {
        let markdown = Markdown::of(text.as_bytes())?;
        let lines: Vec<_> =
            text.lines().map(|line| markdown.unescaped(line.as_bytes()).into_owned()).collect();
        Some(String::from_utf8(lines.join(&b'\n')).unwrap())
    }

    #[test]
    fn a_letter_loses_its_backslash() {
        for (text, expected) in [
            (r"Cannot open \[WSS\_Content\] \*\*", "Cannot open [WSS_Content] **"),
            // Paths as they were, and with their backslashes doubled.
            (r"\[A\] \\server\x C:\logs\1", r"[A] \\server\x C:\logs\1"),
            (r"\[A\] \\\\server\\x C:\\\_logs", r"[A] \\server\x C:\_logs"),
            (r"b\_\_0\(\) \`1\", "b__0() `1"),
        ] {
            assert_eq!(unescaped(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_a_log_writes_itself_stays() {
        for text in [
            r"[PSCONFIG] [A] [ERROR] [3/3/2012 10:10:02 PM]: \[a\] \_\_",
            r"Cannot read C:\inetpub\_app and \\server\_share",
            r"Cannot read C:\inetpub\_\_",
            r"Cannot read C:\inetpub\[old\] of [WSS_Content]",
            r"The expression \[\w+\] has an error",
            r"C:\[",
            r"\_\_x a_b",
        ] {
            assert_eq!(unescaped(text), None, "{text}");
        }
    }
}
