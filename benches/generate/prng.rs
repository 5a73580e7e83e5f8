//! Chance that is the same on every machine: one generator of 64-bit numbers, seeded by hand.

/// `SplitMix64`: small, fast, and specified to the bit.
#[derive(Clone, Debug)]
pub(crate) struct Prng(u64);

impl Prng {
    /// The stream of this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A stream of its own for one part of a farm, so that a change there leaves the other parts alone.
    pub(crate) fn fork(&self, part: &str) -> Self {
        let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Self(part.bytes().fold(self.0 ^ 0xcbf2_9ce4_8422_2325, fnv))
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number from 0 up to, not including, `bound`; 0 if `bound` is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let wide = (u128::from(self.next()) * u128::from(bound)) >> 64;
        u64::try_from(wide).expect("the upper half of a product of two u64 fits u64")
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True in `parts` of a million cases.
    pub(crate) fn chance(&mut self, parts: u64) -> bool {
        self.below(1_000_000) < parts
    }

    /// An index into something that has `length` entries.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        let bound = u64::try_from(length).expect("no table is larger than u64");
        usize::try_from(self.below(bound)).expect("below the length of a table")
    }

    /// One entry of a table, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, table: &'a [T]) -> &'a T {
        &table[self.index(table.len())]
    }

    /// The entries in another order.
    pub(crate) fn shuffle<T>(&mut self, table: &mut [T]) {
        for last in (1..table.len()).rev() {
            table.swap(last, self.index(last + 1));
        }
    }

    /// A random GUID of version 4.
    pub(crate) fn guid(&mut self) -> Guid {
        let high = self.next() & !0xf000 | 0x4000;
        let low = self.next() & !(0b11 << 62) | (0b10 << 62);
        Guid { high, low }
    }

    /// A process or thread id as Windows gives them: a multiple of four.
    pub(crate) fn windows_id(&mut self) -> u32 {
        let quarter = self.between(0x100, 0x1fff);
        u32::try_from(quarter * 4).expect("four times 0x1fff fits u32")
    }
}

/// A GUID, printed in lower case without braces.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Guid {
    high: u64,
    low: u64,
}

impl Guid {
    /// The 36 characters.
    pub(crate) fn text(self) -> [u8; 36] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [b'-'; 36];
        let mut shift = 64;
        let mut half = self.high;
        for (position, place) in text.iter_mut().enumerate() {
            if matches!(position, 8 | 13 | 18 | 23) {
                continue;
            }
            if shift == 0 {
                shift = 64;
                half = self.low;
            }
            shift -= 4;
            *place = DIGITS[usize::try_from((half >> shift) & 0xf).expect("four bits")];
        }
        text
    }
}

impl std::fmt::Display for Guid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(std::str::from_utf8(&self.text()).map_err(|_| std::fmt::Error)?)
    }
}

/// `total` as `parts` numbers between `low` and `high`, in random order and with exactly that sum.
///
/// Where the bounds do not allow the sum, the sum wins.
pub(crate) fn split_exactly(total: u64, parts: usize, low: u64, high: u64, prng: &mut Prng) -> Vec<u64> {
    if parts == 0 {
        return Vec::new();
    }
    let mut shares: Vec<u64> = (0..parts).map(|_| prng.between(low, high)).collect();
    let mut sum: u64 = shares.iter().sum();
    let count = u64::try_from(parts).expect("fewer parts than u64 holds");
    let bounded = (low * count..=high * count).contains(&total);
    while sum != total {
        let share = &mut shares[prng.index(parts)];
        if sum < total && (*share < high || !bounded) {
            *share += 1;
            sum += 1;
        } else if sum > total && *share > if bounded { low } else { 0 } {
            *share -= 1;
            sum -= 1;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::{Prng, split_exactly};

    #[test]
    fn the_stream_is_the_published_one() {
        let mut prng = Prng::new(1_234_567);
        assert_eq!(prng.next(), 6_457_827_717_110_365_317);
        assert_eq!(prng.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_guid_looks_like_one_of_windows() {
        let text = Prng::new(7).guid().to_string();
        let lengths: Vec<usize> = text.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert!(text.as_bytes().get(14) == Some(&b'4'), "{text}");
    }

    #[test]
    fn shares_have_the_sum_asked_for() {
        let mut prng = Prng::new(3);
        for (total, parts) in [(808, 296), (17, 6), (5, 9), (900, 3), (0, 0)] {
            let shares = split_exactly(total, parts, 1, 6, &mut prng);
            assert_eq!(shares.len(), parts);
            assert_eq!(shares.iter().sum::<u64>(), if parts == 0 { 0 } else { total });
        }
    }
}
