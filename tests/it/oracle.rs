//! A second reader of logs, written from the grammar alone: slow, sequential, regular expressions, whole files in
//! memory. Where it and the program disagree, one of them is wrong.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use regex::bytes::{Captures, Regex};
use spdoctor::format::title::title;
use spdoctor::model::kind::LogKind;
use spdoctor::scan::tally::Tally;
use spdoctor::text::clock::{DateOrder, WrittenTime};

use crate::merge_law::{kind_and_text, lines::Text, sample_logs};
use crate::support::{engine, facts, whole};

/// What both count.
#[derive(PartialEq, Eq, Debug, Default)]
struct Counts {
    records: u64,
    errors: u64,
    warnings: u64,
    refused: BTreeMap<String, u64>,
}

/// A record with its prefix taken apart.
#[derive(Clone, Debug)]
struct Record {
    writer: Vec<u8>,
    process: Vec<u8>,
    component: Vec<u8>,
    tag: Vec<u8>,
    level: Vec<u8>,
    time: Vec<u8>,
    /// Time of the last record folded in.
    until: Vec<u8>,
    message: Vec<u8>,
    starred: bool,
    /// Bare lines follow the message.
    has_bare: bool,
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is fixed")
}

static BRACKETED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?-u)^\s*(?:\[([^\[\]]{1,119})\]\s*)?\[([^\[\]]{1,119})\]\s*\[([A-Za-z\x80-\xFF]+)\]\s*\[([^\[\]]*[0-9][^\[\]]*)\]\s*: ?([^\n]*)$",
    )
});
static WITHOUT_TIME: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?-u)^\s*\[([^\[\]]{1,119})\]\s*\[([^\[\]]{1,119})\]\s*\[(DEBUG|INFO|WARNING|ERROR)\]\s*: ?([^\n]*)$",
    )
});
static COLUMNS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?-u)^(\d\d/\d\d/\d{4} \d\d:\d\d:\d\d\.\d\d)(\*?) ?\t([^\t]*)\t([^\t]*)\t[^\t]*\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\n]*)$",
    )
});
static PADDED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?-u)^(\d\d/\d\d/\d{4} \d\d:\d\d:\d\d\.\d\d)(\*?) +([^()\t]*\([^()\t]*\)) +(0x\w+) +\S[^\t]*?(?:  +([^\t]*?))? +(\S+) +(Verbose|VerboseEx|Medium|High|Monitorable|Unexpected|Critical|Exception|Warning|DEBUG|INFO|WARNING|ERROR) +([^\n]*)$",
    )
});
static CORRELATION: LazyLock<Regex> = LazyLock::new(|| regex(r"(?-u)\t(?:\s*|[0-9A-Fa-f-]{36})$"));
static PSC: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?-u)^\s*(\d\d/\d\d/\d{4} \d\d:\d\d:\d\d)  ?(\d+)  ?(INF|WRN|ERR)([^\n]*)$"));
static INNER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?-u)^(\d\d/\d\d/\d{4} \d\d:\S+) (\S+) \((0x[0-9A-F]+)\) (0x[0-9A-F]+) SharePoint Foundation Upgrade (\S+) (\S+) (DEBUG|INFO|WARNING|ERROR) (.*?)(?: ([0-9a-f-]{36}))?(?:\n|$)",
    )
});
static GAP_NOTE: LazyLock<Regex> = LazyLock::new(|| regex(r"^\[Forced due to logging gap.*?\] "));
static REFUSED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"Site with Id = \{?([0-9a-f-]{36})\}? is contained in dictSitesNeedUpgrade, but is not added(?:.*(?i:securitytoken\.svc|security ?token ?service|issue security token)|[^.\n]*(?:\.+[sS]?[^sSvV.\n][^.\n]*)*:3284[34]\b[^.\n]*(?:\.+[sS]?[^sSvV.\n][^.\n]*)*\.*(?m:$))",
    )
});

fn group(captures: &Captures<'_>, index: usize) -> Vec<u8> {
    captures.get(index).map(|found| found.as_bytes().to_vec()).unwrap_or_default()
}

fn bracketed(line: &[u8]) -> Option<Record> {
    let blank = |process, component, level, time, message| Record {
        writer: Vec::new(),
        process,
        component,
        tag: Vec::new(),
        level,
        until: Vec::clone(&time),
        time,
        message,
        starred: false,
        has_bare: false,
    };
    if let Some(found) = BRACKETED.captures(line) {
        let [process, component, level, time, message] = [1, 2, 3, 4, 5].map(|index| group(&found, index));
        return Some(Record { writer: process.clone(), ..blank(process, component, level, time, message) });
    }
    let found = WITHOUT_TIME.captures(line)?;
    let [process, component, level, message] = [1, 2, 3, 4].map(|index| group(&found, index));
    Some(Record { writer: process.clone(), ..blank(process, component, level, Vec::new(), message) })
}

