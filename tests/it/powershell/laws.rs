//! What no grammar knows: how the scripts decide, read from their text.

use super::grammar::Script;
use super::{lanes, options, remediation, sample};
use spdoctor::model::audit::AuditReport;
use spdoctor::script::{addin_fixes, addin_registration, farm_inventory};

fn fix() -> Script {
    Script::parse(&remediation(&sample::typical(), &options()))
}

fn fix_in_lanes() -> Script {
    Script::parse(&remediation(&sample::typical(), &lanes()))
}

fn addins() -> Script {
    Script::parse(&addin_fixes(&AuditReport::default(), "x"))
}

/// Where `first` and `then` both stand, in this order.
fn comes_before(text: &str, first: &str, then: &str) -> bool {
    text.find(first).zip(text.find(then)).is_some_and(|(first, then)| first < then)
}

/// `SharePoint` takes a bare name for one database, whichever server it is on.
#[test]
fn a_bare_name_decides_only_where_name_and_server_find_nothing() {
    let script = fix();
    let add = script.function("Add-PlannedTarget");
    assert_eq!(add.matches("Get-NamedDatabase").count(), 1);
    assert!(add.contains("if ($found.Count -eq 0) { $found = @(Get-NamedDatabase "), "{add}");
    assert!(comes_before(add, "Find-ByName", "Get-NamedDatabase"), "{add}");
    assert!(script.function("Get-NamedDatabase").contains("$itsServer -ne $Server) { return }"));
}

/// A trial of a lane starts no process, so nothing but the lane itself can look.
#[test]
fn a_lane_on_trial_looks_its_databases_up_in_the_farm() {
    let script = fix_in_lanes();
    let work = script.function("Invoke-Work");
    assert!(
        comes_before(work, "if ($WhatIfPreference) { Show-Lane $name; return }", "Invoke-Lane"),
        "{work}"
    );
    let show = script.function("Show-Lane");
    assert!(comes_before(show, "Get-AttachedDatabase", "if ($planned.Lane -eq $Name) { Add-PlannedTarget"));
    assert!(comes_before(show, "Add-PlannedTarget", "Invoke-EachTarget"), "{show}");
    assert!(!script.function("Get-LanePlan").contains("WhatIf"));
    assert!(script.function("Invoke-Serial").contains("Invoke-EachTarget"));
}

#[test]
fn the_updates_of_all_servers_are_read_before_the_first_database_and_never_written() {
    for script in [fix(), fix_in_lanes()] {
        let run = script.function("Invoke-Repair");
        assert!(comes_before(run, "Show-PatchState", "Invoke-Work"), "{run}");
        assert!(comes_before(run, "if (-not $script:SharePointReady)", "Show-PatchState"), "{run}");
        let show = script.function("Show-PatchState");
        assert!(
            comes_before(show, "try {", "GetProductVersions("),
            "what cannot be read ends nothing: {show}"
        );
        assert!(show.contains("catch { Write-Warning "), "{show}");
        // With -Local the cmdlet writes what it finds into the configuration database.
        assert!(!script.commands().contains(&"Get-SPProduct"));
        for status in ["InstallRequired", "UpgradeBlocked", "UpgradeInProgress"] {
            assert!(script.function("Get-PatchWarning").contains(&format!("$Status -eq '{status}'")));
        }
    }
}

/// A step that is done is left alone, one that is done by half is not, and nothing is lowered.
#[test]
fn a_grant_compares_the_app_only_policy_before_and_after() {
    let script = addins();
    let grant = script.function("Grant-AddIn");
    assert!(script.function("Test-AppOnlyPolicy").contains(".IsAppOnlyPolicyAllowed($Principal)"));
    let set = grant.find("Set-SPAppPrincipalPermission -App").expect("it sets");
    let (before, after) = grant.split_at(set);
    assert!(before.contains("$granted -ge $wanted -and ($appOnly -or -not $Step.AppOnly)"), "{before}");
    assert!(before.contains("$right = $script:Rights[[System.Math]::Max($wanted, $granted)]"), "{before}");
    assert!(before.contains("$appOnly = $appOnly -or $Step.AppOnly"), "{before}");
    assert!(after.contains("-Right $right -EnableAppOnlyPolicy:$appOnly "), "{after}");
    assert!(after.contains("$isDone -and (Test-AppOnlyPolicy "), "{after}");
}

