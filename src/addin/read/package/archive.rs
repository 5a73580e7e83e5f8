//! Members of a zip file, expanded within limits. Nothing is ever written anywhere: names are only names.

use std::io::{Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use zip::ZipArchive;
use zip::result::ZipError;

use super::names;
use crate::addin::evidence::manifest::{PackageFault, PackageFaultKind};
use crate::addin::evidence::{Spot, Value};
use crate::addin::read::ReadOptions;
use crate::text::zip_directory;

/// Members that are looked at.
const MOST_MEMBERS: usize = 10_000;

/// How many times its packed size a member may have; deflate cannot pack better than about 1,000 to 1, and XML
/// and images do not come near this.
const MOST_RATIO: u64 = 250;

/// Below this size a high ratio is harmless.
const HARMLESS: u64 = 1 << 20;

/// Bytes of one member: what is larger is no artefact, and would only fill the memory.
const LARGEST_MEMBER: u64 = 64 << 20;

/// Archives in archives that are followed.
const DEEPEST: usize = 3;

/// Faults of one kind that are told.
const MOST_FAULTS: usize = 50;

/// What may still be expanded. Shared by an archive and all archives in it, which are read one after the other.
pub(super) type Budget = Arc<AtomicU64>;

/// The budget of the archive around, or a new one.
pub(super) fn budget(options: &ReadOptions) -> Budget {
    options.budget.clone().unwrap_or_else(|| Arc::new(AtomicU64::new(options.most_expanded.bytes())))
}

/// Takes bytes from the budget; false where it does not suffice.
pub(super) fn spend(budget: &Budget, bytes: u64) -> bool {
    let left = budget.load(Ordering::Relaxed);
    budget.store(left.saturating_sub(bytes), Ordering::Relaxed);
    left >= bytes
}

/// An archive that stands too deep in others.
pub(super) fn is_too_deep(options: &ReadOptions) -> bool {
    options.depth >= DEEPEST
}

/// A zip file with the list of its members.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    path: &'a str,
    budget: Budget,
    /// In the order of the directory.
    pub(super) members: Vec<Member>,
    /// What is wrong with it.
    pub(super) faults: Vec<PackageFault>,
}

/// A member of a zip file.
pub(super) struct Member {
    /// As written.
    pub(super) name: String,
    /// Its number in the directory.
    index: usize,
    /// It may be expanded.
    pub(super) sound: bool,
}

impl<'a> Archive<'a> {
    /// Opens a zip file. The error is a sentence.
    pub(super) fn open(path: &'a str, bytes: &'a [u8], budget: Budget) -> Result<Self, String> {
        if let Some(other) = other_format(bytes) {
            return Err(other.to_owned());
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| told(&error))?;
        let mut archive = Self { zip, path, budget, members: Vec::new(), faults: Vec::new() };
        archive.repeated(bytes);
        archive.list();
        Ok(archive)
    }

    /// The list of members holds every name once, so names that are written twice are looked for in the directory.
    fn repeated(&mut self, bytes: &[u8]) {
        if !self.zip.has_duplicate_names() {
            return;
        }
        for (name, count) in zip_directory::repeated(bytes, self.zip.central_directory_start()) {
            let message =
                format!("{count} members have exactly the same name, of which only the last is read");
            self.fault(PackageFaultKind::Hazard, &String::from_utf8_lossy(name), message);
        }
    }

    fn list(&mut self) {
        let count = self.zip.len();
        if count > MOST_MEMBERS {
            let message = format!("it has {count} members, of which the first {MOST_MEMBERS} are read");
            self.fault(PackageFaultKind::Hazard, "", message);
        }
        let mut seen = std::collections::BTreeSet::new();
        for index in 0..count.min(MOST_MEMBERS) {
            let looked = self.zip.by_index_raw(index).map(|member| {
                let name = member.name().map_or_else(
                    |_| String::from_utf8_lossy(member.name_raw()).into_owned(),
                    std::borrow::Cow::into_owned,
                );
                (name, member.encrypted(), member.size(), member.compressed_size())
            });
            match looked {
                Ok((name, encrypted, size, packed)) => {
                    let twice = !seen.insert(names::key(&name));
                    self.member(index, name, encrypted, size, packed, twice);
                }
                Err(error) => {
                    let message =
                        format!("member {index} of the zip directory cannot be read: {}", told(&error));
                    self.fault(PackageFaultKind::Broken, "", message);
                }
            }
        }
    }

