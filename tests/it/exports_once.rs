//! An export counts once, however often it is named, found or copied.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const HEALTH: &str = "[MissingSetupFile] File [Features\\Adatum\\a.aspx] is referenced [1] times in the database [WSS_Content], but is not installed on the current farm. Please install any feature/solution which contains this file.\n";
const LOG: &str = "[PSCONFIG] [SPManager] [INFO] [3/14/2026 10:00:05 PM]: begins\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn report(folder: &Path, arguments: &[&str]) -> Value {
    let mut command = Command::cargo_bin("spdoctor").unwrap();
    command.args(["upgrade", "--quiet", "--format", "json"]).args(arguments).current_dir(folder);
    serde_json::from_slice(&command.output().unwrap().stdout).unwrap()
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
    let logs = folder(&[("a.log", LOG), ("health.txt", HEALTH)]);
    let whole = logs.path().join("health.txt").display().to_string();
    let once = counts(&report(logs.path(), &["."]));
    assert_eq!(once, ["UB02 1"]);
    for named in [&["health.txt"][..], &[&whole, "./health.txt"], &["WSS_Content=health.txt", "health.txt"]] {
        let options = named.iter().flat_map(|name| ["--inventory", *name]).collect::<Vec<_>>();
        for path in [".", "a.log"] {
            let report = report(logs.path(), &[&[path], options.as_slice()].concat());
            assert_eq!(counts(&report), once, "{path} {named:?}");
            assert!(skipped(&report).is_empty(), "{path} {named:?}");
        }
    }
}

#[test]
fn copies_of_an_export_count_once_and_are_told() {
    let logs = folder(&[("a.log", LOG), ("b/old health.txt", HEALTH), ("health.txt", HEALTH)]);
    let found = report(logs.path(), &["."]);
    assert_eq!(counts(&found), ["UB02 1"]);
    assert_eq!(skipped(&found), ["./health.txt: a copy of ./b/old health.txt, which is read"]);
    let named = report(logs.path(), &[".", "--inventory", "health.txt"]);
    assert_eq!(counts(&named), ["UB02 1"]);
    assert_eq!(skipped(&named), ["./b/old health.txt: a copy of health.txt, which is read"]);
}

#[test]
fn exports_of_the_same_bytes_that_tell_different_things_are_no_copies() {
    let webs =
        "<Sites Count=\"1\">\n<Site Id=\"961cfd1e-5cf8-4e40-8756-0032a517119b\" InSiteMap=\"True\"/></Sites>";
    let logs = folder(&[("enumallwebs_WSS_A.xml", webs), ("enumallwebs_WSS_B.xml", webs)]);
    let report = report(logs.path(), &["."]);
    assert!(skipped(&report).is_empty(), "{:?}", skipped(&report));
    assert!(report["coverage"]["inventory_problems"].to_string().contains("WSS_B"));
}

#[test]
fn a_transcript_that_is_named_and_found_counts_once() {
    let transcript = format!(
        "**********************\nWindows PowerShell transcript start\nStart time: 20160601134500\n**********************\nPS C:\\> Get-Content health.txt\n{HEALTH}"
    );
    let logs = folder(&[("transcript.txt", &transcript)]);
    let once = counts(&report(logs.path(), &["."]));
    assert!(once.contains(&"UB02 1".to_owned()), "{once:?}");
    assert_eq!(counts(&report(logs.path(), &[".", "--inventory", "transcript.txt"])), once);
}
