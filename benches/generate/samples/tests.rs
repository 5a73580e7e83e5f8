//! The samples are what their page says, and what lies in the repository.
#![expect(clippy::disallowed_methods, reason = "the samples of the repository are read to be compared")]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::files;

fn truth(files: &BTreeMap<String, Vec<u8>>) -> Value {
    serde_json::from_slice(&files["truth.json"]).unwrap()
}

#[test]
fn the_samples_come_out_the_same_twice() {
    assert_eq!(files(), files());
}

#[test]
fn the_samples_in_the_repository_are_those_the_generator_makes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs");
    for (path, bytes) in files() {
        let found = std::fs::read(folder.join(&path)).unwrap_or_default();
        assert!(found == bytes, "{path} differs: run generate-logs samples");
    }
}

#[test]
fn the_samples_are_small() {
    let bytes: usize = files().values().map(Vec::len).sum();
    assert!(bytes < 4_000_000, "{bytes}");
}

#[test]
fn every_kind_of_log_occurs() {
    let truth = truth(&files());
    let kinds: std::collections::BTreeSet<&str> = truth
        .as_object()
        .unwrap()
        .values()
        .flat_map(|farm| farm["files"].as_array().unwrap())
        .filter_map(|file| file["kind"].as_str())
        .collect();
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        [
            "psc-diagnostics",
            "site-upgrade",
            "uls",
            "uls-2007",
            "upgrade-2007",
            "upgrade-2010",
            "upgrade-2013"
        ]
    );
}

#[test]
fn the_night_of_contoso_goes_as_told() {
    let truth = truth(&files());
    let night = &truth["contoso-2010"];
    let passes: Vec<(u64, u64)> = night["passes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pass| (pass["seconds"].as_u64().unwrap(), pass["waited_seconds"].as_u64().unwrap()))
        .collect();
    let seconds = |minutes: u64, seconds: u64| minutes * 60 + seconds;
    assert_eq!(
        passes,
        [
            (seconds(9, 40), seconds(3, 32)),
            (seconds(24, 51), seconds(19, 42)),
            (seconds(25, 10), seconds(20, 3)),
        ]
    );
    assert_eq!(
        (night["refused_sites"].as_u64(), night["unresolved_sites"].as_array().unwrap().len()),
        (Some(212), 3)
    );
    let after = &truth["contoso-2010-after"]["passes"][0];
    assert_eq!((after["seconds"].as_u64(), after["waited_seconds"].as_u64()), (Some(301), Some(0)));
}

#[test]
fn no_log_of_contoso_tells_who_owns_the_unresolved_sites() {
    let files = files();
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("contoso-2010/SPS")) {
        let text = String::from_utf8_lossy(bytes);
        if !path.contains("Upgrade-") {
            continue;
        }
        let sequence: Vec<&str> =
            text.lines().filter(|line| line.contains("[SPContentDatabaseSequence]")).collect();
        let name = |line: &str| {
            line.split("SPContentDatabase Name=")
                .nth(1)
                .and_then(|rest| rest.split(']').next())
                .map(str::to_owned)
        };
        let refused: Vec<usize> =
            (0..sequence.len()).filter(|&at| sequence[at].contains("Could not connect")).collect();
        for at in refused {
            let before = sequence[..at].iter().rev().find_map(|line| name(line));
            let after = sequence[at..].iter().find_map(|line| name(line));
            let owner = before.filter(|name| after.as_ref() == Some(name));
            assert!(owner.is_none_or(|name| name == "WSS_Content_MySites02"), "{path}: {}", sequence[at]);
        }
    }
    let owned = |id: &Value| {
        let id = id.as_str().unwrap();
        files
            .iter()
            .filter(|(path, _)| path.contains("contoso-2010/inventory"))
            .any(|(_, bytes)| String::from_utf8_lossy(bytes).contains(id))
    };
    let truth = truth(&files);
    assert!(!truth["contoso-2010"]["unresolved_sites"].as_array().unwrap().iter().any(owned));
}
