//! What the documents say of the source, held: the table of layers in `ARCHITECTURE.md`, a heading in every file,
//! files that can be read in one go.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::repository;

/// Longest source file in lines, tests and tables apart.
const LONGEST: usize = 400;

/// Longer files, each with its reason.
const LONGER: [(&str, &str); 2] = [
    ("src/catalogue/check/tests.rs", "tests: a table of rules that must be refused"),
    ("src/inventory/tests/tables.rs", "tests: a table of exports"),
];

/// Layers, and what each may import. A layer may import itself; `cli` is the text of the help.
const LAYERS: [(&str, &[&str]); 14] = [
    ("text", &[]),
    ("model", &["text"]),
    ("format", &["text", "model"]),
    ("catalogue", &["text", "model"]),
    ("inventory", &["text", "model"]),
    ("scan", &["text", "model", "format", "catalogue", "inventory"]),
    ("conclude", &["text", "model", "catalogue", "inventory", "scan"]),
    ("addin", &["text", "model", "catalogue"]),
    // Two reports side by side: a pure function, as scan is.
    ("compare", &["text", "model"]),
    ("render", &["text", "model", "catalogue", "wire"]),
    ("script", &["text", "model"]),
    ("wire", &["text", "model", "catalogue"]),
    ("cli", &[]),
    (
        "command",
        &[
            "text",
            "model",
            "format",
            "catalogue",
            "inventory",
            "addin",
            "scan",
            "conclude",
            "compare",
            "render",
            "script",
            "wire",
            "cli",
        ],
    ),
];

/// Imports that the table forbids and that are known, each with its reason.
const KNOWN: [(&str, &str, &str); 1] =
    [("wire", "compare", "a test: a report that is read back compares equal")];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Path below the repository with `/`, and text, of every source file.
fn texts(folder: &str) -> Vec<(String, String)> {
    let named = |path: PathBuf| {
        let name = path.strip_prefix(repository("")).unwrap().display().to_string().replace('\\', "/");
        (name, fs::read_to_string(path).unwrap())
    };
    sources(&repository(folder)).into_iter().map(named).collect()
}

/// Layers named in paths that begin with `crate::`, one by one or in braces, comments left out.
fn imports(text: &str) -> BTreeSet<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let first = |path: &str| path.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
    let mut named: BTreeSet<String> = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(group) => named.extend(outermost(group).into_iter().map(first)),
            None => {
                named.insert(first(rest));
            }
        }
    }
    named.retain(|layer| LAYERS.iter().any(|(known, _)| known == layer));
    named
}

/// The paths of a group that opened just before, without what stands in braces of their own.
fn outermost(group: &str) -> Vec<&str> {
    let (mut paths, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                paths.extend(group.get(start..at));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                paths.extend(group.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    paths.into_iter().map(str::trim).collect()
}

#[test]
fn imports_in_braces_are_seen() {
    let text = "use crate::{\n    scan::{engine::Engine, wire},\n    text,\n};\nfn f() { crate::render::x() }\n// crate::cli\n";
    assert_eq!(imports(text), ["render", "scan", "text"].map(str::to_owned).into());
}

fn layer_of(path: &str) -> &str {
    let below = path.strip_prefix("src/").unwrap_or(path);
    below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
}

#[test]
fn a_layer_imports_only_what_it_may() {
    let mut wrong = Vec::new();
    for (path, text) in texts("src") {
        let layer = layer_of(&path);
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            assert!(matches!(layer, "lib" | "main"), "{path} is in no layer");
            continue;
        };
        for import in imports(&text).iter().filter(|import| *import != layer) {
            let known = KNOWN.iter().any(|(from, to, _)| *from == layer && to == import);
            if !allowed.contains(&import.as_str()) && !known {
                wrong.push(format!("{path} imports {import}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_architecture_names_what_every_layer_may_import() {
    let page = fs::read_to_string(repository("ARCHITECTURE.md")).unwrap();
    for (layer, allowed) in LAYERS {
        let names: Vec<String> = allowed.iter().map(|name| format!("`{name}`")).collect();
        let imports = match names.join(" ") {
            _ if layer == "command" => " all of these".to_owned(),
            none if none.is_empty() => none,
            some => format!(" {some}"),
        };
        assert!(page.contains(&format!("\n| `{layer}` |{imports} | ")), "{layer} imports{imports}");
    }
    assert_eq!(LAYERS.last().unwrap().1.len(), LAYERS.len() - 1, "command imports all others");
}

#[test]
fn every_file_opens_with_what_it_holds() {
    for folder in ["src", "benches", "tests", "fuzz/fuzz_targets"] {
        let bare: Vec<String> = texts(folder)
            .into_iter()
            .filter(|(_, text)| !text.starts_with("//! "))
            .map(|(path, _)| path)
            .collect();
        assert!(bare.is_empty(), "without a heading: {bare:#?}");
    }
}

#[test]
fn no_source_file_is_too_long_without_a_reason() {
    let excused = |path: &str| LONGER.iter().any(|(longer, _)| *longer == path);
    let lines = |text: &str| text.lines().count();
    let long: Vec<String> = texts("src")
        .into_iter()
        .filter(|(path, text)| lines(text) > LONGEST && !excused(path))
        .map(|(path, text)| format!("{path}: {} lines", lines(&text)))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn a_reason_is_given_only_where_it_is_needed() {
    for (path, reason) in LONGER {
        let text = fs::read_to_string(repository(path)).unwrap();
        assert!(text.lines().count() > LONGEST, "{path} is short enough without its reason: {reason}");
    }
}
