//! The README shows what the program prints.

use super::support::repository;
use assert_cmd::Command;

/// Each command of the README whose output it shows, with that output.
fn shown(readme: &str) -> Vec<(Vec<String>, String)> {
    let mut shown = Vec::new();
    let mut command = "";
    for block in readme.split("```").skip(1).step_by(2) {
        match block.strip_prefix("text\n") {
            Some(output) => {
                let (_, arguments) =
                    command.trim().split_once("spdoctor ").or(command.split_once("-- ")).unwrap();
                shown.push((arguments.split_whitespace().map(str::to_owned).collect(), output.to_owned()));
            }
            None => command = block,
        }
    }
    shown
}

#[test]
fn what_the_readme_shows_is_what_is_printed() {
    let readme = std::fs::read_to_string(repository("README.md")).unwrap().replace("\r\n", "\n");
    let shown = shown(&readme);
    assert_eq!(shown.len(), 2);
    for (mut arguments, output) in shown {
        let scripts = tempfile::tempdir().unwrap();
        // Its name is shown, not its folder.
        for argument in arguments.iter_mut().filter(|argument| *argument == "fix.ps1") {
            *argument = scripts.path().join(&argument).display().to_string();
        }
        let mut program = Command::cargo_bin("spdoctor").unwrap();
        let printed = program.current_dir(repository("")).args(&arguments).arg("--quiet").output().unwrap();
        assert_eq!(String::from_utf8(printed.stdout).unwrap(), output, "{arguments:?}");
    }
}
