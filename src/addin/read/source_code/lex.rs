//! Tells code from comments and from the contents of strings, with every byte left where it is.
//!
//! No parser: a source file may be cut, or of a newer language version. What is decided is only where comments and
//! strings begin and end, and a string that is never closed ends with its line wherever the language allows.

use std::ops::Range;

use super::conditional;
use crate::addin::evidence::Spot;

/// Longer lines have no columns.
const LONGEST_LINE: usize = 4096;

/// Languages by how comments and strings are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Language {
    /// C#.
    CSharp,
    /// C# inside of a page: ASPX, Razor, master pages.
    Markup,
    /// Visual Basic.
    Basic,
    /// PowerShell.
    PowerShell,
    /// JavaScript, TypeScript, and others whose comments and quotes are like theirs: Java, Kotlin, Go, PHP.
    Script,
    /// Shell scripts, Python, Ruby, requests: `#` and quotes.
    Shell,
}

impl Language {
    /// By the extension of a file; `None` for files that are no source.
    pub(super) fn of(extension: &str) -> Option<Self> {
        Some(match extension {
            "cs" | "svc" | "ashx" => Self::CSharp,
            "aspx" | "ascx" | "master" | "cshtml" | "asax" | "asmx" => Self::Markup,
            "vb" | "vbhtml" => Self::Basic,
            "ps1" | "psm1" => Self::PowerShell,
            "js" | "ts" | "jsx" | "tsx" | "mjs" | "cjs" | "java" | "kt" | "go" | "php" => Self::Script,
            "sh" | "bash" | "cmd" | "bat" | "http" | "rest" | "py" | "rb" | "curl" => Self::Shell,
            _ => return None,
        })
    }

    /// Upper and lower case of names do not differ.
    pub(super) fn ignores_case(self) -> bool {
        matches!(self, Self::Basic | Self::PowerShell)
    }
}

/// A source file, taken apart. All ranges are byte ranges of the text.
pub(super) struct Lexed<'t> {
    /// The language.
    pub(super) language: Language,
    /// The file as it is.
    pub(super) text: &'t str,
    /// As long as the text: comments and contents of strings are blanks, line ends stay.
    pub(super) code: String,
    /// Contents of strings, without their quotes, in order.
    pub(super) strings: Vec<Range<usize>>,
    /// Comments, in order.
    pub(super) comments: Vec<Range<usize>>,
    lines: Vec<usize>,
}

