//! Texts with secrets, and what is shown of them.

use super::hidden;
use proptest::prelude::*;

fn shown(text: &str) -> String {
    String::from_utf8(hidden(text.as_bytes()).into_owned()).unwrap()
}

#[test]
fn secrets_become_asterisks() {
    for (text, expected) in [
        (
            "Data Source=SQL01;User ID=sa;Password=P@ss w0rd;Connect Timeout=15",
            "Data Source=SQL01;User ID=sa;Password=*********;Connect Timeout=15",
        ),
        ("Data Source=SQL01;Pwd='a;b''c';X=1", "Data Source=SQL01;Pwd='******';X=1"),
        (r#"string "Server=a;Password=x y" of b"#, r#"string "Server=a;Password=***" of b"#),
        ("the string 'Server=a;Password=it's' is bad", "the string 'Server=a;Password=****' is bad"),
        ("Server=a;Password=x y", "Server=a;Password=***"),
        ("user=a password=b c=d", "user=a password=* c=d"),
        (
            r#"-user CONTOSO\sp -password S3cret!pw -passphrase "My Pass 1" -x"#,
            r#"-user CONTOSO\sp -password ********* -passphrase "*********" -x"#,
        ),
        (
            "$p = ConvertTo-SecureString -string \"a b\" -asPlainText",
            "$p = ConvertTo-SecureString -string \"***\" -asPlainText",
        ),
        ("$passphrase=ConvertTo-SecureString a -Force", "$passphrase=ConvertTo-SecureString * -Force"),
        ("-password (abc -x", "-password **** -x"),
        ("/dbpassword:x /y", "/dbpassword:* /y"),
        ("-farmpassword -user x", "-farmpassword -user x"),
        (
            "-Passphrase (ConvertTo-SecureString -String 'My Pass' -AsPlainText -Force)",
            "-Passphrase (ConvertTo-SecureString -String '*******' -AsPlainText -Force)",
        ),
        (r#"{"user":"a","password": "x\"y","b":1}"#, r#"{"user":"a","password": "****","b":1}"#),
        (r#"{\"password\":\"x y\",\"b\":1}"#, r#"{\"password\":\"***\",\"b\":1}"#),
        (
            "<add password=\"x y\" /><Password>x y</Password>",
            "<add password=\"***\" /><Password>***</Password>",
        ),
        (
            "https://crawler:pass@word@portal.example/sites/a",
            "https://crawler:*********@portal.example/sites/a",
        ),
        ("Authorization: Bearer eyJhbGciOiJub25lIn0.e30.", "Authorization: Bearer ************************"),
        ("Basic Y29udG9zbzpzZWNyZXQ=", "Basic ********************"),
        ("client_secret=abc&x=1 next", "client_secret=******* next"),
        ("AccountKey=ab+c/d==;EndpointSuffix=core", "AccountKey=********;EndpointSuffix=core"),
        ("Kennwort: geheim", "Kennwort: ******"),
        ("Password=\nnext line", "Password=\nnext line"),
        ("password=ab\r\nnext", "password=**\r\nnext"),
    ] {
        assert_eq!(shown(text), expected);
    }
}

#[test]
fn secrets_of_headers_addresses_commands_and_other_languages_become_asterisks() {
    for (text, expected) in [
        ("Authorization: Basic dTpwdw==", "Authorization: Basic ********"),
        ("authorization: Negotiate TlRM, next", "authorization: Negotiate ****, next"),
        ("Cookie: FedAuth=77u/PD94; rtFa=x/y=; a=b", "Cookie: FedAuth=********; rtFa=****; a=b"),
        ("https://x/a.zip?sv=2020&sig=hTz5%3D&se=1 next", "https://x/a.zip?sv=2020&sig=*******&se=1 next"),
        ("GET /redirect?code=AQAB&state=1", "GET /redirect?code=****&state=1"),
        ("body Password%3Dhunter2%26x%3D1", "body Password%3D*******%26x%3D1"),
        (r#"<add key="ClientSecret" value="dBRi=" />"#, r#"<add key="ClientSecret" value="*****" />"#),
        (r#"{"name":"ClientSecret","value":"dBRi="}"#, r#"{"name":"ClientSecret","value":"*****"}"#),
        ("sqlcmd -S SQL01 -U sa -P hunter2 -Q x", "sqlcmd -S SQL01 -U sa -P ******* -Q x"),
        ("osql -Usa -Phunter2", "osql -Usa -P*******"),
        ("SubscriptionKey=abc", "SubscriptionKey=***"),
        ("PFX pass=abc userpw=def passwords: ghi", "PFX pass=*** userpw=*** passwords: ***"),
        ("pass phrase: abc", "pass phrase: ***"),
        ("Contraseña: abc mot de passe = def пароль: ghi", "Contraseña: *** mot de passe = *** пароль: ***"),
    ] {
        assert_eq!(shown(text), expected);
    }
}

#[test]
fn what_only_speaks_of_secrets_stays() {
    for text in [
        "The parameter password is chosen, so returning the value as ***************",
        "Resource retrieved id Label3 is Username and password for the database access account",
        "Created a label, name is CreateConfigurationDbFormFarmPasswordTextBoxGroupLabelName1, text is &Password:",
        "The specified network password is not correct",
        "at Microsoft.SharePoint.Administration.SPFarm.Create(String farmUser, SecureString farmPassword, SecureString masterPassphrase)",
        "Set-SPPassPhrase -PassPhrase (Read-Host -AsSecureString 'New passphrase') -Confirm",
        "Microsoft.SharePoint, Version=16.0.0.0, Culture=neutral, PublicKeyToken=71e9bce111e9429c",
        "TCP error code=10061, return code: 1; code=3 sig=nal",
        "Authorization: failed for user CONTOSO\\sp; Authorization = denied",
        "sqlcmd -S SQL01 -i a.sql -p 1",
        "pass: 3 of 4, bypass=true, compass: north",
        "<add key=\"PublicKey\" value=\"71e9\" />",
        "Basic authentication is not enabled for the web application",
        "SPTimerJob: Password management job definition, PasswordChangeDays=30",
        "http://portal.contoso.com:8080/sites/a@b Data Source=SQL01;Integrated Security=True",
        "https://portal.contoso.com/_layouts/password reset",
    ] {
        assert_eq!(shown(text), text);
    }
}

proptest! {
    #[test]
    fn no_secret_is_shown_in_any_form(
        head in "[A-Za-z0-9!#$%&*+./:=?@^_|~-]{0,8}",
        tail in "[A-Za-z0-9!#$%&*+./:=?@^_|~-]{0,8}",
        before in "([ -~]{0,20} )?",
        form in 0usize..9,
    ) {
        let mark = "Zq7Zq7";
        let secret = format!("{head}{mark}{tail}");
        let text = match form {
            0 => format!("{before}Password={secret}"),
            1 => format!("{before};Password={secret};Timeout=3"),
            2 => format!("{before}-passphrase {secret} -user a"),
            3 => format!("{before}\n-password \"{secret} x\" -user a"),
            4 => format!("{before}\n\"password\": \"{secret}\", \"a\": 1"),
            5 => format!("{before}\n<password>{secret}</password>"),
            6 => format!("{before}pwd: {secret} and more"),
            7 => format!("{before}\nConvertTo-SecureString '{secret}' -AsPlainText"),
            _ => format!("{before}Password='{secret}'"),
        };
        prop_assert!(!shown(&text).contains(mark), "{}", shown(&text));
    }

    #[test]
    fn it_keeps_the_length_and_does_no_more_the_second_time(
        parts in prop::collection::vec(prop::sample::select(&[
            "password", "-password ", "Pwd", "=", ":", ";", " ", "\"", "'", "\\\"", "x", "ab1", "-next", "\n", ">", "<",
            "bearer ", "eyJ0123456789abcdef", "://", "a:b@", "ConvertTo-SecureString ", "-String ", "(", "“", "”", "*",
            "&sig=", "?code=", "sqlcmd ", " -P ", "Authorization: Basic ", "FedAuth=", " value=", "pass=", "%3D", "&",
        ][..]), 0..14),
    ) {
        let text = parts.concat();
        let once = hidden(text.as_bytes()).into_owned();
        prop_assert_eq!(once.len(), text.len());
        prop_assert_eq!(&*hidden(&once), &once[..], "{}", String::from_utf8_lossy(&once));
    }
}
