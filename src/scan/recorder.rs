//! One closed record: what the rules say of it, counted.

mod named;

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::cluster;
use super::decode;
use super::effect::{Effect, Named};
use super::literals::words::Sighted;
use super::processes::{may_upgrade, process_name, works_on_one_database};
use super::record::lane::{Closed, Context, Open};
use super::record::quoted;
use super::rules::engine::{Engine, Mark};
use super::rules::found::Found;
use super::scanner::Scanner;
use super::source::{Position, SourceFacts};
use super::tally::events::EventOf;
use super::tally::{EvidenceFact, HitFact, Tally};
use crate::model::captures::Captures;
use crate::model::inventory::ExportSentence;
use crate::model::kind::{Level, LogFamily, LogKind};
use crate::model::place::Place;
use crate::model::site::SiteId;
use crate::text::charset::{text_of_line, text_of_lines};
use crate::text::lines::lines;
use crate::text::secrets::hidden;
use named::{
    all_captures, context_database, database_of, group_of, mentioned, named, note_context_url, note_url,
    object_type, shown,
};

/// Bytes of a record's text that evidence carries.
const EVIDENCE_BOUND: usize = 1000;

/// The component whose records walk the content databases: what it writes between two namings of a database
/// is about that database.
pub(super) const DATABASE_WALK: &[u8] = b"SPContentDatabaseSequence";

