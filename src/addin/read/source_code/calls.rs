//! Names in code: calls of `TokenHelper`, of the client object model, switches of the farm.
//!
//! The value of a fact is put together of names alone, so that no literal of the code, and no secret, gets into it; but
//! for addresses without their query.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::lex::{Language, Lexed, is_word};
use super::{strings, tls};
use crate::addin::evidence::source_code::{SourceFact, SourceFactKind as Kind};
use crate::addin::evidence::{Spot, Value};

/// How a name must stand to count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Before a parenthesis, and not where it is declared.
    Call,
    /// Anywhere in code.
    Name,
}

const NAMES: &[(&str, Form, Kind)] = &[
    ("SecondaryClientSecret", Form::Name, Kind::SecondarySecret),
    ("HostedAppHostNameOverride", Form::Name, Kind::HostNameOverride),
    ("GetAppOnlyAccessToken", Form::Call, Kind::AppOnlyCall),
    ("GetAppOnlyAuthenticatedContext", Form::Call, Kind::AppOnlyCall),
    ("GetACSAppOnlyContext", Form::Call, Kind::AppOnlyCall),
    ("CreateAppOnlyClientContextForSPHost", Form::Call, Kind::AppOnlyCall),
    ("CreateAppOnlyClientContextForSPAppWeb", Form::Call, Kind::AppOnlyCall),
    ("AppOnlyAccessTokenForSPHost", Form::Name, Kind::AppOnlyCall),
    ("AppOnlyAccessTokenForSPAppWeb", Form::Name, Kind::AppOnlyCall),
    ("KeywordQuery", Form::Name, Kind::UserOnlyApi),
    ("SearchExecutor", Form::Name, Kind::UserOnlyApi),
    ("PeopleManager", Form::Name, Kind::UserOnlyApi),
    ("ProfileLoader", Form::Name, Kind::UserOnlyApi),
    ("ProjectContext", Form::Name, Kind::UserOnlyApi),
    ("SocialFeedManager", Form::Name, Kind::UserOnlyApi),
    ("SocialFollowingManager", Form::Name, Kind::UserOnlyApi),
    ("GetContextTokenFromRequest", Form::Call, Kind::ContextTokenCall),
    ("ReadAndValidateContextToken", Form::Call, Kind::ContextTokenCall),
    ("GetClientContextWithContextToken", Form::Call, Kind::ContextTokenCall),
    ("GetSharePointContext", Form::Call, Kind::ContextTokenCall),
    ("CreateUserClientContextForSPHost", Form::Call, Kind::ContextTokenCall),
    ("CreateUserClientContextForSPAppWeb", Form::Call, Kind::ContextTokenCall),
    ("CreateRemoteEventReceiverClientContext", Form::Call, Kind::ContextTokenCall),
    ("CreateAppEventClientContext", Form::Call, Kind::ContextTokenCall),
    // The part of a context token that names ACS: whoever reads it did so without TokenHelper.
    ("SecurityTokenServiceUri", Form::Name, Kind::ContextTokenCall),
    ("GetAuthorizationUrl", Form::Call, Kind::AuthorizationCodeCall),
    ("GetClientContextWithAuthorizationCode", Form::Call, Kind::AuthorizationCodeCall),
    ("GetS2SAccessTokenWithWindowsIdentity", Form::Call, Kind::HighTrustCall),
    ("GetS2SClientContextWithWindowsIdentity", Form::Call, Kind::HighTrustCall),
    ("IsHighTrustApp", Form::Call, Kind::HighTrustCall),
    ("ClientSigningCertificatePath", Form::Name, Kind::HighTrustCall),
    ("ClientSigningCertificateSerialNumber", Form::Name, Kind::HighTrustCall),
    ("OpenBinaryDirect", Form::Call, Kind::BinaryDirect),
    ("SaveBinaryDirect", Form::Call, Kind::BinaryDirect),
    ("AllowOAuthOverHttp", Form::Name, Kind::AllowOAuthOverHttp),
    ("AllowMetadataOverHttp", Form::Name, Kind::AllowMetadataOverHttp),
    ("EventReceiverDefinitionCreationInformation", Form::Name, Kind::ReceiverRegistration),
    ("AddRemoteEventReceiver", Form::Call, Kind::ReceiverRegistration),
    ("SecurityProtocol", Form::Name, Kind::TlsVersion),
    ("SecurityProtocolType", Form::Name, Kind::TlsVersion),
];

static BY_NAME: LazyLock<HashMap<String, (&str, Form, Kind)>> = LazyLock::new(|| {
    NAMES.iter().map(|&(name, form, kind)| (name.to_ascii_lowercase(), (name, form, kind))).collect()
});

