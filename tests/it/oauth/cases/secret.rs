//! Family F.

use spdoctor::addin::evidence::Moment;
use spdoctor::addin::evidence::registration::CredentialKind::{Asymmetric, Password};
use spdoctor::addin::evidence::registration::{Principal, PrincipalSource};
use spdoctor::model::audit::AuditSeverity::{Critical, Error, Info, Warning};
use spdoctor::model::audit::Target;

use crate::oauth::support::facts::{
    OTHER_ID, SECRET, high_trust_config, legacy_secret, moment, principal, published_manifest, usual_config,
    web_config, with_credentials,
};
use crate::oauth::support::manifest::CLIENT_ID;
use crate::oauth::support::{Case, Expect, case};
use Expect::{DoesNotApply, Fires, Passes, Undecided};

const WEB: &str = "Orders/Web.config";
/// Forty characters as Microsoft Entra makes them; not base64.
const ENTRA: &str = "Tz78Q~a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2xy";
/// The same, encoded.
const ENCODED: &str = "VHo3OFF+YTFCMmExQjJhMUIyYTFCMmExQjJhMUIyYTFCMmExQjJ4eQ==";
/// Another secret of 32 bytes.
const OLD: &str = "Zk3vQ7xW9pL2mN8rT5yB1cD6fG4hJ0kS7uV3wX9zA1b=";

pub(crate) fn cases() -> Vec<Case> {
    // On a farm: where everything has ended, a new secret is no remedy.
    let farm = |case: Case| Case { target: case.target.or(Some(Target::OnPremLowTrust)), ..case };
    let lifetime = lifetime().into_iter().map(farm).collect();
    [form(), lifetime, rotation(), exposure()].concat()
}

fn with_secret(code: &'static str, title: &'static str, expect: Expect, secret: &str) -> Case {
    case(code, title, expect).file(WEB, web_config(&[("ClientId", CLIENT_ID), ("ClientSecret", secret)]))
}

fn no_secret(code: &'static str) -> Case {
    case(code, "no secret given", Undecided)
        .file(WEB, web_config(&[("ClientId", CLIENT_ID)]))
        .says("web.config")
}

fn usual(code: &'static str, title: &'static str, expect: Expect) -> Case {
    case(code, title, expect).file(WEB, usual_config())
}

fn no_registration(code: &'static str) -> Case {
    usual(code, "no registration given", Undecided)
        .says("Get-MgServicePrincipal -Filter 'AppId eq ''3b062084-")
}

