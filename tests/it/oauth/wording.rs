//! Sentences to the letter: numbers and nouns agree, nothing is claimed that is not there, paths exist.

use super::support::facts::web_config;
use super::support::manifest::{CLIENT_ID, ManifestText, manifest};
use super::support::package::{elements, package};
use super::support::{Case, Expect, case, results};
use spdoctor::model::audit::Target;

const APP: &str = "out/Orders.app";

/// The messages and remedies of a check.
fn told(case: &Case) -> Vec<(String, String)> {
    let report = case.audit();
    let told = results(&report, case.code).into_iter();
    told.map(|result| (result.message.to_string(), result.remedy.to_string())).collect()
}

fn messages(case: &Case) -> Vec<String> {
    told(case).into_iter().map(|(message, _)| message).collect()
}

fn with(code: &'static str, change: impl FnOnce(&mut ManifestText)) -> Case {
    case(code, "", Expect::Passes).file(APP, package(&manifest(change), &[]))
}

#[test]
fn addresses_are_counted_once() {
    let one = |text: &mut ManifestText| {
        text.installed("https://addin.litware-travel.net/a.svc").property(
            "<UninstallingEventEndpoint>https://addin.litware-travel.net/a.svc</UninstallingEventEndpoint>",
        );
    };
    assert_eq!(
        messages(&with("OC11", one).target(Target::Spo)),
        ["event receivers at 1 address rely on Azure ACS, which ended for SharePoint Online on 2026-04-02"]
    );
    let tenant = "[{\"LegacyAuthProtocolsEnabled\": false, \"NoScriptSite\": true}]";
    assert_eq!(
        messages(&with("OC12", one).target(Target::Spo).file("tenant.json", tenant)),
        ["LegacyAuthProtocolsEnabled is off: receivers that are added now are never called"]
    );
}

#[test]
fn a_password_is_beside_a_certificate_only_where_there_is_one() {
    let path = ("ClientSigningCertificatePath", "C:\\certs\\signing.cer");
    let of = |settings: &[(&str, &str)]| {
        messages(&case("OH12", "", Expect::Passes).file("web.config", web_config(settings)))
    };
    assert_eq!(
        of(&[("ClientId", CLIENT_ID), path]),
        ["the signing certificate is read from a file, C:\\certs\\signing.cer"]
    );
    assert_eq!(
        of(&[("ClientId", CLIENT_ID), path, ("ClientSigningCertificatePassword", "x7#Lq0!zPw94rT")]),
        ["the signing certificate is read from a file, C:\\certs\\signing.cer, with its password beside it"]
    );
}

#[test]
fn the_successor_of_a_misspelt_right_is_that_of_the_right_that_is_meant() {
    let of = |right: &str| {
        let tenant = "http://sharepoint/content/tenant";
        messages(
            &with("OI22", |text| {
                text.permissions("AllowAppOnlyPolicy=\"true\"", &[(tenant, right)]);
            })
            .target(Target::Spo),
        )
    };
    assert_eq!(of("Full Control"), of("FullControl"));
    assert!(of("Full Control")[0].contains("Sites.FullControl.All"), "{:?}", of("Full Control"));
    assert_eq!(of("Everything"), ["nothing wrong was found"]);
}

#[test]
fn git_is_given_the_path_of_a_file() {
    let debug = "<AutoDeployedWebApplication><DebugInfo AppUrl=\"https://localhost/\" ClientSecret=\"vR3canaryK9xUq7\" /></AutoDeployedWebApplication>";
    let told = told(&with("OA15", |text| {
        text.principal(debug);
    }));
    assert!(told[0].1.contains("git rm --cached 'out/Orders.app', "), "{told:?}");
}

#[test]
fn one_more_failure_is_one() {
    let verdict = |change: fn(&mut ManifestText)| with("OB09", change).audit().summary.verdict;
    let three = verdict(|text| {
        text.client_id("x")
            .start_page("http://addin.litware-travel.net/")
            .permissions("", &[("urn:a", "Read")]);
    });
    assert!(three.ends_with("(and 1 more failure)."), "{three}");
}

#[test]
fn what_visual_studio_could_not_fill_in_is_no_host() {
    let parts = elements(
        "<ClientWebPart Name=\"Board\"><Content Type=\"html\" Src=\"(None)?{StandardTokens}\" /></ClientWebPart>\n\
         <CustomAction Id=\"track\"><CommandUIExtension><CommandUIHandlers>\
         <CommandUIHandler Command=\"x\" CommandAction=\"https://addin.litware-travel.net/a\" />\
         </CommandUIHandlers></CommandUIExtension></CustomAction>",
    );
    let text = manifest(|text| {
        text.start_page("https://addin.litware-travel.net/?{StandardTokens}");
    });
    let package = package(&text, &[("elements1.xml", parts.into_bytes())]);
    let case = case("OB14", "", Expect::Passes).file(APP, package).target(Target::Spo);
    assert_eq!(messages(&case), ["nothing wrong was found"]);
    let report = case.audit();
    let rows: Vec<(&str, &str)> =
        report.addins[0].domains.iter().map(|row| (row.place.as_str(), row.host.as_str())).collect();
    assert_eq!(
        rows,
        [
            ("start-page", "addin.litware-travel.net"),
            ("app-part Board", ""),
            ("custom-action track", "addin.litware-travel.net"),
        ]
    );
}
