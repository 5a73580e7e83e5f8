//! The audit of add-ins from outside: files in, statuses out. Each check has a case that fires it and one that passes.

mod addresses;
mod cases;
mod certificate_secrets;
mod connect;
mod many_copies;
mod packages;
mod passed_over;
mod program;
mod registry;
mod strangers;
pub(crate) mod support;
mod swapped;
pub(crate) mod token;
mod truth;
mod verdict;
mod wording;
