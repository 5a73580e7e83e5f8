//! Suffixes under which anyone may register a name, so that no authority issues a wildcard for them.
//!
//! A choice, not the Public Suffix List: the top-level domains and second levels that certificates of companies are
//! issued under, refreshed with the program and never complete. Suffixes of one provider (`azurewebsites.net`,
//! `cloudapp.net`) are left out on purpose, although that list has them: their provider does serve such a wildcard
//! for all of its customers, and it is sound.

/// Second levels that are registries.
const SECOND_LEVELS: [&str; 44] = [
    "ac.at", "ac.uk", "co.at", "co.id", "co.il", "co.in", "co.jp", "co.ke", "co.kr", "co.nz", "co.th",
    "co.uk", "co.za", "com.ar", "com.au", "com.br", "com.cn", "com.co", "com.hk", "com.mx", "com.my",
    "com.pl", "com.sg", "com.tr", "com.tw", "com.ua", "com.vn", "edu.au", "go.jp", "gov.au", "gov.br",
    "gov.uk", "gv.at", "ltd.uk", "me.uk", "ne.jp", "net.au", "net.br", "net.cn", "nhs.uk", "or.at", "or.jp",
    "org.au", "org.uk",
];

/// Whether a wildcard directly under this name would stand for names of different owners: a top-level domain, or a
/// second level that is a registry.
pub fn is_public(base: &str) -> bool {
    let base = base.trim_end_matches('.').to_ascii_lowercase();
    !base.contains('.') || SECOND_LEVELS.contains(&base.as_str())
}

/// Names that no public authority may certify, and no outside resolver knows: reserved by RFC 6761, RFC 6762 and by
/// ICANN, or the usual ones inside companies.
pub fn is_internal(host: &str) -> bool {
    const RESERVED: [&str; 15] = [
        "local",
        "localhost",
        "localdomain",
        "internal",
        "intern",
        "intranet",
        "corp",
        "lan",
        "home",
        "private",
        "test",
        "example",
        "invalid",
        "domain",
        "ad",
    ];
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let last = host.rsplit('.').next().unwrap_or_default();
    !host.contains('.') || RESERVED.contains(&last)
}
