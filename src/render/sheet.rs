//! What people read, line by line: headings in a margin, text beside them, lists and tables, all of it as wide as the
//! terminal allows. The reports for people share it; what stands in them is theirs.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::{Setting, table};
use crate::model::audit::AuditSeverity;
use crate::model::finding::Severity;
use crate::text::quote::terminal as clean;

/// Columns of the left margin, where the headings stand.
pub(super) const MARGIN: usize = 14;

/// Columns of the longest name of a severity.
pub(super) const SEVERITY: usize = 8;

/// Text that stands out.
pub(super) fn bold(text: &str) -> String {
    painted("1", text)
}

fn painted(code: &str, text: &str) -> String {
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// The severity of a finding in its colour, padded to the longest name.
pub(super) fn severity(severity: Severity) -> String {
    let name = format!("{:<SEVERITY$}", severity.name());
    match severity {
        Severity::Error => painted("31", &name),
        Severity::Warning => painted("33", &name),
        Severity::Info => name,
    }
}

/// The severity of a check in its colour, padded to so many columns.
pub(super) fn audit_severity(severity: AuditSeverity, columns: usize) -> String {
    let name = format!("{:<columns$}", severity.name());
    match severity {
        AuditSeverity::Critical => painted("1;31", &name),
        AuditSeverity::Error => painted("31", &name),
        AuditSeverity::Warning => painted("33", &name),
        AuditSeverity::Info => name,
    }
}

/// Steps as they are counted: `1. …`.
pub(super) fn numbered(steps: &[String]) -> Vec<String> {
    steps.iter().enumerate().map(|(index, step)| format!("{}. {step}", index + 1)).collect()
}

/// A title that stands out, and what goes on behind it; where the lines are too short for both, what goes on gets a line
/// of its own. All lines but the first are indented by so many columns.
pub(super) fn titled(title: &str, rest: &str, width: usize, indent: usize) -> String {
    if width >= Setting::WIDEST || indent + title.width() + rest.width() <= width {
        return format!("{}{rest}", bold(title));
    }
    let title = table::wrapped(title, width, indent);
    let mut lines: Vec<String> = title.lines().map(|line| bold(line.trim_start())).collect();
    if !rest.is_empty() {
        lines.push(rest.trim_start_matches([' ', '·']).to_owned());
    }
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

/// Where a report for people is written to. Emphasis is written as terminal escapes; whoever opens the output strips
/// them where they do not belong.
pub(super) struct Sheet<'o> {
    out: &'o mut dyn Write,
    /// Columns of a line.
    pub(super) width: usize,
}

/// Every method has the errors of the writer.
impl<'o> Sheet<'o> {
    /// An empty one.
    pub(super) fn new(out: &'o mut dyn Write, width: usize) -> Self {
        Self { out, width }
    }

    /// Whether rows that are indented by so many columns are too wide for a terminal that is narrower than the reports
    /// would like. What has the room it would like is left as it is.
    pub(super) fn is_too_narrow_for(&self, rows: &[Vec<String>], indent: usize) -> bool {
        self.width < Setting::WIDEST && indent + table::width(rows) > self.width
    }

    /// A line as it is: clean already, and of a fitting width.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// An empty line.
    pub(super) fn gap(&mut self) -> io::Result<()> {
        self.line("")
    }

    /// Text behind what opens its first line; the lines after it are indented by so many columns.
    pub(super) fn hanging(&mut self, opening: &str, text: &str, indent: usize) -> io::Result<()> {
        let text = table::wrapped(&clean(text), self.width, indent);
        self.line(&format!("{opening}{text}"))
    }

    /// A heading in the margin, and text beside it.
    pub(super) fn beside(&mut self, heading: &str, text: &str) -> io::Result<()> {
        self.hanging(&in_margin(heading), text, MARGIN)
    }

    /// A heading in the margin, and beside it a line as it is.
    pub(super) fn line_beside(&mut self, heading: &str, line: &str) -> io::Result<()> {
        self.line(&format!("{}{line}", in_margin(heading)))
    }

    /// Items under one another, the heading beside the first.
    pub(super) fn items(&mut self, heading: &str, items: &[String]) -> io::Result<()> {
        items.iter().enumerate().try_for_each(|(index, item)| {
            let heading = if index == 0 { heading } else { "" };
            self.beside(heading, item)
        })
    }

    /// Items, and an empty line behind them; nothing if there are none.
    pub(super) fn list(&mut self, heading: &str, items: &[String]) -> io::Result<()> {
        self.items(heading, items)?;
        if items.is_empty() { Ok(()) } else { self.gap() }
    }

    /// Lines under a heading, which is the first of them.
    pub(super) fn headed(&mut self, lines: &[String]) -> io::Result<()> {
        lines
            .iter()
            .enumerate()
            .try_for_each(|(index, line)| if index == 0 { self.line(&bold(line)) } else { self.line(line) })
    }

    /// Lines under a heading, and an empty line behind them; nothing if there are none.
    pub(super) fn block(&mut self, lines: &[String]) -> io::Result<()> {
        self.headed(lines)?;
        if lines.is_empty() { Ok(()) } else { self.gap() }
    }
}

/// A heading, and blanks up to the text.
pub(super) fn in_margin(heading: &str) -> String {
    format!("{}{}", bold(heading), " ".repeat(MARGIN.saturating_sub(heading.len())))
}

#[cfg(test)]
mod tests {
    use super::titled;

    #[test]
    fn a_title_is_broken_only_where_lines_are_short() {
        let shown = |width| {
            anstream::adapter::strip_str(&titled("a title of words", " · 2 places", width, 4)).to_string()
        };
        assert_eq!(shown(100), "a title of words · 2 places");
        assert_eq!(shown(28), "a title of words\n    2 places");
        assert_eq!(shown(15), "a title of\n    words\n    2 places");
    }
}
