//! Where the time went as Chrome trace events: a process for each session, its nodes nested inside it.
//!
//! The profile holds sums. What a part took in all is drawn as one block, one after another inside its parent:
//! the length of a block is true, its place inside the session is not, and the file says so.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Render, Setting};
use crate::model::profile::ProfileNode;
use crate::model::report::Report;
use crate::model::session::{Session, TimeReport};
use crate::text::quote::terminal as clean;

/// Milliseconds to the microseconds of the format.
const MICROS: i64 = 1000;

/// `--format trace`. Opens in Perfetto, in `chrome://tracing` and in speedscope.
#[derive(Debug)]
pub struct Trace;

impl Render for Trace {
    fn render(&self, report: &Report, setting: &Setting, out: &mut dyn Write) -> io::Result<()> {
        let time = &report.time;
        let origin = time.sessions.iter().map(|session| session.start.millis()).min().unwrap_or(0);
        let mut events = Vec::new();
        for (index, session) in time.sessions.iter().enumerate() {
            Lane { time, process: index + 1, events: &mut events }.session(session, origin);
        }
        let about = json!({
            "tool": format!("spdoctor {}", setting.version),
            "order": "not chronological: sums of each part stand one after another inside their session",
            "origin": time.sessions.iter().map(|session| session.start).min().map(|start| start.to_string()),
        });
        writeln!(out, "{{\"displayTimeUnit\":\"ms\",\"otherData\":{about},\"traceEvents\":[")?;
        for (index, event) in events.iter().enumerate() {
            writeln!(out, "{event}{}", if index + 1 < events.len() { "," } else { "" })?;
        }
        writeln!(out, "]}}")
    }
}

struct Lane<'a> {
    time: &'a TimeReport,
    process: usize,
    events: &'a mut Vec<Value>,
}

impl Lane<'_> {
    fn session(&mut self, session: &Session, origin: i64) {
        let time = self.time;
        let Some(root) = time.root(session) else { return };
        let name: Vec<_> = root.path().map(clean).collect();
        for (what, value) in [
            ("process_name", json!({ "name": name.join(" ") })),
            ("process_sort_index", json!({ "sort_index": self.process })),
            ("thread_name", json!({ "name": "sums, not in order of time" })),
        ] {
            let (pid, tid) = (self.process, 1);
            self.events.push(json!({ "name": what, "ph": "M", "pid": pid, "tid": tid, "args": value }));
        }
        let start = session.start.millis() - origin;
        self.node(root, start, start + root.total());
    }

    /// Draws a node from `start`, and returns where it ends: never after its parent.
    fn node(&mut self, node: ProfileNode<'_>, start: i64, limit: i64) -> i64 {
        let end = start.saturating_add(node.total()).min(limit);
        if end <= start {
            return start;
        }
        self.events.push(json!({
            "name": clean(node.name()),
            "cat": "profile",
            "ph": "X",
            "pid": self.process,
            "tid": 1,
            "ts": start.saturating_mul(MICROS),
            "dur": (end - start).saturating_mul(MICROS),
            "args": { "gaps": node.count(), "longest_ms": node.longest(), "self_ms": node.own() },
        }));
        let mut at = start;
        for child in node.children() {
            at = self.node(child, at, end);
        }
        end
    }
}
