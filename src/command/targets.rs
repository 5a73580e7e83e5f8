//! The files that a run is told to write: no two are the same, and none is a file that it reads.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::input::collect::Met;
use super::input::folders::Folders;
use super::output::without_name;
use super::own;

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
            if let Some((other, _)) = files.iter().find(|(_, known)| same(known, &place, cfg!(windows))) {
                bail!("{other} and {option} name the same file, {}", path.display());
            }
            files.push((option, place));
        }
        Ok(Self { files })
    }

    /// Refuses to write over files that an option names to be read.
    ///
    /// # Errors
    /// One of the files is among them.
    pub(in crate::command) fn spare<P: AsRef<Path>>(
        &self,
        named: impl IntoIterator<Item = P>,
    ) -> anyhow::Result<()> {
        let existing = self.existing();
        if existing.is_empty() {
            return Ok(());
        }
        let mut folders = Folders::default();
        for path in named {
            if let Some(option) = hit(&existing, path.as_ref(), &mut folders) {
                bail!("{option} names {}, which is read: it is not written over", path.as_ref().display());
            }
        }
        Ok(())
    }

    /// Refuses to write over files that were found where the user pointed at, whatever they turn out to be. What an
    /// earlier run left there, and nobody named, may be written anew.
    ///
    /// # Errors
    /// One of the files is among them.
    pub(in crate::command) fn spare_met(&self, met: &[Met]) -> anyhow::Result<()> {
        let existing = self.existing();
        if existing.is_empty() {
            return Ok(());
        }
        let mut folders = Folders::default();
        for Met { path, named, link } in met {
            // What is no link has the name that it was met by, and thousands of files need not be asked for it.
            if !link && !existing.iter().any(|(_, place)| alike(path, place)) {
                continue;
            }
            let Some(option) = hit(&existing, path, &mut folders) else { continue };
            if *named || !own::wrote(path) {
                bail!(
                    "{option} names {}, which lies among what is read: it is not written over",
                    path.display()
                );
            }
        }
        Ok(())
    }

    /// Only in what is there something can be lost.
    fn existing(&self) -> Vec<&(&'static str, PathBuf)> {
        self.files.iter().filter(|(_, place)| place.exists()).collect()
    }

    /// Whether the files can be written, as far as that can be known before there is anything to write.
    ///
    /// # Errors
    /// A folder is not there, or nothing can be written into it; or what was named is a folder.
    pub(in crate::command) fn probe(&self) -> anyhow::Result<()> {
        for (option, place) in &self.files {
            if place.is_dir() {
                bail!("{option}: cannot write {}: it is a folder", place.display());
            }
            let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
            tempfile::tempfile_in(folder.unwrap_or(Path::new(".")))
                .map_err(without_name)
                .with_context(|| format!("{option}: cannot write {}", place.display()))?;
        }
        Ok(())
    }
}

/// Refuses a name for a script that PowerShell would not run. Standard output and devices are no files.
///
/// # Errors
/// The name does not end in `.ps1`.
pub(in crate::command) fn runnable(script: Option<&Path>) -> anyhow::Result<()> {
    let Some(path) = script.filter(|path| path.as_os_str() != "-" && !is_device(path)) else { return Ok(()) };
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ps1")) {
        return Ok(());
    }
    bail!(
        "--script {}: PowerShell runs only files whose name ends in .ps1 (- is standard output)",
        path.display()
    )
}

/// The option whose file a path leads to. Most paths are told apart by their folder and their name; where a file system
/// ignores case, or a link is met, the system is asked.
fn hit(existing: &[&(&'static str, PathBuf)], path: &Path, folders: &mut Folders) -> Option<&'static str> {
    let found = folders.canonical(path);
    let known = existing
        .iter()
        .filter(|(_, place)| alike(&found, place))
        .find(|(_, place)| found == *place || path.canonicalize().is_ok_and(|path| path == *place));
    known.map(|(option, _)| *option)
}

/// Two files that are to be written are one. Neither may be there yet, so that the system cannot be asked; Windows ignores
/// the case of letters.
fn same(one: &Path, other: &Path, ignores_case: bool) -> bool {
    let lower = |path: &Path| path.to_string_lossy().to_lowercase();
    one == other || (ignores_case && lower(one) == lower(other))
}

/// Two paths end in the same name, where case does not count.
fn alike(one: &Path, other: &Path) -> bool {
    let lower = |name: &OsStr| name.to_string_lossy().to_lowercase();
    match (one.file_name(), other.file_name()) {
        (Some(one), Some(other)) => one == other || lower(one) == lower(other),
        _ => true,
    }
}

/// It is there, and neither file nor folder: nothing in it can be lost.
fn is_device(path: &Path) -> bool {
    path.metadata().is_ok_and(|about| !about.is_file() && !about.is_dir())
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
    use std::path::Path;

    use super::{Met, Targets, runnable, same};

    #[test]
    fn a_script_has_a_name_that_powershell_runs() {
        for (name, is_taken) in [
            ("fix.ps1", true),
            ("a b/FIX.PS1", true),
            ("-", true),
            ("fix.txt", false),
            ("fix", false),
            (".ps1", false),
            ("fix.ps1.txt", false),
        ] {
            assert_eq!(runnable(Some(Path::new(name))).is_ok(), is_taken, "{name}");
        }
        assert!(runnable(None).is_ok());
    }

    #[test]
    fn files_that_are_not_there_yet_are_one_in_any_case_where_case_is_ignored() {
        for (one, other, exactly, ignoring) in [
            ("c:/a/Fix.ps1", "c:/a/Fix.ps1", true, true),
            ("c:/a/Fix.ps1", "C:/A/fix.PS1", false, true),
            ("c:/a/\u{c4}.txt", "c:/a/\u{e4}.txt", false, true),
            ("c:/a/fix.ps1", "c:/b/fix.ps1", false, false),
        ] {
            let (one, other) = (Path::new(one), Path::new(other));
            assert_eq!((same(one, other, false), same(one, other, true)), (exactly, ignoring), "{one:?}");
        }
    }

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
        assert!(targets.spare([at("b.log"), new.clone()]).is_ok());
        assert!(targets.probe().is_ok());
        let nowhere = at("none").join("x");
        assert!(Targets::new([("-o", Some(nowhere.as_path()))]).unwrap().probe().is_err());
        let refused = targets.spare([folder.path().join("./a.log")]).unwrap_err();
        assert!(refused.to_string().starts_with("--script names "), "{refused}");
        let met = |name: &str, named| [Met { path: at(name), named, link: false }];
        assert!(targets.spare_met(&met("a.log", false)).is_err());
        std::fs::write(at("a.log"), "# Written by spdoctor 0.1.0.").unwrap();
        assert!(targets.spare_met(&met("a.log", false)).is_ok());
        assert!(targets.spare_met(&met("a.log", true)).is_err());
    }
}
