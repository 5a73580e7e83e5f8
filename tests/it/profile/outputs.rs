//! The forms in which others read where the time went, and the comparison of two runs.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{list, millis, report, run};

const BEFORE: &str = "sample-logs/contoso-2010";
const AFTER: &str = "sample-logs/contoso-2010-after";

/// Exit code, standard output, standard error.
fn compared(arguments: &[&str]) -> (i32, String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_spdoctor")).arg("compare").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn folded_stacks_hold_every_millisecond_of_every_session() {
    let text = run(&["upgrade", BEFORE, "--quiet", "--format", "folded"]);
    let mut sum = 0;
    for line in text.lines() {
        // `frame;frame;frame number`: what the tools take for a line.
        let (frames, number) = line.rsplit_once(' ').unwrap();
        assert!(frames.split(';').count() >= 3 && frames.split(';').all(|frame| !frame.is_empty()), "{line}");
        sum += number.parse::<i64>().unwrap();
    }
    let report = report(&[Path::new(BEFORE)]);
    let want: i64 = list(&report, "sessions").iter().map(|session| millis(&session["duration_s"])).sum();
    assert_eq!(sum, want);
}

#[test]
fn trace_events_nest_inside_their_session() {
    let text = run(&["upgrade", BEFORE, AFTER, "--quiet", "--format", "trace"]);
    let trace: Value = serde_json::from_str(&text).unwrap();
    let mut open: Vec<(i64, i64, i64)> = Vec::new();
    let mut sessions = 0;
    for event in list(&trace, "traceEvents").iter().filter(|event| event["ph"] == "X") {
        let number = |name: &str| event[name].as_i64().unwrap();
        let (process, start, end) = (number("pid"), number("ts"), number("ts") + number("dur"));
        assert!(start < end && start >= 0, "{event}");
        open.retain(|(other, _, until)| *other == process && *until > start);
        match open.last() {
            Some((_, from, until)) => assert!(*from <= start && end <= *until, "{event}"),
            None => sessions += 1,
        }
        open.push((process, start, end));
    }
    assert_eq!(sessions, 7);
}

#[test]
fn the_cure_makes_nothing_worse_and_its_absence_does() {
    let (code, text, _) = compared(&[BEFORE, AFTER]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("refused sites 212 -> 0"), "{text}");
    let row = |server: &str| text.lines().find(|line| line.starts_with(server)).unwrap_or_default();
    let columns = |server: &str| row(server).split_whitespace().skip(1).take(3).collect::<Vec<_>>();
    assert_eq!(columns("SPS04"), ["-", "5m01s", "new"], "{text}");
    assert_eq!(columns("SPS01")[..2], ["9m40s", "-"], "{text}");
    let (code, text, _) = compared(&[AFTER, BEFORE]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("212 sites were refused, 0 before"), "{text}");
}

#[test]
fn a_report_compares_like_the_logs_it_was_made_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("before.json");
    let name = path.to_str().unwrap();
    run(&["upgrade", BEFORE, "--quiet", "--format", "json", "-o", name]);
    let (code, from_report, _) = compared(&[name, AFTER, "--format", "json"]);
    let (_, from_logs, _) = compared(&[BEFORE, AFTER, "--format", "json"]);
    assert_eq!(code, 0);
    assert_eq!(from_report.replace(name, BEFORE), from_logs);
    let comparison: Value = serde_json::from_str(&from_logs).unwrap();
    assert_eq!(comparison["schema"], "spdoctor.compare/1");
    // Windows PowerShell writes `>` as UTF-16.
    let text = std::fs::read_to_string(&path).unwrap();
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&path, [&[0xff, 0xfe], wide.as_slice()].concat()).unwrap();
    assert_eq!(compared(&[name, AFTER, "--format", "json"]).1, from_report);
}

#[test]
fn what_is_no_report_is_named_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("before.json");
    let name = path.to_str().unwrap();
    for (text, told) in [("{ \"schema\": ", "no JSON report"), ("{\"schema\":\"other/1\"}", "\"other/1\"")] {
        std::fs::write(&path, text).unwrap();
        let (code, _, error) = compared(&[name, AFTER]);
        assert_eq!(code, 2);
        assert!(error.contains("before.json") && error.contains(told), "{error}");
    }
    assert_eq!(compared(&["no-such-folder", AFTER]).0, 3);
}
