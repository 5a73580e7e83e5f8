//! Which rules a record matches: literals first, regexes only for what the literals let through.

use std::sync::OnceLock;

use super::found::{Alike, Found};
use crate::catalogue::Catalogue;
use crate::catalogue::rule::{Coded, Pattern, Rule};
use crate::catalogue::search::Search;
use crate::format::Format;
use crate::format::title::MENTIONS;
use crate::model::kind::{Level, LogFamily};
use crate::model::site::SiteId;
use crate::scan::learned::Lessons;
use crate::scan::literals::sweep::{Mask, Sweep};
use crate::scan::literals::words::{CUES, MAIN, MARKS, Target, Words, main_mark};
pub use crate::scan::literals::words::{Mark, Meaning, Sighted};

/// The rules, compiled for scanning. Shared by all threads; no answer of it changes while scanning.
#[derive(Debug)]
pub struct Engine {
    catalogue: Catalogue,
    patterns: Vec<CompiledPattern>,
    /// One search for each family.
    searches: Vec<Words>,
    /// For each rule, the rules that it silences on a record both match.
    supersedes: Vec<Vec<u16>>,
    /// The rules under which records are reported that no rule explains.
    unexplained: Vec<(Level, u16)>,
    refusals: Vec<u16>,
    /// The patterns of a site that was refused by the token service.
    token_service: Vec<u16>,
    /// For each rule, the names of its captures.
    capture_names: Vec<OnceLock<Vec<String>>>,
    /// What scanners with these rules learned.
    pub(in crate::scan) lessons: Lessons,
}

/// The rules whose records refuse a site, and so ask for the database that owns it.
const REFUSALS: [&str; 2] = [TOKEN_SERVICE, "UA02"];

/// The rule of sites that were refused by the token service.
const TOKEN_SERVICE: &str = "UA01";

#[derive(Debug)]
struct CompiledPattern {
    rule: u16,
    source: String,
    /// Levels of its records; empty for all.
    levels: Vec<Level>,
    search: OnceLock<Option<Search>>,
    /// See [`Alike`].
    ignores_site: bool,
}

impl CompiledPattern {
    /// The loader has compiled every pattern once, so a pattern that does not compile cannot get here.
    fn search(&self) -> Option<&Search> {
        self.search.get_or_init(|| Search::new(&self.source)).as_ref()
    }
}

/// What a record turned out to be.
#[derive(Debug, Default)]
pub struct Verdict<'t> {
    /// Rules that match, with their captures, ordered by rule; superseded ones are gone.
    pub hits: Vec<(u16, Found<'t>)>,
    /// It opens or closes a session.
    pub mark: Option<Mark>,
}

impl Engine {
    /// Prepares the rules. Automata and regexes are built when a record first needs them.
    pub fn new(catalogue: Catalogue) -> Self {
        let mut patterns = Vec::new();
        let mut searches: Vec<Words> = LogFamily::ALL.iter().map(|_| Words::default()).collect();
        if let Some(upgrade) = searches.get_mut(family_index(LogFamily::Upgrade)) {
            for (mention, (text, _)) in MENTIONS.iter().enumerate() {
                upgrade.add(text, Target::Mention(mention));
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
                patterns.push(CompiledPattern {
                    rule: to_index(rule_index),
                    source: pattern.regex.clone(),
                    levels: pattern.levels.clone(),
                    search: OnceLock::new(),
                    ignores_site: Alike::applies(&pattern.regex),
                });
            }
        }
        add_words(&catalogue, &mut searches);
        let supersedes =
            catalogue.rules().iter().map(|rule| indices_of(&catalogue, &rule.supersedes)).collect();
        let unexplained = [(Level::Error, Coded::Unexplained), (Level::Warning, Coded::UnexplainedWarning)];
        let unexplained = unexplained
            .into_iter()
            .filter_map(|(level, coded)| Some((level, to_index(catalogue.index_of_coded(coded)?))))
            .collect();
        let refusals = indices_of(&catalogue, &REFUSALS.map(str::to_owned));
        let token_service = refusals_at_token_service(&catalogue, &patterns);
        let capture_names = catalogue.rules().iter().map(|_| OnceLock::new()).collect();
        let lessons = Lessons::default();
        Self {
            catalogue,
            patterns,
            searches,
            supersedes,
            unexplained,
            refusals,
            token_service,
            capture_names,
            lessons,
        }
    }

