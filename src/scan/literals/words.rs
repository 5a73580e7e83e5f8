//! The literals that records are searched for, and what each stands for: patterns of rules, marks of sessions,
//! names of objects.

use std::sync::OnceLock;

use super::grams;
use super::sweep::{ALONE, Mask, Sweep};
use crate::format::Format;
use crate::format::title::{self, MENTIONS};
use crate::text::lines::lines;

/// What a literal stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::scan) enum Target {
    Pattern(u16),
    Mention(usize),
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

pub(in crate::scan) const MARKS: [(&str, Mark); 9] = [
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
pub(in crate::scan) const MAIN: &str = "Main.Main";

/// What a line says about the main function of psconfig.
pub(in crate::scan) fn main_mark(text: &[u8]) -> Option<Mark> {
    if text.starts_with(b"Entering function ") {
        Some(Mark::Start)
    } else {
        text.starts_with(b"Leaving function ").then_some(Mark::End)
    }
}

/// How the record begins that opens the upgrade of a content database.
pub(in crate::scan) const BEGINS: &str = "Begin Upgrade";

/// Wordings that the timeline of an upgrade log listens for, besides those of sessions and databases.
pub(in crate::scan) const CUES: [(&str, Cue); 10] = [
    ("is contained in dictSitesNeedUpgrade, but is not added", Cue::Refused),
    (BEGINS, Cue::Begins),
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
pub(in crate::scan) enum Cue {
    Refused,
    Begins,
    End,
}

/// The literals that records of one family are searched for.
#[derive(Debug, Default)]
pub(in crate::scan) struct Words {
    texts: Vec<String>,
    /// What each stands for.
    targets: Vec<Vec<Target>>,
    /// For windows of a log.
    of_windows: OnceLock<Sweep>,
    /// For texts of which no window is at hand.
    of_texts: OnceLock<Sweep>,
    /// What the bits of a mask mean.
    pub(in crate::scan) meaning: Meaning,
}

/// Which bits of a mask say what about an upgrade record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Meaning {
    pub(in crate::scan) patterns: Mask,
    /// A content database is named: by the mentions one by one.
    pub mentions: [Mask; MENTIONS.len()],
    /// A session starts.
    pub start: Mask,
    pub(in crate::scan) marks_end: Mask,
    pub(in crate::scan) main: Mask,
    /// The upgrade of a content database may begin.
    pub(in crate::scan) begins: Mask,
    /// A site was left out; why, the rules tell.
    pub refused: Mask,
    /// Something may have ended.
    pub end: Mask,
}

/// The literals that were seen in a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sighted {
    /// Which. It may hold more than stands in the text.
    pub(in crate::scan) mask: Mask,
    /// Where `SPContentDatabase Name=` ends that stands in it first, if that is known.
    pub(in crate::scan) titled: Option<usize>,
}

impl Meaning {
    /// The content database that an upgrade record names.
    pub(in crate::scan) fn database<'t>(&self, text: &'t [u8], sighted: Sighted) -> Option<&'t [u8]> {
        let Sighted { mask, titled } = sighted;
        let [title, ..] = self.mentions;
        let mentioned = mask & self.any_mention();
        if mentioned == 0 {
            return None;
        }
        match titled.filter(|_| mentioned == title) {
            Some(end) => title::database_at(text, end),
            None => title::database_behind(text, |mention| {
                self.mentions.get(mention).is_some_and(|bit| mask & bit != 0)
            }),
        }
    }

    /// The literals of a text, where it is known at which places the words end that end in `=`.
    pub(in crate::scan) fn sighted(&self, mask: Mask, ends: &[(Mask, usize)]) -> Sighted {
        let [title, ..] = self.mentions;
        let titled = ends.iter().find(|(bit, _)| bit & title != 0).map(|(_, end)| *end);
        Sighted { mask, titled }
    }

    /// Nothing but the title of a content database was seen.
    pub(in crate::scan) fn is_titled(&self, sighted: Sighted) -> bool {
        let [title, ..] = self.mentions;
        sighted.mask == title
    }

    /// The literals that say more of an upgrade record than which database or site collection is at work.
    pub(in crate::scan) fn loud(&self) -> Mask {
        let [_title, sentences @ ..] = self.mentions;
        let Self { patterns, start, marks_end, main, refused, end, .. } = *self;
        sentences.iter().fold(patterns | start | marks_end | main | refused | end, |all, bit| all | bit)
    }

    fn any_mention(&self) -> Mask {
        self.mentions.iter().fold(0, |all, bit| all | bit)
    }
}

