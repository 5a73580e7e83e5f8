//! The report of every sample farm as a person reads it, and one as a program does. Read the difference before
//! accepting it.

use assert_cmd::Command;

fn report(arguments: &[&str]) -> String {
    let mut command = Command::cargo_bin("spdoctor").unwrap();
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().replace(env!("CARGO_PKG_VERSION"), "@@VERSION@@")
}

/// `--quiet` keeps standard error free of what the report says as well.
fn golden(name: &str, folders: &[&str]) {
    let arguments: Vec<&str> = ["upgrade"].iter().chain(folders).chain(&["--quiet"]).copied().collect();
    insta::assert_snapshot!(name, report(&arguments));
}

#[test]
fn the_farm_with_two_slow_passes() {
    golden("contoso-2010", &["sample-logs/contoso-2010"]);
}

#[test]
fn the_farm_before_and_after_the_cure() {
    golden("contoso-2010-cured", &["sample-logs/contoso-2010", "sample-logs/contoso-2010-after"]);
}

#[test]
fn the_farm_of_2016_with_its_exports() {
    golden("adventure-works-2016", &["sample-logs/adventure-works-2016", "--details"]);
}

#[test]
fn the_farm_of_2007() {
    golden("fabrikam-2007", &["sample-logs/fabrikam-2007", "--details"]);
}

#[test]
fn merged_trace_logs() {
    golden("merged", &["sample-logs/merged"]);
}

#[test]
fn every_culture_and_encoding() {
    golden("dates", &["sample-logs/dates", "--details"]);
}

#[test]
fn a_report_for_programs() {
    insta::assert_snapshot!(
        "fabrikam-2007-json",
        report(&["upgrade", "sample-logs/fabrikam-2007", "--format", "json", "-q"])
    );
}

/// An audit of a sample add-in, on the day its dates were made for.
fn audit(name: &str, arguments: &[&str]) {
    let all: Vec<&str> =
        ["oauth"].iter().chain(arguments).chain(&["--now", "2026-11-25", "-q"]).copied().collect();
    insta::assert_snapshot!(name, report(&all));
}

#[test]
fn the_add_in_on_three_domains() {
    audit("travel-requests", &["sample-addins/travel-requests"]);
}

#[test]
fn the_sound_add_in_in_full() {
    audit("leave-approvals", &["sample-addins/leave-approvals", "--details"]);
}

#[test]
fn the_add_in_that_can_no_longer_run() {
    audit("expense-notes", &["sample-addins/expense-notes"]);
}

#[test]
fn several_add_ins_side_by_side() {
    audit("add-ins", &["sample-addins"]);
}
