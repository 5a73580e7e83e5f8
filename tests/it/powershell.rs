//! The PowerShell that is shipped and generated: it parses, runs only what is meant, and no text of a log
//! becomes code.

mod addin;
mod grammar;
mod laws;
mod sample;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use grammar::{Script, value};
use proptest::prelude::*;
use spdoctor::model::report::{DatabaseReport, Report};
use spdoctor::script::{ScriptOptions, addin_registration, farm_inventory, write_remediation};

fn options() -> ScriptOptions {
    ScriptOptions { tool_version: "@@VERSION@@".to_owned(), ..ScriptOptions::default() }
}

fn remediation(report: &Report, options: &ScriptOptions) -> String {
    let mut script = Vec::new();
    write_remediation(report, options, &mut script).expect("memory takes everything");
    String::from_utf8(script).expect("a script is UTF-8")
}

fn lanes() -> ScriptOptions {
    let server_lanes = ["SPS01", "SPS02"].map(str::to_owned).to_vec();
    ScriptOptions { parallel: true, server_lanes, ..options() }
}

/// The script for a report, after it has passed the gate.
fn checked(report: &Report, options: &ScriptOptions) -> Script {
    let text = remediation(report, options);
    assert!(text.starts_with('\u{feff}'), "Windows PowerShell needs the byte order mark");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "every line ends with CR LF");
    assert_eq!(text.matches('\r').count(), text.matches("\r\n").count(), "no CR stands alone");
    let script = Script::parse(&text);
    assert_eq!(script.violations(), Vec::<String>::new());
    script
}

/// The databases of the plan as PowerShell would read them: name, server.
fn planned(script: &Script) -> Vec<(String, String)> {
    let plan = script.assigned("$PlannedDatabases").expect("the plan is there");
    let inside = |node: &tree_sitter::Node<'_>| plan.byte_range().contains(&node.start_byte());
    let nodes = script.nodes();
    let entries = nodes.iter().filter(|node| node.kind() == "hash_entry" && inside(node)).map(|entry| {
        let (key, expression) = script.text(*entry).split_once('=').expect("key = value");
        (key.trim(), expression.trim().trim_end_matches(';').trim_end())
    });
    let strings = |wanted: &'static str| {
        entries
            .clone()
            .filter(move |(key, _)| *key == wanted)
            .map(|(_, text)| value(text).expect("a literal"))
    };
    strings("Name").zip(strings("Server")).collect()
}

/// All PowerShell files of the project.
fn shipped() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let files =
        walkdir::WalkDir::new(root).sort_by_file_name().into_iter().map(|entry| entry.expect("readable"));
    files
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|ext| ext == "ps1"))
        .collect()
}

fn read(path: &Path) -> String {
    #[expect(clippy::disallowed_methods, reason = "the test reads the files that are shipped")]
    std::fs::read_to_string(path).expect("readable")
}

#[test]
fn every_shipped_file_parses_and_is_ascii() {
    let files = shipped();
    assert!(files.len() >= 10, "{files:?}");
    for path in files {
        let text = read(&path);
        assert!(text.is_ascii(), "{}", path.display());
        assert_eq!(Script::parse(&text).syntax(), Vec::<String>::new(), "{}", path.display());
    }
}

/// Verbs of cmdlets that change something.
const CHANGING: [&str; 6] = ["Upgrade-", "Start-", "New-SP", "Set-SP", "Register-", "Remove-"];

#[test]
fn the_inventory_script_passes_the_gate_and_changes_nothing() {
    let text = farm_inventory();
    assert!(text.starts_with("\u{feff}<#\r\n.SYNOPSIS"));
    let script = Script::parse(&text);
    assert_eq!(script.violations(), Vec::<String>::new());
    let changing: Vec<&str> = script
        .commands()
        .into_iter()
        .filter(|name| CHANGING.iter().any(|verb| name.starts_with(verb)))
        .collect();
    assert_eq!(changing, Vec::<&str>::new());
}

