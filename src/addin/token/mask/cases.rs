//! Texts as captures have them, and what is shown of them.

use super::masked;

#[test]
fn what_is_no_value_stays_readable() {
    for text in [
        "SecurityTokenException: Could not resolve issuer token.",
        "SecurityTokenExpiredException: ID4223: The SamlSecurityToken is rejected",
        "at SPTokenCache.ReadTokenXml: line 12",
        "issue security token: The security token username and password could not be validated.",
        "Invalid JWT token: could not resolve issuer token.",
        "SecretNotFound: orders-secret was not found",
        "in C:\\src\\TokenHelper.cs:line 412",
        "TokenHelper.cs:412",
        "using certificate credentials for added security: https://aka.ms/certCreds.",
        "Invalid or null password: password doesn't exist in the directory for this user.",
        "Thumbprint of key used by client: '6A1F00AB93C7DE5501928374AA5BC0D16A1F00AB'",
        "Unexpected token: StartObject, line 1",
        "Set-SPPassPhrase: parameter -PassPhrase is mandatory",
        "password = null",
        "{\"password\": null, \"user\": \"bob\"}",
        "Token: null",
        "client secret: none",
        "Password: required",
        "Cookie: not sent",
        "Authorization: denied for CONTOSO\\svc",
        "state: expired",
        "code: -2147024891, System.UnauthorizedAccessException",
        "docker run -p 8443:443 img",
        "ssh -p 2222 host",
        "mkdir -p /var/www",
        "netstat -p tcp",
        "use -p to name the port",
        "parameter -ClientSecret cannot be validated",
        "-Passphrase was not given",
        "password is managed by Group Policy",
        "password is going to expire soon",
        "client secret is 44 characters long",
        "client secret is base64 encoded",
        "The client secret was rolled over",
        "The password was last set on 2026-01-01",
        "the token is intended for SharePoint",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn what_reads_like_no_value_and_is_one_is_taken_out() {
    for text in [
        "password: nullhunter2",
        "password: null hunter2",
        "\"password\": \"null hunter2\"",
        "Password: required hunter2",
        "password: correct hunter2 battery",
        "password: the hunter2 is mine",
        "token: hunter2",
        "code: -hunter2",
        "password: https://bob:hunter2@a.example",
        "docker login -p hunter2",
        "ssh -p hunter2",
        "--password is-hunter2",
        "thumbprint and password: hunter2",
        "TokenCacheSecret: hunter2",
        "Set-Cookie: hunter2",
        "state: +hunter2",
        "authorization: Basic hunter2",
        "cookie: valid=hunter2; new",
        "the password is 44hunter2 characters",
    ] {
        let out = masked(text);
        assert!(!out.contains("hunter2"), "{text} {out}");
    }
}

#[test]
fn secrets_in_code_commands_and_settings_are_taken_out() {
    for (text, stays) in [
        ("$pw = ConvertTo-SecureString \"hunter2\" -AsPlainText -Force", "$pw = ConvertTo-SecureString \"["),
        ("ctx.Credentials = new NetworkCredential(\"svc\", \"hunter2\");", "new NetworkCredential(["),
        ("x.Credentials = new Basic(\"svc\", \"hunter2\");", ");"),
        ("string clientSecret = @\"hunter2\";", "= @\"["),
        ("<add value=\"hunter2\" key=\"ClientSecret\"/>", "key=\"ClientSecret\"/>"),
        ("Proxy-Authorization: Basic c3ZjOmh1bnRlcjI=", "Basic ["),
        ("X-Any = Basic c3ZjOmh1bnRlcjI= refused", "= Basic ["),
        ("AppSettings[\"ClientSecret\"] = \"hunter2\"", "\"ClientSecret\"] = \"["),
        ("{\"name\":\"ClientSecret\",\"slotSetting\":false,\"value\":\"hunter2\"}", "\"value\":\"["),
        ("key=ClientSecret value=hunter2", "key=ClientSecret value=["),
        ("set --name ClientSecret --value hunter2", "--name ClientSecret --value ["),
        ("curl -usvc:hunter2 https://a", "curl -u["),
        ("curl --user \"CONTOSO\\svc:hunter2\" https://a", "\" https://a"),
        ("sqlcmd -U sa -Phunter2 -d x", "-P["),
        ("schtasks /create /ru svc /rp hunter2", "/rp ["),
        ("signtool sign /f a.pfx /p hunter2 /v", "/p ["),
        ("cmdkey /add:a /user:b /pass hunter2", "/pass ["),
        ("setx CLIENT_SECRET hunter2", "CLIENT_SECRET ["),
        ("keytool -storepass hunter2 -list", "-storepass ["),
        ("DB_PASS=hunter2", "DB_PASS=["),
        ("spPass=hunter2", "spPass=["),
        ("ADMIN_PW=hunter2", "ADMIN_PW=["),
        ("signingKey=hunter2", "signingKey=["),
        ("<machineKey validationKey=\"hunter2\"", "validationKey=\"["),
        ("Cookie: FedAuth=x; hunter2=hunter2", "Cookie: ["),
        ("FedAuth=hunter2; rtFa=hunter2", "FedAuth=["),
        ("X-RequestDigest: hunter2", "X-RequestDigest: ["),
        ("ASP.NET_SessionId=hunter2", "ASP.NET_SessionId=["),
        ("sas=hunter2", "sas=["),
        ("Wachtwoord: hunter2", "Wachtwoord: ["),
        ("client_secret%3Dhunter2%26a%3Db", "client_secret%3D["),
        ("a%3Db%26code%3Dhunter2", "code%3D["),
        ("Le mot de passe est hunter2", "est ["),
    ] {
        let out = masked(text);
        let base64 = "c3ZjOmh1bnRlcjI";
        assert!(!out.contains("hunter2") && !out.contains(base64) && out.contains(stays), "{text} {out}");
    }
    for text in [
        "<add value=\"Orders\" name=\"Title\"/>",
        "name=Title value=Orders",
        "GET /p HTTP/1.1",
        "Basic authentication is off",
        "bypass=true",
        "AppSettings[\"Title\"] = \"Orders\"",
        "cp -Pr a b",
        "setx PATH C:\\x",
        "new Uri(\"https://a\")",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn the_end_of_a_broken_token_is_hidden_behind_any_sign() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6j7K8l9Z0x1C";
    let (first, last) = token.split_at(50);
    for text in [
        format!("access_token={first}\r\n{last} AADSTS1: x"),
        format!("Authorization: Bearer > {first}\n> {last} AADSTS1: x"),
        format!("reason=\"> {first} > {last} AADSTS1: x\""),
        format!("a=b&x={first}\r\n{last} AADSTS1: x"),
    ] {
        let out = masked(&text);
        assert!(!out.contains("8l9Z0x1C") && out.contains("AADSTS1: x"), "{out}");
        if let Some(place) = text.find(last).filter(|_| text.contains('=')) {
            let end = super::end_of_broken(&text, place + 3);
            assert_eq!(end, text.find(" AADSTS1"), "{text}");
        }
    }
}

#[test]
fn escapes_in_a_row_are_read_once_each() {
    let text = "\\u0070".repeat(100_000);
    assert!(masked(&text).len() < 1000);
}
