//! Hostile text made harmless, one function for each place it can be written to.
//!
//! What comes from logs, exports and manifests may hold anything: escape sequences, text that runs backwards,
//! quotes of the format it is put into. Every renderer and the script generator go through these functions;
//! none of them fails, and none drops a character silently.

use std::borrow::Cow;
use std::fmt::Write as _;

#[cfg(test)]
mod tests;

/// How many characters a PowerShell comment holds at most, the three dots of a cut not counted.
pub const COMMENT_LENGTH: usize = 300;

/// For a terminal, a log message, any place for people: one line, nothing invisible, nothing that reorders.
///
/// Tab, line feed and carriage return become `\t`, `\n`, `\r`; every other control, format or zero-width
/// character becomes `\u{…}`. Printable characters of every script stay. A backslash stays as it is, because
/// nearly all of them belong to Windows paths: the result is for reading, it cannot be turned back.
pub fn terminal(text: &str) -> Cow<'_, str> {
    replaced(text, is_invisible, push_visible)
}

/// For HTML, as content of an element or of a quoted attribute.
pub fn html(text: &str) -> Cow<'_, str> {
    let special = |c| matches!(c, '&' | '<' | '>' | '"' | '\'' | '`') || is_invisible(c);
    replaced(text, special, |out, c| match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        // The browsers found on old servers take a backtick for a quote of an attribute.
        '`' => out.push_str("&#96;"),
        other => push_visible(out, other),
    })
}

/// For a text column of a CSV file: no spreadsheet takes it for a formula. The csv writer does the quoting.
///
/// Where the first character would start a formula, an apostrophe stands in front of it; all else is kept
/// exactly. The full-width forms count too: East Asian editions of Excel read them as the plain ones.
pub fn csv_field_text(text: &str) -> Cow<'_, str> {
    let formula = ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    if text.starts_with(formula) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// For the inside of a JSON string in which quotes, backslashes and C0 controls are escaped already: what cannot be
/// seen becomes `\uXXXX`, so that a report on a terminal does nothing to it. A JSON reader gets the same text.
pub fn json(text: &str) -> Cow<'_, str> {
    replaced(text, is_invisible, |out, c| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

/// For Markdown, as inline text: never a heading, list, table cell, link, tag, or code.
///
/// `CommonMark` allows a backslash before every ASCII punctuation character, so all that ever mean something
/// get one. Blanks at the ends are written as entities: four in front start a code block, two behind break
/// the line.
pub fn markdown(text: &str) -> Cow<'_, str> {
    let visible = terminal(text);
    let inner = visible.trim_matches(' ');
    let escaped = replaced(inner, is_markdown_special, |out, c| match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        other => out.extend(['\\', other]),
    });
    if inner.len() == visible.len() {
        return Cow::Owned(escaped.into_owned());
    }
    let blanks = |count: usize| "&#32;".repeat(count);
    let front = visible.len() - visible.trim_start_matches(' ').len();
    let back = visible.len() - inner.len() - front;
    Cow::Owned(blanks(front) + &escaped + &blanks(back))
}

/// A PowerShell expression whose value is exactly this text, under Windows PowerShell 2.0 to 5.1 and 7.
///
/// Printable ASCII becomes a string in apostrophes, in which nothing but the apostrophe means anything; all
/// else becomes data: `('Vertr' + [char]0x00E4 + 'ge')`. That covers what PowerShell takes for quotes (U+2018
/// to U+201E), controls and line ends, and by choice the ordinary letters of other scripts as well: the
/// expression is pure ASCII, so the value survives an editor or a copy that loses the encoding of the file.
/// Characters outside the basic plane go as their two surrogates, because `[char]` holds sixteen bits.
pub fn powershell_literal(text: &str) -> String {
    if text.bytes().all(is_plain) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    // The expression starts with a string in every case: what follows `+` is then turned into a string, too.
    let mut out = String::from("('");
    let mut in_string = true;
    let mut units = [0u16; 2];
    for c in text.chars() {
        if c.is_ascii() && is_plain(c as u8) {
            if !in_string {
                out.push_str(" + '");
                in_string = true;
            }
            out.push(c);
            if c == '\'' {
                out.push(c);
            }
            continue;
        }
        if in_string {
            out.push('\'');
            in_string = false;
        }
        for unit in c.encode_utf16(&mut units) {
            // Writing to a String cannot fail.
            let _ = write!(out, " + [char]0x{unit:04X}");
        }
    }
    out.push_str(if in_string { "')" } else { ")" });
    out
}

/// How PowerShell is told to run a script of this name in the current folder, where it looks for none by itself:
/// `.\fix.ps1`, or `& '.\my fix.ps1'`. Of a path only the file name is taken: a script is copied to where it runs.
pub fn powershell_script(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let script = format!(".\\{name}");
    if name.bytes().all(is_word) { script } else { format!("& {}", powershell_literal(&script)) }
}

/// The text of a PowerShell comment line, to stand behind `# `.
///
/// One line of at most [`COMMENT_LENGTH`] characters and three dots. It holds no mark of a block comment, so
/// it may stand inside one, and it cannot become the line that opens a signature block, behind which
/// PowerShell refuses to read code.
pub fn powershell_comment(text: &str) -> String {
    let mut out = String::new();
    let mut length = 0usize;
    for c in terminal(text).chars() {
        if length >= COMMENT_LENGTH {
            out.push_str("...");
            break;
        }
        if (out.ends_with('#') && c == '>') || (out.ends_with('<') && c == '#') {
            out.push(' ');
            length += 1;
        }
        if c == '#' && ends_with_signature_mark(&out) {
            out.push('_');
            length += 1;
        }
        out.push(c);
        length += 1;
    }
    out
}

/// Whether `# SIG # Begin signature block` could go on from here.
fn ends_with_signature_mark(text: &str) -> bool {
    let word = text.trim_end();
    word.len() < text.len()
        && word.as_bytes().last_chunk::<3>().is_some_and(|last| last.eq_ignore_ascii_case(b"sig"))
}

/// ASCII that a string in apostrophes holds as it is.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// ASCII punctuation that means something to some Markdown reader somewhere.
fn is_markdown_special(c: char) -> bool {
    c.is_ascii_punctuation() && !matches!(c, ',' | ';' | '?' | '%' | '/')
}

/// Appends an ASCII notation of a character that cannot be seen.
fn push_visible(out: &mut String, c: char) {
    // `escape_default` knows exactly these notations: `\t`, `\r`, `\n`, `\u{1b}`.
    out.extend(c.escape_default());
}

/// The text with every character that is `special` handed to `push`; borrowed where there is none.
fn replaced(text: &str, special: impl Fn(char) -> bool, push: impl Fn(&mut String, char)) -> Cow<'_, str> {
    if !text.chars().any(&special) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if special(c) {
            push(&mut out, c);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Controls, line and paragraph separators, format characters, and what Unicode calls default ignorable:
/// characters that a reader does not see, or that change the order or shape of others.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}
