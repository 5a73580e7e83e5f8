//! CSV and JSON.

use super::{expect, read, rendered, shape, told};
use crate::model::inventory::DatabaseFact;

const SITES: &str = "\
ID,Url,ContentDatabase,Server,NeedsUpgrade
961cfd1e-5cf8-4e40-8756-0032a517119b,https://my.contoso.com/personal/a,WSS_Content_MySites01,SQL01\\SP,True
{7D5E1A64-0B6F-4C0E-9C53-1B4A1D6C2F01},https://intranet.contoso.com,SPContentDatabase Name=WSS_Content,SQL01\\SP,False
";

const TOLD: &str = "
    site 961cfd1e-5cf8-4e40-8756-0032a517119b in=WSS_Content_MySites01 server=SQL01\\SP url=https://my.contoso.com/personal/a needs=true @2
    site 7d5e1a64-0b6f-4c0e-9c53-1b4a1d6c2f01 in=WSS_Content server=SQL01\\SP url=https://intranet.contoso.com needs=false @3
";

#[test]
fn sites_are_read_from_csv() {
    assert_eq!(shape("a.csv", SITES), Some("get-spsite"));
    expect(&told("sites.csv", SITES), TOLD);
}

#[test]
fn any_delimiter_and_line_end_tells_the_same() {
    for delimiter in [";", "\t", "|"] {
        expect(&told("sites.csv", &SITES.replace(',', delimiter)), TOLD);
    }
    expect(&told("sites.csv", &SITES.replace('\n', "\r\n")), TOLD);
    expect(&told("sites.csv", SITES.trim_end()), TOLD);
}

#[test]
fn column_names_are_known_in_any_case_and_by_other_words() {
    for header in [
        "id,url,contentdatabase,server,needsupgrade",
        "SITEID,URL,DATABASE,DATABASESERVER,NEEDSUPGRADE",
        "\"Site Id\",\"Site Url\",\"Content Database\",\"Database Server\",\"Needs Upgrade\"",
        "GUID,Url,ContentDatabaseName,NormalizedDataSource,NeedsUpgrade",
        "SiteId,Url,DatabaseName,ServerInstance,NeedsUpgrade",
    ] {
        let text = SITES.replace("ID,Url,ContentDatabase,Server,NeedsUpgrade", header);
        expect(&told("x.csv", &text), TOLD);
    }
}

#[test]
fn lines_before_the_header_that_are_no_data_are_skipped() {
    let text = format!("#TYPE Selected.Microsoft.SharePoint.SPSite\r\n{SITES}");
    expect(&told("sites.csv", &text), &TOLD.replace("@3", "@4").replace("@2", "@3"));
    let text = format!("\n\nsep=;\n{}", SITES.replace(',', ";"));
    expect(&told("sites.csv", &text), &TOLD.replace("@3", "@6").replace("@2", "@5"));
}

#[test]
fn exports_one_after_the_other_in_a_file_are_all_read() {
    let text = format!("{SITES}#TYPE Selected.Microsoft.SharePoint.SPSite\n{SITES}");
    assert_eq!(told("sites.csv", &text).lines().count(), 4);
}

#[test]
fn quoted_values_may_hold_delimiters_quotes_and_line_ends() {
    let text = "\"Url\",\"Title\",\"ContentDatabase\",\"ID\"\r\n\
        \"http://a\",\"one, \"\"two\"\"\r\nthree\",\"WSS, \"\"Content\"\"\",\"961cfd1e-5cf8-4e40-8756-0032a517119b\"\r\n\
        \"http://b\",\"\",\"WSS_Content\",\"7d5e1a64-0b6f-4c0e-9c53-1b4a1d6c2f01\"\r\n";
    expect(
        &told("sites.csv", text),
        "site 961cfd1e-5cf8-4e40-8756-0032a517119b in=WSS, \"Content\" url=http://a @2
         site 7d5e1a64-0b6f-4c0e-9c53-1b4a1d6c2f01 in=WSS_Content url=http://b @4",
    );
}

