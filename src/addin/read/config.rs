//! Reads `web.config`, `app.config` and their transforms.

use super::Reader;

/// The readers of this file, the most particular first.
pub(super) static READERS: &[&dyn Reader] = &[];
