//! Files that are written: never over what was read, never one twice, and a link still leads where it led.

use std::path::Path;
use std::process::{Command, Output};

const LOG: &str = "[PSCONFIG] [SPUpgradeSession] [INFO] [3/14/2026 10:00:00 PM]: Upgrade session starts. root object = SPFarm Name=F, recursive = True.\n\
    [PSCONFIG] [SPUpgradeSession] [ERROR] [3/14/2026 10:00:05 PM]: Upgrade [SPContentDatabase Name=WSS_B] failed.\n";
const SITES: &str =
    "Id,Url,ContentDatabase\n961cfd1e-5cf8-4e40-8756-000000000001,http://portal/sites/a,WSS_B\n";

const MANIFEST: &str = "<App xmlns=\"http://schemas.microsoft.com/sharepoint/2012/app/manifest\" Name=\"Orders\" ProductID=\"{5A1D2F0C-1111-4222-8333-444455556666}\" Version=\"1.0.0.0\" SharePointMinVersion=\"15.0.0.0\"><Properties><Title>Orders</Title><StartPage>http://orders.litware.example/Pages/Default.aspx</StartPage></Properties><AppPrincipal><RemoteWebApplication ClientId=\"a0b1c2d3-0000-4000-8000-000000000001\"/></AppPrincipal></App>";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_spdoctor")).args(arguments).current_dir(folder).output().unwrap()
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// A folder with a log and an export.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("Upgrade.log"), LOG).unwrap();
    std::fs::write(folder.path().join("sites.csv"), SITES).unwrap();
    folder
}

#[test]
fn what_was_read_is_not_written_over() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    for (arguments, option) in [
        (&["upgrade", "Upgrade.log", "-o", "Upgrade.log"][..], "-o"),
        (&["upgrade", ".", "-o", "sub/../Upgrade.log"], "-o"),
        (&["upgrade", ".", "--inventory", "sites.csv", "--script", "sites.csv"], "--script"),
        (&["upgrade", "Upgrade.log", "--inventory", "sites.csv", "-o", "sites.csv"], "-o"),
        (&["upgrade", ".", "-o", "sites.csv"], "-o"),
        (&["compare", ".", ".", "--inventory", "sites.csv", "-o", "sites.csv"], "-o"),
        (&["watch", ".", "--inventory", "WSS_B=sites.csv", "--script", "./sites.csv"], "--script"),
    ] {
        let output = run(folder.path(), arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(error.contains(&format!("{option} names ")) && error.contains("is read"), "{error}");
        assert_eq!(
            (read(folder.path(), "Upgrade.log").as_str(), read(folder.path(), "sites.csv").as_str()),
            (LOG, SITES)
        );
    }
}

/// Every option that names a file to be read, with every one that names a file to be written.
#[test]
fn what_an_option_names_to_be_read_is_not_written_over() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    let upgrade =
        [["--config", "kept"], ["--inventory", "kept"], ["--inventory", "WSS_B=kept"], ["--rules", "rules"]];
    let mut commands: Vec<(Vec<&str>, &str)> = Vec::new();
    for command in [&["upgrade", "Upgrade.log"][..], &["compare", ".", "."], &["watch", "."]] {
        for named in &upgrade {
            let outputs = if command[0] == "compare" { &["-o"][..] } else { &["-o", "--script"] };
            commands.extend(outputs.iter().map(|output| ([command, named].concat(), *output)));
        }
    }
    for named in [["--config", "kept"], ["--root", "kept"]] {
        for output in ["-o", "--fix-script", "--calendar"] {
            commands.push(([&["oauth", "."][..], &named].concat(), output));
        }
    }
    for named in [&["kept"][..], &["x.y.z", "--certificate", "kept"], &["x.y.z", "--artefacts", "kept"]] {
        commands.push(([&["oauth", "token"][..], named].concat(), "-o"));
    }
    for (mut arguments, output) in commands {
        let kept = if arguments.contains(&"rules") { "rules/kept.toml" } else { "kept" };
        std::fs::write(folder.path().join(kept), "kept").unwrap();
        arguments.extend([output, kept]);
        let ran = run(folder.path(), &arguments);
        assert_eq!(ran.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8_lossy(&ran.stderr).contains(&format!("{output} names ")), "{ran:?}");
        assert_eq!(read(folder.path(), kept), "kept");
    }
}