/// Every fact that names tell, in the order of the text.
pub(super) fn facts(lexed: &Lexed<'_>, file: &Spot) -> Vec<SourceFact> {
    let mut found = classes(lexed, file);
    // What TokenHelper and SharePointContext call themselves is the same in every project, used or not.
    let template = !found.is_empty();
    let words = words(&lexed.code);
    let mut judged = 0;
    for (start, word) in &words {
        let Some(&(name, form, kind)) = BY_NAME.get(&word.to_ascii_lowercase()) else { continue };
        if kind == Kind::TlsVersion {
            // An assignment is one fact, whatever versions it names.
            if *start < judged {
                continue;
            }
            if let Some(used) = tls::use_of(lexed, start + word.len()) {
                let (text, end) = match used {
                    tls::Use::Assigned(text, end) => (text, end),
                    tls::Use::Compared(end) => (None, end),
                };
                judged = end;
                found.extend(text.map(|text| fact(lexed, file, *start, kind, format!("{name} {text}"))));
                continue;
            }
        }
        let counts = (lexed.language.ignores_case() || name == *word)
            && (form == Form::Name || is_call(lexed, *start, word))
            && !(template && of_template(kind));
        if counts {
            found.extend(told(lexed, file, *start, word, kind));
            if kind == Kind::AuthorizationCodeCall {
                found.extend(redirect(lexed, file, start + word.len()));
            }
        }
    }
    if found.iter().any(|fact| matches!(fact.kind, Kind::AllowOAuthOverHttp | Kind::AllowMetadataOverHttp)) {
        found.extend(updates(lexed, file, &words));
    }
    found
}

/// Kinds that the files of the template would show in every add-in.
fn of_template(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::AppOnlyCall | Kind::ContextTokenCall | Kind::AuthorizationCodeCall | Kind::HighTrustCall
    )
}

fn classes(lexed: &Lexed<'_>, file: &Spot) -> Vec<SourceFact> {
    let mut found = Vec::new();
    // Visual Studio's template is .NET; what others call so is their own.
    if !matches!(lexed.language, Language::CSharp | Language::Markup | Language::Basic) {
        return found;
    }
    let mut class_before = false;
    for (start, word) in words(&lexed.code) {
        let kind = match word.to_ascii_lowercase().as_str() {
            "tokenhelper" => Some(Kind::TokenHelper),
            "sharepointcontext" | "sharepointcontextprovider" | "sharepointacscontext" => {
                Some(Kind::SharePointContext)
            }
            _ => None,
        };
        if let Some(kind) = kind.filter(|_| class_before) {
            found.push(fact(lexed, file, start, kind, format!("class {word}")));
        }
        class_before = word.eq_ignore_ascii_case("class");
    }
    found
}

