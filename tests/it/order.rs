//! What comes first, in the verdict, under DO NEXT and in the script: small nights whose right order is known.

use std::fmt::Write as _;

use crate::program::{folder, run};

const SERVICE: &str =
    "Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc.";
const LOG: &str = "SPS01/LOGS/Upgrade-20260314-220000-000.log";
const WIZARD: &str = "SPS01/LOGS/PSCDiagnostics_3_14_2026_22_0_0_97_684295513.log";

/// A record of an upgrade: minute and second after ten, and what it says.
fn record(time: &str, said: &str) -> String {
    let (level, message) = said.split_once(' ').unwrap();
    format!("[PSCONFIG] [SPContentDatabaseSequence] [{level}] [3/14/2026 10:{time} PM]: {message}\n")
}

/// A night in which the token service refused a site so often, each time after this many seconds; and more was said.
fn night([times, seconds]: [u32; 2], more: &[(&str, &str)]) -> String {
    const SITE: &str = "Site with Id = 961cfd1e-5cf8-4e40-8756-000000000001 is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts.";
    const ROOT: &str = "root object = SPFarm Name=SharePoint_Config, recursive = True.";
    let mut text = record("00:00", &format!("INFO Upgrade session starts. {ROOT}"));
    for time in 1..=times {
        let at = format!("{:02}:{:02}", time * seconds / 60, time * seconds % 60);
        text.push_str(&record(&at, &format!("DEBUG {SITE} {SERVICE}")));
    }
    for (time, said) in more {
        text.push_str(&record(time, said));
    }
    text + &record(
        "30:00",
        &format!("INFO Upgrade session finishes. {ROOT} 0 errors and 0 warnings encountered."),
    )
}

/// The token service took five seconds, and five minutes.
const SECONDS: [u32; 2] = [1, 5];
const MINUTES: [u32; 2] = [15, 20];

/// psconfig that ended with an error.
const FAILED: &str = "03/14/2026 22:00:00  1  INF  Entering function PsconfigMain.Main\n\
    03/14/2026 22:31:00  1  ERR  An exception of type Microsoft.SharePoint.PostSetupConfiguration.PostSetupConfigurationTaskException was thrown.  Additional exception information: Failed to upgrade SharePoint Products.\n\
    03/14/2026 22:31:00  1  ERR  Task upgrade has failed with an unknown exception\n\
    03/14/2026 22:31:01  1  INF  Leaving function PsconfigMain.Main\n";

const CONFLICT: (&str, &str) = (
    "20:00",
    "ERROR An update conflict has occurred, and you must re-try this action. The object SPServer Name=SPS01 was updated by CONTOSO\\svc-farm, in the PSCONFIG (7904) process, on machine SPS01.  View the tracing log for more information about the conflict.",
);

struct Told {
    verdict: String,
    next: String,
    script: String,
}

fn told(files: &[(&str, &str)]) -> Told {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let logs = folder(&files);
    let report = run(&logs, &["upgrade", ".", "--script", "fix.ps1", "--format", "json", "-q"]).json();
    let next = report["summary"]["next"].as_array().unwrap().iter();
    let mut numbered = String::new();
    for step in next {
        writeln!(numbered, "{}", step.as_str().unwrap()).unwrap();
    }
    Told {
        verdict: report["summary"]["verdict"].as_str().unwrap().to_owned(),
        next: numbered,
        script: std::fs::read_to_string(logs.path().join("fix.ps1")).unwrap(),
    }
}

impl Told {
    /// The heading of the script under which a finding stands, in words of its own.
    fn heading(&self, code: &str) -> &str {
        let (head, _) = self.script.split_once("<#").unwrap();
        let (before, _) = head.rsplit_once(&format!("#   {code} ")).unwrap_or(("", ""));
        before
            .rsplit_once("# ---- ")
            .map_or("", |(_, rest)| rest.split_once(" ----").map_or("", |(title, _)| title))
    }
}

#[test]
fn what_made_psconfig_fail_leads_where_the_token_service_cost_seconds() {
    let conflict = "An update conflict stopped the upgrade";
    for (waited, more, wizard, leads) in [
        (SECONDS, &[CONFLICT][..], FAILED, conflict),
        // It costs minutes.
        (MINUTES, &[CONFLICT], FAILED, "1 site collection in"),
        // Nothing failed; and psconfig failed for no reason that was seen.
        (SECONDS, &[], "", "1 site collection in"),
        (SECONDS, &[], FAILED, "psconfig ended with a failed task"),
    ] {
        let log = night(waited, more);
        let told = told(&[(LOG, &log), (WIZARD, wizard)]);
        assert!(told.verdict.starts_with(leads), "{waited:?} {more:?}: {}", told.verdict);
        assert!(
            told.verdict.contains("could not be opened, because the security token service"),
            "{}",
            told.verdict
        );
    }
}

