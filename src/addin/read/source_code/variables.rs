//! Client ids and secrets that reach a call by a variable, whatever it is called: `$key = "…"` above, `-ClientSecret $key`
//! below. Only what the same file sets to a text counts.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::acs::{id_in, of_library};
use super::lex::{Language, Lexed};
use crate::addin::evidence::Spot;
use crate::addin::evidence::secret::Secret;
use crate::addin::evidence::source_code::{SourceFact, SourceFactKind as Kind};
use crate::addin::read::remarks::{is_literal, is_secret};

/// So many arguments of one file are followed; a generated file may hold one call without end.
const MOST: usize = 200;

/// `Connect-PnPOnline` with its arguments; a backtick carries the command over to the next line.
static CONNECTS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\bConnect-PnPOnline\b(?:`\r?\n|[^\r\n;|])*"));

/// A variable as an argument of it.
static ARGUMENT: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)\s-(ClientSecret|AppSecret|ClientId|AppId)(?:\s+|:)\$\{?((?:script:|global:)?\w+)")
});

/// A call whose arguments are address, client id and secret; a realm may stand behind the address.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(GetACSAppOnlyContext(?:Async)?|GetAppOnlyAuthenticatedContext|SPFetchClient)\s*\(((?:[^;()]|\([^;()]*\))*)\)",
    )
});

/// The same of libraries that were told the address before: client id and secret.
static PAIR: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(acquire_token_for_app|with_client_credentials|withClientCredentials|ClientCredential)\s*\(([^;()]*)\)",
    )
});

/// `Connect-PnPOnline @p`: the arguments stand in a table.
static SPLATTED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\bConnect-PnPOnline\b(?:`\r?\n|[^\r\n;|])*?\s@(\w+)"));

static SECRET: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\b(ClientSecret|AppSecret)\s*="));

static VARIABLE: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*(?:\w+\s*[:=]\s*)?\$?(\w+)\s*$"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant, and a test uses it")
}

/// What a call takes for a client id or a secret.
struct Argument<'l> {
    /// What it is told as: the parameter, or the call.
    name: &'l str,
    variable: &'l str,
    /// Where the call stands.
    at: usize,
    may_be_id: bool,
    may_be_secret: bool,
}

/// Adds what variables of the calls hold.
pub(super) fn find(lexed: &Lexed<'_>, file: &Spot, ids: &mut Vec<SourceFact>, secrets: &mut Vec<Secret>) {
    for argument in arguments(lexed).into_iter().take(MOST) {
        let Some(range) = assigned(lexed, argument.variable, argument.at) else { continue };
        let text = lexed.string(&range);
        match id_in(text) {
            Some(id) if argument.may_be_id => {
                ids.push(super::acs::fact(lexed, file, range.start, Kind::ClientId, id));
            }
            None if argument.may_be_secret && looks_secret(text) => {
                secrets.push(Secret::new(argument.name, text, lexed.spot(file, range.start)));
            }
            _ => {}
        }
    }
}

/// Calls of `Connect-PnPOnline` whose secret stands in a table: where, and what the secret is called.
pub(super) fn splatted<'l>(lexed: &'l Lexed<'_>) -> Vec<(usize, &'l str)> {
    let named = |call: regex::Captures<'l>| {
        let (whole, table) = (call.get(0)?, call.get(1)?);
        let pattern = format!(r"(?i)\${}\s*=\s*@\{{([^{{}}]*)\}}", regex::escape(table.as_str()));
        let before = lexed.code.get(..whole.start())?;
        let inside = Regex::new(&pattern).ok()?.captures_iter(before).last()?.get(1)?;
        Some((whole.start(), SECRET.captures(inside.as_str())?.get(1)?.as_str()))
    };
    SPLATTED.captures_iter(&lexed.code).take(MOST).filter_map(named).collect()
}