#[test]
fn a_site_without_usable_id_or_database_is_a_problem_of_its_line() {
    let text = "ID,ContentDatabase\n\
        ,WSS_Content\n\
        42,WSS_Content\n\
        961cfd1e-5cf8-4e40-8756-0032a517119b,\n\
        7d5e1a64-0b6f-4c0e-9c53-1b4a1d6c2f01,System.Object[]\n\
        2d5e1a64-0b6f-4c0e-9c53-1b4a1d6c2f01,9774ded8-a54e-49e7-b010-7f741446e28f\n";
    expect(
        &told("sites.csv", text),
        "site 961cfd1e-5cf8-4e40-8756-0032a517119b @4
         site 7d5e1a64-0b6f-4c0e-9c53-1b4a1d6c2f01 @5
         site 2d5e1a64-0b6f-4c0e-9c53-1b4a1d6c2f01 @6
         problem @2: ID is empty
         problem @3: ID is `42`, not a GUID
         problem @4: ContentDatabase is empty; select @{n='ContentDatabase';e={$_.ContentDatabase.Name}}
         problem @5: ContentDatabase is `System.Object[]`, not the name of a database; select @{n='ContentDatabase';e={$_.ContentDatabase.Name}}
         problem @6: ContentDatabase is `9774ded8-a54e-49e7-b010-7f741446e28f`, not the name of a database; select @{n='ContentDatabase';e={$_.ContentDatabase.Name}}",
    );
}

#[test]
fn missing_columns_are_named_with_those_that_were_found() {
    expect(&told("s.csv", "ID,Url\na,b\n"), "problem @1: column ContentDatabase is missing; found: ID, Url");
    expect(&told("s.csv", "\nUrl;Database\na;b\n"), "problem @2: column ID is missing; found: Url, Database");
    expect(
        &told("sites.csv", "Name,Owner\na,b\n"),
        "problem @1: columns ID, ContentDatabase are missing; found: Name, Owner",
    );
    expect(
        &told("sites.csv", ""),
        "problem @0: columns ID, ContentDatabase are missing; found: no columns at all",
    );
}

#[test]
fn a_line_with_too_many_values_is_not_guessed_at() {
    let text = "ID,ContentDatabase\n961cfd1e-5cf8-4e40-8756-0032a517119b,WSS,Content\n";
    expect(&told("s.csv", text), "problem @2: 3 values for 2 columns: a value needs quotes around it");
}

#[test]
fn an_export_that_was_cut_off_does_not_invent_a_database() {
    let text = "ID,ContentDatabase,Server\n\
        961cfd1e-5cf8-4e40-8756-0032a517119b,WSS_Content,SQL01\n\
        7d5e1a64-0b6f-4c0e-9c53-1b4a1d6c2f01,WSS_Con";
    expect(
        &told("s.csv", text),
        "site 961cfd1e-5cf8-4e40-8756-0032a517119b in=WSS_Content server=SQL01 @2
         problem @3: the export ends in the middle of this record: 2 of 3 values are there",
    );
}

#[test]
fn a_quote_that_is_never_closed_does_not_swallow_the_rest() {
    let text = "ID,ContentDatabase\n\
        961cfd1e-5cf8-4e40-8756-0032a517119b,\"WSS_Content\n\
        7d5e1a64-0b6f-4c0e-9c53-1b4a1d6c2f01,WSS_Content_MySites01\n";
    expect(
        &told("s.csv", text),
        "site 7d5e1a64-0b6f-4c0e-9c53-1b4a1d6c2f01 in=WSS_Content_MySites01 @3
         problem @2: a quote is opened here and never closed",
    );
}

#[test]
fn the_command_line_may_name_the_database_of_all_sites() {
    let facts =
        read("x.csv", Some("WSS_Content"), b"ID,Url\n961cfd1e-5cf8-4e40-8756-0032a517119b,http://a\n");
    expect(&rendered(&facts), "site 961cfd1e-5cf8-4e40-8756-0032a517119b in=WSS_Content url=http://a @2");
}

