//! Rules from outside: listed, tested, explained, brought along by a user, suppressed.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use spdoctor::catalogue::Catalogue;
use spdoctor::catalogue::card::Cards;
use tempfile::TempDir;

const GOOD: &str = r#"code = "MY01"
name = "gizmo-broken"
title = "A gizmo broke"
severity = "error"
grade = "verified"
source = "A log of our own."
logs = ["upgrade"]
versions = ["2016"]
object = "gizmo"
explanation = """
## What happened
A gizmo.
## Why
The wind.
## What to do
Mend it.
"""

[[pattern]]
literals = ["The gizmo "]
regex = '''The gizmo (?P<gizmo>\w+) broke'''

[[step]]
text = "Mend it."

[[example]]
log = "upgrade-2010"
text = '''[PSCONFIG] [SPGizmo] [ERROR] [3/14/2026 10:10:24 PM]: The gizmo G7 broke'''
captures = { gizmo = "G7" }

[[counter_example]]
log = "upgrade-2010"
text = '''[PSCONFIG] [SPGizmo] [ERROR] [3/14/2026 10:10:24 PM]: The gizmo is fine'''
why = "It did not break."
"#;

const LOG: &str = "[PSCONFIG] [SPGizmo] [ERROR] [3/14/2026 10:10:24 PM]: The gizmo G7 broke\r\n\
[PSCONFIG] [SPContentDatabaseSequence] [DEBUG] [3/14/2026 10:10:25 PM]: Site with Id = 961cfd1e-5cf8-4e40-8756-0032a517119b is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061: No connection could be made because the target machine actively refused it 127.0.0.1:32843.\r\n\
[PSCONFIG] [SPContentDatabaseSequence] [WARNING] [3/14/2026 10:10:26 PM]: File [Features\\Gizmo\\gizmo.aspx] is referenced [3] times in the database [WSS_Content_HR], but is not installed on the current farm. Please install any feature/solution which contains this file.\r\n";

/// A folder with files in it.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        write(&dir.path().join(name), text);
    }
    dir
}

#[expect(clippy::disallowed_methods, reason = "the tests make the files that the program reads")]
fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(path, text).expect("written");
}

/// Exit code, standard output, standard error.
fn run(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("spdoctor")
        .expect("the program is built")
        .args(args)
        .current_dir(dir)
        .env("NO_COLOR", "1")
        .output()
        .expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().expect("an exit code"), text(&output.stdout), text(&output.stderr))
}

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn report(dir: &Path, args: &[&str]) -> (Value, String) {
    let all: Vec<&str> = ["upgrade", "--format", "json"].iter().chain(args).copied().collect();
    let (_, stdout, stderr) = run(dir, &all);
    (serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stderr}")), stderr)
}

/// Codes of the findings, those suppressed in brackets.
fn codes(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings");
    let shown = findings.iter().map(|finding| {
        let code = finding["code"].as_str().expect("a code").to_owned();
        if finding["suppressed"].is_null() { code } else { format!("({code})") }
    });
    let mut shown: Vec<String> = shown.collect();
    shown.sort();
    shown
}

#[test]
fn the_list_has_every_rule_and_those_of_the_user() {
    let dir = folder(&[("rules/good.toml", GOOD)]);
    let (code, json, _) = run(dir.path(), &["rules", "--format", "json", "--rules", "rules"]);
    let list: Value = serde_json::from_str(&json).expect("JSON");
    let rules = list["rules"].as_array().expect("a list");
    assert_eq!((code, rules.len() > 75), (0, true));
    assert!(rules.iter().any(|rule| rule["code"] == "MY01"));
    let (_, text, _) = run(dir.path(), &["rules"]);
    assert!(text.lines().count() >= 75 && text.contains("sts-refused"));
}

