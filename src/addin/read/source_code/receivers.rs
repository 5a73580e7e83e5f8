//! Addresses of receivers that a script or code registers: arguments of `Add-PnPEventReceiver`, `Url` of a definition of
//! the server object model, `ReceiverUrl` of a constant or put together of one.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::conditional;
use super::lex::{Language, Lexed};
use super::strings::{is_address, without_query};
use super::variables::assigned;
use crate::addin::evidence::source_code::{SourceFact, SourceFactKind};
use crate::addin::evidence::{Spot, Value};

/// So many of one file are followed; a generated file may hold one without end.
const MOST: usize = 200;

/// The cmdlet with its arguments (*documented*: `Add-PnPEventReceiver -List -Name -Url -EventReceiverType`); a backtick
/// carries the command over to the next line.
static ADDS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\bAdd-(?:PnP|SPO)EventReceiver\b(?:`\r?\n|[^\r\n;|])*"));

static URL: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\s-Url(?:\s+|:)"));

static SPLATTED: LazyLock<Regex> = LazyLock::new(|| regex(r"\s@(\w+)"));

static URL_OF_TABLE: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?i)(?:^|[\s;"'{])Url["']?\s*=\s*"#));

/// A definition that the server object model adds, and keeps in a variable.
static DEFINES: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\$(\w+)\s*=\s*\$[\w.]+\.EventReceivers\.Add\s*\("));

/// In C#: what the address is put together of.
static RECEIVER_URL: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\bReceiverUrl\s*=\s*([A-Za-z_]\w*)\s*([;,}+])"));

static VARIABLE: LazyLock<Regex> = LazyLock::new(|| regex(r"^\$\{?((?:script:|global:)?\w+)\}?(?:\s|$)"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant, and a test uses it")
}

/// Every address that is known as a whole, or up to its path.
pub(super) fn facts(lexed: &Lexed<'_>, file: &Spot) -> Vec<SourceFact> {
    let found = match lexed.language {
        Language::PowerShell => [commands(lexed), definitions(lexed)].concat(),
        Language::CSharp => constants(lexed, file),
        _ => Vec::new(),
    };
    let addresses =
        found.into_iter().filter(|(_, address)| is_address(address) && !address.contains(['$', '{']));
    let fact = |(at, address): (usize, String)| SourceFact {
        kind: SourceFactKind::ReceiverRegistration,
        value: Value::new(without_query(address.trim()), lexed.spot(file, at)),
    };
    addresses.map(fact).collect()
}

type Found = Vec<(usize, String)>;

fn commands(lexed: &Lexed<'_>) -> Found {
    let mut found = Vec::new();
    for command in ADDS.find_iter(&lexed.code).take(MOST) {
        if let Some(url) = URL.find(command.as_str()) {
            found.extend(argument(lexed, command.start() + url.end(), command.start()));
            continue;
        }
        let table = SPLATTED.captures(command.as_str()).and_then(|found| found.get(1));
        found.extend(table.and_then(|table| in_table(lexed, table.as_str(), command.start())));
    }
    found
}

/// What stands as an argument: a text, a variable that holds one, or a bare word.
fn argument(lexed: &Lexed<'_>, at: usize, command: usize) -> Option<(usize, String)> {
    if let Some(text) = text_at(lexed, at) {
        return Some((text.start, lexed.string(&text).to_owned()));
    }
    let rest = lexed.after(at, 400);
    if let Some(variable) = VARIABLE.captures(rest).and_then(|found| found.get(1)) {
        let text = assigned(lexed, variable.as_str(), command)?;
        return Some((text.start, lexed.string(&text).to_owned()));
    }
    let word = rest.split(|c: char| c.is_whitespace() || matches!(c, ';' | '|' | '`' | ')')).next()?;
    word.contains("://").then(|| (at, word.to_owned()))
}

/// The text whose quote stands at a place.
fn text_at(lexed: &Lexed<'_>, at: usize) -> Option<Range<usize>> {
    let next = lexed.strings.partition_point(|string| string.start <= at);
    lexed.strings.get(next).filter(|string| string.start == at + 1).cloned()
}

/// `@p`, with the table that the variable was last set to.
fn in_table(lexed: &Lexed<'_>, table: &str, before: usize) -> Option<(usize, String)> {
    let pattern = format!(r"(?i)\${}\s*=\s*@\{{([^{{}}]*)\}}", regex::escape(table));
    let inside = Regex::new(&pattern).ok()?.captures_iter(lexed.code.get(..before)?).last()?.get(1)?;
    let url = URL_OF_TABLE.find(inside.as_str())?;
    argument(lexed, inside.start() + url.end(), before)
}