/// What a folder holds besides logs, and what lies in it twice.
#[test]
fn what_was_found_is_not_written_over_whatever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("x!")).unwrap();
    std::fs::create_dir(at("d")).unwrap();
    let archive = "PK\u{3}\u{4} no zip";
    for (name, text) in [
        ("x!/b.log", LOG),
        ("d/1.log", LOG),
        ("d/2.log", LOG),
        ("d/notes.txt", "what we did"),
        ("d/broken.zip", archive),
        ("d/list.bin", "kept"),
    ] {
        std::fs::write(at(name), text).unwrap();
    }
    for (arguments, output) in [
        (&["upgrade", "x!"][..], "x!/b.log"),
        (&["upgrade", "x!/b.log"], "x!/b.log"),
        (&["upgrade", "d"], "d/2.log"),
        (&["upgrade", "d"], "d/1.log"),
        (&["upgrade", "d"], "d/notes.txt"),
        (&["upgrade", "d/*"], "d/notes.txt"),
        (&["upgrade", "d"], "d/broken.zip"),
        (&["compare", "d", "d"], "d/notes.txt"),
        (&["watch", "d"], "d/notes.txt"),
        (&["oauth", "d"], "d/list.bin"),
        (&["oauth", "token", "eyJh.eyJi.c", "--artefacts", "d"], "d/list.bin"),
    ] {
        let kept = read(folder.path(), output);
        let run = run(folder.path(), &[arguments, &["-o", output]].concat());
        assert_eq!(run.status.code(), Some(2), "{arguments:?} {run:?}");
        let error = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(error.contains("-o names ") && error.contains("is read"), "{error}");
        assert_eq!(read(folder.path(), output), kept, "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_is_not_written_over() {
    let folder = folder();
    for (file, link) in [("Upgrade.log", "link.log"), ("sites.csv", "link.csv"), ("p.xml", "plink.xml")] {
        std::os::unix::fs::symlink(file, folder.path().join(link)).unwrap();
    }
    std::fs::write(folder.path().join("p.xml"), "<AppPermissionRequests/>").unwrap();
    for (arguments, output) in [
        (&["upgrade", "link.log"][..], "Upgrade.log"),
        (&["upgrade", "Upgrade.log"], "link.log"),
        (&["upgrade", "Upgrade.log", "--inventory", "link.csv"], "sites.csv"),
        (&["compare", "link.log", "link.log"], "Upgrade.log"),
        (&["oauth", "plink.xml"], "p.xml"),
        (&["oauth", "token", "eyJh.eyJi.c", "--artefacts", "plink.xml"], "p.xml"),
    ] {
        let kept = read(folder.path(), output);
        let run = run(folder.path(), &[arguments, &["-o", output]].concat());
        assert_eq!(run.status.code(), Some(2), "{arguments:?} {run:?}");
        assert_eq!(read(folder.path(), output), kept, "{arguments:?}");
        assert!(folder.path().join("link.log").is_symlink());
    }
}

#[test]
fn what_an_earlier_run_left_in_the_folder_is_written_anew() {
    let folder = folder();
    std::fs::write(
        folder.path().join("web.config"),
        "<configuration><appSettings><add key=\"ClientId\" value=\"a0b1c2d3-0000-4000-8000-000000000001\"/></appSettings></configuration>",
    )
    .unwrap();
    for arguments in [
        &["upgrade", ".", "-o", "a.txt", "--script", "a.ps1"][..],
        &["upgrade", ".", "--format", "json", "-o", "a.json"],
        &["upgrade", ".", "--format", "trace", "-o", "a.trace"],
        &["compare", ".", ".", "-o", "b.txt"],
        &["compare", ".", ".", "--format", "json", "-o", "b.json"],
        &["oauth", ".", "-o", "c.txt", "--fix-script", "c.ps1", "--calendar", "c.ics"],
        &["oauth", ".", "--format", "json", "-o", "c.json", "--calendar", "c.csv"],
        &["oauth", "token", "eyJh.eyJi.c", "--artefacts", ".", "-o", "d.txt"],
    ] {
        for _ in 0..2 {
            let run = run(folder.path(), arguments);
            assert_ne!(run.status.code(), Some(2), "{arguments:?} {run:?}");
        }
    }
}

#[test]
fn corrected_manifests_do_not_take_the_place_of_their_originals() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = MANIFEST;
    std::fs::write(folder.path().join("AppManifest.xml"), manifest).unwrap();
    let output = run(folder.path(), &["oauth", "AppManifest.xml", "--fix-xml", "."]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(read(folder.path(), "AppManifest.xml"), manifest);
    assert!(!folder.path().join("AppManifest.xml.diff").exists());
    assert_eq!(
        run(folder.path(), &["oauth", "AppManifest.xml", "--fix-xml", "fixed"]).status.code(),
        Some(1)
    );
    assert_ne!(read(folder.path(), "fixed/AppManifest.xml"), manifest);
}

/// Of a folder, and of one in an archive.
#[test]
fn a_manifest_is_corrected_wherever_a_folder_is_called_like_an_archive() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("in!/AppManifest.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(MANIFEST.as_bytes()).unwrap();
    let packed = zip.finish().unwrap().into_inner();
    let deep = "a!/b!/c!/Orders!";
    std::fs::create_dir_all(folder.path().join(deep)).unwrap();
    std::fs::write(folder.path().join(deep).join("AppManifest.xml"), MANIFEST).unwrap();
    std::fs::write(folder.path().join(deep).join("a.zip"), packed).unwrap();
    let output = run(folder.path(), &["oauth", deep, "--fix-xml", "out"]);
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(out.contains("2 artefacts"), "{out}");
    for file in ["AppManifest.xml", "a.zip"] {
        assert!(out.contains(&format!("{deep}/{file}")), "{out}");
    }
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("2 files corrected in out"), "{error}");
    for name in ["out/a/b/c/Orders/AppManifest.xml", "out/a/b/c/Orders/a.zip/in/AppManifest.xml"] {
        assert_ne!(read(folder.path(), name), MANIFEST);
    }
}

