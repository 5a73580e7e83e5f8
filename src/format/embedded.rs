//! Upgrade lines inside ULS: category `Upgrade`, the whole upgrade line as message.
//!
//! 2010 embeds the bracketed line as it is; 2013 and later embed the column line with its tabs turned into
//! single blanks. Rules must see the inner record, and the same event in both logs must count once.

use super::{Header, bracketed, uls};

/// The upgrade record that a ULS message holds, if it holds one.
pub fn upgrade_line(message: &[u8]) -> Option<Header<'_>> {
    match message.first()? {
        b'[' => bracketed::header(message),
        first if first.is_ascii_digit() => columns_as_blanks(message),
        _ => None,
    }
}

/// `10/27/2015 17:41:24.96 powershell (0x10C8) 0x1104 SharePoint Foundation Upgrade SPHierarchyManager ajyw6
/// DEBUG [SPTree …] added … 06052868-…`: single blanks between the columns, the correlation id at the end.
fn columns_as_blanks(message: &[u8]) -> Option<Header<'_>> {
    let mut words = Words { rest: message };
    let date = words.next_word()?;
    let clock = words.next_word()?;
    let time = message.get(..date.len() + 1 + clock.len())?;
    if date.len() != 10 || clock.get(2) != Some(&b':') {
        return None;
    }
    let process = words.next_word()?;
    let process_id = words.next_word()?.strip_prefix(b"(")?.strip_suffix(b")")?;
    let thread = words.next_word()?;
    if !thread.starts_with(b"0x") {
        return None;
    }
    words.rest = words.rest.trim_ascii_start().strip_prefix(uls::UPGRADE_AREA)?.strip_prefix(b" ")?;
    let component = words.next_word()?;
    let tag = words.next_word()?;
    let level_word = words.next_word()?;
    // Upgrade logs know these four. In a line that was cut, `TCP error code` may stand where the level should.
    if !matches!(level_word, b"DEBUG" | b"INFO" | b"WARNING" | b"ERROR") {
        return None;
    }
    let (message, correlation) = split_correlation(words.rest.strip_prefix(b" ").unwrap_or(words.rest));
    Some(Header {
        time,
        process,
        process_id,
        thread,
        area: uls::UPGRADE_AREA,
        component,
        tag,
        level: level_word,
        message: message.trim_ascii_end(),
        correlation,
        ..Header::default()
    })
}

fn split_correlation(text: &[u8]) -> (&[u8], &[u8]) {
    let text = text.trim_ascii_end();
    let Some(start) = text.len().checked_sub(37) else { return (text, b"") };
    match text.split_at_checked(start) {
        Some((message, [b' ', id @ ..])) if crate::model::site::SiteId::parse(id).is_some() => (message, id),
        _ => (text, b""),
    }
}

struct Words<'a> {
    rest: &'a [u8],
}

impl<'a> Words<'a> {
    fn next_word(&mut self) -> Option<&'a [u8]> {
        let text = self.rest.trim_ascii_start();
        let end = memchr::memchr(b' ', text).unwrap_or(text.len());
        let (word, rest) = text.split_at_checked(end)?;
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::upgrade_line;

    #[test]
    fn a_column_ends_where_a_blank_stands() {
        let line = |rest: &str| {
            format!("10/27/2015 17:41:24.96 powershell (0x10C8) 0x1104 SharePoint Foundation Upgrade{rest}")
        };
        let parsed = line(" SPHierarchyManager ajyw6 DEBUG [SPTree Value=SPSite] added");
        let header = upgrade_line(parsed.as_bytes()).unwrap();
        assert_eq!(
            (header.component, header.message),
            (&b"SPHierarchyManager"[..], &b"[SPTree Value=SPSite] added"[..])
        );
        // Two records that a lost part has run together.
        for rest in ["http://sps01:32843/a.svc. TCP error code 10061", " a.svc. TCP error code 10061"] {
            assert_eq!(upgrade_line(line(rest).as_bytes()), None);
        }
    }
}
