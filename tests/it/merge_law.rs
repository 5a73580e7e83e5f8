//! The merge law: the same bytes give the same result for any split into segments, any grouping of the joins,
//! any size of the reads, any order of files and any number of threads.

pub(crate) mod lines;
mod program;
mod worst;

use proptest::prelude::*;
use spdoctor::model::kind::LogKind;
use spdoctor::scan::cut::segment::Segment;
use spdoctor::scan::tally::Tally;
use spdoctor::scan::{join, source::SourceFacts};

use self::lines::Text;
use crate::support::{FROM_LEFT, FROM_RIGHT, engine, facts, joined, repository, segments, stretch, whole};

/// Fails with the first difference, in a form that a person can read.
#[track_caller]
fn assert_same<T: PartialEq + std::fmt::Debug>(found: &T, expected: &T, text: &[u8], how: &str) {
    if found != expected {
        let (found, expected) = (format!("{found:#?}"), format!("{expected:#?}"));
        let same = found.lines().zip(expected.lines()).take_while(|(a, b)| a == b).count();
        let near =
            |text: &str| text.lines().skip(same.saturating_sub(12)).take(30).collect::<Vec<_>>().join("\n");
        let shown = &text[..text.len().min(6000)];
        panic!(
            "{how}\n--- expected\n{}\n--- found\n{}\n--- text\n{}",
            near(&expected),
            near(&found),
            String::from_utf8_lossy(shown)
        );
    }
}

/// Every grouping of one split.
fn check_split(facts: &SourceFacts, text: &[u8], cuts: &[usize], picks: &[usize]) {
    let expected = whole(facts, text);
    let parts = segments(facts, text, cuts);
    let how = |order: &str| format!("{} cut at {cuts:?}, joined {order}", facts.kind);
    assert_same(&joined(facts, parts.clone(), &FROM_LEFT), &expected, text, &how("from the left"));
    assert_same(&joined(facts, parts.clone(), &FROM_RIGHT), &expected, text, &how("from the right"));
    assert_same(&joined(facts, parts, picks), &expected, text, &how(&format!("as {picks:?}")));
}

pub(crate) fn kind_and_text() -> impl Strategy<Value = (LogKind, Text)> {
    prop::sample::select(&LogKind::LOGS[..]).prop_flat_map(|kind| (Just(kind), lines::text(kind)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_text_may_be_split_anywhere_and_joined_in_any_order(
        (kind, Text(text)) in kind_and_text(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 1..9),
        picks in prop::collection::vec(0usize..8, 8),
    ) {
        let cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        check_split(&facts(kind), &text, &cuts, &picks);
    }

    #[test]
    fn a_split_at_line_starts_is_as_good_as_any(
        (kind, Text(text)) in kind_and_text(),
        wanted in prop::collection::vec(any::<prop::sample::Index>(), 1..9),
        picks in prop::collection::vec(0usize..8, 8),
    ) {
        let starts = line_starts(&text);
        let cuts: Vec<usize> = wanted.iter().map(|index| starts[index.index(starts.len())]).collect();
        check_split(&facts(kind), &text, &cuts, &picks);
    }

    #[test]
    fn reads_of_any_size_give_the_same_stretch(
        (kind, Text(text)) in kind_and_text(),
        most in prop_oneof![1usize..4, 4usize..400],
        cut in any::<prop::sample::Index>(),
    ) {
        let facts = facts(kind);
        let cut = cut.index(text.len() + 1) as u64;
        for segment in [Segment::WHOLE, Segment { start: 0, end: cut }, Segment { start: cut, end: u64::MAX }] {
            let (found, expected) =
                (stretch(&facts, &text, segment, most), stretch(&facts, &text, segment, usize::MAX));
            assert_same(&found, &expected, &text, &format!("{kind} {segment:?} by {most} bytes"));
        }
    }

    #[test]
    fn tallies_add_up_in_any_order(
        texts in prop::collection::vec(kind_and_text(), 3),
    ) {
        let tallies: Vec<Tally> = texts
            .iter()
            .zip(0u32..)
            .map(|((kind, Text(text)), index)| whole(&SourceFacts { index, ..facts(*kind) }, text))
            .collect();
        let sum = |order: [usize; 3]| {
            let mut sum = Tally::default();
            for at in order {
                sum.merge(tallies[at].clone());
            }
            sum
        };
        let expected = sum([0, 1, 2]);
        for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            prop_assert!(sum(order) == expected, "{order:?}");
        }
        let mut tail = tallies[1].clone();
        tail.merge(tallies[2].clone());
        let mut grouped = tallies[0].clone();
        grouped.merge(tail);
        prop_assert!(grouped == expected, "the last two first");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_beyond_the_bound_are_cut_the_same_way_everywhere(
        (kind, Text(text)) in prop::sample::select(&LogKind::LOGS[..]).prop_flat_map(|kind| (Just(kind), lines::long_text(kind))),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
        picks in prop::collection::vec(0usize..8, 8),
        most in prop_oneof![Just(1000usize), Just(65_536), Just(65_537), 1000usize..100_000],
    ) {
        let facts = facts(kind);
        let cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        check_split(&facts, &text, &cuts, &picks);
        let (found, expected) = (
            stretch(&facts, &text, Segment::WHOLE, most),
            stretch(&facts, &text, Segment::WHOLE, usize::MAX),
        );
        assert_same(&found, &expected, &text, &format!("{kind} by {most} bytes"));
    }
}

/// Where lines begin, and the end.
fn line_starts(text: &[u8]) -> Vec<usize> {
    let after = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    [0].into_iter().chain(after).chain([text.len()]).collect()
}

#[test]
fn the_sample_logs_may_be_split_anywhere() {
    let mut seen = 0;
    for (path, text, kind) in sample_logs() {
        let facts = SourceFacts { path: path.clone(), ..facts(kind) };
        let expected = whole(&facts, &text);
        assert!(expected.records > 0 || kind == LogKind::Console, "{path}");
        seen += 1;
        // Sizes without a common divisor, so that cuts fall on everything there is.
        for size in [1 + text.len() / 3, 1009, 10_007] {
            let cuts: Vec<usize> = (size..text.len()).step_by(size).collect();
            let parts = segments(&facts, &text, &cuts);
            for picks in [&FROM_LEFT[..], &FROM_RIGHT, &[3, 1, 4, 1, 5, 9, 2, 6]] {
                let found = joined(&facts, parts.clone(), picks);
                assert!(found == expected, "{path} in segments of {size} bytes, joined as {picks:?}");
            }
        }
        let by_few = stretch(&facts, &text, Segment::WHOLE, 77);
        assert!(join::complete(engine(), &facts, by_few) == expected, "{path} read by 77 bytes");
    }
    assert!(seen > 40, "{seen}");
}

/// Every sample that is a log and is not UTF-16, which is never split.
pub(crate) fn sample_logs() -> Vec<(String, Vec<u8>, LogKind)> {
    let files = walkdir::WalkDir::new(repository("sample-logs")).sort_by_file_name();
    let files = files.into_iter().map(|entry| entry.expect("the samples are readable").into_path());
    let logs = files.filter(|path| path.is_file()).filter_map(|path| {
        #[expect(clippy::disallowed_methods, reason = "the test reads the samples")]
        let bytes = std::fs::read(&path).expect("the samples are readable");
        let name = path.file_name()?.to_string_lossy().into_owned();
        let kind = spdoctor::format::recognise::recognise(&name, &bytes);
        let is_log = kind != LogKind::Unknown && !bytes.contains(&0);
        is_log.then(|| (path.display().to_string(), bytes, kind))
    });
    logs.collect()
}
