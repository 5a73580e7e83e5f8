//! Bad input: each gets a clear message with its path, the rest is still analysed, and nothing panics.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::program::{REFUSED, folder, run, run_with};

fn utf16(text: &str, mark: bool, big: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn exit_codes_tell_what_happened() {
    let logs = folder(&[("a.log", REFUSED.as_bytes()), ("notes/readme.txt", b"nothing to see")]);
    assert_eq!(run(&logs, &["upgrade", "a.log"]).code, 1);
    assert_eq!(run(&logs, &["upgrade", "a.log", "--fail-on", "never"]).code, 0);
    assert_eq!(run(&logs, &["upgrade"]).code, 2);
    assert_eq!(run(&logs, &["upgrade", "--no-such-flag"]).code, 2);
    assert_eq!(run(&logs, &["upgrade", "notes"]).code, 3);
    // A file that was named is a text to be explained; of a folder nobody means each.
    for (path, reason) in [
        ("notes", "not a log"),
        ("notes/readme.txt", "not a log; spdoctor explain \"TEXT\" says what it knows of a text"),
    ] {
        assert_eq!(run(&logs, &["upgrade", path, "--format", "json"]).skipped("readme.txt"), reason);
    }
    assert_eq!(run(&logs, &["upgrade", "missing"]).code, 3);
    let both = run(&logs, &["upgrade", "a.log", "missing", "--format", "json"]);
    assert_eq!((both.code, both.refused()), (4, 1));
    assert_eq!(both.skipped("missing"), "there is no such file or folder");
}

#[test]
fn every_encoding_says_the_same() {
    let logs = folder(&[
        ("plain.log", REFUSED.as_bytes()),
        ("bom.log", format!("\u{feff}{REFUSED}").as_bytes()),
        ("le.log", &utf16(REFUSED, true, false)),
        ("be.log", &utf16(REFUSED, true, true)),
        ("le-bare.log", &utf16(REFUSED, false, false)),
        ("be-bare.log", &utf16(REFUSED, false, true)),
        ("cut.log", REFUSED.trim_end().as_bytes()),
    ]);
    for name in ["plain", "bom", "le", "be", "le-bare", "be-bare", "cut"] {
        let one = run(&logs, &["upgrade", &format!("{name}.log"), "--format", "json", "-q"]);
        assert_eq!((one.code, one.refused()), (1, 1), "{name}");
        assert_eq!(one.json()["summary"]["records"], 1, "{name}");
    }
}

#[test]
fn odd_bytes_inside_a_log_are_only_odd() {
    let mut odd = REFUSED.as_bytes().to_vec();
    odd.extend_from_slice(b"\0\0\0\xff\xfe\x1b[2J\n\n   at \x9b31m\n");
    odd.extend_from_slice(REFUSED.as_bytes());
    let long =
        format!("{REFUSED}[PSCONFIG] [SPManager] [INFO] [3/13/2012 10:10:25 PM]: {}\n", "x".repeat(5 << 20));
    let logs = folder(&[
        ("odd.log", &odd),
        ("long.log", long.as_bytes()),
        ("dump.dmp", &[0u8; 4096]),
        ("empty.log", b""),
    ]);
    let all = run(&logs, &["upgrade", ".", "--format", "json", "-q"]);
    assert_eq!((all.code, all.refused()), (1, 1));
    assert!(all.skipped("dump.dmp").contains("binary"));
    assert!(all.skipped("empty.log").contains("empty"));
    let text = run(&logs, &["upgrade", ".", "--details"]);
    assert!(!text.out.contains('\u{1b}') && !text.err.contains('\u{1b}'), "an escape got through");
}

#[test]
fn globs_and_standard_input_are_read_by_the_program() {
    let logs = folder(&[("SPS01/LOGS/a.log", REFUSED.as_bytes()), ("SPS02/LOGS/b.log", REFUSED.as_bytes())]);
    let globbed = run(&logs, &["upgrade", "SPS*/LOGS/*.log", "--format", "json", "-q"]);
    let servers: Vec<Value> =
        globbed.json()["files"].as_array().unwrap().iter().map(|file| file["server"].clone()).collect();
    assert_eq!(servers, ["SPS01", "SPS02"]);
    let piped = run_with(&logs, &["upgrade", "-", "--format", "json", "-q"], REFUSED.as_bytes());
    assert_eq!((piped.code, piped.refused()), (1, 1));
    let script = run_with(&logs, &["upgrade", "-", "--script", "-"], REFUSED.as_bytes());
    assert!(script.out.starts_with('\u{feff}') && script.out.contains("Upgrade-SPContentDatabase"));
}

#[test]
fn contradictory_and_incomplete_exports_are_told_with_their_lines() {
    let two = "ID,Url,ContentDatabase\r\n961cfd1e-5cf8-4e40-8756-0032a517119b,http://a,WSS_A\r\n961cfd1e-5cf8-4e40-8756-0032a517119b,http://a,WSS_B\r\n";
    let logs = folder(&[
        ("a.log", REFUSED.as_bytes()),
        ("two.csv", two.as_bytes()),
        ("short.csv", b"ID,Url\r\n961cfd1e-5cf8-4e40-8756-0032a517119b,http://a\r\n"),
    ]);
    let two = run(&logs, &["upgrade", "a.log", "--inventory", "two.csv", "--format", "json", "-q"]);
    assert_eq!(two.json()["summary"]["unresolved_sites"], 1);
    assert!(two.json()["coverage"]["inventory_problems"].to_string().contains("WSS_B"));
    let short = run(&logs, &["upgrade", "a.log", "--inventory", "short.csv", "--format", "json", "-q"]);
    assert!(short.json()["coverage"]["inventory_problems"].to_string().contains("ContentDatabase"));
    let missing = run(&logs, &["upgrade", "a.log", "--inventory", "none.csv", "--format", "json", "-q"]);
    assert_eq!((missing.code, missing.refused()), (4, 1));
}

#[test]
fn an_output_is_there_whole_or_not_at_all() {
    let logs = folder(&[("a.log", REFUSED.as_bytes()), ("report.json", b"old")]);
    assert_eq!(run(&logs, &["upgrade", "a.log", "--format", "json", "-q", "-o", "report.json"]).code, 1);
    let text = fs::read_to_string(logs.path().join("report.json")).unwrap();
    assert!(serde_json::from_str::<Value>(&text).is_ok());
    let failed = run(&logs, &["upgrade", "a.log", "-o", "no/such/folder/report.json"]);
    assert_eq!(failed.code, 2);
    assert!(failed.err.contains("no/such/folder"), "{}", failed.err);
    let left: Vec<_> = fs::read_dir(logs.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".spdoctor")), "{left:?}");
}

