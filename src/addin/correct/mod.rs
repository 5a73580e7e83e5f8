//! The corrected text of a manifest or of permission XML: the smallest edit of the original. All else stays byte for
//! byte as it is, byte order mark and line ends included.
//!
//! No secret is shown: [`Corrected::diff`] hides what stands in attributes of that name, and in addresses.

mod address;
mod bytes;
mod collect;
mod derive;
mod mask;
mod sound;

#[cfg(test)]
mod tests;

use super::masked_address::addresses;
use super::secret_text;
use crate::text::diff::unified;
use crate::text::quote::terminal;

pub use derive::{edits, edits_of_file};

/// What is to be corrected. Each is applied wherever it fits, and is nothing where all is well.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edit {
    /// The host of `StartPage` and `SettingsPage` becomes this `host[:port]`.
    PageHost(String),
    /// The host of event endpoints becomes this `host[:port]`.
    EndpointHost(String),
    /// `~remoteAppUrl` and `~remoteWebUrl` at the beginning of an address of a published manifest become
    /// `https://` and this `host[:port]`.
    RemoteToken(String),
    /// `~remoteWebUrl`, which nothing replaces, becomes `~remoteAppUrl`: for a manifest of a project.
    RealToken,
    /// `http` of pages and endpoints becomes `https`.
    Https,
    /// `{StandardTokens}` is added to the `StartPage` of a provider-hosted add-in.
    StandardTokens,
    /// The client id becomes this one.
    ClientId(String),
    /// Blanks around the client id are taken away, and its letters become lower case.
    PlainClientId,
    /// Scopes, rights and the app-only policy become those that are meant.
    Permissions,
    /// Missing end tags, bare `&`, and quotes that are missing or typographic.
    WellFormed,
    /// The client secret of a debug run is emptied.
    EmptySecret,
}

/// A change that was made.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Applied {
    /// Line of the original, counted from 1.
    pub line: u64,
    /// Column in characters, counted from 1.
    pub column: u64,
    /// What stood there. Hostile text, never a secret.
    pub before: String,
    /// What stands there now.
    pub after: String,
    /// Why, as a sentence without a full stop.
    pub reason: String,
}

/// A file with its changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Corrected {
    /// Its path.
    pub path: String,
    /// The whole of it, in the encoding of the original.
    pub bytes: Vec<u8>,
    /// What was changed, in the order of the text; empty where nothing was to do.
    pub applied: Vec<Applied>,
    /// Why nothing could be changed, if that is so.
    pub refused: Option<&'static str>,
    before: String,
    after: String,
}

impl Corrected {
    /// Nothing was changed.
    pub fn is_unchanged(&self) -> bool {
        self.applied.is_empty()
    }

    /// The text, decoded. It may hold a secret that the original holds: see [`Edit::EmptySecret`].
    pub fn text(&self) -> &str {
        &self.after
    }

    /// The change as a unified difference. Secrets are hidden, also in lines that stay.
    pub fn diff(&self) -> String {
        let (before, after) = (mask::hide(&self.before), mask::hide(&self.after));
        let (before, after) = (addresses(&before), addresses(&after));
        let (before, after) = (secret_text::masked(&before), secret_text::masked(&after));
        let path = terminal(&self.path);
        unified(&path, &format!("{path} (corrected)"), &before, &after)
    }
}

const NOT_XML: &str =
    "it is not well-formed XML, and what was meant cannot be told; mend its markup by hand first";

/// Corrects a file, or says why not: what is no sound XML afterwards is no correction. It may hold other text around the XML.
pub fn corrections(path: &str, bytes: &[u8], wanted: &[Edit]) -> Corrected {
    let original = bytes::Original::new(bytes);
    let mut result = Corrected {
        path: path.to_owned(),
        bytes: bytes.to_vec(),
        applied: Vec::new(),
        refused: None,
        before: original.text.clone(),
        after: original.text.clone(),
    };
    // In a script the XML stands in strings with quotes of their own.
    if path.to_ascii_lowercase().ends_with(".ps1") {
        return result;
    }
    let changes = collect::changes(path, &original.text, wanted);
    if changes.is_empty() {
        let left = wanted.contains(&Edit::WellFormed) && !sound::is_sound(path, bytes);
        result.refused = left.then_some(NOT_XML);
        return result;
    }
    match original.with(&changes) {
        Some((bytes, _)) if !sound::is_sound(path, &bytes) => result.refused = Some(NOT_XML),
        Some((bytes, text)) => {
            result.bytes = bytes;
            result.after = text;
            result.applied = collect::applied(path, &original.text, &changes);
        }
        None => result.refused = Some("the file holds bytes that are no characters of its encoding"),
    }
    result
}

/// A piece of the text that is replaced.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Change {
    span: std::ops::Range<usize>,
    text: String,
    reason: String,
}
