//! What an administrator is told to do next, and what not: small logs whose right answer is known.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const START: &str =
    "INFO Upgrade session starts. root object = SPFarm Name=SharePoint_Config, recursive = True.";
const END: &str = "INFO Upgrade session finishes. root object = SPFarm Name=SharePoint_Config, recursive = True. 0 errors and 0 warnings encountered.";

/// The line that refuses a site.
fn refused(number: u32, tail: &str) -> String {
    format!(
        "DEBUG Site with Id = 961cfd1e-5cf8-4e40-8756-{number:012x} is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. {tail}"
    )
}

/// A content database whose upgrade failed.
pub(crate) const FAILED_B: &str = "[PSCONFIG] [SPContentDatabaseSequence] [ERROR] [3/14/2026 10:00:05 PM]: Upgrade [SPContentDatabase Name=WSS_B] failed.\n";

const SERVICE: &str =
    "Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc.";

/// A log of the 14 hive: a time of day, then level and message.
fn log(records: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (time, record) in records {
        let (level, message) = record.split_once(' ').unwrap();
        writeln!(text, "[PSCONFIG] [SPContentDatabaseSequence] [{level}] [3/14/2026 {time} PM]: {message}")
            .unwrap();
    }
    text
}

pub(crate) struct Told {
    pub(crate) screen: String,
    pub(crate) report: Value,
}

impl Told {
    pub(crate) fn codes(&self) -> Vec<&str> {
        let findings = self.report["findings"].as_array().unwrap().iter();
        findings.map(|finding| finding["code"].as_str().unwrap()).collect()
    }

    /// The numbered sentences under `DO NEXT`, each in one line.
    pub(crate) fn next(&self) -> Vec<String> {
        let block = self.screen.split_once("DO NEXT").map_or("", |(_, rest)| rest);
        let block = block.split_once("\n\n").map_or(block, |(block, _)| block);
        let words = block.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut steps = Vec::new();
        let mut rest = words.as_str();
        for number in 2.. {
            let Some((step, more)) = rest.split_once(&format!(" {number}. ")) else { break };
            steps.push(step.to_owned());
            rest = more;
        }
        steps.push(rest.to_owned());
        steps.iter().map(|step| step.trim_start_matches("1. ").to_owned()).collect()
    }

    fn remarks(&self) -> String {
        self.report["coverage"]["remarks"].to_string()
    }
}

/// The program on these files, as text and as JSON, with more arguments.
pub(crate) fn told(files: &[(&str, &str)], more: &[&str]) -> Told {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let run = |format: &str| {
        let arguments = ["upgrade", ".", "--quiet", "--format", format, "--script", "fix.ps1"];
        let output = Command::new(env!("CARGO_BIN_EXE_spdoctor"))
            .args(arguments)
            .args(more)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    Told { screen: run("text"), report: serde_json::from_str(&run("json")).unwrap() }
}

fn one(records: &[(&str, &str)]) -> Told {
    told(&[("SPS01/LOGS/Upgrade-20260314-220000-000.log", &log(records))], &[])
}

/// The script that was written for these files.
fn script(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        std::fs::write(folder.path().join(path), text).unwrap();
    }
    let arguments = ["upgrade", ".", "--quiet", "--script", "fix.ps1"];
    let mut program = Command::new(env!("CARGO_BIN_EXE_spdoctor"));
    program.args(arguments).current_dir(folder.path()).output().unwrap();
    std::fs::read_to_string(folder.path().join("fix.ps1")).unwrap()
}

const READ_ONLY: [(&str, &str); 3] = [
    ("10:00:00", START),
    (
        "10:00:05",
        "ERROR Upgrade [SPContentDatabase Name=WSS_B] failed. Exception: Failed to update database \"WSS_B\" because the database is read-only.",
    ),
    ("10:00:09", END),
];

