//! Any bytes as a capture of traffic, a log or a token: examining never fails, says the same twice, and can be shown.
#![no_main]

use std::sync::OnceLock;

use chrono::NaiveDate;
use libfuzzer_sys::fuzz_target;
use spdoctor::addin::token::{Input, Keys, Settings, examine};
use spdoctor::render::{Setting, token};

fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(Keys::default)
}

fuzz_target!(|data: &[u8]| {
    let now = NaiveDate::from_ymd_opt(2026, 11, 25).and_then(|day| day.and_hms_opt(0, 0, 0)).unwrap_or_default();
    let settings = Settings { now, offset_minutes: None, keys: keys(), explain: &|_| Vec::new() };
    let inputs = [Input { path: "capture", bytes: data }];
    let report = examine(&inputs, None, &settings);
    assert_eq!(report, examine(&inputs, None, &settings));
    let mut out = Vec::new();
    let _ = token::render(&report, &Setting::default(), &mut out);
});
