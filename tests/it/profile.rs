//! Where the time went, held against what is known to be true: the samples, invented farms, and clocks that are
//! not to be trusted.

mod clocks;
#[cfg(feature = "generator")]
mod farms;
mod outputs;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Components that look at a database without upgrading it.
const CHECKS: [&str; 4] = ["SPUpgradeSession", "SPHierarchyManager", "SPManager", "token service retries"];

fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_spdoctor")).args(arguments).output().unwrap();
    assert!(output.status.code().is_some_and(|code| code != 2), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn report(paths: &[&Path]) -> Value {
    let paths: Vec<&str> = paths.iter().map(|path| path.to_str().unwrap()).collect();
    let arguments = [&["upgrade", "--quiet", "--format", "json"], paths.as_slice()].concat();
    serde_json::from_str(&run(&arguments)).unwrap()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Seconds as whole milliseconds.
fn millis(value: &Value) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "durations in tests are short")]
    let millis = (value.as_f64().unwrap() * 1000.0).round() as i64;
    millis
}

/// The nodes of a session: path below it, own and total milliseconds.
fn nodes<'a>(report: &'a Value, session: &str) -> Vec<(Vec<&'a str>, i64, i64)> {
    let mut nodes = Vec::new();
    for node in list(report, "profile") {
        let path: Vec<&str> = list(node, "path").iter().map(text).collect();
        if path.get(1).is_some_and(|name| name.split(' ').next() == Some(session)) {
            nodes.push((path[2..].to_vec(), millis(&node["self_s"]), millis(&node["total_s"])));
        }
    }
    nodes
}

/// Every gap is charged once: what is charged to the parts of a session is its duration, to the millisecond.
fn assert_sums(report: &Value, what: &str) {
    for session in list(report, "sessions") {
        let nodes = nodes(report, text(&session["id"]));
        let own: i64 = nodes.iter().map(|(_, own, _)| own).sum();
        assert_eq!(own, millis(&session["duration_s"]), "{what}: {session}");
        for (path, _, total) in &nodes {
            let below: i64 =
                nodes.iter().filter(|(other, ..)| other.starts_with(path)).map(|(_, own, _)| own).sum();
            assert_eq!(below, *total, "{what}: {path:?}");
        }
    }
}

/// Passes with their duration and their waits. Logs of the 12 hive do not name their server.
fn assert_passes(report: &Value, truth: &Value, what: &str) {
    let is_named = text(&truth["version"]) != "2007";
    let want: Vec<(&str, i64)> = list(truth, "passes")
        .iter()
        .map(|pass| (if is_named { text(&pass["server"]) } else { "" }, pass["seconds"].as_i64().unwrap()))
        .collect();
    let got: Vec<(&str, i64)> = list(report, "passes")
        .iter()
        .map(|pass| (if is_named { text(&pass["server"]) } else { "" }, millis(&pass["duration_s"])))
        .collect();
    let want_millis: Vec<(&str, i64)> =
        want.iter().map(|(server, seconds)| (*server, seconds * 1000)).collect();
    assert_eq!(got, want_millis, "{what}");
    for (pass, truth) in list(report, "passes").iter().zip(list(truth, "passes")) {
        let waited = truth["waited_seconds"].as_i64().unwrap() * 1000;
        let off = (millis(&pass["token_service_retry_s"]) - waited).abs();
        assert!(off <= 1_000, "{what}: {pass} waited {waited}");
    }
}

