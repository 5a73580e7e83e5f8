//! Proof that a regex cannot match without one of the literals, read off its syntax tree.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// Sets of words larger than this are not written out; what follows is looked at by itself.
const MOST_WORDS: usize = 64;
/// Nor are repetitions longer than this.
const MOST_REPEATS: u32 = 16;

/// Whether one of the literals occurs in every text that the regex matches.
///
/// Sound, not complete: `true` is a proof, `false` may be a regex that is too clever.
pub(super) fn in_every_match(regex: &str, literals: &[String]) -> bool {
    let literals: Vec<&[u8]> = literals.iter().map(String::as_bytes).collect();
    // The settings of `regex::bytes`.
    let hir = ParserBuilder::new().utf8(false).build().parse(regex);
    hir.is_ok_and(|hir| proves(&hir, &literals))
}

/// Whether one of the literals, in this case of letters, occurs in everything that `hir` matches.
///
/// Adjacent parts are put together, so `Cannot (?:open|find) it` proves the two literals `Cannot open` and
/// `Cannot find`, but not one of them alone. Letters under `(?i)` prove nothing.
fn proves(hir: &Hir, literals: &[&[u8]]) -> bool {
    Shape::of(hir, literals).proven
}

/// What is known of the texts that a part of a regex matches.
struct Shape {
    /// All of them, if they are few.
    words: Option<Vec<Vec<u8>>>,
    /// Each contains a literal.
    proven: bool,
}

impl Shape {
    fn of(hir: &Hir, literals: &[&[u8]]) -> Self {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::exact(vec![Vec::new()], literals),
            HirKind::Literal(literal) => Self::exact(vec![literal.0.to_vec()], literals),
            HirKind::Class(class) => class_words(class).map_or(Self::unknown(), |w| Self::exact(w, literals)),
            HirKind::Capture(capture) => Self::joined(&[capture.sub.as_ref()], literals),
            HirKind::Repetition(repetition) => Self::repeated(repetition, literals),
            HirKind::Concat(parts) => Self::joined(&parts.iter().collect::<Vec<_>>(), literals),
            HirKind::Alternation(branches) => Self::either(branches, literals),
        }
    }

    fn unknown() -> Self {
        Self { words: None, proven: false }
    }

    fn exact(words: Vec<Vec<u8>>, literals: &[&[u8]]) -> Self {
        Self { proven: all_contain(&words, literals), words: Some(words) }
    }

    fn repeated(repetition: &Repetition, literals: &[&[u8]]) -> Self {
        let once = Self::of(&repetition.sub, literals);
        let proven = repetition.min > 0 && once.proven;
        let words = match (repetition.min, repetition.max) {
            (0, Some(1)) => once.words.map(|words| [vec![Vec::new()], words].concat()),
            (min, Some(max)) if min == max && min <= MOST_REPEATS => once
                .words
                .and_then(|words| (0..min).try_fold(vec![Vec::new()], |longer, _| product(&longer, &words))),
            _ => None,
        };
        words.map_or(Self { words: None, proven }, |words| Self::exact(words, literals))
    }

    fn joined(parts: &[&Hir], literals: &[&[u8]]) -> Self {
        let parts = parts.iter().flat_map(|part| unwrapped(part));
        let mut run = vec![Vec::new()];
        let mut whole = true;
        let mut proven = false;
        for part in parts {
            let part = Self::of(part, literals);
            proven |= part.proven;
            if let Some(longer) = part.words.as_deref().and_then(|words| product(&run, words)) {
                run = longer;
            } else {
                proven |= all_contain(&run, literals);
                whole = false;
                run = part.words.unwrap_or_else(|| vec![Vec::new()]);
            }
        }
        proven |= all_contain(&run, literals);
        Self { words: whole.then_some(run), proven }
    }

    fn either(branches: &[Hir], literals: &[&[u8]]) -> Self {
        let shapes: Vec<_> = branches.iter().map(|branch| Self::of(branch, literals)).collect();
        let proven = shapes.iter().all(|shape| shape.proven);
        let words: Option<Vec<_>> = shapes.into_iter().map(|shape| shape.words).collect();
        Self { words: words.map(|words| words.concat()).filter(|words| words.len() <= MOST_WORDS), proven }
    }
}

