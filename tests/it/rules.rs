//! The built-in rules against real decoding: what a rule file promises holds for logs as they are written.

use spdoctor::catalogue::check::{self, Decoded};
use spdoctor::catalogue::rule::{Coded, Example, Rule};
use spdoctor::catalogue::{Catalogue, RuleError};
use spdoctor::command::explain;
use spdoctor::format::{bracketed, uls};
use spdoctor::scan::decode;
use spdoctor::scan::rules::engine::Engine;
use spdoctor::scan::rules::nearest;
use std::sync::OnceLock;

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(Catalogue::built_in().expect("the built-in rules load")))
}

fn rules() -> &'static [Rule] {
    engine().catalogue().rules()
}

fn listed(flaws: &[RuleError]) -> String {
    flaws.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Codes of the rules that match one of the records.
fn codes(records: &[Decoded]) -> Vec<&'static str> {
    let mut codes: Vec<&str> = Vec::new();
    for record in records {
        let verdict = engine().judge(record.family, record.level, record.message.as_bytes());
        codes.extend(verdict.hits.iter().filter_map(|(rule, _)| Some(engine().rule(*rule)?.code.as_str())));
    }
    codes
}

fn codes_of(kind: &str, text: &str) -> Vec<&'static str> {
    codes(&decode::records(engine(), kind, text))
}

/// Every example that text alone recognises, with its rule.
fn examples() -> impl Iterator<Item = (&'static Rule, &'static Example)> {
    let with_patterns = rules().iter().filter(|rule| !rule.patterns.is_empty());
    with_patterns.flat_map(|rule| rule.examples.iter().map(move |example| (rule, example)))
}

/// The rules that still fire when the example is changed must include its own, or one that supersedes it.
fn failures(change: impl Fn(&Rule, &Example) -> Option<(String, String)>) -> String {
    let mut failed = Vec::new();
    let mut tried = 0;
    for (rule, example) in examples() {
        let Some((kind, text)) = change(rule, example) else { continue };
        tried += 1;
        let found = codes_of(&kind, &text);
        if !found.contains(&rule.code.as_str()) {
            failed.push(format!("{} line {}: found {found:?} in\n{text}", rule.origin, example.line));
        }
    }
    assert!(tried > 0, "no example was tried");
    failed.join("\n\n")
}

#[test]
fn every_example_holds_when_it_is_decoded_as_a_log() {
    let flaws = check::examples(rules(), &|kind, text| decode::records(engine(), kind, text));
    assert!(flaws.is_empty(), "{}", listed(&flaws));
}

#[test]
fn every_code_that_a_rule_names_exists() {
    assert_eq!(listed(&check::references(rules())), "");
}

#[test]
fn there_are_enough_rules() {
    assert!(rules().len() >= 75, "{}", rules().len());
}

/// The lines of an example that open a record, changed; the bare lines under them as they are.
fn each_header(text: &str, opens: impl Fn(&str) -> bool, change: impl Fn(&str) -> String) -> String {
    let lines = text.lines().map(|line| if opens(line) { change(line) } else { line.to_owned() });
    lines.collect::<Vec<_>>().join("\n")
}

fn is_bracketed(line: &str) -> bool {
    bracketed::header(line.as_bytes()).is_some()
}

