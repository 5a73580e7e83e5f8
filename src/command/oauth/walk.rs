//! Paths become evidence: folders are walked, files read whole within bounds and side by side.

use std::collections::BTreeMap;
use std::time::Duration;

use rayon::prelude::*;

use super::{connect, foreign_folders};
use crate::addin::evidence::Evidence;
use crate::addin::read::{self, ReadOptions};
use crate::addin::tls::trusted_roots;
use crate::cli::OauthArgs;
use crate::command::guarded::guarded;
use crate::command::input::bounded::within;
use crate::command::input::collect::{Collected, Met, Request, collect, shown};
use crate::command::input::{Input, LeftOut, open};
use crate::command::progress::Progress;
use crate::model::byte_limit::ByteLimit;

/// Most bytes of a package or an archive that are read: it is held in memory while it is taken apart.
const PACKAGE_BOUND: ByteLimit = ByteLimit::of_mib(256);

/// Most bytes of any other file; the largest exports of a tenant stay below.
const BOUND: ByteLimit = ByteLimit::of_mib(64);

/// So many files of a folder that are not read for one reason are told each.
const MOST_TOLD: usize = 5;

/// What was read, and what was not.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) evidence: Evidence,
    pub(super) left_out: Vec<LeftOut>,
    /// What evidence was taken from.
    pub(super) read: Vec<Input>,
    /// Every file that was met.
    pub(super) met: Vec<Met>,
}

impl Walked {
    /// Adds the roots that `--root` names.
    pub(super) fn trust(&mut self, args: &OauthArgs, options: &ReadOptions) {
        let mut files = Vec::new();
        for path in &args.root {
            let shown = shown(path);
            let bytes = std::fs::File::open(path).and_then(|file| within(file, BOUND));
            let found = bytes
                .map_err(|error| format!("cannot be read: {error}"))
                .and_then(|bytes| guarded(|| read::read(&shown, &bytes, options)));
            match found {
                Ok(Some(found)) if !found.certificates.is_empty() => files.extend(found.certificates),
                Ok(_) => self.leave_out(shown, "holds no certificate".to_owned()),
                Err(reason) => self.leave_out(shown, reason),
            }
        }
        if !files.is_empty() {
            self.evidence.farm.append(trusted_roots(&mut files));
        }
    }

    /// Fetches the certificates that `--connect` asks for.
    pub(super) fn connect(&mut self, args: &OauthArgs) {
        for target in &args.connect {
            match connect::capture(target, Duration::from_secs(args.connect_timeout)) {
                Ok(file) => self.evidence.certificates.push(file),
                Err(error) => self.leave_out(connect::shown_target(target), format!("{error:#}")),
            }
        }
    }

    fn leave_out(&mut self, path: String, reason: String) {
        self.left_out.push(LeftOut { path, reason, unreadable: true, missing: false });
    }
}

/// Finds everything that the paths stand for.
pub(super) fn find(paths: &[String], options: &ReadOptions) -> Collected {
    collect(&Request { paths, servers: &[], max_expansion: options.most_expanded, expand: false })
}

/// Reads everything that was found below the paths that were given. The result does not depend on the number of threads.
pub(super) fn read_all(
    found: Collected,
    paths: &[String],
    options: &ReadOptions,
    progress: &Progress,
) -> Walked {
    let Collected { mut inputs, mut left_out, met } = found;
    inputs.retain(|input| input.named || is_of_interest(&input.path));
    left_out.extend(foreign_folders::set_apart(&mut inputs, paths));
    left_out.extend(passed_over(&mut inputs));
    let parts = side_by_side(&inputs, |input| {
        progress.file(&input.path);
        read_one(input, options)
    });
    progress.end();
    let mut walked = Walked { left_out, met, ..Walked::default() };
    for (input, (evidence, left_out)) in inputs.into_iter().zip(parts) {
        if let Some(evidence) = evidence {
            walked.evidence.append(evidence);
            walked.read.push(input);
        }
        walked.left_out.extend(left_out);
    }
    walked
}

