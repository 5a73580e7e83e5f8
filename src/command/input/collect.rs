//! Paths become inputs: folders are walked, globs expanded, archives listed, standard input spooled.

use std::cmp::Ordering;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::GlobBuilder;
use walkdir::{DirEntry, WalkDir};

use super::folders::Folders;
use super::server::{name_by_known_folders, name_by_traces, server_of};
use super::{Input, LeftOut, Source, archive};
use crate::model::byte_limit::ByteLimit;

/// What was asked for.
#[derive(Debug)]
pub struct Request<'a> {
    /// Paths, globs, `-`.
    pub paths: &'a [String],
    /// `--server NAME=PATH`, with `/`.
    pub servers: &'a [(String, String)],
    /// What one archive may expand to.
    pub max_expansion: ByteLimit,
    /// Members of archives are inputs of their own; else an archive is one input.
    pub expand: bool,
}

/// What was found, ordered by name, each file once.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    /// Things to open.
    pub inputs: Vec<Input>,
    /// Things that cannot be.
    pub left_out: Vec<LeftOut>,
    /// Every file that was met, whatever becomes of it.
    pub met: Vec<Met>,
}

/// A file that was met on the way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Met {
    /// Where it was met.
    pub path: PathBuf,
    /// The user gave its own path.
    pub named: bool,
    /// The last part of the path may be a link.
    pub link: bool,
}

/// Finds everything that the paths stand for.
pub fn collect(request: &Request<'_>) -> Collected {
    let mut collector = Collector { request, found: Collected::default(), met_links: false };
    for path in request.paths {
        collector.path(path);
    }
    let mut found = collector.found;
    name_by_known_folders(&mut found.inputs, request.servers);
    name_by_traces(&mut found.inputs, request.servers);
    found.inputs = each_once(found.inputs, collector.met_links || request.paths.len() > 1);
    found.left_out.sort();
    found.left_out.dedup();
    found
}

/// The order of the names in one folder. Their paths have the folder in common, and whole paths are compared faster than
/// names are cut off.
fn by_name(a: &DirEntry, b: &DirEntry) -> Ordering {
    a.path().as_os_str().cmp(b.path().as_os_str())
}

struct Collector<'a> {
    request: &'a Request<'a>,
    found: Collected,
    /// A walk went through a link: a file may have been met twice.
    met_links: bool,
}

