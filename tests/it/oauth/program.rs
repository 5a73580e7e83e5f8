//! The program as a user runs it: exit codes, the published form, threads, hostile names, secrets, atomic output.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

use super::support::manifest::manifest;
use super::support::package::package;

const CLIENT: &str = "3b062084-9617-464a-a774-a72b853c825f";
const SECRET: &str = "Q2FuYXJ5LXNlY3JldC0xMjM0NTY3ODkwLWFiY2RlZmc=";

pub(super) fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, bytes).expect("written");
    }
    dir
}

fn run(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("spdoctor")
        .expect("the program is built")
        .arg("oauth")
        .args(args)
        .current_dir(dir)
        .env("NO_COLOR", "1")
        .output()
        .expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().expect("an exit code"), text(&output.stdout), text(&output.stderr))
}

/// As [`run`], with something on standard input.
fn run_on(input: &[u8], args: &[&str]) -> (i32, String) {
    let output = Command::cargo_bin("spdoctor")
        .expect("the program is built")
        .arg("oauth")
        .args(args)
        .env("NO_COLOR", "1")
        .write_stdin(input)
        .output()
        .expect("it runs");
    (output.status.code().expect("an exit code"), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn registration(domain: &str) -> Vec<u8> {
    format!(
        "{{\"appId\":\"{CLIENT}\",\"displayName\":\"Orders\",\"servicePrincipalType\":\"Legacy\",\"servicePrincipalNames\":[\"{CLIENT}\",\"{CLIENT}/{domain}\"],\"replyUrls\":[],\"keyCredentials\":[],\"passwordCredentials\":[]}}"
    )
    .into_bytes()
}

fn config() -> Vec<u8> {
    format!(
        "<configuration><appSettings><add key=\"ClientId\" value=\"{CLIENT}\"/><add key=\"ClientSecret\" value=\"{SECRET}\"/></appSettings></configuration>"
    )
    .into_bytes()
}

/// An add-in whose StartPage is not on the registered domain.
fn mismatch() -> TempDir {
    let published = manifest(|m| {
        m.client_id(CLIENT).start_page("https://orders.litware-travel.net/?{StandardTokens}");
    });
    folder(&[
        ("Orders/Orders.app", package(&published, &[])),
        ("Orders/web.config", config()),
        ("Orders/registration.json", registration("apps.litware-travel.net")),
    ])
}

pub(super) fn json(dir: &Path, args: &[&str]) -> Value {
    let args: Vec<&str> =
        args.iter().chain(&["--format", "json", "--quiet", "--now", "2026-11-25"]).copied().collect();
    let (_, out, error) = run(dir, &args);
    serde_json::from_str(&out).unwrap_or_else(|flaw| panic!("{flaw}: {out} {error}"))
}

#[test]
fn the_published_form_has_the_promised_names() {
    let dir = mismatch();
    let report = json(dir.path(), &["Orders"]);
    assert_eq!(report["schema"], "spdoctor.oauth/1");
    let addin = &report["addins"][0];
    for key in
        ["id", "name", "client_id", "product_id", "stage", "target", "sources", "domains", "pairs", "checks"]
    {
        assert!(!addin[key].is_null(), "{key}");
    }
    for key in ["place", "raw", "host", "port", "path", "line"] {
        assert!(!addin["domains"][0][key].is_null(), "{key}");
    }
    let pair = addin["pairs"].as_array().expect("pairs").iter().find(|pair| pair["verdict"] == "different");
    assert_eq!(pair.expect("a difference")["breaks"], serde_json::json!(["context-token"]));
    let checks = addin["checks"].as_array().expect("checks");
    let first = checks.iter().find(|check| check["id"] == "OB01").expect("OB01");
    assert_eq!((&first["status"], &first["severity"]), (&"fail".into(), &"critical".into()));
    assert!(first["remedy"].as_str().expect("a remedy").contains("orders.litware-travel.net"));
    assert_eq!(first["evidence"].as_array().map(Vec::len), Some(2));
    for key in ["path", "line", "value"] {
        assert!(!first["evidence"][0][key].is_null(), "{key}");
    }
    let ids: std::collections::BTreeSet<&str> =
        checks.iter().filter_map(|check| check["id"].as_str()).collect();
    assert_eq!(ids.len(), 191, "every check is answered for every add-in");
    assert!(report["unmatched"].is_array() && report["skipped"].is_array() && report["summary"].is_object());
}

#[test]
fn the_exit_code_tells_how_it_went() {
    let dir = mismatch();
    assert_eq!(run(dir.path(), &["Orders"]).0, 1);
    assert_eq!(run(dir.path(), &["Orders", "--fail-on", "never"]).0, 0);
    assert_eq!(run(dir.path(), &["nowhere"]).0, 3);
    assert_eq!(run(dir.path(), &["Orders", "nowhere"]).0, 4);
    let text = folder(&[("notes.txt", b"nothing of it".to_vec())]);
    assert_eq!(run(text.path(), &["notes.txt"]).0, 3);
    assert_eq!(run_on(b"nothing of it", &["-"]).0, 3);
    assert_eq!(run_on(b"", &["-"]).0, 3);
    assert_eq!(run(dir.path(), &["Orders", "--now", "tomorrow"]).0, 2);
    assert_eq!(run(dir.path(), &["Orders", "--pfx-password-env", "SPDOCTOR_NOT_SET"]).0, 2);
}

#[test]
fn the_report_is_the_same_for_any_number_of_threads_and_order_of_paths() {
    let dir = mismatch();
    let text = |args: &[&str]| run(dir.path(), args).1;
    let once = text(&["Orders", "--details", "--threads", "1"]);
    assert_eq!(once, text(&["Orders", "--details", "--threads", "7"]));
    let files = ["Orders/Orders.app", "Orders/registration.json", "Orders/web.config"];
    let forward: Vec<&str> = files.iter().chain(&["--details"]).copied().collect();
    let backward: Vec<&str> = files.iter().rev().chain(&["--details"]).copied().collect();
    assert_eq!(text(&forward), text(&backward));
}

#[test]
fn no_secret_is_shown_anywhere() {
    let dir = mismatch();
    let outputs = [
        run(dir.path(), &["Orders", "--details", "--fix-script", "fix.ps1", "--calendar", "ends.ics"]),
        run(dir.path(), &["Orders", "--format", "json"]),
    ];
    for (_, out, error) in outputs {
        assert!(!out.contains("Q2FuYXJ5") && !out.contains("Canary") && !error.contains("Q2FuYXJ5"));
    }
    for name in ["fix.ps1", "ends.ics"] {
        let text = std::fs::read_to_string(dir.path().join(name)).expect("written");
        assert!(!text.contains("Q2FuYXJ5") && !text.contains("Canary"), "{name}");
    }
}

#[test]
fn a_secret_that_was_typed_in_the_wrong_place_is_not_repeated() {
    let dir = mismatch();
    for (words, said) in [
        (&["--connect", "https://user:CanaryPw@127.0.0.1:1"][..], "127.0.0.1:1"),
        (&["--connect", "https://user:Canary/Pw@127.0.0.1:1"], "127.0.0.1:1"),
        (&["--connect", "user:CanaryPw@127.0.0.1:0"], "127.0.0.1:0"),
        (&["--connect", "https://user:CanaryPw@127.0.0.1:0"], "127.0.0.1:0"),
        (&["--pfx-password-env", "CanaryPw=="], "--pfx-password-env"),
    ] {
        for form in ["text", "json"] {
            let words = [words, &["Orders", "--connect-timeout", "2", "--format", form]].concat();
            let (_, out, error) = run(dir.path(), &words);
            assert!(!out.contains("Canary") && !error.contains("Canary"), "{words:?}\n{out}{error}");
            assert!(out.contains(said) || error.contains(said), "{words:?}\n{out}{error}");
        }
    }
    let (code, _, error) = run(dir.path(), &["token", "x.y.z", "--client-secret-env", "CanaryPw=="]);
    assert!(code == 2 && !error.contains("Canary") && error.contains("--client-secret-env"), "{error}");
}

#[test]
fn what_was_not_read_is_told_where_a_script_takes_the_place_of_the_report() {
    let dir = mismatch();
    let (_, out, error) = run(dir.path(), &["Orders", "none.pfx", "--fix-script", "-"]);
    assert!(!out.contains("none.pfx"), "{out}");
    assert!(error.contains("none.pfx: "), "{error}");
}

#[test]
fn a_script_without_a_step_is_not_called_one() {
    let sound = manifest(|m| {
        m.client_id(CLIENT).start_page("https://orders.litware-travel.net/?{StandardTokens}");
    });
    let dir = folder(&[
        ("a/AppManifest.xml", sound.into_bytes()),
        ("a/registration.json", registration("orders.litware-travel.net")),
    ]);
    let (_, out, _) = run(dir.path(), &["a", "--fix-script", "fix.ps1"]);
    assert!(!out.contains("What can be done by command"), "{out}");
    let script = std::fs::read_to_string(dir.path().join("fix.ps1")).expect("written");
    assert!(script.contains("no check asks for a step"), "{script}");
}

#[test]
fn hostile_names_do_not_reach_the_terminal_raw() {
    let name = "Or\u{202e}ders&#x1b;[2J";
    let hostile = manifest(|m| {
        m.client_id(CLIENT).start_page("https://or\u{202e}ders.litware-travel.net/?{StandardTokens}");
    });
    let hostile = hostile.replace("<Title>", &format!("<Title>{name}"));
    let dir = folder(&[
        ("a/AppManifest.xml", hostile.into_bytes()),
        ("a/registration.json", registration("x\u{1b}]0;y\u{7}")),
    ]);
    let (_, out, error) = run(dir.path(), &["a", "--details"]);
    assert!(!(out + &error).contains(['\u{1b}', '\u{7}', '\u{202e}']));
}

#[test]
fn a_file_that_is_no_artefact_is_told_when_it_was_named() {
    let dir = folder(&[("notes.doc", b"hello".to_vec()), ("a/notes.doc", b"hello".to_vec())]);
    let (code, out, _) = run(dir.path(), &["notes.doc"]);
    assert!(code != 1 && out.contains("not an artefact of an add-in"), "{out}");
    let (_, out, _) = run(dir.path(), &["a"]);
    assert!(!out.contains("notes.doc"), "{out}");
}

#[test]
fn an_add_in_on_its_own_is_not_blamed_for_another_one() {
    let addin = |name: &str, number: u8, host: &str| {
        let id = format!("3b062084-9617-464a-a774-a72b853c82{number:02}");
        let text = manifest(|m| {
            m.client_id(&id).start_page(&format!("https://{host}/?{{StandardTokens}}"));
            m.set("ProductID", &format!("{{7f0c1a52-9a53-4c3e-8f4e-0c1d2e3f4a{number:02}}}"))
                .set("Name", name);
        });
        let text = text.replace("https://addin.adatum.test", &format!("https://{host}"));
        let registered =
            String::from_utf8(registration("apps.litware-travel.net")).expect("text").replace(CLIENT, &id);
        [
            (format!("{name}/{name}.app"), package(&text, &[])),
            (format!("{name}/registration.json"), registered.into_bytes()),
        ]
    };
    let files =
        [addin("Good", 11, "apps.litware-travel.net"), addin("Bad", 12, "other.litware-travel.net")].concat();
    let files: Vec<(&str, Vec<u8>)> =
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.clone())).collect();
    let dir = folder(&files);
    let report = json(dir.path(), &["."]);
    let addins = report["addins"].as_array().expect("add-ins");
    assert_eq!(addins.len(), 2);
    for addin in addins {
        let path = addin["sources"][0].as_str().expect("a path");
        let failed = addin["checks"]
            .as_array()
            .expect("checks")
            .iter()
            .any(|check| check["id"] == "OB01" && check["status"] == "fail");
        assert_eq!(failed, path.contains("Bad"), "{path}");
    }
}

