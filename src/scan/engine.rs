//! Which rules a record matches: literals first, regexes only for what the literals let through.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::bytes::{Captures, Regex};

use crate::catalogue::Catalogue;
use crate::catalogue::rule::Rule;
use crate::format::title::MENTIONS;
use crate::model::kind::{Level, LogFamily};

/// The rules, compiled for scanning. Shared by all threads; nothing in it changes while scanning.
#[derive(Debug)]
pub struct Engine {
    catalogue: Catalogue,
    patterns: Vec<CompiledPattern>,
    /// One class for each family and level.
    classes: Vec<Class>,
    /// For each rule, the rules that it silences on a record both match.
    supersedes: Vec<Vec<u16>>,
    unexplained: Option<u16>,
    refusals: Vec<u16>,
    /// For each rule, the names of its captures.
    capture_names: Vec<OnceLock<Vec<String>>>,
}

/// The rules whose records refuse a site, and so ask for the database that owns it.
const REFUSALS: [&str; 2] = ["UA01", "UA02"];

#[derive(Debug)]
struct CompiledPattern {
    rule: u16,
    source: String,
    regex: OnceLock<Option<Regex>>,
}

impl CompiledPattern {
    /// The loader has compiled every pattern once, so a pattern that does not compile cannot get here.
    fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| Regex::new(&self.source).ok()).as_ref()
    }
}

/// What a literal stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Target {
    Pattern(u16),
    Mention,
    Mark(Mark),
    /// psconfig enters or leaves its main function.
    Main,
}

/// Lines that open or close an upgrade session. The wording of a normal end is not verified on a real log,
/// hence several loose forms.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Mark {
    /// The session begins.
    Start,
    /// The session ended, whether well or badly.
    End,
}

const MARKS: [(&str, Mark); 9] = [
    ("Boot Strap starts", Mark::Start),
    ("pgrade session starts", Mark::Start),
    ("pgrade session finishes", Mark::End),
    ("warnings encountered", Mark::End),
    ("Upgrade completed successfully", Mark::End),
    ("Upgrade completed with errors", Mark::End),
    ("Upgrade finished", Mark::End),
    ("Upgrade Timer job is exiting", Mark::End),
    ("upgrade session has stopped", Mark::End),
];

/// The function of psconfig that lasts as long as its run: `PsconfigMain.Main`, `PsconfigUserInterfaceMain.Main`.
const MAIN: &str = "Main.Main";

/// What a line says about the main function of psconfig.
fn main_mark(text: &[u8]) -> Option<Mark> {
    if text.starts_with(b"Entering function ") {
        Some(Mark::Start)
    } else {
        text.starts_with(b"Leaving function ").then_some(Mark::End)
    }
}

/// The literals that can occur in records of one family and level.
#[derive(Debug)]
struct Class {
    literals: Vec<(String, Target)>,
    automata: OnceLock<Option<Automata>>,
}

#[derive(Debug)]
struct Automata {
    /// Fast, and misses literals that overlap others: only says whether there is any.
    gate: AhoCorasick,
    /// Finds all.
    all: AhoCorasick,
}

/// What a record turned out to be.
#[derive(Debug, Default)]
pub struct Verdict<'t> {
    /// Rules that match, with their captures, ordered by rule; superseded ones are gone.
    pub hits: Vec<(u16, Captures<'t>)>,
    /// The text may name a content database.
    pub mentions_database: bool,
    /// It opens or closes a session.
    pub mark: Option<Mark>,
}

impl Engine {
    /// Prepares the rules. Automata and regexes are built when a record first needs them.
    pub fn new(catalogue: Catalogue) -> Self {
        let mut patterns = Vec::new();
        let mut classes: Vec<Class> = (0..LogFamily::ALL.len() * Level::ALL.len())
            .map(|_| Class { literals: Vec::new(), automata: OnceLock::new() })
            .collect();
        for (rule_index, rule) in catalogue.rules().iter().enumerate() {
            for pattern in &rule.patterns {
                let index = to_index(patterns.len());
                patterns.push(CompiledPattern {
                    rule: to_index(rule_index),
                    source: pattern.regex.clone(),
                    regex: OnceLock::new(),
                });
                for &family in &pattern.logs {
                    for level in Level::ALL {
                        if !pattern.levels.is_empty() && !pattern.levels.contains(&level) {
                            continue;
                        }
                        if let Some(class) = classes.get_mut(class_index(family, level)) {
                            let literals =
                                pattern.literals.iter().map(|l| (l.clone(), Target::Pattern(index)));
                            class.literals.extend(literals);
                        }
                    }
                }
            }
        }
        for level in Level::ALL {
            if let Some(class) = classes.get_mut(class_index(LogFamily::Upgrade, level)) {
                class.literals.extend(MENTIONS.iter().map(|(l, _)| ((*l).to_owned(), Target::Mention)));
                class.literals.extend(MARKS.iter().map(|(l, mark)| ((*l).to_owned(), Target::Mark(*mark))));
            }
        }
        for level in Level::ALL {
            if let Some(class) = classes.get_mut(class_index(LogFamily::PscDiagnostics, level)) {
                class.literals.push((MAIN.to_owned(), Target::Main));
            }
        }
        let supersedes =
            catalogue.rules().iter().map(|rule| indices_of(&catalogue, &rule.supersedes)).collect();
        let unexplained = catalogue
            .rules()
            .iter()
            .position(|rule| rule.coded.as_deref() == Some("unexplained"))
            .map(to_index);
        let refusals = indices_of(&catalogue, &REFUSALS.map(str::to_owned));
        let capture_names = catalogue.rules().iter().map(|_| OnceLock::new()).collect();
        Self { catalogue, patterns, classes, supersedes, unexplained, refusals, capture_names }
    }