fn arguments<'l>(lexed: &'l Lexed<'_>) -> Vec<Argument<'l>> {
    let mut found = Vec::new();
    if lexed.language == Language::PowerShell {
        for command in CONNECTS.find_iter(&lexed.code) {
            for argument in ARGUMENT.captures_iter(command.as_str()) {
                let (Some(name), Some(variable)) = (argument.get(1), argument.get(2)) else { continue };
                let (name, variable) = (name.as_str(), variable.as_str());
                let is_id = name.to_ascii_lowercase().ends_with("id");
                let at = command.start();
                found.push(Argument { name, variable, at, may_be_id: is_id, may_be_secret: !is_id });
            }
        }
        return found;
    }
    let of_library = of_library(lexed);
    for (calls, first) in [(&CALL, 0), (&PAIR, 1)] {
        if first == 1 && !of_library {
            continue;
        }
        for call in calls.captures_iter(&lexed.code) {
            let (Some(whole), Some(name), Some(inside)) = (call.get(0), call.get(1), call.get(2)) else {
                continue;
            };
            // What stands further behind are hosts of ACS.
            for (place, text) in
                inside.as_str().split(',').enumerate().map(|(place, text)| (place + first, text))
            {
                let variable = VARIABLE.captures(text).and_then(|found| found.get(1));
                let Some(variable) = variable.map(|variable| variable.as_str()) else { continue };
                let (may_be_id, may_be_secret) = (matches!(place, 1 | 2), matches!(place, 2 | 3));
                found.push(Argument {
                    name: name.as_str(),
                    variable,
                    at: whole.start(),
                    may_be_id,
                    may_be_secret,
                });
            }
        }
    }
    found
}

/// The text that a variable was last set to before a place, or first behind it, as constants of a class are; `None` where
/// it was set to anything else.
pub(super) fn assigned(lexed: &Lexed<'_>, variable: &str, before: usize) -> Option<Range<usize>> {
    let case = if lexed.language.ignores_case() { "(?i)" } else { "" };
    let dollar = if lexed.language == Language::PowerShell { r"\$\{?" } else { r"\$?" };
    let pattern = format!(
        r"{case}(?:^|[^\w.$>-]){dollar}\b{}\b\}}?\s*(?::\s*\w+\s*|(?i:as\s+string)\s*)?:?=\s*@?",
        regex::escape(variable)
    );
    let sets = Regex::new(&pattern).ok()?;
    let mut last = None;
    for found in sets.find_iter(&lexed.code) {
        // What is compared is not set.
        if lexed.after(found.end(), 1).starts_with(['=', '>', '~']) {
            continue;
        }
        if found.start() >= before && last.is_some() {
            break;
        }
        last = Some(found.end());
        if found.start() >= before {
            break;
        }
    }
    let quote = last?;
    let at = lexed.strings.partition_point(|string| string.start <= quote);
    let string = lexed.strings.get(at).filter(|string| string.start == quote + 1)?;
    let rest = lexed.after(string.end + 1, 80);
    let rest = rest.split(['\r', '\n']).next().unwrap_or_default().trim_start();
    (rest.is_empty() || rest.starts_with([';', ',', ')', '}'])).then(|| string.clone())
}

