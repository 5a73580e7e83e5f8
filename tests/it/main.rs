//! The tests that see the program from outside: data in, text out.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking"
)]

mod adorned;
mod advice;
mod archives;
mod asked_time;
mod charsets;
mod clusters;
mod copies;
mod exports_once;
mod folding;
mod from_exports;
mod golden;
mod hostile;
mod merge_law;
mod narrow;
mod oauth;
mod oracle;
mod order;
mod pasted;
mod powershell;
mod printed;
mod profile;
mod program;
mod readme;
mod rules;
mod rules_cli;
mod said;
mod searched;
mod secrets;
mod several;
mod site_upgrades;
mod support;
mod tidy;
mod truth;
mod typed;
mod watch;
mod written;
