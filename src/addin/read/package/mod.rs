//! Reads `.app` packages, their manifests and element files, cabinets, plain zip files, and files of other products.

mod archive;
mod cabinet;
mod elements;
mod foreign;
mod manifest;
mod names;
mod opc;
mod parts;
mod schema;
mod zipped;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::{File, Reader};
use crate::addin::evidence::Evidence;
use crate::text::encoding::decode_all;

/// The readers of this file, the most particular first.
pub(super) static READERS: &[&dyn Reader] =
    &[&AppPackage, &LooseCabinet, &PlainZip, &foreign::ForeignArchive, &LooseManifest, &LooseElements];

/// A `.app`, whether it is a zip file or not.
struct AppPackage;

impl Reader for AppPackage {
    fn fits(&self, file: &File<'_>) -> bool {
        // A folder called `x.app` of a Mac never comes here; a file of that name is meant to be a package.
        matches!(file.extension(), "app" | "sppkg")
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        opc::read(file)
    }
}

/// The manifest of a package, with its path as the evidence has it, for correcting it. `None` where there is none.
pub fn manifest_of_package(
    path: &str,
    bytes: &[u8],
    options: &super::ReadOptions,
) -> Option<(String, Vec<u8>)> {
    opc::manifest(path, bytes, options)
}

/// A zip file: a web deploy package, a source tree; or a package that was renamed.
struct PlainZip;

impl Reader for PlainZip {
    fn fits(&self, file: &File<'_>) -> bool {
        file.extension() == "zip" && file.bytes.starts_with(b"PK")
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        zipped::read(file)
    }
}

/// A `.wsp` outside of a package.
struct LooseCabinet;

impl Reader for LooseCabinet {
    fn fits(&self, file: &File<'_>) -> bool {
        file.extension() == "wsp" && file.bytes.starts_with(b"MSCF")
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        let mut evidence = Evidence::default();
        let budget = archive::budget(file.options);
        let faults = parts::read_cabinet(file.path, file.bytes, None, &budget, &mut evidence);
        for fault in faults {
            evidence
                .problems
                .push(super::super::evidence::ReadProblem { at: fault.value.at, message: fault.message });
        }
        evidence
    }
}

/// `AppManifest.xml` of an add-in, or of a product that uses the name as well.
struct LooseManifest;

impl Reader for LooseManifest {
    fn fits(&self, file: &File<'_>) -> bool {
        if !matches!(file.extension(), "xml" | "xaml") {
            return false;
        }
        matches!(
            file.name(),
            "appmanifest.xml" | "appxmanifest.xml" | "androidmanifest.xml" | "appmanifest.xaml"
        ) || manifest::is_begun_by(&head(file.bytes))
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        manifest::read(file.path, file.bytes, None)
    }
}

/// `Elements.xml` and its like.
struct LooseElements;

impl Reader for LooseElements {
    fn fits(&self, file: &File<'_>) -> bool {
        file.extension() == "xml" && head(file.bytes).contains("<Elements")
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        elements::read(file.path, file.bytes, None)
    }
}

/// The first letters of a file, enough to see its root element.
fn head(bytes: &[u8]) -> Cow<'_, str> {
    let first = bytes.get(..2048).unwrap_or(bytes);
    match std::str::from_utf8(first) {
        Ok(text) if !text.contains('\0') => Cow::Borrowed(text),
        _ => Cow::Owned(decode_all(first).0),
    }
}
