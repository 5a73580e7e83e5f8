//! Invented add-ins: the samples of this repository, and packages in bulk for the benchmark.

mod bulk;
mod certificate;
mod expense_notes;
mod exports;
mod leave_approvals;
mod manifest;
mod package;
mod readme;
mod spfx;
mod travel_requests;

use std::collections::BTreeMap;

use crate::prng::Prng;

pub(crate) use bulk::package as bulk_package;

/// Every sample stems from this number.
const SEED: u64 = 20_261_125;

/// Files of one sample, by path.
type Files = BTreeMap<String, Vec<u8>>;

/// All sample files by path, with a page that explains them.
pub(crate) fn files() -> Files {
    let prng = Prng::new(SEED);
    let folders: [(&str, Files); 4] = [
        ("travel-requests", travel_requests::files(&prng)),
        ("leave-approvals", leave_approvals::files(&prng)),
        ("expense-notes", expense_notes::files(&prng)),
        ("greeting-spfx", spfx::files(&prng)),
    ];
    let mut files = Files::new();
    for (folder, inner) in folders {
        files.extend(inner.into_iter().map(|(path, bytes)| (format!("{folder}/{path}"), bytes)));
    }
    files.insert("README.md".to_owned(), readme::PAGE.as_bytes().to_vec());
    files
}

/// Text as Visual Studio writes it: UTF-8 with its mark, lines that end in CR and LF.
fn visual_studio(text: &str) -> Vec<u8> {
    [b"\xEF\xBB\xBF", text.replace('\n', "\r\n").as_bytes()].concat()
}

/// A configuration of `TokenHelper` with these settings.
fn web_config(settings: &[(&str, &str)]) -> Vec<u8> {
    let rows =
        concatenated(settings, |(key, value)| format!("    <add key=\"{key}\" value=\"{value}\" />\n"));
    visual_studio(&format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<configuration>\n  <appSettings>\n{rows}  </appSettings>\n  \
         <system.web>\n    <compilation debug=\"false\" targetFramework=\"4.8\" />\n    \
         <httpRuntime targetFramework=\"4.8\" />\n    <customErrors mode=\"RemoteOnly\" />\n  </system.web>\n</configuration>\n"
    ))
}

/// A client secret of 32 bytes that opens nothing.
fn client_secret(prng: &mut Prng) -> String {
    use base64::Engine as _;
    let bytes: Vec<u8> = (0..4).flat_map(|_| prng.next().to_le_bytes()).collect();
    base64::prelude::BASE64_STANDARD.encode(bytes)
}

/// One text of many.
fn concatenated<T>(items: impl IntoIterator<Item = T>, one: impl Fn(T) -> String) -> String {
    items.into_iter().map(one).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests;
