//! Which files lie in the folders that are watched, and which of them to follow.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use walkdir::WalkDir;

use crate::command::input::collect::shown;
use crate::command::input::server::{name_by_known_folders, name_by_traces, server_of};
use crate::command::input::{Input, Source};

/// Files at rest that one look asks for their size. A server keeps two weeks of traces: asking for all of them
/// at every look would keep a share busy for nothing.
const ASKED: usize = 64;

/// The folders, and what in them is not followed yet.
#[derive(Debug)]
pub struct Folders {
    roots: Vec<String>,
    servers: Vec<(String, String)>,
    recent: Duration,
    resting: BTreeMap<String, Resting>,
    /// The last file that was asked; the next look goes on behind it.
    asked: String,
    started: bool,
}

#[derive(Debug)]
struct Resting {
    path: PathBuf,
    input: Input,
    size: u64,
    /// It was chosen: it is not asked again.
    followed: bool,
}

impl Folders {
    /// Folders or files, the servers that the user named, and how old a log may be to be followed at once.
    pub fn new(roots: Vec<String>, servers: Vec<(String, String)>, recent: Duration) -> Self {
        let (resting, asked) = (BTreeMap::new(), String::new());
        Self { roots, servers, recent, resting, asked, started: false }
    }

    /// Files that are to be followed from now on: at first those written lately, then new ones and those that
    /// grow.
    pub fn chosen(&mut self, now: SystemTime) -> Vec<Input> {
        let mut chosen = self.awake();
        for (path, input) in self.new_files() {
            let metadata = std::fs::metadata(&path).ok();
            let written = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
            let lately =
                written.is_some_and(|written| now.duration_since(written).unwrap_or_default() <= self.recent);
            let followed = self.started || lately;
            if followed {
                chosen.push(input.clone());
            }
            let size = metadata.map_or(0, |metadata| metadata.len());
            self.resting.insert(input.path.clone(), Resting { path, input, size, followed });
        }
        self.started = true;
        chosen
    }

    fn new_files(&self) -> Vec<(PathBuf, Input)> {
        let mut files = Vec::new();
        for root in &self.roots {
            let entries = WalkDir::new(root).follow_links(true).sort_by_file_name();
            // A folder that cannot be read now may be back at the next look: shares come and go.
            for entry in entries.into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
                let path = entry.path();
                let name = shown(path);
                if !is_archive(path) && !self.resting.contains_key(&name) {
                    let server = server_of(&self.servers, &shown(Path::new(root)), &name);
                    let source = Source::File(path.to_owned());
                    files.push((path.to_owned(), Input { path: name, server, source, named: false }));
                }
            }
        }
        let mut inputs: Vec<Input> = files.iter().map(|(_, input)| input.clone()).collect();
        let new = inputs.len();
        inputs.extend(self.resting.values().map(|resting| resting.input.clone()));
        name_by_known_folders(&mut inputs, &self.servers);
        name_by_traces(&mut inputs, &self.servers);
        files.iter_mut().zip(inputs.into_iter().take(new)).for_each(|((_, input), named)| *input = named);
        files
    }

    /// Files at rest that were written after all. On Windows the size in the folder's own list is stale while a
    /// file is open, so each is asked itself.
    fn awake(&mut self) -> Vec<Input> {
        let all = || self.resting.iter().filter(|(_, resting)| !resting.followed).map(|(name, _)| name);
        let next = all().filter(|name| **name > self.asked).chain(all());
        let names: Vec<String> = next.take(ASKED.min(all().count())).cloned().collect();
        let mut awake = Vec::new();
        for name in names {
            if let Some(resting) = self.resting.get_mut(&name)
                && std::fs::metadata(&resting.path).is_ok_and(|metadata| metadata.len() != resting.size)
            {
                resting.followed = true;
                awake.push(resting.input.clone());
            }
            self.asked = name;
        }
        awake
    }
}

/// Nobody writes a log into an archive.
fn is_archive(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("zip") || extension.eq_ignore_ascii_case("gz")
    })
}
