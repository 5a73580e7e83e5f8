//! Tests of the console: what a window broke is one line again, wherever it is split.

use super::Engine;
use crate::catalogue::Catalogue;
use crate::model::kind::LogKind;
use crate::scan::cut::segment::{Segment, scan};
use crate::scan::join;
use crate::scan::scanner::Scanner;
use crate::scan::source::SourceFacts;
use crate::scan::tally::Tally;

fn engine() -> Engine {
    Engine::new(Catalogue::built_in().unwrap())
}

/// A console, cut into segments at these bytes.
fn tally(engine: &Engine, text: &str, cuts: &[usize]) -> Tally {
    let facts =
        SourceFacts { path: "console.txt".to_owned(), kind: LogKind::Console, ..SourceFacts::default() };
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([usize::MAX]);
    let stretches = starts.zip(ends).map(|(start, end)| {
        let scanner = Scanner::new(engine, &facts, start == 0);
        let segment = Segment { start: start as u64, end: end as u64 };
        let mut rest = text.as_bytes().get(start.saturating_sub(1)..).unwrap_or_default();
        scan(scanner, segment, &mut rest).0
    });
    let whole = stretches.reduce(|left, right| join::join(engine, &facts, left, right)).unwrap();
    join::complete(engine, &facts, whole)
}

/// Code and count of what is found, with the line it is shown by.
fn found(text: &str) -> Vec<(String, u64, u64)> {
    let engine = engine();
    let tally = tally(&engine, text, &[]);
    let line = |fact: &crate::scan::tally::HitFact| fact.evidence[0].position.line;
    tally
        .hits
        .iter()
        .map(|((rule, _), fact)| (engine.rule(*rule).unwrap().code.clone(), fact.count, line(fact)))
        .collect()
}

fn one(code: &str, count: u64, line: u64) -> Vec<(String, u64, u64)> {
    vec![(code.to_owned(), count, line)]
}

/// What a window of this many columns makes of a text, wherever it must break it.
fn at_width(text: &str, width: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(width).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join("\n")
}

/// What PowerShell makes of a text: it breaks it at blanks.
fn at_blanks(text: &str, width: usize, indent: &str) -> String {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().unwrap();
        if last.is_empty() || last.len() + 1 + word.len() <= width {
            last.push_str(if last.trim().is_empty() { "" } else { " " });
            last.push_str(word);
        } else {
            lines.push(format!("{indent}{word}"));
        }
    }
    lines.join("\n")
}

const ERROR: &str = "Mount-SPContentDatabase : Upgrade completed with errors.  Review the upgrade log file located in C:\\Program Files\\Common Files\\Microsoft Shared\\Web Server Extensions\\15\\LOGS\\Upgrade-20160601-134534-959.log.  The number of errors and warnings is listed at the end of the upgrade log file.";

#[test]
fn a_message_is_recognised_however_the_window_broke_it() {
    for width in [80, 100, 120] {
        for text in [at_width(ERROR, width), at_blanks(ERROR, width, ""), at_blanks(ERROR, width, "   ")] {
            assert_eq!(found(&format!("PS C:\\> x\n{text}\n\nDone.\n")), one("UA07", 1, 2), "{text}");
        }
    }
}

#[test]
fn the_position_of_an_error_in_a_script_is_part_of_it() {
    let text = format!(
        "{}\nAt C:\\scripts\\mount.ps1:12 char:1\n+ Mount-SPContentDatabase WSS_Content\n+ ~~~~~\n    + CategoryInfo          : InvalidData: (Microsoft.Share...ContentDatabase:\n   SPCmdletMountContentDatabase) [], SPUpgradeException\n",
        at_blanks(ERROR, 80, "")
    );
    assert_eq!(found(&text), one("UA07", 1, 1));
}

#[test]
fn lines_that_speak_for_themselves_count_one_by_one() {
    let line = "File [Features\\Gizmo\\gizmo.aspx] is referenced [3] times in the database [WSS_Content], but is not installed on the current farm.";
    let other = line.replace("gizmo", "gadget");
    let text = format!("{line}\n{other}\n{line}\n");
    let found = found(&text);
    assert_eq!(found.iter().map(|(_, count, _)| count).sum::<u64>(), 3, "{found:?}");
}

#[test]
fn an_exception_names_the_database_of_the_line_above() {
    let text = "Upgrade [SPContentDatabase Name=WSS_Sales] failed.        (EventID:an59t)\nException: The upgraded database schema doesn't match the TargetSchema        (EventID:an59t)\n";
    let engine = engine();
    let tally = tally(&engine, text, &[]);
    let databases: Vec<&String> = tally.hits.values().flat_map(|fact| fact.databases.keys()).collect();
    assert_eq!(databases, ["WSS_Sales"]);
    assert_eq!(tally.hits.len(), 1);
}