fn form() -> Vec<Case> {
    vec![
        with_secret("OF01", "a secret of Microsoft Entra, not encoded", Fires(Critical), ENTRA)
            .says("40 characters")
            .says("ToBase64String"),
        with_secret("OF01", "cut off", Fires(Critical), "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1"),
        with_secret("OF01", "base64", Passes, SECRET),
        with_secret("OF01", "a secret of Microsoft Entra, encoded", Passes, ENCODED),
        no_secret("OF01"),
        case("OF01", "high trust", DoesNotApply).file(WEB, high_trust_config(&[("ClientId", CLIENT_ID)])),
        with_secret("OF02", "16 bytes", Fires(Warning), "q1w2e3r4t5y6u7i8o9p0aA==").says("16 bytes"),
        with_secret("OF02", "32 bytes", Passes, SECRET),
        with_secret("OF02", "40 characters of text", Passes, ENCODED),
        no_secret("OF02"),
        with_secret("OF03", "a blank behind", Fires(Error), "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c= ")
            .says("a blank"),
        with_secret("OF03", "escaped", Fires(Error), "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c%3D"),
        with_secret(
            "OF03",
            "typographic quotes",
            Fires(Error),
            "\u{201c}q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c=\u{201d}",
        ),
        with_secret("OF03", "as it was made", Passes, SECRET),
        no_secret("OF03"),
        with_secret("OF04", "a word of a template", Fires(Critical), "[CLIENT_SECRET]"),
        with_secret("OF04", "a name for the deployment", Fires(Info), "#{ClientSecret}#")
            .says("the deployment puts the secret"),
        with_secret("OF04", "empty", Fires(Warning), "").says("is empty"),
        with_secret("OF04", "blanks", Fires(Warning), "  ").says("holds blanks alone"),
        with_secret("OF13", "blanks", Passes, "  "),
        with_secret("OF02", "blanks", Passes, "  "),
        with_secret("OF04", "empty, and the target is high trust", Passes, "")
            .target(Target::OnPremHighTrust),
        case("OF04", "empty, and the older name holds the secret", Passes).file(
            WEB,
            web_config(&[("ClientId", CLIENT_ID), ("ClientSecret", ""), ("HostedAppSigningKey", SECRET)]),
        ),
        case("OF04", "blanks, and the older name holds the secret", Fires(Warning)).file(
            WEB,
            web_config(&[("ClientId", CLIENT_ID), ("ClientSecret", " "), ("HostedAppSigningKey", SECRET)]),
        ),
        case("OF04", "filled in, and the older name is empty", Passes).file(
            WEB,
            web_config(&[("ClientId", CLIENT_ID), ("ClientSecret", SECRET), ("HostedAppSigningKey", "")]),
        ),
        case("OF04", "empty, and filled in behind", Passes).file(
            WEB,
            web_config(&[("ClientId", CLIENT_ID), ("ClientSecret", ""), ("ClientSecret", SECRET)]),
        ),
        case("OF04", "filled in, and empty behind", Fires(Warning)).file(
            WEB,
            web_config(&[("ClientId", CLIENT_ID), ("ClientSecret", SECRET), ("ClientSecret", "")]),
        ),
        with_secret("OF04", "filled in", Passes, SECRET),
        no_secret("OF04"),
    ]
}

/// A service principal as Microsoft Graph writes it, with a secret that ends on this day.
fn graph(end: &str) -> String {
    let credential = |kind: &str| {
        format!(
            "{{\"endDateTime\":\"{end}T15:04:11Z\",\"startDateTime\":\"2025-01-01T15:04:11Z\",\"keyId\":\"c535f925-0000-4000-8000-000000000001\"{kind}}}"
        )
    };
    let keys = [",\"type\":\"Symmetric\",\"usage\":\"Sign\"", ",\"type\":\"Symmetric\",\"usage\":\"Verify\""]
        .map(credential);
    format!(
        "{{\"id\":\"be559819-b036-470f-858b-281c4e808403\",\"accountEnabled\":true,\"appId\":\"{CLIENT_ID}\",\"displayName\":\"Orders\",\
         \"servicePrincipalNames\":[\"{CLIENT_ID}\",\"{CLIENT_ID}/addin.adatum.test\"],\"servicePrincipalType\":\"Legacy\",\"replyUrls\":[],\
         \"keyCredentials\":[{}],\"passwordCredentials\":[{}]}}",
        keys.join(","),
        credential("")
    )
}

/// `12/10/2026`, and what the export says of it.
fn of_two_readings(expired: Option<bool>) -> Principal {
    let or = Some(moment("2026-10-12").utc);
    Principal { valid_until: Some(Moment { or, ..moment("2026-12-10") }), expired, ..principal(CLIENT_ID) }
}

/// An application of Microsoft Entra that has nothing but a certificate.
fn application(end: &str) -> String {
    format!(
        "{{\"appId\":\"{CLIENT_ID}\",\"displayName\":\"Orders sync\",\"passwordCredentials\":[],\"keyCredentials\":[{{\"type\":\"AsymmetricX509Cert\",\
         \"usage\":\"Verify\",\"keyId\":\"28a87be9-0000-4000-8000-000000000001\",\"startDateTime\":\"2025-09-01T00:00:00Z\",\
         \"endDateTime\":\"{end}T00:00:00Z\"}}],\"web\":{{\"redirectUris\":[]}},\"identifierUris\":[],\"signInAudience\":\"AzureADMyOrg\"}}"
    )
}

