//! The verdict: it says what the findings say.

use spdoctor::model::audit::Status;

use super::cases;
use super::support::audit;
use super::support::manifest::{CLIENT_ID, manifest};
use super::support::package::package;

#[test]
fn the_verdict_agrees_with_the_findings() {
    for case in cases::all() {
        let report = case.audit();
        let fails =
            report.addins.iter().flat_map(|addin| &addin.checks).any(|check| check.status == Status::Fail);
        let clean = report.summary.verdict.starts_with("Nothing that breaks authorization was found");
        assert_eq!(clean, !fails, "{} {}: {}", case.code, case.title, report.summary.verdict);
        let asks = report.addins.iter().filter(|addin| !addin.target_known).flat_map(|addin| &addin.checks);
        let asks = asks.filter(|check| &*check.id == "OL01" && check.status == Status::Warn).count() > 0;
        let next = &report.summary.next;
        assert_eq!(next.is_empty(), !fails && !asks, "{} {}", case.code, case.title);
        let first = next.first().is_some_and(|step| step.contains("--target"));
        assert!(!asks || first, "{} {}: {next:?}", case.code, case.title);
    }
}

#[test]
fn an_end_is_told_once_and_with_the_name_of_whoever_fails_besides() {
    let graph = format!(
        "{{\"appId\":\"{CLIENT_ID}\",\"displayName\":\"Orders\",\"servicePrincipalNames\":[\"{CLIENT_ID}\"],\"servicePrincipalType\":\"Legacy\"}}"
    );
    let program = graph.replace(CLIENT_ID, "d8c2a1da-5f0e-4d6b-8a61-2f1f3a0c9e77").replace("Orders", "Sync");
    let text = manifest(|text| {
        text.client_id("*").start_page("http://addin.adatum-orders.net/?{StandardTokens}");
    });
    let verdict = |files: &[(&str, Vec<u8>)]| {
        let files: Vec<(String, Vec<u8>)> =
            files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.clone())).collect();
        audit(&files, "2026-11-25", None).summary.verdict
    };
    let orders = ("a/Orders.app", package(&text, &[]));
    assert_eq!(
        verdict(&[("sync.json", program.clone().into_bytes())]),
        "\"Sync\" is for SharePoint Online, where add-ins and ACS ended on 2026-04-02: it can no longer run there. It is audited for what has to move with it."
    );
    let both = verdict(&[orders, ("sync.json", program.into_bytes())]);
    assert!(both.starts_with("1 add-in is for SharePoint Online, where add-ins and ACS ended"), "{both}");
    assert!(both.contains("Besides, in \"Orders\": "), "{both}");
}
