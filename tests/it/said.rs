//! What a report says of pieces of published logs: what to do next, which line is quoted, whom it names.

use std::process::Command;

use super::advice::{Told, told};

/// PSCDiagnostics of a run that begins at this hour, and how it went.
fn wizard(hour: u32, failed: bool) -> String {
    let end = if failed {
        format!("06/17/2016 {hour}:00:20  7  ERR                Failed to upgrade SharePoint Products.\n")
    } else {
        String::new()
    };
    format!(
        "06/17/2016 {hour}:00:01  7  INF  Entering function PsconfigUserInterfaceMain.Main\n{end}\
         06/17/2016 {hour}:00:21  7  INF  Leaving function PsconfigUserInterfaceMain.Main\n"
    )
}

/// A database that the script upgrades.
const SCHEMA: &str = "\
    06/17/2016 10:00:05.00\tOWSTIMER (0x1DE4)\t0x0854\tSharePoint Foundation Upgrade\tSPUpgradeSession\tan59t\tERROR\tUpgrade [SPContentDatabase Name=SP_Content_Team] failed.\tc401189c-5456-c0fa-03a6-f5fa06142414\n\
    06/17/2016 10:00:05.00\tOWSTIMER (0x1DE4)\t0x0854\tSharePoint Foundation Upgrade\tSPUpgradeSession\tan59t\tERROR\tException: The upgraded database schema doesn't match the TargetSchema\tc401189c-5456-c0fa-03a6-f5fa06142414\n";

/// The last step for a farm of which these servers ran psconfig: name, hour, whether it failed.
fn last_step(passes: &[(&str, u32, bool)]) -> String {
    let mut files = vec![("SP01/LOGS/Upgrade-20160617-100004-123.log".to_owned(), SCHEMA.to_owned())];
    files.extend(passes.iter().map(|(server, hour, failed)| {
        (
            format!("{server}/LOGS/PSCDiagnostics_6_17_2016_{hour}_0_1_97_684295513.log"),
            wizard(*hour, *failed),
        )
    }));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    told(&files, &[]).next().pop().unwrap()
}

#[test]
fn psconfig_is_run_again_where_it_failed_before_it_goes_on() {
    assert_eq!(
        last_step(&[("SP01", 10, true), ("SP02", 11, true), ("SP03", 12, false)]),
        "Run psconfig again on SP01 and SP02, where it ended with errors. Then go on with psconfig on the next server, if one is left."
    );
}

#[test]
fn a_pass_that_went_well_after_one_that_failed_settles_it() {
    let failed = ("SP01", 10, true);
    assert_eq!(last_step(&[failed, ("SP01", 11, false)]), "Go on with psconfig on the next server.");
    // One of another server does not.
    assert!(
        last_step(&[failed, ("SP02", 11, false)])
            .starts_with("Run psconfig again on SP01, where it ended with errors.")
    );
}

/// What psconfig prints on a farm of 2016, as it was posted.
const WINDOW: &str = "\
“Failed to upgrade SharePoint Products
An exception of type Microsoft.SharePoint.PostSetupConfiguration.PostSetupConfigurationTaskException was thrown.  Additional exception information:
Upgrade [SPContentDatabase Name=WSS_Content_47] failed. (EventID:an59t)
Exception: The upgraded database schema doesn’t match the TargetSchema (EventID:an59t)
Upgrade Timer job is exiting due to exception: Microsoft.SharePoint.Upgrade.SPUpgradeException: The upgraded database schema doesn’t match the TargetSchema”
";

#[test]
fn a_window_in_which_psconfig_failed_tells_it_too() {
    let next = told(&[("console.txt", WINDOW)], &[]).next();
    assert!(
        next.last().unwrap().starts_with("Run psconfig again on the server where it ended with errors."),
        "{next:?}"
    );
    let next = told(&[("SP07/LOGS/console.txt", WINDOW)], &[]).next();
    assert!(
        next.last().unwrap().starts_with("Run psconfig again on SP07, where it ended with errors."),
        "{next:?}"
    );
}

#[test]
fn json_says_what_to_do_next() {
    let Told { report, screen } = told(&[("console.txt", WINDOW)], &[]);
    let next = report["summary"]["next"].as_array().unwrap();
    assert!(next.len() == 2 && next[0].as_str().unwrap().contains("run .\\fix.ps1 -WhatIf"), "{screen}");
}

