//! Where logs come from: paths become inputs that can be opened, each under a name that the report uses.

pub mod archive;
mod at;
pub mod bounded;
pub mod collect;
pub mod folders;
pub mod hive;
pub mod open;
mod reopened;
pub mod server;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::format::log_name::LogName;
use crate::model::byte_limit::ByteLimit;

/// One file, member of an archive, or standard input.
#[derive(Clone, Debug)]
pub struct Input {
    /// The name in the report: with `/`, members as `a.zip!/b.log`.
    pub path: String,
    /// Name of the server, if user or path tell it.
    pub server: Option<String>,
    /// How to get at its bytes.
    pub source: Source,
    /// The user gave its own path, or its bytes: whoever looks for logs in a folder means no particular file.
    pub named: bool,
}

impl Input {
    /// The last part of the name.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// SharePoint gives such names to its logs: it holds nothing but one.
    pub fn is_named_as_log(&self) -> bool {
        LogName::of(self.file_name()).is_some()
    }

    /// The name of a file is that of a program, a script or a page about one.
    pub fn is_program(&self) -> bool {
        const PROGRAMS: [&str; 18] = [
            "ps1", "psm1", "psd1", "cmd", "bat", "vbs", "js", "cs", "vb", "py", "sh", "rs", "toml", "xml",
            "json", "config", "md", "rst",
        ];
        let name = self.file_name().to_ascii_lowercase();
        name.rsplit_once('.').is_some_and(|(_, extension)| PROGRAMS.contains(&extension))
    }

    /// It was found in a folder, and may quote what a log or a command says.
    pub fn is_quoting(&self) -> bool {
        !self.named && self.is_program()
    }

    /// It stands in an archive. Its name does not tell: a folder may be called `x!`.
    pub fn is_member(&self) -> bool {
        matches!(self.source, Source::ZipMember { .. })
    }
}

/// How to get at the bytes of an input.
#[derive(Clone, Debug)]
pub enum Source {
    /// A plain file: it can be read from anywhere.
    File(PathBuf),
    /// A gzip file: read from its start.
    Gzip {
        /// The file.
        path: PathBuf,
        /// What it may expand to whenever it is read.
        most: ByteLimit,
    },
    /// A member of a zip file: read from its start.
    ZipMember {
        /// The archive, with its directory.
        archive: Arc<archive::Zip>,
        /// Number of the member in it.
        index: usize,
        /// What it may expand to whenever it is read: its part of what all members of the archive may.
        most: ByteLimit,
        /// Where it is packed with gzip itself: what that may expand to, out of the same.
        gzip: Option<ByteLimit>,
    },
    /// Standard input, spooled to a file of its own that vanishes with the program.
    Spooled(Arc<tempfile::NamedTempFile>),
}

impl Source {
    /// The file, and the numbers of the members that lead to the input in it: no two inputs have the same. Standard
    /// input has no place.
    pub fn place(&self) -> Option<(&Path, Vec<usize>)> {
        match self {
            Self::File(path) | Self::Gzip { path, .. } => Some((path, Vec::new())),
            Self::ZipMember { archive, index, .. } => {
                let (path, around) = archive.place();
                Some((path, around.iter().copied().chain([*index]).collect()))
            }
            Self::Spooled(_) => None,
        }
    }
}

/// Something that was found and will not be analysed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LeftOut {
    /// Its name.
    pub path: String,
    /// Why.
    pub reason: String,
    /// It could not be read, as opposed to: it need not be.
    pub unreadable: bool,
    /// It does not exist.
    pub missing: bool,
}
