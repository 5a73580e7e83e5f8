//! The only place that touches files.
#![expect(
    clippy::disallowed_methods,
    reason = "the generator is a program of its own, and writing files is its work"
)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

/// A file to write to, with the folders above it; `-` is standard output.
pub(crate) fn create(path: &Path) -> anyhow::Result<Box<dyn Write>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdout().lock()));
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    }
    let file = File::create(path).with_context(|| format!("creating {}", path.display()))?;
    Ok(Box::new(BufWriter::new(file)))
}

/// Writes files by their paths below a folder.
pub(crate) fn files(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    for (path, bytes) in files {
        let mut file = create(&folder.join(path))?;
        file.write_all(bytes)?;
        file.flush()?;
    }
    Ok(())
}

/// Writes a value as indented JSON.
pub(crate) fn json<T: Serialize>(path: &Path, value: &T) -> anyhow::Result<()> {
    let mut file = create(path)?;
    serde_json::to_writer_pretty(&mut file, value)?;
    file.write_all(b"\n")?;
    Ok(file.flush()?)
}
