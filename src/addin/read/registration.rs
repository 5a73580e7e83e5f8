//! Reads registrations: Graph, MSOnline, PnP, the Assessment tool, pages, on-premises exports.

use super::Reader;

/// The readers of this file, the most particular first.
pub(super) static READERS: &[&dyn Reader] = &[];
