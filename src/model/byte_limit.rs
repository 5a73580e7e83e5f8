//! How many bytes something may have at most.

use std::fmt;

/// A number of bytes that is not exceeded. 0 allows none; there is no number that stands for "as many as you like".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ByteLimit(u64);

impl ByteLimit {
    /// This many bytes.
    pub const fn of_bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// This many MiB; what is more than can be counted in bytes is as much as can be counted.
    pub const fn of_mib(mib: u64) -> Self {
        Self(mib.saturating_mul(1 << 20))
    }

    /// The number of bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ByteLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MiB", self.0 >> 20)
    }
}

#[cfg(test)]
mod tests {
    use super::ByteLimit;

    #[test]
    fn more_mib_than_bytes_can_be_counted_are_no_fewer_bytes() {
        assert_eq!(ByteLimit::of_mib(3).bytes(), 3 << 20);
        assert_eq!(ByteLimit::of_mib(1 << 44).bytes(), u64::MAX);
        assert_eq!(ByteLimit::of_mib(512).to_string(), "512 MiB");
    }
}
