//! What mail, a forum, a browser or a search made of a copy of a log, undone: lines quoted, numbered, indented or wrapped,
//! letters escaped, blanks that became hard ones, and single lines behind the name of their log.
//!
//! It is decided for a whole file from its head, before any split, and such a file is read from its start. So all that
//! scans a log knows nothing of it. A line keeps its number: where lines are put together, empty ones follow.

use std::borrow::Cow;

use super::exported::Exported;
use super::markdown::Markdown;
use super::quoted::{cut, unnumbered, unquoted};
use super::recognise::recognise;
use super::searched::{Search, shows};
use super::several::{self, Form};
use super::tags::Tags;
use super::wrapped::Wrap;
use super::{
    announcing, blocks, broken, console, format_of, hard_blanks, joined, marked, psc_diagnostics, returns,
    uls,
};
use crate::model::kind::{LogFamily, LogKind};
use crate::text::entity;
use crate::text::lines::lines;

/// How many lines of the head are looked at.
const LINES: usize = 400;

/// What was done to a copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each may have been done without the others")]
pub struct Pasted {
    /// Lines end in a carriage return alone.
    returns: bool,
    /// Records stand as lists or between delimiters.
    exported: Option<Exported>,
    /// Markup is glued to lines.
    tags: Option<Tags>,
    /// Letters stand as references of HTML.
    references: bool,
    /// Letters stand behind backslashes, as in Markdown.
    markdown: Option<Markdown>,
    /// Each line begins with `>`, as in the answer to a mail.
    quoted: bool,
    /// Each line begins with its number.
    numbered: bool,
    /// Each record stands behind the mark of a list, a table or a comment.
    marked: bool,
    /// Each line ends in bars.
    bars: bool,
    /// Blanks before each line.
    margin: usize,
    /// Blanks before each line of what a console says, under sentences that have none.
    block: usize,
    /// Blanks stand as U+00A0.
    hard_blanks: bool,
    /// Records of ULS lost their times.
    untimed: bool,
    /// Several records stand in one line.
    joined: bool,
    /// What a failed job says stands below the sentence that announces it.
    announced: bool,
    /// Errors of a console stand in several lines.
    broken: bool,
    /// The exception at the beginning lost the line that it belongs to.
    orphaned: bool,
    /// Lines were wrapped.
    wrap: Option<Wrap>,
    /// It is what a search found.
    search: Option<Search>,
    /// Logs of other forms stand in the same text; this one is meant.
    part: Option<Form>,
}

impl Pasted {
    /// The kind of a log by its head, and what was done to it if it is a copy.
    pub fn recognise(file_name: &str, head: &[u8]) -> (LogKind, Self) {
        if returns::end_lines(head) {
            let (kind, pasted) = Self::recognise(file_name, &returns::as_line_ends(head));
            return (kind, Self { returns: true, ..pasted });
        }
        if let Some(exported) = Exported::of(head) {
            let head = exported.undone(head);
            let (kind, pasted) = Self::around(file_name, &head);
            let (kind, pasted) = pasted.as_kind(kind, &head);
            return (kind, Self { exported: Some(exported), ..pasted });
        }
        let (kind, pasted) = Self::around(file_name, head);
        pasted.as_kind(kind, head)
    }

    /// The same for the part of one form, of which the head or the end of the text has something.
    pub fn recognise_part(file_name: &str, [head, tail]: [&[u8]; 2], part: Form) -> (LogKind, Self) {
        let pasted = Self { part: Some(part), joined: false, ..Self::recognise(file_name, head).1 };
        // Where the others stood are empty lines, of which there may be more than are looked at.
        let kind_in = |text: &[u8]| recognise(file_name, several::begun(&pasted.undone(text)));
        let kind = match part {
            Form::Console => Some(LogKind::Console),
            _ => [head, tail].into_iter().map(kind_in).find(|kind| *kind != LogKind::Unknown),
        };
        pasted.as_kind(kind.unwrap_or(LogKind::Unknown), head)
    }