fn columns(line: &[u8]) -> Option<Record> {
    let found = COLUMNS.captures(line).or_else(|| PADDED.captures(line))?;
    let [time, star, process, thread, component, tag, level, message] =
        [1, 2, 3, 4, 5, 6, 7, 8].map(|index| group(&found, index).trim_ascii().to_vec());
    // The message has not been trimmed at its start: only its end and the last column go.
    let rest = group(&found, 8);
    let message = match CORRELATION.find(&rest) {
        Some(correlation) => rest[..correlation.start()].trim_ascii_end().to_vec(),
        None => [&rest[..rest.len() - rest.trim_ascii_start().len()], &message].concat(),
    };
    let name = process.split(|byte| *byte == b'(').next().unwrap_or_default().trim_ascii().to_vec();
    let writer = [process, thread].join(&b'/');
    Some(Record {
        writer,
        process: name,
        component,
        tag,
        level,
        until: time.clone(),
        time,
        message,
        starred: !star.is_empty(),
        has_bare: false,
    })
}

fn psc(line: &[u8]) -> Option<Record> {
    let found = PSC.captures(line)?;
    let [time, writer, level, message] = [1, 2, 3, 4].map(|index| group(&found, index).trim_ascii().to_vec());
    let (process, component, tag) = (Vec::new(), Vec::new(), Vec::new());
    let until = time.clone();
    let record = Record {
        writer,
        process,
        component,
        tag,
        level,
        time,
        until,
        message,
        starred: false,
        has_bare: false,
    };
    Some(record)
}

/// The records of a text, bare lines folded in.
fn records(kind: LogKind, text: &[u8]) -> Vec<Record> {
    let parse = match kind {
        LogKind::Upgrade2007 | LogKind::Upgrade2010 => bracketed,
        LogKind::PscDiagnostics => psc,
        _ => columns,
    };
    let preamble: Option<&[u8]> = match kind {
        LogKind::Upgrade2007 | LogKind::Upgrade2010 => None,
        LogKind::PscDiagnostics => Some(b"Begin trace logging for "),
        _ => Some(b"Timestamp  "),
    };
    let mut records: Vec<Record> = Vec::new();
    let mut belongs = true;
    for line in text.split(|byte| *byte == b'\n') {
        let end = line.iter().rposition(|byte| *byte != b'\r').map_or(0, |last| last + 1);
        let line = &line[..end];
        if let Some(record) = parse(line) {
            records.push(record);
            belongs = true;
        } else if preamble.is_some_and(|preamble| line.starts_with(preamble)) {
            belongs = false;
        } else if let (Some(last), false, true) = (records.last_mut(), line.is_empty(), belongs) {
            last.message.push(b'\n');
            last.message.extend_from_slice(line);
            last.has_bare = true;
        }
    }
    records
}

/// ULS: parts of a record become one; an upgrade line in the message becomes the record.
fn whole_uls(records: Vec<Record>) -> Vec<Record> {
    let mut whole: Vec<(Record, bool)> = Vec::new();
    for record in records {
        let before = whole.iter_mut().rev().find(|(before, _)| before.writer == record.writer);
        let is_part = record.starred && record.message.starts_with(b"...");
        let own = if is_part { &record.message[3..] } else { &record.message[..] };
        let goes_on = !record.has_bare && own.ends_with(b"...");
        match before {
            Some((before, open))
                if *open
                    && is_part
                    && (&before.tag, &before.level, &before.component)
                        == (&record.tag, &record.level, &record.component) =>
            {
                before.message.truncate(before.message.len() - 3);
                before.message.extend_from_slice(own);
                *open = goes_on;
            }
            _ => whole.push((record, goes_on)),
        }
    }
    whole.into_iter().map(|(record, _)| inner(record)).collect()
}

fn inner(mut record: Record) -> Record {
    if let Some(note) = GAP_NOTE.find(&record.message).map(|note| note.end()) {
        record.message.drain(..note);
    }
    if record.component != b"Upgrade" {
        return record;
    }
    let first_line = record.message.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let found = match INNER.captures(&record.message) {
        Some(found) => {
            let [time, process, component, level, message] =
                [1, 2, 5, 7, 8].map(|index| group(&found, index));
            let until = time.clone();
            Some(Record { process, component, level, time, until, message, ..record.clone() })
        }
        None => bracketed(first_line),
    };
    let Some(mut found) = found else { return record };
    found.message.extend_from_slice(&record.message[first_line.len()..]);
    found.writer = record.writer;
    found.until = found.time.clone();
    // Marks it as one that folds.
    found.tag = b"inner".to_vec();
    found
}

