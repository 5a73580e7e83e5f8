//! What the pages of SharePoint show on which add-ins are registered and trusted.

use super::*;

#[test]
fn pages_are_read_and_the_secret_is_passed_over() {
    let page = format!(
        "The app identifier has been successfully created.\r\nClient Id:  \t{ID}\r\nClient Secret:  \t{SECRET}\r\nTitle:  \tPFS\r\nApp Domain:  \twww.fabrikam.test\r\nRedirect URI:  \thttps://www.fabrikam.test\r\n"
    );
    let found = principal("registration.txt", &page);
    assert_eq!((one(found.client_id.as_ref()), one(found.title.as_ref())), (ID, "PFS"));
    assert_eq!(raw(found.domains.as_ref()), ["www.fabrikam.test"]);
    assert_eq!(
        found.domains.as_ref().and_then(|all| all.first()).map(|v| (v.at.line, v.at.column)),
        Some((5, 15))
    );
    let below = format!("App Id:\r\n{ID}\r\nClient Secret\t:\r\n{SECRET}\r\nApp Domain:\r\na.test\r\n");
    assert_eq!(raw(principal("appinv.txt", &below).domains.as_ref()), ["a.test"]);
    let list = format!(
        "App Display Name\tApp Identifier\r\nDemo app\ti:0i.t|ms.sp.ext|{ID}@{REALM}\r\nHosted\ti:0i.t|ms.sp.int|{ID}@{REALM}\r\n"
    );
    let found = evidence("appprincipals.txt", &list).principals;
    let told: Vec<_> =
        found.iter().map(|p| (one(p.title.as_ref()), one(p.realm.as_ref()), p.internal)).collect();
    assert_eq!(told, [("Demo app", REALM, Some(false)), ("Hosted", REALM, Some(true))]);
}

#[test]
fn a_page_in_another_language_is_read_by_its_values() {
    let secret = "q1W2e3R4t5Y6u7I8o9P0aSdFgHjKlZxCvBnM1234567=";
    let id = "5b7c1d2e-4f60-4a8b-9c3d-1e2f3a4b5c6d";
    let text = format!(
        "Der App-Bezeichner wurde erfolgreich erstellt.\nClient-ID:  {id}\nGeheimer Clientschl\u{fc}ssel:  {secret}\nTitel:  Orders\nApp-Dom\u{e4}ne:  apps.litware-travel.net\nUmleitungs-URI:  https://apps.litware-travel.net/\n"
    );
    let evidence =
        crate::addin::read::read("reg.txt", text.as_bytes(), &crate::addin::read::ReadOptions::default())
            .expect("a page");
    let [page] = evidence.principals.as_slice() else { panic!("{evidence:?}") };
    let raw = |value: &Option<crate::addin::evidence::Value>| value.as_ref().map(|value| value.raw.clone());
    assert_eq!(raw(&page.client_id).as_deref(), Some(id));
    assert_eq!(raw(&page.title).as_deref(), Some("Orders"));
    assert_eq!(
        page.domains.iter().flatten().next().map(|domain| domain.raw.as_str()),
        Some("apps.litware-travel.net")
    );
    assert_eq!(page.redirect_uris.iter().flatten().count(), 1);
    assert_eq!(page.secrets.len(), 1);
    assert!(!format!("{evidence:?}").contains(secret));
    // An id and a host are not enough.
    let without = text.replace(secret, "hidden");
    assert_eq!(
        crate::addin::read::read("reg.txt", without.as_bytes(), &crate::addin::read::ReadOptions::default()),
        None
    );
}

#[test]
fn a_command_before_an_identifier_is_no_title() {
    let id = format!("i:0i.t|ms.sp.ext|{ID}@{REALM}");
    for command in
        ["Get-SPAppPrincipal -Site x -NameIdentifier ", "[PS] C:\\> Get-SPAppPrincipal -NameIdentifier \""]
    {
        assert_eq!(principal("p.txt", &format!("{command}{id}\r\n")).title, None, "{command}");
    }
    assert_eq!(one(principal("p.txt", &format!("Orders - EU {id}\r\n")).title.as_ref()), "Orders - EU");
}
