//! What people could forget: a card for each check, a check for each card, a case that fires and one that passes.

use std::collections::BTreeSet;

use spdoctor::addin::checks;

use super::cases;
use super::support::{Expect, cards};

#[test]
fn cards_and_checks_are_in_step() {
    let coded: Vec<&str> = checks::all().map(|check| check.code).collect();
    let unique: BTreeSet<&str> = coded.iter().copied().collect();
    assert_eq!(coded.len(), unique.len(), "a code is listed twice");
    let carded: BTreeSet<&str> = cards().iter().map(|card| card.code.as_str()).collect();
    let without_card: Vec<_> = unique.difference(&carded).collect();
    let without_check: Vec<_> = carded.difference(&unique).collect();
    assert!(without_card.is_empty() && without_check.is_empty(), "{without_card:?} {without_check:?}");
}

#[test]
fn every_check_has_a_case_that_fires_and_one_that_passes() {
    let cases = cases::all();
    let with = |wanted: fn(Expect) -> bool| -> BTreeSet<&str> {
        cases.iter().filter(|case| wanted(case.expect)).map(|case| case.code).collect()
    };
    let fires = with(|expect| matches!(expect, Expect::Fires(_)));
    let passes = with(|expect| matches!(expect, Expect::Passes));
    let missing: Vec<&str> = checks::all()
        .map(|check| check.code)
        .filter(|code| !fires.contains(code) || !passes.contains(code))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_case_comes_out_as_it_says() {
    let failed: Vec<String> = cases::all().iter().filter_map(|case| case.outcome().err()).collect();
    assert!(failed.is_empty(), "{} cases\n{}", failed.len(), failed.join("\n"));
}