fn lifetime() -> Vec<Case> {
    vec![
        usual("OF05", "ended, told by Graph", Fires(Critical))
            .file("Orders/sp.json", graph("2026-01-01"))
            .says("2026-01-01"),
        usual("OF05", "ended, where nothing runs any more", Fires(Info))
            .file("Orders/sp.json", graph("2026-11-01"))
            .target(Target::Spo)
            .says("does not bring back"),
        case("OF05", "ended, and never used in high trust", Fires(Info))
            .file(WEB, high_trust_config(&[("ClientId", CLIENT_ID)]))
            .file("Orders/sp.json", graph("2026-01-01"))
            .target(Target::OnPremHighTrust)
            .says("never uses this secret"),
        usual("OF05", "valid, told by Graph", Passes).file("Orders/sp.json", graph("2027-06-01")),
        usual("OF06", "ends soon, told by Graph", Fires(Warning)).file("Orders/sp.json", graph("2026-12-05")),
        usual("OF08", "complete, told by Graph", Passes).file("Orders/sp.json", graph("2027-06-01")),
        usual("OF16", "legacy, told by Graph", Passes).file("Orders/sp.json", graph("2027-06-01")),
        usual("OF05", "ended", Fires(Critical))
            .evidence(|evidence| {
                evidence.principals.push(with_credentials(&legacy_secret("2024-01-01", "2025-01-01")));
            })
            .says("ended on 2025-01-01")
            .says("Add-MgServicePrincipalPassword"),
        usual("OF05", "the export only says when", Fires(Critical)).evidence(|evidence| {
            let valid_until = Some(moment("2026-11-01"));
            evidence.principals.push(Principal { valid_until, ..principal(CLIENT_ID) });
        }),
        usual("OF05", "day and month may be the other way round", Fires(Warning)).evidence(|evidence| {
            let or = Some(moment("2026-07-12").utc);
            let valid_until = Some(Moment { or, ..moment("2026-12-07") });
            evidence.principals.push(Principal { valid_until, ..principal(CLIENT_ID) });
        }),
        usual("OF05", "two readings of a date, and not expired", Fires(Info))
            .evidence(|evidence| evidence.principals.push(of_two_readings(Some(false))))
            .says("may have ended on 2026-10-12: the date can also be read as 2026-12-10"),
        usual("OF06", "two readings of a date, and not expired", Fires(Warning))
            .evidence(|evidence| evidence.principals.push(of_two_readings(Some(false))))
            .says("ends on 2026-12-10"),
        usual("OF05", "two readings of a date, and expired", Fires(Critical))
            .evidence(|evidence| evidence.principals.push(of_two_readings(Some(true))))
            .says("ended on 2026-10-12"),
        usual("OF06", "two readings of a date, and expired", Passes)
            .evidence(|evidence| evidence.principals.push(of_two_readings(Some(true)))),
        usual("OF05", "two readings of a date", Fires(Warning))
            .evidence(|evidence| evidence.principals.push(of_two_readings(None)))
            .says("may have ended on 2026-10-12"),
        usual("OF05", "the export says it has expired", Fires(Critical)).evidence(|evidence| {
            evidence.principals.push(Principal { expired: Some(true), ..principal(CLIENT_ID) });
        }),
        usual("OF05", "a new one is valid", Passes).evidence(|evidence| {
            let both = [(Password, "2024-01-01", "2025-01-01"), (Password, "2026-01-01", "2027-06-01")];
            evidence.principals.push(with_credentials(&both));
        }),
        no_registration("OF05"),
        case("OF05", "the only certificate of an application has ended", Fires(Critical))
            .file("job/app.json", application("2026-08-01"))
            .target(Target::ExternalApp)
            .says("the last certificate of")
            .says("ended on 2026-08-01"),
        case("OF05", "the certificate of an application is valid", Passes)
            .file("job/app.json", application("2027-08-01"))
            .target(Target::ExternalApp),
        case("OF06", "the only certificate of an application ends soon", Fires(Warning))
            .file("job/app.json", application("2026-12-05"))
            .target(Target::ExternalApp)
            .says("the last certificate of"),
        usual("OF05", "a secret makes up for the certificate", Passes).evidence(|evidence| {
            let both = [(Password, "2026-01-01", "2027-06-01"), (Asymmetric, "2025-01-01", "2026-08-01")];
            evidence.principals.push(with_credentials(&both));
        }),
        usual("OF05", "a new certificate is valid", Passes).evidence(|evidence| {
            let both = [(Asymmetric, "2026-01-01", "2027-06-01"), (Asymmetric, "2025-01-01", "2026-08-01")];
            evidence.principals.push(with_credentials(&both));
        }),
        usual("OF06", "20 days", Fires(Warning))
            .evidence(|evidence| {
                evidence.principals.push(with_credentials(&legacy_secret("2025-12-15", "2026-12-15")));
            })
            .says("in 20 days"),
        usual("OF06", "31 days", Passes).evidence(|evidence| {
            evidence.principals.push(with_credentials(&legacy_secret("2025-12-26", "2026-12-26")));
        }),
        no_registration("OF06"),
        usual("OF07", "only the creation is told", Fires(Info))
            .evidence(|evidence| {
                evidence
                    .principals
                    .push(Principal { created: Some(moment("2026-03-01")), ..principal(CLIENT_ID) });
            })
            .says("2027-03-01"),
        usual("OF07", "the end is told", Passes).evidence(|evidence| {
            evidence.principals.push(with_credentials(&legacy_secret("2026-03-01", "2027-03-01")));
        }),
        no_registration("OF07"),
        usual("OF11", "three hours old", Fires(Info))
            .evidence(|evidence| {
                let mut young = with_credentials(&legacy_secret("2026-11-25", "2027-11-25"));
                for credential in young.credentials.iter_mut().flatten() {
                    if let Some(start) = &mut credential.start {
                        start.utc -= chrono::TimeDelta::hours(3);
                    }
                }
                evidence.principals.push(young);
            })
            .says("3 hours"),
        usual("OF11", "months old", Passes).evidence(|evidence| {
            evidence.principals.push(with_credentials(&legacy_secret("2026-03-01", "2027-03-01")));
        }),
        no_registration("OF11"),
    ]
}

