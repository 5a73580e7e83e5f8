//! Copies of logs as mail, forums and windows make them, and texts that a user names: each says what the log says.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use spdoctor::command::analyse::{Settings, analyse};
use spdoctor::command::input::collect::{Request, collect};
use spdoctor::command::progress::Progress;
use spdoctor::format::pasted::Pasted;
use spdoctor::model::byte_limit::ByteLimit;
use spdoctor::model::kind::LogKind;
use spdoctor::model::report::Report;

use crate::support::{engine, facts, whole, wrapped};

/// What is reported of these paths.
pub(crate) fn report(paths: &[&Path]) -> Report {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let collected = collect(&Request {
        paths: &paths,
        servers: &[],
        max_expansion: ByteLimit::of_mib(1024),
        expand: true,
    });
    analyse(engine(), collected, &Settings::default(), &Progress::none())
}

/// What is reported of a file with this name and text that is given by its own path.
pub(crate) fn named(name: &str, text: &str) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    report(&[&path])
}

/// Codes, with how often each was found.
pub(crate) fn codes(report: &Report) -> Vec<(&str, u64)> {
    let mut codes: BTreeMap<&str, u64> = BTreeMap::new();
    for finding in &report.findings {
        *codes.entry(finding.code.as_str()).or_default() += finding.count;
    }
    codes.into_iter().collect()
}

pub(crate) fn changed(text: &str, change: impl Fn(&str) -> String) -> String {
    text.lines().map(|line| change(line) + "\n").collect()
}

pub(crate) fn refused(number: u32) -> String {
    format!(
        "[PSCONFIG] [SPContentDatabaseSequence] [DEBUG] [3/3/2012 10:10:{:02} PM]: Site with Id = 961cfd1e-5cf8-4e40-8756-0032a51711{number:02x} is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061: No connection could be made because the target machine actively refused it 127.0.0.1:32843.\n",
        number % 60
    )
}

pub(crate) const TITLED: &str = "[powershell] [SPContentDatabaseSequence] [INFO] [5/6/2011 9:55:12 AM]: SPContentDatabase Name=Orders_Content
[powershell] [SPContentDatabaseSequence] [ERROR] [5/6/2011 9:55:12 AM]: Found a missing feature Id = [367b94a9-4a15-42ba-b4a2-32420363e018]
[powershell] [SPContentDatabaseSequence] [INFO] [5/6/2011 9:55:12 AM]: SPContentDatabase Name=Orders_Content
[powershell] [SPContentDatabaseSequence] [ERROR] [5/6/2011 9:55:12 AM]: The feature with Id 367b94a9-4a15-42ba-b4a2-32420363e018 is referenced in the database [Orders_Content], but is not installed on the current farm. The missing feature may cause upgrade to fail. Please install any solution which contains the feature and restart upgrade if necessary.
[powershell] [SPContentDatabaseSequence] [ERROR] [5/6/2011 9:55:12 AM]: Exception: The gizmo is gone
   at Microsoft.SharePoint.Upgrade.SPManager.Initialize()
[powershell] [SPContentDatabaseSequence] [ERROR] [5/6/2011 9:55:13 AM]: WebPart class [4f3c3dbf-72de-46ce-8355-0a0d5432b581] is referenced [10] times in the database [Orders_Content], but is not installed on the current farm. Please install any feature/solution which contains this web part.
";

/// Widths of mail, browsers and windows.
const WIDTHS: [usize; 10] = [72, 76, 78, 80, 90, 100, 110, 120, 132, 150];

#[test]
fn a_wrapped_upgrade_log_names_its_sites() {
    let log: String = (0..20).map(refused).collect();
    for width in WIDTHS {
        let report = named("copy.log", &wrapped(&log, width));
        assert_eq!(codes(&report), [("UA01", 20)], "{width}");
        assert_eq!(report.summary.refused_sites, 20, "{width}");
        let lines: Vec<u64> =
            report.findings[0].evidence.iter().map(|evidence| evidence.place.line).collect();
        let text = wrapped(&log, width);
        for line in lines {
            assert!(text.lines().nth(usize::try_from(line).unwrap() - 1).unwrap().starts_with("[PSCONFIG]"));
        }
        assert!(report.coverage.remarks.iter().any(|remark| remark.contains("wrapped at")), "{width}");
    }
}

#[test]
fn a_wrapped_log_says_what_the_log_says() {
    let rules = engine().catalogue().rules();
    let examples =
        rules.iter().flat_map(|rule| &rule.examples).filter(|example| example.log == "upgrade-2010");
    // What comes in bare lines is wrapped in ways of its own.
    let lines = examples.flat_map(|example| example.text.lines().filter(|line| line.starts_with('[')));
    let log: String = lines.map(|line| line.to_owned() + "\n").collect();
    for text in [TITLED, &log] {
        let expected = named("copy.log", text);
        assert!(expected.coverage.remarks.iter().all(|remark| !remark.contains("wrapped at")));
        for width in WIDTHS {
            let found = named("copy.log", &wrapped(text, width));
            assert_eq!(found.summary.records, expected.summary.records, "{width}");
            assert_eq!(codes(&found), codes(&expected), "{width}");
        }
    }
}

