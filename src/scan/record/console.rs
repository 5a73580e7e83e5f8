//! Records of a console: what the window wrapped is put together again.
//!
//! A window breaks long lines: psconfig's at its exact width, PowerShell's at blanks, and only what PowerShell
//! lays out as a list is indented below its beginning. So the text of a line is tried as it stands, and folded
//! with what is indented under it, and with the lines after it as far as they may be its continuation. A rule
//! that needs the lines after it counts for the line in which its match begins.

use std::collections::VecDeque;

use super::announced::{announces_an_exception, is_of_an_exception, is_told_again};
use super::lane::Open;
use super::reported::as_reported;
use crate::model::kind::Level;
use crate::model::site::SiteId;
use crate::scan::decode::decoded;
use crate::scan::rules::engine::Engine;
use crate::scan::rules::found::Found;
use crate::scan::scanner::Scanner;

/// How many lines a message may go on for. What rules look for stands near the beginning of it.
const AHEAD: usize = 8;

/// A line that was wrapped is about as long as the window is wide; the last word may have been a long path.
const SHORTEST_WRAPPED: usize = 40;

/// No window is narrower by default.
const NARROWEST: usize = 80;

/// What is open at the edges of a stretch of a console.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ConsoleEdges {
    /// The first lines: those before the stretch may go on with them.
    first: Vec<Open>,
    /// No line before the stretch can go on past `first`.
    first_closed: bool,
    /// The last lines: those after the stretch may belong to them.
    pending: VecDeque<Open>,
}

impl ConsoleEdges {
    /// Every line that is kept, for whoever counts lines anew.
    pub(in crate::scan) fn lines_mut(&mut self) -> impl Iterator<Item = &mut Open> {
        self.first.iter_mut().chain(&mut self.pending)
    }

    fn closes_before(&self, next: &Open) -> bool {
        self.pending.back().is_some_and(|last| !may_go_on(last, next))
    }
}

impl Scanner<'_> {
    /// The next line of a console, with what is indented under it. `ends` says that a blank line follows.
    pub(in crate::scan) fn console_line(&mut self, open: Open, ends: bool) {
        if self.stretch.console.closes_before(&open) {
            self.settle_console();
        }
        let at_start = self.stretch.at_start;
        let edges = &mut self.stretch.console;
        if !at_start && !edges.first_closed {
            edges.first.push(open.clone());
            edges.first_closed = edges.first.len() == AHEAD;
        }
        edges.pending.push_back(open);
        if edges.pending.len() > AHEAD
            && let Some(line) = edges.pending.pop_front()
        {
            let ahead = std::mem::take(&mut self.stretch.console.pending);
            self.judge_console(&line, &ahead.iter().collect::<Vec<_>>());
            self.stretch.console.pending = ahead;
        }
        if ends {
            self.settle_console();
        }
    }

    /// Nothing can go on with the lines that wait.
    pub(in crate::scan) fn settle_console(&mut self) {
        let mut pending = std::mem::take(&mut self.stretch.console.pending);
        while let Some(line) = pending.pop_front() {
            self.judge_console(&line, &pending.iter().collect::<Vec<_>>());
        }
        self.stretch.console.first_closed = true;
    }

    /// The lines of the stretch that follows directly.
    pub(in crate::scan) fn join_console(&mut self, right: ConsoleEdges) {
        let Some(next) = right.first.first() else { return };
        if self.stretch.console.closes_before(next) {
            self.settle_console();
        }
        let left: Vec<Open> = std::mem::take(&mut self.stretch.console.pending).into();
        let mut waiting = VecDeque::new();
        for (index, line) in left.iter().enumerate() {
            let own = left.get(index + 1..).unwrap_or_default();
            let ahead: Vec<&Open> = own.iter().chain(&right.first).take(AHEAD).collect();
            if ahead.len() == AHEAD || right.first_closed {
                self.judge_console(line, &ahead);
            } else {
                waiting.push_back(line.clone());
            }
        }
        let edges = &mut self.stretch.console;
        if !edges.first_closed {
            let room = AHEAD.saturating_sub(edges.first.len());
            edges.first.extend(right.first.into_iter().take(room));
            edges.first_closed = right.first_closed || edges.first.len() == AHEAD;
        }
        waiting.extend(right.pending);
        edges.pending = waiting;
    }

    /// Asks the rules about a line, what is indented under it, and the lines it may go on with.
    fn judge_console(&mut self, open: &Open, later: &[&Open]) {
        self.observe(&open.closed());
        let following = continuation(open, later);
        let ahead: Vec<&[u8]> = following.iter().map(|next| next.text.as_slice()).collect();
        let own = variants(&[&open.text], true);
        let far = if ahead.is_empty() { Vec::new() } else { variants(&with(open, &ahead), false) };
        if let Some(heard) = &mut self.stretch.heard {
            let unfolded = own.iter().skip(1).chain(&far);
            heard.extend(
                unfolded
                    .map(|variant| decoded(&Open { text: variant.text.clone(), ..open.clone() }.closed())),
            );
        }
        let asked = Asked { engine: self.engine, open };
        let mut hits = asked.own(&own);
        let wholes = asked.wholes(&far, &hits, &ahead);
        hits.extend(asked.crossing(&far, &hits, &ahead));
        let silenced = self.engine.silenced(hits.iter().map(|hit| hit.rule));
        hits.retain(|hit| !silenced.contains(&hit.rule));
        if hits.is_empty() && !later.iter().any(|line| is_told_again(self.engine, open, line)) {
            self.unexplained_line(&as_reported(open), &following);
        }
        for Hit { rule, captures, variant } in hits {
            let open = Open { text: variant.text.clone(), ..open.clone() };
            let site = captures.name("site").and_then(SiteId::parse);
            match wholes.iter().find(|whole| whole.rule == rule) {
                Some(Hit { captures, variant, .. }) => {
                    let open = Open { text: variant.text.clone(), ..open };
                    self.first_half(rule, captures, site, &open.closed());
                }
                None => self.hit(rule, &captures, site, &open.closed()),
            }
        }
    }
}

