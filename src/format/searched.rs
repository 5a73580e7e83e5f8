//! Lines that somebody searched for in logs, as the search printed them: behind the name of the log and the number of the
//! line (`findstr`, `grep -n`, `Select-String`), as a list (`Format-List`), or as a table (`Export-Csv`).

use std::borrow::Cow;

use super::pasted::opens;
use super::wrapped::{WIDTHS, length};
use crate::text::lines::lines;

/// The longest path that stands before a line.
const LONGEST_PATH: usize = 300;

/// How the lines that were found are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Search {
    /// `name.log:12:line`; name or number may be missing.
    Prefixed,
    /// `Line       : line` among other properties.
    Listed,
    /// Each line in quotation marks, alone or among other fields.
    Tabled,
}

impl Search {
    /// How the lines of a head were printed, if a search printed them: they show records then, and did not before.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let shows_records = |text: &[u8]| lines(text).any(opens);
        if shows_records(head) {
            return None;
        }
        let forms = [Self::Listed, Self::Prefixed, Self::Tabled].into_iter();
        forms
            .filter(|form| lines(head).any(|line| form.has(line)))
            .find(|form| shows_records(&form.undone(head)))
    }

    /// Most lines are of this form: a window in which somebody searched shows more than that.
    pub(super) fn fills(self, head: &[u8]) -> bool {
        let written = || lines(head).filter(|line| !line.trim_ascii().is_empty());
        written().filter(|line| self.has(line)).count() * 2 > written().count()
    }

    /// It tells itself which lines of a head go on with the line before.
    pub(super) fn folds(self, head: &[u8]) -> bool {
        self != Self::Prefixed || is_cut(head)
    }

    /// The lines as they stood in the log. Those that are gone are empty: line numbers stay.
    pub(super) fn undone(self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Prefixed => unprefixed(text).join(&b'\n'),
            Self::Listed => unlisted(text).join(&b'\n'),
            Self::Tabled => untabled(text).join(&b'\n'),
        }
    }

    fn has(self, line: &[u8]) -> bool {
        match self {
            Self::Prefixed => shows(line) || behind_name(line).is_some(),
            Self::Listed => property(line).is_some(),
            Self::Tabled => line.starts_with(b"\""),
        }
    }
}

/// A record stands in the line behind a name or a number.
pub(super) fn shows(line: &[u8]) -> bool {
    behind_prefix(line).is_some()
}

/// The line begins with the name of a log.
pub(super) fn is_named(line: &[u8]) -> bool {
    behind_name(line).is_some()
}

/// Each line without a prefix follows one that fills the window.
fn is_cut(head: &[u8]) -> bool {
    let width = lines(head).map(length).max().filter(|width| WIDTHS.contains(width));
    let pairs = || lines(head).zip(lines(head).skip(1));
    let mut rests = pairs().filter(|(_, line)| !line.is_empty() && behind(line).is_none());
    width.is_some() && rests.all(|(before, _)| width == Some(length(before)))
}

fn behind(line: &[u8]) -> Option<&[u8]> {
    behind_prefix(line).or_else(|| behind_name(line))
}

/// What stands behind the prefixes. Each line has one: one without goes on with a line that fills the window.
fn unprefixed(text: &[u8]) -> Vec<Cow<'_, [u8]>> {
    let width = lines(text).map(length).max().filter(|width| WIDTHS.contains(width));
    let mut found: Vec<Cow<'_, [u8]>> = Vec::new();
    // The line that may go on, and whether the one before fills the window.
    let (mut open, mut is_full) = (0, false);
    for line in lines(text) {
        let behind = behind(line);
        match found.get_mut(open) {
            Some(before) if is_full && behind.is_none() => {
                before.to_mut().extend_from_slice(line);
                found.push(Cow::Borrowed(b""));
            }
            _ => {
                open = found.len();
                found.push(Cow::Borrowed(behind.unwrap_or(line)));
            }
        }
        is_full = width == Some(length(line));
    }
    found
}

/// The record in a line, if it stands behind a name or a number.
fn behind_prefix(line: &[u8]) -> Option<&[u8]> {
    // The drive, the name, the number.
    const COLONS: usize = 3;
    let window = line.get(..line.len().min(LONGEST_PATH))?;
    memchr::memchr_iter(b':', window).take(COLONS).find_map(|at| {
        let rest = line.get(at + 1..)?;
        (opens(rest) && is_prefix(line.get(..at)?)).then_some(rest)
    })
}

/// `C:\LOGS\Upgrade.log:12`, with either part missing.
fn is_prefix(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let name = match text.iter().rposition(|byte| !byte.is_ascii_digit()) {
        None => return !text.is_empty(),
        Some(last) if text.get(last) == Some(&b':') && last + 1 < text.len() => text.get(..last),
        Some(_) => Some(text),
    };
    name.is_some_and(names_a_file)
}

