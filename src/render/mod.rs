//! Report to bytes: one file an output format, one trait. A renderer decides nothing and asks for nothing.

pub mod audit;
pub mod calendar;
pub mod comparison;
pub mod folded;
pub mod json;
pub mod page;
mod sheet;
pub mod table;
pub mod terminal;
pub mod token;
pub mod trace;

use std::io::{self, Write};

use crate::model::report::Report;

/// What a renderer is told besides the report.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Setting {
    /// Version of the program.
    pub version: String,
    /// Name of the script that was written, if one was.
    pub script: Option<String>,
    /// For people: also the evidence and the steps of every finding, below the first screen.
    pub details: bool,
    /// For people: columns of the terminal that the report goes to, if it goes to one.
    pub columns: Option<usize>,
}

impl Setting {
    /// The widest line that a report is laid out for.
    pub const WIDEST: usize = 100;
    /// Narrower terminals get this width all the same.
    const NARROWEST: usize = 60;

    /// Columns of the report.
    pub fn width(&self) -> usize {
        self.columns.unwrap_or(Self::WIDEST).clamp(Self::NARROWEST, Self::WIDEST)
    }
}

/// An output format.
pub trait Render {
    /// Writes the report.
    ///
    /// # Errors
    /// Those of the writer.
    fn render(&self, report: &Report, setting: &Setting, out: &mut dyn Write) -> io::Result<()>;
}
