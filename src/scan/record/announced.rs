//! Lines of a console that only announce the next one: that a task failed, that an exception was thrown. What they announce
//! is what counts.

use super::console::Asked;
use super::lane::Open;
use crate::scan::cluster;
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
        match cluster::wrapper(text.lines().next().unwrap_or_default()) {
            Some((_, "")) => Some(Self::Text),
            Some(_) => None,
            None => announces_an_exception(open).then_some(Self::Line),
        }
    }
}

/// A line that psconfig or its wizard shows before it tells of an exception.
pub(in crate::scan) fn announces_an_exception(line: &Open) -> bool {
    line.text.starts_with(b"Failed to ") || line.text.starts_with(b"This is a critical task.")
}

/// psconfig tells of an exception.
pub(in crate::scan) fn is_of_an_exception(line: &Open) -> bool {
    line.text.starts_with(b"An exception of type ")
}
