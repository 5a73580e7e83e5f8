//! The documents tell what the program prints: the screens of the README, the fields of its reports.

use std::collections::BTreeSet;

use assert_cmd::Command;
use serde_json::Value;

use super::support::repository;

/// Each command of the README whose output it shows, with that output.
fn shown(readme: &str) -> Vec<(Vec<String>, String)> {
    let mut shown = Vec::new();
    let mut command = "";
    for block in readme.split("```").skip(1).step_by(2) {
        match block.strip_prefix("text\n") {
            Some(output) => {
                let (_, arguments) =
                    command.trim().split_once("spdoctor ").or(command.split_once("-- ")).unwrap();
                shown.push((arguments.split_whitespace().map(str::to_owned).collect(), output.to_owned()));
            }
            None => command = block,
        }
    }
    shown
}

#[test]
fn what_the_readme_shows_is_what_is_printed() {
    let readme = std::fs::read_to_string(repository("README.md")).unwrap().replace("\r\n", "\n");
    let shown = shown(&readme);
    assert_eq!(shown.len(), 2);
    for (mut arguments, output) in shown {
        let scripts = tempfile::tempdir().unwrap();
        // Its name is shown, not its folder.
        for argument in arguments.iter_mut().filter(|argument| *argument == "fix.ps1") {
            *argument = scripts.path().join(&argument).display().to_string();
        }
        let mut program = Command::cargo_bin("spdoctor").unwrap();
        let printed = program.current_dir(repository("")).args(&arguments).arg("--quiet").output().unwrap();
        assert_eq!(String::from_utf8(printed.stdout).unwrap(), output, "{arguments:?}");
    }
}

/// The names of all fields in a report. Maps hold names from logs.
fn names(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                into.insert(name.clone());
                match (name.as_str(), value) {
                    ("captures", _) => {}
                    ("date_order", Value::Object(orders)) => {
                        orders.values().for_each(|order| names(order, into));
                    }
                    _ => names(value, into),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| names(value, into)),
        _ => {}
    }
}

#[test]
fn every_field_of_a_report_is_told() {
    let told = std::fs::read_to_string(repository("docs/reports.md")).unwrap();
    let mut fields = BTreeSet::new();
    for arguments in [
        &["upgrade", "sample-logs/contoso-2010", "sample-logs/adventure-works-2016", "sample-logs/dates"][..],
        &["upgrade", "sample-logs/adventure-works-2016"],
        &["compare", "sample-logs/contoso-2010", "sample-logs/contoso-2010-after"],
    ] {
        let mut program = Command::cargo_bin("spdoctor").unwrap();
        let printed = program
            .current_dir(repository(""))
            .args(arguments)
            .args(["--quiet", "--format", "json"])
            .output()
            .unwrap();
        names(&serde_json::from_slice(&printed.stdout).unwrap(), &mut fields);
    }
    assert!(fields.len() > 90, "{fields:?}");
    let untold: Vec<&String> = fields.iter().filter(|field| !told.contains(&format!("`{field}`"))).collect();
    assert!(untold.is_empty(), "{untold:?}");
}

#[test]
fn the_readme_counts_what_there_is() {
    let readme = std::fs::read_to_string(repository("README.md")).unwrap();
    let listed =
        Command::cargo_bin("spdoctor").unwrap().args(["rules", "--format", "json"]).output().unwrap();
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    for (name, counted) in [("rules", "problems"), ("checks", "checks")] {
        let number = listed[name].as_array().map_or(0, Vec::len);
        assert!(readme.contains(&format!(" {number} {counted}")), "{number} {counted}");
    }
}
