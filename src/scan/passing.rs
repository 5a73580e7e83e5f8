//! What a record does to the timeline of its process: the gap before it, and what is at work after it.

use super::literals::sweep::Mask;
use super::literals::words::{BEGINS, MAIN};
use super::recorder::DATABASE_WALK;
use super::rules::engine::{Meaning, Sighted};
use super::scanner::{Piece, Scanner};
use super::timeline::Timeline;
use super::timeline::at_work::{COMPONENT, DATABASE, FUNCTION, SITE, SLOTS, TASK};
use super::timeline::leg::Leg;
use super::timeline::moment::{Ending, Moment};
use super::timeline::path::Part;
use crate::format::title::{self, Title};
use crate::format::{Header, level};
use crate::model::kind::{Level, LogFamily};
use crate::model::site::SiteId;
use crate::text::charset::text_of_line;
use crate::text::clock::Stamp;

impl Scanner<'_> {
    /// Charges the gap before a record. ULS is left out: its upgrade lines stand in the upgrade logs, too.
    pub(super) fn pass_time(&mut self, piece: &Piece<'_>, process: u64, time: Stamp) {
        let header = &piece.header;
        let family = self.kind().family();
        if !matches!(family, LogFamily::Upgrade | LogFamily::PscDiagnostics) {
            return;
        }
        let line = piece.number;
        if family == LogFamily::PscDiagnostics {
            wizard(self.timeline(header, process), header, time, line);
        } else {
            let sighted = piece.sighted.unwrap_or_else(|| self.engine.sighted(family, header.message));
            self.pass_upgrade(process, header, time, line, sighted);
        }
    }

    /// The same of a record of an upgrade log whose literals are known.
    pub(super) fn pass_upgrade(
        &mut self,
        process: u64,
        header: &Header<'_>,
        time: Stamp,
        line: u64,
        sighted: Sighted,
    ) {
        let meaning = self.meaning;
        let told = Told { sighted, meaning: &meaning };
        let refused = if told.says(|meaning| meaning.refused) {
            let message = text_of_line(header.message);
            self.engine.refused_by_token_service(message.as_bytes(), &mut self.learned.alike)
        } else {
            None
        };
        upgrade(self.timeline(header, process), header, (time, line), refused, &told);
    }

    fn timeline(&mut self, header: &Header<'_>, process: u64) -> &mut Timeline {
        let at_start = self.stretch.at_start;
        self.stretch
            .timelines
            .entry(process)
            .or_insert_with(|| Timeline::new(&text_of_line(header.process), at_start))
    }
}

/// What the literals in a record say.
struct Told<'t> {
    sighted: Sighted,
    meaning: &'t Meaning,
}

impl Told<'_> {
    fn says(&self, bits: impl FnOnce(&Meaning) -> Mask) -> bool {
        self.sighted.mask & bits(self.meaning) != 0
    }
}

/// How the record begins that closes the work on an object.
const ELAPSED: &[u8] = b"Elapsed time upgrading [";

/// A record of an upgrade log. Only attempts that failed at the token service are charged to it; a conflict in the
/// site map, or another service that did not answer, is an attempt that failed.
fn upgrade(
    timeline: &mut Timeline,
    header: &Header<'_>,
    (time, line): (Stamp, u64),
    refused: Option<SiteId>,
    told: &Told<'_>,
) {
    let message = header.message;
    if told.says(|meaning| meaning.start) {
        timeline.start();
    }
    let is_error = level::of(header.level) == Level::Error;
    let ending = match refused {
        Some(site) => Ending::Refused(site),
        None if is_error || message.starts_with(b"Site with Id = ") => Ending::Failed,
        None => Ending::Plain,
    };
    // Where no time has passed there is nothing to charge, and the order does not matter.
    let passed = timeline.leg().is_none_or(|leg| leg.last != Some(time));
    let completes = passed && says_done(message);
    if completes {
        // The record closes the work on what it names: the gap before it was spent on that.
        note_work(timeline, header, told);
    }
    timeline.moment(&Moment { time, line, ending, text: message });
    if !completes {
        note_work(timeline, header, told);
    }
    let Some(leg) = timeline.leg() else { return };
    leg.records += 1;
    leg.errors += u64::from(is_error);
    if told.says(|meaning| meaning.end) {
        note_end(leg, message);
    }
    if let Some(turn) = turn(header.component, message) {
        leg.set(DATABASE, turn.part());
        leg.set(SITE, Part::Nothing);
    }
}