/// A line, and the rules to ask about it.
pub(in crate::scan) struct Asked<'a> {
    pub(in crate::scan) engine: &'a Engine,
    pub(in crate::scan) open: &'a Open,
}

/// A rule that matches one way of reading the text.
struct Hit<'v> {
    rule: u16,
    captures: Found<'v>,
    variant: &'v Variant,
}

impl Hit<'_> {
    fn filled(&self) -> usize {
        self.captures.filled()
    }

    /// Each capture is of one of the halves, and the halves have no others.
    fn is_made_of(&self, first: &Hit<'_>, second: &Hit<'_>) -> bool {
        let halves = || first.captures.captured().chain(second.captures.captured());
        let are_apart = first.captures.captured().all(|(name, _)| second.captures.name(name).is_none());
        are_apart
            && halves().all(|(name, value)| self.captures.name(name) == Some(value))
            && self.captures.captured().count() == halves().count()
    }

    /// It begins in the line and ends in those after it.
    fn crosses(&self) -> bool {
        let own = self.variant.own;
        let found = self.captures.whole();
        found.start < own && found.end > own
    }
}

impl Asked<'_> {
    fn hits<'v>(&self, variants: &'v [Variant]) -> impl Iterator<Item = Hit<'v>> {
        variants.iter().flat_map(|variant| {
            let verdict = self.engine.judge(self.open.family, self.open.level, &variant.text);
            verdict.hits.into_iter().map(move |(rule, captures)| Hit { rule, captures, variant })
        })
    }

    /// A rule knows one of these lines, or all of them as one.
    pub(in crate::scan) fn speaks(&self, lines: &[&[u8]]) -> bool {
        let knows = |lines: &[&[u8]]| self.hits(&variants(lines, true)).next().is_some();
        knows(lines)
            || lines.iter().any(|line| knows(&[line]))
            || self.hits(&variants(lines, false)).next().is_some()
    }

    /// What matches the line and what is indented under it. Of several readings that a rule matches, the one with
    /// the most captures is kept, the earliest of those.
    fn own<'v>(&self, variants: &'v [Variant]) -> Vec<Hit<'v>> {
        let mut best: Vec<Hit<'v>> = Vec::new();
        for hit in self.hits(variants) {
            match best.iter_mut().find(|known| known.rule == hit.rule) {
                Some(known) if hit.filled() > known.filled() => *known = hit,
                Some(_) => {}
                None => best.push(hit),
            }
        }
        best
    }

    /// Messages of which this line is the first half, and a line after it the second, where a rule knows either by itself:
    /// it counts for the second. The halves have no capture in common; of two messages of a rule both have the same.
    fn wholes<'v>(&self, variants: &'v [Variant], known: &[Hit<'_>], ahead: &[&[u8]]) -> Vec<Hit<'v>> {
        let is_whole = |hit: &Hit<'v>| {
            let Some(first) = known.iter().find(|own| own.rule == hit.rule) else { return false };
            let mut seconds = ahead.iter().map(|line| self::variants(&[line], true));
            hit.filled() > first.filled()
                && hit.crosses()
                && seconds.any(|second| {
                    self.hits(&second).any(|second| second.rule == hit.rule && hit.is_made_of(first, &second))
                })
        };
        if known.is_empty() { Vec::new() } else { self.hits(variants).filter(is_whole).collect() }
    }

    /// What matches only together with the lines after it. What these say by themselves counts for them.
    fn crossing<'v>(&self, variants: &'v [Variant], known: &[Hit<'_>], ahead: &[&[u8]]) -> Vec<Hit<'v>> {
        let mut found: Vec<Hit<'v>> = Vec::new();
        for hit in self.hits(variants).filter(Hit::crosses) {
            if !known.iter().any(|own| own.rule == hit.rule)
                && !found.iter().any(|other| other.rule == hit.rule)
            {
                found.push(hit);
            }
        }
        if !found.is_empty() {
            let later = self::variants(ahead, false);
            // Of another site they say it in a message of their own.
            let site = |hit: &Hit<'_>| hit.captures.name("site").map(<[u8]>::to_vec);
            let by_themselves: Vec<_> = self.hits(&later).map(|hit| (hit.rule, site(&hit))).collect();
            found.retain(|hit| !by_themselves.contains(&(hit.rule, site(hit))));
        }
        found
    }
}