#[test]
fn a_suppression_of_no_check_is_told() {
    let rule = "[[suppress]]\ncode = \"OZ99\"\nreason = \"known\"\n\n[[suppress]]\ncode = \"UA01\"\nreason = \"a log\"\n";
    let dir = folder(&[("spdoctor.toml", rule.into()), ("AppManifest.xml", manifest(|_| {}).into())]);
    let (_, _, errors) = run(dir.path(), &["AppManifest.xml"]);
    assert!(errors.contains("there is no check OZ99"), "{errors}");
    assert!(!errors.contains("UA01"), "{errors}");
}

#[test]
fn a_finding_can_be_suppressed_with_a_reason() {
    let dir = mismatch();
    let rule = "[[suppress]]\ncode = \"OB01\"\nobject = \"3b062084-9617-464a-a774-a72b853c825f\"\nreason = \"moves next week\"\n";
    std::fs::write(dir.path().join("spdoctor.toml"), rule).expect("written");
    let report = json(dir.path(), &["Orders"]);
    let checks = report["addins"][0]["checks"].as_array().expect("checks");
    let first = checks.iter().find(|check| check["id"] == "OB01").expect("OB01");
    assert_eq!(first["suppressed"], "moves next week");
}

#[test]
fn flags_stand_for_a_registration() {
    let dir = mismatch();
    std::fs::remove_file(dir.path().join("Orders/registration.json")).expect("removed");
    let status = |args: &[&str]| {
        let report = json(dir.path(), args);
        let checks = report["addins"][0]["checks"].as_array().expect("checks").clone();
        checks.iter().find(|check| check["id"] == "OB01").expect("OB01")["status"].clone()
    };
    assert_eq!(status(&["Orders"]), "undecided");
    assert_eq!(status(&["Orders", "--domain", "orders.litware-travel.net"]), "pass");
    assert_eq!(status(&["Orders", "--domain", "other.litware-travel.net"]), "fail");
}

