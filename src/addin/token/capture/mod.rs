//! Captures of traffic: HTTP archives of browsers and Fiddler archives. Exchanges go through one at a time; none is
//! kept.

pub(super) mod har;
pub(super) mod http;
pub(super) mod saz;

/// A request and its response, as far as they were captured.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Traffic {
    /// Counted from 1 in a HAR, as Fiddler counts in a SAZ.
    pub(super) number: u64,
    pub(super) method: String,
    /// Absolute.
    pub(super) url: String,
    pub(super) request: Message,
    pub(super) response: Message,
    /// 0 without a response.
    pub(super) status: u16,
}

/// Headers and text of a message. The text is decoded, and empty where it is no text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Message {
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    /// Why the body could not be read, or not whole.
    pub(super) trouble: Option<&'static str>,
}

impl Message {
    /// The first header of this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Every header of this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let matching = self.headers.iter().filter(move |(found, _)| found.eq_ignore_ascii_case(name));
        matching.map(|(_, value)| value.as_str())
    }
}

/// Takes what is read from a capture.
pub(super) trait Sink {
    /// An exchange.
    fn traffic(&mut self, traffic: &Traffic);

    /// Something that could not be read: `path` is that of the capture or of a member of it.
    fn problem(&mut self, path: &str, message: String);

    /// As [`Self::problem`], where the capture ends before its end.
    fn broken_off(&mut self, path: &str, message: String);
}

/// Most bytes of one body that are looked at; tokens and errors are small.
pub(super) const MOST_BODY: usize = 16 << 20;
