//! What a regex found in a record: the places of its captures. Records that differ in nothing but the id of a site
//! are asked once.

use std::ops::Range;
use std::sync::Arc;

use regex_automata::PatternID;
use regex_automata::util::captures::Captures;

use crate::catalogue::search::Search;
use crate::model::site::SiteId;
use crate::text::enclosed::opaque;

/// A match, with the captures of its pattern.
#[derive(Clone, Debug)]
pub struct Found<'t> {
    text: &'t [u8],
    /// Where they stand.
    places: Arc<Captures>,
}

impl<'t> Found<'t> {
    /// What the capture with this name holds.
    pub fn name(&self, name: &str) -> Option<&'t [u8]> {
        // Patterns have few groups: going over their names takes less than a digest of the name.
        let mut names = self.places.group_info().pattern_names(PatternID::ZERO);
        let group = names.position(|known| known == Some(name))?;
        self.text.get(self.places.get_group(group)?.range())
    }

    /// The captures with a name that took part in the match.
    pub(in crate::scan) fn captured(&self) -> impl Iterator<Item = (&str, &'t [u8])> {
        let text = self.text;
        let names = self.places.group_info().pattern_names(PatternID::ZERO);
        names
            .zip(self.places.iter())
            .filter_map(move |(name, place)| Some((name?, text.get(place?.range())?)))
    }

    /// Where the match stands.
    pub(in crate::scan) fn whole(&self) -> Range<usize> {
        self.places.get_match().map_or(0..0, |whole| whole.range())
    }

    /// How many groups took part in the match, named or not, the whole match among them.
    pub(in crate::scan) fn filled(&self) -> usize {
        self.places.iter().flatten().count()
    }
}

/// How the refused sites of a log begin.
const OPENING: &[u8] = b"Site with Id = ";

/// A pattern that begins so takes the id as 36 bytes of any value, and nothing of what follows depends on them.
const PATTERN: &str = "Site with Id = (?P<site>[0-9A-Fa-f-]{36})";

/// The longest text that is remembered: an exception with a deep stack is longer, and seldom the same.
const LONGEST: usize = 2 << 10;

/// The last record that each pattern was asked about. Thousands in a row say the same, or differ in nothing but the id
/// of a refused site, so that the answer for one is the answer for all.
#[derive(Debug, Default)]
pub struct Alike {
    asked: Vec<Asked>,
    /// The patterns that the record at hand may match: room that is used again for each.
    pub(super) candidates: Vec<u16>,
}

#[derive(Debug, Default)]
struct Asked {
    pattern: u16,
    /// What the text held.
    telling: Vec<u8>,
    /// An id stood before it.
    behind_id: bool,
    places: Option<Arc<Captures>>,
}

impl Alike {
    /// Whether what a pattern finds in the text of a refused site depends on all of it but the id.
    pub(in crate::scan) fn applies(pattern: &str) -> bool {
        pattern.starts_with(PATTERN) && !pattern.contains('|')
    }

    /// Asks a regex, or gives the answer it gave for a record that was alike.
    pub(in crate::scan) fn confirm<'t>(
        &mut self,
        pattern: u16,
        ignores_site: bool,
        search: Option<&Search>,
        text: &'t [u8],
    ) -> Option<Found<'t>> {
        let tail = if ignores_site { tail(text) } else { None };
        let (telling, behind_id) = tail.map_or((text, false), |tail| (tail, true));
        let known = self.asked.iter_mut().find(|asked| asked.pattern == pattern);
        if let Some(asked) = &known
            && asked.behind_id == behind_id
            && asked.telling == telling
        {
            return asked.places.clone().map(|places| Found { text, places });
        }
        let places = ask(search?, text).map(Arc::new);
        if behind_id || text.len() <= LONGEST {
            let asked = match known {
                Some(known) => known,
                None => self.asked.push_mut(Asked { pattern, ..Asked::default() }),
            };
            asked.telling.clear();
            asked.telling.extend_from_slice(telling);
            (asked.behind_id, asked.places) = (behind_id, places.clone());
        }
        places.map(|places| Found { text, places })
    }
}

/// Where the captures stand. Rules take the first bracket behind a name for its end.
fn ask(search: &Search, text: &[u8]) -> Option<Captures> {
    search.captures(&opaque(text))
}

/// What follows the id of a refused site, if the text begins with one.
fn tail(text: &[u8]) -> Option<&[u8]> {
    let (id, tail) = text.strip_prefix(OPENING)?.split_at_checked(36)?;
    // A full id: it ends in a hexadecimal digit, so that nothing can tell one from another at its edge.
    SiteId::parse(id).map(|_| tail)
}

#[cfg(test)]
mod tests {
    use super::{Alike, LONGEST, PATTERN};
    use crate::catalogue::search::Search;
    use proptest::prelude::*;

    const TAILS: [&str; 4] = [
        "is contained in dictSitesNeedUpgrade, but is not added",
        " is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to ",
        "http://localhost:32843/securitytoken.svc. TCP error code ",
        "10061: refused\nat Site with Id = 961cfd1e-5cf8-4e40-8756-0032a517119b is contained in dictSitesNeedUpgrade",
    ];

    type Places = Option<Vec<Option<Vec<u8>>>>;

    fn captures(alike: &mut Alike, ignores_site: bool, search: &Search, text: &[u8]) -> Places {
        let found = alike.confirm(7, ignores_site, Some(search), text)?;
        Some(search.names().map(|name| found.name(name).map(<[u8]>::to_vec)).collect())
    }

    proptest! {
        #[test]
        fn a_record_that_is_alike_gets_the_answer_of_the_regex(
            texts in prop::collection::vec(
                (prop_oneof![Just("Site with Id = "), Just("The Site with Id = "), Just("")],
                 prop_oneof![
                     "[0-9a-fA-F]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{11}[0-9a-f-]",
                     Just("961cfd1e-5cf8-4e40-8756-0032a517119b".to_owned()),
                     Just(String::new()),
                 ],
                 prop::collection::vec(prop::sample::select(&TAILS[..]), 0..4),
                 prop_oneof![4 => Just(0), 1 => Just(LONGEST)]),
                1..12),
            of_sites in prop::bool::ANY,
        ) {
            let begin = if of_sites { PATTERN } else { r"(?P<site>[0-9A-Fa-f-]{36})?" };
            let source = format!(r"{begin}\b is contained in dictSitesNeedUpgrade, but is not added(?s:.*?)(?P<endpoint>\S*(?i:securitytoken\.svc))(?:(?s:.*?)\s(?P<tcp_code>100\d\d)\b)?");
            prop_assert_eq!(Alike::applies(&source), of_sites);
            let search = Search::new(&source).unwrap();
            let mut alike = Alike::default();
            for (opening, id, tails, more) in texts {
                let text = format!("{opening}{id}{}{}", tails.concat(), ".".repeat(more));
                let remembered = captures(&mut alike, of_sites, &search, text.as_bytes());
                let asked = captures(&mut Alike::default(), of_sites, &search, text.as_bytes());
                prop_assert_eq!(remembered, asked, "{}", text);
            }
        }
    }
}
