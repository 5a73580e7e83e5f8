//! What a report says of pieces of published logs: what to do next, which line is quoted, whom it names.

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
        "Run psconfig again on SP01 and SP02, where it failed. Then go on with psconfig on the next server, if one is left."
    );
}

#[test]
fn a_pass_that_went_well_after_one_that_failed_settles_it() {
    let failed = ("SP01", 10, true);
    assert_eq!(last_step(&[failed, ("SP01", 11, false)]), "Go on with psconfig on the next server.");
    // One of another server does not.
    assert!(
        last_step(&[failed, ("SP02", 11, false)]).starts_with("Run psconfig again on SP01, where it failed.")
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
        next.last().unwrap().starts_with("Run psconfig again on the server where it failed."),
        "{next:?}"
    );
    let next = told(&[("SP07/LOGS/console.txt", WINDOW)], &[]).next();
    assert!(next.last().unwrap().starts_with("Run psconfig again on SP07, where it failed."), "{next:?}");
}

#[test]
fn json_says_what_to_do_next() {
    let Told { report, screen } = told(&[("console.txt", WINDOW)], &[]);
    let next = report["summary"]["next"].as_array().unwrap();
    assert!(next.len() == 2 && next[0].as_str().unwrap().contains("run fix.ps1 -WhatIf"), "{screen}");
}
