//! Any text as a rule file of a user: it is loaded or refused with a reason, and never breaks the built-in rules.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spdoctor::catalogue::{Catalogue, RuleFile};

fuzz_target!(|text: &str| {
    let file = RuleFile { path: "rule.toml".to_owned(), text: text.to_owned() };
    let (catalogue, errors) = Catalogue::default().with_user_rules(&[file]);
    for error in errors {
        assert!(!error.to_string().is_empty());
    }
    assert!(catalogue.rules().len() <= 1);
});
