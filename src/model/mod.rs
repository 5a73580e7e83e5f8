//! Plain data that the layers hand to one another. No input or output, no serialisation:
//! the published form of a report lives in [`crate::wire`].

pub mod audit;
pub mod byte_limit;
pub mod calendar;
pub mod captures;
pub mod comparison;
pub mod database;
pub mod finding;
pub mod inventory;
pub mod kind;
pub mod names;
pub mod order;
pub mod place;
pub mod profile;
pub mod report;
pub mod session;
pub mod site;
pub mod site_set;
pub mod site_table;
pub mod stage;
pub mod suppression;
pub mod thrown;
pub mod token;