#[test]
fn an_error_that_broke_psconfig_is_solved_before_it_runs_again() {
    let log = night(MINUTES, &[CONFLICT]);
    let told = told(&[(LOG, &log), (WIZARD, FAILED)]);
    assert_eq!(told.heading("UD06"), "do before psconfig runs again", "{}", told.script);
    let at = |text: &str| told.next.find(text).unwrap_or_else(|| panic!("{text}: {}", told.next));
    assert!(
        at("fix.ps1") < at("(UD06)") && at("(UD06)") < at("Run psconfig again on SPS01"),
        "{}",
        told.next
    );
    // An error outside of any failure has time.
    let quiet = night(MINUTES, &[]);
    let trace = "SPS01/LOGS/SPS01-20260313-0900.log";
    let alone = "03/13/2026 09:00:00.00 \tw3wp.exe (0x1DE4)                   \t0x0854\tSharePoint Foundation         \tGeneral                      \t8nca\tCritical\tThe gizmo could not be renewed.\t\n";
    let told = self::told(&[(LOG, &quiet), (trace, alone)]);
    assert!(told.heading("UE07").contains("can wait"), "{}", told.script);
}

#[test]
fn a_conflict_of_one_database_waits_for_the_script_under_do_next_and_in_it() {
    let conflict = (
        "21:00",
        "DEBUG Site with Id = 8dba695d-ab8b-4eda-bfdc-0ab9a68efba2 is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. The site with the id 8dba695d-ab8b-4eda-bfdc-0ab9a68efba2 could not be found.",
    );
    let refused = night(MINUTES, &[conflict]);
    let alone = refused
        .lines()
        .filter(|line| !line.contains(SERVICE))
        .fold(String::new(), |all, line| all + line + "\n");
    for (log, heading, is_before) in
        [(&refused, "do then, and upgrade these databases once more", false), (&alone, "do first", true)]
    {
        let inventory = (
            "sites.csv",
            "ID,Url,ContentDatabase\r\n8dba695d-ab8b-4eda-bfdc-0ab9a68efba2,http://a,WSS_A\r\n",
        );
        let told = told(&[(LOG, log), inventory]);
        assert_eq!(told.heading("UA02"), heading, "{}", told.script);
        let (conflict, script) = (told.next.find("(UA02)").unwrap(), told.next.find("fix.ps1").unwrap());
        assert_eq!(conflict < script, is_before, "{}", told.next);
    }
}

#[test]
fn how_the_token_service_is_started_stands_before_what_needs_it() {
    let down = (
        "21:00",
        "ERROR Exception: The requested service, 'http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc' could not be activated. See the server's diagnostic trace logs for more information.",
    );
    let log = night(MINUTES, &[down]);
    let told = told(&[(LOG, &log)]);
    assert_eq!(told.heading("UE01"), "do first", "{}", told.script);
    assert!(
        told.script.find("---- do first").unwrap()
            < told.script.find("---- what this script upgrades").unwrap()
    );
}

#[test]
fn databases_stand_in_the_script_in_the_order_of_the_report() {
    let site = |number: u8| format!("961cfd1e-5cf8-4e40-8756-{number:012}");
    let mut log = String::new();
    let mut export = "ID,Url,ContentDatabase\r\n".to_owned();
    for (number, database) in [(1, "WSS_A"), (2, "WSS_Z"), (3, "WSS_Z")] {
        let id = site(number);
        log.push_str(&record("10:00", &format!("DEBUG Site with Id = {id} is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. {SERVICE}")));
        write!(export, "{id},http://a/{number},{database}\r\n").unwrap();
    }
    let logs = folder(&[(LOG, log.as_bytes()), ("sites.csv", export.as_bytes())]);
    let report = run(
        &logs,
        &["upgrade", "SPS01", "--inventory", "sites.csv", "--script", "fix.ps1", "--format", "json", "-q"],
    )
    .json();
    let databases = report["databases"].as_array().unwrap().iter();
    let names: Vec<&str> = databases.map(|database| database["name"].as_str().unwrap()).collect();
    let script = std::fs::read_to_string(logs.path().join("fix.ps1")).unwrap();
    let planned: Vec<&str> =
        script.lines().filter_map(|line| line.split_once("Name = '")?.1.split('\'').next()).collect();
    assert_eq!((names, planned), (vec!["WSS_Z", "WSS_A"], vec!["WSS_Z", "WSS_A"]));
}
