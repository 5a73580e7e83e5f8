//! Lines that somebody searched for in logs, as `findstr`, `grep`, `Select-String` and mail show them: each says what the
//! log says of its sites, and nothing of sessions.

use std::fs::{create_dir, write};

use spdoctor::model::report::Report;

use crate::pasted::{changed, codes, named, refused, report};
use crate::support::wrapped;

const NAME: &str = "Upgrade-20120403-221000-123.log";
const STARTS: &str = "[PSCONFIG] [SPUpgradeSession] [INFO] [3/3/2012 10:09:00 PM]: Upgrade session starts. root object = SPFarm Name=SharePoint_Config, recursive = True.\n";

const PREFIX: &str = "[PSCONFIG] [SPContentDatabaseSequence] [DEBUG] [3/3/2012 10:10:01 PM]: ";

fn log() -> String {
    std::iter::once(STARTS.to_owned()).chain((0..4).map(refused)).collect()
}

/// Behind `before` and its number.
fn numbered(log: &str, before: &str) -> String {
    let lines = log.lines().zip(1..).map(|(line, number)| format!("{before}{number}:{line}"));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// What a window of this width makes of a text.
fn cut(text: &str, width: usize) -> String {
    let lines = text.lines().flat_map(|line| line.as_bytes().chunks(width));
    lines.map(|line| String::from_utf8_lossy(line).into_owned() + "\n").collect()
}

fn listed(log: &str) -> String {
    let line = |line: &str| {
        format!(
            "\nIgnoreCase : True\nLineNumber : 7\nLine       : {line}\nFilename   : {NAME}\nPath       : C:\\LOGS\\{NAME}\nPattern    : Site\n"
        )
    };
    log.lines().map(line).collect()
}

/// What searches make of a log.
fn searches() -> Vec<String> {
    let log = log();
    let path = format!("C:\\Program Files\\LOGS\\{NAME}:");
    let cells = |line: &str| format!("\"True\",\"7\",\"{}\",\"{NAME}\"", line.replace('"', "\"\""));
    vec![
        changed(&log, |line| format!("{NAME}:{line}")),
        numbered(&log, &path),
        numbered(&log, &format!("\\\\SPS01\\logs\\{NAME}:")),
        numbered(&log, ""),
        changed(&numbered(&log, &path), |line| format!("> {line}")),
        wrapped(&numbered(&log, &path), 120),
        // Each record is cut before a blank.
        cut(&numbered(&log, &format!("{NAME}:").replace('-', "--")), 121),
        cut(&numbered(&log, &path), 80),
        listed(&log),
        format!("\"Line\"\n{}", changed(&log, |line| format!("\"{line}\""))),
        format!("\"IgnoreCase\",\"LineNumber\",\"Line\",\"Filename\"\n{}", changed(&log, cells)),
    ]
}

fn remarks(report: &Report, text: &str) -> usize {
    report.coverage.remarks.iter().filter(|remark| remark.contains(text)).count()
}

#[test]
fn lines_that_a_search_found_name_their_sites_and_no_session() {
    for text in searches() {
        let report = named("hits.txt", &text);
        assert_eq!((codes(&report), report.summary.refused_sites), (vec![("UA01", 4)], 4), "{text}");
        assert!(report.time.sessions.is_empty(), "{text}");
        assert_eq!(remarks(&report, "a search found"), 1, "{text}");
        let place = &report.findings[0].evidence[0].place;
        let line = text.lines().nth(usize::try_from(place.line).unwrap() - 1).unwrap();
        assert!(line.contains("[PSCONFIG]"), "{line}");
    }
}

#[test]
fn a_greeting_does_not_hide_them() {
    for text in searches() {
        let report = named("mail.txt", &format!("Hi Bob,\n\nsee below\n\n{text}\nRegards\nAlice\n"));
        assert_eq!((codes(&report), report.summary.refused_sites), (vec![("UA01", 4)], 4), "{text}");
    }
    for before in ["> ", "> > ", ">> "] {
        let quoted = changed(&log(), |line| format!("{before}{line}"));
        let report = named("mail.txt", &format!("Hi Bob,\n\nsee below\n\n{quoted}\nRegards\nAlice\n"));
        assert_eq!((codes(&report)[0], report.summary.refused_sites), (("UA01", 4), 4), "{quoted}");
    }
}

#[test]
fn they_are_read_out_of_a_folder_and_count_once_beside_their_log() {
    for text in searches() {
        let folder = tempfile::tempdir().unwrap();
        create_dir(folder.path().join("SPS01")).unwrap();
        write(folder.path().join("SPS01/hits.txt"), &text).unwrap();
        let alone = report(&[folder.path()]);
        assert_eq!((codes(&alone), alone.files[0].server.as_deref()), (vec![("UA01", 4)], None), "{text}");
        write(folder.path().join("SPS01").join(NAME), log()).unwrap();
        let both = report(&[folder.path()]);
        let count = |code| codes(&both).iter().find(|(found, _)| *found == code).map(|(_, count)| *count);
        assert_eq!(
            (count("UA01"), count("UA17"), both.summary.refused_sites),
            (Some(4), Some(1), 4),
            "{text}"
        );
    }
}

#[test]
fn lines_of_traces_and_of_psconfig_are_read_so_too() {
    let trace = "03/03/2012 22:10:24.61 \tPSCONFIG.EXE (0x0B3C)                   \t0x0268\tSharePoint Foundation         \tUpgrade                       \tfbv7\tMedium  \t";
    let traces = changed(&log(), |line| format!("SPS01-20120303-2200.log:{trace}{line}\t"));
    assert_eq!(codes(&named("hits.txt", &traces)), [("UA01", 4)]);
    let psconfig = "PSCDiagnostics_2_26_2015_12_52_1_97_6842.log:02/26/2015 12:52:01  10  INF  Entering function PsconfigMain.Main\nPSCDiagnostics_2_26_2015_12_52_1_97_6842.log:02/26/2015 12:52:57  10  ERR                  The exclusive inplace upgrader timer job failed.\n";
    let report = named("hits.txt", psconfig);
    assert_eq!((codes(&report), report.time.sessions.len()), (vec![("UD02", 1)], 0));
}

#[test]
fn bare_lines_that_were_found_belong_to_their_record() {
    let text = "Upgrade.log:4:[PSCONFIG] [SPManager] [ERROR] [5/6/2011 9:55:12 AM]: SPManager.Initialize failed.\nUpgrade.log:5:Exception: sprocsSchemaVersion must not be null\nUpgrade.log:6:   at Gizmo()\n";
    assert_eq!(codes(&named("hits.txt", text)), [("UA14", 1)]);
}

#[test]
fn the_message_alone_is_enough_in_a_console() {
    let message = |number: u32| refused(number).split_once("]: ").unwrap().1.to_owned();
    let one = message(1);
    let report = named("mail.txt", &one);
    assert_eq!((codes(&report), report.summary.refused_sites), (vec![("UA01", 1)], 1));
    let transcript = format!(
        "**********************\nWindows PowerShell transcript start\n**********************\nPS C:\\> Get-Content hits.txt\n{}{}PS C:\\> exit\n",
        message(1),
        message(2)
    );
    for text in
        [transcript.clone(), transcript.replace("\nSite with", &format!("\n{NAME}:7:{PREFIX}Site with"))]
    {
        let report = named("transcript.txt", &text);
        assert_eq!((codes(&report), report.summary.refused_sites), (vec![("UA01", 2)], 2), "{text}");
    }
    for width in [80, 120] {
        let report = named("transcript.txt", &wrapped(&transcript, width));
        assert_eq!(report.summary.refused_sites, 2, "{width} {:?}", codes(&report));
    }
}