#[test]
fn the_rule_of_the_document_is_sound_and_finds_its_line() {
    let page = include_str!("../../docs/own-rules.md");
    let rule = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let line = rule.lines().find_map(|line| line.strip_prefix("text = \'\'\'")).expect("its line");
    let log = format!("{}\n", line.trim_end_matches('\''));
    let dir = folder(&[("rules/x.toml", rule), ("Upgrade.log", &log)]);
    assert_eq!(run(dir.path(), &["rules", "test", "rules"]).0, 0);
    let (report, _) = report(dir.path(), &["Upgrade.log", "--rules", "rules"]);
    assert_eq!(codes(&report), ["X01"]);
}

#[test]
fn every_rule_is_explained_by_its_code() {
    let catalogue = Catalogue::built_in().expect("the built-in rules load");
    for rule in catalogue.rules() {
        let (code, page, _) = run(&here(), &["explain", &rule.code.to_lowercase()]);
        assert_eq!((code, page.lines().next()), (0, Some(format!("# {} {}", rule.code, rule.name).as_str())));
        for heading in ["## What happened", "## Why", "## What to do", "## Steps"] {
            assert!(page.contains(heading), "{}: {heading}", rule.code);
        }
    }
}

#[test]
fn every_check_of_add_ins_is_listed_and_explained_by_its_code() {
    let cards = Cards::built_in().unwrap_or_else(|errors| panic!("{errors:#?}"));
    let (_, json, _) = run(&here(), &["rules", "--format", "json"]);
    let list: Value = serde_json::from_str(&json).expect("JSON");
    let listed: Vec<&str> = list["checks"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|check| check["code"].as_str())
        .collect();
    assert_eq!(listed, cards.iter().map(|card| card.code.as_str()).collect::<Vec<_>>());
    let (_, text, _) = run(&here(), &["rules"]);
    for card in cards.iter().step_by(17) {
        assert!(text.contains(&*card.name), "{}", card.code);
        let (code, page, _) = run(&here(), &["explain", &card.code.to_lowercase()]);
        assert_eq!(code, 0, "{}", card.code);
        for part in [&*card.title, "## What to do", "## Steps"] {
            assert!(page.contains(part), "{}: {part}", card.code);
        }
    }
}

