//! Where the time went, as a tree: the largest nodes on the first screen, all of them in detail.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::model::profile::{Profile, ProfileNode};
use crate::model::session::TimeReport;
use crate::render::table::{self, Align};
use crate::text::duration::clock;
use crate::text::number;
use crate::text::quote::terminal as clean;

/// Nodes of the compact tree.
const NODES: usize = 12;

/// A child with so many percent of its parent stands for it in the compact tree.
const MOST: i64 = 85;

/// A node with less than one part in so many of its session is left out of the compact tree.
const SMALLEST: i64 = 100;

/// Columns of a full bar.
const BAR: i64 = 16;

/// Columns of a name in detail, where the whole path of a site matters.
const WHOLE_NAME: usize = 100;

/// Columns beside the name on the first screen.
const BESIDE: usize = 52;

/// The tree, the largest part first; the compact one of the passes alone, if there are any.
pub(super) fn tree(time: &TimeReport, details: bool, width: usize) -> Vec<String> {
    let roots = roots(time, details);
    if roots.is_empty() {
        return Vec::new();
    }
    let kept = (!details).then(|| largest(&roots));
    let all: usize = self::roots(time, true).iter().map(|root| root.subtree().len()).sum();
    let more = match all - kept.as_ref().map_or(all, BTreeSet::len) {
        0 => String::new(),
        left => format!("{} more: --details", number::grouped(left as u64)),
    };
    let heading = ["WHERE THE TIME WENT", "SHARE", "TOTAL", "COUNT", "LONGEST", &more];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    let short = width.saturating_sub(BESIDE);
    let (most, name) = if details { (100, WHOLE_NAME) } else { (MOST, short) };
    let view = View { kept, most, name };
    let shown: Vec<ProfileNode<'_>> = roots.into_iter().filter(|root| view.keeps(root)).collect();
    // A session of which no part is large says no more than the line of its pass.
    let telling = |root: ProfileNode<'_>| details || !view.children(root).is_empty();
    let any_telling = shown.iter().any(|root| telling(*root));
    for root in shown.into_iter().filter(|root| telling(*root) || !any_telling) {
        view.rows(root, root, &mut rows);
    }
    let mut lines = table::lines(
        &[Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Left],
        &rows,
    );
    lines.extend(serial(time).iter().flat_map(|text| wrapped_lines(text, width)));
    lines
}

/// The nodes of the sessions to show, by start.
fn roots(time: &TimeReport, details: bool) -> Vec<ProfileNode<'_>> {
    let only_passes = !details && time.passes().next().is_some();
    let sessions = time.sessions.iter().filter(|session| session.is_pass || !only_passes);
    sessions.filter_map(|session| time.root(session)).filter(|node| node.total() > 0).collect()
}

/// The nodes of the compact tree, by their places.
fn largest(roots: &[ProfileNode<'_>]) -> BTreeSet<usize> {
    let mut largest = Vec::new();
    for root in roots {
        let counts = |node: &ProfileNode<'_>| node.total() * SMALLEST >= root.total() && node.total() > 0;
        largest.extend(root.subtree().filter(counts));
        // A parent has at least the time of its child, and comes before it where both have the same.
        largest.sort_by_key(|node| (Reverse(node.total()), node.depth(), node.index()));
        largest.truncate(NODES);
    }
    largest.iter().map(|node| node.index()).collect()
}

struct View {
    /// Places of the nodes to show; `None` shows all.
    kept: Option<BTreeSet<usize>>,
    /// A child with so many percent of its parent is written together with it.
    most: i64,
    /// Columns of a name.
    name: usize,
}

impl View {
    fn keeps(&self, node: &ProfileNode<'_>) -> bool {
        self.kept.as_ref().is_none_or(|kept| kept.contains(&node.index()))
    }

    fn rows(&self, root: ProfileNode<'_>, node: ProfileNode<'_>, rows: &mut Vec<Vec<String>>) {
        let indent = "  ".repeat(node.depth().saturating_sub(Profile::SESSION));
        let (names, node) = self.chain(node);
        rows.push(row(root, node, &table::clipped(&format!("{indent}{names}"), self.name)));
        for child in self.children(node) {
            self.rows(root, child, rows);
        }
    }

    /// A node that holds hardly more than one child is written together with it.
    fn chain<'p>(&self, mut node: ProfileNode<'p>) -> (String, ProfileNode<'p>) {
        if node.depth() == Profile::SESSION {
            return (node.path().map(clean).collect::<Vec<_>>().join(" "), node);
        }
        let mut names = clean(node.name()).into_owned();
        while let [only] = self.children(node).as_slice()
            && only.total() * 100 >= node.total() * self.most
        {
            names.push_str(" > ");
            names.push_str(&clean(only.name()));
            node = *only;
        }
        (names, node)
    }

    /// The children to show, the largest first.
    fn children<'p>(&self, node: ProfileNode<'p>) -> Vec<ProfileNode<'p>> {
        let mut children: Vec<_> = node.children().filter(|child| self.keeps(child)).collect();
        children.sort_by_key(|child| Reverse(child.total()));
        children
    }
}

fn row(root: ProfileNode<'_>, node: ProfileNode<'_>, name: &str) -> Vec<String> {
    let whole = root.total().max(1);
    let part = node.total().clamp(0, whole);
    let bar = usize::try_from((part * BAR + whole / 2) / whole).unwrap_or(0);
    vec![
        name.to_owned(),
        format!("{} %", (part * 100 + whole / 2) / whole),
        clock(node.total()),
        number::grouped(node.count()),
        clock(node.longest()),
        "#".repeat(bar),
    ]
}

fn wrapped_lines(text: &str, width: usize) -> Vec<String> {
    table::wrapped(text, width, 0).lines().map(str::to_owned).collect()
}

/// What an upgrade of the databases at once would bring.
fn serial(time: &TimeReport) -> Option<String> {
    let serial = time.serial.filter(|serial| serial.all - serial.longest >= 1_000)?;
    Some(format!(
        "{} databases were upgraded one after another: {}; in parallel it could be {} at best.",
        number::grouped(serial.databases),
        clock(serial.all),
        clock(serial.longest)
    ))
}