#[cfg(unix)]
#[test]
fn links_that_loop_or_lead_nowhere_are_told() {
    let logs = folder(&[("SPS01/a.log", REFUSED.as_bytes())]);
    std::os::unix::fs::symlink(logs.path(), logs.path().join("SPS01/loop")).unwrap();
    let looped = run(&logs, &["upgrade", "SPS01", "--format", "json", "-q"]);
    assert_eq!(looped.refused(), 1);
    std::os::unix::fs::symlink("nowhere", logs.path().join("SPS01/gone.log")).unwrap();
    let gone = run(&logs, &["upgrade", "SPS01", "--format", "json", "-q"]);
    assert_eq!((gone.code, gone.refused()), (4, 1));
}

#[test]
fn a_name_with_escapes_stays_a_name() {
    let name = "a\u{1b}[31m'; Remove-Item # .log";
    let folder = tempfile::tempdir().unwrap();
    if fs::write(Path::new(folder.path()).join(name), REFUSED).is_err() {
        // Windows knows no such name.
        return;
    }
    let text = run(&folder, &["upgrade", ".", "--details", "--script", "fix.ps1"]);
    assert!(!text.out.contains('\u{1b}') && !text.err.contains('\u{1b}'));
    let script = fs::read_to_string(folder.path().join("fix.ps1")).unwrap();
    assert!(!script.contains('\u{1b}'));
}