#[test]
fn an_error_of_add_ins_is_explained_with_what_it_tells_by_itself() {
    let pasted = "\u{201c}localhost\u{201d} is not the intended audience \u{201c}b99d1203-0000-4000-8000-000000000000/localhost:44349@12768036-0000-4000-8000-000000000000\u{201d}";
    let (code, page, _) = run(&here(), &["explain", pasted]);
    assert_eq!(code, 0);
    for part in ["The text says:", "differ in the port only", "OB12 ", "OB27 ", "OB01 ", "## What happened"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let (_, hostile, _) =
        run(&here(), &["explain", "\"\u{1b}[31mx\u{7}\" is not the intended audience \"a/b@c\""]);
    assert!(!hostile.contains('\u{1b}') && !hostile.contains('\u{7}'), "{hostile}");
}

#[test]
fn an_error_text_is_explained_or_nothing_comes_near() {
    let (code, page, _) = run(&here(), &["explain", "The B2B upgrader timer job failed."]);
    assert!(code == 0 && page.starts_with("# UD04 "), "{page}");
    // Typed without its full stop.
    let (code, page, _) = run(&here(), &["explain", "Failed to create sample data "]);
    assert!(code == 0 && page.starts_with("# UD28 "), "{page}");
    let (code, near, _) =
        run(&here(), &["explain", "gave up: SocketError while probing the random unused port"]);
    assert!(code == 0 && near.contains("UD18"), "{near}");
    // An error number by itself is told, with what may be behind it.
    for number in ["0x80070005", "-2147024891", "Access is denied. (Exception from HRESULT: 0x80070005)"] {
        let (code, page, _) = run(&here(), &["explain", number]);
        assert_eq!(code, 0);
        assert!(
            page.contains("0x80070005 (E_ACCESSDENIED, error 5 of Windows): access was denied")
                && page.contains("UD33"),
            "{page}"
        );
        assert!(!page.contains("UA15"), "{page}");
    }
    // An error of Windows as its tools tell it. One word in common with a rule says nothing.
    let (code, page, _) = run(&here(), &["explain", "The setup failed with error 1603."]);
    assert!(
        code == 0 && page.contains("0x80070643 (ERROR_INSTALL_FAILURE, error 1603 of Windows)"),
        "{page}"
    );
    assert!(!page.contains("Rules that may be behind it"), "{page}");
    // Nor do the sentence that Windows has for a number, or the marks around it.
    for text in [
        "The system cannot find the path specified. (Exception from HRESULT: 0x80070003)",
        "<nativehr>0x80070003</nativehr><nativestack></nativestack>",
        "The specified network password is not correct. (0x80070056)",
    ] {
        let (code, page, _) = run(&here(), &["explain", text]);
        assert!(code == 0 && page.contains(" of Windows)"), "{page}");
        assert!(!page.contains("may be behind it") && !page.contains(".pfx"), "{page}");
    }
    // What every match of a rule has tells more than the number.
    let page = run(
        &here(),
        &["explain", "SPRequest.GetSiteQuota(String bstrUrl): no path was specified (0x80070003)"],
    )
    .1;
    assert!(page.contains("UA15"), "{page}");
    let (code, _, error) = run(&here(), &["explain", "ua99"]);
    assert!(code == 2 && error.contains("no rule or check has this code;"), "{error}");
    // A text about tokens has nothing to do with the upgrade, whatever number stands in it.
    let (code, page, _) = run(&here(), &["explain", "SPAppToken was not understood (0x80070005)"]);
    assert!(code == 0 && page.contains("E_ACCESSDENIED") && !page.contains("UD"), "{page}");
    let (code, out, error) = run(&here(), &["explain", "qwertz uiop"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.contains("none comes near"), "{error}");
    for text in [
        "the token of the timer job was not understood",
        "The app identifier i:0i.t|ms.sp.ext|1234@5678 was not understood",
        "SPAppToken was not understood",
    ] {
        let (code, out, error) = run(&here(), &["explain", text]);
        assert!(code == 2 && out.is_empty() && error.contains("no check knows"), "{out}{error}");
    }
    let (code, _, error) = run(&here(), &["explain", "-2146999999"]);
    assert!(code == 2 && error.contains("none comes near"), "a negative number is a text: {error}");
}

#[test]
fn a_pasted_text_may_begin_with_dashes() {
    for text in ["-----The B2B upgrader timer job failed.", "--- begin\nThe B2B upgrader timer job failed."] {
        let (code, page, error) = run(&here(), &["explain", text]);
        assert!(code == 0 && page.starts_with("# UD04 "), "{page}{error}");
    }
    let (code, page, _) = run(&here(), &["explain", "--help"]);
    assert!(code == 0 && page.contains("Usage: "), "{page}");
    let (code, _, error) = run(&here(), &["explain", "--formt", "UA01"]);
    assert!(code == 2 && error.contains("unexpected argument"), "{error}");
}

#[test]
fn hostile_text_is_never_echoed_raw() {
    let hostile = "\u{1b}]0;owned\u{7}\u{202e}SocketError GenerateRandomUnUsedPort\u{1b}[2J";
    for text in [hostile, "\u{1b}[2J\u{202e}zzz"] {
        let (_, out, error) = run(&here(), &["explain", text]);
        assert!(!(out + &error).contains(['\u{1b}', '\u{7}', '\u{202e}']));
    }
}

/// Rule files with one flaw each, and what is said of them.
fn flawed() -> Vec<(&'static str, String, &'static str)> {
    let but = |from: &str, to: &str| {
        assert!(GOOD.contains(from));
        GOOD.replacen(from, to, 1).replace("MY01", "MY99").replace("gizmo-broken", "other-gizmo")
    };
    let sample = GOOD.find("[[example]]").expect("it has one");
    let without_sample = GOOD.get(..sample).expect("the part before it").replace("MY01", "MY98");
    vec![
        ("regex.toml", but("(?P<gizmo>\\w+)", "(?P<gizmo>\\w+"), "regex.toml:21: the regex does not compile"),
        ("key.toml", but("object =", "objekt ="), "key.toml:9: unknown key `objekt`"),
        ("sample.toml", without_sample, "0 of [[example]], a rule like this needs 1"),
        ("code.toml", GOOD.replace("MY01", "UA01"), "code.toml:1: \"UA01\" is not a rule code"),
        (
            "name.toml",
            but("MY01", "MY01").replace("other-gizmo", "sts-refused"),
            "name.toml:2: name sts-refused is taken by",
        ),
        (
            "literal.toml",
            but("[\"The gizmo \"]", "[\"another gizmo\"]"),
            "literal.toml:21: a match need not contain",
        ),
        ("toml.toml", "code = \"MY97\nname = 1".to_owned(), "toml.toml:1: "),
    ]
}

#[test]
fn a_flawed_rule_is_told_with_its_place_and_the_scan_goes_on() {
    for (name, text, expected) in flawed() {
        let dir =
            folder(&[("rules/a-good.toml", GOOD), (&format!("rules/{name}"), &text), ("Upgrade.log", LOG)]);
        let (code, out, _) = run(dir.path(), &["rules", "test", "rules"]);
        assert!(code == 1 && out.contains(expected), "{name}: {out}");
        let (report, error) = report(dir.path(), &["Upgrade.log", "--rules", "rules"]);
        assert!(error.contains("rule left out: ") && error.contains(expected), "{name}: {error}");
        assert_eq!(codes(&report), ["MY01", "UA01", "UB02"], "{name}");
    }
}

#[test]
fn two_rules_of_the_user_with_one_code_are_told_apart() {
    let other = GOOD.replace("gizmo-broken", "other-gizmo");
    let dir = folder(&[("a.toml", GOOD), ("b.toml", &other)]);
    let (code, out, _) = run(dir.path(), &["rules", "test", "."]);
    assert!(code == 1 && out.contains("b.toml:1: code MY01 is taken by"), "{out}");
}

#[test]
fn an_example_that_does_not_match_fails_the_test_of_a_rule() {
    let dir = folder(&[("a.toml", &GOOD.replace("The gizmo G7 broke'''", "The gizmo G7 bent'''"))]);
    let (code, out, _) = run(dir.path(), &["rules", "test", "."]);
    assert!(code == 1 && out.contains("the example is not matched by its rule"), "{out}");
    let (code, out, _) = run(folder(&[("a.toml", GOOD)]).path(), &["rules", "test", "."]);
    assert!(code == 0 && out.contains("1 of 1 rule files read, 0 problems"), "{out}");
}

#[test]
fn the_pages_of_the_rules_are_up_to_date() {
    let (code, _, error) = run(&here(), &["rules", "docs", "docs/rules", "--check"]);
    assert_eq!((code, error.as_str()), (0, ""));
}

#[test]
fn a_stale_page_is_found_and_written_anew() {
    let dir = folder(&[]);
    assert_eq!(run(dir.path(), &["rules", "docs", "pages"]).0, 0);
    assert_eq!(run(dir.path(), &["rules", "docs", "pages", "--check"]).0, 0);
    write(&dir.path().join("pages/UA01.md"), "# old\n");
    let (code, _, error) = run(dir.path(), &["rules", "docs", "pages", "--check"]);
    assert!(code == 1 && error.contains("UA01.md does not match its rule file"), "{error}");
    assert_eq!(run(dir.path(), &["rules", "docs", "pages"]).0, 0);
    assert_eq!(run(dir.path(), &["rules", "docs", "pages", "--check"]).0, 0);
}

/// The findings under these suppressions, and the remarks.
fn suppressed(toml: &str) -> (Vec<String>, String) {
    let dir = folder(&[("spdoctor.toml", toml), ("Upgrade.log", LOG)]);
    let (report, _) = report(dir.path(), &["Upgrade.log"]);
    (codes(&report), report["coverage"]["remarks"].to_string())
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the tests make the files that the program reads")]
fn what_powershell_5_writes_is_read_and_what_is_too_long_is_refused() {
    let wide =
        |text: &str| format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let dir = folder(&[("Upgrade.log", LOG), ("rules/good.toml", "")]);
    let toml = dir.path().join("spdoctor.toml");
    std::fs::write(&toml, wide("[[suppress]]\r\ncode = \"UB02\"\r\nreason = \"known\"\r\n"))
        .expect("written");
    assert_eq!(codes(&report(dir.path(), &["Upgrade.log"]).0), ["(UB02)", "UA01", "UE07"]);
    std::fs::write(dir.path().join("rules/good.toml"), wide(GOOD)).expect("written");
    let (code, json, error) = run(dir.path(), &["rules", "--format", "json", "--rules", "rules"]);
    assert!(code == 0 && json.contains("MY01") && !error.contains("left out"), "{error}");
    std::fs::write(&toml, "#".repeat((1 << 20) + 1)).expect("written");
    let (code, _, error) = run(dir.path(), &["upgrade", "Upgrade.log"]);
    assert!(code == 2 && error.contains("cannot read spdoctor.toml: it is larger than 1 MiB"), "{error}");
}

#[test]
fn a_finding_is_suppressed_by_code_database_or_object() {
    for (lines, expected) in [
        ("code = \"UB02\"", vec!["(UB02)", "UA01", "UE07"]),
        ("code = \"ub02\"\ndatabase = \"wss_content_hr\"", vec!["(UB02)", "UA01", "UE07"]),
        ("code = \"UB02\"\ndatabase = \"WSS_Other\"", vec!["UA01", "UB02", "UE07"]),
        ("code = \"UB02\"\nobject = \"Features\\\\Gizmo\\\\gizmo.aspx\"", vec!["(UB02)", "UA01", "UE07"]),
        ("code = \"UB02\"\nobject = \"other.aspx\"", vec!["UA01", "UB02", "UE07"]),
    ] {
        let (codes, _) = suppressed(&format!("[[suppress]]\n{lines}\nreason = \"known\"\n"));
        assert_eq!(codes, expected, "{lines}");
    }
}

#[test]
fn a_database_is_suppressed_in_any_case_of_any_alphabet() {
    let log = LOG.replace("WSS_Content_HR", "Контент_Бухгалтерия");
    assert_ne!(log, LOG);
    let toml = "[[suppress]]\ncode = \"UB02\"\ndatabase = \"контент_бухгалтерия\"\nreason = \"known\"\n";
    let dir = folder(&[("spdoctor.toml", toml), ("Upgrade.log", &log)]);
    let (report, _) = report(dir.path(), &["Upgrade.log"]);
    assert_eq!(codes(&report), ["(UB02)", "UA01", "UE07"]);
}

#[test]
fn a_suppression_that_has_ended_or_matches_nothing_is_told() {
    let (codes, remarks) =
        suppressed("[[suppress]]\ncode = \"UB02\"\nreason = \"known\"\nuntil = 2020-01-31\n");
    assert_eq!(codes, ["UA01", "UB02", "UE07"]);
    assert!(remarks.contains("spdoctor.toml:1: the suppression of UB02 has ended"), "{remarks}");
    let (codes, remarks) =
        suppressed("[[suppress]]\ncode = \"UC08\"\nreason = \"known\"\nuntil = 2999-01-31\n");
    assert_eq!(codes, ["UA01", "UB02", "UE07"]);
    assert!(remarks.contains("the suppression of UC08 matches nothing"), "{remarks}");
}

#[test]
fn a_word_or_an_error_number_leads_to_its_rules() {
    let dir = folder(&[]);
    for text in ["dictSitesNeedUpgrade", "TCP error code 10061"] {
        let (code, out, _) = run(dir.path(), &["explain", text]);
        assert!(code == 0 && out.contains("UA01 sts-refused"), "{text}: {out}");
    }
    assert_eq!(run(dir.path(), &["explain", "xyzzy dictSitesNeedUpgrade"]).0, 2);
}

#[test]
fn a_suppression_without_a_reason_is_wrong_usage() {
    let dir = folder(&[("spdoctor.toml", "[[suppress]]\ncode = \"UB02\"\n"), ("Upgrade.log", LOG)]);
    let (code, out, error) = run(dir.path(), &["upgrade", "Upgrade.log"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.contains("spdoctor.toml") && error.contains("reason"), "{error}");
}
