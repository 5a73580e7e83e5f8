//! Lines that differ from the one before them in nothing but their component, a quiet level and what they say: nearly
//! all lines of an upgrade log. They need not be taken apart to be read.

use super::bracketed::component;
use crate::text::beginning::Beginning;

/// What such lines have in common: `[PSCONFIG] [` and `] [INFO] [3/14/2026 10:00:03 PM]: `. Until it is traced it fits
/// no line.
#[derive(Debug, Default)]
pub struct Stencil {
    traced: bool,
    head: Beginning,
    /// With the level `DEBUG`, with `INFO`: levels of records that say no more than what is at work.
    debug: Beginning,
    info: Beginning,
    /// Heads with the component behind them, as they were met lately, each at the place of its digest or beside it.
    met: [Beginning; MET],
}

/// Components that are remembered.
const MET: usize = 32;

/// What is different in a line that fits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fit<'a> {
    /// Its component.
    pub component: &'a [u8],
    /// What it says.
    pub message: &'a [u8],
}

impl Stencil {
    /// Fits no line from here on.
    pub fn clear(&mut self) {
        self.traced = false;
    }

    /// Fits lines of this process and time in four brackets.
    pub fn trace(&mut self, process: &[u8], time: &[u8]) {
        self.traced = true;
        let known = self.head.bytes().strip_prefix(b"[").and_then(|head| head.strip_suffix(b"] ["));
        if known != Some(process) {
            self.head.set(&[b"[", process, b"] ["]);
            self.met.iter_mut().for_each(|met| met.set(&[]));
        }
        let known = self.info.bytes().strip_prefix(b"] [INFO] [").and_then(|tail| tail.strip_suffix(b"]: "));
        if known != Some(time) {
            self.debug.set(&[b"] [DEBUG] [", time, b"]: "]);
            self.info.set(&[b"] [INFO] [", time, b"]: "]);
        }
    }

    /// What a line says that fits: [`header`](super::bracketed::header) would read the same in it.
    #[inline]
    pub fn fits<'a>(&mut self, line: &'a [u8]) -> Option<Fit<'a>> {
        if !self.traced {
            return None;
        }
        let head = self.head.len();
        let place = place(line.get(head..)?)?;
        for place in [place, place ^ 1] {
            let met = self.met.get(place)?;
            if !met.is_empty()
                && let Some(rest) = met.strip(line)
                && let Some(message) = self.message(rest)
            {
                return Some(Fit { component: line.get(head..met.len())?, message });
            }
        }
        let (component, rest) = component(self.head.strip(line)?)?;
        let message = self.message(rest)?;
        // What was met before goes to the place beside it: two that share a place do not drive each other out.
        self.met.swap(place, place ^ 1);
        self.met.get_mut(place)?.set(&[line.get(..head + component.len())?]);
        Some(Fit { component, message })
    }

    /// What stands behind the component, without a quiet level and the time.
    #[inline]
    fn message<'a>(&self, rest: &'a [u8]) -> Option<&'a [u8]> {
        let tail = if rest.get(3) == Some(&b'D') { &self.debug } else { &self.info };
        tail.strip(rest)
    }
}

/// Where a component is remembered. Nearly all begin with `SP`, and few are shorter than this.
#[inline]
fn place(component: &[u8]) -> Option<usize> {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let (_, telling) = component.split_first_chunk::<2>()?;
    let digest = u64::from_le_bytes(*telling.first_chunk()?).wrapping_mul(SPREAD);
    usize::try_from(digest >> (u64::BITS - MET.trailing_zeros())).ok()
}

#[cfg(test)]
mod tests {
    use super::{Fit, Stencil};
    use crate::format::bracketed::header;
    use proptest::prelude::*;

    const PIECES: [&str; 15] = [
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
        "[OWSTIMER] [SPManager] [INFO] [3/3/2012 10:10:24 PM]: ",
        "text",
    ];

    proptest! {
        #[test]
        fn what_fits_is_read_as_ever(
            pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 1..12),
            met in prop::sample::subsequence(vec!["SPManager", "SPMana", "SPManagerOfAll", "X"], 0..4),
        ) {
            let mut stencil = Stencil::default();
            let line = pieces.concat();
            prop_assert_eq!(stencil.fits(line.as_bytes()), None);
            for process in ["OWSTIMER", "PSCONFIG"] {
                stencil.trace(process.as_bytes(), b"3/3/2012 10:10:24 PM");
                for met in &met {
                    let line = format!("[{process}] [{met}] [INFO] [3/3/2012 10:10:24 PM]: text");
                    let expected = Fit { component: met.as_bytes(), message: b"text" };
                    prop_assert_eq!(stencil.fits(line.as_bytes()), Some(expected));
                }
            }
            if let Some(Fit { component, message }) = stencil.fits(line.as_bytes()) {
                let read = header(line.as_bytes()).unwrap();
                prop_assert_eq!((read.component, read.message), (component, message), "{}", line);
                prop_assert_eq!((read.process, read.time), (&b"PSCONFIG"[..], &b"3/3/2012 10:10:24 PM"[..]));
                prop_assert!(matches!(read.level, b"DEBUG" | b"INFO"));
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
            let expected = Fit { component: b"SPManager", message: b"A text" };
            assert_eq!(read, fits.then_some(expected), "{line}");
        }
        stencil.clear();
        assert_eq!(stencil.fits(line("INFO", "3/3/2012 10:10:24 PM").as_bytes()), None);
    }
}
