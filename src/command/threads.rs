//! The threads of the program.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;

/// Starts so many threads, or one for each processor. Later calls change nothing: the two sides of a comparison are
/// read by the same.
///
/// # Errors
/// The system gives none.
pub(super) fn start(threads: Option<usize>) -> anyhow::Result<()> {
    static STARTED: AtomicBool = AtomicBool::new(false);
    if STARTED.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0));
    pool.build_global().context("cannot start threads")
}