#[test]
fn an_archive_of_a_source_tree_is_read_like_the_tree() {
    let published = manifest(|m| {
        m.client_id(CLIENT);
    });
    let inner = package(&published, &[]);
    let zipped = super::support::package::zipped(&[("src/Orders.app", inner), ("src/web.config", config())]);
    let dir = folder(&[("tree.zip", zipped)]);
    let report = json(dir.path(), &["tree.zip"]);
    assert_eq!(report["addins"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["addins"][0]["client_id"], CLIENT);
    assert_eq!(report["addins"][0]["stage"], "package");
}

#[test]
fn files_are_recognised_by_what_is_in_them() {
    let published = manifest(|m| {
        m.client_id(CLIENT).start_page("http://orders.litware-travel.net/?{StandardTokens}");
    });
    let host_config = b"<?xml version=\"1.0\"?>\n<configuration><system.applicationHost><sites><site name=\"Orders\"><bindings>\
        <binding protocol=\"https\" bindingInformation=\"*:443:orders.litware-travel.net\" /></bindings></site></sites>\
        </system.applicationHost></configuration>";
    let artefacts: [(&[u8], &str); 5] = [
        (&package(&published, &[]), "OB09"),
        (published.as_bytes(), "OB09"),
        (&config(), "OF13"),
        (&registration("apps.litware-travel.net"), "apps.litware-travel.net"),
        (host_config, "1 artefact"),
    ];
    for (bytes, told) in artefacts {
        let (_, out) = run_on(bytes, &["-"]);
        assert!(out.contains(told) && !out.contains("NOT READ"), "{out}");
        let dir = folder(&[("copy", bytes.to_vec()), ("copy.bak", bytes.to_vec())]);
        for name in ["copy", "copy.bak"] {
            let (_, out, _) = run(dir.path(), &[name]);
            assert!(out.contains(told) && !out.contains("NOT READ"), "{name}: {out}");
        }
    }
    let dir = folder(&[("copies/web.xml", config()), ("copies/web.txt", config())]);
    for name in ["copies/web.xml", "copies/web.txt", "copies"] {
        assert!(run(dir.path(), &[name]).1.contains("OF13"), "{name}");
    }
}

#[test]
fn what_can_be_no_value_of_an_option_is_refused_without_repeating_it() {
    let dir = folder(&[("web.config", config())]);
    for (option, value) in [
        ("--client-id", SECRET),
        ("--realm", "canary"),
        ("--domain", "https://canary y"),
        ("--domain", ""),
        ("--domain", "canary:0"),
        ("--domain", "canary:99999"),
        ("--calendar", "canary.txt"),
        ("--threads", "257"),
        ("--redirect-uri", "https://canary /"),
    ] {
        let (code, out, errors) = run(dir.path(), &["web.config", option, value]);
        assert_eq!((code, out.as_str()), (2, ""), "{option}");
        assert!(
            errors.contains(option) && !errors.contains("canary") && !errors.contains(SECRET),
            "{errors}"
        );
    }
    assert_ne!(run(dir.path(), &["web.config", "--client-id", CLIENT, "--domain", "https://wrong/"]).0, 2);
}

#[test]
fn an_audit_of_nothing_is_wrong_usage() {
    let dir = folder(&[]);
    let (code, out, errors) = run(dir.path(), &[]);
    assert!(code == 2 && out.is_empty() && errors.contains("no PATH was given"), "{errors}");
    // An empty folder was at least named, and a registration told.
    assert_eq!(run(dir.path(), &["."]).0, 3);
    assert_ne!(run(dir.path(), &["--domain", "orders.litware-travel.net"]).0, 2);
}

#[test]
fn a_secret_in_code_of_another_system_is_told_where_nothing_else_was_given() {
    let leak =
        b"const paypal = { client_secret: \"EGnHDxD_qRPdaLdZz8iCr8N7_MzF-YHPTkjs6NKYQvQS\" };".to_vec();
    let (code, out, _) = run(folder(&[("pay.js", leak)]).path(), &["."]);
    assert!(code == 1 && out.contains("OF13") && !out.contains("EGnHDxD"), "{out}");
}

#[test]
fn files_of_other_products_alone_are_no_clean_audit() {
    let framework = manifest(|text| {
        text.set("IsClientSideSolution", "true");
    });
    let dir = folder(&[("AppManifest.xml", framework.into_bytes())]);
    let (code, out, _) = run(dir.path(), &["."]);
    assert_eq!(code, 3);
    assert!(out.contains("SharePoint Framework package"), "{out}");
}

#[test]
fn of_a_file_that_was_named_something_is_said_by_whatever_path_it_is_reached() {
    let dir = folder(&[("d/notes.bin", b"notes".to_vec())]);
    for args in [&["d/notes.bin", "d"][..], &["d", "d/notes.bin"], &["d", "./d/notes.bin"]] {
        let (_, out, _) = run(dir.path(), &[args, &["--format", "json"]].concat());
        assert!(out.contains("not an artefact of an add-in"), "{args:?} {out}");
    }
}

#[cfg(unix)]
#[test]
fn a_name_may_hold_what_separates_folders_elsewhere() {
    let dir = folder(&[("a\\b.txt", b"notes".to_vec())]);
    let (_, out, _) = run(dir.path(), &["a\\b.txt", "--format", "json"]);
    assert!(out.contains("not an artefact of an add-in"), "{out}");
}

#[test]
fn files_of_an_archive_are_corrected_each_beside_the_others() {
    let app = |number: u32, name: &str| {
        let id = format!("3b062084-9617-464a-a774-a72b853c825{number}");
        let xml = manifest(|m| {
            m.client_id(&id).set("Name", name).set("ProductID", &format!("{{{id}}}"));
            m.permissions = m.permissions.replace("http://sharepoint", "https://sharepoint");
        });
        package(&xml, &[])
    };
    let inner = super::support::package::zipped(&[("B.app", app(1, "B"))]);
    let zipped = super::support::package::zipped(&[
        ("A.app", app(0, "A")),
        ("inner.zip", inner),
        ("C.app", app(2, "C")),
    ]);
    let dir = folder(&[("all.zip", zipped), ("D.app", app(3, "D"))]);
    let (_, _, error) = run(dir.path(), &[".", "--fix-xml", "fixed", "--now", "2026-11-25"]);
    assert!(error.contains("4 files corrected in fixed"), "{error}");
    for path in ["all.zip/A.app", "all.zip/inner.zip/B.app", "all.zip/C.app", "D.app"] {
        let path = dir.path().join("fixed").join(path).join("AppManifest.xml");
        let text = std::fs::read_to_string(&path).expect("a corrected manifest");
        let name = path
            .parent()
            .and_then(|folder| folder.file_stem())
            .and_then(|name| name.to_str())
            .expect("a name");
        assert!(
            text.contains(&format!("Name=\"{name}\"")) && !text.contains("https://sharepoint/"),
            "{text}"
        );
    }
}
