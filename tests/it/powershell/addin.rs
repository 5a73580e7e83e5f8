//! The script that the audit of add-ins writes: it passes the gate, does each step once, and holds no text as code.

use std::sync::OnceLock;

use proptest::prelude::*;
use spdoctor::addin::evidence::farm::Switch;
use spdoctor::model::audit::{AddInAudit, AuditReport, AuditSeverity, CheckResult, Fix, Status, Target};
use spdoctor::model::stage::Stage;
use spdoctor::script::addin_fixes;

use super::grammar::{Script, value};
use super::hostile;
use crate::oauth::support::facts::{
    OTHER_ID, high_trust_config, legacy_secret, principal, value as told, with_credentials,
};
use crate::oauth::support::{Expect, case};

const ID: &str = "3b062084-9617-464a-a774-a72b853c825f";
const ISSUER: &str = "9e000da5-800a-4f60-a855-057f5bf1d8ff";
const THUMBPRINT: &str = "00112233445566778899AABBCCDDEEFF00112233";

fn check(id: &str, fix: Option<Fix>) -> CheckResult {
    let fix = fix.map(Box::new);
    CheckResult {
        id: id.into(),
        name: "some-check".into(),
        title: "Something is wrong".into(),
        status: Status::Fail,
        severity: AuditSeverity::Critical,
        message: "one value is not the other".into(),
        evidence: Box::default(),
        consequence: "The launch fails.".into(),
        breaks: Vec::new().into(),
        remedy: "Set it right.".into(),
        needs: None,
        ends: false,
        applies: true,
        suppressed: None,
        fix,
    }
}

fn addin(name: &str, target: Target, checks: Vec<CheckResult>) -> AddInAudit {
    AddInAudit {
        id: name.to_lowercase(),
        name: name.to_owned(),
        client_id: Some(ID.to_owned()),
        product_id: None,
        stage: Some(Stage::Package),
        target,
        target_known: true,
        target_reason: "told by --target".to_owned(),
        sources: Vec::new(),
        xml_files: Vec::new(),
        domains: Vec::new(),
        domains_left_out: 0,
        pairs: Vec::new(),
        pairs_left_out: 0,
        checks,
    }
}

/// Every kind of fix, with this text wherever an artefact can put one.
fn fixes(text: &str) -> Vec<CheckResult> {
    let owned = |plain: &str| format!("{plain}{text}");
    let grant = |scope: &str, right: &str| Fix::Grant {
        client_id: ID.to_owned(),
        scope: scope.to_owned(),
        right: right.to_owned(),
        app_only: true,
    };
    vec![
        check("OK01", Some(Fix::OAuthOverHttpOff)),
        check("OK02", None),
        check(
            "OD09",
            Some(Fix::TrustRoot {
                name: owned("Orders root"),
                thumbprint: Some("00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff 00 11 22 33".to_owned()),
                file: Some(owned("certs/root.cer")),
            }),
        ),
        check(
            "OH05",
            Some(Fix::TrustIssuer {
                name: owned("Orders"),
                issuer_id: ISSUER.to_uppercase(),
                thumbprint: Some(THUMBPRINT.to_owned()),
                file: Some("C:\\certs\\signing.cer".to_owned()),
                broker: true,
            }),
        ),
        check("OE06", Some(Fix::RegisterPrincipal { client_id: ID.to_owned(), title: owned("Orders") })),
        check("OI19", Some(grant("http://sharepoint/content/sitecollection/web", "Read"))),
        check("OI19", Some(grant("http://sharepoint/content/tenant", "FullControl"))),
        check("OI19", Some(grant(&owned("http://sharepoint/search"), "QueryAsUserIgnoreAppPrincipal"))),
        check("OF05", Some(Fix::NewSecret { client_id: ID.to_owned() })),
        check("OH05", Some(Fix::RestartIis { because: owned("the issuer is new") })),
        check("OE06", Some(Fix::RegisterPrincipal { client_id: owned("not a GUID"), title: String::new() })),
        CheckResult {
            message: owned("left to people").into(),
            remedy: owned("do this").into(),
            ..check("OB01", None)
        },
    ]
}

