//! Small logs whose clocks or order are not to be trusted: no time is lost, none is negative, and it is said.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use regex::{Captures, Regex};
use serde_json::Value;

use super::{assert_sums, list, millis, report, text};

/// A log of the 14 hive from process, time of day and message. A day may stand before the time.
fn log(records: &[(&str, &str, &str)]) -> String {
    let mut text = String::new();
    for (process, time, message) in records {
        let time = if time.contains(' ') { (*time).to_owned() } else { format!("2026-03-13 {time}") };
        writeln!(text, "[{process}] [SPUpgradeSession] [INFO] [{time}]: {message}").unwrap();
    }
    text
}

const START: &str = "Upgrade session starts. root object = SPFarm Name=SharePoint_Config, recursive = True.";
const END: &str = "Upgrade session finishes. root object = SPFarm Name=SharePoint_Config, recursive = True. 0 errors and 0 warnings encountered.";

/// The report on logs by path.
fn reported(logs: &[(&str, String)]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    for (path, log) in logs {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, log).unwrap();
    }
    let report = report(&[folder.path()]);
    assert_sums(&report, "handwritten");
    report
}

/// The same, where no place of the profile is charged less than nothing.
fn examined(logs: &[(&str, String)]) -> Value {
    let report = reported(logs);
    for node in list(&report, "profile") {
        assert!(millis(&node["total_s"]) >= 0, "{node}");
    }
    report
}

fn one(records: &[(&str, &str, &str)]) -> Value {
    examined(&[("SPS01/LOGS/Upgrade-20260313-220000-000.log", log(records))])
}

fn durations(report: &Value) -> Vec<i64> {
    list(report, "sessions").iter().map(|session| millis(&session["duration_s"]) / 1000).collect()
}

/// Remarks without the path of the temporary folder.
fn remarks(report: &Value) -> Vec<String> {
    let remarks = list(&report["coverage"], "remarks").iter().map(text);
    remarks.map(|remark| remark.split_once("000.log").map_or(remark, |(_, rest)| rest).to_owned()).collect()
}

#[test]
fn sessions_of_two_processes_in_one_file_are_two() {
    let report = one(&[
        ("PSCONFIG", "22:00:00", START),
        ("POWERSHELL", "22:00:01", START),
        ("PSCONFIG", "22:00:05", "CanUpgrade [SPFarm Name=SharePoint_Config] returned: True."),
        ("POWERSHELL", "22:00:11", END),
        ("PSCONFIG", "22:00:30", END),
    ]);
    assert_eq!(durations(&report), [30, 10]);
}

#[test]
fn records_out_of_order_are_told_and_change_no_duration() {
    let report = one(&[
        ("PSCONFIG", "22:00:00", START),
        ("PSCONFIG", "22:00:20", "one"),
        ("PSCONFIG", "22:00:18", "two"),
        ("PSCONFIG", "22:00:40", END),
    ]);
    assert_eq!(durations(&report), [40]);
    assert_eq!(remarks(&report), [": 1 record is out of order in time"]);
}

#[test]
fn no_pass_is_said_to_wait_for_longer_than_it_lasts() {
    const REFUSED: &str = "Site with Id = 961cfd1e-5cf8-4e40-8756-0032a517119b is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061: refused.";
    let verdict = |back: &str| {
        let records = [
            ("PSCONFIG", "22:00:00", START),
            ("PSCONFIG", "22:00:09", REFUSED),
            ("PSCONFIG", back, "CanUpgrade [SPFarm Name=SharePoint_Config] returned: True."),
            ("PSCONFIG", back, END),
        ];
        // What the clock took back is taken off another place than that of the wait: so that place is below nothing.
        let report = reported(&[("SPS01/LOGS/Upgrade-20260313-220000-000.log", log(&records))]);
        text(&report["summary"]["verdict"]).to_owned()
    };
    assert!(verdict("22:00:30").ends_with("for them: SPS01 9s of 30s."), "{}", verdict("22:00:30"));
    assert!(verdict("22:00:01").ends_with("for them: SPS01 9s."), "{}", verdict("22:00:01"));
}

