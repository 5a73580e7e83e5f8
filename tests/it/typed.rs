//! What is typed wrong, told at once.

use crate::program::{REFUSED, folder, run};

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