fn report(text: &str) -> AuditReport {
    let mut report = AuditReport {
        addins: vec![
            addin(&format!("Orders{text}"), Target::OnPremHighTrust, fixes(text)),
            // The same steps of another add-in are done once.
            addin("Bills", Target::OnPremLowTrust, fixes("")),
            addin(&format!("Cloud{text}"), Target::Spo, fixes(text)),
        ],
        ..AuditReport::default()
    };
    report.summary.verdict = format!("Three add-ins, all of them broken.{text}");
    report
}

/// The script for a report, after it has passed the gate.
fn checked(report: &AuditReport) -> Script {
    let text = addin_fixes(report, "@@VERSION@@");
    assert!(text.starts_with('\u{feff}'), "Windows PowerShell needs the byte order mark");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "every line ends with CR LF");
    assert_eq!(text.matches('\r').count(), text.matches("\r\n").count(), "no CR stands alone");
    let script = Script::parse(&text);
    assert_eq!(script.violations(), Vec::<String>::new());
    script
}

/// The values of one key of the steps, as PowerShell would read them.
fn planned(script: &Script, wanted: &str) -> Vec<String> {
    let plan = script.assigned("$Steps").expect("the plan is there");
    let nodes = script.nodes();
    let inside = nodes.iter().filter(|node| plan.byte_range().contains(&node.start_byte()));
    let entries = inside.filter(|node| node.kind() == "hash_entry").filter_map(|entry| {
        let (key, expression) = script.text(*entry).split_once('=')?;
        (key.trim() == wanted).then(|| expression.trim().trim_end_matches(';').trim_end())
    });
    entries.map(|text| value(text).expect("a literal")).collect()
}

#[test]
fn a_typical_script_reads_well() {
    let text = addin_fixes(&report(""), "@@VERSION@@").replace("\r\n", "\n");
    checked(&report(""));
    let (head, rest) = text.split_once("\n<#").expect("the help follows the comments");
    let (_, data) = rest.split_once("# ---- The plan").expect("a plan");
    let (data, _) = data.split_once("# ---- Messages").expect("code behind the plan");
    let shown = format!("{}\n\n# ---- The plan{data}", head.trim_start_matches('\u{feff}'));
    insta::with_settings!({ snapshot_path => "../snapshots" }, {
        insta::assert_snapshot!("addin_fixes", shown);
    });
}

/// From files and exports to the script: what the checks find there becomes steps.
#[test]
fn findings_of_an_audit_become_steps() {
    let case = case("OH05", "a farm that knows nothing yet", Expect::Fires(AuditSeverity::Critical))
        .file("Orders/Web.config", high_trust_config(&[("ClientId", ID), ("IssuerId", ISSUER)]))
        .evidence(|evidence| {
            evidence.principals.push(principal(OTHER_ID));
            evidence.principals.push(with_credentials(&legacy_secret("2024-01-01", "2025-01-01")));
            evidence.farm.realms.push(told("12768036-0b43-4e2a-9d8b-5d1c7a1f0e31", "farm.json", 1));
            evidence.farm.issuers_known = true;
            let on = Switch { on: true, value: told("true", "farm.json", 2) };
            evidence.farm.oauth_over_http.push(on.clone());
            evidence.farm.metadata_over_http.push(on);
        });
    let script = checked(&case.audit());
    // A high-trust add-in has no use for a new secret.
    assert_eq!(planned(&script, "Kind"), ["TrustIssuer", "OAuthOverHttp", "MetadataOverHttp", "RestartIis"]);
    assert_eq!(planned(&script, "IssuerId")[0], ISSUER);
}

#[test]
fn steps_come_once_and_in_the_order_of_their_needs() {
    let script = checked(&report(""));
    let expected = [
        "TrustRoot",
        "TrustIssuer",
        "Register",
        "Grant",
        "Grant",
        "OAuthOverHttp",
        "MetadataOverHttp",
        "NewSecret",
        "RestartIis",
    ];
    assert_eq!(planned(&script, "Kind"), expected);
    assert_eq!(planned(&script, "Thumbprint")[..2], [THUMBPRINT, THUMBPRINT]);
    assert_eq!(planned(&script, "File")[..2], ["root.cer", "signing.cer"]);
    assert_eq!(planned(&script, "IssuerId")[1], ISSUER);
    assert_eq!(planned(&script, "Scope")[3..5], ["Site", "SiteSubscription"]);
}

