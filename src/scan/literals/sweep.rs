//! Every literal of a family of logs, found in one pass over a text: most records of a log hold none, and a record
//! that holds some need not be searched again.

use memchr::memmem::{Finder, FinderBuilder};

use super::steps::{self, Sighting, Steps};
use crate::scan::cut::line::position_in;

/// The words of a sweep that stand in a text. A bit is that of one word, or of a few.
pub type Mask = u128;

/// Words that come first have a bit of their own; the others take turns with the rest of the bits.
pub(super) const ALONE: usize = 64;
/// Bits that words share.
const SHARED: usize = Mask::BITS as usize - ALONE;

/// Words that are too short for steps are searched for one by one, if they are no more than these.
const ONE_BY_ONE: usize = 4;

/// Searches for a fixed set of words.
#[derive(Debug)]
pub struct Sweep {
    words: Vec<Box<[u8]>>,
    long: Steps,
    /// Words too short for it, if they are many: where every byte is a step.
    short: Steps,
    /// Words too short for it, if they are few: those that hold one of them are found with it.
    few: Vec<(Finder<'static>, Vec<Inside>)>,
}

/// A word that holds another, and where.
#[derive(Clone, Copy, Debug)]
struct Inside {
    word: usize,
    offset: usize,
}

/// What a sweep saw in a window of words too short for steps, by position; read once, from front to back. And what it
/// saw last.
#[derive(Debug, Default)]
pub struct Sightings {
    short: Vec<Sighting>,
    read: usize,
    /// Words ending in `=` in the last text that was asked for, from its start.
    ends: Vec<(Mask, usize)>,
}

impl Sightings {
    /// The words ending in `=` that stand in the text that was asked for last, and where in it they end.
    pub fn ends(&self) -> &[(Mask, usize)] {
        &self.ends
    }
}

impl Sweep {
    /// A search for these words, in logs like the sample. Words that come first have a bit of their own.
    pub fn new(words: &[String], sample: &[u8]) -> Self {
        let words: Vec<Box<[u8]>> = words.iter().map(|word| word.as_bytes().into()).collect();
        let numbered = || words.iter().enumerate().map(|(index, word)| (index, &**word));
        let (long, rest): (Vec<_>, Vec<_>) = numbered().partition(|(_, word)| word.len() >= steps::SHORTEST);
        let many = rest.len() > ONE_BY_ONE;
        let (short, few): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|(_, word)| many && word.len() >= steps::SHORTEST_CLOSE);
        Self {
            long: Steps::new(&long, sample),
            short: Steps::close(&short, sample),
            few: one_by_one(few),
            words,
        }
    }

    /// The bit of a word.
    pub fn bit(index: usize) -> Mask {
        1 << index.checked_sub(ALONE).map_or(index, |beyond| ALONE + beyond % SHARED)
    }

    /// The words of a bit, which is told by its place, among so many.
    pub(super) fn words_of(bit: usize, words: usize) -> impl Iterator<Item = usize> {
        let several = bit >= ALONE;
        (bit..words).step_by(SHARED).take(if several { usize::MAX } else { 1 })
    }

    /// Prepares a window whose texts are asked for one by one.
    pub fn open(&self, window: &[u8], sightings: &mut Sightings) {
        let Sightings { short, read, .. } = sightings;
        short.clear();
        *read = 0;
        self.search_short(window, |sighting| short.push(sighting));
        short.sort_by_key(|sighting| sighting.start);
    }

    /// The words that stand in a text.
    pub fn mask(&self, text: &[u8]) -> Mask {
        let mut mask = 0;
        self.long
            .search(&self.words, text, self.long.first(text), |sighting| mask |= Self::bit(sighting.word));
        self.search_short(text, |sighting| mask |= Self::bit(sighting.word));
        mask
    }

    /// The words that stand wholly in a text of the window that was opened. Texts must be asked for from front to back.
    #[inline]
    pub(in crate::scan) fn mask_in(&self, sightings: &mut Sightings, window: &[u8], text: &[u8]) -> Mask {
        sightings.ends.clear();
        let first = self.long.first(text);
        let from = position_in(window, text);
        // Most windows have a short word somewhere, and nearly no text has one.
        let next_short = sightings.short.get(sightings.read).map_or(usize::MAX, |next| next.start);
        if first.is_none() && next_short >= from + text.len() {
            return 0;
        }
        self.seen_in(sightings, text, from, first)
    }

    /// The same where a word may stand. `from` is where the text begins in the window, `first` the first step in it on
    /// which one may stand that is not short.
    #[inline(never)]
    fn seen_in(&self, sightings: &mut Sightings, text: &[u8], from: usize, first: Option<usize>) -> Mask {
        let Sightings { short, read, ends } = sightings;
        let mut mask = 0;
        let mut see = |Sighting { start, word }| {
            let bit = Self::bit(word);
            mask |= bit;
            if let Some([before @ .., b'=']) = self.words.get(word).map(|word| &**word) {
                ends.push((bit, start + before.len() + 1));
            }
        };
        self.long.search(&self.words, text, first, &mut see);
        let end = from + text.len();
        while let Some(&Sighting { start, word }) = short.get(*read).filter(|next| next.start < end) {
            *read += 1;
            let ends = start + self.words.get(word).map_or(0, |word| word.len());
            if start >= from && ends <= end {
                see(Sighting { start: start - from, word });
            }
        }
        mask
    }

