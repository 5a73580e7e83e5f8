//! What is known about SharePoint: the rules. Knows nothing of scanning.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use include_dir::{Dir, File, include_dir};

pub mod card;
pub mod check;
pub mod compile;
mod document;
pub mod error;
pub mod hresult;
pub mod load;
pub mod rule;
pub mod search;
pub mod symptoms;

pub use error::RuleError;
use load::Standing;
use rule::{Coded, Rule};

static RULES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/catalogue/rules");

/// The text of a rule file with the path that messages name it by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleFile {
    /// Where it was read from.
    pub path: String,
    /// Its TOML.
    pub text: String,
}

/// A set of valid rules, ordered by code.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    rules: Vec<Rule>,
    codes: BTreeMap<String, usize>,
    names: BTreeMap<String, usize>,
    left_out: Vec<String>,
}

impl Catalogue {
    /// The rules inside the program.
    ///
    /// # Errors
    ///
    /// Every flaw of the built-in files. A released program has none, its tests see to that.
    pub fn built_in() -> Result<Self, Vec<RuleError>> {
        Self::from_files(&built_in_files())
    }

    /// The rules inside the program, as they were when its tests proved them sound: no regex is compiled.
    ///
    /// # Errors
    ///
    /// Those of a file that is no rule at all, which a released program does not have either.
    pub fn proven() -> Result<Self, Vec<RuleError>> {
        let mut rules = Vec::new();
        let mut errors = Vec::new();
        for file in built_in_files() {
            match load::proven(&file) {
                Ok(rule) => rules.push(rule),
                Err(found) => errors.extend(found),
            }
        }
        if errors.is_empty() { Ok(Self::of(rules)) } else { Err(errors) }
    }

    /// The rule inside the program with this code (in any case of letters) or name, as [`Self::get`] of the
    /// [proven](Self::proven) ones. No other file is read.
    ///
    /// # Errors
    ///
    /// Its file is no rule at all, which a released program does not have.
    pub fn only(code_or_name: &str) -> Result<Option<Rule>, Vec<RuleError>> {
        file_of(&RULES, code_or_name).map(|file| load::proven(&file)).transpose()
    }

    fn from_files(files: &[RuleFile]) -> Result<Self, Vec<RuleError>> {
        let (rules, mut errors) = load_all(files, Standing::BuiltIn);
        errors.extend(check::unique(&rules));
        if errors.is_empty() { Ok(Self::of(rules)) } else { Err(errors) }
    }

    fn of(mut rules: Vec<Rule>) -> Self {
        rules.sort_by(|a, b| a.code.cmp(&b.code));
        let numbered = || rules.iter().enumerate();
        let codes = numbered().map(|(index, rule)| (rule.code.to_ascii_lowercase(), index)).collect();
        let names = numbered().map(|(index, rule)| (rule.name.clone(), index)).collect();
        Self { rules, codes, names, left_out: Vec::new() }
    }

    /// Adds an administrator's own rules, in the order of their paths. Those with a flaw are left out and
    /// reported, every flaw of them; a rule whose code or name is taken already is one of those.
    #[must_use]
    pub fn with_user_rules(self, files: &[RuleFile]) -> (Self, Vec<RuleError>) {
        let mut ordered = files.to_vec();
        ordered.sort_by(|a, b| a.path.cmp(&b.path));
        let (candidates, mut errors) = load_all(&ordered, Standing::User);
        let built_in = self.rules.len();
        let mut rules = self.rules;
        for candidate in candidates {
            let collisions = check::collisions(&rules, &candidate);
            if collisions.is_empty() {
                rules.push(candidate);
            }
            errors.extend(collisions);
        }
        errors.extend(drop_dangling(&mut rules, built_in));
        let left_out = errors.iter().map(RuleError::to_string).collect();
        (Self { left_out, ..Self::of(rules) }, errors)
    }

    /// Rules of the user that are flawed, each with its place and why.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// Every rule, ordered by code.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this code (in any case of letters) or name.
    pub fn get(&self, code_or_name: &str) -> Option<&Rule> {
        self.rules.get(self.index(code_or_name)?)
    }

    /// Where the rule with this code (in any case of letters) or name stands in [`Self::rules`].
    pub fn index(&self, code_or_name: &str) -> Option<usize> {
        let key = code_or_name.to_ascii_lowercase();
        self.codes.get(&key).or_else(|| self.names.get(&key)).copied()
    }

    /// Where the rule that this function recognises stands in [`Self::rules`].
    pub fn index_of_coded(&self, coded: Coded) -> Option<usize> {
        self.rules.iter().position(|rule| rule.coded == Some(coded))
    }
}

/// The rule files inside the program, ordered by path.
fn built_in_files() -> Vec<RuleFile> {
    files_of(&RULES)
}

/// The TOML files of a folder inside the program, ordered by path.
fn files_of(dir: &Dir<'_>) -> Vec<RuleFile> {
    let mut files: Vec<RuleFile> = tomls(dir).map(rule_file).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The file of a folder inside the program that is named after this code or name: `UA01-sts-refused.toml`.
fn file_of(dir: &Dir<'_>, code_or_name: &str) -> Option<RuleFile> {
    let is_wanted = |part: &str| part.eq_ignore_ascii_case(code_or_name);
    let is_named = |file: &&File<'_>| {
        let stem = file.path().file_stem().and_then(OsStr::to_str).unwrap_or_default();
        stem.split_once('-').is_some_and(|(code, name)| is_wanted(code) || is_wanted(name))
    };
    // Two checks may have one name.
    tomls(dir).filter(is_named).min_by_key(|file| file.path()).map(rule_file)
}

fn tomls<'d>(dir: &'d Dir<'d>) -> impl Iterator<Item = &'d File<'d>> {
    dir.files().filter(|file| file.path().extension().is_some_and(|extension| extension == "toml"))
}

fn rule_file(file: &File<'_>) -> RuleFile {
    RuleFile {
        path: file.path().to_string_lossy().into_owned(),
        text: String::from_utf8_lossy(file.contents()).into_owned(),
    }
}

fn load_all(files: &[RuleFile], standing: Standing) -> (Vec<Rule>, Vec<RuleError>) {
    let mut rules = Vec::new();
    let mut errors = Vec::new();
    for file in files {
        match load::rule(file, standing) {
            Ok(rule) => rules.push(rule),
            Err(found) => errors.extend(found),
        }
    }
    (rules, errors)
}

/// Takes out the rules after `keep` that point at codes nobody has, until all that is left points at rules.
fn drop_dangling(rules: &mut Vec<Rule>, keep: usize) -> Vec<RuleError> {
    let mut errors = Vec::new();
    loop {
        let own: Vec<Rule> = rules.get(keep..).unwrap_or_default().to_vec();
        let dangling: Vec<Vec<RuleError>> = own.iter().map(|rule| check::dangling(rule, rules)).collect();
        if dangling.iter().all(Vec::is_empty) {
            return errors;
        }
        rules.truncate(keep);
        rules.extend(
            own.into_iter().zip(&dangling).filter(|(_, flaws)| flaws.is_empty()).map(|(rule, _)| rule),
        );
        errors.extend(dangling.into_iter().flatten());
    }
}

#[cfg(test)]
mod tests;
