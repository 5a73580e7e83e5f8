//! Objects that are no databases and wait for the upgrade, and exports of several kinds in one text.

use std::ops::Range;

use super::{expect, shape, told};
use crate::inventory::{read_within, stand_in};

#[test]
fn what_else_than_a_database_waits_is_told_with_its_type() {
    let status = "<object>\n<name>SharePoint Server Search</name>\n<type>Microsoft.Office.Server.Search.Administration.SearchService</type>\n<level>3</level>\n<status>Needs Upgrade</status>\n</object>\n\
        <object>\n<name>WSS_Old</name>\n<type>Microsoft.SharePoint.Administration.SPContentDatabase</type>\n<level>5</level>\n<status>Cannot Upgrade</status>\n</object>\n\
        <object><name></name><type>Microsoft.SharePoint.Administration.SPFarm</type><status>Cannot Upgrade</status></object>\n\
        <object><name>SPS01</name><type>Microsoft.SharePoint.Administration.SPServer</type><status>No Action Required</status></object>\n";
    expect(
        &told("x.txt", status),
        "database WSS_Old status=Cannot Upgrade type=SPContentDatabase @7
         object SharePoint Server Search SearchService Needed Needs Upgrade @1
         object SPFarm SPFarm Impossible Cannot Upgrade @13",
    );
}

#[test]
fn a_server_that_is_pending_is_no_child_of_a_database() {
    let text = "ObjectName : SPS01\nObjectType : Microsoft.SharePoint.Administration.SPServer\nParentName : SharePoint_Config\nParentType : Microsoft.SharePoint.Administration.SPFarm\nStatus : NeedsUpgrade\n\n\
        ObjectName : http://portal\nObjectType : Microsoft.SharePoint.SPSite\nParentName : WSS_A\nParentType : Microsoft.SharePoint.Administration.SPContentDatabase\nStatus : NeedsUpgrade\n";
    expect(
        &told("x.txt", text),
        "database WSS_A children=true @7
         object SPS01 SPServer Needed NeedsUpgrade @1",
    );
}

#[test]
fn counters_are_read_without_brackets_in_one_line_and_in_two() {
    let text = "C:\\>stsadm -o localupgradestatus\n\n[3] content database(s) encountered,\n   2 content database(s) still need upgrade or cannot be upgraded.\n1 other objects encountered,\n   1 of them still need upgrade or cannot be upgraded.\n";
    assert_eq!(shape("x.txt", text), Some("stsadm-localupgradestatus"));
    expect(
        &told("x.txt", text),
        "info about - @3: [3] content database(s) encountered,
         info about - @4: 2 content database(s) still need upgrade or cannot be upgraded.
         info about - @5: 1 other objects encountered, 1 of them still need upgrade or cannot be upgraded.",
    );
    let line = "0 site collection(s) still need upgrade. 1 other objects encountered, 1 of them still need upgrade or cannot be upgraded.\n";
    assert_eq!(shape("x.txt", line), Some("stsadm-localupgradestatus"));
    expect(
        &told("x.txt", line),
        "info about - @1: 0 site collection(s) still need upgrade.
         info about - @1: 1 other objects encountered, 1 of them still need upgrade or cannot be upgraded.",
    );
}

const SERVERS: &str = "Server\tSharePoint Products Installed\tServices Running\tStatus\tRemove Server\n\
    SPS01\tMicrosoft SharePoint Server 2016\tCentral Administration\tUpgrade Available\tRemove Server\n\
    SPS02\tMicrosoft SharePoint Server 2016\t \tUpgrade Blocked\tRemove Server\n\
    SPS03\tMicrosoft SharePoint Server 2016\t \tNo Action Required\tRemove Server\n";

#[test]
fn servers_of_the_farm_are_read_with_their_status_also_below_a_title() {
    assert_eq!(shape("x.txt", SERVERS), Some("central-administration-servers"));
    expect(
        &told("x.txt", SERVERS),
        "object SPS01 SPServer Needed Upgrade Available @2
         error about - @3: SPS02: Upgrade Blocked",
    );
    let titled = format!("Servers in Farm\nConfiguration database version: 16.0.4351.1000\n\n{SERVERS}");
    assert!(stand_in(titled.as_bytes()));
    expect(
        &told("x.txt", &titled),
        "object SPS01 SPServer Needed Upgrade Available @5
         error about - @6: SPS02: Upgrade Blocked",
    );
}