impl Scanner<'_> {
    /// Asks the rules and counts the answer.
    pub(super) fn judge<'t>(&mut self, open: &Closed<'t>) -> Effect<'t> {
        if open.text.is_ascii() { self.judge_text(open) } else { self.judge_letters(open) }
    }

    /// The same where not all are letters of ASCII: in the bytes of another charset than UTF-8 a pattern would end at the
    /// first that is none.
    #[cold]
    fn judge_letters<'t>(&mut self, open: &Closed<'t>) -> Effect<'t> {
        match text_of_lines(open.text) {
            Cow::Borrowed(_) => self.judge_text(open),
            Cow::Owned(text) => {
                let own = text_of_lines(open.text.get(..open.own).unwrap_or_default()).len();
                self.judge_text(&Closed { text: text.as_bytes(), own, sighted: None, ..*open }).into_owned()
            }
        }
    }

    #[inline]
    fn judge_text<'t>(&mut self, open: &Closed<'t>) -> Effect<'t> {
        self.observe(open);
        let sighted = open.sighted.unwrap_or_else(|| self.engine.sighted(open.family, open.text));
        let mask = sighted.mask;
        let alike = &mut self.learned.alike;
        let verdict = self.engine.judge_sighted(open.family, open.level, open.text, mask, alike);
        match verdict.mark {
            Some(Mark::Start) => {
                self.stretch.tally.last_start = self.stretch.tally.last_start.max(Some(open.line));
            }
            Some(Mark::End) => self.stretch.tally.last_end = self.stretch.tally.last_end.max(Some(open.line)),
            None => {}
        }
        let naming = self.naming(open, sighted);
        let mut refused = None;
        // Why a site was refused stands at the end of its sentence: without that another reason is not proven.
        let (engine, is_cut) = (self.engine, self.cut_record == Some(open.line));
        let proven = |rule: u16| !is_cut || !engine.is_other_refusal(rule);
        for (rule, captures) in verdict.hits.iter().filter(|(rule, _)| proven(*rule)) {
            let site = captures.name("site").and_then(SiteId::parse);
            if self.engine.is_refusal(*rule) {
                refused = refused.or(site);
                self.stretch.tally.farm_wide_process |= !works_on_one_database(open.process);
            }
            self.hit(*rule, captures, site, open);
        }
        if verdict.hits.is_empty() {
            self.unexplained(open);
        }
        // A refusal stands inside the run it belongs to; it never ends it.
        Effect { naming: if refused.is_some() { None } else { naming }, refused }
    }

    /// Counts the record itself, whatever the rules say of it.
    pub(super) fn observe(&mut self, open: &Closed<'_>) {
        if let Some(heard) = &mut self.stretch.heard {
            heard.push(decode::decoded(open));
        }
        self.count_level(open);
        if !open.server.is_empty() {
            let server = text_of_line(open.server);
            if !self.stretch.tally.servers.contains(server.as_ref()) {
                self.stretch.tally.servers.insert(server.into());
            }
        }
    }

    fn count_level(&mut self, open: &Closed<'_>) {
        let what = match open.level {
            Level::Error => {
                self.stretch.tally.errors += 1;
                EventOf::Error
            }
            Level::Warning => {
                self.stretch.tally.warnings += 1;
                EventOf::Warning
            }
            _ => return,
        };
        if let Some(digest) = self.digest(open) {
            self.remember(digest, &what, None, open);
        }
    }

    fn naming<'t>(&mut self, open: &Closed<'t>, sighted: Sighted) -> Option<Named<'t>> {
        if open.family != LogFamily::Upgrade {
            return None;
        }
        match self.meaning.database(open.text.get(..open.own).unwrap_or_default(), sighted) {
            Some(database) => {
                self.stretch.tally.named_database.meet(database);
                Some(Named::Database(text_of_line(database)))
            }
            None if open.component != DATABASE_WALK => Some(Named::SomethingElse),
            None => None,
        }
    }

    pub(super) fn hit(&mut self, rule: u16, captures: &Found<'_>, site: Option<SiteId>, open: &Closed<'_>) {
        let Some(card) = self.engine.rule(rule) else { return };
        let group = group_of(card, captures);
        let object = card.object.as_deref().filter(|name| *name != "site").map(|name| shown(captures, name));
        let digest = self.digest(open);
        if let Some(digest) = digest {
            self.remember(digest, &EventOf::Hit(rule, group.clone()), site, open);
        }
        self.note_other_database(captures);
        let (position, source) = (self.position(open.line), self.facts.index);
        let in_upgrade = open.family != LogFamily::Uls || may_upgrade(open.process);
        let names = self.engine.capture_names(rule);
        let fact = self.stretch.tally.hits.entry((rule, group)).or_default();
        fact.add(open, source, in_upgrade);
        if let Some(site) = site {
            fact.sites.add(site, 1);
        }
        if let Some(object) = object.filter(|object| !object.is_empty()) {
            fact.objects.insert(object);
        }
        if let Some(database) = database_of(captures, open, &self.meaning) {
            *fact.databases.entry(database).or_default() += 1;
        }
        note_url(&mut fact.urls, captures, open);
        if fact.wants(position) {
            if fact.evidence.first().is_none_or(|first| position < first.position) {
                fact.captures = all_captures(captures, names);
            }
            fact.keep(evidence(open, position, digest, Some(captures.whole())));
        }
    }

    /// The first half of a message, of which the other half is a record of its own that counts: what both say of it is
    /// noted, and is not counted again.
    pub(super) fn first_half(
        &mut self,
        rule: u16,
        captures: &Found<'_>,
        site: Option<SiteId>,
        open: &Closed<'_>,
    ) {
        self.hit(rule, captures, site, open);
        let Some(group) = self.engine.rule(rule).map(|card| group_of(card, captures)) else { return };
        if let Some(fact) = self.stretch.tally.hits.get_mut(&(rule, group)) {
            fact.count = fact.count.saturating_sub(1);
        }
    }

    /// A database that the log knows as something else than a content database.
    fn note_other_database(&mut self, captures: &Found<'_>) {
        let kind = object_type(captures);
        let name = named(captures, "object_name");
        if kind.ends_with("Database") && kind != "SPContentDatabase" && !name.is_empty() {
            self.stretch.tally.note_other_database(&name, kind);
        }
    }

    /// What no rule explains is grouped by its template, if its level says that something is wrong.
    pub(super) fn unexplained(&mut self, open: &Closed<'_>) {
        let Some(rule) = self.engine.unexplained(open.family, open.level) else { return };
        let template = cluster::group(lines(&hidden(open.text)).map(text_of_line));
        let template = match cluster::category(open.text).filter(|_| open.family == LogFamily::Export) {
            Some(category) => template.map(|template| template.replacen(cluster::NAME, category, 1)),
            None => template,
        };
        let group = vec![template.unwrap_or_else(|| cluster::without_message(open.level).to_owned())];
        let digest = self.digest(open);
        if let Some(digest) = digest {
            self.remember(digest, &EventOf::Hit(rule, group.clone()), None, open);
        }
        let (position, source) = (self.position(open.line), self.facts.index);
        let fact = self.stretch.tally.hits.entry((rule, group.clone())).or_default();
        fact.add(open, source, open.family != LogFamily::Uls);
        if let Some(database) = mentioned(open, &self.meaning).or_else(|| context_database(open)) {
            *fact.databases.entry(database.into_owned()).or_default() += 1;
        }
        note_context_url(&mut fact.urls, open);
        if fact.wants(position) {
            if fact.evidence.first().is_none_or(|first| position < first.position) {
                fact.captures = Captures::from_iter([("template".to_owned(), group.concat())]);
            }
            fact.keep(evidence(open, position, digest, None));
        }
    }

    fn position(&self, line: u64) -> Position {
        Position { rank: self.facts.origin.rank(), source: self.facts.index, line }
    }

    /// What makes an event the same in two logs; `None` where the inputs cannot repeat one another.
    fn digest(&self, open: &Closed<'_>) -> Option<u64> {
        if !self.facts.remember_events
            || matches!(open.family, LogFamily::PscDiagnostics | LogFamily::Console)
        {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        (open.family, open.time, process_name(open.process), open.component, open.level).hash(&mut hasher);
        let own = open.text.get(..open.own).unwrap_or_default();
        // The calls that an upgrade log has on lines of their own stand behind the sentence in ULS.
        let sentence =
            memchr::memmem::find(own, b"   at ").map_or(own, |calls| own.get(..calls).unwrap_or(own));
        for word in sentence.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
            word.hash(&mut hasher);
        }
        Some(hasher.finish())
    }

    fn remember(&mut self, digest: u64, what: &EventOf, site: Option<SiteId>, open: &Closed<'_>) {
        let server = match (&self.facts.server, open.server.is_empty()) {
            (_, false) => Some(text_of_line(open.server).into_owned()),
            (server, true) => server.clone(),
        };
        self.stretch.tally.events.add(digest, what, site, &server, self.facts.origin);
    }
}

