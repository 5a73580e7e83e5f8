//! Lines of a console that only announce the next one: that a task failed, that an exception was thrown. What they announce
//! is what counts.

use super::console::Asked;
use super::lane::Open;
use crate::model::thrown::thrown;
use crate::scan::rules::engine::Engine;
use crate::scan::scanner::Scanner;
use crate::text::charset::text_of_line;

impl Scanner<'_> {
    /// A line that no rule knows. One that only announces what follows is explained by that.
    pub(in crate::scan) fn unexplained_line(&mut self, open: &Open, following: &[&Open]) {
        let (Some(next), Some(announced)) = (following.first(), Announced::by(open)) else {
            return self.unexplained(&open.closed());
        };
        let lines: Vec<&[u8]> = following.iter().map(|line| line.text.as_slice()).collect();
        let asked = Asked { engine: self.engine, open: next };
        match announced {
            Announced::Text if !asked.speaks(&lines) => {
                let text = [open.text.trim_ascii_end(), &next.text].join(&b'\n');
                self.unexplained(&Open { text, ..open.clone() }.closed());
            }
            Announced::Line if !following.iter().any(|line| is_of_an_exception(line)) => {
                self.unexplained(&open.closed());
            }
            Announced::Text | Announced::Line => {}
        }
    }
}

/// What a line does that only announces another.
enum Announced {
    /// It ends before the text of the exception that it announces.
    Text,
    /// psconfig names a task that failed; if it tells of the exception, it does so next.
    Line,
}

impl Announced {
    fn by(open: &Open) -> Option<Self> {
        let text = text_of_line(&open.text);
        match thrown(text.lines().next().unwrap_or_default()) {
            Some((_, "")) => Some(Self::Text),
            Some(_) => None,
            None => announces_an_exception(open).then_some(Self::Line),
        }
    }
}

/// psconfig tells of an exception, and once more below with its stack: a rule that knows it there knows it.
pub(super) fn is_told_again(engine: &Engine, open: &Open, later: &Open) -> bool {
    let text = text_of_line(open.text.get(..open.own).unwrap_or_default());
    let Some((type_name, said)) = thrown(&text) else { return false };
    let again = format!("{type_name}: {said}");
    let below = text_of_line(&later.text);
    let tells = |line: &str| line.strip_prefix("Exception: ").unwrap_or(line).starts_with(&again);
    below.lines().any(tells) && Asked { engine, open: later }.speaks(&[&later.text])
}

/// A line that psconfig or its wizard shows before it tells of an exception.
pub(in crate::scan) fn announces_an_exception(line: &Open) -> bool {
    line.text.starts_with(b"Failed to ") || line.text.starts_with(b"This is a critical task.")
}

/// psconfig tells of an exception.
pub(in crate::scan) fn is_of_an_exception(line: &Open) -> bool {
    line.text.starts_with(b"An exception of type ")
}