    fn search_short(&self, text: &[u8], mut see: impl FnMut(Sighting)) {
        self.short.search_close(&self.words, text, &mut see);
        for (finder, words) in &self.few {
            let mut from = 0;
            while let Some(found) = text.get(from..).and_then(|rest| finder.find(rest)) {
                words.iter().filter_map(|inside| self.stands(*inside, text, from + found)).for_each(&mut see);
                from += found + 1;
            }
        }
    }

    /// The word that holds what stands here, if it stands here itself.
    fn stands(&self, Inside { word, offset }: Inside, text: &[u8], at: usize) -> Option<Sighting> {
        let start = at.checked_sub(offset)?;
        text.get(start..)?.starts_with(self.words.get(word)?).then_some(Sighting { start, word })
    }
}

/// A search for each of these words, shortest first, but for those that hold a shorter one.
fn one_by_one(mut words: Vec<(usize, &[u8])>) -> Vec<(Finder<'static>, Vec<Inside>)> {
    words.sort_by_key(|(_, text)| text.len());
    let mut searches: Vec<(Finder<'static>, Vec<Inside>)> = Vec::new();
    for (word, text) in words {
        let inside = searches.iter_mut().find_map(|(finder, words)| Some((finder.find(text)?, words)));
        match inside {
            Some((offset, words)) => words.push(Inside { word, offset }),
            None => {
                let finder = FinderBuilder::new().build_forward(text).into_owned();
                searches.push((finder, vec![Inside { word, offset: 0 }]));
            }
        }
    }
    searches
}

#[cfg(test)]
mod tests {
    use super::{Sightings, Sweep};
    use crate::catalogue::Catalogue;
    use crate::model::kind::LogFamily;
    use proptest::prelude::*;

    fn naive(words: &[String], text: &str) -> u128 {
        words
            .iter()
            .enumerate()
            .filter(|(_, word)| text.contains(word.as_str()))
            .fold(0, |mask, (index, _)| mask | Sweep::bit(index))
    }

    proptest! {
        #[test]
        fn a_word_is_found_wherever_it_stands(
            words in prop::collection::vec("[ab=]{1,6}[ab]{0,14}=?", 1..12),
            lines in prop::collection::vec("[ab= ]{0,40}", 1..6),
            placed in prop::collection::vec((0usize..12, 0usize..6, 0usize..40), 0..6),
            sample in "[ab=]{0,200}",
        ) {
            let mut words = words;
            words.sort();
            words.dedup();
            let mut lines = lines;
            for (word, line, at) in placed {
                if let (Some(word), Some(line)) = (words.get(word), lines.get_mut(line)) {
                    line.insert_str(at.min(line.len()), word);
                }
            }
            let sweep = Sweep::new(&words, sample.as_bytes());
            let window = lines.join("\n");
            let mut sightings = Sightings::default();
            // A window may be searched after another one.
            sweep.open(b"a=b=a=b=a=b=", &mut sightings);
            sweep.open(window.as_bytes(), &mut sightings);
            let mut start = 0;
            for line in &lines {
                let text = &window.as_bytes()[start..start + line.len()];
                let mask = sweep.mask_in(&mut sightings, window.as_bytes(), text);
                prop_assert_eq!(mask, naive(&words, line), "{:?} in {:?}", words, line);
                prop_assert_eq!(mask, sweep.mask(line.as_bytes()));
                for (bit, end) in sightings.ends() {
                    let word = words.get(usize::try_from(bit.trailing_zeros()).unwrap()).unwrap();
                    prop_assert!(word.ends_with('=') && line.get(..*end).unwrap().ends_with(word.as_str()));
                }
                start += line.len() + 1;
            }
        }
    }

    #[test]
    fn large_logs_are_searched_for_one_short_word() {
        // Each one more is a search of its own in every line of every log.
        let catalogue = Catalogue::built_in().unwrap();
        let patterns = || catalogue.rules().iter().flat_map(|rule| &rule.patterns);
        for family in [LogFamily::Upgrade, LogFamily::Uls] {
            let own = patterns().filter(|pattern| pattern.logs.contains(&family));
            let words: Vec<String> = own.flat_map(|pattern| pattern.literals.clone()).collect();
            let sweep = Sweep::new(&words, b"");
            let searches: Vec<&[u8]> = sweep.few.iter().map(|(finder, _)| finder.needle()).collect();
            assert_eq!(searches, [b" failed"], "{family:?}");
        }
    }

    #[test]
    fn many_words_share_bits() {
        let words: Vec<String> = (0..300).map(|number| format!("word number {number:04}")).collect();
        let sweep = Sweep::new(&words, b"");
        assert_eq!(sweep.mask(b"a word number 0063 here"), 1 << 63);
        for shared in ["0064", "0128", "0192"] {
            assert_eq!(sweep.mask(format!("a word number {shared} here").as_bytes()), 1 << 64);
        }
        assert_eq!(sweep.mask(b"a word number 0127 here"), 1 << 127);
        assert_eq!(sweep.mask(b"a word number 0300 here"), 0);
        for word in 0..300 {
            let bit = usize::try_from(Sweep::bit(word).trailing_zeros()).unwrap();
            assert!(Sweep::words_of(bit, 300).any(|of_bit| of_bit == word));
            assert!(Sweep::words_of(bit, 300).all(|of_bit| Sweep::bit(of_bit) == Sweep::bit(word)));
        }
    }
}