impl HitFact {
    fn add(&mut self, open: &Closed<'_>, source: u32, in_upgrade: bool) {
        self.count += 1;
        self.span.include(open.time);
        self.sources.insert(source);
        self.in_upgrade |= in_upgrade;
    }
}

/// `found` is where in the text the rule matched.
fn evidence(
    open: &Closed<'_>,
    position: Position,
    event: Option<u64>,
    found: Option<Range<usize>>,
) -> EvidenceFact {
    let text = hidden(open.text);
    let quoted = quoted::quoted(&text, found);
    EvidenceFact { position, time: open.time, text: evidence_text(&text), quoted, event }
}

fn evidence_text(text: &[u8]) -> String {
    let text = text_of_line(text);
    let end = (0..=EVIDENCE_BOUND.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default().to_owned()
}

/// The source under which something in an export is counted: each has one of its own, with its place.
pub fn export_source(index: usize, place: &Place) -> SourceFacts {
    SourceFacts {
        index: u32::try_from(index).unwrap_or(u32::MAX),
        path: place.path.clone(),
        kind: LogKind::Export,
        ..SourceFacts::default()
    }
}

/// What the rules say of one sentence of an export.
pub fn sentence(engine: &Engine, facts: &SourceFacts, sentence: &ExportSentence) -> Tally {
    let mut scanner = Scanner::new(engine, facts, true);
    let context = match &sentence.database {
        Some(database) => Context::Title(format!("SPContentDatabase Name={database}").into_bytes()),
        None => Context::None,
    };
    let is_known =
        |text: &str| !engine.judge(LogFamily::Export, sentence.level, text.as_bytes()).hits.is_empty();
    let text = match &sentence.category {
        // The rules know the sentences in English, and the categories in any language.
        Some(category) if !is_known(&sentence.text) => Cow::Owned(format!("[{category}] {}", sentence.text)),
        _ => Cow::Borrowed(sentence.text.as_str()),
    };
    let open = Open {
        context,
        line: sentence.place.line,
        ..Open::of_text(LogFamily::Export, sentence.level, text.as_bytes())
    };
    scanner.judge(&open.closed());
    let mut tally = scanner.finish(0).tally;
    for ((rule, _), fact) in &mut tally.hits {
        fact.blocks = sentence.blocks;
        fact.in_upgrade &= engine.explains(*rule) || !sentence.of_daily_work;
    }
    // A sentence of an export is not a record of a log.
    (tally.errors, tally.warnings) = (0, 0);
    tally
}
