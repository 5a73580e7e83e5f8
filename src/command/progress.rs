//! Progress on standard error, only where a person watches.

use std::env;
use std::ffi::OsString;
use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress bar over bytes, or nothing.
#[derive(Debug)]
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar if a person watches and `quiet` is not set.
    pub fn new(quiet: bool) -> Self {
        if quiet || !is_watched() {
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

/// Standard error is a terminal that redraws its lines, and a person sits before it.
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal() && redraws(|name| env::var_os(name))
}

/// What the environment says of the terminal: one that knows no escapes, a wish for plain output, or a build server, which
/// keeps each state of a line.
fn redraws(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let is_set = |name| variable(name).is_some_and(|value| !value.is_empty() && value != "false");
    !is_set("NO_COLOR") && !is_set("CI") && variable("TERM").is_none_or(|terminal| terminal != "dumb")
}

#[cfg(test)]
mod tests {
    use super::redraws;
    use std::ffi::OsString;

    #[test]
    fn a_dumb_terminal_a_plain_one_and_a_build_server_have_no_bar() {
        let with = |set: &'static str, value: &'static str| {
            redraws(|name| (name == set).then(|| OsString::from(value)))
        };
        assert!(redraws(|_| None));
        for (name, value, is_drawn) in [
            ("TERM", "dumb", false),
            ("TERM", "xterm-256color", true),
            ("NO_COLOR", "1", false),
            ("NO_COLOR", "", true),
            ("CI", "true", false),
            ("CI", "false", true),
        ] {
            assert_eq!(with(name, value), is_drawn, "{name}={value}");
        }
    }
}
