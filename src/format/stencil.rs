//! Lines that differ from the one before them in nothing but their component, a quiet level and what they say: nearly
//! all lines of an upgrade log. They need not be taken apart to be read.

use super::Header;
use super::bracketed::component;
use crate::text::short::same;

/// What such lines have in common: `[PSCONFIG] [` and `] [INFO] [3/14/2026 10:00:03 PM]: `. An empty one fits no line.
#[derive(Debug, Default)]
pub struct Stencil {
    head: Vec<u8>,
    tails: [Tail; LEVELS.len()],
}

#[derive(Debug, Default)]
struct Tail {
    text: Vec<u8>,
    /// Where the time begins in it, and where it ends.
    time: (usize, usize),
}

/// Levels of records that say no more than what is at work.
const LEVELS: [&[u8]; 2] = [b"DEBUG", b"INFO"];

impl Stencil {
    /// Fits no line from here on.
    pub fn clear(&mut self) {
        self.head.clear();
    }

    /// Fits lines of this process and time in four brackets.
    pub fn trace(&mut self, process: &[u8], time: &[u8]) {
        self.head.clear();
        for part in [b"[", process, b"] ["] {
            self.head.extend_from_slice(part);
        }
        for (tail, level) in self.tails.iter_mut().zip(LEVELS) {
            tail.text.clear();
            for part in [b"] [", level, b"] ["] {
                tail.text.extend_from_slice(part);
            }
            tail.time = (tail.text.len(), tail.text.len() + time.len());
            for part in [time, b"]: "] {
                tail.text.extend_from_slice(part);
            }
        }
    }

    /// The header of a line that fits.
    pub fn fits<'a>(&self, line: &'a [u8]) -> Option<Header<'a>> {
        let rest = behind(line, &self.head).filter(|_| !self.head.is_empty())?;
        let (component, rest) = component(rest)?;
        let process = line.get(1..self.head.len() - "] [".len())?;
        self.tails.iter().zip(LEVELS).find_map(|(tail, level)| {
            let message = behind(rest, &tail.text)?;
            let time = rest.get(tail.time.0..tail.time.1)?;
            let level = rest.get("] [".len()..)?.get(..level.len())?;
            Some(Header { process, component, level, time, message, ..Header::default() })
        })
    }
}

/// What follows a beginning.
fn behind<'a>(text: &'a [u8], beginning: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(beginning.len())?;
    same(start, beginning).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::Stencil;
    use crate::format::bracketed::header;
    use proptest::prelude::*;

    const PIECES: [&str; 14] = [
        "[",
        "] [",
        "]",
        "]: ",
        "PSCONFIG",
        "SPManager",
        "DEBUG",
        "INFO",
        "ERROR",
        "3/3/2012 10:10:24 PM",
        "3/3/2012 10:10:25 PM",
        " ",
        "[PSCONFIG] [SPManager] [INFO] [3/3/2012 10:10:24 PM]: ",
        "text",
    ];

    proptest! {
        #[test]
        fn what_fits_is_read_as_ever(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 1..12)) {
            let mut stencil = Stencil::default();
            let line = pieces.concat();
            prop_assert_eq!(stencil.fits(line.as_bytes()), None);
            stencil.trace(b"PSCONFIG", b"3/3/2012 10:10:24 PM");
            if let Some(read) = stencil.fits(line.as_bytes()) {
                prop_assert_eq!(Some(read), header(line.as_bytes()), "{}", line);
            }
        }
    }

    #[test]
    fn a_line_of_the_same_process_and_time_fits() {
        let mut stencil = Stencil::default();
        stencil.trace(b"PSCONFIG", b"3/3/2012 10:10:24 PM");
        let line = |level: &str, time: &str| format!("[PSCONFIG] [SPManager] [{level}] [{time}]: A text");
        for (level, time, fits) in [
            ("INFO", "3/3/2012 10:10:24 PM", true),
            ("DEBUG", "3/3/2012 10:10:24 PM", true),
            ("ERROR", "3/3/2012 10:10:24 PM", false),
            ("INFO", "3/3/2012 10:10:25 PM", false),
        ] {
            let line = line(level, time);
            let read = stencil.fits(line.as_bytes());
            assert_eq!(read.is_some(), fits, "{line}");
            assert!(read.is_none_or(|read| Some(read) == header(line.as_bytes())));
        }
        stencil.clear();
        assert_eq!(stencil.fits(line("INFO", "3/3/2012 10:10:24 PM").as_bytes()), None);
    }
}
