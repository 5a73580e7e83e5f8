//! Logs of several forms in one text: each is read as if it stood in a file of its own, and keeps its lines.

use std::fmt::Write as _;

use spdoctor::model::report::{FileStatus, Report};

use crate::pasted::{codes, named, refused, report};
use crate::program::{folder, run};

const UPGRADE: &str = "[PSCONFIG] [SPContentDatabaseSequence] [INFO] [3/3/2012 10:10:21 PM]: SPContentDatabase Name=WSS_Content_HR
[PSCONFIG] [SPContentDatabaseSequence] [DEBUG] [3/3/2012 10:10:24 PM]: Site with Id = 961cfd1e-5cf8-4e40-8756-0032a517119b is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061: No connection could be made because the target machine actively refused it 127.0.0.1:32843.
";
const TRACE: &str = "03/03/2012 22:10:40.17\tOWSTIMER.EXE (0x2190)\t0x49A0\tSharePoint Foundation\tDatabase\t880i\tHigh\tSystem.Data.SqlClient.SqlException: Transaction (Process ID 61) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.\tfe648fa9-5071-48f0-a353-3902c7790f2b
   at System.Data.SqlClient.SqlConnection.OnError(SqlException exception)
";
const PSCONFIG: &str = "03/03/2012 22:10:36  8  INF          Entering function TaskBase.Run
03/03/2012 22:10:37  8  ERR          The farm is being upgraded in the timer service process. The task is Upgrading SharePoint Products. (EventID:104)
03/03/2012 22:10:37  8  ERR            Task upgrade has failed with an unknown exception
";
const CONSOLE: &str = "Upgrade-SPContentDatabase : The gizmo of database WSS_Content_IT is gone
At line:1 char:1
+ Upgrade-SPContentDatabase WSS_Content_IT
    + CategoryInfo          : InvalidData: (Microsoft.Share...ContentDatabase:SPCmdletUpgradeContentDatabase) [Upgrade-SPContentDatabase], SPException
    + FullyQualifiedErrorId : Microsoft.SharePoint.PowerShell.SPCmdletUpgradeContentDatabase

";

/// What files with these texts say together.
fn apart(texts: &[&str]) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<_> = (0..texts.len()).map(|index| folder.path().join(format!("{index}.txt"))).collect();
    for (path, text) in paths.iter().zip(texts) {
        std::fs::write(path, text).unwrap();
    }
    report(&paths.iter().map(std::path::PathBuf::as_path).collect::<Vec<_>>())
}

/// What is said of one text, whose findings point at lines that show them.
fn together(name: &str, text: &str) -> Report {
    let report = named(name, text);
    for evidence in report.findings.iter().flat_map(|finding| &finding.evidence) {
        let line = text.lines().nth(usize::try_from(evidence.place.line).unwrap() - 1).unwrap();
        let begin: String = evidence.text.chars().take(20).collect();
        assert!(line.contains(&begin), "{begin} is not in line {}: {line}", evidence.place.line);
    }
    report
}

#[test]
fn logs_in_any_order_say_what_they_say_apart() {
    let logs = [UPGRADE, TRACE, PSCONFIG];
    let expected = apart(&logs);
    let counts = codes(&expected);
    assert!(counts.contains(&("UA01", 1)) && counts.contains(&("UC07", 1)), "{counts:?}");
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        for between in ["", "\n\n"] {
            let text = order.map(|log| logs[log]).join(between);
            let found = together("notes.txt", &text);
            assert_eq!(codes(&found), counts, "{order:?}");
            assert_eq!(found.summary.records, expected.summary.records, "{order:?}");
            assert_eq!(found.summary.refused_sites, 1, "{order:?}");
            // It is one file of as many bytes, listed once for each of its logs.
            assert_eq!((found.summary.files, found.summary.bytes), (1, text.len() as u64));
            assert_eq!(found.files.len(), 3);
            assert!(found.files.iter().all(|file| file.status == FileStatus::Analysed));
            assert!(found.coverage.skipped.is_empty(), "{:?}", found.coverage.skipped);
        }
    }
}

#[test]
fn stretches_of_one_log_are_that_log() {
    let text = [UPGRADE, TRACE, &refused(0x1c), TRACE, &refused(0x1d)].concat();
    let found = together("notes.txt", &text);
    assert_eq!(found.summary.refused_sites, 3);
    assert_eq!(found.files.len(), 2);
}

#[test]
fn what_a_console_says_above_a_log_is_read() {
    let expected = apart(&[CONSOLE, TRACE]);
    let found = together("notes.txt", &(CONSOLE.to_owned() + TRACE));
    assert!(codes(&expected).len() > 1, "{:?}", codes(&expected));
    assert_eq!(codes(&found), codes(&expected));
    assert_eq!(found.coverage.unparsed_lines, 0);
}

#[test]
fn quoted_logs_are_told_apart_as_well() {
    let text: String = [UPGRADE, PSCONFIG, TRACE].concat().lines().fold(String::new(), |mut text, line| {
        writeln!(text, "> {line}").unwrap();
        text
    });
    let expected = apart(&[UPGRADE, PSCONFIG, TRACE]);
    assert_eq!(codes(&together("mail.txt", &text)), codes(&expected));
}

#[test]
fn logs_longer_than_the_head_are_told_apart() {
    let upgrade: String = UPGRADE.lines().next().unwrap().to_owned() + "\n";
    let text = upgrade.repeat(2_000) + &refused(1) + TRACE;
    assert!(text.len() > 128 * 1024);
    let found = together("all.log", &text);
    assert_eq!(codes(&found), codes(&apart(&[&(upgrade.repeat(2_000) + &refused(1)), TRACE])));
    assert_eq!((found.files.len(), found.summary.bytes), (2, text.len() as u64));
}

#[test]
fn a_log_that_sharepoint_named_is_one() {
    let text = [UPGRADE, TRACE].concat();
    assert_eq!(named("Upgrade-20120303-221000-123.log", &text).files.len(), 1);
}

#[test]
fn copies_of_such_a_text_count_once() {
    let text = [PSCONFIG, UPGRADE, TRACE].concat();
    let found = apart(&[&text, &text]);
    assert_eq!(codes(&found), codes(&apart(&[&text])));
    assert_eq!(found.summary.files, 1);
    assert_eq!(found.coverage.skipped.len(), 1);
}

#[test]
fn a_window_leaves_out_one_of_the_logs() {
    let older = TRACE.replace("03/03/2012", "03/03/2011");
    let text = older + PSCONFIG;
    let logs = folder(&[("notes.txt", text.as_bytes())]);
    let told = run(&logs, &["upgrade", "notes.txt", "--since", "2012-01-01", "--format", "json", "-q"]);
    assert_eq!(told.skipped("notes.txt"), "uls: outside the time that was asked for");
    let summary = &told.json()["summary"];
    assert_eq!((summary["files"].as_u64(), summary["bytes"].as_u64()), (Some(1), Some(text.len() as u64)));
    assert_eq!(summary["records"], 3);
}

#[test]
fn a_text_that_is_too_long_to_be_read_for_each_says_so() {
    let line = UPGRADE.lines().next().unwrap().to_owned() + "\n";
    let text = line.repeat((8 << 20) / line.len() + 1) + TRACE;
    let report = named("all.log", &text);
    assert_eq!(report.files.len(), 1);
    let told = report.coverage.remarks.iter().any(|remark| remark.contains("holds logs of several forms"));
    assert!(told, "{:?}", report.coverage.remarks);
}
