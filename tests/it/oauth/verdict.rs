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

const MICROSOFT_GRAPH: &str = "00000003-0000-0000-c000-000000000000";
const PAYROLL: &str = "6a0e3c55-1b7d-4f02-9c1e-0d5b8a7f4e21";

/// What `Get-MgServicePrincipal -All` tells of a tenant: services of Microsoft, a managed identity, an application, and
/// an add-in.
fn tenant() -> String {
    let row = |id: &str, name: &str, kind: &str, owner: &str| {
        format!(
            "{{\"appId\":\"{id}\",\"displayName\":\"{name}\",\"servicePrincipalType\":\"{kind}\",\"appOwnerOrganizationId\":{owner},\"servicePrincipalNames\":[\"{id}\"]}}"
        )
    };
    let rows = [
        row(MICROSOFT_GRAPH, "Microsoft Graph", "Application", "null"),
        row(
            "4b7c1d0e-2f3a-4c5b-8d6e-9f0a1b2c3d4e",
            "Office Shredding",
            "Application",
            "\"f8cdef31-a31e-4b4a-93e4-5f571e91255a\"",
        ),
        row("5c8d2e1f-3a4b-4d6c-9e7f-0a1b2c3d4e5f", "vm-01", "ManagedIdentity", "null"),
        row(PAYROLL, "Payroll", "Application", "\"7d9e3f20-4b5c-4e7d-8f80-1b2c3d4e5f60\""),
        row(CLIENT_ID, "Orders", "Legacy", "null"),
    ];
    format!("[{}]", rows.join(","))
}

#[test]
fn of_a_whole_tenant_only_what_may_be_an_add_in_is_judged() {
    let list = ("tenant/all.json".to_owned(), tenant().into_bytes());
    let names = |files: &[(String, Vec<u8>)]| {
        let report = audit(files, "2026-11-25", None);
        let names: Vec<String> = report.addins.iter().map(|addin| addin.name.clone()).collect();
        (names, report.unmatched)
    };
    let (addins, unmatched) = names(std::slice::from_ref(&list));
    assert_eq!(addins, ["Orders"]);
    let told: Vec<(&str, &str)> =
        unmatched.iter().map(|row| (row.path.as_str(), row.name.as_str())).collect();
    assert_eq!(told, [("tenant/all.json", "of 1 application")]);
    // What a configuration names is looked at all the same.
    let config = format!(
        "<configuration><appSettings><add key=\"ClientId\" value=\"{PAYROLL}\"/></appSettings></configuration>"
    );
    let (addins, unmatched) = names(&[list, ("pay/web.config".to_owned(), config.into_bytes())]);
    assert_eq!(addins, ["Orders", "Payroll"]);
    assert_eq!(unmatched, []);
    // By itself it is what somebody asked for.
    let alone = tenant().replace(MICROSOFT_GRAPH, "8e0f4a31-5c6d-4f8e-9a91-2c3d4e5f6071");
    let alone = alone.replace("ManagedIdentity", "Application").replace("f8cdef31", "f8cdef32");
    assert_eq!(names(&[("some.json".to_owned(), alone.into_bytes())]).0.len(), 5);
}