#[test]
fn what_an_upgrade_needs_comes_before_it() {
    let told = one(&READ_ONLY);
    let next = told.next();
    assert_eq!(next.len(), 3, "{next:?}");
    assert_eq!(next[0], "For WSS_B: set the database to read-write. (UC09)");
    // Nothing says that the token service is down.
    assert!(next[1].starts_with("While IIS runs, run .\\fix.ps1 -WhatIf on one patched server"), "{next:?}");
    let script = script(&[("Upgrade.log", &log(&READ_ONLY))]);
    let first = script.split_once("---- do first ----").map_or("", |(_, first)| first);
    assert!(first.contains("SET READ_WRITE"), "{script}");
}

#[test]
fn the_cause_of_a_failed_upgrade_comes_before_it_and_what_can_wait_does_not() {
    let told = one(&[
        ("10:00:00", START),
        (
            "10:00:03",
            "ERROR Found a missing feature Id = [b1c6b4f9-2a5e-4d0c-8b1d-0c1c7e8f5a10], Name = [Gizmo]",
        ),
        ("10:00:05", "ERROR Upgrade [SPContentDatabase Name=WSS_B] failed."),
        (
            "10:00:05",
            "ERROR Exception: Cannot insert the value NULL into column 'ScopeId', table 'WSS_B.dbo.Perms'; column does not allow nulls.",
        ),
        ("10:00:09", END),
    ]);
    let next = told.next();
    assert!(told.codes().contains(&"UB01") && next[0].ends_with("(UA15)"), "{}", told.screen);
    assert!(next.iter().all(|step| !step.contains("UB01")) && next.len() == 3, "{next:?}");
}

#[test]
fn a_symptom_of_what_the_upgrade_cures_does_not_come_before_it() {
    let wizard = "03/14/2026 22:00:00  1  INF  Entering function PsconfigMain.Main\n\
        03/14/2026 22:00:02  1  ERR  An exception of type Microsoft.SharePoint.PostSetupConfiguration.PostSetupConfigurationTaskException was thrown.  Additional exception information: Failed to upgrade SharePoint Products.\n\
        03/14/2026 22:00:03  1  INF  Leaving function PsconfigMain.Main\n";
    let mismatch =
        "The database WSS_A is not accessible. The local farm's schema does not match the TargetSchema.";
    let told = told(
        &[
            ("SPS01/LOGS/PSCDiagnostics_3_14_2026.log", wizard),
            (
                "SPS01/LOGS/Upgrade-20260314-220000-000.log",
                &log(&[("10:00:01", &format!("ERROR {mismatch}"))]),
            ),
        ],
        &[],
    );
    for database in told.report["databases"].as_array().unwrap() {
        let first = database["do_first"].to_string();
        assert!(!first.contains("UD01"), "{database}");
    }
}

#[test]
fn nothing_of_powershell_is_said_for_a_farm_of_2007() {
    let records = "[SPManager] [ERROR] [3/14/2009 10:00:05 PM]: Upgrade [SPContentDatabase Name=WSS_Content] failed.\n\
        [SPManager] [INFO] [3/14/2009 10:00:09 PM]: Upgrade session finishes. 1 errors and 0 warnings encountered.\n";
    let told = told(&[("Upgrade.log", records)], &[]);
    let database = &told.report["databases"][0];
    assert_eq!(database["in_script"], false);
    assert!(database["left_out_because"].as_str().unwrap().starts_with("SharePoint 2007 has no"));
    assert!(told.next().iter().all(|step| !step.contains("fix.ps1")), "{:?}", told.next());
}

