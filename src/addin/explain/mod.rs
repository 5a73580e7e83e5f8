//! Pasted error texts: which checks may be behind them, and what they tell besides.

mod clues;
mod words;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::catalogue::card::{Card, Cards};
use crate::catalogue::symptoms;
use words::Words;

/// Longer texts are cut: an error is in the first pages of what somebody copies.
const LONGEST: usize = 256 * 1024;
/// The place of a symptom that stands in a card alone, among those of the shared table.
const OWN: usize = 4;

/// What a text may mean.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Explanation<'c> {
    /// Checks that may be behind it, the likeliest first, each with the symptom that was found.
    pub matches: Vec<(&'c Card, String)>,
    /// What the text says by itself: one sentence each, in which it may be quoted. Hostile text.
    pub read: Vec<String>,
}

/// The text is about tokens and add-ins: rules of upgrades that share a word with it have nothing to do with it.
pub fn concerns_oauth(text: &str) -> bool {
    let lower = cut(text).to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let of_token = |pair: &[&str]| matches!(pair, ["token" | "tokens", next] if !next.starts_with("serv"));
    let telling = |word: &&str| {
        matches!(*word, "acs" | "jwt" | "oauth" | "oauth2" | "audience" | "pfx" | "apponly" | "spapptoken")
    };
    words.iter().any(|word| telling(word) || word.starts_with("aadsts"))
        || words.windows(2).any(of_token)
        || words.last().is_some_and(|word| matches!(*word, "token" | "tokens"))
        || words.windows(2).any(|pair| {
            matches!(
                pair,
                ["app", "principal" | "only" | "identifier"]
                    | ["client", "secret" | "id"]
                    | ["context" | "access", "token"]
            )
        })
}

/// Explains a text. Hosts, addresses, GUIDs, quotes, blanks and case do not count.
pub fn explain<'c>(cards: &'c Cards, text: &str) -> Explanation<'c> {
    let text = cut(text);
    let words = Words::of(text);
    let mut found: BTreeMap<&str, Hit<'c>> = BTreeMap::new();
    for symptom in symptoms::built_in().unwrap_or_default() {
        let Some((score, told)) = best(&words, &symptom.texts) else { continue };
        for (place, code) in symptom.codes.iter().enumerate() {
            if let Some(card) = cards.get(code) {
                Hit { card, score, place, symptom: told.clone() }.keep(&mut found);
            }
        }
    }
    for card in cards.iter() {
        if let Some((score, symptom)) = best(&words, &card.symptoms) {
            Hit { card, score, place: OWN, symptom }.keep(&mut found);
        }
    }
    let mut hits: Vec<Hit<'c>> = found.into_values().collect();
    hits.sort_by_key(|hit| {
        (Reverse(hit.score), hit.place, Reverse(hit.card.severity), hit.card.code.clone())
    });
    Explanation {
        matches: hits.into_iter().map(|hit| (hit.card, hit.symptom)).collect(),
        read: clues::read(text),
    }
}

struct Hit<'c> {
    card: &'c Card,
    score: usize,
    place: usize,
    symptom: String,
}

impl<'c> Hit<'c> {
    fn keep(self, found: &mut BTreeMap<&'c str, Hit<'c>>) {
        let rank = |hit: &Self| (hit.score, Reverse(hit.place));
        match found.get(self.card.code.as_str()) {
            Some(known) if rank(known) >= rank(&self) => {}
            _ => {
                found.insert(&self.card.code, self);
            }
        }
    }
}

/// The weightiest of these symptoms that the text holds.
fn best(words: &Words, symptoms: &[String]) -> Option<(usize, String)> {
    let held = symptoms.iter().filter_map(|symptom| Some((words.holds(&Words::of(symptom))?, symptom)));
    held.max_by_key(|(score, _)| *score).map(|(score, symptom)| (score, symptom.clone()))
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests;
