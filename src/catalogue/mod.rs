//! What is known about SharePoint: the rules. Knows nothing of scanning.

pub mod rule;
