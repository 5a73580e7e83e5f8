//! The page beside the samples: what each folder is, and what must be concluded from it.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::farm::truth::{PassTruth, Truth};

/// Folder and story, in the order of the page.
const STORIES: [(&str, &str); 6] = [
    (
        "contoso-2010",
        "SharePoint 2010, three servers patched in one night. While psconfig runs, the token service is down: claims sites cannot be opened, and each attempt costs seconds. SPS01 really upgrades the databases; SPS02 and SPS03 only look at them, twice, and wait both times. The trace logs repeat every upgrade record, and the `-error.log` extracts repeat errors and warnings: each event counts once. Three refused sites stand in no export. The site in conflict (UA02) is marked `InSiteMap=\"False\"` in the export of its database (UB14). UE01 counts the failed token requests that trace logs have beyond the refused sites. `SPS03/LOGS/w3wp.dmp` is not a log.",
    ),
    (
        "contoso-2010-after",
        "The same farm after `Upgrade-SPContentDatabase` was run for the three databases on SPS01: psconfig on SPS04 waits for nothing.",
    ),
    (
        "adventure-works-2016",
        "SharePoint 2016, one server whose upgrade fails; the psconfig console (`psconfig-console.txt`) repeats UA03, UA04, UA05, UC02 and UA07 with event ids, and is not counted below. The output of `Test-SPContentDatabase` (UTF-16, wrapped) holds UB01 to UB05, UB11 and UB12, not counted either. AWSE01 is a Subscription Edition server whose session was killed: no end marker, no last line end, no header.",
    ),
    (
        "fabrikam-2007",
        "SharePoint 2007: both runs of psconfig share one `Upgrade.log` without process brackets and with bare stack lines; a trace log without correlation column; two port probes that time out.",
    ),
    (
        "merged",
        "`Merge-SPLogFile` over two servers of a German farm, and the upgrade logs of the first: its events stand in both places and count once.",
    ),
    (
        "dates",
        "One log for every culture and encoding, on 4 March 2026, which could be 3 April. The file names tell, except for `renamed/upgrade (2).log`, which stays ambiguous; `renamed/upgrade (3).log` passes midnight to 13 March. First and last record of each file are in `truth.json`.",
    ),
];

/// The whole page.
pub(super) fn page(truths: &BTreeMap<&str, Truth>) -> String {
    let mut page = String::from(
        "# Sample logs\n\nInvented farms, written by `cargo run --features generator --bin generate-logs -- samples`; the same bytes every time. \
        What is true about them is in `truth.json`; this page is made from it. Console captures and exports are not among the logs counted. Keep the files as they are: line ends and encodings are part of the samples.\n",
    );
    for (folder, story) in STORIES {
        if let Some(truth) = truths.get(folder) {
            section(&mut page, folder, story, truth).expect("writing to a string cannot fail");
        }
    }
    page
}

fn section(page: &mut String, folder: &str, story: &str, truth: &Truth) -> std::fmt::Result {
    write!(page, "\n## {folder}\n\n{story}\n\n")?;
    writeln!(
        page,
        "- {} logs; {} errors and {} warnings, each event counted once",
        truth.files.len(),
        truth.errors,
        truth.warnings
    )?;
    if truth.refused_sites > 0 {
        writeln!(
            page,
            "- {} sites refused in {} lines; {} of them in no export",
            truth.refused_sites,
            truth.refused_lines,
            truth.unresolved_sites.len()
        )?;
    }
    for pass in &truth.passes {
        writeln!(page, "- {}", run(pass))?;
    }
    tables(page, truth)
}

fn run(pass: &PassTruth) -> String {
    let waited = match pass.waited_seconds {
        0 => "nothing waited for".to_owned(),
        seconds => format!("{} of it waited for refused sites", minutes(seconds)),
    };
    format!("psconfig on {}: {} from {}, {waited}", pass.server, minutes(pass.seconds), pass.start)
}

fn tables(page: &mut String, truth: &Truth) -> std::fmt::Result {
    if !truth.databases.is_empty() {
        page.push_str(
            "\n| content database (the true owner) | sites | lines | waited |\n|---|---|---|---|\n",
        );
        for (name, database) in &truth.databases {
            let (sites, lines) = (database.sites.len(), database.refused_lines);
            writeln!(page, "| {name} | {sites} | {lines} | {} |", minutes(database.waited_seconds))?;
        }
    }
    if !truth.findings.is_empty() {
        page.push_str("\n| rule | records | objects | databases |\n|---|---|---|---|\n");
        for (code, finding) in &truth.findings {
            let databases: Vec<&str> = finding.databases.iter().map(String::as_str).collect();
            let (records, objects) = (finding.records, finding.objects.len());
            writeln!(page, "| {code} | {records} | {objects} | {} |", databases.join(", "))?;
        }
    }
    Ok(())
}

fn minutes(seconds: u64) -> String {
    format!("{}m{:02}s", seconds / 60, seconds % 60)
}
