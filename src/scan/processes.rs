//! What the name of a process tells of a record: whether an upgrade may run in it, and of what.

/// Whether a process upgrades the one content database it was called for: psconfig and the timer service walk all.
pub fn works_on_one_database(process: &[u8]) -> bool {
    is_one_of(process, &[b"powershell", b"powershell_ise", b"stsadm"])
}

/// Whether an upgrade may run in a process that writes to a trace log; one that the log does not tell may.
pub(super) fn may_upgrade(process: &[u8]) -> bool {
    is_one_of(process, &[b"", b"psconfig", b"psconfigui", b"owstimer"]) || works_on_one_database(process)
}

fn is_one_of(process: &[u8], names: &[&[u8]]) -> bool {
    let name = without_ending(process);
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// `PowerShell.exe` and `powershell` are one process.
pub(super) fn process_name(process: &[u8]) -> Vec<u8> {
    without_ending(process).to_ascii_lowercase()
}

fn without_ending(process: &[u8]) -> &[u8] {
    match process.split_last_chunk::<4>() {
        Some((name, ending)) if ending.eq_ignore_ascii_case(b".exe") => name,
        _ => process,
    }
}
