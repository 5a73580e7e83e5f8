//! Texts of every kind of log: plausible records from small sets of words, so that they meet and fold, with
//! hostile lines between them.

use std::fmt::{self, Write as _};

use proptest::prelude::*;
use spdoctor::model::kind::LogKind;

/// A text that is shown as text when a case fails.
#[derive(Clone)]
pub(crate) struct Text(pub(crate) Vec<u8>);

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0[..self.0.len().min(6000)].escape_ascii())
    }
}

/// A text of some dozen lines.
pub(super) fn text(kind: LogKind) -> BoxedStrategy<Text> {
    let lines = prop::collection::vec(writer_lines(kind), 0..24);
    (lines, prop::collection::vec(any::<u8>(), 1..16), any::<bool>(), line_end())
        .prop_map(|(writers, picks, closed, end)| assembled(&interleaved(writers, &picks), closed, end))
        .boxed()
}

const FILLERS: &[&[u8]] = &[b"x", b"\xC3\xA9", b"\r", b" ", b"\xFF"];

/// A text in which a line or two are longer than a line may be.
pub(super) fn long_text(kind: LogKind) -> BoxedStrategy<Text> {
    let line = prop_oneof![
        3 => line(kind),
        1 => (line(kind), long_length(), prop::sample::select(FILLERS))
            .prop_map(|(line, length, filler)| {
                let mut long = line;
                while long.len() < length {
                    long.extend_from_slice(filler);
                }
                long.truncate(length);
                long
            }),
    ];
    (prop::collection::vec(line, 1..12), any::<bool>(), line_end())
        .prop_map(|(lines, closed, end)| assembled(&lines, closed, end))
        .boxed()
}

/// Around the bounds of a text and of a line, and far beyond.
fn long_length() -> impl Strategy<Value = usize> {
    prop_oneof![16_300usize..16_700, 65_500usize..65_620, 70_000usize..200_000, Just(600_000)]
}

#[derive(Clone, Copy, Debug)]
enum LineEnd {
    Lf,
    CrLf,
    Mixed,
}

fn line_end() -> impl Strategy<Value = LineEnd> {
    prop_oneof![Just(LineEnd::Lf), Just(LineEnd::CrLf), Just(LineEnd::Mixed)]
}

fn assembled(lines: &[Vec<u8>], closed: bool, end: LineEnd) -> Text {
    let mut text = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        text.extend_from_slice(line);
        if index + 1 < lines.len() || closed {
            let carriage_return = match end {
                LineEnd::Lf => false,
                LineEnd::CrLf => true,
                LineEnd::Mixed => index % 3 == 0,
            };
            text.extend_from_slice(if carriage_return { b"\r\n" } else { b"\n" });
        }
    }
    Text(text)
}

/// The lines of several writers, each in its order, mixed as `picks` tells.
fn interleaved(mut writers: Vec<Vec<Vec<u8>>>, picks: &[u8]) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    let mut picks = picks.iter().cycle();
    while !writers.is_empty() {
        // Mostly near the front, so that the order of the list shows through.
        let at = usize::from(picks.next().copied().unwrap_or(0) % 3).min(writers.len() - 1);
        if writers[at].is_empty() {
            writers.remove(at);
        } else {
            lines.push(writers[at].remove(0));
        }
    }
    lines
}

/// Lines that stay in their order: one line, or the parts of a ULS record, or a record and its exception.
fn writer_lines(kind: LogKind) -> BoxedStrategy<Vec<Vec<u8>>> {
    let one = line(kind).prop_map(|line| vec![line]);
    match kind {
        LogKind::Uls | LogKind::Uls2007 => prop_oneof![2 => one, 1 => chopped_uls()].boxed(),
        LogKind::Console => one.boxed(),
        _ => prop_oneof![3 => one, 1 => with_exception(kind)].boxed(),
    }
}

fn line(kind: LogKind) -> BoxedStrategy<Vec<u8>> {
    let record = match kind {
        LogKind::Upgrade2007 => prop_oneof![4 => bracketed(false), 1 => bracketed(true)].boxed(),
        LogKind::Upgrade2010 => prop_oneof![4 => bracketed(true), 1 => bracketed(false)].boxed(),
        LogKind::Upgrade2013 | LogKind::SiteUpgrade => columns().boxed(),
        LogKind::PscDiagnostics => psc().boxed(),
        LogKind::Console => console().boxed(),
        _ => uls_line().boxed(),
    };
    prop_oneof![10 => record, 1 => from_examples(kind), 3 => bare(kind)].boxed()
}