/// With this id for each of its credentials.
fn named(mut principal: Principal, id: &str) -> Principal {
    principal.credentials.iter_mut().flatten().for_each(|one| one.key_id = Some(id.to_owned()));
    principal
}

fn rotation() -> Vec<Case> {
    let helper = |more: &str| {
        format!("public static class TokenHelper {{ string a = Get(\"SecondaryClientSecret\"); {more} }}")
    };
    let second = |text: &str| {
        web_config(&[("ClientId", CLIENT_ID), ("ClientSecret", SECRET), ("SecondaryClientSecret", text)])
    };
    vec![
        usual("OF08", "no key for signing", Fires(Error))
            .evidence(|evidence| {
                let [_, verify, password] = legacy_secret("2026-01-01", "2027-01-01");
                evidence.principals.push(with_credentials(&[verify, password]));
            })
            .says("key for signing"),
        usual("OF08", "different ends", Fires(Error)).evidence(|evidence| {
            let [sign, verify, _] = legacy_secret("2026-01-01", "2027-01-01");
            evidence.principals.push(with_credentials(&[
                sign,
                verify,
                (Password, "2026-06-01", "2027-06-01"),
            ]));
        }),
        usual("OF08", "three that belong together", Passes).evidence(|evidence| {
            evidence.principals.push(with_credentials(&legacy_secret("2026-01-01", "2027-01-01")));
        }),
        usual("OF08", "an application", DoesNotApply).evidence(|evidence| {
            let password = with_credentials(&[(Password, "2026-01-01", "2027-01-01")]);
            let source = PrincipalSource::Application;
            evidence.principals.push(Principal { source, legacy: Some(false), ..password });
        }),
        no_registration("OF08"),
        usual("OF09", "two are valid", Fires(Warning)).evidence(|evidence| {
            let both = [(Password, "2026-01-01", "2027-01-01"), (Password, "2026-06-01", "2027-06-01")];
            evidence.principals.push(with_credentials(&both));
        }),
        usual("OF09", "an ended one was not removed", Fires(Warning)).evidence(|evidence| {
            let both = [(Password, "2024-01-01", "2025-01-01"), (Password, "2026-06-01", "2027-06-01")];
            evidence.principals.push(with_credentials(&both));
        }),
        usual("OF09", "two of an application are valid", Fires(Warning))
            .evidence(|evidence| {
                let both = [(Password, "2026-01-01", "2027-01-01"), (Password, "2026-06-01", "2027-06-01")];
                let principal = with_credentials(&both);
                evidence.principals.push(Principal { source: PrincipalSource::Application, ..principal });
            })
            .says("Remove-MgApplicationPassword -ApplicationId $app.Id"),
        usual("OF09", "one is valid", Passes).evidence(|evidence| {
            evidence.principals.push(with_credentials(&legacy_secret("2026-01-01", "2027-01-01")));
        }),
        no_registration("OF09"),
        case("OF10", "the same twice", Fires(Warning))
            .file(WEB, second(SECRET))
            .says("the same as ClientSecret"),
        usual("OF10", "missing while two are valid", Fires(Warning)).evidence(|evidence| {
            let both = [(Password, "2026-01-01", "2027-01-01"), (Password, "2026-06-01", "2027-06-01")];
            evidence.principals.push(with_credentials(&both));
        }),
        usual("OF10", "two copies of one export", Passes).evidence(|evidence| {
            let one = || with_credentials(&legacy_secret("2026-01-01", "2027-01-01"));
            evidence.principals.extend([one(), one()]);
        }),
        usual("OF10", "two exports, an id of which one tells", Passes).evidence(|evidence| {
            let one = || with_credentials(&legacy_secret("2026-01-01", "2027-01-01"));
            evidence.principals.extend([one(), named(one(), "a")]);
        }),
        usual("OF10", "two that end together, in two copies", Fires(Warning))
            .evidence(|evidence| {
                let password = (Password, "2026-01-01", "2027-01-01");
                let both = || with_credentials(&[password, password]);
                evidence.principals.extend([both(), both()]);
            })
            .says("2 secrets are valid"),
        usual("OF10", "two exports, before and after a renewal", Fires(Warning))
            .evidence(|evidence| {
                let one = || with_credentials(&[(Password, "2026-01-01", "2027-01-01")]);
                let next = with_credentials(&[(Password, "2026-01-01", "2027-01-01")]);
                evidence.principals.extend([named(one(), "a"), named(one(), "A"), named(next, "b")]);
            })
            .says("2 secrets are valid"),
        case("OF10", "left over", Fires(Warning)).file(WEB, second(OLD)).evidence(|evidence| {
            let both = [(Password, "2024-01-01", "2025-01-01"), (Password, "2026-06-01", "2027-06-01")];
            evidence.principals.push(with_credentials(&both));
        }),
        case("OF10", "ended this week", Passes).file(WEB, second(OLD)).evidence(|evidence| {
            let both = [(Password, "2025-11-22", "2026-11-22"), (Password, "2026-06-01", "2027-06-01")];
            evidence.principals.push(with_credentials(&both));
        }),
        case("OF10", "set while two are valid", Passes).file(WEB, second(OLD)).evidence(|evidence| {
            let both = [(Password, "2026-01-01", "2027-01-01"), (Password, "2026-06-01", "2027-06-01")];
            evidence.principals.push(with_credentials(&both));
        }),
        no_registration("OF10"),
        usual("OF12", "knows one host only", Fires(Error))
            .file("Orders/TokenHelper.cs", helper(""))
            .says("HostedAppHostNameOverride"),
        usual("OF12", "knows both", Passes)
            .file("Orders/TokenHelper.cs", helper("string b = Get(\"HostedAppHostNameOverride\");")),
        usual("OF12", "no TokenHelper given", Undecided).says("TokenHelper.cs"),
        usual("OF16", "an application", Fires(Info))
            .evidence(|evidence| {
                let source = PrincipalSource::Application;
                evidence.principals.push(Principal { source, legacy: None, ..principal(CLIENT_ID) });
            })
            .says("Add-MgApplicationPassword"),
        usual("OF16", "a legacy principal", Passes)
            .evidence(|evidence| evidence.principals.push(principal(CLIENT_ID))),
        no_registration("OF16"),
    ]
}

