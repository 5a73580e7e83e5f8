//! The first look at an input: what it is, and everything that is decided about it before it is scanned.

use crate::command::exports::{self, Export};
use crate::command::guarded::guarded;
use crate::command::input::open::{self, Glance};
use crate::command::input::{Input, LeftOut};
use crate::format::log_name;
use crate::format::pasted::Pasted;
use crate::format::several::Form;
use crate::format::{format_of, recognise, uls};
use crate::inventory;
use crate::model::byte_limit::ByteLimit;
use crate::model::kind::{LogFamily, LogKind};
use crate::model::report::{FileReport, FileStatus};
use crate::scan::dates::{self, AtSight, DateDecision};
use crate::scan::decode;
use crate::scan::rules::engine::Engine;
use crate::scan::source::{Origin, SourceFacts};
use crate::text::clock::{DateOrder, Stamp, WrittenTime};
use crate::text::encoding;
use crate::text::lines::lines;
use crate::text::window::Window;

use super::Settings;
use super::copies::Beginning;
use super::unread;

/// An input after the first look.
pub(super) enum Looked {
    Log(Box<Log>),
    Export(FileReport, Box<Export>),
    LeftOut(FileReport, LeftOut),
}

/// A log, with everything that is decided before it is scanned.
pub(super) struct Log {
    pub(super) input: Input,
    pub(super) glance: Glance,
    pub(super) facts: SourceFacts,
    pub(super) dates: DateDecision,
    /// This was decided from the first date alone.
    pub(super) at_sight: Option<AtSight>,
    /// How its text begins, as a number.
    pub(super) beginning: Beginning,
    /// Times of the first and the last record, as far as head and tail show them.
    pub(super) span: Option<(Stamp, Stamp)>,
    /// What the tables in it tell of the farm.
    pub(super) told: Option<Export>,
    /// The forms of the other logs in the same text.
    pub(super) others: Vec<Form>,
    /// It is such another one.
    pub(super) further: bool,
    /// There are others, but the text is too long to be read once for each.
    pub(super) unparted: bool,
}

impl Log {
    /// Head and tail prove that no record lies in the window.
    pub(super) fn is_outside(&self, window: Window) -> bool {
        // Where day and month are in doubt nothing is proven.
        !self.dates.ambiguous && self.span.is_some_and(|(first, last)| window.excludes(first, last))
    }
}

/// What is looked at: an input, or of one that holds logs of several forms, those of one.
pub(super) struct Sight {
    pub(super) input: Input,
    /// `None` until it is known that there are several.
    pub(super) part: Option<Form>,
    /// Among all that is looked at.
    pub(super) rank: u32,
}

/// Looks at it.
pub(super) fn look(engine: &Engine, sight: Sight, settings: &Settings<'_>) -> Looked {
    let Sight { input, part, rank } = sight;
    or_told(input, |input| look_at(engine, Sight { input, part, rank }, settings))
}

/// What a look shows, or that it could not be taken to its end.
fn or_told(input: Input, look: impl FnOnce(Input) -> Looked) -> Looked {
    let again = input.clone();
    guarded(|| look(input)).unwrap_or_else(|fault| left_out(&again, None, fault, true))
}

fn look_at(engine: &Engine, sight: Sight, settings: &Settings<'_>) -> Looked {
    let Sight { input, part, rank } = sight;
    let mut glance = match open::glance(&input) {
        Ok(glance) => glance,
        Err(error) => return left_out(&input, None, format!("cannot be read: {error}"), true),
    };
    if let Some((reason, unreadable)) = unread::before_a_look(&input, &glance) {
        return left_out(&input, Some(&glance), reason, unreadable);
    }
    let found = Pasted::recognise(input.file_name(), &glance.head);
    let (forms, unparted) = if part.is_none() { forms(&input, &glance, found) } else { (Vec::new(), false) };
    let (kind, read) = match part.or(forms.first().copied()) {
        Some(part) => (undo_all_but(&input, &mut glance, part), None),
        None => recognise(engine, &input, &mut glance, found),
    };
    let told = match (kind, read) {
        (_, Some(exports::Reading::Whole)) => return export(&input, &glance, exports::BOUND),
        (LogKind::Unknown, Some(exports::Reading::Within)) => {
            return export(&input, &glance, exports::LOOSE_BOUND);
        }
        (_, Some(exports::Reading::Within)) => {
            let told = part_from_exports(&input, &mut glance, kind);
            if kind == LogKind::Console && glance.hides() && !is_heard(engine, &input, &glance.head) {
                return export(&input, &glance, exports::LOOSE_BOUND);
            }
            told
        }
        (_, None) => None,
    };
    if kind == LogKind::Unknown {
        let (reason, is_broken) = unread::why_unknown(&input, &glance);
        return left_out(&input, Some(&glance), reason, is_broken || glance.error.is_some());
    }
    // Where a scan follows at once it tells whether the first date spoke for all.
    let seen = match settings.date_order {
        None if !settings.asks_for_a_window() => {
            dates::at_sight(kind, input.file_name(), format_of(kind), &glance.samples())
        }
        _ => None,
    };
    let (dates, at_sight) = match seen {
        Some((dates, how)) => (dates, Some(how)),
        None => (decide(&input, &glance, kind, settings.date_order), None),
    };
    let facts = SourceFacts { index: rank, ..facts_of(&input, &glance, kind, dates.order) };
    let span = if settings.asks_for_a_window() { span(kind, dates.order, &glance) } else { None };
    let beginning = Beginning::of(&glance.head, glance.pasted.part());
    let others = forms.into_iter().skip(1).collect();
    let further = part.is_some();
    let log = Log { input, glance, facts, dates, at_sight, beginning, span, told, others, further, unparted };
    Looked::Log(Box::new(log))
}