#[test]
fn a_farm_of_2007_is_asked_for_no_owner_of_a_site() {
    let site = refused(1, SERVICE);
    let records = |process: &str| {
        format!(
            "{process}[SPManager] [ERROR] [3/14/2009 10:00:05 PM]: Upgrade [SPSite Url=http://portal/sites/a] failed.\n\
            {process}[SPManager] [DEBUG] [3/14/2009 10:00:06 PM]: {}\n",
            site.trim_start_matches("DEBUG ")
        )
    };
    let old = told(&[("Upgrade.log", &records(""))], &[]);
    assert!(!old.screen.contains("asked at run time"), "{}", old.screen);
    let row: Vec<&str> = old
        .screen
        .lines()
        .find_map(|line| line.strip_prefix("not known yet"))
        .unwrap()
        .split_whitespace()
        .collect();
    assert_eq!((row[0], row.last()), ("1", Some(&"no")), "{}", old.screen);
    assert!(old.next().iter().all(|step| !step.contains("fix.ps1")), "{:?}", old.next());
    let upgrades = |told: &Told| {
        let findings = told.report["findings"].as_array().unwrap().iter();
        findings.filter(|finding| finding["upgrade_content_database"] == true).count()
    };
    assert_eq!(upgrades(&old), 0);
    let script = script(&[("Upgrade.log", &records(""))]);
    assert!(!script.contains("http://portal/sites/a'") && !script.contains("'961cfd1e"), "{script}");
    // The same lines of 2010.
    let new = told(&[("Upgrade-20260314-220000-000.log", &records("[PSCONFIG] "))], &[]);
    assert!(new.screen.contains("asked at run time") && upgrades(&new) == 2, "{}", new.screen);
}

#[test]
fn psconfig_that_succeeded_beside_a_failed_upgrade_is_not_called_failed() {
    let wizard = |error: &str| {
        format!(
            "03/14/2026 22:00:00  1  INF  Entering function PsconfigMain.Main\n\
            {error}03/14/2026 22:20:02  1  INF  Leaving function PsconfigMain.Main\n"
        )
    };
    let job = "[OWSTIMER] [SPUpgradeSession] [INFO] [3/14/2026 10:05:00 PM]: Upgrade session starts.\n\
        [OWSTIMER] [SPSiteWssSequence2] [ERROR] [3/14/2026 10:05:05 PM]: The gizmo could not be renewed.\n\
        [OWSTIMER] [SPUpgradeSession] [ERROR] [3/14/2026 10:10:05 PM]: Upgrade completed with errors.\n";
    let night = |error: &str| {
        let wizard = wizard(error);
        let name = "SPS01/LOGS/PSCDiagnostics_3_14_2026_22_0_0_97_684295513.log";
        told(&[(name, &wizard), ("SPS01/LOGS/Upgrade-20260314-220500-000.log", job)], &[])
    };
    let succeeded = night("03/14/2026 22:20:01  1  INF    Return code indicates a success\n");
    let again =
        "Run psconfig again on SPS01: it succeeded, but the upgrade that it started ended with errors.";
    assert!(succeeded.next().concat().contains(again), "{}", succeeded.screen);
    assert!(succeeded.screen.contains("=  upgrade failed"), "{}", succeeded.screen);
    // What failed, and what does not say how it went.
    for end in ["03/14/2026 22:20:01  1  ERR  Task upgrade has failed with an unknown exception\n", ""] {
        let failed = night(end);
        assert!(
            failed.next().concat().contains("again on SPS01, where it ended with errors."),
            "{}",
            failed.screen
        );
        assert!(failed.screen.contains("=  failed"), "{}", failed.screen);
    }
}

#[test]
fn the_server_is_patched_where_the_database_is_newer() {
    let line = |found: &str, expected: &str| {
        format!(
            "01/31/2026 10:00:00.00 \tOWSTIMER.EXE (0x1DE4)                   \t0x0854\tSharePoint Foundation         \tDatabase                      \t5586\tCritical\tThe schema version ({found}) of the database WSS_New on SQL01 is not consistent with the expected database schema version ({expected}) on WFE02.  Connections to this database from this server have been blocked to avoid data loss.\t\n"
        )
    };
    for (found, expected, upgrades) in
        [("16.0.204.0", "16.0.1720.0", true), ("16.0.204.0", "16.0.172.0", false)]
    {
        let told = told(&[("WFE02-20260131-1000.log", &line(found, expected))], &[]);
        assert_eq!(told.report["findings"][0]["upgrade_content_database"], upgrades);
        assert_eq!(told.report["databases"].as_array().unwrap().len(), usize::from(upgrades));
    }
}

