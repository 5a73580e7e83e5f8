//! `spdoctor oauth token`, as it is typed.

use clap::Parser;
use spdoctor::cli::TokenArgs;
use spdoctor::command::Outcome;
use spdoctor::command::oauth::token::run;

use super::support::{CLIENT, context_token, entry, har};

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    args: TokenArgs,
}

fn typed(words: &[&str]) -> anyhow::Result<(Outcome, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("out");
    let shown = output.display().to_string();
    let line = ["token", "-q", "-o", &shown].into_iter().chain(words.iter().copied());
    let line = Line::try_parse_from(line).expect("a command line");
    let outcome = run(&line.args, &|_| Vec::new())?;
    Ok((outcome, std::fs::read_to_string(output).unwrap_or_default()))
}

#[test]
fn a_year_of_two_digits_is_refused() {
    let token = context_token("apps.litware-travel.net");
    let error = typed(&[&token, "--now", "26-11-25"]).expect_err("no year of antiquity");
    assert!(error.to_string().contains("--now takes a date like 2026-11-25"), "{error}");
}

#[test]
fn a_token_in_an_argument_is_told_for_people() {
    let token = context_token("apps.litware-travel.net");
    let (outcome, text) =
        typed(&[&token, "--now", "2026-11-25T12:00:00Z", "--utc-offset", "-05:30"]).expect("a report");
    assert_eq!(outcome, Outcome::Clean);
    assert!(text.starts_with("VERDICT"), "{text}");
    assert!(
        text.contains("not checked: no key was given") && text.contains("2026-11-25T06:20:00-05:30"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn a_capture_is_told_for_programs() {
    let folder = tempfile::tempdir().expect("a folder");
    let capture = folder.path().join("a.har");
    let form = format!("SPAppToken={}", context_token("a.net"));
    let one = entry(
        "https://a.net/",
        &serde_json::json!([]),
        &form,
        500,
        (&serde_json::json!([]), "An error occurred while processing your request."),
    );
    std::fs::write(&capture, har(&[one])).expect("a file");
    let shown = capture.display().to_string();
    let (outcome, json) = typed(&[&shown, "--format", "json", "--now", "2026-11-25"]).expect("a report");
    assert_eq!(outcome, Outcome::Found);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["schema"], "spdoctor.token/1");
    assert_eq!(json["tokens"][0]["kind"], "context-token");
    assert_eq!(json["failures"][0]["explained"][0]["checks"][0], "OB01");
}

#[test]
fn wrong_usage_is_told_without_the_argument() {
    for words in [
        vec!["CANARYsecretCANARY"],
        vec!["a.b.c", "--now", "yesterday"],
        vec!["eyJ.a", "--utc-offset", "+99"],
        vec!["eyJ.a", "--client-secret-env", "CANARYsecret=="],
    ] {
        let error = format!("{:#}", typed(&words).expect_err("wrong usage"));
        assert!(!error.contains("CANARY"), "{error}");
    }
}

#[test]
fn a_file_without_a_token_is_told_by_the_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.txt");
    std::fs::write(&file, "nothing here").expect("a file");
    let (outcome, text) = typed(&[&file.display().to_string()]).expect("a report");
    assert_eq!(outcome, Outcome::NoLog);
    assert!(text.contains("No token was found"), "{text}");
}

#[test]
fn an_answer_in_an_argument_or_a_file_is_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("answer.txt");
    let answer =
        "x-ms-diagnostics: 3000006;reason=\"Token contains invalid signature.\";category=\"invalid_client\"";
    std::fs::write(&file, format!("HTTP/1.1 401 Unauthorized\r\n{answer}\r\n")).expect("a file");
    for (given, line) in [
        (answer.to_owned(), "a call that was not copied"),
        (file.display().to_string(), "REFUSED       401\n"),
    ] {
        let (outcome, text) = typed(&[&given]).expect("a report");
        assert_eq!(outcome, Outcome::Found);
        assert!(text.contains("one response refuses something") && text.contains(line), "{text}");
        assert!(text.contains("(OH08, OK05)") && !text.contains("NOT READ"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}

#[test]
fn a_capture_that_breaks_off_is_no_file_without_a_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.har");
    std::fs::write(&file, "{\"log\":{\"entries\":[").expect("a file");
    let (outcome, text) = typed(&[&file.display().to_string()]).expect("a report");
    assert_eq!(outcome, Outcome::Unreadable);
    assert!(text.contains("cannot read the HTTP archive"), "{text}");
}

/// A folder with the registration of an add-in, and the token of that add-in.
fn artefacts() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let config = format!(
        "<configuration><appSettings><add key=\"ClientId\" value=\"{CLIENT}\"/></appSettings></configuration>"
    );
    std::fs::write(folder.path().join("web.config"), config).expect("written");
    (folder, context_token("apps.litware-travel.net"))
}

/// Add-ins that a token was compared with, and the outcome.
fn compared(token: &str, folder: &std::path::Path) -> (Outcome, serde_json::Value) {
    let shown = folder.display().to_string();
    let words = [token, "--artefacts", &shown, "--format", "json", "--now", "2026-11-25T12:00:00Z"];
    let (outcome, json) = typed(&words).expect("a report");
    (outcome, serde_json::from_str(&json).expect("JSON"))
}

#[cfg(unix)]
#[test]
fn artefacts_in_a_loop_of_links_are_compared_with_once() {
    let (folder, token) = artefacts();
    let (_, before) = compared(&token, folder.path());
    std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).expect("a link");
    let (_, report) = compared(&token, folder.path());
    assert_eq!(report["summary"]["addins_compared"], 1);
    assert_eq!(report["tokens"], before["tokens"]);
}

#[test]
fn artefacts_in_folders_of_tools_are_left_out() {
    let (folder, token) = artefacts();
    let tools = folder.path().join("node_modules/sample");
    std::fs::create_dir_all(&tools).expect("a folder");
    let other = CLIENT.replace(char::is_numeric, "7");
    let config = format!(
        "<configuration><appSettings><add key=\"ClientId\" value=\"{other}\"/></appSettings></configuration>"
    );
    std::fs::write(tools.join("web.config"), config).expect("written");
    assert_eq!(compared(&token, folder.path()).1["summary"]["addins_compared"], 1);
}

#[cfg(unix)]
#[test]
fn an_artefact_that_cannot_be_read_is_a_problem_of_the_report() {
    let (folder, token) = artefacts();
    std::os::unix::fs::symlink("nowhere", folder.path().join("gone.config")).expect("a link");
    let (outcome, report) = compared(&token, folder.path());
    assert_eq!(outcome, Outcome::Unreadable);
    let problems = report["problems"].to_string();
    assert!(problems.contains("gone.config") && problems.contains("cannot be read"), "{problems}");
}

#[test]
fn artefacts_that_are_not_there_are_wrong_usage() {
    let (folder, token) = artefacts();
    let missing = folder.path().join("missing").display().to_string();
    let error = typed(&[&token, "--artefacts", &missing]).expect_err("wrong usage");
    assert!(error.to_string().contains("to compare with"), "{error}");
}
