//! Signs that a program gets its tokens of Azure ACS: whom it connects as, with which secret, and to which tenant.

use std::sync::LazyLock;

use regex::Regex;

use super::lex::{Language, Lexed};
use super::{multipart, variables, whose};
use crate::addin::evidence::ids::guid;
use crate::addin::evidence::secret::Secret;
use crate::addin::evidence::source_code::{SourceFact, SourceFactKind as Kind};
use crate::addin::evidence::{Spot, Value};
use crate::addin::read::remarks::is_secret;

/// A cmdlet of `PnP` PowerShell that connects with a secret; a backtick carries the command over to the next line.
static CONNECTS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\bConnect-PnPOnline\b(?:`\r?\n|[^\r\n;|])*?\s-(ClientSecret|AppSecret)\b"));

/// An argument without quotes.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)\s-(ClientSecret|AppSecret|ClientId|AppId)(?:\s+|:)([A-Za-z0-9+/=~._-]{16,})")
});

/// What stands before the quote of a client id. As for secrets, a comma counts only behind a name between quotes.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r#"(?i)(?:client|app|application)_?id(?:["'\]]+\s*,(?:\s*"value"\s*:)?"#,
        r#"|["'\]]*\s*(?::\s*string|as\s+string)?\s*(?:=>|:=|=|:)?)\s*(?:\(\s*None\s*,\s*)?[@$]*["'`]$"#
    ))
});

/// The name of a client id.
static ENDS_IN_ID: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)^(?:client|app|application)[-_]?id$"));

/// A client id that no quote stands before: in the body of a request, in a variable of a shell.
static UNQUOTED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(?:client|app|application)_?id[ \t]?[=:][ \t]?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b",
    )
});

/// A call whose arguments are address, client id and secret, up to the quote of one of them.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?s)\b(GetACSAppOnlyContext(?:Async)?|GetAppOnlyAuthenticatedContext|SPFetchClient)\s*\(([^;()]*(?:\([^;()]*\)[^;()]*)*)[@$]*["'`]$"#,
    )
});

/// The same of libraries that were told the address before: client id and secret.
static PAIR: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"\b(acquire_token_for_app|with_client_credentials|withClientCredentials|ClientCredential)\s*\(([^;()]*)["'`]$"#,
    )
});

/// A host of SharePoint Online, also one whose tenant is filled in by the program. Its end by itself is often only
/// compared with.
static ONLINE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?i)(?:\b[a-z0-9][a-z0-9-]*|\$\w+|/(?:\$?\{{1,2}[^{}\r\n"'`]{1,60}\}{1,2}|["']\s*[+.]\s*[\w.$>-]{1,60}\s*[+.]\s*["']))\.sharepoint(?:-mil)?\.(?:com|us|cn)\b"#,
    )
});

/// The name of a client secret.
static NAMES_SECRET: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)(?:client|app)_?secret"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant, and a test uses it")
}

/// Every such sign, in the order of the file; `known` are the facts that were found already, and `leaked` says that the
/// secret of an add-in stands in the file.
pub(super) fn find(
    lexed: &Lexed<'_>,
    file: &Spot,
    known: &[SourceFact],
    leaked: bool,
) -> (Vec<SourceFact>, Vec<Secret>) {
    let mut facts = Vec::new();
    let mut secrets = Vec::new();
    let mut ids = Vec::new();
    arguments(lexed, file, &mut ids, &mut secrets);
    unquoted(lexed, file, &mut ids);
    variables::find(lexed, file, &mut ids, &mut secrets);
    if lexed.language == Language::PowerShell {
        for found in CONNECTS.captures_iter(&lexed.code) {
            let (Some(whole), Some(name)) = (found.get(0), found.get(1)) else { continue };
            let text = format!("Connect-PnPOnline -{}", name.as_str());
            facts.push(fact(lexed, file, whole.start(), Kind::AppOnlyCall, text));
        }
        for (at, name) in variables::splatted(lexed) {
            facts.push(fact(lexed, file, at, Kind::AppOnlyCall, format!("Connect-PnPOnline -{name}")));
        }
        bare(lexed, file, &mut ids, &mut secrets);
    }
    // An id or a host by itself may be that of anything.
    let calls = |fact: &SourceFact| matches!(fact.kind, Kind::AppOnlyCall | Kind::AcsTokens);
    let called = !secrets.is_empty() || known.iter().chain(&facts).any(calls);
    let of_entra = !called && whose::is_of_entra(lexed.text);
    let of_acs = called || (leaked && !of_entra);
    if of_acs || known.iter().any(|fact| fact.kind == Kind::OwnToken) {
        facts.append(&mut ids);
    }
    // Settings in a file of their own: the calls stand in another one. A template has `yourtenant.sharepoint.com`.
    if of_acs || (!of_entra && NAMES_SECRET.is_match(lexed.text)) {
        facts.extend(tenant(lexed, file).filter(|fact| of_acs || !fact.value.raw.starts_with("your")));
    }
    (facts, secrets)
}

