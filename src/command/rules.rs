//! `spdoctor rules`: the catalogue as a list, the tests of a user's own rules, the pages of the documents.

use std::collections::BTreeMap;
use std::fs::DirEntry;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::output::{columns, remark, write, write_file};
use super::{Outcome, own_text};
use crate::catalogue::card::{Card, Cards};
use crate::catalogue::rule::Rule;
use crate::catalogue::{Catalogue, RuleError, RuleFile, check};
use crate::cli::{ListFormat, RulesAction, RulesArgs};
use crate::render::page;
use crate::render::table::{self, Align};
use crate::scan::decode;
use crate::scan::rules::engine::Engine;
use crate::text::quote::terminal as clean;
use crate::wire::pretty;
use crate::wire::rules_v1::RulesV1;

/// Runs the subcommand.
///
/// # Errors
/// A folder cannot be read, or the output cannot be written.
pub fn run(args: &RulesArgs) -> anyhow::Result<Outcome> {
    match &args.action {
        None => list(args),
        Some(RulesAction::Test { dir }) => test(dir),
        Some(RulesAction::Docs { dir, check }) => docs(dir, *check),
    }
}

/// The built-in rules and those of the folders. A flawed rule of the user is told and left out.
///
/// # Errors
/// A folder cannot be read; a built-in rule is flawed, which the tests rule out.
pub fn catalogue(dirs: &[PathBuf]) -> anyhow::Result<Catalogue> {
    let built_in = sound(Catalogue::proven())?;
    let mut files = Vec::new();
    for dir in dirs {
        files.extend(rule_files(dir)?);
    }
    let (catalogue, errors) = built_in.with_user_rules(&files);
    for error in &errors {
        remark(&format!("rule left out: {error}"));
    }
    Ok(catalogue)
}

/// The cards of the checks.
///
/// # Errors
/// A card is flawed, which the tests rule out.
pub fn cards() -> anyhow::Result<Cards> {
    sound(Cards::built_in())
}

/// What was read out of the files inside the program.
///
/// # Errors
/// One of them is flawed, which the tests rule out.
pub fn sound<T>(read: Result<T, Vec<RuleError>>) -> anyhow::Result<T> {
    read.map_err(|errors| anyhow::anyhow!(lines(&errors)))
}

/// The paths of all rule files in these folders.
///
/// # Errors
/// A folder cannot be read.
pub fn paths(dirs: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for dir in dirs {
        paths.extend(rule_paths(dir)?);
    }
    Ok(paths)
}

fn rule_files(dir: &Path) -> anyhow::Result<Vec<RuleFile>> {
    let mut files = Vec::new();
    for path in rule_paths(dir)? {
        // Bytes that are no text are a flaw of this file, not the end of the run.
        let text = own_text::read(&path)?.text;
        files.push(RuleFile { path: path.display().to_string(), text });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn rule_paths(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries: io::Result<Vec<_>> = std::fs::read_dir(dir).and_then(Iterator::collect);
    let entries = entries.with_context(|| format!("cannot read the rules in {}", dir.display()))?;
    let is_rule = |path: &PathBuf| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    Ok(entries.iter().map(DirEntry::path).filter(is_rule).collect())
}

fn lines(errors: &[RuleError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn list(args: &RulesArgs) -> anyhow::Result<Outcome> {
    let catalogue = catalogue(&args.rules)?;
    let cards = cards()?;
    write(None, |out| match args.format {
        ListFormat::Json => pretty::write(out, &RulesV1::new(catalogue.rules(), &cards)),
        ListFormat::Text => {
            let rules = catalogue.rules().iter().map(row);
            let rows: Vec<Vec<String>> = rules.chain(cards.iter().map(card_row)).collect();
            for line in listed(rows, columns(None)) {
                writeln!(out, "{line}")?;
            }
            Ok(())
        }
    })?;
    Ok(Outcome::Clean)
}

/// Titles stand beside the names or, where a terminal has no room for that, below them.
fn listed(rows: Vec<Vec<String>>, columns: Option<usize>) -> Vec<String> {
    const ALIGNS: [Align; 5] = [Align::Left; 5];
    /// Behind the codes.
    const INDENT: usize = 6;
    match columns {
        Some(columns) if columns < table::width(&rows) => table::last_below(&ALIGNS, rows, columns, INDENT),
        _ => table::lines(&ALIGNS, &rows),
    }
}

fn row(rule: &Rule) -> Vec<String> {
    vec![
        rule.code.clone(),
        rule.severity.name().to_owned(),
        rule.grade.name().to_owned(),
        rule.name.clone(),
        clean(&rule.title).into_owned(),
    ]
}

fn card_row(card: &Card) -> Vec<String> {
    vec![
        card.code.clone(),
        card.severity.name().to_owned(),
        card.grade.name().to_owned(),
        card.name.to_string(),
        clean(&card.title).into_owned(),
    ]
}

/// Checks the rules of a folder as the suite checks the built-in ones.
fn test(dir: &Path) -> anyhow::Result<Outcome> {
    let files = rule_files(dir)?;
    if files.is_empty() {
        bail!("no .toml file in {}", dir.display());
    }
    let built_in = sound(Catalogue::built_in())?;
    let (catalogue, mut errors) = built_in.with_user_rules(&files);
    let engine = Engine::new(catalogue);
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let of_examples =
        check::examples(engine.catalogue().rules(), &|kind, text| decode::records(&engine, kind, text));
    errors.extend(of_examples.into_iter().filter(|error| paths.contains(&error.path.as_str())));
    let good = engine.catalogue().rules().iter().filter(|rule| paths.contains(&rule.origin.as_str())).count();
    write(None, |out| {
        for error in &errors {
            writeln!(out, "{}", multiline(&error.to_string()))?;
        }
        writeln!(out, "{good} of {} rule files read, {} problems", files.len(), errors.len())
    })?;
    Ok(if errors.is_empty() { Outcome::Clean } else { Outcome::Found })
}

/// The marks under a flaw stand on lines of their own.
fn multiline(text: &str) -> String {
    text.lines().map(|line| clean(line).into_owned()).collect::<Vec<_>>().join("\n")
}

/// One page a rule or check, and an index.
fn docs(dir: &Path, only_check: bool) -> anyhow::Result<Outcome> {
    let catalogue = catalogue(&[])?;
    let mut pages: BTreeMap<String, String> =
        catalogue.rules().iter().map(|rule| (format!("{}.md", rule.code), page::markdown(rule))).collect();
    let cards = cards()?;
    pages.extend(cards.iter().map(|card| (format!("{}.md", card.code), page::check(card))));
    pages.insert("README.md".to_owned(), page::index(catalogue.rules(), &cards));
    let mut stale = Vec::new();
    if !only_check {
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    }
    for (name, page) in &pages {
        let path = dir.join(name);
        let current = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        if only_check && current != *page {
            stale.push(path.display().to_string());
        } else if current != *page {
            write_file(&path, |file| file.write_all(page.as_bytes()))?;
        }
    }
    for path in &stale {
        remark(&format!("{path} does not match its rule file: run spdoctor rules docs {}", dir.display()));
    }
    Ok(if stale.is_empty() { Outcome::Clean } else { Outcome::Found })
}
