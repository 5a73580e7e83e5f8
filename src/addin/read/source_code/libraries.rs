//! Programs that leave their tokens to a library: it asks Azure ACS for them, or signs them itself, and no address of a
//! token service stands in the program.

use std::sync::LazyLock;

use regex::Regex;

use super::lex::{Language, Lexed};
use crate::addin::evidence::source_code::{SourceFact, SourceFactKind as Kind};
use crate::addin::evidence::{Spot, Value};

/// A call that has a library ask ACS for app-only tokens, or sign its own (*verified* in the sources of the libraries): the
/// words of the library of which one has to stand in the file, the call in code, what it shows, and what it is called in
/// reports.
struct Call {
    library: &'static [&'static str],
    code: LazyLock<Regex>,
    kind: Kind,
    told: &'static str,
}

static CALLS: [Call; 4] = [
    Call {
        library: &[
            "office365.runtime",
            "office365.sharepoint",
            "office365\\runtime",
            "office365\\sharepoint",
        ],
        code: LazyLock::new(|| {
            regex(
                r"\b(?:ClientCredential|with_client_credentials|withClientCredentials|acquire_token_for_app|acquireAppOnlyAccessToken)\s*\(",
            )
        }),
        kind: Kind::AppOnlyCall,
        told: "a client credential of the office365 library: app-only through ACS",
    },
    Call {
        library: &["@pnp/", "sp-pnp-js"],
        code: LazyLock::new(|| {
            regex(r"\bnew\s+(?:\w+\.)?(?:SPFetchClient|NodeFetchClient)\s*\([^;()]*,[^;()]*,")
        }),
        kind: Kind::AppOnlyCall,
        told: "SPFetchClient with an id and a secret: app-only through ACS",
    },
    Call {
        library: &["node-sp-auth", "sp-request", "pnp-auth"],
        code: LazyLock::new(|| regex(r"\bclientSecret\s*[:=,}]")),
        kind: Kind::AppOnlyCall,
        told: "node-sp-auth with a clientSecret: app-only through ACS",
    },
    // Programs with a key of their own for a farm: `rsaPrivateKeyPath` beside the digest of the certificate.
    Call {
        library: &["node-sp-auth", "sp-request", "pnp-auth"],
        code: LazyLock::new(|| regex(r"\brsaPrivateKeyPath\s*[:=,}]")),
        kind: Kind::OwnToken,
        told: "node-sp-auth with an rsaPrivateKeyPath",
    },
];

/// Claims of a token that a program makes and signs for SharePoint itself (*documented*, access tokens of high trust).
static OWN_CLAIMS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)\b(actor_?token|trusted_?for_?delegation|urn:office:idp:(?:activedirectory|forms:\w+)|x5t)")
});

/// A call that signs something: programs that only read such tokens have none.
static SIGNS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)sign(?:with)?\s*\(|jwt\.encode\s*\(|\bcreateSign\b|\bSignatureAlgorithm\b|\bPrivateKey\b|SigningCredentials\b",
    )
});

/// What only a program has that gets tokens of ACS as well: a `TokenHelper` by another name can do both, and shows neither.
static ASKS_ACS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)accesscontrol\.windows|\bclass\s+TokenHelper\b|\bAcs[A-Z]\w+"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant, and a test uses it")
}

/// The first call of each kind, in the order of the kinds.
pub(super) fn facts(lexed: &Lexed<'_>, file: &Spot) -> Vec<SourceFact> {
    let lower = lexed.text.to_ascii_lowercase();
    match lexed.language {
        Language::Script | Language::Shell => {}
        Language::CSharp | Language::Basic if !ASKS_ACS.is_match(lexed.text) => {
            return own_token(lexed, file, &lower).into_iter().collect();
        }
        _ => return Vec::new(),
    }
    let mut found = Vec::new();
    for call in &CALLS {
        let named = call.library.iter().any(|word| lower.contains(word));
        let Some(place) = call.code.find(&lexed.code).filter(|_| named) else { continue };
        found.push(fact(lexed, file, place.start(), call.kind, call.told));
    }
    found.extend(own_token(lexed, file, &lower));
    found
}

/// Two of the claims, or one beside `x5t`, outside of comments, in a file that speaks of SharePoint: services of Exchange have them, too.
fn own_token(lexed: &Lexed<'_>, file: &Spot, lower: &str) -> Option<SourceFact> {
    if !lower.contains("sharepoint") && !lower.contains("00000003-0000-0ff1") {
        return None;
    }
    let in_comment = |at: usize| lexed.comments.iter().any(|comment| comment.contains(&at));
    let claims = || OWN_CLAIMS.find_iter(lexed.text).filter(|found| !in_comment(found.start()));
    let word = |text: &str| text.replace('_', "").to_ascii_lowercase();
    // Other services name their certificate in the header, too.
    let first = claims().find(|found| word(found.as_str()) != "x5t")?;
    let second = claims().find(|found| word(found.as_str()) != word(first.as_str()))?;
    if !SIGNS.is_match(&lexed.code) {
        return None;
    }
    let told = format!("{} and {}", first.as_str(), second.as_str());
    Some(fact(lexed, file, first.start(), Kind::OwnToken, &told))
}

fn fact(lexed: &Lexed<'_>, file: &Spot, at: usize, kind: Kind, told: &str) -> SourceFact {
    SourceFact { kind, value: Value::new(told, lexed.spot(file, at)) }
}