fn note_work(timeline: &mut Timeline, header: &Header<'_>, told: &Told<'_>) {
    let Some(leg) = timeline.leg() else { return };
    note_object(leg, header.message, told);
    leg.say(COMPONENT, header.component);
}

/// `CanUpgrade [X] returned: True.`, `[X] SchemaVersion = …`, `Elapsed time upgrading [X]: …`: something is done
/// when these are written. The wordings are general product knowledge, except `SchemaVersion`, which is verified.
fn says_done(message: &[u8]) -> bool {
    const SAYS_SO: [&[u8]; 2] = [b"] returned: ", b"] SchemaVersion = "];
    message.starts_with(ELAPSED)
        || memchr::memchr_iter(b']', message).any(|at| {
            let rest = message.get(at..).unwrap_or_default();
            SAYS_SO.iter().any(|words| rest.starts_with(words))
        })
}

fn note_end(leg: &mut Leg, message: &[u8]) {
    if !contains(message, b"pgrade") && !contains(message, b"encountered") {
        return;
    }
    let failed = contains(message, b"completed with errors")
        || contains(message, b"exiting due to exception")
        || contains(message, b"has stopped")
        || errors_encountered(message).is_some_and(|errors| errors > 0);
    let ended = failed
        || contains(message, b"session finishes")
        || contains(message, b"warnings encountered")
        || contains(message, b"Upgrade completed")
        || contains(message, b"Upgrade finished");
    leg.ended |= ended;
    // The number is what a log says: any number.
    leg.warned = leg.warned.saturating_add(warnings_encountered(message).unwrap_or(0));
    leg.failures += u64::from(failed);
}

/// The number in `3 errors and 1 warnings encountered`.
fn errors_encountered(message: &[u8]) -> Option<u64> {
    let at = memchr::memmem::find(message, b" errors and ")
        .or_else(|| memchr::memmem::find(message, b" error and "))?;
    number_before(message, at)
}

/// The other number in it.
fn warnings_encountered(message: &[u8]) -> Option<u64> {
    let at = memchr::memmem::find(message, b" warnings")
        .or_else(|| memchr::memmem::find(message, b" warning "))?;
    number_before(message, at)
}

fn number_before(message: &[u8], at: usize) -> Option<u64> {
    let before = message.get(..at)?;
    let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(before.get(before.len() - digits..)?).ok()?.parse().ok()
}

/// The object stays at work until the next one is named.
fn note_object(leg: &mut Leg, message: &[u8], told: &Told<'_>) {
    match object(message, told.meaning.database(message, told.sighted)) {
        Some(Object::Database(name)) => {
            leg.name_database(name);
            leg.set(SITE, Part::Nothing);
        }
        Some(Object::Site(url)) => leg.say(SITE, url),
        Some(Object::Other) => {
            leg.set(DATABASE, Part::Nothing);
            leg.set(SITE, Part::Nothing);
        }
        None => {}
    }
}

/// What a record of an upgrade log names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Object<'t> {
    /// The content database with this name.
    Database(&'t [u8]),
    /// The site collection with this URL.
    Site(&'t [u8]),
    /// The farm, the configuration database, a service: no content database is at work any more.
    Other,
}

/// The object that a record of an upgrade log names, if it names one; the content database in it is known.
pub(super) fn object<'t>(message: &'t [u8], database: Option<&'t [u8]>) -> Option<Object<'t>> {
    if let Some(name) = database {
        return Some(Object::Database(name));
    }
    match title::site_url(message) {
        Some(url) => Some(Object::Site(url)),
        None => is_other_object(message).then_some(Object::Other),
    }
}

/// The upgrade of a content database begins or is over, and the record does not name the next one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Turn {
    Begins,
    Over,
}

impl Turn {
    /// What is at work then.
    pub(super) fn part(self) -> Part<'static> {
        match self {
            Self::Begins => Part::Next,
            Self::Over => Part::Nothing,
        }
    }
}

