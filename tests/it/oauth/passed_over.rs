//! What lies beside the artefacts of an add-in: what is passed over, and what is said of it.

use std::path::Path;

use serde_json::Value;

use super::program::{folder, json};
use super::support::facts::usual_config;
use super::support::manifest::manifest;
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
