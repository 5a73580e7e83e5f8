//! Reads permission XML as it is pasted into `appinv.aspx`.

use super::Reader;

/// The readers of this file, the most particular first.
pub(super) static READERS: &[&dyn Reader] = &[];
