//! What exports of the farm show without any log, and what logs show of databases that are none of content.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

/// The report over a folder of these files.
fn report(files: &[(&str, &str)]) -> Value {
    report_on(".", files)
}

/// The report over what is named among these files.
fn report_on(path: &str, files: &[(&str, &str)]) -> Value {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        write(&dir.path().join(name), text);
    }
    let output = Command::cargo_bin("spdoctor")
        .expect("the program is built")
        .args(["upgrade", "--quiet", "--format", "json", "--script", "fix.ps1", path])
        .current_dir(dir.path())
        .output()
        .expect("it runs");
    let mut report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    report["script"] = read(&dir.path().join("fix.ps1")).into();
    report
}

#[expect(clippy::disallowed_methods, reason = "the tests make the files that the program reads")]
fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("written");
}

#[expect(clippy::disallowed_methods, reason = "the tests read what the program writes")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("readable")
}

/// `code severity databases caused_by` of each finding.
fn findings(report: &Value) -> Vec<String> {
    let list = |value: &Value| {
        let items = value.as_array().expect("a list").iter().filter_map(Value::as_str);
        items.collect::<Vec<_>>().join("+")
    };
    let findings = report["findings"].as_array().expect("findings").iter();
    findings
        .map(|finding| {
            let (code, severity) = (finding["code"].as_str(), finding["severity"].as_str());
            format!(
                "{} {} {} {}",
                code.expect("a code"),
                severity.expect("a severity"),
                list(&finding["databases"]),
                list(&finding["caused_by"])
            )
        })
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// `name reasons` of the databases in the script.
fn in_script(report: &Value) -> Vec<String> {
    let databases = report["databases"].as_array().expect("databases").iter();
    databases
        .filter(|database| database["in_script"] == true)
        .map(|database| format!("{} {}", database["name"].as_str().expect("a name"), database["reasons"]))
        .collect()
}

#[test]
fn a_database_with_sites_behind_is_upgraded_whatever_export_says_it() {
    let csv = "\"Name\",\"Server\",\"NeedsUpgrade\",\"NeedsUpgradeIncludeChildren\"\n\"WSS_A\",\"SQL01\",\"False\",\"True\"\n\"WSS_B\",\"SQL01\",\"False\",\"False\"\n";
    let list = "Name                        : WSS_A\nServer                      : SQL01\nNeedsUpgrade                : False\nNeedsUpgradeIncludeChildren : True\n\nName                        : WSS_B\nServer                      : SQL01\nNeedsUpgrade                : False\nNeedsUpgradeIncludeChildren : False\n";
    let status = "<objects>\n<object>\n<name>WSS_A</name>\n<type>Microsoft.SharePoint.Administration.SPContentDatabase</type>\n<level>5</level>\n<status>Needs Upgrade</status>\n</object>\n<object><name>ReportServer</name><type>Microsoft.Office.ReportingServiceDatabase</type><level>5</level><status>Needs Upgrade</status></object>\n</objects>\n";
    let pending = "\"ObjectName\",\"ObjectType\",\"ParentName\",\"Level\",\"Status\"\n\"WSS_A\",\"SPContentDatabase\",\"Contoso Portal\",\"5\",\"NeedsUpgrade\"\n\"SP_Bdc\",\"BdcServiceDatabase\",\"x\",\"5\",\"NeedsUpgrade\"\n";
    let page = "<html><body><table><tr><th>SQL Instance</th><th>Database</th><th>Type</th><th>Status</th></tr><tr><td>SQL01</td><td>WSS_A</td><td>Content Database</td><td>Database is up to date, but some sites are not completely upgraded.</td></tr><tr><td>SQL01</td><td>ReportServer</td><td>ReportingServiceAlertingDatabase</td><td>Database is up to date, but some sites are not completely upgraded.</td></tr></table></body></html>";
    let saved = "SQL Instance,Database,Type,Status\nSQL01,WSS_A,Content Database,\"Database is up to date, but some sites are not completely upgraded\"\nSQL01,WSS_B,Content Database,No action required\n";
    for (name, text) in [
        ("databases.csv", csv),
        ("databases.txt", list),
        ("localupgradestatus.xml", status),
        ("pendingupgradeactions.csv", pending),
        ("DatabaseStatus.html", page),
        ("DatabaseStatus.csv", saved),
    ] {
        let report = report(&[(name, text)]);
        assert_eq!(in_script(&report), ["WSS_A [\"UA11\"]"], "{name}: {:?}", findings(&report));
        let script = report["script"].as_str().expect("a script");
        assert!(
            script.contains("Get-SPContentDatabase -Identity 'WSS_A' | Upgrade-SPContentDatabase"),
            "{name}"
        );
        assert!(!script.contains("Name = 'ReportServer'"), "{name}");
    }
}

#[test]
fn the_database_of_central_administration_has_a_rule_of_its_own() {
    let csv = "Name,Server,NeedsUpgrade,NeedsUpgradeIncludeChildren\nSharePoint_AdminContent_0815,SQL01,True,True\n";
    let report = report(&[("contentdatabases.csv", csv)]);
    assert_eq!(findings(&report), ["UA09 warning SharePoint_AdminContent_0815"]);
    assert_eq!(in_script(&report), ["SharePoint_AdminContent_0815 [\"UA09\"]"]);
    assert_eq!(report["databases"][0]["central_administration"], true);
}

#[test]
fn a_database_that_is_none_of_content_asks_for_nothing() {
    let csv = "Name,Type,Server,NeedsUpgrade,NeedsUpgradeIncludeChildren\nReportServer,ReportingServiceDatabase,SQL01,False,True\nWSS_A,Content Database,SQL01,False,False\n";
    let report = report(&[("databases.csv", csv)]);
    assert_eq!(findings(&report), Vec::<String>::new());
}

const BLOCKED: &str = "03/03/2012 22:10:24.42 \tw3wp.exe (0x0F3C)                       \t0x0E80\tSharePoint Foundation         \tDatabase                      \tfa46\tHigh    \tThe schema version (4.1.4.0) of the database @DB@ on SQL01 is not consistent with the expected database schema version (4.1.5.0) on SPS01.  Connections to this database from this server have been blocked to avoid data loss.  Upgrade the web front end or the content database to ensure that these versions match.\t961cfd1e-5cf8-4e40-8756-0032a517119b\n";

#[test]
fn a_blocked_database_is_upgraded_unless_something_says_that_it_is_none_of_content() {
    let blocked = |name: &str| BLOCKED.replace("@DB@", name);
    let typed = "Name,Type,Server,Id\nSP_Search,SPSearchDatabase,SQL01,\nWSS_A,SPContentDatabase,SQL01,\n";
    let known = "[OWSTIMER] [SPManager] [ERROR] [3/3/2012 10:10:24 PM]: CanUpgrade [SecureStoreServiceDatabase Name=SP_Store] failed.\n";
    let files = |log: &str| vec![("SPS01-20120303-2200.log".to_owned(), log.to_owned())];
    for (name, more, expected) in [
        ("WSS_A", None, vec!["WSS_A [\"UA12\"]"]),
        ("WSS_A", Some(("databases.csv", typed)), vec!["WSS_A [\"UA12\"]"]),
        ("SP_Search", Some(("databases.csv", typed)), vec![]),
        ("SP_Store", Some(("Upgrade.log", known)), vec![]),
        ("SharePoint_Config_2", None, vec![]),
    ] {
        let mut files = files(&blocked(name));
        files.extend(more.map(|(name, text)| (name.to_owned(), text.to_owned())));
        let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(in_script(&report(&files)), expected, "{name}");
    }
}

#[test]
fn the_owner_of_a_database_explains_a_failed_psconfig_only_when_nothing_else_does() {
    let owners = "Name,Server,CompatibilityLevel,Owner,OwnerIsManagedAccount\nWSS_A,SQL01,90,CONTOSO\\former.admin,False\nWSS_B,SQL01,110,CONTOSO\\sp.farm,True\n";
    let failed = "02/26/2015 10:08:59  8  ERR          Failed to upgrade SharePoint Products.\n";
    let cause = "02/26/2015 10:08:58  8  ERR          Error during encryption or decryption. System error code 997.\n";
    let name = "PSCDiagnostics_2_26_2015_10_0_3_117_670773816.log";
    assert_eq!(
        findings(&report(&[("contentdatabases.csv", owners)])),
        ["UC11 info WSS_A", "UC12 info WSS_A"]
    );
    assert_eq!(
        findings(&report(&[("contentdatabases.csv", owners), (name, failed)])),
        ["UD01 error  UC11", "UC11 warning WSS_A", "UC12 info WSS_A"]
    );
    let both = format!("{cause}{failed}");
    assert_eq!(
        findings(&report(&[("contentdatabases.csv", owners), (name, &both)])),
        ["UD15 error", "UD01 error  UD15", "UC11 info WSS_A", "UC12 info WSS_A"]
    );
}

#[test]
fn a_timer_service_that_is_switched_off_is_found() {
    let csv = "\"Server\",\"TypeName\",\"Status\"\n\"SPS01\",\"Microsoft SharePoint Foundation Timer\",\"Online\"\n\"SPS02\",\"Microsoft SharePoint Foundation Timer\",\"Disabled\"\n\"SPS02\",\"User Profile Synchronization Service\",\"Disabled\"\n";
    let report = report(&[("timer.csv", csv)]);
    assert_eq!(findings(&report), ["UD24 warning"]);
    assert_eq!(report["findings"][0]["objects"], serde_json::json!(["SPS02"]));
    assert_eq!(report["findings"][0]["evidence"][0]["line"], 3);
}

const FEATURE: &str = "05/03/2013 22:07:16.26\tOWSTIMER (0x1DE4)\t0x0854\tSharePoint Foundation Upgrade\tSPSiteWssSequence2\tajy6m\tERROR\tFeature upgrade incomplete for Feature 'MySitePersonalSite' (Id: 15/'f661430e-c155-438e-a7c6-c68648f1b119') in Site 'http://my.contoso.com/personal/o''neil'. Exception: List 'Personal Documents' does not exist at site with URL 'http://my.contoso.com/personal/adele'.\tc401189c-5456-c0fa-03a6-f5fa06142414\n\
05/03/2013 22:07:16.27\tOWSTIMER (0x1DE4)\t0x0854\tSharePoint Foundation Upgrade\tMySitePersonalSiteUpgrader\t0\tERROR\tUpgrade of a personal site failed. Exception: System.ArgumentException: List 'Personal Documents' does not exist at site with URL 'http://my.contoso.com/personal/adele'\tc401189c-5456-c0fa-03a6-f5fa06142414\n";

#[test]
fn a_site_known_by_its_url_only_is_asked_for_at_run_time() {
    let log = FEATURE.replace("o''neil", "adele");
    let name = "Upgrade-20130503-220452-191.log";
    let alone = report(&[(name, &log)]);
    assert_eq!(findings(&alone), ["UB08 error"]);
    assert_eq!(alone["findings"][0]["count"], 2);
    assert_eq!(alone["unresolved_urls"], serde_json::json!(["http://my.contoso.com/personal/adele"]));
    assert!(alone["script"].as_str().expect("a script").contains("'http://my.contoso.com/personal/adele'"));
    let sites = "ID,Url,ContentDatabase\n961cfd1e-5cf8-4e40-8756-0032a517119b,http://my.contoso.com/personal/adele,WSS_My\n";
    let known = report(&[(name, &log), ("sites.csv", sites)]);
    assert_eq!(known["unresolved_urls"], serde_json::json!([]));
    assert_eq!(in_script(&known), ["WSS_My [\"UB08\"]"]);
}

#[test]
fn a_psconfig_log_without_its_end_was_killed_or_still_runs() {
    let begin = "Begin trace logging for SharePoint Products Configuration Wizard.  Version 16.0.14326.20450\n11/29/2023 13:20:01  1  INF  Entering function PsconfigUserInterfaceMain.Main\n11/29/2023 13:20:02  1  INF    Entering function Common.StartAllServices\n";
    let end = "11/29/2023 13:20:40  1  INF          Leaving function PsconfigUserInterfaceMain.Main\n";
    let name = "PSCDiagnostics_11_29_2023_13_20_1_97_684295513.log";
    let killed = report(&[(name, begin)]);
    assert_eq!(findings(&killed), ["UA17 error"]);
    let text = killed["findings"][0]["evidence"][0]["text"].as_str().expect("a text");
    assert!(text.contains("killed") && text.contains("still running"), "{text}");
    assert_eq!(findings(&report(&[(name, &format!("{begin}{end}"))])), Vec::<String>::new());
}

#[test]
fn a_psconfig_log_ends_at_any_depth_and_may_be_cancelled() {
    let begin = "11/29/2023 13:20:01  1  INF  Entering function PsconfigUserInterfaceMain.Main\n11/29/2023 13:20:31  1  ERR                    Task configdb validation threw an exception\n";
    let cancelled = "11/29/2023 13:20:40  1  INF                Closing the application from form CreateConfigurationDbForm because the user confirmed yes to close\n";
    let end = "11/29/2023 13:20:40  1  INF            Return code indicates a success\n11/29/2023 13:20:40  1  INF          Leaving function PsconfigUserInterfaceMain.Main\n";
    let failed = "11/29/2023 13:20:32  1  ERR    Task configdb has failed with an unknown exception\n";
    for (text, outcome) in [
        (format!("{begin}{end}"), "succeeded"),
        (format!("{begin}{cancelled}{end}"), "cancelled"),
        (format!("{begin}{failed}{cancelled}{end}"), "failed"),
        (format!("{begin}{cancelled}"), "killed"),
    ] {
        let report = report(&[("PSCDiagnostics_11_29_2023_13_20_1_97_684295513.log", &text)]);
        assert_eq!(report["sessions"][0]["outcome"], outcome, "{text}");
        let next = report["summary"]["next"].to_string();
        assert_eq!(next.contains("wizard was cancelled"), outcome == "cancelled", "{next}");
    }
}

#[test]
fn a_transcript_is_read_as_a_log_and_its_tables_as_exports() {
    let transcript = "**********************\nWindows PowerShell transcript start\nStart time: 20160601134500\n**********************\nPS C:\\> Get-SPContentDatabase | Format-List Name, Server, NeedsUpgrade, NeedsUpgradeIncludeChildren\n\nName                        : WSS_A\nServer                      : SQL01\nNeedsUpgrade                : False\nNeedsUpgradeIncludeChildren : True\n\nPS C:\\> Mount-SPContentDatabase WSS_B\nMount-SPContentDatabase : Upgrade completed with errors.  Review the upgrade log\nfile located in C:\\LOGS\\Upgrade-20160601-134534-959.log.  The number of errors and\nwarnings is listed at the end of the upgrade log file.\nAt line:1 char:1\n+ Mount-SPContentDatabase WSS_B\n    + CategoryInfo          : InvalidData: (:) [Mount-SPContentDatabase]\n\n";
    let report = report(&[("transcript.txt", transcript)]);
    let kinds: Vec<&Value> =
        report["files"].as_array().expect("files").iter().map(|file| &file["kind"]).collect();
    assert_eq!(kinds, ["console"]);
    assert_eq!(findings(&report), ["UA07 error", "UA11 warning WSS_A"]);
    assert_eq!(in_script(&report), ["WSS_A [\"UA11\"]"]);
}

#[test]
fn two_databases_of_one_name_are_told_apart_from_one() {
    let sites = "Id,Url,ContentDatabase,DatabaseServer\n\
        961cfd1e-5cf8-4e40-8756-000000000001,http://a/1,WSS_Content,SQL01\n\
        961cfd1e-5cf8-4e40-8756-000000000002,http://b/1,wss_content,SQL02\n\
        961cfd1e-5cf8-4e40-8756-000000000003,http://b/2,WSS_Other,sql02\n\
        961cfd1e-5cf8-4e40-8756-000000000004,http://b/3,WSS_Other,SQL02\n";
    let log = "[PSCONFIG] [SPUpgradeSession] [ERROR] [3/14/2026 10:00:05 PM]: Upgrade [SPContentDatabase Name=WSS_Content] failed.\n";
    let report = report(&[("sites.csv", sites), ("Upgrade.log", log)]);
    let problems = report["coverage"]["inventory_problems"].to_string();
    assert!(problems.contains("there is a database WSS_Content on sql01 and on sql02"), "{problems}");
    assert!(!problems.contains("WSS_Other"), "{problems}");
    // The script asks the farm, which tells that there are two; it does not take one of them.
    assert!(report["databases"][0]["server"].is_null());
}

#[test]
fn a_failure_without_a_name_is_of_the_one_database_that_was_upgraded() {
    let log = |process: &str| {
        let line = |time: &str, level: &str, text: &str| {
            format!("[{process}] [SPContentDatabaseSequence] [{level}] [3/14/2026 10:00:{time} PM]: {text}\n")
        };
        [
            line("00", "INFO", "Upgrade session starts. root object = SPContentDatabase Name=WSS_P, recursive = True."),
            line("30", "ERROR", "Exception: System.Data.SqlClient.SqlException: Timeout expired. The timeout period elapsed prior to completion of the operation or the server is not responding."),
        ]
        .concat()
    };
    let of = |process: &str| {
        let report = report(&[("Upgrade.log", &log(process))]);
        let findings = findings(&report);
        findings.iter().find(|finding| finding.starts_with("UC06")).cloned()
    };
    assert_eq!(of("powershell").as_deref(), Some("UC06 error WSS_P"));
    // psconfig walks all databases.
    assert_eq!(of("PSCONFIG").as_deref(), Some("UC06 error"));
}

#[test]
fn time_of_a_site_is_of_the_database_that_owns_it() {
    let line = |time: &str, text: &str| {
        format!("[OWSTIMER] [SPHierarchyManager] [DEBUG] [3/14/2026 10:{time} PM]: {text}\n")
    };
    let log = [
        line("00:00", "NeedsUpgrade [SPContentDatabase Name=WSS_A] returned: False."),
        line("00:10", "[SPTree Value=SPSite Url=http://b/sites/1] added to dependency cache by lookup"),
        line("02:10", "[SPTree Value=SPSite Url=http://c/sites/1] added to dependency cache by lookup"),
        line("03:10", "[SPFarm Name=F]"),
    ]
    .concat();
    let sites = "Id,Url,ContentDatabase\n961cfd1e-5cf8-4e40-8756-000000000001,http://b/sites/1,WSS_B\n";
    let seconds = |files: &[(&str, &str)]| {
        let report = report(files);
        let nodes = report["profile"].as_array().expect("a profile").clone();
        let of = |name: &str| {
            let node = nodes.iter().find(|node| node["path"][2] == name && node["path"][3].is_null());
            node.map_or("-".to_owned(), |node| node["total_s"].to_string())
        };
        [of("WSS_A"), of("WSS_B")]
    };
    assert_eq!(seconds(&[("Upgrade.log", &log)]), ["190.0", "-"]);
    assert_eq!(seconds(&[("Upgrade.log", &log), ("sites.csv", sites)]), ["70.0", "120.0"]);
}

/// The exit code and standard error of `upgrade` over a folder with an export and, if there is text, a log.
fn exit_code(log: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let dir = tempfile::tempdir().expect("a folder");
    write(
        &dir.path().join("sites.csv"),
        "Id,Url,ContentDatabase\n961cfd1e-5cf8-4e40-8756-000000000001,http://portal/sites/a,WSS_B\n",
    );
    if !log.is_empty() {
        write(&dir.path().join("Upgrade.log"), log);
    }
    let mut program = Command::cargo_bin("spdoctor").expect("the program is built");
    let output =
        program.args(["upgrade", "."]).args(arguments).current_dir(dir.path()).output().expect("it runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn an_export_alone_does_not_say_that_all_is_well() {
    const LOG: &str = "[PSCONFIG] [SPUpgradeSession] [INFO] [3/14/2026 10:00:00 PM]: Upgrade session starts. root object = SPFarm Name=F, recursive = True.\n\
        [PSCONFIG] [SPUpgradeSession] [INFO] [3/14/2026 10:00:05 PM]: Upgrade session finishes. root object = SPFarm Name=F, recursive = True. 0 errors and 0 warnings encountered.\n";
    assert_eq!(exit_code("", &[]).0, Some(3));
    assert_eq!(exit_code(LOG, &[]).0, Some(0));
    assert_eq!(exit_code(LOG, &["--since", "2027-01-01"]).0, Some(3), "no log lies in that time");
    assert_eq!(exit_code(LOG, &["--inventory", "Upgrade.log"]).0, Some(4), "it is no export");
    for arguments in [
        &["--since", "2026-03-14 23:00", "--until", "2026-03-14 22:00"][..],
        &["--since", "-1h", "--until", "-2h"],
        &["--session", "last", "--since", "2026-03-14"],
    ] {
        let (code, error) = exit_code(LOG, arguments);
        assert!(code == Some(2) && error.contains("--since"), "{arguments:?} {code:?} {error}");
    }
}

#[test]
fn what_the_log_of_a_session_ends_with_is_why_it_has_no_end() {
    let line = |time: &str, rest: &str| format!("[PSCONFIG] [SPManager] {rest} [8/22/2011 7:{time} PM]: ");
    let begin = line("38:18", "[INFO]")
        + "Upgrade Boot Strap starts. Initialized in Mode:InPlace, as MachineAdmin: True.\n";
    let unreachable = line("38:32", "[ERROR]")
        + "Exception: A network-related or instance-specific error occurred while establishing a connection to SQL Server. (provider: Named Pipes Provider, error: 40 - Could not open a connection to SQL Server)\n";
    let later = line("58:32", "[INFO]") + "Finalizing the upgrade of the farm.\n";
    let name = "Upgrade-20110822-193818-100.log";
    let stopped = format!("{begin}{unreachable}");
    assert_eq!(findings(&report(&[(name, &stopped)])), ["UC01 error", "UA17 error  UC01"]);
    let got_over = format!("{begin}{unreachable}{later}");
    assert_eq!(findings(&report(&[(name, &got_over)])), ["UA17 error", "UC01 error"]);
    // Of two such sessions one may have been killed for another reason.
    let other = ("Upgrade-20110823-193818-100.log", begin.replace("8/22", "8/23"));
    assert_eq!(findings(&report(&[(name, &stopped), (other.0, &other.1)])), ["UA17 error", "UC01 error"]);
}

#[test]
fn a_content_database_may_be_named_by_its_full_type() {
    let line = |kind: &str| {
        format!(
            "[OWSTIMER] [SPUpgradeSession] [ERROR] [8/14/2012 1:07:41 AM]: Upgrade [{kind} Name=WSS_HR] failed.\n"
        )
    };
    let content = line("Microsoft.SharePoint.Administration.SPContentDatabase");
    assert_eq!(findings(&report(&[("Upgrade.log", &content)])), ["UA04 error WSS_HR"]);
    let other = line("Microsoft.Office.Server.Search.Administration.SearchAdminDatabase");
    assert_eq!(findings(&report(&[("Upgrade.log", &other)])), ["UA04 error"]);
}

/// The report over one file that is named.
fn named(text: &str) -> Value {
    report_on("told.txt", &[("told.txt", text)])
}

/// `code count` of each finding.
fn counts(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings").iter();
    findings
        .map(|finding| format!("{} {}", finding["code"].as_str().expect("a code"), finding["count"]))
        .collect()
}

#[test]
fn what_is_no_content_database_and_waits_is_found_and_left_to_psconfig() {
    let object = |name: &str, kind: &str, status: &str| {
        format!(
            "<object>\n<name>{name}</name>\n<type>Microsoft.SharePoint.Administration.{kind}</type>\n<level>5</level>\n<status>{status}</status>\n</object>\n"
        )
    };
    let status = [
        object("SharePoint Server Search", "SearchService", "Needs Upgrade"),
        object("SP_Search", "SearchAdminDatabase", "Needs Upgrade"),
        object("WSS_Old", "SPContentDatabase", "Cannot Upgrade"),
        object("ReportServer", "ReportingServiceDatabase", "Needs Upgrade"),
    ];
    let told = named(&status.concat());
    assert_eq!(counts(&told), ["UA05 1", "UA22 2"]);
    assert_eq!(told["findings"][0]["databases"], serde_json::json!(["WSS_Old"]));
    assert_eq!(told["findings"][1]["objects"], serde_json::json!(["SP_Search", "SharePoint Server Search"]));
    assert_eq!(in_script(&told), Vec::<String>::new());
    let databases = "PS C:\\> Get-SPDatabase | select Name, Type, NeedsUpgrade | ft -auto\n\nName  Type                                                          NeedsUpgrade\n----  ----                                                          ------------\nWSS_A Content Database                                                      True\nSP_S  Microsoft.Office.Server.Search.Administration.SearchDatabase          True\n";
    let told = named(databases);
    assert_eq!(counts(&told), ["UA11 1", "UA22 1"]);
    assert_eq!(in_script(&told), ["WSS_A [\"UA11\"]"]);
    let counters = "49 other objects encountered, 1 of them still need upgrade or cannot be upgraded.\n";
    assert_eq!(counts(&named(counters)), ["UA22 1"]);
}

#[test]
fn an_export_below_records_of_a_log_or_beside_a_console_is_read_and_told_once() {
    let records = "03/14/2021 22:14:06.00\tOWSTIMER (0x0E7C)\t0x2104\tSharePoint Foundation Upgrade\tSPContentDatabaseSequence2\tajyxw\tERROR\tUpgrade [SPContentDatabase Name=WSS_Big] failed.\tc401189c-5456-c0fa-03a6-f5fa06142414\n";
    let pending = "\nPS C:\\> Get-SPFarm | Get-SPPendingUpgradeActions -recursive\n\nObjectName : SharePoint_AdminContent_1\nObjectType : Microsoft.SharePoint.Administration.SPContentDatabase\nParentName : SharePoint Central Administration v4\nStatus     : NeedsUpgrade\n";
    let told = named(&format!("{records}{pending}"));
    assert_eq!(counts(&told), ["UA04 1", "UA09 1"]);
    let tested = "Category        : MissingFeature\nError           : True\nUpgradeBlocking : False\nMessage         : Database [WSS_A] has reference(s) to a missing feature: Id =\n                  [a654fec6-ae10-43f4-8730-076ea76a36e9], Name = [Agile Reports], Description =\n                  [], Install Location = [Reports].\nRemedy          : The feature with Id a654fec6-ae10-43f4-8730-076ea76a36e9 is referenced in the database\n                  [WSS_A], but is not installed on the current farm.\nLocations       :\n\n";
    let console = "PS C:\\> Mount-SPContentDatabase -Name WSS_A -WebApplication http://portal\nMount-SPContentDatabase : Upgrade completed with errors.  Review the upgrade log file located in C:\\LOGS\\Upgrade-20160601-134534-959.log.\nAt line:1 char:1\n";
    let told = named(&format!("PS C:\\> Test-SPContentDatabase WSS_A\n\n{tested}{console}"));
    assert_eq!(counts(&told), ["UB01 1", "UA07 1"]);
    let evidence = told["findings"][0]["evidence"][0]["text"].as_str().expect("a text");
    assert!(evidence.contains("Name = [Agile Reports]"), "{evidence}");
}

#[test]
fn an_export_without_a_column_that_is_needed_gives_no_all_clear() {
    let told = named("Server,Status\nSPS01,Online\n");
    assert_eq!(
        told["summary"]["verdict"],
        "No log was read, and an export lacks a column, so nothing can be said."
    );
}

#[test]
fn a_name_whose_end_was_cut_off_is_in_no_script() {
    for dots in ["…", "..."] {
        let name = format!("WSS_Content_47{dots}");
        let told = named(&format!(
            "Failed to upgrade SharePoint Products.\nUpgrade [SPContentDatabase Name={name}] failed. (EventID:an59t)\n"
        ));
        assert_eq!(told["databases"][0]["in_script"], false, "{}", told["databases"]);
        assert!(!told["script"].as_str().expect("a script").contains(&format!("Name = '{name}'")));
    }
}

/// `code severity blocking databases` of each finding.
fn blocking(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings").iter();
    findings
        .map(|finding| {
            let (code, severity) = (finding["code"].as_str(), finding["severity"].as_str());
            let databases = finding["databases"].to_string().replace('"', "");
            format!("{} {} {} {databases}", code.unwrap(), severity.unwrap(), finding["blocking"])
        })
        .collect()
}

#[test]
fn what_a_test_says_in_another_language_is_known_by_its_category() {
    let block = |category: &str, error: &str, blocks: &str, message: &str| {
        format!(
            "Category        : {category}\nError           : {error}\nUpgradeBlocking : {blocks}\nMessage         : {message}\nRemedy          : Installieren Sie das Fehlende.\n"
        )
    };
    let text = [
        block("MissingWebPart", "True", "False", "Auf die WebPart-Klasse [8d6034c4-a416-e535-281a-6b714894e1aa] wird [2] Mal in der Datenbank [WSS_A] verwiesen, sie ist jedoch nicht in der aktuellen Farm installiert."),
        block("MissingFeature", "True", "True", "Die Datenbank [WSS_A] verweist auf ein Feature, das fehlt: ID = [8d6034c4-a416-e535-281a-6b714894e1aa]."),
        block("Configuration", "False", "False", "Die Webanwendung [Intranet] nutzt den anspruchsbasierten Authentifizierungsmodus."),
        block("BrokenGizmo", "True", "False", "Das Gizmo von [WSS_A] ist defekt."),
        block("BrokenGizmo", "False", "False", "Das Gizmo der Datenbank [WSS_B] ist alt."),
        block("Configuration", "True", "True", "Das Gizmo der Datenbank [WSS_B] stimmt nicht."),
    ]
    .join("\n");
    let found = report(&[("test.txt", &text)]);
    assert_eq!(
        blocking(&found),
        [
            "UB01 error true [WSS_A]",
            "UE07 error true [WSS_B]",
            "UE07 error false []",
            "UB03 warning false [WSS_A]",
            "UE08 warning false [WSS_B]",
            "UB12 info false []",
        ]
    );
    let verdict = found["summary"]["verdict"].as_str().expect("a verdict");
    assert_eq!(
        verdict,
        "Features are referenced in a database but not installed (Test-SPContentDatabase says that it blocks the upgrade), and 4 further problems."
    );
    let templates: Vec<&str> = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|f| f["captures"]["template"].as_str())
        .collect();
    assert_eq!(
        templates,
        [
            "[Configuration] Das Gizmo der Datenbank [<name>] stimmt nicht.",
            "[BrokenGizmo] Das Gizmo von [<name>] ist defekt.",
            "[BrokenGizmo] Das Gizmo der Datenbank [<name>] ist alt.",
        ]
    );
}

#[test]
fn an_error_of_the_health_analyzer_is_told_whatever_it_says() {
    let item = |severity: &str| {
        format!(
            "Title       : Das Gizmo ist defekt.\nSeverity    : {severity}\nCategory    : Configuration\nExplanation : Auf [SPS01] dreht es sich nicht.\nRemedy      : Tauschen Sie es aus.\n"
        )
    };
    for (severity, expected) in [
        ("1 - Error", &["UE07 warning false []"][..]),
        ("1 - Fehler", &["UE07 warning false []"]),
        ("2 - Warnung", &["UE08 warning false []"]),
        ("3 - Information", &[]),
        ("4 - Erfolg", &[]),
    ] {
        assert_eq!(blocking(&report(&[("health.txt", &item(severity))])), expected, "{severity}");
    }
    let text = "[MissingSetupFile] Auf die Datei [Features\\Gizmo\\a.css] wird [3] Mal in der Datenbank [WSS_A] verwiesen.\n[ServerError] Das Gizmo ist defekt.\n";
    assert_eq!(
        blocking(&report(&[("health.txt", text)])),
        ["UB02 warning false [WSS_A]", "UE08 warning false []"]
    );
}

const STATUS: &str = "SQL Instance\tDatabase\tType\tStatus\nSQL01\tWSS_A\tContent Database\tDatabase is in compatibility range and upgrade is recommended\nSQL01\tWSS_B\tContent Database\tDatabase is up to date, but some sites are not completely upgraded.\n";
const BEHIND: &str = "PS C:\\> Get-SPContentDatabase | Where-Object { $_.NeedsUpgradeIncludeChildren } | Format-Table Name, Server, NeedsUpgrade\n\nName  Server NeedsUpgrade\n----  ------ ------------\nWSS_A SQL01          True\nWSS_B SQL01         False\n";

/// The names of the databases in the script.
fn names_in_script(report: &Value) -> Vec<String> {
    in_script(report).iter().filter_map(|line| Some(line.split_once(' ')?.0.to_owned())).collect()
}

#[test]
fn what_stands_around_a_table_is_no_row_of_it() {
    for text in [
        format!("Review database status:\n{STATUS}"),
        format!("```\n{STATUS}```\n"),
        format!("Hello,\n\nhere it is:\n```text\n{STATUS}```\nThanks\n"),
        format!("Hello,\nhere it is:\n{STATUS}\nThanks\n"),
        format!("Hello,\n\nhere it is:\n\n```\n{BEHIND}```\n\nThanks\n"),
        format!("~~~\n{BEHIND}~~~\nThanks\n"),
    ] {
        let report = report_on("note.txt", &[("note.txt", &text)]);
        assert_eq!(names_in_script(&report), ["WSS_A", "WSS_B"], "{text}");
    }
}

#[test]
fn what_was_done_to_a_copy_of_an_export_is_undone() {
    let tested = "Category        : MissingFeature\nError           : True\nUpgradeBlocking : False\nMessage         : Database [WSS_A] has reference(s) to a missing feature: Id =\n                  [8d6034c4-a416-e535-281a-6b714894e1aa], Name = [X], Description = [], Install\n                  Location = [X].\nRemedy          : x\nLocations       :\n";
    let local = "C:\\>stsadm -o localupgradestatus\n   <object>\n   <name>WSS_A</name>\n   <type>Microsoft.SharePoint.Administration.SPContentDatabase</type>\n   <level>5</level>\n   <status>Needs Upgrade</status>\n   </object>\n\n[1] content database(s) still need upgrade or cannot be upgraded.\n";
    let texts = [tested, local, BEHIND, STATUS];
    for text in texts {
        let plain = findings(&report(&[("export.txt", text)]));
        assert!(!plain.is_empty(), "{text}");
        let each = |change: &dyn Fn(usize, &str) -> String| {
            text.lines().enumerate().map(|(at, line)| change(at, line) + "\n").collect::<String>()
        };
        for copy in [
            each(&|_, line| format!("> {line}")),
            each(&|_, line| format!("    {line}")),
            each(&|at, line| format!("{:>6}\t{line}", at + 1)),
            each(&|_, line| format!("{line}  ")),
            format!("```\n{text}```\n"),
            format!(
                "Hello,\n\nthis is what it says:\n\n{}\n\nThanks\n",
                each(&|_, line| format!("> {line}"))
            ),
        ] {
            assert_eq!(findings(&report_on("export.txt", &[("export.txt", &copy)])), plain, "{copy}");
            assert_eq!(findings(&report(&[("export.txt", &copy)])), plain, "{copy}");
        }
    }
}

#[test]
fn an_export_below_records_is_read_whatever_stands_between() {
    let record = "03/14/2021 22:14:05.17\tOWSTIMER (0x0E7C)\t0x2104\tSharePoint Foundation Upgrade\tSPContentDatabaseSequence2\tajyxx\tINFO\tNothing.\t961cfd1e-5cf8-4e40-8756-0032a517119b\n";
    for gap in ["\n", "  \n", "```\n", "> \n"] {
        let text = format!("{record}{record}{gap}{STATUS}");
        let report = report_on("note.txt", &[("note.txt", &text)]);
        assert_eq!(names_in_script(&report), ["WSS_A", "WSS_B"], "{text}");
    }
}
