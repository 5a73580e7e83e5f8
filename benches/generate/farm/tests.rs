//! The truth about a farm against what its logs say, read by other means than they were written.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use clap::{Parser, ValueEnum};

use super::model::Version;
use super::scenario::{FarmOptions, Scenario, tree};
use super::tree::Tree;

#[derive(Parser)]
struct Typed {
    #[command(flatten)]
    options: FarmOptions,
}

fn typed(arguments: &[&str]) -> FarmOptions {
    Typed::parse_from(std::iter::once("farm").chain(arguments.iter().copied())).options
}

fn sessions(tree: &Tree) -> BTreeMap<String, String> {
    let logs: BTreeSet<&String> = tree.truth.sessions.iter().map(|session| &session.log).collect();
    logs.into_iter()
        .map(|path| (path.clone(), String::from_utf8(tree.files[path].clone()).unwrap()))
        .collect()
}

/// Time and message of the records of a bracketed log in English.
fn bracketed(text: &str) -> Vec<(NaiveDateTime, &str)> {
    text.lines()
        .map(|line| {
            let (prefix, message) = line.split_once("]: ").unwrap();
            let (_, time) = prefix.rsplit_once('[').unwrap();
            (NaiveDateTime::parse_from_str(time, "%m/%d/%Y %I:%M:%S %p").unwrap(), message)
        })
        .collect()
}

fn waited(text: &str) -> i64 {
    let records = bracketed(text);
    let gaps = records.windows(2).filter(|pair| pair[1].1.contains("dictSitesNeedUpgrade"));
    gaps.map(|pair| (pair[1].0 - pair[0].0).num_seconds()).sum()
}

#[test]
fn the_same_numbers_make_the_same_farm() {
    let options = typed(&["--seed", "9"]);
    assert_eq!(tree(&options).files, tree(&options).files);
    assert_ne!(tree(&options).files, tree(&typed(&["--seed", "10"])).files);
}

#[test]
fn waits_measured_in_whole_seconds_are_the_waits_of_the_truth() {
    let tree = tree(&typed(&["--seed", "4", "--no-uls"]));
    let logs = sessions(&tree);
    for session in &tree.truth.sessions {
        let records = bracketed(&logs[&session.log]);
        let lasted = records.last().unwrap().0 - records[0].0;
        assert_eq!(lasted.num_seconds(), i64::try_from(session.seconds).unwrap(), "{}", session.log);
        let waited = waited(&logs[&session.log]);
        assert_eq!(waited, i64::try_from(session.waited_seconds).unwrap(), "{}", session.log);
    }
    let by_database: u64 = tree.truth.databases.values().map(|database| database.waited_seconds).sum();
    let by_pass: u64 = tree.truth.passes.iter().map(|pass| pass.waited_seconds).sum();
    assert_eq!(by_database, by_pass);
}

#[test]
fn a_run_of_psconfig_lasts_as_long_as_its_trace() {
    let tree = tree(&typed(&["--no-uls"]));
    let mut passes = tree.truth.passes.iter();
    for file in tree.truth.files.iter().filter(|file| file.kind == "psc-diagnostics") {
        let text = String::from_utf8(tree.files[&file.path].clone()).unwrap();
        let time =
            |line: &str| NaiveDateTime::parse_from_str(line.get(..19).unwrap(), "%m/%d/%Y %H:%M:%S").unwrap();
        let lasted = time(text.lines().last().unwrap()) - time(text.lines().nth(1).unwrap());
        assert_eq!(lasted.num_seconds(), i64::try_from(passes.next().unwrap().seconds).unwrap());
        let times: Vec<NaiveDateTime> = text.lines().skip(1).map(time).collect();
        assert!(times.is_sorted(), "{}", file.path);
    }
    assert!(passes.next().is_none());
}

#[test]
fn refused_lines_are_counted_once_though_trace_logs_repeat_them() {
    for version in ["2010", "2013"] {
        let tree = tree(&typed(&["--version", version, "--refused", "12", "--unresolved", "3"]));
        let refused = |text: &String| text.lines().filter(|line| line.contains("but is not added")).count();
        let in_sessions: usize = sessions(&tree).values().map(refused).sum();
        let everywhere: usize =
            tree.files.values().map(|bytes| refused(&String::from_utf8(bytes.clone()).unwrap())).sum();
        assert_eq!(u64::try_from(in_sessions).unwrap(), tree.truth.refused_lines);
        assert_eq!(everywhere, 2 * in_sessions);
        assert_eq!((tree.truth.refused_sites, tree.truth.unresolved_sites.len()), (12, 3));
    }
}

#[test]
fn every_version_and_scenario_makes_logs_that_its_truth_describes() {
    for version in Version::value_variants() {
        for &scenario in Scenario::value_variants() {
            let options = FarmOptions {
                version: *version,
                scenario,
                refused: 6,
                ..typed(&["--sites", "30", "--servers", "2"])
            };
            let tree = tree(&options);
            for file in &tree.truth.files {
                let text = String::from_utf8(tree.files[&file.path].clone()).unwrap();
                let lines = u64::try_from(text.lines().count()).unwrap();
                assert_eq!(lines, file.counts.lines, "{version:?} {scenario:?} {}", file.path);
            }
            let finished = tree.truth.sessions.iter().all(|session| session.finished);
            assert_eq!(finished, scenario != Scenario::Killed, "{version:?} {scenario:?}");
        }
    }
}
