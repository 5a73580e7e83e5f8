//! The search for the literals of all rules in what records say: in steps over the bytes, a rare few of which stand for each
//! literal.

mod grams;
mod steps;
pub mod sweep;
pub(super) mod words;
