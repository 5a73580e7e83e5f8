//! The LOGS folders of the farm server this runs on.

use std::path::PathBuf;

/// The hives of SharePoint 2007, 2010, 2013, and of 2016 to Subscription Edition.
#[cfg(windows)]
const HIVES: [&str; 4] = ["12.0", "14.0", "15.0", "16.0"];

/// LOGS folders that exist on this server: from the registry value `Location` of each hive, then from the
/// common files folder.
#[cfg(windows)]
pub fn log_folders() -> Vec<PathBuf> {
    use windows_registry::LOCAL_MACHINE;
    const KEY: &str = r"SOFTWARE\Microsoft\Shared Tools\Web Server Extensions";
    let from_registry = HIVES.iter().filter_map(|hive| {
        let key = LOCAL_MACHINE.open(format!("{KEY}\\{hive}")).ok()?;
        Some(PathBuf::from(key.get_string("Location").ok()?).join("LOGS"))
    });
    let common = std::env::var_os("CommonProgramFiles").map(PathBuf::from);
    let from_folder = common.iter().flat_map(|common| {
        let hives = HIVES.iter().map(|hive| hive.trim_end_matches(".0"));
        hives
            .map(|hive| common.join("Microsoft Shared").join("Web Server Extensions").join(hive).join("LOGS"))
    });
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in from_registry.chain(from_folder) {
        let known = folders.iter().any(|known| known.as_os_str().eq_ignore_ascii_case(folder.as_os_str()));
        if folder.is_dir() && !known {
            folders.push(folder);
        }
    }
    folders
}

/// Only Windows has a hive.
#[cfg(not(windows))]
pub fn log_folders() -> Vec<PathBuf> {
    Vec::new()
}