/// Variables have any name, so the text has to look like a secret: a long word with digits in it, no address.
fn looks_secret(text: &str) -> bool {
    is_secret(text) && is_literal(text) && !text.contains("://") && !text.trim().contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::addin::evidence::source_code::SourceFactKind as Kind;
    use crate::addin::read::source_code::sample::{ID, SECRET, source};

    fn told(name: &str, text: &str) -> (Vec<String>, Vec<String>) {
        let text = text.replace("ID", ID).replace("SECRET", SECRET);
        let found = source(name, &text);
        let ids = found.of(Kind::ClientId).map(|fact| fact.value.raw.clone()).collect();
        (ids, found.secrets.iter().map(|secret| secret.key.clone()).collect())
    }

    const PYTHON: &str = "from office365.sharepoint.client_context import ClientContext\n";

    #[test]
    fn a_secret_is_followed_through_a_variable_of_any_name() {
        for (name, text, key) in [
            (
                "a.ps1",
                "$c = \"ID\"\n$sec = \"SECRET\"\nConnect-PnPOnline -Url $u -ClientId $C -ClientSecret $sec",
                "ClientSecret",
            ),
            (
                "a.ps1",
                "[string]$k='SECRET'; $a='ID'\nConnect-PnPOnline -AppId:$a `\r\n -AppSecret $k",
                "AppSecret",
            ),
            (
                "a.py",
                "PYTHONcid = \"ID\"\nkey = \"SECRET\"  # of 2026\nc.with_credentials(ClientCredential(cid, key))",
                "ClientCredential",
            ),
            (
                "a.py",
                "PYTHONapp: str = 'ID'\nkey: str = 'SECRET'\nc.with_client_credentials(app, key)",
                "with_client_credentials",
            ),
            (
                "a.cs",
                "string site = \"https://a.sharepoint.com\", id = \"ID\"; string key = @\"SECRET\";\nm.GetAppOnlyAuthenticatedContext(site, id, key)",
                "GetAppOnlyAuthenticatedContext",
            ),
            (
                "a.cs",
                "m.GetACSAppOnlyContext(new Uri(s).ToString(), id, key);\nconst string id = \"ID\";\nconst string key = \"SECRET\";",
                "GetACSAppOnlyContext",
            ),
        ] {
            let text = text.replace("PYTHON", PYTHON);
            assert_eq!(told(name, &text), (vec![ID.to_owned()], vec![key.to_owned()]), "{text}");
        }
        // A name that tells a secret by itself is told once.
        let named = "$clientSecret = 'SECRET'\nConnect-PnPOnline -ClientId 'ID' -ClientSecret $clientSecret";
        assert_eq!(told("a.ps1", named).1, ["clientSecret"]);
    }

    #[test]
    fn a_table_of_arguments_with_a_secret_connects_with_it() {
        let calls = |text: &str| source("a.ps1", text).of(Kind::AppOnlyCall).count();
        let table = "$p = @{ Url = 'https://a.sharepoint.com'; ClientId = 'x'; ClientSecret = $s }\n";
        assert_eq!(calls(&format!("{table}Connect-PnPOnline @p")), 1);
        assert_eq!(calls(&format!("{table}Connect-PnPOnline @q")), 0);
        assert_eq!(calls(&format!("{table}$p = @{{ Url = $u; Thumbprint = $t }}\nConnect-PnPOnline @P")), 0);
    }

    #[test]
    fn an_id_with_a_domain_and_a_realm_behind_it_is_read() {
        let text = format!(
            "<?php\n$c = ['client_id' => '{ID}/a.test@{ID}', 'client_secret' => $s,\n 'acs' => 'https://accounts.accesscontrol.windows.net/tokens/OAuth/2'];"
        );
        let found = source("a.php", &text);
        let ids: Vec<&str> = found.of(Kind::ClientId).map(|fact| fact.value.raw.as_str()).collect();
        assert_eq!(ids, [ID]);
    }

    #[test]
    fn what_is_no_secret_or_not_set_to_a_text_is_not_followed() {
        for (name, text) in [
            ("a.ps1", "$s = $env:KEY\nConnect-PnPOnline -AppId x -AppSecret $s"),
            (
                "a.ps1",
                "$s = \"SECRET\"\n$s = Get-Secret 'one-key-2026'\nConnect-PnPOnline -AppId x -AppSecret $s",
            ),
            ("a.ps1", "$s = 'YOUR-KEY-HERE-1'\nConnect-PnPOnline -AppId x -AppSecret $s"),
            ("a.ps1", "$s = \"SECRET\"\nGet-Other -Key $s\nConnect-PnPOnline -AppId x -AppSecret $t"),
            ("a.ps1", "# $s = 'KEY_2026_01'\nConnect-PnPOnline -AppId x -AppSecret $s"),
            ("a.py", "PYTHONkey = os.environ['KEY_2026_01']\nClientCredential(cid, key)"),
            ("a.py", "PYTHONkey = 'KEY_2026_01'.lower()\nClientCredential(cid, key)"),
            ("a.py", "PYTHONif key == 'KEY_2026_01': ClientCredential(cid, key)"),
            ("a.py", "PYTHONkey = 'https://vault1.test/x'\nClientCredential(cid, key)"),
            ("a.py", "key = 'KEY_2026_01'\nfrom azure.identity import x\nClientCredential(cid, key)"),
            ("a.cs", "options.key = \"KEY_2026_01\";\nm.GetACSAppOnlyContext(s, id, key);"),
        ] {
            let text = text.replace("PYTHON", PYTHON);
            assert_eq!(told(name, &text).1, [""; 0], "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(\\$?key|=|:|'|\"|é|\n| |ClientCredential\\(key, key\\)|Connect-PnPOnline -AppSecret \\$key){0,20}") {
            source("a.py", &format!("{PYTHON}{text}"));
            source("a.ps1", &text);
        }
    }
}
