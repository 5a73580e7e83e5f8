//! Every literal of a family of logs, found in one pass over a whole window of bytes: most records of a log
//! hold none, and a record that holds some need not be searched again.

use std::ops::Range;

use aho_corasick::packed::{self, MatchKind as PackedKind};
use aho_corasick::{AhoCorasick, Input, MatchKind, Span};

use super::fragments;

/// The words of a sweep that stand in a text, one bit each.
pub type Mask = u128;

/// The last bit stands for all words beyond it.
const LAST_BIT: usize = 127;

/// Fragments that are searched for at once: more of them overfill the buckets of the vector search.
const FRAGMENTS_AT_ONCE: usize = 48;

/// Searches for a fixed set of words.
#[derive(Debug)]
pub struct Sweep {
    words: Vec<Word>,
    parts: Vec<Part>,
    /// Words that end in `=`. Half of all records name an object that way: these are looked for by that byte, and do
    /// not stop the vector search.
    keys: Vec<Key>,
}

/// A word that ends in `=`.
#[derive(Debug)]
struct Key {
    word: usize,
    /// Its last bytes: cheap to compare.
    end: [u8; KEY_END],
}

const KEY_END: usize = 4;

/// A word, and where the fragment of it begins that is searched for.
#[derive(Debug)]
struct Word {
    text: Vec<u8>,
    fragment: usize,
}

#[derive(Debug)]
struct Part {
    search: Search,
    fragments: Vec<Fragment>,
}

/// A few bytes of one or more words.
#[derive(Debug)]
struct Fragment {
    /// Words that may stand where this fragment was found.
    words: Vec<usize>,
    /// No other fragment begins in the bytes before this distance.
    next: usize,
}

#[derive(Debug)]
enum Search {
    Packed(packed::Searcher),
    /// Where the processor has no vectors to search with.
    Automaton(Box<AhoCorasick>),
}

impl Search {
    fn find(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        let span = Span { start: from, end: text.len() };
        match self {
            Self::Packed(searcher) => {
                searcher.find_in(text, span).map(|found| (found.start(), found.pattern().as_usize()))
            }
            Self::Automaton(automaton) => automaton
                .find(Input::new(text).span(span))
                .map(|found| (found.start(), found.pattern().as_usize())),
        }
    }
}

/// What a sweep saw in a window, by position; read once, from front to back.
#[derive(Debug, Default)]
pub struct Sightings {
    parts: Vec<Seen>,
    /// Words that end in `=`, by the place behind them.
    keys: Seen,
    /// Those of the last text that was asked for, from its start.
    ends: Vec<(Mask, usize)>,
}

impl Sightings {
    /// The words ending in `=` that stand in the text that was asked for last, and where in it they end.
    pub fn ends(&self) -> &[(Mask, usize)] {
        &self.ends
    }
}

#[derive(Debug, Default)]
struct Seen {
    /// Where the fragment of a word begins, and which word it is.
    all: Vec<(usize, usize)>,
    read: usize,
}

impl Sweep {
    /// A search for these words, in logs like the sample. Words that come first have a bit of their own.
    pub fn new(words: &[String], sample: &[u8]) -> Self {
        let texts: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
        let key = |word: usize| {
            let text = texts.get(word).filter(|text| text.ends_with(b"="))?;
            Some(Key { word, end: *text.last_chunk()? })
        };
        let keys: Vec<Key> = (0..texts.len()).filter_map(key).collect();
        let others: Vec<usize> = (0..texts.len()).filter(|word| key(*word).is_none()).collect();
        let searched: Vec<&[u8]> = others.iter().filter_map(|word| texts.get(*word).copied()).collect();
        let mut words: Vec<Word> =
            texts.iter().map(|text| Word { text: text.to_vec(), fragment: 0 }).collect();
        let mut fragments = Vec::new();
        for (text, places) in fragments::choose(&searched, sample) {
            let mut members = Vec::new();
            for (searched, at) in places {
                let Some(&index) = others.get(searched) else { continue };
                members.push(index);
                if let Some(word) = words.get_mut(index) {
                    word.fragment = at;
                }
            }
            fragments.push((text, members));
        }
        let size = fragments.len().div_ceil(fragments.len().div_ceil(FRAGMENTS_AT_ONCE).max(1)).max(1);
        let parts = fragments.chunks(size).filter_map(Part::new).collect();
        Self { words, parts, keys }
    }

    /// The bit of a word.
    pub fn bit(index: usize) -> Mask {
        1 << index.min(LAST_BIT)
    }

