//! Records that PowerShell printed as a list or wrote as CSV say what the log says from which they come.

use std::fmt::Write as _;

use crate::pasted::{codes, named};

const REFUSED: &str = "Site with Id = 961cfd1e-5cf8-4e40-8756-0032a517119b is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061: No connection could be made because the target machine actively refused it 127.0.0.1:32843.";
const LOGIN: &str = "Cannot open database \"WSS_Content\" requested by the login. The login failed. Login failed for user 'CONTOSO\\svc'.";
const NAMES: [&str; 8] =
    ["Timestamp", "Process", "ThreadID", "Area", "Category", "EventID", "Level", "Message"];

fn records() -> [[&'static str; 8]; 2] {
    let writer = |message, category, level| {
        let area = if level == "DEBUG" { "SharePoint Foundation Upgrade" } else { "SharePoint Foundation" };
        ["3/3/2012 10:10:24 PM", "OWSTIMER.EXE (0x2190)", "18848", area, category, "880i", level, message]
    };
    [writer(REFUSED, "SPContentDatabaseSequence", "DEBUG"), writer(LOGIN, "Database", "Critical")]
}

/// Lines of a width, parted at blanks, below a name.
fn wrapped(name: &str, value: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in value.split(' ') {
        let last = lines.last_mut().unwrap();
        if last.is_empty() {
            last.push_str(word);
        } else if last.len() + 1 + word.len() <= width - 12 {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    format!("{name:<9} : {}\n", lines.join(&format!("\n{:12}", "")))
}

#[test]
fn a_printed_record_says_what_the_log_says() {
    let mut log = String::new();
    let (mut list, mut rows) =
        ("\n\n".to_owned(), NAMES.map(|name| format!("\"{name}\"")).join(",") + "\r\n");
    for record in records() {
        let [_, process, _, area, category, event, level, message] = record;
        let columns = [process, "0x49A0", area, category, event, level, message, ""].join("\t");
        writeln!(log, "03/03/2012 22:10:24.00 \t{columns}").unwrap();
        for (name, value) in NAMES.into_iter().zip(record) {
            list.push_str(&wrapped(name, value, 150));
        }
        list.push_str("Context   : {}\n\n");
        rows += &record.map(|value| format!("\"{}\"", value.replace('"', "\"\""))).join(",");
        rows += "\r\n";
    }
    let plain = named("trace.log", &log);
    assert_eq!(codes(&plain), [("UA01", 1), ("UC02", 1)]);
    for (name, text) in [("list.txt", list), ("rows.csv", rows)] {
        let found = named(name, &text);
        assert_eq!(codes(&found), codes(&plain), "{name}");
        assert_eq!(found.sites.len(), 1, "{name}");
        assert_eq!(found.files[0].kind, plain.files[0].kind, "{name}");
        assert_eq!(
            (found.files[0].first, found.files[0].last),
            (plain.files[0].first, plain.files[0].last),
            "{name}"
        );
    }
}

#[test]
fn an_event_of_windows_is_read_in_any_form() {
    let doubled = LOGIN.replace('"', "\"\"");
    for (name, text) in [
        (
            "viewer.csv",
            format!(
                "Level,Date and Time,Source,Event ID,Task Category\r\nCritical,3/3/2012 10:10:24 PM,Microsoft-SharePoint Products-SharePoint Foundation,3760,Database,\"{doubled}\"\r\n"
            ),
        ),
        (
            "events.csv",
            format!(
                "\"Message\",\"Id\",\"ProviderName\",\"TimeCreated\"\r\n\"{doubled}\",\"3760\",\"x\",\"3/3/2012 10:10:24 PM\"\r\n"
            ),
        ),
        (
            "events.txt",
            format!(
                "TimeCreated  : 3/3/2012 10:10:24 PM\nProviderName : x\nId           : 3760\nMessage      : {}",
                wrapped("", LOGIN, 80)
                    .trim_start_matches([' ', ':'])
                    .replace("\n            ", "\n               ")
            ),
        ),
    ] {
        let found = named(name, &text);
        assert_eq!(codes(&found), [("UC02", 1)], "{text}");
        assert!(found.findings[0].objects.iter().any(|object| object == "WSS_Content"), "{text}");
    }
}