impl Collector<'_> {
    fn path(&mut self, text: &str) {
        if text == "-" {
            return self.standard_input();
        }
        let path = PathBuf::from(text);
        if path.is_dir() {
            self.folder(&path, &shown(&path));
        } else if is_no_file(&path) {
            self.leave_out(&path, NO_FILE, false);
        } else if path.exists() {
            self.file(Met { path: path.clone(), named: true, link: true }, &shown(&path));
        } else if text.contains(['*', '?', '[', '{']) {
            self.glob(text);
        } else {
            self.leave_out(&path, "there is no such file or folder", true);
        }
    }

    fn folder(&mut self, folder: &Path, root: &str) {
        for entry in WalkDir::new(folder).follow_links(true).sort_by(by_name) {
            match entry {
                Ok(entry) => {
                    let link = entry.path_is_symlink();
                    self.met_links |= entry.depth() > 0 && link;
                    if entry.file_type().is_file() {
                        self.file(Met { path: entry.into_path(), named: false, link }, root);
                    }
                }
                Err(error) => self.walk_error(&error, folder),
            }
        }
    }

    fn walk_error(&mut self, error: &walkdir::Error, folder: &Path) {
        let path = error.path().unwrap_or(folder);
        let (reason, unreadable) = match error.loop_ancestor() {
            Some(ancestor) => (format!("a link back to {}; not followed", shown(ancestor)), false),
            None => {
                let cause = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                (format!("cannot be read: {cause}"), true)
            }
        };
        self.found.left_out.push(LeftOut { path: shown(path), reason, unreadable, missing: false });
    }

    fn file(&mut self, met: Met, root: &str) {
        let Met { ref path, named, .. } = met;
        let name = shown(path);
        let extension = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        let mut inputs = match extension
            .as_deref()
            .and_then(|extension| extension.to_str())
            .filter(|_| self.request.expand)
        {
            Some("zip") => {
                let (members, problems) = archive::members(path, &name, self.request.max_expansion);
                self.found.left_out.extend(problems);
                members
            }
            Some("gz") => {
                let source = Source::Gzip { path: path.to_owned(), most: self.request.max_expansion };
                vec![Input { path: name, server: None, source, named }]
            }
            _ => {
                let source = Source::File(path.to_owned());
                vec![Input { path: name, server: None, source, named }]
            }
        };
        for input in &mut inputs {
            input.server = server_of(self.request.servers, root, &input.path);
        }
        self.found.inputs.append(&mut inputs);
        self.found.met.push(met);
    }

    /// cmd.exe hands globs over as they are, with either slash.
    fn glob(&mut self, pattern: &str) {
        let pattern = if cfg!(windows) { pattern.replace('\\', "/") } else { pattern.to_owned() };
        let root = glob_root(&pattern);
        let literal = literal_part(&pattern, |folder| Path::new(folder).is_dir());
        let root = if literal.len() > root.len() { literal } else { root };
        let (folder, rest) = pattern.split_at(literal.len());
        let compiled = GlobBuilder::new(&format!("{}{rest}", globset::escape(folder)))
            .literal_separator(true)
            .case_insensitive(cfg!(windows))
            .build();
        let matcher = match compiled {
            Ok(glob) => glob.compile_matcher(),
            Err(error) => {
                return self.leave_out(Path::new(&pattern), &format!("is not a pattern: {error}"), true);
            }
        };
        // Not one folder deeper than the pattern: below the root of a file system many may not be read.
        let below = pattern.get(root.len()..).unwrap_or_default().trim_start_matches('/');
        let depth = if pattern.contains("**") { usize::MAX } else { 1 + below.matches('/').count() };
        let start = if root.is_empty() { Path::new(".") } else { Path::new(root) };
        let before = self.found.inputs.len() + self.found.left_out.len();
        for entry in WalkDir::new(start).max_depth(depth).follow_links(true).sort_by(by_name) {
            match entry {
                Ok(entry) => {
                    let name = shown(entry.path());
                    let name = if root.is_empty() { name.trim_start_matches("./") } else { &name };
                    if !matcher.is_match(name) {
                        continue;
                    }
                    // Several matches are several paths, and any may lie behind a link.
                    self.met_links = true;
                    let path = PathBuf::from(name);
                    if entry.file_type().is_dir() {
                        self.folder(&path, name);
                    } else if is_no_file(&path) {
                        self.leave_out(&path, NO_FILE, false);
                    } else {
                        self.file(Met { path, named: false, link: true }, root);
                    }
                }
                Err(error) => self.walk_error(&error, start),
            }
        }
        if self.found.inputs.len() + self.found.left_out.len() == before {
            self.leave_out(Path::new(&pattern), "matches no file", true);
        }
    }

    /// Standard input can be read once and backwards never: it goes to a file of its own first.
    fn standard_input(&mut self) {
        let spooled = tempfile::NamedTempFile::new().and_then(|mut file| {
            io::copy(&mut io::stdin().lock(), &mut file)?;
            Ok(file)
        });
        match spooled {
            Ok(file) => {
                let source = Source::Spooled(Arc::new(file));
                self.found.inputs.push(Input { path: "-".to_owned(), server: None, source, named: true });
            }
            Err(error) => self.found.left_out.push(LeftOut {
                path: "-".to_owned(),
                reason: format!("standard input cannot be read: {error}"),
                unreadable: true,
                missing: false,
            }),
        }
    }

    fn leave_out(&mut self, path: &Path, reason: &str, missing: bool) {
        let reason = reason.to_owned();
        self.found.left_out.push(LeftOut { path: shown(path), reason, unreadable: true, missing });
    }
}

/// Why a pipe is not read: a log is read in parts, its end first, and a pipe may never end.
const NO_FILE: &str = "a pipe or a device, not a file; what comes through a pipe is read with - as the path";

/// It is there, and neither file nor folder. To open it might wait for ever.
pub fn is_no_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|about| !about.is_file() && !about.is_dir())
}

/// The folder in front of the first part with a wildcard; empty where that is the current one.
fn glob_root(pattern: &str) -> &str {
    let wild = pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len());
    let fixed = pattern.get(..wild).unwrap_or("");
    let Some((folder, _)) = fixed.rsplit_once('/') else { return "" };
    // `C:` without a slash is the folder that is current on that drive.
    let is_top = folder.is_empty() || (folder.len() == 2 && folder.ends_with(':'));
    fixed.get(..folder.len() + usize::from(is_top)).unwrap_or("")
}

/// The longest part in front of a pattern that is a folder as it stands: a folder may be called `logs[1]`. The last
/// part of a pattern is never of it.
fn literal_part(pattern: &str, is_folder: impl Fn(&str) -> bool) -> &str {
    let ends = pattern.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0);
    let folders = ends.filter_map(|at| pattern.get(..at)).take_while(|folder| is_folder(folder));
    folders.last().unwrap_or("")
}

/// A path as the report shows it: with `/`.
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