#[test]
fn what_the_first_date_says_is_weighed_against_all_others() {
    let log = |times: &[&str]| {
        let line = |time: &&str| format!("[PSCONFIG] [SPManager] [INFO] [{time}]: x\n");
        times.iter().map(line).collect::<String>()
    };
    let (day, month, year) = ("14/3/2026 13:00:00", "3/14/2026 13:00:05", "2026-03-14 13:00:09");
    let cases: [(&str, &[&str], &str, &str, bool); 5] = [
        ("a.log", &[day, day], "day-first", "a day above 12", false),
        ("b.log", &[day, month], "month-first", "dates of both orders", true),
        ("c.log", &[month, day], "month-first", "dates of both orders", true),
        ("d.log", &[year, year], "year-first", "the year stands first", false),
        ("e.log", &[month, month], "month-first", "a day above 12", false),
    ];
    let logs: Vec<(&str, String)> = cases.iter().map(|(name, times, ..)| (*name, log(times))).collect();
    let files: Vec<(&str, &[u8])> = logs.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let report =
        run(&folder(&files), &["upgrade", ".", "--format", "json", "-q", "--fail-on", "never"]).json();
    for (name, _, order, evidence, ambiguous) in cases {
        let told = &report["coverage"]["date_order"][&format!("./{name}")];
        let expected = serde_json::json!({"order": order, "evidence": evidence, "ambiguous": ambiguous});
        assert_eq!(told, &expected, "{name}");
    }
}

#[test]
fn a_log_of_which_nothing_is_left_gives_no_all_clear() {
    let whole = "[PSCONFIG] [SPUpgradeSession] [INFO] [3/14/2026 10:00:00 PM]: Upgrade session starts. root object = SPFarm Name=C, recursive = True.\n[PSCONFIG] [SPUpgradeSession] [INFO] [3/14/2026 10:00:01 PM]: Upgrade session finishes. root object = SPFarm Name=C, recursive = True. 0 errors and 0 warnings encountered.\n";
    let mut tar = vec![b'x'; 600];
    tar[257..262].copy_from_slice(b"ustar");
    tar.extend_from_slice(REFUSED.as_bytes());
    let name = "Upgrade-20260314-221000-117.log";
    for (name, content, code, reason) in [
        (name, &[0; 5000][..], 4, "not a log: binary"),
        (name, b"14:00 SPS01 [what a collector made of it]", 4, "named like a log, but no line"),
        ("SPS01-20260314-2200.log", &[0; 300], 4, "not a log: binary"),
        ("backup-20260314-2200.log", b"Copied 4 files.", 0, "named like a log, but no line"),
        ("w3wp.dmp", &[0; 300], 0, "not a log: binary"),
        // An archive that nobody named may hold anything.
        ("old.tar", &tar, 0, "a packed file (tar): unpack it first"),
        ("old.log", b"7z\xbc\xaf\x27\x1c\0\x04", 0, "a packed file (7z): unpack it first"),
    ] {
        let logs = folder(&[("Upgrade-20260314-220000-117.log", whole.as_bytes()), (name, content)]);
        let run = run(&logs, &["upgrade", ".", "--format", "json", "-q"]);
        assert_eq!((run.code, run.refused()), (code, 0), "{name}");
        assert!(run.skipped(name).starts_with(reason), "{}", run.skipped(name));
    }
    let logs = folder(&[("logs.tar", &tar)]);
    assert_eq!(run(&logs, &["upgrade", "logs.tar", "--format", "json", "-q"]).code, 4, "it was named");
}