/// Two databases of one name, and a second run into the same folder, end nothing and leave nothing old behind.
#[test]
fn each_site_map_has_a_file_of_its_own_in_every_run() {
    let script = Script::parse(&farm_inventory());
    let export = script.function("Export-SiteMap");
    assert!(!export.contains("Test-Path"), "what lies there already decides nothing: {export}");
    assert!(comes_before(export, "Clear-SiteMap", "Get-AttachedDatabase"), "{export}");
    let (_, of_each) = export.split_once("foreach ($attached in $databases)").expect("it visits each");
    assert!(comes_before(of_each, "try {", "$file = "), "whatever fails concerns one database: {of_each}");
    assert!(of_each.contains("CreateDirectory("), "a folder that is there is no error: {of_each}");
}

#[test]
fn a_part_of_the_inventory_that_fails_leaves_its_rows_and_no_older_ones() {
    let script = Script::parse(&farm_inventory());
    let export = script.function("Export-Part");
    assert!(export.contains("| ConvertTo-Csv -NoTypeInformation | Add-Line $lines"), "{export}");
    assert!(comes_before(export, "catch { Add-Problem", "Write-TextFile $path $lines"), "{export}");
    assert!(export.contains("else { [System.IO.File]::Delete($path) }"), "{export}");
    assert!(script.function("Complete-Inventory").contains("[System.IO.File]::Delete($archive)"));
}

/// Brackets in a path: PowerShell 2.0 knows no `-LiteralPath` but for the few commands that had it from the start.
#[test]
fn results_and_transcripts_lie_in_folders_with_any_name() {
    for script in [fix(), fix_in_lanes(), addins()] {
        let save = script.function("Save-Result");
        assert!(save.contains("ConvertTo-Csv -NoTypeInformation)"), "{save}");
        assert!(save.contains("WriteAllLines($script:ResultPath, [string[]]$lines, "), "{save}");
        let start = script.function("Start-Log");
        assert!(start.contains("@{ LiteralPath = "), "{start}");
        assert!(
            start.contains("@{ Path = [System.Management.Automation.WildcardPattern]::Escape("),
            "{start}"
        );
        assert!(start.contains("Start-Transcript @log "), "{start}");
        assert!(comes_before(start, "if ($WhatIfPreference) { return }", "CreateDirectory("), "{start}");
    }
    let lanes = fix_in_lanes();
    assert!(lanes.function("Start-Child").contains("-WorkingDirectory $PSHOME"));
    let complete = lanes.function("Complete-Child");
    assert!(complete.contains("([System.IO.File]::ReadAllText($path)) | ConvertFrom-Csv"), "{complete}");
}

#[test]
fn a_file_that_cannot_be_written_is_told_before_the_registrations_are_collected() {
    let text = addin_registration();
    let (_, run) = text.split_once("$script:ScriptPath = ").expect("the run begins there");
    assert!(comes_before(run, "try { Initialize-File }", "try { Initialize-Export }"), "{run}");
    assert!(comes_before(run, "try { Initialize-Export }", "\nExport-Everything"), "{run}");
    let script = Script::parse(&text);
    let file = script.function("Initialize-File");
    assert!(comes_before(file, "AppendAllText($script:File, '')", "if ($isNew)"), "it keeps what is there");
}

/// `powershell.exe -File` knows no arrays.
#[test]
fn lists_of_webs_and_client_ids_may_come_as_one_text() {
    let text = addin_registration();
    assert!(text.contains(r"$Web = @(ConvertTo-List $Web ',(?=\s*https?:)')"));
    assert!(text.contains("$ClientId = @(ConvertTo-List $ClientId ',')"));
    let (_, run) = text.split_once("$script:ScriptPath = ").expect("the run begins there");
    assert!(comes_before(run, "$ClientId = ", "Export-Everything"));
}

/// "Left to people" is exit code 1, and an issuer that differs is not the one that is wanted.
#[test]
fn what_is_left_to_people_is_not_called_done() {
    let script = addins();
    assert!(script.function("Show-NewSecret").contains("Add-Result $Step 'ByHand'"));
    let issuer = script.function("Add-TrustedIssuer");
    assert!(issuer.contains("$issuer.RegisteredIssuerName -ceq $registered"), "{issuer}");
    assert!(issuer.contains("-not $Step.Broker -or -not $issuer.IsSelfIssuer"), "{issuer}");
}

#[test]
fn a_farm_without_a_prefix_still_tells_its_services() {
    let script = Script::parse(&addin_registration());
    let (_, names) = script.function("Get-ServiceRow").split_once("'app prefix') {").expect("both names");
    assert!(comes_before(names, "try {", "Get-SPAppDomain"), "{names}");
    assert!(comes_before(names, "Get-SPAppSiteSubscriptionName", "catch { Add-Problem"), "{names}");
}
