//! Several secrets behind one name: `passwords: a, b and c`, `"passwords": ["a", "b"]`.

use super::bridge::{Bridge, Reach};
use super::names::is_plural;
use super::prose::is_ordinary;
use super::shape::{chunk, is_mixed, is_name};
use super::{end_of_start, is_border, is_quote, is_sign, start_of_end};

/// Words between the last items.
const JOINING: &str = "and or und oder et ou y e i og och en und/oder and/or then sowie plus & +";

/// The list that was begun last.
#[derive(Default)]
pub(super) struct List {
    bridge: Option<Bridge>,
    /// Told by a sentence, in which much else may follow.
    spoken: bool,
    /// A word like `and` stands right before.
    joined: bool,
    /// The value was told by a sentence that may name a second one, and how far that has got.
    second: Second,
}

/// `from a to b`, `a but was b`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Second {
    #[default]
    None,
    Possible,
    Expected(usize),
}

impl List {
    /// A value was found behind a name: further ones may follow. `seen` is what stands in front of it.
    pub(super) fn begin(&mut self, bridge: &Bridge, seen: &str) {
        let opened = seen.trim_end_matches(|c: char| is_quote(c) || c.is_whitespace() || c == '\\');
        let array = opened.ends_with(['[', '(']) && opened.len() < seen.len() && bridge.reach != Reach::Call;
        let many = is_plural(&bridge.name) || is_second(seen) || (array && bridge.reach == Reach::Sign);
        self.bridge = many.then(|| Bridge { name: bridge.name.clone(), reach: bridge.reach });
        self.joined = false;
        self.spoken = bridge.reach == Reach::Sentence;
        let spoken = matches!(bridge.reach, Reach::Word | Reach::Sentence | Reach::Quotes);
        self.second = if spoken { Second::Possible } else { Second::None };
    }

    /// The bridge to the word that begins here, if it is a further item.
    pub(super) fn next(&mut self, border: &str, from: &str) -> Option<Bridge> {
        let word = from.get(..from.find(is_border).unwrap_or(from.len())).unwrap_or_default();
        if let Some(bridge) = self.second(border, word, from) {
            return Some(bridge);
        }
        let bridge = self.bridge.clone()?;
        let lines = border.matches('\n').count();
        let bullet = lines > 0 && is_bullet(word);
        let joining = JOINING.split(' ').any(|known| known.eq_ignore_ascii_case(word));
        if lines < 2 && (bullet || (joining && !border.contains(is_quote))) || (joining && lines == 0) {
            self.joined = true;
            return None;
        }
        let parts = border.matches([',', ';', '|']).count();
        let plain =
            border.chars().all(|c| c.is_whitespace() || is_quote(c) || matches!(c, ',' | ';' | '|' | '\\'));
        let next = plain && (parts == 1 || self.joined) && (lines == 0 || border.contains(','));
        let quoted = border.ends_with(is_quote);
        let name = is_named(from) || (quoted && is_key(from));
        self.joined = false;
        let unsure = self.spoken && !quoted && !is_mixed(chunk(from));
        if !next || name || unsure || (!quoted && is_ordinary(from)) {
            self.bridge = None;
            return None;
        }
        let reach = if quoted { Reach::Quotes } else { bridge.reach };
        Some(Bridge { name: bridge.name, reach })
    }
}

impl List {
    /// The second of two that a sentence names.
    fn second(&mut self, border: &str, word: &str, from: &str) -> Option<Bridge> {
        const LEADING: &str =
            "to auf by but vs not statt durch instead into à por nach zu naar till na against und and";
        const BETWEEN: &str = "was is got of the it with für received found had";
        let parted = border.contains(|c: char| !(c.is_whitespace() || is_quote(c) || c == '\\'))
            || border.contains('\n');
        let known = |words: &str| words.split(' ').any(|known| known.eq_ignore_ascii_case(word));
        let quoted = border.ends_with(is_quote);
        self.second = match self.second {
            Second::Possible if !parted && known(LEADING) => Second::Expected(3),
            Second::Expected(left) if !parted && !quoted && left > 0 && known(BETWEEN) => {
                Second::Expected(left - 1)
            }
            Second::Expected(_) if !parted && (is_mixed(chunk(from)) || (quoted && !is_name(from))) => {
                self.second = Second::None;
                let reach = if quoted { Reach::Quotes } else { Reach::Word };
                return Some(Bridge { name: "password".to_owned(), reach });
            }
            _ => Second::None,
        };
        None
    }
}

/// The password is the second of two that are named: `user name and password: bob, x`.
fn is_second(seen: &str) -> bool {
    const LONGEST: usize = 40;
    const BOTH: [&str; 6] =
        ["and password", "/password", "& password", "und kennwort", "und passwort", "/passwort"];
    let near = seen.get(start_of_end(seen, LONGEST)..).unwrap_or_default().to_lowercase();
    let last = near.trim_end_matches(|c: char| is_border(c) || is_sign(c));
    last.len() < near.len() && BOTH.iter().any(|both| last.ends_with(both))
}

fn is_bullet(word: &str) -> bool {
    let number = word.trim_end_matches(['.', ')']);
    matches!(word, "-" | "*" | "\u{2022}" | "\u{2013}")
        || (number.len() < word.len() && number.len() < 4 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `user: bob`, `user=bob`.
fn is_named(from: &str) -> bool {
    const NEAR: usize = 40;
    let end = end_of_start(from, NEAR);
    let near = from.get(..end).unwrap_or_default();
    let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ');
    near.trim_start_matches(name).starts_with(is_sign) && near.starts_with(char::is_alphabetic)
}

/// The text in quotes has a sign behind it.
fn is_key(from: &str) -> bool {
    const NEAR: usize = 80;
    let end = end_of_start(from, NEAR);
    let near = from.get(..end).unwrap_or_default();
    near.split_once(is_quote).is_some_and(|(_, behind)| behind.trim_start().starts_with(is_sign))
}
