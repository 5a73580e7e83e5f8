//! Which four bytes of a word stand for it. A text is looked at in steps; wherever a word stands in it, one of its
//! bytes falls on a step, and for each of these places the rarest four bytes that a step can fall on are taken.

/// Bytes that are looked at together.
pub(super) const LENGTH: usize = 4;

/// Bytes of a log that show what it is full of.
pub(super) const SAMPLE: usize = 16 * 1024;

/// Four bytes, as a number.
pub(super) type Gram = u32;

/// The gram with which a text begins.
pub(super) fn first(text: &[u8]) -> Option<Gram> {
    text.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

/// Four bytes of a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) gram: Gram,
    /// Index of the word.
    pub(super) word: usize,
    /// Where in the word they stand.
    pub(super) offset: usize,
}

/// The shortest word that steps of this length cannot miss.
pub(super) const fn shortest(stride: usize) -> usize {
    stride + LENGTH - 1
}

/// For every word, one place for each way in which steps of this length may fall on it. What is found does not
/// depend on the sample, only how often something is looked at in vain.
pub(super) fn choose(words: &[(usize, &[u8])], stride: usize, sample: &[u8]) -> Vec<Place> {
    let sample = sample.get(..SAMPLE).unwrap_or(sample);
    let mut common: Vec<Gram> = sample.windows(LENGTH).filter_map(first).collect();
    common.sort_unstable();
    let times = |gram: Gram| {
        let from = common.partition_point(|known| *known < gram);
        common.get(from..).unwrap_or_default().iter().take_while(|known| **known == gram).count()
    };
    let mut places = Vec::new();
    for &(word, text) in words {
        let grams: Vec<(Gram, usize)> =
            text.windows(LENGTH).filter_map(|bytes| Some((first(bytes)?, rarity(bytes)))).collect();
        for way in 0..stride {
            let able = grams.iter().enumerate().skip(way).step_by(stride);
            let rarest = able.min_by_key(|(_, (gram, rarity))| (times(*gram), std::cmp::Reverse(*rarity)));
            places.extend(rarest.map(|(offset, (gram, _))| Place { gram: *gram, word, offset }));
        }
    }
    places
}

/// A rough order of how rare the bytes of a text are in logs.
fn rarity(text: &[u8]) -> usize {
    text.iter()
        .map(|byte| match byte {
            b'e' | b't' | b'a' | b'i' | b'n' | b'o' | b's' | b'r' | b' ' => 1,
            b'd' | b'l' | b'c' | b'u' | b'p' | b'm' | b'0'..=b'9' => 3,
            b'g' | b'h' | b'f' | b'b' | b'.' | b'-' | b'S' | b'P' => 5,
            b'w' | b'y' | b'v' | b'U' | b'=' | b'/' | b':' | b'[' | b']' | b'D' | b'C' => 7,
            b'A'..=b'Z' => 9,
            _ => 11,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::{choose, first, shortest};

    #[test]
    fn every_way_to_step_on_a_word_has_a_place_and_common_ones_are_avoided() {
        let words: [(usize, &[u8]); 2] = [(3, b"the site is gone"), (5, b"a short one")];
        let places = choose(&words, 7, b"the site the site is the site");
        for (word, text) in words {
            assert!(text.len() >= shortest(7));
            let of_word = || places.iter().filter(|place| place.word == word);
            let mut ways: Vec<usize> = of_word().map(|place| place.offset % 7).collect();
            ways.sort_unstable();
            assert_eq!(ways, [0, 1, 2, 3, 4, 5, 6]);
            assert!(of_word().all(|place| first(&text[place.offset..]) == Some(place.gram)));
        }
        // `the ` stands thrice in the sample, `e is` once.
        assert!(places.iter().all(|place| place.word != 3 || place.offset != 0), "{places:?}");
    }
}
