//! Every literal of a family of logs, found in one pass over a whole window of bytes: most records of a log
//! hold none, and a record that holds some need not be searched again.
//!
//! A window is looked at in steps of seven bytes. Where a word of ten bytes or more stands, one of the steps falls on
//! four bytes of it that stand for it: see `grams.rs`. So most bytes are never looked at, and a
//! thousand words cost no more than ten.

use std::ops::Range;

use memchr::memmem::{Finder, FinderBuilder};

use super::grams::{self, Gram, Place};
use crate::text::short::same;

/// The words of a sweep that stand in a text, one bit each.
pub type Mask = u128;

/// The last bit stands for all words beyond it.
const LAST_BIT: usize = 127;

/// Bytes from one step to the next. A longer stride would miss words that rules look for.
const STRIDE: usize = 7;

/// Words that are too short for the stride are searched for one by one, if they are no more than these.
const ONE_BY_ONE: usize = 4;

/// Searches for a fixed set of words.
#[derive(Debug)]
pub struct Sweep {
    words: Vec<Box<[u8]>>,
    long: Steps,
    /// Words too short for it, if they are many: in single steps.
    short: Steps,
    /// Words too short for it, if they are few: those that hold one of them are found with it.
    few: Vec<(Finder<'static>, Vec<Place>)>,
}

/// The places of words that are found in steps.
#[derive(Debug)]
struct Steps {
    /// One bit for each digest of a gram: what is not among them is nothing.
    any: Box<[u64; ANY]>,
    /// By digest.
    places: Vec<Place>,
    /// Where the places of a few digests begin.
    starts: Vec<usize>,
}

/// Bits of a digest.
const DIGEST_BITS: u32 = 16;
/// Words that hold a bit for each digest.
const ANY: usize = (1 << DIGEST_BITS) / u64::BITS as usize;
/// Bits of it that tell where its places begin.
const START_BITS: u32 = 11;

fn digest(gram: Gram) -> u16 {
    const SPREAD: u32 = 0x9E37_79B1;
    (gram.wrapping_mul(SPREAD) >> (32 - DIGEST_BITS)) as u16
}

/// What a sweep saw in a window, by position; read once, from front to back.
#[derive(Debug, Default)]
pub struct Sightings {
    all: Vec<Sighting>,
    read: usize,
    /// What is still to be confirmed.
    hits: Vec<Hit>,
    /// Words ending in `=` in the last text that was asked for, from its start.
    ends: Vec<(Mask, usize)>,
}

impl Sightings {
    /// The words ending in `=` that stand in the text that was asked for last, and where in it they end.
    pub fn ends(&self) -> &[(Mask, usize)] {
        &self.ends
    }
}

/// A step on which a word may stand, and the bytes there.
type Hit = (usize, Gram);

/// A word in a window.
#[derive(Clone, Copy, Debug)]
struct Sighting {
    /// A place in it; sightings are in the order of these.
    at: usize,
    start: usize,
    word: usize,
}

impl Sweep {
    /// A search for these words, in logs like the sample. Words that come first have a bit of their own.
    pub fn new(words: &[String], sample: &[u8]) -> Self {
        let words: Vec<Box<[u8]>> = words.iter().map(|word| word.as_bytes().into()).collect();
        let numbered = || words.iter().enumerate().map(|(index, word)| (index, &**word));
        let (long, rest): (Vec<_>, Vec<_>) =
            numbered().partition(|(_, word)| word.len() >= grams::shortest(STRIDE));
        let (short, few): (Vec<_>, Vec<_>) = rest
            .iter()
            .copied()
            .partition(|(_, word)| rest.len() > ONE_BY_ONE && word.len() >= grams::shortest(1));
        Self {
            long: Steps::new(&grams::choose(&long, STRIDE, sample)),
            short: Steps::new(&grams::choose(&short, 1, sample)),
            few: one_by_one(few),
            words,
        }
    }

    /// The bit of a word.
    pub fn bit(index: usize) -> Mask {
        1 << index.min(LAST_BIT)
    }

    /// Searches a window.
    pub fn search(&self, window: &[u8], sightings: &mut Sightings) {
        let Sightings { all, read, hits, .. } = sightings;
        all.clear();
        *read = 0;
        self.search_long(window, hits, |sighting| all.push(sighting));
        let in_order = all.len();
        self.search_short(window, |sighting| all.push(sighting));
        self.search_few(window, |sighting| all.push(sighting));
        if all.len() > in_order {
            all.sort_by_key(|sighting| sighting.at);
        }
    }

    /// The words that stand in a text.
    pub fn mask(&self, text: &[u8]) -> Mask {
        let mut mask = 0;
        self.search_long(text, &mut Vec::new(), |sighting| mask |= Self::bit(sighting.word));
        self.search_short(text, |sighting| mask |= Self::bit(sighting.word));
        self.search_few(text, |sighting| mask |= Self::bit(sighting.word));
        mask
    }

    /// The words that stand wholly in `text`, a range of the window that was searched. Ranges must be asked for
    /// from front to back.
    pub fn mask_in(&self, sightings: &mut Sightings, text: Range<usize>) -> Mask {
        let Sightings { all, read, ends, .. } = sightings;
        ends.clear();
        let mut mask = 0;
        while let Some(&Sighting { start, word, .. }) = all.get(*read).filter(|next| next.at < text.end) {
            *read += 1;
            let Some(bytes) = self.words.get(word) else { continue };
            let end = start + bytes.len();
            if start >= text.start && end <= text.end {
                let bit = Self::bit(word);
                mask |= bit;
                if bytes.last() == Some(&b'=') {
                    ends.push((bit, end - text.start));
                }
            }
        }
        mask
    }