/// A message as ULS writes it: cut after 800 characters, each part a line with the prefix of the record.
fn uls_lines(process: &str, tag: &str, level: &str, message: &str) -> String {
    let letters: Vec<char> = message.chars().collect();
    let count = letters.chunks(800).count();
    let parts = letters.chunks(800).enumerate().map(|(index, part)| {
        let star = if index == 0 { ' ' } else { '*' };
        let before = if index == 0 { "" } else { "..." };
        let after = if index + 1 == count { "" } else { "..." };
        let part: String = part.iter().collect();
        format!(
            "03/03/2012 22:10:24.42{star}\t{process:<40}\t0x0E80\tSharePoint Foundation         \tUpgrade                       \t{tag}\t{level:<8}\t{before}{part}{after}\t961cfd1e-5cf8-4e40-8756-0032a517119b"
        )
    });
    parts.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_example_of_2010_fires_when_uls_embeds_it() {
    let failed = failures(|_, example| {
        (example.log == "upgrade-2010").then(|| {
            let embed = |line: &str| uls_lines("PSCONFIG.exe (0x0F3C)", "fbv7", "Medium", line);
            ("uls".to_owned(), each_header(&example.text, is_bracketed, embed))
        })
    });
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn every_example_of_2013_fires_when_uls_embeds_it_with_blanks_for_tabs() {
    let failed = failures(|_, example| {
        (example.log == "upgrade-2013").then(|| {
            let opens = |line: &str| uls::header(line.as_bytes()).is_some();
            let embed =
                |line: &str| uls_lines("OWSTIMER.EXE (0x1DE4)", "ajyw6", "High", &line.replace('\t', " "));
            ("uls".to_owned(), each_header(&example.text, opens, embed))
        })
    });
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn every_example_of_2010_fires_without_blanks_between_its_brackets() {
    let failed = failures(|_, example| {
        (example.log == "upgrade-2010").then(|| {
            let squeeze = |line: &str| line.replacen("] [", "][", 3);
            ("upgrade-2010".to_owned(), each_header(&example.text, is_bracketed, squeeze))
        })
    });
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn every_example_of_2010_fires_with_carriage_returns() {
    let failed = failures(|_, example| {
        (example.log == "upgrade-2010")
            .then(|| ("upgrade-2010".to_owned(), example.text.replace('\n', "\r\n") + "\r\n"))
    });
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn every_example_of_an_upgrade_log_fires_with_the_id_of_its_event_behind_it() {
    let failed = failures(|_, example| {
        (example.log == "upgrade-2010").then(|| {
            let text = each_header(&example.text, is_bracketed, |line| format!("{line} (EventID:an58c)"));
            ("upgrade-2010".to_owned(), text)
        })
    });
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn every_example_that_is_pasted_is_explained_by_its_rule() {
    let unexplained = |rule: &&Rule| rule.coded == Some(Coded::Unexplained);
    let mut failed = Vec::new();
    for rule in rules().iter().filter(|rule| !unexplained(rule)) {
        for example in &rule.examples {
            let matching = explain::matching(engine(), &example.text);
            let near = nearest::rules(rules(), &example.text, 3);
            // What only the structure of a log or an export shows is found by its words.
            let found = if rule.patterns.is_empty() {
                near.iter().any(|(near, _)| near.code == rule.code)
            } else {
                matching.iter().any(|found| found.code == rule.code)
            };
            if !found {
                failed.push(format!("{} line {}", rule.origin, example.line));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The INF lines of every committed sample of PSCDiagnostics: thousands of resource texts with the words
/// error, failed and exception in them.
#[test]
fn what_psconfig_looks_up_in_case_of_need_raises_nothing() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-logs");
    let files = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    let mut lines = 0;
    for file in files.filter(|file| file.file_name().to_string_lossy().starts_with("PSCDiagnostics")) {
        let text = read(file.path());
        // A probe of ports that got no answer says so at INF: that one is a finding.
        if text.contains("SocketException was thrown") {
            continue;
        }
        let healthy: Vec<&str> = text.lines().filter(|line| line.get(20..).is_some_and(has_info)).collect();
        lines += healthy.len();
        let records = decode::records(engine(), "psc-diagnostics", &healthy.join("\n"));
        assert_eq!(records.len(), healthy.len());
        assert_eq!(codes(&records), Vec::<&str>::new(), "{}", file.path().display());
    }
    assert!(lines > 2000, "{lines}");
}

fn has_info(rest: &str) -> bool {
    rest.split_whitespace().nth(1) == Some("INF")
}

fn read(path: &std::path::Path) -> String {
    #[expect(clippy::disallowed_methods, reason = "the test reads the samples")]
    std::fs::read_to_string(path).expect("readable")
}

/// Each text with one of its blanks broken, but for those inside of what is captured.
fn broken(example: &Example) -> impl Iterator<Item = String> {
    let text = &example.text;
    let captured: Vec<_> = example
        .captures
        .values()
        .filter(|value| value.contains(' '))
        .flat_map(|value| text.match_indices(value.as_str()))
        .map(|(at, value)| at..at + value.len())
        .collect();
    let blanks = text.match_indices(' ').map(|(at, _)| at);
    let free = blanks.filter(move |at| captured.iter().all(|range| !range.contains(at)));
    free.filter_map(|at| {
        let (before, after) = text.split_at_checked(at)?;
        Some(format!("{before}\n{}", after.strip_prefix(' ')?))
    })
}

#[test]
fn a_sentence_of_sql_server_may_be_broken_at_any_blank() {
    let mut failed = Vec::new();
    let mut tried = 0;
    for (rule, example) in examples().filter(|(rule, _)| rule.code.starts_with("UC")) {
        if !matches!(example.log.as_str(), "upgrade-2010" | "upgrade-2007") {
            continue;
        }
        let message = example.text.rfind("]: ").map_or(0, |at| at + 3);
        for text in broken(example).filter(|text| text.get(..message) == example.text.get(..message)) {
            tried += 1;
            if !codes_of(&example.log, &text).contains(&rule.code.as_str()) {
                failed.push(format!("{} line {}: {text}", rule.origin, example.line));
            }
        }
    }
    assert!(tried > 200 && failed.is_empty(), "{tried} tried\n{}", failed.join("\n\n"));
}

#[test]
fn a_pasted_text_names_causes_before_their_symptoms() {
    let order = |text: &str| -> Vec<&str> {
        explain::matching(engine(), text).into_iter().map(|rule| rule.code.as_str()).collect()
    };
    let fips = "Configuration Failed.  One or more configuration settings failed.\n\nFailed to create the configuration database.\n\nAn exception of type System.InvalidOperationException was thrown.  Additional exception information:  This implementation is not part of the Windows Platform FIPS validated cryptographic algorithms.";
    assert_eq!(order(fips), ["UD32", "UD28", "UD01"]);
    let field = "[powershell] [SPSiteWssSequence] [ERROR] [9/29/2011 12:02:27 PM]: Action 4.0.23.0 of Microsoft.SharePoint.Upgrade.SPSiteWssSequence failed.\n[powershell] [SPSiteWssSequence] [ERROR] [9/29/2011 12:02:27 PM]: Exception: Field name already exists.\n\nThe name used for this field is already used by another field in the list.  Select another name and try again.";
    assert_eq!(order(field), ["UB18", "UA04"]);
    // What explains nothing here keeps its place.
    let both = "Error during encryption or decryption. System error code 997.\nFailed to register SharePoint services.";
    assert_eq!(order(both), ["UD15", "UD28"]);
}
