//! Bytes of a file to [`Evidence`]: one file a reader, one trait, one static list. Reading never fails; what cannot
//! be read becomes a problem with its place, and the rest is read.

mod backup;
mod certificate;
mod config;
mod declaration;
mod environment;
mod hidden_ids;
mod iis;
mod package;
mod permission;
mod pieces;
mod publish;
mod registration;
mod remarks;
mod secret_keys;
mod sniff;
mod source_code;

use std::cell::OnceCell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

pub use backup::{is_backup, read_backup, why_passed_over};
pub(crate) use certificate::certificate_from_der;

use super::evidence::secret::Secret;
use super::evidence::{Evidence, Spot, Value};

/// The secret that stands in the place of a client id, if the value looks like one.
pub(crate) fn secret_instead_of_id(value: &Value) -> Option<Secret> {
    secret_keys::instead_of_id("ClientId", value)
}

pub(crate) use declaration::faults as declaration_faults;
pub use package::manifest_of_package;
pub(crate) use permission::{faults as permission_faults, meant_boolean, snippets as permission_snippets};

use crate::model::byte_limit::ByteLimit;
use crate::text::encoding::decode_all;

/// What one archive may expand to where nobody says otherwise.
const MOST_EXPANDED: ByteLimit = ByteLimit::of_mib(256);

/// What readers are told besides the bytes.
#[derive(Clone)]
pub struct ReadOptions {
    /// The password of `.pfx` files. Never shown.
    pub pfx_password: Option<String>,
    /// What one archive may expand to, all archives inside of it together.
    pub most_expanded: ByteLimit,
    /// What is left of that, inside of an archive. Set by readers of archives, for archives in archives.
    pub budget: Option<Arc<AtomicU64>>,
    /// How many archives stand around the file. Set by readers of archives.
    pub depth: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { pfx_password: None, most_expanded: MOST_EXPANDED, budget: None, depth: 0 }
    }
}

impl fmt::Debug for ReadOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let password = if self.pfx_password.is_some() { "set" } else { "not set" };
        f.debug_struct("ReadOptions")
            .field("pfx_password", &password)
            .field("most_expanded", &self.most_expanded)
            .field("budget", &self.budget)
            .field("depth", &self.depth)
            .finish()
    }
}

/// A file, or a member of an archive.
#[derive(Debug)]
pub struct File<'a> {
    /// Its path in the report, with `/`; members as `a.app!/b.xml`.
    pub path: &'a str,
    /// All of it.
    pub bytes: &'a [u8],
    /// What readers are told.
    pub options: &'a ReadOptions,
    text: OnceCell<String>,
    lower_name: String,
    /// What its content says, where its name ends in nothing that is known.
    sniffed: Option<&'static str>,
}

impl<'a> File<'a> {
    /// A file.
    pub fn new(path: &'a str, bytes: &'a [u8], options: &'a ReadOptions) -> Self {
        Self::called(path, path.rsplit('/').next().unwrap_or(path), bytes, options)
    }

    /// A file that is read as if it were called otherwise.
    fn called(path: &'a str, name: &str, bytes: &'a [u8], options: &'a ReadOptions) -> Self {
        let lower_name = name.to_ascii_lowercase();
        let ending = ending_of(&lower_name);
        let sniffed = if ENDINGS.contains(&ending) { None } else { sniff::ending(bytes, ending.is_empty()) };
        Self { path, bytes, options, text: OnceCell::new(), lower_name, sniffed }
    }

    /// The last part of its path, in lower case.
    pub fn name(&self) -> &str {
        &self.lower_name
    }

    /// What stands behind the last dot of its name, in lower case. Where that says nothing: what the content would be
    /// called, else as it is.
    pub fn extension(&self) -> &str {
        self.sniffed.unwrap_or_else(|| ending_of(&self.lower_name))
    }

    /// The name of its root element, if it is XML.
    pub fn root(&self) -> Option<String> {
        sniff::root_of(self.bytes)
    }

    /// Its text, decoded once: UTF-8, UTF-16 or Windows-1252, without its byte order mark.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| decode_all(self.bytes).0)
    }

    /// The file as a place.
    pub fn spot(&self) -> Spot {
        Spot::file(self.path)
    }
}

/// Reads one kind of artefact.
pub(crate) trait Reader: Sync {
    /// Whether the file is of this kind, by its content first and its name second.
    fn fits(&self, file: &File<'_>) -> bool;

    /// Reads it.
    fn read(&self, file: &File<'_>) -> Evidence;
}

/// Every reader, the most particular first: the first that fits is taken.
static READERS: [&[&dyn Reader]; 9] = [
    package::READERS,
    certificate::READERS,
    config::READERS,
    publish::READERS,
    iis::READERS,
    registration::READERS,
    permission::READERS,
    source_code::READERS,
    environment::READERS,
];

/// Everything a file says; `None` if it is no artefact of an add-in.
pub fn read(path: &str, bytes: &[u8], options: &ReadOptions) -> Option<Evidence> {
    read_file(&File::new(path, bytes, options))
}

/// As [`read`], for readers of archives.
pub(crate) fn read_file(file: &File<'_>) -> Option<Evidence> {
    let reader = READERS.iter().copied().flatten().find(|reader| reader.fits(file))?;
    let mut evidence = reader.read(file);
    hidden_ids::hide(&mut evidence);
    Some(evidence)
}

/// Endings of files that may be an artefact. Files of other endings are read only where they are named.
const ENDINGS: &[&str] = &[
    "apk",
    "app",
    "appx",
    "appxbundle",
    "asax",
    "ascx",
    "ashx",
    "asmx",
    "aspx",
    "bash",
    "bat",
    "bicep",
    "bicepparam",
    "cer",
    "cert",
    "cjs",
    "cmd",
    "conf",
    "config",
    "crt",
    "cs",
    "cshtml",
    "csproj",
    "csv",
    "curl",
    "der",
    "env",
    "go",
    "htm",
    "html",
    "http",
    "ini",
    "java",
    "js",
    "json",
    "jsx",
    "key",
    "kt",
    "log",
    "master",
    "md",
    "mjs",
    "msix",
    "msixbundle",
    "out",
    "p12",
    "p7b",
    "p7c",
    "p7s",
    "pem",
    "pfx",
    "php",
    "properties",
    "ps1",
    "psm1",
    "publishsettings",
    "pubxml",
    "py",
    "rb",
    "rest",
    "sh",
    "spc",
    "sppkg",
    "svc",
    "tf",
    "tfvars",
    "toml",
    "ts",
    "tsv",
    "tsx",
    "txt",
    "user",
    "vb",
    "vbhtml",
    "vbproj",
    "wsp",
    "xap",
    "xml",
    "yaml",
    "yml",
    "zip",
];

fn ending_of(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Whether a file of a walked folder may be an artefact, by its ending.
pub fn may_be(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
        || environment::is_variables(&name)
}

/// Whether a file is an archive by its ending, and may be larger than text.
pub fn is_archive(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    [".app", ".zip", ".wsp", ".sppkg", ".appx", ".msix"].iter().any(|ending| lower.ends_with(ending))
}
