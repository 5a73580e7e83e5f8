//! Names compared where every record compares some: without the call that comparing slices of any length is.

/// Whether two texts are the same. Quick for those of up to a hundred bytes or so, right for any.
#[inline]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    match one.len() {
        0 => true,
        // The first and the last eight bytes overlap, or meet.
        8..=16 => {
            one.first_chunk::<8>() == other.first_chunk() && one.last_chunk::<8>() == other.last_chunk()
        }
        4..=7 => one.first_chunk::<4>() == other.first_chunk() && one.last_chunk::<4>() == other.last_chunk(),
        1..=3 => one.iter().eq(other),
        _ => {
            let (blocks, rest) = one.as_chunks::<16>();
            let (other_blocks, other_rest) = other.as_chunks::<16>();
            let last = || one.last_chunk::<16>() == other.last_chunk();
            blocks.iter().eq(other_blocks) && (rest.is_empty() || (rest.len() == other_rest.len() && last()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::same;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_says_what_comparing_says(one in "[ab]{0,70}", other in "[ab]{0,70}", at in 0usize..70) {
            let (one, other) = (one.as_bytes(), other.as_bytes());
            prop_assert_eq!(same(one, other), one == other);
            let copy = one.to_vec();
            prop_assert!(same(one, &copy));
            let mut changed = one.to_vec();
            if let Some(byte) = changed.get_mut(at) {
                *byte ^= 1;
                prop_assert!(!same(one, &changed));
            }
        }
    }
}