#[test]
fn the_service_may_be_named_in_other_words() {
    let is_refused = |tail: &str| {
        let told = one(&[("10:00:00", START), ("10:00:30", &refused(1, tail)), ("10:01:00", END)]);
        let waited = told.report["passes"][0]["token_service_retry_s"] == 30.0;
        assert_eq!(told.codes(), [if waited { "UA01" } else { "UA02" }], "{tail}");
        waited
    };
    for tail in [
        SERVICE,
        "An error occurred when accessing the security token service.",
        "The Security Token Service is not available.",
        "could not connect to HTTP://LOCALHOST:32843/SECURITYTOKENSERVICEAPPLICATION/SECURITYTOKEN.SVC.",
        "Es konnte keine Verbindung hergestellt werden, da der Zielcomputer die Verbindung verweigerte 127.0.0.1:32843",
        "Could not establish trust relationship for the SSL/TLS secure channel with authority 'sps01.contoso.example:32844'.",
        "No connection could be made because the target machine actively refused it 127.0.0.1:32843",
    ] {
        assert!(is_refused(tail), "{tail}");
    }
    for tail in [
        "",
        "Access is denied. (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))",
        "Object reference not set to an instance of an object.",
        // Other services and other servers.
        "Could not connect to http://sps01:32843/Topology/topology.svc. TCP error code 10061: No connection could be made because the target machine actively refused it 10.0.0.1:32843.",
        "Could not connect to https://sps01:32844/0c5d2d8ed67c4a2c/SecureStoreService.svc/https. TCP error code 10061: No connection could be made because the target machine actively refused it 10.0.0.1:32844.",
        "Could not connect to http://oos01.contoso.example/hosting/discovery. TCP error code 10061: No connection could be made because the target machine actively refused it 10.0.0.9:80.",
        "No connection could be made because the target machine actively refused it 10.0.0.25:25",
        // Nothing says which.
        "Unable to connect to the remote server",
        "The remote server returned an error: (503) Server Unavailable.",
        "The request channel timed out while waiting for a reply after 00:00:29.9990234.",
    ] {
        assert!(!is_refused(tail), "{tail}");
    }
}

#[test]
fn a_pass_without_an_end_is_to_be_run_again_and_foretells_nothing() {
    let cut = one(&[("10:00:00", START), ("10:00:30", &refused(1, SERVICE))]);
    assert!(cut.report["prediction"].is_null());
    assert!(
        cut.next().concat().contains("Run psconfig again on SPS01, whose pass has no end."),
        "{}",
        cut.screen
    );
    let whole = one(&[("10:00:00", START), ("10:00:30", &refused(1, SERVICE)), ("10:01:00", END)]);
    assert!(whole.report["prediction"].is_object());
    assert!(!whole.screen.contains("again on"), "{}", whole.screen);
}

#[test]
fn a_session_that_the_window_cuts_is_not_called_killed() {
    let text = log(&[("10:00:00", START), ("10:00:30", "INFO one"), ("10:01:00", END)]);
    let file = [("SPS01/LOGS/Upgrade-20260314-220000-000.log", text.as_str())];
    assert_eq!(told(&file, &["--until", "2026-03-14 22:00:40"]).codes(), [""; 0]);
    let cut = log(&[("10:00:00", START), ("10:00:30", "INFO one")]);
    let file = [("SPS01/LOGS/Upgrade-20260314-220000-000.log", cut.as_str())];
    assert_eq!(told(&file, &["--until", "2026-03-14 22:00:40"]).codes(), ["UA17"]);
}

#[test]
fn a_session_over_the_end_of_summer_time_is_looked_at_whole() {
    let text = log(&[
        ("02:59:00", START),
        ("02:00:10", &refused(1, SERVICE)),
        ("02:00:40", &refused(2, SERVICE)),
        ("02:01:10", END),
    ]);
    let file = [("SPS01/LOGS/Upgrade-20260314-145900-000.log", text.as_str())];
    let told = told(&file, &["--session", "s1"]);
    assert_eq!(told.codes(), ["UA01"]);
    assert_eq!(told.report["summary"]["records"], 4);
}

