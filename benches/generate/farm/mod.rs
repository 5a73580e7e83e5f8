//! Farms with a known truth: plan, play on a clock, dress in the formats of a version, and say what is true.

pub(crate) mod inventory;
pub(crate) mod model;
pub(crate) mod pass;
pub(crate) mod scenario;
pub(crate) mod script;
#[cfg(test)]
mod tests;
pub(crate) mod traces;
pub(crate) mod tree;
pub(crate) mod trouble;
pub(crate) mod truth;
pub(crate) mod upgrade;
pub(crate) mod wizard;
