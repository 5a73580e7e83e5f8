//! Runs of quiet records: most records of a log concern no rule, and do nothing but say what is at work. Of a run of
//! them it is enough to know what the last one said; they are counted where they stand, instead of being put
//! together and judged one by one.
//!
//! What a run does is what [`Scanner::piece`] would do with its records one after another. The last record of a run
//! is not counted until the next one begins: bare lines may follow it, and then it is quiet no more.

pub(super) mod familiar;
pub(super) mod stay;

use super::flow::Naming;
use super::keys::Writer;
use super::passing::{Object, object, turn};
use super::record::continued::{DOTS, EMBEDDING};
use super::record::incoming::continues_a_record;
use super::recorder::DATABASE_WALK;
use super::rules::engine::Sighted;
use super::scanner::{Held, Scanner};
use super::timeline::Timeline;
use super::timeline::at_work::{COMPONENT, DATABASE, SITE};
use super::timeline::leg::Leg;
use super::timeline::path::Part;
use crate::format::stencil::{Fit, Stencil};
use crate::format::{Header, level, uls};
use crate::model::kind::{Level, LogFamily};
use crate::text::charset::text_of_line;
use stay::{Said, Stay};

/// A record that may be quiet, as long as no bare lines follow it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quiet<'w> {
    /// The line with its header.
    pub(super) line: &'w [u8],
    /// Number of the line within the segment.
    pub(super) number: u64,
    /// What the literals in its message say.
    pub(super) sighted: Sighted,
    writer: Writer,
    time: &'w [u8],
    /// It has the time of the record before it.
    same_time: bool,
    /// The content database that it names is familiar.
    familiar: bool,
    component: &'w [u8],
    message: &'w [u8],
}

/// Quiet records that follow one another: in upgrade logs of one writer, in ULS of any.
#[derive(Debug)]
pub(super) struct Run<'w> {
    /// Not counted yet.
    pub(super) last: Quiet<'w>,
    done: Done<'w>,
}

/// What the records of a run did that is not told to the timeline and the lane of their writer.
#[derive(Debug, Default)]
struct Done<'w> {
    records: u64,
    /// Who wrote the run; unknown in ULS, where anyone may have.
    writer: Option<Writer>,
    /// Time of the last record, if the timeline has it: at the same time nothing is charged.
    time: Option<&'w [u8]>,
    /// Records that the timeline does not know of; what is said below is of them.
    untold: u64,
    /// The last of these, as far as they are not read yet.
    stay: Stay<'w>,
    text: &'w [u8],
    component: &'w [u8],
    /// The site collection at work, if a record said so.
    site: Said<'w>,
    /// The content database at work, if it is known that the timeline has it.
    database: Said<'w>,
    /// A content database was named since an upgrade began: nothing waits for the next name.
    settled: bool,
    /// What was named last. The flow of the lane has what was named first.
    naming: Said<'w>,
}

impl<'w> Done<'w> {
    /// Whether a record may be read later, with those of its time.
    #[inline]
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "one branch that can be guessed, and not two that cannot"
    )]
    fn may_stay(&self, quiet: &Quiet<'_>) -> bool {
        // Which of the two it is cannot be guessed; that it is one of them can.
        let says_no_more = (quiet.sighted.mask == 0) | (quiet.familiar & self.settled);
        says_no_more && quiet.same_time && self.time.is_some() && self.naming != Said::Unsaid
    }

    /// A record is to be read later.
    #[inline]
    fn stay(&mut self, quiet: &Quiet<'w>) {
        self.records += 1;
        self.untold += 1;
        self.stay.add(quiet.line, quiet.familiar);
    }
}