fn exposure() -> Vec<Case> {
    let profile = format!(
        "<Project><ItemGroup><MsDeployDeclareParameters Include=\"ClientSecret\"><Value>{SECRET}</Value></MsDeployDeclareParameters></ItemGroup></Project>"
    );
    let commented = web_config(&[("ClientId", CLIENT_ID)]).replace(
        "</appSettings>",
        &format!("<!--<add key=\"ClientSecret\" value=\"{SECRET}\"/>--></appSettings>"),
    );
    let aside = |text: &str| {
        let remark = format!("<!-- {} --></appSettings>", text.replace("SECRET", SECRET));
        web_config(&[("ClientId", CLIENT_ID)]).replace("</appSettings>", &remark)
    };
    let page = format!(
        "The app identifier has been successfully created.\r\nClient Id:\t{CLIENT_ID}\r\nClient Secret:\t{SECRET}\r\nTitle:\tOrders\r\nApp Domain:\tapps.litware-travel.net\r\n"
    );
    let graph = format!(
        "{{\"appId\":\"{CLIENT_ID}\",\"servicePrincipalType\":\"Legacy\",\"servicePrincipalNames\":[],\"replyUrls\":[],\"keyCredentials\":[],\"passwordCredentials\":[{{\"keyId\":\"0ff8da9d-864c-4388-a98c-c4e32d778917\",\"secretText\":TEXT,\"endDateTime\":\"2027-06-02T09:41:07Z\"}}]}}"
    );
    let script =
        |text: &str| format!("curl -d 'client_secret={text}&grant_type=client_credentials' https://h/\n");
    let other = web_config(&[("ClientId", OTHER_ID), ("ClientSecret", SECRET)]);
    let release = format!(
        "<configuration xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\"><appSettings><add key=\"ClientSecret\" value=\"{SECRET}\" xdt:Transform=\"SetAttributes\"/></appSettings></configuration>"
    );
    vec![
        usual("OF13", "in web.config", Fires(Critical)).says("44 characters, sha256 "),
        case("OF13", "in what a project keeps of one user", Fires(Critical))
            .file(WEB, web_config(&[("ClientId", CLIENT_ID)]))
            .file(
                "Orders/Orders.csproj.user",
                format!("<Project><PropertyGroup><UserSecretsId>{CLIENT_ID}</UserSecretsId><ClientSecret>{SECRET}</ClientSecret></PropertyGroup></Project>"),
            )
            .says("Orders.csproj.user holds a secret in clear: ClientSecret"),
        case("OF13", "under the name Secret", Fires(Critical))
            .file(WEB, web_config(&[("ClientId", CLIENT_ID), ("Secret", SECRET)])),
        case("OF13", "under a name of SharePoint", Fires(Critical))
            .file(WEB, web_config(&[("ClientId", CLIENT_ID), ("SpoSecret", SECRET)])),
        case("OF13", "the secret of something else", Passes)
            .file(WEB, web_config(&[("ClientId", CLIENT_ID), ("JwtSecret", SECRET)])),
        case("OF13", "a short word under the name Secret", Passes)
            .file(WEB, web_config(&[("ClientId", CLIENT_ID), ("Secret", "Orders2026")])),
        case("OF13", "in a comment", Fires(Critical)).file(WEB, commented),
        case("OF13", "in a comment, by a name that TokenHelper does not read", Fires(Critical))
            .file(WEB, aside("<add value=\"SECRET\" key=\"Orders.ClientSecret\"/>"))
            .says("Orders.ClientSecret"),
        case("OF13", "in a comment without a setting", Fires(Critical))
            .file(WEB, aside("client secret until June: SECRET"))
            .says("in a comment"),
        case("OF13", "the name of a secret in a comment", Passes)
            .file(WEB, aside("client secret: see the vault of Orders-Production-2026")),
        case("OF13", "in a comment of a transform", Fires(Critical))
            .file(WEB, web_config(&[("ClientId", CLIENT_ID)]))
            .file("Orders/Web.Release.config", release.replace("<add", "<!--<add").replace("/></app", "/>--></app")),
        case("OF13", "in a comment of a publish profile", Fires(Critical))
            .file(WEB, web_config(&[("ClientId", CLIENT_ID)]))
            .file(
                "Orders/Properties/PublishProfiles/Test.pubxml",
                format!("<Project><PropertyGroup><!-- ClientSecret=\"{SECRET}\" --></PropertyGroup></Project>"),
            ),
        case("OF13", "in a publish profile", Fires(Critical))
            .file(WEB, web_config(&[("ClientId", CLIENT_ID)]))
            .file("Orders/Properties/PublishProfiles/Azure.pubxml", profile),
        case("OF13", "in a source", Fires(Critical))
            .file("Orders/Program.cs", format!("class A {{ string clientSecret = \"{SECRET}\"; }}")),
        case("OF13", "the password of a certificate that a script makes", Fires(Critical))
            .file(
                "certs/trust.ps1",
                "$c = New-SelfSignedCertificate -DnsName a.net\n$p = ConvertTo-SecureString -String \"Pa55word!2013\" -AsPlainText -Force\n\
                 Export-PfxCertificate -Cert $c -FilePath a.pfx -Password $p\nNew-SPTrustedSecurityTokenIssuer -Name a -Certificate $c\n",
            )
            .says("certificate password")
            .says("13 characters, hidden")
            .says("Export the certificate anew"),
        case("OF13", "in a remark of a script", Fires(Critical))
            .file("Orders/a.ps1", format!("# client secret: {SECRET}"))
            .says("44 characters, sha256 "),
        case("OF13", "on a page of registration that was saved", Fires(Critical))
            .file(WEB, web_config(&[("ClientId", CLIENT_ID)]))
            .file("Orders/appregnew.txt", page)
            .says("Client Secret")
            .says("delete the file"),
        case("OF13", "in an answer of Microsoft Graph", Fires(Critical))
            .file("Orders/sp.json", graph.replace("TEXT", &format!("\"{ENTRA}\"")))
            .says("SecretText"),
        case("OF13", "an export of Microsoft Graph without the text", Passes)
            .file(WEB, web_config(&[("ClientId", CLIENT_ID)]))
            .file("Orders/sp.json", graph.replace("TEXT", "null")),
        case("OF13", "in appsettings.json", Fires(Critical))
            .file(WEB, web_config(&[("ClientId", CLIENT_ID)]))
            .file("Orders/appsettings.json", format!("{{\"SharePoint\":{{\"ClientSecret\":\"{SECRET}\"}}}}"))
            .says("SharePoint:ClientSecret"),
        with_secret("OF13", "a placeholder is none", Passes, "[CLIENT_SECRET]"),
        with_secret(
            "OF13",
            "a reference to a vault is none",
            Passes,
            "@Microsoft.KeyVault(SecretUri=https://a.vault.azure.net/secrets/b/)",
        ),
        case("OF13", "the password of a signing certificate", Fires(Critical))
            .file(WEB, high_trust_config(&[]))
            .says("Export the certificate anew"),
        case("OF13", "the secret of a program without TokenHelper", Fires(Critical))
            .file(WEB, web_config(&[("AppId", CLIENT_ID), ("AppSecret", SECRET)]))
            .says("AppSecret"),
        with_secret("OF13", "a remark is none", Passes, "/*Client Secret of the add-in*/"),
        case("OF13", "no file of it", Undecided)
            .evidence(|evidence| evidence.principals.push(principal(CLIENT_ID))),
        usual("OF14", "two add-ins", Fires(Warning)).file("Bills/Web.config", other),
        usual("OF14", "two environments", Fires(Warning)).file("Orders/Web.Release.config", release),
        usual("OF14", "secrets of their own", Passes)
            .file("Bills/Web.config", web_config(&[("ClientId", OTHER_ID), ("ClientSecret", OLD)])),
        with_secret("OF14", "no secret in its files", DoesNotApply, "[CLIENT_SECRET]"),
        case("OF14", "no configuration", Undecided)
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        case("OF15", "both", Fires(Warning))
            .file(WEB, high_trust_config(&[("ClientId", CLIENT_ID), ("ClientSecret", SECRET)])),
        case("OF15", "the certificate alone", Passes)
            .file(WEB, high_trust_config(&[("ClientId", CLIENT_ID)])),
        usual("OF15", "low trust", DoesNotApply),
        case("OF15", "no configuration", Undecided)
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        usual("OF17", "curl with a secret", Fires(Warning)).file("Orders/get-token.sh", script(SECRET)),
        usual("OF17", "curl with a variable", Passes)
            .file("Orders/get-token.sh", script("$SECRET"))
            .file("Orders/A.cs", "x = TokenHelper.GetAppOnlyAccessToken(a, b, realm);"),
        usual("OF17", "no sources", Undecided),
    ]
}