/// Most bytes of a text with logs of several forms. Each of them is held in memory beside the text, and two threads may do so.
const LONGEST_OF_SEVERAL: u64 = 8 << 20;

/// The forms of the logs in one text, if there are several and it can be read once for each; whether it is too long for that.
fn forms(input: &Input, glance: &Glance, (kind, pasted): (LogKind, Pasted)) -> (Vec<Form>, bool) {
    let forms = if input.is_named_as_log() { Vec::new() } else { pasted.parts(kind, &glance.samples()) };
    let is_short = glance.size.map_or(glance.head.len() < open::HEAD, |size| size <= LONGEST_OF_SEVERAL);
    if is_short || forms.is_empty() { (forms, false) } else { (Vec::new(), true) }
}

/// The kind of the log of one form in a text; the others are gone from it.
fn undo_all_but(input: &Input, glance: &mut Glance, part: Form) -> LogKind {
    let (kind, pasted) = Pasted::recognise_part(input.file_name(), glance.samples(), part);
    glance.undo(pasted);
    kind
}

/// What an input is, and how it is read if it has an export in it. What was done to a copy is undone.
fn recognise(
    engine: &Engine,
    input: &Input,
    glance: &mut Glance,
    (kind, pasted): (LogKind, Pasted),
) -> (LogKind, Option<exports::Reading>) {
    // A log has lines that nothing else has: only what has none is asked whether it is an export.
    let read = match kind {
        LogKind::Unknown | LogKind::Console => exports::reading(input, &glance.head),
        // Somebody may have put beside it what a command said of the farm.
        _ if !input.is_named_as_log() && !input.is_quoting() => exports::beside_records(&glance.samples()),
        _ => None,
    };
    // A folder has notes, scripts and sources that quote what a console says.
    let is_quoted = kind == LogKind::Console && input.is_quoting();
    if is_quoted && read.is_none() {
        return (LogKind::Unknown, None);
    }
    if kind != LogKind::Unknown || read.is_some() {
        glance.undo(pasted);
        return (said_beside(engine, input, glance, (kind, read)), read);
    }
    let adorned = Pasted::of_console(&glance.head);
    if !adorned.is_none() {
        glance.undo(adorned);
        let read = exports::reading(input, &glance.head);
        if read.is_some() {
            return (said_beside(engine, input, glance, (kind, read)), read);
        }
    }
    let kind = if is_spoken(engine, input, &glance.head) { LogKind::Console } else { LogKind::Unknown };
    (kind, None)
}

/// What the exports in a log tell; their lines are hidden from it.
fn part_from_exports(input: &Input, glance: &mut Glance, kind: LogKind) -> Option<Export> {
    let (told, lines) = Export::in_transcript(input, kind == LogKind::Console)?;
    glance.hide(lines);
    Some(told)
}

/// Whether a console speaks in a text, by its form or by what the rules know.
fn is_heard(engine: &Engine, input: &Input, head: &[u8]) -> bool {
    Pasted::recognise(input.file_name(), head).0 != LogKind::Unknown || is_spoken(engine, input, head)
}

/// The kind of a text with an export in it: a console, if beside that psconfig or a cmdlet speaks.
fn said_beside(
    engine: &Engine,
    input: &Input,
    glance: &Glance,
    (kind, read): (LogKind, Option<exports::Reading>),
) -> LogKind {
    let may_speak = kind == LogKind::Unknown && read == Some(exports::Reading::Within);
    if may_speak && is_spoken(engine, input, inventory::beside(&glance.head).as_bytes()) {
        return LogKind::Console;
    }
    kind
}

/// A text that the user named and in which psconfig or a cmdlet speaks, even if it is no more than one message.
fn is_spoken(engine: &Engine, input: &Input, head: &[u8]) -> bool {
    input.named
        && !input.is_program()
        && !head.contains(&0)
        && (recognise::tells_of_failure(head) || decode::is_known(engine, head))
}

/// Everything that is decided about a log before it is scanned. `index` is given later.
pub(in crate::command) fn facts(
    input: &Input,
    glance: &Glance,
    kind: LogKind,
    told: Option<DateOrder>,
) -> (SourceFacts, DateDecision) {
    let dates = decide(input, glance, kind, told);
    (facts_of(input, glance, kind, dates.order), dates)
}