    /// The forms of the logs that stand in a text, if there are several; of its samples this is known.
    pub fn parts(self, kind: LogKind, samples: &[&[u8]]) -> Vec<Form> {
        if matches!(kind.family(), LogFamily::Console | LogFamily::Export) || self.is_filtered() {
            return Vec::new();
        }
        let forms = if self.is_none() {
            several::forms(samples)
        } else {
            several::forms(&samples.iter().map(|sample| self.undone(sample)).collect::<Vec<_>>())
        };
        if forms.len() > 1 { forms } else { Vec::new() }
    }

    /// What only logs of a kind may have become.
    fn as_kind(self, kind: LogKind, head: &[u8]) -> (LogKind, Self) {
        match kind {
            LogKind::PscDiagnostics => (kind, Self { joined: joined::are(kind, &self.undone(head)), ..self }),
            LogKind::Console => (kind, self.of_text(head)),
            _ => (kind, self),
        }
    }

    /// The kind of a log, and what was done to its lines.
    fn around(file_name: &str, head: &[u8]) -> (LogKind, Self) {
        let kind = recognise(file_name, head);
        // Blanks before a record do not keep it from being read, but hide what goes on below it.
        let begins = has_records(kind, head) && !head.first().is_some_and(u8::is_ascii_whitespace);
        let is_plain = || {
            let adorned = marked::ends_in_bars(head) || is_escaped(head) || Tags::of(head).is_some();
            !adorned && Markdown::of(head).is_none()
        };
        if begins && is_plain() {
            return (kind, Self { wrap: Wrap::of_head(head), ..Self::default() });
        }
        let adorned = Self::adorned(head);
        let pasted = adorned.folded(kind, head);
        if pasted.is_none() {
            return (kind, pasted);
        }
        match recognise(file_name, &pasted.undone(head)) {
            LogKind::Unknown => (kind, Self::default()),
            // A console has its own ways to wrap.
            LogKind::Console => (LogKind::Console, adorned),
            kind => (kind, pasted),
        }
    }

    /// Nothing was done to it.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// The same, with how the lines of a head of this kind were wrapped or printed.
    fn folded(self, kind: LogKind, head: &[u8]) -> Self {
        let head = self.undone(head);
        let lines: Vec<&[u8]> = lines(&head).take(LINES).collect();
        let seen = lines.join(&b'\n');
        // In a window in which somebody searched, more may be told.
        let search =
            |text: &[u8]| Search::of(text).filter(|search| kind != LogKind::Console || search.fills(text));
        let found = search(&seen);
        if found.is_some_and(|search| search.folds(&seen)) {
            return Self { search: found, ..self };
        }
        let wrap = Wrap::of(&lines);
        Self { wrap, search: wrap.map_or(found, |wrap| search(&wrap.undone_of(&seen))), ..self }
    }

    /// Its form, if it stands in one text with logs of others.
    pub fn part(self) -> Option<Form> {
        self.part
    }

    /// It holds only the lines of logs that a search found: what does not stand in it may stand there.
    pub fn is_filtered(self) -> bool {
        self.search.is_some()
    }

    /// The width at which lines were wrapped, in characters.
    pub fn wrapped_at(self) -> Option<usize> {
        self.wrap.map(|wrap| wrap.width)
    }

    /// The same for a text that is no log with prefixed records: only what stands around its lines is undone.
    pub fn of_console(head: &[u8]) -> Self {
        if let Some(exported) = Exported::of(head) {
            let head = exported.undone(head);
            return Self { exported: Some(exported), ..Self::adorned(&head).of_text(&head) };
        }
        Self::adorned(head).of_text(head)
    }

