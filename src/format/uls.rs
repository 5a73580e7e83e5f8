//! The nine columns of ULS, which upgrade logs share since 2013.
//!
//! On disk the columns are separated by tabs and padded with blanks; in copies either may be lost. So two
//! readers: by tabs, and by blanks with the level word as the anchor.

use super::memory::{Memory, Parts};
use super::{Format, Header, level};

/// Reader of ULS columns: traces of every version, and upgrade and site upgrade logs since 2013.
#[derive(Debug)]
pub struct Columns;

impl Format for Columns {
    fn header<'a>(&self, line: &'a [u8]) -> Option<Header<'a>> {
        header(line)
    }

    fn header_after<'a>(&self, line: &'a [u8], memory: &mut Memory) -> Option<Header<'a>> {
        header_with(line, memory)
    }

    fn is_preamble(&self, line: &[u8]) -> bool {
        is_column_header(line)
    }
}

/// `Timestamp<TAB>Process…`, the first line of a ULS file; repeated in some.
pub fn is_column_header(line: &[u8]) -> bool {
    line.starts_with(b"Timestamp") && memchr::memmem::find(line, b"Process").is_some()
}

/// The area that marks an upgrade record.
pub const UPGRADE_AREA: &[u8] = b"SharePoint Foundation Upgrade";

/// The header of a line in columns.
pub fn header(line: &[u8]) -> Option<Header<'_>> {
    header_with(line, &mut Memory::default())
}

fn header_with<'a>(line: &'a [u8], memory: &mut Memory) -> Option<Header<'a>> {
    let timed = usual_time(line).or_else(|| time_column(line));
    let (time, starred, rest) = timed.unwrap_or((b"", false, line));
    // Columns by tabs are read in this one place: out of line, each header would be copied once more.
    let mut header = match rest.split_first()? {
        (b'\t', columns) => {
            let by_blanks = if timed.is_none() { by_blanks(columns) } else { None };
            match by_blanks {
                Some(header) => header,
                None => by_tabs(columns, memory)?,
            }
        }
        (b' ', _) if timed.is_some() => by_blanks(rest)?,
        _ => return None,
    };
    if timed.is_none() && !proves_itself(&header) {
        return None;
    }
    header.time = time;
    header.starred = starred;
    Some(header)
}

/// A record that was copied without its time: the process begins the line. A stack may go on with any text, so only a
/// tab before it makes it a header.
pub(super) fn is_untimed(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    line.first().is_some_and(u8::is_ascii_alphabetic) && header(&[b"\t", line].concat()).is_some()
}

/// What stands behind an empty time could be any text with tabs in it.
fn proves_itself(header: &Header<'_>) -> bool {
    header.process_id.starts_with(b"0x") && !header.process.is_empty() && level::known(header.level).is_some()
}

/// `01/03/2013 11:04:29.10 ` before a tab, as nearly every line begins: what [`time_column`] would read.
fn usual_time(line: &[u8]) -> Option<(&[u8], bool, &[u8])> {
    const LENGTH: usize = "01/03/2013 11:04:29.10".len();
    let (time, rest) = line.split_at_checked(LENGTH)?;
    let [m, _, b'/', _, _, b'/', _, _, _, _, b' ', h0, h1, b':', m0, m1, b':', s0, s1, b'.', c0, c1] = time
    else {
        return None;
    };
    let digits = [m, h0, h1, m0, m1, s0, s1, c0, c1];
    let rest = rest.strip_prefix(b" ").filter(|rest| rest.first() == Some(&b'\t'))?;
    digits.iter().all(|byte| byte.is_ascii_digit()).then_some((time, false, rest))
}

/// `01/03/2013 11:04:29.10 ` or `…10*`, or ISO: the time, whether it is starred, and what follows.
fn time_column(line: &[u8]) -> Option<(&[u8], bool, &[u8])> {
    let first_ten = line.first_chunk::<11>()?;
    let date = first_ten.get(..10)?;
    let shape_us = matches!(date, [_, _, b'/' | b'.' | b'-', _, _, b'/' | b'.' | b'-', _, _, _, _]);
    let shape_iso = matches!(date, [_, _, _, _, b'-' | b'/', _, _, b'-' | b'/', _, _]);
    if !(shape_us || shape_iso) || first_ten.last() != Some(&b' ') || !date.first()?.is_ascii_digit() {
        return None;
    }
    let clock = line.get(11..)?;
    let length =
        clock.iter().take(13).take_while(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b',')).count();
    if length < 8 || clock.get(2) != Some(&b':') {
        return None;
    }
    let time = line.get(..11 + length)?;
    let mut rest = line.get(11 + length..)?;
    let starred = rest.first() == Some(&b'*');
    if starred {
        rest = rest.get(1..)?;
    }
    // The one blank that pads the time before its tab.
    if let [b' ', b'\t', ..] = rest {
        rest = rest.get(1..)?;
    }
    Some((time, starred, rest))
}

fn by_tabs<'a>(rest: &'a [u8], memory: &mut Memory) -> Option<Header<'a>> {
    // Name and id of the process; then the ends of the area and of the category, and the level.
    const WRITER: [usize; 3] = [0, 8, 16];
    const KIND: [usize; 3] = [11, 31, 62];
    let ([process, server, process_id, _], rest) = memory.parts(rest, WRITER, |rest| {
        let (column, rest) = column(rest)?;
        let (process, server, process_id) = process_parts(column);
        Some(([process, server, process_id, b""], rest))
    })?;
    let (thread, rest) = column(rest)?;
    let ([area, component, tag, level_word], rest) = memory.parts(rest, KIND, kind_columns)?;
    if level_word.is_empty() || !thread.first()?.is_ascii_digit() {
        return None;
    }
    let (message, correlation) = match memchr::memrchr(b'\t', rest) {
        Some(tab) if is_correlation(rest.get(tab + 1..)?) => {
            (rest.get(..tab)?, rest.get(tab + 1..)?.trim_ascii())
        }
        _ => (rest, &b""[..]),
    };
    Some(Header {
        process,
        process_id,
        thread,
        server,
        area,
        component,
        tag,
        level: level_word,
        message: message.trim_ascii_end(),
        correlation,
        ..Header::default()
    })
}