/// Names with their places.
fn words(code: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, byte) in code.bytes().enumerate().chain([(code.len(), b' ')]) {
        match (is_word(byte), start) {
            (true, None) => start = Some(at),
            (false, Some(first)) => {
                words.extend(code.get(first..at).map(|word| (first, word)));
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Before a parenthesis, and not behind the type that a declaration begins with.
fn is_call(lexed: &Lexed<'_>, start: usize, word: &str) -> bool {
    let next = lexed.after(start + word.len(), 40).trim_start();
    if !next.starts_with('(') {
        return false;
    }
    let before = lexed.before(start, 80).trim_end_matches([' ', '\t']);
    if before.ends_with("=>") {
        return true;
    }
    let typed = before.ends_with(['>', ']', '?']) || before.bytes().last().is_some_and(is_word);
    let previous = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
    !typed || CALLING.iter().any(|word| word.eq_ignore_ascii_case(previous))
}

/// Words after which a name is used, not declared.
const CALLING: [&str; 16] = [
    "return", "await", "in", "else", "throw", "case", "yield", "not", "and", "or", "andalso", "orelse",
    "call", "then", "is", "when",
];

/// The facts of one name at one place: some tell more than that it is there.
fn told(lexed: &Lexed<'_>, file: &Spot, start: usize, word: &str, kind: Kind) -> Vec<SourceFact> {
    let end = start + word.len();
    let mut told = Vec::new();
    match kind {
        Kind::AllowOAuthOverHttp | Kind::AllowMetadataOverHttp => {
            told.extend(assigned(lexed, end).map(|value| (kind, format!("{word} = {value}"))));
        }
        Kind::TlsVersion => {
            told.extend(member(lexed, end).map(|member| (kind, format!("{word}.{member}"))));
        }
        Kind::AppOnlyCall | Kind::HighTrustCall => {
            told.push((kind, chain(lexed, start, word)));
            let arguments = arguments(lexed, end);
            let is_null = |at: usize| arguments.get(at).is_some_and(|argument| is_null(lexed, argument));
            let realm = is_null(2);
            if word.eq_ignore_ascii_case("GetAppOnlyAccessToken") && realm {
                told.push((Kind::NullRealm, format!("{word}(…, …, null)")));
            }
            // A high-trust token without an identity is an app-only token.
            if kind == Kind::HighTrustCall && is_null(1) {
                told.push((Kind::AppOnlyCall, format!("{word}(…, null)")));
            }
        }
        _ => told.push((kind, chain(lexed, start, word))),
    }
    told.into_iter().map(|(kind, text)| fact(lexed, file, start, kind, text)).collect()
}

fn fact(lexed: &Lexed<'_>, file: &Spot, start: usize, kind: Kind, text: String) -> SourceFact {
    SourceFact { kind, value: Value::new(text, lexed.spot(file, start)) }
}

/// `TokenHelper.GetAppOnlyAccessToken(…)`: names and dots only.
fn chain(lexed: &Lexed<'_>, start: usize, word: &str) -> String {
    let before = lexed.before(start, 60);
    let owner_at = before.bytes().rposition(|byte| !(is_word(byte) || byte == b'.')).map_or(0, |at| at + 1);
    let owner = before.get(owner_at..).filter(|owner| owner.ends_with('.')).unwrap_or_default();
    // `new A().B(…)`: what it is called on has no name.
    let owner = owner.trim_start_matches('.');
    let call = lexed.after(start + word.len(), 40).trim_start().starts_with('(');
    format!("{owner}{word}{}", if call { "(…)" } else { "" })
}

/// `true` or `false` behind an equals sign.
fn assigned(lexed: &Lexed<'_>, end: usize) -> Option<&'static str> {
    let value = lexed.after(end, 40).trim_start().strip_prefix('=')?.trim_start().trim_start_matches('$');
    let is = |word: &str| value.get(..word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word));
    match () {
        () if is("true") => Some("true"),
        () if is("false") => Some("false"),
        () => None,
    }
}

/// `Tls12` behind `SecurityProtocolType.`, `]::` in PowerShell.
fn member<'l>(lexed: &'l Lexed<'_>, end: usize) -> Option<&'l str> {
    let after = lexed.after(end, 40);
    let after = after.strip_prefix('.').or_else(|| after.strip_prefix("]::"))?;
    let length = after.bytes().take_while(|byte| is_word(*byte)).count();
    after.get(..length).filter(|member| !member.is_empty())
}

/// Where the arguments of a call stand; empty where the parenthesis is not closed soon.
fn arguments(lexed: &Lexed<'_>, end: usize) -> Vec<Range<usize>> {
    let after = lexed.after(end, 2000);
    let Some(inside) = after.trim_start().strip_prefix('(') else { return Vec::new() };
    let first = end + after.len() - inside.len();
    let (mut depth, mut start) = (0_usize, 0);
    let mut arguments = Vec::new();
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth > 0 => depth -= 1,
            b',' if depth == 0 => {
                arguments.push(first + start..first + at);
                start = at + 1;
            }
            b')' => {
                arguments.push(first + start..first + at);
                return arguments;
            }
            _ => {}
        }
    }
    Vec::new()
}

fn is_null(lexed: &Lexed<'_>, argument: &Range<usize>) -> bool {
    let argument = lexed.code.get(argument.clone()).unwrap_or_default();
    // `targetRealm: null`, `targetRealm:=Nothing`.
    let value = argument.rsplit([':', '=']).next().unwrap_or(argument).trim().trim_start_matches('$');
    ["null", "nothing"].iter().any(|word| word.eq_ignore_ascii_case(value))
}

/// The redirect address of a call of the authorization code flow: its last argument, also inside of `new Uri(…)`.
fn redirect(lexed: &Lexed<'_>, file: &Spot, end: usize) -> Option<SourceFact> {
    let arguments = arguments(lexed, end);
    // With two arguments SharePoint takes the registered address.
    let last = arguments.last().filter(|_| arguments.len() > 2)?;
    let at = lexed.strings.partition_point(|string| string.start < last.start);
    let string = lexed.strings.get(at).filter(|string| string.end <= last.end)?;
    let text = lexed.string(string);
    strings::is_address(text)
        .then(|| fact(lexed, file, string.start, Kind::RedirectUri, strings::without_query(text).to_owned()))
}

/// Calls of `.Update()`: of interest only where a switch of the farm is set.
fn updates(lexed: &Lexed<'_>, file: &Spot, words: &[(usize, &str)]) -> Vec<SourceFact> {
    let update = |(start, word): &&(usize, &str)| {
        word.eq_ignore_ascii_case("Update")
            && lexed.before(*start, 1) == "."
            && lexed.after(start + word.len(), 20).trim_start().starts_with('(')
    };
    let found = words.iter().filter(update);
    found.map(|(start, word)| fact(lexed, file, *start, Kind::Update, chain(lexed, *start, word))).collect()
}
