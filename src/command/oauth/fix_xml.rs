//! `--fix-xml DIR`: corrected manifests and permission XML, each with its difference, in a folder of their own. The
//! originals are not touched.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::again::{Opened, Places};
use crate::addin::correct::{Corrected, corrections, edits_of_file};
use crate::command::guarded::guarded;
use crate::command::input::Input;
use crate::command::input::collect::Met;
use crate::command::output::{remark, write_file};
use crate::command::targets::Targets;
use crate::model::audit::{AddInAudit, AuditReport};

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

/// What can be corrected, and where it is to be written: in the order of the add-ins.
fn planned(report: &AuditReport, dir: &Path, read: &[Input]) -> Vec<(PathBuf, Corrected)> {
    let places = Places::of(read);
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let each = |addin| move |path| (addin, path);
    let files = report.addins.iter().flat_map(|addin| addin.xml_files.iter().map(each(addin)));
    let files: Vec<(&AddInAudit, &String)> = files.filter(|(_, path)| seen.insert(path)).collect();
    // By input, and within it by member: an archive holds files of several add-ins, and is opened once.
    let mut by_input: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
    let mut outcomes: Vec<Option<Result<Corrected, String>>> = files.iter().map(|_| None).collect();
    for (number, (_, path)) in files.iter().enumerate() {
        match places.find(path) {
            Some((input, member)) => by_input.entry(&input.path).or_default().push((member, number)),
            None => put(&mut outcomes, number, Err(unread("it is not among the files that were read"))),
        }
    }
    for (path, mut members) in by_input {
        let Some((input, _)) = places.find(path) else { continue };
        members.sort_unstable();
        let mut opened = guarded(|| Opened::new(input)).unwrap_or_else(Opened::Failed);
        for (member, number) in members {
            let Some((addin, path)) = files.get(number) else { continue };
            put(&mut outcomes, number, corrected(addin, path, (input, &mut opened), member));
        }
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut all = Vec::new();
    for ((_, path), outcome) in files.iter().zip(outcomes) {
        match outcome {
            Some(Ok(corrected)) if !corrected.is_unchanged() => {
                all.push((dir.join(unique(&safe(path), &mut taken)), corrected));
            }
            Some(Err(told)) => remark(&format!("{path}: {told}")),
            _ => {}
        }
    }
    all
}

fn put<T>(outcomes: &mut [Option<T>], number: usize, outcome: T) {
    if let Some(place) = outcomes.get_mut(number) {
        *place = Some(outcome);
    }
}

fn unread(why: &str) -> String {
    format!("cannot be read again to correct it: {why}")
}

/// A file with its changes, or what to say where it cannot have them.
fn corrected(
    addin: &AddInAudit,
    path: &str,
    (input, opened): (&Input, &mut Opened),
    member: &str,
) -> Result<Corrected, String> {
    let bytes = guarded(|| opened.member(member)).unwrap_or_else(|fault| {
        // What is left of it is not to be relied on.
        *opened = guarded(|| Opened::new(input)).unwrap_or_else(Opened::Failed);
        Err(io::Error::other(fault))
    });
    let bytes = bytes.map_err(|error| unread(&error.to_string()))?;
    let in_package = path.to_ascii_lowercase().contains(".app!/");
    let correct = || corrections(path, &bytes, &edits_of_file(addin, &bytes, in_package));
    let corrected = guarded(correct).map_err(|fault| format!("not corrected: {fault}"))?;
    match corrected.refused {
        Some(reason) => Err(format!("not corrected: {reason}")),
        None => Ok(corrected),
    }
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