#[test]
fn a_watch_that_cannot_write_says_so_before_it_begins() {
    let folder = folder();
    let output = run(folder.path(), &["watch", ".", "-o", "none/report.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("-o: cannot write "), "{output:?}");
}

/// Also of a name that the user did not give nothing is told.
#[test]
fn what_cannot_be_written_is_told_before_anything_is_read() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("nonesuch")).unwrap();
    for arguments in [
        &["upgrade", "none.log", "--script", "none/fix.ps1"][..],
        &["upgrade", "none.log", "-o", "none/report.txt"],
        &["upgrade", "none.log", "-o", "nonesuch"],
        &["compare", "none.log", "none.log", "-o", "none/report.txt"],
        &["oauth", "none.xml", "--fix-script", "none/fix.ps1"],
        &["oauth", "none.xml", "--calendar", "none/dates.ics"],
        &["oauth", "token", "eyJh.eyJi.c", "--artefacts", "none", "-o", "none/report.txt"],
        &["oauth", "export-script", "-o", "none/export.ps1"],
        &["inventory-script", "-o", "none/inventory.ps1"],
    ] {
        let output = run(folder.path(), arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(": cannot write ") && error.contains("none"), "{error}");
        assert!(!error.contains(" at path ") && !error.contains(".spdoctor-"), "{error}");
    }
}

/// The folder of corrected files cannot be made, which is known only when there are some.
#[test]
fn the_report_is_there_whatever_else_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("AppManifest.xml"), MANIFEST).unwrap();
    std::fs::write(folder.path().join("kept"), "kept").unwrap();
    let output = run(folder.path(), &["oauth", "AppManifest.xml", "--fix-xml", "kept/fixed"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("spdoctor "), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot make "), "{output:?}");
}

/// What is found out only while it is written.
#[cfg(target_os = "linux")]
#[test]
fn the_report_is_there_even_if_no_script_can_be_written() {
    let folder = folder();
    std::fs::write(folder.path().join("AppManifest.xml"), MANIFEST).unwrap();
    std::os::unix::fs::symlink("/dev/full", folder.path().join("full.ics")).unwrap();
    for arguments in [
        &["upgrade", "Upgrade.log", "--script", "/dev/full"][..],
        &["oauth", "AppManifest.xml", "--fix-script", "/dev/full"],
        &["oauth", "AppManifest.xml", "--calendar", "full.ics"],
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).starts_with("spdoctor "), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write "), "{output:?}");
    }
}

