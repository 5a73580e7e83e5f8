//! Files and members of archives that are read once more to be corrected. Which files an archive holds is known before,
//! so each archive is opened once, and one that lies in it as well.

use std::collections::BTreeMap;
use std::io::{self, Cursor};

use crate::command::input::bounded::within;
use crate::command::input::{Input, open};
use crate::model::byte_limit::ByteLimit;

/// Most bytes of one XML file.
const BOUND: ByteLimit = ByteLimit::of_mib(64);

/// Most bytes of the package or archive around it.
const PACKAGE_BOUND: ByteLimit = ByteLimit::of_mib(256);

/// Paths by the input that they lie in, as its number and what stands behind it: of `a.zip!/b.app!/AppManifest.xml` the
/// input may be `a.zip`. Which part is the file is known from what was read: any folder may be called `x!`.
#[derive(Debug)]
pub(super) struct Places<'r> {
    read: BTreeMap<&'r str, &'r Input>,
}

impl<'r> Places<'r> {
    pub(super) fn of(read: &'r [Input]) -> Self {
        Self { read: read.iter().map(|input| (input.path.as_str(), input)).collect() }
    }

    /// The input around a path, and the member that the rest of the path names.
    pub(super) fn find<'p>(&self, path: &'p str) -> Option<(&'r Input, &'p str)> {
        cuts(path).find_map(|(outer, member)| Some((*self.read.get(outer)?, member)))
    }
}

/// Where a path may end and a member begin, the longest beginning first.
fn cuts(path: &str) -> impl Iterator<Item = (&str, &str)> {
    let inside = path
        .rmatch_indices("!/")
        .filter_map(|(at, mark)| Some((path.get(..at)?, path.get(at + mark.len()..)?)));
    std::iter::once((path, "")).chain(inside)
}

/// A file with what is needed to take members out of it.
#[derive(Debug)]
pub(super) enum Opened {
    /// Nothing of it has been asked for but itself.
    Whole(Vec<u8>),
    /// An archive.
    Archive(Box<Archive>),
    /// It cannot be opened, and why.
    Failed(String),
}

/// An archive, and the one in it that was asked for last.
#[derive(Debug)]
pub(super) struct Archive {
    zip: zip::ZipArchive<Cursor<Vec<u8>>>,
    names: BTreeMap<String, usize>,
    inner: Option<(usize, Opened)>,
}

impl Opened {
    /// Reads an input.
    pub(super) fn new(input: &Input) -> Self {
        match open::whole(input, PACKAGE_BOUND) {
            Ok(Some(bytes)) => Self::Whole(bytes),
            Ok(None) => Self::Failed(format!("it is larger than {PACKAGE_BOUND}")),
            Err(error) => Self::Failed(error.to_string()),
        }
    }

    /// The bytes of a member, or of one in it; of the file itself where nothing is named. Members of one archive are
    /// best asked for one after the other.
    ///
    /// # Errors
    /// It cannot be read, or has no such member.
    pub(super) fn member(&mut self, wanted: &str) -> io::Result<Vec<u8>> {
        if let (Self::Whole(bytes), false) = (&mut *self, wanted.is_empty()) {
            *self = Self::archive(std::mem::take(bytes));
        }
        match self {
            Self::Failed(reason) => Err(io::Error::other(reason.clone())),
            Self::Whole(bytes) => Ok(bytes.clone()),
            Self::Archive(archive) if !wanted.is_empty() => archive.member(wanted),
            Self::Archive(archive) => Ok(archive.zip.clone().into_inner().into_inner()),
        }
    }

    fn archive(bytes: Vec<u8>) -> Self {
        let zip = match zip::ZipArchive::new(Cursor::new(bytes)) {
            Ok(zip) => zip,
            Err(error) => return Self::Failed(error.to_string()),
        };
        let mut names = BTreeMap::new();
        for index in 0..zip.len() {
            if let Some(Ok(name)) = zip.name_for_index(index) {
                names.entry(name.replace('\\', "/").trim_start_matches('/').to_owned()).or_insert(index);
            }
        }
        Self::Archive(Box::new(Archive { zip, names, inner: None }))
    }
}

impl Archive {
    fn member(&mut self, wanted: &str) -> io::Result<Vec<u8>> {
        let found = cuts(wanted).find_map(|(name, rest)| Some((*self.names.get(name)?, rest)));
        let (index, rest) =
            found.ok_or_else(|| io::Error::other(format!("the archive has no member {wanted}")))?;
        if rest.is_empty() {
            return self.bytes(index);
        }
        if self.inner.as_ref().is_none_or(|(known, _)| *known != index) {
            self.inner = None;
            self.inner = Some((index, Opened::Whole(self.bytes(index)?)));
        }
        match &mut self.inner {
            Some((_, inner)) => inner.member(rest),
            None => Err(io::Error::other(format!("the archive has no member {wanted}"))),
        }
    }

    fn bytes(&mut self, index: usize) -> io::Result<Vec<u8>> {
        within(self.zip.by_index(index).map_err(io::Error::other)?, BOUND)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::write::SimpleFileOptions;

    use super::{Opened, cuts};

    fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            zip.start_file(*name, SimpleFileOptions::default()).expect("begun");
            zip.write_all(bytes).expect("written");
        }
        zip.finish().expect("finished").into_inner()
    }

    fn text(opened: &mut Opened, member: &str) -> Result<String, String> {
        let bytes = opened.member(member).map_err(|error| error.to_string())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn members_are_taken_out_of_an_archive_that_is_opened_once() {
        let inner = zipped(&[("AppManifest.xml", b"inner"), ("x!/y.xml", b"folder")]);
        let outer = zipped(&[("a.app", &*inner), ("b/c.xml", b"plain")]);
        let mut opened = Opened::Whole(outer);
        assert_eq!(text(&mut opened, "a.app!/AppManifest.xml").as_deref(), Ok("inner"));
        assert!(matches!(&opened, Opened::Archive(archive) if archive.inner.is_some()));
        assert_eq!(text(&mut opened, "a.app!/x!/y.xml").as_deref(), Ok("folder"));
        assert_eq!(text(&mut opened, "b/c.xml").as_deref(), Ok("plain"));
        assert_eq!(text(&mut opened, "b/d.xml"), Err("the archive has no member b/d.xml".to_owned()));
    }

    #[test]
    fn what_is_no_archive_is_itself_and_has_no_members() {
        let mut opened = Opened::Whole(b"<App/>".to_vec());
        assert_eq!(text(&mut opened, "").as_deref(), Ok("<App/>"));
        assert!(text(&mut opened, "a.xml").is_err());
        assert!(text(&mut opened, "b.xml").is_err());
    }

    #[test]
    fn the_whole_of_a_name_is_tried_before_a_part_of_it() {
        assert_eq!(cuts("a!/b!/c").collect::<Vec<_>>(), [("a!/b!/c", ""), ("a!/b", "c"), ("a", "b!/c")]);
    }
}
