//! The program, run in a folder of its own.

use std::fs;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A line that refuses a site collection, as SharePoint 2010 writes it.
pub(crate) const REFUSED: &str = "[PSCONFIG] [SPContentDatabaseSequence] [DEBUG] [3/13/2012 10:10:24 PM]: Site with Id = 961cfd1e-5cf8-4e40-8756-0032a517119b is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061: No connection could be made because the target machine actively refused it 127.0.0.1:32843.\r\n";

/// What the program said.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// The report, if it was asked for as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// How many site collections were refused.
    pub(crate) fn refused(&self) -> u64 {
        self.json()["summary"]["refused_sites"].as_u64().unwrap()
    }

    /// Why the file whose path holds this was left out; nothing if it was not.
    pub(crate) fn skipped(&self, path: &str) -> String {
        let report = self.json();
        let skipped = report["coverage"]["skipped"].as_array().unwrap();
        let found = skipped.iter().find(|left| left["path"].as_str().unwrap().contains(path));
        found.map_or_else(String::new, |left| left["reason"].as_str().unwrap().to_owned())
    }
}

/// Runs the program in a folder.
pub(crate) fn run(folder: &TempDir, arguments: &[&str]) -> Run {
    run_with(folder, arguments, b"")
}

/// The same, with something at its standard input. It never panics.
pub(crate) fn run_with(folder: &TempDir, arguments: &[&str], input: &[u8]) -> Run {
    let mut command = Command::cargo_bin("spdoctor").unwrap();
    let output = command.current_dir(folder.path()).args(arguments).write_stdin(input).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let run = Run { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) };
    assert!(!run.err.contains("panicked") && !run.out.contains("panicked"), "{}", run.err);
    run
}

/// A folder of these files, which vanishes with the value.
pub(crate) fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

#[test]
fn a_folder_whose_name_has_brackets_is_no_pattern() {
    let logs = folder(&[("logs[1]/a.log", REFUSED.as_bytes()), ("logs1/b.log", b"")]);
    let told = run(&logs, &["upgrade", "logs[1]/*.log", "--format", "json", "-q"]);
    assert_eq!((told.code, told.refused()), (1, 1), "{}", told.err);
    assert_eq!(told.json()["files"][0]["path"], "logs[1]/a.log");
}
