//! Copies that somebody kept beside a configuration or a source: `Web.config.bak`, `TokenHelper.cs.orig`,
//! `Web.config.20250101`. Nothing runs with them, so nothing in them is compared; but a secret in one is as much in
//! clear as in the file itself.

use super::{File, READERS, ReadOptions, ending_of, hidden_ids};
use crate::addin::evidence::config::{BACKUP, Published, Setting};
use crate::addin::evidence::manifest::Manifest;
use crate::addin::evidence::secret::Secret;
use crate::addin::evidence::{Evidence, Spot};

/// Endings that people and tools give to what they keep.
const KEPT: [&str; 11] =
    ["bak", "backup", "bkp", "bck", "old", "orig", "original", "save", "saved", "copy", "~"];

/// Endings of configurations and sources, of which backups are read.
const READ: [&str; 40] = [
    "asax",
    "ascx",
    "ashx",
    "asmx",
    "aspx",
    "bash",
    "bat",
    "bicep",
    "bicepparam",
    "cjs",
    "cmd",
    "conf",
    "config",
    "cs",
    "cshtml",
    "env",
    "go",
    "ini",
    "java",
    "js",
    "json",
    "jsx",
    "kt",
    "mjs",
    "php",
    "properties",
    "ps1",
    "psm1",
    "publishsettings",
    "pubxml",
    "py",
    "rb",
    "sh",
    "tf",
    "tfvars",
    "toml",
    "ts",
    "tsx",
    "user",
    "vb",
];

/// The same, of which there are also other files.
const ALSO_READ: [&str; 5] = ["xml", "yaml", "yml", "vbhtml", "master"];

/// Packages, certificates and keys: what a backup of one holds, only the whole of it would tell.
const WHOLE: [&str; 14] =
    ["app", "appx", "cer", "crt", "der", "key", "msix", "p12", "p7b", "pem", "pfx", "sppkg", "wsp", "zip"];

/// Archives of other kinds than zip.
const ARCHIVES: [&str; 10] = ["7z", "bz2", "gz", "rar", "tar", "tbz", "tgz", "txz", "xz", "zst"];

/// Why a file that is met in a folder is not read, though it may hold what an audit is about.
pub fn why_passed_over(path: &str) -> Option<&'static str> {
    let name = name_of(path);
    if ARCHIVES.contains(&ending_of(&name)) {
        return Some("an archive of a kind that is not read; unpack it, and name the folder");
    }
    let original = original(&name)?;
    WHOLE
        .contains(&ending_of(original))
        .then_some("a backup of a package, a certificate or a key; name it to have it read")
}

/// Whether a file is a backup of a configuration or a source, by its name.
pub fn is_backup(path: &str) -> bool {
    let name = name_of(path);
    original(&name).is_some_and(is_read)
}

fn is_read(original: &str) -> bool {
    let ending = ending_of(original);
    READ.contains(&ending) || ALSO_READ.contains(&ending) || super::environment::is_variables(original)
}

fn name_of(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase()
}

/// What a backup was called before, from its name in lower case; `None` where it is none.
fn original(name: &str) -> Option<&str> {
    let mut rest = name;
    // `Web.config.bak.20250101`, `Web.config.bak~`.
    for _ in 0..3 {
        let Some(shorter) = without_ending(rest) else { break };
        rest = shorter;
    }
    (rest.len() < name.len()).then_some(rest)
}

fn without_ending(name: &str) -> Option<&str> {
    if let Some(stem) = name.strip_suffix('~').filter(|stem| !stem.ends_with('.')) {
        return Some(stem).filter(|stem| !stem.is_empty());
    }
    let (stem, ending) = name.rsplit_once('.')?;
    let bare = ending.trim_end_matches(|c: char| c.is_ascii_digit());
    let kept = KEPT.contains(&ending) || KEPT.contains(&bare) || is_date(ending);
    Some(stem).filter(|stem| kept && !stem.is_empty())
}

/// `20250101`, `2025-01-01`, `20250101_1200`: digits as of a date, and marks between them.
fn is_date(ending: &str) -> bool {
    let digits = ending.bytes().filter(u8::is_ascii_digit).count();
    let marks = ending.bytes().filter(|byte| b"-_".contains(byte)).count();
    (6..=14).contains(&digits) && digits + marks == ending.len()
}

