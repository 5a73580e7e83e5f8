//! Remedies whose command would name what is hidden: a placeholder stands there, and where the name is to be found.

use std::ops::Range;

use super::evidence::secret::shown_in;
use crate::model::audit::AuditEvidence;

const TITLE: &str = "<title>";
const REALM: &str = "<realm>";

/// The remedy with placeholders in its arguments; `None` where nothing hidden is one.
pub(super) fn replaced(remedy: &str, evidence: &[AuditEvidence]) -> Option<String> {
    let mut out = String::new();
    let mut notes: Vec<String> = Vec::new();
    let mut told = 0;
    let mut read = 0;
    while let Some(hidden) = remedy.get(read..).and_then(shown_in) {
        let hidden = read + hidden.start..read + hidden.end;
        read = hidden.end;
        let shown = remedy.get(hidden.clone())?;
        let (start, end) = with_brackets(remedy, hidden);
        let Some(placeholder) = remedy.get(..start).and_then(argument) else { continue };
        out.push_str(remedy.get(told..start)?);
        out.push_str(placeholder);
        told = end;
        let place = evidence.iter().find(|item| item.value.contains(shown)).map(|item| match item.line {
            0 => item.path.to_string(),
            line => format!("{}:{line}", item.path),
        });
        let note = note(placeholder, place);
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    if notes.is_empty() {
        return None;
    }
    out.push_str(remedy.get(told..)?);
    let stop = if out.ends_with('.') { "" } else { "." };
    Some(format!("{out}{stop} {}", notes.join(" ")))
}

/// Where the argument is to be found. A title and a realm are no keys to look anything up by: what was hidden there is a
/// secret in the wrong place, and is not to be carried to another one.
fn note(placeholder: &str, place: Option<String>) -> String {
    let stands = place.map_or("is hidden here".to_owned(), |place| format!("stands in {place}"));
    match placeholder {
        TITLE | REALM => format!(
            "What {stands} looks like a secret: put the {} that is meant in its place, and make a new secret.",
            placeholder.trim_matches(['<', '>'])
        ),
        _ => format!("For {placeholder} put in what {stands}."),
    }
}

/// The whole of `[44 characters, sha256 1a2b3c4d]`, where it stands in brackets.
fn with_brackets(text: &str, hidden: Range<usize>) -> (usize, usize) {
    let before = text.get(..hidden.start).is_some_and(|before| before.ends_with('['));
    let wider = usize::from(before && text.get(hidden.end..).is_some_and(|behind| behind.starts_with(']')));
    (hidden.start - wider, hidden.end + wider)
}

/// What stands for the argument behind this text; `None` where it ends in no quote and no option.
fn argument(before: &str) -> Option<&'static str> {
    // A realm is a part of what stands in quotes: behind an id, and in the address of a token service.
    const REALMS: [&str; 2] = ["@", "accesscontrol.windows.net/"];
    const NAMES: [(&str, &str); 7] = [
        ("AppId", "<client id>"),
        ("-NameIdentifier", "<client id>"),
        ("-DisplayName", TITLE),
        ("-ReplyUrls", "<address>"),
        ("RedirectUris", "<address>"),
        ("-Url", "<address>"),
        ("", "<name>"),
    ];
    let option = |word: &str| word.len() > 1 && word.starts_with('-');
    let bare = before.ends_with(' ') && before.split_whitespace().next_back().is_some_and(option);
    let open = ['\'', '"'].iter().any(|quote| before.matches(*quote).count() % 2 == 1);
    // A doubled quote within a literal leaves it open.
    let nested = before.ends_with("''");
    if open && REALMS.iter().any(|end| before.ends_with(end)) {
        return Some(REALM);
    }
    if open && before.trim_end_matches(['"', '\'']).ends_with("the same title: ") {
        return Some(TITLE);
    }
    let near = before.get(before.rfind(" -").or_else(|| before.rfind("@{")).unwrap_or(0)..)?;
    let known = NAMES.iter().find(|(name, _)| near.contains(name)).map(|(_, placeholder)| *placeholder);
    known.filter(|_| bare || open || nested)
}

#[cfg(test)]
mod tests {
    use super::replaced;
    use crate::model::audit::AuditEvidence;

    const HIDDEN: &str = "44 characters, sha256 1a2b3c4d";

    #[test]
    fn a_command_names_nothing_that_is_hidden() {
        let evidence = [AuditEvidence {
            path: "receivers.json".into(),
            line: 7,
            column: 1,
            value: format!("[{HIDDEN}]"),
        }];
        for (remedy, command) in [
            (
                format!("Remove-PnPEventReceiver -Identity '[{HIDDEN}]'"),
                "-Identity '<name>'. For <name> put in what stands in receivers.json:7.",
            ),
            (format!("Remove-PnPEventReceiver -Identity '{HIDDEN}'."), "-Identity '<name>'. For <name>"),
            (
                format!("Get-MgServicePrincipal -Filter 'AppId eq ''{HIDDEN}'''"),
                "'AppId eq ''<client id>'''.",
            ),
            (
                format!("Register-SPAppPrincipal -DisplayName '[{HIDDEN}]' -NameIdentifier ('x')"),
                "-DisplayName '<title>' ",
            ),
            (
                format!("Give both the same title: \"{HIDDEN}\"."),
                "title: \"<title>\". What stands in receivers.json:7 looks like a secret: put the title that is meant in its place, and make a new secret.",
            ),
            (
                format!("$c.NameIdentifier = '00000003-0000-0ff1-ce00-000000000000@[{HIDDEN}]'; $c.Update()"),
                "@<realm>'; $c.Update(). What stands in receivers.json:7 looks like a secret: put the realm ",
            ),
            (
                format!(
                    "New-X -MetadataEndPoint 'https://accounts.accesscontrol.windows.net/{HIDDEN}/metadata/json/1'"
                ),
                "windows.net/<realm>/metadata/json/1'. What stands in",
            ),
        ] {
            let out = replaced(&remedy, &evidence).expect("replaced");
            assert!(out.contains(command) && !out.contains("sha256"), "{out}");
        }
        let out = replaced(&format!("Set-X -Name '[{HIDDEN}]'"), &[]).expect("replaced");
        assert!(out.ends_with("For <name> put in what is hidden here."), "{out}");
    }

    #[test]
    fn what_is_no_argument_stays() {
        for remedy in [
            format!("The secret ({HIDDEN}) is the old one."),
            "Remove-PnPEventReceiver -Identity 'orders'".to_owned(),
            "Write 'x', sha256 of it".to_owned(),
        ] {
            assert_eq!(replaced(&remedy, &[]), None, "{remedy}");
        }
    }
}
