//! The samples are what lies in the repository.
#![expect(clippy::disallowed_methods, reason = "the samples of the repository are read to be compared")]

use std::path::Path;

use super::{bulk_package, files};

#[test]
fn the_samples_come_out_the_same_twice() {
    assert_eq!(files(), files());
}

#[test]
fn the_samples_in_the_repository_are_those_the_generator_makes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-addins");
    for (path, bytes) in files() {
        let found = std::fs::read(folder.join(&path)).unwrap_or_default();
        assert!(found == bytes, "{path} differs: run generate-logs addins");
    }
}

#[test]
fn packages_in_bulk_have_the_size_asked_for_and_are_the_same_twice() {
    let (name, bytes) = bulk_package(7, 200_000, 1);
    assert_eq!(name, "BulkAddIn00007.app");
    assert!((190_000..215_000).contains(&bytes.len()), "{}", bytes.len());
    assert_eq!(bulk_package(7, 200_000, 1).1, bytes);
    assert_ne!(bulk_package(8, 200_000, 1).1, bytes);
}