pub(super) fn fact(lexed: &Lexed<'_>, file: &Spot, at: usize, kind: Kind, text: String) -> SourceFact {
    SourceFact { kind, value: Value::new(text, lexed.spot(file, at)) }
}

/// Client ids between quotes, and the secret behind one of them in a call.
fn arguments(lexed: &Lexed<'_>, file: &Spot, ids: &mut Vec<SourceFact>, secrets: &mut Vec<Secret>) {
    for range in &lexed.strings {
        let text = lexed.string(range);
        // Names are told in code, keys of dictionaries between quotes.
        let named = || {
            NAMED.is_match(lexed.before_in_text(range.start, 80))
                || multipart::name(lexed, range).is_some_and(|name| ENDS_IN_ID.is_match(name))
        };
        if let Some(id) = id_in(text).filter(|_| named()) {
            ids.push(fact(lexed, file, range.start, Kind::ClientId, id));
            continue;
        }
        let before = lexed.before(range.start, 300);
        let (call, first) = match CALL.captures(before) {
            Some(call) => (call, 0),
            None => match PAIR.captures(before).filter(|_| of_library(lexed)) {
                Some(call) => (call, 1),
                None => continue,
            },
        };
        let (Some(name), Some(before)) = (call.get(1), call.get(2)) else { continue };
        // With a realm there are four of them; what stands further behind are hosts of ACS.
        match (before.as_str().matches(',').count() + first, id_in(text)) {
            (1 | 2, Some(id)) => {
                // Of a realm and an id the id stands last.
                let line = lexed.spot(file, range.start).line;
                ids.retain(|known| known.value.at.line != line);
                ids.push(fact(lexed, file, range.start, Kind::ClientId, id));
            }
            (2 | 3, None) if is_secret(text) && !text.contains("accesscontrol") => {
                secrets.push(Secret::new(name.as_str(), text, lexed.spot(file, range.start)));
            }
            _ => {}
        }
    }
}

/// Other libraries call so what they sign in to Microsoft Entra with.
pub(super) fn of_library(lexed: &Lexed<'_>) -> bool {
    matches!(lexed.language, Language::Script | Language::Shell)
        && lexed.text.to_ascii_lowercase().contains("office365")
}

/// A GUID, or one with a realm behind it, or with domain and realm: `<id>/<domain>@<realm>`.
pub(super) fn id_in(text: &str) -> Option<String> {
    guid(text.trim().split(['@', '/']).next()?)
}

/// Client ids without quotes, outside of comments.
fn unquoted(lexed: &Lexed<'_>, file: &Spot, ids: &mut Vec<SourceFact>) {
    for id in UNQUOTED.captures_iter(lexed.text).filter_map(|found| found.get(1)) {
        if !in_comment(lexed, id.start()) {
            ids.extend(guid(id.as_str()).map(|text| fact(lexed, file, id.start(), Kind::ClientId, text)));
        }
    }
}

fn in_comment(lexed: &Lexed<'_>, at: usize) -> bool {
    lexed.comments.iter().any(|comment| comment.contains(&at))
}

