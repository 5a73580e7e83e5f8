//! Credentials that stand by themselves, or in a list.

use super::*;

#[test]
fn msonline_credentials_are_gathered_by_principal() {
    let csv = format!(
        "AppPrincipalId,Type,Usage,KeyId,StartDate,EndDate\r\n{ID},Symmetric,Sign,a,3/7/2021 3:04:11 PM,3/31/2022 3:04:11 PM\r\n\
         {ID},Symmetric,Verify,b,,\r\n{ID},Password,Verify,c,,4/5/2022 3:04:11 PM\r\n"
    );
    let found = principal("secrets.csv", &csv);
    let credentials = found.credentials.unwrap_or_default();
    assert_eq!(credentials.len(), 3);
    // The end of March proves the order of all dates of the file.
    assert!(credentials.iter().filter_map(|key| key.end.as_ref()).all(|end| end.or.is_none()));
    let by_name = principal(
        &format!("credentials-{ID}.json"),
        r#"[{"Type":"Password","Usage":"Verify","KeyId":"k","EndDate":"2022-03-07T15:04:11Z"}]"#,
    );
    assert_eq!(one(by_name.client_id.as_ref()), ID);
    let nameless =
        evidence("credentials.json", r#"[{"Type":"Password","KeyId":"k","EndDate":"2022-03-07"}]"#);
    assert_eq!(nameless.problems.len(), 1);
}

#[test]
fn passwords_of_graph_by_themselves_are_credentials_and_name_nobody() {
    let json = r#"[{"customKeyIdentifier":null,"displayName":"made by hand","endDateTime":"2022-03-07T15:04:11Z",
        "hint":"Xq7","keyId":"7aa974b3","secretText":null,"startDateTime":"2021-03-07T15:04:11Z"}]"#;
    let list = "PS C:\\> $principal.PasswordCredentials | fl\r\n\r\nDisplayName   : made by hand\r\nEndDateTime   : 3/31/2022 3:04:11 PM\r\n\
                Hint          : Xq7\r\nKeyId         : 7aa974b3\r\nSecretText    : \r\nStartDateTime : 3/31/2021 3:04:11 PM\r\n";
    for (name, text) in [("secrets.json", json), ("secrets.txt", list)] {
        let found = evidence(name, text);
        let principal = found.principals.first().unwrap_or_else(|| panic!("{text}"));
        assert_eq!((principal.source, &principal.title), (PrincipalSource::ServicePrincipal, &None));
        let credentials = principal.credentials.clone().unwrap_or_default();
        assert_eq!(credentials.first().map(|key| key.kind), Some(CredentialKind::Password), "{text}");
        assert!(credentials.iter().all(|key| key.end.is_some()), "{text}");
        assert_eq!(found.problems.len(), 1, "{:?}", found.problems);
    }
    let made = json.replace("\"secretText\":null", &format!("\"secretText\":\"{SECRET}\""));
    assert_eq!(evidence("secrets.json", &made).principals.iter().flat_map(|found| &found.secrets).count(), 1);
}

#[test]
fn credentials_that_the_azuread_module_spells_out_are_read() {
    let block = |class: &str, more: &str| {
        format!(
            "{{class {class} {{\r\n      CustomKeyIdentifier:\r\n      EndDate: 3/31/2022 3:04:11 PM\r\n      KeyId: 7aa974b3\r\n      \
             StartDate: 3/31/2021 3:04:11 PM\r\n{more}      Value:\r\n    }}\r\n    }}\r\n"
        )
    };
    let list = format!(
        "AppId                 : {ID}\r\nKeyCredentials        : {}PasswordCredentials   : {}ServicePrincipalNames : {{{ID}}}\r\n",
        block("KeyCredential", "      Type: Symmetric\r\n      Usage: Sign\r\n"),
        block("PasswordCredential", ""),
    );
    let cut = list.replace("\r\n    }\r\n    }", "\r\n    }...}");
    assert_eq!(evidence("p.txt", &cut).principals.first().and_then(|found| found.credentials.clone()), None);
    let credentials = principal("p.txt", &list).credentials.unwrap_or_default();
    let told: Vec<(CredentialKind, bool, Option<&str>)> = credentials
        .iter()
        .map(|key| (key.kind, key.start.is_some() && key.end.is_some(), key.key_id.as_deref()))
        .collect();
    let id = Some("7aa974b3");
    assert_eq!(told, [(CredentialKind::SymmetricSign, true, id), (CredentialKind::Password, true, id)]);
}
