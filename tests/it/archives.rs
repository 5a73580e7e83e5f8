//! Logs in archives: packed, packed twice, broken, and larger than they may be.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::program::{REFUSED, Run, folder, run};

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
fn a_member_that_is_packed_itself_is_read_out_of_the_budget_of_the_archive() {
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let packed = gzipped(&steps(10, 3));
    let (cut, _) = packed.split_at(packed.len() - 9);
    for (name, bytes) in [
        ("SPS01/a.log.gz", &gzipped(&steps(9000, 1))[..]),
        ("SPS01/b.log", steps(10, 2).as_bytes()),
        ("SPS01/c.log.GZ", cut),
        ("SPS01/d.log.gz", b"no gzip at all"),
        ("SPS01/e.log.gz", &gzipped(&steps(9000, 5))),
    ] {
        zip.start_file(name, stored).unwrap();
        zip.write_all(bytes).unwrap();
    }
    let logs = folder(&[("farm.zip", &zip.finish().unwrap().into_inner())]);
    let told = |more: &[&str]| {
        let run = run(&logs, &[&["upgrade", "farm.zip", "--format", "json", "-q"], more].concat());
        let short = |(path, status, records): (String, String, u64)| {
            (path.rsplit('/').next().unwrap().to_owned(), status, records)
        };
        (files(&run).into_iter().map(short).collect::<Vec<_>>(), run)
    };
    let (all, run) = told(&["--threads", "1"]);
    assert_eq!(told(&["--threads", "4"]).1.out, run.out);
    let known = |path: &str, status: &str, records| (path.to_owned(), status.to_owned(), records);
    let [first, plain, cut, broken, last] = all.try_into().unwrap();
    assert_eq!(first, known("a.log.gz", "analysed", 9000));
    assert_eq!(plain, known("b.log", "analysed", 10));
    assert_eq!((cut.1.as_str(), broken.1.as_str()), ("partial", "unreadable"));
    assert!(cut.2 > 0, "{cut:?}");
    assert_eq!(last, known("e.log.gz", "analysed", 9000));
    assert_eq!(run.code, 4);
    let (bounded, _) = told(&["--max-expansion", "1"]);
    assert!(bounded.contains(&first), "{bounded:?}");
    let last = bounded.last().unwrap();
    assert!(last.1 == "partial" && (1..9000).contains(&last.2), "{bounded:?}");
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
    let reason = lying.skipped("a.log");
    assert!(reason.contains("larger than its declared") && !reason.contains("--max-expansion"), "{reason}");
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

/// A zip file with these members, whose second name is then written over by the first: no writer would.
fn of_one_name(members: [(&str, &str); 2]) -> Vec<u8> {
    let mut zip = zipped(&members);
    let [(name, _), (other, _)] = members;
    let places: Vec<usize> = (0..zip.len()).filter(|at| zip[*at..].starts_with(other.as_bytes())).collect();
    for at in places {
        zip[at..at + name.len()].copy_from_slice(name.as_bytes());
    }
    zip
}

#[test]
fn members_that_are_shown_alike_are_all_read() {
    let zip = zipped(&[
        ("x/b.log", &steps(5, 1)),
        ("x\\b.log", &steps(6, 2)),
        ("x/b (2).log", &steps(7, 3)),
        ("z.log", &steps(8, 4)),
    ]);
    let logs = folder(&[("a.zip", &zip)]);
    let told = run(&logs, &["upgrade", "a.zip", "--format", "json", "-q", "--threads", "1"]);
    let read: Vec<(String, u64)> =
        files(&told).into_iter().map(|(path, _, records)| (path, records)).collect();
    let known = |path: &str, records| (format!("a.zip!/{path}"), records);
    let expected = [known("x/b (2).log", 7), known("x/b (3).log", 6), known("x/b.log", 5), known("z.log", 8)];
    assert_eq!(read, expected);
    for more in [&["a.zip", "--threads", "4"][..], &[".", "a.zip"], &["a.zip", "."]] {
        let again = run(&logs, &[&["upgrade", "--format", "json", "-q"], more].concat());
        let records: Vec<u64> = files(&again).into_iter().map(|(.., records)| records).collect();
        assert_eq!(records, [7, 6, 5, 8], "{more:?}");
    }
}

#[test]
fn members_that_others_of_their_name_hide_are_told() {
    let zip = of_one_name([("b.log", &steps(5, 1)), ("c.log", &steps(6, 2))]);
    let logs = folder(&[("a.zip", &zip)]);
    let told = run(&logs, &["upgrade", "a.zip", "--format", "json"]);
    assert_eq!(files(&told), [("a.zip!/b.log".to_owned(), "analysed".to_owned(), 6)]);
    let reason = "2 members have exactly the name b.log, of which only the last is read";
    assert_eq!((told.code, told.skipped("a.zip").as_str()), (4, reason));
    assert!(told.err.contains(reason), "{}", told.err);
}

#[test]
fn an_archive_in_an_archive_is_read_once_by_whatever_path_it_is_reached() {
    let inner = zipped(&[("b.log", &steps(5, 1))]);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("in.zip", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&inner).unwrap();
    let logs = folder(&[("a.zip", &zip.finish().unwrap().into_inner())]);
    let told = run(&logs, &["upgrade", "a.zip", "./a.zip", "--format", "json", "-q"]);
    assert_eq!(files(&told), [("./a.zip!/in.zip!/b.log".to_owned(), "analysed".to_owned(), 5)]);
}

#[cfg(target_os = "linux")]
#[test]
fn files_whose_names_are_no_text_are_all_read() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let logs = folder(&[("a.log", steps(5, 1).as_bytes())]);
    for (name, day, lines) in [(&b"a\xff.log"[..], 2, 7), (&b"a\xfe.log"[..], 3, 6)] {
        std::fs::write(logs.path().join(OsStr::from_bytes(name)), steps(lines, day)).unwrap();
    }
    let told = run(&logs, &["upgrade", ".", "--format", "json", "-q"]);
    let read: Vec<(String, u64)> =
        files(&told).into_iter().map(|(path, _, records)| (path, records)).collect();
    let known = |path: &str, records| (path.to_owned(), records);
    let mut expected = [known("./a.log", 5), known("./a\u{fffd}.log", 6), known("./a\u{fffd} (2).log", 7)];
    expected.sort();
    assert_eq!(read, expected);
}

/// As many as a process may have open files, and more.
#[cfg(target_os = "linux")]
#[test]
fn an_archive_may_hold_more_archives_than_files_may_be_open() {
    let inner: Vec<(String, Vec<u8>)> =
        (0..150).map(|day| (format!("s{day}.zip"), zipped(&[("a.log", &steps(1, 1 + day % 20))]))).collect();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in &inner {
        zip.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    let logs = folder(&[("farm.zip", &zip.finish().unwrap().into_inner())]);
    let program = env!("CARGO_BIN_EXE_spdoctor");
    let line = "ulimit -n 64; exec \"$0\" upgrade farm.zip --format json -q --threads 2";
    let mut shell = std::process::Command::new("sh");
    let output = shell.current_dir(logs.path()).args(["-c", line, program]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_ne!(output.status.code(), Some(4), "{}", report["coverage"]);
    let skipped = report["coverage"]["skipped"].as_array().unwrap();
    let is_copy = |left: &Value| left["reason"].as_str().unwrap().starts_with("a copy of");
    assert!(skipped.iter().all(is_copy), "{skipped:?}");
}