/// Lines that open no record.
fn bare(kind: LogKind) -> impl Strategy<Value = Vec<u8>> {
    let fixed: Vec<Vec<u8>> = [
        &b""[..],
        b" ",
        b"\t",
        b"\r",
        b"   at Microsoft.SharePoint.SPFeatureCollection.AddInternal(Guid featureId)",
        b"   at System.Data.SqlClient.SqlConnection.OnError(SqlException exception)",
        b"--- End of inner exception stack trace ---",
        b"[PSCONFIG] [SPManager",
        b"[PSCONFIG] [SPManager] [INFO] [",
        b"03/14/2026 22:00:04.59",
        b"03/14/2026 22:00:04  7  ",
        b"Caf\xE9 \x00\x1b[31m \xF0\x28\x8C\x28",
        b"Timestamp              \tProcess                                 \tTID   \tArea",
        b"Begin trace logging for SharePoint Products Configuration Wizard.  Version 14.0.4762.1000",
    ]
    .map(<[u8]>::to_vec)
    .to_vec();
    let noise = prop::collection::vec(any::<u8>().prop_filter("one line", |byte| *byte != b'\n'), 0..40);
    let _ = kind;
    prop_oneof![6 => prop::sample::select(fixed), 1 => noise]
}

/// Lines of the examples in the rule files.
fn from_examples(kind: LogKind) -> impl Strategy<Value = Vec<u8>> {
    let rules = crate::support::engine().catalogue().rules();
    let wanted = match kind {
        LogKind::SiteUpgrade => "upgrade-2013",
        LogKind::Uls2007 => "uls",
        LogKind::Upgrade2007 => "upgrade-2010",
        kind => kind.name(),
    };
    let texts = rules.iter().flat_map(|rule| &rule.examples).filter(|example| example.log == wanted);
    let mut lines: Vec<Vec<u8>> =
        texts.flat_map(|example| example.text.lines()).map(|line| line.as_bytes().to_vec()).collect();
    lines.push(Vec::new());
    prop::sample::select(lines)
}

const DATABASES: [&str; 3] = ["WSS_Content_A", "WSS_Content_B", "WSS Content C"];

/// What records say: titles, namings of databases, refusals, sessions, errors that no rule knows.
fn message() -> impl Strategy<Value = String> {
    let database = || prop::sample::select(&DATABASES[..]);
    let site = || (0u8..4).prop_map(|n| format!("961cfd1e-5cf8-4e40-8756-0032a51711{n:02x}"));
    prop_oneof![
        2 => database().prop_map(|name| format!("SPContentDatabase Name={name}")),
        1 => database().prop_map(|name| format!("[SPContentDatabase Name={name}] SchemaVersion = 14.0.1.0.")),
        1 => database().prop_map(|name| format!("Upgrade [SPContentDatabase Name={name}] failed.")),
        1 => database().prop_map(|name| format!(
            "WebPart class [4f3c3dbf-72de-46ce-8355-0a0d5432b581] is referenced [10] times in the database [{name}], but is not installed on the current farm. Please install any feature/solution which contains this web part."
        )),
        2 => site().prop_map(|id| format!(
            "Site with Id = {id} is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061: No connection could be made."
        )),
        1 => site().prop_map(|id| format!(
            "Site with Id = {id} is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts."
        )),
        6 => prop::sample::select(&[
            "",
            "No context object",
            "SPIisWebSite",
            "SPContentDatabase Name=WSS_Content_A",
            "SPSite Url=http://my.contoso.example/personal/a",
            "SPWebApplication Name=Intranet",
            "SPManager.Initialize failed.",
            "Begin Upgrade()",
            "Elapsed time upgrading [SPContentDatabase Name=WSS_Content_A]: 00:00:12.34.",
            "NeedsUpgrade [SPSite Url=http://my.contoso.example/personal/b] returned: True.",
            "CanUpgrade [SPConfigurationDatabase] returned: True.",
            "Entering function Common.Task",
            "Entering function Upgrade.Run",
            "Leaving function Upgrade.Run",
            "Leaving function Common.Task",
            "Executing task upgrade",
            "Found a task by the name of configdb",
            "Exception: Login failed for user 'CONTOSO\\sp-farm'.",
            "   at Microsoft.SharePoint.Upgrade.SPManager.Initialize()",
            "at System.Environment.get_StackTrace()",
            "Upgrade session starts. root object = SPFarm Name=SharePoint_Config, recursive = True.",
            "Upgrade session finishes. 0 errors and 0 warnings encountered.",
            "Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061",
            "Disk 7 is full",
            "Task configdb has failed with an unknown exception",
            "Failed to upgrade SharePoint Products.",
            "...",
            "... and so on ...",
        ][..]).prop_map(str::to_owned),
    ]
}