#[test]
fn an_export_that_ends_where_the_default_limit_is_may_be_incomplete() {
    let row = "961cfd1e-5cf8-4e40-8756-0032a517119b,WSS_Content\n";
    let with = |count| {
        let rows: Vec<_> = (0..count).map(|number| row.replacen("961", &format!("{number:03}"), 1)).collect();
        told("x.csv", &format!("ID,ContentDatabase\n{}", rows.concat()))
    };
    assert!(with(200).contains("problem @0: exactly as many sites as Get-SPSite lists without -Limit All"));
    assert!(!with(199).contains("problem") && !with(201).contains("problem"));
}

#[test]
fn sites_are_read_from_json_with_the_database_as_object_or_text() {
    let text = r#"[
  {
    "ID": "961cfd1e-5cf8-4e40-8756-0032a517119b",
    "Url": "https://my.contoso.com/personal/a",
    "ContentDatabase": { "Name": "WSS_Content_MySites01", "Server": "SQL01\\SP", "Id": "no matter" },
    "NeedsUpgrade": true
  },
  {
    "Id": "7d5e1a64-0b6f-4c0e-9c53-1b4a1d6c2f01",
    "url": "https://intranet.contoso.com",
    "ContentDatabase": "SPContentDatabase Name=WSS_Content",
    "Server": "SQL01\\SP",
    "NeedsUpgrade": false
  }
]"#;
    assert_eq!(shape("x", text), Some("get-spsite"));
    expect(&told("x.json", text), &TOLD.replace("@3", "@8"));
}

#[test]
fn json_may_be_one_object_or_wrapped_as_value_and_count() {
    let site = r#"{"ID":"961cfd1e-5cf8-4e40-8756-0032a517119b","ContentDatabase":"WSS_Content"}"#;
    let line = "site 961cfd1e-5cf8-4e40-8756-0032a517119b in=WSS_Content @1";
    expect(&told("x", site), line);
    expect(&told("x", &format!("{{ \"value\" : [{site},{site}],\"Count\":2}}")), &format!("{line}\n{line}"));
}

