//! The tests that see the program from outside: data in, text out.
#![allow(clippy::panic, reason = "a test fails by panicking")]

mod merge_law;
mod powershell;
mod rules;
mod support;
mod truth;
