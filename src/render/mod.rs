//! Report to bytes: one file an output format, one trait. A renderer decides nothing and asks for nothing.

pub mod audit;
pub mod calendar;
pub mod comparison;
pub mod folded;
pub mod json;
pub mod page;
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
}

/// An output format.
pub trait Render {
    /// Writes the report.
    ///
    /// # Errors
    /// Those of the writer.
    fn render(&self, report: &Report, setting: &Setting, out: &mut dyn Write) -> io::Result<()>;
}
