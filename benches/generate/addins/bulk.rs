//! Packages in bulk: half pictures, half scripts inside of a cabinet, as provider-hosted add-ins with an app web are.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::manifest::Manifest;
use super::package;
use crate::prng::Prng;

/// Words that pages and scripts of add-ins repeat.
const WORDS: [&str; 24] = [
    "function",
    "return",
    "var context = SP.ClientContext.get_current();",
    "web.get_lists()",
    "getByTitle",
    "executeQueryAsync",
    "onSuccess",
    "onFailure",
    "_spPageContextInfo",
    "hostweburl",
    "appweburl",
    "decodeURIComponent",
    "document.getElementById",
    "innerHTML",
    "<div class=\"ms-core-listMenu-verticalBox\">",
    "</div>",
    "addEventListener",
    "ProxyWebRequestExecutorFactory",
    "listItem.update();",
    "sender, args",
    "console.log",
    "JSON.stringify",
    "null",
    "items",
];

/// The name and the bytes of a package of about this size. The number and the seed tell all of it.
pub(crate) fn package(number: u64, bytes: usize, seed: u64) -> (String, Vec<u8>) {
    let mut prng = Prng::new(seed).fork(&format!("package {number}"));
    let host = format!("addin{number:05}.bulk-addins.net");
    let (start_page, client_id) = (format!("https://{host}/Pages/Default.aspx"), prng.guid().to_string());
    let name = format!("BulkAddIn{number:05}");
    let manifest = Manifest {
        name: &name,
        title: &name,
        product_id: prng.guid(),
        client_id: &client_id,
        version: "1.0.0.0",
        min_version: "15.0.0.0",
        start_page: &start_page,
        endpoint: None,
        permissions: &[("content/sitecollection/web", "Read"), ("content/sitecollection/web/list", "Write")],
    };
    let elements = package::receiver("Items", "ItemAdded", &format!("https://{host}/Services/Items.svc"));
    let wsp = package::wsp(&elements, &scripts(bytes / 2, &mut prng), prng.guid(), prng.guid());
    // What is around them takes about three thousand bytes.
    let rest = bytes.saturating_sub(wsp.len() + 3000);
    let icon = package::icon(rest, &mut prng);
    let bytes = package::package(&manifest.published(), icon, Some((&format!("{name}.wsp"), wsp)), &mut prng);
    (format!("{name}.app"), bytes)
}

/// Scripts that take so many bytes once they are compressed.
fn scripts(bytes: usize, prng: &mut Prng) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut compressed = 0;
    while compressed < bytes {
        let script = script(16 * 1024, prng);
        compressed += size_of(&script);
        files.push((format!("Feature1\\Scripts\\part{:03}.js", files.len()), script));
    }
    files
}

fn script(bytes: usize, prng: &mut Prng) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes + 100);
    while text.len() < bytes {
        text.extend_from_slice(prng.pick(&WORDS).as_bytes());
        match prng.below(6) {
            0 => text.extend_from_slice(b";\r\n    "),
            1 => text.extend_from_slice(format!("({:x})", prng.next() >> 40).as_bytes()),
            _ => text.push(b' '),
        }
    }
    text
}

fn size_of(script: &[u8]) -> usize {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(script).expect("memory takes bytes");
    encoder.finish().expect("memory takes bytes").len()
}
