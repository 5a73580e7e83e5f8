//! Events that stand in an upgrade log and in ULS count once, whatever form ULS has.

use serde_json::Value;

use super::program::{REFUSED, folder, run};

const WRITER: &str = "03/13/2012 22:10:24.50 \tPSCONFIG.EXE (0x0B3C)                   \t0x0268\tSharePoint Foundation         \tUpgrade                       \tfbv7\tMedium  \t";
const CORRELATION: &str = "83371b1e-1995-4127-97f4-ac174c9d754d";

fn counts(upgrade: &str, traces: &str) -> Vec<(String, u64)> {
    let logs = folder(&[
        ("SPS01/LOGS/Upgrade-20120303-221000-111.log", upgrade.as_bytes()),
        ("SPS01/LOGS/SPS01-20120303-2200.log", traces.as_bytes()),
    ]);
    let report = run(&logs, &["upgrade", ".", "--format", "json", "-q"]).json();
    let count =
        |finding: &Value| (finding["code"].as_str().unwrap().to_owned(), finding["count"].as_u64().unwrap());
    report["findings"].as_array().unwrap().iter().map(count).collect()
}

#[test]
fn calls_below_a_record_stand_behind_it_in_uls() {
    let refused = REFUSED.trim_end();
    let upgrade = format!("{refused}\n   at A.B()\n   at C.D()\n");
    let traces = format!("{WRITER}{refused}     at A.B()     at C.D()\t{CORRELATION}\n");
    assert_eq!(counts(&upgrade, &traces), [("UA01".to_owned(), 1)]);
}

#[test]
fn a_correlation_id_is_known_where_tabs_became_blanks() {
    let refused = REFUSED.trim_end();
    for blanks in ["  ", " "] {
        let traces =
            format!("{WRITER}{refused}\t{CORRELATION}\n").replace(" \t", blanks).replace('\t', blanks);
        assert_eq!(counts(&format!("{refused}\n"), &traces), [("UA01".to_owned(), 1)], "{traces}");
    }
}