    /// The same for a text in which a console speaks.
    fn of_text(self, head: &[u8]) -> Self {
        let block = blocks::margin(&self.undone(head));
        let text = Self { block, ..self }.undone(head);
        let first = lines(&text).find(|line| !is_blank(line));
        let orphaned = first.is_some_and(console::begins_inside);
        let (announced, broken) = (announcing::stands_apart(&text), broken::is_broken(&text));
        Self { block, announced, broken, orphaned, ..self }
    }

    fn adorned(head: &[u8]) -> Self {
        let Some(tags) = Tags::of(head) else { return Self::adorned_text(head) };
        let gone: Vec<&[u8]> = lines(head).map(|line| tags.gone(line)).collect();
        Self { tags: Some(tags), ..Self::adorned_text(&gone.join(&b'\n')) }
    }

    /// The same for lines without markup.
    fn adorned_text(head: &[u8]) -> Self {
        let references = is_escaped(head);
        let hard_blanks =
            hard_blanks::are_in(head) || (references && memchr::memmem::find(head, b"&nbsp;").is_some());
        let first = Self { references, hard_blanks, markdown: Markdown::of(head), ..Self::default() };
        let quoted = first.all(head, |line| unquoted(line).is_some())
            || first.leads(head, unquoted)
            || first.tells_behind(head, unquoted);
        let second = Self { quoted, ..first };
        let numbered = second.all(head, |line| unnumbered(line).is_some())
            || second.leads(head, unnumbered)
            || second.tells_behind(head, unnumbered);
        let third = Self { numbered, ..second };
        // A row of a table of what a search found begins with a quotation mark, too.
        let marked = (third.leads(head, marked::unmarked) && Search::of(&third.undone(head)).is_none())
            || third.tells_behind(head, marked::unmarked);
        let fourth = Self { marked, ..third };
        let bars = fourth.all(head, |line| marked::before_bars(line).len() < line.trim_ascii_end().len());
        let fifth = Self { bars, margin: fourth.margin_of(head), ..fourth };
        let untimed = lines(head).take(LINES).any(|line| uls::is_untimed(&fifth.line(line)));
        Self { untimed, ..fifth }
    }

    /// The text as it was before.
    pub fn undone(self, text: &[u8]) -> Vec<u8> {
        if self.returns {
            return Self { returns: false, ..self }.undone(&returns::as_line_ends(text));
        }
        if let Some(exported) = self.exported {
            return Self { exported: None, ..self }.undone(&exported.undone(text));
        }
        let lines = lines(text).map(|line| self.line(line));
        let text = match self.wrap {
            Some(wrap) => wrap.undone(lines),
            None => lines.collect::<Vec<_>>().join(&b'\n'),
        };
        let text = match self.search {
            Some(search) => search.undone(&text),
            None => text,
        };
        let text = match self.part {
            Some(form) => several::only(&text, form),
            None => text,
        };
        let text = if self.joined { joined::apart(&text) } else { text };
        let text = if self.block > 0 { blocks::outdented(&text, self.block) } else { text };
        let text = if self.announced { announcing::together(&text) } else { text };
        let text = if self.broken { broken::mended(&text) } else { text };
        if self.orphaned { console::adopted(text) } else { text }
    }

    /// Every line of the head, if there is one, has what is asked for; blank ones apart.
    fn all(self, head: &[u8], has: impl Fn(&[u8]) -> bool) -> bool {
        let mut found = false;
        lines(head).take(LINES).map(|line| self.line(line)).filter(|line| !is_blank(line)).all(|line| {
            found = has(&line);
            found
        }) && found
    }

    /// Whatever stands around them, the records of the head, if there is one, all stand behind what `cut` takes away.
    fn leads(self, head: &[u8], cut: impl Fn(&[u8]) -> Option<&[u8]>) -> bool {
        let mut found = false;
        lines(head).take(LINES).map(|line| self.line(line)).all(|line| {
            found |= cut(&line).is_some_and(|rest| opens(rest) || shows(rest) || uls::is_untimed(rest));
            !opens(&line)
        }) && found
    }

