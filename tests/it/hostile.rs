//! Bad input: each gets a clear message with its path, the rest is still analysed, and nothing panics.

use std::fs;
use std::io::Write;
use std::path::Path;

use assert_cmd::Command;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tempfile::TempDir;

const REFUSED: &str = "[PSCONFIG] [SPContentDatabaseSequence] [DEBUG] [3/13/2012 10:10:24 PM]: Site with Id = 961cfd1e-5cf8-4e40-8756-0032a517119b is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061: No connection could be made because the target machine actively refused it 127.0.0.1:32843.\r\n";

struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    fn refused(&self) -> u64 {
        self.json()["summary"]["refused_sites"].as_u64().unwrap()
    }

    fn skipped(&self, path: &str) -> String {
        let report = self.json();
        let skipped = report["coverage"]["skipped"].as_array().unwrap();
        let found = skipped.iter().find(|left| left["path"].as_str().unwrap().contains(path));
        found.map_or_else(String::new, |left| left["reason"].as_str().unwrap().to_owned())
    }
}

fn run(folder: &TempDir, arguments: &[&str]) -> Run {
    run_with(folder, arguments, b"")
}

fn run_with(folder: &TempDir, arguments: &[&str], input: &[u8]) -> Run {
    let mut command = Command::cargo_bin("spdoctor").unwrap();
    let output = command.current_dir(folder.path()).args(arguments).write_stdin(input).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let run = Run { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) };
    assert!(!run.err.contains("panicked") && !run.out.contains("panicked"), "{}", run.err);
    run
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

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
fn a_broken_archive_is_read_up_to_the_break() {
    let mut zipped = GzEncoder::new(Vec::new(), Compression::default());
    for number in 0..2000 {
        let id = format!("{number:08x}-5cf8-4e40-8756-0032a517119b");
        zipped.write_all(REFUSED.replace("961cfd1e-5cf8-4e40-8756-0032a517119b", &id).as_bytes()).unwrap();
    }
    let whole = zipped.finish().unwrap();
    let cut = whole.get(..whole.len() / 2).unwrap();
    let logs = folder(&[("whole.log.gz", &whole), ("cut.log.gz", cut), ("broken.zip", b"PK\x03\x04 no zip")]);
    assert_eq!(run(&logs, &["upgrade", "whole.log.gz", "--format", "json", "-q"]).refused(), 2000);
    let cut = run(&logs, &["upgrade", "cut.log.gz", "--format", "json", "-q"]);
    assert_eq!(cut.code, 4);
    assert!((500..2000).contains(&cut.refused()), "{}", cut.refused());
    assert!(cut.skipped("cut.log.gz").contains("truncated"));
    assert!(run(&logs, &["upgrade", ".", "--format", "json", "-q"]).skipped("broken.zip").contains("zip"));
}

