//! Records become findings: pure and deterministic. The same bytes give the same report for any split of a
//! file into segments, any order of files and any number of threads; `ARCHITECTURE.md` states the law.
//!
//! [`segment`] cuts bytes into pieces, [`scanner`] joins pieces into records, [`engine`] asks the rules,
//! [`console`] unfolds what a window wrapped, `fold` puts records of one event together, [`recorder`] counts what they say, [`tally`] keeps what was decided, [`stretch`] what is still open at an
//! edge, [`join`] closes edges, [`conclude`] turns all of it into a report.

mod affected;
mod announced;
pub mod at_work;
mod branch;
pub mod causes;
pub mod charges;
pub mod clock_step;
pub mod cluster;
pub mod conclude;
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
pub mod from_inventory;
mod grams;
mod groups;
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
mod next;
pub mod overlap;
mod owned_piece;
pub mod owners;
mod passing;
mod path;
pub mod prediction;
pub mod profile;
mod quiet;
mod quoted;
pub mod recorder;
pub mod scanner;
pub mod segment;
pub mod serial;
pub mod sessions;
pub mod silences;
pub mod sole;
pub mod source;
mod stay;
mod steps;
pub mod stretch;
pub mod structure;
mod suppress;
pub mod sweep;
pub mod tally;
pub mod timeline;
pub mod verdict;
pub mod waits;
mod words;