#[test]
fn a_damaged_json_record_does_not_take_the_others_with_it() {
    let text = r#"[
{"ID":"961cfd1e-5cf8-4e40-8756-0032a517119b","ContentDatabase":"WSS_Content"},
{"ID":"x"
 "ContentDatabase":"WSS_Content"},
{"ID":"7d5e1a64-0b6f-4c0e-9c53-1b4a1d6c2f01","ContentDatabase":"WSS_Content"},
{"ID":"7d5e1a64-0b6f-4c0e-9c53-1b4a1d6c2f02","ContentData"#;
    expect(
        &told("x.json", text),
        "site 961cfd1e-5cf8-4e40-8756-0032a517119b in=WSS_Content @2
         site 7d5e1a64-0b6f-4c0e-9c53-1b4a1d6c2f01 in=WSS_Content @5
         problem @4: this record is not JSON: expected `,` or `}`
         problem @6: the export ends in the middle of this record",
    );
}

#[test]
fn content_databases_are_read_from_csv_with_sizes_in_any_culture() {
    let text = "\
Name;Id;Server;WebApplication;CurrentSiteCount;DiskSizeRequired;NeedsUpgrade;NeedsUpgradeIncludeChildren;IsReadOnly;Volume
WSS_Content;0f4b4f5e-1d0f-4a64-9a3f-0d3c6a7b8c9d;SQL01;SPWebApplication Name=Intranet;1.250;12884901888;False;True;False;E:\\Data
SharePoint_AdminContent;;SQL01;SPAdministrationWebApplication;1;52428800;False;False;False;
WSS_Old;;SQL01;;3;12,5 GB;vielleicht;;True;
";
    assert_eq!(shape("x.csv", text), Some("get-spcontentdatabase"));
    expect(
        &told("x.csv", text),
        "database WSS_Content id=0f4b4f5e-1d0f-4a64-9a3f-0d3c6a7b8c9d server=SQL01 volume=E:\\Data bytes=12884901888 of=Intranet sites=1250 needs=false children=true readonly=false @2
         database SharePoint_AdminContent server=SQL01 bytes=52428800 of=SPAdministrationWebApplication sites=1 needs=false children=false central=true readonly=false @3
         database WSS_Old server=SQL01 bytes=13421772800 sites=3 readonly=true @4
         problem @4: NeedsUpgrade is `vielleicht`, which is neither True nor False",
    );
}

#[test]
fn content_databases_are_read_from_json() {
    let text = r#"{"Name":"WSS_Content","Server":{"Name":"SQL01"},"WebApplication":{"Name":"Intranet"},
        "Sites":["a","b"],"NeedsUpgradeIncludeChildren":true,"SizeGB":1.5,"IsCentralAdministration":false}"#;
    expect(
        &told("x", text),
        "database WSS_Content server=SQL01 bytes=1610612736 of=Intranet children=true central=false @1",
    );
    expect(&told("x", r#"{"Name":"A","Size":1024.0,"ID":""}"#), "database A bytes=1024 @1");
    expect(&told("x", r#"{"Name":"A","SizeMB":1.125,"ID":""}"#), "database A bytes=1179648 @1");
}

#[test]
fn service_databases_keep_their_type() {
    let text = "\
Name,Type,Server
WSS_Content,Content Database,SQL01
ReportServer_Alerting,ReportingServiceAlertingDatabase,SQL01
Bdc,Microsoft.SharePoint.BusinessData.SharedService.BdcServiceDatabase,SQL01
";
    expect(
        &told("x.csv", text),
        "database WSS_Content server=SQL01 type=Content Database @2
         database ReportServer_Alerting server=SQL01 type=ReportingServiceAlertingDatabase @3
         database Bdc server=SQL01 type=BdcServiceDatabase @4",
    );
    let facts = read("x.csv", None, text.as_bytes());
    let content: Vec<_> = facts.databases.iter().map(DatabaseFact::is_content_database).collect();
    assert_eq!(content, [Some(true), Some(false), Some(false)]);
}

#[test]
fn a_size_with_two_readings_is_left_out_and_told() {
    let text = "Name,Size,NeedsUpgrade\nWSS_Content,\"1,500 GB\",True\n";
    expect(
        &told("x.csv", text),
        "database WSS_Content needs=true @2
         problem @2: the size `1,500 GB` cannot be read, or can be read in two ways",
    );
}

#[test]
fn pending_actions_mark_databases_and_the_databases_of_sites() {
    let text = "\
ObjectName,ObjectType,ParentName,ParentType,Level,Status,UpgradeActions
SharePoint_AdminContent_1,Microsoft.SharePoint.Administration.SPContentDatabase,SharePoint Central Administration v4,Microsoft.SharePoint.Administration.SPAdministrationWebApplication,5,NeedsUpgradeBackwardsCompatible,\"PDEUpgradeSequence Current Schema Version: 4.0.0.0, Maximum Schema Version: 16.1.273.0\"
http://intranet.contoso.com,Microsoft.SharePoint.SPSite,WSS_Content,Microsoft.SharePoint.Administration.SPContentDatabase,6,NeedsUpgrade,
Bdc,Microsoft.SharePoint.BusinessData.SharedService.BdcServiceDatabase,SQL01,,5,CannotUpgrade,
WSS_Content_MySites01,SPContentDatabase,My Sites,SPWebApplication,5,OK,
";
    assert_eq!(shape("x.csv", text), Some("get-sppendingupgradeactions"));
    expect(
        &told("x.csv", text),
        "database SharePoint_AdminContent_1 of=SharePoint Central Administration v4 needs=true children=true central=true status=NeedsUpgradeBackwardsCompatible type=SPContentDatabase @2
         database WSS_Content children=true @3
         database Bdc status=CannotUpgrade type=BdcServiceDatabase @4
         database WSS_Content_MySites01 of=My Sites needs=false status=OK type=SPContentDatabase @5
         info about SharePoint_AdminContent_1 @2: PDEUpgradeSequence Current Schema Version: 4.0.0.0, Maximum Schema Version: 16.1.273.0",
    );
}

#[test]
fn a_pending_action_whose_status_is_a_number_is_not_guessed() {
    let text = r#"[{"ObjectName":"WSS_Content","ObjectType":"SPContentDatabase","Status":2}]"#;
    expect(
        &told("x.json", text),
        "database WSS_Content type=SPContentDatabase @1
         problem @1: Status is the number 2: export it as text, with \"$($_.Status)\"",
    );
}

#[test]
fn test_spcontentdatabase_is_read_from_csv() {
    let text = "\
Database,Category,Error,UpgradeBlocking,Message,Remedy,Locations
WSS_Content_MySites01,MissingFeature,True,False,\"Database [WSS_Content_MySites01] has reference(s) to a missing feature: Id = [367b94a9-4a15-42ba-b4a2-32420363e018].\",Install it.,
,SiteOrphan,True,True,\"Two lines,
one sentence about database [WSS_Content].\",,
,Configuration,False,False,All sites differ.,,
";
    assert_eq!(shape("x.csv", text), Some("test-spcontentdatabase"));
    expect(
        &told("x.csv", text),
        "error about WSS_Content_MySites01 @2: Database [WSS_Content_MySites01] has reference(s) to a missing feature: Id = [367b94a9-4a15-42ba-b4a2-32420363e018].
         error about WSS_Content @3: [SiteOrphan] Two lines, one sentence about database [WSS_Content].
         warning about - @5: All sites differ.",
    );
}

#[test]
fn health_analyzer_reports_are_cut_into_their_sentences() {
    let text = "\
Title,Severity,Category,Explanation,Remedy
Missing server side dependencies.,1 - Error,Configuration,\"[MissingWebPart] WebPart class [8a860dca-4061-d270-a67b-f6bde7fc3e0a] is referenced [10] times in the database [WSS_Content], but is not installed. [MissingSetupFile] File [a.aspx] is referenced [1] times in the database [WSS_Old], but is not installed.\",
The Security Token Service is not available.,1 - Error,Security,It does not answer.,Start it.
All is well.,4 - Success,Security,,
Drives are full.,2 - Warning,Availability,,
";
    assert_eq!(shape("x.csv", text), Some("health-analyzer"));
    expect(
        &told("x.csv", text),
        "error about WSS_Content @2: [MissingWebPart] WebPart class [8a860dca-4061-d270-a67b-f6bde7fc3e0a] is referenced [10] times in the database [WSS_Content], but is not installed.
         error about WSS_Old @2: [MissingSetupFile] File [a.aspx] is referenced [1] times in the database [WSS_Old], but is not installed.
         error about - @3: The Security Token Service is not available. It does not answer.
         warning about - @5: Drives are full.",
    );
}

#[test]
fn database_status_is_read_from_csv() {
    let text = "\
SQL Instance,Database,Type,Status
SQL01,WSS_Content,Content Database,\"Database is up to date, but some sites are not completely upgraded\"
SQL01,WSS_Old,Content Database,Database is too old and upgrade is required
SQL01,SharePoint_Config,Configuration Database,No action required
SQL01,WSS_Busy,Content Database,Upgrade in progress
SQL01,WSS_New,Content Database,Brand new
";
    assert_eq!(shape("x.csv", text), Some("central-administration-database-status"));
    expect(
        &told("x.csv", text),
        "database WSS_Content server=SQL01 needs=false children=true status=Database is up to date, but some sites are not completely upgraded type=Content Database @2
         database WSS_Old server=SQL01 needs=true children=true status=Database is too old and upgrade is required type=Content Database @3
         database SharePoint_Config server=SQL01 needs=false children=false status=No action required type=Configuration Database @4
         database WSS_Busy server=SQL01 status=Upgrade in progress type=Content Database @5
         database WSS_New server=SQL01 status=Brand new type=Content Database @6
         warning about WSS_Content @2: Database is up to date, but some sites are not completely upgraded
         warning about WSS_Old @3: Database is too old and upgrade is required
         info about WSS_Busy @5: Upgrade in progress
         problem @6: the status `Brand new` is not known",
    );
}

#[test]
fn service_instances_are_read_with_server_and_status() {
    let text = "\
Server,TypeName,Status
SPServer Name=SPS01,Microsoft SharePoint Foundation Timer,Online
SPServer Name=SPS02,Microsoft SharePoint Foundation Timer,Disabled
";
    assert_eq!(shape("x.csv", text), Some("service-instances"));
    expect(
        &told("x.csv", text),
        "service Microsoft SharePoint Foundation Timer on SPS01 Online @2
         service Microsoft SharePoint Foundation Timer on SPS02 Disabled @3",
    );
}

#[test]
fn timer_instances_are_known_by_the_type_line_or_the_file_name() {
    let text = "Server,Status\nSPS01,Disabled\n";
    let typed = format!("#TYPE Selected.Microsoft.SharePoint.Administration.SPTimerServiceInstance\n{text}");
    expect(&told("x.csv", &typed), "service SPTimerServiceInstance on SPS01 Disabled @3");
    expect(&told("timer.csv", text), "service SPTimerServiceInstance on SPS01 Disabled @2");
    expect(&told("x.csv", text), "problem @1: column TypeName is missing; found: Server, Status");
}

#[test]
fn a_status_that_json_wrote_as_a_number_is_named() {
    let text = r#"[{"Server":{"Name":"SPS01"},"TypeName":"SPTimerServiceInstance","Status":1}]"#;
    expect(&told("x.json", text), "service SPTimerServiceInstance on SPS01 Disabled @1");
}

#[test]
fn what_is_no_export_is_told_with_what_it_is() {
    let message = |text: &str| {
        let told = told("x.bin", text);
        told.rsplit("; found ").next().unwrap().trim().to_owned()
    };
    assert_eq!(message(""), "an empty file");
    assert_eq!(
        message("Dear team, the farm is down."),
        "text that begins with `Dear team, the farm is down.`"
    );
    assert_eq!(message("Colour,Weight\nred,1\n"), "a table with the columns `Colour, Weight`");
    assert!(
        told("x", "")
            .starts_with("problem @0: not an export that is understood; expected stsadm -o enumallwebs, or")
    );
}

#[test]
fn tables_of_other_things_are_not_taken_for_databases() {
    for text in [
        "Name,Role,Status,NeedsUpgrade\nSPS01,Application,Online,True\n",
        "DisplayName,TypeName,Id\nSearch,Search Service Application,1f4b4f5e-1d0f-4a64-9a3f-0d3c6a7b8c9d\n",
        "DisplayName,Url\nIntranet,http://intranet\n",
    ] {
        assert_eq!(shape("x.csv", text), None, "{text}");
    }
}

#[test]
fn logs_are_not_taken_for_exports() {
    for log in [
        "Timestamp\tProcess\tTID\tArea\tCategory\tEventID\tLevel\tMessage\tCorrelation\n05/03/2013 22:07:16.26\tOWSTIMER (0x1DE4)\t0x0854\tSharePoint Foundation\tUpgrade\tajy6m\tHigh\t<Sites Count=\"1\">\t\n",
        "[PSCONFIG] [SPManager] [INFO] [8/22/2011 7:38:18 PM]: Upgrade Boot Strap starts.\n",
        "[SPManager] [ERROR] [8/22/2011 7:38:32 PM]: Database [WSS_Content], Id, Name\n",
        "11/29/2023 13:20:01  1  INF  Entering function PsconfigUserInterfaceMain.Main\n",
        "100.00% : SPContentDatabase Name=WSS_Content\nFinalizing the upgrade...\n",
    ] {
        assert_eq!(shape("farm.log", log), None, "{log}");
    }
}
