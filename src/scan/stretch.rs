//! What is known of a contiguous range of a source: everything decided, and what is still open at its edges.
//! Two neighbours join into one; the joined whole is the same as if it had been scanned in one go.

use std::collections::{BTreeMap, BTreeSet};

use super::record::console::ConsoleEdges;
use super::record::lane::{Lane, Open};
use super::tally::Tally;
use super::timeline::Timeline;
use crate::catalogue::check::Decoded;

/// The result of scanning a segment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stretch {
    /// It begins with the source: nothing can stand before it.
    pub at_start: bool,
    /// Lines it owns.
    pub lines: u64,
    /// Everything decided.
    pub tally: Tally,
    /// Writers of upgrade logs and PSCDiagnostics, by a digest of their names. Most logs have one or two, and a node of
    /// the tree has room for eleven.
    pub lanes: BTreeMap<u64, Box<Lane>>,
    /// Writers of ULS.
    pub uls: UlsEdges,
    /// Where the time went, by a digest of the process.
    pub timelines: BTreeMap<u64, Timeline>,
    /// Lines of a console.
    pub console: ConsoleEdges,
    /// Every closed record, where someone listens: the tests of rules do, scans of logs never.
    pub heard: Option<Vec<Decoded>>,
}

/// ULS records that span the edges of a stretch.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UlsEdges {
    /// Every writer that has a record in the stretch.
    pub seen: BTreeSet<u64>,
    /// Records whose text ends in dots and may go on in the next stretch.
    pub open: BTreeMap<u64, Open>,
    /// Continuations whose beginning may stand in the stretch before.
    pub orphans: BTreeMap<u64, Open>,
}