#[test]
fn a_session_that_is_looked_at_alone_keeps_its_name() {
    // The last record of one session and the first of the next have the same time.
    let texts: Vec<String> = (1..=3)
        .map(|hour| {
            log(&[
                (&format!("0{hour}:00:00"), START),
                (&format!("0{hour}:00:10"), &refused(hour, SERVICE)),
                (&format!("0{hour}:59:59"), END),
                (&format!("0{hour}:59:59"), START),
                (&format!("0{hour}:59:59"), END),
            ])
        })
        .collect();
    let names: Vec<String> =
        (1..=3).map(|hour| format!("SPS01/LOGS/Upgrade-20260314-1{hour}0000-000.log")).collect();
    let files: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    let ids = |told: &Told| -> Vec<String> {
        let passes = told.report["passes"].as_array().unwrap().iter();
        passes.map(|pass| pass["session"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&told(&files, &[])), ["s1", "s2", "s3", "s4", "s5", "s6"]);
    let third = told(&files, &["--session", "s3"]);
    // The next one begins in the last second of it.
    assert_eq!(ids(&third), ["s3", "s4"]);
    assert!(third.screen.contains("SPS01 s3 psconfig"), "{}", third.screen);
    assert!(third.remarks().contains("only session s3 was looked at"));
}

#[test]
fn a_log_that_lies_there_twice_counts_once() {
    // Also one of a few lines.
    for count in [200, 4] {
        let records: String =
            (0..count).map(|number| log(&[("10:00:30", &refused(number, SERVICE))])).collect();
        let whole = format!("{}{records}{}", log(&[("10:00:00", START)]), log(&[("10:01:00", END)]));
        // As it was while psconfig ran; and another log that begins alike.
        let (earlier, _) = whole.split_at(whole.len() * 2 / 3);
        let other = format!("{earlier}{}", log(&[("10:02:00", END)]));
        let name = "LOGS/Upgrade-20260314-220000-000.log";
        let files = ["backup/SPS01", "SPS01", "SPS02", "old/SPS01"].map(|folder| format!("{folder}/{name}"));
        let texts = [&whole, whole.as_str(), &other, earlier];
        let files: Vec<(&str, &str)> = files.iter().map(String::as_str).zip(texts).collect();
        let told = told(&files, &[]);
        assert_eq!(told.report["passes"].as_array().unwrap().len(), 2, "{}", told.screen);
        assert_eq!(told.report["summary"]["files"], 2);
        let skipped = told.report["coverage"]["skipped"].to_string();
        let copy = format!("a copy of ./SPS01/{name}, which is read");
        assert_eq!(skipped.matches(&copy).count(), 2, "{skipped}");
    }
}

#[test]
fn what_was_worked_on_since_without_trouble_is_told() {
    let start = "INFO Upgrade session starts. root object = SPContentDatabase Name=WSS_A, recursive = True.";
    let begins = "DEBUG [SPContentDatabase Name=WSS_A] has 1 site.";
    let bad = log(&[
        ("10:00:00", START),
        ("10:00:20", begins),
        ("10:00:30", &refused(1, SERVICE)),
        ("10:00:31", begins),
        ("10:01:00", END),
    ]);
    let good = log(&[("11:00:00", start), ("11:00:20", begins), ("11:01:00", END)]);
    let again = log(&[
        ("11:00:00", start),
        ("11:00:20", begins),
        ("11:00:30", &refused(1, SERVICE)),
        ("11:01:00", END),
    ]);
    for (second, since) in [(&good, true), (&again, false)] {
        let told = told(&[("a.log", &bad), ("b.log", second)], &[]);
        let says = |step: &String| step.starts_with("WSS_A was worked on since, in s2, without such trouble");
        assert_eq!(told.next().iter().any(says), since, "{}", told.screen);
    }
}

#[test]
fn what_spdoctor_wrote_is_no_log() {
    let text = log(&[("10:00:00", START), ("10:00:30", &refused(1, SERVICE)), ("10:01:00", END)]);
    let file = ("Upgrade-20260314-220000-000.log", text.as_str());
    let first = told(&[file], &[]);
    let (script, json) = (script(&[file]), first.report.to_string());
    let json = json.replacen('{', "{\n", 1).replacen("\"schema\":", "\"schema\": ", 1);
    let again = told(&[file, ("old.ps1", &script), ("old.txt", &first.screen), ("old.json", &json)], &[]);
    assert_eq!(again.report["findings"], first.report["findings"]);
    let skipped = again.report["coverage"]["skipped"].as_array().unwrap();
    let ours = skipped.iter().filter(|skipped| skipped["reason"] == "written by spdoctor");
    assert_eq!(ours.count(), 4, "{skipped:?}");
}

#[test]
fn a_suppression_of_one_site_does_not_hide_the_others() {
    let text = log(&[
        ("10:00:00", START),
        ("10:00:30", &refused(1, SERVICE)),
        ("10:00:40", &refused(2, SERVICE)),
        ("10:01:00", END),
    ]);
    let suppressed = |object: &str| {
        let toml = format!("[[suppress]]\ncode = \"UA01\"\n{object}reason = \"known\"\n");
        told(&[("SPS01/LOGS/Upgrade-20260314-220000-000.log", &text), ("spdoctor.toml", &toml)], &[])
    };
    for number in [1, 2] {
        let told = suppressed(&format!("object = \"961cfd1e-5cf8-4e40-8756-{number:012x}\"\n"));
        assert!(told.report["findings"][0]["suppressed"].is_null(), "{}", told.screen);
        assert!(
            told.remarks().contains("is not applied: what it names is one of several"),
            "{}",
            told.remarks()
        );
    }
    let all = suppressed("");
    assert_eq!(all.report["findings"][0]["suppressed"], "known");
    // Then nobody is told of these sites, and no database is upgraded because of them.
    assert!(!all.screen.contains("asked at run time") && !all.screen.contains("fix.ps1"), "{}", all.screen);
}

#[test]
fn a_site_that_the_farm_does_not_know_is_found_in_an_export() {
    let export = "<Sites Count=\"2\">\n<Site Id=\"961cfd1e-5cf8-4e40-8756-000000000001\" Url=\"/sites/a\" InSiteMap=\"False\" />\n\
        <Site Id=\"961cfd1e-5cf8-4e40-8756-000000000002\" Url=\"/sites/b\" InSiteMap=\"True\" />\n</Sites>\n";
    let told = told(&[("enumallwebs_WSS_HR.xml", export)], &[]);
    assert_eq!(told.codes(), ["UB14"]);
    let finding = &told.report["findings"][0];
    assert_eq!(finding["databases"][0], "WSS_HR");
    assert_eq!(finding["sites"][0], "961cfd1e-5cf8-4e40-8756-000000000001");
    assert_eq!(finding["evidence"][0]["line"], 2);
}

#[test]
fn times_that_cannot_be_read_are_told() {
    let text = log(&[("10:00:00", START), ("10:01:00", END)]).replace("3/14/2026", "a day of");
    let told = told(&[("SPS01/LOGS/Upgrade-20260314-220000-000.log", &text)], &[]);
    assert!(told.remarks().contains("the times of its records cannot be read"), "{}", told.remarks());
}

#[test]
fn a_server_that_fits_no_log_is_told() {
    let text = log(&[("10:00:00", START), ("10:01:00", END)]);
    let file = [("a/Upgrade-20260314-220000-000.log", text.as_str())];
    assert_eq!(told(&file, &["--server", "SPS09=./a"]).remarks(), "[]");
    let remarks = told(&file, &["--server", "SPS09=./c", "--server", "SPS09=./a"]).remarks();
    assert!(!remarks.contains("fits no log"), "one of its folders fits: {remarks}");
    // A folder that is there, and none of whose files was asked for.
    let empty = tempfile::tempdir().unwrap();
    let server = format!("SPS09={}", empty.path().display());
    let remarks = told(&file, &["--server", &server]).remarks();
    assert!(remarks.contains(&format!("--server {server} fits no log")), "{remarks}");
}

#[test]
fn what_is_to_be_done_names_the_database_where_the_message_does_not() {
    let export = "\nCategory        : LegacySiteDetected\nError           : True\nUpgradeBlocking : True\n\
        Message         : 2 site(s) using SharePoint 2010 experience.\n\
        Remedy          : Please upgrade sites using SharePoint 2010 experience in database [WSS_Sales] to SharePoint 2013 experience before proceeding.\n\
        Locations       :\n";
    let told = told(&[("test-spcontentdatabase.txt", export)], &[]);
    assert_eq!(told.report["findings"][0]["databases"][0], "WSS_Sales");
}

#[test]
fn a_pass_without_an_end_is_no_measure_for_another() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, records: &[(&str, &str)]| {
        let path = folder.path().join(name).join("SPS01/LOGS/Upgrade-20260314-220000-000.log");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, log(records)).unwrap();
    };
    let compare = |before: &Path, after: &Path| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_spdoctor"));
        let output = program.arg("compare").args([before, after]).arg("--quiet").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    put("cut", &[("10:00:00", START), ("10:00:30", "INFO one")]);
    put("whole", &[("10:00:00", START), ("10:00:30", END)]);
    put("long", &[("10:00:00", START), ("10:30:00", END)]);
    let long = folder.path().join("long");
    let from_cut = compare(&folder.path().join("cut"), &long);
    assert!(from_cut.contains("Nothing got worse"), "{from_cut}");
    let from_whole = compare(&folder.path().join("whole"), &long);
    assert!(from_whole.contains("Something got worse"), "{from_whole}");
    // The same of reports that were kept.
    let kept = folder.path().join("cut.json");
    let mut program = Command::new(env!("CARGO_BIN_EXE_spdoctor"));
    program.args(["upgrade", "--quiet", "--format", "json", "-o"]).arg(&kept).arg(folder.path().join("cut"));
    program.output().unwrap();
    assert!(compare(&kept, &long).contains("Nothing got worse"));
}

