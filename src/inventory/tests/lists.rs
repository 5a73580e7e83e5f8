//! What PowerShell prints into a window, and the texts of the Health Analyzer.

use super::{expect, shape, told};

const TEST_DATABASE: &str = "\
PS C:\\> Test-SPContentDatabase -Name WSS_Content -WebApplication http://intranet


Category        : MissingSiteDefinition
Error           : True
UpgradeBlocking : False
Message         : 2 Sites in database [WSS_Content] have reference(s) to a missing
                  site definition, Id = [12001], Lcid = [1033], compatibility
                  level = [15].
Remedy          : The site definition with Id 12001 is referenced in the database
                  [WSS_Content], but is not installed on the current farm.
Locations       :

==========================================================================
Category        : MissingSetupFile
Error           : False
UpgradeBlocking : True
Message         : File [Features\\Fabrikam.Portal.Branding.And.Navigation\\Module
                  s\\MasterPages\\Fabrikam.master] is referenced [3] times in the
                  database [WSS_Content], but is not installed on the current
                  farm.
Remedy          : One or more setup files are referenced.
Locations       : {}
";

#[test]
fn printed_lists_are_read_and_wrapped_values_joined() {
    assert_eq!(shape("out.txt", TEST_DATABASE), Some("test-spcontentdatabase"));
    let expected = "
        error about WSS_Content @4: 2 Sites in database [WSS_Content] have reference(s) to a missing site definition, Id = [12001], Lcid = [1033], compatibility level = [15].
        error about WSS_Content @15: File [Features\\Fabrikam.Portal.Branding.And.Navigation\\Modules\\MasterPages\\Fabrikam.master] is referenced [3] times in the database [WSS_Content], but is not installed on the current farm.";
    expect(&told("out.txt", TEST_DATABASE), expected);
    expect(&told("out.txt", &TEST_DATABASE.replace('\n', "\r\n")), expected);
}

#[test]
fn a_list_pasted_without_padding_or_blank_lines_is_read() {
    let text = "\
Category: MissingWebPart
Error: True
UpgradeBlocking : False
Message: WebPart class [44a6ed85-4b0d-5a64-dd04-daa9862c8293] is referenced
[27] times in the database [WSS_Content].
Remedy: None.
Category: Configuration
Error: False
Message: Modes differ.
";
    expect(
        &told("x", text),
        "error about WSS_Content @1: WebPart class [44a6ed85-4b0d-5a64-dd04-daa9862c8293] is referenced [27] times in the database [WSS_Content].
         warning about - @7: Modes differ.",
    );
}

/// A record as a window prints it that cuts values at its width: each line as it is, without the blank at its end.
fn cut_at(width: usize, pairs: &[(&str, &str)], indented: bool) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        let letters: Vec<char> = value.chars().collect();
        let lines: Vec<String> = letters.chunks(width).map(|line| line.iter().collect()).collect();
        let (padding, indent) = if indented { (16, 18) } else { (0, 0) };
        for (index, line) in lines.iter().enumerate() {
            let before = if index == 0 { format!("{name:padding$}: ") } else { " ".repeat(indent) };
            text += format!("{before}{line}").trim_end();
            text.push('\n');
        }
    }
    text
}

#[test]
fn values_that_a_window_cut_inside_of_words_are_whole_again() {
    let message = "Database [WSS_Content_Portal_Engineering_And_Manufacturing_Teams] has reference(s) to a missing feature: Id = [8096285f-1463-42c7-82b7-f745e5bacf29], Name = [My Feature], Description = [], Install Location = [Test-MyFeature].";
    let remedy = "The feature with Id 8096285f-1463-42c7-82b7-f745e5bacf29 is referenced in the database [WSS_Content_Portal_Engineering_And_Manufacturing_Teams], but is not installed on the current farm.  The missing feature may cause upgrade to fail.";
    let pairs = [("Category", "MissingFeature"), ("Error", "True"), ("Message", message), ("Remedy", remedy)];
    for width in 61..102 {
        for indented in [true, false] {
            let record = cut_at(width, &pairs, indented);
            // Without its indent such a line begins a property.
            let is_property = |line: &str| line.find(": Id").is_some_and(|at| (1..8).contains(&at));
            if record.lines().any(is_property) {
                continue;
            }
            let second = record.lines().count() + 1;
            let database = "WSS_Content_Portal_Engineering_And_Manufacturing_Teams";
            expect(
                &told("out.txt", &record.repeat(2)),
                &format!(
                    "error about {database} @1: {message}
                     error about {database} @{second}: {message}"
                ),
            );
        }
    }
}

