//! Folders of tools and libraries in a source tree: nothing in them is an artefact of the add-in.

use std::collections::BTreeMap;
use std::path::Path;

use crate::command::input::collect::shown;
use crate::command::input::{Input, LeftOut};
use crate::text::number::counted;

/// What they are called.
const FOREIGN: [&str; 5] = [".git", ".vs", "node_modules", "bower_components", ".svn"];

/// Takes what lies in such folders out of the inputs, and tells each folder once. Whoever names such a folder, or a
/// file, means it: only what lies below a given path is looked at.
pub(super) fn set_apart(inputs: &mut Vec<Input>, paths: &[String]) -> Vec<LeftOut> {
    let typed: Vec<String> = paths.iter().map(|path| shown(Path::new(path))).collect();
    let mut folders: BTreeMap<String, u64> = BTreeMap::new();
    inputs.retain(|input| {
        let folder = Some(input).filter(|input| !input.named).and_then(|input| around(&input.path, &typed));
        folder.is_none_or(|folder| {
            *folders.entry(folder.to_owned()).or_default() += 1;
            false
        })
    });
    let told = |(path, count)| LeftOut {
        path,
        reason: format!(
            "{} not read: a folder of tools or libraries; name it to have it read",
            counted(count, "file")
        ),
        unreadable: false,
        missing: false,
    };
    folders.into_iter().map(told).collect()
}

/// The outermost such folder around a file, below each of the given paths that it lies in.
fn around<'p>(path: &'p str, typed: &[String]) -> Option<&'p str> {
    let roots = typed.iter().filter_map(|given| below(path, given));
    let start = roots.max().unwrap_or_default();
    let mut at = start;
    for part in path.get(start..)?.split('/') {
        let end = at + part.len();
        if FOREIGN.contains(&part) && end < path.len() {
            return path.get(..end);
        }
        at = end + 1;
    }
    None
}

/// Where in a path begins what the user did not type; `None` where it does not lie there. Of a pattern everything up to
/// its last folder is typed that is such a folder.
fn below(path: &str, given: &str) -> Option<usize> {
    let wild = given.find(['*', '?', '[', '{']).filter(|_| !path.starts_with(given));
    let fixed = match wild {
        Some(wild) => given.get(..wild)?.rsplit_once('/').map_or("", |(folder, _)| folder),
        None => given.trim_end_matches('/'),
    };
    let rest = if fixed.is_empty() && !given.starts_with('/') { path } else { path.strip_prefix(fixed)? };
    if !fixed.is_empty() && !rest.starts_with('/') {
        return None;
    }
    let start = path.len() - rest.len();
    let Some(pattern) = wild.and_then(|wild| given.get(wild..)) else { return Some(start) };
    // `*/node_modules/*`: whoever writes that means what lies there.
    let named = FOREIGN.iter().filter(|folder| pattern.split('/').any(|part| part == **folder));
    let ends = named.filter_map(|folder| {
        let found = rest.find(&format!("/{folder}/"))?;
        Some(start + found + folder.len() + 2)
    });
    Some(ends.max().unwrap_or(start))
}

#[cfg(test)]
mod tests {
    use super::around;

    #[test]
    fn only_what_lies_below_a_given_path_lies_in_a_foreign_folder() {
        for (path, typed, expected) in [
            ("a/node_modules/b/x.app", "a", Some("a/node_modules")),
            ("a/node_modules/b/node_modules/x.app", "a/", Some("a/node_modules")),
            ("a/node_modules/b/x.app", "a/node_modules", None),
            ("a/node_modules/b/x.app", "a/node_modules/b/", None),
            ("a/node_modules/b/.git/x.app", "a/node_modules/b", Some("a/node_modules/b/.git")),
            ("/node_modules/x.app", "/", Some("/node_modules")),
            ("/srv/node_modules/x.app", "/srv/node_modules", None),
            ("./.vs/x.config", ".", Some("./.vs")),
            ("a/node_modules.app", "a", None),
            ("a/node_modules", "a", None),
            ("ab/node_modules/x.app", "a", Some("ab/node_modules")),
            ("a/node_modules/b/x.app", "a/node_modules/*/*.app", None),
            ("a/node_modules/x.app", "a/**/*.app", Some("a/node_modules")),
            ("a/node_modules/x.app", "*/node_modules/*.app", None),
            ("a[1]/node_modules/x.app", "a[1]", Some("a[1]/node_modules")),
        ] {
            assert_eq!(around(path, &[typed.to_owned()]), expected, "{path} under {typed}");
        }
    }

    #[test]
    fn of_several_given_paths_the_nearest_counts() {
        let typed = ["a".to_owned(), "a/node_modules/b".to_owned()];
        assert_eq!(around("a/node_modules/b/x.app", &typed), None);
        assert_eq!(around("a/node_modules/c/x.app", &typed), Some("a/node_modules"));
    }
}
