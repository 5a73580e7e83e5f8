//! What pages put around the lines of a copy, or take away from them: each says what the log says.

use crate::pasted::{DIAGNOSTICS, PSCONFIG, TITLED, changed, codes, named};
use crate::program::{folder, run};
use crate::support::engine;

const ULS: &str = "10/16/2014 00:45:59.48 w3wp.exe (0x25FC) 0x291C SharePoint Foundation Logging xmnv Medium Name=Gizmo
10/16/2014 00:45:59.59 w3wp.exe (0x285C) 0x2DA4 SharePoint Foundation DistributedCache 4y50r Unexpected Unexpected Exception in getting cache cluster security config...
";

#[test]
fn marks_before_the_lines_do_not_count() {
    for text in [DIAGNOSTICS, TITLED, ULS] {
        let expected = named("copy.txt", text);
        assert!(!expected.findings.is_empty(), "{text}");
        let numbered: Vec<String> = text.lines().zip(1..).map(|(line, at)| format!("{at}. {line}")).collect();
        let copies = ["- ", "* ", "\u{2022} ", "1) ", "| ", "`", "\"", "// ", "# ", "> - ", "  - "]
            .map(|mark| changed(text, |line| format!("{mark}{line}")));
        let counted = |between: &str| {
            let lines = text.lines().zip(1..).map(|(line, at)| format!("{at:6}{between}{line}"));
            lines.collect::<Vec<_>>().join("\n")
        };
        let counted = ["\t", "  ", ": "].map(counted);
        let enclosed = [
            ("`", "`"),
            ("| ", " |"),
            ("\"", "\""),
            ("<p>", "</p>"),
            ("<li>", "</li>"),
            ("**", "**"),
            ("", "<br />"),
            ("", "\\"),
        ]
        .map(|(before, behind)| changed(text, |line| format!("{before}{line}{behind}")));
        for copy in copies.iter().chain(&enclosed).chain(&counted).chain([
            &numbered.join("\n"),
            &format!("<pre><code>{text}</code></pre>"),
            &format!("[code]{text}[/code]"),
        ]) {
            let found = named("copy.txt", copy);
            assert_eq!(codes(&found), codes(&expected), "{copy}");
            assert_eq!(found.summary.records, expected.summary.records, "{copy}");
        }
    }
}

#[test]
fn bars_behind_the_lines_are_no_text_of_theirs() {
    let text = "11/29/2023 13:20:31 1 ERR The gizmo failed\n  at Gizmo.Turn()\n";
    let expected = named("copy.txt", text);
    assert_eq!(codes(&expected), [("UE07", 1)]);
    for bars in [" |", " | |", "\t|  | "] {
        let found = named("copy.txt", &changed(text, |line| format!("{line}{bars}")));
        assert_eq!(codes(&found), codes(&expected), "{bars:?}");
        let said = |report: &spdoctor::model::report::Report| report.findings[0].evidence[0].text.clone();
        assert_eq!(said(&found), said(&expected), "{bars:?}");
    }
}

#[test]
fn records_of_uls_may_lack_their_times() {
    let expected = named("copy.txt", ULS);
    assert_eq!(codes(&expected), [("UE03", 1)]);
    let untimed = changed(ULS, |line| line.split_once(' ').unwrap().1.split_once(' ').unwrap().1.to_owned());
    for copy in [untimed.clone(), changed(&untimed, |line| format!("- {line}"))] {
        let found = named("copy.txt", &copy);
        assert_eq!((codes(&found), found.summary.records), (codes(&expected), 2), "{copy}");
    }
}

#[test]
fn records_of_psconfig_may_stand_in_one_line() {
    let lines = DIAGNOSTICS.lines().skip(1);
    let joined = lines.map(|line| line.trim().replace("  ", " ")).collect::<Vec<_>>().join(" ");
    // The page broke lines anywhere.
    let broken = joined.replace("ERR ", "ERR\n");
    let whole = named("copy.txt", DIAGNOSTICS);
    let expected = (codes(&whole), whole.summary.records);
    for copy in [&joined, &broken] {
        let found = named("copy.txt", copy);
        assert_eq!((codes(&found), found.summary.records), expected, "{copy}");
    }
}

