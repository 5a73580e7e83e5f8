//! Farms of the generator: every version and scenario, with seeds and cultures that take turns.

use std::path::Path;
use std::process::Command;

use super::{assert_databases, assert_passes, assert_sums, report};

const VERSIONS: [&str; 6] = ["2007", "2010", "2013", "2016", "2019", "SE"];
const SCENARIOS: [&str; 5] = ["refused", "clean", "customizations", "failed", "killed"];
const CULTURES: [&str; 6] = ["en-US", "de-DE", "sv-SE", "fi-FI", "ja-JP", "en-GB"];

fn generate(arguments: &[&str], to: &Path) -> serde_json::Value {
    let mut generator = Command::new(env!("CARGO_BIN_EXE_generate-logs"));
    let status = generator.arg("farm").args(arguments).arg("--out").arg(to).status().unwrap();
    assert!(status.success(), "{arguments:?}");
    serde_json::from_str(&std::fs::read_to_string(to.join("truth.json")).unwrap()).unwrap()
}

#[test]
fn the_time_of_every_farm_is_what_it_is() {
    let farms = VERSIONS.iter().flat_map(|version| SCENARIOS.iter().map(move |scenario| (version, scenario)));
    for (number, (version, scenario)) in farms.enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let seed = (number * 7_919 + 11).to_string();
        let culture = CULTURES[number % CULTURES.len()];
        let arguments = [
            ["--version", version, "--scenario", scenario, "--seed", &seed, "--culture", culture],
            ["--sites", "60", "--refused", "12", "--servers", "3", "--databases", "4"],
        ]
        .concat();
        let truth = generate(&[arguments.as_slice(), &["--no-uls"]].concat(), folder.path());
        let what = format!("{version} {scenario} seed {seed} {culture}");
        let report = report(&[folder.path()]);
        assert_sums(&report, &what);
        assert_passes(&report, &truth, &what);
        // Refused sites are written by the component that also writes the upgrade, so that the gap behind the last one of
        // a walk, which only looks at the databases, is counted with it: up to two seconds.
        let slack = if **scenario == *"refused" { 3_000 } else { 0 };
        assert_databases(&report, &truth, &what, slack);
    }
}
