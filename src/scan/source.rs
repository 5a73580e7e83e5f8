//! What is known of an input before it is scanned: every file-wide decision is made here, before any split.

use crate::model::kind::LogKind;
use crate::text::clock::DateOrder;
use crate::text::window::Window;

/// One input, as the scan sees it.
#[derive(Clone, Debug)]
pub struct SourceFacts {
    /// Its rank among all inputs, ordered by path: positions are compared by it.
    pub index: u32,
    /// Path with `/`; members of archives as `a.zip!/b.log`.
    pub path: String,
    /// Name of the SharePoint server, if the path or the user told it.
    pub server: Option<String>,
    /// What it is.
    pub kind: LogKind,
    /// How dates are read.
    pub order: DateOrder,
    /// Which of several logs that tell the same story it is.
    pub origin: Origin,
    /// The inputs may hold one event twice: remember events, so that each counts once.
    pub remember_events: bool,
    /// Records outside are passed over.
    pub window: Window,
    /// It ends within a line: it was copied while it was written, and its last record may say more.
    pub is_cut: bool,
}

/// Logs that repeat one another, the most trustworthy first. An event that stands in several counts once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Origin {
    /// An upgrade log, PSCDiagnostics, a console: the log itself.
    Original,
    /// `…-error.log`: the errors and warnings of an upgrade log once more; or what a search found in logs.
    Extract,
    /// ULS, which embeds upgrade lines.
    Uls,
    /// ULS files merged by `Merge-SPLogFile`, or searched: the lines of ULS files once more.
    MergedUls,
}

impl Origin {
    /// Every origin, in the order of [`Origin::rank`].
    pub const COUNT: usize = 4;

    /// 0 for the most trustworthy.
    pub fn rank(self) -> u8 {
        match self {
            Self::Original => 0,
            Self::Extract => 1,
            Self::Uls => 2,
            Self::MergedUls => 3,
        }
    }
}

impl Default for SourceFacts {
    /// An input that is no log: nothing is said of it.
    fn default() -> Self {
        Self {
            index: 0,
            path: String::new(),
            server: None,
            kind: LogKind::Unknown,
            order: DateOrder::MonthFirst,
            origin: Origin::Original,
            remember_events: false,
            window: Window::default(),
            is_cut: false,
        }
    }
}

/// A line of an input, comparable across inputs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// Rank of the origin: a log before its repetitions.
    pub rank: u8,
    /// Index of the source.
    pub source: u32,
    /// Line, counted from 1.
    pub line: u64,
}
