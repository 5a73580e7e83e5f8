//! Sentences to the letter: numbers and nouns agree, nothing is claimed that is not there, paths exist.

use super::support::manifest::manifest;
use super::support::package::{elements, package};
use super::support::{Case, Expect, case, results};
use spdoctor::model::audit::Target;

const APP: &str = "out/Orders.app";

/// The messages of a check.
fn messages(case: &Case) -> Vec<String> {
    let report = case.audit();
    results(&report, case.code).into_iter().map(|result| result.message.to_string()).collect()
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
