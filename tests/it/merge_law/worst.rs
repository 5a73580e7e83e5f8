//! The worst places: small samples in which every byte is an edge once.

use spdoctor::model::kind::LogKind;
use spdoctor::scan::cut::segment::{Segment, scan};
use spdoctor::scan::scanner::Scanner;

use super::{assert_same, check_split, line_starts};
use crate::support::{
    FROM_LEFT, FROM_RIGHT, Trickle, engine, facts, joined, segments, stretch, whole, wrapped,
};

/// Everything that folds, spans or refers backwards, in a few lines of each kind.
fn samples() -> [(LogKind, String); 7] {
    [
        (LogKind::Upgrade2007, session("")),
        (LogKind::Upgrade2010, session("[PSCONFIG] ")),
        (LogKind::Upgrade2010, wrapped(&session("[PSCONFIG] "), 76)),
        (LogKind::Upgrade2013, columns()),
        (LogKind::Uls, trace()),
        (LogKind::PscDiagnostics, PSC_DIAGNOSTICS.concat()),
        (LogKind::Console, CONSOLE.concat()),
    ]
}

fn refused(n: u8) -> String {
    format!(
        "Site with Id = 961cfd1e-5cf8-4e40-8756-0032a51711{n:02x} is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061: refused"
    )
}

fn session(process: &str) -> String {
    let line = |level: &str, text: &str| {
        format!("{process}[SPContentDatabaseSequence] [{level}] [3/3/2012 10:10:24 PM]: {text}\r\n")
    };
    [
        "stray line before everything\r\n".to_owned(),
        line("INFO", "Upgrade session starts."),
        line("INFO", "[SPContentDatabase Name=WSS_A] SchemaVersion = 1."),
        line("DEBUG", &refused(1)),
        line("INFO", "[SPContentDatabase Name=WSS_A] SchemaVersion = 1."),
        line("INFO", "SPContentDatabase Name=WSS_B"),
        line("ERROR", "Upgrade [SPContentDatabase Name=WSS_B] failed."),
        line("ERROR", "Exception: Disk 7 is full"),
        line("ERROR", "   at System.IO.Write()"),
        "   at Microsoft.SharePoint.Bare()\r\n\r\n".to_owned(),
        line("INFO", "SPContentDatabase Name=WSS_B"),
        line("WARNING", "One thing failed."),
        line("INFO", "SPContentDatabase Name=WSS_B"),
        line("WARNING", "Exception: Disk 8 is full").replace(":24 PM", ":25 PM"),
        line("INFO", "SPContentDatabase Name=WSS_B").replace(":24 PM", ":25 PM"),
        line("WARNING", "   at System.IO.Write()").replace(":24 PM", ":26 PM"),
        line("INFO", "SPContentDatabase Name=WSS_B"),
        line("INFO", "SPContentDatabase Name=WSS_A"),
        line("WARNING", "   at System.IO.Read()"),
        line("DEBUG", &refused(2)),
        line("WARNING", "Exception: Disk 9 is full"),
        line("INFO", "SPContentDatabase Name=WSS_C"),
        line("WARNING", "   at System.IO.Seek()"),
        line("INFO", "SPSite Url=http://my.contoso.example/a"),
        line("WARNING", "Something odd in 7 places"),
        "[PSCONFIG] [SPManager] [ERR".to_owned(),
    ]
    .concat()
}

fn columns() -> String {
    let line = |thread: &str, level: &str, text: &str| {
        format!(
            "05/03/2013 22:07:16.26\tOWSTIMER (0x1DE4)\t{thread}\tSharePoint Foundation Upgrade\tSPContentDatabaseSequence\tajy6m\t{level}\t{text}\t06052868-a1b2-4e40-8756-0032a517119b\n"
        )
    };
    [
        "Timestamp\tProcess\tTID\tArea\tCategory\tEventID\tLevel\tMessage\tCorrelation\n".to_owned(),
        line("0x0001", "INFO", "SPContentDatabase Name=WSS_A"),
        line("0x0002", "INFO", "SPContentDatabase Name=WSS_B"),
        line("0x0001", "ERROR", "Upgrade [SPContentDatabase Name=WSS_A] failed."),
        line("0x0001", "DEBUG", &refused(1)),
        line("0x0002", "ERROR", "Exception: Disk 7 is full"),
        line("0x0002", "INFO", "SPIisWebSite"),
        line("0x0001", "ERROR", "Exception: Disk 9 is full"),
        line("0x0002", "ERROR", "   at System.IO.Write()").replace("16.26", "16.27"),
        "     at bare()\n".to_owned(),
        line("0x0001", "INFO", "[SPContentDatabase Name=WSS_A] SchemaVersion = 1."),
    ]
    .concat()
}

