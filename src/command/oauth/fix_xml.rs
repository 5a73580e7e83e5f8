//! `--fix-xml DIR`: corrected manifests and permission XML, each with its difference, in a folder of their own. The
//! originals are not touched.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::addin::correct::{Corrected, corrections, edits_of_file};
use crate::command::guarded::guarded;
use crate::command::input::bounded::within;
use crate::command::input::collect::Met;
use crate::command::input::{Input, open};
use crate::command::output::{remark, write_file};
use crate::command::targets::Targets;
use crate::model::audit::AuditReport;
use crate::model::byte_limit::ByteLimit;

/// Most bytes of one XML file.
const BOUND: ByteLimit = ByteLimit::of_mib(64);

/// Most bytes of the package or archive around it.
const PACKAGE_BOUND: ByteLimit = ByteLimit::of_mib(256);

/// Files of an audit.
#[derive(Debug)]
pub(super) struct Files {
    /// What evidence was taken from.
    pub(super) read: Vec<Input>,
    /// Every file that was met: nothing is written over one.
    pub(super) met: Vec<Met>,
}

/// Writes what can be corrected, and tells what was written.
///
/// # Errors
/// The folder or a file cannot be written, or one of them was read: then nothing is written. A file that cannot be
/// read again is told and passed over.
pub(super) fn write(report: &AuditReport, dir: &Path, files: &Files, quiet: bool) -> anyhow::Result<()> {
    let all = planned(report, dir, &files.read);
    let targets = all.iter().flat_map(|(target, _)| [target.clone(), difference(target)]).collect::<Vec<_>>();
    spare(&targets, dir, &files.met)?;
    for (target, corrected) in &all {
        write_one(target, corrected)?;
    }
    if !quiet {
        let what = if all.len() == 1 { "1 file".to_owned() } else { format!("{} files", all.len()) };
        let shown = dir.display();
        let hint = if all.is_empty() { "" } else { "; read each .diff before you use one" };
        remark(&format!("{what} corrected in {shown}{hint}"));
    }
    Ok(())
}

/// No file takes the place of one that was met, nor would a folder have to.
fn spare(files: &[PathBuf], dir: &Path, met: &[Met]) -> anyhow::Result<()> {
    Targets::new(files.iter().map(|file| ("--fix-xml", Some(file.as_path()))))?.spare_met(met)?;
    let inside = |folder: &&Path| folder.starts_with(dir) && *folder != dir;
    let folders = files.iter().flat_map(|file| file.ancestors().skip(1).take_while(inside));
    match folders.into_iter().find(|folder| folder.is_file()) {
        Some(file) => bail!("--fix-xml: {} is a file; name another folder", file.display()),
        None => Ok(()),
    }
}

/// What can be corrected, and where it is to be written.
fn planned(report: &AuditReport, dir: &Path, read: &[Input]) -> Vec<(PathBuf, Corrected)> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut all = Vec::new();
    for addin in &report.addins {
        for path in addin.xml_files.iter().filter(|path| seen.insert(path)) {
            let bytes = match guarded(|| read_again(read, path))
                .unwrap_or_else(|fault| Err(io::Error::other(fault)))
            {
                Ok(bytes) => bytes,
                Err(error) => {
                    remark(&format!("{path}: cannot be read again to correct it: {error}"));
                    continue;
                }
            };
            let in_package = path.to_ascii_lowercase().contains(".app!/");
            let correct = || corrections(path, &bytes, &edits_of_file(addin, &bytes, in_package));
            let corrected = match guarded(correct) {
                Ok(corrected) => corrected,
                Err(fault) => {
                    remark(&format!("{path}: not corrected: {fault}"));
                    continue;
                }
            };
            if let Some(reason) = corrected.refused {
                remark(&format!("{path}: not corrected: {reason}"));
            } else if !corrected.is_unchanged() {
                all.push((dir.join(unique(&safe(path), &mut taken)), corrected));
            }
        }
    }
    all
}

