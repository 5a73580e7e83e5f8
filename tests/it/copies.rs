//! Copies and parts of a log among the inputs: each record counts once, whatever its line ends, and the log in its place is
//! the one that is read.

use crate::pasted::refused;
use crate::program::{folder, run};

const NAME: &str = "SPS02/LOGS/Upgrade-20120303-221000-123.log";

/// A log of some length, and where the report has it.
fn read(copy: (&str, &str)) -> (Vec<String>, u64, String) {
    let log: String = (0..40).map(refused).collect();
    let log = log.replace('\n', "\r\n");
    let logs = folder(&[(NAME, log.as_bytes()), (copy.0, copy.1.as_bytes())]);
    let told = run(&logs, &["upgrade", ".", "--format", "json", "-q"]);
    let report = told.json();
    let sessions = report["sessions"].as_array().unwrap();
    let servers = sessions.iter().map(|session| session["server"].as_str().unwrap_or("?").to_owned());
    let waited = report["findings"][0]["count"].as_u64().unwrap();
    (servers.collect(), waited, told.skipped(copy.0))
}

#[test]
fn a_copy_counts_once_whatever_its_line_ends_and_its_name() {
    let log: String = (0..40).map(refused).collect();
    let quoted: String = log.lines().map(|line| format!("> {line}\n")).collect();
    let begun: String = log.lines().take(20).map(|line| format!("{line}\n")).collect();
    for name in ["A stray one.log", "SPS02/LOGS/lf.log", "Z/copy.log"] {
        for text in [&log, &log.replace('\n', "\r\n"), &quoted, &begun] {
            let (servers, count, skipped) = read((name, text));
            assert_eq!((servers, count), (vec!["SPS02".to_owned()], 40), "{name}");
            assert_eq!(skipped, format!("a copy of ./{NAME}, which is read"), "{name}");
        }
    }
}

#[test]
fn a_log_that_differs_in_more_than_line_ends_is_no_copy() {
    let log: String = (0..39).map(refused).collect::<String>() + &refused(50);
    let (_, count, skipped) = read(("SPS02/LOGS/other.log", &log));
    assert_eq!((count, skipped.as_str()), (80, ""));
}

#[test]
fn what_the_farm_exported_is_not_written_over() {
    let export = r#"{ "schema": "spdoctor.addin-registration/1", "farmBuild": "16.0.10417.20027" }"#;
    let logs = folder(&[("AddInRegistration.json", export.as_bytes()), ("a.log", refused(1).as_bytes())]);
    let told = run(&logs, &["upgrade", ".", "-o", "AddInRegistration.json"]);
    assert_eq!(told.code, 2, "{}", told.err);
    let left = std::fs::read_to_string(logs.path().join("AddInRegistration.json")).unwrap();
    assert_eq!(left, export);
}

#[test]
fn a_log_that_somebody_cut_in_two_has_its_end() {
    let began = "[OWSTIMER] [SPUpgradeSession] [INFO] [3/14/2026 10:15:41 PM]: Upgrade session starts.\n[OWSTIMER] [SPManager] [INFO] [3/14/2026 10:15:45 PM]: x\n";
    let ended = "[OWSTIMER] [SPManager] [INFO] [3/14/2026 10:16:01 PM]: y\n[OWSTIMER] [SPUpgradeSession] [INFO] [3/14/2026 10:16:02 PM]: Upgrade session finishes. root object = SPFarm\n";
    let wizard = "03/14/2026 22:15:20  8  INF  Entering function PsconfigMain.Main\n03/14/2026 22:16:20  8  INF  Leaving function PsconfigMain.Main\n";
    let killed = |files: &[(&str, &str)]| {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        let logs = folder(&files);
        let report = run(&logs, &["upgrade", ".", "--format", "json", "-q"]).json();
        report["findings"].as_array().unwrap().iter().any(|finding| finding["code"] == "UA17")
    };
    let psconfig = ("PSCDiagnostics_3_14_2026_22_15_20_531_765191892.log", wizard);
    let whole = began.to_owned() + ended;
    assert!(!killed(&[psconfig, ("Upgrade-a.log", &whole)]));
    assert!(killed(&[psconfig, ("Upgrade-a.log", began)]));
    assert!(!killed(&[psconfig, ("Upgrade-a.log", began), ("Upgrade-b.log", ended)]));
    // A timer job that began anew says nothing of the one before it.
    let anew = whole.replace("10:15:4", "10:15:5");
    assert!(killed(&[psconfig, ("Upgrade-a.log", began), ("Upgrade-b.log", &anew)]));
}