fn trace() -> String {
    let line = |star: char, thread: &str, text: &str| {
        format!(
            "01/03/2013 11:04:29.10{star}\tOWSTIMER.EXE (0x0780)\t{thread}\tSharePoint Foundation\tUpgrade\tfbv7\tHigh\t{text}\t\r\n"
        )
    };
    let inner =
        format!("[OWSTIMER] [SPContentDatabaseSequence] [DEBUG] [3/3/2012 10:10:24 PM]: {}", refused(3));
    let names = "[OWSTIMER] [SPManager] [INFO] [3/3/2012 10:10:24 PM]: [SPContentDatabase Name=WSS_A] SchemaVersion = 1.";
    let (head, rest) = inner.split_at(60);
    let (middle, tail) = rest.split_at(40);
    [
        line('*', "0x1", "...an orphan at the start"),
        line(' ', "0x1", names),
        line(' ', "0x1", &format!("{head}...")),
        line(' ', "0x2", "Could not connect to http://localhost:32843/SecurityToken..."),
        line('*', "0x1", &format!("...{middle}...")),
        line('*', "0x2", "...ServiceApplication/securitytoken.svc. TCP error code 10061"),
        line('*', "0x1", &format!("...{tail}")),
        line('*', "0x1", "... retention limit reached."),
        line(' ', "0x2", "dangling..."),
        "   at bare()\r\n".to_owned(),
        line(' ', "0x1", names),
        line(' ', "0x2", "the end..."),
    ]
    .concat()
}

const PSC_DIAGNOSTICS: [&str; 9] = [
    "Begin trace logging for SharePoint Products Configuration Wizard.  Version 14.0.4762.1000\r\n",
    "03/14/2026 22:00:04  1  INF  Entering function\r\n",
    "03/14/2026 22:00:05  1  ERR    Task configdb has failed with an unknown exception \r\n",
    "03/14/2026 22:00:05  1  ERR    Exception: System.Data.SqlClient.SqlException: Login failed\r\n",
    "   at System.Data.SqlClient.OnError()\r\n",
    "03/14/2026 22:00:05  2  WRN  Unable to create a Service Connection Point\r\n",
    "Begin trace logging for SharePoint Products Configuration Wizard.  Version 14.0.4762.1000\r\n",
    "   at nowhere()\r\n",
    "03/14/2026 22:00:06  1  ERR  Failed to upgrade SharePoint Products.",
];

const CONSOLE: [&str; 11] = [
    "Performing configuration task 1 of 4\n\n",
    "Upgrade [SPContentDatabase Name=WSS_A] failed.      (EventID:an59t)\n",
    "Mount-SPContentDatabase : Upgrade completed with errors.\n",
    "    + CategoryInfo : InvalidData\n   \n",
    "Failed to secure the SharePoint resources.\n",
    "An exception of type System.X was thrown.  Additional exception information: \n",
    "Cannot upgrade [Gizmo Name=A].\nmore\n",
    "An exception of type System.X was thrown.  Additional exception information:\nNobody knows\n\n",
    "   indented after a blank line\n",
    "WARNING: Database [SPContentDatabase Name=WSS_B] does not need to be upgraded.\n",
    "Failed to upgrade SharePoint Products.",
];

#[test]
fn every_byte_may_be_the_edge() {
    for (kind, text) in samples() {
        let facts = facts(kind);
        let expected = whole(&facts, text.as_bytes());
        assert!(!expected.hits.is_empty(), "{kind}: the sample shows nothing");
        for cut in 0..=text.len() {
            let parts = segments(&facts, text.as_bytes(), &[cut]);
            let found = joined(&facts, parts, &FROM_LEFT);
            assert_same(&found, &expected, text.as_bytes(), &format!("{kind} cut at {cut}"));
        }
    }
}

