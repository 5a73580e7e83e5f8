//! Copies and parts of a log among the inputs: each record counts once, whatever its line ends, and the log in its place is
//! the one that is read.

use crate::pasted::{changed, refused};
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
    let quoted: String = changed(&log, |line| format!("> {line}"));
    let begun: String = (0..20).map(refused).collect();
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
fn whatever_length_it_was_copied_at_a_beginning_is_a_copy_and_another_end_is_not() {
    let log: String = (0..40).map(refused).collect();
    let begin = |end: usize| log.chars().take(end).collect::<String>();
    let ends = (576..2500).step_by(61).chain([640, 648, 649, 720, 729, 4096, 4097]);
    let begun: Vec<(String, String)> =
        ends.clone().map(|end| (format!("old/{end}.log"), begin(end))).collect();
    let other: Vec<(String, String)> =
        ends.map(|end| (format!("own/{end}.log"), begin(end) + "#\n")).collect();
    let named = |files: &[(String, String)]| -> Vec<(String, Vec<u8>)> {
        files.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes())).collect()
    };
    let mut all = named(&begun);
    all.extend(named(&other));
    all.push((NAME.to_owned(), log.into_bytes()));
    let files: Vec<(&str, &[u8])> = all.iter().map(|(name, text)| (name.as_str(), text.as_slice())).collect();
    let told = run(&folder(&files), &["upgrade", ".", "--format", "json", "-q"]);
    for (name, _) in &begun {
        assert!(told.skipped(&format!("/{name}")).starts_with("a copy of ./"), "{name}");
    }
    for (name, _) in &other {
        assert_eq!(told.skipped(&format!("/{name}")), "", "{name}");
    }
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

#[test]
fn a_record_behind_a_block_of_zeroes_is_read() {
    let zeroes = "\0".repeat(4096);
    let log = refused(1) + &zeroes + &refused(2) + &refused(3);
    let logs = folder(&[("Upgrade-20120303-221000-123.log", log.as_bytes())]);
    let report = run(&logs, &["upgrade", ".", "--format", "json", "-q"]).json();
    assert_eq!(report["summary"]["refused_sites"], 3);
    assert_eq!(report["findings"][0]["evidence"][1]["line"], 2);
}

#[test]
fn the_folder_of_a_farm_is_no_server() {
    let logs = folder(&[
        ("farm/SPS01/LOGS/Upgrade-20120303-221000-123.log", refused(1).as_bytes()),
        ("farm/SPS01/psconfig-console.txt", b"Failed to upgrade SharePoint Products.\n"),
        ("farm/inventory/databases.csv", b"Name,Id\nWSS_Content,961cfd1e-5cf8-4e40-8756-0032a5171101\n"),
    ]);
    let told = run(&logs, &["upgrade", "."]);
    assert!(told.out.contains("   1 server \u{b7} 2 logs"), "{}", told.out);
    let report = run(&logs, &["upgrade", ".", "--format", "json", "-q"]).json();
    let read = report["files"].as_array().unwrap().iter().filter(|file| file["kind"] != "export");
    let servers: Vec<&str> = read.map(|file| file["server"].as_str().unwrap()).collect();
    assert_eq!(servers, ["SPS01", "SPS01"]);
}

#[test]
fn notes_in_a_folder_are_no_console() {
    let text = "# Notes\n\nFailed to upgrade SharePoint Products.\n";
    let logs = folder(&[("README.md", text.as_bytes()), ("a.log", refused(1).as_bytes())]);
    let told = run(&logs, &["upgrade", ".", "--format", "json", "-q"]);
    assert_eq!(told.skipped("README.md"), "not a log");
    assert_eq!(run(&logs, &["upgrade", "README.md"]).code, 1);
}

#[test]
fn what_was_left_out_or_counted_anew_is_told() {
    let logs = folder(&[("a.log", refused(1).as_bytes()), ("rules/X.toml", b"code = \"X\"\n")]);
    let remarks = |arguments: &[&str]| {
        let told = run(&logs, &[&["upgrade", "a.log", "--format", "json", "-q"], arguments].concat());
        told.json()["coverage"]["remarks"].to_string()
    };
    assert!(remarks(&["--rules", "rules"]).contains("rule left out: "), "{}", remarks(&["--rules", "rules"]));
    assert!(remarks(&["--since", "2012-01-01"]).contains("sessions are counted within the time"));
    assert_eq!(remarks(&[]), "[]");
}

#[test]
fn what_cannot_be_written_is_told_before_anything_is_read() {
    let logs = folder(&[("kept", b"x"), ("AppManifest.xml", b"<App/>")]);
    let script = run(&logs, &["inventory-script", "-o", "."]);
    assert!(script.code == 2 && script.err.contains("it is a folder"), "{}", script.err);
    let export = run(&logs, &["oauth", "export-script", "-o", "."]);
    assert!(export.code == 2 && export.err.contains("it is a folder"), "{}", export.err);
    let fix = run(&logs, &["oauth", ".", "--fix-xml", "kept"]);
    assert!(fix.code == 2 && fix.err.contains("kept is a file") && fix.out.is_empty(), "{}", fix.err);
}
