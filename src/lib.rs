//! Diagnostics for SharePoint farms.
//!
//! Bytes of logs become records ([`format`]), records become findings ([`scan`], with the rules of
//! [`catalogue`]), findings become a report ([`model`]), and the report becomes text ([`render`]) or
//! PowerShell ([`script`]). `ARCHITECTURE.md` tells the whole flow and the laws it keeps.

pub mod catalogue;
pub mod model;
pub mod text;
