//! Progress on standard error, only where a person watches.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress bar over bytes, or nothing.
#[derive(Debug)]
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar if standard error is a terminal and `quiet` is not set.
    pub fn new(quiet: bool) -> Self {
        if quiet || !std::io::stderr().is_terminal() {
            return Self::none();
        }
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(8));
        // Narrower than the window by itself: old consoles wrap a line that fills them.
        let style =
            ProgressStyle::with_template("{bar:24} {bytes:>10}/{total_bytes} {bytes_per_sec} {wide_msg}");
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        Self(Some(bar))
    }

    /// No bar.
    pub const fn none() -> Self {
        Self(None)
    }

    /// So many more bytes are to be read, as far as that is known.
    pub fn expect(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.inc_length(bytes);
        }
    }

    /// This file is being read.
    pub fn file(&self, path: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(crate::text::quote::terminal(path).into_owned());
        }
    }

    /// So many more bytes were read.
    pub fn advance(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.inc(bytes);
        }
    }

    /// All is read: the bar goes away.
    pub fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