    /// What a console tells of a failure stands in the head, if it does, behind what `cut` takes away.
    fn tells_behind(self, head: &[u8], cut: impl Fn(&[u8]) -> Option<&[u8]>) -> bool {
        let mut found = false;
        lines(head).take(LINES).map(|line| self.line(line)).all(|line| {
            found |= cut(&line).is_some_and(|rest| console::tells(rest.trim_ascii_start()));
            !opens(&line) && !console::tells(&line)
        }) && found
    }

    /// Blanks before the first line, if nearly all lines have as many. What a window wrapped has none.
    fn margin_of(self, head: &[u8]) -> usize {
        let indents: Vec<usize> = lines(head)
            .take(LINES)
            .map(|line| self.line(line))
            .filter(|line| !is_blank(line))
            .map(|line| line.len() - line.trim_ascii_start().len())
            .collect();
        let first = indents.first().copied().unwrap_or(0);
        let margin = indents.iter().copied().filter(|indent| *indent > 0).min().unwrap_or(0).min(first);
        let indented = indents.iter().filter(|indent| **indent >= margin).count();
        if margin > 0 && indented * 4 >= indents.len() * 3 { margin } else { 0 }
    }

    /// A line without what stands before it.
    fn line(self, line: &[u8]) -> Cow<'_, [u8]> {
        let line = self.tags.map_or(line, |tags| tags.gone(line));
        let mut line = if self.references { unescaped(line) } else { Cow::Borrowed(line) };
        if let Some(markdown) = self.markdown {
            line = Cow::Owned(markdown.unescaped(&line).into_owned());
        }
        if self.hard_blanks {
            line = Cow::Owned(hard_blanks::soft(&line).into_owned());
        }
        if self.quoted {
            line = cut(line, unquoted);
        }
        if self.numbered {
            line = cut(line, unnumbered);
        }
        if self.marked
            && let Some(inside) = marked::inside(&line)
        {
            line = Cow::Owned(line.get(inside).unwrap_or_default().to_vec());
        }
        if self.bars {
            line = Cow::Owned(marked::before_bars(&line).to_vec());
        }
        if self.margin > 0 {
            line = cut(line, |line| {
                let indent = line.len() - line.trim_ascii_start().len();
                line.get(indent.min(self.margin)..)
            });
        }
        if self.untimed && uls::is_untimed(&line) {
            // An empty column, as a record has none that lost its time.
            line = Cow::Owned([b"\t", line.trim_ascii_start()].concat());
        }
        line
    }
}

/// A line that opens a record of any log with prefixes, or stands between such.
pub(super) fn opens(line: &[u8]) -> bool {
    [LogKind::Upgrade2010, LogKind::PscDiagnostics, LogKind::Uls]
        .into_iter()
        .any(|kind| format_of(kind).header(line).is_some())
        || psc_diagnostics::is_opening_line(line)
        || uls::is_column_header(line)
}

/// The head of a log shows a record of it. A console is one of lines: that proves nothing.
fn has_records(kind: LogKind, head: &[u8]) -> bool {
    let is_prefixed = !matches!(kind.family(), LogFamily::Console | LogFamily::Export);
    is_prefixed && lines(head).take(LINES).any(|line| format_of(kind).header(line).is_some())
}

/// A page escaped the letters that mean something in HTML: of at least one there are references, and no other.
fn is_escaped(head: &[u8]) -> bool {
    const LETTERS: [(&str, &str); 6] = [
        ("&#39;", "'"),
        ("&#039;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", "\u{a0}"),
    ];
    let holds = |text: &str| memchr::memmem::find(head, text.as_bytes()).is_some();
    // In markup references mean what they say there.
    memchr::memchr(b'&', head).is_some()
        && memchr::memchr(b'<', head).is_none()
        && LETTERS.iter().any(|(reference, letter)| holds(reference) && !holds(letter))
}

fn unescaped(line: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(line).map(entity::decode) {
        Ok(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
        _ => Cow::Borrowed(line),
    }
}

pub(super) fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}