/// Whether a record says so.
pub(super) fn turn(component: &[u8], message: &[u8]) -> Option<Turn> {
    if message.strip_prefix(ELAPSED).is_some_and(|rest| rest.starts_with(b"SPContentDatabase ")) {
        Some(Turn::Over)
    } else if component == DATABASE_WALK && message.starts_with(BEGINS.as_bytes()) {
        Some(Turn::Begins)
    } else {
        None
    }
}

fn is_other_object(message: &[u8]) -> bool {
    let title = match memchr::memchr(b'[', message) {
        Some(open) => {
            let inner = message.get(open..).unwrap_or_default();
            let Some(close) = memchr::memchr(b']', inner) else { return false };
            inner.get(..=close).unwrap_or_default()
        }
        None => message,
    };
    let inner = title.strip_prefix(b"[").and_then(|inner| inner.strip_suffix(b"]")).unwrap_or(title);
    if inner.starts_with(b"SPWeb") {
        return false;
    }
    // Objects of the farm are written with and without a name: `[SPConfigurationDatabase]`, `[SPFarm Name=X]`.
    let bare = [b"SPConfigurationDatabase".as_slice(), b"SPFarm", b"SPServer"];
    bare.iter().any(|object| inner.starts_with(object))
        || matches!(title::title(title), Some(Title::Other(_)))
}

/// A line of PSCDiagnostics: two blanks of indentation a call.
fn wizard(timeline: &mut Timeline, header: &Header<'_>, time: Stamp, line: u64) {
    let blanks = header.message.iter().take_while(|byte| **byte == b' ').count();
    let deepest = SLOTS - usize::from(FUNCTION) - 1;
    let depth = u8::try_from((blanks / 2).min(deepest)).unwrap_or(0);
    let message = header.message.trim_ascii();
    let entered = message.strip_prefix(b"Entering function ");
    let left = message.strip_prefix(b"Leaving function ");
    let is_main = |name: Option<&[u8]>| name.is_some_and(|name| name.ends_with(b".Main"));
    if depth == 0 && is_main(entered) {
        timeline.start();
    }
    // A function is at work until the line that leaves it, which stands at the depth of the one that enters it.
    let inside = if left.is_some() { depth.saturating_add(1) } else { depth };
    timeline.moment(&Moment { time, line, ending: Ending::Call(inside), text: message });
    let Some(leg) = timeline.leg() else { return };
    leg.records += 1;
    let is_error = level::of(header.level) == Level::Error;
    leg.errors += u64::from(is_error);
    leg.failures += u64::from(is_error && says_failed(message));
    leg.successes += u64::from(says_succeeded(message));
    // An exception that passes a function leaves its indentation behind: the end of a run may stand at any depth.
    leg.ended |= left.is_some_and(|name| name.ends_with(MAIN.as_bytes())) || (depth == 0 && is_main(left));
    leg.cancelled += u64::from(says_cancelled(message));
    if let Some(name) = entered {
        leg.set(FUNCTION.saturating_add(depth), Part::Text(&text_of_line(name)));
    } else if left.is_some() {
        leg.set(FUNCTION.saturating_add(depth), Part::Nothing);
    } else if let Some(task) = task(message) {
        leg.set_alone(TASK, Part::Text(&text_of_line(task)));
    }
}

/// `Found a task by the name of adminvs in the task collection` precedes the work on it.
fn task(message: &[u8]) -> Option<&[u8]> {
    let rest = message.strip_prefix(b"Executing task ").or_else(|| {
        let rest = message.strip_prefix(b"Found a task by the name of ")?;
        rest.strip_suffix(b" in the task collection")
    })?;
    (!rest.is_empty() && rest.iter().all(u8::is_ascii_alphanumeric)).then_some(rest)
}

fn says_failed(message: &[u8]) -> bool {
    message.starts_with(b"Failed to ")
        || contains(message, b" has failed with ")
        || contains(message, b"upgrader timer job failed")
}

/// The wizard closes because the user said yes when it asked.
fn says_cancelled(message: &[u8]) -> bool {
    message.starts_with(b"Closing the application from form ")
        && contains(message, b" because the user confirmed")
}

/// Whether psconfig says how its run went as a whole, and that it went well.
fn says_succeeded(message: &[u8]) -> bool {
    message == b"Return code indicates a success"
        || (message.starts_with(b"Configuration of SharePoint Products")
            && message.strip_suffix(b".").unwrap_or(message).ends_with(b" succeeded"))
}

fn contains(message: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(message, needle).is_some()
}