/// In which order the dates of a log are read.
pub(super) fn decide(input: &Input, glance: &Glance, kind: LogKind, told: Option<DateOrder>) -> DateDecision {
    match told {
        Some(order) => DateDecision::told(order),
        None => dates::decide(kind, input.file_name(), format_of(kind), &glance.samples()),
    }
}

fn facts_of(input: &Input, glance: &Glance, kind: LogKind, order: DateOrder) -> SourceFacts {
    SourceFacts {
        index: 0,
        path: input.path.clone(),
        // A search goes through the logs of several servers.
        server: input.server.clone().filter(|_| !glance.pasted.is_filtered()),
        kind,
        order,
        origin: origin(kind, input, glance),
        remember_events: false,
        window: Window::default(),
        is_cut: kind.family() == LogFamily::Upgrade && input.is_named_as_log() && glance.ends_within_a_line(),
    }
}

fn left_out(input: &Input, glance: Option<&Glance>, reason: String, unreadable: bool) -> Looked {
    let status = if unreadable { FileStatus::Unreadable } else { FileStatus::Skipped };
    let mut file = blank_report(input, LogKind::Unknown, status);
    file.encoding = glance.map_or("utf-8", |glance| glance.encoding.name(false));
    file.bytes = glance.and_then(|glance| glance.size).unwrap_or(0);
    file.reason = Some(reason.clone());
    Looked::LeftOut(file, LeftOut { path: input.path.clone(), reason, unreadable, missing: false })
}

pub(super) fn blank_report(input: &Input, kind: LogKind, status: FileStatus) -> FileReport {
    FileReport {
        path: input.path.clone(),
        kind,
        encoding: "utf-8",
        bytes: 0,
        records: 0,
        first: None,
        last: None,
        server: input.server.clone(),
        status,
        reason: None,
    }
}

/// An export among the logs is read as if it had been given by `--inventory`.
fn export(input: &Input, glance: &Glance, most: ByteLimit) -> Looked {
    let bytes = match open::whole(input, most) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let reason = format!("looks like an export, but is larger than {most}");
            return left_out(input, Some(glance), reason, false);
        }
        Err(error) => return left_out(input, Some(glance), format!("cannot be read: {error}"), true),
    };
    let copied = (!glance.pasted.is_none()).then(|| glance.pasted.undone(&bytes));
    let export = Export::found(input, copied.as_ref().unwrap_or(&bytes));
    let mut file = blank_report(input, LogKind::Export, FileStatus::Analysed);
    file.bytes = bytes.len() as u64;
    file.encoding = encoding::name_of(&bytes);
    Looked::Export(file, Box::new(export))
}

/// Which of several logs with the same story this one is.
fn origin(kind: LogKind, input: &Input, glance: &Glance) -> Origin {
    match kind.family() {
        LogFamily::Uls if glance.pasted.is_filtered() => Origin::MergedUls,
        LogFamily::Upgrade | LogFamily::PscDiagnostics if glance.pasted.is_filtered() => Origin::Extract,
        LogFamily::Uls => {
            let mut headers = lines(&glance.head).filter_map(uls::header).take(50);
            if headers.any(|header| !header.server.is_empty()) { Origin::MergedUls } else { Origin::Uls }
        }
        LogFamily::Upgrade => {
            if log_name::is_of_errors(input.file_name()) {
                Origin::Extract
            } else {
                Origin::Original
            }
        }
        _ => Origin::Original,
    }
}

/// Times of the first and the last record; `None` where the end of a long log cannot be seen.
fn span(kind: LogKind, order: DateOrder, glance: &Glance) -> Option<(Stamp, Stamp)> {
    let format = format_of(kind);
    let time = |line: &[u8]| {
        WrittenTime::parse(format.header(line.strip_suffix(b"\r").unwrap_or(line))?.time)?.stamp(order)
    };
    let first = lines(&glance.head).find_map(time)?;
    let whole = glance.size.is_some_and(|size| size <= open::HEAD as u64);
    let end = if glance.tail.is_empty() && whole { &glance.head } else { &glance.tail };
    let last = end.rsplit(|byte| *byte == b'\n').find_map(time)?;
    Some((first, last.max(first)))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Looked, or_told};
    use crate::command::input::{Input, Source};
    use crate::model::report::FileStatus;

    #[test]
    fn a_look_that_fails_leaves_out_its_input_with_its_path() {
        let source = Source::File(PathBuf::from("a.csv"));
        let input = Input { path: "a.csv".to_owned(), server: None, source, named: false };
        let Looked::LeftOut(file, left) = or_told(input, |_| panic!("a table that no one foresaw")) else {
            panic!("it was read");
        };
        assert_eq!((file.path.as_str(), file.status), ("a.csv", FileStatus::Unreadable));
        assert!(left.unreadable && left.reason.starts_with("internal error"), "{left:?}");
    }
}