#[test]
fn nothing_is_said_of_lines_that_are_in_no_record() {
    let record = "09/21/2011 15:29:56 8 INF Disabling Kerberos\n";
    assert_eq!(named("psc.log", record).summary.verdict, "Nothing wrong was found.");
    let more = named("psc.log", &format!("The gizmo is gone.\n{record}"));
    assert_eq!(more.summary.verdict, "Nothing wrong was found in what could be read.");
    let most = named("psc.log", &format!("The gizmo is gone.\nAnd so is the other.\n{record}"));
    assert_eq!(
        most.summary.verdict,
        "Nothing wrong was found in what could be read. Most lines could not be read."
    );
}

#[test]
fn an_exception_alone_is_an_error() {
    let mirrored = "The operation cannot be performed on database \"WSS_Usage\" because it is involved in a database mirroring session or an availability group. Some operations are not allowed on a database that is participating in a database mirroring session or in an availability group.\n";
    for opening in ["Exception: ", "Inner Exception: ", "\nException: "] {
        assert_eq!(codes(&named("copy.txt", &format!("{opening}{mirrored}"))), [("UC10", 1)], "{opening:?}");
        let unknown =
            named("copy.txt", &format!("{opening}System.GizmoException: The gizmo is gone.\n   at X()\n"));
        assert_eq!(codes(&unknown), [("UE07", 1)], "{opening:?}");
    }
}

#[test]
fn references_of_html_stand_for_their_letters() {
    for text in [PSCONFIG, DIAGNOSTICS, TITLED] {
        let text = format!("{text}\nA 'gizmo'\n");
        let escaped =
            text.replace('&', "&amp;").replace('>', "&gt;").replace('\'', "&#39;").replace("  ", "&nbsp; ");
        let (expected, found) = (named("copy.txt", &text), named("copy.txt", &escaped));
        assert_eq!(codes(&found), codes(&expected), "{escaped}");
        assert_eq!(found.summary.records, expected.summary.records, "{escaped}");
    }
    let denied = "Cannot open database &quot;WSS_Sales&quot; requested by the login. The login failed.\n";
    assert_eq!(codes(&named("copy.txt", denied)), [("UC02", 1)]);
}

#[test]
fn what_a_remote_cmdlet_reports_is_an_error() {
    let below = |cmdlet: &str| {
        format!(
            "    + CategoryInfo          : InvalidData: (Microsoft.Share...PHelpCollection:) [], CimException\n    + FullyQualifiedErrorId : {cmdlet}\n    + PSComputerName        : sps01\n"
        )
    };
    let text = format!(
        "The gizmo is gone.\n{}",
        below("Microsoft.SharePoint.PowerShell.SPCmdletInstallSPHelpCollection")
    );
    assert_eq!(codes(&named("copy.txt", &text)), [("UE07", 1)]);
    let other = format!("The gizmo is gone.\n{}", below("NativeCommandError"));
    assert_eq!(named("copy.txt", &other).summary.files, 0);
}

#[test]
fn an_event_of_a_job_is_read_as_one_text() {
    let job = |name: &str| {
        format!(
            "Event ID:      6398\nLevel:         Critical\nComputer:      SPS01\n\nDescription: The Execute method of job definition Microsoft.Office.Server.Administration.{name} (ID 7c2d1f0e-1111-2222-3333-444455556666) threw an exception. More information is included below.\n\n"
        )
    };
    let conflict = "An update conflict has occurred, and you must re-try this action. The object UserProfileApplication Name=Gizmo was updated by CONTOSO\\svc-farm, in the OWSTIMER (1234) process, on machine SPS01.  View the tracing log for more information about the conflict.\n";
    let text = job("ProfileSynchronizationSetupJob");
    assert_eq!(codes(&named("event.txt", &format!("{text}{conflict}"))), [("UD27", 1)]);
    let apart = text.replace(" More information", "\n\nMore information");
    assert_eq!(codes(&named("event.txt", &format!("{apart}{conflict}"))), [("UD27", 1)]);
    let upgrade = text
        .replace("Office.Server.Administration.Profile", "SharePoint.Administration.SPUpgradeJobDefinition.");
    assert_eq!(codes(&named("event.txt", &format!("{upgrade}{conflict}"))), [("UD06", 1)]);
    assert_eq!(codes(&named("event.txt", &format!("ERROR: {conflict}"))), [("UD06", 1)]);
    let unknown = named("event.txt", &format!("{text}The gizmo is gone.\n"));
    assert_eq!(codes(&unknown), [("UE07", 1)]);
    assert!(unknown.findings[0].evidence[0].text.contains("gizmo"), "{:?}", unknown.findings[0].evidence);
}

/// A text as an editor of Markdown writes it.
fn in_markdown(text: &str, with: &str) -> String {
    text.chars().fold(String::new(), |mut text, letter| {
        if with.contains(letter) {
            text.push('\\');
        }
        text.push(letter);
        text
    })
}