    /// The rule says that a site was refused: its lines ask for the database that owns the site.
    pub fn is_refusal(&self, rule: u16) -> bool {
        self.refusals.contains(&rule)
    }

    /// The rule says that a site was refused for another reason than the token service.
    pub(in crate::scan) fn is_other_refusal(&self, rule: u16) -> bool {
        let is_of =
            |index: &u16| self.patterns.get(usize::from(*index)).is_some_and(|pattern| pattern.rule == rule);
        self.is_refusal(rule) && !self.token_service.iter().any(is_of)
    }

    /// The site that a record refuses because the token service did not answer. Time is charged by what the rule says,
    /// so that no line is counted as one thing and charged as another.
    pub(in crate::scan) fn refused_by_token_service(&self, text: &[u8], alike: &mut Alike) -> Option<SiteId> {
        self.token_service.iter().find_map(|index| {
            let pattern = self.patterns.get(usize::from(*index))?;
            let found = alike.confirm(*index, pattern.ignores_site, pattern.search(), text)?;
            found.name("site").and_then(SiteId::parse)
        })
    }

    /// The names of all captures of a rule, over all its patterns.
    pub fn capture_names(&self, rule: u16) -> &[String] {
        let Some(names) = self.capture_names.get(usize::from(rule)) else { return &[] };
        names.get_or_init(|| {
            let mut names: Vec<String> = self
                .patterns
                .iter()
                .filter(|pattern| pattern.rule == rule)
                .filter_map(|pattern| pattern.search())
                .flat_map(|search| search.names().map(str::to_owned))
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

    /// The rule under which records of this family and level are reported that no rule explains.
    pub(in crate::scan) fn unexplained(&self, family: LogFamily, level: Level) -> Option<u16> {
        let (_, rule) = *self.unexplained.iter().find(|(of, _)| *of == level)?;
        self.rule(rule)?.logs.contains(&family).then_some(rule)
    }

    /// The rule under which errors are reported that no rule explains.
    pub fn unexplained_errors(&self) -> Option<u16> {
        self.unexplained.iter().find(|(level, _)| *level == Level::Error).map(|(_, rule)| *rule)
    }

    /// What the rule says is more than that no rule says anything.
    pub(in crate::scan) fn explains(&self, rule: u16) -> bool {
        self.unexplained.iter().all(|(_, unexplained)| *unexplained != rule)
    }

    /// Asks the rules about one record: its folded text without prefix.
    pub fn judge<'t>(&self, family: LogFamily, level: Level, text: &'t [u8]) -> Verdict<'t> {
        let mask = self.sighted(family, text).mask;
        self.judge_sighted(family, level, text, mask, &mut Alike::default())
    }

    /// The same for a text that was searched already. Bits for words that are not in it do no harm.
    pub fn judge_sighted<'t>(
        &self,
        family: LogFamily,
        level: Level,
        text: &'t [u8],
        mask: Mask,
        alike: &mut Alike,
    ) -> Verdict<'t> {
        let mut verdict = Verdict::default();
        let Some(words) = self.searches.get(family_index(family)).filter(|_| mask != 0) else {
            return verdict;
        };
        let meaning = &words.meaning;
        verdict.mark = if mask & meaning.marks_end != 0 {
            Some(Mark::End)
        } else if mask & meaning.start != 0 {
            Some(Mark::Start)
        } else {
            None
        };
        if mask & meaning.main != 0 {
            verdict.mark = verdict.mark.max(main_mark(text));
        }
        if mask & meaning.patterns != 0 {
            let mut candidates = std::mem::take(&mut alike.candidates);
            words.patterns(mask & meaning.patterns, &mut candidates);
            for &index in &candidates {
                let Some(pattern) = self.patterns.get(usize::from(index)) else { continue };
                if self.may_tell_more(pattern, level, &verdict.hits)
                    && let Some(found) = alike.confirm(index, pattern.ignores_site, pattern.search(), text)
                {
                    verdict.hits.push((pattern.rule, found));
                }
            }
            alike.candidates = candidates;
            self.drop_superseded(&mut verdict.hits);
        }
        verdict
    }

    /// The search for the literals of a family in windows of a log, of which this is the first.
    pub(in crate::scan) fn sweep(
        &self,
        family: LogFamily,
        window: &[u8],
        format: &dyn Format,
    ) -> Option<&Sweep> {
        self.searches.get(family_index(family)).and_then(|words| words.sweep(window, format))
    }

    /// The literals of a family in a text of which no window was searched.
    pub fn sighted(&self, family: LogFamily, text: &[u8]) -> Sighted {
        let mask = self.searches.get(family_index(family)).map_or(0, |words| words.mask(text));
        Sighted { mask, titled: None }
    }

    /// What the bits of an upgrade record's mask mean.
    pub fn meaning(&self) -> Meaning {
        self.searches.get(family_index(LogFamily::Upgrade)).map(|words| words.meaning).unwrap_or_default()
    }

    /// The pattern looks at records of this level, and a match of it would change what is known.
    fn may_tell_more(&self, pattern: &CompiledPattern, level: Level, hits: &[(u16, Found<'_>)]) -> bool {
        // The patterns of a rule are alternatives: the first that matches speaks for it. A rule that is silenced,
        // and silences none, would be dropped again.
        let silences = |rule: u16| self.supersedes.get(usize::from(rule)).map_or(&[][..], Vec::as_slice);
        (pattern.levels.is_empty() || pattern.levels.contains(&level))
            && hits.iter().all(|(rule, _)| {
                *rule != pattern.rule
                    && !(silences(pattern.rule).is_empty() && silences(*rule).contains(&pattern.rule))
            })
    }

    fn drop_superseded(&self, hits: &mut Vec<(u16, Found<'_>)>) {
        if hits.len() < 2 {
            return;
        }
        let silenced = self.silenced(hits.iter().map(|(rule, _)| *rule));
        hits.retain(|(rule, _)| !silenced.contains(rule));
    }

    /// The rules that these rules silence on a record all of them match.
    pub(in crate::scan) fn silenced(&self, rules: impl Iterator<Item = u16>) -> Vec<u16> {
        rules.filter_map(|rule| self.supersedes.get(usize::from(rule))).flatten().copied().collect()
    }
}

/// Adds the literals of all rules. Those of rules that refuse sites, and of rules that these silence, come first and so have
/// a bit of their own: their records come by the thousand, and are not to be asked about what shares one.
fn add_words(catalogue: &Catalogue, searches: &mut [Words]) {
    let refusals: Vec<&Rule> = REFUSALS.iter().filter_map(|code| catalogue.get(code)).collect();
    let is_met = |rule: &Rule| {
        refusals.iter().any(|refusal| refusal.code == rule.code || refusal.supersedes.contains(&rule.code))
    };
    let of_rules =
        catalogue.rules().iter().flat_map(|rule| rule.patterns.iter().map(move |pattern| (rule, pattern)));
    let mut patterns: Vec<(u16, (&Rule, &Pattern))> = (0..).zip(of_rules).collect();
    patterns.sort_by_key(|(_, (rule, _))| !is_met(rule));
    for (index, (_, pattern)) in patterns {
        for &family in &pattern.logs {
            let Some(words) = searches.get_mut(family_index(family)) else { continue };
            for text in &pattern.literals {
                words.add(text, Target::Pattern(index));
            }
        }
    }
}

fn indices_of(catalogue: &Catalogue, codes: &[String]) -> Vec<u16> {
    codes
        .iter()
        .filter_map(|code| catalogue.rules().iter().position(|rule| rule.code == *code))
        .map(to_index)
        .collect()
}

fn refusals_at_token_service(catalogue: &Catalogue, patterns: &[CompiledPattern]) -> Vec<u16> {
    let rules = indices_of(catalogue, &[TOKEN_SERVICE.to_owned()]);
    let numbered = (0..).zip(patterns);
    numbered.filter(|(_, pattern)| rules.contains(&pattern.rule)).map(|(index, _)| index).collect()
}

fn family_index(family: LogFamily) -> usize {
    LogFamily::ALL.iter().position(|known| *known == family).unwrap_or(0)
}

/// Rules and patterns are counted in hundreds; the loader refuses more than fit.
fn to_index(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}
