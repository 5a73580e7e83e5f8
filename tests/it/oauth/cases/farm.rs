//! Family K.

use super::registration::{REALM, farm, page};
use crate::oauth::support::{Case, Expect, case};
use spdoctor::model::audit::AuditSeverity::{Critical, Error, Info, Warning};
use spdoctor::model::audit::Target;

/// An add-in on a farm, with these parts of the export.
fn on_farm(code: &'static str, title: &'static str, expect: Expect, parts: &str) -> Case {
    case(code, title, expect)
        .target(Target::OnPremLowTrust)
        .file("page.txt", page(true))
        .file("AddInRegistration-1.json", farm(parts))
}

/// An add-in in a tenant, with its switches.
fn in_tenant(code: &'static str, title: &'static str, expect: Expect, switches: &str) -> Case {
    case(code, title, expect).target(Target::Spo).file("page.txt", page(true)).file("tenant.json", switches)
}

fn bare(code: &'static str, expect: Expect, target: Target) -> Case {
    case(code, "without an export", expect).target(target).file("page.txt", page(true))
}

fn token_service(oauth: bool, metadata: bool, realm: &str) -> String {
    format!(
        "\"tokenService\": {{\"nameIdentifier\": \"00000003-0000-0ff1-ce00-000000000000@{realm}\", \
         \"allowOAuthOverHttp\": {oauth}, \"allowMetadataOverHttp\": {metadata}}}"
    )
}

const ACS_ISSUER: &str = "{\"name\": \"ACS-STS\", \"registeredIssuerName\": \
    \"00000001-0000-0000-c000-000000000000@a044e184-7de2-4d05-aacf-52118008c44f\", \"isSelfIssuer\": false, \
    \"metadataEndPoint\": \"https://accounts.accesscontrol.windows.net/a044e184/metadata/json/1\"}";

fn issuers(rows: &str) -> String {
    format!(
        "\"issuers\": [{rows}], \"webApplications\": [{{\"url\": \"https://intranet.fabrikam.test\", \"zone\": \"Default\"}}]"
    )
}

fn sharepoint(names: &str) -> String {
    format!(
        "{{\"AppId\": \"00000003-0000-0ff1-ce00-000000000000\", \"DisplayName\": \"Office 365 SharePoint Online\", \
         \"ServicePrincipalNames\": [\"00000003-0000-0ff1-ce00-000000000000\", {names}]}}"
    )
}

pub(crate) fn cases() -> Vec<Case> {
    [http(), realms(), trust(), tenant(), services()].concat()
}

/// What `SharePointDsc` is told of the security token service.
const DESIRED: &str = "Configuration SPFarm\r\n{\r\n    Node localhost\r\n    {\r\n        SPSecurityTokenServiceConfig \"Service 1\"\r\n        {\r\n            IsSingleInstance = \"Yes\"\r\n            AllowOAuthOverHttp = $true\r\n            AllowMetadataOverHttp = $false\r\n        }\r\n    }\r\n}\r\n";