/// Area, category, event id and level.
fn kind_columns(rest: &[u8]) -> Option<Parts<'_>> {
    let (area, rest) = column(rest)?;
    let (component, rest) = column(rest)?;
    let (tag, rest) = column(rest)?;
    let (level_word, rest) = column(rest)?;
    Some(([area, component, tag, level_word], rest))
}

/// The text of a column without its padding, and what follows its tab.
fn column(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let (inside, after) = rest.split_at_checked(memchr::memchr(b'\t', rest)?)?;
    Some((inside.trim_ascii(), after.get(1..)?))
}

/// Columns separated by runs of blanks, of which some have shrunk to a single one.
fn by_blanks(rest: &[u8]) -> Option<Header<'_>> {
    let close = memchr::memchr(b')', rest.get(..rest.len().min(160))?)?;
    let (process, server, process_id) = process_parts(rest.get(..=close)?.trim_ascii());
    if process_id.is_empty() {
        return None;
    }
    let rest = rest.get(close + 1..)?.trim_ascii_start();
    let thread = word(rest);
    if !thread.starts_with(b"0x") {
        return None;
    }
    let rest = rest.get(thread.len()..)?;
    let (columns, tag, level_word, message) = around_level(rest)?;
    let (area, component) = area_and_category(columns.trim_ascii());
    let (message, correlation) = without_correlation(message.trim_ascii());
    Some(Header {
        process,
        process_id,
        thread,
        server,
        area,
        component,
        tag,
        level: level_word,
        message,
        correlation,
        ..Header::default()
    })
}

/// A message and its correlation id, where no tab parts them: an id at its end that the words before do not announce.
fn without_correlation(message: &[u8]) -> (&[u8], &[u8]) {
    const LENGTH: usize = 36;
    let parts = message.len().checked_sub(LENGTH).and_then(|at| message.split_at_checked(at));
    let Some((before, id)) = parts.filter(|(before, id)| before.ends_with(b" ") && is_correlation(id)) else {
        return (message, b"");
    };
    let before = before.trim_ascii_end();
    let last = before.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    let announces = last.eq_ignore_ascii_case(b"id") || last.ends_with(b"=") || last.ends_with(b":");
    if announces { (message, b"") } else { (before, id) }
}

/// Area and category, event id, level, message.
type AroundLevel<'a> = (&'a [u8], &'a [u8], &'a [u8], &'a [u8]);

/// Finds the level word among the first words; the word before it is the event id.
fn around_level(text: &[u8]) -> Option<AroundLevel<'_>> {
    const LONGEST: usize = 200;
    let mut position = 0;
    let mut previous = 0..0;
    while position < text.len().min(LONGEST) {
        let rest = text.get(position..)?;
        let skipped = rest.iter().take_while(|byte| **byte == b' ').count();
        let start = position + skipped;
        let token = word(text.get(start..)?);
        if token.is_empty() {
            return None;
        }
        let end = start + token.len();
        if !previous.is_empty() && level::known(token).is_some() && token.len() > 2 {
            return Some((text.get(..previous.start)?, text.get(previous)?, token, text.get(end..)?));
        }
        previous = start..end;
        position = end;
    }
    None
}

fn area_and_category(columns: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memmem::find(columns, b"  ") {
        Some(gap) => {
            let (area, category) = columns.split_at(gap);
            (area, category.trim_ascii())
        }
        // One blank is all that is left between the two. Only the upgrade area can be told apart.
        None => match columns.strip_prefix(UPGRADE_AREA) {
            Some(category) => (UPGRADE_AREA, category.trim_ascii()),
            None => (columns, b""),
        },
    }
}

/// `w3wp.exe (0x2CC8)`, or `w3wp.exe (SPWFE01:0x51FC)` as Merge-SPLogFile writes it.
fn process_parts(column: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let Some(open) = memchr::memrchr(b'(', column) else {
        return (column, b"", b"");
    };
    let (name, parenthesis) = column.split_at(open);
    let inside = parenthesis.trim_ascii_end();
    let inside = inside.strip_prefix(b"(").unwrap_or(inside);
    let inside = inside.strip_suffix(b")").unwrap_or(inside);
    match memchr::memrchr(b':', inside) {
        Some(colon) => {
            let (server, id) = inside.split_at(colon);
            (name.trim_ascii(), server.trim_ascii(), id.get(1..).unwrap_or(b""))
        }
        None => (name.trim_ascii(), b"", inside),
    }
}

fn word(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

/// The last column: empty, blank, or a GUID.
fn is_correlation(text: &[u8]) -> bool {
    // Nearly every record has the blank.
    text == b" "
        || match text.trim_ascii() {
            b"" => true,
            // All bytes, without a stop at the first that is something else: so there is nothing to guess.
            id => {
                let wrong = id.iter().fold(false, |wrong, byte| wrong | NOT_OF_A_GUID[usize::from(*byte)]);
                id.len() == 36 && !wrong
            }
        }
}

/// Bytes that stand in no GUID.
const NOT_OF_A_GUID: [bool; 256] = {
    let mut not = [true; 256];
    let those = b"0123456789abcdefABCDEF-";
    let mut next = 0;
    while next < those.len() {
        not[those[next] as usize] = false;
        next += 1;
    }
    not
};