impl<'t> Lexed<'t> {
    /// Takes a text apart, in one pass.
    pub(super) fn new(language: Language, text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let mut code = bytes.to_vec();
        let (mut strings, mut comments) = (Vec::new(), Vec::new());
        let disabled = if language == Language::CSharp { conditional::disabled(text) } else { Vec::new() };
        let mut disabled = disabled.into_iter().peekable();
        let (mut at, mut before) = (0, b'\n');
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            // What stands in a string or a comment is no directive.
            while disabled.next_if(|range| range.start < at).is_some() {}
            let skipped =
                disabled.next_if(|range| range.start == at).map(|range| Token::Comment(range.len()));
            match skipped.unwrap_or_else(|| token(language, rest, before)) {
                Token::Plain(length) => at += length.max(1),
                Token::Comment(length) => {
                    let range = at..bytes.len().min(at + length.max(1));
                    blank(&mut code, &range);
                    at = range.end;
                    comments.push(range);
                }
                // What a string of Python says by itself is a remark: documentation, or code that was switched off.
                Token::Text { open: 3, length, .. }
                    if language == Language::Shell && begins_line(bytes, at) =>
                {
                    let range = at..bytes.len().min(at + length);
                    blank(&mut code, &range);
                    at = range.end;
                    comments.push(range);
                }
                Token::Text { open, close, length } => {
                    let end = bytes.len().min(at + length.max(1));
                    let range = at + open..end.saturating_sub(close).max(at + open).min(bytes.len());
                    blank(&mut code, &range);
                    strings.push(range);
                    at = end;
                }
            }
            before = at.checked_sub(1).and_then(|last| bytes.get(last)).copied().unwrap_or(b'\n');
        }
        let lines = std::iter::once(0).chain(memchr::memchr_iter(b'\n', bytes).map(|end| end + 1)).collect();
        // Only whole tokens between ASCII marks are blanked, so this is UTF-8 in any case.
        let code = String::from_utf8_lossy(&code).into_owned();
        Self { language, text, code, strings, comments, lines }
    }

    /// Line and column of a byte.
    pub(super) fn spot(&self, file: &Spot, at: usize) -> Spot {
        let line = self.lines.partition_point(|start| *start <= at).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        // Columns of what a build squeezed into one line help nobody, and counting them all would take for ever.
        let before = self.text.get(start..at).filter(|before| before.len() <= LONGEST_LINE);
        let column = before.map_or(0, |before| count(before.chars().count() + 1));
        file.at(count(line), column)
    }

    /// The contents of a string.
    pub(super) fn string(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// A part of the text in which comments are blanks, and strings stay.
    pub(super) fn without_comments(&self, range: Range<usize>) -> String {
        let mut bytes = self.text.get(range.clone()).unwrap_or_default().as_bytes().to_vec();
        let first = self.comments.partition_point(|comment| comment.end <= range.start);
        let inside = self.comments.iter().skip(first).take_while(|comment| comment.start < range.end);
        for comment in inside {
            let start = comment.start.max(range.start) - range.start;
            blank(&mut bytes, &(start..comment.end.min(range.end) - range.start));
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What stands before a byte in the code, at most so many bytes.
    pub(super) fn before(&self, at: usize, most: usize) -> &str {
        tail(&self.code, at, most)
    }

    /// What stands before a byte in the text, strings and comments included, at most so many bytes.
    pub(super) fn before_in_text(&self, at: usize, most: usize) -> &'t str {
        tail(self.text, at, most)
    }

    /// What stands behind a byte in the code, at most so many bytes.
    pub(super) fn after(&self, at: usize, most: usize) -> &str {
        let mut end = self.code.len().min(at.saturating_add(most));
        while !self.code.is_char_boundary(end) {
            end -= 1;
        }
        self.code.get(at..end).unwrap_or_default()
    }
}

fn tail(text: &str, at: usize, most: usize) -> &str {
    let mut start = at.saturating_sub(most);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.get(start..at).unwrap_or_default()
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn blank(code: &mut [u8], range: &Range<usize>) {
    let inside = code.get_mut(range.clone()).into_iter().flatten();
    inside.filter(|byte| !matches!(**byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
}

/// What begins at a byte.
enum Token {
    Plain(usize),
    Comment(usize),
    /// A string: bytes of its opening and closing mark, and of all of it.
    Text {
        open: usize,
        close: usize,
        length: usize,
    },
}

fn token(language: Language, rest: &[u8], before: u8) -> Token {
    match language {
        Language::CSharp => csharp(rest, before, false),
        Language::Markup => csharp(rest, before, true),
        Language::Basic => basic(rest, before),
        Language::PowerShell => powershell(rest, before),
        Language::Script => script(rest),
        Language::Shell => shell(rest, before),
    }
}

fn csharp(rest: &[u8], before: u8, markup: bool) -> Token {
    match rest {
        [b'/', b'/', ..] if !(markup && before == b':') => Token::Comment(line(rest)),
        [b'/', b'*', ..] => Token::Comment(until(rest, 2, b"*/")),
        [b'<', b'%', b'-', b'-', ..] if markup => Token::Comment(until(rest, 4, b"--%>")),
        [b'<', b'!', b'-', b'-', ..] if markup => Token::Comment(until(rest, 4, b"-->")),
        [b'@', b'*', ..] if markup => Token::Comment(until(rest, 2, b"*@")),
        [b'"', b'"', b'"', ..] if !markup => raw(rest),
        [b'@', b'"', ..] => quoted(rest, 2, b'"', Escape::Doubled, true),
        [b'$', b'@', b'"', ..] | [b'@', b'$', b'"', ..] => quoted(rest, 3, b'"', Escape::Doubled, true),
        [b'"', ..] => quoted(rest, 1, b'"', Escape::Backslash, false),
        [b'\'', ..] => Token::Plain(character(rest)),
        _ => Token::Plain(1),
    }
}

fn basic(rest: &[u8], before: u8) -> Token {
    match rest {
        [b'\'', ..] => Token::Comment(line(rest)),
        [b'R' | b'r', b'E' | b'e', b'M' | b'm', b' ' | b'\t' | b'\r' | b'\n', ..] if !is_word(before) => {
            Token::Comment(line(rest))
        }
        [b'"', ..] => quoted(rest, 1, b'"', Escape::Doubled, false),
        _ => Token::Plain(1),
    }
}

fn powershell(rest: &[u8], before: u8) -> Token {
    match rest {
        [b'<', b'#', ..] => Token::Comment(until(rest, 2, b"#>")),
        [b'#', ..] if begins_word(before) => Token::Comment(line(rest)),
        [b'@', b'\'', b'\r' | b'\n', ..] => here(rest, b"\n'@"),
        [b'@', b'"', b'\r' | b'\n', ..] => here(rest, b"\n\"@"),
        [b'\'', ..] => quoted(rest, 1, b'\'', Escape::Doubled, true),
        [b'"', ..] => quoted(rest, 1, b'"', Escape::Backtick, true),
        [b'`', next, ..] if next.is_ascii() => Token::Plain(2),
        _ => Token::Plain(1),
    }
}

fn script(rest: &[u8]) -> Token {
    match rest {
        [b'/', b'/', ..] => Token::Comment(line(rest)),
        [b'/', b'*', ..] => Token::Comment(until(rest, 2, b"*/")),
        [b'`', ..] => quoted(rest, 1, b'`', Escape::Backslash, true),
        [quote @ (b'"' | b'\''), ..] => quoted(rest, 1, *quote, Escape::Backslash, false),
        _ => Token::Plain(1),
    }
}

fn shell(rest: &[u8], before: u8) -> Token {
    match rest {
        [b'#', ..] if begins_word(before) => Token::Comment(line(rest)),
        [b'"', b'"', b'"', ..] => tripled(rest, b"\"\"\""),
        [b'\'', b'\'', b'\'', ..] => tripled(rest, b"\'\'\'"),
        [quote @ (b'"' | b'\''), ..] => quoted(rest, 1, *quote, Escape::Backslash, false),
        _ => Token::Plain(1),
    }
}

/// A string of Python over several lines; without an end it is an empty string and what follows.
fn tripled(rest: &[u8], mark: &[u8]) -> Token {
    let inside = rest.get(mark.len()..).unwrap_or_default();
    match memchr::memmem::find(inside, mark) {
        Some(end) => Token::Text { open: mark.len(), close: mark.len(), length: end + 2 * mark.len() },
        None => Token::Text { open: 1, close: 1, length: 2 },
    }
}

/// Only blanks stand before it in its line.
fn begins_line(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    let blanks = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    matches!(before.iter().rev().nth(blanks), None | Some(b'\n' | b'\r'))
}

fn begins_word(before: u8) -> bool {
    before.is_ascii_whitespace() || b";(){}|,&".contains(&before)
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn line(rest: &[u8]) -> usize {
    memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
}

/// Bytes up to and with the closing mark; all of the rest where there is none.
fn until(rest: &[u8], open: usize, close: &[u8]) -> usize {
    let inside = rest.get(open..).unwrap_or_default();
    memchr::memmem::find(inside, close).map_or(rest.len(), |end| open + end + close.len())
}

/// How a quote gets into a string.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    Backslash,
    Doubled,
    /// PowerShell: a backtick before it, or doubled.
    Backtick,
}

fn quoted(rest: &[u8], open: usize, quote: u8, escape: Escape, lines: bool) -> Token {
    let mut at = open;
    while let Some(&byte) = rest.get(at) {
        let next = rest.get(at + 1).copied();
        match byte {
            b'\\' if escape == Escape::Backslash => at += 1,
            b'`' if escape == Escape::Backtick => at += 1,
            b'\n' | b'\r' if !lines => return Token::Text { open, close: 0, length: at },
            _ if byte == quote && escape != Escape::Backslash && next == Some(quote) => at += 1,
            _ if byte == quote => return Token::Text { open, close: 1, length: at + 1 },
            _ => {}
        }
        // An escaped line end still ends a string that may not go over lines.
        at += 1;
    }
    Token::Text { open, close: 0, length: rest.len() }
}

/// A raw string of C#: as many quotes at its end as at its start.
fn raw(rest: &[u8]) -> Token {
    let quotes = rest.iter().take_while(|byte| **byte == b'"').count();
    let inside = rest.get(quotes..).unwrap_or_default();
    match memchr::memmem::find(inside, &vec![b'"'; quotes]) {
        Some(end) => Token::Text { open: quotes, close: quotes, length: quotes + end + quotes },
        None => Token::Text { open: quotes, close: 0, length: rest.len() },
    }
}

fn here(rest: &[u8], close: &[u8]) -> Token {
    let length = until(rest, 2, close);
    let closed = rest.get(..length).is_some_and(|all| all.ends_with(close));
    Token::Text { open: 2, close: if closed { close.len() } else { 0 }, length }
}

/// A character in apostrophes, or an apostrophe of prose.
fn character(rest: &[u8]) -> usize {
    let most = rest.get(..rest.len().min(10)).unwrap_or_default();
    match most {
        [_, b'\\', _, inside @ ..] => inside.iter().position(|byte| *byte == b'\'').map_or(1, |end| end + 4),
        [_, inside @ ..] => match inside.iter().position(|byte| *byte == b'\'') {
            Some(end @ 1..=4)
                if std::str::from_utf8(inside.get(..end).unwrap_or_default())
                    .is_ok_and(|text| text.chars().count() == 1) =>
            {
                end + 2
            }
            _ => 1,
        },
        [] => 1,
    }
}

#[cfg(test)]
mod tests;
