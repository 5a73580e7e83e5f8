//! The files that a run is told to write: no two are the same, and none is a file that it reads.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Options that name a file to be written, with the file.
#[derive(Debug)]
pub(in crate::command) struct Targets {
    files: Vec<(&'static str, PathBuf)>,
}

impl Targets {
    /// Takes the options that were given.
    ///
    /// # Errors
    /// Two of them name the same file, or standard output: one would be lost.
    pub(in crate::command) fn new<'p>(
        options: impl IntoIterator<Item = (&'static str, Option<&'p Path>)>,
    ) -> anyhow::Result<Self> {
        let mut files: Vec<(&'static str, PathBuf)> = Vec::new();
        let mut standard_output = None;
        for (option, path) in options {
            let Some(path) = path.filter(|path| !is_device(path)) else { continue };
            if path.as_os_str() == "-" {
                if let Some(other) = standard_output.replace(option) {
                    bail!("{other} and {option} both name standard output");
                }
                continue;
            }
            let place = place(path);
            if let Some((other, _)) = files.iter().find(|(_, known)| *known == place) {
                bail!("{other} and {option} name the same file, {}", path.display());
            }
            files.push((option, place));
        }
        Ok(Self { files })
    }

    /// Refuses to write over what is read: paths, or names as a report shows them, members of archives as
    /// `a.zip!/b.log`.
    ///
    /// # Errors
    /// One of the files is read.
    pub(in crate::command) fn spare<P: AsRef<Path>>(
        &self,
        read: impl IntoIterator<Item = P>,
    ) -> anyhow::Result<()> {
        let existing: Vec<_> = self.files.iter().filter(|(_, place)| place.exists()).collect();
        if existing.is_empty() {
            return Ok(());
        }
        for name in read {
            let name = name.as_ref();
            let archive =
                name.to_str().and_then(|name| name.split_once("!/")).map(|(path, _)| Path::new(path));
            let path = archive.unwrap_or(name);
            // Looking up each of thousands of files would cost more than a look at their names.
            let alike = |(_, place): &&&(&str, PathBuf)| same_name(place, path);
            let Some((option, _)) = existing.iter().filter(alike).find(|(_, known)| *known == place(path))
            else {
                continue;
            };
            bail!("{option} names {}, which is read: it is not written over", path.display());
        }
        Ok(())
    }

    /// Whether the files can be written, as far as that can be known before there is anything to write.
    ///
    /// # Errors
    /// A folder is not there, or nothing can be written into it.
    pub(in crate::command) fn probe(&self) -> anyhow::Result<()> {
        for (option, place) in &self.files {
            let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
            tempfile::tempfile_in(folder.unwrap_or(Path::new(".")))
                .with_context(|| format!("{option}: cannot write {}", place.display()))?;
        }
        Ok(())
    }
}

fn same_name(one: &Path, other: &Path) -> bool {
    match (one.file_name(), other.file_name()) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => true,
    }
}

/// It is there, and no file: nothing in it can be lost.
fn is_device(path: &Path) -> bool {
    path.metadata().is_ok_and(|about| !about.is_file())
}

/// The file that a path leads to, whether it is there yet or not.
fn place(path: &Path) -> PathBuf {
    if let Ok(place) = path.canonicalize() {
        return place;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Targets;

    #[test]
    fn no_file_is_written_twice_or_over_what_was_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("a.log"), "").unwrap();
        let (log, new, dash) = (at("a.log"), at("new.txt"), std::path::PathBuf::from("-"));
        let same = folder.path().join(".").join("new.txt");
        assert!(Targets::new([("-o", Some(new.as_path())), ("--script", Some(same.as_path()))]).is_err());
        assert!(Targets::new([("-o", Some(dash.as_path())), ("--script", Some(dash.as_path()))]).is_err());
        assert!(Targets::new([("-o", Some(dash.as_path())), ("--script", Some(new.as_path()))]).is_ok());
        let targets =
            Targets::new([("-o", Some(new.as_path())), ("--script", Some(log.as_path())), ("-x", None)]);
        let targets = targets.unwrap();
        let name = |path: &std::path::Path| path.display().to_string();
        assert!(targets.spare([at("b.log"), new.clone()]).is_ok());
        assert!(targets.probe().is_ok());
        let nowhere = at("none").join("x");
        assert!(Targets::new([("-o", Some(nowhere.as_path()))]).unwrap().probe().is_err());
        let refused = targets.spare([name(&folder.path().join("./a.log"))]).unwrap_err();
        assert!(refused.to_string().starts_with("--script names "), "{refused}");
        assert!(targets.spare([format!("{}!/b/c.log", name(&log))]).is_err());
    }
}
