//! Reports on terminals that are narrower than a report would like: no line is broken by the terminal.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;
use spdoctor::command::analyse::{Settings, analyse};
use spdoctor::command::input::collect::{Request, collect};
use spdoctor::command::progress::Progress;
use spdoctor::compare::{self, Groups};
use spdoctor::model::byte_limit::ByteLimit;
use spdoctor::model::report::Report;
use spdoctor::render::terminal::Terminal;
use spdoctor::render::{Render, Setting, audit, comparison, token};
use unicode_width::UnicodeWidthStr;

use crate::oauth::support::{Expect, case};
use crate::oauth::token::support as tokens;
use crate::support::engine;

/// Columns of the margin with the headings.
const MARGIN: usize = 14;

/// The upgrade report over a folder of the samples.
fn upgrade(sample: &str) -> Report {
    let paths = [Path::new("sample-logs").join(sample).display().to_string()];
    let request = Request { paths: &paths, servers: &[], max_expansion: ByteLimit::of_mib(64), expand: true };
    analyse(engine(), collect(&request), &Settings::default(), &Progress::none())
}

/// What is written for a terminal of so many columns, without escapes.
fn shown(
    columns: Option<usize>,
    details: bool,
    write: &dyn Fn(&Setting, &mut Vec<u8>) -> io::Result<()>,
) -> String {
    let mut out = Vec::new();
    let setting = Setting { version: "1".to_owned(), columns, details, ..Setting::default() };
    write(&setting, &mut out).expect("written");
    anstream::adapter::strip_str(std::str::from_utf8(&out).expect("text")).to_string()
}

/// The first screen over a folder of the samples, without escapes.
fn screen(sample: &str, columns: Option<usize>) -> String {
    let report = upgrade(sample);
    shown(columns, false, &|setting, out| Terminal.render(&report, setting, out))
}

/// Holds a report to terminals of several widths: no line is wider but one of a single value, and what can be
/// copied at the full width can be copied at any.
fn keeps_to_its_columns(name: &str, details: bool, write: &dyn Fn(&Setting, &mut Vec<u8>) -> io::Result<()>) {
    let whole = shown(None, details, write);
    assert_eq!(whole, shown(Some(100), details, write), "{name}");
    assert_eq!(whole, shown(Some(300), details, write), "{name}");
    let plain = |word: &str| word.trim_end_matches([';', ',', '.', ')']).to_owned();
    let is_value = |word: &&str| word.len() > 30 && !word.contains("...") && !word.starts_with("==");
    let values: BTreeSet<String> = whole.split_whitespace().filter(is_value).map(plain).collect();
    for columns in [60, 70, 80, 90] {
        let narrow = shown(Some(columns), details, write);
        let beside_margin = |line: &str| line.chars().skip(MARGIN).collect::<String>();
        for line in narrow.lines().filter(|line| beside_margin(line).split_whitespace().count() > 1) {
            assert!(line.width() <= columns, "{name} at {columns}: {} columns: {line}", line.width());
        }
        for value in &values {
            assert!(narrow.contains(value), "{name} at {columns} has not {value}");
        }
    }
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

/// Path and bytes of every file of the sample add-ins.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).expect("a file")));
        }
    }
    found
}

#[test]
fn the_audit_of_add_ins_keeps_to_the_terminal() {
    for folder in ["sample-addins", "sample-addins/travel-requests"] {
        let all = case("OB01", "the samples", Expect::Passes);
        let all = files(Path::new(folder)).into_iter().fold(all, |all, (path, bytes)| all.file(&path, bytes));
        let report = all.audit();
        for details in [false, true] {
            keeps_to_its_columns(folder, details, &|setting, out| audit::text(&report, setting, out));
        }
    }
}

#[test]
fn a_comparison_keeps_to_the_terminal() {
    for (before, after) in [
        ("contoso-2010", "contoso-2010-after"),
        ("contoso-2010-after", "contoso-2010"),
        ("adventure-works-2016", "fabrikam-2007"),
    ] {
        let [first, second] = [before, after].map(|sample| compare::side(sample, &upgrade(sample)));
        let compared = compare::compare(&first, &second, &Groups::default());
        keeps_to_its_columns(before, false, &|setting, out| comparison::text(&compared, setting, out));
    }
}

#[test]
fn tokens_keep_to_the_terminal() {
    let actor = tokens::jwt(&tokens::rs256(), &tokens::actor_claims(), b"a signature");
    let sent = json!([{"name": "Authorization", "value": format!("Bearer {}", tokens::high_trust(&actor))}]);
    let url = "https://sp.litware-farm.net/sites/travel/requests/_vti_bin/client.svc/ProcessQuery";
    let refused = tokens::har(&[tokens::entry(url, &sent, "", 401, (&json!([]), "refused"))]);
    let many: Vec<String> =
        (0..25).map(|number| tokens::context_token(&format!("apps{number}.litware-travel.net"))).collect();
    for (name, bytes) in [("a.har", refused), ("many.txt", many.join("\n").into_bytes())] {
        let report = tokens::report(name, &bytes);
        assert!(!report.tokens.is_empty(), "{name}");
        keeps_to_its_columns(name, false, &|setting, out| token::render(&report, setting, out));
    }
}
