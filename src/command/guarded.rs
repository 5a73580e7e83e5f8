//! One bad file must not end a run over a farm: a panic while it is read is a fault of ours, or of a crate that was given
//! hostile bytes, and the file is told as not read.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Does what reads one file. Whatever `work` changes outside of itself is not used after an error.
///
/// # Errors
/// It panicked; the text says so to whoever reads the report.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| "internal error while reading; please report it".to_owned())
}
