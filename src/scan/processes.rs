//! What the name of a process tells of a record: whether an upgrade may run in it, and of what.

/// Whether a process upgrades the one content database it was called for: psconfig and the timer service walk all.
pub fn works_on_one_database(process: &[u8]) -> bool {
    matches!(process_name(process).as_slice(), b"powershell" | b"powershell_ise" | b"stsadm")
}

/// Whether an upgrade may run in a process that writes to a trace log; one that the log does not tell may.
pub(super) fn may_upgrade(process: &[u8]) -> bool {
    matches!(process_name(process).as_slice(), b"" | b"psconfig" | b"psconfigui" | b"owstimer")
        || works_on_one_database(process)
}

/// `PowerShell.exe` and `powershell` are one process.
pub(super) fn process_name(process: &[u8]) -> Vec<u8> {
    let mut name = process.to_ascii_lowercase();
    if name.ends_with(b".exe") {
        name.truncate(name.len() - 4);
    }
    name
}
