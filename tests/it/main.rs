//! The tests that see the program from outside: data in, text out.

mod powershell;
mod rules;
