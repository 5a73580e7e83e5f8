//! What the reader finds in sources, and what it must not.

use proptest::prelude::*;

use crate::addin::evidence::source_code::{SourceFactKind as Kind, SourceFile};
use crate::addin::read::{ReadOptions, read};

const CANARY: &str = "Zk3vQ7xW9pL2mN8rT5yB1cD6fG4hJ0kS7uV3wX9zA1b=";
/// What no output may hold.
const BEGINNING: &str = "Zk3vQ7xW9pL2";

fn source(name: &str, text: &str) -> SourceFile {
    let evidence = read(name, text.as_bytes(), &ReadOptions::default()).expect("a source file");
    evidence.sources.into_iter().next().unwrap_or_default()
}

fn kinds(name: &str, text: &str) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = source(name, text).facts.into_iter().map(|fact| fact.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[test]
fn calls_in_code_count_and_calls_in_comments_do_not() {
    let call =
        "var t = TokenHelper.GetAppOnlyAccessToken(TokenHelper.SharePointPrincipal, u.Authority, realm);";
    assert_eq!(kinds("a.cs", call), [Kind::AppOnlyCall]);
    for text in [format!("// {call}"), format!("/* {call} */"), format!("var s = @\"{call}\";")] {
        assert_eq!(kinds("a.cs", &text), [], "{text}");
    }
    assert_eq!(kinds("a.vb", "Dim t = TokenHelper.getapponlyaccesstoken(a, b, r) ' x"), [Kind::AppOnlyCall]);
    assert_eq!(kinds("a.vb", "' Dim t = TokenHelper.GetAppOnlyAccessToken(a, b, r)"), []);
    assert_eq!(kinds("a.ts", "const t = await getAppOnlyAccessToken(x)"), []);
    assert_eq!(kinds("a.cshtml", "@* @TokenHelper.GetAppOnlyAccessToken(a, b, r) *@"), []);
}

#[test]
fn the_template_itself_uses_nothing_and_tells_what_it_knows() {
    let text = "public static class TokenHelper {\n  string s = Get(\"SecondaryClientSecret\");\n  \
        string h = Get(\"HostedAppHostNameOverride\");\n  const string SharePointPrincipal = \
        \"00000003-0000-0ff1-ce00-000000000000\";\n  public static OAuthTokenResponse GetAppOnlyAccessToken(\n a) { x(); }\n}";
    let expected = [Kind::TokenHelper, Kind::SecondarySecret, Kind::HostNameOverride, Kind::TargetPrincipal];
    assert_eq!(kinds("TokenHelper.cs", text), expected);
    let context =
        "public abstract class SharePointContext { x => TokenHelper.GetAppOnlyAccessToken(a, b, c); }";
    assert_eq!(kinds("SharePointContext.cs", context), [Kind::SharePointContext]);
}

#[test]
fn null_as_realm_is_seen_in_every_spelling() {
    for (name, text) in [
        ("a.cs", "TokenHelper.GetAppOnlyAccessToken(id, uri.Authority, null)"),
        ("a.cs", "TokenHelper.GetAppOnlyAccessToken(id, Get(a, b),\n   targetRealm: null).AccessToken"),
        ("a.vb", "TokenHelper.GetAppOnlyAccessToken(id, u.Authority, Nothing)"),
        ("a.ps1", "[TokenHelper]::GetAppOnlyAccessToken($id, $u.Authority, $null)"),
    ] {
        assert_eq!(kinds(name, text), [Kind::AppOnlyCall, Kind::NullRealm], "{text}");
    }
    let realm = "TokenHelper.GetAppOnlyAccessToken(id, a, TokenHelper.GetRealmFromTargetUrl(u))";
    assert_eq!(kinds("a.cs", realm), [Kind::AppOnlyCall]);
}

#[test]
fn certificate_validation_is_off_in_all_its_shapes() {
    for (name, text) in [
        ("a.cs", "ServicePointManager.ServerCertificateValidationCallback = delegate { return true; };"),
        ("a.cs", "ServicePointManager.ServerCertificateValidationCallback += (s, c, h, e) => true;"),
        ("a.cs", "x.ServerCertificateValidationCallback = (s, c, h, e) => { return true; };"),
        ("a.cs", "x.ServerCertificateValidationCallback = delegate (object s, X c) { return true; };"),
        (
            "a.cs",
            "x.ServerCertificateValidationCallback =\n new RemoteCertificateValidationCallback(AcceptAll);\n\
            static bool AcceptAll(object s, X c) { return true; }",
        ),
        ("a.cs", "x.ServerCertificateValidationCallback = Ok;\nbool Ok(object s, X c, Y d, Z e) => true;"),
        (
            "a.cs",
            "h.ServerCertificateCustomValidationCallback = H.DangerousAcceptAnyServerCertificateValidator;",
        ),
        ("a.cs", "TokenHelper.TrustAllCertificates();"),
        ("a.vb", "ServicePointManager.ServerCertificateValidationCallback = Function(a, b, c, d) True"),
        (
            "a.vb",
            "ServicePointManager.ServerCertificateValidationCallback = AddressOf Ok\n\
            Function Ok(a As Object) As Boolean\n Return True\nEnd Function",
        ),
        ("a.ps1", "[System.Net.ServicePointManager]::ServerCertificateValidationCallback = {$true}"),
        ("a.ps1", "[Net.ServicePointManager]::ServerCertificateValidationCallback = { return $true }"),
        ("a.ps1", "Invoke-RestMethod $u -SkipCertificateCheck"),
        ("a.js", "const agent = new https.Agent({ rejectUnauthorized: false });"),
        ("a.js", "process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';"),
        ("a.sh", "curl -s -k https://h/"),
    ] {
        assert_eq!(kinds(name, text), [Kind::CertificateValidationOff], "{text}");
    }
    for (name, text) in [
        ("a.cs", "x.ServerCertificateValidationCallback = null;"),
        ("a.cs", "x.ServerCertificateValidationCallback += (s, c, h, e) => e == SslPolicyErrors.None;"),
        (
            "a.cs",
            "x.ServerCertificateValidationCallback = Ok;\nbool Ok(object s) { if (a) return true; return b; }",
        ),
        ("a.cs", "// x.ServerCertificateValidationCallback = delegate { return true; };"),
        ("a.cs", "public static void TrustAllCertificates() { }"),
        ("a.js", "const agent = { rejectUnauthorized: true };"),
        ("a.sh", "curl https://h/ # -k"),
        ("a.ps1", "$x = [Net.ServicePointManager]::ServerCertificateValidationCallback\n$a = {$true}"),
    ] {
        assert_eq!(kinds(name, text), [], "{text}");
    }
}

#[test]
fn the_last_argument_of_the_authorization_code_flow_is_a_redirect_address() {
    let redirect = |name: &str, text: &str| -> Vec<String> {
        let facts = source(name, text).facts.into_iter();
        facts.filter(|fact| fact.kind == Kind::RedirectUri).map(|fact| fact.value.raw).collect()
    };
    let call = "TokenHelper.GetAuthorizationUrl(ctx, \"Web.Read\", \"https://h/Redirect.aspx\")";
    assert_eq!(redirect("a.cs", call), ["https://h/Redirect.aspx"]);
    let call = "TokenHelper.GetClientContextWithAuthorizationCode(a, \"00000003-0000-0ff1-ce00-000000000000\", code, realm, new Uri(\"https://h/R.aspx?code=x\"))";
    assert_eq!(redirect("a.cs", call), ["https://h/R.aspx"]);
    assert_eq!(
        redirect("a.vb", "GetAuthorizationUrl(url, \"Web.Read\", New Uri(\"https://h/R.aspx\"))"),
        ["https://h/R.aspx"]
    );
    for none in [
        "(\"https://h/sites/a\", \"Web.Read\")",
        "(url, \"Web.Read\", redirectUri)",
        "(url, \"https://h/\", r",
    ] {
        assert_eq!(redirect("a.cs", &format!("GetAuthorizationUrl{none}")), Vec::<String>::new(), "{none}");
    }
    assert_eq!(
        redirect("a.cs", "GetAuthorizationUrl(u, s, redirectUri: \"https://h/R.aspx\")"),
        ["https://h/R.aspx"]
    );
}

#[test]
fn values_are_put_together_of_names_or_of_texts_that_hold_no_secret() {
    let value =
        |name: &str, text: &str| source(name, text).facts.into_iter().next().expect("a fact").value.raw;
    assert_eq!(value("a.cs", "string redirectUri = \"https://h/a.aspx?code=x\";"), "https://h/a.aspx");
    assert_eq!(value("a.cs", "x = new E { ReceiverUrl = \"https://h/r.svc\" }"), "https://h/r.svc");
    assert_eq!(
        value("a.ts", "const s = 'https://sharepoint/content/tenant'"),
        "https://sharepoint/content/tenant"
    );
    assert_eq!(value("a.cs", "GetAuthorizationUrl(u, \"Web.Read List.Write\", r)"), "GetAuthorizationUrl(…)");
    assert_eq!(value("a.cs", "P.SecurityProtocol = SecurityProtocolType.Tls12;"), "SecurityProtocol = Tls12");
    let several = "P.SecurityProtocol &= ~SecurityProtocolType.Ssl3; P.SecurityProtocol |= SecurityProtocolType.Tls12 | SecurityProtocolType.Tls11;";
    assert_eq!(value("a.cs", several), "SecurityProtocol |= Tls12 | Tls11");
    assert_eq!(kinds("a.cs", several), [Kind::TlsVersion]);
    for comparison in [
        "if (S.SecurityProtocol == SecurityProtocolType.Tls) {}",
        "if (S.SecurityProtocol != SecurityProtocolType.Tls && x) {}",
    ] {
        assert_eq!(kinds("a.cs", comparison), [], "{comparison}");
    }
    assert_eq!(kinds("a.ps1", "if ([S]::SecurityProtocol -eq [Net.SecurityProtocolType]::Tls) {}"), []);
    assert_eq!(value("a.cs", "Use(SecurityProtocolType.Tls)"), "SecurityProtocolType.Tls");
    assert_eq!(value("a.cs", "File.OpenBinaryDirect(ctx, url)"), "File.OpenBinaryDirect(…)");
    assert_eq!(value("a.ps1", "$c.AllowOAuthOverHttp = $true"), "AllowOAuthOverHttp = true");
    assert_eq!(kinds("a.ps1", "$c.AllowOAuthOverHttp = $true"), [Kind::AllowOAuthOverHttp]);
    let with_update = "$c.AllowOAuthOverHttp = $true\n$c.Update()";
    assert_eq!(kinds("a.ps1", with_update), [Kind::AllowOAuthOverHttp, Kind::Update]);
    assert_eq!(kinds("a.ps1", "$c.AllowOAuthOverHttp = $true\n# $c.Update()"), [Kind::AllowOAuthOverHttp]);
}

#[test]
fn secrets_are_found_where_people_put_them_and_never_shown() {
    for (name, text) in [
        ("a.cs", format!("const string ClientSecret = \"{CANARY}\";")),
        ("a.cs", format!("settings[\"ClientSecret\"] = \"{CANARY}\";")),
        ("a.cs", format!("settings.Add(\"ClientSecret\", \"{CANARY}\");")),
        ("a.cs", format!("// old: clientSecret = \"{CANARY}\"")),
        ("a.cs", format!("// client secret: {CANARY}")),
        ("a.cs", format!("/* the old ClientSecret was {CANARY} */")),
        ("a.cs", format!("// ClientSecret of tests\n// {CANARY}")),
        ("a.cs", "// ClientSecret -> abc8Q~Zk3vQ7xW9pL2mN8rT5yB1cD6fG4hJ0kS7uV3".to_owned()),
        ("a.ps1", "# client secret = Zk3vQ7xW9pL2mN8rT5yB1cD6".to_owned()),
        ("a.vb", format!("' ClientSecret: {CANARY}")),
        ("a.ts", format!("export default {{ acs: {{ secret: \"{CANARY}\" }} }} // clientSecret")),
        ("a.cs", format!("new X509Certificate2(path, \"{CANARY}\")")),
        ("a.vb", format!("Private Const ClientSecret As String = \"{CANARY}\"")),
        ("a.ps1", format!("Connect-PnPOnline $u -ClientId x -ClientSecret \"{CANARY}\"")),
        ("a.ps1", format!("$appSecret = '{CANARY}'")),
        ("a.ps1", format!("ConvertTo-SecureString -String '{CANARY}' -AsPlainText # pfx X509Certificate2")),
        ("a.ts", format!("const o = {{ clientSecret: '{CANARY}' }}")),
        ("a.js", format!("const o = {{ \"client_secret\": \"{CANARY}\" }}")),
        ("a.sh", format!("curl -d 'client_id=a&client_secret={CANARY}&resource=x' https://h/")),
        ("a.js", format!("fetch(`https://h/?client_secret={CANARY}`)")),
    ] {
        let found = source(name, &text);
        assert_eq!(found.secrets.len(), 1, "{text}");
        assert!(!format!("{found:?}").contains(BEGINNING), "{text}");
        let in_url = found.of(Kind::SecretInUrl).count();
        assert_eq!(in_url, usize::from(text.contains("client_secret=")), "{text}");
    }
    for (name, text) in [
        ("a.cs", "// client secret: see the vault of the team"),
        ("a.cs", "// ClientSecret = ConfigurationManager.AppSettings.ClientSecret"),
        ("a.cs", "// client secret: 5c0c7f0c-8a74-4a4e-a21c-6d8f6a1c0001"),
        ("a.js", "// clientSecret\n// integrity=\"sha256-Zk3vQ7xW9pL2mN8rT5yB1cD6fG4hJ0kS7uV3wX9zA1b=\""),
        ("a.js", "// clientSecret\n//# map=data:a;base64,Zk3vQ7xW9pL2mN8rT5yB1cD6fG4hJ0kS7uV3wX9zA1b="),
        ("a.js", "// clientSecret\n// MIIBZk3vQ7xW9pL2mN8rT5yB1cD6fG4hJ0kS7uV3wX9zA1b="),
        ("a.ts", "const o = { secret: 'the one of the vault, number 1' } // clientSecret"),
        ("a.cs", "// ClientSecret: https://portal.litware.net/secrets2026/orders"),
        ("a.cs", "string ClientSecret = Get(\"ClientSecret\");"),
        ("a.cs", "string clientSecret = \"ClientSecret\";"),
        ("a.cs", "string clientSecret = \"[CLIENT_SECRET]\";"),
        ("a.js", "fetch(`https://h/?client_secret=${secret}`)"),
        ("a.sh", "curl -d \"client_secret=$SECRET\" https://h/"),
        ("a.cs", "var u = \"client_secret=\" + clientSecret;"),
    ] {
        assert_eq!(source(name, text).secrets, [], "{text}");
    }
}

#[test]
fn utf_16_and_a_mark_in_the_middle_are_read() {
    let text = "// \u{feff}\r\nFile.OpenBinaryDirect(c, u);";
    let bytes: Vec<u8> =
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let evidence = read("a.cs", &bytes, &ReadOptions::default()).expect("a source file");
    assert_eq!(evidence.sources[0].facts[0].value.at.line, 2);
}

#[test]
fn places_are_lines_and_columns_of_characters() {
    let found = source("a.cs", "// é\r\n  /* é */ File.OpenBinaryDirect(c, u);");
    assert_eq!(found.facts[0].value.at.to_string(), "a.cs:2:16");
}

#[test]
fn a_sample_cut_at_every_byte_is_read() {
    let text = format!(
        "class A {{ string clientSecret = @\"{CANARY}\"; void B() {{ x.ServerCertificateValidationCallback += (é) => \
         true; TokenHelper.GetAppOnlyAccessToken(a, \"b\", null); }} /* é */ }} `${{a}}` '\\u00e9' <%-- x --%> '' \"\""
    );
    for extension in ["cs", "vb", "aspx", "ps1", "ts", "sh"] {
        for end in 0..text.len() {
            let cut = &text.as_bytes()[..end];
            let found = read(&format!("a.{extension}"), cut, &ReadOptions::default());
            assert!(!format!("{found:?}").contains(BEGINNING));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400), kind in 0..6usize) {
        let extension = ["cs", "vb", "aspx", "ps1", "ts", "sh"][kind];
        let mut text = b"TokenHelper ClientSecret = ".to_vec();
        text.extend(bytes);
        let _ = read(&format!("a.{extension}"), &text, &ReadOptions::default());
    }
}

#[test]
fn what_a_build_squeezed_into_one_line_is_read_in_time() {
    let text =
        "x.ServerCertificateValidationCallback = Accept; clientSecret = \"$a\"; File.OpenBinaryDirect(c, u);"
            .repeat(20_000);
    let found = source("bundle.cs", &text);
    assert!(!found.facts.is_empty());
    assert_eq!(found.secrets, []);
}