    fn search_long(&self, text: &[u8], hits: &mut Vec<Hit>, mut see: impl FnMut(Sighting)) {
        hits.clear();
        self.long.hits(text, hits);
        for (at, gram) in hits.drain(..) {
            self.confirm(&self.long, text, at, gram, &mut see);
        }
    }

    fn search_short(&self, text: &[u8], mut see: impl FnMut(Sighting)) {
        if self.short.places.is_empty() {
            return;
        }
        for (at, bytes) in text.windows(grams::LENGTH).enumerate() {
            if let Some(gram) = grams::first(bytes).filter(|gram| self.short.may_stand(*gram)) {
                self.confirm(&self.short, text, at, gram, &mut see);
            }
        }
    }

    fn search_few(&self, text: &[u8], mut see: impl FnMut(Sighting)) {
        for (finder, places) in &self.few {
            let mut from = 0;
            while let Some(found) = text.get(from..).and_then(|rest| finder.find(rest)) {
                places.iter().filter_map(|place| self.stands(place, text, from + found)).for_each(&mut see);
                from += found + 1;
            }
        }
    }

    /// Tells of every word that this gram stands for, and that stands here.
    fn confirm(&self, steps: &Steps, text: &[u8], at: usize, gram: Gram, see: &mut impl FnMut(Sighting)) {
        for place in steps.places_of(gram) {
            if let Some(sighting) = self.stands(place, text, at) {
                see(sighting);
            }
        }
    }

    /// The word of which this place is a part, if it stands here.
    fn stands(&self, place: &Place, text: &[u8], at: usize) -> Option<Sighting> {
        let word = self.words.get(place.word)?;
        let start = at.checked_sub(place.offset)?;
        same(text.get(start..start + word.len())?, word).then_some(Sighting { at, start, word: place.word })
    }
}

/// A search for each of these words, shortest first, but for those that hold a shorter one.
fn one_by_one(mut words: Vec<(usize, &[u8])>) -> Vec<(Finder<'static>, Vec<Place>)> {
    words.sort_by_key(|(_, text)| text.len());
    let mut searches: Vec<(Finder<'static>, Vec<Place>)> = Vec::new();
    for (word, text) in words {
        let inside = searches.iter_mut().find_map(|(finder, places)| Some((finder.find(text)?, places)));
        match inside {
            Some((offset, places)) => places.push(Place { gram: 0, word, offset }),
            None => {
                let finder = FinderBuilder::new().build_forward(text).into_owned();
                searches.push((finder, vec![Place { gram: 0, word, offset: 0 }]));
            }
        }
    }
    searches
}

impl Steps {
    fn new(places: &[Place]) -> Self {
        let mut places = places.to_vec();
        places.sort_by_key(|place| (digest(place.gram), place.gram));
        let mut any = Box::new([0; ANY]);
        for digest in places.iter().map(|place| digest(place.gram)) {
            any[usize::from(digest / 64)] |= 1 << (digest % 64);
        }
        let group = |place: &Place| usize::from(digest(place.gram) >> (DIGEST_BITS - START_BITS));
        let starts = (0..=1 << START_BITS)
            .map(|wanted| places.partition_point(|place| group(place) < wanted))
            .collect();
        Self { any, places, starts }
    }

    /// The steps on which a word may stand. A loop of its own, and never a part of another function: it looks at
    /// every byte of a log, and must not run short of registers.
    #[inline(never)]
    fn hits(&self, text: &[u8], hits: &mut Vec<Hit>) {
        if self.places.is_empty() {
            return;
        }
        let (steps, rest) = text.as_chunks::<STRIDE>();
        for (step, [a, b, c, d, ..]) in steps.iter().enumerate() {
            let gram = Gram::from_le_bytes([*a, *b, *c, *d]);
            if self.may_stand(gram) {
                hits.push((step * STRIDE, gram));
            }
        }
        let last = grams::first(rest).filter(|gram| self.may_stand(*gram));
        hits.extend(last.map(|gram| (text.len() - rest.len(), gram)));
    }

    #[inline]
    fn may_stand(&self, gram: Gram) -> bool {
        let digest = digest(gram);
        self.any[usize::from(digest / 64)] >> (digest % 64) & 1 == 1
    }

    fn places_of(&self, gram: Gram) -> impl Iterator<Item = &Place> {
        let group = usize::from(digest(gram) >> (DIGEST_BITS - START_BITS));
        let start = |group: usize| self.starts.get(group).copied().unwrap_or_default();
        let places = self.places.get(start(group)..start(group + 1)).unwrap_or_default();
        places.iter().filter(move |place| place.gram == gram)
    }
}

#[cfg(test)]
mod tests {
    use super::{Sightings, Sweep};
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
            sweep.search(b"a=b=a=b=a=b=", &mut sightings);
            sweep.search(window.as_bytes(), &mut sightings);
            let mut start = 0;
            for line in &lines {
                let mask = sweep.mask_in(&mut sightings, start..start + line.len());
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
    fn words_beyond_the_last_bit_share_it() {
        let words: Vec<String> = (0..300).map(|number| format!("word number {number:04}")).collect();
        let sweep = Sweep::new(&words, b"");
        assert_eq!(sweep.mask(b"a word number 0126 here"), Sweep::bit(126));
        assert_eq!(sweep.mask(b"a word number 0127 here"), Sweep::bit(127));
        assert_eq!(sweep.mask(b"a word number 0299 here"), Sweep::bit(127));
        assert_eq!(sweep.mask(b"a word number 0300 here"), 0);
    }
}
