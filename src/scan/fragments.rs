//! Which four bytes of each word a sweep looks for. Words share fragments where they can, and fragments that the
//! log is full of are avoided: both make the vector search stop less often.

/// The vector search looks at four bytes.
pub(super) const LENGTH: usize = 4;

/// Bytes of a log that show what it is full of.
const SAMPLE: usize = 16 * 1024;

/// Words that are decided together: one bit each.
const AT_ONCE: usize = 128;

/// A fragment, with the words it stands for and where it begins in each of them. Every word has one fragment.
pub(super) type Fragment<'w> = (&'w [u8], Vec<(usize, usize)>);

/// Chooses the fragments. What is found does not depend on the sample, only how fast.
pub(super) fn choose<'w>(words: &[&'w [u8]], sample: &[u8]) -> Vec<Fragment<'w>> {
    let sample = sample.get(..SAMPLE).unwrap_or(sample);
    let mut chosen: Vec<Fragment<'w>> = Vec::new();
    for (chunk, group) in words.chunks(AT_ONCE).enumerate() {
        for (fragment, members) in of_group(group, sample) {
            let places = members.into_iter().filter_map(|word| {
                let at = memchr::memmem::find(group.get(word)?, fragment)?;
                Some((chunk * AT_ONCE + word, at))
            });
            match chosen.iter_mut().find(|(known, _)| *known == fragment) {
                Some((_, known)) => known.extend(places),
                None => chosen.push((fragment, places.collect())),
            }
        }
    }
    chosen
}

struct Candidate<'w> {
    text: &'w [u8],
    /// The words that hold it, one bit each.
    words: u128,
    /// Times it stands in the sample.
    common: usize,
}

/// Greedy: of the fragments that the sample holds least often, the one in most of the words that are left.
fn of_group<'w>(words: &[&'w [u8]], sample: &[u8]) -> Vec<(&'w [u8], Vec<usize>)> {
    let candidates = candidates(words, sample);
    let mut left: u128 = words.iter().enumerate().fold(0, |left, (word, _)| left | 1 << word);
    let mut chosen = Vec::new();
    while left != 0 {
        let able = candidates.iter().filter(|candidate| candidate.words & left != 0);
        let key = |candidate: &&Candidate<'_>| {
            let covered = (candidate.words & left).count_ones();
            (candidate.common, std::cmp::Reverse((covered, rarity(candidate.text))))
        };
        let Some(best) = able.min_by_key(key) else { break };
        let members = best.words & left;
        left &= !members;
        chosen.push((best.text, (0..words.len()).filter(|word| members >> word & 1 == 1).collect()));
    }
    chosen
}

fn candidates<'w>(words: &[&'w [u8]], sample: &[u8]) -> Vec<Candidate<'w>> {
    let of_word = |word: &'w [u8]| word.windows(LENGTH.min(word.len()).max(1));
    let mut all: Vec<(&[u8], usize)> = words
        .iter()
        .enumerate()
        .flat_map(|(index, word)| of_word(word).map(move |fragment| (fragment, index)))
        .collect();
    all.sort_unstable();
    let mut candidates: Vec<Candidate<'w>> = Vec::new();
    for (text, word) in all {
        match candidates.last_mut() {
            Some(last) if last.text == text => last.words |= 1 << word,
            _ => candidates.push(Candidate { text, words: 1 << word, common: 0 }),
        }
    }
    let numbers: Vec<(u32, usize)> = candidates
        .iter()
        .enumerate()
        .filter_map(|(place, candidate)| Some((number(candidate.text)?, place)))
        .collect();
    for window in sample.windows(LENGTH) {
        let found = number(window).and_then(|wanted| {
            let found = numbers.binary_search_by_key(&wanted, |(number, _)| *number).ok()?;
            candidates.get_mut(numbers.get(found)?.1)
        });
        if let Some(candidate) = found {
            candidate.common += 1;
        }
    }
    candidates
}

/// The bytes as a number, in the order of texts.
fn number(text: &[u8]) -> Option<u32> {
    text.try_into().ok().map(u32::from_be_bytes)
}

/// A rough order of how rare the bytes of a text are in logs.
fn rarity(text: &[u8]) -> u32 {
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
    use super::{LENGTH, choose};

    #[test]
    fn every_word_has_one_fragment_and_common_ones_are_avoided() {
        let words: [&[u8]; 4] = [b"the site is gone", b"the site is full", b"abc", b"a site"];
        let chosen = choose(&words, b"the site the site is the site");
        let mut placed: Vec<usize> = Vec::new();
        for (fragment, places) in &chosen {
            for (word, at) in places {
                assert_eq!(words[*word].get(*at..*at + fragment.len()), Some(*fragment));
                placed.push(*word);
            }
            assert!(fragment.len() == LENGTH || *fragment == b"abc");
        }
        placed.sort_unstable();
        assert_eq!(placed, [0, 1, 2, 3]);
        assert!(chosen.iter().all(|(fragment, _)| *fragment != b"site"), "{chosen:?}");
    }
}
