//! What lines begin with: most begin, to the letter, like one of the last few, and need not be taken apart again.

use crate::text::short::same;

/// Beginnings that are remembered; a byte can number them.
const SLOTS: usize = 128;

/// The most parts that a beginning has.
const PARTS: usize = 4;

/// Beginnings of lines, with the parts they were taken apart into.
#[derive(Debug)]
pub struct Memory {
    /// Which of the known ones has this place, counted from 1; 0 where none has.
    places: [u8; SLOTS],
    /// As many as were met: a small log has a handful.
    known: Vec<Known>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { places: [0; SLOTS], known: Vec::new() }
    }
}

#[derive(Clone, Debug, Default)]
struct Known {
    text: Vec<u8>,
    /// Start and end of each part.
    parts: [(usize, usize); PARTS],
}

/// The parts of a beginning, and the rest of the line.
pub type Parts<'a> = ([&'a [u8]; PARTS], &'a [u8]);

impl Memory {
    /// The parts of what a line begins with: as `read` reads them, or as it read them from a line that began in the
    /// same way. What `read` says must depend on nothing but the bytes in front of the rest. `clues` are places
    /// where beginnings differ from one another.
    pub fn parts<'a>(
        &mut self,
        line: &'a [u8],
        clues: [usize; 3],
        read: impl FnOnce(&'a [u8]) -> Option<Parts<'a>>,
    ) -> Option<Parts<'a>> {
        let slot = slot(line, clues);
        for place in [slot, slot ^ 1] {
            if let Some(known) = self.at(place).filter(|known| !known.text.is_empty())
                && let Some((beginning, rest)) = line.split_at_checked(known.text.len())
                && same(beginning, &known.text)
            {
                let part = |(start, end): (usize, usize)| line.get(start..end).unwrap_or_default();
                return Some((known.parts.map(part), rest));
            }
        }
        let (parts, rest) = read(line)?;
        self.keep(slot, line, &parts, rest);
        Some((parts, rest))
    }

    fn at(&self, place: usize) -> Option<&Known> {
        self.known.get(usize::from(*self.places.get(place)?).checked_sub(1)?)
    }

    /// The one that was met last takes the first place; the one before it makes room.
    fn keep(&mut self, slot: usize, line: &[u8], parts: &[&[u8]; PARTS], rest: &[u8]) {
        self.places.swap(slot, slot ^ 1);
        let Some(place) = self.places.get_mut(slot) else { return };
        if *place == 0 {
            self.known.push(Known::default());
            *place = u8::try_from(self.known.len()).unwrap_or(0);
        }
        let Some(known) = self.known.get_mut(usize::from(*place).wrapping_sub(1)) else { return };
        known.text.clear();
        known.text.extend_from_slice(line.get(..line.len() - rest.len()).unwrap_or_default());
        known.parts = parts.map(|part| {
            let start = if part.is_empty() { 0 } else { part.as_ptr() as usize - line.as_ptr() as usize };
            (start, start + part.len())
        });
    }
}

/// Beginnings that differ in their clues mostly have different places.
fn slot(line: &[u8], clues: [usize; 3]) -> usize {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let clue = |at: usize| {
        line.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u64::from_le_bytes(*bytes))
    };
    let mixed =
        clues.into_iter().fold(0, |mixed: u64, at| (mixed.rotate_left(23) ^ clue(at)).wrapping_mul(SPREAD));
    usize::try_from(mixed >> 57).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use crate::format::format_of;
    use crate::format::memory::Memory;
    use crate::model::kind::LogKind;
    use proptest::prelude::*;

    /// Beginnings of every shape, and what can stand between.
    const PIECES: [&str; 22] = [
        "[PSCONFIG] [SPManager] [INFO] [3/3/2012 10:10:24 PM]: ",
        "[PSCONFIG] [SPManager] [DEBUG] [3/3/2012 10:10:24 PM]: ",
        "[OWSTIMER.EXE] [SPContentDatabaseSequence] [ERROR] [3/3/2012 10:10:25 PM]: ",
        "[PSCONFIG][SPManager][INFO][3/3/2012 10:10:24 PM]: ",
        "[SPManager] [INFO] [3/3/2012 10:10:24 PM]: ",
        "[PSCONFIG] [SPManager] [INFO] [",
        "3/3/2012 10:10:26 PM]: ",
        "3/3/2012]x",
        "]: ",
        "[",
        "x",
        "03/14/2026 22:00:03.13 \t",
        "03/14/2026 22:00:03.13*\t",
        "w3wp.exe (0x5C58)                       \t",
        "OWSTIMER.EXE (SPS01:0x7270)             \t",
        "0x6D04\t",
        "SharePoint Foundation         \tMonitoring                    \tnasq\tVerbose \t",
        "SharePoint Foundation         \tDatabase                      \ttzku\tHigh    \t",
        "SharePoint Foundation\t\t\tMedium\t",
        "\t",
        "a message\t ",
        "a message\tffb191f5-aa08-4e6a-9f74-6af524d0a6a1",
    ];

    proptest! {
        #[test]
        fn a_line_is_read_as_if_it_were_the_first(
            lines in prop::collection::vec(prop::collection::vec(prop::sample::select(&PIECES[..]), 1..7), 1..30),
        ) {
            for kind in [LogKind::Upgrade2007, LogKind::Upgrade2010, LogKind::Upgrade2013, LogKind::Uls] {
                let (format, mut memory) = (format_of(kind), Memory::default());
                for line in &lines {
                    let line = line.concat();
                    let remembering = format.header_after(line.as_bytes(), &mut memory);
                    prop_assert_eq!(remembering, format.header(line.as_bytes()), "{}", line);
                }
            }
        }
    }
}
