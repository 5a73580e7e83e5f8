//! A text that is met again and again with other digits in it: a time.

use wide::i8x16;

/// Bytes that are compared at once.
const AT_ONCE: usize = 32;
/// Bytes of a vector.
const LANES: usize = 16;

/// A text whose digits may be others, and what closes it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Shape {
    /// The text with what closes it. None while nothing is known, or more than is compared at once.
    block: [u8; AT_ONCE],
    /// A bit for each byte that is compared and does not count. All while nothing is known.
    beyond: u32,
    /// A bit for each digit of the text.
    digits: u32,
    /// Bytes of the text, without what closes it.
    length: usize,
    /// The same with it. None while nothing is known.
    whole: usize,
}

impl Shape {
    /// Becomes the shape of this text. It has none if it is too long.
    #[inline]
    pub fn set(&mut self, text: &[u8], close: &[u8]) {
        *self = Self::default();
        let whole = text.len() + close.len();
        if whole > AT_ONCE || text.is_empty() {
            return;
        }
        for (index, (to, from)) in self.block.iter_mut().zip(text.iter().chain(close)).enumerate() {
            *to = *from;
            self.digits |= u32::from(from.is_ascii_digit() && index < text.len()) << index;
        }
        self.beyond = u32::MAX.checked_shl(u32::try_from(whole).unwrap_or(u32::MAX)).unwrap_or(0);
        (self.length, self.whole) = (text.len(), whole);
    }

    /// Becomes this text, which has its shape.
    #[inline]
    pub fn renew(&mut self, text: &[u8]) {
        if let Some(known) = self.block.get_mut(..self.length).filter(|known| known.len() == text.len()) {
            known.copy_from_slice(text);
        }
    }

    /// What follows a text of this shape and what closes it; and the text, if its digits are others.
    #[inline]
    pub fn strip<'a>(&self, text: &'a [u8]) -> Option<(Option<&'a [u8]>, &'a [u8])> {
        let mut padded = [0; AT_ONCE];
        let block = match text.first_chunk() {
            Some(block) => block,
            None => {
                padded.get_mut(..text.len())?.copy_from_slice(text);
                &padded
            }
        };
        let differ = !(alike(&self.block, block) | self.beyond);
        if self.whole == 0 || differ & !self.digits != 0 {
            return None;
        }
        let rest = text.get(self.whole..)?;
        if differ == 0 {
            return Some((None, rest));
        }
        let mut others = differ;
        while others != 0 {
            if !block.get(others.trailing_zeros() as usize)?.is_ascii_digit() {
                return None;
            }
            others &= others - 1;
        }
        Some((Some(text.get(..self.length)?), rest))
    }
}

/// A bit for each byte that is the same in both.
#[inline]
fn alike(one: &[u8; AT_ONCE], other: &[u8; AT_ONCE]) -> u32 {
    let (ones, _) = one.as_chunks::<LANES>();
    let (others, _) = other.as_chunks::<LANES>();
    let pairs = ones.iter().zip(others).enumerate();
    pairs.fold(0, |bits, (place, (one, other))| {
        bits | vector(one).simd_eq(vector(other)).to_bitmask() << (place * LANES)
    })
}

#[inline]
fn vector(bytes: &[u8; LANES]) -> i8x16 {
    i8x16::new(bytes.map(u8::cast_signed))
}

#[cfg(test)]
mod tests {
    use super::Shape;
    use proptest::prelude::*;

    /// A text of the same shape, and what follows what closes it.
    fn naive<'a>(known: &str, close: &str, text: &'a str) -> Option<(&'a str, &'a str)> {
        let same = |(one, other): (u8, u8)| one == other || (one.is_ascii_digit() && other.is_ascii_digit());
        let (found, rest) = text.split_at_checked(known.len())?;
        let rest = rest.strip_prefix(close)?;
        found.bytes().zip(known.bytes()).all(same).then_some((found, rest))
    }

    proptest! {
        #[test]
        fn only_digits_may_be_others(
            known in "[0-2/: ]{1,33}",
            close in "(\\]: |3|)",
            other in "[0-9/: x]{1,33}",
            digits in "[0-9]{33}",
            keep in prop::bool::ANY,
            rest in "[ 0-9]{0,40}",
        ) {
            let mut shape = Shape::default();
            prop_assert_eq!(shape.strip(rest.as_bytes()), None);
            shape.set(known.as_bytes(), close.as_bytes());
            let alike: String = known.chars().zip(digits.chars())
                .map(|(known, digit)| if known.is_ascii_digit() && !keep { digit } else { known })
                .collect();
            for text in [format!("{alike}{close}{rest}"), format!("{other}{close}{rest}"), known.clone(), rest.clone()] {
                let expected = naive(&known, &close, &text)
                    .filter(|_| known.len() + close.len() <= 32)
                    .map(|(found, rest)| ((found != known).then_some(found.as_bytes()), rest.as_bytes()));
                prop_assert_eq!(shape.strip(text.as_bytes()), expected, "{:?} in {:?}", known, text);
                // Renewed, it is as if it had been that text from the beginning.
                let mut renewed = shape.clone();
                if let Some((Some(found), rest)) = expected {
                    renewed.renew(found);
                    prop_assert_eq!(renewed.strip(text.as_bytes()), Some((None, rest)));
                    let mut fresh = Shape::default();
                    fresh.set(found, close.as_bytes());
                    prop_assert_eq!(renewed, fresh);
                }
            }
        }
    }
}