#[test]
fn content_databases_are_read_as_the_console_prints_them() {
    let text = "

Id               : 0f4b4f5e-1d0f-4a64-9a3f-0d3c6a7b8c9d
Name             : WSS_Content
WebApplication   : SPWebApplication Name=SharePoint - 80
Server           : SQL01
CurrentSiteCount : 12

Id               : 1f4b4f5e-1d0f-4a64-9a3f-0d3c6a7b8c9d
Name             : WSS_Content_MySites01
WebApplication   : SPWebApplication Name=My Sites
Server           : SQL01
CurrentSiteCount : 4711

";
    assert_eq!(shape("x", text), Some("get-spcontentdatabase"));
    expect(
        &told("x", text),
        "database WSS_Content id=0f4b4f5e-1d0f-4a64-9a3f-0d3c6a7b8c9d server=SQL01 of=SharePoint - 80 sites=12 @3
         database WSS_Content_MySites01 id=1f4b4f5e-1d0f-4a64-9a3f-0d3c6a7b8c9d server=SQL01 of=My Sites sites=4711 @9",
    );
}

#[test]
fn content_databases_are_read_from_a_printed_table() {
    let text = "
Name                      NeedsUpgradeIncludeChildren  DiskSizeRequired
----                      ---------------------------  ----------------
WSS_Content                                      True       12884901888
WSS Content with blanks                         False 99912884901888999
SharePoint_AdminContent_…                       False                 1

Name of nothing
";
    assert_eq!(shape("x", text), Some("get-spcontentdatabase"));
    expect(
        &told("x", text),
        "database WSS_Content bytes=12884901888 children=true @4
         database WSS Content with blanks bytes=99912884901888999 children=false @5
         problem @6: the console cut a value short here: export with Export-Csv or Format-List",
    );
}

#[test]
fn pending_actions_are_read_from_a_list() {
    let text = "\
UpgradeActions : {Microsoft.Office.Project.Server.Database.Extension.Upgrade.PDEUp
                 gradeSequence, Microsoft.Office.Project...}
ObjectName     : SharePoint_AdminContent_0a1b
ObjectType     : Microsoft.SharePoint.Administration.SPContentDatabase
ParentName     : SharePoint Central Administration v4
ParentType     : Microsoft.SharePoint.Administration.SPAdministrationWebApplication
Level          : 5
Status         : NeedsUpgradeBackwardsCompatible
";
    assert_eq!(shape("x", text), Some("get-sppendingupgradeactions"));
    expect(
        &told("x", text),
        "database SharePoint_AdminContent_0a1b of=SharePoint Central Administration v4 needs=true children=true central=true status=NeedsUpgradeBackwardsCompatible type=SPContentDatabase @1",
    );
}

#[test]
fn health_texts_are_read_one_a_line_with_their_category() {
    let text = "\
[MissingFeature] Database [WSS_Content] has reference(s) to a missing feature: Id = [367b94a9-4a15-42ba-b4a2-32420363e018], Name = [], Description = [], Install Location = []. The feature is missing.
[MissingAssembly] Assembly [Fabrikam.Portal, Version=1.0.0.0] is referenced in the database
  [Intranet], but is not installed on the current farm.

Not a category.
";
    assert_eq!(shape("health.txt", text), Some("health-analyzer"));
    expect(
        &told("health.txt", text),
        "warning about WSS_Content @1: [MissingFeature] Database [WSS_Content] has reference(s) to a missing feature: Id = [367b94a9-4a15-42ba-b4a2-32420363e018], Name = [], Description = [], Install Location = []. The feature is missing.
         warning about Intranet @2: [MissingAssembly] Assembly [Fabrikam.Portal, Version=1.0.0.0] is referenced in the database [Intranet], but is not installed on the current farm.",
    );
}
