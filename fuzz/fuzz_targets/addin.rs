//! Any bytes as an artefact of an add-in, under any name the readers go by: reading and judging never fail, and say
//! the same twice.
#![no_main]

use std::sync::OnceLock;

use chrono::NaiveDate;
use libfuzzer_sys::fuzz_target;
use spdoctor::addin::read::{ReadOptions, read};
use spdoctor::addin::{AuditSettings, conclude};
use spdoctor::catalogue::card::Cards;

const NAMES: [&str; 20] = [
    "a/Orders.app",
    "a/AppManifest.xml",
    "a/Elements.xml",
    "a/Orders.wsp",
    "a/tree.zip",
    "a/web.config",
    "a/Web.Release.config",
    "a/prod.pubxml",
    "a/applicationHost.config",
    "a/TokenHelper.cs",
    "a/TokenHelper.vb",
    "a/setup.ps1",
    "a/permissions.xml",
    "a/tls.pem",
    "a/tls.cer",
    "a/tls.p7b",
    "a/signing.pfx",
    "a/registration.json",
    "a/classicacsprincipals.csv",
    "a/appregnew.txt",
];

fn cards() -> &'static Cards {
    static CARDS: OnceLock<Cards> = OnceLock::new();
    CARDS.get_or_init(|| Cards::built_in().expect("the cards are proven by their tests"))
}

fuzz_target!(|data: &[u8]| {
    let [name, bytes @ ..] = data else { return };
    let name = NAMES[usize::from(*name) % NAMES.len()];
    let options = ReadOptions { pfx_password: Some("fuzz".to_owned()), ..ReadOptions::default() };
    let Some(evidence) = read(name, bytes, &options) else { return };
    assert_eq!(Some(&evidence), read(name, bytes, &options).as_ref());
    let now = NaiveDate::from_ymd_opt(2026, 11, 25).and_then(|day| day.and_hms_opt(0, 0, 0)).unwrap_or_default();
    let settings = AuditSettings { now, target: None, suppressions: Vec::new(), files: Vec::new() };
    let report = conclude(cards(), evidence.clone(), &settings);
    assert_eq!(report, conclude(cards(), evidence, &settings));
    let mut out = Vec::new();
    let _ = spdoctor::render::audit::text(&report, &spdoctor::render::Setting::default(), &mut out);
});
