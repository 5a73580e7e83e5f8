//! Whose logs these are: the name of the SharePoint server, from what the user said or from the path.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use crate::format::log_name::LogName;

/// Names the servers of logs that lie beside, and not in, the LOGS folder of one that the other paths tell: the folder of a
/// farm above it is none. What the user said stays.
pub fn name_by_known_folders(inputs: &mut [Input], told: &[(String, String)]) {
    // Of thousands of logs most lie in a few folders.
    let mut folders: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for input in inputs.iter() {
        folders
            .entry(folder(&input.path))
            .or_insert_with(|| above_logs(&input.path).map(|name| name.to_lowercase()));
    }
    let known: BTreeSet<&str> = folders.values().flatten().map(String::as_str).collect();
    let beside: BTreeMap<String, String> = folders
        .iter()
        .filter(|(_, server)| server.is_none())
        .filter_map(|(path, _)| {
            let name = path.rsplit('/').find(|folder| known.contains(folder.to_lowercase().as_str()))?;
            Some(((*path).to_owned(), name.to_owned()))
        })
        .collect();
    if beside.is_empty() {
        return;
    }
    for input in inputs {
        if let Some(name) = beside.get(folder(&input.path))
            && from_user(told, &input.path).is_none()
        {
            input.server = Some(name.clone());
        }
    }
}

/// Names servers by the traces among their logs: SharePoint puts the name of the server into the names of ULS files,
/// which tells more than the name of a folder into which somebody copied them. What the user said stays.
pub fn name_by_traces(inputs: &mut [Input], told: &[(String, String)]) {
    let mut named: BTreeMap<String, Option<String>> = BTreeMap::new();
    for input in inputs.iter() {
        let Some(name) = of_trace(&input.path) else { continue };
        // Traces of several servers in one folder tell nothing of the other logs there.
        named
            .entry(folder(&input.path).to_owned())
            .and_modify(|known| *known = known.take().filter(|known| known.eq_ignore_ascii_case(name)))
            .or_insert_with(|| Some(name.to_owned()));
    }
    for input in inputs {
        let of_folder = || named.get(folder(&input.path)).cloned().flatten();
        let own = of_trace(&input.path).map(str::to_owned);
        let Some(name) = own.or_else(of_folder) else { continue };
        let is_known = input.server.as_ref().is_some_and(|known| known.eq_ignore_ascii_case(&name));
        if !is_known && from_user(told, &input.path).is_none() {
            input.server = Some(name);
        }
    }
}