#[test]
fn a_session_without_end_is_told_to_have_none() {
    let report = one(&[("PSCONFIG", "22:00:00", START), ("PSCONFIG", "22:00:20", "one")]);
    assert_eq!(durations(&report), [20]);
    assert_eq!(report["sessions"][0]["outcome"], "killed");
}

#[test]
fn a_clock_set_back_by_an_hour_is_told_and_charges_nothing() {
    let report = one(&[
        ("PSCONFIG", "22:00:00", START),
        ("PSCONFIG", "22:00:20", "one"),
        ("PSCONFIG", "21:00:30", "two"),
        ("PSCONFIG", "21:00:40", END),
    ]);
    assert_eq!(durations(&report), [40]);
    assert_eq!(remarks(&report), [":3: the clock was set back by 1h00m; that time is not charged"]);
}

#[test]
fn summer_time_begins_without_an_hour_of_upgrade() {
    let report = one(&[
        ("PSCONFIG", "2026-03-29 01:59:50", START),
        ("PSCONFIG", "2026-03-29 01:59:58", "one"),
        ("PSCONFIG", "2026-03-29 03:00:02", "two"),
        ("PSCONFIG", "2026-03-29 03:00:10", END),
    ]);
    assert_eq!(durations(&report), [20]);
    assert_eq!(remarks(&report), [":3: the clock jumps forward by 1h00m; that time is not charged"]);
}

#[test]
fn midnight_is_a_second_like_any_other() {
    let report = one(&[("PSCONFIG", "2026-03-13 23:59:50", START), ("PSCONFIG", "2026-03-14 00:00:10", END)]);
    assert_eq!(durations(&report), [20]);
    assert_eq!(remarks(&report), Vec::<String>::new());
}

#[test]
fn passes_that_overlap_are_told_since_clocks_may_differ() {
    let pass = |start: &str, end: &str| log(&[("PSCONFIG", start, START), ("PSCONFIG", end, END)]);
    let report = examined(&[
        ("SPS01/LOGS/Upgrade-20260313-220000-000.log", pass("22:00:00", "22:10:00")),
        ("SPS02/LOGS/Upgrade-20260313-220500-000.log", pass("22:05:00", "22:20:00")),
    ]);
    assert_eq!(durations(&report), [600, 900]);
    assert_eq!(
        remarks(&report),
        [
            "psconfig on SPS02 starts 5m00s before it ends on SPS01: they ran at the same time, or the clocks of the servers differ; each pass is measured by its own clock"
        ]
    );
}

/// A log with refused sites, numbered, at these times.
fn refusing(before: &[(&str, &str)], refused: &[&str], end: &str) -> Value {
    let lines: Vec<String> = (1..=refused.len())
        .map(|number| {
            format!(
                "Site with Id = 961cfd1e-5cf8-4e40-8756-{number:012x} is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc."
            )
        })
        .collect();
    let mut records = vec![("PSCONFIG", "22:00:00", START)];
    records.extend(before.iter().map(|(time, message)| ("PSCONFIG", *time, *message)));
    records.extend(refused.iter().zip(&lines).map(|(time, line)| ("PSCONFIG", *time, line.as_str())));
    records.push(("PSCONFIG", end, END));
    one(&records)
}

fn waited(report: &Value) -> i64 {
    millis(&list(report, "passes")[0]["token_service_retry_s"]) / 1000
}