impl Scanner<'_> {
    /// The record in this line, if it is quiet as far as the line itself tells.
    pub(super) fn quiet<'w>(
        &mut self,
        header: &Header<'w>,
        line: &'w [u8],
        number: u64,
        sighted: Option<Sighted>,
    ) -> Option<Quiet<'w>> {
        let sighted = sighted.filter(|_| self.facts.window.is_all() && self.stretch.heard.is_none())?;
        let says_nothing = match self.facts.kind.family() {
            LogFamily::Upgrade => sighted.mask & self.loud == 0 && !continues_a_record(header.message),
            LogFamily::Uls => {
                sighted.mask == 0
                    && !header.starred
                    && header.server.is_empty()
                    && header.area != uls::UPGRADE_AREA
                    && !header.message.ends_with(DOTS)
                    && header.component != EMBEDDING
            }
            _ => false,
        };
        if !says_nothing || matches!(level::of(header.level), Level::Error | Level::Warning) {
            return None;
        }
        let writer = self.learned.keys.writer(header);
        let (time, component, message) = (header.time, header.component, header.message);
        Some(Quiet {
            line,
            number,
            sighted,
            writer,
            time,
            same_time: false,
            familiar: false,
            component,
            message,
        })
    }

    /// Goes on with a run with a line that has the writer of its last record, and a quiet level. False if it says
    /// something else.
    #[inline]
    pub(super) fn go_on_with<'w>(
        &mut self,
        run: &mut Run<'w>,
        stencil: &mut Stencil,
        fit: Fit<'w>,
        line: &'w [u8],
        number: u64,
        sighted: Option<Sighted>,
    ) -> bool {
        let Fit { component, message, time } = fit;
        let quiet = |sighted: &Sighted| sighted.mask & self.loud == 0 && !continues_a_record(message);
        let Some(sighted) = sighted.filter(quiet) else { return false };
        let Run { last, done } = run;
        if done.may_stay(last) {
            done.stay(last);
        } else {
            self.count_quiet(last, done, stencil);
        }
        last.same_time = time.is_none();
        if let Some(time) = time {
            self.read_stay(done, stencil);
            stencil.turn_to(time);
            last.time = time;
        }
        (last.line, last.number, last.sighted) = (line, number, sighted);
        (last.component, last.message) = (component, message);
        last.familiar = sighted.mask != 0 && self.is_familiar(message, sighted);
        true
    }

    /// Begins a run behind this record, if it is of the same writer: then it is complete.
    pub(super) fn begin_run<'w>(
        &mut self,
        window: &'w [u8],
        quiet: Quiet<'w>,
        held: &mut Option<Held<'w>>,
    ) -> Option<Run<'w>> {
        if self.facts.kind.family() == LogFamily::Uls {
            return Some(Run { last: quiet, done: Done::default() });
        }
        let before =
            held.as_ref().filter(|before| before.key() == quiet.writer.lane && !before.is_trouble())?;
        let (writer, time, stay) = (Some(quiet.writer), Some(before.time_text()?), Stay::of(window));
        let done = Done { writer, time, stay, ..Done::default() };
        self.close_held(before);
        *held = None;
        let leg = self.stretch.timelines.get(&quiet.writer.process).map_or(0, Timeline::number);
        self.learned.familiar.turn_to((quiet.writer.process, leg));
        Some(Run { last: quiet, done })
    }

    /// Goes on with a run, if the record belongs to it. The stencil is that of the lines before it.
    pub(super) fn go_on<'w>(&mut self, run: &mut Run<'w>, stencil: &mut Stencil, quiet: &Quiet<'w>) -> bool {
        if run.done.writer.is_some_and(|writer| writer.lane != quiet.writer.lane) {
            return false;
        }
        self.count_quiet(&run.last, &mut run.done, stencil);
        self.read_stay(&mut run.done, stencil);
        run.last = *quiet;
        true
    }

    /// Ends a run whose last record is quiet.
    pub(super) fn close_run(&mut self, mut run: Run<'_>, stencil: &mut Stencil) {
        self.count_quiet(&run.last, &mut run.done, stencil);
        self.end_run(run, stencil);
    }

    /// Ends a run. Its last record comes back: it is still to be counted like any other.
    pub(super) fn end_run<'w>(&mut self, mut run: Run<'w>, stencil: &mut Stencil) -> Quiet<'w> {
        self.stretch.tally.records += run.done.records;
        self.read_stay(&mut run.done, stencil);
        if let Some(writer) = run.done.writer {
            self.tell_timeline(writer, &mut run.done);
            self.tell_flow(writer, run.done.naming);
        }
        run.last
    }

    #[inline(never)]
    fn count_quiet<'w>(&mut self, quiet: &Quiet<'w>, done: &mut Done<'w>, stencil: &mut Stencil) {
        done.records += 1;
        let Some(writer) = done.writer else {
            let time = self.time(quiet.time);
            self.stretch.tally.span.include(time);
            self.pass_uls(quiet.writer.lane);
            return;
        };
        let stays = quiet.same_time && done.time.is_some();
        let database = self.meaning.database(quiet.message, quiet.sighted);
        if stays && database.is_some() {
            // It says all anew.
            done.stay.clear();
        } else {
            self.read_stay(done, stencil);
        }
        if stays || done.time == Some(quiet.time) {
            self.stay(quiet, database, writer, done);
        } else {
            self.tell_timeline(writer, done);
            let time = self.time(quiet.time);
            self.stretch.tally.span.include(time);
            done.time = time.map(|_| quiet.time);
            if let Some(time) = time {
                let header =
                    Header { component: quiet.component, message: quiet.message, ..Header::default() };
                self.pass_upgrade(writer.process, &header, time, quiet.number, quiet.sighted);
            }
        }
        self.settle_database(quiet, database, done);
        let naming = match database {
            Some(name) => Said::Name(name),
            None if quiet.component != DATABASE_WALK => Said::Nothing,
            None => return,
        };
        if done.naming != naming {
            if let Said::Name(name) = naming {
                self.stretch.tally.named_database.meet(name);
            }
            if done.naming == Said::Unsaid {
                self.tell_flow(writer, naming);
            }
            done.naming = naming;
        }
    }

    fn settle_database(&mut self, quiet: &Quiet<'_>, database: Option<&[u8]>, done: &mut Done<'_>) {
        if quiet.sighted.mask & self.meaning.begins != 0 {
            done.settled = false;
        } else if database.is_some() && done.time.is_some() {
            done.settled = true;
            if !quiet.familiar
                && let Some(end) = quiet.sighted.titled.filter(|_| self.meaning.is_titled(quiet.sighted))
            {
                self.learned.familiar.remember(quiet.message, end);
            }
        }
    }

    /// Nothing but the title of a content database was seen in a message, and that is familiar.
    #[inline]
    fn is_familiar(&mut self, message: &[u8], sighted: Sighted) -> bool {
        match sighted.titled.filter(|_| self.meaning.is_titled(sighted)) {
            Some(end) => self.learned.familiar.holds(message, end),
            None => false,
        }
    }

    /// The record has the time of the one before it: it charges nothing, and says what is at work.
    fn stay<'w>(
        &mut self,
        quiet: &Quiet<'w>,
        database: Option<&'w [u8]>,
        writer: Writer,
        done: &mut Done<'w>,
    ) {
        done.untold += 1;
        done.text = quiet.message;
        done.component = quiet.component;
        match object(quiet.message, database) {
            Some(Object::Site(url)) => done.site = Said::Name(url),
            Some(Object::Database(name)) => {
                done.site = Said::Nothing;
                if std::mem::replace(&mut done.database, Said::Name(name)) != Said::Name(name)
                    && let Some(leg) = self.leg(writer)
                {
                    leg.name_database(name);
                }
            }
            Some(Object::Other) => {
                done.site = Said::Nothing;
                if std::mem::replace(&mut done.database, Said::Nothing) != Said::Nothing
                    && let Some(leg) = self.leg(writer)
                {
                    leg.set(DATABASE, Part::Nothing);
                }
            }
            None => {}
        }
        if let Some(turn) = turn(quiet.component, quiet.message) {
            done.site = Said::Nothing;
            done.database = Said::Unsaid;
            if let Some(leg) = self.leg(writer) {
                leg.set(DATABASE, turn.part());
            }
        }
    }

    /// Reads what was not read yet of the records of a run.
    fn read_stay(&mut self, done: &mut Done<'_>, stencil: &mut Stencil) {
        let Some(leg) = done.writer.and_then(|writer| self.leg(writer)) else { return };
        let Some(says) = done.stay.take(stencil, leg.is_idle()) else { return };
        done.text = says.last.message;
        done.component = says.last.component;
        done.site = says.site.or(done.site);
        match says.database {
            Said::Name(name) => leg.name_database(name),
            Said::Nothing => leg.set(DATABASE, Part::Nothing),
            Said::Unsaid => {}
        }
        done.database = says.database.or(done.database);
        done.naming = says.naming.or(done.naming);
    }

    /// Tells the timeline what it does not know yet of the records of a run.
    fn tell_timeline(&mut self, writer: Writer, done: &mut Done<'_>) {
        let untold = std::mem::take(&mut done.untold);
        let site = std::mem::take(&mut done.site);
        done.database = Said::Unsaid;
        if untold == 0 {
            return;
        }
        let Some(leg) = self.leg(writer) else { return };
        leg.stay(untold, done.text);
        leg.say(COMPONENT, done.component);
        match site {
            Said::Name(url) => leg.say(SITE, url),
            Said::Nothing => leg.set(SITE, Part::Nothing),
            Said::Unsaid => {}
        }
    }

    fn leg(&mut self, writer: Writer) -> Option<&mut Leg> {
        self.stretch.timelines.get_mut(&writer.process)?.leg()
    }

    /// Names a content database, or something else, unless the flow of the lane has it.
    fn tell_flow(&mut self, writer: Writer, naming: Said<'_>) {
        let named = match naming {
            Said::Unsaid => return,
            Said::Nothing => None,
            Said::Name(name) => Some(text_of_line(name)),
        };
        let flow = &mut self.lane(writer.lane).flow;
        if !flow.stays(named.as_deref()) {
            flow.name(named.map_or(Naming::SomethingElse, |name| Naming::Database(name.into())));
        }
    }
}