/// A text of several lines as it stands, and as it may have been before a window wrapped it.
pub(in crate::scan) fn unfolded(text: &[u8]) -> Vec<Vec<u8>> {
    variants(&[text], true).into_iter().map(|variant| variant.text).collect()
}

/// A text in one line.
struct Variant {
    text: Vec<u8>,
    /// Bytes of it that are the line's own; all of them, where nothing after it is included.
    own: usize,
}

fn with<'o>(open: &'o Open, ahead: &[&'o [u8]]) -> Vec<&'o [u8]> {
    std::iter::once(open.text.as_slice()).chain(ahead.iter().copied()).collect()
}

/// The lines after one that may be its continuation.
fn continuation<'o>(open: &'o Open, ahead: &[&'o Open]) -> Vec<&'o Open> {
    let mut before = open;
    let mut lines = Vec::new();
    for next in ahead.iter().copied() {
        if !may_go_on(before, next) {
            break;
        }
        lines.push(next);
        before = next;
    }
    lines
}

/// Whether the second line may be the rest of the first.
fn may_go_on(before: &Open, next: &Open) -> bool {
    let is_announced = announces_an_exception(before) && is_of_an_exception(next);
    let may_be_wrapped = (before.own >= SHORTEST_WRAPPED || had_no_room(before, next)) && !opens(next);
    let is_its_own = before.text.len() == before.own;
    (is_its_own && (is_announced || may_be_wrapped)) || (ends_in_an_exception(before) && !opens(next))
}

/// The next line begins with a word so long that even a short line had no room for it.
fn had_no_room(before: &Open, next: &Open) -> bool {
    let word = next.text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    before.own > 0 && before.own + 1 + word.len() > NARROWEST
}

/// psconfig writes the exception below the object, and what an exception says may have several lines.
fn ends_in_an_exception(before: &Open) -> bool {
    let below = before.text.get(before.own..).unwrap_or_default();
    below.rsplit(|byte| *byte == b'\n').next().is_some_and(|last| last.starts_with(b"Exception: "))
}

/// A line that surely begins something.
fn opens(line: &Open) -> bool {
    let text = line.text.as_slice();
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let is_progress = digits > 0 && text.get(digits..).is_some_and(|rest| rest.starts_with(b"% :"));
    // Why a site was left out stands behind this beginning: of two lines, the first must not have it from the second.
    const LEFT_OUT: &[u8] = b"Site with Id = ";
    let is_left_out = text.get(..LEFT_OUT.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(LEFT_OUT));
    line.level != Level::Info
        || is_progress
        || is_left_out
        || text.starts_with(b"PS ")
        || text.starts_with(b"At ")
}

/// The ways in which a window may have broken the text: at blanks, which it dropped; at its width, where nothing
/// was dropped; or at blanks but for words longer than a line, which were cut at the width.
fn variants(parts: &[&[u8]], as_it_stands: bool) -> Vec<Variant> {
    let first = parts.first().copied().unwrap_or_default();
    let all: Vec<&[u8]> = parts.iter().flat_map(|part| part.split(|byte| *byte == b'\n')).collect();
    let own_lines = first.split(|byte| *byte == b'\n').count();
    let width = all.iter().map(|line| line.len()).max().unwrap_or(0);
    let as_written = || Variant { text: first.to_vec(), own: first.len() };
    if all.len() < 2 {
        return vec![as_written()];
    }
    let mut variants: Vec<Variant> = if as_it_stands { vec![as_written()] } else { Vec::new() };
    let at_blanks: fn(usize, usize) -> bool = |_, _| true;
    let long_words: fn(usize, usize) -> bool = |length, width| length < width;
    let at_width: fn(usize, usize) -> bool = |_, _| false;
    let mut ways = [(at_blanks, true), (long_words, true), (at_width, false)];
    // Of the readings that a rule matches, the first one counts.
    if is_cut_at(&all, width) {
        ways.swap(0, 1);
    }
    for (blank_after, trimmed) in ways {
        let variant = fold(&all, own_lines, |line| blank_after(line.len(), width), trimmed);
        if !variants.iter().any(|known| known.text == variant.text) {
            variants.push(variant);
        }
    }
    variants
}

/// The lines were cut at the width of a window: all but the last are as long as any, but for blanks at their ends. Whoever
/// wraps at blanks makes lines of many lengths.
fn is_cut_at(lines: &[&[u8]], width: usize) -> bool {
    const TELLING: usize = 3;
    const LOST: usize = 2;
    let Some((_, cut)) = lines.split_last() else { return false };
    let full = cut.iter().filter(|line| line.len() == width).count();
    full >= TELLING && full * 2 >= cut.len() && cut.iter().all(|line| line.len() + LOST >= width)
}

fn fold(lines: &[&[u8]], own_lines: usize, blank_after: impl Fn(&[u8]) -> bool, trimmed: bool) -> Variant {
    let mut text: Vec<u8> = Vec::new();
    let mut own = 0;
    let mut before: Option<&[u8]> = None;
    let margin = |line: &[u8]| line.len() - line.trim_ascii_start().len();
    let indent = lines.iter().skip(1).map(|line| margin(line)).min().unwrap_or(0);
    for (index, line) in lines.iter().enumerate() {
        // Of more blanks than all lines have before them one is of the text.
        let begins_with_blank = trimmed && index > 0 && margin(line) > indent;
        if before.is_some_and(&blank_after) || begins_with_blank {
            text.push(b' ');
        }
        if index == own_lines {
            own = text.len();
        }
        text.extend_from_slice(if trimmed && index > 0 { line.trim_ascii_start() } else { line });
        before = Some(line);
    }
    Variant { own: if own_lines >= lines.len() { text.len() } else { own }, text }
}

#[cfg(test)]
#[path = "console_tests.rs"]
mod tests;