/// The time of each database in each session, within the bound for its clock and `slack` milliseconds.
fn assert_databases(report: &Value, truth: &Value, what: &str, slack: i64) {
    let coarse = matches!(text(&truth["version"]), "2007" | "2010");
    // A second, or a twentieth of one; and what the clock cannot tell.
    let bound = slack + if coarse { 1_000 + 1_000 } else { 50 + 10 };
    let mut want: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for truth in list(truth, "sessions") {
        let log = text(&truth["log"]);
        // ULS carries no profile: its upgrade lines stand in the upgrade logs, too.
        if !log.rsplit('/').next().unwrap_or(log).starts_with("Upgrade") {
            continue;
        }
        let session = list(report, "sessions").iter().find(|session| {
            // The truth is told in whole seconds.
            let start = text(&session["start"]).get(..19) <= text(&truth["start"]).get(..19);
            let end = text(&session["end"]).get(..19) >= text(&truth["end"]).get(..19);
            list(session, "files").iter().any(|file| text(file).ends_with(log)) && start && end
        });
        let Some(session) = session else { panic!("{what}: no session has {log}") };
        for (database, millis) in truth["database_millis"].as_object().unwrap() {
            *want.entry((text(&session["id"]), database)).or_default() += millis.as_i64().unwrap();
        }
    }
    for ((session, database), want) in want {
        let is_pass = list(report, "passes").iter().any(|pass| text(&pass["session"]) == session);
        let counts = |path: &[&str]| !(is_pass && path.get(1).is_some_and(|name| CHECKS.contains(name)));
        let got: i64 = nodes(report, session)
            .iter()
            .filter(|(path, ..)| path.first() == Some(&database) && counts(path))
            .map(|(_, own, _)| own)
            .sum();
        assert!((got - want).abs() <= bound, "{what}: {database} in {session} took {want}, not {got}");
    }
}

fn truths() -> serde_json::Map<String, Value> {
    let text = std::fs::read_to_string("sample-logs/truth.json").unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn self_times_of_every_sample_add_up_to_its_sessions() {
    for farm in truths().keys() {
        assert_sums(&report(&[&Path::new("sample-logs").join(farm)]), farm);
    }
}

#[test]
fn the_profile_is_ordered_by_path_and_every_parent_is_there() {
    for sample in ["contoso-2010", "dates"] {
        let report = report(&[&Path::new("sample-logs").join(sample)]);
        let nodes = list(&report, "profile");
        let paths: Vec<Vec<&str>> =
            nodes.iter().map(|node| list(node, "path").iter().map(text).collect()).collect();
        assert!(paths.is_sorted_by(|one, next| one < next), "{sample}: {paths:?}");
        for path in &paths {
            let above = path[..path.len() - 1].to_vec();
            assert!(above.is_empty() || paths.binary_search(&above).is_ok(), "{sample}: {path:?}");
        }
        for session in list(&report, "sessions") {
            let name = format!("{} {}", text(&session["id"]), text(&session["process"]));
            let total = paths.iter().zip(nodes).find(|(path, _)| path.len() == 2 && path[1] == name);
            let total = total.map_or(0, |(_, node)| millis(&node["total_s"]));
            assert_eq!(total, millis(&session["duration_s"]), "{sample}: {name}");
        }
    }
}

#[test]
fn passes_of_the_samples_take_as_long_as_they_took() {
    for (farm, truth) in truths() {
        // The merged farm has no trace of psconfig to measure a pass by.
        if farm != "merged" {
            assert_passes(&report(&[&Path::new("sample-logs").join(&farm)]), &truth, &farm);
        }
    }
}

#[test]
fn databases_of_the_samples_take_as_long_as_they_took() {
    for (farm, truth) in truths() {
        // The error that says that the upgrade of WSS_Content_Sales failed is written by the component that also writes
        // the checks, so that the 14.25 s behind it are left out with them.
        let slack = if farm == "adventure-works-2016" { 14_250 } else { 0 };
        // The sessions of the merged farm are told by a trace log alone, which is not measured.
        if farm != "merged" {
            assert_databases(&report(&[&Path::new("sample-logs").join(&farm)]), &truth, &farm, slack);
        }
    }
}

#[test]
fn the_pass_after_the_cure_takes_what_was_predicted() {
    let samples = Path::new("sample-logs");
    let before = report(&[&samples.join("contoso-2010")]);
    let both = report(&[&samples.join("contoso-2010"), &samples.join("contoso-2010-after")]);
    let (low, high) = (millis(&before["prediction"]["low_s"]), millis(&before["prediction"]["high_s"]));
    let fact = millis(&both["prediction"]["actual_s"][0]);
    assert!(low <= fact && fact <= high, "{fact} is not in {low}..={high}");
    assert_eq!(both["serial_databases"]["databases"], 3);
}