#[test]
fn a_wrapped_copy_may_be_indented_or_quoted_and_have_blanks_at_its_ends() {
    let text = wrapped(TITLED, 76);
    for [before, after] in [["    ", ""], [" ", ""], ["> ", ""], ["", "  "], ["   ", " "]] {
        let found = named("copy.log", &changed(&text, |line| format!("{before}{line}{after}")));
        assert_eq!(codes(&found), codes(&named("copy.log", TITLED)), "{before:?} {after:?}");
    }
}

/// Lines as a window of this width shows them.
fn cut(text: &str, width: usize) -> String {
    let lines = text.lines().flat_map(|line| line.as_bytes().chunks(width));
    lines.map(|part| String::from_utf8_lossy(part).into_owned() + "\n").collect()
}

#[test]
fn a_window_cuts_words_at_its_width() {
    let log: String = (0..20).map(refused).collect();
    for width in [90, 100, 120] {
        assert_eq!(named("copy.log", &cut(&log, width)).summary.refused_sites, 20, "{width}");
    }
}

#[test]
fn a_window_cuts_a_log_anywhere_and_may_drop_blanks_at_the_ends_of_lines() {
    let logs = [
        "contoso-2010/SPS01/LOGS/Upgrade-20260314-220158-117.log",
        "adventure-works-2016/AWSP01/LOGS/Upgrade-20260411-223234-060-3b656370-d2da-4e9d-897f-5cce5e1af3ef.log",
    ];
    for (log, has_columns) in logs.into_iter().zip([false, true]) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs").join(log);
        let text = std::fs::read_to_string(path).unwrap();
        let expected = named("copy.log", &text);
        let counts = |report: &Report| {
            let counts = report.findings.iter().map(|finding| (finding.code.clone(), finding.count));
            (counts.collect::<Vec<_>>(), report.summary.records, report.summary.refused_sites)
        };
        // Where a word, an id, a time, the prefix and the blank behind a word is cut.
        for width in [80, 83, 100, 112, 120, 132, 145, 150, 163, 171, 188, 200] {
            let cut = cut(&text, width);
            assert_eq!(counts(&named("copy.log", &cut)), counts(&expected), "{log} at {width}");
            let trimmed = changed(&cut, |line| line.trim_end_matches(' ').to_owned());
            // Of columns, the blanks that fill them tell the width of the line.
            if !has_columns {
                assert_eq!(
                    counts(&named("copy.log", &trimmed)),
                    counts(&expected),
                    "{log} at {width}, trimmed"
                );
            }
        }
    }
}

#[test]
fn a_wrapped_psconfig_log_is_put_together() {
    let log = "02/26/2015 12:52:57  10  ERR                  The exclusive inplace upgrader timer job failed.\n02/26/2015 12:52:58  10  ERR    Task configdb has failed with an unknown exception\n02/26/2015 12:52:58  10  ERR    Exception: System.ArgumentException: Error during encryption or decryption. System error code 997.\n";
    let text = format!("{log}{}", log.repeat(3));
    let found = named("copy.log", &wrapped(&text, 76));
    assert_eq!(codes(&found), codes(&named("copy.log", &text)));
}

#[test]
fn what_logs_write_below_a_record_is_no_wrapped_line() {
    let line = "[OWSTIMER] [SPManager] [ERROR] [3/14/2012 2:20:11 AM]: The gizmo of a list was lost.\n";
    for below in [
        "Parameter name: gizmo\n",
        "   at Microsoft.SharePoint.Gizmo.Turn(String name,\n   Boolean really)\n",
        "The statement has been terminated.\n",
        "Gizmo\nLost\nHere\n",
        "",
    ] {
        let text = format!("{line}{below}").repeat(5);
        assert_eq!(
            Pasted::recognise("a.log", text.as_bytes()),
            (LogKind::Upgrade2010, Pasted::default()),
            "{text}"
        );
    }
}

pub(crate) const PSCONFIG: &str = "SharePoint Products Configuration Wizard version 15.0.4569.1503. Copyright (C) M
icrosoft Corporation 2012. All rights reserved.

Performing configuration task 3 of 4
Upgrading SharePoint Products...

Failed to upgrade SharePoint Products.

Total number of configuration settings run: 3
Configuration of SharePoint Products failed.  Configuration must be performed before you use SharePoint Products.
";

pub(crate) const DIAGNOSTICS: &str = "Begin trace logging for SharePoint Products Configuration Wizard.  Version 14.0.4762.1000
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