fn level() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["DEBUG", "INFO", "INFO", "WARNING", "ERROR", "ERROR"][..])
}

fn component() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["SPContentDatabaseSequence", "SPContentDatabaseSequence", "SPManager"][..])
}

/// Times of a session: mostly the same second, so that records fold, else gaps, steps back, a clock set by an
/// hour, midnight, and what cannot be read.
const TIMES: [&str; 12] = [
    "3/3/2012 10:10:24 PM",
    "3/3/2012 10:10:24 PM",
    "3/3/2012 10:10:24 PM",
    "3/3/2012 10:10:24 PM",
    "3/3/2012 10:10:25 PM",
    "3/3/2012 10:10:59 PM",
    "3/3/2012 10:10:20 PM",
    "3/3/2012 11:10:24 PM",
    "3/4/2012 12:00:03 AM",
    "13/3/2012 22:10:24",
    "3/13/2012 1:02:03 AM",
    "x1",
];

fn bracketed_text(with_process: bool) -> impl Strategy<Value = String> {
    let process = prop::sample::select(&["PSCONFIG", "OWSTIMER", "PowerShell"][..]);
    let time = prop::sample::select(&TIMES[..]);
    (process, component(), level(), time, message()).prop_map(
        move |(process, component, level, time, message)| {
            let process = if with_process { format!("[{process}] ") } else { String::new() };
            format!("{process}[{component}] [{level}] [{time}]: {message}")
        },
    )
}

fn bracketed(with_process: bool) -> impl Strategy<Value = Vec<u8>> {
    bracketed_text(with_process).prop_map(String::into_bytes)
}

const COLUMN_TIMES: [&str; 8] = [
    "05/03/2013 22:07:16.26",
    "05/03/2013 22:07:16.26",
    "05/03/2013 22:07:16.27",
    "05/03/2013 22:07:36.01",
    "05/03/2013 22:06:59.99",
    "05/03/2013 23:07:16.26",
    "05/04/2013 00:00:01.00",
    "13/03/2013 22:07:16.26",
];

fn columns_text(separator: &'static str) -> impl Strategy<Value = String> {
    let process = prop::sample::select(&["OWSTIMER (0x1DE4)", "PSCONFIG (0x0B3C)"][..]);
    let thread = prop::sample::select(&["0x0854", "0x0268"][..]);
    let time = prop::sample::select(&COLUMN_TIMES[..]);
    (process, thread, component(), level(), time, message()).prop_map(
        move |(process, thread, component, level, time, message)| {
            [
                time,
                process,
                thread,
                "SharePoint Foundation Upgrade",
                component,
                "ajy6m",
                level,
                &message,
                "06052868-a1b2-4e40-8756-0032a517119b",
            ]
            .join(separator)
        },
    )
}

fn columns() -> impl Strategy<Value = Vec<u8>> {
    columns_text("\t").prop_map(String::into_bytes)
}

/// Three writers; one is named with its server, as in merged files.
const WRITERS: [(&str, &str); 3] = [
    ("OWSTIMER.EXE (0x0780)", "0x1844"),
    ("OWSTIMER.EXE (0x0780)", "0x1845"),
    ("w3wp.exe (SPS02:0x51FC)", "0x1844"),
];

fn uls_row(writer: usize, star: bool, category: &str, tag: &str, level: &str, message: &str) -> Vec<u8> {
    // The seconds follow from the text, so that the parts of a record differ in them as well.
    let second = message.len() % 7 * 8;
    let (process, thread) = WRITERS[writer % WRITERS.len()];
    let star = if star { '*' } else { ' ' };
    let mut line = String::new();
    let _ = write!(
        line,
        "01/03/2013 11:04:{second:02}.10{star}\t{process:<40}\t{thread}\tSharePoint Foundation         \t{category:<30}\t{tag}\t{level:<8}\t{message}\t"
    );
    line.into_bytes()
}

fn uls_message() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => message(),
        2 => bracketed_text(true),
        2 => columns_text(" "),
        1 => message().prop_map(|text| format!("[Forced due to logging gap, cached @ 02/12/2021 11:17:30.82, Original Level: Verbose] {text}")),
    ]
}

fn uls_level() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["Medium", "High", "Unexpected", "Critical", "Warning"][..])
}

