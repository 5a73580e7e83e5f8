//! Tokens from outside: text, files and captures in, reports out. No output holds a token or a secret.

mod addressee;
mod captures;
mod command;
mod hostile;
mod kinds;
mod secrecy;
pub(crate) mod support;
mod versus;