#[test]
fn the_registration_script_passes_the_gate_and_changes_nothing_and_reads_no_secret() {
    let text = addin_registration();
    assert!(text.starts_with("\u{feff}<#\r\n.SYNOPSIS"));
    let script = Script::parse(&text);
    assert_eq!(script.violations(), Vec::<String>::new());
    let reads = ["Get-", "ConvertTo-", "New-", "Add-", "Write-", "Import-", "Export-", "Initialize-"];
    let others = ["Where-Object", "Join-Path", "Split-Path", "Set-StrictMode"];
    let changing: Vec<&str> = script
        .commands()
        .into_iter()
        .filter(|name| !reads.iter().any(|verb| name.starts_with(verb)) && !others.contains(name))
        .collect();
    assert_eq!(changing, Vec::<&str>::new());
    let of_sharepoint = script.commands().into_iter().filter(|name| name.contains("-SP"));
    assert!(of_sharepoint.clone().count() > 10 && of_sharepoint.clone().all(|name| name.starts_with("Get-")));
    let changes = [".Update(", ".Delete(", "CreateAppPrincipal(", "SetAppPrincipal", "AddAppPrincipal"];
    let secrets = ["PrivateKey", "Export(", "Password", "GetAppPrincipalCredentials"];
    for word in changes.iter().chain(&secrets) {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn a_typical_script_reads_well() {
    let script = remediation(&sample::typical(), &options());
    checked(&sample::typical(), &options());
    insta::assert_snapshot!("fix", script.trim_start_matches('\u{feff}').replace("\r\n", "\n"));
}

#[test]
fn a_parallel_script_tells_its_lanes() {
    let script = checked(&sample::typical(), &lanes());
    let text = remediation(&sample::typical(), &lanes()).replace("\r\n", "\n");
    let (head, _) = text.split_once("\n<#").expect("the help follows the comments");
    let data = script.assigned("$PlannedDatabases").map(|node| script.text(node).replace("\r\n", "\n"));
    insta::assert_snapshot!(
        "fix_lanes",
        format!("{}\n\n{}", head.trim_start_matches('\u{feff}'), data.expect("a plan"))
    );
}

#[test]
fn a_report_that_asks_for_nothing_gives_a_script_that_says_so() {
    for options in [options(), lanes()] {
        let script = checked(&Report::default(), &options);
        assert_eq!(planned(&script), []);
        assert!(remediation(&Report::default(), &options).contains("Nothing: no database and no site"));
    }
}

#[test]
fn the_upgrade_is_one_guarded_call_and_destructive_advice_stays_a_comment() {
    let script = checked(&sample::typical(), &options());
    let upgrades = script.commands().into_iter().filter(|name| *name == "Upgrade-SPContentDatabase").count();
    assert_eq!(upgrades, 1);
    let text = remediation(&sample::typical(), &options());
    let advice: Vec<&str> =
        text.lines().filter(|line| line.contains("deletesite") || line.contains("DESTRUCTIVE")).collect();
    assert_eq!(advice.len(), 2);
    assert!(advice.iter().all(|line| line.starts_with("# ")), "{advice:?}");
}

#[test]
fn a_database_named_twice_is_upgraded_once() {
    let on = |name: &str, server: Option<&str>| DatabaseReport {
        server: server.map(str::to_owned),
        ..sample::database(name)
    };
    let report = sample::report_of(vec![
        on("WSS_Content", None),
        on("wss_content", Some("SQL01")),
        on("WSS_Content", Some("sql01")),
        on("WSS_Content_2", Some("SQL01")),
        on("WSS_Content_2", Some("SQL02")),
    ]);
    let expected = [("WSS_Content", "SQL01"), ("WSS_Content_2", "SQL01"), ("WSS_Content_2", "SQL02")];
    assert_eq!(
        planned(&checked(&report, &options())),
        expected.map(|(name, server)| (name.to_owned(), server.to_owned()))
    );
    // A command with a bare name would upgrade one of two, whichever SharePoint finds.
    let by_hand = |name: &str| {
        remediation(&report, &options()).contains(&format!("Get-SPContentDatabase -Identity '{name}' |"))
    };
    assert_eq!([by_hand("WSS_Content"), by_hand("WSS_Content_2")], [true, false]);
}

#[test]
fn names_no_database_can_have_are_left_out_with_the_reason() {
    let report = sample::report_of(vec![sample::database(""), sample::database(&"x".repeat(129))]);
    assert_eq!(planned(&checked(&report, &options())), []);
    let text = remediation(&report, &options());
    assert_eq!(text.matches("names of databases have 1 to 128 characters").count(), 2);
}

#[test]
fn the_gate_refuses_what_it_is_there_for() {
    let bad = [
        "Remove-Item C:\\x",
        "iex 'x'",
        "Invoke-Expression 'x'",
        "& $evil",
        "& 'calc'",
        ". $appcmd",
        "calc.exe",
        "Write-Host \"$db: text\"",
        "try { Get-Date }",
        "$x = if ($a) { 1",
        "Get-Date && Get-Date",
        "$x = $a ? 1 : 2",
        "$x = $a ?? 1",
        "$x = [ordered]@{}",
        "$x = 1 -in $y",
        "Where-Object Name -eq 'x'",
        "Write-Host '\u{2019}'",
        "Upgrade-SPContentDatabase -Identity $x",
        "Upgrade-SPContentDatabase -Identity $x -Confirm:$true",
        "Upgrade-SPContentDatabase -Identity $x -Confirm:$false -NoB2BSiteUpgrade",
        "Upgrade-SPContentDatabase $x -Confirm:$false -Sk",
        "New-SPTrustedRootAuthority -Name $x -Certificate $y",
        "New-SPTrustedSecurityTokenIssuer -Name $x -Confirm:$false",
        "Set-SPAppPrincipalPermission -Right $x -ErrorAction Stop",
        "Remove-SPTrustedRootAuthority -Identity $x -Confirm:$false -ErrorAction Stop",
        "New-Item -Force",
        "Get-Date | Export-Csv -Path $x",
        "Import-Csv -Path $x",
        "Get-Date | Out-File $x",
        "Get-Content $x",
        "$x = [List[int]]::new()",
        "Write-Host \"$(calc)\"",
        "Get-Date | % { calc }",
        "$x = @'\na\n'@",
        "[scriptblock]::Create('x')",
        "Get-Date > x.txt",
    ];
    for text in bad {
        assert_ne!(Script::parse(text).violations(), Vec::<String>::new(), "{text}");
    }
    let good = "try { & $appcmd list x } catch { Write-Warning ('a' + $_) }\n";
    assert_eq!(Script::parse(good).violations(), Vec::<String>::new());
}

/// Any text, and texts that have broken quoting somewhere.
fn hostile() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "x'; Remove-Item C:\\ -Recurse #",
        "$(calc)",
        "`n`0",
        "a\r\nRemove-Item b",
        "\u{2018}\u{2019}\u{201a}\u{201b}",
        "\u{201c}\u{201d}\u{201e}",
        "\u{feff}",
        "\0",
        "#>",
        "<#",
        "'@",
        "@'",
        "\"@",
        "# SIG # Begin signature block",
        "#requires -Version 99",
        "') ; calc ; ('",
        "\u{85}calc",
        "\u{2028}calc",
        "\u{2029}",
        "[char]0x41",
        "😀",
        "*[ab]?",
        "--%",
        "-Identity",
        "}",
        "});calc;(",
        "\u{1b}]0;x\u{7}",
        "\u{202e}",
        "{0}",
        "%s",
    ]);
    prop_oneof![
        any::<String>(),
        known.clone().prop_map(str::to_owned),
        (known.clone(), any::<String>(), known).prop_map(|(a, b, c)| format!("{a}{b}{c}")),
    ]
}