fn http() -> Vec<Case> {
    use Expect::{DoesNotApply, Fires, Passes, Undecided};
    let web = |url: &str| format!("\"webApplications\": [{{\"url\": \"{url}\", \"zone\": \"Default\"}}]");
    let script = |update: &str| {
        format!(
            "$serviceConfig = Get-SPSecurityTokenServiceConfig\r\n$serviceConfig.AllowOAuthOverHttp = $true\r\n{update}"
        )
    };
    vec![
        on_farm("OK01", "on", Fires(Error), &token_service(true, false, REALM))
            .says("$config.AllowOAuthOverHttp = $false"),
        case("OK01", "switched on by a script", Fires(Error))
            .file(
                "trust.ps1",
                "New-SPTrustedSecurityTokenIssuer -Name a -Certificate $c\n$s = Get-SPSecurityTokenServiceConfig\n$s.AllowOAuthOverHttp = $true\n$s.Update()\n",
            )
            .says("the script lets the farm accept access tokens over http"),
        case("OK01", "switched off by a script", Undecided)
            .file(
                "trust.ps1",
                "New-SPTrustedSecurityTokenIssuer -Name a -Certificate $c\n$s = Get-SPSecurityTokenServiceConfig\n$s.AllowOAuthOverHttp = $false\n$s.Update()\n",
            ),
        case("OK01", "a script alone opens the farm", Fires(Error)).file("sts.ps1", script("$serviceConfig.Update()")),
        case("OK01", "a program of which nothing tells where it runs", DoesNotApply)
            .file("a.ps1", "Connect-PnPOnline -Url $u -ClientId $i -ClientSecret $s")
            .says("is taken to work with SharePoint Online, which nothing shows"),
        bare("OK02", Fires(Warning), Target::OnPremLowTrust)
            .file("sts.ps1", script("$serviceConfig.Update()").replace("OAuth", "Metadata"))
            .says("the script lets the farm read and serve trust metadata over http"),
        bare("OK02", Undecided, Target::OnPremLowTrust)
            .file("sts.ps1", script("$serviceConfig.Update()").replace("OAuth", "Metadata").replace("$true", "$false")),
        on_farm("OK01", "off", Passes, &token_service(false, false, REALM)),
        bare("OK01", Undecided, Target::OnPremHighTrust),
        bare("OK01", DoesNotApply, Target::Spo),
        on_farm("OK02", "on", Fires(Warning), &token_service(false, true, REALM)).says("Update()"),
        on_farm("OK02", "off", Passes, &token_service(false, false, REALM)),
        bare("OK02", Undecided, Target::OnPremLowTrust),
        bare("OK02", DoesNotApply, Target::Spo),
        bare("OK01", Fires(Error), Target::OnPremHighTrust)
            .file("Farm.ps1", DESIRED)
            .says("AllowOAuthOverHttp = true"),
        bare("OK02", Passes, Target::OnPremHighTrust).file("Farm.ps1", DESIRED),
        bare("OK03", DoesNotApply, Target::OnPremHighTrust).file("Farm.ps1", DESIRED),
        bare("OK03", DoesNotApply, Target::OnPremLowTrust),
        bare("OK03", Fires(Warning), Target::OnPremLowTrust)
            .file("Configure.ps1", script(""))
            .says("Update()"),
        bare("OK03", Passes, Target::OnPremLowTrust)
            .file("Configure.ps1", script("$serviceConfig.Update()\r\n")),
        on_farm("OK09", "http and tokens refused", Fires(Error), &web("http://intranet.fabrikam.test"))
            .says("403 Forbidden")
            .says("'https://intranet.fabrikam.test'"),
        on_farm(
            "OK09",
            "http and tokens allowed",
            Fires(Error),
            &format!("{}, {}", web("http://intranet.fabrikam.test"), token_service(true, false, REALM)),
        )
        .says("unprotected"),
        on_farm("OK09", "https", Passes, &web("https://intranet.fabrikam.test")),
        bare("OK09", Undecided, Target::OnPremHighTrust),
        bare("OK09", DoesNotApply, Target::Spo),
    ]
}

fn realms() -> Vec<Case> {
    use Expect::{DoesNotApply, Fires, Passes, Undecided};
    vec![
        on_farm(
            "OK04",
            "another realm",
            Fires(Critical),
            &token_service(false, false, "12768036-1111-2222-3333-444444444444"),
        )
        .says("00000003-0000-0ff1-ce00-000000000000@a044e184-7de2-4d05-aacf-52118008c44f")
        .says("12768036-1111-2222-3333-444444444444"),
        on_farm(
            "OK04",
            "the same realm in capitals",
            Passes,
            &token_service(false, false, &REALM.to_uppercase()),
        ),
        on_farm("OK04", "the name is missing", Undecided, "\"farmBuild\": \"16.0.10417.20027\""),
        bare("OK04", DoesNotApply, Target::Spo),
    ]
}