#[test]
fn an_archive_expands_only_so_far() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    zip.start_file("../../evil/Upgrade.log", options).unwrap();
    let block = REFUSED.repeat(2500);
    for _ in 0..4 {
        zip.write_all(block.as_bytes()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    let logs = folder(&[("bomb.zip", &bytes)]);
    let bounded = run(&logs, &["upgrade", "bomb.zip", "--max-expansion", "1", "--format", "json", "-q"]);
    assert_eq!((bounded.code, bounded.refused()), (4, 1));
    assert!(bounded.skipped("bomb.zip").contains("--max-expansion"));
    assert!(!logs.path().join("../../evil").exists());
    assert_eq!(run(&logs, &["upgrade", "bomb.zip", "--format", "json", "-q"]).code, 1);
}

/// Lines of a log, each of its own second and site; about 100 bytes a line.
fn steps(lines: usize, day: usize) -> String {
    let line = |number: usize| {
        let (hour, minute, second) = (number / 3600 % 12 + 1, number / 60 % 60, number % 60);
        format!(
            "[PSCONFIG] [SPManager] [INFO] [{day}/14/2026 {hour}:{minute:02}:{second:02} AM]: step {number:08} of {lines}\n"
        )
    };
    (0..lines).map(line).collect()
}

fn zipped(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, text) in members {
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn gzipped(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

/// Path, status and records of every file.
fn files(run: &Run) -> Vec<(String, String, u64)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let file = |file: &Value| (text(&file["path"]), text(&file["status"]), file["records"].as_u64().unwrap());
    run.json()["files"].as_array().unwrap().iter().map(file).collect()
}

#[test]
fn which_members_of_an_archive_fit_is_told_by_its_directory() {
    let texts: Vec<String> = (1..5).map(|day| steps(9000, day)).collect();
    let members: Vec<(&str, &str)> =
        ["d.log", "c.log", "b.log", "a.log"].into_iter().zip(texts.iter().map(String::as_str)).collect();
    let logs = folder(&[("all.zip", &zipped(&members))]);
    let told = |threads: &str| {
        let limit = ["upgrade", "all.zip", "--max-expansion", "1", "--format", "json", "-q", "--threads"];
        run(&logs, &[&limit[..], &[threads]].concat())
    };
    let one = told("1");
    for threads in ["2", "4", "2", "4"] {
        assert!(told(threads).out == one.out, "another report with {threads} threads");
    }
    let [a, b, c, d] = files(&one).try_into().unwrap();
    assert_eq!(d, ("all.zip!/d.log".to_owned(), "analysed".to_owned(), 9000));
    assert_eq!((c.1.as_str(), b.1.as_str(), a.1.as_str()), ("partial", "unreadable", "unreadable"));
    assert!((1..9000).contains(&c.2), "{c:?}");
    assert!(one.skipped("a.log").contains("--max-expansion") && one.code == 4);
}

#[test]
fn an_archive_in_an_archive_is_read_and_one_in_that_is_not() {
    let packed = |members: &[(&str, &[u8])]| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let stored =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, bytes) in members {
            zip.start_file(*name, stored).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    let deepest = zipped(&[("deep.log", &steps(5, 4))]);
    let inner = packed(&[("LOGS/b.log", steps(9000, 2).as_bytes()), ("deepest.ZIP", &deepest)]);
    let outer = packed(&[
        ("a.log", steps(10, 1).as_bytes()),
        ("SPS02.Zip", &inner),
        ("broken.zip", b"PK\x03\x04 no zip"),
        ("c.log", steps(10, 3).as_bytes()),
    ]);
    let logs = folder(&[("farm.zip", &outer)]);
    let arguments = ["upgrade", "farm.zip", "--format", "json", "-q", "--threads"];
    let told = run(&logs, &[&arguments[..], &["1"]].concat());
    assert_eq!(run(&logs, &[&arguments[..], &["4"]].concat()).out, told.out);
    let read: Vec<(String, u64)> =
        files(&told).into_iter().map(|(path, _, records)| (path, records)).collect();
    let known = |path: &str, records| (path.to_owned(), records);
    assert!(read.contains(&known("farm.zip!/a.log", 10)), "{read:?}");
    assert!(read.contains(&known("farm.zip!/SPS02.Zip!/LOGS/b.log", 9000)), "{read:?}");
    assert!(read.contains(&known("farm.zip!/c.log", 10)), "{read:?}");
    assert!(read.iter().all(|(path, records)| !path.contains("deep") || *records == 0), "{read:?}");
    assert!(told.skipped("broken.zip").contains("cannot read the zip file"));
    // What is in it, and what it is in itself, comes out of one budget.
    let bounded = run(&logs, &["upgrade", "farm.zip", "--max-expansion", "1", "--format", "json", "-q"]);
    assert!(bounded.code == 4 && bounded.skipped("SPS02.Zip").contains("--max-expansion"), "{}", bounded.out);
}

#[test]
fn a_member_is_read_as_far_as_it_says_that_it_expands() {
    let mut zip = zipped(&[("a.log", &steps(6000, 1)), ("b.log", &steps(10, 2))]);
    // In the directory: the size of the first member, 24 bytes behind its mark.
    let entry = zip.windows(4).position(|mark| mark == b"PK\x01\x02").unwrap();
    zip[entry + 24..entry + 28].copy_from_slice(&1000u32.to_le_bytes());
    let logs = folder(&[("a.zip", &zip)]);
    let lying = run(&logs, &["upgrade", "a.zip", "--format", "json", "-q"]);
    let [a, b] = files(&lying).try_into().unwrap();
    assert_eq!((a.1.as_str(), b.2), ("partial", 10));
    assert!((5..15).contains(&a.2), "{a:?}");
}

#[test]
fn an_archive_may_be_read_as_often_as_it_takes() {
    let (text, other) = (steps(30_000, 3), steps(10, 4));
    assert!((2 << 20..3 << 20).contains(&text.len()), "{}", text.len());
    let packed = gzipped(&text);
    let logs = folder(&[("a.log.gz", &packed), ("copy/a.log.gz", &packed), ("z.log", other.as_bytes())]);
    let limit = ["--max-expansion", "3", "--format", "json", "-q"];
    for more in [&[][..], &["--session", "last"], &["--since", "2026-03-14 00:00"]] {
        let run = run(&logs, &[&["upgrade", "."], &limit[..], more].concat());
        let status: Vec<String> = files(&run).into_iter().map(|(_, status, _)| status).collect();
        assert!(!status.contains(&"partial".to_owned()), "{more:?} {:?}", files(&run));
        assert!(run.skipped("copy/a.log.gz").contains("a copy of ./a.log.gz"), "{more:?} {:?}", files(&run));
    }
}

#[test]
fn a_log_that_may_be_a_copy_and_cannot_be_read_to_its_end_is_told() {
    let packed = gzipped(&steps(30_000, 3));
    let logs = folder(&[("a.log.gz", &packed), ("copy/a.log.gz", &packed)]);
    let run = run(&logs, &["upgrade", ".", "--max-expansion", "1", "--format", "json", "-q"]);
    let remarks = run.json()["coverage"]["remarks"].to_string();
    for path in ["./a.log.gz", "./copy/a.log.gz"] {
        assert!(remarks.contains(&format!("{path}: begins like another log")), "{remarks}");
    }
}

#[test]
fn what_an_archive_may_expand_to_is_a_number_of_mib_that_can_be_counted_in_bytes() {
    let logs = folder(&[("a.log.gz", &gzipped(REFUSED))]);
    for command in [&["upgrade", "."][..], &["oauth", "."], &["compare", ".", "."]] {
        for wrong in ["0", "17592186044416", "-1"] {
            let refused = run(&logs, &[command, &["--max-expansion", wrong]].concat());
            assert_eq!(refused.code, 2, "{command:?} {wrong}");
        }
    }
    let most = run(&logs, &["upgrade", ".", "--max-expansion", "17592186044415", "--format", "json", "-q"]);
    assert_eq!((most.code, most.refused()), (1, 1));
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
