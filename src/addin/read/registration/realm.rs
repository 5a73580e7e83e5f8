//! What `Get-SPAuthenticationRealm` prints: one GUID and nothing else, alone or below the command in a copied window.

use super::{is_guid, is_text};
use crate::addin::evidence::{Evidence, Value};
use crate::addin::read::{File, Reader};

/// A larger file is no output of one command.
const MOST: usize = 4096;
/// In lower case.
const COMMAND: &str = "get-spauthenticationrealm";
const NOT_UNDERSTOOD: &str = "one GUID by itself is not understood: nothing tells whose it is; a realm is read from a file with realm in its name, from the output below Get-SPAuthenticationRealm, or with --realm, a client id with --client-id";

/// Reads a file that holds one GUID.
pub(super) struct RealmReader;

impl Reader for RealmReader {
    fn fits(&self, file: &File<'_>) -> bool {
        let readable = is_text(file) || file.extension() == "json";
        readable && file.bytes.len() < MOST && printed(file).is_some()
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        let Some(Printed { id, by }) = printed(file) else { return Evidence::default() };
        let is_realm = match by {
            By::Command => true,
            By::Nothing => file.name().contains("realm"),
            By::AnotherCommand => false,
        };
        if !is_realm {
            return Evidence::of_problem(id.at, NOT_UNDERSTOOD);
        }
        let mut found = Evidence::default();
        found.farm.realms.push(id);
        found
    }
}

/// The GUID of a file, and what the lines above it say of it.
struct Printed {
    id: Value,
    by: By,
}

#[derive(Clone, Copy)]
enum By {
    Nothing,
    Command,
    AnotherCommand,
}

/// `None` where the file holds anything else than one GUID and commands.
fn printed(file: &File<'_>) -> Option<Printed> {
    let mut by = By::Nothing;
    let mut found: Option<Printed> = None;
    for (number, line) in (1..).zip(file.text().lines()) {
        let word = line.trim().trim_matches(['"', '\u{feff}']);
        if is_guid(word) && found.is_none() {
            found = Some(Printed { id: Value::new(word, file.spot().at(number, 1)), by });
        } else if word.is_empty() {
        } else if word.to_ascii_lowercase().contains(COMMAND) {
            by = By::Command;
        } else if let Some(command) = behind_prompt(word) {
            // The prompt that waits for the next command says nothing.
            by = if command.is_empty() { by } else { By::AnotherCommand };
        } else {
            return None;
        }
    }
    found
}

/// What was typed at a prompt of PowerShell: `PS C:\> …`, in a remote session `[SPS01]: PS C:\> …`.
fn behind_prompt(line: &str) -> Option<&str> {
    let own = match line.strip_prefix('[') {
        Some(remote) => remote.split_once("]: ")?.1,
        None => line,
    };
    let (_, command) = own.strip_prefix("PS ")?.split_once('>')?;
    Some(command.trim())
}

#[cfg(test)]
mod tests {
    use crate::addin::read::{ReadOptions, read};

    const REALM: &str = "b1e7d3c2-4f58-4a96-8c07-2d9e6f1a5b34";

    /// The realm with its line, or what is told instead.
    fn told(name: &str, text: &str) -> String {
        let Some(found) = read(name, text.as_bytes(), &ReadOptions::default()) else {
            return "no artefact".to_owned();
        };
        let realms = found.farm.realms.iter().map(|realm| format!("{} in {}", realm.raw, realm.at.line));
        let problems = found.problems.iter().map(|one| format!("{}: {}", one.at, one.message));
        realms.chain(problems).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn the_name_of_the_file_or_the_command_above_tells_a_realm() {
        let command = format!("PS C:\\> Get-SPAuthenticationRealm\r\n{REALM}\r\n");
        let remote = format!(
            "[SPS01]: PS C:\\Users\\farm> Add-PSSnapin Microsoft.SharePoint.PowerShell\n[SPS01]: PS C:\\> get-spauthenticationrealm -ServiceContext https://a.test\n\n{REALM}\n[SPS01]: PS C:\\>\n"
        );
        let quoted = format!("\u{feff}\"{REALM}\"\n");
        for (name, text, line) in [
            ("realm.txt", REALM, 1),
            ("farm-Realm.log", quoted.as_str(), 1),
            ("out.txt", command.as_str(), 2),
            ("realm.txt", command.as_str(), 2),
            ("window.txt", remote.as_str(), 4),
        ] {
            assert_eq!(told(name, text), format!("{REALM} in {line}"), "{name}: {text}");
        }
    }

    #[test]
    fn a_guid_of_which_nothing_tells_what_it_is_is_not_understood() {
        let other = format!("PS C:\\> Get-SPAuthenticationRealm\nPS C:\\> New-Guid\n{REALM}\n");
        for (name, text, line) in [("id.txt", REALM, 1), ("realm.txt", other.as_str(), 3)] {
            let expected = format!("{name}:{line}:1: {}", super::NOT_UNDERSTOOD);
            assert_eq!(told(name, text), expected, "{name}: {text}");
        }
    }

    #[test]
    fn more_than_one_guid_is_no_output_of_the_command() {
        for text in [
            format!("{REALM}\n{REALM}\n"),
            format!("the realm is\n{REALM}\n"),
            "PS C:\\> Get-SPAuthenticationRealm\n".to_owned(),
        ] {
            assert_eq!(told("a.txt", &text), "no artefact", "{text}");
        }
    }
}