/// The folder of a log, or of the archive in which somebody packed it alone.
fn folder(path: &str) -> &str {
    let mut folder = parent(path);
    while let Some(archive) = folder.rsplit('/').next().and_then(|name| name.strip_suffix('!'))
        && LogName::of_archive(archive).is_some()
    {
        folder = parent(folder);
    }
    folder
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The name of the server whose logs lie under a path, from the first that tells it: `told` by the user, the
/// folder above LOGS, the folders under the PATH that was given, the host of a UNC path, the name of a
/// ULS file. `root` is the PATH that was given, `path` the input, both with `/`.
pub fn server_of(told: &[(String, String)], root: &str, path: &str) -> Option<String> {
    from_user(told, path)
        .or_else(|| above_logs(path))
        .or_else(|| under_root(root, path))
        .or_else(|| unc_host(path))
        .or_else(|| of_trace(path).map(str::to_owned))
}

/// The longest PATH of `--server NAME=PATH` that holds the input.
fn from_user(told: &[(String, String)], path: &str) -> Option<String> {
    let fitting = told.iter().filter(|(_, folder)| holds(folder, path, cfg!(windows)));
    fitting.max_by_key(|(_, folder)| folder.len()).map(|(name, _)| name.clone())
}

/// Whether a path lies in a folder, or is it. Windows ignores the case of letters.
fn holds(folder: &str, path: &str, ignores_case: bool) -> bool {
    let folder = folder.trim_end_matches('/');
    let path = path.strip_prefix("./").unwrap_or(path);
    let folder = folder.strip_prefix("./").unwrap_or(folder);
    let Some((start, rest)) = path.split_at_checked(folder.len()) else { return false };
    let same = if ignores_case { start.eq_ignore_ascii_case(folder) } else { start == folder };
    same && (rest.is_empty() || rest.starts_with(['/', '!']))
}

fn above_logs(path: &str) -> Option<String> {
    let folders: Vec<&str> = path.split(['/', '!']).filter(|part| !part.is_empty()).collect();
    let logs = folders.iter().rposition(|folder| folder.eq_ignore_ascii_case("LOGS"))?;
    let above = folders.get(logs.checked_sub(1)?)?;
    if above.to_ascii_lowercase().ends_with(".zip") {
        return packed_server(above);
    }
    names_a_server(above).then(|| (*above).to_owned())
}

/// `SPS01.zip`: what was packed on a server, and named by it.
fn packed_server(archive: &str) -> Option<String> {
    let (name, extension) = archive.rsplit_once('.')?;
    (extension.eq_ignore_ascii_case("zip") && is_called_like_a_server(name)).then(|| name.to_owned())
}

/// Capital letters with a number behind them, as nearly all servers are called: what nothing but its form tells to be one.
fn is_called_like_a_server(name: &str) -> bool {
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = name.len() - letters.len();
    let is_plain = letters.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    is_plain && letters.len() > 1 && (1..=3).contains(&digits) && name.len() <= 15
}

fn under_root(root: &str, path: &str) -> Option<String> {
    let rest = path.strip_prefix(root)?.trim_start_matches(['/', '!']);
    if rest.is_empty() {
        return None;
    }
    let mut candidates = Vec::new();
    for folder in parent(rest).split('/') {
        if let Some(archive) = folder.strip_suffix('!') {
            if let Some(server) = packed_server(archive) {
                return Some(server);
            }
            // An archive is no folder of a server, but a folder in it may be.
            if candidates.is_empty() {
                continue;
            }
            break;
        }
        candidates.extend(Some(folder).filter(|folder| names_a_server(folder)));
    }
    // Nearly every computer is numbered; a folder above that of the farm or of the night may be, too, but seldom is.
    let is_numbered = |folder: &&&str| {
        folder.bytes().any(|byte| byte.is_ascii_digit())
            && folder.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    let numbered = candidates.iter().find(is_numbered).map(|folder| (*folder).to_owned());
    numbered.or_else(|| given(root)).or_else(|| candidates.first().map(|folder| (*folder).to_owned()))
}

/// The PATH that was given is the folder of a server, or what was packed there.
fn given(root: &str) -> Option<String> {
    let name = root.trim_end_matches('/').rsplit('/').next()?;
    packed_server(name).or_else(|| is_called_like_a_server(name).then(|| name.to_owned()))
}

fn unc_host(path: &str) -> Option<String> {
    let host = path.strip_prefix("//")?.split('/').next()?;
    (!host.is_empty() && host != "?" && host != ".").then(|| host.to_owned())
}

/// The server that a trace was written on, by its name.
fn of_trace(path: &str) -> Option<&str> {
    LogName::of(path.rsplit('/').next()?)?.server
}

/// Parts of the hive's own path are not servers, nor are folders named by a date or by what no computer is called.
fn names_a_server(folder: &str) -> bool {
    const HIVE: [&str; 12] = [
        "12",
        "14",
        "15",
        "16",
        "LOGS",
        "ULS",
        "Logs_old",
        "Web Server Extensions",
        "Microsoft Shared",
        "inventory",
        "Common Files",
        "Microsoft Office Servers",
    ];
    let plain = !HIVE.iter().any(|part| part.eq_ignore_ascii_case(folder));
    let is_date = folder.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_'));
    let is_word = folder.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'));
    plain && is_word && !is_date && !folder.ends_with(':') && !matches!(folder, "." | ".." | "")
}

#[cfg(test)]
mod tests {
    use super::{holds, name_by_traces, server_of};
    use crate::command::input::{Input, Source};

    #[test]
    fn a_trace_names_the_server_of_its_folder() {
        let input = |(path, server): &(&str, &str)| Input {
            path: (*path).to_owned(),
            server: Some((*server).to_owned()).filter(|name| !name.is_empty()),
            source: Source::File((*path).into()),
            named: false,
        };
        let found = [
            ("before/Upgrade.log", "before"),
            ("before/SPS02-20260314-2200.log", "before"),
            ("sps03/LOGS/SPS03-20260314-2200.log", "sps03"),
            ("all/SPS04-20260314-2200.log", ""),
            ("all/SPS05-20260314-2200.log.gz", ""),
            ("all/Upgrade.log", "all"),
            ("told/SPS06-20260314-2200.log", "WFE9"),
            ("x/sites-20260314-2200.csv", "x"),
            ("before/Upgrade-20260314-220158-117.zip!/Upgrade-20260314-220158-117.log", ""),
            ("before/all.zip!/Upgrade-20260314-220158-117.log", ""),
        ];
        let mut inputs: Vec<Input> = found.iter().map(input).collect();
        name_by_traces(&mut inputs, &[("WFE9".to_owned(), "told".to_owned())]);
        let names: Vec<&str> = inputs.iter().map(|input| input.server.as_deref().unwrap_or("")).collect();
        assert_eq!(names, ["SPS02", "SPS02", "sps03", "SPS04", "SPS05", "all", "WFE9", "x", "SPS02", ""]);
    }

    #[test]
    fn a_folder_holds_what_lies_in_it_in_any_case_where_case_is_ignored() {
        for (folder, path, exactly, ignoring) in [
            ("c:/logs", "C:/Logs/Upgrade.log", false, true),
            ("./Logs/", "logs/Upgrade.log", false, true),
            ("logs", "./logs/Upgrade.log", true, true),
            ("logs", "logs.zip!/Upgrade.log", false, false),
            ("LOGS.zip", "logs.zip!/Upgrade.log", false, true),
            ("logs", "Logs2/Upgrade.log", false, false),
            ("logs/\u{e4}", "logs/\u{20ac}", false, false),
            ("logs/Upgrade.log", "logs", false, false),
        ] {
            assert_eq!(holds(folder, path, false), exactly, "{folder} {path}");
            assert_eq!(holds(folder, path, true), ignoring, "{folder} {path}");
        }
    }

    #[test]
    fn a_server_is_named_by_the_first_evidence() {
        let told = vec![("WFE9".to_owned(), "farm/b".to_owned())];
        for (root, path, expected) in [
            ("farm", "farm/b/Upgrade.log", Some("WFE9")),
            ("farm", "farm/SPS01/Upgrade.log", Some("SPS01")),
            ("samples", "samples/contoso/SPS02/LOGS/Upgrade.log", Some("SPS02")),
            (
                "C:/Program Files/Common Files/Microsoft Shared/Web Server Extensions/16/LOGS",
                "C:/Program Files/Common Files/Microsoft Shared/Web Server Extensions/16/LOGS/Upgrade.log",
                None,
            ),
            ("//sps03/c$/x/16/LOGS", "//sps03/c$/x/16/LOGS/Upgrade.log", Some("sps03")),
            ("logs", "logs/SP-WFE-01-20260314-2200.log", Some("SP-WFE-01")),
            ("logs", "logs/Upgrade-20260314-2200.log", None),
            ("a.zip", "a.zip!/SPS04/Upgrade.log", Some("SPS04")),
            ("case", "case/a.zip!/SPS04/Upgrade.log", Some("SPS04")),
            ("case", "case/a.zip!/Upgrade.log", None),
            ("case", "case/SPS05/a.zip!/old/Upgrade.log", Some("SPS05")),
            ("night", "night/PatchNight 2012/SPS01/Upgrade.log", Some("SPS01")),
            ("night", "night/PatchNight 2012/Upgrade.log", None),
            ("farms", "farms/FarmA/SPS01/Upgrade.log", Some("SPS01")),
            ("farms", "farms/frontend/old/Upgrade.log", Some("frontend")),
            ("farms", "farms/2026-03-14/SPS02/new/Upgrade.log", Some("SPS02")),
            ("a.log", "a.log", None),
            // Members and folders that are named as what they lie in, or with nothing but its mark.
            ("r2.zip", "r2.zip!/14/r2.zip!/f.log", None),
            ("r2.zip", "r2.zip!/14/r2.zip!/SPS06/f.log", Some("SPS06")),
            ("b.zip", "b.zip!/14/!/f.log", None),
            ("r4", "r4/2026!/2026!/f.log", None),
            ("r4", "r4/2026!/2026!/SPS07/2026!/f.log", Some("SPS07")),
            ("a.zip", "a.zip!/a.zip!/a.zip!/f.log", None),
            // What was given is the folder of a server, or what was packed there.
            ("C:/copied/SPS01", "C:/copied/SPS01/Upgrade.log", Some("SPS01")),
            ("C:/copied/SPS01/", "C:/copied/SPS01/old/Upgrade.log", Some("SPS01")),
            ("FARM01", "FARM01/SPS02/Upgrade.log", Some("SPS02")),
            ("contoso-2010", "contoso-2010/Upgrade.log", None),
            ("SPS01", "SPS01", None),
            ("in/SPS01.zip", "in/SPS01.zip!/Upgrade.log", Some("SPS01")),
            ("in/SPS01.zip", "in/SPS01.zip!/LOGS/Upgrade.log", Some("SPS01")),
            ("in", "in/SPS01.ZIP!/LOGS/Upgrade.log", Some("SPS01")),
            ("in", "in/logs.zip!/LOGS/Upgrade.log", None),
            ("in", "in/AWSP-APP3.zip!/x/Upgrade.log", Some("AWSP-APP3")),
        ] {
            assert_eq!(server_of(&told, root, path).as_deref(), expected, "{path}");
        }
    }
}
