//! The report for programs.

use std::io::{self, Write};

use super::{Render, Setting};
use crate::model::report::Report;
use crate::wire::pretty;
use crate::wire::report_v1::ReportV1;

/// `--format json`.
#[derive(Debug)]
pub struct Json;

impl Render for Json {
    fn render(&self, report: &Report, setting: &Setting, out: &mut dyn Write) -> io::Result<()> {
        pretty::object(out, |fields| ReportV1::new(report, &setting.version).tell(fields))
    }
}
