//! A beginning that many texts have, compared sixteen bytes at a time.

use wide::i8x16;

/// Bytes that are compared at once: few beginnings of lines are longer, and every one is compared to the end of them.
const AT_ONCE: usize = 48;
/// Bytes of a vector.
const LANES: usize = 16;

/// How texts begin that are alike.
#[derive(Clone, Debug, Default)]
pub struct Beginning {
    bytes: Vec<u8>,
    /// The same, as far as it is compared at once.
    vectors: [i8x16; AT_ONCE / LANES],
    /// A bit for each byte that is compared and does not count.
    beyond: u64,
}

impl Beginning {
    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Every text begins with it.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// What it is.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Becomes these parts, one behind the other.
    pub fn set(&mut self, parts: &[&[u8]]) {
        self.bytes.clear();
        for part in parts {
            self.bytes.extend_from_slice(part);
        }
        let mut block = [0; AT_ONCE];
        for (to, from) in block.iter_mut().zip(&self.bytes) {
            *to = *from;
        }
        let (vectors, _) = block.as_chunks::<LANES>();
        for (to, from) in self.vectors.iter_mut().zip(vectors) {
            *to = vector(from);
        }
        let known = self.bytes.len().min(AT_ONCE);
        self.beyond = !0 << known;
    }

    /// What follows it in a text that begins with it.
    #[inline]
    pub fn strip<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        let stands = match text.first_chunk() {
            Some(block) => {
                self.stands_in(block) && (self.bytes.len() <= AT_ONCE || text.starts_with(&self.bytes))
            }
            None => text.starts_with(&self.bytes),
        };
        if stands { text.get(self.bytes.len()..) } else { None }
    }

    #[inline]
    fn stands_in(&self, block: &[u8; AT_ONCE]) -> bool {
        let (vectors, _) = block.as_chunks::<LANES>();
        let mut alike = self.beyond;
        for (place, (own, other)) in self.vectors.iter().zip(vectors).enumerate() {
            alike |= u64::from(own.simd_eq(vector(other)).to_bitmask()) << (place * LANES);
        }
        alike == u64::MAX
    }
}

#[inline]
fn vector(bytes: &[u8; LANES]) -> i8x16 {
    i8x16::new(bytes.map(u8::cast_signed))
}

#[cfg(test)]
mod tests {
    use super::Beginning;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_strips_what_stripping_a_prefix_strips(
            beginning in "[ab\u{0}]{0,90}",
            cut in 0usize..90,
            rest in "[ab\u{0}]{0,90}",
        ) {
            let mut known = Beginning::default();
            prop_assert!(known.is_empty());
            let (first, second) = beginning.as_bytes().split_at(cut.min(beginning.len()));
            known.set(&[b"something else that is longer"]);
            known.set(&[first, second]);
            prop_assert_eq!((known.bytes(), known.len()), (beginning.as_bytes(), beginning.len()));
            let whole = format!("{beginning}{rest}");
            // With it, with a part of it, with something else.
            for text in [whole.as_bytes(), second, rest.as_bytes()] {
                prop_assert_eq!(known.strip(text), text.strip_prefix(beginning.as_bytes()));
            }
        }
    }
}