#[test]
fn a_script_on_standard_output_says_where_the_report_is() {
    let folder = folder();
    let output = run(folder.path(), &["upgrade", ".", "--script", "-"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("name a file for it with -o"), "{output:?}");
    let output = run(folder.path(), &["upgrade", ".", "--script", "-", "--format", "json", "-o", "a.json"]);
    assert!(
        output.stdout.starts_with("\u{feff}".as_bytes()) && read(folder.path(), "a.json").starts_with('{')
    );
    for arguments in [
        &["upgrade", ".", "--script", "-", "--format", "json"][..],
        &["upgrade", ".", "--script", "-", "-o", "-"],
        &["watch", ".", "--format", "ndjson", "--script", "-"],
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_script_that_powershell_would_not_run_is_refused_before_anything_is_read() {
    let folder = folder();
    for command in ["upgrade", "watch"] {
        let output = run(folder.path(), &[command, ".", "--script", "fix.txt"]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("whose name ends in .ps1"), "{output:?}");
        assert!(output.stdout.is_empty() && !folder.path().join("fix.txt").exists());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_printed_is_told() {
    for arguments in [&["--help"][..], &["upgrade", "--help"], &["--version"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_spdoctor"));
        let output =
            program.args(arguments).stdout(full).stderr(std::process::Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("cannot write to standard output"),
            "{output:?}"
        );
    }
}

#[test]
fn compare_and_watch_do_not_write_over_what_they_read() {
    let folder = folder();
    let refused = |arguments: &[&str]| {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {output:?}");
        assert_eq!(read(folder.path(), "Upgrade.log"), LOG);
    };
    refused(&["compare", "Upgrade.log", ".", "-o", "Upgrade.log"]);
    refused(&["compare", ".", ".", "-o", "Upgrade.log"]);
    refused(&["watch", ".", "-o", "x", "--script", "x"]);
    run(folder.path(), &["upgrade", ".", "--format", "json", "-o", "a.json"]);
    let report = read(folder.path(), "a.json");
    assert_eq!(run(folder.path(), &["compare", "a.json", ".", "-o", "a.json"]).status.code(), Some(2));
    assert_eq!(read(folder.path(), "a.json"), report);
}

#[test]
fn an_artefact_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let config = "<configuration><appSettings><add key=\"ClientId\" value=\"a0b1c2d3-0000-4000-8000-000000000001\"/></appSettings></configuration>";
    std::fs::write(folder.path().join("web.config"), config).unwrap();
    for option in ["-o", "--fix-script", "--calendar"] {
        let output = run(folder.path(), &["oauth", ".", option, "web.config"]);
        assert_eq!(output.status.code(), Some(2), "{option}");
        assert_eq!(read(folder.path(), "web.config"), config);
    }
}

#[test]
fn two_outputs_are_two_files() {
    let folder = folder();
    for arguments in [
        &["upgrade", "Upgrade.log", "-o", "x", "--script", "./x"][..],
        &["oauth", ".", "-o", "x", "--fix-script", "x"],
        &["oauth", ".", "--calendar", "x", "-o", "x"],
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("name the same file"), "{output:?}");
        assert!(!folder.path().join("x").exists());
    }
}

#[test]
fn a_report_may_take_the_place_of_an_older_one() {
    let folder = folder();
    let arguments = ["upgrade", ".", "-o", "report.txt", "--script", "fix.ps1"];
    assert_eq!(run(folder.path(), &arguments).status.code(), Some(1));
    let first = (read(folder.path(), "report.txt"), read(folder.path(), "fix.ps1"));
    assert_eq!(run(folder.path(), &arguments).status.code(), Some(1));
    let second = read(folder.path(), "report.txt");
    let findings = |text: &str| text.split("SILENCES").next().unwrap().to_owned();
    assert_eq!(
        findings(&second).lines().skip(1).collect::<Vec<_>>(),
        findings(&first.0).lines().skip(1).collect::<Vec<_>>()
    );
    assert_eq!(read(folder.path(), "fix.ps1"), first.1);
}

#[cfg(unix)]
#[test]
fn a_link_and_a_device_stay_what_they_are() {
    let folder = folder();
    std::fs::write(folder.path().join("kept.txt"), "old").unwrap();
    std::os::unix::fs::symlink("kept.txt", folder.path().join("link")).unwrap();
    run(folder.path(), &["upgrade", "Upgrade.log", "-o", "link"]);
    assert!(folder.path().join("link").is_symlink());
    assert!(read(folder.path(), "kept.txt").starts_with("spdoctor "));
    let output = run(folder.path(), &["upgrade", "Upgrade.log", "-o", "/dev/stdout"]);
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("spdoctor "), "{output:?}");
}
