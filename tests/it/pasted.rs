//! Copies of logs as mail, forums and windows make them: each says what the log says.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use spdoctor::command::analyse::{Settings, analyse};
use spdoctor::command::input::collect::{Request, collect};
use spdoctor::command::progress::Progress;
use spdoctor::model::report::Report;

use crate::support::engine;

/// What is reported of these paths.
fn report(paths: &[&Path]) -> Report {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let collected = collect(&Request { paths: &paths, servers: &[], max_expansion: 1 << 30, expand: true });
    analyse(engine(), collected, &Settings::default(), &Progress::none())
}

/// What is reported of a file with this name and text that is given by its own path.
fn named(name: &str, text: &str) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    report(&[&path])
}

/// Codes, with how often each was found.
fn codes(report: &Report) -> Vec<(&str, u64)> {
    let mut codes: BTreeMap<&str, u64> = BTreeMap::new();
    for finding in &report.findings {
        *codes.entry(finding.code.as_str()).or_default() += finding.count;
    }
    codes.into_iter().collect()
}

fn changed(text: &str, change: impl Fn(&str) -> String) -> String {
    text.lines().map(|line| change(line) + "\n").collect()
}

const TITLED: &str = "[powershell] [SPContentDatabaseSequence] [INFO] [5/6/2011 9:55:12 AM]: SPContentDatabase Name=Orders_Content
[powershell] [SPContentDatabaseSequence] [ERROR] [5/6/2011 9:55:12 AM]: Found a missing feature Id = [367b94a9-4a15-42ba-b4a2-32420363e018]
[powershell] [SPContentDatabaseSequence] [INFO] [5/6/2011 9:55:12 AM]: SPContentDatabase Name=Orders_Content
[powershell] [SPContentDatabaseSequence] [ERROR] [5/6/2011 9:55:12 AM]: The feature with Id 367b94a9-4a15-42ba-b4a2-32420363e018 is referenced in the database [Orders_Content], but is not installed on the current farm. The missing feature may cause upgrade to fail. Please install any solution which contains the feature and restart upgrade if necessary.
[powershell] [SPContentDatabaseSequence] [ERROR] [5/6/2011 9:55:12 AM]: Exception: The gizmo is gone
   at Microsoft.SharePoint.Upgrade.SPManager.Initialize()
[powershell] [SPContentDatabaseSequence] [ERROR] [5/6/2011 9:55:13 AM]: WebPart class [4f3c3dbf-72de-46ce-8355-0a0d5432b581] is referenced [10] times in the database [Orders_Content], but is not installed on the current farm. Please install any feature/solution which contains this web part.
";

const PSCONFIG: &str = "SharePoint Products Configuration Wizard version 15.0.4569.1503. Copyright (C) M
icrosoft Corporation 2012. All rights reserved.

Performing configuration task 3 of 4
Upgrading SharePoint Products...

Failed to upgrade SharePoint Products.

Total number of configuration settings run: 3
Configuration of SharePoint Products failed.  Configuration must be performed before you use SharePoint Products.
";

const DIAGNOSTICS: &str = "Begin trace logging for SharePoint Products Configuration Wizard.  Version 14.0.4762.1000
03/28/2011 10:11:12  8  INF  Now joining to farm at server [sql01] database SharePoint_Config
03/28/2011 10:11:12  8  ERR      Task configdb has failed with an unknown exception
03/28/2011 10:11:12  8  ERR      Exception: System.ArgumentException: Error during encryption or decryption. System error code 997.
   at Microsoft.SharePoint.Administration.SPCredentialManager.DecryptWithMasterKey(Byte[] rgbEncryptedPassphrase)
";

#[test]
fn what_stands_before_the_lines_of_a_copy_does_not_count() {
    let indented = |line: &str| format!("    {line}");
    let once = |line: &str| format!(" {line}");
    let quoted = |line: &str| format!("> {line}");
    let hard = |line: &str| line.replace("  ", "\u{a0} ");
    let hard_margin = |line: &str| format!("\u{a0}\u{a0}{line}");
    let changes: [&dyn Fn(&str) -> String; 5] = [&indented, &once, &quoted, &hard, &hard_margin];
    for text in [PSCONFIG, DIAGNOSTICS, TITLED] {
        let expected = named("copy.txt", text);
        assert!(!expected.findings.is_empty(), "{text}");
        for change in changes {
            let text = changed(text, change);
            let found = named("copy.txt", &text);
            assert_eq!(codes(&found), codes(&expected), "{text}");
            assert_eq!(found.summary.records, expected.summary.records, "{text}");
        }
        let numbered: Vec<String> =
            text.lines().zip(1..).map(|(line, number)| format!("{number:4}: {line}")).collect();
        let numbered = numbered.join("\n");
        assert_eq!(codes(&named("copy.txt", &numbered)), codes(&expected), "{numbered}");
    }
}

#[test]
fn blanks_that_were_lost_between_columns_do_not_count() {
    let text = DIAGNOSTICS.replace("  ", " ").replace("  ", " ").replace("\n at ", "\nat ");
    assert_eq!(codes(&named("copy.txt", &text)), codes(&named("copy.txt", DIAGNOSTICS)));
}

#[test]
fn a_window_wraps_the_first_line_of_an_indented_console() {
    let text = changed(PSCONFIG, |line| match line.strip_prefix("icrosoft") {
        Some(_) => line.to_owned(),
        None => format!("    {line}"),
    });
    assert_eq!(codes(&named("copy.txt", &text)), codes(&named("copy.txt", PSCONFIG)));
}

#[test]
fn an_export_may_be_indented_or_quoted() {
    let list = "Category        : MissingFeature\nError           : True\nUpgradeBlocking : False\nMessage         : Database [Orders] has reference(s) to a missing feature: Id =\n                  [a654fec6-ae10-43f4-8730-076ea76a36e9], Name = [Gizmo], Description =\n                  [], Install Location = [Gizmo].\nRemedy          : The feature with Id a654fec6-ae10-43f4-8730-076ea76a36e9 is referenced in the database\n                  [Orders], but is not installed on the current farm. The missing feature may cause upgrade to\n                  fail. Please install any solution which contains the feature and restart upgrade if necessary.\n";
    let expected = named("test.txt", list);
    assert_eq!(codes(&expected), [("UB01", 1)]);
    for before in [" ", "   ", "> "] {
        let found = named("test.txt", &changed(list, |line| format!("{before}{line}")));
        assert_eq!(codes(&found), codes(&expected), "{before:?}");
    }
}

fn exit_code(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_spdoctor")).args(arguments).current_dir(folder).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_log_without_a_record_was_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let opening = "Begin trace logging for SharePoint Products Configuration Wizard.  Version 15.0\n";
    std::fs::write(folder.path().join("PSCDiagnostics.log"), opening).unwrap();
    let (code, text) = exit_code(folder.path(), &["upgrade", "PSCDiagnostics.log"]);
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("0 logs") && text.contains("no line of it could be read as a record"), "{text}");
    // Beside a log it is only left out.
    std::fs::write(folder.path().join("Upgrade.log"), TITLED).unwrap();
    let (code, text) = exit_code(folder.path(), &["upgrade", "."]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("1 log ·"), "{text}");
}