#[test]
fn what_lanes_leave_to_a_last_run_is_told() {
    let log = log(&[
        ("10:00:00", START),
        ("10:00:05", "ERROR Upgrade [SPContentDatabase Name=WSS_A] failed."),
        ("10:00:06", "ERROR Upgrade [SPContentDatabase Name=WSS_B] failed."),
        ("10:00:09", &refused(1, SERVICE)),
        ("10:01:00", END),
    ]);
    let next = |more: &[&str]| told(&[("SPS01/LOGS/Upgrade.log", &log)], more).next();
    let several = next(&["--parallel", "--server-lanes", "SPS01,SPS02"]);
    assert!(several[0].starts_with("Start IIS on SPS01 and SPS02, all of them patched"), "{several:?}");
    assert!(
        several[1]
            .starts_with("Run .\\fix.ps1 -WhatIf on each of them, then .\\fix.ps1: together they upgrade 2")
    );
    assert!(
        several[2].starts_with("Then run .\\fix.ps1 -Serial on one of them, when all have ended"),
        "{several:?}"
    );
    let one = next(&["--parallel"]);
    assert!(one[1].ends_with("then .\\fix.ps1: it upgrades 2 databases, several at a time."), "{one:?}");
    assert!(
        one[2].starts_with("Then run .\\fix.ps1 -Serial: it upgrades the databases that own 1 more site")
    );
    let serial = next(&[]);
    assert!(serial[1].contains("it upgrades 2 databases and those that own 1 more site"), "{serial:?}");
}