#[test]
fn every_console_example_is_found_when_it_stands_alone() {
    let mut failed = Vec::new();
    for rule in engine().catalogue().rules() {
        let examples = rule.examples.iter().filter(|example| example.log == "console");
        for example in examples {
            let found = named("window.txt", &example.text);
            if !found.findings.iter().any(|finding| finding.code == rule.code) {
                failed.push(format!("{} line {}: {:?}", rule.origin, example.line, codes(&found)));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

const WIZARD: &str = "Failed to create the configuration database.\nAn exception of type System.Security.Cryptography.CryptographicException was thrown.  Additional exception information: The data is invalid.\n";
const CMDLET: &str = "PS C:\\> New-SPConfigurationDatabase -DatabaseName Config\nNew-SPConfigurationDatabase : Could not find stored procedure 'sp_gizmo'.\nAt line:1 char:28\n";

#[test]
fn a_text_that_is_named_is_a_console_if_psconfig_or_a_cmdlet_speaks_in_it() {
    for (text, found) in [(WIZARD, vec![("UD28", 1), ("UE07", 1)]), (CMDLET, vec![("UE07", 1)])] {
        let report = named("window.txt", text);
        assert_eq!((report.summary.files, codes(&report)), (1, found), "{text}");
    }
    assert_eq!(named("notes.txt", "Remember to upgrade SharePoint.\n").summary.files, 0);
    assert_eq!(named("mount.ps1", CMDLET).summary.files, 0);
}

#[test]
fn a_folder_of_notes_and_scripts_has_no_console() {
    let folder = tempfile::tempdir().unwrap();
    let rules = engine().catalogue().rules();
    let error = &rules.iter().find(|rule| rule.code == "UD15").unwrap().examples[0].text;
    for (name, text) in
        [("README.md", WIZARD), ("notes.txt", CMDLET), ("mount.ps1", CMDLET), ("faq.txt", error)]
    {
        let text = text.lines().last().unwrap();
        std::fs::write(folder.path().join(name), text.get(text.find("Exc").unwrap_or(0)..).unwrap()).unwrap();
    }
    let report = report(&[folder.path()]);
    assert_eq!((report.summary.files, codes(&report)), (0, vec![]));
}

#[test]
fn a_text_may_be_undone_in_any_way_and_keeps_its_lines() {
    for text in ["", "\n", "a", "> a\n> b\n", " a\n\n b", &wrapped(TITLED, 76), "x\r\ny\r\n"] {
        let (_, pasted) = Pasted::recognise("a.log", text.as_bytes());
        let undone = String::from_utf8(pasted.undone(text.as_bytes())).unwrap();
        assert_eq!(undone.split('\n').count(), text.split('\n').count(), "{text:?}");
    }
    let records = |text: &str| whole(&facts(LogKind::Upgrade2010), text.as_bytes()).records;
    assert_eq!(records(TITLED), 6);
}

/// The last word on a task is a problem where nothing else tells of it.
#[test]
fn a_task_that_failed_counts_once() {
    let echo = "12/17/2015 09:10:12  9  ERR      Task applicationcontent has failed\n";
    let cause = "12/17/2015 09:10:11  9  ERR      Task applicationcontent has failed with an unknown exception \n12/17/2015 09:10:11  9  ERR      Exception: System.X: No data.\n";
    assert_eq!(codes(&named("psc.log", echo)), [("UE07", 1)]);
    assert_eq!(codes(&named("psc.log", &format!("{cause}{echo}"))), [("UE07", 1)]);
    // The wizard tells the user what happened a moment later.
    let user = "12/17/2015 09:10:13  1  ERR      Failed to connect to the configuration database.\nAn exception of type System.X was thrown.  Additional exception information: No data.\n";
    assert_eq!(codes(&named("psc.log", &format!("{echo}{user}"))), codes(&named("psc.log", user)));
    let later = user.replace("09:10:13", "09:31:13");
    assert_ne!(codes(&named("psc.log", &format!("{echo}{later}"))), codes(&named("psc.log", user)));
    let harmless = "12/17/2015 09:10:11  9  WRN  Unable to create a Service Connection Point in the current Active Directory domain. Verify that the SharePoint container exists in the current domain and that you have rights to write to it.\n";
    let found = named("psc.log", &format!("{harmless}{echo}"));
    assert!(codes(&found).contains(&("UE07", 1)), "{:?}", codes(&found));
}

#[test]
fn the_id_of_a_site_may_stand_in_braces() {
    let log: String = (0..5).map(refused).collect();
    let braces = log.replace("Id = ", "Id = {").replace(" is contained", "} is contained");
    let (plain, found) = (named("Upgrade.log", &log), named("Upgrade.log", &braces));
    assert_eq!(codes(&found), [("UA01", 5)]);
    let waited = |report: &Report| -> Vec<(i64, u64)> {
        report.time.sessions.iter().map(|it| (it.token_service_retry, it.refused_sites)).collect()
    };
    assert_eq!((waited(&found), &found.sites), (waited(&plain), &plain.sites));
}

#[test]
fn a_carriage_return_alone_ends_a_line() {
    for text in [PSCONFIG, DIAGNOSTICS, TITLED] {
        let expected = named("copy.log", text);
        for text in [text.replace('\n', "\r"), text.trim_end().replace('\n', "\r") + "\n"] {
            let found = named("copy.log", &text);
            assert_eq!(codes(&found), codes(&expected), "{text:?}");
            assert_eq!(found.summary.records, expected.summary.records, "{text:?}");
            let lines = |report: &Report| -> Vec<u64> {
                report.findings.iter().flat_map(|it| it.evidence.iter().map(|it| it.place.line)).collect()
            };
            assert_eq!(lines(&found), lines(&expected), "{text:?}");
        }
        let doubled = text.replace('\n', "\r\r\n");
        assert_eq!(codes(&named("copy.log", &doubled)), codes(&expected), "{doubled:?}");
    }
}

#[test]
fn one_cause_in_a_broken_line_is_told_once() {
    let thrown = "An exception of type System.Data.SqlClient.SqlException was thrown.  Additional exception information: The EXECUTE permission was denied on the object 'proc_putObject', database 'SharePoint_Config', schema 'dbo'.\nTotal number of configuration settings run: 3\n";
    let mounted = "Mount-SPContentDatabase : Cannot open database \"WSS_Content\" requested by the login. The login failed.\nAt line:1 char:24\n+ Mount-SPContentDatabase WSS_Content\n    + FullyQualifiedErrorId : Microsoft.SharePoint.PowerShell.SPCmdletMountContentDatabase\n";
    for (text, code) in [(thrown, "UC04"), (mounted, "UC02")] {
        assert_eq!(codes(&named("window.txt", text)), [(code, 1)], "{text}");
        for width in 60..130 {
            for before in ["", "> "] {
                let broken = changed(&wrapped(text, width), |line| format!("{before}{line}"));
                assert_eq!(codes(&named("window.txt", &broken)), [(code, 1)], "{width} {broken}");
            }
        }
    }
}

#[test]
fn an_exception_alone_may_be_broken_too() {
    let text = "Exception: Microsoft.SharePoint.SPException: The field with Id {55b29417-1042-47f0-9dff-ce8156667f96} defined in\nfeature {57311b7a-9afd-4ff0-866e-9393ad6647b1} was found in the current site collection or in a subsite\n";
    assert_eq!(codes(&named("window.txt", text)), [("UB17", 1)]);
}

#[test]
fn the_pre_upgrade_check_of_2007_is_a_console() {
    let window = "Processing configuration file: WssPreUpgradeCheck.xml\nOSPrerequisite… Fehlgeschlagen\nMissingWebConfig… Bestanden\nServerConfigErrors… Fehlgeschlagen\nFarmInfo… Nur zu Informationszwecken\n";
    assert_eq!(codes(&named("window.txt", window)), [("UA18", 2)]);
    let passed = window.replace("Fehlgeschlagen", "Bestanden");
    assert_eq!(named("window.txt", &passed).summary.verdict, "Nothing wrong was found.");
    let report = "Missing server file or server configuration issues\n\nServer side files are referenced in the content databases, but are not installed on the server.\n\nName = Unknown, Feature id = f3dc6c9a-ea83-4c22-bdb9-1a3a178717cf, Reference count = 1, Scope = Web, Status = Missing\nPath = [Features\\Gizmo\\a.aspx], Reference = 2, Status = Missing\n";
    assert_eq!(codes(&named("report.txt", report)), [("UA18", 2)]);
}

#[test]
fn a_log_that_was_copied_while_it_was_written_proves_no_other_reason() {
    let name = "Upgrade-20260314-220158-117.log";
    let log: String = (0..3).map(refused).collect();
    let start = log.trim_end().rfind('\n').unwrap() + log.lines().last().unwrap().find("sitemap").unwrap();
    for end in start..log.trim_end().len() {
        let report = named(name, log.get(..end).unwrap());
        let found = codes(&report);
        assert!(found == [("UA01", 2)] || found == [("UA01", 3)], "{found:?} at {:?}", log.get(start..end));
    }
    // A line with its end is whole, and so is what somebody pasted.
    let cut = log.get(..log.find("Could").unwrap()).unwrap();
    assert_eq!(codes(&named(name, &format!("{cut}Access is denied.\n"))), [("UA02", 1)]);
    assert_eq!(codes(&named("copy.txt", &format!("{cut}Access is denied."))), [("UA02", 1)]);
}
