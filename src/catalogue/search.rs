//! The regex of a pattern, asked where it can match. A regex that may begin anywhere goes over a text three times: to
//! find where a match ends, where it begins, and what the captures hold. Most patterns begin with a text that nothing
//! else is like, and where that stands, once is enough.

use memchr::memmem::{Finder, FinderBuilder};
use regex_automata::meta::{self, Regex};
use regex_automata::util::captures::Captures;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, PatternID};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

/// Landmarks that are looked at one by one: in a text full of them every look may go to its end.
const LOOKS: usize = 4;

/// The shortest landmark that is worth looking for.
const SHORTEST: usize = 4;

/// A compiled pattern.
#[derive(Debug)]
pub struct Search {
    regex: Regex,
    landmark: Option<Landmark>,
}

/// A text that stands in every match, as far behind its start as in every other.
#[derive(Debug)]
struct Landmark {
    finder: Finder<'static>,
    offset: usize,
}

impl Search {
    /// Compiles a pattern; none if it is not valid. The loader of rules has told its author why.
    pub fn new(pattern: &str) -> Option<Self> {
        // What the regex crate makes of a pattern for bytes.
        let syntax = syntax::Config::new().utf8(false);
        let config = meta::Config::new().utf8_empty(false);
        let regex = Regex::builder().syntax(syntax).configure(config).build(pattern).ok()?;
        let hir = ParserBuilder::new().utf8(false).build().parse(pattern).ok()?;
        let landmark = longest(&hir).map(|(offset, text)| Landmark {
            finder: FinderBuilder::new().build_forward(&text).into_owned(),
            offset,
        });
        Some(Self { regex, landmark })
    }

    /// The captures of the first match in a text.
    pub fn captures(&self, text: &[u8]) -> Option<Captures> {
        let next = |Landmark { finder, offset }: &Landmark, from: usize| {
            Some(from + finder.find(text.get(from + offset..)?)?)
        };
        let mut from = match &self.landmark {
            Some(landmark) => next(landmark, 0)?,
            None => 0,
        };
        // Only where the landmark stands is room needed for captures: most texts that are asked for lack it.
        let mut captures = self.regex.create_captures();
        if let Some(landmark) = &self.landmark {
            for _ in 0..LOOKS {
                self.regex.captures(Input::new(text).range(from..).anchored(Anchored::Yes), &mut captures);
                if captures.is_match() {
                    return Some(captures);
                }
                from = next(landmark, from + 1)?;
            }
        }
        self.regex.captures(Input::new(text).range(from..), &mut captures);
        captures.is_match().then_some(captures)
    }

    /// The names of its groups, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.regex.group_info().pattern_names(PatternID::ZERO).flatten()
    }
}

/// The longest landmark of a pattern, with how far behind the start of a match it stands.
fn longest(hir: &Hir) -> Option<(usize, Vec<u8>)> {
    let mut found = Landmarks::default();
    found.add(hir);
    found.end();
    found.longest.filter(|(_, text)| text.len() >= SHORTEST)
}

/// What is known of the first bytes of every match.
#[derive(Default)]
struct Landmarks {
    /// How many bytes these are.
    at: usize,
    /// The last of them, if they are always the same.
    text: Vec<u8>,
    longest: Option<(usize, Vec<u8>)>,
}

impl Landmarks {
    /// Adds what follows. False where it is not always as long.
    fn add(&mut self, hir: &Hir) -> bool {
        match hir.kind() {
            HirKind::Literal(literal) => {
                self.text.extend_from_slice(&literal.0);
                self.at += literal.0.len();
                true
            }
            HirKind::Capture(group) => self.add(&group.sub),
            HirKind::Concat(parts) => parts.iter().all(|part| self.add(part)),
            HirKind::Empty | HirKind::Look(_) => true,
            HirKind::Class(_) | HirKind::Repetition(_) | HirKind::Alternation(_) => {
                let known = hir.properties();
                let length = known.minimum_len().filter(|least| known.maximum_len() == Some(*least));
                self.end();
                self.at += length.unwrap_or_default();
                length.is_some()
            }
        }
    }

    /// The text ends here.
    fn end(&mut self) {
        let text = std::mem::take(&mut self.text);
        if self.longest.as_ref().is_none_or(|(_, longest)| longest.len() < text.len()) {
            self.longest = Some((self.at - text.len(), text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Search, longest};
    use proptest::prelude::*;
    use regex::bytes::Regex;
    use regex_syntax::ParserBuilder;

    #[test]
    fn a_landmark_stands_as_far_behind_the_start_of_every_match() {
        for (pattern, landmark) in [
            (r"\bWebPart class \[(?P<id>[^\]]+)\]", Some((0, "WebPart class ["))),
            (r"[Tt]he feature with Id (?P<id>\w+)", Some((1, "he feature with Id "))),
            (r"(?:ab|cd)[0-9]{3} times in (?P<database>.+)", Some((5, " times in "))),
            (r"Site (?P<all>with Id = (?P<id>[0-9a-f]{2})), gone", Some((0, "Site with Id = "))),
            (r"\w+ is not installed", None),
            (r"(?i)upgrade failed", None),
            (r"(?:Upgrade|Update) failed", None),
            ("öd[äö]e Seite", Some((5, "e Seite"))),
            ("[aö]de Seite", None),
            ("abc", None),
        ] {
            let hir = ParserBuilder::new().utf8(false).build().parse(pattern).unwrap();
            let expected = landmark.map(|(offset, text)| (offset, text.as_bytes().to_vec()));
            assert_eq!(longest(&hir), expected, "{pattern}");
        }
    }

    const PIECES: [&[u8]; 10] =
        [b"abab", b"abab", b"a", b"b", b"c", b" ", b"\n", b"\xc3\xa4", b"\xff", b"aaaa"];

    proptest! {
        #[test]
        fn what_it_finds_is_what_the_regex_finds(
            pattern in prop::sample::select(&[
                r"\babab(?P<one>[ab]+?)c",
                r"\babab(?P<one>b*)(?P<two>c)?\b",
                r"[ab]baba(?P<one>.*?)(?:c|$)",
                r"(?P<one>a|b)aaaa(?P<two>b)",
                r"^abab",
                r"(?:ab|b)abab(?P<one>c)",
                r"abab\b(?P<one>.?)",
                "ä(?P<one>.)bab",
                r"(?s-u:.)abab(?P<one>\xff)?",
            ][..]),
            pieces in prop::collection::vec(
                prop::sample::select(&PIECES[..]),
                0..24,
            ),
        ) {
            let text = pieces.concat();
            let regex = Regex::new(pattern).unwrap();
            let search = Search::new(pattern).unwrap();
            let expected = regex.captures(&text).map(|captures| {
                captures.iter().map(|group| group.map(|group| group.range())).collect::<Vec<_>>()
            });
            let found = search.captures(&text).map(|captures| {
                captures.iter().map(|group| group.map(|span| span.range())).collect::<Vec<_>>()
            });
            prop_assert_eq!(found, expected, "{} in {:?}", pattern, String::from_utf8_lossy(&text));
            let names: Vec<&str> = search.names().collect();
            prop_assert_eq!(names, regex.capture_names().flatten().collect::<Vec<_>>());
        }
    }
}