#[cfg(test)]
mod tests {
    use crate::addin::evidence::source_code::{SourceFactKind as Kind, SourceFile};
    use crate::addin::read::source_code::sample::{ID, SECRET, source};

    fn count(source: &SourceFile, kind: Kind) -> usize {
        source.of(kind).count()
    }

    #[test]
    fn libraries_that_ask_acs_are_known_with_id_secret_and_tenant() {
        for (name, text) in [
            (
                "load.py",
                format!(
                    "from office365.runtime.auth.client_credential import ClientCredential\nc = ClientCredential(\"{ID}\", \"{SECRET}\")\nctx = ClientContext('https://fabrikam.sharepoint.com/sites/a').with_credentials(c)\n"
                ),
            ),
            (
                "old.py",
                format!(
                    "from office365.sharepoint.client_context import ClientContext\na.acquire_token_for_app('{ID}', '{SECRET}')\nu = 'https://fabrikam.sharepoint.com'\n"
                ),
            ),
            (
                "load.js",
                format!(
                    "const n = require('@pnp/nodejs');\nreturn new n.SPFetchClient('https://fabrikam.sharepoint.com/sites/a', '{ID}', '{SECRET}');\n"
                ),
            ),
            (
                "auth.ts",
                format!(
                    "import * as auth from 'node-sp-auth';\nauth.getAuth('https://fabrikam.sharepoint.com', {{ clientId: '{ID}', clientSecret: '{SECRET}' }});\n"
                ),
            ),
        ] {
            let found = source(name, &text);
            assert_eq!(count(&found, Kind::AppOnlyCall), 1, "{name}");
            assert_eq!(count(&found, Kind::OnlineAddress), 1, "{name}");
            assert_eq!(count(&found, Kind::ClientId), 1, "{name}");
            assert_eq!(found.secrets.len(), 1, "{name}");
        }
    }

    #[test]
    fn other_logins_of_the_same_libraries_are_none() {
        for (name, text) in [
            (
                "a.js",
                "const a = require('node-sp-auth');\na.getAuth(u, { username: n, password: p }); // clientSecret: x",
            ),
            ("b.js", "const n = require('@pnp/nodejs');\nnew n.SPFetchClient(url);"),
            (
                "c.py",
                "from office365.sharepoint.client_context import ClientContext\nClientContext(u).with_credentials(UserCredential(n, p))",
            ),
            (
                "d.py",
                "from azure.identity import ClientCredential\nc = ClientCredential(client_id, client_secret)",
            ),
            ("e.py", "# from office365.runtime import x\nc.with_client_certificate(t, i, p)"),
        ] {
            assert_eq!(count(&source(name, text), Kind::AppOnlyCall), 0, "{name}");
        }
    }

    #[test]
    fn programs_that_sign_their_tokens_are_known_by_the_claims() {
        let node = "var aud = '00000003-0000-0ff1-ce00-000000000000/portal.contoso.test@' + realm;\nvar clientid = 'ID';\nvar inner = { aud: aud, trustedfordelegation: 'true' };\nouter.nii = 'urn:office:idp:activedirectory';\nouter.actortoken = jwt.sign(inner, key, { header: { x5t: t } });\n";
        let found = source("app.js", &node.replace("ID", ID));
        assert_eq!((count(&found, Kind::OwnToken), count(&found, Kind::ClientId)), (1, 1));
        let java = "class Token { String sharePoint = \"00000003-0000-0ff1-ce00-000000000000\"; void a() { claims.put(\"nii\", \"urn:office:idp:activedirectory\"); builder.setHeaderParam(\"x5t\", print).signWith(key); } }";
        assert_eq!(count(&source("Token.java", java), Kind::OwnToken), 1);
        let library = "const a = require('node-sp-auth');\na.getAuth(u, { clientId: c, issuerId: i, realm: r, rsaPrivateKeyPath: k, shaThumbprint: t });";
        assert_eq!(count(&source("lib.js", library), Kind::OwnToken), 1);
        let csharp = "class S2S { const string Sp = \"00000003-0000-0ff1-ce00-000000000000\"; string Make() { claims.Add(new JsonWebTokenClaim(\"trustedfordelegation\", \"true\")); var t = new JsonWebSecurityToken(issuer, aud, from, to, new X509SigningCredentials(cert), claims); outer.Add(new JsonWebTokenClaim(\"actortoken\", handler.WriteTokenAsString(t))); } }";
        assert_eq!(count(&source("S2S.cs", csharp), Kind::OwnToken), 1);
        // Rights on a file are no token service.
        let rights = format!("using System.Security.AccessControl; {csharp}");
        assert_eq!(count(&source("S2S.cs", &rights), Kind::OwnToken), 1);
        // A TokenHelper by another name can do either.
        for acs in [
            "class TokenHelper",
            "class Tokens { const string AcsPrincipalName = \"x\"; string H = \"accounts.accesscontrol.windows.net\";",
        ] {
            assert_eq!(
                count(&source("T.cs", &csharp.replacen("class S2S", acs, 1)), Kind::OwnToken),
                0,
                "{acs}"
            );
        }
        for other in [
            "// actortoken trustedfordelegation\nvar sharepoint = sign(x);",
            "var sharepoint = 1; if (token.actortoken) { sign(); }",
            "var sharepoint = 1; show(token.actortoken, token.trustedfordelegation);",
            "var exchange = '00000002-0000-0ff1-ce00'; a.actortoken = 1; b.trustedfordelegation = 2; sign();",
        ] {
            assert_eq!(count(&source("o.js", other), Kind::OwnToken), 0, "{other}");
        }
    }
}