fn uls_line() -> impl Strategy<Value = Vec<u8>> {
    let category = prop::sample::select(&["Upgrade", "Upgrade", "General"][..]);
    let tag = prop::sample::select(&["fbv7", "ajyw6"][..]);
    (0usize..3, prop::bool::weighted(0.3), category, tag, uls_level(), uls_message(), 0u8..4).prop_map(
        |(writer, star, category, tag, level, message, dots)| {
            let head = if dots & 1 == 1 || star { "..." } else { "" };
            let tail = if dots & 2 == 2 { "..." } else { "" };
            uls_row(writer, star, category, tag, level, &format!("{head}{message}{tail}"))
        },
    )
}

/// A record that is written in parts, as long ones are.
fn chopped_uls() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let cuts = prop::collection::vec(any::<prop::sample::Index>(), 1..4);
    (0usize..3, prop::sample::select(&["Upgrade", "General"][..]), uls_level(), uls_message(), cuts).prop_map(
        |(writer, category, level, message, cuts)| {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(message.len() + 1)).collect();
            cuts.push(message.len());
            cuts.sort_unstable();
            let mut start = 0;
            let mut parts = Vec::new();
            for (index, end) in cuts.iter().enumerate() {
                let part = message.get(start..*end).expect("messages are ASCII");
                let head = if index > 0 { "..." } else { "" };
                let tail = if index + 1 < cuts.len() { "..." } else { "" };
                parts.push(uls_row(
                    writer,
                    index > 0,
                    category,
                    "fbv7",
                    level,
                    &format!("{head}{part}{tail}"),
                ));
                start = *end;
            }
            parts
        },
    )
}

fn psc_text(level: &str, thread: u8, second: u8, indent: usize, message: &str) -> Vec<u8> {
    format!("03/14/2026 22:00:{second:02}  {thread}  {level}  {}{message}", "  ".repeat(indent)).into_bytes()
}

fn psc() -> impl Strategy<Value = Vec<u8>> {
    let level = prop::sample::select(&["INF", "WRN", "ERR"][..]);
    (level, 1u8..3, prop_oneof![3 => 4u8..6, 1 => 0u8..60], 0usize..4, message()).prop_map(
        |(level, thread, second, indent, message)| psc_text(level, thread, second, indent, &message),
    )
}

fn console() -> impl Strategy<Value = Vec<u8>> {
    let opening = prop::sample::select(
        &[
            "",
            "",
            "    ",
            "WARNING: ",
            "Failed to ",
            "An exception of type System.X was thrown.  Additional exception information: ",
            "Mount-SPContentDatabase : ",
            "    + CategoryInfo : ",
        ][..],
    );
    (opening, message()).prop_map(|(opening, message)| format!("{opening}{message}").into_bytes())
}

fn is_title(text: &str) -> bool {
    text.starts_with("SP")
}

/// The title, the error, its exception behind another title, and its stack: one event, in records of their own.
fn with_exception(kind: LogKind) -> BoxedStrategy<Vec<Vec<u8>>> {
    let texts = [
        "SPContentDatabase Name=WSS_Content_A",
        "Upgrade [SPContentDatabase Name=WSS_Content_A] failed.",
        "SPContentDatabase Name=WSS_Content_A",
        "Exception: Login failed for user 'CONTOSO\\sp-farm'.",
        "   at Microsoft.SharePoint.Upgrade.SPManager.Initialize()",
        "   at Microsoft.SharePoint.Upgrade.SPManager.Upgrade()",
    ];
    (0usize..5, 2usize..7)
        .prop_map(move |(from, to)| {
            let numbered = texts.iter().enumerate().take(to.min(texts.len())).skip(from.min(to));
            numbered
                .map(|(index, text)| match kind {
                    LogKind::PscDiagnostics => psc_text(if is_title(text) { "INF" } else { "ERR" }, 1, 4, index, text),
                    LogKind::Upgrade2013 | LogKind::SiteUpgrade => [
                        "05/03/2013 22:07:16.26\tOWSTIMER (0x1DE4)\t0x0854\tSharePoint Foundation Upgrade\tSPManager\tajy6m",
                        if is_title(text) { "INFO" } else { "ERROR" },
                        text,
                        "",
                    ]
                    .join("\t")
                    .into_bytes(),
                    _ => format!(
                        "[OWSTIMER] [SPManager] [{}] [3/3/2012 10:10:24 PM]: {text}",
                        if is_title(text) { "INFO" } else { "ERROR" }
                    )
                    .into_bytes(),
                })
                .collect()
        })
        .boxed()
}
