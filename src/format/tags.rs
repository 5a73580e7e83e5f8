//! What markup is glued to the lines of a copy: `<pre>` before the first record, `<p>` or `**` around each, `<br />` or `\`
//! behind each.

use super::console;
use super::pasted::{is_blank, opens};
use crate::text::lines::lines;

/// Bytes of a head that are looked at: markup stands around the first record, or around each.
const SEEN: usize = 8 * 1024;

/// Elements of HTML that pages put around text.
const ELEMENTS: [&[u8]; 14] = [
    b"pre",
    b"code",
    b"samp",
    b"tt",
    b"p",
    b"div",
    b"span",
    b"li",
    b"td",
    b"tr",
    b"br",
    b"blockquote",
    b"font",
    b"strong",
];

/// What forums and wikis have in place of them: how it begins, and how it ends.
const MARKS: [(&[u8], &[u8]); 7] = [
    (b"[code", b"]"),
    (b"[quote", b"]"),
    (b"[/code", b"]"),
    (b"[/quote", b"]"),
    (b"{noformat", b"}"),
    (b"{code", b"}"),
    (b"**", b""),
];

/// What may be gone from the lines of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tags {
    /// Tags before some lines, and behind some.
    Around,
    /// A line end of HTML or Markdown behind each line.
    Behind,
}

impl Tags {
    /// Those of a head, if markup is glued to its records.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let seen = head.get(..SEEN).unwrap_or(head);
        let holds_a_record = |line: &[u8]| {
            let inside = opened(line);
            let is_tagged = inside.len() < line.trim_ascii_start().len();
            is_tagged && (opens(inside) || console::tells(inside.trim_ascii_start()))
        };
        if lines(seen).any(holds_a_record) {
            return Some(Self::Around);
        }
        let mut ends = lines(seen)
            .filter(|line| !is_blank(line))
            .map(|line| ended(line).len() < line.trim_ascii_end().len());
        // The last line that is seen may be cut, and the last of a text ends without.
        if !(ends.next()? && ends.next()?) {
            return None;
        }
        let rest: Vec<bool> = ends.collect();
        let (_, before) = rest.split_last()?;
        before.iter().all(|ends| *ends).then_some(Self::Behind)
    }

    /// A line without them.
    pub(super) fn gone(self, line: &[u8]) -> &[u8] {
        let inside = match self {
            Self::Around => opened(line),
            Self::Behind => line,
        };
        // What has no tag keeps its blanks.
        if inside.len() == line.trim_ascii_start().len() { ended(line) } else { ended(inside) }
    }
}

/// A line behind the tags before it; blanks between them and the text stay.
fn opened(line: &[u8]) -> &[u8] {
    let mut rest = line.trim_ascii_start();
    while let Some(behind) = behind_tag(rest) {
        rest = behind;
    }
    rest
}

fn behind_tag(text: &[u8]) -> Option<&[u8]> {
    if !text.first().is_some_and(|first| b"<[{*".contains(first)) {
        return None;
    }
    let mark = MARKS.iter().find_map(|(begin, end)| {
        let rest = text.strip_prefix(*begin)?;
        let end = end
            .first()
            .map_or(Some(0), |end| Some(memchr::memchr(*end, rest.get(..32).unwrap_or(rest))? + 1))?;
        rest.get(end..)
    });
    mark.or_else(|| {
        let rest = text.strip_prefix(b"<")?;
        let rest = rest.strip_prefix(b"/").unwrap_or(rest);
        let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let (name, rest) = rest.split_at_checked(name)?;
        let is_known = ELEMENTS.iter().any(|element| element.eq_ignore_ascii_case(name));
        let end = memchr::memchr(b'>', rest).filter(|_| is_known)?;
        rest.get(end + 1..)
    })
}

/// A line before the tags and line ends of markup behind it.
fn ended(line: &[u8]) -> &[u8] {
    let mut rest = line;
    while let Some(before) = before_tag(rest.trim_ascii_end()) {
        rest = before;
    }
    rest
}

fn before_tag(text: &[u8]) -> Option<&[u8]> {
    if let Some(before) = text.strip_suffix(b"\\").or_else(|| text.strip_suffix(b"**")) {
        return Some(before);
    }
    let last = *text.last()?;
    let begin = match last {
        b'>' => memchr::memrchr(b'<', text)?,
        b']' => memchr::memrchr(b'[', text)?,
        b'}' => memchr::memrchr(b'{', text)?,
        _ => return None,
    };
    let (before, tag) = text.split_at_checked(begin)?;
    behind_tag(tag).filter(|behind| behind.is_empty()).map(|_| before)
}

#[cfg(test)]
mod tests {
    use super::Tags;
    use proptest::prelude::*;

    const RECORD: &str = "03/14/2026 22:15:41  1  ERR          Gone";

    #[test]
    fn tags_glued_to_records_are_gone() {
        for (line, expected) in [
            (format!("<pre class=\"log\"><code>{RECORD}"), RECORD),
            (format!("<p>   {RECORD}</p>"), "   03/14/2026 22:15:41  1  ERR          Gone"),
            (format!("[code]{RECORD}[/code]"), RECORD),
            (format!("{{noformat}}{RECORD}{{noformat}}"), RECORD),
            (format!("**{RECORD}**"), RECORD),
        ] {
            let tags = Tags::of(line.as_bytes()).unwrap();
            assert_eq!(std::str::from_utf8(tags.gone(line.as_bytes())).unwrap(), expected);
            // Other lines of the same text have none.
            assert_eq!(tags.gone(b"   at X.Y(List<T> z)"), b"   at X.Y(List<T> z)");
        }
        assert_eq!(Tags::of(RECORD.as_bytes()), None);
        assert_eq!(Tags::of(b"<p>Nothing here is a record</p>"), None);
    }

    #[test]
    fn line_ends_of_markup_are_gone() {
        for end in ["<br />", "<br>", "\\"] {
            let text = format!("{RECORD}{end}\n   at X{end}\n{RECORD}{end}\n{RECORD}");
            let tags = Tags::of(text.as_bytes()).unwrap();
            assert_eq!(tags.gone(format!("   at X{end}").as_bytes()), b"   at X");
        }
        assert_eq!(Tags::of(b"C:\\a\\\nText\nC:\\b\\\n"), None);
    }

    proptest! {
        #[test]
        fn what_is_left_is_a_piece_of_the_line(line in "[<>/a-d\\[\\]{}*\\\\ prebcodnfmt]{0,40}") {
            for tags in [Tags::Around, Tags::Behind] {
                let left = String::from_utf8(tags.gone(line.as_bytes()).to_vec()).unwrap();
                prop_assert!(line.contains(&left));
            }
        }
    }
}
