//! What no grammar knows: how the scripts decide, read from their text.

use super::grammar::Script;
use super::{options, sample};
use spdoctor::script::remediation;

fn fix() -> Script {
    Script::parse(&remediation(&sample::typical(), &options()))
}

/// Where `first` and `then` both stand, in this order.
fn comes_before(text: &str, first: &str, then: &str) -> bool {
    text.find(first).zip(text.find(then)).is_some_and(|(first, then)| first < then)
}

/// `SharePoint` takes a bare name for one database, whichever server it is on.
#[test]
fn a_bare_name_decides_only_where_name_and_server_find_nothing() {
    let script = fix();
    let add = script.function("Add-PlannedTarget");
    assert_eq!(add.matches("Get-NamedDatabase").count(), 1);
    assert!(add.contains("if ($found.Count -eq 0) { $found = @(Get-NamedDatabase "), "{add}");
    assert!(comes_before(add, "Find-ByName", "Get-NamedDatabase"), "{add}");
    assert!(script.function("Get-NamedDatabase").contains("$itsServer -ne $Server) { return }"));
}