#[test]
fn a_console_may_be_cut_anywhere() {
    let engine = engine();
    let text = format!(
        "\n{}\n\nFirst line of no interest that is long enough to be wrapped\n{}\n{}\nlast\n",
        at_width(ERROR, 80),
        at_blanks(ERROR, 60, ""),
        at_blanks(ERROR, 60, " ")
    );
    let whole = tally(&engine, &text, &[]);
    for first in 1..text.len() {
        assert_eq!(tally(&engine, &text, &[first]), whole, "cut at {first}");
        let second = (first + 90).min(text.len());
        if second > first {
            assert_eq!(tally(&engine, &text, &[first, second]), whole, "cut at {first} and {second}");
        }
    }
}

const DENIED: &str = "Cannot open database \"WSS_Sales\" requested by the login. The login failed.";
const WHOM: &str = "Login failed for user 'CONTOSO\\svc-farm'.";

#[test]
fn a_message_in_two_lines_counts_once() {
    for text in [
        format!("{DENIED}\n{WHOM}\n"),
        format!("Upgrade [SPContentDatabase Name=WSS_Sales] failed.\nException: {DENIED}\n{WHOM}\n"),
        format!("{DENIED} {WHOM}\n"),
        format!("{DENIED}\n  {WHOM}\n"),
        at_width(&format!("{DENIED} {WHOM}"), 80),
    ] {
        let found = found(&text);
        assert_eq!(found.iter().map(|(_, count, _)| count).sum::<u64>(), 1, "{text}: {found:?}");
    }
    let engine = engine();
    let tally = tally(&engine, &format!("{DENIED}\n{WHOM}\n"), &[]);
    let fact = tally.hits.values().next().unwrap();
    assert_eq!((tally.hits.len(), fact.captures.get("sql_database").unwrap().as_str()), (1, "WSS_Sales"));
}

#[test]
fn two_messages_in_two_lines_count_twice() {
    for text in [
        format!("{DENIED}\n{WHOM}\n{DENIED}\n{WHOM}\n"),
        format!("{DENIED}\n{DENIED}\n"),
        format!("{WHOM}\n{WHOM}\n"),
        format!("Upgrade [SPFarm Name=F] failed.\nException: {DENIED}\nDone.\n{WHOM}\n"),
        // What stands between them ends the first.
        format!("{DENIED}\n\n{WHOM}\n"),
    ] {
        let found = found(&text);
        assert_eq!(found.iter().map(|(_, count, _)| count).sum::<u64>(), 2, "{text}: {found:?}");
    }
}

#[test]
fn halves_of_a_message_may_be_cut_apart() {
    let engine = engine();
    let text = format!(
        "\n{DENIED}\n{WHOM}\nUpgrade [SPFarm Name=F] failed.\nException: {DENIED}\n{WHOM}\nException: x\nlast\n"
    );
    let whole = tally(&engine, &text, &[]);
    for first in 1..text.len() {
        assert_eq!(tally(&engine, &text, &[first]), whole, "cut at {first}");
    }
}

#[test]
fn blank_lines_do_not_part_a_failure_from_its_exception() {
    let engine = engine();
    for gap in ["", "\n", "\r\n", "  \n\n"] {
        for (failed, exception, code) in [
            (
                "Mount-SPContentDatabase : Upgrade [SPContentDatabase Name=WSS_X] failed.",
                "sprocsSchemaVersion must not be null",
                "UA14",
            ),
            (
                "Upgrade [SPContentDatabase Name=WSS_X] failed. (EventID:an59t)",
                "The upgraded database schema doesn't match the TargetSchema (EventID:an59t)",
                "UA03",
            ),
            (
                "An exception of type System.X was thrown.  Additional exception information:",
                "The exclusive inplace upgrader timer job failed.",
                "UD02",
            ),
        ] {
            let text = format!(
                "Performing task 3\n\n{failed}\n{gap}Exception: {exception}\n   at X()\n\n  behind it\nAt line:1 char:1\n"
            );
            assert_eq!(found(&text), one(code, 1, 3), "{text}");
            let whole = tally(&engine, &text, &[]);
            for cut in 1..text.len() {
                assert_eq!(tally(&engine, &text, &[cut]), whole, "{text} cut at {cut}");
            }
        }
    }
}

#[test]
fn a_list_that_a_window_cut_names_the_database_whole() {
    let message = "File [Features\\Gizmo\\Gizmo.Portal.master] is referenced [3] times in the database [WSS_Content_Engineering], but is not installed on the current farm. Please install any feature/solution which contains this file.";
    let engine = engine();
    for width in 50..64 {
        let lines: Vec<String> =
            at_width(message, width).lines().map(|line| format!("{:18}{line}", "")).collect();
        let list = lines.join("\n").replacen("                  ", "Message         : ", 1);
        let text: Vec<&str> = list.lines().map(str::trim_end).collect();
        let tally = tally(&engine, &format!("{}\n", text.join("\n")), &[]);
        let databases: Vec<&String> = tally.hits.values().flat_map(|fact| fact.databases.keys()).collect();
        assert_eq!(databases, ["WSS_Content_Engineering"], "{width}");
    }
}