/// Inputs in the order of their names, each once, and no two under one name.
fn each_once(mut inputs: Vec<Input>, may_repeat: bool) -> Vec<Input> {
    inputs.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| a.source.place().cmp(&b.source.place())));
    if may_repeat {
        inputs = first_of_each(inputs);
    }
    name_apart(&mut inputs);
    inputs
}

/// A file reached by two paths, or through a link, is one input: the one whose name comes first. Whoever named it once
/// means it.
fn first_of_each(inputs: Vec<Input>) -> Vec<Input> {
    let mut folders = Folders::default();
    let mut known: BTreeMap<Option<(PathBuf, Vec<usize>)>, usize> = BTreeMap::new();
    let mut kept: Vec<Input> = Vec::with_capacity(inputs.len());
    for input in inputs {
        let place = input.source.place().map(|(path, members)| (folders.canonical(path), members));
        match known.entry(place) {
            Entry::Vacant(entry) => {
                entry.insert(kept.len());
                kept.push(input);
            }
            Entry::Occupied(entry) => {
                if let Some(first) = kept.get_mut(*entry.get()) {
                    first.named |= input.named;
                }
            }
        }
    }
    kept
}

/// Two inputs may be shown alike: `x/b.log` and `x\\b.log` in an archive, names that are no UTF-8. A report tells them
/// apart by their numbers.
fn name_apart(inputs: &mut [Input]) {
    if inputs.is_sorted_by(|a, b| a.path < b.path) {
        return;
    }
    let mut taken: BTreeSet<String> = inputs.iter().map(|input| input.path.clone()).collect();
    for alike in inputs.chunk_by_mut(|a, b| a.path == b.path) {
        let mut names = (2_u64..).map({
            let path = alike.first().map_or_else(String::new, |first| first.path.clone());
            move |number| numbered(&path, number)
        });
        for input in alike.iter_mut().skip(1) {
            input.path = names.find(|name| taken.insert(name.clone())).unwrap_or_default();
        }
    }
    inputs.sort_by(|a, b| a.path.cmp(&b.path));
}

/// `a/b.log` becomes `a/b (2).log`: what the ending tells stays true.
fn numbered(path: &str, number: u64) -> String {
    let (folder, name) = path
        .rsplit_once('/')
        .map_or(("", path), |(_, name)| (path.get(..path.len() - name.len()).unwrap_or_default(), name));
    let packed =
        name.get(name.len().saturating_sub(3)..).filter(|end| end.eq_ignore_ascii_case(".gz")).unwrap_or("");
    let plain = name.get(..name.len() - packed.len()).unwrap_or(name);
    let ending = plain.rfind('.').filter(|at| *at > 0).unwrap_or(plain.len());
    let (stem, ending) = plain.split_at(ending);
    format!("{folder}{stem} ({number}){ending}{packed}")
}

#[cfg(test)]
mod tests {
    use super::{glob_root, literal_part, numbered};

    #[test]
    fn what_is_a_folder_as_it_stands_is_no_pattern() {
        let folders = ["a", "a/logs[1]", "b*", "C:", "C:/x", "//SQL01", "//SQL01/c$"];
        for (pattern, expected) in [
            ("a/logs[1]/*.log", "a/logs[1]"),
            ("a/logs[2]/*.log", "a"),
            ("a/*/logs[1]/*.log", "a"),
            ("b*/c*.log", "b*"),
            ("b*", ""),
            ("C:/x/*.log", "C:/x"),
            ("/*.log", ""),
        ] {
            assert_eq!(literal_part(pattern, |folder| folders.contains(&folder)), expected, "{pattern}");
        }
    }

    #[test]
    fn a_number_stands_before_the_ending() {
        for (path, expected) in [
            ("a/b.log", "a/b (2).log"),
            ("b.log.GZ", "b (2).log.GZ"),
            ("a.d/b", "a.d/b (2)"),
            ("a.zip!/.log", "a.zip!/.log (2)"),
        ] {
            assert_eq!(numbered(path, 2), expected);
        }
    }

    #[test]
    fn the_fixed_part_of_a_glob_is_where_the_walk_starts() {
        assert_eq!(glob_root("logs/SPS*/Upgrade-*.log"), "logs");
        assert_eq!(glob_root("*.log"), "");
        assert_eq!(glob_root("a/b/**/c.log"), "a/b");
    }

    #[test]
    fn the_root_of_a_file_system_keeps_its_slash() {
        assert_eq!(glob_root("/*.log"), "/");
        assert_eq!(glob_root("C:/*.log"), "C:/");
        assert_eq!(glob_root("C:/LOGS/*.log"), "C:/LOGS");
        assert_eq!(glob_root("//SQL01/LOGS/*.log"), "//SQL01/LOGS");
        assert_eq!(glob_root("c*/a.log"), "");
    }
}
