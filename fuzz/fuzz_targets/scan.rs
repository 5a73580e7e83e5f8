//! Any text of any log: split at any byte, the same is decided as in one go. The first bytes say the kind and the cut.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use spdoctor::catalogue::Catalogue;
use spdoctor::model::kind::LogKind;
use spdoctor::scan::rules::engine::Engine;
use spdoctor::scan::join;
use spdoctor::scan::scanner::Scanner;
use spdoctor::scan::cut::segment::{Segment, scan};
use spdoctor::scan::source::SourceFacts;
use spdoctor::scan::stretch::Stretch;

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(Catalogue::built_in().expect("the built-in rules are sound")))
}

fn stretch(facts: &SourceFacts, text: &[u8], start: usize, end: u64) -> Stretch {
    let mut rest = text.get(start.saturating_sub(1)..).unwrap_or_default();
    let segment = Segment { start: start as u64, end };
    scan(Scanner::new(engine(), facts, start == 0), segment, &mut rest).0
}

fuzz_target!(|data: &[u8]| {
    let [kind, high, low, text @ ..] = data else { return };
    let kind = LogKind::LOGS[usize::from(*kind) % LogKind::LOGS.len()];
    let facts = SourceFacts { kind, remember_events: true, ..SourceFacts::default() };
    let whole = join::complete(engine(), &facts, stretch(&facts, text, 0, u64::MAX));
    let cut = usize::from(u16::from_be_bytes([*high, *low])) % (text.len() + 1);
    if cut > 0 {
        let left = stretch(&facts, text, 0, cut as u64);
        let right = stretch(&facts, text, cut, u64::MAX);
        let split = join::complete(engine(), &facts, join::join(engine(), &facts, left, right));
        assert!(split == whole, "{kind} cut at {cut}:\n{split:?}\n{whole:?}");
    }
});
