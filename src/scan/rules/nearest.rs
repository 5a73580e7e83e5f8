//! Which rules come near a text that none of them matches: by the words they share, rare words first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::rule::Rule;

/// Shorter words, and those that nearly every message has, say nothing.
const SHORTEST: usize = 4;

/// What stands around every error number: `(Exception from HRESULT: 0x80070003)`, `<nativehr>0x80070003</nativehr>`.
const AROUND_NUMBERS: [&str; 5] = ["exception", "from", "hresult", "nativehr", "nativestack"];

/// The `most` nearest rules with the words they share with the text, nearest first. Empty if none comes near.
pub fn rules<'r>(rules: &'r [Rule], text: &str, most: usize) -> Vec<(&'r Rule, Vec<String>)> {
    let wanted = words(text);
    let known: Vec<BTreeSet<String>> = rules.iter().map(words_of).collect();
    let mut frequency: BTreeMap<&str, usize> = BTreeMap::new();
    for word in known.iter().flatten() {
        *frequency.entry(word).or_default() += 1;
    }
    // A word of a third of all rules is noise; a word of one rule alone counts most.
    let weight = |word: &String| match frequency.get(word.as_str()) {
        Some(&times) if times * 3 <= rules.len() => 1000 / times,
        _ => 0,
    };
    let is_noise = |word: &&String| frequency.get(word.as_str()).is_some_and(|times| times * 3 > rules.len());
    let telling = wanted.iter().filter(|word| !is_noise(word)).count();
    let mut near: Vec<(usize, &Rule, Vec<String>)> = rules
        .iter()
        .zip(&known)
        .map(|(rule, known)| {
            let mut shared: Vec<String> =
                wanted.intersection(known).filter(|word| weight(word) > 0).cloned().collect();
            shared.sort_by_key(|word| (Reverse(weight(word)), word.clone()));
            (shared.iter().map(weight).sum(), rule, shared)
        })
        // Where all that is not noise is shared, it need not be of one rule alone: a single word, an error number.
        .filter(|(score, _, shared)| *score >= 500 || (*score > 0 && shared.len() == telling))
        .collect();
    near.sort_by_key(|(score, rule, _)| (Reverse(*score), rule.code.clone()));
    near.into_iter().take(most).map(|(_, rule, shared)| (rule, shared)).collect()
}

fn words_of(rule: &Rule) -> BTreeSet<String> {
    let literals = rule.patterns.iter().flat_map(|pattern| &pattern.literals).map(String::as_str);
    let examples = rule.examples.iter().map(|example| example.text.as_str());
    let own = [rule.name.as_str(), rule.title.as_str()];
    own.into_iter().chain(literals).chain(examples).flat_map(words).collect()
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= SHORTEST)
        .map(str::to_lowercase)
        .filter(|word| !AROUND_NUMBERS.contains(&word.as_str()))
        .collect()
}