#[test]
fn every_two_lines_may_be_edges() {
    for (kind, text) in samples() {
        let facts = facts(kind);
        let expected = whole(&facts, text.as_bytes());
        let starts = line_starts(text.as_bytes());
        for (index, first) in starts.iter().enumerate() {
            for second in &starts[index..] {
                let parts = segments(&facts, text.as_bytes(), &[*first, *second]);
                for picks in [FROM_LEFT, FROM_RIGHT] {
                    let found = joined(&facts, parts.clone(), &picks);
                    let how = format!("{kind} cut at {first} and {second}, joined as {picks:?}");
                    assert_same(&found, &expected, text.as_bytes(), &how);
                }
            }
        }
    }
}

#[test]
fn every_line_may_be_a_segment() {
    for (kind, text) in samples() {
        check_split(&facts(kind), text.as_bytes(), &line_starts(text.as_bytes()), &[2, 7, 1, 8, 2, 8]);
        let everywhere: Vec<usize> = (0..text.len()).collect();
        check_split(&facts(kind), text.as_bytes(), &everywhere, &[2, 7, 1, 8, 2, 8]);
    }
}

/// What a window ends with must not show: a carriage return too many, a blank line before bare ones, a line of
/// the format's own between the lines of a record.
#[test]
fn odd_line_ends_and_lines_of_the_format_read_the_same_by_any_number_of_bytes() {
    let uls =
        "01/03/2013 11:04:29.10 \tOWSTIMER.EXE (0x0780)\t0x1\tArea\tGeneral\tfbv7\tUnexpected\tgoes on...\t";
    let psc = "03/14/2026 22:00:05  1  ERR  Task configdb has failed with an unknown exception";
    for (kind, text) in [
        (LogKind::Uls, format!("{uls}\r\n\r\n\r\r\n   at bare()\r\r\n{uls}\r\n\r\n")),
        (LogKind::Uls, format!("{uls}\n   at one()\nTimestamp\tProcess\n   at two()\n")),
        (LogKind::PscDiagnostics, format!("{psc}\n   at one()\nBegin trace logging for x\n   at two()\n")),
        (LogKind::Console, "Failed to upgrade\n  more\n    \n  and more\n\n  after it\n".to_owned()),
        (
            LogKind::Console,
            "Failed to upgrade\n  more\n \n\nException: of it\n  more\n\n  after it\nnext\n".to_owned(),
        ),
    ] {
        let facts = facts(kind);
        let expected = stretch(&facts, text.as_bytes(), Segment::WHOLE, usize::MAX);
        for most in [1, 2, 5, 100, 200] {
            let found = stretch(&facts, text.as_bytes(), Segment::WHOLE, most);
            assert_same(&found, &expected, text.as_bytes(), &format!("{kind} by {most} bytes"));
        }
    }
}

/// A file that is one line is read once, not once for each of its segments.
#[test]
fn a_segment_inside_a_line_does_not_read_the_rest_of_the_line() {
    let line = vec![b'x'; 20_000_000];
    let mut rest = Trickle { bytes: &line[99_999..], most: usize::MAX };
    let facts = facts(LogKind::Upgrade2010);
    let segment = Segment { start: 100_000, end: 200_000 };
    let (stretch, error) = scan(Scanner::new(engine(), &facts, false), segment, &mut rest);
    assert!(error.is_none());
    assert_eq!(stretch.lines, 0);
    assert!(rest.bytes.len() > 18_000_000, "{} bytes left", rest.bytes.len());
}

/// A part of a ULS record may be longer than the text that is kept of it; the dots that open it are not text.
#[test]
fn a_part_that_fills_the_text_joins_the_same() {
    let row = |star: char, text: &str| {
        format!(
            "01/03/2013 11:04:29.10{star}\tOWSTIMER.EXE (0x0780)\t0x1\tArea\tGeneral\tfbv7\tUnexpected\t{text}\t\n"
        )
    };
    let longest = "Error ".repeat(2731);
    for head in ["...", "a...", "no dots"] {
        for middle in
            [format!("...{longest}..."), format!("...{longest}"), "...".to_owned(), "......".to_owned()]
        {
            let text = [row(' ', head), row('*', &middle), row('*', "...tail")].concat();
            for kind in [LogKind::Uls, LogKind::Uls2007] {
                check_split(&facts(kind), text.as_bytes(), &line_starts(text.as_bytes()), &[1, 0]);
            }
        }
    }
}
