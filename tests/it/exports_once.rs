//! An export counts once, however often it is named, found or copied.

use serde_json::Value;
use tempfile::TempDir;

use super::program::{folder, run};

const HEALTH: &str = "[MissingSetupFile] File [Features\\Adatum\\a.aspx] is referenced [1] times in the database [WSS_Content], but is not installed on the current farm. Please install any feature/solution which contains this file.\n";
const LOG: &str = "[PSCONFIG] [SPManager] [INFO] [3/14/2026 10:00:05 PM]: begins\n";

fn report(logs: &TempDir, arguments: &[&str]) -> Value {
    run(logs, &[&["upgrade", "--quiet", "--format", "json"], arguments].concat()).json()
}

/// How often each finding counts, as `code count`.
fn counts(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|finding| format!("{} {}", finding["code"].as_str().unwrap(), finding["count"])).collect()
}

/// `path: reason` of everything left out.
fn skipped(report: &Value) -> Vec<String> {
    let skipped = report["coverage"]["skipped"].as_array().unwrap().iter();
    skipped
        .map(|left| format!("{}: {}", left["path"].as_str().unwrap(), left["reason"].as_str().unwrap()))
        .collect()
}

#[test]
fn an_export_that_is_named_and_found_counts_once() {
    let logs = folder(&[("a.log", LOG.as_bytes()), ("health.txt", HEALTH.as_bytes())]);
    let whole = logs.path().join("health.txt").display().to_string();
    let once = counts(&report(&logs, &["."]));
    assert_eq!(once, ["UB02 1"]);
    for named in [&["health.txt"][..], &[&whole, "./health.txt"], &["WSS_Content=health.txt", "health.txt"]] {
        let options = named.iter().flat_map(|name| ["--inventory", *name]).collect::<Vec<_>>();
        for path in [".", "a.log"] {
            let report = report(&logs, &[&[path], options.as_slice()].concat());
            assert_eq!(counts(&report), once, "{path} {named:?}");
            assert!(skipped(&report).is_empty(), "{path} {named:?}");
        }
    }
}

#[test]
fn copies_of_an_export_count_once_and_are_told() {
    let logs = folder(&[
        ("a.log", LOG.as_bytes()),
        ("b/old health.txt", HEALTH.as_bytes()),
        ("health.txt", HEALTH.as_bytes()),
    ]);
    let found = report(&logs, &["."]);
    assert_eq!(counts(&found), ["UB02 1"]);
    assert_eq!(skipped(&found), ["./health.txt: a copy of ./b/old health.txt, which is read"]);
    let named = report(&logs, &[".", "--inventory", "health.txt"]);
    assert_eq!(counts(&named), ["UB02 1"]);
    assert_eq!(skipped(&named), ["./b/old health.txt: a copy of health.txt, which is read"]);
}

#[test]
fn exports_of_the_same_bytes_that_tell_different_things_are_no_copies() {
    let webs =
        "<Sites Count=\"1\">\n<Site Id=\"961cfd1e-5cf8-4e40-8756-0032a517119b\" InSiteMap=\"True\"/></Sites>";
    let logs =
        folder(&[("enumallwebs_WSS_A.xml", webs.as_bytes()), ("enumallwebs_WSS_B.xml", webs.as_bytes())]);
    let report = report(&logs, &["."]);
    assert!(skipped(&report).is_empty(), "{:?}", skipped(&report));
    assert!(report["coverage"]["inventory_problems"].to_string().contains("WSS_B"));
}

#[test]
fn a_transcript_that_is_named_and_found_counts_once() {
    let transcript = format!(
        "**********************\nWindows PowerShell transcript start\nStart time: 20160601134500\n**********************\nPS C:\\> Get-Content health.txt\n{HEALTH}"
    );
    let logs = folder(&[("transcript.txt", transcript.as_bytes())]);
    let once = counts(&report(&logs, &["."]));
    assert!(once.contains(&"UB02 1".to_owned()), "{once:?}");
    assert_eq!(counts(&report(&logs, &[".", "--inventory", "transcript.txt"])), once);
}