    /// The rule says that a site was refused: its lines ask for the database that owns the site.
    pub fn is_refusal(&self, rule: u16) -> bool {
        self.refusals.contains(&rule)
    }

    /// The names of all captures of a rule, over all its patterns.
    pub fn capture_names(&self, rule: u16) -> &[String] {
        let Some(names) = self.capture_names.get(usize::from(rule)) else { return &[] };
        names.get_or_init(|| {
            let mut names: Vec<String> = self
                .patterns
                .iter()
                .filter(|pattern| pattern.rule == rule)
                .filter_map(|pattern| pattern.regex())
                .flat_map(|regex| regex.capture_names().flatten().map(str::to_owned))
                .collect();
            names.sort_unstable();
            names.dedup();
            names
        })
    }

    /// The rules themselves.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The rule with this index.
    pub fn rule(&self, index: u16) -> Option<&Rule> {
        self.catalogue.rules().get(usize::from(index))
    }

    /// The rule under which errors are reported that no rule explains.
    pub fn unexplained(&self) -> Option<u16> {
        self.unexplained
    }

    /// Asks the rules about one record: its folded text without prefix.
    pub fn judge<'t>(&self, family: LogFamily, level: Level, text: &'t [u8]) -> Verdict<'t> {
        let mut verdict = Verdict::default();
        let Some(class) = self.classes.get(class_index(family, level)) else { return verdict };
        let Some(automata) = class.automata.get_or_init(|| build(&class.literals)) else { return verdict };
        if !automata.gate.is_match(text) {
            return verdict;
        }
        let mut candidates: Vec<Target> = automata
            .all
            .find_overlapping_iter(text)
            .filter_map(|found| class.literals.get(found.pattern().as_usize()).map(|(_, target)| *target))
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        for target in candidates {
            match target {
                Target::Mention => verdict.mentions_database = true,
                Target::Mark(mark) => verdict.mark = verdict.mark.max(Some(mark)),
                Target::Main => verdict.mark = verdict.mark.max(main_mark(text)),
                Target::Pattern(index) => self.confirm(index, text, &mut verdict.hits),
            }
        }
        self.drop_superseded(&mut verdict.hits);
        verdict
    }

    fn confirm<'t>(&self, pattern: u16, text: &'t [u8], hits: &mut Vec<(u16, Captures<'t>)>) {
        let Some(pattern) = self.patterns.get(usize::from(pattern)) else { return };
        // The patterns of a rule are alternatives: the first that matches speaks for it.
        if hits.iter().any(|(rule, _)| *rule == pattern.rule) {
            return;
        }
        if let Some(captures) = pattern.regex().and_then(|regex| regex.captures(text)) {
            hits.push((pattern.rule, captures));
        }
    }

    fn drop_superseded(&self, hits: &mut Vec<(u16, Captures<'_>)>) {
        if hits.len() < 2 {
            return;
        }
        let silenced = self.silenced(hits.iter().map(|(rule, _)| *rule));
        hits.retain(|(rule, _)| !silenced.contains(rule));
    }

    /// The rules that these rules silence on a record all of them match.
    pub(super) fn silenced(&self, rules: impl Iterator<Item = u16>) -> Vec<u16> {
        rules.filter_map(|rule| self.supersedes.get(usize::from(rule))).flatten().copied().collect()
    }
}

fn build(literals: &[(String, Target)]) -> Option<Automata> {
    if literals.is_empty() {
        return None;
    }
    let words = || literals.iter().map(|(literal, _)| literal.as_bytes());
    let gate = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words()).ok()?;
    let all = AhoCorasick::builder().match_kind(MatchKind::Standard).build(words()).ok()?;
    Some(Automata { gate, all })
}

fn indices_of(catalogue: &Catalogue, codes: &[String]) -> Vec<u16> {
    codes
        .iter()
        .filter_map(|code| catalogue.rules().iter().position(|rule| rule.code == *code))
        .map(to_index)
        .collect()
}

fn class_index(family: LogFamily, level: Level) -> usize {
    let family = LogFamily::ALL.iter().position(|known| *known == family).unwrap_or(0);
    let level = Level::ALL.iter().position(|known| *known == level).unwrap_or(0);
    family * Level::ALL.len() + level
}

/// Rules and patterns are counted in hundreds; the loader refuses more than fit.
fn to_index(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}
