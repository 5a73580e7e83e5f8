//! What is typed wrong, or names what cannot be read: told at once, and never waited for.

use crate::program::{REFUSED, folder, run};

/// A pipe that nobody writes to: to open it would wait for ever.
#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_left_out_with_the_reason_and_not_opened() {
    let logs = folder(&[("a.log", REFUSED.as_bytes())]);
    let made = std::process::Command::new("mkfifo").arg(logs.path().join("pipe.log")).status().unwrap();
    assert!(made.success());
    for (paths, code) in [
        (&["pipe.log"][..], 4),
        (&["/dev/zero"], 4),
        (&["p*.log"], 4),
        // Beside others it is told, and a folder passes over it.
        (&["a.log", "pipe.log"], 4),
        (&["."], 1),
    ] {
        let told = run(&logs, &[&["upgrade"], paths, &["--format", "json"]].concat());
        assert_eq!(told.code, code, "{paths:?} {}", told.err);
        assert_eq!(told.err.contains("a pipe or a device, not a file"), code == 4, "{}", told.err);
    }
    let watched = run(&logs, &["watch", "pipe.log", "--until-done"]);
    assert!(watched.code == 2 && watched.err.contains("a pipe or a device"), "{}", watched.err);
    for (before, after, code) in [("pipe.log", "a.log", 4), ("a.log", "pipe.log", 3)] {
        let told = run(&logs, &["compare", before, after]);
        assert!(told.code == code && told.err.contains("a pipe or a device, not a file"), "{}", told.err);
    }
}

#[test]
fn a_server_whose_path_is_nowhere_is_wrong_usage_and_the_known_ones_are_named() {
    let logs = folder(&[
        ("SPS01/LOGS/a.log", REFUSED.as_bytes()),
        ("SPS02/LOGS/b.log", REFUSED.as_bytes()),
        ("empty/readme.txt", b"nothing"),
    ]);
    let told = |more: &[&str]| run(&logs, &[&["upgrade", "SPS01", "SPS02"], more].concat());
    let wrong = told(&["--server", "SPS09=nope"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (2, ""), "{}", wrong.err);
    assert!(wrong.err.contains("--server SPS09=nope fits no log"), "{}", wrong.err);
    assert!(wrong.err.contains("the logs are of SPS01 and SPS02"), "{}", wrong.err);
    assert_eq!(told(&["--server", "SPS09=SPS01"]).code, 1);
    // A folder without logs is no mistake, and where there is no log that is what is wrong.
    assert_eq!(told(&["--server", "SPS09=empty"]).code, 1);
    assert_eq!(run(&logs, &["upgrade", "nowhere", "--server", "SPS09=nope"]).code, 3);
}

#[test]
fn a_lane_of_a_server_without_logs_is_doubted_and_written() {
    let logs = folder(&[("SPS01/LOGS/a.log", REFUSED.as_bytes())]);
    let told = |lanes: &str| {
        let arguments = ["upgrade", ".", "--script", "fix.ps1", "--parallel", "--server-lanes", lanes];
        let told = run(&logs, &arguments);
        assert_eq!(told.code, 1, "{}", told.err);
        told.out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let strange = told("SPS01,SPS09");
    assert!(strange.contains("--server-lanes SPS09: no log is of this server"), "{strange}");
    assert!(!strange.contains("--server-lanes SPS01"), "{strange}");
    assert!(!told("sps01.contoso.example").contains("no log is of this server"));
}

#[test]
fn several_codes_are_explained_one_after_another_or_none_is() {
    let here = folder(&[]);
    let both = run(&here, &["explain", "ua01", "OB01,UA01"]);
    let pages: Vec<&str> = both.out.lines().filter(|line| line.starts_with("# ")).collect();
    assert_eq!(both.code, 0);
    assert!(pages.len() == 2 && pages[0].contains("UA01") && pages[1].contains("OB01"), "{pages:?}");
    let unknown = run(&here, &["explain", "UA01", "UZ99", "UZ98"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""));
    assert!(unknown.err.contains("has the code UZ99 or UZ98"), "{}", unknown.err);
    // A text that holds a code is a text.
    assert_eq!(run(&here, &["explain", "UA01", "is", "what", "qwertz"]).out.matches("\n# ").count(), 0);
}