#[test]
fn an_upgrade_of_a_site_that_has_errors_failed() {
    let session = |errors: u32, status: &str| {
        format!(
            "ErrorFile  : C:\\LOGS\\SiteUpgrade-error.log\nErrors     : {errors}\nServerName : SPS01\nSiteId     : 4f7c9a32-2a5f-4f2f-9a4b-3a3f4a2b8c11\nStatus     : {status}\n"
        )
    };
    assert_eq!(shape("x.txt", &session(3, "Failed")), Some("get-spsiteupgradesessioninfo"));
    expect(
        &told("x.txt", &session(3, "Failed")),
        "object 4f7c9a32-2a5f-4f2f-9a4b-3a3f4a2b8c11 SPSite Failed Failed, with 3 errors; see C:\\LOGS\\SiteUpgrade-error.log @1",
    );
    expect(&told("x.txt", &session(0, "Completed")), "");
}

#[test]
fn a_table_that_a_command_chose_lists_databases_with_something_behind() {
    let table = |command: &str| {
        format!(
            "PS C:\\> {command}\n\nName  Server NeedsUpgrade\n----  ------ ------------\nWSS_A SQL01          True\nWSS_B SQL01         False\n"
        )
    };
    let chosen = "Get-SPContentDatabase | Where-Object { $_.NeedsUpgradeIncludeChildren } | Format-Table Name, Server, NeedsUpgrade";
    expect(
        &told("x.txt", &table(chosen)),
        "database WSS_A server=SQL01 needs=true children=true @5
         database WSS_B server=SQL01 needs=false children=true @6",
    );
    for all in [
        "Get-SPContentDatabase | Format-Table Name, Server, NeedsUpgrade",
        "Get-SPContentDatabase | Where-Object { $_.NeedsUpgradeIncludeChildren -eq $false } | Format-Table Name, Server, NeedsUpgrade",
    ] {
        expect(
            &told("x.txt", &table(all)),
            "database WSS_A server=SQL01 needs=true @5
             database WSS_B server=SQL01 needs=false @6",
        );
    }
}

const HEALTH: &str = "[MissingSetupFile] File [Features\\a.xoml] is referenced [1] times in the database [WSS_A], but is not installed on the current farm.";

const TESTED: &str = "Category        : MissingWebPart\nError           : True\nUpgradeBlocking : False\nMessage         : WebPart class [x] is referenced [2] times in the database [WSS_A], but\n                  is not installed on the current farm.\nRemedy          : One or more web parts are referenced in the database [WSS_A].\n";

#[test]
fn exports_of_several_kinds_in_one_text_are_each_read() {
    let pending = "PS C:\\> Get-SPFarm | Get-SPPendingUpgradeActions -Recursive\n\nObjectName : WSS_B\nObjectType : SPContentDatabase\nStatus : NeedsUpgrade\n";
    expect(
        &told("x.txt", &format!("{HEALTH}\n\n{TESTED}\n{pending}")),
        "database WSS_B needs=true children=true status=NeedsUpgrade type=SPContentDatabase @12
         warning about WSS_A @1: [MissingSetupFile] File [Features\\a.xoml] is referenced [1] times in the database [WSS_A], but is not installed on the current farm.
         error about WSS_A @3: WebPart class [x] is referenced [2] times in the database [WSS_A], but is not installed on the current farm.",
    );
}

#[test]
fn of_a_log_the_lines_of_a_tested_database_are_told_once() {
    let text = format!(
        "PS C:\\> Test-SPContentDatabase WSS_A\n\n{TESTED}Mount-SPContentDatabase : Upgrade completed with errors.\n\n{HEALTH}\n"
    );
    let within = read_within("x.txt", text.as_bytes(), true);
    assert_eq!(within.not_of_log, vec![Range { start: 3, end: 9 }], "the error below belongs to the log");
    let sentences: Vec<(u64, &str)> =
        within.facts.sentences.iter().map(|told| (told.place.line, told.text.as_str())).collect();
    let once = "WebPart class [x] is referenced [2] times in the database [WSS_A], but is not installed on the current farm.";
    assert_eq!(sentences, [(3, once)], "the other one is met in the log");
}
