//! What the generator of the samples knows about them, against what the program says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use spdoctor::command::analyse::{Settings, analyse};
use spdoctor::command::input::collect::{Request, collect};
use spdoctor::command::progress::Progress;
use spdoctor::model::byte_limit::ByteLimit;
use spdoctor::model::finding::Finding;
use spdoctor::model::report::{FileStatus, Report};

use crate::support::{engine, repository};

/// The truth about every folder of samples.
fn truth() -> BTreeMap<String, Value> {
    #[expect(clippy::disallowed_methods, reason = "the test reads the samples")]
    let text = std::fs::read_to_string(repository("sample-logs/truth.json")).expect("readable");
    serde_json::from_str(&text).expect("JSON")
}

fn report(paths: &[String]) -> Report {
    let collected =
        collect(&Request { paths, servers: &[], max_expansion: ByteLimit::of_mib(1024), expand: true });
    analyse(engine(), collected, &Settings::default(), &Progress::none())
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().expect("a list").iter()
}

fn words(value: &Value) -> BTreeSet<String> {
    items(value).map(|word| word.as_str().expect("a text").to_owned()).collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is not a number"))
}

/// The logs of a folder that the truth counts, without console captures and exports.
fn logs_of(folder: &Path, truth: &Value) -> Vec<String> {
    items(&truth["files"])
        .map(|file| folder.join(file["path"].as_str().expect("a path")).display().to_string())
        .collect()
}

#[test]
fn every_file_is_what_the_generator_wrote() {
    for (name, truth) in truth() {
        let folder = repository("sample-logs").join(&name);
        let report = report(&logs_of(&folder, &truth));
        for expected in items(&truth["files"]) {
            let path = folder.join(expected["path"].as_str().expect("a path")).display().to_string();
            let file = report.files.iter().find(|file| file.path == path);
            let file = file.unwrap_or_else(|| panic!("{path} is not in the report"));
            let time = |stamp: Option<spdoctor::text::clock::Stamp>| {
                // The truth is in whole seconds.
                stamp.map(|stamp| stamp.to_string().chars().take(19).collect::<String>())
            };
            let told = |key: &str| expected[key].as_str().map(str::to_owned);
            assert_eq!(file.status, FileStatus::Analysed, "{path}");
            assert_eq!(Some(file.kind.name().to_owned()), told("kind"), "{path}");
            assert_eq!(Some(file.encoding.to_owned()), told("encoding"), "{path}");
            assert_eq!(file.bytes, number(&expected["bytes"]), "{path}");
            assert_eq!(file.records, number(&expected["prefixed_lines"]), "{path}");
            assert_eq!((time(file.first), time(file.last)), (told("first"), told("last")), "{path}");
        }
    }
}

#[test]
fn every_error_warning_and_refused_line_is_counted_once() {
    for (name, truth) in truth() {
        let report = report(&logs_of(&repository("sample-logs").join(&name), &truth));
        let refused: u64 = report.sites.iter().map(|site| site.occurrences).sum();
        assert_eq!(report.summary.errors, number(&truth["errors"]), "{name}: errors");
        assert_eq!(report.summary.warnings, number(&truth["warnings"]), "{name}: warnings");
        assert_eq!(report.summary.refused_sites, number(&truth["refused_sites"]), "{name}: refused sites");
        assert_eq!(refused, number(&truth["refused_lines"]), "{name}: refused lines");
        assert_eq!(report.coverage.unparsed_lines, 0, "{name}: unparsed lines");
    }
}

#[test]
fn the_findings_are_those_that_were_planted_and_no_others() {
    for (name, truth) in truth() {
        let report = report(&logs_of(&repository("sample-logs").join(&name), &truth));
        let expected = truth["findings"].as_object().expect("findings by code");
        let found: BTreeSet<&str> = report.findings.iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!(found, expected.keys().map(String::as_str).collect(), "{name}: codes");
        for (code, expected) in expected {
            let findings: Vec<&Finding> =
                report.findings.iter().filter(|finding| finding.code == *code).collect();
            let count: u64 = findings.iter().map(|finding| finding.count).sum();
            assert_eq!(count, number(&expected["records"]), "{name}: records of {code}");
        }
    }
}

#[test]
fn refused_sites_are_given_to_their_true_owners() {
    for (name, truth) in truth() {
        let report = report(&[repository("sample-logs").join(&name).display().to_string()]);
        let unresolved = words(&truth["unresolved_sites"]);
        for (database, expected) in truth["databases"].as_object().expect("databases by name") {
            for site in words(&expected["sites"]) {
                let found = report.sites.iter().find(|found| found.id.to_string() == site);
                let found = found.unwrap_or_else(|| panic!("{name}: {site} is not in the report"));
                match found.database {
                    Some(owner) => assert_eq!(owner, database, "{name}: {site}"),
                    None => assert!(unresolved.contains(&site), "{name}: {site} has no owner"),
                }
            }
        }
    }
}

/// The logs tell less than the generator knows: a URL while the export has none with host names, a site that is in
/// no export, a farm without exports.
const UNKNOWABLE: [(&str, &str); 5] = [
    ("adventure-works-2016", "UB08"),
    ("contoso-2010", "UA01"),
    ("dates", "UA01"),
    ("fabrikam-2007", "UB09"),
    ("fabrikam-2007", "UB15"),
];

#[test]
fn findings_name_the_content_databases_they_concern_and_no_others() {
    for (name, truth) in truth() {
        let folder = repository("sample-logs").join(&name);
        let mut paths = logs_of(&folder, &truth);
        paths.push(folder.join("inventory").display().to_string());
        let report = report(&paths);
        for (code, expected) in truth["findings"].as_object().expect("findings by code") {
            let of_code = report.findings.iter().filter(|finding| finding.code == *code);
            let mut found: BTreeSet<String> = of_code.flat_map(|finding| finding.databases.clone()).collect();
            // The truth keeps the database of Central Administration as an object.
            found.retain(|name| name.starts_with("WSS_"));
            let expected = words(&expected["databases"]);
            assert!(found.is_subset(&expected), "{name}: {code} names {found:?} instead of {expected:?}");
            let unknowable = UNKNOWABLE.contains(&(name.as_str(), code));
            assert!(
                found == expected || unknowable,
                "{name}: {code} names {found:?} instead of {expected:?}"
            );
        }
    }
}