    /// Searches a window.
    pub fn search(&self, window: &[u8], sightings: &mut Sightings) {
        sightings.parts.resize_with(self.parts.len(), Seen::default);
        for (part, seen) in self.parts.iter().zip(&mut sightings.parts) {
            seen.all.clear();
            seen.read = 0;
            self.search_part(part, window, |at, word| seen.all.push((at, word)));
        }
        sightings.keys.all.clear();
        sightings.keys.read = 0;
        self.search_keys(window, |end, word| sightings.keys.all.push((end, word)));
    }

    /// The words that stand in a text.
    pub fn mask(&self, text: &[u8]) -> Mask {
        let mut mask = 0;
        self.search_keys(text, |_, word| mask |= Self::bit(word));
        for part in &self.parts {
            self.search_part(part, text, |_, word| mask |= Self::bit(word));
        }
        mask
    }

    /// The words that stand wholly in `text`, a range of the window that was searched. Ranges must be asked for
    /// from front to back.
    pub fn mask_in(&self, sightings: &mut Sightings, text: Range<usize>) -> Mask {
        let mut mask = self.keys_in(sightings, &text);
        for seen in &mut sightings.parts {
            while let Some(&(at, index)) = seen.all.get(seen.read).filter(|(at, _)| *at < text.end) {
                seen.read += 1;
                let Some(word) = self.words.get(index) else { continue };
                if at >= text.start + word.fragment && at - word.fragment + word.text.len() <= text.end {
                    mask |= Self::bit(index);
                }
            }
        }
        mask
    }

    /// The words ending in `=` that stand wholly in `text`; their places are kept.
    fn keys_in(&self, sightings: &mut Sightings, text: &Range<usize>) -> Mask {
        let mut mask = 0;
        let Sightings { keys: seen, ends, .. } = sightings;
        ends.clear();
        while let Some(&(end, index)) = seen.all.get(seen.read).filter(|(end, _)| *end <= text.end) {
            seen.read += 1;
            if self.words.get(index).is_some_and(|word| end >= text.start + word.text.len()) {
                mask |= Self::bit(index);
                ends.push((Self::bit(index), end - text.start));
            }
        }
        mask
    }

    fn search_keys(&self, text: &[u8], mut seen: impl FnMut(usize, usize)) {
        if self.keys.is_empty() {
            return;
        }
        for at in memchr::memchr_iter(b'=', text) {
            let before = text.get(..=at).unwrap_or_default();
            let end: Option<&[u8; KEY_END]> = before.last_chunk();
            for key in self.keys.iter().filter(|key| end == Some(&key.end)) {
                if self.words.get(key.word).is_some_and(|word| before.ends_with(&word.text)) {
                    seen(at + 1, key.word);
                }
            }
        }
    }

    fn search_part(&self, part: &Part, text: &[u8], mut seen: impl FnMut(usize, usize)) {
        let mut from = 0;
        while let Some((at, fragment)) = part.search.find(text, from) {
            let Some(fragment) = part.fragments.get(fragment) else { return };
            for &index in &fragment.words {
                let stands = self.words.get(index).is_some_and(|word| {
                    at.checked_sub(word.fragment)
                        .and_then(|start| text.get(start..))
                        .is_some_and(|text| text.starts_with(&word.text))
                });
                if stands {
                    seen(at, index);
                }
            }
            from = at + fragment.next;
        }
    }
}

impl Part {
    fn new(fragments: &[(&[u8], Vec<usize>)]) -> Option<Self> {
        let texts: Vec<&[u8]> = fragments.iter().map(|(text, _)| *text).collect();
        // The longest fragment at a place is found; a shorter one at the same place is the beginning of it.
        let packed =
            packed::Config::new().match_kind(PackedKind::LeftmostLongest).builder().extend(&texts).build();
        let search = match packed {
            Some(searcher) => Search::Packed(searcher),
            None => Search::Automaton(Box::new(
                AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&texts).ok()?,
            )),
        };
        let fragments = texts
            .iter()
            .map(|text| Fragment {
                words: fragments
                    .iter()
                    .filter(|(other, _)| text.starts_with(other))
                    .flat_map(|(_, words)| words.iter().copied())
                    .collect(),
                next: distance(text, &texts),
            })
            .collect();
        Some(Self { search, fragments })
    }
}

/// How far behind the start of a found fragment the next one can begin.
fn distance(found: &[u8], fragments: &[&[u8]]) -> usize {
    (1..found.len())
        .find(|at| {
            let rest = found.get(*at..).unwrap_or_default();
            fragments.iter().any(|other| other.starts_with(rest) || rest.starts_with(other))
        })
        .unwrap_or(found.len())
        .max(1)
}
