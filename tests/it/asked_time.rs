//! A window of time shows a part of what happened, and says so.

use crate::program::{folder, run};

const PASS: &str = "sample-logs/contoso-2010/SPS03";

#[test]
fn a_pass_that_the_window_cuts_foretells_nothing() {
    let empty = folder(&[]);
    let path = std::env::current_dir().unwrap().join(PASS).display().to_string();
    let whole = run(&empty, &["upgrade", &path, "--format", "json", "--fail-on", "never"]);
    let cut = run(&empty, &["upgrade", &path, "--format", "json", "--fail-on", "never", "--since", "-5m"]);
    let prediction =
        |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap()["prediction"].clone();
    assert!(!prediction(&whole.out).is_null() && prediction(&cut.out).is_null(), "{}", cut.out);
    assert!(cut.out.contains("begins before the time that was asked for"), "{}", cut.out);
}

#[test]
fn a_window_without_a_record_is_no_log() {
    let empty = folder(&[]);
    let path = std::env::current_dir().unwrap().join("sample-logs/contoso-2010").display().to_string();
    let found = run(&empty, &["upgrade", &path, "--since", "2027-01-01"]);
    assert_eq!(found.code, 3, "{}", found.out);
    assert!(found.out.contains("no record lies in the time that was asked for"), "{}", found.out);
}
