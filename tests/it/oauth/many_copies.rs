//! Many copies of one add-in in one folder: what is listed does not grow with their square, and what each place comes
//! to is told as ever.

use spdoctor::model::audit::{AddInAudit, Breaks, PairVerdict};

use super::support::facts::{principal, value};
use super::support::manifest::{CLIENT_ID, manifest};
use super::support::{Expect, case};

fn copies(count: usize) -> AddInAudit {
    let xml = manifest(|text| {
        text.client_id(CLIENT_ID)
            .property("<InstalledEventEndpoint>https://events.adatum.test/App.svc</InstalledEventEndpoint>");
    });
    let file = |case: super::support::Case, copy: usize| {
        case.file(&format!("copies/{copy:03}/AppManifest.xml"), &*xml)
    };
    let case = (0..count).fold(case("OB01", "copies", Expect::Passes), file).evidence(|evidence| {
        let mut registered = principal(CLIENT_ID);
        registered.domains = Some(vec![value("elsewhere.adatum.test", "principals.json", 2)]);
        evidence.principals.push(registered);
    });
    let mut addins = case.audit().addins;
    assert_eq!(addins.len(), 1);
    addins.remove(0)
}

/// Comparisons of a role with another, those that are listed.
fn listed(addin: &AddInAudit, a: &str, b: &str) -> usize {
    addin.pairs.iter().filter(|pair| pair.a.starts_with(a) && pair.b.starts_with(b)).count()
}

#[test]
fn few_copies_are_compared_and_listed_each() {
    let addin = copies(7);
    assert_eq!(listed(&addin, "start-page", "installed-endpoint"), 7 * 7);
    assert_eq!(listed(&addin, "registration", "start-page"), 7);
    assert_eq!(addin.pairs_left_out, 0);
}

#[test]
fn of_many_copies_some_pairs_are_listed_and_the_rest_counted() {
    let addin = copies(120);
    assert_eq!(listed(&addin, "start-page", "installed-endpoint"), 50);
    assert_eq!(addin.pairs.len() as u64 + addin.pairs_left_out, 120 * 120 + 2 * 120);
    assert!(addin.pairs.len() <= 3 * 50);
}

#[test]
fn a_place_of_a_pair_that_is_not_listed_is_judged_and_names_what_breaks() {
    let addin = copies(120);
    let last = addin.domains.iter().rfind(|row| row.place.starts_with("installed-endpoint")).expect("a row");
    assert!(!addin.pairs.iter().any(|pair| pair.b == last.place));
    assert_eq!(last.verdict, Some(PairVerdict::Different));
    assert_eq!(last.breaks.iter().copied().collect::<Vec<_>>(), [Breaks::Receivers]);
    assert_eq!((last.must_equal.len() as u64, last.must_equal_left_out), (50, 121 - 50));
}
