//! Which rules a record matches: literals first, regexes only for what the literals let through.

use std::sync::OnceLock;

use regex::bytes::{Captures, Regex};

use super::sweep::{Mask, Sweep};
use crate::catalogue::Catalogue;
use crate::catalogue::rule::Rule;
use crate::format::title::MENTIONS;
use crate::model::kind::{Level, LogFamily};

/// The rules, compiled for scanning. Shared by all threads; nothing in it changes while scanning.
#[derive(Debug)]
pub struct Engine {
    catalogue: Catalogue,
    patterns: Vec<CompiledPattern>,
    /// One search for each family.
    searches: Vec<Words>,
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
    /// Levels of its records; empty for all.
    levels: Vec<Level>,
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
    Cue(Cue),
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

/// Wordings that the timeline of an upgrade log listens for, besides those of sessions and databases.
const CUES: [(&str, Cue); 10] = [
    ("securitytoken.svc", Cue::TokenService),
    ("SPSite Url=", Cue::Site),
    ("completed with errors", Cue::End),
    ("exiting due to exception", Cue::End),
    ("has stopped", Cue::End),
    (" errors and ", Cue::End),
    (" error and ", Cue::End),
    ("session finishes", Cue::End),
    ("Upgrade completed", Cue::End),
    ("Upgrade finished", Cue::End),
];

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Cue {
    TokenService,
    Site,
    End,
}

/// The literals that records of one family are searched for.
#[derive(Debug, Default)]
struct Words {
    texts: Vec<String>,
    /// What each stands for.
    targets: Vec<Vec<Target>>,
    sweep: OnceLock<Sweep>,
    /// What the bits of a mask mean.
    meaning: Meaning,
}

/// Which bits of a mask say what about an upgrade record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Meaning {
    patterns: Mask,
    /// A content database is named.
    pub mention: Mask,
    /// A session starts.
    pub start: Mask,
    marks_end: Mask,
    main: Mask,
    /// A site collection is named by its URL.
    pub site: Mask,
    /// The token service is named.
    pub token_service: Mask,
    /// Something may have ended.
    pub end: Mask,
}

impl Words {
    fn add(&mut self, text: &str, target: Target) {
        let index = self.texts.iter().position(|known| known == text).unwrap_or_else(|| {
            self.texts.push(text.to_owned());
            self.targets.push(Vec::new());
            self.texts.len() - 1
        });
        if let Some(targets) = self.targets.get_mut(index) {
            targets.push(target);
        }
        let bit = Sweep::bit(index);
        let meaning = &mut self.meaning;
        *match target {
            Target::Pattern(_) => &mut meaning.patterns,
            Target::Mention => &mut meaning.mention,
            Target::Mark(Mark::Start) => &mut meaning.start,
            Target::Mark(Mark::End) => &mut meaning.marks_end,
            Target::Main => &mut meaning.main,
            Target::Cue(Cue::Site) => &mut meaning.site,
            Target::Cue(Cue::TokenService) => &mut meaning.token_service,
            Target::Cue(Cue::End) => &mut meaning.end,
        } |= bit;
    }

    fn sweep(&self) -> &Sweep {
        self.sweep.get_or_init(|| Sweep::new(&self.texts))
    }

