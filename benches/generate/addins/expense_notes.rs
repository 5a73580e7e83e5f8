//! An add-in of SharePoint Online: it can run no more, and its secret has ended as well.

use super::manifest::Manifest;
use super::{Files, client_secret, exports, package, web_config};
use crate::prng::Prng;

const HOST: &str = "notes.alderbrook-finance.net";

pub(super) fn files(prng: &Prng) -> Files {
    let mut prng = prng.fork("expense-notes");
    let client_id = prng.guid().to_string();
    let manifest = Manifest {
        name: "ExpenseNotes",
        title: "Expense notes",
        product_id: prng.guid(),
        client_id: &client_id,
        version: "1.0.0.7",
        min_version: "16.0.0.0",
        start_page: "https://notes.alderbrook-finance.net/Home/Index",
        endpoint: None,
        permissions: &[("content/sitecollection/web", "Read")],
    };
    let icon = package::icon(900, &mut prng);
    let app = package::package(&manifest.published(), icon, None, &mut prng);
    let secret = client_secret(&mut prng);
    let life = ("2025-02-11T14:20:33Z", "2026-02-11T14:20:33Z");
    Files::from([
        ("ExpenseNotes.app".to_owned(), app),
        (
            "ExpenseNotesWeb/web.config".to_owned(),
            web_config(&[("ClientId", &client_id), ("ClientSecret", &secret)]),
        ),
        (
            "serviceprincipal.json".to_owned(),
            exports::service_principal("Expense notes", &client_id, HOST, life, &mut prng),
        ),
    ])
}
