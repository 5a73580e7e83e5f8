//! A plain zip file: each member is read as if it were a file, and its name is remembered.

use super::archive::{self, Archive};
use super::{File, opc};
use crate::addin::evidence::{Evidence, ReadProblem, Spot, Value};
use crate::addin::read::{ReadOptions, is_backup, read_backup, read_file};

/// Endings of files that no reader looks at; expanding them would only cost time.
const UNREAD: &[&str] = &[
    "dll", "exe", "pdb", "png", "jpg", "jpeg", "gif", "ico", "svg", "woff", "woff2", "ttf", "eot", "css",
    "map", "mp4", "pdf", "docx", "xlsx", "pptx", "nupkg",
];

/// Reads a zip file.
pub(super) fn read(file: &File<'_>) -> Evidence {
    if archive::is_too_deep(file.options) {
        return Evidence::of_problem(file.spot(), "the archive stands too deep in others and is not read");
    }
    let budget = archive::budget(file.options);
    let archive = match Archive::open(file.path, file.bytes, budget.clone()) {
        Ok(archive) => archive,
        Err(reason) => {
            return Evidence::of_problem(file.spot(), format!("the zip file cannot be read: {reason}"));
        }
    };
    let mut evidence = Evidence::default();
    if opc::is_package(&archive) {
        opc::read_archive(file, archive, &mut evidence);
        return evidence;
    }
    let options = ReadOptions { budget: Some(budget), depth: file.options.depth + 1, ..file.options.clone() };
    members(file, archive, &options, &mut evidence);
    evidence
}

/// A package of web deploy has its list of contents at its top (*documented*: `archive.xml`, `systemInfo.xml`), and the
/// files below `Content`. Any other archive need not hold the whole web application.
fn is_web_deploy<'n>(mut names: impl Iterator<Item = &'n str>) -> bool {
    names.any(|name| {
        let lower = name.replace('\\', "/").to_ascii_lowercase();
        matches!(lower.as_str(), "archive.xml" | "systeminfo.xml") || lower.starts_with("content/")
    })
}

fn members(file: &File<'_>, mut archive: Archive<'_>, options: &ReadOptions, evidence: &mut Evidence) {
    let deployed = is_web_deploy(archive.members.iter().map(|member| member.name.as_str()));
    for index in 0..archive.members.len() {
        let Some(member) = archive.members.get(index) else { continue };
        let name = member.name.replace('\\', "/");
        if name.ends_with('/') || !member.sound {
            continue;
        }
        if deployed {
            evidence.deployed_files.push(Value::new(name.as_str(), file.spot()));
        }
        let extension = name.rsplit_once('.').map_or(String::new(), |(_, end)| end.to_ascii_lowercase());
        if UNREAD.contains(&extension.as_str()) {
            continue;
        }
        let Some(bytes) = archive.expand(index) else { continue };
        let path = format!("{}!/{name}", file.path);
        let found = if is_backup(&path) {
            read_backup(&path, &bytes, options)
        } else {
            read_file(&File::new(&path, &bytes, options))
        };
        if let Some(found) = found {
            evidence.append(found);
        }
    }
    evidence.problems.extend(archive.faults.into_iter().map(|fault| {
        let at = Spot::file(&format!("{}!/{}", file.path, fault.value.raw));
        ReadProblem { at, message: fault.message }
    }));
}

#[cfg(test)]
mod tests {
    use super::is_web_deploy;

    #[test]
    fn a_package_of_web_deploy_is_known_by_its_structure() {
        for (names, expected) in [
            (["archive.xml", "a.dll"], true),
            (["systemInfo.xml", "parameters.xml"], true),
            (["Content\\C_C\\Orders\\Web.config", "x"], true),
            (["Delivery/Orders.app", "Delivery/Web/Web.config"], false),
            (["docs/archive.xml", "Web.config"], false),
        ] {
            assert_eq!(is_web_deploy(names.into_iter()), expected, "{names:?}");
        }
    }
}