/// Secrets of every kind of file, through the readers, the checks, and the script.
#[test]
fn no_secret_is_in_the_report_or_in_the_script() {
    let secret = OLD;
    let percent = secret.replace('=', "%3D");
    let config = web_config(&[
        ("ClientId", CLIENT_ID),
        ("ClientSecret", secret),
        ("SecondaryClientSecret", &percent),
        ("Storage", &format!("AccountKey={secret}")),
        ("ClientSigningCertificatePassword", secret),
    ]);
    let broken = config.replace("<configuration>", "<configuration><a b=>");
    let profile = format!(
        "<Project><Password>{secret}</Password><SiteUrlToLaunchAfterPublish>http://h/</SiteUrlToLaunchAfterPublish></Project>"
    );
    let code = format!(
        "class TokenHelper {{ string clientSecret = \"{secret}\"; /* client_secret={secret} */ string u = \"https://h/?client_secret={percent}\"; \
         string redirectUri = \"https://h/a.aspx?client_secret={secret}\"; }}"
    );
    let case = case("OF13", "secrets everywhere", Fires(Critical))
        .file(WEB, config)
        .file("Bills/Web.config", broken)
        .file("Orders/Azure.pubxml", profile)
        .file("Orders/TokenHelper.cs", code)
        .file("Orders/get.sh", format!("curl -d 'client_secret={secret}' https://h/"));
    case.check();
    let report = case.audit();
    let told = format!("{report:?}{}", spdoctor::script::addin_fixes(&report, "x"));
    // As it is, and encoded once more.
    for part in ["Zk3vQ7xW9p", "WmszdlE3eFc5c"] {
        assert!(!told.contains(part), "{part}");
    }
}
