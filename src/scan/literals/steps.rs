//! A text looked at in steps. Where a word stands in it, one of the steps falls on four bytes of the word that stand
//! for it: see `grams.rs`. So most bytes are never looked at, and a thousand words cost no more than ten.

use super::grams::{self, Gram, Place};
use crate::text::short::same;

/// Bits of a digest of a gram.
const DIGEST_BITS: u32 = 16;
/// Numbers that hold a bit for each digest.
const ANY: usize = (1 << DIGEST_BITS) / u64::BITS as usize;
/// Bits of a digest that tell where its places begin.
const START_BITS: u32 = 11;

fn digest(gram: Gram) -> u16 {
    const SPREAD: u32 = 0x9E37_79B1;
    (gram.wrapping_mul(SPREAD) >> (32 - DIGEST_BITS)) as u16
}

/// Bytes from one step to the next. A longer stride would miss words that rules look for.
const STRIDE: usize = 7;

/// Steps that are made in one go.
const PACE: usize = 4;

/// The shortest word that is found in steps.
pub(super) const SHORTEST: usize = grams::shortest(STRIDE);
/// The shortest word that is found where every byte is a step.
pub(super) const SHORTEST_CLOSE: usize = grams::shortest(1);

/// Words that are found in steps.
#[derive(Debug)]
pub(super) struct Steps {
    /// One bit for each digest of a gram: what is not among them is nothing.
    any: Box<[u64; ANY]>,
    /// By digest.
    places: Vec<Known>,
    /// Where the places of a few digests begin.
    starts: Vec<usize>,
}

/// A place, with as much of its word as tells nearly every other text from it.
#[derive(Clone, Copy, Debug)]
struct Known {
    gram: Gram,
    /// How the word begins.
    begin: Gram,
    /// Where in the word the gram stands.
    offset: usize,
    word: usize,
}

/// A word in a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Sighting {
    /// Where it begins.
    pub(super) start: usize,
    pub(super) word: usize,
}

impl Steps {
    /// For [`search`](Self::search) in texts like the sample.
    pub(super) fn new(words: &[(usize, &[u8])], sample: &[u8]) -> Self {
        Self::with_stride(words, STRIDE, sample)
    }

    /// For [`search_close`](Self::search_close) in texts like the sample.
    pub(super) fn close(words: &[(usize, &[u8])], sample: &[u8]) -> Self {
        Self::with_stride(words, 1, sample)
    }

    fn with_stride(words: &[(usize, &[u8])], stride: usize, sample: &[u8]) -> Self {
        let begin_of = |word: usize| {
            let text = words.iter().find(|(number, _)| *number == word).map(|(_, text)| *text);
            text.and_then(grams::first).unwrap_or_default()
        };
        let known = |Place { gram, word, offset }| Known { gram, begin: begin_of(word), offset, word };
        let mut places: Vec<Known> = grams::choose(words, stride, sample).into_iter().map(known).collect();
        places.sort_by_key(|known| (digest(known.gram), known.gram));
        let mut any = Box::new([0; ANY]);
        for digest in places.iter().map(|known| digest(known.gram)) {
            any[usize::from(digest / 64)] |= 1 << (digest % 64);
        }
        let group = |known: &Known| usize::from(digest(known.gram) >> (DIGEST_BITS - START_BITS));
        let starts = (0..=1 << START_BITS)
            .map(|wanted| places.partition_point(|known| group(known) < wanted))
            .collect();
        Self { any, places, starts }
    }

    /// The first step of a text on which a word may stand: most texts have none.
    #[inline]
    pub(super) fn first(&self, text: &[u8]) -> Option<usize> {
        let (steps, rest) = text.as_chunks::<STRIDE>();
        match self.next(steps) {
            Some(step) => Some(step * STRIDE),
            None => {
                let gram = grams::first(rest)?;
                self.may_stand(gram).then(|| text.len() - rest.len())
            }
        }
    }

    /// Tells of every word that stands in a text, in the order of the steps that fall on them. `first` is the first on
    /// which one may stand.
    pub(super) fn search(
        &self,
        words: &[Box<[u8]>],
        text: &[u8],
        first: Option<usize>,
        mut see: impl FnMut(Sighting),
    ) {
        let mut next = first;
        while let Some(at) = next {
            let rest = text.get(at..).unwrap_or_default();
            if let Some(gram) = grams::first(rest) {
                self.confirm(words, text, at, gram, &mut see);
            }
            let behind = at + STRIDE;
            next = text.get(behind..).and_then(|rest| self.first(rest)).map(|more| behind + more);
        }
    }

    /// The same with every byte as a step.
    pub(super) fn search_close(&self, words: &[Box<[u8]>], text: &[u8], mut see: impl FnMut(Sighting)) {
        if self.places.is_empty() {
            return;
        }
        for (at, bytes) in text.windows(grams::LENGTH).enumerate() {
            if let Some(gram) = grams::first(bytes).filter(|gram| self.may_stand(*gram)) {
                self.confirm(words, text, at, gram, &mut see);
            }
        }
    }

    /// The first of these steps on which a word may stand. A loop of its own, and never a part of another function: it
    /// goes over every text of a log, and must not run short of registers. Nor is anything counted at each step.
    #[inline(never)]
    fn next(&self, steps: &[[u8; STRIDE]]) -> Option<usize> {
        let stands = |[a, b, c, d, ..]: &[u8; STRIDE]| self.may_stand(Gram::from_le_bytes([*a, *b, *c, *d]));
        let (paces, rest) = steps.as_chunks::<PACE>();
        for (pace, steps) in paces.iter().enumerate() {
            for (step, bytes) in steps.iter().enumerate() {
                if stands(bytes) {
                    return Some(pace * PACE + step);
                }
            }
        }
        Some(paces.len() * PACE + rest.iter().position(stands)?)
    }

    #[inline]
    fn may_stand(&self, gram: Gram) -> bool {
        let digest = digest(gram);
        self.any[usize::from(digest / 64)] >> (digest % 64) & 1 == 1
    }

    /// Tells of every word that this gram stands for, and that stands here.
    fn confirm(
        &self,
        words: &[Box<[u8]>],
        text: &[u8],
        at: usize,
        gram: Gram,
        see: &mut impl FnMut(Sighting),
    ) {
        for known in self.places_of(gram).iter().filter(|known| known.gram == gram) {
            if let Some(start) = at.checked_sub(known.offset)
                && let Some(standing) = text.get(start..)
                && grams::first(standing) == Some(known.begin)
                && let Some(word) = words.get(known.word)
                && standing.get(..word.len()).is_some_and(|standing| same(standing, word))
            {
                see(Sighting { start, word: known.word });
            }
        }
    }

    fn places_of(&self, gram: Gram) -> &[Known] {
        let group = usize::from(digest(gram) >> (DIGEST_BITS - START_BITS));
        let start = |group: usize| self.starts.get(group).copied().unwrap_or_default();
        self.places.get(start(group)..start(group + 1)).unwrap_or_default()
    }
}
