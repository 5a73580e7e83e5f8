//! Reads C#, Visual Basic, PowerShell and script sources.

use super::Reader;

/// The readers of this file, the most particular first.
pub(super) static READERS: &[&dyn Reader] = &[];