    /// The patterns whose literals are in the mask, in their order.
    fn patterns(&self, mask: Mask) -> Vec<u16> {
        let mut found: Vec<u16> = Vec::new();
        let mut rest = mask;
        while rest != 0 {
            let bit = rest & rest.wrapping_neg();
            rest ^= bit;
            let first = usize::try_from(bit.trailing_zeros()).unwrap_or(0);
            // The last bit stands for all words beyond it.
            let many = if bit == Sweep::bit(usize::MAX) { usize::MAX } else { 1 };
            let targets = self.targets.iter().skip(first).take(many).flatten();
            found.extend(targets.filter_map(|target| match target {
                Target::Pattern(index) => Some(*index),
                _ => None,
            }));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
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
        let mut searches: Vec<Words> = LogFamily::ALL.iter().map(|_| Words::default()).collect();
        if let Some(upgrade) = searches.get_mut(family_index(LogFamily::Upgrade)) {
            for (text, _) in &MENTIONS {
                upgrade.add(text, Target::Mention);
            }
            for (text, mark) in &MARKS {
                upgrade.add(text, Target::Mark(*mark));
            }
            for (text, cue) in &CUES {
                upgrade.add(text, Target::Cue(*cue));
            }
        }
        if let Some(wizard) = searches.get_mut(family_index(LogFamily::PscDiagnostics)) {
            wizard.add(MAIN, Target::Main);
        }
        for (rule_index, rule) in catalogue.rules().iter().enumerate() {
            for pattern in &rule.patterns {
                let index = to_index(patterns.len());
                patterns.push(CompiledPattern {
                    rule: to_index(rule_index),
                    source: pattern.regex.clone(),
                    levels: pattern.levels.clone(),
                    regex: OnceLock::new(),
                });
                for &family in &pattern.logs {
                    let Some(words) = searches.get_mut(family_index(family)) else { continue };
                    for text in &pattern.literals {
                        words.add(text, Target::Pattern(index));
                    }
                }
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
        Self { catalogue, patterns, searches, supersedes, unexplained, refusals, capture_names }
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
        let mask = self.sweep(family).map_or(0, |sweep| sweep.mask(text));
        self.judge_sighted(family, level, text, mask)
    }

    /// The same for a text that was searched already. Bits for words that are not in it do no harm.
    pub fn judge_sighted<'t>(
        &self,
        family: LogFamily,
        level: Level,
        text: &'t [u8],
        mask: Mask,
    ) -> Verdict<'t> {
        let mut verdict = Verdict::default();
        let Some(words) = self.searches.get(family_index(family)).filter(|_| mask != 0) else {
            return verdict;
        };
        verdict.mentions_database = mask & words.meaning.mention != 0;
        verdict.mark = if mask & words.meaning.marks_end != 0 {
            Some(Mark::End)
        } else if mask & words.meaning.start != 0 {
            Some(Mark::Start)
        } else {
            None
        };
        if mask & words.meaning.main != 0 {
            verdict.mark = verdict.mark.max(main_mark(text));
        }
        if mask & words.meaning.patterns != 0 {
            for pattern in words.patterns(mask & words.meaning.patterns) {
                self.confirm(pattern, level, text, &mut verdict.hits);
            }
            self.drop_superseded(&mut verdict.hits);
        }
        verdict
    }

    /// The search for the literals of a family.
    pub fn sweep(&self, family: LogFamily) -> Option<&Sweep> {
        self.searches.get(family_index(family)).filter(|words| !words.texts.is_empty()).map(Words::sweep)
    }

    /// What the bits of an upgrade record's mask mean.
    pub fn meaning(&self) -> Meaning {
        self.searches.get(family_index(LogFamily::Upgrade)).map(|words| words.meaning).unwrap_or_default()
    }

    fn confirm<'t>(&self, pattern: u16, level: Level, text: &'t [u8], hits: &mut Vec<(u16, Captures<'t>)>) {
        let Some(pattern) = self.patterns.get(usize::from(pattern)) else { return };
        if !pattern.levels.is_empty() && !pattern.levels.contains(&level) {
            return;
        }
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

fn indices_of(catalogue: &Catalogue, codes: &[String]) -> Vec<u16> {
    codes
        .iter()
        .filter_map(|code| catalogue.rules().iter().position(|rule| rule.code == *code))
        .map(to_index)
        .collect()
}

fn family_index(family: LogFamily) -> usize {
    LogFamily::ALL.iter().position(|known| *known == family).unwrap_or(0)
}

/// Rules and patterns are counted in hundreds; the loader refuses more than fit.
fn to_index(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}
