//! What the tests of several readers of sources have in common.

use crate::addin::evidence::source_code::SourceFile;
use crate::addin::read::{ReadOptions, read};

pub(super) const ID: &str = "5c0c7f0c-8a74-4a4e-a21c-6d8f6a1c0001";
pub(super) const SECRET: &str = "Zk3vQ7xW9pL2mN8rT5yB1cD6fG4hJ0kS7uV3wX9zA1b=";

/// What is read of a source; its secret is not kept.
pub(super) fn source(name: &str, text: &str) -> SourceFile {
    let evidence = read(name, text.as_bytes(), &ReadOptions::default()).unwrap_or_default();
    assert!(!format!("{evidence:?}").contains("Zk3vQ7xW9p"));
    evidence.sources.into_iter().next().unwrap_or_default()
}
