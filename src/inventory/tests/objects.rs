//! Objects that are no databases and wait for the upgrade, and exports of several kinds in one text.

use super::{expect, shape, told};

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
