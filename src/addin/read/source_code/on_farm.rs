//! Scripts for a server of a farm: that they are, and which client ids and issuers of tokens they register there.

use std::sync::LazyLock;

use regex::Regex;

use super::lex::{Language, Lexed};
use crate::addin::evidence::ids::guid;
use crate::addin::evidence::source_code::{SourceFact, SourceFactKind as Kind};
use crate::addin::evidence::{Spot, Value};

/// Cmdlets that register something, with their arguments; a backtick carries the command over to the next line.
static REGISTERS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(New-SPTrustedSecurityTokenIssuer|Set-SPTrustedSecurityTokenIssuer|Register-SPAppPrincipal)\b(?:`\r?\n|[^\r\n;|])*",
    )
});

/// Cmdlets of the snap-in of a farm (*documented*: SharePoint Server cmdlets). Those of SharePoint Online are called
/// `-SPO…`, those of `PnP` `-PnP…`.
static OF_FARM: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:[GS]et-SPSecurityTokenServiceConfig|[GS]et-SPAuthenticationRealm|New-SPAzureAccessControlServiceApplicationProxy|[GS]et-SPAppPrincipal(?:Permission)?|(?:Get|New|Remove)-SPTrusted(?:RootAuthority|SecurityTokenIssuer)|Get-SP(?:Farm|Server|WebApplication)|(?:Import|Install)-SPApp(?:Package)?)\b",
    )
});

/// The argument that names what is registered.
static NAME: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\s-(?:NameIdentifier|RegisteredIssuerName)(?:\s+|:)([^\r\n;|]+)"));

static BROKER: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\s-IsTrustBroker\b(?:\s*:\s*(\$\w+))?"));

/// An id, or what was meant for one: a letter that is no digit, a digit too many or too few.
static ID: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b[0-9a-z]{6,9}(?:-[0-9a-z]{3,5}){3}-[0-9a-z]{9,14}\b"));

/// So many letters of it may be no digits; with more it is something else.
const MOST_SLIPS: usize = 3;

static VARIABLE: LazyLock<Regex> = LazyLock::new(|| regex(r"\$\{?(\w+)"));

/// Variables are followed so far: an id, a name made of it, another name for that.
const MOST_STEPS: usize = 4;

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant, and a test uses it")
}

/// What is registered on a farm.
pub(super) fn registrations(lexed: &Lexed<'_>, file: &Spot) -> Vec<SourceFact> {
    let mut facts = Vec::new();
    if lexed.language != Language::PowerShell {
        return facts;
    }
    for found in REGISTERS.captures_iter(&lexed.code) {
        let (Some(whole), Some(name)) = (found.get(0), found.get(1)) else { continue };
        let mut tell = |kind, text| facts.push(fact(lexed, file, whole.start(), kind, text));
        // A service that tells its keys itself, as ACS and Exchange do, is no add-in that signs its tokens.
        let by_metadata = whole.as_str().to_ascii_lowercase().contains("-metadataendpoint");
        let option = if by_metadata { " -MetadataEndPoint" } else { "" };
        tell(Kind::FarmScript, format!("{}{option}", name.as_str()));
        let command = lexed.text.get(whole.range()).unwrap_or_default();
        let named = NAME.captures(command).and_then(|found| found.get(1));
        let id = named.and_then(|named| id_in(lexed, named.as_str(), whole.start(), MOST_STEPS));
        let Some(written) = id.filter(|_| !by_metadata) else { continue };
        let Some(id) = guid(written) else {
            if name.as_str().eq_ignore_ascii_case("Register-SPAppPrincipal") {
                tell(Kind::MalformedId, written.to_owned());
            }
            continue;
        };
        if name.as_str().eq_ignore_ascii_case("Register-SPAppPrincipal") {
            tell(Kind::RegisteredId, id);
        } else if name.as_str().to_ascii_lowercase().starts_with("new") {
            // SharePoint compares the name of an issuer letter by letter, so case counts.
            let written = written.to_owned();
            tell(if is_broker(command) { Kind::RegisteredBroker } else { Kind::RegisteredIssuer }, written);
            let realm = named.and_then(|named| named.as_str().split_once('@')).map_or("", |(_, realm)| realm);
            let realm = ID.find(realm).filter(|id| id.start() == 0).and_then(|id| guid(id.as_str()));
            if let Some(realm) = realm {
                tell(Kind::IssuerRealm, realm);
            }
        }
    }
    facts
}

/// The first cmdlet that shows that the script runs on a server of a farm.
pub(super) fn command(lexed: &Lexed<'_>, file: &Spot) -> Option<SourceFact> {
    let found = OF_FARM.find(&lexed.code).filter(|_| lexed.language == Language::PowerShell)?;
    Some(fact(lexed, file, found.start(), Kind::FarmCommand, found.as_str().to_owned()))
}

fn fact(lexed: &Lexed<'_>, file: &Spot, at: usize, kind: Kind, text: String) -> SourceFact {
    SourceFact { kind, value: Value::new(text, lexed.spot(file, at)) }
}

fn is_broker(command: &str) -> bool {
    let found = BROKER.captures(command);
    found.is_some_and(|found| !found.get(1).is_some_and(|set| set.as_str().eq_ignore_ascii_case("$false")))
}

/// The id at the beginning of an expression, as it is written or in the variable that it begins with.
fn id_in<'t>(lexed: &Lexed<'t>, expression: &'t str, before: usize, steps: usize) -> Option<&'t str> {
    let expression = expression.trim_start().trim_start_matches(['"', '\'', '(']);
    if let Some(id) = ID.find(expression).filter(|id| id.start() == 0 && slips(id.as_str()) <= MOST_SLIPS) {
        return Some(id.as_str());
    }
    let variable =
        VARIABLE.captures(expression).filter(|found| found.get(0).is_some_and(|all| all.start() == 0))?;
    let (at, value) = assigned(lexed, variable.get(1)?.as_str(), before)?;
    id_in(lexed, value, at, steps.checked_sub(1)?)
}

fn slips(id: &str) -> usize {
    id.bytes().filter(|byte| !byte.is_ascii_hexdigit() && *byte != b'-').count()
}

/// What a variable was last set to before a place, to the end of the line, and where.
fn assigned<'t>(lexed: &Lexed<'t>, variable: &str, before: usize) -> Option<(usize, &'t str)> {
    let pattern = format!(r"(?im)^[ \t]*(?:\[\w+\])?\${}[ \t]*=[ \t]*", regex::escape(variable));
    let code = lexed.code.get(..before)?;
    let last = Regex::new(&pattern).ok()?.find_iter(code).last()?;
    let rest = lexed.text.get(last.end()..before)?;
    Some((last.start(), rest.lines().next()?))
}

#[cfg(test)]
mod tests {
    use crate::addin::evidence::source_code::SourceFactKind as Kind;
    use crate::addin::read::{ReadOptions, read};

    const ID: &str = "7b1f4c52-9c3a-4e0e-8f57-2d1c6a90b3e4";

    fn told(text: &str, kind: Kind) -> Vec<String> {
        let evidence = read("a.ps1", text.as_bytes(), &ReadOptions::default()).unwrap_or_default();
        let facts = evidence.sources.iter().flat_map(|source| source.of(kind));
        facts.map(|fact| fact.value.raw.clone()).collect()
    }

    #[test]
    fn scripts_of_a_farm_are_told() {
        let own = "# Register-SPAppPrincipal\nNew-SPTrustedSecurityTokenIssuer -Name a";
        assert_eq!(told(own, Kind::FarmScript), ["New-SPTrustedSecurityTokenIssuer"]);
        let service = "New-SPTrustedSecurityTokenIssuer -IsTrustBroker `\r\n  -MetadataEndPoint $a\n";
        assert_eq!(told(service, Kind::FarmScript), ["New-SPTrustedSecurityTokenIssuer -MetadataEndPoint"]);
        let switch = "$c = Get-SPSecurityTokenServiceConfig\n$c.AllowOAuthOverHttp = $true\n";
        assert_eq!(told(switch, Kind::FarmCommand), ["Get-SPSecurityTokenServiceConfig"]);
        let online = "Get-SPOTenant\nConnect-PnPOnline -ClientSecret $s\n# Get-SPFarm\n";
        assert_eq!(told(online, Kind::FarmCommand), [""; 0]);
        assert_eq!(told("Get-SPFarm", Kind::FarmCommand), [""; 0], "nothing else is in it");
    }

    #[test]
    fn the_id_that_is_registered_is_followed_through_variables() {
        for text in [
            format!("Register-SPAppPrincipal -NameIdentifier \"{ID}@$realm\" -Site $w"),
            format!(
                "$ClientID = '{ID}'\n$x = $clientID + '@' + $realm\nRegister-SPAppPrincipal -nameIdentifier $x"
            ),
            format!("$id = \"{ID}\"\n$x = \"$id@$realm\"\nRegister-SPAppPrincipal `\n  -NameIdentifier $x"),
        ] {
            assert_eq!(told(&text, Kind::RegisteredId), [ID], "{text}");
        }
        for text in [
            format!("Register-SPAppPrincipal -NameIdentifier $x\n$x = '{ID}'"),
            format!("# $x = '{ID}'\nRegister-SPAppPrincipal -NameIdentifier $x"),
            format!("$x = (Get-Id) + '{ID}'\nRegister-SPAppPrincipal -NameIdentifier $x"),
            "$x = $x\nRegister-SPAppPrincipal -NameIdentifier $x".to_owned(),
        ] {
            assert_eq!(told(&text, Kind::RegisteredId), [""; 0], "{text}");
        }
    }

    #[test]
    fn an_id_with_a_slip_is_told_as_one() {
        let register = |id: &str| {
            format!(
                "$id = '{id}'\n$x = $id + '@' + $realm\nRegister-SPAppPrincipal -NameIdentifier $x -Site $w"
            )
        };
        for id in ["66142967-91BB-4C50-9B70-06375DS240BC", "7b1f4c52-9c3a-4e0e-8f57-2d1c6a90b3e"] {
            let text = register(id);
            assert_eq!(
                (told(&text, Kind::MalformedId), told(&text, Kind::RegisteredId)),
                (vec![id.to_owned()], vec![])
            );
        }
        for other in [ID, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "orders", "client-id-of-the-add-in-01"] {
            assert_eq!(told(&register(other), Kind::MalformedId), [""; 0], "{other}");
        }
    }

    #[test]
    fn an_issuer_is_told_with_whether_it_may_speak_for_others() {
        let script = |end: &str| {
            format!(
                "$i = '{ID}'\nNew-SPTrustedSecurityTokenIssuer -RegisteredIssuerName \"$i@$r\" -Name a{end}"
            )
        };
        for (end, broker) in [("", false), (" -IsTrustBroker", true), (" -IsTrustBroker:$false", false)] {
            let (yes, no) = (Kind::RegisteredBroker, Kind::RegisteredIssuer);
            let (is, is_not) = if broker { (yes, no) } else { (no, yes) };
            assert_eq!((told(&script(end), is), told(&script(end), is_not)), (vec![ID.to_owned()], vec![]));
        }
        assert_eq!(told(&script(" -MetadataEndPoint $u"), Kind::RegisteredIssuer), [""; 0]);
    }

    #[test]
    fn an_issuer_is_told_as_it_is_written_and_with_its_realm() {
        let upper = ID.to_ascii_uppercase();
        let script =
            format!("New-SPTrustedSecurityTokenIssuer -RegisteredIssuerName \"{upper}@{ID}\" -Name a");
        assert_eq!(told(&script, Kind::RegisteredIssuer), [upper.as_str()]);
        assert_eq!(told(&script, Kind::IssuerRealm), [ID]);
        assert_eq!(told(&script.replace(&format!("@{ID}"), "@$realm"), Kind::IssuerRealm), [""; 0]);
    }
}
