//! What lies beside the artefacts of an add-in: what is passed over, and what is said of it.

use std::path::Path;

use serde_json::Value;

use super::program::{folder, json};
use super::support::facts::{OTHER_ID, SECRET, usual_config, web_config};
use super::support::manifest::{CLIENT_ID, manifest};
use super::support::package::package;

/// Names of add-ins, and of what was not read with the reason.
fn audited(dir: &Path, args: &[&str]) -> (Vec<String>, Vec<String>) {
    let report = json(dir, args);
    let each = |list: &Value, show: &dyn Fn(&Value) -> String| {
        list.as_array().expect("a list").iter().map(show).collect::<Vec<_>>()
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (
        each(&report["addins"], &|addin| text(&addin["name"])),
        each(&report["skipped"], &|skipped| {
            format!("{}: {}", text(&skipped["path"]), text(&skipped["reason"]))
        }),
    )
}

#[test]
fn only_folders_of_libraries_below_what_was_given_are_passed_over_and_told() {
    let app = package(&manifest(|_| {}), &[]);
    let dir = folder(&[
        ("src/node_modules/addin/X.app", app.clone()),
        ("src/node_modules/other/a.config", usual_config().into_bytes()),
        ("src/.git/HEAD", b"ref".to_vec()),
    ]);
    let told = "src/node_modules: 2 files not read: a folder of tools or libraries; name it to have it read";
    assert_eq!(audited(dir.path(), &["src"]), (Vec::new(), vec![told.to_owned()]));
    let found = (vec!["Orders".to_owned()], Vec::new());
    assert_eq!(audited(dir.path(), &["src/node_modules/addin"]), found);
    assert_eq!(audited(dir.path(), &["src/node_modules/addin/X.app"]), found);
    assert_eq!(audited(dir.path(), &["src/node_modules/addin/*.app"]), found);
}

#[test]
fn an_add_in_is_not_called_after_a_transform() {
    let transform = b"<configuration xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\"><appSettings><add key=\"ClientId\" value=\"x\" xdt:Transform=\"Replace\"/></appSettings></configuration>";
    let dir = folder(&[
        ("OrdersWeb/Web.Debug.config", transform.to_vec()),
        ("OrdersWeb/Web.config", usual_config().into_bytes()),
    ]);
    assert_eq!(audited(dir.path(), &["OrdersWeb"]).0, ["Web.config"]);
}

#[test]
fn a_secret_in_a_backup_is_told_and_nothing_of_it_is_compared() {
    let other = usual_config().replace(CLIENT_ID, OTHER_ID).replace(
        "</appSettings>",
        "<add key=\"HostedAppHostName\" value=\"old.adatum.test\" /></appSettings>",
    );
    let app = package(&manifest(|_| {}), &[]);
    let dir = folder(&[
        ("Orders/Orders.app", app),
        ("Orders/Web.config", web_config(&[("ClientId", CLIENT_ID)]).into_bytes()),
        ("Orders/Web.config.bak", other.clone().into_bytes()),
        ("Orders/Web.config.20250101", other.into_bytes()),
        ("Orders/src.7z", b"7z".to_vec()),
    ]);
    let report = json(dir.path(), &["Orders"]);
    let addins = report["addins"].as_array().expect("a list");
    assert_eq!(addins.len(), 1, "{addins:?}");
    let told: Vec<&str> = addins[0]["checks"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|check| check["id"] == "OF13" && check["status"] == "fail")
        .filter_map(|check| check["message"].as_str())
        .collect();
    assert_eq!(
        told,
        [
            "Orders/Web.config.20250101 holds a secret in clear: ClientSecret",
            "Orders/Web.config.bak holds a secret in clear: ClientSecret",
        ]
    );
    let text = report.to_string();
    assert!(!text.contains("old.adatum.test") && !text.contains(OTHER_ID) && !text.contains(SECRET));
    assert_eq!(
        audited(dir.path(), &["Orders"]).1,
        ["Orders/src.7z: an archive of a kind that is not read; unpack it, and name the folder"]
    );
    let named = audited(dir.path(), &["Orders/Web.config.bak"]);
    assert_eq!(named.0, ["Web.config.bak"]);
}

#[test]
fn a_backup_that_no_add_in_is_near_to_is_told_as_matched_to_none() {
    let of = |id: &str, name: &str| {
        let xml = manifest(|text| {
            text.client_id(id).set("Name", name).set("ProductID", &format!("{{{id}}}"));
        });
        package(&xml, &[])
    };
    let dir = folder(&[
        ("all/a/A.app", of(CLIENT_ID, "A")),
        ("all/b/B.app", of(OTHER_ID, "B")),
        ("all/kept/Web.config.bak", usual_config().into_bytes()),
    ]);
    let report = json(dir.path(), &["all"]);
    assert_eq!(report["addins"].as_array().map(Vec::len), Some(2));
    assert_eq!(report["unmatched"][0]["kind"], "backup");
    assert_eq!(report["unmatched"][0]["path"], "all/kept/Web.config.bak");
    let alone = json(dir.path(), &["all/kept"]);
    let checks = alone["addins"][0]["checks"].as_array().expect("a list");
    assert!(checks.iter().any(|check| check["id"] == "OF13" && check["status"] == "fail"));
}
