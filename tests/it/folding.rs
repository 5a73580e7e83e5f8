//! What is one failure and what are several: records of one event, and errors that no rule explains.

use spdoctor::model::kind::LogKind;

use crate::support::{engine, facts, joined, segments, whole};

/// Code, template and count of what is found.
fn found(kind: LogKind, text: &str) -> Vec<(String, String, u64)> {
    let facts = facts(kind);
    let tally = whole(&facts, text.as_bytes());
    for cut in 0..=text.len() {
        let parts = segments(&facts, text.as_bytes(), &[cut]);
        assert_eq!(joined(&facts, parts, &[0]), tally, "cut at {cut}");
    }
    let code = |rule: u16| engine().rule(rule).unwrap().code.clone();
    let template = |group: &[String], code: &str| if code == "UE07" { group.concat() } else { String::new() };
    let hits = tally.hits.iter().map(|((rule, group), fact)| {
        let code = code(*rule);
        (code.clone(), template(group, &code), fact.count)
    });
    hits.collect()
}

fn unexplained(template: &str, count: u64) -> (String, String, u64) {
    ("UE07".to_owned(), template.to_owned(), count)
}

fn explained(code: &str, count: u64) -> (String, String, u64) {
    (code.to_owned(), String::new(), count)
}

fn row(time: &str, level: &str, message: &str) -> String {
    format!(
        "12/17/2020 12:42:{time}\tPSCONFIG (0x07A8)\t0x0EF4\tSharePoint Foundation Upgrade\tSPIisWebSiteWssSequence\tajywk\t{level}\t{message}\t00000000-0000-0000-0000-000000000000\n"
    )
}

const FAILED: &str = "Action 16.0.13.0 of Microsoft.SharePoint.Upgrade.SPIisWebSiteWssSequence failed.";
const EXCEPTION: &str = "Exception: Filename: C:\\inetsrv\\gizmo.config  Error:";
const STACK: &str = "   at Microsoft.Web.Administration.Configuration.GetSectionInternal(String name)";

#[test]
fn an_exception_of_the_next_hundredth_or_second_belongs_to_its_error() {
    for [first, second, third] in [["31.91"; 3], ["31.91", "31.92", "31.93"], ["31.91", "32.90", "33.89"]] {
        let log = [row(first, "ERROR", FAILED), row(second, "ERROR", EXCEPTION), row(third, "ERROR", STACK)];
        assert_eq!(found(LogKind::Upgrade2013, &log.concat()), [explained("UA04", 1)]);
    }
    let later = [row("31.91", "ERROR", FAILED), row("41.91", "ERROR", EXCEPTION)].concat();
    assert_eq!(found(LogKind::Upgrade2013, &later).len(), 2);
}

#[test]
fn an_exception_behind_a_title_of_its_own_belongs_to_its_error() {
    let title = row("31.91", "INFO", "SPIisWebSite");
    let log = [
        &title,
        &row("31.91", "ERROR", FAILED),
        &title,
        &row("31.91", "ERROR", EXCEPTION),
        &title,
        &row("31.91", "ERROR", STACK),
        &title,
    ]
    .map(String::as_str)
    .concat();
    assert_eq!(found(LogKind::Upgrade2013, &log), [explained("UA04", 1)]);
    let other = log.replacen("INFO\tSPIisWebSite", "INFO\tThe site is old.", 3);
    assert_eq!(found(LogKind::Upgrade2013, &other).len(), 3, "a sentence is no title");
}

/// What is no error goes on from the title before it, which then announces nothing of the error in front of that.
#[test]
fn an_exception_without_a_level_belongs_to_the_title_before_it() {
    let login = "Exception: Login failed for user 'CONTOSO\\sp-farm'.";
    let log = [
        row("31.91", "ERROR", FAILED),
        row("31.91", "INFO", "SPIisWebSite"),
        row("31.91", "INFO", login),
        row("31.91", "INFO", STACK),
        row("31.91", "ERROR", EXCEPTION),
    ];
    let found = found(LogKind::Upgrade2013, &log.concat());
    assert!(found.contains(&explained("UA04", 1)) && found.contains(&explained("UC02", 1)), "{found:?}");
}

#[test]
fn a_stack_by_itself_is_an_error_without_a_message() {
    let told = [unexplained("(an error without a message)", 1)];
    assert_eq!(found(LogKind::Upgrade2013, &row("31.91", "ERROR", STACK)), told);
    assert_eq!(found(LogKind::Upgrade2013, &row("31.91", "ERROR", "")), told);
    let line = format!("03/14/2026 22:00:05  1  ERR  {}\n", STACK.trim());
    assert_eq!(found(LogKind::PscDiagnostics, &line), told);
}

