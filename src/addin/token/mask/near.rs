//! Words that look like passwords in a sentence that names a secret, wherever the two stand in it.

use std::ops::Range;

use super::is_border;
use super::names::{Extent, extent, is_phrase, is_telling};
use super::shape::{chunk, is_strong};

/// Most words between the name and the password.
const MOST_BETWEEN: usize = 12;
/// The same where the line ends between the two.
const MOST_OVER_LINES: usize = 3;

/// Adds the places of such words.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut names: Vec<Place> = Vec::new();
    let mut words: Vec<(Place, Range<usize>)> = Vec::new();
    let (mut number, mut line, mut told) = (0, 0, 0);
    let mut at = 0;
    while let Some(offset) = text.get(at..).and_then(|rest| rest.find(|c| !is_border(c))) {
        line += text.get(at..at + offset).unwrap_or_default().matches('\n').count();
        let start = at + offset;
        let from = text.get(start..).unwrap_or_default();
        let word = from.get(..from.find(is_border).unwrap_or(from.len())).unwrap_or_default();
        let place = Place { number, line };
        if start >= told {
            let chunk = chunk(from);
            // `user/password`.
            let lead = chunk.split_once('/').filter(|(user, _)| user.chars().all(char::is_alphanumeric));
            let begin = start + lead.map_or(0, |(user, _)| user.len() + 1);
            if is_strong(lead.map_or(chunk, |(_, password)| password)) {
                told = start + chunk.len();
                words.push((place, begin..told));
            }
        }
        if start >= told && is_name(word, text.get(..start).unwrap_or_default()) {
            names.push(place);
        }
        number += 1;
        at = start + word.len();
    }
    let mut next = 0;
    for (place, range) in words {
        while names.get(next).is_some_and(|name| name.number < place.number) {
            next += 1;
        }
        let before = next.checked_sub(1).and_then(|last| names.get(last));
        if before.is_some_and(|name| name.is_near(&place))
            || names.get(next).is_some_and(|name| place.is_near(name))
        {
            found.push(range);
        }
    }
}

/// Which word of the text, and in which line.
#[derive(Clone, Copy)]
struct Place {
    number: usize,
    line: usize,
}

impl Place {
    fn is_near(&self, later: &Self) -> bool {
        let most = if self.line == later.line { MOST_BETWEEN } else { MOST_OVER_LINES };
        later.number - self.number <= most
    }
}

/// The name of a secret that people choose or copy. Of tokens much else is said.
fn is_name(word: &str, before: &str) -> bool {
    let name = word
        .rsplit([':', '=', '.', '/', '[', '\'', '\u{2019}'])
        .map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()))
        .find(|part| part.len() > 1)
        .unwrap_or_default();
    name.len() < 60
        && ((is_telling(name) && matches!(extent(name), Extent::Field)) || is_phrase(name, before))
}