/// Two times no more than a second apart, or the same text.
fn near(one: &[u8], other: &[u8]) -> bool {
    let millis = |text: &[u8]| Some(WrittenTime::parse(text)?.stamp(DateOrder::MonthFirst)?.millis());
    let apart = millis(one).zip(millis(other)).map(|(one, other)| (one - other).abs());
    one == other || apart.is_some_and(|apart| apart <= 1000)
}

/// A record that says nothing but which object is at work.
fn is_title(record: &Record) -> bool {
    let text = record.message.trim_ascii();
    let is_type =
        text.first().is_some_and(u8::is_ascii_uppercase) && text.iter().all(u8::is_ascii_alphanumeric);
    record.level == b"INFO" && !record.has_bare && (is_type || title(text).is_some())
}

/// An exception and its stack belong to the record of the same writer before them, also behind a title.
fn folded(records: Vec<Record>, is_upgrade: bool, folds: impl Fn(&Record) -> bool) -> Vec<Record> {
    let mut result: Vec<Record> = Vec::new();
    let same = |one: &Record, other: &Record| {
        one.component == other.component && one.process == other.process && near(&one.until, &other.time)
    };
    for record in records {
        let first_line = record.message.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let text = first_line.trim_ascii_start();
        let continues = text.starts_with(b"Exception:")
            || [&b"at "[..], b"atSystem.", b"atMicrosoft."].iter().any(|open| text.starts_with(open));
        let mut before = result
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, before)| before.writer == record.writer && folds(before))
            .map(|(index, _)| index);
        let (last, mut error) = (before.next(), None);
        if let Some(last) = last.filter(|_| continues && folds(&record)) {
            let behind = before.next().filter(|behind| {
                let (title, error) = (&result[last], &result[*behind]);
                is_upgrade
                    && is_title(title)
                    && same(title, &record)
                    && matches!(error.level.as_slice(), b"ERROR" | b"WARNING")
                    && same(error, title)
            });
            let belongs = |at: &usize| same(&result[*at], &record) && result[*at].level == record.level;
            error = Some(last).filter(belongs);
            if error.is_none()
                && let Some(behind) = behind.filter(belongs)
            {
                let title = result.remove(last);
                result.insert(behind, title);
                error = Some(behind + 1);
            }
        }
        match error {
            Some(error) => {
                let error = &mut result[error];
                error.message.push(b'\n');
                error.message.extend_from_slice(&record.message);
                error.until = record.time;
            }
            None => result.push(record),
        }
    }
    result
}

fn counts(kind: LogKind, text: &[u8]) -> Counts {
    let records = records(kind, text);
    let mut counts = Counts { records: records.len() as u64, ..Counts::default() };
    let is_uls = matches!(kind, LogKind::Uls | LogKind::Uls2007);
    let events = if is_uls {
        folded(whole_uls(records), true, |record| record.tag == b"inner")
    } else {
        folded(records, kind != LogKind::PscDiagnostics, |_| true)
    };
    for event in events {
        match event.level.to_ascii_lowercase().as_slice() {
            b"error" | b"err" | b"unexpected" | b"critical" | b"exception" | b"assert" | b"erreur" => {
                counts.errors += 1;
            }
            b"warning" | b"wrn" => counts.warnings += 1,
            _ => {}
        }
        if kind != LogKind::PscDiagnostics
            && let Some(found) = REFUSED.captures(&event.message)
        {
            let site = String::from_utf8_lossy(&found[1]).into_owned();
            *counts.refused.entry(site).or_default() += 1;
        }
    }
    counts
}

/// The same numbers, as the program has them.
fn counted(tally: &Tally) -> Counts {
    let refused = engine().catalogue().index("UA01");
    let hits = tally.hits.iter().filter(|((rule, _), _)| Some(usize::from(*rule)) == refused);
    let mut sites = BTreeMap::new();
    for (_, fact) in hits {
        for (site, count) in fact.sites.settled().iter() {
            *sites.entry(site.to_string()).or_default() += count;
        }
    }
    Counts { records: tally.records, errors: tally.errors, warnings: tally.warnings, refused: sites }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_program_counts_what_a_naive_reader_counts((kind, Text(text)) in kind_and_text()) {
        if kind == LogKind::Console {
            return Ok(());
        }
        let found = counted(&whole(&facts(kind), &text));
        prop_assert_eq!(found, counts(kind, &text), "{}\n{}", kind, String::from_utf8_lossy(&text));
    }
}

#[test]
fn the_samples_are_counted_as_a_naive_reader_counts_them() {
    for (path, text, kind) in sample_logs() {
        if kind != LogKind::Console {
            let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
            assert_eq!(counted(&whole(&facts(kind), text)), counts(kind, text), "{path}");
        }
    }
}