/// It may be an artefact of an add-in, or hold one.
fn is_of_interest(path: &str) -> bool {
    read::may_be(path) || read::is_backup(path) || read::why_passed_over(path).is_some()
}

/// Takes out what lies in a folder and is not read, and tells it: a folder with many of a kind once.
fn passed_over(inputs: &mut Vec<Input>) -> Vec<LeftOut> {
    let mut found: BTreeMap<(String, &'static str), Vec<String>> = BTreeMap::new();
    inputs.retain(|input| {
        let why =
            Some(input).filter(|input| !input.named).and_then(|input| read::why_passed_over(&input.path));
        why.is_none_or(|why| {
            let folder = input.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            found.entry((folder.to_owned(), why)).or_default().push(input.path.clone());
            false
        })
    });
    let told = |path, reason| LeftOut { path, reason, unreadable: false, missing: false };
    let each = |((folder, why), paths): ((String, &'static str), Vec<String>)| {
        if paths.len() > MOST_TOLD && !folder.is_empty() {
            return vec![told(folder, format!("{} files, each {why}", paths.len()))];
        }
        paths.into_iter().map(|path| told(path, why.to_owned())).collect()
    };
    found.into_iter().flat_map(each).collect()
}

/// What was read of a file, and why it was not.
type Part = (Option<Evidence>, Option<LeftOut>);

/// Reads all files, in their order, each by itself: one that cannot be read does not end the run.
fn side_by_side(inputs: &[Input], one: impl Fn(&Input) -> Part + Sync) -> Vec<Part> {
    let guard = |input: &Input| {
        guarded(|| one(input)).unwrap_or_else(|reason| {
            (None, Some(LeftOut { path: input.path.clone(), reason, unreadable: true, missing: false }))
        })
    };
    inputs.par_iter().map(guard).collect()
}

/// Of a file that was named itself something is said, whatever it is.
fn read_one(input: &Input, options: &ReadOptions) -> Part {
    let left =
        |reason: String, unreadable| LeftOut { path: input.path.clone(), reason, unreadable, missing: false };
    let bound = if read::is_archive(&input.path) { PACKAGE_BOUND } else { BOUND };
    match open::whole(input, bound) {
        Ok(Some(bytes)) => match read_bytes(input, &bytes, options) {
            Some(evidence) => (Some(evidence), None),
            None if input.named => (None, Some(left("not an artefact of an add-in".to_owned(), false))),
            None => (None, None),
        },
        Ok(None) => (None, Some(left(format!("larger than {bound}"), true))),
        Err(error) => (None, Some(left(format!("cannot be read: {error}"), true))),
    }
}

/// A backup that was named is meant; one that lies in a folder is nothing that runs.
fn read_bytes(input: &Input, bytes: &[u8], options: &ReadOptions) -> Option<Evidence> {
    if !input.named && read::is_backup(&input.path) {
        return read::read_backup(&input.path, bytes, options);
    }
    read::read(&input.path, bytes, options)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::side_by_side;
    use crate::addin::evidence::Evidence;
    use crate::command::input::{Input, Source};

    #[test]
    fn a_file_whose_reader_fails_is_told_and_the_others_are_read() {
        let named = |name: &&str| Input {
            path: (*name).to_owned(),
            server: None,
            source: Source::File(PathBuf::from(name)),
            named: true,
        };
        let inputs: Vec<Input> = ["a.cer", "b.pfx", "c.app"].iter().map(named).collect();
        let parts = side_by_side(&inputs, |input| match input.path.as_str() {
            "b.pfx" => panic!("a store that no one foresaw"),
            _ => (Some(Evidence::default()), None),
        });
        let told: Vec<Option<&str>> =
            parts.iter().map(|(_, left)| Some(left.as_ref()?.path.as_str())).collect();
        assert_eq!(told, [None, Some("b.pfx"), None]);
        assert!(
            parts[1].1.as_ref().is_some_and(|left| left.unreadable && left.reason.contains("internal error"))
        );
    }
}