/// The report with evidence and steps.
fn details(files: &[(&str, &str)]) -> String {
    let screen = told(files, &["--details"]).screen;
    // What is wrapped is put together again.
    screen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One line of a log of the 16 hive.
fn line(message: &str) -> String {
    format!(
        "12/17/2020 12:42:31.91\tPSCONFIG (0x07A8)\t0x0EF4\tSharePoint Foundation Upgrade\tSPIisWebSiteWssSequence\tajywk\tERROR\t{message}\t\n"
    )
}

#[test]
fn the_line_that_says_what_was_thrown_is_quoted() {
    let thrown = r"Exception: Filename: \\?\C:\WINDOWS\system32\inetsrv\config\applicationHost.config Error:";
    let log = line("Action 16.0.13.0 of Microsoft.SharePoint.Upgrade.SPIisWebSiteWssSequence failed.")
        + &line(thrown);
    assert!(details(&[("Upgrade-20201217-124200-000.log", &log)]).contains(thrown));
    let thrown = "Exception: Could not load file or assembly 'Microsoft.Data.Edm, Version=5.6.0.0'";
    let log = line("Failed to call GetTypes()") + &line(thrown);
    let said = details(&[("Upgrade-20201217-124200-000.log", &log)]);
    assert!(said.contains("UD10 types-failed") && said.contains(thrown), "{said}");
}

#[test]
fn the_line_that_matched_is_quoted_and_not_the_one_above_it() {
    let log = "06/17/2016 11:00:20  7  ERR                Failed to upgrade SharePoint Products.\n\
        An exception of type Microsoft.SharePoint.PostSetupConfiguration.PostSetupConfigurationTaskException was thrown.  Additional exception information: \n\
        Upgrade [SPContentDatabase Name=SP_Content_Team] failed.       (EventID:an59t)\n\
        \n\
        Exception: The upgraded database schema doesn't match the TargetSchema       (EventID:an59t)\n";
    let screen = details(&[("PSCDiagnostics_6_17_2016_11_0_1_97_684295513.log", log)]);
    assert!(screen.contains(
        "684295513.log:1 Upgrade [SPContentDatabase Name=SP_Content_Team] failed. (EventID:an59t) Exception: The upgraded database schema doesn't match"
    ), "{screen}");
}

#[test]
fn a_step_names_what_was_captured() {
    let refused = |database: &str, account: &str| {
        let wording = "requested by the login. The login failed.Login failed for user";
        format!(
            "CanUpgrade [BdcServiceDatabase Name={database}] failed.     (EventID:an58c)\n\
             Exception: Cannot open database \"{database}\" {wording} '{account}'.       (EventID:an58c)\n"
        )
    };
    let one = refused("SP_Data", r"CONTOSO\sp.admin");
    let screen = details(&[("console.txt", &one)]);
    assert!(screen.contains(r#"-UserName "CONTOSO\sp.admin" -Database"#), "{screen}");
    assert!(screen.contains(r#"Exception: Cannot open database "SP_Data" requested"#), "{screen}");
    assert!(screen.contains(r#"$_.Name -eq "SP_Data""#), "{screen}");
    // Of two databases none is named, nor is an account that a shell would take for more than a name.
    let two = one + &refused("SP_More", r"CONTOSO\sp.admin");
    let screen = details(&[("console.txt", &two)]);
    assert!(screen.contains(r#"$_.Name -eq "<sql_database>""#), "{screen}");
    let screen = details(&[("console.txt", &refused("SP_Data", "x$(Remove-Item y)"))]);
    assert!(screen.contains(r#"-UserName "<account>" -Database"#), "{screen}");
}

/// Event 2137 as it was posted. The command it proposes makes a window of it.
const EVENT: &str = "\
Log Name: Application
Event ID: 2137
Level: Error

Description: The SharePoint Health Analyzer detected an error. Product / patch installation or server upgrade required. All required products must be installed on all servers in the farm.

Upgrade is required on server SPS02. Without the upgrade, the server is not in a supported state.

On server SPS02, once all required products and/or patches are installed, perform an upgrade by executing the command \"PSConfig.exe -cmd upgrade -inplace b2b -force\".
";

#[test]
fn an_event_of_the_health_analyzer_is_no_all_clear() {
    let told = told(&[("event.txt", EVENT)], &[]);
    assert_eq!(told.codes(), ["UD26"], "{}", told.screen);
    assert_eq!(told.report["findings"][0]["objects"][0], "SPS02");
}

#[test]
fn an_update_conflict_of_any_day_asks_for_no_psconfig() {
    let conflict = |said: &str, object: &str| {
        format!(
            "05/05/2010 08:49:22.11 \tOWSTIMER.EXE (0x0780)                   \t0x1844\tSharePoint Foundation         \tTimer                         \t6398\tCritical\t{said} An update conflict has occurred, and you must re-try this action. The object {object} was updated by CONTOSO\\sp.farm, in the OWSTIMER (1234) process, on machine SPS01.  View the tracing log for more information about the conflict.\t983ff19b-0475-c0fa-03a6-fff304c21dba\n"
        )
    };
    let log = conflict("The setup job threw an exception.", "UserProfileApplication Name=User Profiles")
        + &conflict("Reason:", "SearchDataAccessServiceInstance Parent=SPServer Name=SPS01");
    let told = told(&[("SPS01-20100505-0840.log", &log)], &[]);
    assert_eq!(told.codes(), ["UD27", "UD27"], "{}", told.screen);
    assert_eq!(told.report["findings"][0]["severity"], "warning");
    assert!(!told.next().concat().contains("psconfig"), "{}", told.screen);
}

#[test]
fn the_task_that_failed_is_named_where_no_upgrade_ran() {
    let window = "\
SharePoint Products Configuration Wizard version 14.0.4762.1000. Copyright (C) Microsoft Corporation 2010. All rights reserved.

Performing configuration task 2 of 3
Registering SharePoint services...

Failed to register SharePoint services.

An exception of type System.ServiceProcess.TimeoutException was thrown.  Additional exception information: Time out has expired and the operation has not been completed.

Total number of unsuccessful configuration settings: 1
Configuration of SharePoint Products failed. Configuration must be performed before you use SharePoint Products. For further details, see the diagnostic log located at C:\\LOGS\\PSCDiagnostics_12_11_2009_19_19_53_5_252811372.log and the application event log.
";
    let told = told(&[("console.txt", window)], &["--details"]);
    let finding = |code: &str| {
        let findings = told.report["findings"].as_array().unwrap();
        findings.iter().find(|finding| finding["code"] == code).unwrap().clone()
    };
    assert_eq!(finding("UD28")["objects"][0], "register SharePoint services");
    assert_eq!(finding("UD01")["caused_by"][0], "UD28");
    assert!(!told.screen.contains("finish the upgrade"), "{}", told.screen);
    assert!(told.next()[0].starts_with("Start or stop the service by hand"), "{:?}", told.next());
}

#[test]
fn a_site_whose_url_is_taken_is_no_orphan() {
    let export = "\
Category        : SiteOrphan
Error           : True
UpgradeBlocking : False
Message         : Database [SP_Content_Portal] contains a site (Id = [0f1a7a5c-3a24-4e1e-9a0c-7d6d6e1f3a01], Url = [/sites/hr]) that is not found in the site map. Consider detach and reattach the database.
Remedy          : The orphaned sites could cause upgrade failures. Try detach and reattach the database which contains the orphaned sites. Restart upgrade if necessary.
Locations       :

Category        : SiteOrphan
Error           : True
UpgradeBlocking : False
Message         : Database [SP_Content_Portal] contains a site (Id = [1f1a7a5c-3a24-4e1e-9a0c-7d6d6e1f3a02], Url = [/sites/it]) whose url is already used by a different site, in database (Id = [2f1a7a5c-3a24-4e1e-9a0c-7d6d6e1f3a03], name = [SP_Content_Old]), in the same web application.
                  Consider deleting one of the sites which have conflicting urls.
Remedy          : The orphaned sites could cause upgrade failures. Try detach and reattach the database which contains the orphaned sites. Restart upgrade if necessary.
Locations       :
";
    let told = told(&[("test.txt", export)], &["--details"]);
    let mut codes = told.codes();
    codes.sort_unstable();
    assert_eq!(codes, ["UB14", "UB16"], "{}", told.screen);
    assert!(told.screen.contains(r#"-databasename "SP_Content_Old""#), "{}", told.screen);
}

#[test]
fn a_farm_of_2007_is_offered_nothing_that_it_does_not_have() {
    let later = |text: &str| {
        let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '-');
        words.into_iter().any(|word| {
            word.split_once("-SP").is_some_and(|(verb, noun)| {
                verb.chars().all(char::is_alphabetic)
                    && !verb.is_empty()
                    && noun.starts_with(char::is_uppercase)
            })
        }) || text.contains("SPTimerV4")
    };
    for rule in super::support::engine().catalogue().rules() {
        let meant = rule.versions.iter().any(|version| version == "2007");
        for step in rule.steps.iter().filter(|step| meant && step.only.holds(true)) {
            let command = step.command.as_deref().unwrap_or_default();
            assert!(!later(&step.text) && !later(command), "{}: {} {command}", rule.code, step.text);
        }
        assert!(rule.steps.iter().any(|step| step.only.holds(false)) || !meant, "{}", rule.code);
    }
}

#[test]
fn the_steps_are_those_for_the_version_of_the_farm() {
    let conflict = |date: &str| {
        format!(
            "{date}: An update conflict has occurred, and you must re-try this action. The object SPSearchDatabase Name=WSS_Search Parent=SPDatabaseServiceInstance is being updated by CONTOSO\\sp.farm, in the OWSTIMER process, on machine SPS01. View the tracing log for more information about the conflict.\n"
        )
    };
    let old = details(&[("Upgrade.log", &conflict("[SPManager] [ERROR] [8/1/2009 1:07:41 AM]"))]);
    assert!(old.contains("net stop SPTimerV3") && !old.contains("SPTimerV4"), "{old}");
    let new = details(&[("Upgrade.log", &conflict("[PSCONFIG] [SPManager] [ERROR] [8/1/2012 1:07:41 AM]"))]);
    assert!(new.contains("SPTimerV4") && !new.contains("SPTimerV3"), "{new}");
    // A window has no version but the name that the product has in it.
    let window = "Failed to upgrade SharePoint Products and Technologies.\n\nTotal number of unsuccessful configuration settings: 1\n";
    let old = details(&[("console.txt", window)]);
    assert!(old.contains(r"12\LOGS\Upgrade.log") && !old.contains("Get-SPDiagnosticConfig"), "{old}");
}

#[test]
fn a_log_that_only_counts_its_errors_is_no_all_clear() {
    let log = "[PSCONFIG] [SPUpgradeSession] [INFO] [3/14/2026 10:00:00 PM]: Upgrade session starts. root object = SPFarm Name=F, recursive = True.\n\
        [PSCONFIG] [SPUpgradeSession] [INFO] [3/14/2026 10:00:05 PM]: Upgrade session finishes. root object = SPFarm Name=F, recursive = True. 2 errors and 0 warnings encountered.\n";
    let told = told(&[("SPS01/LOGS/Upgrade.log", log)], &[]);
    assert!(!told.screen.contains("Nothing wrong was found"), "{}", told.screen);
    let (begun, _) = log.split_once('\n').unwrap();
    let cut = self::told(
        &[("Upgrade-20260314-220000-531.log", &format!("{begun}\n{}", super::advice::FAILED_B))],
        &[],
    );
    let last = cut.next().last().cloned().unwrap_or_default();
    assert!(last.starts_with("Run psconfig again on the server whose pass has no end. Then go on"), "{last}");
    let piece = "[PSCONFIG] [SPUpgradeSession] [INFO] [3/14/2026 10:00:01 PM]: NeedsUpgrade [SPFarm Name=F] returned: False.\n";
    let told = self::told(&[("SPS01/LOGS/Upgrade.log", piece)], &[]);
    assert!(
        told.screen.contains("Nothing wrong was found") && !told.screen.contains("DO NEXT"),
        "{}",
        told.screen
    );
}

/// An upgrade of a database of this name that goes wrong in every way, in the layout of 2010.
fn goes_wrong(name: &str) -> String {
    let refused = |site: u32| {
        format!(
            "Site with Id = 961cfd1e-5cf8-4e40-8756-0032a517{site:04} is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061: No connection could be made because the target machine actively refused it 127.0.0.1:32843."
        )
    };
    let feature = "367b94a9-4a15-42ba-b4a2-32420363e018";
    [
        ("DEBUG", format!("CanUpgrade [SPContentDatabase Name={name} Parent=SPDatabaseServiceInstance] returned: True.")),
        ("DEBUG", format!("[SPContentDatabase Name={name}] SchemaVersion = 14.0.7015.1000.")),
        ("DEBUG", format!("[SPContentDatabase Name={name}] SchemaVersion = 14.0.7015.1000.")),
        ("DEBUG", refused(1)),
        ("DEBUG", refused(2)),
        (
            "ERROR",
            format!("The feature with Id {feature} is referenced in the database [{name}], but is not installed on the current farm."),
        ),
        (
            "ERROR",
            format!("Database [{name}] has reference(s) to a missing feature: Id = [{feature}]."),
        ),
        ("ERROR", format!("Upgrade [SPContentDatabase Name={name}] failed.")),
    ]
    .iter()
    .map(|(level, message)| format!("[PSCONFIG] [SPUpgradeSession] [{level}] [3/14/2026 10:10:24 PM]: {message}"))
    .collect::<Vec<_>>()
    .join("\r\n")
}

#[test]
fn a_database_is_named_whole_whatever_its_name_holds() {
    for name in [
        "WSS_Content",
        "WSS_[old]",
        "[2010] Intranet",
        "WSS_[1][2]",
        "A]B",
        "A[B",
        "x [old] y",
        "O'Hara]$(calc)",
    ] {
        let Told { report, screen } = told(&[("Upgrade-20260314-221000-123.log", &goes_wrong(name))], &[]);
        let databases: Vec<_> =
            report["databases"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
        assert_eq!(databases, [name], "{screen}");
        for code in ["UA01", "UA04", "UB01"] {
            let findings = report["findings"].as_array().unwrap();
            let finding = findings.iter().find(|finding| finding["code"] == code).unwrap();
            assert_eq!(finding["databases"], serde_json::json!([name]), "{code}: {screen}");
        }
    }
}

#[test]
fn what_several_databases_need_is_one_step() {
    let log = |names: &[&str]| names.iter().map(|name| goes_wrong(name)).collect::<Vec<_>>().join("\r\n");
    let steps = |names: &[&str]| {
        let next = told(&[("Upgrade-20260314-221000-123.log", &log(names))], &[]).next();
        next.into_iter().filter(|step| step.starts_with("For ")).collect::<Vec<_>>()
    };
    let [one, four, six] = [&["A"][..], &["A", "B", "C", "D"], &["A", "B", "C", "D", "E", "F"]].map(steps);
    assert!(one.len() == 1 && one[0].starts_with("For A: read the exception"), "{one:?}");
    assert!(four.len() == 1 && four[0].starts_with("For A, B, C and D: read the exception"), "{four:?}");
    assert!(six.len() == 1 && six[0].starts_with("For A, B and 4 more databases: read"), "{six:?}");
}

#[test]
fn a_schema_that_a_service_database_lacks_is_no_content_database() {
    let log = "\
        [OWSTIMER] [SPUpgradeSession] [INFO] [4/3/2012 10:10:00 PM]: Upgrade session starts. root object = SPFarm Name=SharePoint_Config, recursive = True.\n\
        [OWSTIMER] [SPUpgradeSession] [ERROR] [4/3/2012 10:10:05 PM]: Upgrade [SearchAdminDatabase Name=Search_DB] failed. (EventID:an59t)\n\
        [OWSTIMER] [SPUpgradeSession] [ERROR] [4/3/2012 10:10:05 PM]: Exception: The upgraded database schema doesn't match the TargetSchema (EventID:an59t)\n\
        [OWSTIMER] [SPUpgradeSession] [INFO] [4/3/2012 10:20:00 PM]: Upgrade session finishes. root object = SPFarm Name=SharePoint_Config, recursive = True. 1 errors and 0 warnings encountered.\n";
    let told = told(&[("SP01/LOGS/Upgrade-20120403-221000-123.log", log)], &[]);
    assert_eq!(told.codes(), ["UA04"]);
    assert_eq!(told.report["findings"][0]["captures"]["object_name"], "Search_DB");
    assert!(told.report["databases"].as_array().unwrap().is_empty());
}

#[test]
fn trouble_with_sql_server_of_any_day_is_no_failed_upgrade() {
    const TROUBLE: [(&str, &str); 3] = [
        (
            "UC06",
            "System.Data.SqlClient.SqlException: Timeout expired.  The timeout period elapsed prior to completion of the operation or the server is not responding.",
        ),
        (
            "UC07",
            "Transaction (Process ID 66) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.",
        ),
        ("UC09", "Failed to update database \"WSS_Archive\" because the database is read-only."),
    ];
    for (code, text) in TROUBLE {
        for (process, severity) in [("w3wp.exe (0x2CC8)", "info"), ("PowerShell.exe (0x2190)", "error")] {
            let log = format!(
                "05/03/2013 22:30:10.26 \t{process:40}\t0x0854\tSharePoint Foundation         \tDatabase                      \ttzku   \tHigh    \t{text}\tc401189c-5456-c0fa-03a6-f5fa06142414\n"
            );
            let told = told(&[("SP01/LOGS/SP01-20130503-2200.log", &log)], &[]);
            assert_eq!(told.codes(), [code]);
            let finding = &told.report["findings"][0];
            assert_eq!(finding["severity"], severity, "{process} {code}");
            assert_eq!(
                finding["title"].as_str().unwrap().ends_with("outside any upgrade"),
                severity == "info"
            );
            assert_eq!(told.next().concat().contains(code), severity == "error", "{}", told.screen);
        }
    }
}

#[test]
fn a_site_that_sql_server_kept_closed_is_no_conflict_in_the_site_map() {
    let line = |number: u32, tail: &str| {
        format!(
            "[PSCONFIG] [SPContentDatabaseSequence] [DEBUG] [3/3/2012 10:10:{number:02} PM]: Site with Id = 961cfd1e-5cf8-4e40-8756-{number:012} is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. {tail}\n"
        )
    };
    let login = line(
        24,
        "Cannot open database \"WSS_Content\" requested by the login. The login failed. Login failed for user 'CONTOSO\\spfarm'.",
    );
    let found = |log: &str| told(&[("SP01/LOGS/Upgrade-20120303-221000-123.log", log)], &[]);
    let closed = found(&login);
    assert_eq!(closed.codes(), ["UC02", "UA02"]);
    assert!(closed.next()[0].contains("UC02") && !closed.next().concat().contains("UA02"));
    assert!(closed.screen.contains("An account is not allowed to open a database."), "{}", closed.screen);
    // What no other rule explains stays a problem of its own.
    let both = found(&format!("{login}{}", line(30, "The site could not be found.")));
    assert!(both.next().concat().contains("(UA02)"), "{}", both.screen);
}

#[test]
fn exports_alone_are_counted_and_what_they_say_is_told() {
    let counts = |pending: u32| {
        format!(
            "[11] content database(s) encountered.\n[{pending}] content database(s) still need upgrade or cannot be upgraded.\n[11] site collection(s) are contained in the content databases.\n[0] site collection(s) still need upgrade.\n"
        )
    };
    let opening = |pending: u32| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("localupgradestatus.txt"), counts(pending)).unwrap();
        let arguments = ["upgrade", "localupgradestatus.txt"];
        let output = Command::new(env!("CARGO_BIN_EXE_spdoctor"))
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().filter(|line| !line.is_empty()).take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    let version = env!("CARGO_PKG_VERSION");
    let told =
        |sentence: &str| [format!("spdoctor {version}   1 export"), format!("VERDICT       {sentence}")];
    assert_eq!(opening(1), told("The farm says that a database is not fully upgraded."));
    assert_eq!(opening(0), told("No log was read; in the exports nothing wrong was found."));
}

#[test]
fn a_schema_of_3_tells_a_farm_of_2007_where_no_log_does() {
    let blocked = |found: &str, expected: &str| {
        let text = format!(
            "PS C:\\> psconfig -cmd upgrade -inplace b2b -wait\nThe schema version ({found}) of the database WSS_Content on SQL01 is not consistent with the expected database schema version ({expected}) on SPS01.  Connections to this database from this server have been blocked to avoid data loss.\n"
        );
        let told = told(&[("console.txt", &text)], &[]);
        (told.report["databases"][0]["in_script"].as_bool(), told.screen)
    };
    let (in_script, screen) = blocked("3.1.4.0", "3.1.5.0");
    assert_eq!(in_script, Some(false), "{screen}");
    assert!(screen.contains("no: SharePoint 2007 has no") && !screen.contains("fix.ps1"), "{screen}");
    // A database of 2007 on a server of 2010.
    let (in_script, screen) = blocked("3.1.5.0", "4.0.145.0");
    assert_eq!(in_script, Some(true), "{screen}");
}

#[test]
fn a_log_that_counts_warnings_is_not_called_free_of_trouble() {
    let found = |warning: &str, count: u64| found_with(0, warning, count);
    let warning =
        "[PSCONFIG] [SPManager] [WARNING] [4/3/2012 10:10:05 PM]: Totally new kind of warning about X.\n";
    assert_eq!(found("", 0), "Nothing wrong was found.");
    assert_eq!(found(warning, 1), "No error was found, but 1 warning that no rule explains.");
    assert_eq!(
        found("", 4),
        "No error was found; the logs count 4 warnings, and what was warned of stands in none of them."
    );
    // Nobody knows that the errors come from it.
    let failed = "The upgrade ended with errors; what they were stands in none of these logs.";
    assert_eq!(found_with(1, warning, 1), failed);
}

/// The verdict on an upgrade that ended so.
fn found_with(errors: u64, warning: &str, count: u64) -> String {
    let log = format!(
        "[PSCONFIG] [SPManager] [INFO] [4/3/2012 10:10:00 PM]: Upgrade session starts. root object = SPFarm Name=SharePoint_Config, recursive = True.\n{warning}[PSCONFIG] [SPManager] [INFO] [4/3/2012 10:10:10 PM]: Upgrade session finishes. root object = SPFarm Name=SharePoint_Config, recursive = True. {errors} errors and {count} warnings encountered.\n"
    );
    let told = told(&[("SP01/LOGS/Upgrade-20120403-221000-123.log", &log)], &[]);
    told.report["summary"]["verdict"].as_str().unwrap().to_owned()
}

/// What a log counts is text: sums of it are held at the largest number.
#[test]
fn numbers_that_cannot_be_added_are_no_end_of_a_report() {
    let session = |minute: u32| {
        format!(
            "[PSCONFIG] [SPManager] [INFO] [4/3/2012 10:{minute:02}:00 PM]: Upgrade session starts. root object = SPFarm Name=A, recursive = True.\n[PSCONFIG] [SPManager] [INFO] [4/3/2012 10:{minute:02}:10 PM]: Upgrade session finishes. root object = SPFarm Name=A, recursive = True. 0 errors and {} warnings encountered.\n[PSCONFIG] [SPManager] [INFO] [4/3/2012 10:{minute:02}:11 PM]: {} warnings encountered.\n",
            u64::MAX,
            u64::MAX
        )
    };
    let told = told(&[("a.log", &session(10)), ("b.log", &session(20))], &[]);
    let verdict = told.report["summary"]["verdict"].as_str().unwrap();
    assert!(verdict.contains("count 18,446,744,073,709,551,615 warnings"), "{verdict}");
}

#[test]
fn a_report_of_which_all_is_suppressed_says_so() {
    let log = "[PSCONFIG] [SPContentDatabaseSequence] [DEBUG] [3/3/2012 10:10:24 PM]: Site with Id = 961cfd1e-5cf8-4e40-8756-0032a517119b is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc.\n";
    let known = "[[suppress]]\ncode = \"UA01\"\nreason = \"known\"\n";
    let told = told(&[("Upgrade-20120303-221000-123.log", log), ("spdoctor.toml", known)], &[]);
    assert_eq!(told.report["summary"]["verdict"], "Nothing wrong was found but what is suppressed: UA01.");
}

#[test]
fn one_object_is_not_named_as_if_all_records_were_about_it() {
    let things = |names: &[&str]| {
        let lines: Vec<String> = names
            .iter()
            .map(|name| {
                format!("[PSCONFIG] [SPManager] [ERROR] [3/14/2026 10:00:05 PM]: Thing {name} went away\n")
            })
            .collect();
        told(&[("Upgrade-20260314-220000-000.log", &lines.concat())], &[]).screen
    };
    for (names, shown) in [
        (&["1", "2", "3"][..], "3 like Thing 1 went away"),
        (&["7", "7"], "2 x Thing 7 went away"),
        (&["7"], "1 x Thing 7 went away"),
        // Not all of them are kept.
        (&["7", "7", "7", "7", "7", "7"], "6 like Thing 7 went away"),
    ] {
        let screen = things(names);
        assert!(screen.contains(&format!("     {shown}\n")), "{shown}: {screen}");
    }
}
