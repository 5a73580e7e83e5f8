//! What the tests share: the built-in rules, and every way to scan the same bytes.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use spdoctor::catalogue::Catalogue;
use spdoctor::model::kind::LogKind;
use spdoctor::scan::cut::segment::{Segment, scan, scan_text};
use spdoctor::scan::join;
use spdoctor::scan::rules::engine::Engine;
use spdoctor::scan::scanner::Scanner;
use spdoctor::scan::source::SourceFacts;
use spdoctor::scan::stretch::Stretch;
use spdoctor::scan::tally::Tally;

/// The built-in rules, compiled once.
pub(crate) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(Catalogue::built_in().expect("the built-in rules are sound")))
}

/// A folder of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A source of this kind that remembers events, so that their counts are under the law as well.
pub(crate) fn facts(kind: LogKind) -> SourceFacts {
    SourceFacts { path: "a.log".to_owned(), kind, remember_events: true, ..SourceFacts::default() }
}

/// Hands out at most `most` bytes a call.
pub(crate) struct Trickle<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) most: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
        let length = self.most.min(target.len()).min(self.bytes.len());
        let (now, later) = self.bytes.split_at(length);
        target[..length].copy_from_slice(now);
        self.bytes = later;
        Ok(length)
    }
}

/// One segment, read by `most` bytes at a time.
pub(crate) fn stretch(facts: &SourceFacts, bytes: &[u8], segment: Segment, most: usize) -> Stretch {
    let from = usize::try_from(segment.start.saturating_sub(1)).expect("an offset of the text");
    let mut reader = Trickle { bytes: &bytes[from.min(bytes.len())..], most };
    let scanner = Scanner::new(engine(), facts, segment.start == 0);
    let (stretch, error) = scan(scanner, segment, &mut reader);
    assert!(error.is_none(), "{error:?}");
    stretch
}

/// The text in one go: read, and as it stands.
pub(crate) fn whole(facts: &SourceFacts, bytes: &[u8]) -> Tally {
    let read = join::complete(engine(), facts, stretch(facts, bytes, Segment::WHOLE, usize::MAX));
    let at_hand = join::complete(engine(), facts, scan_text(Scanner::new(engine(), facts, true), bytes));
    assert_eq!(at_hand, read);
    read
}

/// The text in segments that meet at the cuts.
pub(crate) fn segments(facts: &SourceFacts, bytes: &[u8], cuts: &[usize]) -> Vec<Stretch> {
    let mut starts: Vec<u64> = cuts.iter().map(|cut| *cut as u64).filter(|cut| *cut > 0).collect();
    starts.push(0);
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).copied().chain([u64::MAX]);
    let plan = starts.iter().zip(ends).map(|(start, end)| Segment { start: *start, end });
    plan.map(|segment| stretch(facts, bytes, segment, usize::MAX)).collect()
}

/// Neighbours joined in the order that `picks` tells, until one stretch is left; then completed.
pub(crate) fn joined(facts: &SourceFacts, mut stretches: Vec<Stretch>, picks: &[usize]) -> Tally {
    let mut picks = picks.iter().copied().cycle();
    while stretches.len() > 1 {
        let at = picks.next().unwrap_or(0).min(stretches.len() - 2);
        let right = stretches.remove(at + 1);
        let left = std::mem::take(&mut stretches[at]);
        stretches[at] = join::join(engine(), facts, left, right);
    }
    join::complete(engine(), facts, stretches.pop().expect("a text has a segment"))
}

/// What mail makes of a text: lines end at the blank before the word that would not fit.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    let length = |word: &str| word.chars().count();
    let mut lines = String::new();
    for line in text.lines() {
        let mut room = 0;
        let (indent, words) = line.split_at(line.len() - line.trim_start().len());
        lines.push_str(indent);
        for (index, word) in words.split(' ').enumerate() {
            if index == 0 {
                room = width.saturating_sub(indent.len() + length(word));
            } else if length(word) < room {
                lines.push(' ');
                room -= 1 + length(word);
            } else {
                lines.push('\n');
                room = width.saturating_sub(length(word));
            }
            lines.push_str(word);
        }
        lines.push('\n');
    }
    lines
}

/// Always the first two.
pub(crate) const FROM_LEFT: [usize; 1] = [0];
/// Always the last two.
pub(crate) const FROM_RIGHT: [usize; 1] = [usize::MAX];