/// The secrets of a backup, and nothing else of it. `None` where it is nothing that a reader knows.
pub fn read_backup(path: &str, bytes: &[u8], options: &ReadOptions) -> Option<Evidence> {
    let name = name_of(path);
    let file = File::called(path, original(&name)?, bytes, options);
    let reader = READERS.iter().copied().flatten().find(|reader| reader.fits(&file))?;
    let mut found = reader.read(&file);
    hidden_ids::hide(&mut found);
    let secrets = secrets(&found);
    if secrets.is_empty() {
        return Some(Evidence::default());
    }
    let backup =
        Published { at: Spot::file(path), kind: BACKUP, secrets, debug_only: true, ..Published::default() };
    Some(Evidence { published: vec![backup], ..Evidence::default() })
}

/// Everything in a file that gives access to SharePoint, in the order of the lines.
fn secrets(found: &Evidence) -> Vec<Secret> {
    let configs = || found.configs.iter();
    let settings = configs().flat_map(|config| &config.settings).filter(|setting| setting.gives_access());
    let of_settings = settings.filter_map(|setting: &Setting| setting.secret.as_ref());
    let remarks = configs().flat_map(|config| &config.remarks);
    let of_code = found.sources.iter().flat_map(|source| &source.secrets);
    let published = found.published.iter().flat_map(|published| &published.secrets);
    let registered = found.principals.iter().flat_map(|principal| &principal.secrets);
    let in_manifests = found.manifests.iter().flat_map(Manifest::secrets);
    let all =
        of_settings.chain(remarks).chain(of_code).chain(published).chain(registered).chain(in_manifests);
    let mut all: Vec<Secret> = all.filter(|secret| secret.length > 0).cloned().collect();
    all.sort_by(|a, b| a.at.cmp(&b.at));
    all
}

#[cfg(test)]
mod tests {
    use super::{is_backup, original, read_backup, why_passed_over};
    use crate::addin::read::ReadOptions;

    #[test]
    fn a_backup_is_known_by_what_stands_behind_the_name() {
        for (name, expected) in [
            ("web.config.bak", Some("web.config")),
            ("web.config.old", Some("web.config")),
            ("web.config.orig", Some("web.config")),
            ("web.config.~", Some("web.config")),
            ("web.config~", Some("web.config")),
            ("web.config.20250101", Some("web.config")),
            ("web.config.2025-01-01", Some("web.config")),
            ("web.config.bak2", Some("web.config")),
            ("web.config.bak.20250101", Some("web.config")),
            (".env.bak", Some(".env")),
            ("web.config", None),
            ("web.release.config", None),
            ("web.config.1", None),
            ("old", None),
            (".bak", None),
            ("~", None),
        ] {
            assert_eq!(original(name), expected, "{name}");
        }
    }

    #[test]
    fn backups_of_configurations_and_sources_are_read_and_others_told() {
        for path in ["a/Web.config.bak", "a/TokenHelper.cs.orig", "a/.env.old", "a/appsettings.json.20250101"]
        {
            assert!(is_backup(path) && why_passed_over(path).is_none(), "{path}");
        }
        for path in ["a/Orders.app.bak", "a/tls.pfx.old", "a/b.7z", "a/b.tar.gz", "a/b.RAR"] {
            assert!(!is_backup(path) && why_passed_over(path).is_some(), "{path}");
        }
        for path in ["a/Web.config", "a/notes.txt.bak", "a/ULS.log.20250101", "a/b.zip", "a/b.dll"] {
            assert!(!is_backup(path) && why_passed_over(path).is_none(), "{path}");
        }
    }

    #[test]
    fn of_a_backup_only_the_secrets_are_kept() {
        let text = "<configuration><appSettings><add key='ClientId' value='3b062084-9617-464a-a774-a72b853c825f'/>\
                    <add key='ClientSecret' value='q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c='/></appSettings></configuration>";
        let found = read_backup("a/Web.config.bak", text.as_bytes(), &ReadOptions::default()).expect("read");
        assert!(found.configs.is_empty() && found.published.len() == 1);
        assert!(found.published[0].client_ids.is_empty() && found.published[0].secrets.len() == 1);
        assert!(!format!("{found:?}").contains("q1w2e3"));
        let empty =
            read_backup("a/Web.config.bak", b"<configuration/>", &ReadOptions::default()).expect("read");
        assert!(empty.is_empty());
    }
}
