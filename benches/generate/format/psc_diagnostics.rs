//! PSCDiagnostics: the trace of psconfig, indented by the depth of the call.

use super::{Counts, Level};
use crate::bytes;
use crate::calendar::{Moment, invariant_seconds};

/// A PSCDiagnostics log that is being written.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    /// Time of the next line.
    pub(crate) at: Moment,
    /// What was written.
    pub(crate) out: Vec<u8>,
    pub(crate) counts: Counts,
    thread: u64,
    /// Functions that were entered and not left.
    open: Vec<String>,
}

impl Trace {
    /// A log that starts with the line that names the version.
    pub(crate) fn new(at: Moment, version: &str) -> Self {
        let header =
            format!("Begin trace logging for SharePoint Products Configuration Wizard.  Version {version}\n");
        Self { at, out: header.into_bytes(), counts: Counts::header(), thread: 1, open: Vec::new() }
    }

    /// Goes on in another thread: the tasks do not run in the one that shows the wizard.
    pub(crate) fn on_thread(&mut self, thread: u64) {
        self.thread = thread;
    }

    /// Runs `body` inside a function, with the lines that enter and leave it.
    pub(crate) fn function(&mut self, name: &str, body: impl FnOnce(&mut Self)) {
        self.enter(name);
        body(self);
        self.leave();
    }

    /// A function that does nothing worth a line.
    pub(crate) fn call(&mut self, name: &str) {
        self.function(name, |_| ());
    }

    /// Enters a function.
    pub(crate) fn enter(&mut self, name: &str) {
        self.line(Level::Inf, &format!("Entering function {name}"));
        self.open.push(name.to_owned());
    }

    /// Leaves the function entered last.
    pub(crate) fn leave(&mut self) {
        if let Some(name) = self.open.pop() {
            self.line(Level::Inf, &format!("Leaving function {name}"));
        }
    }

    /// How many functions are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// An INF line.
    pub(crate) fn inf(&mut self, text: &str) {
        self.line(Level::Inf, text);
    }

    /// A WRN line.
    pub(crate) fn wrn(&mut self, text: &str) {
        self.line(Level::Wrn, text);
    }

    /// An ERR line with the bare lines of a stack under it.
    pub(crate) fn err(&mut self, text: &str, stack: &[&str]) {
        self.line(Level::Err, text);
        for line in stack {
            bytes::text(&mut self.out, line);
            self.out.push(b'\n');
            self.counts.lines += 1;
        }
    }

    fn line(&mut self, level: Level, text: &str) {
        invariant_seconds(&mut self.out, self.at.parts());
        self.out.extend_from_slice(b"  ");
        bytes::decimal(&mut self.out, self.thread, 1);
        self.out.extend_from_slice(b"  ");
        bytes::text(&mut self.out, level.word());
        let indented = self.out.len() + 2 + 2 * self.open.len();
        self.out.resize(indented, b' ');
        bytes::text(&mut self.out, text);
        self.out.push(b'\n');
        self.counts += Counts::record(level, 1, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::Trace;
    use crate::calendar::Moment;

    #[test]
    fn text_is_indented_by_the_depth_of_the_call() {
        let mut trace = Trace::new(Moment::new([2026, 3, 4], [22, 5, 9], 97), "14.0.7015.1000");
        trace.function("A.A", |trace| trace.err("No.", &["System.Exception: No.", "   at A.A()"]));
        let expected = "Begin trace logging for SharePoint Products Configuration Wizard.  Version 14.0.7015.1000\n\
            03/04/2026 22:05:09  1  INF  Entering function A.A\n\
            03/04/2026 22:05:09  1  ERR    No.\n\
            System.Exception: No.\n   at A.A()\n\
            03/04/2026 22:05:09  1  INF  Leaving function A.A\n";
        assert_eq!(String::from_utf8(trace.out).unwrap(), expected);
        assert_eq!((trace.counts.lines, trace.counts.prefixed_lines, trace.counts.errors), (6, 3, 1));
    }
}
