//! The one true path of a file, whatever links lead to it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Folders that were asked for. Most files lie side by side: each folder is asked for once.
#[derive(Debug, Default)]
pub struct Folders(BTreeMap<PathBuf, PathBuf>);

impl Folders {
    /// The path of a file with links followed; as it is where it leads nowhere.
    pub fn canonical(&mut self, path: &Path) -> PathBuf {
        let whole = || path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return whole() };
        if folder.as_os_str().is_empty() || path.is_symlink() {
            return whole();
        }
        if let Some(known) = self.0.get(folder) {
            return known.join(name);
        }
        let Ok(found) = folder.canonicalize() else { return whole() };
        let path = found.join(name);
        self.0.insert(folder.to_owned(), found);
        path
    }
}
