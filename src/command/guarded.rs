//! One bad file must not end a run over a farm: a panic while it is read is a fault of ours, or of a crate that was given
//! hostile bytes, and the file is told as not read.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

thread_local! {
    /// Where this thread panicked last.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps panics from writing to the terminal by themselves: what they say may quote a log, escapes and all. Where they
/// happened is remembered, and told with the fault. For developers (`RUST_BACKTRACE`) they speak as ever.
pub fn quiet_panics() {
    let speaks = std::env::var_os("RUST_BACKTRACE").is_some();
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if speaks {
            usual(panic);
        }
        let place = panic.location().map(|location| place(location.file(), location.line()));
        PLACE.with(|last| *last.borrow_mut() = place);
    }));
}

/// Where the source of a crate stands, without the folders of whoever built it: `zip-8.6.0/src/read.rs:120`.
fn place(file: &str, line: u32) -> String {
    let mut parts: Vec<&str> = file.rsplit(['/', '\\']).take(3).collect();
    parts.reverse();
    format!("{}:{line}", parts.join("/"))
}

/// Does what reads one file. Whatever `work` changes outside of itself is not used after an error.
///
/// # Errors
/// It panicked; the text says so to whoever reads the report.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    caught(work, "internal error while reading")
}

/// Does all of the program's work.
///
/// # Errors
/// It panicked; the text says so to whoever started it.
pub fn guarded_whole<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    caught(work, "internal error")
}

fn caught<T>(work: impl FnOnce() -> T, what: &str) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        let place = PLACE.with(RefCell::take).unwrap_or_else(|| "an unknown place".to_owned());
        format!("{what}, at {place} of spdoctor {}; please report it", env!("CARGO_PKG_VERSION"))
    })
}

#[cfg(test)]
mod tests {
    use super::{guarded, place};

    #[test]
    fn a_place_is_told_without_the_folders_of_the_builder() {
        for (file, told) in [
            ("src/scan/fold.rs", "src/scan/fold.rs:7"),
            ("/home/me/.cargo/registry/src/index/zip-8.6.0/src/read.rs", "zip-8.6.0/src/read.rs:7"),
            ("C:\\Users\\me\\zip-8.6.0\\src\\read.rs", "zip-8.6.0/src/read.rs:7"),
            ("main.rs", "main.rs:7"),
        ] {
            assert_eq!(place(file, 7), told);
        }
    }

    #[test]
    fn a_panic_becomes_a_reason() {
        assert_eq!(guarded(|| 3), Ok(3));
        let reason = guarded(|| -> u8 { panic!("\u{1b}[2J quoted") }).unwrap_err();
        assert!(reason.starts_with("internal error while reading, at "), "{reason}");
        assert!(reason.ends_with("; please report it") && !reason.contains("quoted"), "{reason}");
    }
}