    fn member(&mut self, index: usize, name: String, encrypted: bool, size: u64, packed: u64, twice: bool) {
        let mut sound = true;
        if names::escapes(&name) {
            sound = false;
            self.fault(
                PackageFaultKind::Hazard,
                &name,
                "the name of a member leads out of the package".to_owned(),
            );
        }
        if twice {
            sound = false;
            self.fault(
                PackageFaultKind::Hazard,
                &name,
                "two members have the same name; the first is read".to_owned(),
            );
        }
        if encrypted {
            sound = false;
            self.fault(PackageFaultKind::NotAPackage, &name, "a member is encrypted".to_owned());
        }
        if size > HARMLESS && size / packed.max(1) > MOST_RATIO {
            sound = false;
            let message =
                format!("a member of {packed} bytes says that it expands to {size} bytes; it is not read");
            self.fault(PackageFaultKind::Hazard, &name, message);
        }
        if size > LARGEST_MEMBER {
            sound = false;
            let message = format!("a member of {size} bytes is larger than any artefact; it is not read");
            self.fault(PackageFaultKind::Hazard, &name, message);
        }
        self.members.push(Member { name, index, sound });
    }

    /// Notes a fault at a member.
    pub(super) fn fault(&mut self, kind: PackageFaultKind, member: &str, message: String) {
        if self.faults.iter().filter(|fault| fault.kind == kind).count() < MOST_FAULTS {
            let value = Value::new(member, Spot::file(self.path));
            self.faults.push(PackageFault { kind, value, message });
        }
    }

    /// The bytes of a member; `None`, and a fault, where it cannot be expanded.
    pub(super) fn expand(&mut self, at: usize) -> Option<Vec<u8>> {
        let member = self.members.get(at).filter(|member| member.sound)?;
        let (name, index) = (member.name.clone(), member.index);
        match self.expand_index(index) {
            Ok(Some(bytes)) => Some(bytes),
            Ok(None) => {
                let message =
                    "the members expand to more bytes than are allowed; this one is not read".to_owned();
                self.fault(PackageFaultKind::Hazard, &name, message);
                None
            }
            Err(error) => {
                let message = format!("a member cannot be expanded: {}", told(&error));
                self.fault(PackageFaultKind::Broken, &name, message);
                None
            }
        }
    }

    fn expand_index(&mut self, index: usize) -> Result<Option<Vec<u8>>, ZipError> {
        let left = self.budget.load(Ordering::Relaxed);
        let mut bytes = Vec::new();
        let mut packed = 0;
        {
            let member = self.zip.by_index(index)?;
            if member.size() > left {
                return Ok(None);
            }
            packed += member.compressed_size();
            // What the directory says is not believed: reading stops by itself.
            member.take(left.min(LARGEST_MEMBER).saturating_add(1)).read_to_end(&mut bytes)?;
        }
        let length = bytes.len() as u64;
        let bomb = length > LARGEST_MEMBER || length > HARMLESS && length / packed.max(1) > MOST_RATIO;
        Ok((spend(&self.budget, length) && !bomb).then_some(bytes))
    }
}

fn other_format(bytes: &[u8]) -> Option<&'static str> {
    if bytes.is_empty() {
        return Some("the file is empty");
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Some("it is an encrypted or old Office file, not a zip file");
    }
    bytes.starts_with(b"MSCF").then_some("it is a cabinet (.wsp), not a zip file")
}

fn told(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(_) | ZipError::InvalidPassword => {
            "it is encrypted, or packed in a way that is not supported".to_owned()
        }
        ZipError::CompressionMethodNotSupported(method) => {
            format!("compression method {method} is not supported")
        }
        other => format!("not a sound zip file ({other})"),
    }
}