#[test]
fn letters_that_were_escaped_for_markdown_are_what_they_were() {
    let rules = engine().catalogue().rules().iter();
    let lines = rules.flat_map(|rule| &rule.examples).filter(|example| example.log == "upgrade-2010");
    let log: String = lines.map(|example| example.text.clone() + "\n").collect();
    for text in [PSCONFIG, DIAGNOSTICS, TITLED, &log] {
        let expected = named("copy.txt", text);
        for letters in [r"\`*_[]", "*_[]", "[]"] {
            for before in ["", "    ", "> "] {
                let copy = changed(&in_markdown(text, letters), |line| format!("{before}{line}"));
                let found = named("copy.txt", &copy);
                assert_eq!(codes(&found), codes(&expected), "{copy}");
                assert_eq!(found.summary.records, expected.summary.records, "{copy}");
                assert_eq!(found.databases, expected.databases, "{copy}");
            }
        }
    }
    let fenced = format!("It fails:\n\n```\n{}```\n\nWhy?\n", in_markdown(TITLED, "_[]"));
    assert_eq!(codes(&named("copy.txt", &fenced)), codes(&named("copy.txt", TITLED)));
}

#[test]
fn a_log_keeps_its_backslashes() {
    let line = r"Cannot upgrade C:\inetpub\_app\[old\] \_\_ \*";
    let text = format!("[PSCONFIG] [A] [ERROR] [3/3/2012 10:10:02 PM]: {line}\n");
    let found = named("upgrade.log", &text);
    assert_eq!(found.findings[0].evidence[0].text, line);
}

#[test]
fn what_a_console_says_is_found_under_sentences() {
    let said = "Failed to upgrade SharePoint Products.\nAn exception of type Microsoft.SharePoint.Upgrade.SPUpgradeException was thrown.  Additional exception information:\nCanUpgrade [BdcServiceDatabase Name=Gizmo] failed.\t(EventID:an58c)\n\nException: Cannot open database \"Gizmo\" requested by the login. The login failed.\t(EventID:an58c)\nat Microsoft.SharePoint.Upgrade.SPManager.Upgrade(Object a)\n";
    let expected = named("copy.txt", said);
    assert!(codes(&expected).contains(&("UC02", 1)), "{:?}", codes(&expected));
    for before in ["    ", "\t", "   ", "> ", ">", "12: "] {
        let copy = changed(said, |line| {
            if line.is_empty() && before.trim().is_empty() {
                String::new()
            } else {
                format!("{before}{line}")
            }
        });
        for text in [format!("It fails:\n\n{copy}\nWhy?\n"), format!("It fails:\n\n{copy}"), copy.clone()] {
            let found = named("copy.txt", &text);
            assert_eq!(codes(&found), codes(&expected), "{text}");
            assert_eq!(found.coverage.unparsed_lines, 0, "{text}");
        }
    }
}

#[test]
fn nothing_found_where_most_lines_are_not_read_is_no_all_clear() {
    let record = "09/21/2011 15:29:56 8 INF Disabling Kerberos\n";
    let failed = "09/21/2011 15:29:56 8 ERR Task upgrade has failed with an unknown exception\n";
    let prose = "The gizmo is gone.\nAnd so is the other.\n";
    for (text, code) in [
        (record.to_owned(), 0),
        (format!("{prose}{record}"), 4),
        (format!("{prose}{record}{record}"), 0),
        (format!("{prose}{failed}"), 1),
    ] {
        let logs = folder(&[("copy.txt", text.as_bytes())]);
        assert_eq!(run(&logs, &["upgrade", "copy.txt"]).code, code, "{text}");
    }
}

#[test]
fn why_a_site_was_left_out_is_not_told_by_the_next_line() {
    let left = |number: u32, why: &str| {
        format!(
            "Site with Id = 961cfd1e-5cf8-4e40-8756-0032a51711{number:02x} is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. {why}\n"
        )
    };
    let refused = "Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061: No connection could be made because the target machine actively refused it 127.0.0.1:32843.";
    for other in ["The site with the id 961cfd1e could not be found.", "Access is denied. (0x80070005)"] {
        for texts in [[other, refused], [refused, other]] {
            let text = left(1, texts[0]) + &left(2, texts[1]);
            assert_eq!(codes(&named("copy.txt", &text)), [("UA01", 1), ("UA02", 1)], "{text}");
        }
    }
}
