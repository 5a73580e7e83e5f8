//! Where output goes: standard output, or a file that is there whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use tempfile::NamedTempFile;

use super::plain::Plain;

/// What is said where a script takes the place of the report.
pub const WITHOUT_REPORT: &str =
    "the script is on standard output, so the report is not: name a file for it with -o";

/// Bytes that go to a file at a time: a report of many findings is far larger than is worth holding in memory.
const BUFFER: usize = 1 << 16;

/// Writes to a file, atomically, or to standard output. Escapes are stripped from whatever is no terminal.
///
/// # Errors
/// The target cannot be written. A reader of standard output that goes away is no error.
pub fn write(
    target: Option<&Path>,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    match target.filter(|path| path.as_os_str() != "-") {
        Some(path) => write_file(path, |file| {
            let mut plain = io::BufWriter::with_capacity(BUFFER, Plain::new(file));
            content(&mut plain)?;
            plain.flush()
        }),
        None => quiet_when_closed(write_standard(content)).context("cannot write to standard output"),
    }
}

/// Where colours are wanted, `anstream` brings them to the console as that needs them. Elsewhere the output is as plain
/// as in a file, and made as fast.
fn write_standard(content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let standard = io::stdout();
    let choice = anstream::AutoStream::choice(&standard);
    let standard = standard.lock();
    let stream: Box<dyn Write> = match choice {
        anstream::ColorChoice::Never => Box::new(Plain::new(standard)),
        wanted => Box::new(anstream::AutoStream::new(standard, wanted)),
    };
    let mut out = io::BufWriter::with_capacity(BUFFER, stream);
    content(&mut out)?;
    out.flush()
}

/// The file of an option is standard output.
pub fn is_standard(file: Option<&Path>) -> bool {
    file.is_some_and(|path| path.as_os_str() == "-")
}

/// The report is not where a person reads it who named no file: it went into one, or a script stands in its place.
pub fn is_elsewhere(report: Option<&Path>, script: Option<&Path>) -> bool {
    report.is_some() || is_standard(script)
}

/// Columns of the terminal that a report goes to; `None` if it goes to a file or a pipe.
pub fn columns(target: Option<&Path>) -> Option<usize> {
    let is_standard = target.is_none_or(|path| path.as_os_str() == "-");
    let (width, _) = terminal_size::terminal_size_of(io::stdout()).filter(|_| is_standard)?;
    Some(usize::from(width.0))
}

/// Replaces a file as a whole: a run that is broken off leaves the old one, or none, but never half of one. A link goes
/// on leading to its file; a device or a pipe is written to, as it cannot be replaced.
///
/// # Errors
/// The folder or the file cannot be written.
pub fn write_file(path: &Path, content: impl FnOnce(&mut File) -> io::Result<()>) -> anyhow::Result<()> {
    let about = path.metadata();
    if about.as_ref().is_ok_and(|about| !about.is_file() && !about.is_dir()) {
        let written = OpenOptions::new().write(true).open(path).and_then(|mut file| content(&mut file));
        return quiet_when_closed(written).with_context(|| format!("cannot write {}", path.display()));
    }
    let behind = if path.is_symlink() { path.canonicalize().ok() } else { None };
    let path = behind.as_deref().unwrap_or(path);
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let replaced = || -> io::Result<()> {
        let mut file = new_file(folder).map_err(without_name)?;
        content(file.as_file_mut())?;
        file.persist(path).map_err(|failed| without_name(failed.error))?;
        Ok(())
    };
    replaced().with_context(|| format!("cannot write {}", path.display()))
}

/// A file that is to take the place of another. A temporary file is private to its owner; a report is as open as any
/// file that is made here.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".spdoctor-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the mask of the process takes away is taken away from this.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// The error of a temporary file without the name of that file, which nobody knows. The crate wraps what the system
/// said in a type of its own, and shows it as `… at path "…"`.
pub(super) fn without_name(error: io::Error) -> io::Error {
    if error.raw_os_error().is_some() {
        return error;
    }
    let text = error.to_string();
    match text.split_once(" at path \"") {
        Some((cause, _)) => io::Error::new(error.kind(), cause.to_owned()),
        None => error,
    }
}

/// `spdoctor … | more`, closed early, is a success.
fn quiet_when_closed(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if is_closed(&error) => Ok(()),
        other => other,
    }
}

/// Nobody reads any more what is written.
pub(super) fn is_closed(error: &io::Error) -> bool {
    // Windows: the pipe is being closed (232), the pipe has been ended (109).
    let is_ended = || cfg!(windows) && matches!(error.raw_os_error(), Some(109 | 232));
    error.kind() == io::ErrorKind::BrokenPipe || is_ended()
}

/// A remark on standard error; escapes are stripped where it is no terminal. Never fails.
pub fn remark(text: &str) {
    for (index, line) in text.lines().enumerate() {
        let opening = if index == 0 { "spdoctor: " } else { "" };
        let _ = writeln!(anstream::stderr(), "{opening}{}", crate::text::quote::terminal(line));
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};
    use std::path::Path;

    use super::{is_closed, is_elsewhere};

    #[test]
    fn a_pipe_that_nobody_reads_is_closed_and_a_full_disk_is_not() {
        assert!(is_closed(&Error::from(ErrorKind::BrokenPipe)));
        assert!(!is_closed(&Error::from(ErrorKind::StorageFull)));
        // What Windows says of a pipe is something else on other systems.
        assert_eq!(is_closed(&Error::from_raw_os_error(232)), cfg!(windows));
    }

    #[test]
    fn a_report_is_elsewhere_in_a_file_or_behind_a_script() {
        let (file, standard) = (Some(Path::new("a")), Some(Path::new("-")));
        for (report, script, elsewhere) in
            [(None, None, false), (None, file, false), (file, None, true), (None, standard, true)]
        {
            assert_eq!(is_elsewhere(report, script), elsewhere, "{report:?} {script:?}");
        }
    }
}
