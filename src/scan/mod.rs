//! Records become a tally: pure and deterministic. The same bytes give the same tally for any split of a
//! file into segments, any order of files and any number of threads; `ARCHITECTURE.md` states the law.
//!
//! [`cut`] cuts bytes into pieces, [`literals`] finds the words that rules look for, [`scanner`] and [`record`] join
//! pieces into records, `quiet` counts those that concern no rule, [`rules`] asks the rules, [`timeline`] charges the
//! time between records, [`recorder`] counts what they say, [`tally`] keeps what was decided, [`stretch`] what is still
//! open at an edge, [`join`] closes edges. What it all means is said by [`crate::conclude`].

pub mod cluster;
pub mod cut;
pub mod dates;
pub mod decode;
mod effect;
pub mod flow;
pub mod join;
mod keys;
mod learned;
pub mod literals;
mod passing;
pub mod processes;
mod quiet;
pub mod record;
pub mod recorder;
pub mod rules;
pub mod scanner;
pub mod source;
pub mod stretch;
pub mod structure;
pub mod tally;
pub mod timeline;