/// The typical report with this text wherever a report carries text of a log.
fn poisoned(text: &str) -> Report {
    let mut report = sample::typical();
    report.summary.verdict.push_str(text);
    for finding in &mut report.findings {
        finding.databases = std::iter::once(text.to_owned()).collect();
        finding.title.push_str(text);
        for evidence in &mut finding.evidence {
            text.clone_into(&mut evidence.text);
            text.clone_into(&mut evidence.place.path);
        }
    }
    for card in report.cards.values_mut() {
        for step in &mut card.steps {
            step.text.push_str(text);
            step.command = Some(text.to_owned());
        }
    }
    let server = Some(text.to_owned());
    let left_out_because = server.clone();
    report.unresolved_urls.insert(text.to_owned());
    report.databases.push(DatabaseReport { server, ..sample::database(&format!("Z{text}")) });
    report.databases.push(DatabaseReport { left_out_because, ..sample::database(text) });
    report
}

/// The commands of the script for a harmless text.
fn expected(parallel: bool) -> &'static [String] {
    static SERIAL: OnceLock<Vec<String>> = OnceLock::new();
    static PARALLEL: OnceLock<Vec<String>> = OnceLock::new();
    let commands = || {
        let options = ScriptOptions { parallel, ..options() };
        checked(&poisoned("harmless"), &options).commands().into_iter().map(str::to_owned).collect()
    };
    if parallel { PARALLEL.get_or_init(commands) } else { SERIAL.get_or_init(commands) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_of_a_log_becomes_code(text in hostile(), parallel in any::<bool>()) {
        let server_lanes = vec![format!("SPS{text}")];
        let options = ScriptOptions { parallel, server_lanes, ..options() };
        let script = checked(&poisoned(&text), &options);
        let fits = format!("Z{text}").encode_utf16().count() <= 128;
        prop_assert_eq!(script.commands(), expected(parallel));
        prop_assert_eq!(planned(&script).contains(&(format!("Z{text}"), text)), fits);
    }
}
