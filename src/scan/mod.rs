//! Records become a tally: pure and deterministic. The same bytes give the same tally for any split of a
//! file into segments, any order of files and any number of threads; `ARCHITECTURE.md` states the law.
//!
//! [`segment`] cuts bytes into pieces, [`literals`] finds the words that rules look for, [`scanner`] joins pieces into
//! records, [`engine`] asks the rules, [`timeline`] charges the time between records, [`console`] unfolds what a window
//! wrapped, `fold` puts records of one event together, [`recorder`] counts what they say, [`tally`] keeps what was
//! decided, [`stretch`] what is still open at an edge, [`join`] closes edges. What it all means is said by
//! [`crate::conclude`].

mod announced;
pub mod cluster;
pub mod console;
mod continued;
pub mod cut;
pub mod dates;
pub mod decode;
pub mod engine;
pub mod flow;
mod fold;
pub mod found;
mod incoming;
pub mod join;
mod keys;
pub mod lane;
mod learned;
pub mod literals;
pub mod nearest;
mod passing;
pub mod processes;
mod quiet;
mod quoted;
pub mod recorder;
pub mod scanner;
pub mod source;
pub mod stretch;
pub mod structure;
pub mod tally;
pub mod timeline;
