//! Records become a tally: pure and deterministic. The same bytes give the same tally for any split of a
//! file into segments, any order of files and any number of threads; `ARCHITECTURE.md` states the law.
//!
//! [`segment`] cuts bytes into pieces, [`scanner`] joins pieces into records, [`engine`] asks the rules,
//! [`console`] unfolds what a window wrapped, `fold` puts records of one event together, [`recorder`] counts what they
//! say, [`tally`] keeps what was decided, [`stretch`] what is still open at an edge, [`join`] closes edges. What it all
//! means is said by [`crate::conclude`].

mod announced;
pub mod at_work;
pub mod charges;
pub mod clock_step;
pub mod cluster;
pub mod console;
mod continued;
mod cutter;
pub mod dates;
pub mod decode;
pub mod engine;
pub mod events;
mod familiar;
pub mod flat_map;
pub mod flow;
mod fold;
pub mod found;
mod grams;
mod incoming;
pub mod join;
mod keys;
pub mod lane;
mod learned;
pub mod leg;
pub mod line;
mod line_ends;
pub mod moment;
pub mod nearest;
mod owned_piece;
mod passing;
pub mod path;
mod quiet;
mod quoted;
pub mod recorder;
pub mod scanner;
pub mod segment;
pub mod silences;
pub mod sole;
pub mod source;
mod stay;
mod steps;
pub mod stretch;
pub mod structure;
pub mod sweep;
pub mod tally;
pub mod timeline;
pub mod waits;
mod words;
