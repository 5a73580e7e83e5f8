//! Upgrade logs of 2007 and 2010: `[PROCESS] [COMPONENT] [LEVEL] [TIME]: message`, without process in 2007.

use super::memory::{Memory, Parts};
use super::stencil::Stencil;
use super::{Format, Header};

/// Reader of bracketed upgrade logs. Both shapes are read under either kind: an appended log may hold both.
#[derive(Debug)]
pub struct Bracketed;

impl Format for Bracketed {
    fn header<'a>(&self, line: &'a [u8]) -> Option<Header<'a>> {
        header(line)
    }

    fn header_after<'a>(&self, line: &'a [u8], memory: &mut Memory) -> Option<Header<'a>> {
        usual(line, memory).or_else(|| header(line))
    }

    fn trace(&self, header: &Header<'_>, stencil: &mut Stencil) {
        if header.process.is_empty() || header.time.is_empty() {
            stencil.clear();
        } else {
            stencil.trace(header.process, header.time);
        }
    }
}

/// A header as SharePoint of 2010 writes it; what [`header`] would read, or `None` where only it can tell.
fn usual<'a>(line: &'a [u8], memory: &mut Memory) -> Option<Header<'a>> {
    // Component and level, behind a name of eight letters like PSCONFIG or OWSTIMER.
    const CLUES: [usize; 3] = [12, 24, 36];
    let ([process, component, level, _], rest) = memory.parts(line, CLUES, before_time)?;
    let (time, rest) = bracket(rest)?;
    let message = rest.strip_prefix(b": ")?;
    has_digit(time).then_some(Header { time, process, component, level, message, ..Header::default() })
}

/// `[PROCESS] [COMPONENT] [LEVEL] `, with the blanks and levels that SharePoint writes.
fn before_time(line: &[u8]) -> Option<Parts<'_>> {
    let (process, rest) = bracket(line)?;
    let (component, rest) = bracket(rest.strip_prefix(b" ")?)?;
    let (level, rest) = bracket(rest.strip_prefix(b" ")?)?;
    let rest = rest.strip_prefix(b" ")?;
    matches!(level, b"DEBUG" | b"INFO" | b"WARNING" | b"ERROR")
        .then_some(([process, component, level, b""], rest))
}

/// The header of a bracketed line. Blanks between the brackets may be missing, as in pasted lines, and so
/// may the time, as in anonymised ones: then the third bracket holds a level, not a time.
pub fn header(line: &[u8]) -> Option<Header<'_>> {
    let mut rest = line.trim_ascii_start();
    if rest.first() != Some(&b'[') {
        return None;
    }
    let mut groups: [&[u8]; 4] = [b""; 4];
    let mut count = 0;
    while let Some(group) = groups.get_mut(count) {
        let Some((inside, after)) = bracket(rest) else { break };
        *group = inside;
        count += 1;
        rest = after.trim_ascii_start();
    }
    let message = rest.strip_prefix(b":")?;
    let message = message.strip_prefix(b" ").unwrap_or(message);
    let [first, second, third, fourth] = groups;
    match count {
        4 if is_word(third) && has_digit(fourth) => Some(Header {
            process: first,
            component: second,
            level: third,
            time: fourth,
            message,
            ..Header::default()
        }),
        3 if is_word(second) && has_digit(third) => {
            Some(Header { component: first, level: second, time: third, message, ..Header::default() })
        }
        3 if super::level::known(third).is_some() => {
            Some(Header { process: first, component: second, level: third, message, ..Header::default() })
        }
        _ => None,
    }
}

/// `[inside]rest`; the inside is short, not empty, and has no bracket of its own.
fn bracket(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (inside, rest) = component(text.strip_prefix(b"[")?)?;
    Some((inside, rest.get(1..)?))
}

/// The same behind the bracket that opens; the rest begins with the one that closes.
pub(super) fn component(inner: &[u8]) -> Option<(&[u8], &[u8])> {
    // Class names, levels and times are short; a bracket that does not close soon is message text.
    const LONGEST: usize = 120;
    let window = inner.get(..inner.len().min(LONGEST))?;
    let (inside, rest) = inner.split_at_checked(memchr::memchr2(b'[', b']', window)?)?;
    (!inside.is_empty() && rest.first() == Some(&b']')).then_some((inside, rest))
}

/// Letters only, of any script: level words may be localised.
fn is_word(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)
}

fn has_digit(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_digit)
}
