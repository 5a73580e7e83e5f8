//! Reads C#, Visual Basic, pages, PowerShell and script sources: what the code of an add-in does that matters for
//! authorization. Comments and the contents of strings are told from code first; a call in a comment is none.

mod acs;
mod calls;
mod conditional;
mod desired_state;
mod leaks;
mod lex;
mod libraries;
mod multipart;
mod neighbour;
mod on_farm;
mod receivers;
#[cfg(test)]
mod sample;
mod strings;
mod tls;
mod trust;
mod variables;
mod whose;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use self::lex::{Language, Lexed};
use super::{File, Reader};
use crate::addin::evidence::Evidence;
use crate::addin::evidence::source_code::{SourceFactKind, SourceFile};
use crate::addin::host::names_online;

/// The readers of this file, the most particular first.
pub(super) static READERS: &[&dyn Reader] = &[&SourceCode];

/// Larger files are bundles that a build wrote, not sources that people keep.
const MOST_BYTES: usize = 4 << 20;
/// So many facts of one file are kept; a generated file may repeat one of them without end.
const MOST_FACTS: usize = 2000;

/// A file that holds none of these words, in any case, has nothing to say.
const WORDS: &[&str] = &[
    "tokenhelper",
    "sharepointcontext",
    "clientsecret",
    "client secret",
    "app secret",
    "client_secret",
    "appsecret",
    "app_secret",
    "apponly",
    "hostedapp",
    "redirecturi",
    "redirect_uri",
    "binarydirect",
    "davwwwroot",
    "certificatevalidation",
    "customvalidationcallback",
    "trustallcert",
    "ssl_verifypeer",
    "securitytokenserviceuri",
    "rejectunauthorized",
    "reject_unauthorized",
    "strictssl",
    "skipcertificatecheck",
    "icertificatepolicy",
    "dangerousaccept",
    "overhttp",
    "eventreceiver",
    "receiverurl",
    "securityprotocol",
    "http://sharepoint/",
    "https://sharepoint/",
    "accesscontrol.windows.net",
    "oauthauthorize",
    "x509certificate2",
    "contexttoken",
    "keywordquery",
    "peoplemanager",
    "projectcontext",
    "_api/search",
    "sp.userprofiles",
    "00000003-0000-0ff1",
    "sharepointprincipal",
    "s2s",
    "--insecure",
    "verify=false",
    "verify = false",
    "\"verify\"",
    "'verify'",
    "_create_unverified_context",
    "insecureskipverify",
    "checkservertrusted",
    "noophostnameverifier",
    "trustallstrategy",
    "verify_none",
    "cert_none",
    "no-check-certificate",
    "signingcertificate",
    "socialf",
    "getauthorizationurl",
    "authorizationcode",
    "sptrustedsecuritytokenissuer",
    "register-spappprincipal",
    "curl ",
    "office365",
    "spfetchclient",
    "actortoken",
    "actor_token",
    "trustedfordelegation",
    "urn:office:idp:",
    "rsaprivatekeypath",
];

static GATE: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(WORDS).ok());

/// With an address of SharePoint Online it is enough as well: `{ url: "https://….sharepoint.com", secret: "…" }`.
static SECRET: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("(?i)secret").expect("the pattern is a constant, and a test uses it"));

struct SourceCode;

/// Requests to ACS that a tool keeps as JSON: collections of Postman, workflows of Power Automate and Logic Apps.
static REQUESTS: LazyLock<[memchr::memmem::Finder<'static>; 2]> =
    LazyLock::new(|| ["accesscontrol.windows.net", "client_credentials"].map(memchr::memmem::Finder::new));

/// The language of a file.
fn language(file: &File<'_>) -> Option<Language> {
    match file.extension() {
        "json" => REQUESTS.iter().all(|word| word.find(file.bytes).is_some()).then_some(Language::Script),
        extension => Language::of(extension),
    }
}

impl Reader for SourceCode {
    fn fits(&self, file: &File<'_>) -> bool {
        file.bytes.len() <= MOST_BYTES && language(file).is_some()
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        let (Some(language), Some(gate)) = (language(file), GATE.as_ref()) else {
            return Evidence::default();
        };
        let text = file.text();
        let tells = gate.is_match(text) || (SECRET.is_match(text) && names_online(text));
        if !tells {
            return Evidence::default();
        }
        let lexed = Lexed::new(language, file.text());
        let mut source = facts(file, &lexed);
        let farm = desired_state::switches(&lexed, &file.spot(), &mut source.facts);
        if source.facts.is_empty() && source.secrets.is_empty() {
            return Evidence { farm, ..Evidence::default() };
        }
        Evidence { sources: vec![source], farm, ..Evidence::default() }
    }
}

fn facts(file: &File<'_>, lexed: &Lexed<'_>) -> SourceFile {
    let at = file.spot();
    let mut facts = strings::facts(lexed, &at);
    if whose::asks_acs_for_another(lexed.text) {
        facts.retain(|fact| !matches!(fact.kind, SourceFactKind::AcsTokens | SourceFactKind::AppOnlyCall));
    }
    facts.extend(calls::facts(lexed, &at));
    facts.extend(trust::facts(lexed, &at));
    facts.extend(libraries::facts(lexed, &at));
    facts.extend(receivers::facts(lexed, &at));
    let (mut secrets, in_urls) = leaks::find(lexed, &at);
    facts.extend(in_urls);
    let (of_acs, mut given) = acs::find(lexed, &at, &facts, !secrets.is_empty());
    facts.extend(of_acs);
    facts.extend(on_farm::registrations(lexed, &at));
    if !facts.is_empty() {
        facts.extend(on_farm::command(lexed, &at));
    }
    // What has a name of its own is told by it.
    given.retain(|secret| !secrets.iter().any(|known| known.at == secret.at));
    secrets.extend(given);
    secrets.sort_by(|a, b| (&a.at, &a.key).cmp(&(&b.at, &b.key)));
    secrets.dedup_by(|b, a| a.at == b.at);
    facts.sort_by(|a, b| {
        (a.value.at.line, a.value.at.column, a.kind).cmp(&(b.value.at.line, b.value.at.column, b.kind))
    });
    facts.dedup();
    if lexed.language == Language::CSharp {
        let of_development = conditional::of_development(lexed.text);
        facts.retain(|fact| !of_development.iter().any(|lines| lines.contains(&fact.value.at.line)));
    }
    facts.truncate(MOST_FACTS);
    SourceFile {
        at,
        facts,
        secrets,
        names_sharepoint: whose::speaks_of_sharepoint(lexed.text),
        of_entra: whose::is_of_entra(lexed.text),
    }
}

#[cfg(test)]
mod tests;
