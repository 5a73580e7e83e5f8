//! The records of a piece of log text, as the rules see them: for the examples of rules, and for error texts
//! that people paste.

use super::cut::segment::{Segment, scan, scan_text};
use super::join;
use super::record::console;
use super::record::lane::Closed;
use super::rules::engine::Engine;
use super::scanner::Scanner;
use super::source::SourceFacts;
use crate::catalogue::check::Decoded;
use crate::format::pasted::Pasted;
use crate::model::kind::{Level, LogFamily, LogKind};
use crate::text::charset::text_of_line;

/// Decodes text of a kind, named as in rule files. Exports have no prefix: the text is one error.
pub fn records(engine: &Engine, kind: &str, text: &str) -> Vec<Decoded> {
    match LogKind::from_name(kind).unwrap_or(LogKind::Unknown) {
        LogKind::Export | LogKind::Unknown => text_alone(text),
        kind => decode(engine, kind, text.as_bytes()),
    }
}

/// Decodes pasted text: as the log it looks like, and else as a bare error that any log may have held.
pub fn pasted(engine: &Engine, text: &str) -> Vec<Decoded> {
    let whole = Pasted::recognise("", text.as_bytes());
    let parts = whole.1.parts(whole.0, &[text.as_bytes()]);
    if parts.is_empty() {
        return of_one_log(engine, whole, text);
    }
    let logs = parts.into_iter().map(|part| Pasted::recognise_part("", [text.as_bytes(), b""], part));
    logs.flat_map(|log| of_one_log(engine, log, text)).collect()
}

fn of_one_log(engine: &Engine, (kind, pasted): (LogKind, Pasted), text: &str) -> Vec<Decoded> {
    match kind {
        LogKind::Unknown => text_alone(text),
        LogKind::Console if pasted.part().is_none() => text_alone(text),
        LogKind::Console => text_alone(&String::from_utf8_lossy(&pasted.undone(text.as_bytes()))),
        kind => decode(engine, kind, &pasted.undone(text.as_bytes())),
    }
}

/// The text as a record of every family, at error level: as it stands, and as it was before a window wrapped it.
fn text_alone(text: &str) -> Vec<Decoded> {
    let texts = console::unfolded(text.trim().as_bytes());
    let record = |family, text: &[u8]| Decoded {
        family,
        level: Level::Error,
        message: text_of_line(text).into_owned(),
    };
    let families = LogFamily::ALL.into_iter();
    families.flat_map(|family| texts.iter().map(move |text| record(family, text))).collect()
}

/// Whether a rule knows something in a text, read as what a console showed.
pub fn is_known(engine: &Engine, text: &[u8]) -> bool {
    let facts = facts(LogKind::Console);
    let tally = join::complete(engine, &facts, scan_text(Scanner::new(engine, &facts, true), text));
    tally.hits.keys().any(|(rule, _)| engine.explains(*rule))
}

fn decode(engine: &Engine, kind: LogKind, mut text: &[u8]) -> Vec<Decoded> {
    let facts = facts(kind);
    let scanner = Scanner::new(engine, &facts, true).listening();
    let (stretch, _) = scan(scanner, Segment::WHOLE, &mut text);
    join::complete_listening(engine, &facts, stretch)
}

/// A source that is nothing but its text.
fn facts(kind: LogKind) -> SourceFacts {
    SourceFacts { kind, ..SourceFacts::default() }
}

/// A closed record, for whoever listens.
pub(super) fn decoded(open: &Closed<'_>) -> Decoded {
    Decoded { family: open.family, level: open.level, message: text_of_line(open.text).into_owned() }
}
