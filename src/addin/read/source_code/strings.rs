//! Texts between quotes: keys of the configuration, redirect addresses, scopes, the target principal, receivers.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::lex::{Language, Lexed};
use crate::addin::evidence::source_code::{SourceFact, SourceFactKind as Kind};
use crate::addin::evidence::{Spot, Value};

/// Longest text that can be one of these values.
const LONGEST: usize = 2048;

/// A name that something is set to, or given as; behind it comes the quote.
macro_rules! named {
    ($names:literal) => {
        concat!(
            r#"(?i)(?:"#,
            $names,
            r#")["'\]]*\s*(?::\s*string|as\s+string)?\s*(?:=>|:=|=|:|,|\()?\s*[@$]*["'`]$"#
        )
    };
}

/// Words without which nothing before a quote tells what stands in it.
static GATE: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = ["redirect", "reply", "receiver", "principal", "accesstoken"];
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

static REDIRECT: LazyLock<Regex> = LazyLock::new(|| regex(named!(r"redirect_?ur[il]|reply_?url")));
static RECEIVER: LazyLock<Regex> = LazyLock::new(|| regex(named!(r"receiverurl|receiver_?url")));
/// The address is the second argument (*documented*: `ListExtensions.AddRemoteEventReceiver` of `PnP`).
static ADDS_RECEIVER: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"AddRemoteEventReceiver\s*\([^;(),]*,\s*[@$]*["'`]$"#));
static PRINCIPAL: LazyLock<Regex> = LazyLock::new(|| {
    regex(named!(
        r"sharepoint_?principal|target_?principal(?:_?name)?|GetAppOnlyAccessToken\s*|GetAccessToken\s*"
    ))
});
static SCOPE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)https?://sharepoint(?:\.[a-z.]+)?/[A-Za-z/_-]+"));
static ALIASES: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:(?:Site|Web|List|AllSites|TermStore|Search|AllProfiles|Projects?|MyProfile|Social\w*|Tenant|Microfeed|BCS|ProjectAdmin|Statusing|Reporting|Workflow)\.[A-Z]\w+)(?: +\w+\.\w+)*$",
    )
});
static GUID_LIKE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^\s*[0-9A-Fa-f]{6,9}(?:-[0-9A-Fa-f]{3,5}){3}-[0-9A-Fa-f]{9,14}\s*$"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant, and a test uses it")
}

/// Every fact that texts tell, in the order of the file.
pub(super) fn facts(lexed: &Lexed<'_>, file: &Spot) -> Vec<SourceFact> {
    let mut found = Vec::new();
    let grants = lexed.text.contains("client_credentials");
    let tokens = lexed.text.to_ascii_lowercase().contains("/tokens/oauth/");
    for range in &lexed.strings {
        let text = lexed.string(range);
        let mut add = |kind, value: &str, offset: usize| {
            let at = lexed.spot(file, range.start + offset);
            found.push(SourceFact { kind, value: Value::new(value, at) });
        };
        for scope in SCOPE.find_iter(text) {
            add(Kind::PermissionScope, scope.as_str(), scope.start());
        }
        if text.len() > LONGEST {
            continue;
        }
        if let Some(kind) = by_content(text, grants, tokens) {
            add(kind.0, kind.1, 0);
        }
        let before = lexed.before_in_text(range.start, 80);
        if !GATE.as_ref().is_some_and(|gate| gate.is_match(before)) {
            continue;
        }
        match () {
            () if REDIRECT.is_match(before) && is_address(text) => {
                add(Kind::RedirectUri, without_query(text), 0);
            }
            () if (RECEIVER.is_match(before) || ADDS_RECEIVER.is_match(before)) && is_address(text) => {
                add(Kind::ReceiverRegistration, up_to_hole(without_query(text)), 0);
            }
            () if PRINCIPAL.is_match(before) && GUID_LIKE.is_match(text) => {
                add(Kind::TargetPrincipal, text, 0);
            }
            () => {}
        }
    }
    if lexed.language == Language::Shell {
        found.extend(unquoted(lexed, file, grants, tokens));
    }
    found
}

/// The address of ACS without quotes, as scripts of a shell and files of requests write it.
fn unquoted(lexed: &Lexed<'_>, file: &Spot, grants: bool, tokens: bool) -> Option<SourceFact> {
    const ACS: &str = "accesscontrol.windows.net";
    let at = lexed.code.to_ascii_lowercase().find(ACS)?;
    let (kind, text) = by_content(ACS, grants, tokens)?;
    Some(SourceFact { kind, value: Value::new(text, lexed.spot(file, at)) })
}

/// Texts that say by themselves what they are. The value is a constant, or the text where it can hold no secret. What the
/// file says elsewhere tells what it wants of ACS: `grants` of app-only tokens, `tokens` of any.
fn by_content(text: &str, grants: bool, tokens: bool) -> Option<(Kind, &str)> {
    let lower = text.to_ascii_lowercase();
    let has = |word: &str| lower.contains(word);
    Some(match () {
        () if text.trim() == "SecondaryClientSecret" => (Kind::SecondarySecret, "SecondaryClientSecret"),
        () if text.trim() == "HostedAppHostNameOverride" => {
            (Kind::HostNameOverride, "HostedAppHostNameOverride")
        }
        () if has("oauthauthorize.aspx") => (Kind::AuthorizationCodeCall, "OAuthAuthorize.aspx"),
        () if has("accesscontrol.windows.net") && grants => {
            (Kind::AppOnlyCall, "accounts.accesscontrol.windows.net with client_credentials")
        }
        () if has("accesscontrol.windows.net") && tokens => {
            (Kind::AcsTokens, "accounts.accesscontrol.windows.net/.../tokens/OAuth/2")
        }
        () if has("_api/search") => (Kind::UserOnlyApi, "_api/search"),
        () if has("_api/sp.userprofiles") => (Kind::UserOnlyApi, "_api/SP.UserProfiles"),
        () if has("_api/projectserver") => (Kind::UserOnlyApi, "_api/ProjectServer"),
        () if has("davwwwroot") => (Kind::BinaryDirect, "DavWWWRoot"),
        () if lower.trim() == "propfind" => (Kind::BinaryDirect, "PROPFIND"),
        () if ALIASES.is_match(text) => (Kind::PermissionScope, text),
        () => return None,
    })
}

/// Something that can be called, or a token that will be.
pub(super) fn is_address(text: &str) -> bool {
    let text = text.trim();
    text.contains("://") || text.starts_with(['~', '/']) || text.contains(".aspx")
}

/// Of `https://a.test/{name}.svc` what is known: a host that stands there as a whole.
fn up_to_hole(text: &str) -> &str {
    let Some((known, _)) = text.split_once('{') else { return text };
    let host = known.split_once("://").map_or("", |(_, behind)| behind);
    if host.find('/').is_some_and(|end| end > 0) { known } else { text }
}

/// A query may hold anything, a secret as well.
pub(super) fn without_query(text: &str) -> &str {
    let cut = |text: &str| {
        let lower = text.to_ascii_lowercase();
        ["secret", "password", "token=", "sig=", "code="].iter().any(|word| lower.contains(word))
    };
    if cut(text) { text.split(['?', '#']).next().unwrap_or_default() } else { text }
}
