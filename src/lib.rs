//! Diagnostics for SharePoint farms.
//!
//! Bytes of logs become records ([`mod@format`]), records are counted by the rules of [`catalogue`]
//! ([`scan`]), what was counted becomes a report ([`conclude`], [`model`]), and the report becomes text ([`render`]) or
//! PowerShell ([`script`]). `ARCHITECTURE.md` tells the whole flow and the laws it keeps.

pub mod addin;
pub mod catalogue;
pub mod cli;
pub mod command;
pub mod compare;
pub mod conclude;
pub mod format;
pub mod inventory;
pub mod model;
pub mod render;
pub mod scan;
pub mod script;
pub mod text;
pub mod wire;
