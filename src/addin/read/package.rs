//! Reads `.app` packages, their manifests and element files, and files of other products.

use super::Reader;

/// The readers of this file, the most particular first.
pub(super) static READERS: &[&dyn Reader] = &[];
