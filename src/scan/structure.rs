//! What only the shape of a whole log shows, not the text of a record: a session that never ended.

use super::rules::engine::Engine;
use super::source::{Origin, Position, SourceFacts};
use super::tally::{EvidenceFact, HitFact, Tally};
use crate::catalogue::rule::Coded;
use crate::model::kind::{LogFamily, LogKind};
use crate::text::clock::Stamp;

/// Adds what the structure of a complete source shows.
pub fn examine(engine: &Engine, facts: &SourceFacts, tally: &mut Tally) {
    if !lacks_its_end(facts, tally) {
        return;
    }
    let Some(rule) = engine.catalogue().index_of_coded(Coded::SessionWithoutEnd) else { return };
    let Ok(rule) = u16::try_from(rule) else { return };
    let position = Position { rank: facts.origin.rank(), source: facts.index, line: 0 };
    let fact = tally.hits.entry((rule, Vec::new())).or_default();
    fact.merge_structure(facts, position, tally.span.last);
}

/// A session is known to have begun, and nothing says that it ended. Excerpts, in which neither stands, say nothing.
fn lacks_its_end(facts: &SourceFacts, tally: &Tally) -> bool {
    // What comes after the window that was asked for may be the end.
    if facts.origin != Origin::Original || tally.records == 0 || tally.goes_on {
        return false;
    }
    match facts.kind.family() {
        LogFamily::Upgrade if facts.kind != LogKind::SiteUpgrade => tally.last_start > tally.last_end,
        LogFamily::PscDiagnostics => tally.last_start > tally.last_end,
        _ => false,
    }
}

impl HitFact {
    fn merge_structure(&mut self, facts: &SourceFacts, position: Position, last: Option<Stamp>) {
        self.count += 1;
        self.span.include(last);
        self.in_upgrade = true;
        self.sources.insert(facts.index);
        let text = match facts.kind.family() {
            LogFamily::PscDiagnostics => "psconfig began, and its log stops without its end",
            _ => "the session began, and the log stops without a line that ends it",
        };
        let text = format!("{text}: it was killed, or it is still running");
        self.keep(EvidenceFact { position, time: last, text, quoted: None, event: None });
    }
}
