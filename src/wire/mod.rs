//! Published forms, versioned and frozen: copies with converters, not derives on the model.

pub mod comparison_v1;
mod decimal;
mod each;
pub mod fields;
pub mod oauth_v1;
mod parts;
pub mod pretty;
pub mod reading;
pub mod report_v1;
pub mod rules_v1;
mod time_v1;
pub mod token_v1;
