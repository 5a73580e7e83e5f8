//! Every literal of a family of logs, found in one pass over a whole window of bytes: most records of a log
//! hold none, and a record that holds some need not be searched again.

use aho_corasick::packed::{self, MatchKind as PackedKind};
use aho_corasick::{AhoCorasick, Input, MatchKind, Span};

/// The words of a sweep that stand in a text, one bit each.
pub type Mask = u128;

/// The last bit stands for all words beyond it.
const LAST_BIT: usize = 127;

/// Words that are searched for at once: more of them overfill the buckets of the vector search.
const WORDS_AT_ONCE: usize = 48;

/// Searches for a fixed set of words.
#[derive(Debug)]
pub struct Sweep {
    words: Vec<Word>,
    parts: Vec<Part>,
}

/// A word, and where the rare end of it begins that is searched for.
#[derive(Debug)]
struct Word {
    text: Vec<u8>,
    rare: usize,
}

#[derive(Debug)]
struct Part {
    search: Search,
    ends: Vec<End>,
}

/// The end of one or more words.
#[derive(Debug)]
struct End {
    /// Words that may stand where this end was found.
    words: Vec<usize>,
    /// No other end begins in the bytes before this distance.
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
}

#[derive(Debug, Default)]
struct Seen {
    /// Where the rare end of a word begins, and which word it is.
    all: Vec<(usize, usize)>,
    read: usize,
}

impl Sweep {
    /// A search for these words. Words that come first have a bit of their own.
    pub fn new(words: &[String]) -> Self {
        let words: Vec<Word> = words
            .iter()
            .map(|word| Word { text: word.as_bytes().to_vec(), rare: rarest(word.as_bytes()) })
            .collect();
        let mut ends: Vec<&[u8]> = words.iter().filter_map(|word| word.text.get(word.rare..)).collect();
        ends.sort_unstable();
        ends.dedup();
        let size = ends.len().div_ceil(ends.len().div_ceil(WORDS_AT_ONCE).max(1)).max(1);
        let parts = ends.chunks(size).filter_map(|ends| Part::new(ends, &words)).collect();
        Self { words, parts }
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
    }

    /// The words that stand in a text.
    pub fn mask(&self, text: &[u8]) -> Mask {
        let mut mask = 0;
        for part in &self.parts {
            self.search_part(part, text, |_, word| mask |= Self::bit(word));
        }
        mask
    }

    /// The words that stand wholly in `text`, a range of the window that was searched. Ranges must be asked for
    /// from front to back.
    pub fn mask_in(&self, sightings: &mut Sightings, text: std::ops::Range<usize>) -> Mask {
        let mut mask = 0;
        for seen in &mut sightings.parts {
            while let Some(&(at, index)) = seen.all.get(seen.read).filter(|(at, _)| *at < text.end) {
                seen.read += 1;
                let Some(word) = self.words.get(index) else { continue };
                if at >= text.start + word.rare && at - word.rare + word.text.len() <= text.end {
                    mask |= Self::bit(index);
                }
            }
        }
        mask
    }

    fn search_part(&self, part: &Part, text: &[u8], mut seen: impl FnMut(usize, usize)) {
        let mut from = 0;
        while let Some((at, end)) = part.search.find(text, from) {
            let Some(end) = part.ends.get(end) else { return };
            for &index in &end.words {
                let stands = self.words.get(index).is_some_and(|word| {
                    at.checked_sub(word.rare)
                        .and_then(|start| text.get(start..))
                        .is_some_and(|text| text.starts_with(&word.text))
                });
                if stands {
                    seen(at, index);
                }
            }
            from = at + end.next;
        }
    }
}

impl Part {
    fn new(ends: &[&[u8]], words: &[Word]) -> Option<Self> {
        // The longest end at a place is found; shorter ones at the same place are parts of it.
        let packed =
            packed::Config::new().match_kind(PackedKind::LeftmostLongest).builder().extend(ends).build();
        let search = match packed {
            Some(searcher) => Search::Packed(searcher),
            None => Search::Automaton(Box::new(
                AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(ends).ok()?,
            )),
        };
        let ends = ends
            .iter()
            .map(|end| End {
                words: (0..words.len())
                    .filter(|index| {
                        let rare = words.get(*index).and_then(|word| word.text.get(word.rare..));
                        rare.is_some_and(|rare| end.starts_with(rare) && ends.contains(&rare))
                    })
                    .collect(),
                next: distance(end, ends),
            })
            .collect();
        Some(Self { search, ends })
    }
}

/// How far behind the start of a found end the next one can begin.
fn distance(found: &[u8], ends: &[&[u8]]) -> usize {
    (1..found.len())
        .find(|at| {
            let rest = found.get(*at..).unwrap_or_default();
            ends.iter().any(|end| end.starts_with(rest) || rest.starts_with(end))
        })
        .unwrap_or(found.len())
        .max(1)
}

/// Where the four bytes begin that logs hold least often: the vector search looks at four.
fn rarest(word: &[u8]) -> usize {
    const LOOKED_AT: usize = 4;
    let rarity = |at: &usize| -> u32 { word.iter().skip(*at).take(LOOKED_AT).map(|byte| rank(*byte)).sum() };
    // Of equally rare places the first: the rest of the word is longest.
    (0..=word.len().saturating_sub(LOOKED_AT)).rev().max_by_key(rarity).unwrap_or(0)
}

/// How rare a byte is in the text of logs: a rough order is enough.
fn rank(byte: u8) -> u32 {
    match byte {
        b'e' | b't' | b'a' | b'i' | b'n' | b'o' | b's' | b'r' | b' ' => 1,
        b'd' | b'l' | b'c' | b'u' | b'p' | b'm' | b'0'..=b'9' => 3,
        b'g' | b'h' | b'f' | b'b' | b'.' | b'-' | b'S' | b'P' => 5,
        b'w' | b'y' | b'v' | b'U' | b'=' | b'/' | b':' | b'[' | b']' | b'D' | b'C' => 7,
        b'A'..=b'Z' => 9,
        _ => 11,
    }
}