/// The difference first: whoever looks into the folder while it is written finds the explanation before the file.
fn write_one(target: &Path, corrected: &Corrected) -> anyhow::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    write_file(&difference(target), |file| file.write_all(corrected.diff().as_bytes()))?;
    write_file(target, |file| file.write_all(&corrected.bytes))
}

fn difference(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".diff");
    PathBuf::from(name)
}

/// A relative path of plain names: what a member of an archive is called decides nothing about where it is written.
fn safe(path: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    let parts = path.split(['/', '\\']).map(|part| part.trim_end_matches('!'));
    let parts = parts.filter(|part| !matches!(part.trim(), "" | "." | ".."));
    let names: Vec<String> = parts
        .map(|part| {
            let name: String = part.chars().map(plain).take(100).collect();
            // Windows drops dots at the end, and knows names that are devices.
            format!("{}{}", if is_device(&name) { "_" } else { "" }, name.trim_end_matches('.'))
        })
        .filter(|name| !name.is_empty())
        .collect();
    if names.is_empty() { "manifest.xml".to_owned() } else { names.join("/") }
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_uppercase();
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")))
}

fn unique(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = 2;
    while !taken.insert(candidate.to_ascii_lowercase()) {
        candidate = match name.rsplit_once('.') {
            Some((stem, ending)) => format!("{stem}-{number}.{ending}"),
            None => format!("{name}-{number}"),
        };
        number += 1;
    }
    candidate
}

/// The bytes of a file, or of a member of an archive: `a.zip!/b.app!/AppManifest.xml`. Which part is the file is known
/// from what was read, and which are members from the directories: any folder may be called `x!`.
fn read_again(read: &[Input], path: &str) -> io::Result<Vec<u8>> {
    let inside = |input: &Input| {
        let rest = path.strip_prefix(input.path.as_str())?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix("!/") }
    };
    let found = read.iter().filter_map(|input| Some((input, inside(input)?)));
    let Some((input, member)) = found.max_by_key(|(input, _)| input.path.len()) else {
        return Err(io::Error::other("it is not among the files that were read"));
    };
    let bytes = open::whole(input, PACKAGE_BOUND)?
        .ok_or_else(|| io::Error::other(format!("it is larger than {PACKAGE_BOUND}")))?;
    read_member(bytes, member)
}

/// The bytes of a member, or of one in it; of the archive itself where nothing more is named.
fn read_member(archive: Vec<u8>, wanted: &str) -> io::Result<Vec<u8>> {
    if wanted.is_empty() {
        return Ok(archive);
    }
    let mut zip = zip::ZipArchive::new(Cursor::new(archive)).map_err(io::Error::other)?;
    let inside = |index: usize| {
        let name = zip.name_for_index(index)?.ok()?.replace('\\', "/");
        let rest = wanted.strip_prefix(name.trim_start_matches('/'))?;
        let rest = if rest.is_empty() { rest } else { rest.strip_prefix("!/")? };
        Some((index, rest))
    };
    // The whole of the name before a part of it.
    let found = (0..zip.len()).filter_map(inside).min_by_key(|(_, rest)| rest.len());
    let (index, rest) =
        found.ok_or_else(|| io::Error::other(format!("the archive has no member {wanted}")))?;
    let bytes = within(zip.by_index(index).map_err(io::Error::other)?, BOUND)?;
    drop(zip);
    read_member(bytes, rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::safe;

    #[test]
    fn names_become_plain() {
        assert_eq!(safe("../../etc/Orders.app!/AppManifest.xml"), "etc/Orders.app/AppManifest.xml");
        assert_eq!(safe("C:\\a\\..\\b c.xml"), "C_/a/b_c.xml");
        assert_eq!(safe("con.xml"), "_con.xml");
        assert_eq!(safe("..\u{202e}/"), ".._");
    }

    proptest! {
        #[test]
        fn no_name_leaves_the_folder(path in "\\PC{0,60}") {
            let safe = safe(&path);
            prop_assert!(!safe.starts_with('/') && !safe.is_empty());
            prop_assert!(safe.split('/').all(|part| !matches!(part, "" | "." | "..") && part.is_ascii()));
        }
    }
}