/// The parts of a part: neither a group nor a sequence inside a sequence interrupts a run of letters.
fn unwrapped(hir: &Hir) -> Vec<&Hir> {
    match hir.kind() {
        HirKind::Capture(capture) => unwrapped(&capture.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(unwrapped).collect(),
        _ => vec![hir],
    }
}

fn all_contain(words: &[Vec<u8>], literals: &[&[u8]]) -> bool {
    let contains = |word: &[u8]| literals.iter().any(|literal| memchr::memmem::find(word, literal).is_some());
    words.iter().all(|word| contains(word))
}

/// Every word of the one followed by every word of the other, unless that is too many.
fn product(first: &[Vec<u8>], second: &[Vec<u8>]) -> Option<Vec<Vec<u8>>> {
    if first.len().saturating_mul(second.len()) > MOST_WORDS {
        return None;
    }
    let followed =
        |word: &Vec<u8>| second.iter().map(|next| [word.as_slice(), next].concat()).collect::<Vec<_>>();
    Some(first.iter().flat_map(followed).collect())
}

/// The members of a small class, such as `[Ss]`.
fn class_words(class: &Class) -> Option<Vec<Vec<u8>>> {
    match class {
        Class::Unicode(class) => {
            let members = class.ranges().iter().flat_map(|range| range.start()..=range.end());
            let words: Vec<_> = members.take(MOST_WORDS + 1).map(|c| c.to_string().into_bytes()).collect();
            (words.len() <= MOST_WORDS).then_some(words)
        }
        Class::Bytes(class) => {
            let members = class.ranges().iter().flat_map(|range| range.start()..=range.end());
            let words: Vec<_> = members.take(MOST_WORDS + 1).map(|byte| vec![byte]).collect();
            (words.len() <= MOST_WORDS).then_some(words)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::in_every_match;

    #[track_caller]
    fn proven(regex: &str, literals: &[&str]) -> bool {
        let literals: Vec<_> = literals.iter().map(|&literal| literal.to_owned()).collect();
        in_every_match(regex, &literals)
    }

    #[test]
    fn a_run_of_letters_proves_every_piece_of_it() {
        assert!(proven(r"Upgrade \[(?P<x>.+?)\] failed\.", &["] failed."]));
        assert!(proven(r"^\bschema \(v\d\)", &["schema (v"]));
        assert!(proven(r"Skip \[(?P<x>Report\w*) Name", &["Skip [Report"]));
        assert!(proven(r"\[((?P<x>Rep)ort\w*) Name", &["[Report"]));
        assert!(!proven(r"Upgrade \[.+?\] failed", &["Upgrade [] failed"]));
    }

    #[test]
    fn every_branch_must_hold_a_literal() {
        assert!(proven("(?:no such site|site gone)", &["such site", "gone"]));
        assert!(!proven("(?:no such site|site gone)", &["gone"]));
        assert!(!proven("(?:site gone|)", &["gone"]));
    }

    #[test]
    fn branches_are_joined_with_their_surroundings() {
        assert!(proven("Cannot (?:open|find) it", &["Cannot open", "Cannot find"]));
        assert!(!proven("Cannot (?:open|find) it", &["Cannot open"]));
        assert!(proven("doesn['’]t match", &["doesn't", "doesn’t"]));
        assert!(proven("(?:has )?gone away", &["gone away"]));
        assert!(!proven("(?:has )?gone away", &["has gone"]));
    }

    #[test]
    fn what_may_be_absent_proves_nothing() {
        assert!(!proven("(?:site gone)?", &["gone"]));
        assert!(!proven("(?:site gone)*", &["gone"]));
        assert!(proven("(?:site gone)+", &["gone"]));
        assert!(proven("(?:site gone){1,9}", &["gone"]));
        assert!(proven("(?:ab){3}", &["ababab"]));
        assert!(!proven("(?:ab){2,3}", &["ababab"]));
    }

    #[test]
    fn letters_without_case_prove_nothing() {
        assert!(!proven("(?i)site gone", &["site gone"]));
        assert!(!proven("(?i:no)site", &["nosite"]));
        assert!(proven("(?i)error(?-i) site gone", &["site gone"]));
        assert!(proven("(?i)10061", &["10061"]));
    }

    #[test]
    fn classes_and_dots_break_a_run() {
        assert!(!proven(r"site\s+gone", &["site gone"]));
        assert!(!proven("site.gone", &["site gone"]));
        assert!(proven(r"\d+ errors", &[" errors"]));
    }

    #[test]
    fn too_many_words_are_given_up_without_a_wrong_proof() {
        assert!(!proven("[a-h][a-h][a-h]", &["aaa"]));
        assert!(proven("[a-h][a-h][a-h] gone", &[" gone"]));
        assert!(!proven("[a-h]{3}", &["aaa"]));
        assert!(!proven(r"\w{3}", &["aaa"]));
    }
}