#[test]
fn a_long_action_before_the_first_refused_site_is_no_wait() {
    let script = [("22:00:06", "Executing SQL DDL Script.")];
    let report = refusing(&script, &["22:20:06", "22:20:08", "22:20:10"], "22:20:12");
    assert_eq!((waited(&report), durations(&report)), (4, vec![20 * 60 + 12]));
    assert_eq!(text(&list(&report, "stalls")[0]["before"]), "Executing SQL DDL Script.");
    // One that is as long as the others is a wait.
    let report = refusing(&script, &["22:01:06", "22:02:06", "22:03:10"], "22:03:12");
    assert_eq!(waited(&report), 184);
}

#[test]
fn an_hour_between_refused_sites_that_take_a_minute_is_no_wait() {
    let report = refusing(&[], &["22:01:00", "22:02:00", "23:02:10"], "23:02:20");
    assert_eq!(waited(&report), 120);
}

/// The logs of one server as they would be if its clock had been set back by an hour at a minute past ten.
fn set_back_at(minute: u32, to: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs/contoso-2010/SPS01/LOGS");
    let time = Regex::new(r"(3/14/2026 )(?:10|22)(:(\d\d):\d\d)").unwrap();
    for name in [
        "PSCDiagnostics_3_14_2026_22_0_3_117_670773816",
        "Upgrade-20260314-220024-117",
        "Upgrade-20260314-220158-117",
    ] {
        let log = fs::read_to_string(from.join(name).with_extension("log")).unwrap();
        let earlier = |found: &Captures<'_>| {
            let hour = match (found[0].contains(" 22:"), found[3].parse::<u32>().unwrap() < minute) {
                (true, true) => "22",
                (true, false) => "21",
                (false, true) => "10",
                (false, false) => "9",
            };
            format!("{}{hour}{}", &found[1], &found[2])
        };
        fs::write(to.join(name).with_extension("log"), time.replace_all(&log, earlier).as_bytes()).unwrap();
    }
}

#[test]
fn a_clock_set_back_during_a_pass_leaves_it_whole() {
    let pass = |minute| {
        let folder = tempfile::tempdir().unwrap();
        set_back_at(minute, folder.path());
        let report = report(&[folder.path()]);
        assert_sums(&report, "set back");
        let sessions = list(&report, "sessions");
        assert_eq!(
            sessions.len(),
            1,
            "set back at 22:{minute:02}: psconfig, its bootstrap and the timer job are one pass"
        );
        let pass = &sessions[0];
        let said = ["process", "start", "outcome"].map(|name| text(&pass[name]).to_owned());
        (
            said,
            list(pass, "files").len(),
            millis(&pass["duration_s"]),
            report["passes"][0]["token_service_retry_s"].clone(),
            remarks(&report).len(),
        )
    };
    let (said, logs, lasted, waited, _) = pass(60);
    assert_eq!((logs, lasted), (3, 580_000));
    // Within the first upgrade log, before, within and behind the second. What psconfig was at is not known
    // where it wrote nothing for more than a minute while the clock was set back: nine seconds of these stand in no other log.
    for (minute, lost, told) in [(1, 9_000, 2), (2, 0, 2), (3, 0, 2), (6, 0, 2), (9, 0, 1)] {
        assert_eq!(
            pass(minute),
            (said.clone(), logs, lasted - lost, waited.clone(), told),
            "set back at 22:{minute:02}"
        );
    }
}

#[test]
fn a_clock_that_is_set_back_again_and_again_is_not_asked_for_its_hours() {
    let mut text = String::new();
    for hour in 0..400 {
        let at = |minute: u32| format!("2026-03-{:02} {:02}:{minute:02}:00", 1 + hour / 20, hour % 20);
        for (minute, message) in [(10, START), (30, "one"), (20, END)] {
            writeln!(text, "[PSCONFIG] [SPUpgradeSession] [INFO] [{}]: {message}", at(minute)).unwrap();
        }
    }
    let report = examined(&[("Upgrade.log", text)]);
    assert_eq!(list(&report, "sessions").len(), 400);
    assert!(durations(&report).iter().all(|seconds| *seconds == 20 * 60));
}