fn definitions(lexed: &Lexed<'_>) -> Found {
    let mut found = Vec::new();
    for definition in DEFINES.captures_iter(&lexed.code).take(MOST) {
        let (Some(whole), Some(name)) = (definition.get(0), definition.get(1)) else { continue };
        let pattern = format!(r"(?i)\${}\.Url\s*=\s*", regex::escape(name.as_str()));
        let rest = lexed.code.get(whole.end()..).unwrap_or_default();
        let set = Regex::new(&pattern).ok().and_then(|set| set.find(rest).map(|set| whole.end() + set.end()));
        found.extend(set.and_then(|at| argument(lexed, at, at)));
    }
    found
}

fn constants(lexed: &Lexed<'_>, file: &Spot) -> Found {
    let of_development = conditional::of_development(lexed.text);
    let resolve = |url: regex::Captures<'_>| {
        let (whole, name, next) = (url.get(0)?, url.get(1)?, url.get(2)?);
        let line = lexed.spot(file, whole.start()).line;
        if of_development.iter().any(|lines| lines.contains(&line)) {
            return None;
        }
        let text = assigned(lexed, name.as_str(), whole.start())?;
        let first = lexed.string(&text);
        if next.as_str() != "+" {
            return Some((text.start, first.to_owned()));
        }
        let blanks = lexed.after(next.end(), 40);
        let second = text_at(lexed, next.end() + blanks.len() - blanks.trim_start().len())?;
        // What is put behind that is not known.
        let ends = lexed.after(second.end + 1, 20).trim_start().starts_with([';', ',', '}']);
        ends.then(|| (text.start, format!("{first}{}", lexed.string(&second))))
    };
    RECEIVER_URL.captures_iter(&lexed.code).take(MOST).filter_map(resolve).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::addin::read::source_code::sample::source;

    fn told(name: &str, text: &str) -> Vec<String> {
        source(name, text).receivers().map(|value| value.raw.clone()).collect()
    }

    const URL: &str = "https://a.test/Trips.svc";

    #[test]
    fn the_address_of_a_receiver_is_found_however_it_is_given() {
        for (name, text) in [
            (
                "a.ps1",
                "Add-PnPEventReceiver -List \"Trips\" -Name t -Url \"URL\" -EventReceiverType ItemAdded",
            ),
            ("a.ps1", "Add-PnPEventReceiver -List Trips `\r\n  -Url URL -EventReceiverType ItemAdded"),
            ("a.ps1", "$u = 'URL'\nAdd-PnPEventReceiver -Url $u -List Trips"),
            ("a.ps1", "$p = @{ List=\"Trips\"; Url=\"URL\"; Name='t' }\nAdd-PnPEventReceiver @p"),
            ("a.ps1", "$d = $list.EventReceivers.Add()\n$d.Url = \"URL\"\n$d.Update()"),
            (
                "a.cs",
                "const string Rer = \"URL\"; void Go() { var d = new EventReceiverDefinitionCreationInformation(); d.ReceiverUrl = Rer; }",
            ),
            (
                "a.cs",
                "const string Host = \"https://a.test\"; void Go() { var d = new EventReceiverDefinitionCreationInformation(); d.ReceiverUrl = Host + \"/Trips.svc\"; }",
            ),
        ] {
            assert_eq!(told(name, &text.replace("URL", URL)), [URL], "{text}");
        }
    }

    #[test]
    fn of_an_address_that_is_filled_in_behind_its_host_the_host_counts() {
        let text = "d.ReceiverUrl = $\"https://a.test/{name}.svc\"; l.EventReceivers.Add(d);";
        assert_eq!(told("a.cs", text), ["https://a.test/"]);
    }

    #[test]
    fn what_is_not_known_as_a_whole_is_no_address() {
        for (name, text) in [
            ("a.ps1", "# Add-PnPEventReceiver -Url \"URL\""),
            ("a.ps1", "Add-PnPEventReceiver -Url \"$base/Trips.svc\""),
            ("a.ps1", "Add-PnPEventReceiver -Url $u"),
            ("a.ps1", "$d.Url = \"URL\"\nGet-PnPEventReceiver"),
            ("a.cs", "string u = \"URL\"; d.ReceiverUrl = u + path; l.EventReceivers.Add(d);"),
            (
                "a.cs",
                "const string Dev = \"URL\";\n#if DEBUG\nd.ReceiverUrl = Dev;\n#endif\nl.EventReceivers.Add(d);",
            ),
            ("a.cs", "d.ReceiverUrl = $\"https://{host}/Trips.svc\"; l.EventReceivers.Add(d);"),
            ("a.cs", "d.ReceiverUrl = Settings; l.EventReceivers.Add(d);"),
        ] {
            assert_eq!(told(name, &text.replace("URL", URL)), [""; 0], "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(Add-PnPEventReceiver|-Url |\\$u|=|@u|@\\{|\\}|Url|'|\"|é|\n| |ReceiverUrl = |;|\\+|\\.EventReceivers\\.Add\\(){0,20}") {
            told("a.ps1", &text);
            told("a.cs", &format!("EventReceiver {text}"));
        }
    }
}
