//! Reads certificates, bundles and captures.

use super::Reader;

/// The readers of this file, the most particular first.
pub(super) static READERS: &[&dyn Reader] = &[];
