//! Where the time went as collapsed stacks, the input of flame graph tools: `server;session;database;component ms`.

use std::io::{self, Write};

use super::{Render, Setting};
use crate::model::report::Report;
use crate::text::quote::terminal as clean;

/// `--format folded`. Opens in speedscope and inferno.
#[derive(Debug)]
pub struct Folded;

impl Render for Folded {
    fn render(&self, report: &Report, _setting: &Setting, out: &mut dyn Write) -> io::Result<()> {
        // A negative time, where a clock stepped back, has no place in a flame graph.
        for node in report.time.profile.nodes() {
            let own = node.own();
            if own > 0 {
                let frames: Vec<String> = node.path().map(frame).collect();
                writeln!(out, "{} {own}", frames.join(";"))?;
            }
        }
        Ok(())
    }
}

/// The semicolon parts frames, and a frame without text would be lost.
fn frame(name: &str) -> String {
    let name = clean(name).replace(';', ",");
    let name = name.trim();
    if name.is_empty() { "(no name)".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::Folded;
    use crate::model::profile::{Charge, ProfileBuilder};
    use crate::model::report::Report;
    use crate::render::{Render, Setting};

    fn folded(nodes: &[(&[&str], i64)]) -> String {
        let mut report = Report::default();
        let mut profile = ProfileBuilder::default();
        for (path, own) in nodes {
            let path: Vec<_> = path.iter().map(|name| profile.name(name)).collect();
            profile.charge(&path, Charge::of(*own));
        }
        report.time.profile = profile.finish();
        let mut out = Vec::new();
        Folded.render(&report, &Setting::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_time_of_its_own_makes_a_line() {
        let text = folded(&[(&["A"], 0), (&["A", "s1 psconfig"], 30), (&["A", "s1 psconfig", "x"], -1)]);
        assert_eq!(text, "A;s1 psconfig 30\n");
    }

    #[test]
    fn names_cannot_break_the_grammar() {
        let text = folded(&[(&["a;b", "c\nd 5", " ", "e\u{1b}[0m"], 7)]);
        assert_eq!(text, "a,b;c\\nd 5;(no name);e\\u{1b}[0m 7\n");
    }
}