/// Arguments of a script without quotes.
fn bare(lexed: &Lexed<'_>, file: &Spot, ids: &mut Vec<SourceFact>, secrets: &mut Vec<Secret>) {
    for found in BARE.captures_iter(&lexed.code) {
        let (Some(name), Some(text)) = (found.get(1), found.get(2)) else { continue };
        if name.as_str().to_ascii_lowercase().ends_with("id") {
            ids.extend(id_in(text.as_str()).map(|id| fact(lexed, file, text.start(), Kind::ClientId, id)));
        } else if is_secret(text.as_str()) {
            secrets.push(Secret::new(name.as_str(), text.as_str(), lexed.spot(file, text.start())));
        }
    }
}

/// The first host of SharePoint Online outside of comments.
fn tenant(lexed: &Lexed<'_>, file: &Spot) -> Option<SourceFact> {
    let found = ONLINE.find_iter(lexed.text).find(|found| !in_comment(lexed, found.start()))?;
    Some(fact(lexed, file, found.start(), Kind::OnlineAddress, found.as_str().to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use crate::addin::evidence::source_code::{SourceFactKind as Kind, SourceFile};
    use crate::addin::read::{ReadOptions, read};

    const ID: &str = "5c0c7f0c-8a74-4a4e-a21c-6d8f6a1c0001";
    const REALM: &str = "6027d81c-ad9b-48f5-9da6-96f1bad11429";
    const SECRET: &str = "Zk3vQ7xW9pL2mN8rT5yB1cD6fG4hJ0kS7uV3wX9zA1b=";

    fn source(name: &str, text: &str) -> SourceFile {
        let evidence = read(name, text.as_bytes(), &ReadOptions::default()).unwrap_or_default();
        assert!(!format!("{evidence:?}").contains("Zk3vQ7xW9p"));
        evidence.sources.into_iter().next().unwrap_or_default()
    }

    fn of(source: &SourceFile, kind: Kind) -> Vec<&str> {
        source.of(kind).map(|fact| fact.value.raw.as_str()).collect()
    }

    #[test]
    fn a_call_with_its_secret_tells_id_secret_and_tenant() {
        for call in [
            format!(
                "GetACSAppOnlyContext(\"https://fabrikam.sharepoint.com/sites/a\", \"{ID}\", \"{SECRET}\")"
            ),
            format!(
                "GetACSAppOnlyContext(new Uri(\"https://fabrikam.sharepoint.com\").ToString(), \"{ID}\",\r\n @\"{SECRET}\")"
            ),
            format!(
                "GetAppOnlyAuthenticatedContext(\"https://fabrikam.sharepoint.com\", \"{REALM}\", \"{ID}\", \"{SECRET}\", \"accesscontrol.windows.net\")"
            ),
        ] {
            let found = source("Program.cs", &format!("var a = new AuthenticationManager().{call};"));
            assert_eq!(of(&found, Kind::ClientId), [ID], "{call}");
            assert_eq!(found.secrets.len(), 1, "{call}");
            assert_eq!(of(&found, Kind::OnlineAddress), ["fabrikam.sharepoint.com"]);
        }
        let named = source("Program.cs", "x.GetACSAppOnlyContext(url, appId, appSecret);");
        assert_eq!((named.secrets.len(), named.facts.len()), (0, 1));
    }

    #[test]
    fn a_script_that_connects_with_a_secret_is_a_program_with_acs() {
        for (line, secrets) in [
            (format!("Connect-PnPOnline -Url $u -ClientId {ID} -ClientSecret \"{SECRET}\""), 1),
            (format!("Connect-PnPOnline -Url $u `\r\n  -AppId '{ID}' `\r\n  -AppSecret {SECRET}"), 1),
            (format!("$appId = '{ID}'\nConnect-PnPOnline -AppId $appId -AppSecret $env:SECRET -Url $u"), 0),
        ] {
            let found = source("a.ps1", &line);
            assert_eq!(of(&found, Kind::AppOnlyCall).len(), 1, "{line}");
            assert_eq!(of(&found, Kind::ClientId), [ID], "{line}");
            assert_eq!(found.secrets.len(), secrets, "{line}");
        }
        let other = source("a.ps1", "Connect-PnPOnline -Interactive\nGet-X -ClientSecret $s");
        assert_eq!(of(&other, Kind::AppOnlyCall).len(), 0);
    }

    #[test]
    fn an_id_behind_its_name_as_an_argument_is_told_with_its_secret() {
        let url = "https://accounts.accesscontrol.windows.net/x/tokens/OAuth/2";
        for (name, call) in [
            ("a.cs", "new KeyValuePair<string,string>(\"NAME\",\"VALUE\")"),
            ("a.cs", "{ \"NAME\", \"VALUE\" }"),
            ("a.go", "form.Add(\"NAME\", \"VALUE\")"),
            ("A.java", "new BasicNameValuePair(\"NAME\", \"VALUE\")"),
            ("a.cs", "{ new StringContent(\"VALUE\"), \"\\\"NAME\\\"\" }"),
            ("a.cs", "c.Add(new StringContent(\"VALUE\", Encoding.UTF8), \"NAME\")"),
            ("a.cs", "c.Add(new StringContent(\"VALUE\"), name: \"NAME\")"),
            ("a.py", "files = {'NAME': (None, 'VALUE')}"),
        ] {
            let of_id = call.replace("NAME", "client_id").replace("VALUE", &format!("{ID}@{REALM}"));
            let of_secret = call.replace("NAME", "client_secret").replace("VALUE", SECRET);
            let found = source(name, &format!("u = \"{url}\"\n{of_id}\n{of_secret}\n"));
            assert_eq!((of(&found, Kind::ClientId), found.secrets.len()), (vec![ID], 1), "{call}");
            let other = call.replace("NAME", "resource").replace("VALUE", &format!("{ID}@{REALM}"));
            let found = source(name, &format!("u = \"{url}\"\n{other}\n"));
            assert_eq!(of(&found, Kind::ClientId), [""; 0], "{other}");
        }
        // What follows a variable is the next argument.
        let next = source("a.cs", &format!("var u = \"{url}\"; Call(clientId, \"{REALM}\");"));
        assert_eq!(of(&next, Kind::ClientId), [""; 0]);
    }

    #[test]
    fn python_names_its_client_id() {
        let text = format!(
            "client_id = \"{ID}\"\nurl = \"https://accounts.accesscontrol.windows.net/x\"\nbody = {{\"grant_type\": \"client_credentials\", \"resource\": \"00000003-0000-0ff1-ce00-000000000000/fabrikam.sharepoint.com@x\"}}\n"
        );
        let found = source("a.py", &text);
        assert_eq!(of(&found, Kind::ClientId), [ID]);
        assert_eq!(of(&found, Kind::OnlineAddress), ["fabrikam.sharepoint.com"]);
        assert_eq!(source("a.py", &format!("client_id = \"{ID}\" # clientsecret")), SourceFile::default());
    }

    #[test]
    fn a_request_without_quotes_tells_acs_id_and_tenant() {
        let body = format!(
            "grant_type=client_credentials&client_id={ID}@{REALM}&client_secret=$S&resource=00000003-0000-0ff1-ce00-000000000000/fabrikam.sharepoint.com@{REALM}"
        );
        let url = format!("https://accounts.accesscontrol.windows.net/{REALM}/tokens/OAuth/2");
        for (name, text) in [
            ("a.sh", format!("curl {url} -d \"{body}\"")),
            ("a.sh", format!("CLIENT_ID={ID}\ncurl -d \"{}\" {url}", body.replace(ID, "$CLIENT_ID"))),
            ("a.http", format!("POST {url}\n\n{body}\n")),
            ("a.py", format!("# client_id={REALM}\nrequests.post('{url}', data='{body}')")),
        ] {
            let found = source(name, &text);
            assert_eq!(of(&found, Kind::AppOnlyCall).len(), 1, "{text}");
            assert_eq!(of(&found, Kind::ClientId), [ID], "{text}");
            assert_eq!(of(&found, Kind::OnlineAddress), ["fabrikam.sharepoint.com"], "{text}");
        }
        let comment = format!("# {url} grant_type=client_credentials\ncurl https://a.test");
        assert_eq!(source("a.sh", &comment), SourceFile::default());
    }

    #[test]
    fn requests_that_a_tool_keeps_as_json_tell_acs_id_secret_and_tenant() {
        let url = format!("https://accounts.accesscontrol.windows.net/{REALM}/tokens/OAuth/2");
        let resource = "00000003-0000-0ff1-ce00-000000000000/{{tenant}}.sharepoint.com@x";
        let pair = |name: &str, value: &str| format!("{{\"key\": \"{name}\", \"value\": \"{value}\"}}");
        let collection = format!(
            "{{\"item\":[{{\"request\":{{\"url\":\"{url}\",\"body\":[{},{},{},{}]}}}}]}}",
            pair("grant_type", "client_credentials"),
            pair("client_id", &format!("{ID}@{REALM}")),
            pair("client_secret", SECRET),
            pair("resource", resource),
        );
        let body = format!("grant_type=client_credentials&client_id={ID}@{REALM}&client_secret={SECRET}");
        let workflow = format!(
            "{{\"inputs\":{{\"uri\":\"{url}\",\"body\":\"{body}&resource=00000003-0000-0ff1-ce00-000000000000/fabrikam.sharepoint.com@x\"}}}}"
        );
        for (text, tenant) in
            [(collection, "/{{tenant}}.sharepoint.com"), (workflow, "fabrikam.sharepoint.com")]
        {
            let found = source("requests.json", &text);
            assert_eq!(of(&found, Kind::AppOnlyCall).len(), 1, "{text}");
            assert_eq!(of(&found, Kind::ClientId), [ID], "{text}");
            assert_eq!(found.secrets.len(), 1, "{text}");
            assert_eq!(of(&found, Kind::OnlineAddress), [tenant], "{text}");
        }
        let entra = "{\"url\":\"https://login.microsoftonline.com/x\",\"body\":\"client_credentials\"}";
        assert_eq!(source("requests.json", entra), SourceFile::default());
    }

    #[test]
    fn a_tenant_that_is_filled_in_behind_the_id_of_sharepoint_is_online() {
        let resource = "f\"00000003-0000-0ff1-ce00-000000000000/{tenant}.sharepoint.com@{realm}\"";
        let text = format!(
            "u = 'https://accounts.accesscontrol.windows.net/tokens/OAuth/2'\nd = {{'resource': {resource}}}\n"
        );
        assert_eq!(of(&source("a.py", &text), Kind::OnlineAddress), ["/{tenant}.sharepoint.com"]);
    }

    #[test]
    fn programs_of_other_languages_name_acs_and_their_id() {
        let java = "class A { String a = HTTPS + \"://accounts.accesscontrol.windows.net/\", b = \"/tokens/OAuth/2\"; }";
        let endpoint = "accounts.accesscontrol.windows.net/.../tokens/OAuth/2";
        assert_eq!(of(&source("A.java", java), Kind::AcsTokens), [endpoint]);
        let metadata = "var a = \"https://accounts.accesscontrol.windows.net/metadata/json/1\";";
        assert_eq!(of(&source("a.ts", metadata), Kind::AcsTokens), [""; 0]);
        let php = format!("<?php\n$client_id = \"{ID}\";\n$client_secret = \"{SECRET}\";\n");
        let found = source("config.php", &php);
        assert_eq!((of(&found, Kind::ClientId), found.secrets.len()), (vec![ID], 1));
        let more = format!(
            "client_secret_b64 = \"{SECRET}\"\nclient_secret_name = \"the-secret-of-2026-in-vault\"[0:8]\nclientSecretKey = \"key\""
        );
        assert_eq!(source("a.py", &more).secrets.len(), 1);
        // What follows a variable in a list is no value of it.
        let list =
            "$data = array('client_secret' => $app_secret,\n 'refresh_token_of_msg' => $msg->refreshtoken);";
        assert_eq!(source("a.php", list).secrets.len(), 0);
        let off = "curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, false);\n$a = $ctx->SecurityTokenServiceUri;";
        let found = source("a.php", off);
        assert_eq!(of(&found, Kind::CertificateValidationOff), ["CURLOPT_SSL_VERIFYPEER"]);
        assert_eq!(of(&found, Kind::ContextTokenCall), ["SecurityTokenServiceUri"]);
        // The template of Visual Studio is .NET.
        assert_eq!(
            of(
                &source("a.ts", "export class TokenHelper { /* accesscontrol.windows.net */ }"),
                Kind::TokenHelper
            ),
            [""; 0]
        );
    }
}