/// What is granted and lacks only the policy becomes a step as well.
#[test]
fn a_policy_that_is_not_granted_becomes_a_step() {
    let web = "http://sharepoint/content/sitecollection/web";
    let grant = |app_only| Fix::Grant {
        client_id: ID.to_owned(),
        scope: web.to_owned(),
        right: "Read".to_owned(),
        app_only,
    };
    let checks = [false, true].map(|app_only| check("OI19", Some(grant(app_only)))).to_vec();
    let report = AuditReport {
        addins: vec![addin("Orders", Target::OnPremLowTrust, checks)],
        ..AuditReport::default()
    };
    let script = checked(&report);
    assert_eq!(planned(&script, "What"), [format!("Grant Read on Site to {ID}, also without a user")]);
    assert_eq!(addin_fixes(&report, "x").matches("AppOnly = $true").count(), 1);
}

#[test]
fn what_concerns_sharepoint_online_is_told_and_not_done() {
    let online = AuditReport {
        addins: vec![addin("Cloud", Target::Spo, vec![fixes("").swap_remove(2), fixes("").swap_remove(4)])],
        ..AuditReport::default()
    };
    assert_eq!(planned(&checked(&online), "Kind"), Vec::<String>::new());
    let text = addin_fixes(&online, "x");
    assert!(text.contains("# ---- SharePoint Online: to be migrated"));
    assert!(text.contains("no command of a farm helps it"));
}

#[test]
fn suppressed_and_passing_checks_ask_for_nothing() {
    let mut checks = fixes("");
    for check in &mut checks {
        check.suppressed = Some("known".to_owned());
    }
    checks.push(CheckResult { status: Status::Pass, ..fixes("").swap_remove(0) });
    let quiet = AuditReport {
        addins: vec![addin("Orders", Target::OnPremLowTrust, checks)],
        ..AuditReport::default()
    };
    assert_eq!(planned(&checked(&quiet), "Kind"), Vec::<String>::new());
    for report in [quiet, AuditReport::default()] {
        assert!(addin_fixes(&report, "x").contains("Nothing: no check asks for a step"));
    }
}

#[test]
fn every_changing_command_is_guarded_and_nothing_is_removed() {
    let script = checked(&report(""));
    let commands = script.commands();
    for name in [
        "Register-SPAppPrincipal",
        "Set-SPAppPrincipalPermission",
        "New-SPTrustedRootAuthority",
        "New-SPTrustedSecurityTokenIssuer",
    ] {
        assert_eq!(commands.iter().filter(|command| **command == name).count(), 1, "{name}");
    }
    let guards = commands.iter().filter(|command| **command == "Test-Consent").count();
    assert_eq!(guards, 6, "one question for each of the six kinds of change");
    let removing =
        commands.iter().filter(|command| command.starts_with("Remove-") || command.contains("iisreset"));
    assert_eq!(removing.count(), 0);
}

#[test]
fn a_secret_is_never_made_by_the_script() {
    let script = checked(&report(""));
    let commands = script.commands();
    assert!(
        !commands.iter().any(|command| command.contains("-Mg") || command.contains("Random")),
        "{commands:?}"
    );
}

/// The commands of the script for a harmless text.
fn expected() -> &'static [String] {
    static COMMANDS: OnceLock<Vec<String>> = OnceLock::new();
    COMMANDS.get_or_init(|| checked(&report("harmless")).commands().into_iter().map(str::to_owned).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_text_of_an_artefact_becomes_code(text in hostile()) {
        let script = checked(&report(&text));
        prop_assert_eq!(script.commands(), expected());
        let named: String = format!("Orders{text}").trim().chars().take(100).collect();
        prop_assert!(planned(&script, "Name").contains(&named));
    }
}