#[test]
fn tasks_that_failed_for_different_reasons_are_different_problems() {
    let failures = [
        ("11", "System.X: No data."),
        ("22", "System.Y: Bad data 0x80090005."),
        ("33", "System.X: No data."),
    ];
    let log = failures.map(|(second, text)| {
        let at = format!("12/11/2009 11:06:{second}  8  ERR");
        format!("{at}    Task configdb has failed with an unknown exception \n{at}    Exception: {text}\n\n   at Gizmo()\n")
    });
    let expected = [unexplained("System.X: No data.", 2), unexplained("System.Y: Bad data <number>.", 1)];
    assert_eq!(found(LogKind::PscDiagnostics, &log.concat()), expected);
}

#[test]
fn a_console_line_that_announces_an_exception_is_no_problem_beside_it() {
    let wrapper = "An exception of type Microsoft.SharePoint.PostSetupConfiguration.PostSetupConfigurationTaskException was thrown.  Additional exception information: \n";
    let failed = "Upgrade [SearchAdminDatabase Name=Search] failed.\t(EventID:an59t)\n";
    assert_eq!(found(LogKind::Console, &format!("{wrapper}{failed}")), [explained("UA04", 1)]);
    let older = "An exception of type Microsoft.SharePoint.Upgrade.SPUpgradeException was thrown.\nAdditional exception information: Upgrade completed with errors. Review the\nupgrade.log file located in C:\\Program Files\\Common Files\\Microsoft Shared\\Web\nServer Extensions\\12\\Logs\\Upgrade.log. The number of errors and warnings is\nlisted at the end of the upgrade log file.\n";
    assert_eq!(found(LogKind::Console, older), [explained("UA07", 1)]);
    let unknown = format!("{wrapper}The gizmo cannot be turned any more.\n");
    assert_eq!(found(LogKind::Console, &unknown), [unexplained("The gizmo cannot be turned any more.", 1)]);
    assert_eq!(found(LogKind::Console, wrapper).len(), 1, "nothing tells more");
}

#[test]
fn the_wizard_names_a_task_and_then_what_happened() {
    let told = "An exception of type System.X was thrown.  Additional exception information: No data.\n";
    let expected = [unexplained("System.X: No data.", 1)];
    for line in [
        "Failed to turn the gizmo.\n",
        "Failed to turn all the gizmos of the server farm.\nThis is a critical task. You have to fix the failures before you can continue.\n",
    ] {
        assert_eq!(found(LogKind::Console, &format!("{line}{told}")), expected);
    }
    assert_eq!(found(LogKind::Console, "Failed to turn the gizmo.\n").len(), 1);
}

#[test]
fn an_object_that_failed_is_an_error_of_the_console() {
    let log = "Turned over [Gizmo Name=A].\t(EventID:an59t)\nException: The gizmo is gone.\t(EventID:an59t)\n\nDone (EventID:an59t)\n";
    assert_eq!(found(LogKind::Console, log), [unexplained("Turned over [<name>].", 1)]);
    // The rest of a sentence above has a number as well.
    assert_eq!(found(LogKind::Console, "the account [A] of it.\t(EventID:an58c)\n"), []);
    assert_eq!(found(LogKind::Console, "Turned over [Gizmo Name=A].\n"), []);
}

#[test]
fn an_exception_that_a_rule_knows_below_is_no_other_problem_above() {
    let thrown = |said: &str, below: &str| {
        format!(
            "Failed to install the application content files.\nAn exception of type System.NullReferenceException was thrown.  Additional exception information: {said}\nTo diagnose the problem, review the application event log.\n\nException: System.NullReferenceException: {below}\nat Microsoft.SharePoint.Administration.SPAspConfigurationFile.ApplyActionToXmlDocument(XmlDocument a)\nat Microsoft.SharePoint.Administration.SPAspConfigurationFile.MergeWebConfig(XmlDocument a)\n"
        )
    };
    let codes = |log: &str| -> Vec<String> {
        found(LogKind::Console, log).into_iter().map(|(code, _, _)| code).collect()
    };
    let gone = "Object reference not set to an instance of an object.";
    assert_eq!(codes(&thrown(gone, gone)), ["UD12", "UD28"]);
    assert_eq!(codes(&thrown("The gizmo is gone.", gone)), ["UD12", "UD28", "UE07"]);
}