fn trust() -> Vec<Case> {
    use Expect::{DoesNotApply, Fires, Passes, Undecided};
    let names = "\"00000003-0000-0ff1-ce00-000000000000/intranet.fabrikam.test\"";
    vec![
        case("OK05", "a farm of which no trust is known", Undecided)
            .file("a.ps1", "Register-SPAppPrincipal -DisplayName a")
            .says("which trust the add-in has"),
        on_farm("OK05", "no issuer at all", Fires(Critical), &issuers(""))
            .says("New-SPTrustedSecurityTokenIssuer"),
        Case { target: None, ..on_farm("OK05", "an add-in that names an issuer of its own", DoesNotApply, &issuers("")) }
            .file(
                "Orders/Web.config",
                "<configuration><appSettings><add key=\"ClientId\" value=\"3b062084-9617-464a-a774-a72b853c825f\"/>\
                 <add key=\"IssuerId\" value=\"2372c54b-0b21-4e8b-95cd-66af9d9839a0\"/></appSettings></configuration>",
            )
            .says("low-trust"),
        on_farm("OK05", "ACS is no broker", Fires(Critical), &issuers(&ACS_ISSUER.replace("false", "true")))
            .says("broker"),
        on_farm("OK05", "ACS does not know the host", Fires(Critical), &issuers(ACS_ISSUER))
            .file(
                "sharepoint.json",
                sharepoint("\"00000003-0000-0ff1-ce00-000000000000/other.fabrikam.test\""),
            )
            .says("00000003-0000-0ff1-ce00-000000000000/intranet.fabrikam.test"),
        on_farm(
            "OK05",
            "ACS of another tenant",
            Fires(Critical),
            &issuers(&ACS_ISSUER.replace("a044e184-7de2", "12768036-7de2")),
        )
        .says("another tenant")
        .says("Remove-SPTrustedSecurityTokenIssuer 'ACS-STS'"),
        on_farm("OK05", "both are there", Passes, &issuers(ACS_ISSUER))
            .file("sharepoint.json", sharepoint(names)),
        on_farm("OK05", "a wildcard covers the host", Passes, &issuers(ACS_ISSUER))
            .file("sharepoint.json", sharepoint("\"00000003-0000-0ff1-ce00-000000000000/*.fabrikam.test\"")),
        bare("OK05", Undecided, Target::OnPremLowTrust),
        bare("OK05", DoesNotApply, Target::OnPremHighTrust),
    ]
}

fn tenant() -> Vec<Case> {
    use Expect::{DoesNotApply, Fires, Passes, Undecided};
    let all = "{\"StorageQuota\": 1, \"DisableCustomAppAuthentication\": false, \"LegacyAuthProtocolsEnabled\": true, \
        \"SiteOwnerManageLegacyServicePrincipalEnabled\": true, \"IsSharePointAddInsDisabled\": false}";
    vec![
        in_tenant("OK06", "disabled", Fires(Critical), "{\"DisableCustomAppAuthentication\": true}")
            .says("Token type"),
        bare("OK06", Fires(Critical), Target::Spo).file(
            "tenant.txt",
            "\r\nStorageQuota                   : 1\r\nDisableCustomAppAuthentication : True\r\n",
        ),
        in_tenant("OK06", "enabled", Passes, all),
        bare("OK06", Undecided, Target::Spo),
        bare("OK06", Undecided, Target::ExternalApp),
        bare("OK06", DoesNotApply, Target::OnPremHighTrust),
        in_tenant(
            "OK07",
            "owners may not",
            Fires(Info),
            "{\"SiteOwnerManageLegacyServicePrincipalEnabled\": false}",
        ),
        in_tenant("OK07", "owners may", Passes, all),
        bare("OK07", Undecided, Target::Spo),
        bare("OK07", DoesNotApply, Target::OnPremLowTrust),
        in_tenant("OK08", "switched off", Fires(Warning), "{\"IsSharePointAddInsDisabled\": true}"),
        in_tenant("OK08", "not switched off", Passes, all),
        bare("OK08", Undecided, Target::Spo),
        bare("OK08", DoesNotApply, Target::OnPremLowTrust),
    ]
}

fn services() -> Vec<Case> {
    use Expect::{DoesNotApply, Fires, Passes, Undecided};
    let services = |running: bool| {
        format!(
            "\"services\": [{{\"name\": \"App Management Service\", \"on\": {running}, \"status\": \"online on 0 servers\"}}, \
             {{\"name\": \"app domain\", \"on\": {running}, \"status\": \"\"}}, \
             {{\"name\": \"app prefix\", \"on\": true, \"status\": \"app\"}}]"
        )
    };
    vec![
        on_farm("OK10", "nothing runs", Fires(Error), &services(false))
            .says("Set-SPAppDomain")
            .says("App Management Service is not running"),
        on_farm("OK10", "all is there", Passes, &services(true)),
        bare("OK10", Undecided, Target::OnPremLowTrust),
        bare("OK10", DoesNotApply, Target::Spo),
    ]
}
