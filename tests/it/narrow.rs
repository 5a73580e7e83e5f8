//! Reports on terminals that are narrower than a report would like: no line is broken by the terminal.

use std::path::Path;

use spdoctor::command::analyse::{Settings, analyse};
use spdoctor::command::input::collect::{Request, collect};
use spdoctor::command::progress::Progress;
use spdoctor::model::byte_limit::ByteLimit;
use spdoctor::render::terminal::Terminal;
use spdoctor::render::{Render, Setting};
use unicode_width::UnicodeWidthStr;

use crate::support::engine;

/// The first screen over a folder of the samples, without escapes.
fn screen(sample: &str, columns: Option<usize>) -> String {
    let paths = [Path::new("sample-logs").join(sample).display().to_string()];
    let request = Request { paths: &paths, servers: &[], max_expansion: ByteLimit::of_mib(64), expand: true };
    let report = analyse(engine(), collect(&request), &Settings::default(), &Progress::none());
    let mut out = Vec::new();
    let setting = Setting { version: "1".to_owned(), columns, ..Setting::default() };
    Terminal.render(&report, &setting, &mut out).expect("written");
    anstream::adapter::strip_str(std::str::from_utf8(&out).expect("text")).to_string()
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for sample in ["contoso-2010", "contoso-2010-after", "adventure-works-2016", "fabrikam-2007", "merged"] {
        for columns in [80, 90, 100] {
            // A path is never cut: it is there to be copied.
            let shown = screen(sample, Some(columns));
            let (first, _) = shown.split_once("NOT ANALYSED").unwrap_or((&shown, ""));
            for line in first.lines() {
                assert!(line.width() <= columns, "{sample} at {columns}: {} columns: {line}", line.width());
            }
        }
        assert_eq!(screen(sample, None), screen(sample, Some(300)), "{sample}");
    }
}