fn names_a_file(path: &[u8]) -> bool {
    let name = path.rsplit(|byte| matches!(byte, b'\\' | b'/' | b':')).next().unwrap_or_default();
    let is_path = !path.iter().any(|byte| byte.is_ascii_control() || b"\"<>|*?[]".contains(byte));
    is_path && name.contains(&b'.') && !name.ends_with(b".") && name.trim_ascii().len() == name.len()
}

/// What stands behind the name of a log, or behind a number, where it is no record itself.
fn behind_name(line: &[u8]) -> Option<&[u8]> {
    let drive =
        if matches!(line, [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic()) { 2 } else { 0 };
    let window = line.get(drive..line.len().min(LONGEST_PATH))?;
    let at = drive + memchr::memchr(b':', window)?;
    let (name, rest) = (line.get(..at)?, line.get(at + 1..)?);
    if !name.is_empty() && name.iter().all(u8::is_ascii_digit) {
        return Some(rest);
    }
    let is_log = [b".log", b".txt", b".err"].into_iter().any(|ending| {
        name.len()
            .checked_sub(ending.len())
            .and_then(|at| name.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(ending))
    });
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let behind_number = rest.get(digits..).filter(|_| digits > 0).and_then(|rest| rest.strip_prefix(b":"));
    (is_log && names_a_file(name)).then_some(behind_number.unwrap_or(rest))
}

/// The name and the value of a property in a list of what `Select-String` found.
fn property(line: &[u8]) -> Option<(&[u8], &[u8])> {
    const NAMES: [&[u8]; 8] =
        [b"IgnoreCase", b"LineNumber", b"Line", b"Filename", b"Path", b"Pattern", b"Context", b"Matches"];
    let at = memchr::memchr(b':', line.get(..line.len().min(40))?)?;
    let name = line.get(..at)?.strip_suffix(b" ")?.trim_ascii_end();
    let value = line.get(at + 1..)?;
    NAMES.contains(&name).then(|| (name, value.strip_prefix(b" ").unwrap_or(value)))
}

/// The values of `Line`, put together where they go on below, indented.
fn unlisted(text: &[u8]) -> Vec<Cow<'_, [u8]>> {
    let mut values: Vec<Cow<'_, [u8]>> = Vec::new();
    // The line that may go on, and how far its value is indented.
    let mut open: Option<(usize, usize)> = None;
    for line in lines(text) {
        let indent = line.len() - line.trim_ascii_start().len();
        let value = match (property(line), open) {
            (Some((b"Line", value)), _) => {
                open = Some((values.len(), line.len() - value.len()));
                value
            }
            (None, Some((place, column))) if indent >= column && indent < line.len() => {
                if let Some(value) = values.get_mut(place) {
                    value.to_mut().push(b' ');
                    value.to_mut().extend_from_slice(line.trim_ascii());
                }
                b""
            }
            (Some(_), _) => {
                open = None;
                b""
            }
            (None, _) => line,
        };
        values.push(Cow::Borrowed(value));
    }
    values
}

/// The field that holds the lines: that of the first record.
fn untabled(text: &[u8]) -> Vec<Cow<'_, [u8]>> {
    let mut column = None;
    let mut values = Vec::new();
    for line in lines(text) {
        let mut fields = fields(line);
        if column.is_none() {
            column = fields.iter().position(|field| opens(field));
        }
        values.push(match column {
            Some(place) if place < fields.len() => fields.swap_remove(place),
            _ => Cow::Borrowed(line),
        });
    }
    values
}

/// The fields of a row in which each is quoted; none if it is no such row.
fn fields(line: &[u8]) -> Vec<Cow<'_, [u8]>> {
    let mut fields = Vec::new();
    let mut rest = line;
    while let Some(inner) = rest.strip_prefix(b"\"") {
        let Some((field, after)) = field(inner) else { return Vec::new() };
        fields.push(field);
        match after {
            [] => return fields,
            [b',' | b';' | b'\t', next @ ..] => rest = next,
            _ => return Vec::new(),
        }
    }
    Vec::new()
}

/// A field up to the mark that ends it, and what follows. A mark inside is written twice.
fn field(inner: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    let mut kept: Option<Vec<u8>> = None;
    let mut from = 0;
    for at in memchr::memchr_iter(b'"', inner) {
        if at < from {
            continue;
        }
        let part = inner.get(from..at)?;
        if inner.get(at + 1) != Some(&b'"') {
            let field = match kept {
                Some(kept) => Cow::Owned([kept.as_slice(), part].concat()),
                None => Cow::Borrowed(part),
            };
            return Some((field, inner.get(at + 1..)?));
        }
        let kept = kept.get_or_insert_default();
        kept.extend_from_slice(part);
        kept.push(b'"');
        from = at + 2;
    }
    None
}
