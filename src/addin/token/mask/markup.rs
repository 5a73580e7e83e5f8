//! Tags of pages and mails in captured text: what a reader of the page sees goes through them.

use super::start_of_end;

/// Stands for a tag around code, which is a quote to a reader.
pub(super) const CODE: char = '\u{e000}';

/// Most bytes of a tag.
const LONGEST: usize = 400;

/// Tags that a reader does not see.
const INLINE: &str = "\
    wbr a abbr b bdi bdo big cite em font i ins label mark nobr small span strike strong sub sup u del s var";
/// Tags whose text is set apart as quoted text is.
const QUOTING: &str = "code kbd pre q samp tt";
/// Tags that begin or end a line.
const BLOCKS: &str = "\
    address article aside blockquote body caption center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 \
    head header br hr img html legend li main nav ol option p section select table tbody td tfoot th thead title tr ul";

/// A tag at the beginning of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Tag<'t> {
    /// Without the prefix of a namespace.
    pub(super) name: &'t str,
    pub(super) attributes: &'t str,
    pub(super) is_end: bool,
    /// With its brackets.
    pub(super) length: usize,
}

/// The tag that a text begins with.
pub(super) fn tag(text: &str) -> Option<Tag<'_>> {
    let inside = text.strip_prefix('<')?;
    let bytes = inside.as_bytes();
    let end = bytes.iter().take(LONGEST).position(|byte| matches!(byte, b'<' | b'>'))?;
    let inside = inside.get(..end).filter(|_| bytes.get(end) == Some(&b'>'))?;
    let is_end = inside.starts_with('/');
    let named = inside.trim_start_matches('/');
    let length = named
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, ':' | '-' | '_' | '.')))
        .unwrap_or(named.len());
    let (name, attributes) = named.split_at(length);
    let name = name.rsplit(':').next().unwrap_or_default();
    let begins = named.starts_with(char::is_alphabetic) && name.starts_with(char::is_alphabetic);
    let parted = attributes.is_empty() || attributes.starts_with(|c: char| c.is_whitespace() || c == '/');
    (begins && parted).then_some(Tag { name, attributes, is_end, length: end + 2 })
}

impl Tag<'_> {
    /// What a reader sees of the tag; `None` for one that pages do not have.
    pub(super) fn seen(&self) -> Option<&'static str> {
        if self.is(INLINE) {
            Some("")
        } else if self.is(QUOTING) {
            Some("\u{e000}")
        } else {
            self.is(BLOCKS).then_some("\n")
        }
    }

    /// Its name is one of these.
    pub(super) fn is(&self, names: &str) -> bool {
        names.split_ascii_whitespace().any(|name| name.eq_ignore_ascii_case(self.name))
    }
}

/// Where the first tag begins that a reader sees nothing of, but for what it sets apart.
pub(super) fn first_tag(word: &str) -> Option<usize> {
    word.match_indices('<').map(|(at, _)| at).find(|at| is_tag(word, *at))
}

/// Where the first of these tags begins that a word does not go through: to a reader one in italics goes on, and so does
/// a secret that only looks as if it had such a tag in it.
pub(super) fn first_parting_tag(word: &str) -> Option<usize> {
    let parts = |at: &usize| is_tag(word, *at) && tag_within(word, *at).is_none();
    word.match_indices('<').map(|(at, _)| at).find(parts)
}

/// How long the tag is at this place, if it is not seen, or as short as a secret may hold by chance, and the word goes on
/// behind it.
pub(super) fn tag_within(text: &str, at: usize) -> Option<usize> {
    let from = text.get(at..)?;
    let tag = tag(from).filter(|tag| tag.seen() == Some("") || tag.length == "<p>".len())?;
    let mut behind = from.get(tag.length..)?.chars().take_while(|c| !c.is_whitespace() && *c != '<');
    behind.any(char::is_alphanumeric).then_some(tag.length)
}

/// A tag of a page begins at this place.
pub(super) fn is_tag(text: &str, at: usize) -> bool {
    text.get(at..).and_then(tag).is_some_and(|tag| tag.seen().is_some())
}

/// Text as it is shown, and as a reader of the page sees it: names and values are looked for in the latter.
#[derive(Default)]
pub(super) struct Page {
    pub(super) out: String,
    pub(super) seen: String,
}

impl Page {
    /// The end of what was written: what stands further away names nothing that follows.
    pub(super) fn near(&self) -> &str {
        const NEAR: usize = 4096;
        self.seen.get(start_of_end(&self.seen, NEAR)..).unwrap_or_default()
    }

    pub(super) fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.seen.push_str(text);
    }

    /// Adds a tag whose bracket was added before.
    pub(super) fn push_tag(&mut self, shown: &str, seen: &str) {
        self.out.push_str(shown);
        self.seen.pop();
        self.seen.push_str(seen);
    }
}

#[cfg(test)]
mod tests {
    use super::{first_tag, tag};

    #[test]
    fn tags_are_told_from_signs() {
        let found = tag("<m:Key class=\"a\">x").map(|tag| (tag.name, tag.is_end, tag.length));
        assert_eq!(found, Some(("Key", false, 17)));
        assert_eq!(tag("</td>").and_then(|tag| tag.seen()), Some("\n"));
        assert_eq!(tag("<CODE>").and_then(|tag| tag.seen()), Some("\u{e000}"));
        for text in ["<", "<>", "< a>", "<3>", "<a<b>", "a", "</>", "<a=1>"] {
            assert_eq!(tag(text), None, "{text}");
        }
        assert_eq!(first_tag("a<x>b<b>c"), Some(5));
    }
}