/// What the first lines of a window say: only that is searched, and headers are full of other words.
fn messages(window: &[u8], format: &dyn Format) -> Vec<u8> {
    let first = window.get(..4 * grams::SAMPLE).unwrap_or(window);
    let said: Vec<&[u8]> =
        lines(first).filter_map(|line| format.header(line)).map(|header| header.message).collect();
    if said.is_empty() { first.to_vec() } else { said.join(&b'\n') }
}

impl Words {
    pub(in crate::scan) fn add(&mut self, text: &str, target: Target) {
        let index = self.texts.iter().position(|known| known == text).unwrap_or_else(|| {
            self.texts.push(text.to_owned());
            self.targets.push(Vec::new());
            self.texts.len() - 1
        });
        if let Some(targets) = self.targets.get_mut(index) {
            targets.push(target);
        }
        debug_assert!(
            index < ALONE || matches!(target, Target::Pattern(_)),
            "only words of patterns share a bit: {text}"
        );
        let bit = Sweep::bit(index);
        let meaning = &mut self.meaning;
        *match target {
            Target::Mention(mention) => match meaning.mentions.get_mut(mention) {
                Some(mask) => mask,
                None => return,
            },
            Target::Pattern(_) => &mut meaning.patterns,
            Target::Mark(Mark::Start) => &mut meaning.start,
            Target::Mark(Mark::End) => &mut meaning.marks_end,
            Target::Main => &mut meaning.main,
            Target::Cue(Cue::Begins) => &mut meaning.begins,
            Target::Cue(Cue::Refused) => &mut meaning.refused,
            Target::Cue(Cue::End) => &mut meaning.end,
        } |= bit;
    }

    /// The search for windows of a log that begins with this one.
    pub(in crate::scan) fn sweep(&self, window: &[u8], format: &dyn Format) -> Option<&Sweep> {
        // Of a few bytes nothing can be learnt that holds for larger logs.
        const ENOUGH: usize = 4 * 1024;
        if self.texts.is_empty() {
            None
        } else if window.len() < ENOUGH {
            Some(self.of_windows.get().unwrap_or_else(|| self.any_sweep()))
        } else {
            Some(self.of_windows.get_or_init(|| Sweep::new(&self.texts, &messages(window, format))))
        }
    }

    fn any_sweep(&self) -> &Sweep {
        self.of_texts.get_or_init(|| Sweep::new(&self.texts, b""))
    }

    /// The words in a text of which no window was searched.
    pub(in crate::scan) fn mask(&self, text: &[u8]) -> Mask {
        if self.texts.is_empty() { 0 } else { self.any_sweep().mask(text) }
    }

    /// Lists the patterns whose literals are in the mask, in their order.
    pub(in crate::scan) fn patterns(&self, mask: Mask, found: &mut Vec<u16>) {
        found.clear();
        let mut rest = mask;
        while rest != 0 {
            let bit = rest & rest.wrapping_neg();
            rest ^= bit;
            let bit = usize::try_from(bit.trailing_zeros()).unwrap_or(0);
            let words = Sweep::words_of(bit, self.targets.len());
            let targets = words.filter_map(|word| self.targets.get(word)).flatten();
            found.extend(targets.filter_map(|target| match target {
                Target::Pattern(index) => Some(*index),
                _ => None,
            }));
        }
        found.sort_unstable();
        found.dedup();
    }
}
